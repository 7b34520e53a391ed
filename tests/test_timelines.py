"""What happened when: panels of counts, and shares for a period."""

from __future__ import annotations

import re
from typing import Any

import pytest
from test_strips import HEAD, NARROW, WIDE, dots, each_width, lines, said, word

from analysis import Page, compare, text
from analysis.numbers import figures
from analysis.numbers.periods import Period
from analysis.saying import blocks, charts
from analysis.saying.drawing import lettering, miniatures, timelines
from analysis.saying.texts import ProseError


def panels(page: Page, line: Any = "straight") -> blocks.Panels:
    """Staff before and after a reform, and a count of another scope that stands alone."""
    known = page.known
    staff = compare.change(known["staff.before"], known["staff.after"])
    printed = text(f"bài báo ghi {known['staff.rate']}", f"printed as {known['staff.rate']}")
    points = [page.point("staff.before"),
              page.point("staff.after", line=line, rate=staff.rate, printed=printed)]  # fmt: skip
    scope = page.point("congress.due", joined=False, hollow=True, note=word("phạm vi khác"))
    other = [page.point("units.before"), scope]
    day = known.as_of("staff.rate")
    spans = [
        page.span(text(f"Đề án 06, {day:short}", f"Project 06, {day:short}"), day, day),
        page.span(word("Ngày"), known.as_of("congress.due")),
    ]
    block = page.panels("x", *HEAD, [(word("Người"), points), (word("Nơi"), other)], spans).block
    assert isinstance(block, blocks.Panels)
    return block


def periods(page: Page) -> blocks.Periods:
    """14 % of thirteen days beside 98.7 % of a day, and a target of 66.91 %."""
    target = page.known["units.rate"]
    rows = [(word("Hà Nội"), "dossiers.share", True), (word("cả nước"), "congress.rate", False)]
    norm = page.norm(text(f"mục tiêu {target}", f"target {target}"), target)
    block = page.periods("x", *HEAD, rows, norm=norm).block
    assert isinstance(block, blocks.Periods)
    return block


@each_width
def test_each_panel_counts_from_zero(page: Page, width: float) -> None:
    """Points stand over their panel's own zero as high as their number."""
    drawing = charts.layout(panels(page), page.known, width)
    feet = sorted({a[1] for a, b in lines(drawing, "axis") if b[0] - a[0] > 100})
    (_, high), (_, low), (_, alone) = dots(drawing, "subject")
    assert (feet[0] - low) / (feet[0] - high) == pytest.approx(18350 / 32933, abs=0.002)
    (hollow,) = dots(drawing, "paper")
    assert (feet[1] - hollow[1]) / (feet[1] - alone) == pytest.approx(1238 / 10035, abs=0.01)


@each_width
def test_a_year_is_written_from_its_tick_on_within_the_axis(page: Page, width: float) -> None:
    """An axis that ended in May 2021 once had “2021” in the middle of that year, past its end."""
    drawing = charts.layout(panels(page), page.known, width)
    (start, _), (end, _) = lines(drawing, "axis")[0]
    ticks = {a[0] for a, b in lines(drawing, "axis") if a[0] == b[0]}
    years = [each for each in drawing.words if re.fullmatch(r"20\d\d", each.words["en"])]
    assert years
    for year in years:
        assert year.spot[0] in {start, *ticks}
        assert lettering.box(year)[2] <= end


def test_many_panels_are_pictures_of_three(page: Page) -> None:
    """In a Word file a tall chart comes in parts on one axis, each with the reforms above: in one
    piece it once left half a sheet empty before it."""
    two = panels(page)
    five = two.model_copy(update={"lines": two.lines * 2 + two.lines[:1]})
    (whole,) = charts.in_parts(two, page.known, "paper")
    first, second = charts.in_parts(five, page.known, "paper")
    assert first.height > second.height == whole.height
    spots = [
        {a[0] for a, b in lines(each, "axis") if b[0] - a[0] > 100} for each in (first, second)
    ]
    assert spots[0] == spots[1]
    assert "Project 06" in " ".join(said(second, "en"))


def test_no_point_is_drawn_after_its_source_was_printed(page: Page) -> None:
    """A count of 2021 from an article printed by 22 May 2021 stands on that day, not at the end of
    the year; one of a year that was over stands at its end, and a plan on the day it is for."""
    known = page.known
    day = 2021 + (31 + 28 + 31 + 30 + 21) / 365.25
    assert timelines.moment(known.as_of("staff.after"), known) == pytest.approx(day)
    assert timelines.moment(known.as_of("staff.before"), known) == 2020
    assert timelines.moment(Period("2025", figure="staff.after"), known) == 2026
    (before, _), (after, _), (scope, _) = dots(charts.layout(panels(page), known, WIDE), "subject")
    assert before < after < scope
    assert (after - before) / (scope - before) == pytest.approx(
        (day - 2020) / (2025.348 - 2020), abs=0.003
    )


@each_width
def test_a_panel_says_what_its_line_is(page: Page, width: float) -> None:
    """The rate is on the line, what does not hold beside its number in the colour of a check, what
    is of another scope said; a break in a series is a break."""
    drawing = charts.layout(panels(page), page.known, width)
    words = " ".join(said(drawing))
    for each in ("−44.3%", "18,350", "printed as 44.2%", "phạm vi khác", "32,933", "people"):
        assert (each in words) == (each != "people" or width == WIDE), each
    told = [each for each in drawing.words if "printed" in str((each.words, each.tail))]
    keys = {each.tail_colour if each.tail else each.colour for each in told}
    assert keys == {"check"}
    assert len(lines(drawing, "subject", 1.5)) == 1


