"""Words in both languages whose numbers, days and labels stay what they are.

A `Text` is what an f-string becomes: words, and between them Quantities, Periods and Labels.
Written as JSON, each of the three is a reference (a recipe, a figure's id, a table and a code), so
whoever reads a text back gets what the tables say today, and nothing that a cell computed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, TypeAlias

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler, model_validator
from pydantic_core import core_schema

from analysis.errors import UserError
from analysis.numbers.figures import Figures
from analysis.numbers.inline import Inline, readable, split
from analysis.numbers.periods import Period
from analysis.numbers.quantity import Quantity, rebuild
from analysis.saying.words import word

LANGUAGES = ("vi", "en")


class ProseError(UserError):
    """Something said that no page may show: two languages that differ, a condition that fails."""


@dataclass(frozen=True)
class Label(Inline):
    """The label that a table gives a code, in both languages."""

    table: str
    code: str
    vi: str = field(compare=False)
    en: str = field(compare=False)

    def words(self, language: str, form: str = "") -> str:  # noqa: ARG002  (a label has one form)
        """The label in a language."""
        return self.vi if language == "vi" else self.en

    @staticmethod
    def of(known: Figures, table: str, code: str) -> Label:
        """The label of a row of `indicators`, `areas` or `names`."""
        row = known.entry(table, code)
        return Label(table, code, str(row["label_vi"]), str(row["label_en"]))


# ------------------------------------------------------------------- references, as JSON and back


def _object(fields: Mapping[str, Any], required: list[str]) -> dict[str, Any]:
    """The schema of a JSON object with these fields and no others."""
    of = {"properties": dict(fields), "required": required}
    return {"type": "object", **of, "additionalProperties": False}


# Stands for a recipe until `blocks.schema` puts in what one is.
RECIPE_MARK = {"title": "recipe"}
RECIPE = {"$ref": "#/$defs/recipe"}
_PARTS = {
    "kind": {"type": "string"},
    "of": {"type": "array", "items": RECIPE},
    "places": {"type": "integer"},
    "how": {"type": "string"},
}
RECIPE_SCHEMA = {"anyOf": [{"type": "string"}, _object(_PARTS, ["kind", "of", "places"])]}


@dataclass(frozen=True, eq=False)
class _Reference:
    """How a value of a class is written into JSON, `{name: …}`, and looked up again in Figures."""

    name: str
    look_up: Callable[[Figures, Any], Inline]
    write: Callable[[Any], Any]
    schema: Mapping[str, Any]

    def __get_pydantic_core_schema__(
        self, source: type[Inline], _: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        def read(given: Any, info: core_schema.ValidationInfo) -> Inline:
            if isinstance(given, source):
                return given
            if not isinstance(given, Mapping) or set(given) != {self.name}:
                raise ValueError(f"{given!r} is no reference; write {{{self.name!r}: …}}")
            known = (info.context or {}).get("known")
            if not isinstance(known, Figures):
                raise ValueError("a block is read with the figures it refers to")
            return self.look_up(known, given[self.name])

        written = core_schema.plain_serializer_function_ser_schema(
            lambda value: {self.name: self.write(value)}
        )
        return core_schema.with_info_plain_validator_function(read, serialization=written)

    def __get_pydantic_json_schema__(self, *_: Any) -> dict[str, Any]:
        return _object({self.name: dict(self.schema)}, [self.name])


def _number(known: Figures, recipe: Any) -> Quantity:
    return rebuild(recipe, known.__getitem__)


def _day(known: Figures, figure: Any) -> Period:
    if not isinstance(figure, str):
        raise ValueError(f"{figure!r} is no id of a figure")
    return known.as_of(figure)


def _label(known: Figures, given: Any) -> Label:
    match given:
        case ["indicators" | "areas" | "names" as table, str(code)]:
            return Label.of(known, table, code)
    raise ValueError(f"{given!r} is no label of indicators, areas or names")


Number: TypeAlias = Annotated[
    Quantity, _Reference("number", _number, lambda quantity: quantity.recipe, RECIPE_MARK)
]
Day: TypeAlias = Annotated[
    Period, _Reference("day", _day, lambda period: period.figure, {"type": "string"})
]
Named: TypeAlias = Annotated[
    Label,
    _Reference(
        "label",
        _label,
        lambda label: [label.table, label.code],
        {"type": "array", "items": {"type": "string"}},
    ),
]


class Frozen(BaseModel):
    """What blocks are made of: nothing is changed in place, no field is guessed or added."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, arbitrary_types_allowed=True
    )


