"""Speaker, the base of Page: it checks a block and hands it to the cell that says it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from analysis.numbers.figures import Figures
from analysis.numbers.schema import LANGUAGES
from analysis.saying import blocks, preview, texts
from analysis.saying.base import ANCHOR, Block
from analysis.saying.texts import Cell, Label, ProseError, Text, text, text_of

Words: TypeAlias = Text | Label
Heads: TypeAlias = Iterable[Text | tuple[str, str]]  # columns; a tuple is (vi, en)
Data: TypeAlias = Iterable[Sequence[Cell]]


@dataclass(frozen=True)
class CellOutput:
    """A block as a cell shows it: HTML for JupyterLab, and the block itself for the page."""

    block: Block
    language: str
    known: Figures

    def __repr__(self) -> str:
        return preview.plain(self.block, self.language) or f"<{self.block.block}>"

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:  # noqa: ARG002
        return {
            "text/html": preview.html(self.block, self.language, self.known),
            "text/plain": preview.plain(self.block, self.language),
            blocks.MIME: blocks.dump(self.block),
        }


class Speaker:
    """Shows blocks in the language of the preview, and refuses what no page may say.

    `known` are the figures that may be used; `language` (`vi` or `en`) is that of the preview
    alone: a document holds both.
    """

    def __init__(self, known: Figures, language: str = "vi") -> None:
        if language not in LANGUAGES:
            raise ProseError(f"language is “{language}”; write “vi” or “en”")
        self.known, self.language = known, language
        self._names = known.names_pattern()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} in {self.language} of {self.known!r}>"

    def label(self, table: str, code: str) -> Label:
        """The label of an area, indicator or name in both languages."""
        return self.known.label(table, code)

    def indicator(self, figure: str) -> Label:
        """The label of what a figure counts."""
        return self.label("indicators", self.known.indicator_of(figure))

    def _or_absent(self, block: blocks.Table | blocks.Chart) -> CellOutput:
        """A chart or table, or what stands in its place where it has nothing to show."""
        output = self._output(block)  # refused by what it says, even where it is not shown
        return output if block.table.data and block.known else self._absent(block.anchor)

    def _absent(self, anchor: str) -> CellOutput:
        return self._output(blocks.Absent(instead=anchor))

    def _output(self, block: Block) -> CellOutput:
        self._check(block)
        return CellOutput(block, self.language, self.known) if block.known else self._hidden()

    def _hidden(self) -> CellOutput:
        return CellOutput(blocks.Hidden(), self.language, self.known)

    def _check(self, block: Block) -> None:
        """Refuse numbers typed by hand, whether the block will be shown or not."""
        written = (words for words in texts.texts_in(block) if isinstance(words, Text))
        for part in (part for words in written for part in (*words.vi, *words.en)):
            if isinstance(part, str) and any(map(str.isnumeric, self._names.sub("", part))):
                raise ProseError(
                    f"“{part.strip()}” holds a number typed by hand. Put a Quantity or Period "
                    "in its place ({name}), or list the name it belongs to in data/names.csv."
                )


def head_fields(name: str, title: Words, subtitle: Words | None = None) -> dict[str, Any]:
    """The fields that every chart and table has."""
    head = {"name": anchor(name), "title": text_of(title)}
    return head if subtitle is None else {**head, "subtitle": text_of(subtitle)}


def checked_rows(rows: Iterable[Any], form: str, *kinds: Any) -> Iterator[Any]:
    """The rows of a chart, each of one kind or a tuple of several, which `form` tells in words.

    Raises `ProseError` for any other row, with its number and what stands in it.
    """
    for number, row in enumerate(rows, 1):
        cells = row if isinstance(row, tuple) and len(kinds) > 1 else (row,)
        if len(cells) != len(kinds) or not all(map(isinstance, cells, kinds)):
            given = ", ".join(type(cell).__name__ for cell in cells)
            raise ProseError(f"a row is {form}; row {number} is {given}")
        yield row


def anchor(name: str) -> str:
    """The name of a chart or table, which is its address in a page. Raises `ProseError`."""
    if re.fullmatch(ANCHOR, str(name)):
        return name
    raise ProseError(f"{name!r} is no name: small letters and digits, with hyphens: chart-units")


def head(given: Any) -> Text:
    """The head of a column, given as a Text or as (vi, en). Raises `ProseError`."""
    return text(*given) if isinstance(given, tuple) and len(given) == 2 else text_of(given)


def if_known(given: Any) -> Any:
    """A value, text or norm, or None where it is not known."""
    return given if given is not None and given.known else None