def test_a_step_turns_a_corner_and_another_series_is_dotted(page: Page) -> None:
    """A step goes level and then down; a dotted line is dotted."""
    (level, down) = lines(charts.layout(panels(page, "step"), page.known, WIDE), "subject")
    assert level[0][1] == level[1][1]
    assert down[0][0] == down[1][0]
    marks = charts.layout(panels(page, "dotted"), page.known, WIDE).marks
    assert [each for each in marks if getattr(each, "dash", None) and each.colour == "subject"]


def test_the_rate_on_a_line_is_a_change(page: Page) -> None:
    """A printed percentage has no direction and is no rate of a line."""
    with pytest.raises(ProseError, match="a computed change"):
        page.point("staff.after", rate=page.known["staff.rate"])


@each_width
def test_a_bracket_joins_the_two_counts_that_a_change_compares(width: float) -> None:
    """Where a point stands between the two counts of a change, the change is written on a bracket
    from one to the other, below all three: 58 to 52 was once written under the line from 60."""
    page = Page(figures.load(), "en")
    ends = [f"project-06.city-direct.{each}" for each in ("before", "after")]
    rate = compare.change(*(page.known[each] for each in ends)).rate
    points = [page.point(ends[0]), page.point("party-2015.city-direct"),
              page.point(ends[1], rate=rate)]  # fmt: skip
    block = page.panels("x", *HEAD, [(word("Đảng bộ"), points)]).block
    assert isinstance(block, blocks.Panels)
    drawing = charts.layout(block, page.known, width)
    (first, _), _, (last, _) = spots = dots(drawing, "subject")
    level = max(y for _, y in spots) + 1
    bracket = [each for each in lines(drawing, "subject") if min(each[0][1], each[1][1]) > level]
    assert [(left, right) for (left, _), (right, _) in bracket if left != right] == [(first, last)]
    assert [each.spot[0] for each in drawing.words if "−10" in each.words["en"]] == [
        pytest.approx((first + last) / 2)
    ]


def test_what_is_said_of_a_point_is_said_once(page: Page) -> None:
    """A note and a printed number stand by one number, not by two."""
    point = page.point("staff.after", note=word("ghi chú"), printed=word("in khác"))
    block = page.panels("x", *HEAD, [(word("Người"), [page.point("staff.before"), point])]).block
    words = said(charts.layout(block, page.known, WIDE))  # type: ignore[arg-type]
    assert len([each for each in words if each.startswith("18,350")]) == 1
    assert "in khác" in " ".join(words)


@each_width
def test_reforms_stand_above_and_go_through(page: Page, width: float) -> None:
    """A reform is a bar of ink as long as it lasts, a tint through the panels under it; one day is
    a thin line, which crosses no words."""
    drawing = charts.layout(panels(page), page.known, width)
    ((start, _), (end, _)), ((day, _), (after, _)) = lines(drawing, "ink", 5)
    ((left, _), (right, _)), *_ = lines(drawing, "tint")
    assert (left, right) == (pytest.approx(start), pytest.approx(end))
    assert after - day == 4
    pieces = [line for line in lines(drawing, "hairline") if line[0][0] == line[1][0]]
    assert [x for (x, _), _ in pieces] == [pytest.approx(day)] * len(pieces)
    assert "Project 06, 2019–2021" in said(drawing)
    for left, top, right, foot in map(lettering.box, drawing.words):
        assert not [a for a, b in pieces if left < a[0] < right and a[1] < foot and b[1] > top]


def test_shares_are_as_long_as_their_period_and_as_thick_as_their_rounding(page: Page) -> None:
    """Thirteen days are thirteen times a day; 14 % may be anything from 13.5 to 14.5."""
    drawing = charts.layout(periods(page), page.known, WIDE)
    ((a, y), (b, _)), *_ = lines(drawing, "subject", 4)
    ((c, high), (d, _)), *_ = lines(drawing, "ink", 4)
    assert (b - a) / 13 == pytest.approx((drawing.width - 218) / (15 * 1.02), abs=0.5)
    assert d - c >= 3
    zero = max(spot[1] for line in lines(drawing, "axis") for spot in line) - 4
    assert (zero - y) / (zero - high) == pytest.approx(14 / 98.7, abs=0.002)


def test_the_words_of_a_target_stand_at_its_edge(page: Page) -> None:
    """They go on from the line that they name, and no other label runs into them."""
    drawing = charts.layout(periods(page), page.known, WIDE)
    ((_, y), (end, _)), *_ = lines(drawing, "norm-edge")
    (target,) = (each for each in drawing.words if each.words["en"] == "target 66.91%")
    assert target.spot == (end + 8, y + 4)


def test_on_a_phone_the_period_is_in_the_label(page: Page) -> None:
    """Rows on one axis, each with its period in words and its number at the right."""
    drawing = charts.layout(periods(page), page.known, NARROW)
    assert {"Hà Nội, 1–13 Jul 2025", "14%", "target 66.91%"} <= {*said(drawing)}
    assert lines(drawing, "norm-fill")


def test_a_card_shows_the_last_change_of_a_panel(page: Page) -> None:
    """Columns from zero: what was before, in the colour of what was, and what came after."""
    drawing = miniatures.of(panels(page))
    assert drawing is not None
    assert said(drawing) == ["32,933", "before 2020", "18,350", "2021"]
    before, after = (
        next(mark.thick for mark in drawing.marks if mark.colour == colour)  # type: ignore[union-attr]
        for colour in ("other", "subject")
    )
    assert after / before == pytest.approx(18350 / 32933)
