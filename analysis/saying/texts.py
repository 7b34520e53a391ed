"""A Text: words in both languages, with Quantities, Periods and Labels between them.

`text(vi=f"…", en=f"…")` makes one of two f-strings. In JSON a value is a reference (the recipe of a
Quantity, the figure of a Period, table and code of a Label): reading it back looks the value up in
the tables again, so nothing that a cell computed gets into a page.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Annotated, Any, TypeAlias, TypeGuard

from pydantic import (
    BaseModel,
    ConfigDict,
    PlainSerializer,
    PlainValidator,
    ValidationInfo,
    WithJsonSchema,
    model_validator,
)

from analysis.errors import UserError
from analysis.numbers.figures import Figures
from analysis.numbers.inline import Inline, readable, split
from analysis.numbers.inline import Label as Label
from analysis.numbers.periods import Period
from analysis.numbers.quantity import Quantity
from analysis.numbers.recipes import rebuild
from analysis.numbers.schema import LANGUAGES
from analysis.saying.words import word


class ProseError(UserError):
    """Something that no page may say: the two languages differ, or a condition does not hold."""


# ------------------------------------------------------------------- references, as JSON and back


def _object(fields: Mapping[str, Any], *optional: str) -> dict[str, Any]:
    """The schema of a JSON object with these fields and no others."""
    required = [name for name in fields if name not in optional]
    of = {"properties": dict(fields), "required": required}
    return {"type": "object", **of, "additionalProperties": False}


_STRING = {"type": "string"}
_ROW = {"type": "array", "items": _STRING}  # a table and the id of a row
# Stands for a recipe until `blocks.schema` puts in what one is.
RECIPE_MARK = {"title": "recipe"}
RECIPE = {"$ref": "#/$defs/recipe"}
_OF = {"of": {"type": "array", "items": RECIPE}, "places": {"type": "integer"}}
RECIPE_SCHEMA = {"anyOf": [_STRING, _object({"kind": _STRING, **_OF, "how": _STRING}, "how")]}


def _read(kind: type[Inline], name: str, look_up: Callable[[Figures, Any], Inline]) -> Any:
    """A validator for pydantic: it takes a value of a kind, or looks `{name: …}` up in Figures."""

    def read(given: Any, info: ValidationInfo) -> Inline:
        """The value that is given, or the one that the reference names."""
        known = (info.context or {}).get("known")
        match given:
            case kind():
                return given
            case {**fields} if set(fields) == {name}:
                if isinstance(known, Figures):
                    return look_up(known, fields[name])
                raise ValueError("a block is read with the figures it refers to")
        raise ValueError(f"{given!r} is no reference; write {{{name!r}: …}}")

    return PlainValidator(read)


def _number(known: Figures, recipe: Any) -> Quantity:
    return rebuild(recipe, known.__getitem__, known.listed)


def _day(known: Figures, given: Any) -> Period:
    match given:
        case str(figure):
            return known.as_of(figure)
        case ["events", str(code)]:
            return known.event(code).day
    raise ValueError(f"{given!r} is no id of a figure, and no event")


def _label(known: Figures, given: Any) -> Label:
    match given:
        case [
            "indicators" | "areas" | "names" | "events" | "places" | "sources" as table,
            str(code),
        ]:
            return known.label(table, code)
    listed = "indicators, areas, names, events, places or sources"
    raise ValueError(f"{given!r} is no label of {listed}")


Number: TypeAlias = Annotated[
    Quantity,
    _read(Quantity, "number", _number),
    PlainSerializer(lambda quantity: {"number": quantity.recipe}),
    WithJsonSchema(_object({"number": RECIPE_MARK})),
]
Day: TypeAlias = Annotated[
    Period,
    _read(Period, "day", _day),
    PlainSerializer(
        lambda period: {"day": ["events", period.event] if period.event else period.figure}
    ),
    WithJsonSchema(_object({"day": {"anyOf": [_STRING, _ROW]}})),
]
Named: TypeAlias = Annotated[
    Label,
    _read(Label, "label", _label),
    PlainSerializer(lambda label: {"label": [label.table, label.code]}),
    WithJsonSchema(_object({"label": _ROW})),
]


class Frozen(BaseModel):
    """The base of all blocks and their pieces: frozen, strict in types, without further fields."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, arbitrary_types_allowed=True
    )

    def __dir__(self) -> list[str]:
        """Its own names, which an editor completes; not the forty that pydantic adds."""
        return sorted({*super().__dir__()} - {*dir(BaseModel)})


class Formed(Frozen):
    """A value between words, with the form in which it is written: `fall`, `sign`, `short` …"""

    value: Number | Day | Named
    form: str = ""

    @model_validator(mode="after")
    def _has_the_form(self) -> Formed:
        if self.form not in self.value.forms:
            raise ValueError(f"“{self.form}” is no form of a {type(self.value).__name__}")
        if self.form:
            self.words("en")  # raises where the number is none of that form
        return self

    def words(self, language: str) -> str:
        """The value as the language writes it, in its form."""
        return self.value.words(language, self.form)


