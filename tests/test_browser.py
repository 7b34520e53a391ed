"""Pages as a browser shows, reads out, zooms and prints them: real Chromium, over the real site.

Needs a Chromium or Chrome (CHROMIUM names it, or it is on the PATH) and, for print, pdftotext and
pdfinfo. Without them the tests are skipped; with REQUIRE_CHROMIUM=1 they fail instead.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

import nbformat
import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from bs4 import BeautifulSoup, Tag
from conftest import ROOT, shared
from filelock import FileLock
from playwright.sync_api import Browser, ConsoleMessage, Dialog, Page, Request, sync_playwright

from analysis import claims, figures
from analysis.builds import plan
from analysis.builds.plan import Project
from analysis.numbers import periods
from analysis.numbers.figures import Figures
from analysis.numbers.schema import LANGUAGES
from analysis.pages import paper, records
from analysis.pages.document import Document, Prose, read
from analysis.pages.writer import Writer
from analysis.saying import blocks
from analysis.saying.drawing.marks import ON_MARKS
from analysis.saying.words import table as words_table
from analysis.saying.words import word

pytestmark = pytest.mark.browser

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
HEIGHT = 900
# How pages are met: the width of the window, and whether the reader asked for dark pages.
SCREENS = {"wide": (1280, "light"), "narrow": (360, "light"), "dark": (1280, "dark")}
# One page of each kind; overview and restructuring-2025 have every block, "" is the door.
KINDS = ("", "index", "changes", "overview", "restructuring-2025", "province-ha-noi")
# What is printed: a front page, reports long and short, one province.
PRINTED = ["en/index.html", "vi/overview.html", "en/claims.html", "vi/province-ha-noi.html"]
PRINTED += ["vi/restructuring-2025.html"]
SHARES = 2  # tests of every page are cut into so many, for processes to share


def absent(what: str) -> NoReturn:
    """Skip a test that lacks a program, or fail it where the environment says that it must run."""
    if os.environ.get("REQUIRE_CHROMIUM") == "1":
        pytest.fail(f"{what} REQUIRE_CHROMIUM=1 wants these tests to run.")
    pytest.skip(what)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for all tests of a process."""
    try:
        path = paper.chromium()
    except paper.PrintError as error:
        absent(str(error))
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield started
        started.close()


@dataclass
class Tab:
    """One tab of the browser, and what the pages shown in it asked for or complained about."""

    page: Page
    site: Path
    complaints: list[str] = field(default_factory=list)

    def visit(self, path: str, width: int = 1280, scheme: Any = "light") -> Page:
        """Show a page of the site, with everything on it unfolded."""
        self.page.set_viewport_size({"width": width, "height": HEIGHT})
        self.page.emulate_media(color_scheme=scheme)
        self.page.goto((self.site / path).as_uri())
        self.page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        return self.page

    def complain(self, text: str) -> None:
        """Note what no page may cause."""
        self.complaints.append(f"{self.page.url.rpartition('/site/')[2] or self.page.url}: {text}")

    def asked(self, request: Request) -> None:
        """Note every request but that for the page itself."""
        if not request.is_navigation_request() or not request.url.startswith("file:"):
            self.complain(f"asked for {request.url[:80]}")

    def logged(self, message: ConsoleMessage) -> None:
        """Note what the browser finds wrong."""
        if message.type in {"error", "warning"}:
            self.complain(message.text)

    def interrupted(self, dialog: Dialog) -> None:
        """Note a dialog, and close it."""
        self.complain(dialog.message)
        dialog.dismiss()


@contextmanager
def open_tab(browser: Browser, site: Path, **settings: Any) -> Iterator[Tab]:
    """A tab of a browser that is offline; in the end nothing may have been complained about."""
    context = browser.new_context(offline=True, **settings)
    page = context.new_page()
    tab = Tab(page, site)
    page.on("request", tab.asked)
    page.on("console", tab.logged)
    page.on("pageerror", lambda error: tab.complain(str(error)))
    page.on("dialog", tab.interrupted)
    yield tab
    context.close()
    none(tab.complaints)


