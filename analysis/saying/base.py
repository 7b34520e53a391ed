"""What all blocks have in common: the bases `Block` and `Titled`, and the rows of a table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Annotated, Any, ClassVar, Literal, TypeAlias

from pydantic import Field, model_validator

from analysis.numbers.periods import Period
from analysis.numbers.quantity import Quantity
from analysis.saying.texts import Cell, Frozen, Label, ProseError, Text, text_of, texts_in

ANCHOR = r"^[a-z0-9]+(-[a-z0-9]+)*$"
Anchor: TypeAlias = Annotated[str, Field(pattern=ANCHOR)]


class Block(Frozen):
    """The base of all blocks: one thing that a notebook says. `block` is the name of its type."""

    version: Literal[1] = 1
    block: str

    required: ClassVar[tuple[str, ...]] = ()  # fields whose values must be known to show the block

    @property
    def texts(self) -> tuple[Text, ...]:
        """The texts of the fields in `required`, in reading order."""
        fields = (getattr(self, name) for name in self.required)
        return tuple(text_of(text) for field in fields for text in texts_in(field))

    @property
    def known(self) -> bool:
        """True where all these texts are known: then a page shows the block."""
        return all(text.known for text in self.texts)


class Titled(Block):
    """The base of charts and tables; `name` gives the anchor."""

    name: Anchor
    title: Text
    required: ClassVar[tuple[str, ...]] = ("title",)
    shape: ClassVar[str] = "table"

    @property
    def anchor(self) -> str:
        """Its id on a page: `chart-…` or `table-…`."""
        return f"{self.shape}-{self.name}"


class Rows(Frozen):
    """The rows of a table, or of the table behind a chart; the first column heads each row."""

    columns: tuple[Text, ...]
    data: tuple[tuple[Cell, ...], ...]

    @model_validator(mode="after")
    def _is_a_rectangle(self) -> Rows:
        for row in self.data:
            if len(row) != (heads := len(self.columns)):
                raise ProseError(
                    f"a row has {len(row)} cells, but there are {heads} heads of columns"
                )
        return self

    @classmethod
    def of(cls, columns: Iterable[Text], data: Iterable[Sequence[Any]]) -> Rows:
        """The rows with what is unknown taken out, without those that have no number left."""
        kept = []
        for row in data:
            numbers = [cell for cell in row if isinstance(cell, Quantity)]
            if any(number.known for number in numbers) or not numbers:
                kept.append(tuple(map(_cell, row)))
        return cls(columns=tuple(columns), data=tuple(kept))


def _cell(cell: Any) -> Cell:
    """A cell as a table shows it: None where it is unknown. Raises `ProseError` for a string."""
    if isinstance(cell, Quantity | Period):
        return cell if cell.known else None
    return None if cell is None else cell if isinstance(cell, Label) else text_of(cell)
