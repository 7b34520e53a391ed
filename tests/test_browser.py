"""Pages as a browser shows, reads out, zooms and prints them: real Chromium, over every page of the real site.

Needs a Chromium or Chrome (CHROMIUM names it, or it is on the PATH) and, for print, pdftotext and pdfinfo.
Without them the tests are skipped; with REQUIRE_CHROMIUM=1 they fail instead.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from bs4 import BeautifulSoup, Tag
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

pytestmark = pytest.mark.browser

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
HEIGHT = 900
# How pages are met: the width of the window, and whether the reader asked for dark pages.
SCREENS = {"1280": (1280, "light"), "360": (360, "light"), "dark": (1280, "dark")}
MAIN = ("index", "overview", "project-06", "project-21", "urban-pilot-2021", "restructuring-2025", "claims")
PROVINCES = ("province-ha-noi", "province-thanh-hoa", "province-hue")
PRINTED = (*MAIN, "province-ha-noi")
LANGUAGES = ("vi", "en")


def need(tool: str, *names: str) -> str:
    """The path of a program; without it the test is skipped, or fails where the environment says that it must run."""
    for name in names:
        if found := shutil.which(name):
            return found
    missing = f"no {tool} was found ({', '.join(name for name in names if name)})"
    if os.environ.get("REQUIRE_CHROMIUM") == "1":
        pytest.fail(f"{missing}, and REQUIRE_CHROMIUM=1 wants these tests to run")
    pytest.skip(f"{missing}; install one, or set CHROMIUM to its path")


@pytest.fixture(scope="module")
def chromium() -> str:
    """The path of the browser."""
    return need(
        "Chromium", os.environ.get("CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome", "google-chrome-stable"
    )


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    """One browser for all tests."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield started
        started.close()


@dataclass
class Tab:
    """One tab of the browser, and what the pages shown in it asked for or complained about."""

    page: Page
    site: Path
    complaints: list[str] = field(default_factory=list)
    visited: set[str] = field(default_factory=set)

    def visit(self, path: str, width: int = 1280, scheme: Any = "light") -> Page:
        """Show a page of the site, with everything on it unfolded."""
        self.visited.add(path)
        self.page.set_viewport_size({"width": width, "height": HEIGHT})
        self.page.emulate_media(color_scheme=scheme)
        self.page.goto((self.site / path).as_uri())
        self.page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
        return self.page

    def complain(self, text: str) -> None:
        """Note what no page may cause."""
        self.complaints.append(f"{self.page.url.rpartition('/site/')[2] or self.page.url}: {text}")


def open_tab(browser: Browser, site: Path, **settings: Any) -> tuple[BrowserContext, Tab]:
    """A tab from which nothing leaves: every request but that of a local file is stopped and noted."""
    context = browser.new_context(**settings)
    page = context.new_page()
    tab = Tab(page, site)

    def refuse(route: Any) -> None:
        tab.complain(f"asked for {route.request.url}")
        route.abort()

    def dismiss(dialog: Any) -> None:
        tab.complain(f"dialog: {dialog.message}")
        dialog.dismiss()

    context.route(re.compile("^(https?|ws|wss|ftp):"), refuse)
    page.on("request", lambda request: None if request.is_navigation_request() else tab.complain(f"asked for {request.url[:80]}"))
    page.on("console", lambda message: tab.complain(message.text) if message.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: tab.complain(str(error)))
    page.on("dialog", dismiss)
    return context, tab


@pytest.fixture(scope="module")
def tab(browser: Browser, site: Path) -> Iterator[Tab]:
    """The tab that most tests share."""
    context, opened = open_tab(browser, site)
    yield opened
    context.close()


@pytest.fixture(scope="module")
def paths(site: Path) -> list[str]:
    """Every page of the site."""
    return sorted(path.relative_to(site).as_posix() for path in site.rglob("*.html"))


def none(wrong: list[str]) -> None:
    """Fail with everything found at once, each with its page."""
    assert not wrong, f"{len(wrong)} found:\n" + "\n".join(wrong[:40])


