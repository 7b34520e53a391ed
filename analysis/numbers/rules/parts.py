"""Each part has its whole, each whole a part, and each share holds for one time.

The whole of a part is a figure of the same source, area and time that counts the same or something
wider; or the note names it (“whole: ID”), or a claim takes the part as one: of a share, a sum,
a difference.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import combinations

from analysis.numbers import periods
from analysis.numbers.periods import Period
from analysis.numbers.rules.exceptions import differs
from analysis.numbers.schema import Finding
from analysis.numbers.tables import Row, Tables


def findings(tables: Tables) -> Iterator[Finding]:
    """Parts without a whole or larger than it, wholes without a part, shares of several times."""
    rows = {row["figure"]: row for row in tables["figures"]}
    indicators = {row["indicator"]: row for row in tables["indicators"]}
    parts, used = _of_claims(tables["claims"])
    wholes = [row for row in rows.values() if row["role"] == "whole"]
    for row in (row for row in rows.values() if row["role"] in {"part", "count"}):
        holding = [whole for whole in wholes if _holds(whole, row, indicators)]
        if row["role"] == "part":
            used |= {whole["figure"] for whole in holding} | {_noted(row)}
            yield from _without_whole(row, holding, rows, row["figure"] in parts)
            yield from _larger(row, holding)
        elif holding:
            why = f"is for a number by itself, but {holding[0]['figure']} is its whole"
            yield from differs(row, "role", why)
    for row in (row for row in wholes if row["figure"] not in used):
        what = "has no part: no figure, claim or note takes it as a whole"
        yield from differs(row, "role", what)
    for claim in (row for row in tables["claims"] if row["kind"] == "share"):
        yield from _apart(
            claim, [rows[figure] for figure in (*claim["operands"].split(), claim["stated"])]
        )


def _of_claims(claims: list[Row]) -> tuple[set[str], set[str]]:
    """The figures that claims take as parts, and those that they take as wholes."""
    parts: set[str] = set()
    wholes: set[str] = set()
    for row in claims:
        first, *others = row["operands"].split() or [""]
        if row["kind"] == "share":
            # Of a share whose part is not printed the only operand is the whole.
            parts.add(first)
            wholes.update(others or [first])
        elif row["kind"] == "sum":
            parts.update([first, *others])
            wholes.add(row["stated"])
        elif row["kind"] == "difference":
            parts.update([*others, row["stated"]])
            wholes.add(first)
    return parts, wholes


def _noted(part: Row) -> str:
    """The whole that the note of a part names; "" where it names none."""
    named = re.search(r"(?:^|; )whole: (\S+)", part["note"])
    return named[1] if named else ""


def _without_whole(
    part: Row, holding: list[Row], rows: Mapping[str, Row], claimed: bool
) -> Iterator[Finding]:
    """A part that has no whole: none in `holding`, in its note, or in a claim (`claimed`)."""
    noted = _noted(part)
    if (noted and noted not in rows) or not (holding or noted or claimed):
        what = f"its whole “{noted}” is not in figures.csv" if noted else "has no whole"
        cure = "Add the whole (same source, area and period, the same or the wider indicator)"
        cure += ", name it in the note (“whole: ID”), or correct role."
        yield part.wrong_cell("role", f"{what}. {cure}")


def _larger(part: Row, holding: list[Row]) -> Iterator[Finding]:
    """A part that is larger than its whole."""
    for whole in (whole for whole in holding if Decimal(part["value"]) > Decimal(whole["value"])):
        what = f"is more than that of its whole {whole['figure']}, {whole['value']}"
        yield part.wrong_cell("value", f"{what}. Correct one, or the role.")


def _apart(claim: Row, rows: list[Row]) -> Iterator[Finding]:
    """A share whose part, whole or stated result have no day in common."""
    for one, other in combinations(rows, 2):
        if not _day(one).meets(_day(other)):
            both = " and ".join(f"{row['figure']} ({row['as_of']})" for row in (one, other))
            what = f"{both} have no day in common. Correct as_of of one, or the operands."
            yield claim.wrong(what, "operands")


def _day(row: Row) -> Period:
    return periods.read(row["as_of"])


def _holds(whole: Row, part: Row, indicators: Mapping[str, Row]) -> bool:
    """True where one figure is the whole of another by source, area, period and indicator."""
    if any(whole[column] != part[column] for column in ("source", "area")):
        return False
    wide = whole["indicator"] in _wider(part["indicator"], indicators)
    return wide and _day(whole).meets(_day(part))


def _wider(indicator: str, indicators: Mapping[str, Row]) -> set[str]:
    """An indicator and all that are wider: those it is part of, or a level of its code above."""
    wider: set[str] = set()
    waiting = [indicator]
    while waiting:
        code = waiting.pop()
        if code and code not in wider:
            wider.add(code)
            waiting += [code.rpartition(".")[0]]
            waiting += [indicators[code]["part_of"]] if code in indicators else []
    return wider