@pytest.fixture(scope="module")
def tab(browser: Browser, site: Path) -> Iterator[Tab]:
    """The tab that most tests share."""
    with open_tab(browser, site) as opened:
        yield opened


def none(wrong: Iterable[str]) -> None:
    """Fail with everything found at once, each with its page."""
    listed = list(wrong)
    assert not listed, f"{len(listed)} wrong:\n" + "\n".join(listed[:40])


# -------------------------------------------------------------------- what is shown is what is said


@pytest.mark.parametrize("share", range(SHARES))
def test_chromium_shows_what_the_document_says(tab: Tab, site: Path, share: int) -> None:
    """Unfolded, a page shows in order everything that its document says: title, answer, headline
    numbers, findings, sentences, margin notes, titles and cells. Between these stand words of the
    frame, sources and numbers of the record alone; no number is shown that the record does not
    have."""
    known, wrong = figures.load(), []
    runs = site.parent.parent / "runs"
    for name in sorted(file.stem for file in (site / "vi").glob("*.json"))[share::SHARES]:
        executed: Any = nbformat.read(runs / f"{name}.ipynb", 4)  # type: ignore[no-untyped-call]
        document = read(executed, known)
        for path in (f"{language}/{name}" for language in LANGUAGES):
            shown = flat(tab.visit(f"{path}.html").evaluate(SHOWN))
            beside = json.loads((site / f"{path}.json").read_text("utf-8"))
            wrong += [f"{path}: {each}" for each in differences(document, shown, beside)]
    none(wrong)


# Drawings are left out: what they show is in the table below each. So are links to the next place.
SHOWN = """document.querySelectorAll('.drawing, .squares, .beside').forEach(each => each.remove()),
           document.querySelector('main').innerText"""


def differences(document: Document, shown: str, beside: dict[str, Any]) -> Iterator[str]:
    """What a page lacks of its document, and what it shows beyond document, frame and record."""
    language, record = beside["language"], records.whole(beside["record"])
    place, between = 0, []
    for words in map(flat, said(document, language)):
        met = re.compile(rf"(?<!\d){re.escape(words)}").search(
            shown, place
        )  # 5 is not that of 2025
        if met is None:
            yield f"“{words}” is not shown after “{shown[max(0, place - 40) : place]}”"
        else:
            between.append(shown[place : met.start()])
            place = met.end()
    numbers = [each["shown"] for each in record["quantities"]] + [day for day, _ in record["days"]]
    numbers += [each[part] for each in record["articles"] for part in ("publisher", "headline")]
    numbers += [Writer.short(each["headline"]) for each in record["articles"]]
    numbers += [each["publisher"].partition(" (")[0] for each in record["articles"]]
    frame = [pair[language] for pair in words_table().values()]
    frame += [link[language] for link in plan.site(Project.at(ROOT)).nav]
    numbers.append(periods.read(document.known.latest()).words(language, "short"))
    numbers.append(plan.site(Project.at(ROOT)).licence["name"])
    frame += [words for item in document.items if isinstance(item, Prose)
              for words in words_in(item.source(language), only="#")]  # fmt: skip
    names, rest = document.known.names_pattern(), " | ".join(between)
    for words in sorted(map(flat, [*numbers, *frame]), key=len, reverse=True):
        rest = rest.replace(words, " ")
    yield from re.findall(r"[^\W\d]+", names.sub(" ", rest))
    either = "|".join(word(each, language) for each in ("paragraphs", "paragraph"))
    paragraphs = re.compile(rf"(?:{either}) \d+(?:(?:–|, )\d+)*")
    shown = paragraphs.sub(lambda each: "x" * len(each[0]), shown)
    yield from digits(names.sub(" ", shown[:place])) - digits(*numbers)
    notes = [beside["version"], *(str(each["note"]) for each in record["quantities"])]
    yield from digits(names.sub(" ", shown[place:])) - digits(*numbers, *notes)


def said(document: Document, language: str) -> Iterator[str]:
    """Everything that a document says in a language, in reading order."""
    for item in document.items:
        if isinstance(item, Prose):
            yield from words_in(item.source(language))
        elif isinstance(item.block, blocks.Claims):
            yield item.block.title.plain(language)
            yield from _claims(item.block, document.known, language)
        elif not isinstance(item.block, blocks.Hidden | blocks.Parameters):
            yield from _block(item.block, document.known, language)