# ------------------------------------------------------------------------------------------- accessibility


def test_axe_finds_nothing(chromium: str, site: Path, paths: list[str]) -> None:
    """axe finds no violation of WCAG 2.2 AA and of its best practices: on a wide, a narrow and a dark screen.

    Front pages, reports and three provinces are met on all three (dark differs in its colours alone, so only
    these are looked at again), every further page on one of them in turn. Two browsers share the work.
    """
    visits = []
    for number, path in enumerate(paths):
        if Path(path).stem in MAIN + PROVINCES:
            visits += [(path, "1280", RULES), (path, "360", RULES), (path, "dark", ["cat.color"])]
        else:
            visits.append((path, list(SCREENS)[number % len(SCREENS)], RULES))

    def look(share: list[tuple[str, str, list[str]]]) -> list[str]:
        with sync_playwright() as playwright:
            context, tab = open_tab(playwright.chromium.launch(executable_path=chromium, args=FLAGS), site)
            axe, wrong = Axe(), []
            for path, screen, rules in share:
                tab.visit(path, *SCREENS[screen])
                found = axe.run(tab.page, options={"runOnly": rules, "resultTypes": ["violations"], "preload": False}).response
                assert found["testEngine"]["name"] == "axe-core"
                wrong += [f"{path} at {screen}: {each['id']}: {each['nodes'][0]['html'][:120]}" for each in found["violations"]]
            context.close()
            return wrong + tab.complaints

    with ThreadPoolExecutor(2) as pool:
        none([each for found in pool.map(look, (visits[::2], visits[1::2])) for each in found])


def test_colours_can_be_told_from_the_paper(tab: Tab) -> None:
    """Words in charts and verdicts contrast 4.5 to 1 with the paper, marks 3 to 1, in light and dark."""
    wrong = []
    for path in ("vi/overview.html", "vi/restructuring-2025.html", "vi/project-06.html", "vi/claims.html"):
        for scheme in ("light", "dark"):
            tab.visit(path, 1280, scheme)
            for kind, words, ratio in tab.page.evaluate(CONTRASTS):
                if ratio < (4.5 if kind == "words" else 3):
                    wrong.append(f"{path}, {scheme}: {kind} {words}: {ratio:.2f}")
    none(sorted(set(wrong)))


CONTRASTS = """() => {
  const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  const rgb = colour => { canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
                          return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3); };
  const linear = v => (v /= 255) <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4;
  const light = colour => { const [r, g, b] = rgb(colour).map(linear); return .2126 * r + .7152 * g + .0722 * b; };
  const paper = light(getComputedStyle(document.body).backgroundColor), found = [];
  const ratio = colour => { const other = light(colour);
                            return (Math.max(paper, other) + .05) / (Math.min(paper, other) + .05); };
  for (const text of document.querySelectorAll('.drawing.wide text'))
    found.push(['words', text.textContent, ratio(getComputedStyle(text).fill)]);
  for (const verdict of document.querySelectorAll('.verdict'))
    found.push(['words', verdict.className, ratio(getComputedStyle(verdict).color)]);
  for (const name of ['--c1', '--c2', '--c3', '--c4'])
    found.push(['marks', name, ratio(getComputedStyle(document.documentElement).getPropertyValue(name))]);
  return found; }"""


def test_keyboard_alone(tab: Tab) -> None:
    """Tab comes to the skip link first, then to a number; Enter goes to its note, on to the source, and back to a note."""
    for language in LANGUAGES:
        page = tab.visit(f"{language}/overview.html")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        assert page.evaluate("document.activeElement.getBoundingClientRect().top") >= 0, "the skip link stays out of sight"
        page.keyboard.press("Enter")
        assert page.evaluate("location.hash") == "#main"

        number = _tab_to(page, "a[data-note]")
        outline = page.evaluate(
            "(({outlineStyle, outlineWidth}) => [outlineStyle, outlineWidth])(getComputedStyle(document.activeElement))"
        )
        assert outline[0] != "none", "the focused number is not marked"
        assert float(outline[1].removesuffix("px")) >= 2, "the focused number is hardly marked"
        page.keyboard.press("Enter")
        assert _target(page) == number, "a number does not lead to its note"

        onward = _tab_to(page, ":target a[href^='#source-'], :target a[href^='#note-']", most=1)
        page.keyboard.press("Enter")
        assert _target(page) == onward
        if onward.startswith("#note-"):
            onward = _tab_to(page, ":target a[href^='#source-']", most=1)
            page.keyboard.press("Enter")
            assert _target(page) == onward
        back = _tab_to(page, ":target a[href^='#note-']", most=3)
        page.keyboard.press("Enter")
        assert _target(page) == back, "a source does not lead back to its notes"


