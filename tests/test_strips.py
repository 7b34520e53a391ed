"""Many in a row: places on an axis, tasks done, and what a whole is made of."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from small_data import retype, small_data

from analysis import Page, compare, text
from analysis.numbers import figures
from analysis.saying import blocks, chart_blocks, charts
from analysis.saying.drawing import miniatures, strips
from analysis.saying.drawing.marks import Dots, Drawing, Strokes
from analysis.saying.texts import ProseError

WIDE, NARROW = charts.WIDTHS["wide"], charts.WIDTHS["narrow"]
HEAD: tuple[Any, ...] = (text("Tên", "Title"), text("Phụ", "Sub"))


def word(letters: str) -> Any:
    """A label."""
    return text(letters, letters)


def strip(page: Page, ranked: bool = False, **more: Any) -> blocks.Strip:
    """Hà Nội's cut of 76.0 % beside six cuts of 66.4 % that would all touch, and one of 44.3 %."""
    ha_noi, da_nang = (
        compare.province(page.known, each, "plan-2025").change for each in ("ha-noi", "da-nang")
    )
    staff = compare.change(page.known["staff.before"], page.known["staff.after"])
    others = [(word(f"Nơi {letter}"), da_nang, False) for letter in "abcdef"]
    rows = [*others, (word("Cuối"), staff, False), (word("Hà Nội"), ha_noi, True)]
    block = page.strip("x", *HEAD, rows, ranked=ranked, **more).block
    assert isinstance(block, blocks.Strip)
    return block


def banded(page: Page, ranked: bool = False) -> blocks.Strip:
    """The same with a band from 14 to 98.7 % and the country at 66.9 %."""
    known = page.known
    low, high = known["dossiers.share"], known["congress.rate"]
    norm = page.norm(text(f"khung {low}–{high}", f"band of {low}–{high}"), low, high)
    country = compare.change(known["units.before"], known["units.after"])
    return strip(page, ranked, norm=norm, country=(word("cả nước"), country))


def completions(page: Page) -> blocks.Completions:
    """Two tasks: one with a printed share that does not hold, one further on by a later day."""
    known = page.known
    held = compare.completion(known["congress.held"], known["congress.due"])
    half = compare.completion(known["staff.after"], known["staff.before"])
    least = compare.completion(known["units.after"], known["units.before"])
    rows = [
        page.task(word("Ít nhất"), least, group=word("Sau")),
        page.task(word("Một nửa"), half, group=word("Trước"), later=known["congress.rate"]),
        page.task(word("Gần xong"), held, group=word("Trước"), printed=known["congress.rate"]),
    ]
    block = page.completions("x", *HEAD, rows).block
    assert isinstance(block, blocks.Completions)
    return block


def parts(page: Page, main: bool = True) -> blocks.Parts:
    """126 units: 75 communes and 51 wards."""
    known = page.known
    made = [(word(k), known[f"plan-2025.ha-noi.after.{k}"]) for k in ("communes", "wards")]
    whole = page.whole(word("Hà Nội"), known["plan-2025.ha-noi.after.total"], made, main=main)
    block = page.parts("x", *HEAD, [whole]).block
    assert isinstance(block, blocks.Parts)
    return block


def dots(drawing: Drawing, colour: str) -> list[tuple[float, float]]:
    """Where the dots of a colour stand; hollow ones have the colour of paper."""
    found = [each for each in drawing.marks if isinstance(each, Dots) and each.colour == colour]
    return [spot for each in found for spot in each.spots]


def lines(drawing: Drawing, colour: str, least: float = 0) -> list[Any]:
    """The strokes of a colour, at least so thick."""
    found = [each for each in drawing.marks if isinstance(each, Strokes) and each.colour == colour]
    return [line for each in found if each.thick >= least for line in each.lines]


def said(drawing: Drawing, language: str = "en") -> list[str]:
    """The words of a drawing."""
    tails = [(each.words[language], (each.tail or {}).get(language)) for each in drawing.words]
    return [" ".join(filter(None, pair)) for pair in tails]


each_width = pytest.mark.parametrize("width", [WIDE, NARROW])


@each_width
def test_places_stand_at_the_size_of_their_fall_and_none_on_another(
    page: Page, width: float
) -> None:
    """One scale for all, larger falls to the right; places that would touch are stacked."""
    drawing = charts.layout(strip(page), page.known, width)
    (subject,), others = dots(drawing, "subject"), dots(drawing, "other")
    left, middle = min(others), sorted(others)[3]
    share = (middle[0] - left[0]) / (subject[0] - left[0])
    assert share == pytest.approx((66.43 - 44.28) / (76.05 - 44.28), abs=0.01)
    for place, (x, y) in enumerate(others):
        for other_x, other_y in others[:place]:
            assert abs(x - other_x) >= 8 or abs(y - other_y) >= 8


