"""Every page of the real site keeps what the design promises its readers. No browser is needed.

Pages are read with rules of their own: nothing here calls the code that made them, except for the
lists of interface words, which are compared with what stands on the pages.
"""

from __future__ import annotations

import base64
import csv
import io
import json
import os
import re
import shutil
import subprocess
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString
from conftest import COMMUNES, IMAGE, LABEL, LONG, PROVINCES, RIGHT_TO_LEFT, ROOT, SCRIPT

from analysis.pages import records
from analysis.pages.writer import Writer
from analysis.saying.words import table as words_table
from analysis.saying.words import word

POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
    "base-uri 'none'; form-action 'none'"
)
MAIN_REPORTS = frozenset(
    {"overview", "project-06", "project-21", "urban-pilot-2021", "restructuring-2025", "claims"}
    | {"brief", "outcome-2025", "villages-2026"}
)
OTHERS = ("index", "changes", "data")
NEVER = ("iframe", "frame", "object", "embed", "form", "base", "applet", "portal", "img", "video")
POINTING = ("aria-labelledby", "aria-describedby", "aria-controls", "for")
FETCHING = ("src", "srcset", "poster", "data", "action", "formaction", "background", "ping")
SCALES = {"nghìn": 3, "ngàn": 3, "vạn": 4, "triệu": 6, "tỷ": 9}
SCALES |= {"thousand": 3, "million": 6, "billion": 9}


# --------------------------------------------------------------------------------- reading a page


@dataclass(frozen=True)
class Page:
    """A page as a reader's program takes it apart.

    `path` is its place in the site, e.g. vi/overview.html.
    """

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
        """The name of the report; empty for the pages that no notebook makes."""
        stem = Path(self.path).stem
        return "" if stem in OTHERS or stem.startswith("source-") else stem

    @cached_property
    def main(self) -> Tag:
        """Its main part."""
        return one(self.soup, "main")

    @cached_property
    def ids(self) -> dict[str, Tag]:
        """Its elements that a link can lead to."""
        return {str(tag["id"]): tag for tag in self.soup.find_all(id=True)}

    @cached_property
    def charts(self) -> list[Tag]:
        """Its charts."""
        return list(self.soup.select("figure.chart"))

    def beside(self, ending: str) -> Path:
        """The file of the same name with another ending."""
        return (self.folder / self.path).with_suffix(ending)

    def called(self, tag: Tag) -> str:
        """The name that a screen reader gives an element."""
        named = [self.ids[each] for each in str(tag.get("aria-labelledby", "")).split()]
        return " ".join(words_of(each) for each in named) or str(tag.get("aria-label", ""))


def read_pages(folder: Path) -> list[Page]:
    """The pages in a folder, by path; the explorer, which has a script, has tests of its own."""
    paths = sorted(path for path in folder.rglob("*.html") if path.name != "explore.html")
    return [
        Page(path.relative_to(folder).as_posix(), path.read_text("utf-8"), folder) for path in paths
    ]


@pytest.fixture(scope="module")
def pages(site: Path) -> list[Page]:
    """Every page of the site, front pages included."""
    return read_pages(site)


@pytest.fixture(scope="module")
def hostile(hostile_site: Path) -> list[Page]:
    """The pages of the report that was built from hostile data."""
    return [page for page in read_pages(hostile_site) if page.report == "project-06"]


Wrongs = Callable[[Page], Iterable[str]]


def every(group: str, *, hostile: bool = False) -> Callable[[Wrongs], Callable[..., None]]:
    """Make a test of what tells the wrongs of a page: no page has any, or none of
    the `reports`, which notebooks make."""

    def make(wrongs: Wrongs) -> Callable[..., None]:
        def test(pages: list[Page], request: pytest.FixtureRequest) -> None:
            asked = [page for page in pages if group == "pages" or page.report]
            asked += request.getfixturevalue("hostile") if hostile else []
            wrong = [f"{page.path}: {each}" for page in asked for each in wrongs(page)]
            assert asked
            assert not wrong, f"{len(wrong)} wrong:\n" + "\n".join(wrong[:40])

        test.__name__, test.__doc__ = wrongs.__name__, wrongs.__doc__
        return test

    return make


def one(root: Tag, selector: str) -> Tag:
    """The one element that a selector names."""
    (tag,) = root.select(selector)
    return tag


def words_of(tag: Tag | None) -> str:
    """The text of an element with single spaces; empty for none."""
    return "" if tag is None else " ".join(tag.get_text().split())


