"""Each calculation that a source states, recomputed from the figures it names, with a verdict.

A claim holds if the recomputed number, rounded half up to the digits that were printed, is the printed
number. It holds if truncated where only cutting the digits off gives it. Nothing is repaired.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from analysis import quantity
from analysis.figures import Figures
from analysis.quantity import Quantity

CHANGES = {"increase", "decrease"}
OPERANDS = {"difference": 2, "relative_change": 2, "share": 2, "sum": 2, "net": 2, "same": 1}


@dataclass(frozen=True)
class Verdict:
    """A claim, what it comes to, and how that compares with what was printed.

    `computed` is None where the operands are not all printed. `needed` holds, for a share or change that
    does not hold, the first and last whole number that would make it hold in place of the first operand
    (share) or the last (change); empty where no whole number would.
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


def recompute(known: Figures, claim: str = "", **stated_is: str | tuple[str, ...]) -> list[Verdict]:
    """The verdict on every claim whose printed result is known, or on one claim, in the order of their ids.

    `reform="project-06"` or `source=("a", "b")` keeps the claims whose printed result has that in its row: who
    asks for these alone depends on these alone.
    """
    verdicts = []
    for name in [claim] if claim else known.claims_on(**stated_is):
        row = known.entry("claims", name)
        stated = known[str(row["stated"])]
        operands = [known[figure] for figure in str(row["operands"]).split()]
        if stated is None or any(operand is None for operand in operands):
            continue
        whole = tuple(operand for operand in operands if operand is not None)
        verdicts.append(_verdict(known, name, str(row["kind"]), whole, stated, str(row["verdict"])))
    return verdicts


def _verdict(known: Figures, claim: str, kind: str, operands: tuple[Quantity, ...], stated: Quantity, reviewed: str) -> Verdict:
    if len(operands) < OPERANDS[kind]:
        return Verdict(claim, kind, operands, stated, None, "cannot_be_checked", reviewed)
    roles = [str(known.row(operand.figures[0])["role"]) for operand in operands]
    role = str(known.row(stated.figures[0])["role"])
    computed = _compute(kind, operands, roles, stated)
    if kind == "same":
        # A number that changed by 14 % is not a number that is 14 %: a change is never the same fact as a level.
        verdict = _judge(computed, stated, 1) if (role in CHANGES) == (roles[0] in CHANGES) else "contradicts"
        verdict = verdict if verdict in {"holds", "cannot_be_checked"} else "contradicts"
        return Verdict(claim, kind, operands, stated, computed, verdict, reviewed)
    sign = -1 if role == "decrease" and kind in {"relative_change", "net"} else 1
    verdict = _judge(computed, stated, sign)
    needed: tuple[Quantity, ...] = ()
    others: tuple[Quantity, ...] = ()
    if kind in {"share", "relative_change"}:
        if verdict in {"does_not_hold", "holds_if_truncated"}:
            needed = _needed(kind, operands, stated, sign)
        others = _others(known, kind, operands, stated)
    return Verdict(claim, kind, operands, stated, computed, verdict, reviewed, needed, others)


def _compute(kind: str, operands: tuple[Quantity, ...], roles: list[str], stated: Quantity) -> Quantity:
    result: Quantity | None
    if kind == "difference":
        result = quantity.difference(operands[0], operands[1])
    elif kind == "sum":
        result = quantity.total(*operands)
    elif kind == "share":
        result = quantity.share(operands[0], operands[1], stated.places)
    elif kind == "relative_change":
        result = quantity.relative_change(operands[0], operands[1], stated.places)
    elif kind == "net":
        pairs = list(zip(operands, roles, strict=True))
        base = tuple(q for q, role in pairs if role not in CHANGES)
        ups = tuple(q for q, role in pairs if role == "increase")
        downs = tuple(q for q, role in pairs if role == "decrease")
        result = quantity.net(base, ups, downs)
    else:
        result = operands[0]
    assert result is not None
    return result


def _judge(computed: Quantity, stated: Quantity, sign: int) -> str:
    low, high = _signed(computed, sign)
    if computed.exact:
        value = sign * computed.value
        if _allows(stated, value):
            return "holds"
        if stated.qualifier == "exact" and stated.low is not None and stated.high is not None:
            step = stated.high - stated.low
            if stated.value <= value < stated.value + step:
                return "holds_if_truncated"
        return "does_not_hold"
    if _below(high, stated.low) or _below(stated.high, low):
        return "does_not_hold"
    from_below = stated.low is None or (low is not None and stated.low <= low)
    from_above = stated.high is None or (high is not None and high <= stated.high)
    return "holds" if from_below and from_above else "cannot_be_checked"


