"""Claims: each calculation that a source states, recomputed from its figures, with a verdict.

A claim `holds` if the recomputed number, rounded half up to the digits that were printed, is the
printed number. It `holds_if_truncated` where only cutting the further digits off gives it. Nothing
is repaired.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from decimal import Decimal

from analysis.errors import UserError
from analysis.numbers import quantity
from analysis.numbers.cards import Card
from analysis.numbers.figures import Figures
from analysis.numbers.intervals import Interval
from analysis.numbers.quantity import Quantity

CHANGES = frozenset({"increase", "decrease"})
# How many operands each kind of claim needs before anything can be computed.
OPERANDS = {"difference": 2, "relative_change": 2, "share": 2, "sum": 2, "net": 2, "same": 1}


@dataclass(frozen=True)
class Recomputed(Card):
    """A claim, its recomputed number, and the verdict on what was printed (`stated`).

    `computed` is None where an operand is not printed. `reviewed` is the verdict that a person
    wrote into claims.csv. For a share or change that does not hold, `needed` has the first and the
    last whole number with which it would hold, in place of the part (share) or the later count
    (change); it is empty where there is none. For a share, `others` has the same share of other
    totals that the source prints. `other_day`: the numbers contradict each other, but hold for
    different days or periods.
    """

    claim: str
    kind: str
    operands: tuple[Quantity, ...]
    stated: Quantity
    computed: Quantity | None
    verdict: str
    reviewed: str
    needed: tuple[Quantity, ...] = ()
    others: tuple[Quantity, ...] = ()
    other_day: bool = False

    @property
    def to_check(self) -> bool:
        """Whether the printed number is to be checked: recomputing does not give it as printed."""
        return self.verdict not in ("holds", "cannot_be_checked")

    @property
    def judgement(self) -> str:
        """The verdict; `other_day` where two numbers differ that may both hold, each on its day."""
        return "other_day" if self.other_day else self.verdict

    def __repr__(self) -> str:
        computed = "nothing" if self.computed is None else self.computed
        return f"{self.claim}: {self.verdict} ({computed!s} computed, {self.stated!s} printed)"


def recompute(
    known: Figures, claim: str = "", **stated_is: str | tuple[str, ...]
) -> list[Recomputed]:
    """One claim recomputed, with its verdict; or all claims, sorted by id.

    A claim with an unknown figure is left out. `reform="project-06"` or `source=("a", "b")` keeps
    the claims whose stated figure has that in its row; beside the id of one claim, such a column is
    a `UserError`.
    """
    if claim and stated_is:
        raise UserError(
            f"recompute is asked for the claim “{claim}” and for claims by {', '.join(stated_is)};"
            " write the id of one claim, or columns of all, not both."
        )
    names = [claim] if claim else known.claims_on(**stated_is)
    checked = (_recomputed(known, name) for name in names)
    return [one for one in checked if one]


def _recomputed(known: Figures, claim: str) -> Recomputed | None:
    """One claim, recomputed; None where a figure is not known."""
    row = known.entry("claims", claim)
    kind, stated = row["kind"], known[row["stated"]]
    operands = tuple(known[figure] for figure in row["operands"].split())
    if not stated.known or not all(operand.known for operand in operands):
        return None
    unchecked = Recomputed(
        claim=claim,
        kind=kind,
        operands=operands,
        stated=stated,
        computed=None,
        verdict="cannot_be_checked",
        reviewed=row["verdict"],
    )
    if len(operands) < OPERANDS[kind]:
        return unchecked
    role, *roles = (str(known.row(number.figure)["role"]) for number in (stated, *operands))
    computed = _compute(kind, operands, roles, stated.places)
    falls = role == "decrease" and kind in {"relative_change", "net"}
    judged = _judge(-computed.interval if falls else computed.interval, stated)
    # A change is never the same fact as a share: “rose by 14 %” is not “14 % were filed online”.
    alike = (role in CHANGES) == (roles[0] in CHANGES)
    if kind == "same" and not (alike and judged in {"holds", "cannot_be_checked"}):
        judged = "contradicts"
    base = operands[1 if kind == "share" else 0]
    wrong = judged in {"does_not_hold", "holds_if_truncated"}
    needed = quantity.needed(base, stated, kind, falls) if wrong else ()
    others = _others(known, operands[0], base, stated) if kind == "share" else ()
    result = replace(unchecked, computed=computed, verdict=judged, needed=needed, others=others)
    if judged != "contradicts":
        return result
    days = {known.as_of(number.figure) for number in (stated, *operands)}
    return replace(result, other_day=len(days) > 1)


def _compute(kind: str, operands: tuple[Quantity, ...], roles: list[str], places: int) -> Quantity:
    """The result of a claim's calculation; a `net` takes the operands of role decrease off."""
    match kind:
        case "same":
            return operands[0]
        case "sum":
            return quantity.total(*operands)
        case "net":
            signs = ["-" if role == "decrease" else "+" for role in roles]
            pairs = sorted(zip(signs, operands, strict=True), key=lambda pair: pair[0] == "-")
            return quantity.net([operand for _, operand in pairs], "".join(sorted(signs)))
        case "difference":
            return quantity.difference(*operands[:2])
        case "share":
            return quantity.share(operands[0], operands[1], places)
    return quantity.relative_change(operands[0], operands[1], places)


