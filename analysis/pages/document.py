"""A Document: an executed notebook read as Markdown cells and typed blocks, in order.

Only what a page may show gets in: Markdown in one or both languages, and blocks of our format. Any
other output of a cell raises `DocumentError`, which names the cell.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias, TypeVar

from analysis.errors import UserError
from analysis.numbers.figures import Figures
from analysis.numbers.schema import LANGUAGES
from analysis.saying import blocks
from analysis.saying.blocks import MIME, Block
from analysis.saying.texts import Label, ProseError, values_in

_SILENT = frozenset({"setup", "parameters", "injected-parameters"})  # tags of cells without output
_LAYOUTS = frozenset({"", "sheet", "columns"})
_KINDS = frozenset({MIME, "text/html", "text/plain"})  # the forms in which a block is put out


class DocumentError(UserError):
    """A notebook that is no document; `cell` counts the cells of its source from 1, 0 is none."""

    def __init__(self, cause: str, cell: int = 0) -> None:
        super().__init__(f"cell {cell}: {cause}" if cell else cause)
        self.cause, self.cell = cause, cell


@dataclass(frozen=True)
class Prose:
    """A Markdown cell: its source in each language, empty where it is not tagged with it.

    `generic` is a heading that is shown only where no title block is known.
    """

    cell: int
    vi: str
    en: str
    generic: bool = False

    def source(self, language: str) -> str:
        """Its Markdown in a language."""
        return self.vi if language == "vi" else self.en


@dataclass(frozen=True)
class Output:
    """A block that a code cell put out."""

    cell: int
    block: Block


Item: TypeAlias = Prose | Output
Kind = TypeVar("Kind", bound=Block)


@dataclass(frozen=True)
class Document:
    """Everything a report says, in both languages, with the Figures that its numbers come from.

    `layout` is "sheet" for one sheet of paper, "columns" for a page without contents at its side
    where what follows the ranked strip stands beside it, else empty. `sources` has the source of
    each cell, by its number.
    """

    items: tuple[Item, ...]
    known: Figures
    layout: str = ""
    sources: Mapping[int, str] = field(default_factory=dict)

    @property
    def blocks(self) -> list[Block]:
        """The blocks that are shown, in order."""
        listed = (item.block for item in self.items if isinstance(item, Output))
        return [block for block in listed if not isinstance(block, blocks.Hidden)]

    def of(self, kind: type[Kind]) -> list[Kind]:
        """The blocks of a kind, in order."""
        return [block for block in self.blocks if isinstance(block, kind)]

    @property
    def area(self) -> str:
        """The code of the area that it is about, by its parameters; empty for none."""
        own = (parameter.value for block in self.of(blocks.Parameters) for parameter in block.own)
        labels = (part.value for text in own for part in text.values)
        return next((x.code for x in labels if isinstance(x, Label) and x.table == "areas"), "")

    def refuse_other(self, given: Mapping[str, Any]) -> None:
        """Raises `DocumentError` where it names another row than a parameter that was `given`."""
        for parameter in (own for block in self.of(blocks.Parameters) for own in block.own):
            labels = [value for value in values_in(parameter.value) if isinstance(value, Label)]
            if any(label.code != given.get(parameter.name, label.code) for label in labels):
                codes = ", ".join(label.code for label in labels)
                raise DocumentError(f"{parameter.name} is {given[parameter.name]}, not {codes}")

    def title(self, language: str) -> str:
        """The title of the report: its title block, or its first heading in Markdown."""
        titles = [block.text.words(language) for block in self.of(blocks.Title)]
        prose = [item.source(language) for item in self.items if isinstance(item, Prose)]
        headings = re.findall(r"^# (.+)$", "\n".join(prose), re.MULTILINE)
        return next(iter([*titles, *headings]), "").strip()

    def lead(self, language: str) -> str:
        """The answer in one sentence, without markup; empty where no lead is known."""
        return next((lead.text.words(language) for lead in self.of(blocks.Lead)), "")


def read(executed: Any, known: Figures) -> Document:
    """The document that an executed notebook (as nbformat reads it) holds.

    `known` gives the figures that its references name. Raises `DocumentError` at the first thing
    that is not allowed in a document.
    """
    briefing = executed.metadata.get("briefing", {})
    layout = briefing.get("layout", "") if isinstance(briefing, Mapping) else None
    if not isinstance(layout, str) or layout not in _LAYOUTS:
        raise DocumentError(f"its metadata ask for the layout “{layout}”; not sheet or columns")
    cells = list(_numbered(executed))
    sources = {number: cell.source for number, cell in reversed(cells)}
    items = _titled([item for cell in cells for item in _items(*cell, known)])
    document = Document(tuple(items), known, layout, sources)
    ends = document.of(blocks.Sources)
    if not ends or ends != document.blocks[-1:]:
        raise DocumentError("the notebook must end with one page.sources()")
    if (ends[0].known_on, ends[0].evidence) != (known.known_on, known.evidence):
        raise DocumentError("known_on and evidence of the page are not those of the report")
    for language in (language for language in LANGUAGES if not document.title(language)):
        raise DocumentError(f"the report has no title in “{language}”: begin with # in Markdown")
    return document


def _titled(items: list[Item]) -> Iterator[Item]:
    """The items, without the generic headings where there is a title block."""
    titled = any(
        isinstance(item, Output) and isinstance(item.block, blocks.Title) for item in items
    )
    return (item for item in items if not (titled and isinstance(item, Prose) and item.generic))


def _numbered(executed: Any) -> Iterator[tuple[int, Any]]:
    """Each cell with its number in the source: the cell that papermill adds is not counted."""
    number = 0
    for cell in executed.cells:
        number += "injected-parameters" not in cell.metadata.get("tags", [])
        yield number, cell


def _items(number: int, cell: Any, known: Figures) -> Iterator[Item]:
    """What a cell says: its Markdown, or each of its outputs."""
    tags = set(cell.metadata.get("tags", []))
    if cell.cell_type == "markdown":
        spoken = tags & set(LANGUAGES) or set(LANGUAGES)
        vi, en = (cell.source if language in spoken else "" for language in LANGUAGES)
        yield Prose(number, vi, en, "generic" in tags)
    elif cell.cell_type == "code":
        if _hides_something(cell.source):
            raise DocumentError("says several things and shows the last: one call a cell", number)
        for output in cell.get("outputs", []):
            block = _block(output, number, known)
            if tags & _SILENT:
                raise DocumentError("a cell of setup or parameters shows something", number)
            yield Output(number, block)


def _hides_something(source: str) -> bool:
    """True where a line calls `page` and another follows: a cell shows its last line alone."""
    try:
        lines = ast.parse(source).body[:-1]
    except SyntaxError:  # a command of IPython, which is refused for what it shows
        return False
    calls = [line.value for line in lines if isinstance(line, ast.Expr)]
    return any(isinstance(c, ast.Call) and ast.unparse(c.func).startswith("page.") for c in calls)


def _block(output: Any, cell: int, known: Figures) -> Block:
    """The block of an output. Raises `DocumentError` for any other output."""
    if output.output_type == "error":
        raise DocumentError(f"ended in an error: {output.ename}: {output.evalue}", cell)
    if output.output_type == "stream":
        words = output.text.strip()[:80]
        raise DocumentError(f"printed “{words}”; say it with page, or not at all", cell)
    data = output.get("data", {})
    if not isinstance(data, Mapping) or MIME not in data or not set(data) <= _KINDS:
        raise DocumentError(
            f"shows {', '.join(sorted(data))}; end it with a call of page, or only assign", cell
        )
    try:
        return blocks.load(data[MIME], known)
    except ProseError as error:
        raise DocumentError(f"is no block of this version: {error}", cell) from None