def _tab_to(page: Page, selector: str, most: int = 40) -> str:
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return str(page.evaluate("document.activeElement.hash"))
    raise AssertionError(
        f"{selector} is not reached with {most} presses of Tab, but {page.evaluate('document.activeElement.outerHTML')}"
    )


def _target(page: Page) -> str:
    assert page.evaluate(
        "(box => box.bottom > 0 && box.top < innerHeight)(document.querySelector(':target').getBoundingClientRect())"
    ), "the target is out of sight"
    return "#" + str(page.evaluate("document.querySelector(':target').id"))


def test_focus_follows_the_reading_order(tab: Tab) -> None:
    """Nothing changes the order of Tab, and everything that takes the focus has a name."""
    for path in ("vi/index.html", "vi/overview.html", "en/claims.html"):
        page = tab.visit(path)
        assert page.evaluate("[...document.querySelectorAll('[tabindex]')].every(each => each.tabIndex === 0)"), path
        unnamed = page.evaluate(
            "[...document.querySelectorAll('[tabindex]')].filter(each => !each.getAttribute('aria-label') &&"
            " !document.getElementById(each.getAttribute('aria-labelledby'))?.textContent.trim()).length"
        )
        assert unnamed == 0, path


def test_a_wide_table_scrolls_by_keyboard_and_says_so(tab: Tab) -> None:
    """On a phone, a table wider than the screen shows a shade at its edge and scrolls with the arrow keys."""
    page = tab.visit("vi/index.html", 320)
    wide = page.evaluate_handle("[...document.querySelectorAll('.scroll')].find(each => each.scrollWidth > each.clientWidth)")
    if wide.as_element() is None:
        page = tab.visit("vi/claims.html", 320)
        wide = page.evaluate_handle("[...document.querySelectorAll('.scroll')].find(each => each.scrollWidth > each.clientWidth)")
    element = wide.as_element()
    assert element is not None, "no table is wider than a phone"
    assert "gradient" in element.evaluate("each => getComputedStyle(each).backgroundImage")
    element.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("each => each.scrollLeft > 0", arg=element, timeout=3000)


@pytest.mark.parametrize(
    "settings", [{"forced_colors": "active"}, {"reduced_motion": "reduce"}], ids=lambda each: next(iter(each))
)
def test_readers_settings_are_respected(browser: Browser, site: Path, settings: dict[str, Any]) -> None:
    """With forced colours every mark stands out from the canvas; nothing moves by itself."""
    context, tab = open_tab(browser, site, **settings)
    for path in ("vi/index.html", "vi/overview.html", "vi/restructuring-2025.html"):
        page = tab.visit(path)
        assert page.evaluate("document.getAnimations().length") == 0, path
        assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto", path
        if "forced_colors" in settings:
            assert page.evaluate(FAINT) == [], path
    context.close()
    assert tab.complaints == []


# Marks and words of charts, and bars of tables, that have the colour of the canvas.
FAINT = """() => {
  const none = [getComputedStyle(document.body).backgroundColor, 'none', 'rgba(0, 0, 0, 0)'];
  const seen = (each, ...names) => names.some(name => !none.includes(getComputedStyle(each)[name]));
  const drawn = document.querySelectorAll('.drawing.wide path:not(defs path), .drawing.wide text');
  return [...drawn].filter(each => !seen(each, 'fill', 'stroke'))
    .concat([...document.querySelectorAll('.share i')].filter(each => !seen(each, 'backgroundColor')))
    .map(each => each.outerHTML.slice(0, 90)); }"""