Piece: TypeAlias = str | Formed


class Text(Frozen, Inline):
    """Words in both languages, with the same values in the same order in each.

    `text(vi=f"…", en=f"…")` makes one; it may stand in an f-string itself.
    """

    vi: tuple[Piece, ...]
    en: tuple[Piece, ...]

    @model_validator(mode="after")
    def _says_the_same(self) -> Text:
        """Refuse a text of which one language is empty or shows other values, or that has lines."""
        vi, en = (self.words(language) for language in LANGUAGES)
        both = f"vi: {vi} — en: {en}"
        if any(re.search(r"[^\S \u00a0]", words) for words in (vi, en)):
            raise ValueError(f"words are broken into lines; write them on one. {both}")
        if bool(vi.strip()) != bool(en.strip()):
            raise ValueError(f"something is said in one language alone. {both}")
        if self.values != [part for part in self.en if isinstance(part, Formed)]:
            raise ValueError(
                "the two languages must show the same values in the same order, so that none can "
                f"stand in another's place. {both}"
            )
        return self

    def __repr__(self) -> str:
        return f"<vi: {self.words('vi')} | en: {self.words('en')}>"

    @classmethod
    def of_word(cls, key: str) -> Text:
        """A word of the interface, by its key in words.toml. Raises `KeyError` for any other."""
        return cls(vi=(word(key, "vi"),), en=(word(key, "en"),))

    def parts(self, language: str) -> tuple[Piece, ...]:
        """The words and values of one language; a range bears one percent sign: “60–70%”."""
        listed = list(self._said(language))
        for at in range(len(listed) - 2):
            low, dash, high = listed[at : at + 3]
            if dash == "–" and _in_percent(low) and _in_percent(high):
                # No form of an f-string, because a number alone bears its sign.
                listed[at] = Formed.model_construct(value=low.value, form="from")
        return tuple(listed)

    def _said(self, language: str) -> tuple[Piece, ...]:
        return self.vi if language == "vi" else self.en

    @property
    def values(self) -> list[Formed]:
        """The values between the words, in order."""
        return [part for part in self.vi if isinstance(part, Formed)]

    @property
    def known(self) -> bool:
        """True where all its values are known, so that a page may say it."""
        return all(form.value.known for form in self.values)

    def words(self, language: str, form: str = "") -> str:  # noqa: ARG002  (one form)
        """The text as a reader sees it, numbers included; “–” for what is not known."""
        parts = self.parts(language)
        return "".join(part if isinstance(part, str) else part.words(language) for part in parts)

    def otherwise(self, other: Text) -> Text:
        """This text where every figure in it is known, else the other."""
        return self if self.known else other


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


def _in_percent(part: Piece) -> TypeGuard[Formed]:
    return isinstance(part, Formed) and getattr(part.value, "unit", "") == "percent"


def _parts(written: str, language: str) -> Iterator[Piece]:
    for part in split(re.sub(r"[ \t\n]+", " ", written)):
        match part:
            case str():
                yield part
            case Text() as text, _:
                yield from text._said(language)
            case value, form:
                yield Formed(value=value, form=form)  # type: ignore[arg-type]


def first_line(error: ValueError) -> str:
    """The first message of a ValueError, without what pydantic writes around it."""
    errors = getattr(error, "errors", None)
    message = errors()[0]["msg"] if callable(errors) else str(error)
    return str(message).removeprefix("Value error, ")


Cell: TypeAlias = Number | Day | Named | Text | None


def text_of(given: Any) -> Text:
    """A Text, or a number, day or label alone as one. Raises `ProseError` for anything else."""
    if isinstance(given, Text):
        return given
    if isinstance(given, str):
        raise ProseError(f"“{readable(given)}” is said in one language; write text(vi=…, en=…)")
    if not isinstance(given, Formed | Label | Quantity | Period):
        kind, means = type(given).__name__, 'known["id"], a day, a label or text(vi=…, en=…)'
        raise ProseError(f"{given!r} ({kind}) cannot be said; give a number of the tables, {means}")
    value = (given if isinstance(given, Formed) else Formed(value=given),)
    return Text(vi=value, en=value)


def same(words: str) -> Text:
    """Values with signs between them, the same in both languages."""
    return text(words, words)


def texts_in(given: Any) -> Iterator[Text | Formed]:
    """Every text of a block, and every value that stands outside a text, in order."""
    match given:
        case Text() | Formed():
            yield given
        case Quantity() | Period() | Label():
            yield Formed(value=given)
        case BaseModel():
            for name in type(given).model_fields:
                yield from texts_in(getattr(given, name))
        case tuple():
            for item in given:
                yield from texts_in(item)


def values_in(given: Any) -> Iterator[Text | Quantity | Period | Label]:
    """Every text and every value of a block, in order; a text before its values."""
    for value in texts_in(given):
        if isinstance(value, Text):
            yield value
        yield from (one.value for one in (value.values if isinstance(value, Text) else [value]))
