"""Comparisons of figures: changes, completions, provinces, conflicts, coverage; every result a Quantity."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from small_data import small_data

from analysis import compare, figures, numerals, quantity
from analysis.figures import Figures
from analysis.quantity import Quantity

D = Decimal
FIGURES = "figures.csv"


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Figures:
    """The figures of the small data."""
    return figures.load(small_data(tmp_path_factory.mktemp("small")))


def printed(token: str, unit: str = "person", figure: str = "x") -> Quantity:
    """A printed figure, from its Vietnamese form."""
    return quantity.printed(figure, numerals.read(token, "vi"), "percent" if "%" in token else unit)


# -- change


def test_a_change_gives_the_fall_and_the_rate(known: Figures) -> None:
    """32,933 → 18,350: 14,583 fewer, −44.3 %."""
    staff = compare.change(known["staff.before"], known["staff.after"])
    assert staff is not None
    assert (staff.fall.value, staff.rate.text("en", "sign")) == (D(14583), "−44.3%")
    assert (staff.before.figures, staff.after.figures) == (("staff.before",), ("staff.after",))
    finer = compare.change(known["staff.before"], known["staff.after"], 2)
    assert finer is not None
    assert finer.rate.text("en", "size") == "44.28%"


def test_a_change_needs_both_figures_in_one_unit(known: Figures) -> None:
    """A figure not known gives None; people against units is an error that names both figures."""
    assert compare.change(None, known["staff.after"]) is None
    assert compare.change(known["staff.before"], None) is None
    with pytest.raises(ValueError, match=r"staff\.before counts person, units\.after counts unit: no change between them"):
        compare.change(known["staff.before"], known["units.after"])


def test_a_sentence_that_says_fell_is_true_of_falls_alone(known: Figures) -> None:
    """`fell` holds where every known change is a fall; a rise among them, or no change, makes it false."""
    fall = compare.change(known["staff.before"], known["staff.after"])
    rise = compare.change(known["staff.after"], known["staff.before"])
    none = compare.change(known["staff.after"], known["staff.after"])
    assert compare.fell(fall, fall, None)
    assert compare.fell()
    assert not compare.fell(fall, rise)
    assert not compare.fell(none)


def test_below_is_true_where_bounds_do_not_overlap() -> None:
    """14 % lies below 39.9 %; 14 % and 14.2 % cannot be told apart; “more than” has no upper end."""
    assert compare.below(printed("14%"), printed("39,9%"), printed("90,6%"))
    assert compare.below(printed("14%"), None, printed("39,9%"))
    assert not compare.below(printed("39,9%"), printed("14%"))
    assert not compare.below(printed("14%"), printed("14,2%"))
    assert not compare.below(printed("hơn 14"), printed("90"))
    assert not compare.below(printed("14"), printed("14"))


# -- completion


def test_a_completion_gives_the_rate_and_the_rest(known: Figures) -> None:
    """1,221 of 1,238: 98.6 %, 17 left."""
    done = compare.completion(known["congress.held"], known["congress.due"])
    assert done is not None
    assert (done.rate.text("vi"), done.rest.value, done.rest.formula) == ("98,6%", D(17), "congress.due − congress.held")
    assert compare.completion(None, known["congress.due"]) is None
    with pytest.raises(ValueError, match=r"staff\.after counts person, congress\.due counts organisation"):
        compare.completion(known["staff.after"], known["congress.due"])


# -- provinces


def test_a_province_shows_the_types_that_are_printed(known: Figures) -> None:
    """526 → 126 units; types printed after are there, types not printed before are absent, not zero."""
    plan = compare.province(known, "ha-noi")
    assert plan is not None
    assert (plan.change.before.value, plan.change.after.value) == (D(526), D(126))
    assert {kind: int(number.value) for kind, number in plan.after.items()} == {"communes": 75, "wards": 51}
    assert plan.before == {}
    assert compare.province(known, "viet-nam") is None


def test_provinces_come_with_the_deepest_cut_first(known: Figures) -> None:
    """526 → 126 is −76.0 %, 280 → 94 is −66.4 %; the rank counts from 1 and rests on the cuts ahead of it."""
    plans = compare.provinces(known)
    assert [(plan.area, plan.change.rate.text("en", "sign")) for plan in plans] == [
        ("ha-noi", "−76.0%"),
        ("da-nang", "−66.4%"),
    ]
    ranks = [compare.rank(plans, plan.area) for plan in plans]
    assert [rank and int(rank.value) for rank in ranks] == [1, 2]
    assert ranks[1] is not None
    assert "plan-2025.ha-noi.before.total" in ranks[1].figures
    assert compare.rank(plans, "viet-nam") is None


def test_no_province_is_known_before_the_plan(tmp_path: Path) -> None:
    """Before the plan was printed there are no provinces to compare."""
    known = figures.load(small_data(tmp_path), known_on="2025-05-07")
    assert compare.provinces(known) == []
    assert compare.province(known, "ha-noi") is None


# -- conflicts


ROW = "{},{},{},{},{},{},staff,project-21,ha-noi,{},{},\n"


def found(folder: Path, *rows: tuple[str, str, str, str, str]) -> list[tuple[str, str, str]]:
    """Conflicts among figures given as (source, printed, qualifier, as_of, role)."""
    written = ""
    for number, (source, token, qualifier, as_of, role) in enumerate(rows):
        value = numerals.plain(numerals.read(token, "en" if source == "wire" else "vi").value)
        place = "" if source == "wire" else "p1"
        written += ROW.format(f"x{number}", source, place, f'"{token}"', value, qualifier, as_of, role)
    known = figures.load(small_data(folder, (FIGURES, "", written)))
    return [(item.first, item.second, numerals.plain(item.gap.value)) for item in compare.conflicts(known)]


@pytest.mark.parametrize(
    ("first", "second", "gap"),
    [
        # two sources on one day, or so close together that no change came between
        (("staff", "559", "exact", "2021-04-16", "count"), ("wire", "418", "exact", "2021-04-16", "count"), "141"),
        (("staff", "559", "exact", "2021-04-16", "count"), ("wire", "418", "exact", "2021-04-30", "count"), "141"),
        (("staff", "559", "exact", "2021-04-16", "count"), ("wire", "418", "exact", "2021-06-12", "count"), None),
        # one source means two things by two numbers unless day and role are the same
        (("staff", "559", "exact", "2021-04-16", "count"), ("staff", "418", "exact", "2021-04-16", "count"), "141"),
        (("staff", "559", "exact", "2021-04-16", "count"), ("staff", "418", "exact", "2021-04-30", "count"), None),
        (("staff", "559", "exact", "2021-04-16", "whole"), ("wire", "418", "exact", "2021-04-16", "count"), None),
        # what is done so far grows from day to day
        (("staff", "559", "exact", "2021-04-16", "part"), ("wire", "418", "exact", "2021-04-17", "part"), None),
        (("staff", "559", "exact", "2021-04-16", "part"), ("wire", "418", "exact", "2021-04-16", "part"), "141"),
        # a target is not a count
        (("staff", "559", "exact", "2021-04-16", "target"), ("wire", "418", "exact", "2021-04-16", "target"), None),
        # one wave's “after” and the next wave's “before”
        (("staff", "7.970", "exact", "2018-12-31", "after"), ("wire", "7,968", "exact", "2019-01-01", "before"), "2"),
        (("staff", "7.970", "exact", "2018-12-31", "after"), ("wire", "7,968", "exact", "2019-06-01", "before"), None),
        # bounds that meet do not conflict
        (("staff", "hơn 500", "at_least", "2021-04-16", "count"), ("wire", "559", "exact", "2021-04-16", "count"), None),
        (("staff", "hơn 600", "at_least", "2021-04-16", "count"), ("wire", "559", "exact", "2021-04-16", "count"), "41"),
        (("staff", "gần 560", "about", "2021-04-16", "count"), ("wire", "559", "exact", "2021-04-16", "count"), None),
    ],
)  # fmt: skip
def test_a_conflict_is_two_numbers_for_one_state_of_affairs(
    tmp_path: Path, first: tuple[str, str, str, str, str], second: tuple[str, str, str, str, str], gap: str | None
) -> None:
    """Sources that print different numbers on one indicator, area and time are found, with the gap between them."""
    assert found(tmp_path, first, second) == ([("x0", "x1", gap)] if gap else [])


def test_the_conflicts_in_the_shipped_data_are_these() -> None:
    """Where the sources disagree, named one by one: a new disagreement is news, and so is one that is gone."""
    gaps = {(item.first, item.second): numerals.plain(item.gap.value) for item in compare.conflicts(figures.load())}
    assert gaps == {
        ("hanoi-plan-2025.voter-consent", "voters-2025.april.consent"): "1.24",
        ("procedures-2025.july.after", "two-tier-2025.procedures.after"): "141",
        ("project-06.villages-groups.after", "project-21.villages-groups.before"): "2",
        ("villages-2021.viet-nam.groups", "villages-2021.viet-nam.groups-other"): "381",
        ("villages-2021.viet-nam.villages", "villages-2021.viet-nam.villages-other"): "381",
    }


# -- coverage


INDICATORS = "".join(
    f"{code},{unit},x,x,x,x,,x,x\n"
    for code, unit in (("staff.part-time", "person"), ("staff.part-time.rate", "percent"), ("congress.cells", "cell"))
)
COVER = "{},staff,p1,{},{},exact,{},project-21,ha-noi,2021,{},\n"


@pytest.mark.parametrize(
    ("rows", "state", "resting"),
    [
        ([], "missing", ()),
        ([("a", "5", "5", "staff.part-time", "count")], "level", ("a",)),
        ([("a", "5", "5", "staff.part-time", "before"), ("b", "4", "4", "staff.part-time", "after")], "computed", ("a", "b")),
        ([("a", "5", "5", "staff.part-time", "whole"), ("b", "4", "4", "staff.part-time", "part")], "computed", ("a", "b")),
        ([("a", "5", "5", "staff.part-time", "before"), ("b", "4%", "4", "staff.part-time.rate", "decrease")], "printed", ("b",)),
        ([("a", "4%", "4", "staff.part-time.rate", "target")], "missing", ()),
        ([("a", "5", "5", "congress.cells", "count")], "missing", ()),
    ],
)  # fmt: skip
def test_coverage_says_how_well_a_topic_is_reported(
    tmp_path: Path, rows: list[tuple[str, ...]], state: str, resting: tuple[str, ...]
) -> None:
    """A percentage printed, one that can be computed, a level alone, or nothing; a target is none of these."""
    written = "".join(COVER.format(*row) for row in rows)
    where = small_data(tmp_path, ("indicators.csv", "", INDICATORS), (FIGURES, "", written))
    cell = compare.coverage(figures.load(where))["staff.part-time"]["project-21"]
    assert (cell.state, cell.figures) == (state, resting)


def test_coverage_looks_for_every_topic_in_every_reform() -> None:
    """The matrix is complete, its states are the four, and what it rests on is known."""
    known = figures.load()
    matrix = compare.coverage(known)
    assert set(matrix) == set(compare.TOPICS)
    for row in matrix.values():
        assert list(row) == ["project-06", "project-21", "urban-pilot-2021", "restructuring-2025"]
        for cell in row.values():
            assert cell.state in compare.STATES
            assert (cell.state == "missing") == (cell.figures == ())
            assert all(known[figure] is not None for figure in cell.figures)


def test_no_source_prints_party_cells_for_projects_06_and_21() -> None:
    """The gap is shown as a gap: missing, on all evidence."""
    cells = compare.coverage(figures.load())["party-cells"]
    assert (cells["project-06"].state, cells["project-21"].state) == ("missing", "missing")
    assert cells["restructuring-2025"].state == "printed"


def test_the_topics_name_indicators_that_exist() -> None:
    """Every indicator that coverage looks for is in the shipped data, so that “missing” is no misspelling."""
    wanted = {code for counts, rates in compare.TOPICS.values() for code in (*counts, *rates)}
    assert wanted - set(figures.load().indicators.index) == set()