# ------------------------------------------------------------------------------------------------- layout

# What sticks out of the window, except inside a region that scrolls by itself.
OUTSIDE = """() => {
  const width = document.documentElement.clientWidth, found = [];
  if (document.documentElement.scrollWidth > width) found.push(`the page is ${document.documentElement.scrollWidth} wide`);
  for (const each of document.body.querySelectorAll('*')) {
    if (each.closest('.scroll, svg, .skip') && !each.matches('.scroll, svg')) continue;
    const box = each.getBoundingClientRect(), style = getComputedStyle(each);
    const name = `${each.tagName} ${each.className}`, inner = each.clientWidth;
    if (box.width && (box.right > width + 1 || box.left < -1)) found.push(`${name} reaches from ${box.left} to ${box.right}`);
    if (['hidden', 'clip'].includes(style.overflowX) && inner && each.scrollWidth > inner + 1) found.push(`${name} is cut`); }
  return found.slice(0, 3); }"""


def test_pages_fit_a_phone(tab: Tab, paths: list[str]) -> None:
    """At 360 and at 320 pixels (400 % zoom) no page scrolls sideways; only tables do, in a region of their own."""
    wrong = []
    for path in paths:
        page = tab.visit(path, 360)
        wrong += [f"{path} at 360: {each}" for each in page.evaluate(OUTSIDE)]
        page.set_viewport_size({"width": 320, "height": HEIGHT})
        wrong += [f"{path} at 320: {each}" for each in page.evaluate(OUTSIDE)]
    none(wrong)


# Passages of running text whose lines hold so many letters that the next one is hard to find.
LONG_LINES = """() => [...document.querySelectorAll('main > p:not(.files), main > ol > li')].flatMap(each => {
  const lines = Math.round(each.getBoundingClientRect().height / parseFloat(getComputedStyle(each).lineHeight));
  const letters = lines < 4 ? 0 : each.innerText.length / (lines - .5);
  return letters > 85 ? [`${Math.round(letters)} letters a line in “${each.innerText.slice(0, 50)}”`] : []; })"""


def test_pages_fit_larger_screens(tab: Tab) -> None:
    """At 768 and 1280 pixels nothing sticks out, and lines of text are no longer than eighty letters."""
    wrong = []
    for name in MAIN + PROVINCES:
        for language in LANGUAGES:
            for width in (768, 1280):
                page = tab.visit(f"{language}/{name}.html", width)
                wrong += [f"{language}/{name} at {width}: {each}" for each in page.evaluate(OUTSIDE)]
            long = page.evaluate(LONG_LINES)
            wrong += [f"{language}/{name}: {each}" for each in long]
    none(wrong)


def test_text_twice_as_large(tab: Tab) -> None:
    """With text at 200 % nothing is cut and nothing sticks out."""
    wrong = []
    for name in (*MAIN, "province-ha-noi"):
        for language in LANGUAGES:
            page = tab.visit(f"{language}/{name}.html", 1280)
            page.evaluate("document.documentElement.style.fontSize = '200%'")
            wrong += [f"{language}/{name}: {each}" for each in page.evaluate(OUTSIDE)]
    none(wrong)


# Every text of the drawings that are shown, with its size as seen and where it collides or is cut.
DRAWN = """() => [...document.querySelectorAll('.drawing svg')].filter(svg => svg.getBoundingClientRect().width).flatMap(svg => {
  const frame = svg.getBoundingClientRect(), chart = svg.closest('figure').id;
  const scale = text => Math.hypot(text.getScreenCTM().a, text.getScreenCTM().b);
  const shown = [...svg.querySelectorAll('text')].filter(text => text.textContent.trim()).map(text => ({words: text.textContent,
    size: parseFloat(getComputedStyle(text).fontSize) * scale(text), box: text.getBoundingClientRect()}));
  const found = [];
  for (const [i, {words, size, box}] of shown.entries()) {
    if (size < 11) found.push(`${chart}: “${words}” is ${size.toFixed(1)} px high`);
    // Drawings show what stands out of them a little: a system font may be wider than the one drawn with.
    const out = Math.max(frame.left - box.left, box.right - frame.right, frame.top - box.top, box.bottom - frame.bottom);
    if (out > 2 && getComputedStyle(svg).overflow !== 'visible' || out > 14 || box.left < 0 || box.right > innerWidth)
      found.push(`${chart}: “${words}” stands ${Math.round(out)} px out of its drawing`);
    for (const other of shown.slice(i + 1)) {
      const across = Math.min(box.right, other.box.right) - Math.max(box.left, other.box.left);
      const down = Math.min(box.bottom, other.box.bottom) - Math.max(box.top, other.box.top);
      if (across > 1 && down > size * .4) found.push(`${chart}: “${words}” lies on “${other.words}”`); } }
  return found; })"""