def _block(block: blocks.Block, known: Figures, language: str) -> Iterator[str]:
    yield from (text.plain(language) for text in block.texts)
    for event in block.events(known) if isinstance(block, blocks.Context) else ():
        yield from (event.day.words(language, "short"), event.label.words(language))
        yield event.document.words(language) if event.document else ""
    if isinstance(block, blocks.Chart):
        yield block.title.plain(language)  # once more, as the caption of its table
    if isinstance(block, blocks.Chart | blocks.Table):
        for cell in [*block.table.columns, *(cell for row in block.table.data for cell in row)]:
            yield word("not_printed", language) if cell is None else cell.words(language)
    if isinstance(block, blocks.Table) and block.note is not None and block.note.known:
        yield block.note.plain(language)


def _claims(block: blocks.Claims, known: Figures, language: str) -> Iterator[str]:
    """Cards, numbers of different days last, then the others."""
    checked = [each for claim in block.claims for each in claims.recompute(known, claim)]
    worst = ("does_not_hold", "contradicts", "holds_if_truncated", "other day")
    cards = [each for kind in worst for each in checked if _kind(each, known) == kind]
    for each in cards:
        label, stated, note = _claim(each, known, language)
        row, day = known.row(each.stated.figure), known.as_of(each.stated.figure)
        area = str(known.entry("areas", str(row["area"]))[f"label_{language}"])
        yield word(f"verdict_{each.verdict}", language)
        yield from (label, area, day.words(language, "short"), stated, note)
    rest = [each for each in checked if each not in cards]
    if rest:
        yield block.title.plain(language)  # the caption of their table
    for each in rest:
        label, stated, note = _claim(each, known, language)
        yield from (label, note if each.verdict != "holds" else "")
        yield from (word(f"verdict_{each.verdict}", language), stated)


def _kind(checked: claims.Verdict, known: Figures) -> str:
    """The verdict, or “other day” where the two numbers of a contradiction hold for two days."""
    days = {known.as_of(each.figure) for each in (checked.stated, *checked.operands)}
    return "other day" if checked.verdict == "contradicts" and len(days) > 1 else checked.verdict


def _claim(checked: claims.Verdict, known: Figures, language: str) -> tuple[str, str, str]:
    """What was computed, printed, and what is noted of it."""
    row = known.entry("indicators", known.indicator_of(checked.stated.figure))
    note = known.entry("claims", checked.claim)[f"note_{language}"]
    return str(row[f"label_{language}"]), checked.stated.words(language), str(note)


def words_in(source: str, only: str = "") -> Iterator[str]:
    """The words of Markdown, line by line; `only` those of lines that begin so."""
    for line in filter(str.strip, source.splitlines()):
        if line.startswith(only):
            words = re.sub(r"\[([^]]+)\]\([^)]+\)", r"\1", line)  # of a link
            yield re.sub(r"^#+ |^[-*] |^\d+\. |<[^>]+>|\*\*|[`*]", "", words)


def digits(*texts: str) -> set[str]:
    """The numbers in some texts, as they are written."""
    return set(re.findall(r"\d+(?:[.,]\d+)*", " ".join(texts)))


def flat(text: str) -> str:
    """A text with single plain spaces."""
    return " ".join(text.split())


