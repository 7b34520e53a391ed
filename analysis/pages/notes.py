"""Which number of a page has which note, and what the page has shown: the bookkeeping of a Writer.

A printed number goes into the note of its paragraph, a computed one into that of its calculation.
Notes are numbered in reading order. Nothing here is HTML.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias, TypeVar

from analysis.numbers.claims import Recomputed
from analysis.numbers.figures import Figures
from analysis.numbers.quantity import Quantity

Origin: TypeAlias = tuple[str, ...]  # source and locator; or kind, formula and figures
Written = TypeVar("Written")


@dataclass
class Note:
    """A note: the paragraph that printed some figures, or one calculation."""

    number: int
    quantities: dict[str, Quantity] = field(default_factory=dict)

    @property
    def first(self) -> Quantity:
        """The number that the note was made for; a note of a calculation has no other."""
        return next(iter(self.quantities.values()))

    @property
    def computed(self) -> bool:
        """True for the note of a calculation."""
        return self.first.kind != "printed"


class Notes:
    """The notes of one page, and what its record tells of the page.

    `shown` holds the words in which each number is shown, with the value that they say; `days` the
    ISO day of the words of each date; `used` the numbers of the notes that name each source;
    `checked` the verdicts on the page, `verdicts` the word of each by the figure it is about.
    """

    def __init__(self, known: Figures) -> None:
        self._known = known
        self._notes: dict[Origin, Note] = {}
        self.shown: defaultdict[Quantity, dict[str, str]] = defaultdict(dict)
        self.days: dict[str, str] = {}
        self.used: dict[str, list[int]] = {}
        self.checked: list[Recomputed] = []
        self.verdicts: defaultdict[str, str] = defaultdict(str)

    def lead(self, quantity: Quantity) -> int:
        """The number of the note that a number leads to; the note is made where there is none."""
        note = self._notes.setdefault(self._origin(quantity), Note(len(self._notes) + 1))
        note.quantities.setdefault(" ".join(quantity.figures), quantity)
        return note.number

    def number(self, quantity: Quantity) -> int | None:
        """The number of the note about a number; None where only notes show it."""
        note = self._notes.get(self._origin(quantity))
        return note.number if note else None

    def _origin(self, quantity: Quantity) -> Origin:
        if quantity.kind == "printed":
            row = self._known.row(quantity.figure)
            return (str(row["source"]), str(row["locator"]))
        return (quantity.kind, quantity.formula, *quantity.figures)

    def written(
        self,
        computed: Callable[[Quantity], Written],
        printed: Callable[[str, str, Sequence[Quantity], bool], Written],
    ) -> list[tuple[int, Written]]:
        """The number of each note and what is written for it.

        `computed` writes the note of a calculation, `printed` that of a paragraph: its source and
        locator, its numbers, and whether it is the first to name the source. What `computed` leads
        to (its operands) gets notes, too. So calculations are written first: they add operands to
        the notes of paragraphs.
        """
        done: dict[Origin, Written] = {}
        while waiting := [k for k, note in self._notes.items() if note.computed and k not in done]:
            for key in waiting:
                done[key] = computed(self._notes[key].first)
        for key, note in self._notes.items():
            if key not in done:
                source, locator = key
                numbers = self.used.setdefault(source, [])
                numbers.append(note.number)
                first = len(numbers) == 1
                done[key] = printed(source, locator, [*note.quantities.values()], first)
        return [(note.number, done[key]) for key, note in self._notes.items()]
