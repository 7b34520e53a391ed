"""A value at a prompt or in a cell of a notebook: one line of text, or a small table."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from itertools import pairwise
from typing import Any

from markupsafe import Markup

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