def test_words_in_charts_can_be_read(tab: Tab, paths: list[str]) -> None:
    """Words in a chart are at least 11 pixels high on the screen, whole, and none lies on another."""
    wrong = []
    for path in paths:
        if path.endswith("index.html"):
            continue
        page = tab.visit(path, 360)
        wrong += [f"{path} at 360: {each}" for each in page.evaluate(DRAWN)]
        page.set_viewport_size({"width": 1280, "height": HEIGHT})
        wrong += [f"{path} at 1280: {each}" for each in page.evaluate(DRAWN)]
    none(wrong)


def test_one_drawing_of_two_is_shown(tab: Tab) -> None:
    """A phone shows the narrow drawing of each chart, a larger screen the wide one; the other is not read out either."""
    for width, shown in ((360, "narrow"), (1280, "wide")):
        page = tab.visit("vi/overview.html", width)
        visible = page.evaluate(
            "[...document.querySelectorAll('.drawing')].filter(each => each.offsetParent).map(each => each.className)"
        )
        assert visible, width
        assert set(visible) == {f"drawing {shown}"}, width


def test_hostile_data_break_no_layout(browser: Browser, hostile_site: Path) -> None:
    """With scripts, marks and a label of ten thousand letters in the data, nothing runs and the page fits its window."""
    context, tab = open_tab(browser, hostile_site)
    wrong = []
    for language in LANGUAGES:
        for name in ("project-06", "index"):
            for width in (360, 1280):
                page = tab.visit(f"{language}/{name}.html", width)
                wrong += [f"{language}/{name} at {width}: {each}" for each in page.evaluate(OUTSIDE)]
                assert page.evaluate("document.images.length") == 0
                assert set(page.evaluate("[...document.scripts].map(each => each.type)")) <= {"application/ld+json"}
                assert set(
                    page.evaluate("[...document.querySelectorAll('cite')].map(each => getComputedStyle(each).unicodeBidi)")
                ) <= {"isolate"}
    context.close()
    none(wrong + tab.complaints)


def test_no_request_leaves(tab: Tab, paths: list[str]) -> None:
    """Shown and unfolded, by day or night, a page asks for nothing but itself, and the browser has nothing to complain about."""
    for path in sorted(set(paths) - tab.visited):
        tab.visit(path)
    assert tab.visited >= set(paths)
    none(tab.complaints)


# -------------------------------------------------------------------------------------------------- print


@dataclass(frozen=True)
class Print:
    """A page as printed: the file, and the text of its sheets without white space."""

    page: BeautifulSoup
    file: Path
    sheets: list[str]

    @property
    def text(self) -> str:
        """The text of all sheets."""
        return "".join(self.sheets)