# ----------------------------------------------------------------------------------- accessibility


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("kind", KINDS)
def test_axe_finds_nothing(tab: Tab, kind: str, screen: str) -> None:
    """axe finds no violation of WCAG 2.2 AA and of its best practices on a page of each kind: wide,
    narrow and dark (which differs in its colours alone: only these are looked at again)."""
    path = f"{'en' if screen == 'narrow' else 'vi'}/{kind}.html" if kind else "index.html"
    page, rules = tab.visit(path, *SCREENS[screen]), ["wcag143"] if screen == "dark" else RULES
    options = {"runOnly": rules, "resultTypes": ["violations"], "preload": False}
    answer = Axe().run(page, options=options).response
    assert answer["testEngine"]["name"] == "axe-core"
    none(f"{each['id']}: {each['nodes'][0]['html'][:120]}" for each in answer["violations"])


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_colours_can_be_told_from_the_paper(tab: Tab, scheme: str) -> None:
    """Words in charts and verdicts contrast 4.5 to 1 with the paper, marks 3 to 1."""
    for path in ("vi/overview.html", "vi/restructuring-2025.html", "vi/claims.html"):
        ratios = tab.visit(path, 1280, scheme).evaluate(CONTRASTS)
        none(
            f"{path}: {kind} {words}: {ratio:.2f}"
            for kind, words, ratio in ratios
            if ratio < (4.5 if kind == "words" else 3)
        )


CONTRASTS = """() => {
  const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  const rgb = colour => {
    canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3); };
  const linear = v => (v /= 255) <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4;
  const light = colour => {
    const [r, g, b] = rgb(colour).map(linear); return .2126 * r + .7152 * g + .0722 * b; };
  const paper = light(getComputedStyle(document.body).backgroundColor), wrong = [];
  const ratio = colour => { const other = light(colour);
    return (Math.max(paper, other) + .05) / (Math.min(paper, other) + .05); };
  for (const text of document.querySelectorAll('.drawing.wide text:not(.on-mark)'))
    wrong.push(['words', text.textContent, ratio(getComputedStyle(text).fill)]);
  for (const verdict of document.querySelectorAll('.verdict'))
    wrong.push(['words', verdict.className, ratio(getComputedStyle(verdict).color)]);
  const role = name => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`);
  for (const name of ['subject', 'other', 'norm-edge', 'check', 'axis']) wrong.push(
    ['marks', name, ratio(role(name))]);
  for (const [words, mark] of Object.entries(MARKED)) {
    const [a, b] = [light(role(words)), light(role(mark))];
    wrong.push(['words', `${words} on ${mark}`, (Math.max(a, b) + .05) / (Math.min(a, b) + .05)]); }
  return wrong; }""".replace("MARKED", json.dumps(ON_MARKS))


@pytest.mark.parametrize("language", LANGUAGES)
def test_keyboard_alone(tab: Tab, language: str) -> None:
    """Tab comes to the skip link first, then to a number; Enter goes to its note, on to the source,
    and back to a note."""
    page = tab.visit(f"{language}/overview.html")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    top = page.evaluate("document.activeElement.getBoundingClientRect().top")
    assert top >= 0, "the skip link stays out of sight"
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#main"
    number = _tab_to(page, "a[href^='#note-']")
    focused = "getComputedStyle(document.activeElement)"
    assert page.evaluate(f"{focused}.outlineStyle") != "none", "the focused number is not marked"
    assert page.evaluate(f"parseFloat({focused}.outlineWidth)") >= 2, "it is hardly marked"
    page.keyboard.press("Enter")
    assert _target(page) == number, "a number does not lead to its note"
    onward = number
    while onward.startswith("#note-"):  # a computed number's note leads to those of its operands
        lasting = ":target a[href^='source-']"
        onward = _tab_to(page, f"{lasting}, :target a[href^='#note-']", most=1)
        with page.expect_navigation():
            page.keyboard.press("Enter")
        assert _target(page) == onward
    assert "/source-" in page.url, "a note does not lead to the lasting address of its figure"


def _tab_to(page: Page, selector: str, most: int = 40) -> str:
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return str(page.evaluate("document.activeElement.hash"))
    here = page.evaluate("document.activeElement.outerHTML")
    raise AssertionError(f"{selector} is not reached with {most} presses of Tab, but {here}")


def _target(page: Page) -> str:
    box = page.evaluate("document.querySelector(':target').getBoundingClientRect().toJSON()")
    assert -box["height"] < box["top"] < HEIGHT, "the target is out of sight"
    return "#" + str(page.evaluate("document.querySelector(':target').id"))


