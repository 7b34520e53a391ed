"""A comparison as an SVG chart that can be read by eye, by ear, as a table and as a CSV, and is drawn alike every time."""

from __future__ import annotations

import base64
import csv
import io
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from decimal import Decimal

import pytest
from bs4 import BeautifulSoup, Tag
from small_data import small_data

from analysis import charts, compare, figures, numerals, periods, quantity
from analysis.figures import Figures
from analysis.prose import Html, Page, Text, text
from analysis.quantity import Quantity

NBSP = "\u00a0"
SVG = "{http://www.w3.org/2000/svg}"
TITLE = text(vi="Số người giảm", en="Fewer people")
SUBTITLE = text(vi="Người, Hà Nội", en="People, Hà Nội")


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Figures:
    """The figures of the small data."""
    return figures.load(small_data(tmp_path_factory.mktemp("small")))


def words(number: int) -> Text:
    """A label, the same in both languages."""
    return text(*[f"Nhãn {'abcdefghijklmnopqrstuvwxyz'[number]}"] * 2)


def staff(page: Page) -> compare.Change:
    """32,933 → 18,350."""
    change = compare.change(page.known["staff.before"], page.known["staff.after"])
    assert change is not None
    return change


def number(page: Page, figure: str) -> Quantity:
    """A figure that is known."""
    found = page.known[figure]
    assert found is not None
    return found


COLUMNS = [text(vi="Chỉ tiêu", en="Indicator"), text(vi="Số lượng", en="Count")]


def bars(page: Page, name: str = "x", compact: bool = False) -> Html:
    """Two counts as bars."""
    found = [number(page, "staff.before"), number(page, "staff.after")]
    rows = [charts.Bar(words(i), item, main=i == 0) for i, item in enumerate(found)]
    return charts.bars(page, name, TITLE, SUBTITLE, rows, COLUMNS, [[words(i), item] for i, item in enumerate(found)], compact)


def falls(page: Page, name: str = "x") -> Html:
    """Many falls, as the provinces are drawn."""
    plans = compare.provinces(page.known)
    rows = [charts.Bar(page.label("areas", plan.area), plan.change.rate) for plan in plans]
    data = [[page.label("areas", plan.area), plan.change.rate] for plan in plans]
    return charts.bars(page, name, TITLE, SUBTITLE, rows, COLUMNS, data, compact=True)


def changes(page: Page, name: str = "x") -> Html:
    """Before and after of two counts, one fallen, one risen."""
    rise = compare.change(number(page, "congress.held"), number(page, "congress.due"))
    assert rise is not None
    return charts.changes(page, name, TITLE, SUBTITLE, [(words(0), rise), (words(1), staff(page))])


def completions(page: Page, name: str = "x") -> Html:
    """One “a of b”."""
    done = compare.completion(page.known["congress.held"], page.known["congress.due"])
    assert done is not None
    return charts.completions(page, name, TITLE, SUBTITLE, [(words(0), done, True), (words(1), done, False)])


def shares(page: Page, name: str = "x") -> Html:
    """A printed share with its range, and one that is only bounded."""
    found = [number(page, "dossiers.share"), number(page, "congress.rate")]
    rows = [charts.Dot(words(i), item, main=i == 0) for i, item in enumerate(found)]
    return charts.shares(page, name, TITLE, SUBTITLE, rows, COLUMNS, [[words(i), item] for i, item in enumerate(found)])


def series(page: Page, name: str = "x") -> Html:
    """Two lines over time, one with a break."""
    days = [periods.read(day) for day in ("2012", "2019-06-30", "2021")]
    counts = [number(page, figure) for figure in ("units.before", "units.before.arranged", "units.after")]
    points = [charts.Point(day, count, joined=i != 1) for i, (day, count) in enumerate(zip(days, counts, strict=True))]
    other = [charts.Point(days[0], number(page, "staff.before")), charts.Point(days[2], number(page, "staff.after"))]
    return charts.series(page, name, TITLE, SUBTITLE, [(words(0), points), (words(1), other)])