@pytest.fixture(scope="module")
def prints(chromium: str, site: Path, tmp_path_factory: pytest.TempPathFactory, artefacts: Path | None) -> dict[str, Print]:
    """The front pages, the six reports and one province in both languages, printed as the README says."""
    pdftotext = need("pdftotext", "pdftotext")
    folder = artefacts or tmp_path_factory.mktemp("print")

    def make(path: str) -> tuple[str, Print]:
        file = folder / path.replace("/", "-").replace(".html", ".pdf")
        profile = tmp_path_factory.mktemp("profile")
        command = [chromium, "--headless", *FLAGS, f"--user-data-dir={profile}", "--no-pdf-header-footer"]
        command += ["--generate-pdf-document-outline", f"--print-to-pdf={file}", (site / path).as_uri()]
        subprocess.run(command, capture_output=True, timeout=120, check=True)
        # In the order in which it was drawn: a cell of a table stays in one piece.
        text = subprocess.run([pdftotext, "-raw", str(file), "-"], capture_output=True, timeout=60, check=True).stdout.decode()
        soup = BeautifulSoup((site / path).read_text(encoding="utf-8"), "html.parser")
        return path, Print(soup, file, [close(sheet) for sheet in text.split("\f")[:-1]])

    paths = [f"{language}/{name}.html" for name in PRINTED for language in LANGUAGES]
    with ThreadPoolExecutor(2) as pool:
        return dict(pool.map(make, paths))


def close(text: str) -> str:
    """Text without white space and soft breaks, so that it does not matter where a line ends."""
    return re.sub(r"[\s\u00ad\u200b]+", "", text)


def pieces(tag: Tag) -> list[str]:
    """The words of an element between one number and the next: on paper the number of a note follows each number."""
    return [close(text) for text in tag.stripped_strings if close(text)]


def test_prints_hold_every_table_whole(prints: dict[str, Print]) -> None:
    """On paper stand the caption, each header and the first and last row of every table, those of unfolded charts too."""
    wrong = []
    for path, printed in prints.items():
        for table in printed.page.find_all("table"):
            rows = table.select("tbody tr")
            wanted = [piece for tag in (table.caption, table.thead, rows[0], rows[-1]) for piece in pieces(tag)]
            missing = [piece for piece in wanted if piece not in printed.text]
            if missing:
                wrong.append(f"{path}: “{' '.join(table.caption.get_text().split())[:50]}” is printed without {missing[:4]}")
            # Not only the same words elsewhere: they stand behind the caption.
            after = printed.text[printed.text.find(pieces(table.caption)[0]) :]
            wrong += [f"{path}: “{piece}” of a last row is not in its table" for piece in pieces(rows[-1]) if piece not in after]
    none(wrong)


def test_a_table_over_several_sheets_repeats_its_header(prints: dict[str, Print]) -> None:
    """The header row of a table that goes on overleaf stands on each of its sheets."""
    continued = 0
    for path, printed in prints.items():
        for table in printed.page.select("div.table table"):
            rows = table.select("tbody tr")
            if len(rows) < 30:
                continue
            heads = ["".join(pieces(head)) for head in table.select("thead th")]
            firsts = ["".join(pieces(row.find("th"))) for row in rows]
            sheets = [number for number, sheet in enumerate(printed.sheets) if sum(first in sheet for first in firsts) > 5]
            with_heads = [number for number in sheets if all(head in printed.sheets[number] for head in heads)]
            if len(sheets) > 1:
                continued += 1
                assert len(with_heads) >= len(sheets) - 1, f"{path}: {sheets} hold rows, {with_heads} the header"
                assert len(with_heads) > 1, path
    assert continued, "no table is longer than a sheet"


def test_prints_hold_notes_and_addresses(prints: dict[str, Print]) -> None:
    """On paper, notes and sources are numbered, and the address of every source is written out."""
    wrong = []
    for path, printed in prints.items():
        for section in ("notes", "sources"):
            for number, item in enumerate(printed.page.select(f"section.{section} > ol > li"), start=1):
                if f"{number}.{pieces(item)[0]}" not in printed.text:
                    wrong.append(f"{path}: {item['id']} stands without its number {number}")
        for link in printed.page.select(".sources a[href^=http]"):
            if close(str(link["href"])) not in printed.text:
                wrong.append(f"{path}: {link['href']} is not printed")
    none(wrong)


def test_numbers_on_paper_name_their_notes(prints: dict[str, Print]) -> None:
    """Where a screen has a link, paper has the number of the note behind the number."""
    wrong = []
    for path, printed in prints.items():
        for link in printed.page.select(".lead a[data-note]") if not path.endswith("index.html") else ():
            if f"{close(link.get_text())}{link['data-note']}" not in printed.text:
                wrong.append(f"{path}: {link.get_text()} stands without note {link['data-note']}")
    none(wrong)