class Shown(Frozen):
    """A value between words, with the form it takes: `fall`, `sign`, `short` …"""

    value: Number | Day | Named
    form: str = ""

    @model_validator(mode="after")
    def _has_the_form(self) -> Shown:
        if self.form not in self.value.forms:
            raise ValueError(f"“{self.form}” is no form of a {type(self.value).__name__}")
        return self

    @property
    def known(self) -> bool:
        """Whether it may be shown: a label always, a number or day where it is known."""
        return not isinstance(self.value, Quantity | Period) or self.value.known

    def words(self, language: str) -> str:
        """The value as the language writes it."""
        return self.value.words(language, self.form)


Part: TypeAlias = str | Shown


class Text(Frozen, Inline):
    """Words in both languages, with the same values in the same order in each."""

    vi: tuple[Part, ...]
    en: tuple[Part, ...]

    @model_validator(mode="after")
    def _says_the_same(self) -> Text:
        told = f"vi: {self.plain('vi')} — en: {self.plain('en')}"
        if bool(self.plain("vi").strip()) != bool(self.plain("en").strip()):
            raise ValueError(f"something is said in one language alone. {told}")
        if self.shown != [part for part in self.en if isinstance(part, Shown)]:
            raise ValueError(
                "the two languages must show the same values in the same order, so that none can "
                f"stand in another's place. {told}"
            )
        return self

    @classmethod
    def of_word(cls, key: str) -> Text:
        """A word of words.toml."""
        return cls(vi=(word(key, "vi"),), en=(word(key, "en"),))

    def parts(self, language: str) -> tuple[Part, ...]:
        """The words and values of one language."""
        return self.vi if language == "vi" else self.en

    @property
    def shown(self) -> list[Shown]:
        """The values it shows, in order."""
        return [part for part in self.vi if isinstance(part, Shown)]

    @property
    def known(self) -> bool:
        """Whether all its values are known, so that it may be said."""
        return all(each.known for each in self.shown)

    def plain(self, language: str) -> str:
        """The text without markup."""
        return "".join(
            part if isinstance(part, str) else part.words(language) for part in self.parts(language)
        )

    def words(self, language: str, form: str = "") -> str:  # noqa: ARG002  (one form)
        """The text without markup, as an f-string shows it."""
        return self.plain(language)


def text(vi: str, en: str, *, holds: bool = True) -> Text:
    """A Text of two f-strings whose numbers stay Quantities, days Periods and labels Labels.

    `holds` is the condition under which its words are true (that one share is the larger): a
    sentence that the data no longer bear out stops the report. Raises `ProseError`.
    """
    if not holds:
        raise ProseError(
            f"the figures no longer bear out this sentence; reword it.\nvi: {readable(vi)}\n"
            f"en: {readable(en)}"
        )
    try:
        return Text(vi=tuple(_parts(vi, "vi")), en=tuple(_parts(en, "en")))
    except ValueError as error:
        raise ProseError(first_line(error)) from None


def _parts(written: str, language: str) -> Iterator[Part]:
    joined = re.sub(r"[ \t\n]+", " ", written)
    for part in split(joined):
        if isinstance(part, str):
            yield part
            continue
        value, form = part
        if isinstance(value, Text):
            yield from value.parts(language)
        else:
            yield Shown(value=value, form=form)  # type: ignore[arg-type]


def first_line(error: ValueError) -> str:
    """What a ValueError says first, without pydantic's words around it."""
    errors = getattr(error, "errors", None)
    message = errors()[0]["msg"] if callable(errors) else str(error)
    return str(message).removeprefix("Value error, ")


Cell: TypeAlias = Number | Day | Named | Text | None


def text_of(given: Text | Shown | Label | Quantity | Period) -> Text:
    """A value alone, as a Text."""
    if isinstance(given, Text):
        return given
    shown = (given if isinstance(given, Shown) else Shown(value=given),)
    return Text(vi=shown, en=shown)


def said(given: Any) -> Iterator[Text | Shown]:
    """Every text of a block, and every value that stands outside a text, in order."""
    if isinstance(given, Text | Shown):
        yield given
    elif isinstance(given, Quantity | Period | Label):
        yield Shown(value=given)
    elif isinstance(given, BaseModel):
        for name in type(given).model_fields:
            yield from said(getattr(given, name))
    elif isinstance(given, tuple):
        for each in given:
            yield from said(each)


def values(given: Any) -> Iterator[Text | Quantity | Period | Label]:
    """Every text and every value of a block, in order; a text before its values."""
    for each in said(given):
        if isinstance(each, Text):
            yield each
        yield from (shown.value for shown in (each.shown if isinstance(each, Text) else [each]))
