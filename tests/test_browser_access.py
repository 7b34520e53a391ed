"""Everyone can read pages: axe, contrast, the keyboard alone, readers' settings. In Chromium."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from browser_tabs import HEIGHT, Tab, none, open_tab
from playwright.sync_api import Browser, Page

from analysis.numbers.schema import LANGUAGES
from analysis.saying.drawing.marks import ON_MARKS

pytestmark = pytest.mark.browser

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# How pages are met: the width of the window, and whether the reader asked for dark pages.
SCREENS = {"wide": (1280, "light"), "narrow": (360, "light"), "dark": (1280, "dark")}
# One page of each kind; overview and restructuring-2025 have every block, "" is the door.
KINDS = ("", "index", "changes", "overview", "restructuring-2025", "province-ha-noi")


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
