"""Every page of the real site keeps what the design promises its readers. No browser is needed here.

Pages are read with rules of their own: nothing here calls the code that made them, except for the lists of
interface words, which are compared with what stands on the pages.
"""

from __future__ import annotations

import base64
import csv
import io
import json
import re
import shutil
import subprocess
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, cached_property
from html.parser import HTMLParser
from itertools import pairwise
from os import environ
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from bs4 import BeautifulSoup, NavigableString, Tag
from conftest import IMAGE, LONG, RIGHT_TO_LEFT, ROOT, SCRIPT

from analysis import prose

POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
MAIN_REPORTS = {"overview", "project-06", "project-21", "urban-pilot-2021", "restructuring-2025", "claims"}
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
SCALES = {"nghìn": 3, "ngàn": 3, "vạn": 4, "triệu": 6, "tỷ": 9, "thousand": 3, "million": 6, "billion": 9}


# --------------------------------------------------------------------------------------- reading a page


@dataclass(frozen=True)
class Page:
    """A page as a reader's program takes it apart. ``path`` is its place in the site, e.g. vi/overview.html."""

    path: str
    text: str
    folder: Path

    @cached_property
    def soup(self) -> BeautifulSoup:
        """The page as a tree."""
        return BeautifulSoup(self.text, "html.parser")

    @property
    def language(self) -> str:
        """The language that its place in the site promises."""
        return "en" if self.path.startswith("en/") else "vi"

    @property
    def report(self) -> str:
        """The name of the report; empty for the front pages, the door and what changed."""
        return "" if self.path.endswith(("index.html", "changes.html")) else Path(self.path).stem

    @property
    def main(self) -> Tag:
        """Its main part."""
        found = self.soup.find("main")
        assert isinstance(found, Tag), self.path
        return found

    @cached_property
    def ids(self) -> dict[str, Tag]:
        """Its elements that a link can lead to."""
        return {str(tag["id"]): tag for tag in self.soup.find_all(id=True)}

    def beside(self, ending: str) -> Path:
        """The file of the same name with another ending."""
        return (self.folder / self.path).with_suffix(ending)


@pytest.fixture(scope="module")
def pages(site: Path) -> list[Page]:
    """Every page of the site, front pages included."""
    return read_pages(site)


@pytest.fixture(scope="module")
def reports(pages: list[Page]) -> list[Page]:
    """The pages that notebooks made."""
    return [page for page in pages if page.report]


@pytest.fixture(scope="module")
def hostile(hostile_site: Path) -> list[Page]:
    """The pages of the report that was built from hostile data."""
    return [page for page in read_pages(hostile_site) if page.report == "project-06"]


def read_pages(folder: Path) -> list[Page]:
    """The pages in a folder, by path."""
    found = sorted(path for path in folder.rglob("*.html") if path.is_file())
    return [Page(path.relative_to(folder).as_posix(), path.read_text(encoding="utf-8"), folder) for path in found]


def words_of(tag: Tag) -> str:
    """The text of an element with single spaces."""
    return " ".join(tag.get_text().split())


def language_at(node: Tag | NavigableString) -> str:
    """The language that a screen reader reads this in: that of the nearest element which names one."""
    for element in [node, *node.parents] if isinstance(node, Tag) else node.parents:
        if isinstance(element, Tag) and element.get("lang"):
            return str(element["lang"])
    return ""


def texts(root: Tag) -> Iterator[NavigableString]:
    """What is read out or seen: text that is neither style nor script nor comment."""
    for node in root.find_all(string=True):
        if type(node) is NavigableString and node.parent is not None and node.parent.name not in {"style", "script"}:
            yield node


def bound(root: Tag) -> list[Tag]:
    """The numbers under an element."""
    return list(root.find_all("data"))


def number_in(text: str, language: str) -> Decimal | None:
    """The one number that a text shows in a language's own form, or None where there is none or more than one."""
    group, mark = (r"\.", ",") if language == "vi" else (",", r"\.")
    found = list(re.finditer(rf"([−-]?)(\d{{1,3}}(?:{group}\d{{3}})+|\d+)(?:{mark}(\d+))?(?![.,]?\d)", text))
    if len(found) != 1 or len(re.findall(r"\d+", text)) != len(re.findall(r"\d+", found[0].group())):
        return None
    sign, whole, part = found[0].groups()
    number = Decimal(re.sub(r"\D", "", whole) + "." + (part or "0"))
    after = re.match(r"\s*(\w+)", text[found[0].end() :])
    number = number.scaleb(SCALES.get(after.group(1), 0)) if after else number
    return -number if sign else number


