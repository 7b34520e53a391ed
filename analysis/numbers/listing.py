"""A Listing: the numbers of one kind that a list prints for many places, for ranks and medians.

The name of a listing is the id of its figures with `*` for the place, and the area around the
places: `units-2025.*.land-area in ha-noi`. With the name, the recipe of a rank among a hundred
places stays short. A figure that is `doubted` in figures.csv cannot be right: it is shown as
printed, and left out of ranks and medians.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from analysis.errors import UserError
from analysis.numbers import quantity
from analysis.numbers.cards import Card
from analysis.numbers.quantity import Quantity

NAME = re.compile(r"([a-z0-9.-]*)\*([a-z0-9.-]*) in ([a-z0-9-]+)")


class ListingError(UserError):
    """A text that does not have the form of a listing's name."""


@dataclass(frozen=True)
class Listing(Card):
    """The numbers of a list by area code, the largest first; empty where one is not known yet.

    `doubted` are the codes of the areas whose number cannot be right; `numbers` lacks them.
    """

    name: str
    numbers: Mapping[str, Quantity]
    doubted: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"<{len(self.numbers)} numbers of {self.name}>"

    def facts(self) -> list[tuple[str, object]]:
        """What its card says: the largest and the smallest, the middle, what is left out."""
        numbers = list(self.numbers.items())
        few = numbers if len(numbers) <= 6 else numbers[:3] + numbers[-3:]
        return [*few, ("median", self.median), ("doubted", self.doubted)]

    def rank(self, area: str) -> Quantity:
        """The position of an area, 1 for the largest number; equal numbers share the better one.

        Unknown where the list has no number of the area, or one that cannot be right.
        """
        own = self.numbers.get(area)
        return quantity.unknown("") if own is None else quantity.rank(own, self)

    @property
    def median(self) -> Quantity:
        """The median of the numbers; unknown where the list is empty."""
        return quantity.median(self) if self.numbers else quantity.unknown("")

    @property
    def middle(self) -> tuple[Quantity, ...]:
        """The one or two numbers in the middle."""
        count = len(self.numbers)
        return tuple(islice(self.numbers.values(), (count - 1) // 2, count // 2 + 1))

    @property
    def answer(self) -> list[tuple[str, str]]:
        """The list as JSON can hold it: a page that asks for it is stale when this changes."""
        numbers = ((area, str(number.value)) for area, number in self.numbers.items())
        return [*numbers, *((area, "doubted") for area in self.doubted)]

    def around(self, area: str) -> tuple[str, str]:
        """The areas just before and just after one in the list; "" at an end."""
        areas = [*self.numbers]
        if area not in areas:
            return "", ""
        at = areas.index(area)
        return "" if not at else areas[at - 1], "" if at + 1 == len(areas) else areas[at + 1]


def ids(name: str, areas: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Each area with the id that its figure in a listing would have. Raises `ListingError`."""
    parts = NAME.fullmatch(name)
    if not parts:
        form = "write ids with * for the place, then “in” and the area around them"
        raise ListingError(f"“{name}” names no list; {form}")
    return ((area, f"{parts[1]}{area}{parts[2]}") for area in areas)


def within(name: str) -> str:
    """The area around the places of a listing, from its name; "" for any other text."""
    parts = NAME.fullmatch(name)
    return parts[3] if parts else ""
