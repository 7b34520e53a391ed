"""Maps of dots: where places are, and strips of ticks beside them."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import pytest
from small_data import small_data
from test_listing import DOUBTED, LIST, data

from analysis import Page, text
from analysis.numbers import figures
from analysis.saying import blocks, charts
from analysis.saying.drawing import lettering, maps
from analysis.saying.drawing.marks import Dots, Drawing, Strokes

HEAD = (text("Nơi này", "This place"), text("Mỗi chấm một nơi", "A dot a place"))
MEASURES = [(text("Số người", "People"), LIST)]
REAL = [
    (text("Diện tích", "Area"), "units-2025.*.land-area in ha-noi"),
    (text("Dân số như đã in", "Population as printed"), "units-2025.*.population in ha-noi"),
    (text("Thôn, tổ dân phố", "Villages and groups"), "villages-2026.*.after in ha-noi"),
]
NAMED = ["xa-soc-son", "phuong-son-tay", "xa-ba-vi", "phuong-hoan-kiem"]
KNOWN = figures.load()


@pytest.fixture
def page(tmp_path: Path) -> Page:
    """A page on the small data with six places."""
    return Page(figures.load(data(tmp_path)), "en")


def mapped(page: Page, area: str = "a", **more: object) -> blocks.Map:
    """The map of a place."""
    block = page.map("place", *HEAD, area, **more).block  # type: ignore[arg-type]
    assert isinstance(block, blocks.Map)
    return block


def drawn(block: blocks.Map, page: Page) -> list[Drawing]:
    """Its layout: the map, and the strips where it has any."""
    return maps.of_map(block, page.known)


def test_every_place_is_a_dot_north_up_and_to_scale(page: Page) -> None:
    """One is marked; a kilometre is as long across as up, and the bar is ten of them."""
    drawing, *strips = drawn(mapped(page), page)
    assert strips == []
    dots = {mark.colour: list(mark.spots) for mark in drawing.marks if isinstance(mark, Dots)}
    assert len(dots["other"]) == 5
    assert len(dots["subject"]) == 1
    (x, y), *_ = dots["subject"]
    nearest, *_, farthest = sorted(dots["other"], key=lambda spot: spot[0])
    assert x < nearest[0] < farthest[0]  # `a` is the most western
    assert y > nearest[1] > farthest[1]  # and the most southern
    across, up = farthest[0] - x, y - farthest[1]
    assert across / up == pytest.approx(0.93, abs=0.02)  # half a degree of each near 21° north
    bar = next(m for m in drawing.marks if isinstance(m, Strokes) and m.thick == 2)
    ((start, _), (end, _)) = bar.lines[0]
    assert (end - start) / up == pytest.approx(10 / 55.6, abs=0.01)


def test_a_strip_has_a_tick_for_each_number_of_its_list(page: Page) -> None:
    """From zero; the median in ink, the marked place in its colour; equal ticks are drawn once."""
    _, drawing = drawn(mapped(page, "c", measures=MEASURES), page)
    strokes = {m.colour: m for m in drawing.marks if isinstance(m, Strokes)}
    ticks = strokes["other"]
    ((start, _), (end, _)) = ticks.lines[0]
    assert ticks.dash is not None
    pixels = [round(each * ticks.thick) for each in ticks.dash]
    assert pixels[::2] == [1, 1, 1, 1]  # 5, 20, 50 twice and 700
    gaps = pixels[1::2]
    each = (end - start - 1) / 695  # pixels of one
    assert gaps[:3] == pytest.approx([15 * each - 1, 30 * each - 1, 650 * each - 1], abs=1)
    assert (strokes["ink"].thick, strokes["subject"].thick) == (2.4, 3.4)
    assert strokes["ink"].lines[0][0][0] == pytest.approx(start + 45 * each, abs=1)
    assert strokes["subject"].lines[0][0][0] == pytest.approx(start + 15 * each, abs=1)


def test_a_number_that_cannot_be_right_is_marked_and_not_ranked(tmp_path: Path) -> None:
    """It is drawn in the colour of what does not hold; its table says that it has no place."""
    page = Page(figures.load(data(tmp_path, e=DOUBTED)), "en")
    block = mapped(page, "e", measures=MEASURES)
    (measure,), (row,) = block.measures, block.table.data
    assert measure.doubted
    assert row[2] == text("không xếp", "not ranked")
    colours = {m.colour for m in drawn(block, page)[1].marks if isinstance(m, Strokes)}
    assert "check" in colours


def test_what_a_map_shows_is_in_its_table_and_description(page: Page) -> None:
    """The place's number, its rank and the median, a measure a row."""
    block = mapped(page, "c", measures=MEASURES)
    (row,) = block.table.data
    assert [cell.words("en") for cell in row if cell] == ["People", "20", "4", "50"]
    description = charts.described(block).words("en")
    assert description.startswith(
        "Place c: the marked dot; each other dot is a place of its kind; People"
    )
    bare = mapped(page)
    assert [cell.words("en") for (cell,) in bare.table.data if cell] == ["Place a"]


