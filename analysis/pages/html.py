"""A document as HTML, in one language: the only place where HTML is put together.

`body` writes what a document says, `page` the whole file around it. The templates in `templates/`
escape everything that is not Markup; Markup comes from `notes.Writer`, from the drawing of charts
and from the Markdown of notebooks, in which raw HTML is off but for a mark of foreign words.
"""

from __future__ import annotations

import base64
import itertools
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import mistune
from markupsafe import Markup, escape

from analysis.numbers import claims
from analysis.numbers.quantity import Quantity
from analysis.pages import data
from analysis.pages.document import Document, Item, Prose
from analysis.pages.notes import Writer, environment, macros
from analysis.pages.typed import FOREIGN
from analysis.saying import blocks, charts, texts
from analysis.saying.blocks import Block
from analysis.saying.texts import Text

_OWN_IDS = ("main", "contents", "cite", "edition", "changed", "reports", "notes", "sources")

# Drawings by chart, language and width, as `charts.draw` makes them.
Drawings = Mapping[str, Mapping[tuple[str, str], str]]


@dataclass
class Body:
    """What a document says in one language: the writer that has it all, and its HTML."""

    writer: Writer
    html: Markup


# ------------------------------------------------------------------------------------- the document


def body(document: Document, language: str, drawings: Drawings) -> Body:
    """Everything a document says in a language, with its notes and sources."""
    w = Writer(document.known, language)
    limits = document.of(blocks.Limit)
    anchors = {block.anchor for block in document.of(blocks.Titled)}
    ends = {*anchors, "cannot"} if limits else anchors
    ids = _Ids([*_OWN_IDS, *ends])
    groups = list(_groups(document.items))
    parts: list[Markup] = []
    for first, group in groups:
        if isinstance(first, Prose):
            parts.append(markdown(first.source(language), w, ids))
        elif isinstance(first, blocks.Finding):
            parts.append(Markup(macros().findings(w, group, ends)))
        elif isinstance(first, blocks.Limit):
            parts.append(Markup(macros().limit(w, first, first is limits[0])))
        else:
            parts.append(_written(first, group, w, drawings))
        if _titles(first, language) and not document.of(blocks.Lead):
            parts[-1] += Markup("\n") + Markup(macros().absent(w, None))
    place = _place_of_contents([first for first, _ in groups], language)
    if place is not None:
        parts.insert(place, _contents(w, ids))
    return Body(w, Markup("\n").join(part for part in parts if part))


def _groups(items: Iterable[Item]) -> Iterator[tuple[Prose | Block, list[Prose | Block]]]:
    """What is said in order, headlines and findings that follow each other as one group."""
    said = [item if isinstance(item, Prose) else item.block for item in items]
    shown = [each for each in said if not isinstance(each, blocks.Hidden)]

    def kind(each: Prose | Block) -> object:
        return type(each) if isinstance(each, blocks.Headline | blocks.Finding) else id(each)

    for _, together in itertools.groupby(shown, key=kind):
        group = list(together)
        yield group[0], group


def _titles(said: Prose | Block, language: str) -> bool:
    if isinstance(said, Prose):
        return said.source(language).startswith("# ")
    return isinstance(said, blocks.Title)


def _place_of_contents(firsts: Sequence[Prose | Block], language: str) -> int | None:
    """Where the contents stand: after the findings, else before the first section."""
    for place, first in enumerate(firsts, 1):
        if isinstance(first, blocks.Finding):
            return place
    for place, first in enumerate(firsts):
        if isinstance(first, Prose) and first.source(language).startswith("## "):
            return place
    return None


def _contents(w: Writer, ids: _Ids) -> Markup:
    sections = [(anchor, text) for level, text, anchor in ids.given if level == 2]
    sections += [(key, w.plain(key)) for key in ("notes", "sources")]
    template = environment().get_template("contents.html.j2")
    return Markup(template.render(w=w, sections=sections))


def _written(first: Block, group: Sequence[Prose | Block], w: Writer, drawings: Drawings) -> Markup:
    if isinstance(first, blocks.Headline):
        return Markup(macros().headlines(w, group))
    if isinstance(first, blocks.Table):
        grid = _grid(first.name, first.title, first.table, w)
        return Markup(macros().table(w, first, grid, w.source_line(_quantities(first.table))))
    if isinstance(first, blocks.Claims):
        return _claims(first, w)
    if isinstance(first, blocks.Chart):
        return _chart(first, w, drawings[first.anchor])
    if isinstance(first, blocks.Sources):
        return Markup(macros().sources(w))
    return Markup(getattr(macros(), first.block)(w, first))


# -------------------------------------------------------------------------------- charts and tables


