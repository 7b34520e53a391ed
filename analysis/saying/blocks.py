"""What a notebook says, as typed blocks in both languages: the format of a document.

A block is frozen; its numbers are Quantities, its days the `as_of` of figures, its labels rows of
the data's tables. Written into a notebook, each of the three is a reference (a recipe, a figure's
id, a table and a code), so whoever reads a block back gets what the tables say today, and nothing
that a cell computed. `docs/document.schema.json` describes the JSON; `VERSION` changes when it
does.
"""

from __future__ import annotations

import json
from typing import Annotated, Any, ClassVar, Literal, TypeAlias

from pydantic import Field, TypeAdapter, model_validator

from analysis.errors import UserError
from analysis.numbers.events import Event
from analysis.numbers.figures import Figures
from analysis.numbers.quantity import Quantity
from analysis.saying.texts import (
    RECIPE,
    RECIPE_MARK,
    RECIPE_SCHEMA,
    Cell,
    Day,
    Frozen,
    Named,
    Number,
    ProseError,
    Shown,
    Text,
    first_line,
    said,
    text_of,
)

MIME = "application/vnd.briefing+json"
VERSION = 1


# ------------------------------------------------------------------------------------------ blocks

Anchor: TypeAlias = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]


class Block(Frozen):
    """One thing said; `block` names its type in JSON."""

    version: Literal[1] = 1
    block: str

    told: ClassVar[tuple[str, ...]] = ()  # the fields whose texts must be known for it to be shown

    @property
    def texts(self) -> tuple[Text, ...]:
        """What it says in any case, in reading order; a cell of a table may be unknown."""
        return tuple(text_of(each) for name in self.told for each in said(getattr(self, name)))

    @property
    def known(self) -> bool:
        """Whether everything that it says is known."""
        return all(each.known for each in self.texts)


class Sentence(Block):
    """A paragraph; `aside` stands beside it in the margin: a caveat, or what a term means."""

    block: Literal["sentence"] = "sentence"
    text: Text
    aside: Text | None = None

    told: ClassVar[tuple[str, ...]] = ("text", "aside")


class Lead(Sentence):
    """The answer in one sentence.

    A document shows the first that is known.
    """

    block: Literal["lead"] = "lead"  # type: ignore[assignment]


class Limit(Sentence):
    """Something the sources cannot say or must not be read to say."""

    block: Literal["limit"] = "limit"  # type: ignore[assignment]


class Title(Sentence):
    """The heading of a report that is made for many: it names the one it is about."""

    block: Literal["title"] = "title"  # type: ignore[assignment]


class Finding(Sentence):
    """A key finding: opening words, a sentence, and the id of the chart or table that shows it."""

    block: Literal["finding"] = "finding"  # type: ignore[assignment]
    head: Text | None = None
    see: Anchor | Literal[""] = ""

    told: ClassVar[tuple[str, ...]] = ("head", "text", "aside")


class Headline(Block):
    """A headline number with what it is and what it compares with.

    `before` is what it was, `of` what it is a part of; either is drawn beside it as a thin bar.
    """

    block: Literal["headline"] = "headline"
    number: Shown
    before: Number | None = None
    of: Number | None = None
    label: Text
    note: Text | None = None

    told: ClassVar[tuple[str, ...]] = ("number", "before", "of", "label", "note")

    @model_validator(mode="after")
    def _compares_like_with_like(self) -> Headline:
        number, bases = self.number.value, [each for each in (self.before, self.of) if each]
        if len(bases) > 1:
            raise ValueError("a headline compares with a number before, or with a whole, not both")
        if any(not isinstance(number, Quantity) or number.unit != base.unit for base in bases):
            raise ValueError("a headline and what it compares with count in one unit")
        return self


class Parameter(Frozen):
    """A parameter of the notebook's own and its value in words; `name` is a word of
    `words.toml`."""

    name: str
    value: Text


class Parameters(Block):
    """What this run was asked for, in words."""

    block: Literal["parameters"] = "parameters"
    own: tuple[Parameter, ...] = ()

    told: ClassVar[tuple[str, ...]] = ("own",)


class Titled(Block):
    """A chart or table; `name` gives its anchor."""

    name: Anchor
    title: Text
    told: ClassVar[tuple[str, ...]] = ("title",)

    @property
    def anchor(self) -> str:
        """The id it has on a page."""
        return f"{'chart' if isinstance(self, Chart) else 'table'}-{self.name}"


class Chart(Titled):
    """A drawing with its title and a subtitle (measure, unit, place, day)."""

    subtitle: Text

    told: ClassVar[tuple[str, ...]] = ("title", "subtitle")


