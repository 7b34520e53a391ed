"""The block of a map: which places it shows, and by which lists the marked one is measured.

Points and the numbers of lists are not in it: the tables say them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import model_validator

from analysis.saying.drawn import Chart, Told
from analysis.saying.texts import Frozen, Named, Number, Text, text_of


class Measure(Frozen):
    """What a list counts of many places: the number of the one that a map marks, and the median.

    `listed` names the list, whose numbers are drawn as ticks. A `doubted` number cannot be right:
    the list has none of that place.
    """

    label: Text
    listed: str
    own: Number | None
    median: Number
    doubted: bool = False

    @model_validator(mode="after")
    def _is_of_the_list(self) -> Measure:
        if self.median.known and self.median.how != self.listed:
            raise ValueError(f"the median is not that of the list “{self.listed}”")
        return self


class Map(Chart):
    """The places within an area, a dot each at its point, one marked; the tables say where.

    Beside it, for each measure, a tick a place on an axis, with the median. `named` are further
    places with their names, for bearings.
    """

    block: Literal["map"] = "map"
    area: Named
    within: str
    named: tuple[Named, ...] = ()
    measures: tuple[Measure, ...] = ()

    def marks(self) -> Iterator[Told]:
        """The marked place and the median, a measure after the other."""
        for place, each in enumerate(self.measures):
            for number in filter(None, (each.own, each.median)):
                yield Told(each.label, number, text_of(number), str(place))