def test_prints_are_tagged_a4(prints: dict[str, Print]) -> None:
    """Each PDF is tagged, knows its title and language, has an outline, and every sheet is A4 with its number."""
    pdfinfo = need("pdfinfo", "pdfinfo")
    wrong = []
    for path, printed in prints.items():
        told = subprocess.run(
            [pdfinfo, "-l", "999", str(printed.file)], capture_output=True, timeout=60, check=True
        ).stdout.decode()
        known = {name.strip(): value.strip() for name, _, value in (line.partition(":") for line in told.splitlines())}
        title = " ".join(printed.page.title.get_text().split())  # type: ignore[union-attr]
        raw = printed.file.read_bytes()
        if known["Tagged"] != "yes" or known["Title"] != title:
            wrong.append(f"{path}: tagged {known['Tagged']}, title “{known['Title']}”")
        if f"/Lang ({path[:2]})".encode() not in raw or b"/Outlines" not in raw:
            wrong.append(f"{path}: without language or outline")
        sizes = re.findall(r"^Page +\d+ size: +(.+)$", told, re.MULTILINE)
        if len(sizes) != int(known["Pages"]) or not all("(A4)" in size for size in sizes):
            wrong.append(f"{path}: sheets are {set(sizes)}")
        for number, sheet in enumerate(printed.sheets, start=1):
            if f"{number}/{len(sizes)}" not in sheet:
                wrong.append(f"{path}: sheet {number} has no number")
    none(wrong)


def test_nothing_is_cut_on_paper(prints: dict[str, Print]) -> None:
    """Every printed word lies within its sheet, at least five millimetres from the edge."""
    pdftotext, edge = need("pdftotext", "pdftotext"), 5 * 72 / 25.4
    wrong = []
    for path, printed in prints.items():
        boxes = subprocess.run(
            [pdftotext, "-bbox", str(printed.file), "-"], capture_output=True, timeout=60, check=True
        ).stdout.decode()
        width = height = 0.0
        for line in boxes.splitlines():
            if size := re.search(r'<page width="([\d.]+)" height="([\d.]+)"', line):
                width, height = float(size[1]), float(size[2])
            elif word := re.search(r'xMin="(.+?)" yMin="(.+?)" xMax="(.+?)" yMax="(.+?)">(.*)<', line):
                left, top, right, bottom = (float(word[place]) for place in (1, 2, 3, 4))
                if min(left, top, width - right, height - bottom) < edge:
                    wrong.append(f"{path}: “{word[5]}” is at the edge")
    none(wrong)


def test_headings_stay_with_what_follows(prints: dict[str, Print]) -> None:
    """No sheet ends with a heading or a table's caption."""
    wrong = []
    for path, printed in prints.items():
        headings = ["".join(pieces(tag)) for tag in printed.page.select("main h2, main h3, main caption, main p.title")]
        for number, sheet in enumerate(printed.sheets[:-1], start=1):
            foot = re.sub(r"\d+/\d+$", "", sheet)
            wrong += [f"{path}: sheet {number} ends with “{each}”" for each in headings if len(each) > 8 and foot.endswith(each)]
    none(wrong)


# ---------------------------------------------------------------------------------------------- artefacts


def test_screens_are_kept_for_people(tab: Tab, artefacts: Path | None) -> None:
    """In CI, pictures of the overview and of one province are kept: wide, narrow and dark, in both languages."""
    if artefacts is None:
        pytest.skip("pictures are kept in CI alone (CI=true)")
    for name in ("index", "overview", "province-ha-noi"):
        for language in LANGUAGES:
            for screen, (width, scheme) in SCREENS.items():
                page = tab.visit(f"{language}/{name}.html", width, scheme)
                page.screenshot(path=artefacts / f"{language}-{name}-{screen}.png", full_page=True)
    assert len(list(artefacts.glob("*.png"))) >= 18
