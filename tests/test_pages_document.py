"""Every page of the real site is complete: landmarks, links, head, order, weight, style, safety."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote, urlsplit

from bs4 import BeautifulSoup, Tag
from conftest import COMMUNES, PROVINCES, ROOT
from finished_pages import OTHERS, Page, about, every, figures, one, rows, words_of

POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
    "base-uri 'none'; form-action 'none'"
)
MAIN_REPORTS = frozenset(
    {"overview", "project-06", "project-21", "urban-pilot-2021", "restructuring-2025", "claims"}
    | {"brief", "outcome-2025", "villages-2026"}
)
NEVER = ("iframe", "frame", "object", "embed", "form", "base", "applet", "portal", "img", "video")
POINTING = ("aria-labelledby", "aria-describedby", "aria-controls", "for")
FETCHING = ("src", "srcset", "poster", "data", "action", "formaction", "background", "ping")


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