def coverage(page: Page, name: str = "x") -> Html:
    """What is reported of two topics for two reforms."""
    states = {
        "printed": text(vi="đã in", en="printed"),
        "computed": text(vi="tính được", en="computed"),
        "level": text(vi="một mức", en="a level"),
        "missing": text(vi="không có", en="missing"),
    }
    rows = [
        (words(0), [compare.Cell("printed", ("staff.rate",)), compare.Cell("computed", ("staff.before", "staff.after"))]),
        (words(1), [compare.Cell("level", ("congress.due",)), compare.Cell("missing", ())]),
    ]
    return charts.coverage(page, name, TITLE, SUBTITLE, rows, [page.label("names", "project-06"), words(2)], states)


KINDS: dict[str, Callable[[Page, str], Html]] = {
    "bars": bars,
    "compact bars": lambda page, name: bars(page, name, compact=True),
    "falls": falls,
    "changes": changes,
    "completions": completions,
    "shares": shares,
    "series": series,
    "coverage": coverage,
}
# What stands on the axes: it measures and counts nothing itself.
AXES = {"completions": {"0%", "50%", "100%"}, "shares": {"0%", "50%", "100%"}, "series": {"0", "2012", "2019", "2021"}}
# Which cell of a row is drawn, where it is not the last: what is left to do stands behind the share.
PLOTTED = {"completions": "td:nth-last-child(2)"}
each = pytest.mark.parametrize("kind", KINDS)


@pytest.fixture(params=["vi", "en"])
def page(request: pytest.FixtureRequest, known: Figures) -> Page:
    """A page in each language."""
    return Page(known, request.param)


def made(page: Page, kind: str, name: str = "x") -> Tag:
    """A chart, taken apart."""
    element = BeautifulSoup(drawn(page, kind, name), "html.parser").figure
    assert element is not None
    return element


DRAWN: dict[tuple[str, str, str], tuple[str, list[dict[str, str]]]] = {}


def drawn(page: Page, kind: str, name: str = "x") -> str:
    """The HTML of a chart on a page of its own, drawn once for all tests."""
    key = (page.language, kind, name)
    if key not in DRAWN:
        own = Page(page.known, page.language)
        DRAWN[key] = KINDS[kind](own, name).html, own.record()["charts"]
    return DRAWN[key][0]


def drawings(page: Page, kind: str) -> dict[str, ET.Element]:
    """The two drawings of a chart, read as XML."""
    found = re.findall(r'<div class="drawing (\w+)">(<svg.*?</svg>)</div>', drawn(page, kind), re.S)
    return {size: ET.fromstring(_declared(svg)) for size, svg in found}


def _declared(svg: str) -> str:
    return svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" ', 1)


def numbers(said: str) -> set[str]:
    """The numerals in some words."""
    return set(re.findall(r"[−+]?\d[\d.,]*\d%?|[−+]?\d%?", said))


# -- by eye


@each
def test_a_chart_is_titled_with_what_it_shows(page: Page, kind: str) -> None:
    """Finding above, measure and place below it, in the page's language; the chart is listed in the record."""
    chart = made(page, kind)
    assert (chart["class"], chart["id"]) == (["chart"], "chart-x")
    told = [chart.select_one(f"figcaption .{part}") for part in ("title", "subtitle")]
    assert [part and part.get_text() for part in told] == {
        "vi": ["Số người giảm", "Người, Hà Nội"],
        "en": ["Fewer people", "People, Hà Nội"],
    }[page.language]
    _, listed = DRAWN[page.language, kind, "x"]
    assert [(item["id"], item["title"]) for item in listed] == [("chart-x", page.plain(TITLE))]


@each
def test_a_chart_is_drawn_twice_for_wide_and_narrow_screens(page: Page, kind: str) -> None:
    """680 and 328 units wide, with no fixed size: on a phone the text keeps its size."""
    found = drawings(page, kind)
    widths = {size: float(svg.attrib["viewBox"].split()[2]) for size, svg in found.items()}
    assert widths == {"wide": 680, "narrow": 328}
    for svg in found.values():
        assert not {"width", "height"} & svg.attrib.keys()


