"""The numbers of many places that one list prints of one thing: where one of them stands.

A list is named by the ids of its figures with the place left open, and by the area around the
places: `units-2025.*.land-area in ha-noi`. So a rank among a hundred is a short recipe. A number
whose note says `value: …` cannot be right: it is kept as printed and compared with nothing.
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
    """A name that is none of a list."""


@dataclass(frozen=True)
class Listing(Card):
    """The numbers of a list by place, the largest first; empty where one is not known yet.

    `doubted` are the places whose number cannot be right.
    """

    name: str
    numbers: Mapping[str, Quantity]
    doubted: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"<{len(self.numbers)} numbers of {self.name}>"

    def facts(self) -> list[tuple[str, object]]:
        """What its card says: the largest and the smallest, the middle, what is left out."""
        ends = [*self.numbers.items()]
        told = [(area, number) for area, number in dict([*ends[:3], *ends[-3:]]).items()]
        return [*told, ("median", self.median), ("doubted", self.doubted)]

    def rank(self, area: str) -> Quantity:
        """The place of an area's number, 1 for the largest; equal numbers share the better one.

        Unknown where the list has no number of the area, or one that cannot be right.
        """
        own = self.numbers.get(area)
        return quantity.unknown("") if own is None else quantity.rank(own, self)

    @property
    def median(self) -> Quantity:
        """The number in the middle, or the mean of the two there; unknown where there is none."""
        return quantity.median(self) if self.numbers else quantity.unknown("")

    @property
    def middle(self) -> tuple[Quantity, ...]:
        """The one or two numbers in the middle."""
        count = len(self.numbers)
        return tuple(islice(self.numbers.values(), (count - 1) // 2, count // 2 + 1))

    @property
    def answer(self) -> list[tuple[str, str]]:
        """What a page rests on that asks for the list: its places and numbers, in order."""
        numbers = ((area, str(number.value)) for area, number in self.numbers.items())
        return [*numbers, *((area, "doubted") for area in self.doubted)]

    def around(self, area: str) -> tuple[str, str]:
        """The places just before and just after an area's; "" at an end."""
        places = [*self.numbers]
        if area not in places:
            return "", ""
        at = places.index(area)
        return "" if not at else places[at - 1], "" if at + 1 == len(places) else places[at + 1]


def ids(name: str, areas: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Each area and the id that its figure in a list would have. Raises `ListingError`."""
    parts = NAME.fullmatch(name)
    if not parts:
        told = "write ids with * for the place, then “in” and the area around them"
        raise ListingError(f"“{name}” names no list; {told}")
    return ((area, f"{parts[1]}{area}{parts[2]}") for area in areas)


def within(name: str) -> str:
    """The area around the places of a list; "" for what names none."""
    parts = NAME.fullmatch(name)
    return parts[3] if parts else ""


def doubted(note: str) -> bool:
    """Whether the note of a figure says that its number cannot be right."""
    return f"; {note}".find("; value: ") >= 0