@each_width
def test_a_band_and_the_country_stand_where_their_numbers_are(page: Page, width: float) -> None:
    """The norm is a band between its numbers with its words, the country a dashed line."""
    drawing = charts.layout(banded(page), page.known, width)
    ((left, _), (right, _)), *_ = lines(drawing, "norm-fill")
    (subject,) = dots(drawing, "subject")
    assert (subject[0] - left) / (right - left) == pytest.approx((76.05 - 14) / 84.7, abs=0.001)
    ((x, _), _), *_ = lines(drawing, "ink")
    assert (x - left) / (right - left) == pytest.approx((66.91 - 14) / 84.7, abs=0.001)
    assert "band of 14–98.7%" in said(drawing)
    assert "cả nước 66.9%" in said(drawing)
    assert "Hà Nội 76.0%" in said(drawing)


@each_width
def test_who_is_above_a_norm_is_named_where_there_is_room(page: Page, width: float) -> None:
    """A place above the range is named though it is no end of the strip; one within it is not."""
    known = page.known
    changes = [compare.province(known, each, "plan-2025").change for each in ("ha-noi", "da-nang")]
    changes.append(compare.change(known["staff.before"], known["staff.after"]))
    rows = [(word(name), each, False) for name, each in zip("abc", changes, strict=True)]
    named = []
    for high in ("dossiers.share", "congress.rate"):
        norm = page.norm(word("khung"), known["dossiers.share"], known[high])
        block: Any = page.strip("x", *HEAD, rows, norm=norm).block
        named.append("b 66.4%" in said(charts.layout(block, known, width)))
    assert named == [True, False]


def test_ranks_are_of_exact_numbers_and_ties_are_told(page: Page) -> None:
    """Rows go from the deepest cut; equal cuts share a rank and say so. A phone has rows, too,
    of names and numbers, and the strip where there are many places."""
    drawing = charts.layout(strip(page, ranked=True), page.known, WIDE)
    assert [each for each in said(drawing) if each.strip("=").isdigit()] == ["1", *["=2"] * 6, "8"]
    assert "526→126" in said(drawing)
    narrow = charts.layout(strip(page, ranked=True), page.known, NARROW)
    assert {"Hà Nội", "76.0%"} <= {*said(narrow)}
    assert "526→126" not in said(narrow)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(strips, "FEW", 7)
        many = charts.layout(strip(page, ranked=True), page.known, NARROW)
    assert many == charts.layout(strip(page), page.known, NARROW)


@each_width
def test_a_plan_is_hollow_and_few_rows_count_from_zero(tmp_path: Path, width: float) -> None:
    """Of a change that is only planned the dot is hollow. In rows of a few places the axis begins
    at zero, so 76.0 % stands more than half as far again as 44.3 %."""
    data = small_data(tmp_path)
    retype(data / "figures.csv", "plan-2025.ha-noi.after.total", doubted="", planned="yes")
    page = Page(figures.load(data), "vi")
    drawing = charts.layout(strip(page, ranked=True), page.known, width)
    ((planned, _),) = dots(drawing, "paper")
    (*_, (least, _)) = dots(drawing, "other")
    zero = min(x for (x, _), _ in lines(drawing, "axis"))
    assert (planned - zero) / (least - zero) == pytest.approx(76.05 / 44.28, abs=0.01)
    assert "0%" in said(drawing)


def test_completions_of_what_is_no_task_have_heads_of_their_own(page: Page) -> None:
    """The four heads stand above the table and, but for a phone, the drawing."""
    share = compare.completion(page.known["congress.held"], page.known["congress.due"])
    heads = (*(text("Nơi", "Place"), text("Có mặt", "Present")),
             *(text("Tất cả", "Members"), text("Vắng", "Absent")))  # fmt: skip
    rows = [page.task(text("Hà Nội", "Hà Nội"), share)]
    block = page.completions("x", *HEAD, rows, heads=heads).block
    assert isinstance(block, blocks.Completions)
    columns = [each.words("en") for each in block.table.columns]
    assert columns == ["Place", "Present", "Members", "Share", "Absent"]
    assert {"Present / Members", "Absent"} <= {*said(charts.layout(block, page.known, WIDE))}
    with pytest.raises(ProseError, match="heads are four texts"):
        page.completions("x", *HEAD, rows, heads=heads[:2])  # type: ignore[arg-type]


@each_width
def test_tasks_stand_at_their_share_in_groups(page: Page, width: float) -> None:
    """A dot at part of whole, the furthest of a group first; a later count is hollow, with its day;
    a printed share that does not hold is in the colour of what is to be checked."""
    drawing = charts.layout(completions(page), page.known, width)
    spots = dots(drawing, "subject")
    grid = sorted({x for (x, _), _ in lines(drawing, "rule")})
    assert [(x - grid[0]) / (grid[-1] - grid[0]) for x, _ in spots] == [
        pytest.approx(share, abs=0.002) for share in (0.331, 0.986, 0.557)
    ]
    assert [y for _, y in spots] == sorted(y for _, y in spots)
    (hollow,) = dots(drawing, "paper")
    assert (hollow[0] - grid[0]) / (grid[-1] - grid[0]) == pytest.approx(0.987, abs=0.002)
    words = said(drawing)
    assert {"1,221 / 1,238 = 98.6%", "98.7% (15 Jul 2025)", "Trước", "Sau"} <= {*words}
    (checked,) = [each for each in drawing.words if each.colour == "check"]
    assert checked.words["en"] == "printed as 98.7%"
    assert ("17" in words) == (width == WIDE)