@each
def test_text_in_a_chart_is_text_and_large_enough(page: Page, kind: str) -> None:
    """Words are written, not traced; none is smaller than 11 px, and no font is fixed."""
    for svg in drawings(page, kind).values():
        written = svg.findall(f".//{SVG}text")
        assert written
        for element in written:
            size = re.search(r"font-size:\s*([\d.]+)px", element.attrib.get("style", "") + ";" + svg.attrib["style"])
            assert size is not None
            assert float(size[1]) >= 11
        assert "font-family" not in ET.tostring(svg, encoding="unicode")


def test_a_long_label_is_never_cut_inside_a_number() -> None:
    """A label cut to fit ends at a whole word: “Resolution 1…” would name another document."""
    for most in range(40, 300, 7):
        cut = charts._fit("Theo Nghị quyết số 1286 và Kế hoạch số 10.915 của thành phố", most)
        assert numbers(cut) <= {"1286", "10.915"}, cut
        assert cut.endswith("…") or cut.endswith("thành phố")


@each
def test_colours_follow_the_page(page: Page, kind: str) -> None:
    """Every colour is a variable with a fallback, so that dark mode and print can change it."""
    for svg in drawings(page, kind).values():
        source = ET.tostring(svg, encoding="unicode")
        assert "var(--" in source
        fixed = re.sub(r"var\(--[\w-]+,\s*#[0-9a-fA-F]{6}\)", "", source)
        assert not re.search(r"#[0-9a-fA-F]{3,8}\b(?![^\"]*-)|rgb\(|hsl\(", re.sub(r'href="#[^"]*"', "", fixed))
        named = re.findall(r"(?:fill|stroke|stop-color|color):\s*([^;\"]+)", fixed)
        assert set(named) <= {"", "none"}, named


def test_bars_begin_at_zero(page: Page) -> None:
    """The lengths of bars are as their numbers: 18,350 is drawn 0.557 times as long as 32,933."""
    lengths = []
    for path in drawings(page, "bars")["wide"].iter(f"{SVG}path"):
        xs = [float(x) for x in re.findall(r"[ML]\s*([\d.]+)", path.attrib["d"])]
        if len(xs) >= 4 and max(xs) - min(xs) > 50:
            lengths.append(max(xs) - min(xs))
    long, short = sorted(lengths, reverse=True)[:2]
    assert short / long == pytest.approx(18350 / 32933, abs=0.01)


@pytest.mark.parametrize(("kind", "zero"), [("series", "0"), ("shares", "0%"), ("completions", "0%")])
def test_the_axis_shows_zero(page: Page, kind: str, zero: str) -> None:
    """Counts and shares are drawn on a scale that begins at nothing, and says so."""
    for svg in drawings(page, kind).values():
        assert zero in {"".join(element.itertext()).strip() for element in svg.findall(f".//{SVG}text")}


def test_rows_of_changes_come_with_the_deepest_fall_first(page: Page) -> None:
    """Whatever order the notebook gives, the deepest fall is on top, in the drawing's data as well."""
    values = [data["value"] for data in made(page, "changes").select("tbody tr td:last-child data")]
    assert values == ["-44.3", "1.4"]


# -- by ear


@each
def test_a_chart_is_an_image_with_a_name_and_a_description(page: Page, kind: str) -> None:
    """role img, a title, and a description on the page with the chart's own numbers."""
    chart = made(page, kind)
    for svg in chart.select("svg"):
        assert svg["role"] == "img"
        title, described = chart.select_one(f"#{svg['aria-labelledby']}"), chart.select_one(f"#{svg['aria-describedby']}")
        assert title is not None
        assert title.name == "title"
        assert title.get_text() == page.plain(TITLE)
        assert described is not None
        assert described["class"] == ["description"]
    description = chart.select_one(".description")
    assert description is not None
    said = {data["value"] for data in description.find_all("data")}
    plotted = {data["value"] for data in chart.select(f"tbody {PLOTTED.get(kind, 'td:last-child')} data")}
    assert plotted <= said
    assert bool(said) == (kind != "coverage")