def test_a_map_is_read_back_as_it_was_written(page: Page) -> None:
    """Its JSON holds references alone; what a list gives is asked of the tables anew."""
    block = mapped(page, "c", named=["b"], measures=MEASURES)
    written = blocks.dump(block)
    assert blocks.load(written, page.known) == block
    other = written["measures"][0]
    lie = {**other, "own": None, "rank": other["own"], "doubted": True}
    lying = {**written, "within": "viet-nam", "measures": [lie, *written["measures"][1:]]}
    assert blocks.load(lying, page.known) == block
    written["measures"][0]["listed"] = "list.*.peeple in ha-noi"
    with pytest.raises(blocks.ProseError, match="no figure of a place"):
        blocks.load(written, page.known)


def test_before_the_places_are_known_there_is_no_map(tmp_path: Path) -> None:
    """And a list that is not known yet has no strip."""
    early = Page(figures.load(data(tmp_path), "2025-05-07"), "en")
    assert isinstance(early.map("place", *HEAD, "a", measures=MEASURES).block, blocks.Absent)
    with pytest.raises(blocks.ProseError):  # the name of a chart is wrong on any day
        early.map("A b", *HEAD, "a")
    late = Page(figures.load(data(tmp_path, e=("congress", "")), "2025-05-08"), "en")
    assert mapped(late, measures=MEASURES).measures == ()


def test_a_place_alone_is_mapped(tmp_path: Path) -> None:
    """Nothing divides by the distance between the first and the last."""
    page = Page(figures.load(small_data(tmp_path)), "vi")
    (drawing,) = drawn(mapped(page, "da-nang"), page)
    assert drawing.height > 0


@pytest.mark.parametrize("area", ["xa-ung-hoa", "phuong-hoan-kiem", "xa-ba-vi", "phuong-tay-ho"])
def test_the_maps_of_the_shipped_data_are_light_and_their_labels_apart(area: str) -> None:
    """At most 25 KB, map and strips together; no two labels touch, and none is cut at a side."""
    page = Page(KNOWN, "vi")
    block = mapped(page, area, named=NAMED, measures=REAL)
    made = charts.draw(block, KNOWN, widths=("narrow",))
    assert all(len(svg.encode()) <= 25_000 for svg in made.values())
    for drawing in drawn(block, page):
        boxes = [lettering.box(word) for word in drawing.words]
        assert all(left >= -1 and right <= maps.WIDTH + 1 for left, _, right, _ in boxes)
        for one, other in combinations(boxes, 2):
            across = min(one[2], other[2]) - max(one[0], other[0])
            down = min(one[3], other[3]) - max(one[1], other[1])
            assert across <= 1 or down <= 1


def test_no_name_on_any_map_of_the_shipped_data_covers_a_dot() -> None:
    """Of all communes, and none is cut at the foot; the line to a name begins at a dot."""
    page = Page(KNOWN, "vi")
    for place in KNOWN.places("ha-noi"):
        drawing, *_ = drawn(mapped(page, place.area, named=NAMED), page)
        dots = [spot for mark in drawing.marks if isinstance(mark, Dots) for spot in mark.spots]
        lines = [mark for mark in drawing.marks if isinstance(mark, Strokes) and mark.thick == 1]
        assert all(line[0] in dots for mark in lines for line in mark.lines)
        for left, top, right, foot in map(lettering.box, drawing.words):
            assert not [1 for x, y in dots if left - 3 < x < right + 3 and top - 3 < y < foot + 3]
            assert foot <= drawing.height
