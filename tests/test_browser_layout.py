"""Pages fit their windows, ask for nothing, and are no longer than they may be. In Chromium."""

from __future__ import annotations

from pathlib import Path

import pytest
from browser_tabs import HEIGHT, SHARES, Tab, none, open_tab
from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

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