def test_a_long_list_is_told_by_its_ends(page: Page) -> None:
    """More than twelve rows are described by the first four and the last two; the table holds them all."""
    rows = [charts.Bar(words(i), number(page, "staff.after")) for i in range(20)]
    data = [[words(i), number(page, "staff.after")] for i in range(20)]
    shown = charts.bars(page, "long", TITLE, SUBTITLE, rows, COLUMNS, data, compact=True)
    chart = BeautifulSoup(shown.html, "html.parser")
    description = chart.select_one(".description")
    assert description is not None
    assert re.findall(r"Nhãn (\w)", description.get_text().replace(NBSP, " ")) == list("abcdst")
    assert len(chart.select("tbody tr")) == 20


# -- as data


@each
def test_a_chart_shows_the_numbers_of_its_data(page: Page, kind: str) -> None:
    """Every numeral written in the drawing stands in the table behind it in the same form, or on the axis."""
    chart = made(page, kind)
    table = chart.select_one("details table")
    assert table is not None
    behind = numbers(table.get_text(" "))
    bare = {item.lstrip("+") for item in behind}
    for svg in drawings(page, kind).values():
        written = set()
        for element in svg.findall(f".//{SVG}text"):
            written |= numbers("".join(element.itertext()))
        free = {item for item in written if item not in behind and item.lstrip("+") not in bare}
        assert free <= AXES.get(kind, set()) | ({"06"} if kind == "coverage" else set())
        plotted = {numeral(data) for data in chart.select(f"tbody {PLOTTED.get(kind, 'td:last-child')} data")}
        assert plotted <= {item.lstrip("+") for item in written}


def numeral(data: Tag) -> str:
    """The one numeral of a number shown, without plus or hedge."""
    (found,) = numbers(data.get_text())
    return found.lstrip("+")


@each
def test_a_chart_comes_with_its_table_and_csv(page: Page, kind: str) -> None:
    """The table unfolds below the chart; the CSV has the same rows, begins with a byte order mark, names its figures."""
    chart = made(page, kind)
    rows = chart.select("details table tbody tr")
    link = chart.select_one("p.files a")
    assert link is not None
    assert link["download"] == "x.csv"
    content = base64.b64decode(str(link["href"]).partition(";base64,")[2], validate=True)
    assert content.startswith(b"\xef\xbb\xbf")
    table = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert len(table) == len(rows) + 1
    for row, cells in zip(rows, table[1:], strict=True):
        values = [data["value"] for data in row.find_all("data")]
        assert [cell for cell in cells[:-1] if cell in values] == values
        ids = {figure for data in row.find_all("data") for figure in str(data["data-figures"]).split()}
        assert ids == set(cells[-1].split())


@each
def test_a_chart_names_its_sources(page: Page, kind: str) -> None:
    """The last line links to the sources of what is drawn."""
    line = made(page, kind).select_one("p.source")
    assert line is not None
    links = [str(link["href"]) for link in line.select("a")]
    assert links
    assert set(links) <= {"#source-congress", "#source-staff", "#source-wire"}


# -- as part of a page


@each
def test_ids_are_unique_and_carry_the_charts_name(page: Page, kind: str) -> None:
    """Several charts stand on one page: each id begins with its chart's name, and every reference resolves."""
    both = [made(page, kind, name) for name in ("first", "second")]
    ids = [str(element["id"]) for chart in both for element in chart.select("[id]")]
    assert len(ids) == len(set(ids))
    for chart, name in zip(both, ("first", "second"), strict=True):
        for element in chart.select("svg [id]"):
            assert re.match(rf"{name}-(wide|narrow)-", str(element["id"]))
        for element in chart.select("svg [href]"):
            assert str(element["href"])[1:] in ids
        assert "url(#" not in str(chart)