@cache
def rows(table: str) -> tuple[dict[str, str], ...]:
    """A table of data/, as typed."""
    with (ROOT / "data" / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


@cache
def interface(language: str) -> frozenset[str]:
    """Every phrase of the frame and of the notes in a language, without markup."""
    template = tomllib.loads((ROOT / "analysis" / "briefing" / "words.toml").read_text(encoding="utf-8"))
    phrases = [entry[language] for key, entry in template.items() if not key.startswith(("language_vi", "language_en"))]
    return frozenset(re.sub(r"<[^>]*>", "", phrase) for phrase in [*phrases, *prose.WORDS[language].values()])


def none(wrong: list[str]) -> None:
    """Fail with everything found at once, each with its page."""
    assert not wrong, f"{len(wrong)} found:\n" + "\n".join(wrong[:40])


# ----------------------------------------------------------------------------------------- the test's own


@pytest.mark.parametrize(
    ("text", "language", "value"),
    [
        ("hơn 66.000 hồ sơ", "vi", "66000"),
        ("98,7%", "vi", "98.7"),
        ("1,9 triệu", "vi", "1900000"),
        ("−2.599", "vi", "-2599"),
        ("1,221", "en", "1221"),
        ("98.63%", "en", "98.63"),
        ("1.221 / 1.238", "vi", None),
        ("1,221.5", "vi", None),
        ("không in", "vi", None),
    ],
)
def test_numbers_are_read_by_the_rules_of_their_language(text: str, language: str, value: str | None) -> None:
    """The reader used in these tests takes a point for thousands in Vietnamese and for decimals in English."""
    assert number_in(text, language) == (None if value is None else Decimal(value))


def test_the_site_is_complete(pages: list[Page]) -> None:
    """Each report and each province has a page in both languages, beside a front page, what changed, and the door."""
    provinces = {f"province-{row['area']}" for row in rows("areas") if row["level"] == "province"}
    names = MAIN_REPORTS | provinces | {"index", "changes"}
    assert len(provinces) == 34
    assert {page.path for page in pages} == {"index.html", *(f"{code}/{name}.html" for code in ("vi", "en") for name in names)}


# --------------------------------------------------------------------------------- contract 5: the numbers


def test_every_numeral_is_accounted_for(pages: list[Page]) -> None:
    """Inside main a digit stands in data, time, a name, a cited headline or a chart, and nowhere else."""
    wrong = []
    for page in pages:
        for node in texts(page.main):
            if any(letter.isnumeric() for letter in node):
                around = [parent for parent in node.parents if isinstance(parent, Tag)]
                accounted = any(tag.name in {"data", "time", "cite", "svg"} or "name" in tag.get("class", []) for tag in around)
                if not accounted:
                    wrong.append(f"{page.path}: {' '.join(node.split())[:90]}")
    none(wrong)


def test_a_number_shows_its_value(pages: list[Page]) -> None:
    """The value of a data element is a plain decimal and the number shown, in the form of its language."""
    wrong = []
    for page in pages:
        for data in bound(page.soup):
            value, shown, language = str(data["value"]), data.get_text(), language_at(data)
            if not re.fullmatch(r"-?\d+(\.\d+)?", value) or number_in(shown, language) != Decimal(value):
                wrong.append(f"{page.path}: “{shown}” ({language}) has the value {value}")
    none(wrong)


def test_a_number_rests_on_figures_that_exist(pages: list[Page]) -> None:
    """data-figures names at least one figure, and every one of them is a row of figures.csv."""
    known = {row["figure"] for row in rows("figures")}
    wrong = []
    for page in pages:
        for data in bound(page.soup):
            ids = str(data.get("data-figures", "")).split()
            if not ids or set(ids) - known:
                wrong.append(f"{page.path}: “{data.get_text()}” rests on {sorted(set(ids) - known) or 'nothing'}")
    none(wrong)


def test_a_date_shows_its_machine_form(pages: list[Page]) -> None:
    """Each number in the words of a time is part of its datetime, and the day or period is a real one."""
    wrong = []
    for page in pages:
        for time in page.soup.find_all("time"):
            parts = [int(part) for part in str(time["datetime"]).split("-")]
            shown = [int(part) for part in re.findall(r"\d+", time.get_text())]
            real = re.fullmatch(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?", str(time["datetime"]))
            if not real or not set(shown) <= set(parts):
                wrong.append(f"{page.path}: “{time.get_text()}” is marked as {time['datetime']}")
    none(wrong)


def test_a_name_is_no_way_around_the_rule(pages: list[Page]) -> None:
    """What is marked as a name and holds digits is listed: names.csv, a publisher, a paragraph, a note, the edition, a cause."""
    listed = {row[f"label_{language}"] for row in rows("names") for language in ("vi", "en")}
    listed |= {row["publisher"] for row in rows("sources")}
    paragraphs = {f"{word} {row['locator'][1:]}" for row in rows("figures") for word in ("đoạn", "paragraph")}
    headlines = {row["headline"] for row in rows("sources")}
    wrong = []
    for page in pages:
        editions = {tag.get_text() for tag in page.soup.select(".edition dd .name")}
        history = json.loads((page.folder / "changes.json").read_text("utf-8")) if page.path.endswith("changes.html") else {}
        told = {change[part] for change in history.get("changes", ()) for part in ("because", "what")}
        for name in page.main.select(".name, cite"):
            shown = name.get_text()
            if not re.search(r"\d", shown) or shown in listed | paragraphs | told:
                continue
            if name.name == "cite":
                expected = shown in headlines
            elif name.find_parent(class_="sources"):
                link = name.find_parent("a")
                expected = link is not None and link["href"] == f"#note-{shown}"
            else:
                expected = bool(name.find_parent(class_=["cite", "edition"])) and shown in editions
            if not expected:
                wrong.append(f"{page.path}: “{shown}”")
    none(wrong)


def test_a_number_leads_to_where_it_was_printed(reports: list[Page]) -> None:
    """From each number a link leads to its note, and over it to every figure it rests on: printed form and source.

    A count of figures leads to their sources alone, and one over very many to the report that lists them; the
    note of a long sum names its first terms. A chart's description leaves the links to the table behind it.
    """
    figures, wrong = {row["figure"]: row for row in rows("figures")}, set()
    for page in reports:
        notes = {name: tag for name, tag in page.ids.items() if name.startswith("note-")}
        printed = {name: _printed_in(note) for name, note in notes.items()}
        onward = {name: {str(a["href"])[1:] for a in note.select('a[href^="#note-"]')} for name, note in notes.items()}
        for data in bound(page.main):
            link = data.find_parent("a")
            chart = data.find_parent("figure")
            if data.find_parent(class_="notes"):
                continue
            if link is None and chart is not None and data.find_parent(class_="description"):
                table = chart.find("table")
                if isinstance(table, Tag) and _number(data) in {_number(each) for each in table.select("a[data-note] data")}:
                    continue
            worked = data.find_parent("td")
            if link is None and worked is not None:  # a result behind its operands, each with a link of its own
                operands = " ".join(str(each["data-figures"]) for each in worked.select(".worked a[data-note] data"))
                if prose.WORDS[page.language]["and-so-on"] in worked.get_text():  # a long sum names its first terms
                    continue
                if operands and set(str(data["data-figures"]).split()) <= set(operands.split()):
                    continue
            if link is None or str(link["href"])[1:] not in notes:
                wrong.add(f"{page.path}: “{data.get_text()}” leads to no note")
                continue
            start = str(link["href"])[1:]
            reached, queue = {start}, [start]
            while queue:
                queue += (new := onward[queue.pop()] - reached)
                reached |= new
            shortened = prose.WORDS[page.language]["and-so-on"] in notes[start].get_text() and len(reached) > 3
            if shortened or notes[start].select('a[href="claims.html"]'):
                continue
            there = set().union(*(printed[name] for name in reached))
            for figure in str(data["data-figures"]).split():
                row = figures[figure]
                if not {(figure, row["printed"], row["source"]), ("", "", row["source"])} & there:
                    wrong.add(f"{page.path}: “{data.get_text()}” ({start}) does not lead to {figure}")
    none(sorted(wrong))


def _number(data: Tag) -> tuple[str, str]:
    return str(data["value"]), str(data["data-figures"])


def _printed_in(note: Tag) -> set[tuple[str, str, str]]:
    """What a note says was printed: figure, printed form and source; in the note of a count, the sources alone."""
    sources = [str(link["href"]).removeprefix("#source-") for link in note.select('a[href^="#source-"]')]
    quoted = note.select("q > data")
    if not quoted:
        return {("", "", source) for source in sources}
    return {(str(data["data-figures"]), data.get_text(), sources[0]) for data in quoted if sources}


# ----------------------------------------------------------------------------------------------- document


class _Nesting(HTMLParser):
    """Finds elements that are closed in another order than they were opened."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        self.wrong += [f"{name} is given twice on <{tag}>" for name in set(names) if names.count(name) > 1]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        if tag not in VOID and "svg" not in self.open:
            self.wrong.append(f"<{tag}/>")

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"</{tag}> at line {self.getpos()[0]}")


def test_markup_is_well_formed(pages: list[Page]) -> None:
    """Every element is closed, in the order in which it was opened; no attribute is given twice."""
    wrong = []
    for page in pages:
        reader = _Nesting()
        reader.feed(page.text)
        wrong += [f"{page.path}: {problem}" for problem in [*reader.wrong, *reader.open]][:5]
        if not page.text.startswith("<!doctype html>\n"):
            wrong.append(f"{page.path}: begins without a doctype")
    none(wrong)


def test_pages_name_their_language(pages: list[Page]) -> None:
    """html lang is the language of the folder, and every lang on a page is one of the two."""
    for page in pages:
        assert page.soup.html is not None
        assert page.soup.html["lang"] == page.language, page.path
        assert {str(tag["lang"]) for tag in page.soup.find_all(lang=True)} <= {"vi", "en"}, page.path


def test_headings_are_an_outline(pages: list[Page]) -> None:
    """One h1, first in main; no level is skipped; no heading is empty."""
    wrong = []
    for page in pages:
        headings = page.soup.find_all(re.compile(r"^h[1-6]$"))
        levels = [int(tag.name[1]) for tag in headings]
        if levels.count(1) != 1 or levels[0] != 1 or headings[0].find_parent("main") is None:
            wrong.append(f"{page.path}: the h1 is not the only one, the first heading or in main")
        wrong += [f"{page.path}: h{b} after h{a}" for a, b in pairwise(levels) if b > a + 1]
        wrong += [f"{page.path}: an empty {tag.name}" for tag in headings if not words_of(tag)]
    none(wrong)


def test_landmarks_let_a_reader_jump(pages: list[Page]) -> None:
    """One header, main and footer; every nav has a name of its own; the skip link is the first link and leads to main."""
    wrong = []
    for page in pages:
        if page.path == "index.html":  # the door holds nothing but its two links
            continue
        if [len(page.soup.body.find_all(name, recursive=False)) for name in ("header", "main", "footer")] != [1, 1, 1]:  # type: ignore[union-attr]
            wrong.append(f"{page.path}: not one header, main and footer")
        names = [_accessible_name(page, tag) for tag in page.soup.find_all("nav")]
        if not all(names) or len(set(names)) < len(names):
            wrong.append(f"{page.path}: navs are called {names}")
        first = page.soup.find("a")
        if not isinstance(first, Tag) or first["href"] != "#main" or page.ids["main"].name != "main":
            wrong.append(f"{page.path}: the first link does not skip to main")
    none(wrong)


def _accessible_name(page: Page, tag: Tag) -> str:
    named = [page.ids[name] for name in str(tag.get("aria-labelledby", "")).split() if name in page.ids]
    return " ".join(words_of(each) for each in named) or str(tag.get("aria-label", ""))


def test_ids_are_unique_and_ascii(pages: list[Page]) -> None:
    """An id occurs once on a page and is plain ASCII, so that a link to it survives any mail program."""
    wrong = []
    for page in pages:
        for name, count in Counter(str(tag["id"]) for tag in page.soup.find_all(id=True)).items():
            if count > 1 or not re.fullmatch(r"[A-Za-z][\w.-]*", name, re.ASCII):
                wrong.append(f"{page.path}: {name} ({count} times)")
    none(wrong)


def test_references_inside_a_page_resolve(pages: list[Page]) -> None:
    """What aria attributes and SVG uses point at is on the page."""
    wrong = []
    for page in pages:
        for attribute in ("aria-labelledby", "aria-describedby", "aria-controls", "for", "headers"):
            for tag in page.soup.find_all(attrs={attribute: True}):
                value = tag[attribute]
                for name in value if isinstance(value, list) else str(value).split():
                    if name not in page.ids:
                        wrong.append(f"{page.path}: {attribute}={name}")
        wrong += [
            f"{page.path}: use {tag['href']}" for tag in page.soup.find_all("use") if str(tag["href"]).lstrip("#") not in page.ids
        ]
    none(wrong)


def test_links_lead_somewhere(site: Path, pages: list[Page]) -> None:
    """A #target exists on the page it is on; a relative address is a file of the site; nothing else but http(s)."""
    by_path = {page.path: page for page in pages}
    wrong = set()
    for page in pages:
        for link in page.soup.find_all(["a", "link"], href=True):
            parts = urlsplit(str(link["href"]))
            if parts.scheme in {"http", "https", "data"}:
                continue
            if parts.scheme or parts.netloc or parts.query or parts.path.startswith("/"):
                wrong.add(f"{page.path}: {link['href']}")
                continue
            target = (site / page.path).parent / unquote(parts.path) if parts.path else site / page.path
            path = target.resolve().relative_to(site).as_posix() if target.resolve().is_relative_to(site) else ""
            if not path or not target.is_file() or (parts.fragment and parts.fragment not in by_path[path].ids):
                wrong.add(f"{page.path}: {link['href']} leads nowhere")
    none(sorted(wrong))


def test_links_say_where_they_lead(pages: list[Page]) -> None:
    """Every link has words; one with only an http(s) address opens a source."""
    wrong = []
    for page in pages:
        for link in page.soup.find_all("a"):
            if not words_of(link) and not link.get("aria-label"):
                wrong.append(f"{page.path}: {link.get('href')} has no words")
            if str(link.get("href", "")).startswith("http") and not link.find_parent(class_="sources"):
                wrong.append(f"{page.path}: {link['href']} stands outside the sources")
    none(wrong)


def test_languages_are_each_others_alternates(pages: list[Page]) -> None:
    """Both pages of a report name both, in the head and, the other one, in the language switch."""
    wrong = []
    for page in pages:
        if page.path == "index.html":
            continue
        name, other = Path(page.path).name, "en" if page.language == "vi" else "vi"
        alternates = {str(tag["hreflang"]): str(tag["href"]) for tag in page.soup.select('head link[rel="alternate"]')}
        if alternates != {page.language: name, other: f"../{other}/{name}"}:
            wrong.append(f"{page.path}: {alternates}")
        switch = page.soup.select(f'.languages a[hreflang="{other}"][lang="{other}"][href="../{other}/{name}"]')
        if len(switch) != 1:
            wrong.append(f"{page.path}: {len(switch)} links to the other language")
    none(wrong)


def test_title_and_description_tell_what_the_page_tells(pages: list[Page]) -> None:
    """The title holds the question and the site's name in the page's language; the description is the answer."""
    titles = tomllib.loads((ROOT / "notebooks" / "reports.toml").read_text(encoding="utf-8"))["title"]
    wrong = []
    for page in pages:
        title = words_of(page.soup.title) if page.soup.title else ""
        (description,) = [str(tag["content"]) for tag in page.soup.select('meta[name="description"]')]
        heading, lead = words_of(page.soup.find("h1")), page.main.find("p")
        whole = page.path.endswith("index.html")
        expected = titles[page.language] if whole else f"{heading} | {titles[page.language]}"
        if title != expected:
            wrong.append(f"{page.path}: the title is “{title}”, not “{expected}”")
        if not isinstance(lead, Tag) or " ".join(description.split()) != words_of(lead) or len(description) < 40:
            wrong.append(f"{page.path}: the description is “{description}”")
    none(wrong)


def test_reading_order(reports: list[Page]) -> None:
    """Question, answer, three to five headline numbers, linked findings, contents; at the end notes, sources, citing, edition."""
    order = ["h1", ".lead", ".headlines", ".findings", ".contents", ".parameters", ".notes", ".sources", ".cite", ".edition"]
    wrong = []
    for page in reports:
        found = [page.main.select_one(selector) for selector in order]
        missing = [selector for selector, tag in zip(order, found, strict=True) if tag is None]
        everything = {id(tag): place for place, tag in enumerate(page.main.find_all(True))}
        places = [everything[id(tag)] for tag in found if tag is not None]
        if missing or places != sorted(places):
            wrong.append(f"{page.path}: {f'without {missing}' if missing else 'another order'}")
            continue
        headlines = page.main.select(".headlines > li")
        if not 3 <= len(headlines) <= 5 or not all(item.select(".number a[data-note] data") for item in headlines):
            wrong.append(f"{page.path}: {len(headlines)} headline numbers, or one without its number")
        for finding in page.main.select(".findings > li"):
            link = finding.select_one("a.to-chart")
            target = page.ids.get(str(link["href"])[1:]) if link else None
            if target is None:
                wrong.append(f"{page.path}: “{words_of(finding)[:60]}” leads to no chart")
            elif target.name != "figure" and not target.select("table") and "limit" not in target.get("class", []):
                wrong.append(f"{page.path}: a finding leads to #{target['id']}, which is no chart, table or limit")
        listed = [str(a["href"])[1:] for a in page.main.select(".contents a")]
        sections = [str(tag.get("id") or tag.parent["id"]) for tag in page.main.find_all("h2") if not tag.find_parent("nav")]
        if listed != sections:
            wrong.append(f"{page.path}: the contents list {listed}, the page has {sections}")
    none(wrong)


# --------------------------------------------------------------------------------------- light and safe


def test_a_policy_forbids_everything_but_styles(pages: list[Page]) -> None:
    """The Content-Security-Policy is exactly the one of the design and stands before any style or link."""
    for page in pages:
        head = page.soup.head
        assert head is not None
        names = [tag.get("http-equiv") or tag.get("charset") or tag.get("name") or tag.name for tag in head.find_all(True)]
        assert names[:3] == ["utf-8", "viewport", "Content-Security-Policy"], page.path
        assert head.find_all("meta")[2]["content"] == POLICY, page.path


def test_pages_run_nothing(pages: list[Page], hostile: list[Page]) -> None:
    """No script but JSON-LD, no handler attribute, no frame, form or embedded object, no refresh."""
    wrong = []
    for page in [*pages, *hostile]:
        for tag in page.soup.find_all(True):
            handlers = [name for name in tag.attrs if name.startswith("on")]
            scripted = tag.name == "script" and tag.get("type") != "application/ld+json"
            forbidden = tag.name in {"iframe", "frame", "object", "embed", "form", "base", "applet", "portal"}
            if handlers or scripted or forbidden or str(tag.get("http-equiv", "")).lower() == "refresh":
                wrong.append(f"{page.path}: {str(tag)[:90]}")
        wrong += [f"{page.path}: {found}" for found in re.findall(r"javascript:", page.text, re.IGNORECASE)]
    none(wrong)


def test_pages_ask_for_nothing(pages: list[Page], hostile: list[Page]) -> None:
    """Only links hold an address: no attribute, style or import makes a browser fetch anything."""
    wrong = []
    for page in [*pages, *hostile]:
        for tag in page.soup.find_all(True):
            for name in (
                "src",
                "srcset",
                "poster",
                "data",
                "action",
                "formaction",
                "background",
                "ping",
                "xlink:href",
                "imagesrcset",
            ):
                if name in tag.attrs:
                    wrong.append(f"{page.path}: {str(tag)[:90]}")
            address = str(tag.get("href", ""))
            fetched = tag.name not in {"a", "use"} and tag.get("rel") != ["alternate"] and not address.startswith("data:,")
            if address and (fetched or (tag.name == "use" and not address.startswith("#"))):
                wrong.append(f"{page.path}: {str(tag)[:90]}")
        styles = [tag.get_text() for tag in page.soup.find_all("style")] + [
            str(tag["style"]) for tag in page.soup.find_all(style=True)
        ]
        wrong += [f"{page.path}: {found}" for style in styles for found in re.findall(r"@import|url\([^)#]*\)|image-set", style)]
    none(wrong)


def test_what_machines_read_is_what_people_read(reports: list[Page], hostile: list[Page]) -> None:
    """The JSON-LD of a page can be read, holds no text that ends its element, and speaks the language of the page."""
    for page in [*reports, *hostile]:
        for script in page.soup.find_all("script"):
            told = json.loads(script.get_text())
            assert "<" not in script.get_text(), page.path
            parts = told.get("@graph", [told]) if isinstance(told, dict) else told
            assert {part["inLanguage"] for part in parts if "inLanguage" in part} <= {page.language}, page.path


def test_pages_are_light(pages: list[Page]) -> None:
    """A page weighs at most 225 KB with everything in it (the aim is 200)."""
    none([f"{page.path}: {len(page.text.encode()) / 1000:.0f} KB" for page in pages if len(page.text.encode()) > 200_000])


def test_pages_know_no_workplace(pages: list[Page]) -> None:
    """No absolute path, host name or clock of the machine that built it is on a page."""
    here = [str(ROOT), str(Path.home()), "file:///", "localhost", "127.0.0.1", "0x7f"]
    none([f"{page.path}: {word}" for page in pages for word in here if len(word) > 5 and word in page.text])


# --------------------------------------------------------------------------------------- tables and charts


def test_tables_can_be_read_by_ear(pages: list[Page]) -> None:
    """A caption, headers that are not empty and each have a scope, rows as wide as the head, in a region with a name."""
    wrong = []
    for page in pages:
        for number, table in enumerate(page.soup.find_all("table"), start=1):
            where = f"{page.path}, table {number}"
            caption = table.find("caption")
            if not isinstance(caption, Tag) or not words_of(caption):
                wrong.append(f"{where}: no caption")
            for head in table.find_all("th"):
                expected = "col" if head.find_parent("thead") else "row"
                if head.get("scope") != expected or not words_of(head):
                    wrong.append(f"{where}: “{words_of(head)}” has the scope {head.get('scope')}")
            widths = {len(row.find_all(["th", "td"])) for row in table.find_all("tr")}
            if len(widths) != 1 or not table.select("tbody tr"):
                wrong.append(f"{where}: rows are {sorted(widths)} cells wide")
            if any(not words_of(cell) for cell in table.find_all("td")):
                wrong.append(f"{where}: a cell is empty and does not say why")
            region = table.parent
            assert region is not None
            if region.get("role") != "region" or region.get("tabindex") != "0" or not _accessible_name(page, region):
                wrong.append(f"{where}: it scrolls in no region with a name")
            for column, head in enumerate(table.select("thead th")):
                cells = [row.find_all(["th", "td"])[column] for row in table.select("tbody tr")]
                numeric = [cell for cell in cells if bound(cell) and cell.name == "td" and not cell.select(".worked")]
                if numeric and (
                    "number" not in head.get("class", []) or any("number" not in cell.get("class", []) for cell in numeric)
                ):
                    wrong.append(f"{where}: the numbers of “{words_of(head)}” are not set as numbers")
    none(wrong)


def test_every_chart_is_told_in_words_and_numbers(reports: list[Page]) -> None:
    """Two drawings with a title, a description that holds a number, the data as a table and as a file, the sources."""
    wrong = []
    for page in reports:
        charts = page.soup.select("figure.chart")
        if len(charts) != len(page.soup.find_all("figure")) or len(page.soup.find_all("svg")) != 2 * len(charts):
            wrong.append(f"{page.path}: a drawing that is no chart")
        for chart in charts:
            where = f"{page.path}#{chart.get('id')}"
            drawings = chart.find_all("svg")
            if [tag.parent.get("class") for tag in drawings] != [["drawing", "wide"], ["drawing", "narrow"]]:
                wrong.append(f"{where}: not a wide and a narrow drawing")
            for drawing in drawings:
                title = drawing.find("title")
                if (
                    drawing.get("role") != "img"
                    or not isinstance(title, Tag)
                    or _accessible_name(page, drawing) != words_of(title)
                ):
                    wrong.append(f"{where}: a drawing is not an image with a title")
                elif words_of(title) != words_of(chart.select("p.title")[0]):
                    wrong.append(f"{where}: the drawing is called “{words_of(title)}”")
                described = page.ids.get(str(drawing.get("aria-describedby")))
                if described is None or "description" not in described.get("class", []):
                    wrong.append(f"{where}: a drawing has no description")
            for part in (
                "p.title",
                "p.subtitle",
                "p.description",
                "details > summary",
                "details table",
                "p.files a",
                "p.source a",
            ):
                if not any(words_of(tag) for tag in chart.select(part)):
                    wrong.append(f"{where}: no {part}")
            if bound(chart.select("details table")[0]) and not bound(chart.select("p.description")[0]):
                wrong.append(f"{where}: the description holds no number")
    none(wrong)


def test_the_file_of_a_chart_is_its_table(reports: list[Page]) -> None:
    """The CSV of a chart is UTF-8 with a byte order mark and holds the table's headers, words, plain numbers and figures."""
    wrong = []
    for page in reports:
        for chart in page.soup.select("figure.chart"):
            where = f"{page.path}#{chart['id']}"
            link, table = chart.select_one("p.files a"), chart.select_one("details table")
            assert link is not None, where
            assert table is not None, where
            start, _, content = str(link["href"]).partition(",")
            raw = base64.b64decode(content, validate=True)
            if start != "data:text/csv;charset=utf-8;base64" or not raw.startswith(b"\xef\xbb\xbf"):
                wrong.append(f"{where}: not a UTF-8 file with a byte order mark")
            if not re.fullmatch(r"[a-z0-9-]+\.csv", str(link.get("download"))):
                wrong.append(f"{where}: the file is called {link.get('download')}")
            head, *body = csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline=""))
            if head != [*(_flat(cell) for cell in table.select("thead th")), "figures"]:
                wrong.append(f"{where}: columns {head}")
            shown = table.select("tbody tr")
            if len(shown) != len(body):
                wrong.append(f"{where}: {len(body)} rows in the file, {len(shown)} in the table")
            for row, line in zip(shown, body, strict=False):
                ids = dict.fromkeys(figure for data in bound(row) for figure in str(data["data-figures"]).split())
                cells = row.find_all(["th", "td"])
                if line[-1].split() != list(ids) and not _only_words(row):
                    wrong.append(f"{where}: “{words_of(row)}” rests on {list(ids)}, its line on {line[-1]}")
                for cell, field in zip(cells, line[:-1], strict=True):
                    if not _same(cell, field):
                        wrong.append(f"{where}: “{_flat(cell)}” is “{field}” in the file")
    none(wrong)