def _judge(computed: Interval, stated: Quantity) -> str:
    """The verdict on a printed number, given the computed one; both without sign where it fell."""
    low, high, value = stated.low, stated.high, computed.value
    if value.is_nan():
        return "cannot_be_checked"
    if not computed.low == computed.high == value:
        if computed.apart_from(stated.interval):
            return "does_not_hold"
        return "holds" if computed.within(stated.interval) else "cannot_be_checked"
    # The upper bound of a rounded number is the first that rounds to the next one; that of a
    # printed “at most” is allowed itself.
    reached = value == high and (low == high or stated.hedge)
    if (low is None or low <= value) and (high is None or value < high or reached):
        return "holds"
    width = high - low if low is not None and high is not None else Decimal(0)
    if not stated.hedge and stated.value <= value < stated.value + width:
        return "holds_if_truncated"
    return "does_not_hold"


def _others(
    known: Figures, part: Quantity, base: Quantity, stated: Quantity
) -> tuple[Quantity, ...]:
    """The same share of up to two other totals that the source prints for the area."""
    row = known.row(base.figure)
    shares = []
    for figure in known.find(source=row["source"], area=row["area"], role=row["role"]):
        other, its = known[figure], known.row(figure)
        shorter, longer = sorted((its["indicator"], row["indicator"]))
        alike = other.unit == base.unit and longer.startswith(shorter)
        # A part of the total is no other total.
        if alike and its["part_of"] != row["indicator"] and part.value <= other.value != base.value:
            shares.append(quantity.share(part, other, stated.places))
    return tuple(shares[:2])


@dataclass(frozen=True)
class Relation:
    """A printed total, its printed parts, and their sum (`added`); `holds` where they agree."""

    whole: Quantity
    parts: tuple[Quantity, ...]
    added: Quantity
    holds: bool


def relations(known: Figures) -> list[Relation]:
    """Every total with its parts, as one paragraph of a source prints them.

    No table lists them: an indicator with `part_of` is a part, and the total is the figure of that
    indicator in the same source, paragraph, area, period and role. A total with one printed part,
    or with two figures of one part, is left out.
    """
    totals: dict[tuple[str, ...], list[str]] = defaultdict(list)
    parts: dict[tuple[str, ...], list[str]] = defaultdict(list)
    rows = known.rows()
    for figure, row in rows.items():
        place = tuple(str(row[column]) for column in ("source", "locator", "area", "as_of", "role"))
        totals[*place, row["indicator"]].append(figure)
        if row["part_of"]:
            parts[*place, row["part_of"]].append(figure)
    complete = []
    for place, group in sorted(parts.items()):
        wholes, counted = totals[place], {rows[figure]["indicator"] for figure in group}
        if len(wholes) == 1 and len(counted) == len(group) > 1:
            whole, members = known[wholes[0]], tuple(known[figure] for figure in group)
            added = quantity.total(*members)
            holds = not added.interval.apart_from(whole.interval)
            complete.append(Relation(whole, members, added, holds))
    return complete
