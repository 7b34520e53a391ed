"""What a notebook says, as typed blocks in both languages: the format of a document.

A block is frozen; its numbers are Quantities, its days the `as_of` of figures, its labels rows of
the data's tables. Written into a notebook, each of the three is a reference (a recipe, a figure's
id, a table and a code), so whoever reads a block back gets what the tables say today, and nothing
that a cell computed. `docs/document.schema.json` describes the JSON; `version` changes when it
does.
"""

from __future__ import annotations

import json
from typing import Annotated, Any, ClassVar, Literal, TypeAlias

from pydantic import Field, TypeAdapter, model_validator

from analysis.errors import UserError
from analysis.numbers.claims import Recomputed, recompute
from analysis.numbers.events import Event
from analysis.numbers.figures import Figures
from analysis.numbers.quantity import Quantity
from analysis.saying.base import Anchor
from analysis.saying.base import Block as Block
from analysis.saying.base import Rows as Rows
from analysis.saying.base import Titled as Titled

# A block is a block, whether it is a chart or not: whoever reads a document imports this module.
from analysis.saying.chart_blocks import Bars as Bars
from analysis.saying.chart_blocks import Chart as Chart
from analysis.saying.chart_blocks import Completions as Completions
from analysis.saying.chart_blocks import Map as Map
from analysis.saying.chart_blocks import Parts as Parts
from analysis.saying.chart_blocks import Strip as Strip
from analysis.saying.texts import (
    RECIPE,
    RECIPE_MARK,
    RECIPE_SCHEMA,
    Formed,
    Frozen,
    Number,
    ProseError,
    Text,
    first_line,
)
from analysis.saying.time_blocks import Panels as Panels
from analysis.saying.time_blocks import Periods as Periods

MIME = "application/vnd.briefing+json"


# ------------------------------------------------------------------------------------------ blocks


class Sentence(Block):
    """A paragraph; `aside` stands beside it in the margin: a caveat, or what a term means."""

    block: Literal["sentence"] = "sentence"
    text: Text
    aside: Text | None = None

    required: ClassVar[tuple[str, ...]] = ("text", "aside")


class Lead(Sentence):
    """The answer of the report in one sentence.

    A document shows the first that is known.
    """

    block: Literal["lead"] = "lead"  # type: ignore[assignment]


class Limit(Sentence):
    """Something the sources cannot say or must not be read to say."""

    block: Literal["limit"] = "limit"  # type: ignore[assignment]


class Title(Block):
    """The title of a report: what it finds, or which place it is about."""

    block: Literal["title"] = "title"
    text: Text

    required: ClassVar[tuple[str, ...]] = ("text",)


class KeyFinding(Sentence):
    """A key finding: opening words, a sentence, and the id of the chart or table that shows it."""

    block: Literal["finding"] = "finding"  # type: ignore[assignment]
    head: Text | None = None
    see: Anchor | Literal[""] = ""

    required: ClassVar[tuple[str, ...]] = ("head", "text", "aside")


class Headline(Block):
    """A headline number, its label, and the number that it compares with.

    `before` is what it was, `of` what it is a part of; either is drawn beside it as a thin bar.
    `hollow` is what is planned.
    """

    block: Literal["headline"] = "headline"
    number: Formed
    before: Number | None = None
    of: Number | None = None
    hollow: bool = False
    label: Text
    note: Text | None = None

    required: ClassVar[tuple[str, ...]] = ("number", "before", "of", "label", "note")

    @property
    def base(self) -> Quantity | None:
        """The number that it compares with: `before` or `of`."""
        return self.before or self.of

    @property
    def look(self) -> str:
        """How the bars are drawn: a part in its whole, or two, the later one planned or not."""
        return "part" if self.of else "plan" if self.hollow else ""

    @property
    def lengths(self) -> list[str]:
        """The lengths of two thin bars, the base and the number, as shares of the longer one."""
        base, number = self.base, self.number.value
        if base is None or not isinstance(number, Quantity):
            return []
        longest, shortest = max(base.value, number.value), min(base.value, number.value)
        if not longest or shortest < 0:
            return []
        return [f"{length / longest:.3f}" for length in (base.value, number.value)]

    @model_validator(mode="after")
    def _compares_like_with_like(self) -> Headline:
        number, bases = self.number.value, [base for base in (self.before, self.of) if base]
        if len(bases) > 1:
            raise ProseError("a headline compares with a number before, or with a whole, not both")
        if any(not isinstance(number, Quantity) or number.unit != base.unit for base in bases):
            raise ProseError("a headline and what it compares with count in one unit")
        if self.of and number and number.value > self.of.value:  # type: ignore[union-attr]
            raise ProseError(f"a headline is no part of what is less: {number!s} of {self.of!s}")
        return self


class Parameter(Frozen):
    """A parameter of one notebook, by its name, with its value in words."""

    name: str
    value: Text


class Parameters(Block):
    """The parameters of this run, in words."""

    block: Literal["parameters"] = "parameters"
    own: tuple[Parameter, ...] = ()

    required: ClassVar[tuple[str, ...]] = ("own",)


class Table(Titled):
    """A comparison as a table."""

    block: Literal["table"] = "table"
    table: Rows
    note: Text | None = None


class Claims(Titled):
    """Stated calculations, by the ids of claims; a page writes numbers and verdicts."""

    block: Literal["claims"] = "claims"
    claims: tuple[str, ...]

    def recomputed(self, known: Figures) -> list[Recomputed]:
        """The claims with their verdicts, each computed again from the tables."""
        return [claim for code in self.claims for claim in recompute(known, code)]


class Context(Block):
    """The dated decisions and steps of a reform, of some kinds or all, from events.csv."""

    block: Literal["context"] = "context"
    reform: str
    kinds: tuple[str, ...] = ()

    def events(self, known: Figures) -> list[Event]:
        """The known events, in order of days."""
        events = known.events(self.reform)
        return [event for event in events if not self.kinds or event.kind in self.kinds]


class Absent(Block):
    """Stands in for a chart or table with nothing to show: no source had printed it yet.

    `instead` is its id, to which a finding may lead.
    """

    block: Literal["absent"] = "absent"
    instead: Anchor | Literal[""] = ""


class Hidden(Block):
    """Stands in for a sentence with an unknown figure; a page shows nothing."""

    block: Literal["hidden"] = "hidden"


class Sources(Block):
    """The end of a document: the place of notes and sources; the day and evidence of its run."""

    block: Literal["sources"] = "sources"
    known_on: str
    evidence: Annotated[str, Field(pattern=r"^(core|all)$")]


AnyBlock: TypeAlias = Annotated[
    Sentence | Lead | Limit | Title | KeyFinding | Headline | Parameters | Table | Claims |
    Context | Absent | Hidden | Sources | Bars | Strip |
    Completions | Parts | Panels | Periods |
    Map,
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
    described: dict[str, Any] = json.loads(
        written.replace(json.dumps(RECIPE_MARK), json.dumps(RECIPE))
    )
    described["$defs"]["recipe"] = RECIPE_SCHEMA
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **described}