def _flat(cell: Tag) -> str:
    return " ".join(cell.get_text().split())


def _only_words(row: Tag) -> bool:
    return not bound(row)


def _same(cell: Tag, field: str) -> bool:
    numbers = bound(cell)
    if len(numbers) == 1 and words_of(numbers[0]) == words_of(cell):
        return bool(re.fullmatch(r"-?\d+(\.\d+)?", field)) and Decimal(field) == Decimal(str(numbers[0]["value"]))
    if "none" in cell.get("class", []):
        return field == ""
    return " ".join(field.lstrip("'").split()) == _flat(cell)


def test_a_drawing_shows_the_numbers_of_its_table(reports: list[Page]) -> None:
    """A numeral in a drawing is in the data of its chart, in its caption, or a mark of an axis: 0, 50, 100 % or a year."""
    wrong = set()
    for page in reports:
        for chart in page.soup.select("figure.chart"):
            known = {data.get_text() for data in bound(chart)} | {time.get_text() for time in chart.find_all("time")}
            known |= {str(name.get_text()) for name in chart.select(".name")}
            known |= {part.lstrip("+−-") for part in known} | {"0", "0%", "50%", "100%"}
            # A time before a year is drawn at the end of the year before it.
            years = {
                str(int(part) - before)
                for before in (0, 1)
                for time in chart.find_all("time")
                for part in re.findall(r"\d{4}", str(time["datetime"]))
            }
            for drawn in chart.select("svg text"):
                left = words_of(drawn)
                for item in sorted(known | years, key=len, reverse=True):
                    left = re.sub(rf"(?<![\d.,]){re.escape(item)}(?!\d|[.,]\d)", "", left) if re.search(r"\d", item) else left
                if re.search(r"\d", left):
                    wrong.add(f"{page.path}#{chart['id']}: “{words_of(drawn)}”")
    none(sorted(wrong))


