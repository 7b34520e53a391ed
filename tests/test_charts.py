"""A chart is drawn from its block's numbers, alike in both languages, and told in words."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from functools import partial
from itertools import combinations
from typing import Any

import matplotlib as mpl
import pytest
import seaborn as sns
import test_strips
import test_timelines

from analysis import Page, compare, quantity, text
from analysis.saying import blocks, chart_blocks, charts
from analysis.saying.drawing import lettering, maps, marks, pictures, sheet
from analysis.saying.texts import ProseError

approx = partial(pytest.approx, abs=0.2)  # a drawing has one decimal
SVG = "{http://www.w3.org/2000/svg}"
HEAD = (text(vi="Số người giảm", en="Fewer people"), text(vi="Người", en="People"))


def bars(page: Page, *numbers: quantity.Quantity, labels: str = "ab") -> blocks.Bars:
    """Bars of some numbers, the first one dark; their labels differ between the languages."""
    rows = [
        (text(vi=f"Nhãn {letter}", en=f"Label {letter}"), number, not place)
        for place, (letter, number) in enumerate(zip(labels, numbers, strict=False))
    ]
    block = page.bars("x", *HEAD, rows).block
    assert isinstance(block, blocks.Bars)
    return block


def counts(page: Page) -> blocks.Bars:
    """Two counts."""
    return bars(page, page.known["staff.before"], page.known["staff.after"])


def changes(page: Page) -> blocks.Bars:
    """A fall and a rise."""
    fall = compare.change(page.known["staff.before"], page.known["staff.after"]).rate
    rise = compare.change(page.known["congress.held"], page.known["congress.due"]).rate
    return bars(page, fall, rise)


CHARTS: dict[str, Any] = {
    "counts": counts,
    "changes": changes,
    "strip": test_strips.banded,
    "tasks": test_strips.completions,
    "parts": test_strips.parts,
    "panels": test_timelines.panels,
    "periods": test_timelines.periods,
}
WORDS = {
    "counts": ("Nhãn a 32.933 Nhãn b 18.350", "Label a 32,933 Label b 18,350"),
    "changes": ("Nhãn a −44,3% Nhãn b 1,4%", "Label a −44.3% Label b 1.4%"),
    "parts": (
        "Hà Nội 75 = 59,5% communes 51 = 40,5% wards",
        "Hà Nội 75 = 59.5% communes 51 = 40.5% wards",
    ),
}
each_chart = pytest.mark.parametrize("kind", CHARTS)
each_size = pytest.mark.parametrize("size", ["wide", "narrow"])


def read(block: blocks.Chart, page: Page, size: str, language: str = "vi") -> ET.Element:
    """A drawing, read as XML."""
    svg = charts.draw(block, page.known, widths=(size,))[language, size]
    return ET.fromstring(svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1))


def texts(svg: ET.Element) -> list[str]:
    """The words in a drawing, as they are set."""
    return ["".join(element.itertext()) for element in svg.iter(f"{SVG}text")]


def strokes(svg: ET.Element, look: str) -> list[list[float]]:
    """The level strokes of one look, from the top: where each begins (x, y) and ends (x)."""
    paths = [path.attrib["d"] for path in svg.iter(f"{SVG}path") if look in path.get("style", "")]
    pieces = [piece for path in paths for piece in path.split("M")[1:]]
    strokes_drawn = [[float(each) for each in re.findall(r"-?[\d.]+", piece)] for piece in pieces]
    return sorted(strokes_drawn, key=lambda stroke: stroke[1])


# -- marks


@pytest.mark.parametrize("kind", ["counts", "changes"])
@each_size
def test_bars_begin_at_zero_and_are_as_long_as_their_numbers(
    page: Page, kind: str, size: str
) -> None:
    """One scale for all: a fall goes to the left of zero, a rise to the right."""
    block = CHARTS[kind](page)
    svg = read(block, page, size)
    bars_drawn, zeros = strokes(svg, "stroke-width:12"), strokes(svg, "--muted")
    values = [float(row.number.value) for row in block.rows]
    scale = (bars_drawn[0][2] - bars_drawn[0][0]) / abs(values[0])
    starts = [bar[0 if value > 0 else 2] for bar, value in zip(bars_drawn, values, strict=True)]
    assert starts == [approx(line[0]) for line in zeros] == [starts[0]] * len(values)
    assert [bar[2] - bar[0] for bar in bars_drawn] == [approx(scale * abs(each)) for each in values]


# -- words


@pytest.mark.parametrize("kind", WORDS)
@each_size
def test_the_words_are_the_blocks_and_the_marks_alike(page: Page, kind: str, size: str) -> None:
    """A drawing is made once; each language has the words of block and axes, nothing else."""
    marks = set()
    for language, words in zip(("vi", "en"), WORDS[kind], strict=True):
        block = CHARTS[kind](page)
        drawn = charts.draw(block, page.known)[language, size]
        written = " ".join(texts(read(block, page, size, language)))
        assert sorted(written.split()) == sorted(words.split())
        marks.add(re.sub(r"<(text|title|desc).*?</\1>", "", drawn))
    assert len(marks) == 1


def test_long_labels_take_more_lines_and_lose_nothing(page: Page) -> None:
    """Labels that differ at their ends stay apart on a phone, and no number is broken."""
    start = "Tổ chức cơ sở đảng theo Kế hoạch số 10.915 và Nghị quyết số"
    rows = [
        chart_blocks.Bar(
            label=text(vi=f"{start} {end}", en="End"), number=page.known["staff.after"]
        )
        for end in ("1.286", "1.287")
    ]
    block = counts(page).model_copy(update={"rows": tuple(rows)})
    vi, en = (read(block, page, "narrow", language) for language in ("vi", "en"))
    assert max(map(len, texts(vi))) < 52
    words = " ".join(texts(vi)).split()
    assert [words.count(each) for each in ("10.915", "1.286", "1.287")] == [2, 1, 1]
    # The language that needs one line alone has it next to the bar.
    last = [[each.get("y") for each in svg.iter(f"{SVG}text")][-1] for svg in (vi, en)]
    assert last[0] == last[1]


def test_odd_words_do_not_break_a_chart(page: Page) -> None:
    """Markup is drawn as it is; a word of ten thousand letters is cut and leaves bars room."""
    odd, endless = text("A & <b> $x_i$ {x}", "A & <b> $x_i$ {x}"), text("Dài" * 3400, "L")
    rows = [(each, page.known["staff.after"], True) for each in (odd, endless)]
    svg = read(page.bars("x", odd, odd, rows).block, page, "narrow")  # type: ignore[arg-type]
    assert {odd.words("vi"), svg.findtext(f"{SVG}title")} & {*texts(svg)} == {odd.words("vi")}
    assert max(texts(svg), key=len).endswith("…")
    assert all(end - start > 100 for start, _, end in strokes(svg, "stroke-width:12"))


@each_chart
@pytest.mark.parametrize("size", ["wide", "narrow", "paper"])
def test_numbers_on_one_line_stay_apart(page: Page, kind: str, size: str) -> None:
    """Two placed words have a gap, so that “7.970” and “7.968” are not read as one number."""
    (drawing,) = charts.in_parts(CHARTS[kind](page), page.known, size)
    boxes = [lettering.box(word) for word in drawing.words if word.halo]
    for one, other in combinations(sorted(boxes), 2):
        if min(one[3], other[3]) - max(one[1], other[1]) > 2:
            assert other[0] - one[2] >= sheet.GAP - 0.1


def test_neighbours_are_read_as_two_numbers() -> None:
    """A number finds another place where it would follow the one before it too closely."""
    drawn = sheet.Sheet(300)
    for x in (100.0, 100 + lettering.width_of("7.970") + sheet.GAP - 1):
        drawn.place(dict.fromkeys(("vi", "en"), "7.970"), [(x, 50, "start"), (x, 80, "start")])
    assert [word.spot[1] for word in drawn.words] == [50, 80]


@pytest.mark.parametrize(
    ("width", "millimetres"),
    [(charts.WIDTHS["wide"], 180), (charts.BESIDE, 138), (maps.WIDTH, 72.5)],
)
def test_printed_words_are_of_seven_points(width: float, millimetres: float) -> None:
    """A4 with margins of 15 mm leaves a chart 180 mm; the style gives the others their room."""
    assert marks.SIZE / width * millimetres / 25.4 * 72 >= 7


# -- as part of a page


@each_chart
@pytest.mark.parametrize(("size", "width"), [("wide", 864), ("narrow", 328)])
def test_a_drawing_follows_its_page(page: Page, kind: str, size: str, width: int) -> None:
    """An image with title and description; no fixed size, font or colour, no text below 12 px."""
    block = CHARTS[kind](page)
    svg = read(block, page, size)
    assert svg.attrib["viewBox"].startswith(f"0 0 {width} ")
    assert svg.attrib["role"] == "img"
    assert [(each.get("id"), each.text) for each in svg.iter(f"{SVG}desc")] == [
        (svg.attrib["aria-describedby"], charts.described(block).words("vi"))
    ]
    assert [(each.get("id"), each.text) for each in svg.iter(f"{SVG}title")] == [
        (svg.attrib["aria-labelledby"], block.title.words("vi"))
    ]
    source = ET.tostring(svg, encoding="unicode")
    assert not {"width", "height"} & svg.attrib.keys()
    assert "font-family" not in source
    assert min(map(float, re.findall(r"font-size:([\d.]+)px", source))) >= 12
    fixed = re.sub(r"var\(--[\w-]+\)", "", re.sub(r'href="[^"]*"', "", source))
    assert not re.search(r"#[0-9a-f]|rgb|hsl|<!--|metadata|clip", fixed)
    assert set(re.findall(r"(?:fill|stroke):([^;\"]*)", fixed)) <= {"", "none"}


@pytest.mark.parametrize(("beside", "width"), [(True, 656), (False, 864)])
def test_places_in_rows_take_the_room_that_they_have(page: Page, beside: bool, width: int) -> None:
    """They fill the page, or leave room for what stands beside them."""
    block = CHARTS["strip"](page).model_copy(update={"ranked": True})
    drawn = charts.draw(block, page.known, ("en",), ("wide",), beside)
    assert f'viewBox="0 0 {width} ' in drawn["en", "wide"]


@each_chart
def test_a_chart_is_drawn_alike_every_time(page: Page, kind: str) -> None:
    """Same block, same bytes, whatever was drawn before and whichever style is set."""
    block = CHARTS[kind](page)
    first = charts.draw(block, page.known), charts.pictures(block, page.known, "vi")
    with mpl.rc_context():
        sns.set_theme("talk")
        mpl.rcParams.update({"figure.dpi": 200, "lines.marker": "x"})
        pictures._paper.cache_clear()
        charts.pictures(CHARTS["counts"](page), page.known, "vi")
        again = charts.draw(block, page.known), charts.pictures(block, page.known, "vi")
    pictures._paper.cache_clear()
    assert again == first


# -- in words


def test_a_chart_is_told_with_its_own_numbers(page: Page) -> None:
    """The description holds the block's Quantities and days, row by row."""
    block = changes(page)
    description = charts.described(block)
    assert description.words("en") == "Label a: −44.3%; Label b: 1.4%"
    assert description.values[0].value is block.rows[0].number
    description = charts.described(test_timelines.panels(page))
    assert description.words("en").startswith(
        "Người: 32,933 (before 2020); 18,350 (2021), −44.3%; Nơi: "
    )


