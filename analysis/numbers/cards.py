"""How a value shows itself: one line of text at a prompt, a small table in a notebook's cell."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from decimal import ROUND_DOWN, Decimal
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from analysis.numbers.numerals import plain, round_half_up
from analysis.numbers.wording import some

if TYPE_CHECKING:
    from analysis.numbers.quantity import Quantity

MOST_IDS = 6  # ids that one line names; it counts the rest


class Card:
    """The base of dataclasses that JupyterLab shows as a table of their fields, under `repr`."""

    def facts(self) -> Iterable[tuple[str, Any]]:
        """The rows of the table: a name and a value each."""
        return [(row.name, getattr(self, row.name)) for row in fields(self)]  # type: ignore[arg-type]

    def _repr_html_(self) -> str:
        row = Markup(
            '<tr><th style="text-align:left">{}</th><td style="text-align:left">{}</td></tr>'
        )
        rows = Markup("").join(row.format(name, _cell(value)) for name, value in self.facts())
        return Markup("<table><caption>{}</caption>{}</table>").format(repr(self), rows)


def line(number: Quantity) -> str:
    """A number in a line: as shown, its unit, its bounds or one more digit, its figures.

    `98.6% (98.62…), from congress-2025.grassroots.held, .due`
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
    """Bounds and formula of a number, and where each of its figures was printed."""
    ends = [("at least", number.low), ("at most", number.high)]
    ends = [("exactly", number.value)] if number.exact else ends
    rows = [(name, plain(round_half_up(end, 6))) for name, end in ends if end is not None]
    rows += [("formula", number.formula)] if number.formula else []
    return rows + [(one.figure, f"{one!s}: {one.source}") for one in number.printed]


def short(ids: Iterable[str]) -> str:
    """Ids in a line, each without the beginning that it shares with the one before it.

    `project-21.staff.before, .after and 3 more`
    """
    listed = [*ids]
    parts = listed[:1]
    for before, code in pairwise(listed):
        stem = before.rpartition(".")[0]
        parts.append(code.removeprefix(stem) if code.startswith(f"{stem}.") else code)
    return some(parts, MOST_IDS)


def _cell(value: Any) -> str:
    """A field as text; several values with a semicolon between them, “–” for none."""
    several = value if isinstance(value, tuple) else (value,)
    return "; ".join(one if isinstance(one, str) else repr(one) for one in several) or "–"