# ------------------------------------------------------------------------------------------------- twins


def test_the_files_beside_a_page_hold_its_numbers(reports: list[Page]) -> None:
    """Every number of a page is in the JSON and the CSV beside it, as shown, and these hold no other."""
    wrong = []
    for page in reports:
        shown = {(str(data["value"]), data.get_text(), str(data["data-figures"])) for data in bound(page.main)}
        record = json.loads(page.beside(".json").read_text(encoding="utf-8"))
        listed = {(q["value"], q["shown"], " ".join(q["figures"])) for q in record["record"]["quantities"]}
        raw = page.beside(".csv").read_bytes()
        table = {
            (row["value"], row["shown"], row["figures"])
            for row in csv.DictReader(io.StringIO(raw.decode("utf-8-sig"), newline=""))
        }
        if not raw.startswith(b"\xef\xbb\xbf"):
            wrong.append(f"{page.path}: its CSV begins without a byte order mark")
        if listed != table:
            wrong.append(f"{page.path}: JSON and CSV differ in {sorted(listed ^ table)[:3]}")
        if shown != listed:
            wrong.append(
                f"{page.path}: only on the page {sorted(shown - listed)[:3]}, only in the JSON {sorted(listed - shown)[:3]}"
            )
    none(wrong)


def test_the_front_page_shows_what_the_reports_show(pages: list[Page]) -> None:
    """Each number of a front page stands on the report it links to, at the note it links to."""
    by_path = {page.path: page for page in pages}
    shown = {
        page.path: {(str(data["value"]), data.get_text(), str(data["data-figures"])) for data in bound(page.main)}
        for page in pages
    }
    wrong = []
    for page in (by_path["vi/index.html"], by_path["en/index.html"]):
        assert len(bound(page.main)) > 34, page.path
        for data in bound(page.main):
            link = data.find_parent("a")
            target = f"{page.language}/{urlsplit(str(link['href'])).path}" if link else ""
            if (str(data["value"]), data.get_text(), str(data["data-figures"])) not in shown.get(target, set()):
                wrong.append(f"{page.path}: “{data.get_text()}” is not on “{target}”")
    none(wrong)