@pytest.mark.parametrize(("count", "letters"), [(12, "abcdefghijkl"), (13, "abcdlm")])
def test_a_long_list_is_told_by_its_ends(page: Page, count: int, letters: str) -> None:
    """More than twelve rows are described by the first four and the last two."""
    listed = [page.known["staff.after"]] * count
    description = charts.described(bars(page, *listed, labels="abcdefghijklm"))
    assert re.findall(r"Label (\w)", description.words("en")) == list(letters)


def test_a_number_stays_with_the_word_before_it() -> None:
    """A label that is broken keeps the number of a name on the line of its word."""
    lines = lettering.wrapped("Người hoạt động không chuyên trách (Đề án 21)", 250)
    assert len(lines) == 2
    assert lines[1].endswith("án 21)")


def test_a_wrong_row_is_told_with_its_right_form(page: Page) -> None:
    """Each chart names its first wrong row and what it should be, whatever was put there."""
    words, figure = text("a", "a"), page.known["staff.before"]
    name: tuple[Any, ...] = ("x", words, words)
    row = (words, figure, True)
    for make, form in (
        (lambda: page.bars(*name, [row, (words, figure)]), "(label, number, True for"),
        (lambda: page.strip(*name, [row]), "(label, change, True for"),
        (lambda: page.completions(*name, [row]), "a page.task(…)"),
        (lambda: page.parts(*name, [row]), "a page.whole(…)"),
        (lambda: page.panels(*name, [(words, [figure])]), "a page.point(…)"),
        (lambda: page.periods(*name, [row]), "(label, id, True for"),
    ):
        with pytest.raises(ProseError, match=f"a row is {re.escape(form)}.*; row [12] is "):
            make()