class Rows(Frozen):
    """The table of a block, or behind a chart: its first column heads the rows."""

    columns: tuple[Text, ...]
    data: tuple[tuple[Cell, ...], ...]

    @model_validator(mode="after")
    def _is_a_rectangle(self) -> Rows:
        for row in self.data:
            if len(row) != len(self.columns):
                raise ValueError(f"a row of {len(row)} cells under {len(self.columns)} columns")
        return self


class Table(Titled):
    """A comparison as a table."""

    block: Literal["table"] = "table"
    table: Rows
    note: Text | None = None
    wide: bool = False


class Mark(Frozen):
    """A bar or a dot: its label, its number, the words beside it (default: the number itself).

    `main` is what the chart is about; the others are there to compare.
    """

    label: Text
    number: Number
    beside: Text | None = None
    main: bool = True


class Bars(Chart):
    """Horizontal bars from zero, in the order given; `compact` sets labels left of many short
    bars."""

    block: Literal["bars"] = "bars"
    rows: tuple[Mark, ...]
    table: Rows
    compact: bool = False


class Shares(Chart):
    """Shares as dots between 0 and 100 %; what the printed precision leaves open is drawn, too."""

    block: Literal["shares"] = "shares"
    rows: tuple[Mark, ...]
    table: Rows


class Point(Frozen):
    """A count on a day; `joined` to the point before it unless the series breaks there."""

    day: Day
    number: Number
    joined: bool = True


class Line(Frozen):
    """A named series of points."""

    label: Text
    points: tuple[Point, ...]


class Series(Chart):
    """Counts over time, at most four lines; zero is shown."""

    block: Literal["series"] = "series"
    lines: Annotated[tuple[Line, ...], Field(max_length=4)]
    table: Rows


class Topic(Frozen):
    """What a reader looks for in each reform: the counts that would show it, the rates that state
    it.

    `topic` is the indicator whose label heads the row.
    """

    topic: Named
    counts: tuple[str, ...]
    rates: tuple[str, ...] = ()


class Coverage(Chart):
    """What is reported for which topic and reform of an area: the tables say, not the block."""

    block: Literal["coverage"] = "coverage"
    area: str
    topics: tuple[Topic, ...]
    reforms: tuple[Named, ...]


class Claims(Titled):
    """Stated calculations, one a row: what was computed, printed, recomputed, and the verdict."""

    block: Literal["claims"] = "claims"
    claims: tuple[str, ...]


class Context(Block):
    """The dated decisions and steps of a reform, of some kinds or of all: the tables say which."""

    block: Literal["context"] = "context"
    reform: str
    kinds: tuple[str, ...] = ()

    def events(self, known: Figures) -> list[Event]:
        """The known events, in order of days."""
        found = known.events(self.reform)
        return [each for each in found if not self.kinds or each.kind in self.kinds]


class Absent(Block):
    """What stands where a chart or table has nothing to show: no source had printed it by then."""

    block: Literal["absent"] = "absent"


class Hidden(Block):
    """Nothing: a sentence that rests on a figure not printed by the day of the report."""

    block: Literal["hidden"] = "hidden"


class Sources(Block):
    """The end of a document: where its notes and sources stand, and which evidence it was made
    with."""

    block: Literal["sources"] = "sources"
    known_on: str
    evidence: Annotated[str, Field(pattern=r"^(core|all)$")]


AnyBlock: TypeAlias = Annotated[
    Sentence | Lead | Limit | Title | Finding | Headline | Parameters | Table | Bars | Shares
    | Series | Coverage | Claims | Context | Absent | Hidden | Sources,
    Field(discriminator="block"),
]  # fmt: skip
_ANY: TypeAdapter[Block] = TypeAdapter(AnyBlock)


def dump(block: Block) -> dict[str, Any]:
    """A block as JSON, for the executed notebook."""
    written: dict[str, Any] = json.loads(_ANY.dump_json(block))
    return written


def load(data: Any, known: Figures) -> Block:
    """The block that JSON describes, its references looked up in `known`.

    Raises `ProseError` for anything that is no block of this version.
    """
    try:
        return _ANY.validate_json(json.dumps(data), strict=True, context={"known": known})
    except (ValueError, KeyError, UserError) as error:
        raise ProseError(
            first_line(error) if isinstance(error, ValueError) else str(error)
        ) from None


def schema() -> dict[str, Any]:
    """The JSON Schema of a block, as `docs/document.schema.json` holds it."""
    written = json.dumps(_ANY.json_schema())
    made: dict[str, Any] = json.loads(written.replace(json.dumps(RECIPE_MARK), json.dumps(RECIPE)))
    made["$defs"]["recipe"] = RECIPE_SCHEMA
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **made}