def test_both_languages_show_the_same(pages: list[Page]) -> None:
    """The two pages of a report carry the same numbers, resting on the same figures, and the same dates, part by part."""
    by_path = {page.path: page for page in pages}
    wrong = []
    for page in pages:
        if not page.path.startswith("vi/"):
            continue
        other = by_path[page.path.replace("vi/", "en/", 1)]
        parts = [name for name, tag in page.ids.items() if tag.name == "figure" or "table" in tag.get("class", [])]
        others = [name for name, tag in other.ids.items() if tag.name == "figure" or "table" in tag.get("class", [])]
        if parts != others or len(page.soup.find_all("h2")) != len(other.soup.find_all("h2")):
            wrong.append(f"{page.path}: charts and tables are {parts} and {others}")
            continue
        for name in ["", *parts]:
            first, second = (each.ids[name] if name else each.main for each in (page, other))
            if _numbers(first) != _numbers(second):
                odd = list((_numbers(first) - _numbers(second)) + (_numbers(second) - _numbers(first)))[:3]
                wrong.append(f"{page.path}#{name}: {odd}")
    none(wrong)


def _numbers(root: Tag) -> Counter[tuple[str, str]]:
    """Values with their figures, and days; the printed forms quoted in notes are the same in both languages anyway."""
    found = Counter((str(data["value"]), str(data["data-figures"])) for data in bound(root))
    return found + Counter(("day", str(time["datetime"])) for time in root.find_all("time"))