def test_a_wide_table_scrolls_by_keyboard_and_says_so(tab: Tab) -> None:
    """On a phone, a table wider than the screen shows a shade at its edge; arrow keys scroll it."""
    page = tab.visit("vi/claims.html", 320)
    wide = "each => each.scrollWidth > each.clientWidth"
    tables = f"[...document.querySelectorAll('.scroll')].find({wide})"
    element = page.evaluate_handle(tables).as_element()
    assert element is not None, "no table is wider than a phone"
    assert "gradient" in element.evaluate("each => getComputedStyle(each).backgroundImage")
    element.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("each => each.scrollLeft > 0", arg=element, timeout=3000)


@pytest.mark.parametrize("setting", ["forced_colors", "reduced_motion"])
def test_readers_settings_are_respected(browser: Browser, site: Path, setting: str) -> None:
    """With forced colours every mark stands out from the canvas; nothing moves by itself."""
    forced = setting == "forced_colors"
    with open_tab(browser, site, **{setting: "active" if forced else "reduce"}) as tab:
        for path in ("vi/index.html", "vi/overview.html", "vi/restructuring-2025.html"):
            page = tab.visit(path)
            assert page.evaluate("document.getAnimations().length") == 0
            root = "getComputedStyle(document.documentElement)"
            assert page.evaluate(f"{root}.scrollBehavior") == "auto"
            assert not forced or page.evaluate(FAINT) == []


# Marks and words of charts, and bars of tables, that have the colour of the canvas; what lies under
# marks (a tint, a band between its edges) may have it, and words on marks.
FAINT = """() => {
  const none = [getComputedStyle(document.body).backgroundColor, 'none', 'rgba(0, 0, 0, 0)'];
  const seen = (each, ...names) => names.some(one => !none.includes(getComputedStyle(each)[one]));
  const looks = [...document.styleSheets].flatMap((sheet) => [...sheet.cssRules]).filter(
    (rule) => /^\\.k\\d+$/.test(rule.selectorText || "")
      && /--(tint|norm-fill|t3)\\)/.test(rule.cssText));
  const ground = ["defs *", ...looks.map((rule) => rule.selectorText)].join(", ");
  const words = '.drawing.wide text:not(.on-mark, .on-mark text)';
  const drawn = `.drawing.wide :is(path, circle):not(${ground}), ${words}, .share i`;
  return [...document.querySelectorAll(drawn)]
    .filter(each => !seen(each, ...(each.matches('i') ? ['backgroundColor'] : ['fill', 'stroke'])))
    .map(each => each.outerHTML.slice(0, 90)); }"""


# ------------------------------------------------------------------------------------------ layout

# What sticks out of the window, except inside a region that scrolls by itself, and what is cut.
OUTSIDE = """() => {
  const width = document.documentElement.clientWidth, wrong = [];
  const whole = document.documentElement.scrollWidth;
  if (whole > width) wrong.push(`the page is ${whole} wide`);
  for (const each of document.body.querySelectorAll('*')) {
    if (each.closest('.scroll, svg, .skip') && !each.matches('.scroll, svg')) continue;
    const {left, right, width: wide} = each.getBoundingClientRect();
    const name = `${each.tagName} ${each.className}`, inner = each.clientWidth;
    if (wide && (right > width + 1 || left < -1))
      wrong.push(`${name} reaches from ${left} to ${right}`);
    const hides = ['hidden', 'clip'].includes(getComputedStyle(each).overflowX);
    if (hides && inner && each.scrollWidth > inner + 1) wrong.push(`${name} is cut`); }
  return wrong.slice(0, 3); }"""

# Passages of running text whose lines hold so many letters that the next one is hard to find.
LONG_LINES = """() => [...document.querySelectorAll('main > p, main > ol > li > *, .row > p')]
  .flatMap(each => {
    const high = each.getBoundingClientRect().height;
    const style = getComputedStyle(each), columns = parseInt(style.columnCount) || 1;
    const lines = columns * Math.round(high / parseFloat(style.lineHeight));
    const letters = lines < 4 ? 0 : Math.round(each.innerText.length / (lines - .5));
    return letters > 85 ? [`${letters} letters a line in “${each.innerText.slice(0, 50)}”`] : [];
  })"""