@each
def test_a_chart_is_drawn_alike_every_time(known: Figures, kind: str) -> None:
    """Same data, same bytes: no date, no random id, whatever was drawn before."""
    first = drawn(Page(known, "vi"), kind)
    drawn(Page(known, "en"), kind)
    assert KINDS[kind](Page(known, "vi"), "x").html == first
    assert "<metadata" not in first
    assert "<!--" not in first


def test_a_chart_with_nothing_to_show_says_so(page: Page) -> None:
    """Without rows, or with a title that rests on an unknown figure, there is a sentence instead of empty axes."""
    empty = charts.bars(page, "x", TITLE, SUBTITLE, [], COLUMNS, [])
    assert empty.html == page.absent().html
    assert charts.series(page, "x", TITLE, SUBTITLE, []).html == page.absent().html
    assert charts.changes(page, "x", TITLE, SUBTITLE, []).html == page.absent().html
    hollow = text(vi="{a}", en="{a}", a=None)
    data = [[words(0), number(page, "staff.after")]]
    rows = [charts.Bar(words(0), number(page, "staff.after"))]
    assert charts.bars(page, "x", hollow, SUBTITLE, rows, COLUMNS, data).html == page.absent().html
    assert page.record()["charts"] == []


def test_a_number_typed_into_a_chart_is_refused(page: Page) -> None:
    """Titles, labels and words beside a mark are sentences like any others."""
    digits = Text("126 xã", "126 communes")
    item = number(page, "staff.after")
    for title, label, beside in ((digits, words(0), None), (TITLE, digits, None), (TITLE, words(0), digits)):
        with pytest.raises(ValueError, match="holds a number typed by hand"):
            charts.bars(page, "x", title, SUBTITLE, [charts.Bar(label, item, beside)], COLUMNS, [[words(0), item]])


def test_words_in_a_chart_cannot_break_it(page: Page) -> None:
    """Ampersands, angle brackets, dollar signs and underscores of a label are drawn as they are."""
    odd = text(vi="A & B <c> $x_i$", en="A & B <c> $x_i$")
    item = number(page, "staff.after")
    shown = charts.bars(page, "x", odd, SUBTITLE, [charts.Bar(odd, item)], COLUMNS, [[odd, item]]).html
    for svg in re.findall(r"<svg.*?</svg>", shown, re.S):
        root = ET.fromstring(_declared(svg))
        written = {"".join(element.itertext()).replace(NBSP, " ") for element in root.findall(f".//{SVG}text")}
        assert "A & B <c> $x_i$" in written


def test_a_range_is_drawn_where_the_printed_form_leaves_one(page: Page) -> None:
    """A share printed as 14 % is drawn with its range from 13.5 to 14.5; an exact one has none."""

    def ranges(share: Quantity) -> int:
        rows = [charts.Dot(words(0), share)]
        html = charts.shares(page, "x", TITLE, SUBTITLE, rows, COLUMNS, [[words(0), share]]).html
        return html.count("opacity")

    exact = quantity.share(number(page, "congress.held"), number(page, "congress.due"))
    assert exact is not None
    assert exact.exact
    assert ranges(number(page, "dossiers.share")) > 0
    assert ranges(exact) == 0


def test_the_numbers_of_a_chart_are_rounded_as_everywhere(page: Page) -> None:
    """A bar's number is written by the same function as in prose: half up on Decimal."""
    share = Quantity(Decimal("98.65"), Decimal("98.65"), Decimal("98.65"), "percent", 1, ("congress.held",), kind="share")
    html = charts.bars(page, "x", TITLE, SUBTITLE, [charts.Bar(words(0), share)], COLUMNS, [[words(0), share]]).html
    shown = numerals.show(Decimal("98.7"), 1, page.language, percent=True)
    assert html.count(f">{shown}<") >= 3