# ----------------------------------------------------------------------------------------------- language

# Letters that Vietnamese has and English has not.
_MARKED = re.compile(r"[àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ]", re.IGNORECASE)


def spoken(page: Page) -> Iterator[tuple[str, str]]:
    """Everything that a reader sees or hears, with the language it is read in: text, and attributes that are read out."""
    for node in texts(page.soup):
        yield language_at(node), str(node)
    for tag in page.soup.find_all(True):
        for name in ("aria-label", "title", "alt"):
            if tag.get(name):
                yield language_at(tag), str(tag[name])
    for tag in page.soup.select('meta[name="description"]'):
        yield page.language, str(tag["content"])


def test_english_pages_hold_no_vietnamese(pages: list[Page]) -> None:
    """On an English page, Vietnamese words without a lang of their own are proper names, which begin with a capital."""
    names = {
        word
        for row in (*rows("sources"), *rows("names"))
        for word in f"{row.get('publisher', '')} {row.get('label_en', '')}".split()
    }
    wrong = set()
    for page in pages:
        for language, text in spoken(page):
            for word in re.findall(r"[^\W\d_]+", text) if language == "en" else ():
                if _MARKED.search(word) and word[0].islower() and word not in names:
                    wrong.add(f"{page.path}: “{word}” in “{' '.join(text.split())[:80]}”")
    none(sorted(wrong))