def test_a_short_axis_has_three_marks_and_printed_shares_below_the_numbers(page: Page) -> None:
    """On a sheet, what is printed would leave the lines of tasks no room."""
    drawing = charts.layout(completions(page), page.known, 520)
    at = {each.words["en"]: each.spot for each in drawing.words}
    assert "50%" in at
    assert "25%" not in at
    assert at["printed as 98.7%"] == (at["1,221 / 1,238 ="][0], at["1,221 / 1,238 ="][1] + 15)


def test_what_a_task_comes_to_follows_from_its_numbers(page: Page) -> None:
    """Share and rest are computed from part and whole; nobody can give another."""
    block = completions(page)
    assert str(block.rows[1].rate) == "98.6%"
    with pytest.raises(ValueError, match="Extra inputs"):
        chart_blocks.Task.model_validate({**dict(block.rows[0]), "rate": block.rows[1].rate})


@each_width
def test_parts_fill_the_bar_of_their_whole(page: Page, width: float) -> None:
    """Each part is as long as its share, the last one hollow; all are told with their numbers."""
    drawing = charts.layout(parts(page), page.known, width)
    ((left, _), (right, _)), *_ = lines(drawing, "subject", 10)
    assert (right + 1 - left) / (width - left) == pytest.approx(75 / 126, abs=0.002)
    words = " ".join(said(drawing))
    assert "75 = 59.5%" in words
    assert "51 = 40.5%" in words


def test_on_a_phone_each_part_has_a_square_filled_as_it_is(page: Page) -> None:
    """Its words stand in a list below the bar there; in the wide form they stand at the part."""
    narrow, wide = (charts.layout(parts(page), page.known, width) for width in (NARROW, WIDE))
    assert lines(wide, "subject", 9) == lines(wide, "subject", 38)
    _, solid = lines(narrow, "subject", 9)
    assert solid[1][0] - solid[0][0] == 9
    hollow = [line for line in lines(narrow, "subject") if line[0][0] == 0.75 == line[1][0]]
    assert len(hollow) == 1
    assert [each.spot[0] for each in narrow.words if "=" in each.words["en"]] == [15, 15]


@each_width
def test_the_part_that_a_chart_is_about_is_solid(page: Page, width: float) -> None:
    """Nothing is hollow then; its card has a bar for that part of each place alone."""
    kinds = [(word("xã"), page.known["plan-2025.ha-noi.after.communes"]),
             (word("phường"), page.known["plan-2025.ha-noi.after.wards"])]  # fmt: skip
    rows = [page.whole(word("Hà Nội"), page.known["plan-2025.ha-noi.after.total"], kinds)]
    block: Any = page.parts("x", *HEAD, rows, about=word("phường")).block
    ((left, _), (right, _)), *more = lines(charts.layout(block, page.known, width), "subject", 10)
    assert right - left < width / 2
    assert not more
    assert {*said(miniatures.of(block))} == {"Hà Nội", "51"}  # type: ignore[arg-type]
    with pytest.raises(ProseError, match="no part is called “làng”"):
        page.parts("x", *HEAD, rows, about=word("làng"))


def test_parts_that_do_not_add_up_are_refused(page: Page) -> None:
    """A bar of 100 % whose parts are less or more is no chart."""
    known = page.known
    whole = page.whole(word("a"), known["units.after"], [(word("b"), known["units.before"])])
    with pytest.raises(ProseError, match="add up to"):
        page.parts("x", *HEAD, [whole])


def test_what_is_not_known_is_left_out(tmp_path: Path) -> None:
    """Before a place, a task or a later count is printed, the chart is drawn without it."""
    early = Page(figures.load(small_data(tmp_path), known_on="2021-06-30"), "en")
    assert len(strip(early).rows) == 1
    half = compare.completion(early.known["staff.after"], early.known["staff.before"])
    task = early.task(word("a"), half, later=early.known["congress.rate"])
    assert task.later is None
    assert task.day is None


@pytest.mark.parametrize("make", [banded, completions])
def test_small_forms_hold_the_comparison_alone(page: Page, make: Any) -> None:
    """A card's drawing is 330 wide and at most 160 high, and shows the subject."""
    drawing = miniatures.of(make(page))
    assert drawing is not None
    assert drawing.width == 330
    assert drawing.height <= 160
    assert dots(drawing, "subject") or lines(drawing, "subject")
