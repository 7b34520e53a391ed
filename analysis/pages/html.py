"""A document as HTML, in one language, put together by templates and a Writer, which escape.

`body` writes what a document says, `page` the whole file around it. The templates in `templates/`
escape everything that is not Markup; Markup comes from `writer.Writer`, from the drawing of charts
and from the Markdown of notebooks, in which raw HTML is off but for a mark of foreign words.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeGuard
from urllib.parse import quote

import mistune
from markupsafe import Markup, escape

from analysis.numbers.quantity import Quantity
from analysis.pages import claim_cards, data, looks
from analysis.pages.document import Document, Item, Prose
from analysis.pages.site import ALONE, Imprint, Site
from analysis.pages.typed import FOREIGN
from analysis.pages.workings import form_of
from analysis.pages.writer import Writer, environment, macros
from analysis.saying import blocks
from analysis.saying.blocks import Block
from analysis.saying.texts import Cell, Label, Text

# What stands escaped in an address; letters of any language stay as they are.
_NO_LETTER = re.compile(r"[^\w.,;:/()=+*'~!$@-]")
_OWN_IDS = ("main", "contents", "findings", "cannot", "cite", "reports", "notes", "sources")

# Drawings by chart, language and width, as `charts.draw` makes them.
Drawings = Mapping[str, Mapping[tuple[str, str], str]]


@dataclass
class Body:
    """What a document says in one language: the writer that has it all, its HTML, its sections.

    `neighbours` are the pages before and after that of a place: address and name by relation.
    """

    writer: Writer
    html: Markup
    sections: Sequence[tuple[str, str]] = ()
    neighbours: Mapping[str, tuple[str, str]] = field(default_factory=dict)


# ------------------------------------------------------------------------------------- the document


def body(
    document: Document,
    language: str,
    drawings: Drawings,
    site: Site = ALONE,
) -> Body:
    """Write the body of a page: all that the document says in a language, notes and sources."""
    w = Writer(document.known, language, site)
    anchors = {block.anchor for block in document.of(blocks.Titled)}
    ids = _Ids([*_OWN_IDS, *anchors])
    grouped = list(groups(document.items))
    limits = document.of(blocks.Limit)[:1]
    parts: list[Markup] = []
    for number, (first, group) in enumerate(grouped):
        if isinstance(first, Prose):
            parts.append(markdown(first.source(language), w, ids))
        elif not isinstance(first, blocks.Sentence):
            parts.append(_written(first, group, w, drawings))
        else:
            if isinstance(first, blocks.KeyFinding) and first is document.of(blocks.KeyFinding)[0]:
                parts.append(ids.heading("findings", w))
            after = grouped[number + 1][0] if number + 1 < len(grouped) else None
            at = "cannot" if first in limits else ""
            parts.append(_row(first, w, _leads_on(first, after, anchors), at))
        if is_title(first, language) and not document.of(blocks.Lead):
            parts.append(Markup(macros().absent(w, None)))
    sections = [(anchor, text) for level, text, anchor in ids.given if level == 2]
    html = Markup("\n").join(part for part in parts if part)
    return Body(w, html, [*sections, ("notes", w.plain("notes"))], _neighbours(document, w))


def _neighbours(document: Document, w: Writer) -> dict[str, tuple[str, str]]:
    """The pages of the places before and after the one that a document is about."""
    area = document.area
    labels = zip(("prev", "next"), w.known.alphabet_neighbours(area) if area else (), strict=False)
    named = {rel: (w.report(label.code), label) for rel, label in labels if label}
    return {
        rel: (f"{report}.html", label.words(w.language))
        for rel, (report, label) in named.items()
        if report
    }


def groups(items: Iterable[Item]) -> Iterator[tuple[Prose | Block, list[Prose | Block]]]:
    """The items in order, in groups: headlines that follow each other are one group.

    Charts and tables that no source had printed figures for are one group, too, and told once; a
    chapter that holds nothing else is left out with its heading.
    """
    spoken = [item if isinstance(item, Prose) else item.block for item in items]
    silent = blocks.Hidden | blocks.Parameters
    kept = _chapters([item for item in spoken if not isinstance(item, silent)])

    def kind(item: Prose | Block) -> object:
        return type(item) if isinstance(item, blocks.Headline | blocks.Absent) else id(item)

    for _, together in itertools.groupby(kept, key=kind):
        group = list(together)
        yield group[0], group


def _chapters(spoken: Sequence[Prose | Block]) -> Iterator[Prose | Block]:
    """What is said; a heading under which nothing is said is left out."""
    headings = {at: item for at, item in enumerate(spoken) if _heads(item)}
    begins = [
        at
        for at, heading in headings.items()
        # The same heading in the other language begins no chapter of its own.
        if heading.vi or at - 1 not in headings or headings[at - 1].en
    ]
    for start, end in itertools.pairwise([0, *begins, len(spoken)]):
        part = spoken[start:end]
        bare = [_heads(item) or isinstance(item, blocks.Absent | blocks.Sources) for item in part]
        if start not in headings and not any(isinstance(item, blocks.Lead) for item in part):
            # Below the title of a page without a lead it is said already that no source is known.
            yield from (item for item in part if not isinstance(item, blocks.Absent))
        elif start not in headings or not all(bare):
            yield from part
        else:
            yield from (item for item in part if isinstance(item, blocks.Sources))


def _heads(item: Prose | Block) -> TypeGuard[Prose]:
    """True for the heading of a chapter, in one language or in both."""
    return isinstance(item, Prose) and bool(re.fullmatch("## .+", (item.vi or item.en).strip()))


def is_title(item: Prose | Block, language: str) -> bool:
    """True for the item that is the title of the page."""
    if isinstance(item, Prose):
        return item.source(language).startswith("# ")
    return isinstance(item, blocks.Title)


def _leads_on(block: blocks.Sentence, after: Prose | Block | None, anchors: Collection[str]) -> str:
    """The anchor of the chart or table to which a finding leads; "" where it comes right after."""
    see = block.see if isinstance(block, blocks.KeyFinding) else ""
    return see if see in anchors and see != getattr(after, "anchor", None) else ""


def _row(block: blocks.Sentence, w: Writer, see: str, at: str) -> Markup:
    """A paragraph and its margin note: the aside, then the sources of its numbers."""
    head = block.head if isinstance(block, blocks.KeyFinding) else None
    paragraph = macros().paragraph(w, block, head)
    sources, number = w.margin_sources(head, block.text, block.aside)
    return Markup(macros().row(w, block, paragraph, sources, number, see, at))


def _written(first: Block, group: Sequence[Prose | Block], w: Writer, drawings: Drawings) -> Markup:
    """A block that is no paragraph, as HTML; of headlines, the whole group."""
    if isinstance(first, blocks.Headline):
        return Markup(macros().headlines(w, group))
    if isinstance(first, blocks.Table):
        grid = _grid(first.name, first.title, first.table, w, empty="not_printed", areas=True)
        return Markup(
            macros().table(w, first, grid, w.source_line(quantities(first.table, first.note)))
        )
    if isinstance(first, blocks.Claims):
        return claim_cards.written(first, w)
    if isinstance(first, blocks.Chart):
        return _chart(first, w, drawings[first.anchor])
    if isinstance(first, blocks.Context):
        return Markup(macros().context(w, first.events(w.known)))
    if isinstance(first, blocks.Sources):
        return Markup(macros().sources(w))
    return Markup(getattr(macros(), first.block)(w, first))


# -------------------------------------------------------------------------------- charts and tables


def _grid(
    name: str, title: Text, rows: blocks.Rows, w: Writer, empty: str, areas: bool = False
) -> Markup:
    caption, columns = w.text(title), [w.text(head) for head in rows.columns]
    cells = [
        [
            {"html": w.cell(cell, _needs_a_note(cell, row), empty, areas), "none": cell is None}
            for cell in row
        ]
        for row in rows.data
    ]
    numeric = [
        any(isinstance(row[place], Quantity) for row in rows.data) for place in range(len(columns))
    ]
    return Markup(macros().grid(name, caption, columns, cells, numeric))


def _needs_a_note(cell: Cell, row: Sequence[Cell]) -> bool:
    """False for a number that is computed from the other cells of its row: it needs no note."""
    quantities = [cell for cell in row if isinstance(cell, Quantity)]
    printed = {f for number in quantities if number.kind == "printed" for f in number.figures}
    if not isinstance(cell, Quantity) or cell.kind == "printed":
        return True
    return not printed.issuperset(cell.figures)


def quantities(rows: blocks.Rows, note: Text | None = None) -> list[Quantity]:
    """The numbers of a table, row by row, and those of the note below it."""
    cells = [cell for row in rows.data for cell in row]
    cells += [] if note is None else [value.value for value in note.values]
    return [cell for cell in cells if isinstance(cell, Quantity)]


def _chart(block: blocks.Chart, w: Writer, drawn: Mapping[tuple[str, str], str]) -> Markup:
    """The whole figure: titles, two drawings, table, CSV and sources."""
    rows = block.table
    title, subtitle = w.text(block.title), w.text(block.subtitle)
    grid = _grid(f"{block.name}-data", block.title, rows, w, empty="nothing")
    source = w.source_line(quantities(rows))
    csv = _NO_LETTER.sub(lambda no: quote(no[0]), data.table_csv(rows, w.language).decode())
    drawings = [Markup(drawn.get((w.language, size), "")) for size in ("wide", "narrow")]
    tiles = _tiles(block, w) if isinstance(block, blocks.Strip) and block.tiles else []
    return Markup(macros().chart(w, block, *drawings, title, subtitle, grid, csv, source, tiles))


def _tiles(block: blocks.Strip, w: Writer) -> list[dict[str, Any]]:
    """A square for each place of a chart that has one: where it stands, its report, its number and
    a shade from 1 to 5."""
    rows = [(value.value, row) for row in block.rows for value in list(row.label.values)[:1]]
    placed = [(label, row) for label, row in rows if isinstance(label, Label)]
    placed = [(label, row) for label, row in placed if label.code in w.tiles]
    return [
        {
            "at": w.tiles[label.code],
            "report": w.report(label.code),
            "name": w.words(label.words(w.language)),
            "number": w.number(row.number, form_of(row.number), link=False),
            "shade": looks.shade(row.number, w.classes),
            "here": row.main,
        }
        for label, row in placed
    ]


# -------------------------------------------------------------------------------------------- prose


class _Ids:
    """Gives each heading of a page an id of its own, and keeps them in order for the contents."""

    def __init__(self, taken: Iterable[str]) -> None:
        self._taken = set(taken)
        self.given: list[tuple[int, str, str]] = []

    def give(self, level: int, text: str) -> str:
        """The id of the next heading: its slug, numbered where another element has it."""
        wanted = unique = slug(text)
        number = 1
        while unique in self._taken:
            number += 1
            unique = f"{wanted}-{number}"
        self._taken.add(unique)
        self.given.append((level, text, unique))
        return unique

    def heading(self, key: str, w: Writer) -> Markup:
        """A heading that is a word of words.toml; the key of the word is its id."""
        self.given.append((2, w.plain(key), key))
        return Markup('<h2 id="{}">{}</h2>').format(key, w.word(key))


def slug(text: str) -> str:
    """An ASCII id for a heading.

    >>> slug("Đảng bộ và chi bộ")
    'dang-bo-va-chi-bo'
    """
    plain = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    ascii_only = plain.encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", ascii_only.lower()).strip("-") or "section"


def markdown(source: str, w: Writer, ids: _Ids) -> Markup:
    """Markdown as HTML: headings get ASCII ids, names are marked, raw HTML is escaped."""

    class Renderer(mistune.HTMLRenderer):
        """Lets no HTML through but the mark of a foreign word (`FOREIGN`)."""

        def text(self, text: str) -> str:
            return str(w.words(text))

        def inline_html(self, html: str) -> str:
            return html if html in FOREIGN else str(escape(html))

        def block_html(self, html: str) -> str:
            return str(escape(html))

        def heading(self, text: str, level: int, **_: Any) -> str:
            plain = Markup(text).striptags()
            return f'<h{level} id="{ids.give(level, plain)}">{text}</h{level}>\n'

    if not source:
        return Markup("")
    written = mistune.create_markdown(renderer=Renderer(escape=False), plugins=["table"])(source)
    return Markup(str(written))  # made by the renderer above alone


# ----------------------------------------------------------------------------------------- the page


@dataclass(frozen=True)
class Frame:
    """What a page shows around its document: its name, its site, its key and its version.

    `docx` says that its Word file lies beside it.
    """

    name: str
    imprint: Imprint = ALONE
    stamp: Mapping[str, str] = field(default_factory=dict)
    version: str = ""
    docx: bool = False


def page(document: Document, written: Body, frame: Frame) -> str:
    """The whole page of a report: its body in the frame of the site."""
    language = written.writer.language
    title, summary = document.title(language), document.lead(language)
    linked = data.linked_data(document, written, title, summary, frame.name, frame.imprint)
    text = environment().get_template("page.html.j2").render(
        w=written.writer,
        frame=frame,
        name=frame.name,
        title=title,
        summary=summary,
        body=written.html,
        sections=written.sections,
        neighbours=written.neighbours,
        layout=document.layout,
        styles=looks.needed(document, written.writer.notes.checked),
        until=document.known.until,
        json_ld=Markup(linked),
    )  # fmt: skip
    return looks.shared(text.strip() + "\n")


def warm_up() -> None:
    """Compile templates and patterns before reports are forked from this process."""
    for name in environment().list_templates(["j2"]):
        environment().get_template(name)
    macros()
    mistune.create_markdown(plugins=["table"])("# x\n\n| a |\n|---|\n| b |")