def _signed(quantity: Quantity, sign: int) -> tuple[Decimal | None, Decimal | None]:
    if sign > 0:
        return quantity.low, quantity.high
    return None if quantity.high is None else -quantity.high, None if quantity.low is None else -quantity.low


def _below(high: Decimal | None, low: Decimal | None) -> bool:
    return high is not None and low is not None and high < low


def _allows(stated: Quantity, value: Decimal) -> bool:
    """True where the printed form can stand for `value`; the upper end of a rounded number belongs to the next one."""
    if stated.low is not None and value < stated.low:
        return False
    if stated.high is None or value < stated.high:
        return True
    return value == stated.high and (stated.low == stated.high or stated.qualifier != "exact")


def _needed(kind: str, operands: tuple[Quantity, ...], stated: Quantity, sign: int) -> tuple[Quantity, ...]:
    """First and last whole number which, put in for one operand, would give the printed percentage."""
    if stated.low is None or stated.high is None:
        return ()
    base = operands[1] if kind == "share" else operands[0]
    if kind == "share":
        low, high = (bound * base.value / 100 for bound in (stated.low, stated.high))
    else:
        low, high = sorted((100 + sign * bound) * base.value / 100 for bound in (stated.low, stated.high))
    first, last = low.to_integral_value(ROUND_CEILING), high.to_integral_value(ROUND_FLOOR)
    # The upper end of a rounded share is the first value that rounds to the next one: it does not count;
    # a fall turns the interval over, and with it the end that is left out.
    falls = kind == "relative_change" and sign < 0
    if not falls and last == high:
        last -= 1
    if falls and first == low:
        first += 1
    ids = tuple(dict.fromkeys((*base.figures, *stated.figures)))
    ends = [first] if first == last else [first, last] if first < last else []
    return tuple(
        Quantity(
            end,
            end,
            end,
            operands[0].unit,
            0,
            ids,
            kind="needed",
            formula=f"whole number giving {stated.figures[0]} with {base.figures[0]}",
            operands=(base, stated),
        )
        for end in ends
    )


def _others(known: Figures, kind: str, operands: tuple[Quantity, ...], stated: Quantity) -> tuple[Quantity, ...]:
    """The same calculation on other bases that the source prints for the same indicator and area."""
    base = operands[1] if kind == "share" else operands[0]
    if not base.figures:
        return ()
    row = known.row(base.figures[0])
    found = []
    for figure in known.find(source=str(row["source"]), area=str(row["area"]), role=str(row["role"])):
        other = known[figure]
        if other is None or figure == base.figures[0] or other.value == base.value or other.unit != base.unit:
            continue
        if known.row(figure)["part_of"] == row["indicator"]:
            continue  # a part of the base is no base of what is counted in all of it
        names = sorted((str(known.row(figure)["indicator"]), str(row["indicator"])))
        if not names[1].startswith(names[0]):
            continue
        if kind == "share" and other.value >= operands[0].value:
            result = quantity.share(operands[0], other, stated.places)
            if result is not None:
                found.append(result)
    return tuple(found[:2])


@dataclass(frozen=True)
class Relation:
    """A total and the parts that the data say make it up, with what they add up to."""

    whole: Quantity
    parts: tuple[Quantity, ...]
    added: Quantity
    holds: bool


def relations(known: Figures) -> list[Relation]:
    """Part–whole sums that the data imply: types of one source, area, day and role against their total.

    Found, not listed: an indicator with `part_of` is a part; the total is the figure of that indicator in
    the same source, paragraph, area, period and role. Sums of which a part is not printed are left out.
    """
    found = []
    table = known.table
    parts = table[table["part_of"] != ""]
    columns = ["source", "locator", "area", "as_of", "role", "indicator"]
    totals = {key: list(group) for key, group in table.index.to_series().groupby([table[column] for column in columns])}
    for (source, locator, area, as_of, role, whole_indicator), group in parts.groupby(
        ["source", "locator", "area", "as_of", "role", "part_of"], sort=True
    ):
        wholes = totals.get((source, locator, area, as_of, role, whole_indicator), [])
        if len(wholes) != 1 or len(group) < 2 or group["indicator"].duplicated().any():
            continue
        whole = known[str(wholes[0])]
        members = tuple(q for figure in group.index if (q := known[str(figure)]) is not None)
        added = quantity.total(*members)
        if whole is not None and added is not None:
            apart = _below(added.high, whole.low) or _below(whole.high, added.low)
            found.append(Relation(whole, members, added, not apart))
    return found