# The drawings that are shown; texts in them that are small, cut, or lie on another. Drawings show
# what stands out of them a little: a system font may be wider than the one drawn with.
DRAWN = """width => [...document.querySelectorAll('.drawing')].filter(each => each.offsetParent)
  .flatMap(drawing => {
    const svg = drawing.querySelector('svg'), frame = svg.getBoundingClientRect(), wrong = [];
    const chart = svg.closest('figure').id, clips = getComputedStyle(svg).overflow !== 'visible';
    if (!drawing.matches(`.${width}, .map *`)) wrong.push(`${chart}: the other drawing is shown`);
    const shown = [...svg.querySelectorAll('text')].filter(each => each.textContent.trim())
      .map(each => { const {a, b} = each.getScreenCTM();
        return {words: each.textContent, box: each.getBoundingClientRect(),
                size: parseFloat(getComputedStyle(each).fontSize) * Math.hypot(a, b)}; });
    for (const [i, {words, size, box}] of shown.entries()) {
      if (size < 11) wrong.push(`${chart}: “${words}” is ${size.toFixed(1)} px high`);
      const out = Math.max(frame.left - box.left, box.right - frame.right,
                           frame.top - box.top, box.bottom - frame.bottom);
      if (out > 2 && clips || out > 14 || box.left < 0 || box.right > innerWidth)
        wrong.push(`${chart}: “${words}” stands ${Math.round(out)} px out of its drawing`);
      for (const other of shown.slice(i + 1)) {
        const across = Math.min(box.right, other.box.right) - Math.max(box.left, other.box.left);
        const down = Math.min(box.bottom, other.box.bottom) - Math.max(box.top, other.box.top);
        if (across > 1 && down > size * .4)
          wrong.push(`${chart}: “${words}” lies on “${other.words}”`); } }
    return wrong; })"""


@pytest.mark.parametrize("share", range(SHARES))
def test_every_page_fits_and_asks_for_nothing(browser: Browser, site: Path, share: int) -> None:
    """From 320 (400 % zoom) to 1280 pixels, and with text at 200 %, nothing is cut or sticks out:
    only tables scroll, in a region of their own. Lines are no longer than eighty letters. A phone
    shows the narrow drawing of each chart, a larger screen the wide one; its words are at least 11
    pixels high, whole, and none lies on another. No request leaves, nothing is complained about."""
    # Pages of sources are of one kind: every fifth stands for all.
    paths = sorted(file.relative_to(site).as_posix() for file in site.rglob("*.html"))
    sources = [path for path in paths if "/source-" in path]
    met = sorted({*paths} - {*sources} | {*sources[::5]})
    wrong = []
    with open_tab(browser, site) as tab:
        for path in met[share::SHARES]:
            page = tab.visit(path, 320)
            for width in (320, 360, 768, 1280):
                page.set_viewport_size({"width": width, "height": HEIGHT})
                odd = page.evaluate(OUTSIDE)
                if width in {360, 1280}:
                    odd += page.evaluate(DRAWN, "narrow" if width == 360 else "wide")
                wrong += [f"{path} at {width}: {each}" for each in odd]
            wrong += [f"{path}: {each}" for each in page.evaluate(LONG_LINES)]
            page.evaluate("document.documentElement.style.fontSize = '200%'")
            wrong += [f"{path} with large text: {each}" for each in page.evaluate(OUTSIDE)]
            page.emulate_media(color_scheme="dark")
    none(wrong)


# How many pixels a page may be high: at 1280 pixels, but for the last at 360.
HIGHEST = [
    ("index", 1280, 2600),
    ("overview", 1280, 6000),
    ("restructuring-2025", 1280, 6000),
    *((reform, 1280, 5000) for reform in ("project-06", "project-21", "villages-2026")),
    ("claims", 1280, 3000),
    ("province-*", 1280, 2200),
    ("overview", 360, 9000),
]
FOLDED_HEIGHT = """document.querySelectorAll('details').forEach(each => each.open = false),
                   document.documentElement.scrollHeight"""


