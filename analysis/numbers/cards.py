"""A value at a prompt or in a cell of a notebook: one line of text, or a small table."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from decimal import ROUND_DOWN, Decimal
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from analysis.numbers.numerals import plain, round_half_up

if TYPE_CHECKING:
    from analysis.numbers.quantity import Quantity

LONG = 6  # ids that one line names; of more it says how many


class Card:
    """A dataclass that shows its fields as a table, under the line that `repr` gives."""

    def facts(self) -> Iterable[tuple[str, Any]]:
        """What the table says: a name and a value a row."""
        return [(each.name, getattr(self, each.name)) for each in fields(self)]  # type: ignore[arg-type]

    def _repr_html_(self) -> str:
        row = Markup(
            '<tr><th style="text-align:left">{}</th><td style="text-align:left">{}</td></tr>'
        )
        rows = Markup("").join(row.format(name, _told(value)) for name, value in self.facts())
        return Markup("<table><caption>{}</caption>{}</table>").format(repr(self), rows)


def line(number: Quantity) -> str:
    """A number in a line: words, unit, what it can be, what it rests on.

    It can be what its bounds on both sides allow; one more digit is given where it was rounded.
    """
    if not number.known:
        return f"– (not known), from {short(number.figures)}"
    finer, low, high = "", number.low, number.high
    if low is not None and low == high:
        cut = number.value.quantize(Decimal(1).scaleb(-number.places - 1), rounding=ROUND_DOWN)
        finer = f" ({plain(cut)}…)".replace("-", "−") if cut != number.value else ""
    elif low is not None and high is not None:
        finer = f" ({plain(low)} to {plain(high)})"
    unit = "" if number.unit == "percent" else f" {number.unit}"
    return f"{number!s}{unit}{finer}, from {short(number.figures)}"


def facts(number: Quantity) -> list[tuple[str, str]]:
    """Unit, bounds and formula of a number, and where each figure that it rests on was printed."""
    ends = [("at least", number.low), ("at most", number.high)]
    ends = [("exactly", number.value)] if number.exact else ends
    told = [(name, plain(round_half_up(end, 6))) for name, end in ends if end is not None]
    told += [("formula", number.formula)] if number.formula else []
    return told + [(each.figure, f"{each!s}: {each.source}") for each in number.printed]


def short(ids: Iterable[str]) -> str:
    """Ids in a line; one that lies beside the one before it leaves out what they share."""
    listed = [*ids]
    told = listed[:1]
    for before, each in pairwise(listed[:LONG]):
        stem = before.rpartition(".")[0]
        told.append(each.removeprefix(stem) if each.startswith(f"{stem}.") else each)
    more = f" and {len(listed) - LONG} more" if len(listed) > LONG else ""
    return ", ".join(told) + more


def _told(value: Any) -> str:
    """A field in words; several values with a full stop between them."""
    several = value if isinstance(value, tuple) else (value,)
    return "; ".join(each if isinstance(each, str) else repr(each) for each in several) or "–"
