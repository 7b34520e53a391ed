"""The record of a page: what it shows, as JSON beside it.

Front pages, pages of sources and the history of editions are made from records. What follows from
the recipe of a number (its kind, formula and figures) or is as usual (its bounds, where it is
exact) is not written; `whole` puts it back.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import chain
from typing import TYPE_CHECKING, Any, TypeAlias

from analysis.numbers import numerals, periods, recipes
from analysis.numbers.periods import Period
from analysis.numbers.quantity import Quantity, Recipe
from analysis.pages.document import Document
from analysis.pages.writer import Writer
from analysis.saying import blocks
from analysis.saying.texts import Label, Text, text_of

if TYPE_CHECKING:
    from analysis.pages.html import Body

Record: TypeAlias = Mapping[str, Any]


def of(document: Document, body: Body) -> dict[str, Any]:
    """The record of a page: title, answer, headlines, findings, every number, day and source.

    `body` is the body of the page. A number stands in `quantities` once: `shown` are the words in
    which the page shows it, `values` what these say where it is not the exact value.
    """
    w, language = body.writer, body.writer.language
    numbers, at = _numbers(w)
    titles = [part for title in document.of(blocks.Title) for part in _parts(title.text, w, at)]
    return {
        "language": language,
        "title": document.title(language),
        "title_parts": titles or [document.title(language)],
        "summary_text": document.lead(language),
        "summary": [part for b in document.of(blocks.Lead) for part in _parts(b.text, w, at)],
        "known_on": w.known.known_on,
        "evidence": w.known.evidence,
        "headlines": [_headline(headline, w, at) for headline in document.of(blocks.Headline)],
        "findings": [finding.text.words(language) for finding in document.of(blocks.KeyFinding)],
        "quantities": numbers,
        "days": sorted(w.notes.days.items()),
        "articles": articles(w),
    }


def articles(w: Writer) -> list[dict[str, str]]:
    """The sources that a page names."""
    columns = ("publisher", "headline", "url", "published", "language")
    rows = [(source, w.known.entry("sources", source)) for source in sorted(w.notes.used)]
    return [{"source": id, **{column: str(row[column]) for column in columns}} for id, row in rows]


def text(about: Mapping[str, Any]) -> str:
    """A record, with what its build adds to it, as JSON on one line: indented it is a third
    larger."""
    return json.dumps(about, ensure_ascii=False, separators=(",", ":"), sort_keys=True) + "\n"


# ------------------------------------------------------------------------------------------ numbers

_Positions: TypeAlias = Mapping[Quantity, int]  # of numbers in `quantities`


def _numbers(w: Writer) -> tuple[list[dict[str, Any]], _Positions]:
    """Every number that a page shows, each once, with all the words in which it is shown."""
    numbers = []
    for quantity, words in w.notes.shown.items():
        number = {**_number(w, quantity), "shown": [*words]}
        values = {"values": [*words.values()]} if {*words.values()} != {number["exact"]} else {}
        numbers.append({**number, **values})
    return numbers, {quantity: at for at, quantity in enumerate(w.notes.shown)}


def _number(w: Writer, quantity: Quantity) -> dict[str, Any]:
    """A number without its words: recipe, unit, exact value; bounds, hedge, note and verdict where
    it has any."""
    exact, low, high = map(_plain, (quantity.value, quantity.low, quantity.high))
    note, verdict = w.notes.number(quantity), w.notes.verdicts[quantity.figure]
    return {
        **{"recipe": quantity.recipe, "unit": quantity.unit, "exact": exact},
        **({} if low == high == exact else {"low": low, "high": high}),
        **({"qualifier": numerals.MEANS[quantity.hedge]} if quantity.hedge else {}),
        **({} if note is None else {"note": note}),
        **({"verdict": verdict} if verdict else {}),
    }


def _plain(number: Decimal | None) -> str | None:
    return None if number is None else numerals.plain(numerals.round_half_up(number, 12))


# ------------------------------------------------------------------------------------------- texts


def _headline(block: blocks.Headline, w: Writer, at: _Positions) -> dict[str, Any]:
    note = Text(vi=(), en=()) if block.note is None else block.note
    texts = {"label": block.label, "value": text_of(block.number), "note": note}
    in_parts = {name: _parts(text, w, at) for name, text in texts.items()}
    in_parts["base"] = _parts(text_of(block.base), w, at) if block.base else []
    base = "before" if block.before else "of" if block.of else ""
    return {"base": base, "look": block.look, "lengths": block.lengths, "parts": in_parts}


def _parts(text: Text, w: Writer, at: _Positions) -> list[Any]:
    """A text in pieces, for the pages of the site that are made from records.

    Words are strings, days `{"shown", "day"}`, numbers `{"shown", "number"}`: their place in
    `quantities`.
    """
    written: list[Any] = []
    for part in text.parts(w.language):
        value = part if isinstance(part, str) else part.value
        if isinstance(part, str) or isinstance(value, Label):
            written.append(part if isinstance(part, str) else part.words(w.language))
        elif isinstance(value, Quantity):
            written.append({"shown": part.words(w.language), "number": at[value]})
        elif isinstance(value, Period):
            pairs = periods.pairs(value, w.language, part.form)
            written += [{"shown": words, "day": iso} if iso else words for words, iso in pairs]
    return written


# ------------------------------------------------------------------------------------------ reading


def whole(record: Record) -> dict[str, Any]:
    """A record with everything in it, one number in `quantities` for each form in which it is
    shown: value, shown, exact, low, high, unit, qualifier, kind, formula, recipe, figures, note,
    verdict.

    A number in a text is `{"shown", "value", "figures", "note"}`.
    """
    forms = [[*_forms(number)] for number in record["quantities"]]

    def bound(part: Any) -> Any:
        if isinstance(part, str) or "number" not in part:
            return part
        number = {form["shown"]: form for form in forms[part["number"]]}[part["shown"]]
        return {name: number[name] for name in ("shown", "value", "figures", "note")}

    def filled(parts: Sequence[Any]) -> list[Any]:
        return [bound(part) for part in parts]

    headlines = [
        {**headline, "parts": {name: filled(parts) for name, parts in headline["parts"].items()}}
        for headline in record["headlines"]
    ]
    texts = {name: filled(record[name]) for name in ("title_parts", "summary")}
    return {**record, **texts, "headlines": headlines, "quantities": [*chain(*forms)]}


def each_once(record: Record) -> list[dict[str, Any]]:
    """Every number of a record as it is written, whole, in the form that the page shows first."""
    return [next(_forms(number)) for number in record["quantities"]]


def _forms(number: Record) -> Iterator[dict[str, Any]]:
    """A number in each form in which it is shown."""
    exact = number["exact"]
    usual = {"low": exact, "high": exact, "qualifier": "exact", "note": None, "verdict": ""}
    alike = {**usual, **number, **_follows(number["recipe"])}
    values = alike.pop("values", None) or [exact] * len(number["shown"])
    for words, value in zip(number["shown"], values, strict=True):
        yield {**alike, "shown": words, "value": value}


def _follows(recipe: Recipe) -> dict[str, Any]:
    """What follows from a recipe; for a figure, the recipe of most numbers, nothing is computed."""
    if isinstance(recipe, str):
        return {"kind": "printed", "formula": "", "figures": [recipe]}
    outline = recipes.outline(recipe)
    figures = [*outline.figures]
    return {"kind": outline.kind, "formula": outline.formula, "figures": figures}