def test_vietnamese_pages_hold_no_english(pages: list[Page]) -> None:
    """On a Vietnamese page, no word of the English frame, and none of those no English sentence does without."""
    vietnamese = {word for phrase in interface("vi") for word in re.findall(r"[a-z]+", phrase.lower())}
    english = {word for phrase in interface("en") for word in re.findall(r"[a-z]+", phrase.lower())}
    english |= {
        "the",
        "of",
        "and",
        "which",
        "with",
        "from",
        "were",
        "was",
        "are",
        "is",
        "be",
        "by",
        "its",
        "their",
        "this",
        "that",
        "for",
    }
    # Words of three letters and fewer are mostly Vietnamese syllables too: in, to, on, can, so.
    english -= vietnamese | {"hanoi", "vi", "so", "in", "on", "a", "an", "to", "it", "no", "can", "than", "do"}
    publishers = {row["publisher"] for row in rows("sources")}
    wrong = set()
    for page in pages:
        for language, text in spoken(page):
            if language != "vi" or " ".join(text.split()).removesuffix(" (") in publishers:
                continue
            for publisher in publishers:
                text = text.replace(publisher, "")
            found = sorted(set(re.findall(r"(?<![\w.])[a-z]+(?![\w.])", text.lower())) & english)
            if found:
                wrong.add(f"{page.path}: {found} in “{' '.join(text.split())[:80]}”")
    none(sorted(wrong))


