"""Each stated calculation is recomputed from the figures it names; nothing is repaired."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_data import small_data

from analysis import claims, figures, numerals, quantity
from analysis.claims import Verdict
from analysis.quantity import Quantity

D = Decimal
FIGURES, CLAIMS, INDICATORS = "figures.csv", "claims.csv", "indicators.csv"
# A row of figures.csv beside those of the small data: id, printed, value, qualifier, indicator, role.
ROW = "{},staff,p1,{},{},{},{},project-21,ha-noi,2021,{},\n"


def verdict(folder: Path, claim: str, *changes: tuple[str, str, str]) -> Verdict:
    """The verdict on one claim of the small data, changed."""
    (found,) = claims.recompute(figures.load(small_data(folder, *changes)), claim)
    return found


def stated(folder: Path, kind: str, operands: list[tuple[str, ...]], result: tuple[str, ...]) -> Verdict:
    """The verdict on a claim over figures given as (printed, value, qualifier, indicator, role)."""
    rows = [(f"x{number}", *row) for number, row in enumerate(operands)] + [("result", *result)]
    written = "".join(ROW.format(figure, f'"{printed}"', *rest) for figure, printed, *rest in rows)
    ids = " ".join(figure for figure, *_ in rows[:-1])
    claim = f"result,{kind},{ids},result,Ghi chú.,Note.,holds\n"
    return verdict(folder, "result", (FIGURES, "", written), (CLAIMS, "", claim))


def values(items: tuple[Quantity, ...]) -> list[str]:
    """Values as text, rounded to two digits."""
    return [numerals.plain(numerals.round_half_up(item.value, 2)) for item in items]


# -- each verdict


def test_a_share_that_no_rounding_gives_does_not_hold(tmp_path: Path) -> None:
    """1,221 of 1,238 is 98.63 %, printed 98.7 %: it does not hold, and 1,222 alone would make it hold."""
    found = verdict(tmp_path, "congress.rate")
    assert found.verdict == "does_not_hold"
    assert found.computed is not None
    assert numerals.round_half_up(found.computed.value, 2) == D("98.63")
    assert values(found.needed) == ["1222"]
    assert found.needed[0].figures == ("congress.due", "congress.rate")
    right = verdict(tmp_path, "congress.rate", (FIGURES, "1.221,1221", "1.222,1222"))
    assert (right.verdict, right.needed) == ("holds", ())


def test_a_fall_that_only_truncation_gives_holds_if_truncated(tmp_path: Path) -> None:
    """32,933 → 18,350 is −44.28 %, printed 44.2 %; rounded it would take 18,361 to 18,393."""
    found = verdict(tmp_path, "staff.rate")
    assert found.verdict == "holds_if_truncated"
    assert found.computed is not None
    assert found.computed.text("en", "size") == "44.3%"
    assert values(found.needed) == ["18361", "18393"]
    rounded = verdict(tmp_path, "staff.rate", (FIGURES, '"44,2%",44.2', '"44,3%",44.3'))
    assert (rounded.verdict, rounded.needed) == ("holds", ())


def test_a_heading_that_makes_a_level_a_change_contradicts(tmp_path: Path) -> None:
    """“Rose by 14 %” above a paragraph that says 14 % were filed online: one number, two facts."""
    assert verdict(tmp_path, "dossiers.heading").verdict == "contradicts"
    same = verdict(tmp_path, "dossiers.heading", (FIGURES, "07-13,increase", "07-13,rate"))
    assert same.verdict == "holds"
    other = verdict(tmp_path, "dossiers.heading", (FIGURES, "p3,14%,14", "p3,15%,15"))
    assert other.verdict == "contradicts"


def test_a_share_whose_part_is_not_printed_cannot_be_checked(tmp_path: Path) -> None:
    """The number filed online is not printed: there is nothing to recompute from."""
    found = verdict(tmp_path, "dossiers.share")
    assert (found.verdict, found.computed) == ("cannot_be_checked", None)


def test_a_difference_holds_where_it_is_the_printed_number(tmp_path: Path) -> None:
    """10,035 less 3,321 is 6,714; one more or less does not hold."""
    assert verdict(tmp_path, "units.decrease").verdict == "holds"
    wrong = verdict(tmp_path, "units.decrease", (FIGURES, '"3,321",3321', '"3,322",3322'))
    assert wrong.verdict == "does_not_hold"


def test_the_other_base_that_a_source_prints_is_tried(tmp_path: Path) -> None:
    """6,714 of 10,035 units is 66.91 %; of the 9,907 arranged, which the source prints too, it is 67.77 %."""
    found = verdict(tmp_path, "units.rate")
    assert found.verdict == "holds"
    assert found.computed is not None
    assert found.computed.text("en") == "66.91%"
    assert values(found.others) == ["67.77"]
    assert found.others[0].figures == ("units.decrease", "units.before.arranged")
    other = verdict(tmp_path, "units.rate", (FIGURES, "wire,,66.91%,66.91", "wire,,67.77%,67.77"))
    assert (other.verdict, values(other.needed)) == ("does_not_hold", ["6801"])


def test_a_part_of_the_base_is_no_other_base(tmp_path: Path) -> None:
    """Units below standard over the communes alone would be a share of nothing: they are communes and wards."""
    part = (INDICATORS, "Units arranged,Số đơn vị.,Units.,,", "Units arranged,Số đơn vị.,Units.,units,")
    assert verdict(tmp_path, "units.rate", part).others == ()


def test_a_net_change_counts_increases_up_and_decreases_down(tmp_path: Path) -> None:
    """In one sentence a single “giảm” governs a list that also holds an increase: 19 + 6 − 2 = 23 fewer."""
    parts = [("19", "19", "exact", "staff", "decrease"), ("6", "6", "exact", "staff", "decrease")]
    new = ("2", "2", "exact", "staff", "increase")
    found = stated(tmp_path, "net", [*parts, new], ("23", "23", "exact", "staff", "decrease"))
    assert found.verdict == "holds"
    assert found.computed is not None
    assert found.computed.value == -23
    wrong = stated(tmp_path, "net", [*parts, new], ("27", "27", "exact", "staff", "decrease"))
    assert wrong.verdict == "does_not_hold"


EXACT = ("100", "100", "exact", "staff", "part")


@pytest.mark.parametrize(
    ("operands", "result", "expected"),
    [
        # a sum against a printed bound
        ([EXACT, EXACT], ("hơn 150", "150", "at_least", "staff", "whole"), "holds"),
        ([EXACT, EXACT], ("hơn 250", "250", "at_least", "staff", "whole"), "does_not_hold"),
        ([EXACT, EXACT], ("không quá 250", "250", "at_most", "staff", "whole"), "holds"),
        ([EXACT, EXACT], ("dưới 150", "150", "at_most", "staff", "whole"), "does_not_hold"),
        # a sum against a number that was rounded
        ([EXACT, EXACT], ("gần 200", "200", "about", "staff", "whole"), "holds"),
        ([EXACT, EXACT], ("gần 300", "300", "about", "staff", "whole"), "does_not_hold"),
        ([EXACT, EXACT], ("0,2 nghìn", "200", "exact", "staff", "whole"), "holds"),
        ([EXACT, ("149", "149", "exact", "staff", "part")], ("0,2 nghìn", "200", "exact", "staff", "whole"), "holds"),
        (
            [EXACT, ("150", "150", "exact", "staff", "part")],
            ("0,2 nghìn", "200", "exact", "staff", "whole"),
            "holds_if_truncated",
        ),
        ([EXACT, EXACT], ("0,3 nghìn", "300", "exact", "staff", "whole"), "does_not_hold"),
        # a sum of which a part is hedged
        ([EXACT, ("hơn 90", "90", "at_least", "staff", "part")], ("hơn 150", "150", "at_least", "staff", "whole"), "holds"),
        (
            [EXACT, ("hơn 90", "90", "at_least", "staff", "part")],
            ("hơn 200", "200", "at_least", "staff", "whole"),
            "cannot_be_checked",
        ),
        ([EXACT, ("hơn 90", "90", "at_least", "staff", "part")], ("195", "195", "exact", "staff", "whole"), "cannot_be_checked"),
        ([EXACT, ("hơn 90", "90", "at_least", "staff", "part")], ("185", "185", "exact", "staff", "whole"), "does_not_hold"),
        ([EXACT, ("dưới 90", "90", "at_most", "staff", "part")], ("195", "195", "exact", "staff", "whole"), "does_not_hold"),
        (
            [EXACT, ("dưới 90", "90", "at_most", "staff", "part")],
            ("hơn 200", "200", "at_least", "staff", "whole"),
            "does_not_hold",
        ),
    ],
)
def test_bounds_decide_where_numbers_are_hedged(
    tmp_path: Path, operands: list[tuple[str, ...]], result: tuple[str, ...], expected: str
) -> None:
    """It holds where all that the parts allow fits what was printed, not where none does, else it cannot be checked."""
    assert stated(tmp_path, "sum", operands, result).verdict == expected


def test_the_same_number_printed_finer_does_not_contradict(tmp_path: Path) -> None:
    """98.63 % and 98.6 % are one number; “more than 66,000” leaves open whether it is 66,324."""
    fine, rough = ("98,63%", "98.63", "exact", "staff.rate", "rate"), ("98,6%", "98.6", "exact", "staff.rate", "rate")
    assert stated(tmp_path, "same", [fine], rough).verdict == "holds"
    assert stated(tmp_path, "same", [rough], fine).verdict == "cannot_be_checked"
    more = ("hơn 66.000", "66000", "at_least", "dossiers", "whole")
    assert stated(tmp_path, "same", [more], ("66.324", "66324", "exact", "dossiers", "whole")).verdict == "cannot_be_checked"
    assert stated(tmp_path, "same", [more], ("65.999", "65999", "exact", "dossiers", "whole")).verdict == "contradicts"


def test_a_share_stated_as_a_bound_needs_no_single_number(tmp_path: Path) -> None:
    """“More than 99 %” that does not hold is a verdict; no first and last number would make it hold."""
    held, due = ("1.221", "1221", "exact", "staff", "part"), ("1.238", "1238", "exact", "staff", "whole")
    found = stated(tmp_path, "share", [held, due], ("hơn 99%", "99", "at_least", "staff.rate", "rate"))
    assert (found.verdict, found.needed) == ("does_not_hold", ())


@given(st.integers(1, 400), st.integers(1, 400), st.integers(0, 1), st.sampled_from(["share", "fall", "rise"]))
def test_the_numbers_needed_are_those_that_hold_and_no_others(a: int, b: int, places: int, kind: str) -> None:
    """The first and last number needed round to what was printed; the ones next to them do not."""

    def printed(value: int, figure: str) -> Quantity:
        return quantity.printed(figure, numerals.read(str(value), "vi"), "person")

    def rate(number: int) -> Decimal:
        ratio = D(number) / D(b) * 100
        return numerals.round_half_up({"share": ratio, "fall": 100 - ratio, "rise": ratio - 100}[kind], places)

    wanted = rate(a)
    if wanted <= 0:
        return
    token = f"{wanted}".replace(".", ",") + "%"
    result = quantity.printed("rate", numerals.read(token, "vi"), "percent")
    part, base = printed(a, "part"), printed(b, "base")
    operands = (part, base) if kind == "share" else (base, part)
    needed = claims._needed("share" if kind == "share" else "relative_change", operands, result, -1 if kind == "fall" else 1)
    first, last = int(needed[0].value), int(needed[-1].value)
    assert first <= a <= last
    assert rate(first) == rate(last) == wanted
    assert wanted not in (rate(first - 1), rate(last + 1))


# -- which claims are recomputed


def test_a_claim_is_recomputed_once_its_figures_are_known(tmp_path: Path) -> None:
    """A claim of which a figure is not known yet is left out; the rest come in the order of their ids."""
    where = small_data(tmp_path)
    assert [item.claim for item in claims.recompute(figures.load(where))] == [
        "congress.rate", "dossiers.heading", "dossiers.share", "staff.rate", "units.decrease", "units.rate",
    ]  # fmt: skip
    assert [item.claim for item in claims.recompute(figures.load(where, known_on="2021-06-30"))] == ["staff.rate"]
    assert [item.claim for item in claims.recompute(figures.load(where, evidence="core"))] == [
        "congress.rate", "dossiers.heading", "dossiers.share", "staff.rate",
    ]  # fmt: skip


def test_a_verdict_carries_what_was_reviewed(tmp_path: Path) -> None:
    """The verdict that a person reviewed stands beside the one recomputed, and does not sway it."""
    found = verdict(tmp_path, "congress.rate", (CLAIMS, "quotient.,does_not_hold", "quotient.,holds"))
    assert (found.verdict, found.reviewed) == ("does_not_hold", "holds")


# -- parts and wholes


def relation(folder: Path, *changes: tuple[str, str, str]) -> list[tuple[str, str, bool]]:
    """(whole, what the parts add up to, holds) of each relation in the small data, changed."""
    known = figures.load(small_data(folder, *changes))
    return [(item.whole.figures[0], str(item.added.value), item.holds) for item in claims.relations(known)]


WHOLE = "plan-2025.ha-noi.after.total"


def test_parts_are_added_up_without_being_listed(tmp_path: Path) -> None:
    """75 communes and 51 wards of one source, place, day and role are found to make up its 126 units."""
    assert relation(tmp_path) == [(WHOLE, "126", True)]
    assert relation(tmp_path, (FIGURES, "wire,,51,51", "wire,,52,52")) == [(WHOLE, "127", False)]


def test_a_hedged_whole_or_part_holds_where_bounds_meet(tmp_path: Path) -> None:
    """“More than 120” units may be 126; “more than 60” wards with 75 communes are too many."""
    hedged = (FIGURES, "126 units,126,exact", "more than 120 units,120,at_least")
    assert relation(tmp_path, hedged) == [(WHOLE, "126", True)]
    assert relation(tmp_path, (FIGURES, "51,51,exact", "over 40,40,at_least")) == [(WHOLE, "115", True)]
    assert relation(tmp_path, (FIGURES, "51,51,exact", "over 60,60,at_least")) == [(WHOLE, "135", False)]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("2025-05-08", "2025-05-09"),
        ("ha-noi", "da-nang"),
        ("units.wards", "units.communes"),
        ("units.wards", "units-arranged"),
    ],
    ids=["another day", "another area", "the same type twice", "no part"],
)
def test_parts_of_something_else_are_not_added(tmp_path: Path, old: str, new: str) -> None:
    """A sum of which a part is not printed for the same day, area and type is left out, not guessed."""
    row = "51,51,exact,units.wards,restructuring-2025,ha-noi,2025-05-08"
    assert relation(tmp_path, (FIGURES, row, row.replace(old, new))) == []


# -- the shipped data


def test_the_verdicts_on_the_articles_are_these() -> None:
    """What does not hold in the shipped data, named one by one: a new one is news, and so is one that is gone."""
    found = {item.claim: item.verdict for item in claims.recompute(figures.load()) if item.verdict != "holds"}
    assert found == {
        "plan-2025.lam-dong.after": "does_not_hold",
        "plan-2025.viet-nam.standard.both.rate": "does_not_hold",
        "congress-2025.grassroots.rate": "does_not_hold",
        "online-2025.september.channels": "does_not_hold",
        "project-21.staff.rate": "holds_if_truncated",
        "two-tier-2025.online.heading": "contradicts",
        "two-tier-2025.online.share": "cannot_be_checked",
        "urban-pilot-2021.staff": "cannot_be_checked",
        "urban-pilot-2021.time-left": "cannot_be_checked",
    }
