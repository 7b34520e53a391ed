"""Comparisons of figures: changes, completions, provinces, conflicts; all Quantities."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from small_data import printed, small_data

from analysis.numbers import compare, figures, numerals, quantity
from analysis.numbers.figures import Figures
from analysis.numbers.quantity import UnitError

D = Decimal
FIGURES = "figures.csv"
PLAN = "plan-2025"
UNKNOWN = quantity.unknown("later")


# -- change and completion


def test_changes_and_completions_are_quantities(known: Figures) -> None:
    """32,933 → 18,350: 14,583 fewer, −44.3 %; 1,221 of 1,238: 98.6 %, 17 left."""
    staff = compare.change(known["staff.before"], known["staff.after"])
    assert (staff.fall.value, staff.rate.words("en", "sign")) == (D(14583), "−44.3%")
    assert (staff.before.figure, staff.after.figure) == ("staff.before", "staff.after")
    assert compare.change(staff.before, staff.after, 2).rate.words("en", "fall") == "44.28%"
    done = compare.completion(known["congress.held"], known["congress.due"])
    assert (done.rate.words("vi"), done.rest.value) == ("98,6%", D(17))
    assert done.rest.formula == "congress.due − congress.held"
    assert repr(staff) == "32,933 → 18,350: −44.3% (−44.28…), from staff.before, .after"
    assert repr(done) == "1,221 of 1,238: 98.6% (98.62…), from congress.held, .due"
    assert "<th" in done._repr_html_()


def test_a_comparison_always_has_a_result(known: Figures) -> None:
    """What rests on an unknown figure is unknown, part by part; unlike units are refused."""
    staff = compare.change(UNKNOWN, known["staff.after"])
    assert (staff.after.known, staff.fall.known, staff.rate.known) == (True, False, False)
    done = compare.completion(UNKNOWN, known["congress.due"])
    assert (done.whole.known, done.rest.known, done.rate.known) == (True, False, False)
    message = r"staff\.before counts person, units\.after counts unit: no difference"
    with pytest.raises(UnitError, match=message):
        compare.change(known["staff.before"], known["units.after"])
    with pytest.raises(UnitError, match=r"congress\.due counts organisation, staff\.after counts"):
        compare.completion(known["staff.after"], known["congress.due"])


def test_a_sentence_that_says_fell_is_true_of_falls_alone(known: Figures) -> None:
    """`fell` holds where every known change is a fall; a rise, or no change, makes it false."""
    before, after = known["staff.before"], known["staff.after"]
    fall, rise = compare.change(before, after), compare.change(after, before)
    assert compare.fell(fall, fall, compare.change(before, UNKNOWN))
    assert compare.fell()
    assert not compare.fell(fall, rise)
    assert not compare.fell(compare.change(after, after))


def test_below_is_true_where_bounds_do_not_overlap() -> None:
    """14 % lies below 39.9 %; 14 % and 14.2 % cannot be told apart; “more than” has no end."""
    few, some, most = printed("14%"), printed("39,9%"), printed("90,6%")
    assert compare.below(few, some, most)
    assert compare.below(few, UNKNOWN, some, 50)
    assert not compare.below(some, few)
    assert not compare.below(few, printed("14,2%"))
    assert not compare.below(printed("hơn 14"), printed("90"))
    assert not compare.below(few, few)


def test_numbers_agree_where_bounds_meet() -> None:
    """14 % and 14.2 % may be one number, 14 % and 15 % not; an unknown one agrees with any."""
    assert compare.agree(printed("14%"), printed("14,2%"))
    assert compare.agree(printed("14%"), UNKNOWN)
    assert not compare.agree(printed("14%"), printed("15,1%"))


# -- provinces


def test_a_province_shows_the_types_that_are_printed(known: Figures) -> None:
    """526 → 126 units; a type that is not printed is absent, not zero, and unknown if asked for."""
    plan = compare.province(known, "ha-noi", PLAN)
    assert (plan.change.before.value, plan.change.after.value) == (D(526), D(126))
    types = {kind: int(each.value) for kind, each in plan.after.items()}
    assert types == {"communes": 75, "wards": 51}
    assert plan.before == {}
    assert (plan.count("after", "wards").value, plan.count("before", "wards").known) == (51, False)


def test_an_area_outside_the_plan_is_unknown(known: Figures, tmp_path: Path) -> None:
    """So is every province before the plan was printed, and every one in another plan."""
    abroad = compare.province(known, "viet-nam", PLAN)
    assert (abroad.change.rate.known, abroad.before, abroad.after) == (False, {}, {})
    assert compare.provinces(known, "plan-2030") == []
    eve = figures.load(small_data(tmp_path), known_on="2025-05-07")
    assert compare.provinces(eve, PLAN) == []
    assert compare.province(eve, "ha-noi", PLAN).after == {}


def test_provinces_come_with_the_deepest_cut_first(known: Figures) -> None:
    """526 → 126 is −76.0 %, 280 → 94 is −66.4 %; the rank rests on the cuts ahead of it."""
    plans = compare.provinces(known, PLAN)
    assert [(plan.area, plan.change.rate.words("en", "sign")) for plan in plans] == [
        ("ha-noi", "−76.0%"),
        ("da-nang", "−66.4%"),
    ]
    ranks = [compare.rank_by_cut(plans, plan.area) for plan in plans]
    assert [rank.value for rank in ranks] == [1, 2]
    assert "plan-2025.ha-noi.before.total" in ranks[1].figures
    assert not compare.rank_by_cut(plans, "viet-nam").known


def test_equal_cuts_share_the_better_rank(tmp_path: Path) -> None:
    """Of −76.0 %, twice −66.4 % and −50 % the places are 1, 2, 2 and 4."""
    row = "plan-2025.{0}.{1}.total,wire,,{2},{2},exact,units,,{0},2025-05-08,{1},\n"
    counts = [("hue", "before", 560), ("hue", "after", 188), ("lao-cai", "before", 10)]
    counts.append(("lao-cai", "after", 5))
    rows = (FIGURES, "", "".join(row.format(*each) for each in counts))
    areas = ("areas.csv", "", "hue,x,x,province\nlao-cai,x,x,province\n")
    plans = compare.provinces(figures.load(small_data(tmp_path, rows, areas)), PLAN)
    assert [plan.area for plan in plans] == ["ha-noi", "da-nang", "hue", "lao-cai"]
    assert [compare.rank_by_cut(plans, plan.area).value for plan in plans] == [1, 2, 2, 4]
    assert len(compare.rank_by_cut(plans, "hue").operands) == 2


def test_a_change_of_all_units_counts_those_left_unchanged_at_both_ends(tmp_path: Path) -> None:
    """Where 280 become 94 and a list has 100, six were left as they were: 286 → 100 is −65.0 %.

    A place without a number in the list is not among the provinces.
    """
    row = "list.da-nang.total,wire,,100,100,exact,units,,da-nang,2025-05-08,count,\n"
    known = figures.load(small_data(tmp_path, (FIGURES, "", row)))
    (plan,) = compare.provinces(known, PLAN, "list.*.total")
    assert plan.area == "da-nang"
    assert [number.value for number in (plan.change.before, plan.change.after)] == [286, 100]
    assert plan.change.rate.words("en", "sign") == "−65.0%"


# -- conflicts


ROW = "{},{},{},{},{},{},staff,project-21,ha-noi,{},{},\n"


def typed(figure: str, written: str) -> str:
    """A row of figures.csv from “source, as printed, as of, role”."""
    source, token, as_of, role = written.split(", ")
    numeral = numerals.read(token, "en" if source == "wire" else "vi")
    value, place = numerals.plain(numeral.value), "" if source == "wire" else "p1"
    return ROW.format(figure, source, place, f'"{token}"', value, numeral.qualifier, as_of, role)


@pytest.mark.parametrize(
    ("first", "second", "gap"),
    [
        # two sources on one day, or so close together that no change came between
        ("staff, 559, 2021-04-16, count", "wire, 418, 2021-04-16, count", "141"),
        ("staff, 559, 2021-04-16, count", "wire, 418, 2021-04-30, count", "141"),
        ("staff, 559, 2021-04-16, count", "wire, 418, 2021-06-12, count", None),
        # one source means two things by two numbers unless day and role are the same
        ("staff, 559, 2021-04-16, count", "staff, 418, 2021-04-16, count", "141"),
        ("staff, 559, 2021-04-16, count", "staff, 418, 2021-04-30, count", None),
        ("staff, 559, 2021-04-16, whole", "wire, 418, 2021-04-16, count", None),
        # a span is compared with the same span alone
        ("staff, 559, ../2020, count", "wire, 418, ../2020, count", "141"),
        ("staff, 559, ../2020, count", "wire, 418, 2020, count", None),
        # what is done so far grows from day to day
        ("staff, 559, 2021-04-16, part", "wire, 418, 2021-04-17, part", None),
        ("staff, 559, 2021-04-16, part", "wire, 418, 2021-04-16, part", "141"),
        # a target is not a count
        ("staff, 559, 2021-04-16, target", "wire, 418, 2021-04-16, target", None),
        # one wave's “after” and the next wave's “before”
        ("staff, 7.970, 2018-12-31, after", "wire, 7,968, 2019-01-01, before", "2"),
        ("wire, 7,968, 2019-01-01, before", "staff, 7.970, 2018-12-31, after", "2"),
        ("staff, 7.970, 2018-12-31, after", "wire, 7,968, 2019-02-01, before", "2"),
        ("staff, 7.970, 2018-12-31, after", "wire, 7,968, 2019-02-02, before", None),
        ("staff, 7.970, 2018-12-31, before", "wire, 7,968, 2019-01-01, after", None),
        # bounds that meet do not conflict
        ("staff, hơn 500, 2021-04-16, count", "wire, 559, 2021-04-16, count", None),
        ("staff, hơn 600, 2021-04-16, count", "wire, 559, 2021-04-16, count", "41"),
        ("staff, gần 560, 2021-04-16, count", "wire, 559, 2021-04-16, count", None),
    ],
)
def test_a_conflict_is_two_numbers_for_one_state_of_affairs(
    tmp_path: Path, first: str, second: str, gap: str | None
) -> None:
    """Sources that print different numbers on one indicator, area and time are found."""
    rows = typed("x0", first) + typed("x1", second)
    conflicts = compare.conflicts(figures.load(small_data(tmp_path, (FIGURES, "", rows))))
    gaps = [(item.a.figure, item.b.figure, numerals.plain(item.gap.value)) for item in conflicts]
    assert gaps == ([("x0", "x1", gap)] if gap else [])


HONG_HA = "units-2025.phuong-hong-ha"


def two_copies(number: str, gap: str) -> dict[tuple[str, str], str]:
    """Two copies of one map that print different numbers."""
    return {(f"unit-list.2025-07-01.{number}", f"units-2025.{number}"): gap}


def test_the_conflicts_in_the_shipped_data_are_these() -> None:
    """Where the sources disagree, named one by one: a new disagreement is news."""
    gaps = {
        (item.a.figure, item.b.figure): numerals.plain(item.gap.value)
        for item in compare.conflicts(figures.load())
    }
    assert gaps == {
        ("hanoi-plan-2025.voter-consent", "voters-2025.april.consent"): "1.24",
        **two_copies("phuong-hoang-liet.population", "50238"),
        **two_copies("phuong-phuc-loi.population", "60111"),
        **two_copies("phuong-yen-so.population", "35"),
        **two_copies("xa-duong-hoa.population", "52947"),
        **two_copies("xa-hong-son.population", "56817"),
        **two_copies("xa-kieu-phu.land-area", "0.04"),
        **two_copies("xa-my-duc.population", "48276"),
        **two_copies("xa-thanh-tri.land-area", "0.21"),
        **two_copies("xa-thanh-tri.population", "3985"),
        **two_copies("xa-thu-lam.population", "92322"),
        **two_copies("xa-ung-hoa.population", "57375"),
        **two_copies("xa-xuan-mai.population", "60579"),
        ("procedures-2025.july.after", "two-tier-2025.procedures.after"): "141",
        ("project-06.villages-groups.after", "project-21.villages-groups.before"): "2",
        (f"{HONG_HA}.land-area", f"{HONG_HA}.land-area-other"): "1.52",
        (f"{HONG_HA}.population", f"{HONG_HA}.population-other"): "2780",
        ("villages-2021.viet-nam.groups", "villages-2021.viet-nam.groups-other"): "381",
        ("villages-2021.viet-nam.villages", "villages-2021.viet-nam.villages-other"): "381",
    }


def test_a_limit_is_not_rounded() -> None:
    """70.45 % lies beyond a limit of 70 %, 69.92 % does not; nothing unknown lies beyond one."""
    known = figures.load()
    limit = known["plan-2025.viet-nam.rate-max"]
    totals = {area: known[f"units-2025.{area}.total"] for area in ("quang-tri", "hue")}
    assert limit.value == 70
    for area, over in (("quang-tri", True), ("hue", False)):
        plan = compare.province(known, area, PLAN).change
        before = quantity.net([plan.before, totals[area], plan.after], "++-")
        assert compare.beyond(quantity.share(plan.fall, before), limit) == over
    assert not compare.beyond(quantity.unknown(""), limit)
    assert not compare.beyond(limit, quantity.unknown(""))