def language_at(node: Tag | NavigableString) -> str:
    """The language that this is read out in: that of the nearest element which names one."""
    around = [node, *node.parents] if isinstance(node, Tag) else node.parents
    return next((str(each["lang"]) for each in around if each.get("lang")), "")


def texts(root: Tag) -> Iterator[NavigableString]:
    """What is read out or seen: text that is neither style nor script nor comment."""
    for node in root.find_all(string=True):
        if type(node) is NavigableString and node.parent.name not in {"style", "script"}:  # type: ignore[union-attr]
            yield node


def bound(root: Tag) -> list[Tag]:
    """The numbers under an element."""
    return list(root.find_all("data"))


def number(data: Tag) -> tuple[str, str, str]:
    """A number: its value, how it is shown, its figures."""
    return str(data["value"]), data.get_text(), str(data["data-figures"])


def number_in(text: str, language: str) -> Decimal | None:
    """The number that a text shows in a language's own form; None where there is not just one."""
    group, mark = (r"\.", ",") if language == "vi" else (",", r"\.")
    form = rf"([−-]?)(\d{{1,3}}(?:{group}\d{{3}})+|\d+)(?:{mark}(\d+))?(?![.,]?\d)"
    read = list(re.finditer(form, text))
    if len(read) != 1 or re.findall(r"\d", text) != re.findall(r"\d", read[0].group()):
        return None
    sign, whole, part = read[0].groups()
    value = Decimal(re.sub(r"\D", "", whole) + "." + (part or "0"))
    after = re.match(r"\s*(\w+)", text[read[0].end() :])
    value = value.scaleb(SCALES.get(after.group(1), 0)) if after else value
    return -value if sign else value


@cache
def rows(table: str) -> tuple[dict[str, str], ...]:
    """A table of data/, as typed."""
    with (ROOT / "data" / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


@cache
def column(table: str, name: str) -> frozenset[str]:
    """What stands in a column of a table of data/."""
    return frozenset(row[name] for row in rows(table))


@cache
def figures() -> dict[str, dict[str, str]]:
    """The rows of figures.csv by id."""
    return {row["figure"]: row for row in rows("figures")}


@cache
def about() -> dict[str, Any]:
    """What reports.toml says of the site."""
    return tomllib.loads((ROOT / "notebooks" / "reports.toml").read_text("utf-8"))


@cache
def names() -> frozenset[str]:
    """Every name that words may hold, in both languages."""
    return frozenset(row[f"label_{each}"] for row in rows("names") for each in ("vi", "en"))


@cache
def interface(language: str) -> frozenset[str]:
    """Every phrase of the frame and of the notes in a language."""
    frame = {key: pair[language] for key, pair in words_table().items()}
    return frozenset(frame.values()) - {frame["language_vi"], frame["language_en"]}


def read_csv(raw: bytes) -> list[list[str]]:
    """The lines of a CSV file for spreadsheets: UTF-8 with a byte order mark."""
    assert raw.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline="")))


def test_numbers_are_read_by_the_rules_of_their_language() -> None:
    """These tests read a point as thousands in Vietnamese and as decimals in English."""
    for text, value in (("hơn 66.000 hồ sơ", "66000"), ("1,9 triệu", "1900000"), ("98,7%", "98.7")):
        assert number_in(text, "vi") == Decimal(value)
    assert number_in("−2.599", "vi") == -2599
    assert [number_in(text, "en") for text in ("1,221", "98.63%")] == [1221, Decimal("98.63")]
    for text in ("1.221 / 1.238", "1,221.5", "không in"):
        assert number_in(text, "vi") is None


def test_the_site_is_complete(pages: list[Page]) -> None:
    """Each report, province, profile and source has a page in both languages, beside a front page,
    what changed, the data, and the door."""
    sources = {f"source-{row['source']}" for row in rows("sources")}
    places = {f"province-{name}" for name in PROVINCES} | {f"commune-{name}" for name in COMMUNES}
    names = MAIN_REPORTS | places | sources | {*OTHERS}
    assert {page.path for page in pages} == {
        "index.html",
        *(f"{code}/{name}.html" for code in ("vi", "en") for name in names),
    }


# ---------------------------------------------------------------------------------------- numbers


@every("pages")
def test_every_numeral_is_accounted_for(page: Page) -> Iterator[str]:
    """In main a digit stands in data, time, a name, a cited headline or a chart, nowhere else."""
    for node in texts(page.main):
        if any(letter.isnumeric() for letter in node) and not any(
            tag.name in {"data", "time", "cite", "svg"} or "name" in tag.get_attribute_list("class")
            for tag in node.parents
        ):
            yield " ".join(node.split())[:90]