def _grid(name: str, title: Text, rows: blocks.Rows, w: Writer) -> Markup:
    caption, columns = w.text(title), [w.text(each) for each in rows.columns]
    cells = [[{"html": w.cell(cell), "none": cell is None} for cell in row] for row in rows.data]
    numeric = [
        any(isinstance(row[place], Quantity) for row in rows.data) for place in range(len(columns))
    ]
    return Markup(macros().grid(name, caption, columns, cells, numeric))


def _quantities(rows: blocks.Rows) -> list[Quantity]:
    return [cell for row in rows.data for cell in row if isinstance(cell, Quantity)]


def _chart(block: blocks.Chart, w: Writer, drawn: Mapping[tuple[str, str], str]) -> Markup:
    """The whole figure: titles, two drawings, description, table, CSV and sources."""
    rows = charts.table(block, w.known)
    title, subtitle = w.text(block.title), w.text(block.subtitle)
    described = w.text(charts.described(block, w.known), link=False)
    grid = _grid(f"{block.name}-data", block.title, rows, w)
    source = w.source_line(_quantities(rows) or _resting(block, w))
    csv = base64.b64encode(data.table_csv(rows, w.language)).decode()
    drawings = (Markup(drawn[w.language, size]) for size in ("wide", "narrow"))
    chart = macros().chart(w, block, *drawings, title, subtitle, described, grid, csv, source)
    return Markup(chart)


def _resting(block: blocks.Chart, w: Writer) -> list[Quantity]:
    """The figures that a matrix of what is reported rests on."""
    assert isinstance(block, blocks.Coverage)
    cells = charts.coverage(block, w.known).values()
    return [w.known[figure] for row in cells for cell in row.values() for figure in cell.figures]


def _claims(block: blocks.Claims, w: Writer) -> Markup:
    """Stated calculations as a table, recomputed here from the tables of the data."""
    checked = [each for claim in block.claims for each in claims.recompute(w.known, claim)]
    w.checked += checked
    heads = ("claim_what", "claim_verdict", "claim_printed", "claim_recomputed")
    cells = [_claim(each, w) for each in checked]
    repeated = [each.computed for each in checked if each.computed and each.computed.figure]
    numeric = [False, False, True, bool(repeated)]
    columns = [w.word(key) for key in heads]
    grid = macros().grid(block.name, w.text(block.title), columns, cells, numeric)
    line = w.source_line([*(each.stated for each in checked), *repeated])
    return Markup(macros().table(w, block, grid, line))


def _claim(checked: claims.Verdict, w: Writer) -> list[dict[str, Any]]:
    said = w.verdict(checked)
    row = w.known.entry("claims", checked.claim)
    label = w.label("indicators", w.known.indicator_of(checked.stated.figure))
    note = w.words(row[f"note_{w.language}"])
    cells = (
        macros().calculation(label, note),
        macros().verdict(checked.verdict, said),
        w.cell(checked.stated),
        w.worked(checked),
    )
    nothing = checked.computed is None and not checked.operands
    return [{"html": cell, "none": nothing and cell is cells[-1]} for cell in cells]


# -------------------------------------------------------------------------------------------- prose


class _Ids:
    """Gives each heading of a page an id of its own, and remembers them in order."""

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
    """What a page is told of the site it is part of; empty for a page that stands alone."""

    name: str
    title: Mapping[str, str] = field(default_factory=lambda: dict.fromkeys(texts.LANGUAGES, ""))
    reports: Sequence[Mapping[str, Any]] = ()
    stamp: Mapping[str, str] = field(default_factory=dict)
    edition: str = ""


def page(document: Document, made: Body, frame: Frame) -> str:
    """The whole page of a report, from what its document says in a language."""
    language = made.writer.language
    title, summary = document.title(language), document.lead(language)
    linked = data.linked_data(document, made, title, summary, frame.name)
    others = [
        {"name": each["name"], "title": each["title"][language]}
        for each in frame.reports
        if each["title"].get(language)
    ]
    text = environment().get_template("page.html.j2").render(
        w=made.writer,
        name=frame.name,
        title=title,
        summary=summary,
        site_title=frame.title[language],
        body=made.html,
        stamp=frame.stamp,
        edition=frame.edition,
        until=document.known.known_on or document.known.latest(),
        reports=others,
        json_ld=Markup(linked),
    )  # fmt: skip
    return text.strip() + "\n"


def warm_up() -> None:
    """Compile templates and patterns before reports are forked from this process."""
    for name in environment().list_templates(["j2"]):
        environment().get_template(name)
    macros()
    mistune.create_markdown(plugins=["table"])("# x\n\n| a |\n|---|\n| b |")
