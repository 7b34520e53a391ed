"""A chart is drawn from its block's numbers, alike in both languages, and told in words."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from functools import partial
from typing import Any

import matplotlib as mpl
import pytest
import seaborn as sns
from small_data import small_data

from analysis import figures, quantity
from analysis.numbers.figures import Figures
from analysis.saying import blocks, charts, sheet
from analysis.saying.blocks import Mark, Point, Rows
from analysis.saying.texts import Label, text

approx = partial(pytest.approx, abs=0.2)  # a drawing has one decimal
SVG = "{http://www.w3.org/2000/svg}"
TABLE = Rows(columns=(text(vi="Nhãn", en="Label"),), data=((text("a", "a"),),))
TITLE = text(vi="Số người giảm", en="Fewer people")
HEAD: dict[str, Any] = {"name": "x", "title": TITLE, "subtitle": text(vi="Người", en="People")}


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Figures:
    """The figures of the small data."""
    return figures.load(small_data(tmp_path_factory.mktemp("small")))


def mark(letter: str, number: quantity.Quantity, words: str = "", main: bool = True) -> Mark:
    """A row whose label differs between the languages, with words beside it."""
    label = text(vi=f"Nhãn {letter}", en=f"Label {letter}")
    return Mark(label=label, number=number, beside=text(words, words) if words else None, main=main)


def bars(*rows: Mark, **more: Any) -> blocks.Bars:
    """Bars of these rows."""
    return blocks.Bars(rows=rows, table=TABLE, **HEAD | more)


def two_bars(known: Figures) -> blocks.Bars:
    """Two counts."""
    return bars(mark("a", known["staff.before"]), mark("b", known["staff.after"], main=False))


def changes(known: Figures, compact: bool = False) -> blocks.Bars:
    """A fall and a rise, with the counts beside the rise."""
    fall = quantity.relative_change(known["staff.before"], known["staff.after"])
    held, due = known["congress.held"], known["congress.due"]
    rise = quantity.relative_change(held, due)
    words = f"{held} → {due} ({rise:sign})"
    return bars(mark("a", fall), mark("b", rise, words, main=False), compact=compact)


def shares(known: Figures) -> blocks.Shares:
    """A share printed as 14 %, with its period beside it, and an exact one."""
    share, due = known["dossiers.share"], known["congress.due"]
    a = mark("a", share, f"{share} ({known.as_of(share.figure):short})")
    b = mark("b", quantity.share(due, due), main=False)
    return blocks.Shares(rows=(a, b), table=TABLE, **HEAD)


def series(known: Figures) -> blocks.Series:
    """Two lines over 2019, 2021 and 2025, the second with a break."""
    days = [known.as_of(each) for each in ("staff.before", "staff.after", "units.after")]

    def line(label: str, *numbers: str) -> blocks.Line:
        points = [
            Point(day=day, number=known[each], joined="arranged" not in each)
            for day, each in zip(days, numbers, strict=False)
        ]
        return blocks.Line(label=text(label, label), points=tuple(points))

    a = line("Một", "staff.before", "staff.after")
    b = line("Hai", "units.before", "units.before.arranged", "units.after")
    return blocks.Series(lines=(a, b), table=TABLE, **HEAD)


def coverage(known: Figures) -> blocks.Coverage:
    """A rate printed for the second reform, and counts for the first."""
    topics = [
        blocks.Topic(topic=known.label("indicators", topic), counts=(topic,), rates=rates)
        for topic, rates in (("congress", ("congress.rate",)), ("staff", ()))
    ]
    reforms = (
        Label("names", "project-21", "Đề án 21", "Project 21"),
        Label("names", "restructuring-2025", "Sắp xếp năm 2025", "2025 restructuring"),
    )
    return blocks.Coverage(area="ha-noi", topics=tuple(topics), reforms=reforms, **HEAD)


CHARTS = {
    "bars": two_bars,
    "changes": changes,
    "compact": lambda known: changes(known, compact=True),
    "shares": shares,
    "series": series,
    "coverage": coverage,
}
WORDS = {
    "bars": ("Nhãn a 32.933 Nhãn b 18.350", "Label a 32,933 Label b 18,350"),
    "changes": (
        "Nhãn a −44,3% Nhãn b 1.221 → 1.238 (+1,4%)",
        "Label a −44.3% Label b 1,221 → 1,238 (+1.4%)",
    ),
    "shares": (
        "Nhãn a 14% (1–13/7/2025) Nhãn b 100% 0% 50% 100%",
        "Label a 14% (1–13 Jul 2025) Label b 100% 0% 50% 100%",
    ),
    "series": (
        "Một 32.933 18.350 Hai 10.035 9.907 3.321 0 2019 2021 2025",
        "Một 32,933 18,350 Hai 10,035 9,907 3,321 0 2019 2021 2025",
    ),
    "coverage": (
        "Đề án 21 Sắp xếp năm 2025 Tổ chức cơ sở đảng Người không chuyên trách",
        "Project 21 2025 restructuring Grassroots organisations Part-time post-holders",
    ),
}
WORDS["compact"] = WORDS["changes"]
STATES = (" không có nêu tỷ lệ tính được không có", " missing rate printed computed missing")
each_chart = pytest.mark.parametrize("kind", CHARTS)
each_size = pytest.mark.parametrize("size", ["wide", "narrow"])


def read(block: blocks.Chart, known: Figures, size: str, language: str = "vi") -> ET.Element:
    """A drawing, read as XML."""
    svg = charts.draw(block, known)[language, size]
    return ET.fromstring(svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1))


def texts(svg: ET.Element) -> list[str]:
    """The words in a drawing, as they are set."""
    return ["".join(element.itertext()) for element in svg.iter(f"{SVG}text")]


def strokes(svg: ET.Element, look: str) -> list[list[float]]:
    """The strokes of one look, from the top: x, y, x, y of each."""
    paths = [path.attrib["d"] for path in svg.iter(f"{SVG}path") if look in path.get("style", "")]
    pieces = [piece for path in paths for piece in path.split("M")[1:]]
    found = [[float(each) for each in re.findall(r"-?[\d.]+", piece)] for piece in pieces]
    return sorted(found, key=lambda stroke: stroke[1])


def dots(svg: ET.Element) -> list[list[float]]:
    """Where the marks stand."""
    return [[float(each.attrib[at]) for at in "xy"] for each in svg.iter(f"{SVG}use")]


# -- marks


@pytest.mark.parametrize("kind", ["bars", "changes", "compact"])
@each_size
def test_bars_begin_at_zero_and_are_as_long_as_their_numbers(
    known: Figures, kind: str, size: str
) -> None:
    """One scale for all: a fall goes to the left of zero, a rise to the right."""
    block = CHARTS[kind](known)
    found = strokes(read(block, known, size), "stroke-width:12")
    values = [float(row.number.value) for row in block.rows]
    scale = (found[0][2] - found[0][0]) / values[0]
    assert scale > 0
    assert [bar[0] for bar in found] == [found[0][0]] * len(values)
    assert [bar[2] - bar[0] for bar in found] == [approx(scale * value) for value in values]


@each_size
def test_shares_stand_between_nothing_and_a_hundred(known: Figures, size: str) -> None:
    """A dot stands on its track; 14 % as printed is a range of a point, an exact share none."""
    svg = read(shares(known), known, size)
    (left, y, right, _), (_, below, _, _) = strokes(svg, "--rule")
    assert dots(svg) == [[approx(left + 0.14 * (right - left)), y], [right, below]]
    ((low, _, high, _),) = strokes(svg, "stroke-opacity")
    assert high - low == approx(0.01 * (right - left))
    assert {"0%", "100%"} <= set(texts(svg))


@each_size
def test_a_series_is_measured_from_zero_and_breaks_where_it_must(known: Figures, size: str) -> None:
    """Heights follow the counts, places the days; no line leads to a point that is not joined."""
    svg = read(series(known), known, size)
    ((left, zero, right, _),) = strokes(svg, "--rule")
    a, b, c, d, e = dots(svg)
    unit = (zero - a[1]) / 32933
    counts = [18350, 10035, 9907, 3321]
    assert [zero - y for _, y in (b, c, d, e)] == [approx(unit * count) for count in counts]
    assert left < a[0] == c[0] < b[0] == d[0] < e[0] < right
    assert strokes(svg, "stroke-width:1.8") == [[*a, *b], [*d, *e]]
    assert "0" in texts(svg)


# -- words


@each_chart
@each_size
def test_the_words_are_the_blocks_and_the_marks_alike(known: Figures, kind: str, size: str) -> None:
    """A drawing is made once; each language has the words of block and axes, nothing else."""
    marks = set()
    for language, words, states in zip(("vi", "en"), WORDS[kind], STATES, strict=True):
        drawn = charts.draw(CHARTS[kind](known), known)[language, size]
        wanted = words + states * (kind == "coverage" and size == "wide")
        written = " ".join(texts(read(CHARTS[kind](known), known, size, language)))
        assert sorted(written.split()) == sorted(wanted.split())
        marks.add(re.sub(r"<(text|title|desc).*?</\1>", "", drawn))
    assert len(marks) == 1


def test_long_labels_take_more_lines_and_lose_nothing(known: Figures) -> None:
    """Labels that differ at their ends stay apart on a phone, and no number is broken."""
    start = "Tổ chức cơ sở đảng theo Kế hoạch số 10.915 và Nghị quyết số"
    labels = [text(vi=f"{start} {end}", en="End") for end in ("1.286", "1.287")]
    block = bars(*(Mark(label=each, number=known["staff.after"]) for each in labels))
    vi, en = (read(block, known, "narrow", language) for language in ("vi", "en"))
    assert max(map(len, texts(vi))) < 52
    words = " ".join(texts(vi)).split()
    assert [words.count(each) for each in ("10.915", "1.286", "1.287")] == [2, 1, 1]
    # The language that needs one line alone has it next to the bar.
    last = [[each.get("y") for each in svg.iter(f"{SVG}text")][-1] for svg in (vi, en)]
    assert last[0] == last[1]


@pytest.mark.parametrize("compact", [False, True])
def test_odd_words_do_not_break_a_chart(known: Figures, compact: bool) -> None:
    """Markup is drawn as it is; a word of ten thousand letters is cut and leaves bars room."""
    odd, endless = text("A & <b> $x_i$ {0}", "A & <b> $x_i$ {0}"), text("Dài" * 3400, "L")
    rows = [Mark(label=each, number=known["staff.after"]) for each in (odd, endless)]
    svg = read(bars(*rows, compact=compact, title=odd), known, "narrow")
    assert {odd.plain("vi"), svg.findtext(f"{SVG}title")} & {*texts(svg)} == {odd.plain("vi")}
    assert max(texts(svg), key=len).endswith("…")
    assert all(end - start > 100 for start, _, end, _ in strokes(svg, "stroke-width:12"))


# -- as part of a page


@each_chart
@pytest.mark.parametrize(("size", "width"), [("wide", 944), ("narrow", 328)])
def test_a_drawing_follows_its_page(known: Figures, kind: str, size: str, width: int) -> None:
    """An image with title and description; no fixed size, font or colour, no text below 11 px."""
    svg = read(CHARTS[kind](known), known, size)
    assert svg.attrib["viewBox"].startswith(f"0 0 {width} ")
    assert svg.attrib["role"] == "img"
    assert [(each.get("id"), each.text) for each in svg.iter(f"{SVG}desc")] == [
        (svg.attrib["aria-describedby"], charts.described(CHARTS[kind](known), known).plain("vi"))
    ]
    assert [(each.get("id"), each.text) for each in svg.iter(f"{SVG}title")] == [
        (svg.attrib["aria-labelledby"], "Số người giảm")
    ]
    source = ET.tostring(svg, encoding="unicode")
    assert not {"width", "height"} & svg.attrib.keys()
    assert "font-family" not in source
    assert min(map(float, re.findall(r"font-size:([\d.]+)px", source))) >= 11
    fixed = re.sub(r"var\(--\w+,#[0-9a-f]{6}\)", "", re.sub(r'href="[^"]*"', "", source))
    assert not re.search(r"#[0-9a-f]|rgb|hsl|<!--|metadata|clip", fixed)
    assert set(re.findall(r"(?:fill|stroke):([^;\"]*)", fixed)) <= {"", "none"}


@each_chart
def test_a_chart_is_drawn_alike_every_time(known: Figures, kind: str) -> None:
    """Same block, same bytes, whatever was drawn before and whichever style is set."""
    first = charts.draw(CHARTS[kind](known), known)
    with mpl.rc_context():
        sns.set_theme("talk")
        mpl.rcParams.update({"svg.hashsalt": None, "figure.dpi": 200, "lines.marker": "x"})
        charts._paper.cache_clear()
        charts.warm_up()
        for other in CHARTS.values():
            charts.draw(other(known), known)
        assert charts.draw(CHARTS[kind](known), known) == first
    charts._paper.cache_clear()


# -- in words, and as a table


def test_a_chart_is_told_with_its_own_numbers(known: Figures) -> None:
    """The description holds the block's Quantities and days, row by row."""
    block = changes(known)
    told = charts.described(block, known)
    assert told.plain("en") == "Label a: −44.3%; Label b: 1,221 → 1,238 (+1.4%)"
    assert told.shown[0].value is block.rows[0].number
    told = charts.described(series(known), known)
    assert told.plain("vi").startswith("Một: 32.933 (trước 2020); 18.350 (2021); Hai: 10.035 (")