@every("pages")
def test_a_number_shows_its_value_and_rests_on_figures(page: Page) -> Iterator[str]:
    """The value of a data element is a plain decimal and the number shown, in the form of its
    language; data-figures names at least one row of figures.csv, and nothing else."""
    for data in bound(page.soup):
        value, shown, ids = number(data)
        read = number_in(shown, language_at(data))
        if not re.fullmatch(r"-?\d+(\.\d+)?", value) or read != Decimal(value):
            yield f"“{shown}” ({language_at(data)}) has the value {value}"
        if not ids or not set(ids.split()) <= figures().keys():
            yield f"“{shown}” rests on “{ids}”"


@every("pages")
def test_a_date_shows_its_machine_form(page: Page) -> Iterator[str]:
    """Each number in the words of a time is part of its datetime, a real day or period."""
    for time in page.soup.find_all("time"):
        iso, shown = str(time["datetime"]), re.findall(r"\d+", time.get_text())
        real = re.fullmatch(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?", iso)
        if not real or not set(map(int, shown)) <= set(map(int, iso.split("-"))):
            yield f"“{time.get_text()}” is marked as {iso}"


@every("pages")
def test_a_name_is_no_way_around_the_rule(page: Page) -> Iterator[str]:
    """What is marked as a name and holds digits is listed: names.csv, a publisher, a headline, the
    title of a page, a paragraph, a note, the edition, a cause, an id or note of figures.csv, the
    key to cite a source by, the licence; and what stands there to be copied."""
    names = column("names", "label_vi") | column("names", "label_en")
    names |= column("sources", "publisher") | _changes_of(page)
    names |= column("figures", "figure") | column("figures", "note")
    paragraph = word("paragraph", page.language)
    names |= {f"[@{source}, {paragraph} …]" for source in column("sources", "source")}
    names |= {about()["licence"]["name"]}
    for tag in page.main.select(":not(.copy) > :is(.name, cite)"):
        shown, notes = tag.get_text(), tag.select("a[href^='#note-']")
        if not re.search(r"\d", shown):
            continue
        if tag.name == "cite":
            headlines = column("sources", "headline")
            listed = shown in headlines | {*map(Writer.short, headlines)} | _titles(page.folder)
        elif notes and tag.find_parent(class_="sources"):
            listed = shown == ", ".join(each.get_text() for each in notes) and all(
                each["href"] == f"#note-{each.get_text().partition('–')[0]}" for each in notes
            )
        elif paragraphs := re.fullmatch(r"(?:đoạn|paragraphs?) ([\d–, ]+)", shown):
            told = {f"p{each}" for each in re.findall(r"\d+", paragraphs[1])}
            listed = told <= column("figures", "locator")
        elif re.fullmatch("[0-9a-f]{12}", shown):
            listed = tag.find_parent(class_=["citation", "edition"]) is not None
        else:
            listed = shown in names
        if not listed:
            yield f"“{shown}”"


@cache
def _titles(folder: Path) -> set[str]:
    """The titles of all pages, as the manifest has them."""
    pages = json.loads((folder / "manifest.json").read_text("utf-8"))["pages"]
    return {page["title"] for page in pages.values()}


def _changes_of(page: Page) -> set[str]:
    if not page.path.endswith("changes.html"):
        return set()
    changes = json.loads((page.folder / "changes.json").read_text("utf-8")).get("changes", ())
    return {change[part] for change in changes for part in ("because", "what")}


@every("reports")
def test_a_number_leads_to_where_it_was_printed(page: Page) -> Iterator[str]:
    """From each number a link leads to its note, and over it to every figure it rests on: printed
    form and source.

    A count of figures leads to their sources alone, and one over very many to the report that lists
    them; the note of a long sum names its first terms. A recomputed number leaves the links to its
    operands.
    """
    notes = {name: tag for name, tag in page.ids.items() if name.startswith("note-")}
    and_so_on = word("and_so_on", page.language)
    for data in bound(page.main):
        _, shown, ids = number(data)
        link = data.find_parent("a")
        if data.find_parent(class_="notes"):
            continue
        if link is None:
            line = data.find_parent(class_="numberline")  # its numbers are those of its card
            place = data.find_parent(["tr", "dl", "figure"]) or (line and line.parent) or data
            linked = {each for other in place.select("a data") for each in number(other)[2].split()}
            if not set(ids.split()) <= linked and and_so_on not in place.get_text():
                yield f"“{shown}” leads to no note"
            continue
        reached = _reached(str(link["href"])[1:], notes)
        first = notes[reached[0]]
        if first.select('a[href="claims.html"]') or and_so_on in first.get_text():
            continue
        printed = {each for name in reached for each in _printed_in(notes[name])}
        for figure in ids.split():
            row = figures()[figure]
            if not {(figure, row["printed"], row["source"]), ("", "", row["source"])} & printed:
                yield f"“{shown}” ({reached[0]}) does not lead to {figure}"


def _reached(start: str, notes: dict[str, Tag]) -> list[str]:
    """A note and all those that links lead to from it."""
    reached = [start]
    for name in reached:
        onward = [str(link["href"])[1:] for link in notes[name].select('a[href^="#note-"]')]
        reached += [each for each in dict.fromkeys(onward) if each not in reached]
    return reached


def _printed_in(note: Tag) -> set[tuple[str, str, str]]:
    """Figure, printed form and source that a note names; in that of a count, sources alone."""
    links = note.select('a[href^="#source-"], a[href^="source-"]')
    named = [re.match(r"#?source-(.*?)(?:\.html|$)", str(link["href"])) for link in links]
    sources = [each[1] for each in named if each]
    quoted = note.select("q > data")
    if not quoted:
        return {("", "", source) for source in sources}
    return {(ids, shown, sources[0]) for _, shown, ids in map(number, quoted)}


# --------------------------------------------------------------------------------------- document


@every("pages")
def test_headings_and_landmarks_guide_a_reader(page: Page) -> Iterator[str]:
    """One h1, first and in main; no level is skipped, no heading empty. One header, main and
    footer; every nav has a name of its own; the first link skips to main."""
    headings = page.soup.find_all(re.compile(r"^h[1-6]$"))
    levels = [int(tag.name[1]) for tag in headings]
    if levels.count(1) != 1 or levels[0] != 1 or headings[0].find_parent("main") is None:
        yield "the h1 is not the only one, the first heading or in main"
    yield from (f"h{b} after h{a}" for a, b in pairwise(levels) if b > a + 1)
    yield from (f"an empty {tag.name}" for tag in headings if not words_of(tag))
    if page.soup.select("[tabindex]:not(.scroll[tabindex='0'], .dots [tabindex='-1'])"):
        yield "the order of Tab is changed"
    if page.path == "index.html":  # the door holds nothing but its two links
        return
    parts = [len(page.soup.find_all(name)) for name in ("header", "main", "footer")]
    if parts != [1, 1, 1]:
        yield "not one header, main and footer"
    names = [page.called(tag) for tag in page.soup.find_all("nav")]
    if not all(names) or len(set(names)) < len(names):
        yield f"navs are called {names}"
    if page.soup.select("a")[0]["href"] != "#main" or page.ids["main"].name != "main":
        yield "the first link does not skip to main"


@every("pages")
def test_whatever_is_pointed_at_is_there(page: Page) -> Iterator[str]:
    """An id is plain ASCII and occurs once. What links, aria attributes and SVG uses point at is on
    the page or a file of the site; only sources are elsewhere. Every link has words."""
    for name, count in Counter(str(tag["id"]) for tag in page.soup.find_all(id=True)).items():
        if count > 1 or not re.fullmatch(r"[A-Za-z][\w.-]*", name, re.ASCII):
            yield f"the id {name} ({count} times)"
    for tag in page.soup.find_all(lambda tag: any(name in tag.attrs for name in POINTING)):
        listed = " ".join(str(tag.get(name, "")) for name in POINTING).split()
        yield from (f"nothing is called {name}" for name in listed if name not in page.ids)
    for link in page.soup.find_all(["a", "link", "use"], href=True):
        if link.name == "a" and not words_of(link) and not link.get("aria-label"):
            yield f"{link['href']} has no words"
        if not _leads_somewhere(link, page):
            yield f"{link['href']} leads nowhere"


def _leads_somewhere(link: Tag, page: Page) -> bool:
    parts = urlsplit(str(link["href"]))
    if parts.scheme in {"http", "https"}:
        return link.find_parent(class_="sources") is not None
    if parts.scheme == "data":
        return True
    if parts.scheme or parts.netloc or parts.query or parts.path.startswith("/"):
        return False
    if not parts.path:
        return parts.fragment in page.ids
    target = ((page.folder / page.path).parent / unquote(parts.path)).resolve()
    here = target.is_relative_to(page.folder.resolve()) and target.is_file()
    return here and (not parts.fragment or f' id="{parts.fragment}"' in _text(target))


def test_rows_of_the_explorer_lead_to_their_figures(site: Path) -> None:
    """Each figure of the explorer stands at its address, in both languages."""
    soup = BeautifulSoup((site / "explore.html").read_text("utf-8"), "html.parser")
    addresses = [row["address"] for row in json.loads(one(soup, "#data").get_text())["rows"]]
    assert len(addresses) == len(figures())
    for address in addresses:
        name, _, figure = address.partition("#")
        for language in ("vi", "en"):
            assert f' id="{figure}"' in _text(site / language / name), address


@cache
def _text(file: Path) -> str:
    return file.read_text("utf-8")


@every("pages")
def test_the_head_tells_what_the_page_tells(page: Page) -> Iterator[str]:
    """Title: the question and the site's name; description: the answer; the policy of the design
    before any style or link; language, and the other one's page in head and switch."""
    metas = [dict(tag.attrs) for tag in page.soup.select("head > *")[:3]]
    policy = {"http-equiv": "Content-Security-Policy", "content": POLICY}
    if metas[0] != {"charset": "utf-8"} or metas[2] != policy:
        yield f"begins with {metas}"
    languages = {str(tag["lang"]) for tag in page.soup.find_all(lang=True)}
    if one(page.soup, "html")["lang"] != page.language or not languages <= {"vi", "en"}:
        yield f"is in {languages}"
    site, heading = about()["title"][page.language], words_of(page.soup.h1)
    expected = site if page.path.endswith("index.html") else f"{heading} | {site}"
    if words_of(page.soup.title) != expected:
        yield f"the title is “{words_of(page.soup.title)}”, not “{expected}”"
    description = str(one(page.soup, 'meta[name="description"]')["content"])
    said = page.main.select_one(".lead > p") or page.main.select_one(".lead") or page.main.p
    if " ".join(description.split()) != words_of(said) or len(description) < 40:
        yield f"the description is “{description}”"
    if page.path == "index.html":
        return
    name, other = Path(page.path).name, {"vi": "en", "en": "vi"}[page.language]
    links = page.soup.select('head link[rel="alternate"]')
    alternates = {str(tag["hreflang"]): str(tag["href"]) for tag in links}
    if alternates != {page.language: name, other: f"../{other}/{name}"}:
        yield f"alternates {alternates}"
    switch = f'.languages a[hreflang="{other}"][lang="{other}"][href="../{other}/{name}"]'
    if len(page.soup.select(switch)) != 1:
        yield "not one link to the other language"


@every("reports")
def test_reading_order(page: Page) -> Iterator[str]:
    """Edition, title, answer, three to five headline numbers but on one sheet, findings or cards of
    what does not hold; at the end notes, sources, citing. A margin note follows its paragraph. The
    contents list every section."""
    selectors = (
        "p.edition",
        "h1",
        ".lead",
        ".headlines",
        ".finding, .card",
        ".notes",
        ".sources",
        ".citation",
    )
    sheet = page.report == "brief"
    firsts = [page.main.select_one(each) for each in selectors if not sheet or "head" not in each]
    everything = {id(tag): place for place, tag in enumerate(page.main.find_all(True))}
    places = [everything[id(tag)] for tag in firsts if tag is not None]
    if None in firsts or places != sorted(places):
        yield f"in another order or without a part: {places}"
    headlines = page.main.select(".headlines > li")
    linked = page.main.select(".headlines > li > .number > a[href^='#note-'] data")
    if not sheet and not 3 <= len(headlines) == len(linked) <= 5:
        yield f"{len(headlines)} headlines with {len(linked)} numbers"
    for row in page.main.select(".row"):
        if [each.name for each in row.find_all(True, recursive=False)] not in (["p"], ["p", "div"]):
            yield f"a row holds other things: {words_of(row)[:60]}"
    sections = [str(head["id"]) for head in page.main.find_all("h2")]
    for listed in page.soup.select(".rail ul"):
        if [str(link["href"])[1:] for link in listed.select("a")] != sections:
            yield f"the contents do not list {sections}"


@every("pages", hostile=True)
def test_pages_run_and_fetch_nothing(page: Page) -> Iterator[str]:
    """No script but JSON-LD (which can be read and cannot end its element), no handler, frame, form
    or refresh; no attribute, style or import makes a browser fetch anything: only links hold an
    address."""
    for tag in page.soup.find_all(True):
        address, scripted = str(tag.get("href", "")), tag.name == "script"
        if scripted and (tag.get("type") != "application/ld+json" or "<" in tag.get_text()):
            yield f"{str(tag)[:90]}"
        elif scripted:
            graph = json.loads(tag.get_text())["@graph"]
            if {each["inLanguage"] for each in graph if "inLanguage" in each} != {page.language}:
                yield "the JSON-LD speaks another language"
        handlers = any(name.startswith("on") or name in FETCHING for name in tag.attrs)
        refresh = str(tag.get("http-equiv", "")).lower() == "refresh"
        fetched = (tag.name == "use" and not address.startswith("#")) or not (
            tag.name in {"a", "use"} or tag.get("rel") == ["alternate"] or address[:6] == "data:,"
        )
        if tag.name in NEVER or handlers or refresh or (address and fetched):
            yield f"{str(tag)[:90]}"
    styles = [tag.get_text() for tag in page.soup.find_all("style")]
    styles += [str(tag["style"]) for tag in page.soup.find_all(style=True)]
    yield from re.findall(r"@import|url\([^)#]*\)|image-set", " ".join(styles))
    yield from re.findall(r"javascript:", page.text, re.IGNORECASE)


@every("pages")
def test_pages_are_light_and_know_no_workplace(page: Page) -> Iterator[str]:
    """A page weighs at most 200 KB with everything in it, that of a source of hundreds of figures
    250; no absolute path, host name or address of the machine that built it is on it."""
    if len(page.text.encode()) > 1000 * (250 if "source-" in page.path else 200):
        yield f"{len(page.text.encode()) / 1000:.0f} KB"
    here = [str(ROOT), str(Path.home()), "file:///", "localhost", "127.0.0.1", "0x7f"]
    yield from (each for each in here if len(each) > 5 and each in page.text)


@every("pages")
def test_a_page_carries_the_style_that_it_needs(page: Page) -> Iterator[str]:
    """A part of the style is in a page that has an element of its class, and in no other."""
    style = " ".join(tag.get_text() for tag in page.soup.find_all("style"))
    used = {each for tag in page.soup.find_all(class_=True) for each in tag["class"]}
    used -= set() if "columns" in used else {"ranked"}
    for part in ("bars", "cards", "context", "figures", "map", "ranked", "sheet", "tiles"):
        if (part in used) != bool(re.search(rf"\.{part}\b", style)):
            yield f"{part}: {'no style' if part in used else 'style of what it has none of'}"


# ------------------------------------------------------------------------------- tables and charts


@every("reports")
def test_every_chart_is_told_in_words_and_numbers(page: Page) -> Iterator[str]:
    """Drawings for wide and narrow windows, of a map one for both, each with the chart's title and
    a description that holds a number; the data as a table and as a file, the sources."""
    drawings = "figure.chart :is(.drawing, .squares) > svg"
    if len(page.soup.find_all("svg")) != len(page.main.select(drawings)):
        yield "a drawing that is no chart"
    for chart in page.charts:
        title, numbers = words_of(one(chart, "p.title")), bound(one(chart, "details table"))
        widths = ["narrow"] if "map" in chart["class"] else ["wide", "narrow"]
        if [each["class"][1] for each in chart.select(".drawing")] != widths:
            yield f"#{chart['id']}: has not the drawings {widths}"
        for drawing in chart.select(".drawing > svg"):
            described = words_of(one(chart, f"#{drawing['aria-describedby']}"))
            if drawing["role"] != "img" or not (re.search(r"\d", described) or not numbers):
                yield f"#{chart['id']}: a drawing is described as {described}"
            if page.called(drawing) != title:
                yield f"#{chart['id']}: a drawing is called {page.called(drawing)}"
        parts = ("p.subtitle", "details > summary", "details table", "p.files a", "p.source a")
        if not all(words_of(chart.select_one(part)) for part in parts):
            yield f"#{chart['id']} is without one of {parts}"


def _file(link: Tag) -> list[list[str]]:
    """The lines of the file that a link holds."""
    start, _, content = str(link["href"]).partition(",")
    assert start == "data:text/csv;charset=utf-8;base64"
    assert re.fullmatch(r"[a-z0-9-]+\.csv", str(link["download"]))
    return read_csv(base64.b64decode(content, validate=True))


ROUND = {f"{first * 10**zeros:,}" for first in range(1, 20) for zeros in range(1, 6)}
ROUND |= {each.replace(",", ".") for each in ROUND}


@every("reports")
def test_a_drawing_shows_the_numbers_of_its_table(page: Page) -> Iterator[str]:
    """A numeral in a drawing is in the data of its chart, in its title or description, a name, or a
    mark of an axis: 0, a whole percentage, a rank, a month or a year; beside a map, a round
    number."""
    for chart in page.charts:
        days = chart.find_all("time")
        listed = {words_of(each) for each in [*bound(chart), *days, *chart.select(".name")]}
        for told in map(words_of, chart.select("desc")):
            listed |= set(re.findall(r"\d[\d.,/]*(?<![.,])", told))
        listed |= {part.lstrip("+−-") for part in listed} | {f"{mark}%" for mark in range(101)}
        listed |= {f"{mark}" for mark in range(35)}  # zero, months, ranks
        years = {int(year) for day in days for year in re.findall(r"\d{4}", str(day["datetime"]))}
        # A time before a year is drawn at the end of the year before it.
        listed |= {str(year) for year in range(min(years) - 1, max(years) + 1)} if years else set()
        listed |= names() | (ROUND if "map" in chart["class"] else set())
        items = sorted(filter(re.compile(r"\d").search, listed), key=len, reverse=True)
        pattern = rf"(?<![\d.,])(?:{'|'.join(map(re.escape, items))})(?!\d|[.,]\d)"
        for drawing in chart.select(".drawing > svg"):
            # A name may go on in the next line of a label.
            left = re.sub(pattern, "", " ".join(words_of(each) for each in drawing.select("text")))
            if re.search(r"\d", left):
                yield f"#{chart['id']}: “{left}”"


@every("reports")
def test_the_files_beside_a_page_hold_its_numbers(page: Page) -> Iterator[str]:
    """Every number of a page is in the JSON beside it as shown, and no other; the CSV has a row for
    each, as it is shown first."""
    shown = {number(data) for data in bound(page.main)}
    record = json.loads(page.beside(".json").read_text("utf-8"))["record"]
    told = [
        (q["value"], q["shown"], " ".join(q["figures"]))
        for q in records.whole(record)["quantities"]
    ]
    head, *lines = read_csv(page.beside(".csv").read_bytes())
    places = [head.index(name) for name in ("value", "shown", "figures")]
    rows = [tuple(line[place] for place in places) for line in lines]
    if len(rows) != len(record["quantities"]) or not set(rows) <= set(told):
        yield "JSON and CSV differ"
    if shown != set(told):
        yield f"{sorted(shown ^ set(told))[:4]} are on the page or in the JSON alone"


def test_the_front_page_shows_what_the_reports_show(pages: list[Page]) -> None:
    """Each number of a front page stands on the report it links to, at the note it links to; that
    of a square of the map rests on what the page of its province shows."""
    linked = {page.path: _linked(page) for page in pages if page.report}
    for page in pages:
        if page.path.endswith("/index.html"):
            shown, tiles = _linked(page), page.main.select(".tiles li")
            assert len(tiles) == len(PROVINCES)
            here = {number(each) for tile in tiles for each in bound(tile)}
            assert {each for _, each in shown} | here == set(map(number, bound(page.main)))
            for href, each in shown:
                name, _, note = href.partition("#")
                assert (f"#{note}", each) in linked[f"{page.language}/{name}"], href
            for tile in tiles:
                (cut,) = bound(tile)
                href = one(tile, "a")["href"]
                there = {ids for _, (_, _, ids) in linked[f"{page.language}/{href}"]}
                assert number(cut)[2] in there, href


def _linked(page: Page) -> set[tuple[str, tuple[str, str, str]]]:
    links = page.main.select("a[href*='#note-']")
    return {(str(link["href"]), number(data)) for link in links for data in bound(link)}


# ---------------------------------------------------------------------------------------- language

# English words that no sentence does without, and words of both languages.
_ENGLISH = "the of and which with from were was are is be by its their this that for"
_BOTH = "hanoi vi so in on a an to it no can than do"


def spoken(page: Page) -> dict[str, list[str]]:
    """What a reader sees or hears in each language: text, and attributes that are read out; not
    what stands there to be copied."""
    said: dict[str, list[str]] = {"vi": [], "en": []}
    for node in texts(page.soup):
        if node.strip() and not node.find_parent(["pre", "code"]):
            said[language_at(node)].append(" ".join(node.split()))
    for tag in page.soup.select("[aria-label], [title], [alt], meta[name=description]"):
        named = [tag.get(name) for name in ("aria-label", "title", "alt", "content")]
        said[language_at(tag)] += [str(each) for each in named if each]
    return said


@every("pages")
def test_pages_hold_no_words_of_the_other_language(page: Page) -> Iterator[str]:
    """In an English text, Vietnamese words without a lang of their own are proper names, which
    begin with a capital; in a Vietnamese text stands no word of the English frame; no element is a
    phrase of the frame of the other language."""
    labels = column("sources", "publisher") | column("names", "label_en")
    labels |= column("indicators", "label_en") | column("indicators", "definition_en")
    # Notes quote a Vietnamese word, places are named with their kind: “Thị trấn Đại Nghĩa”.
    labels |= column("figures", "note") | column("places", "formed_from")
    names = {each for label in labels for each in re.findall(r"[^\W\d_]+", label)}
    said = spoken(page)
    for text in said["en"]:
        words = re.findall(r"[^\W\d_]+", text)
        marked = [each for each in words if not each.isascii() and each[0].islower()]
        if wrong := set(marked) - names:
            yield f"{wrong} in “{text[:80]}”"
    frames = {each: " ".join(interface(each)).lower() for each in ("vi", "en")}
    vietnamese, english = (set(re.findall(r"[a-z]+", frames[each])) for each in ("vi", "en"))
    english = (english | {*_ENGLISH.split()}) - vietnamese - {*_BOTH.split()}
    named = {about()["licence"]["name"], *column("sources", "publisher")}
    publishers = re.compile("|".join(map(re.escape, named)))
    for text in said["vi"]:
        words = re.findall(r"(?<![\w.])[a-z]+(?![\w.])", publishers.sub("", text).lower())
        if wrong := english & set(words):
            yield f"{wrong} in “{text[:80]}”"
    frame = interface("vi") | interface("en")
    foreign = {each for each in frame - interface(page.language) if len(each) > 2}
    whole = {text.strip(" :.;,()→–") for text in said[page.language]}
    yield from (f"“{each}”" for each in whole & foreign)


@every("pages")
def test_text_is_well_set(page: Page) -> Iterator[str]:
    """Letters are composed, quotation marks proper, a number is not parted from its scale."""
    for node in texts(page.main):
        if re.search(r"[\u0300-\u0309\u0323\u031b]", node):
            yield f"decomposed letters in “{node[:60]}”"
        if '"' in node and not node.find_parent(["cite", "q", "pre"]):
            yield f"straight quotation marks in “{node[:60]}”"
    scale = re.compile(rf"\d ({'|'.join(SCALES)}|%)")
    for data in bound(page.main):
        if scale.search(data.get_text()) and not data.find_parent("q"):
            yield f"“{data.get_text()}” may break between number and scale"


# ------------------------------------------------------------------------------------ hostile data


def test_text_from_data_is_shown_as_text(hostile: list[Page], pages: list[Page]) -> None:
    """A headline with a script, a publisher with an image, marks, an & and a label of ten thousand
    letters are shown as typed; the page has the elements and attributes that it has with the
    shipped data, and no others."""
    assert [page.path for page in hostile] == ["en/project-06.html", "vi/project-06.html"]
    shipped = {page.path: page for page in pages}
    for page in hostile:
        text = page.main.get_text()
        cited = {cite.get_text() for cite in page.main.find_all("cite")}
        assert {SCRIPT, RIGHT_TO_LEFT} <= cited
        assert all(each in text for each in (IMAGE, LABEL, LONG))
        assert not page.soup.select("u, main script, main style, main title:not(svg title)")
        elements, usual = (
            {(tag.name, frozenset(tag.attrs)) for tag in each.soup.find_all(True)}
            for each in (page, shipped[page.path])
        )
        assert elements <= usual
        assert words_of(page.soup.title) == words_of(shipped[page.path].soup.title)


def test_files_from_hostile_data_run_no_formula(hostile: list[Page]) -> None:
    """In the CSV files no cell of words begins like a formula."""
    files = [_file(link) for page in hostile for link in page.soup.select("figure p.files a")]
    files += [read_csv(page.beside(".csv").read_bytes()) for page in hostile]
    cells = {cell for lines in files for line in lines for cell in line}
    runs = {cell for cell in cells if cell[:1] in tuple("=+-@")}
    assert [each for each in runs if not re.fullmatch(r"-?\d+(\.\d+)?", each)] == []


def test_the_nu_checker_finds_no_error(site: Path) -> None:
    """Where VNU names a vnu.jar and java is there, the W3C's checker finds no error and no warning
    on any page."""
    jar, java = os.environ.get("VNU", ""), shutil.which("java")
    if not (jar and java):
        pytest.skip("set VNU to the path of vnu.jar (npm package vnu-jar) and install java")
    command = [java, "-jar", jar, "--format", "json", "--stdout", "--exit-zero-always"]
    command += ["--skip-non-html", str(site)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=True)
    messages: list[dict[str, Any]] = json.loads(done.stdout)["messages"]
    # It takes JSON-LD, which no browser runs, for a script that the policy stops.
    stopped = "Inline script violates Content Security"
    left = [each for each in messages if not each["message"].startswith(stopped)]
    assert {f"{Path(each['url']).name}: {each['message']}" for each in left} == set()
