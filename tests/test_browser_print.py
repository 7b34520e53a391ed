"""Pages printed by Chromium hold what is said, with nothing cut, and headings that stay."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest
from browser_tabs import absent, open_tab, started
from bs4 import BeautifulSoup, Tag
from conftest import shared
from filelock import FileLock

from analysis.pages import paper

pytestmark = pytest.mark.browser

# What is printed: a front page, reports long and short, one province.
PRINTED = ["en/index.html", "vi/overview.html", "en/claims.html", "vi/province-ha-noi.html"]
PRINTED += ["vi/restructuring-2025.html", "vi/outcome-2025.html"]


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
    """On paper stand every paragraph, its margin note with all sources (where a copy was read is
    said below charts and tables), every headline number, and
    the caption, heads, first and last row of every table that is not folded; no notes, citation,
    navigation or table behind a chart: these are for the screen."""
    main = printed.page.main
    assert main is not None
    for copy in main.select(".margin .via"):
        copy.extract()
    said = main.select(".row > p, .margin > p:not(.see)")
    said += main.select(".from > p, .headlines > li")
    for table in main.select("main .table table"):
        rows = table.select("tbody tr")
        said += filter(None, [table.caption, table.thead, rows[0], rows[-1]])
    # Calculations that cannot be checked: what, and where.
    names = [close(str(each.contents[0])) for each in main.select(".few tbody th")]
    wanted = names + [each for tag in said for each in pieces(tag)]
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


def test_every_sheet_says_what_it_is(printed: Print) -> None:
    """The foot of every sheet has the title of the page, its address, the day of its sources and
    its version."""
    stamp = printed.page.select_one("footer p:nth-of-type(2)")
    title = printed.page.title
    assert stamp is not None
    assert title is not None
    number, until = pieces(stamp)[1:3]
    for each in (title.get_text().split(" | ")[0], Path(printed.path).name, number, until):
        assert [sheet for sheet in printed.sheets if close(each) not in sheet] == [], each


def test_a_profile_is_one_sheet_in_readable_type(site: Path, tmp_path: Path) -> None:
    """The profile of a commune prints on one sheet, its sentences in ten points: once it was shrunk
    to fit."""
    page = min(site.glob("vi/commune-*.html"))
    try:
        paper.pdfs([(page, tmp_path / "x.pdf")])
    except paper.PrintError as error:
        absent(str(error))
    assert re.search("Pages: +1\n", run("pdfinfo", tmp_path / "x.pdf"))
    with started() as browser, open_tab(browser, site) as tab:
        shown = tab.visit(page.relative_to(site).as_posix())
        shown.emulate_media(media="print")
        points = "e => parseFloat(getComputedStyle(e).fontSize) * e.currentCSSZoom * .75"
        assert shown.eval_on_selector(".finding p", points) >= 9.99


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
    The claims take two sheets at most, other reports three."""
    if not printed.page.select("body.report"):
        return
    assert len(printed.sheets) <= (2 if "claims" in printed.path else 3)
    for sheet in run("pdftotext", "-bbox", printed.file, "-").split("<page ")[1:]:
        height = float(re.findall(r'height="([\d.]+)"', sheet)[0])
        ends = [float(each) for each in re.findall(r'yMax="([\d.]+)"', sheet)]
        words = [each for each in ends if each < 0.94 * height]  # the last line names the page
        assert max(words) > height / 3