@pytest.mark.parametrize(("count", "letters"), [(12, "abcdefghijkl"), (13, "abcdlm")])
def test_a_long_list_is_told_by_its_ends(known: Figures, count: int, letters: str) -> None:
    """More than twelve rows are described by the first four and the last two."""
    rows = [mark(letter, known["staff.after"]) for letter in "abcdefghijklm"[:count]]
    told = charts.described(bars(*rows), known)
    assert re.findall(r"Label (\w)", told.plain("en")) == list(letters)


def test_a_matrix_is_told_and_tabled_by_its_states(known: Figures) -> None:
    """Marks differ in shape; the description tells what there is, the table what is missing."""
    block = coverage(known)
    assert charts.described(block, known).plain("en") == (
        "Grassroots organisations: 2025 restructuring – rate printed; "
        "Part-time post-holders: Project 21 – computed"
    )
    rows = charts.table(block, known)
    heads = [each.plain("vi") for each in rows.columns]
    assert heads == ["Chỉ tiêu", "Đề án 21", "Sắp xếp năm 2025"]
    assert [[cell.words("en") for cell in row] for row in rows.data] == [
        ["Grassroots organisations", "missing", "rate printed"],
        ["Part-time post-holders", "computed", "missing"],
    ]
    shapes = read(block, known, "narrow").findall(f"{SVG}defs/{SVG}path")
    assert len({each.attrib["d"] for each in shapes}) == 3
    assert charts.table(bars(), known) == TABLE


def test_a_number_stays_with_the_word_before_it() -> None:
    """A label that is broken keeps the number of a name on the line of its word."""
    lines = sheet.wrapped("Người hoạt động không chuyên trách (Đề án 21)", 250)
    assert len(lines) == 2
    assert lines[1].endswith("án 21)")
