"""Each calculation that a source states, recomputed from the figures it names, with a verdict.

A claim holds if the recomputed number, rounded half up to the digits that were printed, is the
printed number. It holds if truncated where only cutting the digits off gives it. Nothing is
repaired.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from decimal import Decimal

from analysis.numbers import quantity
from analysis.numbers.cards import Card
from analysis.numbers.figures import Figures
from analysis.numbers.intervals import Interval
from analysis.numbers.quantity import Quantity

CHANGES = frozenset({"increase", "decrease"})
# How many operands each kind of claim needs before anything can be computed.
OPERANDS = {"difference": 2, "relative_change": 2, "share": 2, "sum": 2, "net": 2, "same": 1}


@dataclass(frozen=True)
class Verdict(Card):
    """A claim, what it comes to, and how that compares with what was printed.

    `computed` is None where the operands are not all printed. For a share or change that does not
    hold, `needed` has the first and last whole number that would make it hold in place of the first
    operand (share) or the last (change), and is empty where none would. `others` has the same
    calculation on other bases that the source prints. `reviewed` is the verdict in claims.csv.
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

    def __repr__(self) -> str:
        computed = "nothing" if self.computed is None else self.computed
        return f"{self.claim}: {self.verdict} ({computed!s} computed, {self.stated!s} printed)"


def recompute(known: Figures, claim: str = "", **stated_is: str | tuple[str, ...]) -> list[Verdict]:
    """The verdict on one claim, or on every claim, in the order of their ids.

    A claim of which a figure is not known is left out. `reform="project-06"` or `source=("a", "b")`
    keeps the claims whose printed result has that in its row.
    """
    names = [claim] if claim else known.claims_on(**stated_is)
    return [verdict for name in names for verdict in _verdict(known, name)]


def _verdict(known: Figures, claim: str) -> list[Verdict]:
    """The verdict on a claim; nothing where a figure is not known."""
    row = known.entry("claims", claim)
    kind, stated = row["kind"], known[row["stated"]]
    operands = tuple(known[figure] for figure in row["operands"].split())
    if not stated.known or not all(operand.known for operand in operands):
        return []
    found = Verdict(claim, kind, operands, stated, None, "cannot_be_checked", row["verdict"])
    if len(operands) < OPERANDS[kind]:
        return [found]
    role, *roles = (str(known.row(each.figure)["role"]) for each in (stated, *operands))
    computed = _compute(kind, operands, roles, stated.places)
    falls = role == "decrease" and kind in {"relative_change", "net"}
    verdict = _judge(-computed.interval if falls else computed.interval, stated)
    # A change is never the same fact as a level: “rose by 14 %” is not “14 % filed online”.
    alike = (role in CHANGES) == (roles[0] in CHANGES)
    if kind == "same" and not (alike and verdict in {"holds", "cannot_be_checked"}):
        verdict = "contradicts"
    base = operands[1 if kind == "share" else 0]
    wrong = verdict in {"does_not_hold", "holds_if_truncated"}
    needed = quantity.needed(base, stated, kind, falls) if wrong else ()
    others = _others(known, operands[0], base, stated) if kind == "share" else ()
    return [replace(found, computed=computed, verdict=verdict, needed=needed, others=others)]


def _compute(kind: str, operands: tuple[Quantity, ...], roles: list[str], places: int) -> Quantity:
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
    """How a computed number compares with a printed one; a fall is printed without its sign."""
    low, high, value = stated.low, stated.high, computed.value
    if value.is_nan():
        return "cannot_be_checked"
    if not computed.low == computed.high == value:
        if computed.apart_from(stated.interval):
            return "does_not_hold"
        return "holds" if computed.within(stated.interval) else "cannot_be_checked"
    # The upper end of a rounded number belongs to the next one; a printed bound may be reached.
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
    """The same share of the other bases that the source prints for this indicator and area."""
    row = known.row(base.figure)
    found = []
    for figure in known.find(source=row["source"], area=row["area"], role=row["role"]):
        other, its = known[figure], known.row(figure)
        shorter, longer = sorted((its["indicator"], row["indicator"]))
        alike = other.unit == base.unit and longer.startswith(shorter)
        # A part of the base is no base of what is counted in all of it.
        if alike and its["part_of"] != row["indicator"] and part.value <= other.value != base.value:
            found.append(quantity.share(part, other, stated.places))
    return tuple(found[:2])


@dataclass(frozen=True)
class Relation:
    """A total and the parts that the data say make it up, with what they add up to."""

    whole: Quantity
    parts: tuple[Quantity, ...]
    added: Quantity
    holds: bool


def relations(known: Figures) -> list[Relation]:
    """Part–whole sums that the data imply: types of one source, area, day and role and their total.

    Found, not listed: an indicator with `part_of` is a part; the total is the figure of that
    indicator in the same source, paragraph, area, period and role. Sums of which a part is not
    printed are left out.
    """
    totals: dict[tuple[str, ...], list[str]] = defaultdict(list)
    parts: dict[tuple[str, ...], list[str]] = defaultdict(list)
    rows = known.rows()
    for figure, row in rows.items():
        place = tuple(str(row[each]) for each in ("source", "locator", "area", "as_of", "role"))
        totals[*place, row["indicator"]].append(figure)
        if row["part_of"]:
            parts[*place, row["part_of"]].append(figure)
    found = []
    for place, group in sorted(parts.items()):
        wholes, counted = totals[place], {rows[figure]["indicator"] for figure in group}
        if len(wholes) == 1 and len(counted) == len(group) > 1:
            whole, members = known[wholes[0]], tuple(known[figure] for figure in group)
            added = quantity.total(*members)
            holds = not added.interval.apart_from(whole.interval)
            found.append(Relation(whole, members, added, holds))
    return found