@pytest.mark.parametrize(("language", "other"), [("vi", "en"), ("en", "vi")])
def test_no_phrase_of_the_other_frame(pages: list[Page], language: str, other: str) -> None:
    """No element of a page consists of a phrase that the frame or the notes use in the other language."""
    foreign = {phrase for phrase in interface(other) - interface(language) if len(phrase) > 2}
    wrong = set()
    for page in pages:
        for read_in, text in spoken(page):
            if page.language == language == read_in and " ".join(text.split()).strip(" :.;,()→–") in foreign:
                wrong.add(f"{page.path}: “{' '.join(text.split())}”")
    none(sorted(wrong))


def test_every_phrase_is_in_both_languages() -> None:
    """The frame's and the notes' words have the same keys in Vietnamese and in English, none empty, none left in the other."""
    template = tomllib.loads((ROOT / "analysis" / "briefing" / "words.toml").read_text(encoding="utf-8"))
    assert all(set(entry) == {"vi", "en"} and all(entry.values()) for entry in template.values())
    assert prose.WORDS["vi"].keys() == prose.WORDS["en"].keys()
    same = {key for key, entry in template.items() if entry["vi"] == entry["en"]}
    assert same == {"language_vi", "language_en"}
    assert not [key for key in prose.WORDS["vi"] if prose.WORDS["vi"][key] == prose.WORDS["en"][key]]
    assert not [phrase for phrase in interface("en") if _MARKED.search(phrase.replace("Hà Nội", ""))]


def test_text_is_well_set(pages: list[Page]) -> None:
    """Text is in composed form, quotation marks are proper ones, and a number is not parted from its unit or scale."""
    wrong = set()
    for page in pages:
        for node in texts(page.main):
            if node.find_parent("svg"):
                continue
            text = str(node)
            if re.search(r"[\u0300-\u0309\u0323\u031b]", text):
                wrong.add(f"{page.path}: decomposed letters in “{text[:60]}”")
            if '"' in text and not node.find_parent(["cite", "q"]):
                wrong.add(f"{page.path}: straight quotation marks in “{' '.join(text.split())[:60]}”")
        for data in bound(page.main):
            if re.search(r"\d (nghìn|vạn|triệu|tỷ|thousand|million|billion|%)", data.get_text()) and not data.find_parent("q"):
                wrong.add(f"{page.path}: “{data.get_text()}” may break between number and scale")
    none(sorted(wrong))


# -------------------------------------------------------------------------------------------- hostile data


def test_text_from_data_is_shown_as_text(hostile: list[Page]) -> None:
    """A headline with a script, a publisher with an image, marks, an & and a label of ten thousand letters are shown as typed."""
    assert [page.path for page in hostile] == ["en/project-06.html", "vi/project-06.html"]
    for page in hostile:
        cited = [cite.get_text() for cite in page.main.find_all("cite")]
        assert SCRIPT in cited, page.path
        assert RIGHT_TO_LEFT in cited, page.path
        text = page.main.get_text()
        assert IMAGE in text, page.path
        assert IMAGE.replace("1", "") in text, page.path
        assert LONG in text, page.path


def test_text_from_data_becomes_no_markup(hostile: list[Page], reports: list[Page]) -> None:
    """A page from hostile data has the elements of the page from the shipped data, attribute for attribute name."""
    for page in hostile:
        assert not page.soup.select("img, u, main script, main style, main title:not(svg title)"), page.path
        reader = _Nesting()
        reader.feed(page.text)
        assert not reader.wrong + reader.open, page.path
        (shipped,) = [each for each in reports if each.path == page.path]
        assert _skeleton(page) <= _skeleton(shipped), page.path
        assert page.soup.title is not None
        assert page.soup.title.get_text() == shipped.soup.title.get_text()  # type: ignore[union-attr]


def _skeleton(page: Page) -> set[tuple[str, frozenset[str]]]:
    return {(tag.name, frozenset(tag.attrs)) for tag in page.soup.find_all(True)}


def test_files_from_hostile_data_run_no_formula(hostile: list[Page]) -> None:
    """In the CSV files, no cell of words begins like a formula, and the JSON beside the page can be read back."""
    for page in hostile:
        json.loads(page.beside(".json").read_text(encoding="utf-8"))
        for link in page.soup.select("p.files a"):
            content = base64.b64decode(str(link["href"]).partition(",")[2]).decode("utf-8-sig")
            for line in csv.reader(io.StringIO(content, newline="")):
                odd = [field for field in line if field[:1] in "=+-@" and field and not re.fullmatch(r"-?\d+(\.\d+)?", field)]
                assert not odd, page.path


# ---------------------------------------------------------------------------------------------- Nu checker


def test_the_nu_checker_finds_no_error(site: Path) -> None:
    """Where VNU names a vnu.jar and java is there, the W3C's checker finds no error and no warning on any page."""
    jar, java = environ.get("VNU", ""), shutil.which("java")
    if not (jar and java):
        pytest.skip("set VNU to the path of vnu.jar (npm package vnu-jar) and install java to run the Nu checker")
    command = [java, "-jar", jar, "--format", "json", "--stdout", "--exit-zero-always", "--skip-non-html", str(site)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=True)
    # It takes JSON-LD, which no browser runs, for a script that the policy stops.
    messages = [
        m for m in json.loads(done.stdout)["messages"] if not m["message"].startswith("Inline script violates Content Security")
    ]
    none(sorted({f"{Path(m['url']).name}: {m['type']}: {m['message']} {m.get('extract', '')[:60]}" for m in messages}))