def test_pages_are_no_longer_than_they_may_be(tab: Tab, site: Path) -> None:
    """With its notes folded a page is at most as high as its kind may be, in both languages; where
    another font is wider than the one it was measured with, a twentieth more."""
    wrong = []
    for name, width, most in HIGHEST:
        for page in sorted(site.glob(f"*/{name}.html")):
            path = page.relative_to(site).as_posix()
            high = tab.visit(path, width).evaluate(FOLDED_HEIGHT)
            if high > most * 1.05:
                wrong.append(f"{path} at {width}: {high} pixels, {most} at most")
    none(wrong)


def test_a_profile_needs_no_scrolling_sideways(tab: Tab, site: Path) -> None:
    """On a phone the table of a commune's profile is as wide as the page, in both languages."""
    wide = (
        "[...document.querySelectorAll('.table > .scroll')].map(e => e.scrollWidth - e.clientWidth)"
    )
    for page in sorted(site.glob("*/commune-*.html")):
        assert tab.visit(page.relative_to(site).as_posix(), 360).evaluate(wide) == [0], page.name


def test_hostile_data_break_no_layout(browser: Browser, hostile_site: Path) -> None:
    """With scripts, marks and a label of ten thousand letters in the data, nothing runs and pages
    fit their window."""
    with open_tab(browser, hostile_site) as tab:
        for path in ("vi/index.html", "vi/project-06.html", "en/project-06.html"):
            for width in (360, 1280):
                page = tab.visit(path, width)
                none(f"{path} at {width}: {each}" for each in page.evaluate(OUTSIDE))
            assert page.evaluate("document.images.length") == 0
            assert set(page.evaluate(SCRIPTS)) <= {"application/ld+json"}
            assert set(page.evaluate(DIRECTIONS)) <= {"isolate"}


SCRIPTS = "[...document.scripts].map(each => each.type)"
DIRECTIONS = (
    "[...document.querySelectorAll('cite')].map(each => getComputedStyle(each).unicodeBidi)"
)


# ------------------------------------------------------------------------------------------- print


@dataclass(frozen=True)
class Print:
    """A page as printed: the file, and the text of its sheets without white space."""

    path: str
    page: BeautifulSoup
    file: Path
    sheets: list[str]

    @property
    def text(self) -> str:
        """The text of all sheets."""
        return "".join(self.sheets)


