"""Each stated calculation is recomputed from the figures it names; nothing is repaired."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_data import small_data

from analysis.errors import UserError
from analysis.numbers import claims, figures, numerals, quantity
from analysis.numbers.claims import Recomputed
from analysis.numbers.quantity import Quantity, UnitError

D = Decimal
FIGURES, CLAIMS, INDICATORS = "figures.csv", "claims.csv", "indicators.csv"
# A row of figures.csv beside those of the small data.
ROW = "{0},staff,p{6},{1},{2},{3},{4},project-21,ha-noi,2021,{5},\n"


def verdict(folder: Path, claim: str, *changes: tuple[str, str, str]) -> Recomputed:
    """The verdict on one claim of the small data, changed."""
    (checked,) = claims.recompute(figures.load(small_data(folder, *changes)), claim)
    return checked


def values(items: tuple[Quantity, ...]) -> list[str]:
    """Values as text, rounded to two digits."""
    return [numerals.plain(numerals.round_half_up(item.value, 2)) for item in items]


# -- each verdict

WRONG, CUT, UNCHECKED = "does_not_hold", "holds_if_truncated", "cannot_be_checked"


@pytest.mark.parametrize(
    ("claim", "change", "expected", "computed", "needed", "others"),
    [
        # 1,221 of 1,238 is 98.63 %, printed 98.7 %: 1,222 alone would make it hold
        ("congress.rate", (), WRONG, "98.63", ["1222"], []),
        ("congress.rate", (FIGURES, "1.221,1221", "1.222,1222"), "holds", "98.71", [], []),
        # 32,933 → 18,350 is −44.28 %, printed 44.2 %; rounded it would take 18,361 to 18,393
        ("staff.rate", (), CUT, "-44.28", ["18361", "18393"], []),
        ("staff.rate", (FIGURES, '"44,2%",44.2', '"44,3%",44.3'), "holds", "-44.28", [], []),
        # “rose by 14 %” above a paragraph that says 14 % were filed online: one number, two facts
        ("dossiers.heading", (), "contradicts", "14", [], []),
        ("dossiers.heading", (FIGURES, "07-13,increase", "07-13,rate"), "holds", "14", [], []),
        ("dossiers.heading", (FIGURES, "p3,14%,14", "p3,15%,15"), "contradicts", "14", [], []),
        # the number filed online is not printed: there is nothing to recompute from
        ("dossiers.share", (), UNCHECKED, None, [], []),
        ("units.decrease", (), "holds", "6714", [], []),
        ("units.decrease", (FIGURES, '"3,321",3321', '"3,322",3322'), WRONG, "6713", [], []),
        # the other base that the source prints is tried: 6,714 of the 9,907 arranged is 67.77 %
        ("units.rate", (), "holds", "66.91", [], ["67.77"]),
        ("units.rate", (FIGURES, "wire,,66.91%,66.91", "wire,,67.77%,67.77"),
         WRONG, "66.91", ["6801"], ["67.77"]),
        # a part of the base is no other base
        ("units.rate", (INDICATORS, "Units arranged,Số đơn vị.,Units.,,",
                        "Units arranged,Số đơn vị.,Units.,units,"), "holds", "66.91", [], []),
    ],
)  # fmt: skip
def test_a_claim_is_judged_by_its_own_figures(
    tmp_path: Path, claim: str, change: Any, expected: str, computed: str | None,
    needed: list[str], others: list[str],
) -> None:  # fmt: skip
    """Printed, rounded, cut off or contradicted; with the numbers that would make it hold."""
    checked = verdict(tmp_path, claim, *([change] if change else []))
    assert checked.verdict == expected
    assert values((checked.computed,) if checked.computed else ()) == (
        [computed] if computed else []
    )
    assert (values(checked.needed), values(checked.others)) == (needed, others)


def test_a_number_needed_or_tried_rests_on_its_figures(tmp_path: Path) -> None:
    """Base and printed rate for a number needed; part and other base for another share."""
    assert verdict(tmp_path, "congress.rate").needed[0].figures == ("congress.due", "congress.rate")
    other = verdict(tmp_path, "units.rate").others[0]
    assert other.figures == ("units.decrease", "units.before.arranged")


def typed(figure: str, written: str) -> str:
    """A row of figures.csv from “as printed; indicator; role”."""
    token, indicator, role = written.split("; ")
    paragraph = sum(figure.encode())
    numeral = numerals.read(token, "vi")
    value = numerals.plain(numeral.value)
    return ROW.format(figure, f'"{token}"', value, numeral.qualifier, indicator, role, paragraph)


def stated(folder: Path, kind: str, operands: list[str], result: str) -> Recomputed:
    """The verdict on a claim over figures given as “as printed; indicator; role”."""
    ids = [f"x{number}" for number in range(len(operands))]
    rows = [typed(*each) for each in zip(ids, operands, strict=True)] + [typed("result", result)]
    claim = f"result,{kind},{' '.join(ids)},result,Ghi chú.,Note.,holds\n"
    return verdict(folder, "result", (FIGURES, "", "".join(rows)), (CLAIMS, "", claim))


def test_a_net_change_counts_increases_up_and_decreases_down(tmp_path: Path) -> None:
    """One “giảm” may govern a list that also holds an increase: 19 + 6 − 2 = 23 fewer."""
    parts = ["19; staff; decrease", "6; staff; decrease", "2; staff; increase"]
    checked = stated(tmp_path, "net", parts, "23; staff; decrease")
    assert checked.computed is not None
    assert (checked.verdict, checked.computed.value) == ("holds", -23)
    assert stated(tmp_path, "net", parts, "27; staff; decrease").verdict == WRONG


@pytest.mark.parametrize(
    ("part", "whole", "expected"),
    [
        # a sum with 100 against a printed bound
        ("100", "hơn 150", "holds"),
        ("100", "hơn 250", WRONG),
        ("100", "không quá 250", "holds"),
        ("100", "dưới 150", WRONG),
        # a sum against a number that was rounded
        ("100", "gần 200", "holds"),
        ("100", "gần 300", WRONG),
        ("100", "0,2 nghìn", "holds"),
        ("149", "0,2 nghìn", "holds"),
        ("150", "0,2 nghìn", CUT),
        ("100", "0,3 nghìn", WRONG),
        # a sum of which a part is hedged
        ("hơn 90", "hơn 150", "holds"),
        ("hơn 90", "hơn 200", UNCHECKED),
        ("hơn 90", "195", UNCHECKED),
        ("hơn 90", "185", WRONG),
        ("dưới 90", "195", WRONG),
        ("dưới 90", "hơn 200", WRONG),
    ],
)
def test_bounds_decide_where_numbers_are_hedged(
    tmp_path: Path, part: str, whole: str, expected: str
) -> None:
    """It holds where all that the parts allow fits what was printed, not where nothing does."""
    operands = ["100; staff; part", f"{part}; staff; part"]
    assert stated(tmp_path, "sum", operands, f"{whole}; staff; whole").verdict == expected


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("98,63%; staff.rate; rate", "98,6%; staff.rate; rate", "holds"),
        ("98,6%; staff.rate; rate", "98,63%; staff.rate; rate", UNCHECKED),
        ("hơn 66.000; dossiers; whole", "66.324; dossiers; whole", UNCHECKED),
        ("hơn 66.000; dossiers; whole", "65.999; dossiers; whole", "contradicts"),
        ("150; dossiers; whole", "0,1 nghìn; dossiers; whole", "contradicts"),
    ],
)
def test_the_same_number_printed_finer_does_not_contradict(
    tmp_path: Path, first: str, second: str, expected: str
) -> None:
    """98.63 % and 98.6 % are one number; “more than 66,000” leaves open whether it is 66,324."""
    assert stated(tmp_path, "same", [first], second).verdict == expected


def test_a_share_stated_as_a_bound_needs_no_single_number(tmp_path: Path) -> None:
    """“More than 99 %” that does not hold is a verdict; no number alone would make it hold."""
    operands = ["1.221; staff; part", "1.238; staff; whole"]
    checked = stated(tmp_path, "share", operands, "hơn 99%; staff.rate; rate")
    assert (checked.verdict, checked.needed) == (WRONG, ())


def test_operands_count_one_thing_whatever_the_result_counts(tmp_path: Path) -> None:
    """Two posts for each of 126 units is a sum of units stated in people; both are no sum."""
    units = ["126; units; after", "126; units; after"]
    assert stated(tmp_path, "sum", units, "252; staff; whole").verdict == "holds"
    with pytest.raises(UnitError, match="x0 counts unit, x1 counts person: no sum"):
        stated(tmp_path, "sum", [units[0], "126; staff; part"], "252; staff; whole")


SHAPES = st.sampled_from(["share", "fall", "rise"])


@given(st.integers(1, 400), st.integers(1, 400), st.integers(0, 1), SHAPES)
def test_the_numbers_needed_are_those_that_hold_and_no_others(
    a: int, b: int, places: int, shape: str
) -> None:
    """The first and last number needed round to what was printed; the ones next to them do not."""

    def rate(number: int) -> Decimal:
        ratio = D(number) / D(b) * 100
        exact = {"share": ratio, "fall": 100 - ratio, "rise": ratio - 100}[shape]
        return numerals.round_half_up(exact, places)

    wanted = rate(a)
    if wanted <= 0:
        return
    token = f"{wanted}".replace(".", ",") + "%"
    result = quantity.printed("rate", numerals.read(token, "vi"), "percent")
    base = quantity.printed("base", numerals.read(str(b), "vi"), "person")
    kind = "share" if shape == "share" else "relative_change"
    needed = quantity.needed(base, result, kind, shape == "fall")
    first, last = int(needed[0].value), int(needed[-1].value)
    assert first <= a <= last
    assert rate(first) == rate(last) == wanted
    assert wanted not in (rate(first - 1), rate(last + 1))


# -- which claims are recomputed


def test_a_claim_is_recomputed_once_its_figures_are_known(tmp_path: Path) -> None:
    """A claim of which a figure is not known yet is left out; the rest come in order."""
    where = small_data(tmp_path)

    def judged(**day: str) -> list[str]:
        return [item.claim for item in claims.recompute(figures.load(where, **day))]

    core = ["congress.rate", "dossiers.heading", "dossiers.share", "staff.rate"]
    assert judged() == [*core, "units.decrease", "units.rate"]
    assert judged(evidence="core") == core
    assert judged(known_on="2021-06-30") == ["staff.rate"]


def test_one_claim_is_asked_for_or_some_by_their_columns(tmp_path: Path) -> None:
    """An id and columns together are refused: the columns would change nothing."""
    known = figures.load(small_data(tmp_path))
    assert len(claims.recompute(known, "staff.rate")) == 1
    with pytest.raises(UserError, match=r"“staff\.rate” and for claims by reform; write the id"):
        claims.recompute(known, "staff.rate", reform="project-06")


def test_a_verdict_carries_what_was_reviewed(tmp_path: Path) -> None:
    """The verdict that a person reviewed stands beside the one recomputed, and does not sway it."""
    change = (CLAIMS, "quotient.,does_not_hold", "quotient.,holds")
    checked = verdict(tmp_path, "congress.rate", change)
    assert (checked.verdict, checked.reviewed) == (WRONG, "holds")
    assert repr(checked) == "congress.rate: does_not_hold (98.6% computed, 98.7% printed)"
    assert "from congress.due, .rate</td>" in checked._repr_html_()


# -- parts and wholes


WARDS = "51,51,exact,units.wards,restructuring-2025,ha-noi,2025-05-08"


@pytest.mark.parametrize(
    ("old", "new", "added"),
    [
        ("", "", ("126", True)),
        ("wire,,51,51", "wire,,52,52", ("127", False)),
        # “more than 120” units may be 126; “more than 60” wards with 75 communes are too many
        ("126 units,126,exact", "more than 120 units,120,at_least", ("126", True)),
        ("51,51,exact", "over 40,40,at_least", ("115", True)),
        ("51,51,exact", "over 60,60,at_least", ("135", False)),
        # another day, another area, the same type twice, and no part at all are no sum
        (WARDS, WARDS.replace("2025-05-08", "2025-05-09"), None),
        (WARDS, WARDS.replace("ha-noi", "da-nang"), None),
        (WARDS, WARDS.replace("units.wards", "units.communes"), None),
        (WARDS, WARDS.replace("units.wards", "units-arranged"), None),
    ],
)
def test_parts_are_added_up_without_being_listed(
    tmp_path: Path, old: str, new: str, added: tuple[str, bool] | None
) -> None:
    """75 communes and 51 wards of one source, place, day and role make up its 126 units.

    The sum holds where bounds meet; one of which a part is not printed is left out.
    """
    changes = [(FIGURES, old, new)] if old else []
    relations = claims.relations(figures.load(small_data(tmp_path, *changes)))
    assert [(str(each.added.value), each.holds) for each in relations] == ([added] if added else [])
    assert {each.whole.figure for each in relations} <= {"plan-2025.ha-noi.after.total"}


# -- the shipped data


def test_the_verdicts_on_the_articles_are_these() -> None:
    """What does not hold in the shipped data, named one by one: a new one is news."""
    every = claims.recompute(figures.load())
    unlike = {item.claim: item.verdict for item in every if item.verdict != "holds"}
    assert unlike == {
        "plan-2025.lam-dong.after": "cannot_be_checked",
        "online-2025.viet-nam.august.heading": "does_not_hold",
        "plan-2025.viet-nam.standard.both.rate": "does_not_hold",
        "congress-2025.grassroots.rate": "does_not_hold",
        "online-2025.september.channels": "does_not_hold",
        "project-21.staff.rate": "holds_if_truncated",
        "plan-2025.viet-nam.unit-list.before": "contradicts",
        "procedures-2025.july.after": "contradicts",
        "project-21.villages-groups.before": "contradicts",
        "round-2024.units.before": "contradicts",
        "two-tier-2025.online.heading": "contradicts",
        "two-tier-2025.online.share": "cannot_be_checked",
        "urban-pilot-2021.staff": "cannot_be_checked",
        "urban-pilot-2021.time-left": "cannot_be_checked",
    }