@pytest.fixture(scope="module", params=PRINTED)
def printed(
    request: pytest.FixtureRequest,
    site: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Print:
    """A page as `build --pdf` prints it; printed once for all processes."""
    path: str = request.param
    file = shared(tmp_path_factory) / path.replace("/", "-").replace(".html", ".pdf")
    with FileLock(f"{file}.lock"):
        if not file.exists():
            try:
                paper.pdfs([(site / path, file)])
            except paper.PrintError as error:
                absent(str(error))
    # In the order in which it was drawn: a cell of a table stays in one piece.
    sheets = [close(sheet) for sheet in run("pdftotext", "-raw", file, "-").split("\f")[:-1]]
    page = BeautifulSoup((site / path).read_text("utf-8"), "html.parser")
    return Print(path, page, file, sheets)


def run(tool: str, *arguments: object) -> str:
    """What a program of Poppler prints."""
    if shutil.which(tool) is None:
        absent(f"There is no {tool}; install poppler-utils.")
    command = [tool, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, timeout=60, check=True).stdout.decode()


def close(text: str) -> str:
    """Text without white space and soft breaks, so that it does not matter where a line ends."""
    return re.sub(r"[\s\u00ad\u200b]+", "", text)


def pieces(*tags: Tag | None) -> list[str]:
    """The words of elements between one number and the next: on paper the number of a note follows
    each number."""
    return [close(text) for tag in tags if tag for text in tag.stripped_strings if close(text)]


def test_prints_hold_what_is_said(printed: Print) -> None:
    """On paper stand every paragraph, its margin note with all sources, every headline number, and
    the caption, heads, first and last row of every table that is not folded; no notes, citation,
    navigation or table behind a chart: these are for the screen."""
    main = printed.page.main
    assert main is not None
    said = main.select(".row > p, .margin > p:not(.see)")
    said += main.select(".from > p, .headlines > li")
    for table in main.select("main .table table"):
        rows = table.select("tbody tr")
        said += filter(None, [table.caption, table.thead, rows[0], rows[-1]])
    wanted = [each for tag in said for each in pieces(tag)]
    assert [each for each in wanted if each not in printed.text] == []
    folded = main.select(".fold > summary > span:not(.count), .foot summary")
    if printed.page.select("body.report"):
        assert [each for tag in folded for each in pieces(tag) if each in printed.text] == []


def test_the_annex_has_notes_and_addresses(site: Path, tmp_path: Path) -> None:
    """Opened at its notes, a page is printed with them as an annex: numbered, and with the address
    of every source."""
    try:
        paper.pdfs([(site / "en/overview.html", tmp_path / "x.pdf")], annex=True)
    except paper.PrintError as error:
        absent(str(error))
    text = close(run("pdftotext", "-raw", tmp_path / "x.pdf", "-"))
    page = BeautifulSoup((site / "en/overview.html").read_text("utf-8"), "html.parser")
    wanted = [str(link["href"]) for link in page.select(".sources a[href^=http]")]
    for number, item in enumerate(page.select("ol.notes > li"), start=1):
        wanted.append(f"{number}.{pieces(item)[0]}")
    assert [each for each in wanted if close(each) not in text] == []


def test_prints_are_tagged_a4(printed: Print) -> None:
    """A PDF is tagged, knows its title and language, has an outline, and every sheet is A4 with its
    number."""
    properties = run("pdfinfo", "-l", "999", printed.file)
    of = dict(re.findall(r"^([^:]+?) *: *(.*)$", properties, re.MULTILINE))
    raw, title = printed.file.read_bytes(), printed.page.title
    assert title is not None
    assert (of["Tagged"], of["Title"]) == ("yes", title.get_text())
    assert f"/Lang ({printed.path[:2]})".encode() in raw
    assert b"/Outlines" in raw
    sizes = re.findall(r"^Page +\d+ size: +(.+)$", properties, re.MULTILINE)
    assert len(sizes) == int(of["Pages"]) == len(printed.sheets)
    assert all("(A4)" in size for size in sizes)
    for number, sheet in enumerate(printed.sheets, start=1):
        assert f"{number}/{len(sizes)}" in sheet


def test_nothing_is_cut_on_paper(printed: Print) -> None:
    """Every printed word lies within its sheet, at least five millimetres from the edge."""
    edge, width, height = 5 * 72 / 25.4, 0.0, 0.0
    for line in run("pdftotext", "-bbox", printed.file, "-").splitlines():
        if line.strip().startswith("<page"):
            width, height = map(float, re.findall(r'"([\d.]+)"', line))
        elif line.strip().startswith("<word"):
            left, top, right, bottom = map(float, re.findall(r'="([\d.-]+)"', line))
            assert min(left, top, width - right, height - bottom) >= edge, line.strip()


def test_headings_stay_with_what_follows(printed: Print) -> None:
    """No sheet ends with a heading or a table's caption."""
    headings = printed.page.select("main h2, main h3, main caption, main p.title")
    ends = tuple(each for each in map("".join, map(pieces, headings)) if len(each) > 8)
    for sheet in printed.sheets[:-1]:
        assert not re.sub(r"\d+/\d+$", "", sheet).endswith(ends)


def test_no_sheet_of_a_report_is_nearly_empty(printed: Print) -> None:
    """On every sheet words reach below its upper third: once a fifth sheet held a paragraph alone.
    An overview or a report on the restructuring takes five sheets at most, the others four."""
    if not printed.page.select("body.report"):
        return
    longest = 5 if re.search("overview|restructuring", printed.path) else 4
    assert len(printed.sheets) <= longest
    for sheet in run("pdftotext", "-bbox", printed.file, "-").split("<page ")[1:]:
        height = float(re.findall(r'height="([\d.]+)"', sheet)[0])
        ends = [float(each) for each in re.findall(r'yMax="([\d.]+)"', sheet)]
        words = [each for each in ends if each < 0.94 * height]  # the last line names the page
        assert max(words) > height / 3
