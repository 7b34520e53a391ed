"""A document as a Word file, in one language: what its page says, in the same order.

Sources stand in footnotes, charts are pictures with a description, and an annex has the tables
behind the charts and the list of sources. `office` makes the file itself: its look, and what
python-docx lacks.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import mistune
from docx.text.paragraph import Paragraph
from markupsafe import Markup

from analysis.numbers import claims
from analysis.numbers.quantity import Quantity
from analysis.pages import html
from analysis.pages.claim_cards import HEADS, carded, ways, worked
from analysis.pages.document import Document, Prose
from analysis.pages.html import Frame
from analysis.pages.office import WordFile
from analysis.pages.typed import FOREIGN, spoken
from analysis.pages.workings import form_of, needed, terms
from analysis.pages.writer import Writer, macros
from analysis.saying import blocks, charts
from analysis.saying.blocks import Block
from analysis.saying.texts import Cell, Text, text_of

_HTML = re.compile(r"(?:</?(\w+)[^>]*>)?([^<]*)")  # a tag, and the words behind it
_MARKDOWN = mistune.create_markdown(renderer="ast")


def write(document: Document, language: str, frame: Frame) -> bytes:
    """The Word file of a document in a language; the same document gives the same bytes."""
    until = document.known.until
    title = document.title(language)
    word = WordFile(language, title, until, small=document.layout == "sheet")
    file = _File(document, word, Writer(document.known, language), frame)
    file.head(until)
    for first, group in html.groups(document.items):
        file.item(first, group)
    file.end(title)
    return word.bytes()


class _File:
    """Writes the items of a document into a Word file one after the other."""

    def __init__(self, document: Document, word: WordFile, w: Writer, frame: Frame) -> None:
        self.document, self.word, self.w, self.frame = document, word, w, frame
        self.chart_tables: list[tuple[Text, blocks.Rows]] = []  # of charts so far
        self.first_finding = next(iter(document.of(blocks.KeyFinding)), None)

    def head(self, until: str) -> None:
        """The line above the title: the site, and the last day of its sources."""
        words = [self.frame.imprint.title[self.w.language]]
        if until:
            words.append(f"{self.w.plain('updated')} {_plain(self.w.iso(until, 'short'))}")
        self.word.add("Subtitle", " · ".join(filter(None, words)))

    def item(self, first: Prose | Block, group: Sequence[Prose | Block]) -> None:
        """One item of the document; `group` has all headlines that stand together, else `first`."""
        if first is self.first_finding:
            self.word.add("Heading 2", self.w.plain("findings"))
        match first:
            case Prose():
                self._prose(first)
            case blocks.Title():
                self.word.text(self.word.add("Heading 1"), first.text)
            case blocks.Sentence():
                self._sentence(first)
            case blocks.Headline():
                self._headlines(group)
            case blocks.Table():
                self._table(first.title, first.table, empty="not_printed")
                if first.note is not None and first.note.known:
                    self.word.text(self.word.add("Aside"), first.note)
                self._source(html.quantities(first.table, first.note))
            case blocks.Claims():
                self._claims(first)
            case blocks.Chart():
                self._chart(first)
            case blocks.Context():
                self._context(first)
            case blocks.Absent():
                self.word.add("Aside", self.w.plain("absent"))
        if html.is_title(first, self.w.language) and not self.document.of(blocks.Lead):
            self.word.add("Aside", self.w.plain("absent"))

    # -- paragraphs --------------------------------------------------------------------------------

    def _sentence(self, block: blocks.Sentence) -> None:
        """A paragraph with a footnote that names its sources; its aside follows below it."""
        head = block.head if isinstance(block, blocks.KeyFinding) else None
        paragraph = self.word.add("Body Text")
        if head:
            self.word.text(paragraph, head, bold=True)
            self.word.write(paragraph, " ")
        self.word.text(paragraph, block.text, bold=isinstance(block, blocks.Lead))
        sources, number = self.w.margin_sources(head, block.text, block.aside)
        if number:
            more = [
                f"{self.w.plain('others_and')} {number - len(sources)} {self.w.plain('others')}"
            ]
            named = [*map(_plain, sources), *more * (number > len(sources))]
            self.word.footnote(paragraph, f"{'; '.join(named)}.")
        if block.aside:
            self.word.text(self.word.add("Aside"), block.aside)

    def _headlines(self, group: Sequence[Prose | Block]) -> None:
        """Headline numbers, each with what it compares with."""
        for block in group:
            assert isinstance(block, blocks.Headline)
            item = self.word.add("List Bullet")
            self.word.text(item, text_of(block.number), bold=True)
            if block.base:
                before = "headline_before" if block.before else "headline_of"
                self.word.parts(item, (f" {self.w.plain(before)} ", block.base))
            self.word.write(item, " – ")
            self.word.text(item, block.label)
            if block.note:
                self.word.write(item, ", ")
                self.word.text(item, block.note)

    def _context(self, block: blocks.Context) -> None:
        """Dated decisions and steps, each with its document and where that was printed."""
        for event in block.events(self.w.known):
            item = self.word.add("List Bullet")
            self.word.write(item, _plain(self.w.day(event.day, "short")), bold=True)
            document = [event.document.words(self.w.language)] if event.document else []
            sentences = [event.label.words(self.w.language), *document]
            self.word.write(item, f": {'. '.join(sentences)}")
            self.word.footnote(
                item, f"{_plain(self.w.with_paragraphs(event.source, [event.locator]))}."
            )

    def _prose(self, prose: Prose) -> None:
        """Paragraphs and headings of Markdown."""
        parsed = _MARKDOWN(prose.source(self.w.language))
        assert isinstance(parsed, list)
        for token in parsed:
            if token["type"] == "heading":
                level = min(token["attrs"]["level"], 3)
                self._inline(self.word.add(f"Heading {level}"), token["children"])
            elif token["type"] == "list":
                for item in token["children"]:
                    for child in item["children"]:
                        self._inline(self.word.add("List Bullet"), child["children"])
            elif "children" in token:
                self._inline(self.word.add("Body Text"), token["children"])

    def _inline(self, to: Paragraph, tokens: Sequence[Any], **looks: Any) -> None:
        """The words of a paragraph of Markdown, bold, italic, linked or Vietnamese as they are."""
        looks = dict(looks)
        for token in tokens:
            kind, raw = token["type"], token.get("raw", "")
            if kind == "inline_html" and raw in FOREIGN:
                looks["language"] = "" if raw.startswith("</") else "vi"
            elif kind in ("softbreak", "linebreak"):
                self.word.write(to, " ")
            elif kind == "link" and token["attrs"]["url"].startswith("https://"):
                self.word.link(to, token["attrs"]["url"], spoken(token))
            elif "children" in token:
                look = {"strong": "bold", "emphasis": "italic"}.get(kind, "plain")
                self._inline(to, token["children"], **{**looks, look: True})
            else:
                self.word.write(to, raw, **looks)

    # -- charts and tables -------------------------------------------------------------------------

    def _chart(self, block: blocks.Chart) -> None:
        """A chart as a picture; its numbers follow in the annex."""
        language = self.w.language
        self.chart_tables.append((block.title, block.table))
        self.word.text(self.word.caption("chart"), block.title)
        self.word.text(self.word.add("Subtitle"), block.subtitle)
        description = charts.described(block).words(language)
        images = charts.pictures(block, self.w.known, language)
        self.word.pictures(images, block.title.words(language), description)
        self._source(html.quantities(block.table))

    def _table(self, title: Text, rows: blocks.Rows, empty: str) -> None:
        """A table under its caption; numbers stand to the right, a word in what is `empty`."""
        self.word.text(self.word.caption("table"), title)
        heads = [head.words(self.w.language) for head in rows.columns]
        nothing = self.w.plain(empty)
        columns = zip(*rows.data, strict=True)
        numeric = [any(isinstance(cell, Quantity) for cell in column) for column in columns]
        grid = self.word.table(heads, numeric, len(rows.data))
        for written, row in zip(grid, rows.data, strict=True):
            for number, (to, cell) in enumerate(zip(written, row, strict=True)):
                self._cell(to, cell, nothing, bold=not number)

    def _cell(self, to: Paragraph, cell: Cell, nothing: str = "", **looks: Any) -> None:
        if cell is None:
            self.word.write(to, nothing, **looks)
        else:
            self.word.text(to, text_of(cell), **looks)

    def _written(self, to: Paragraph, html: Markup) -> None:
        """HTML of the page's Writer: its words, bold or not, and its numbers."""
        within = set[str]()
        for tag, words in _HTML.findall(html):
            within ^= {tag}
            if words:
                write = self.word.number if "data" in within else self.word.write
                write(to, Markup(words).unescape(), bold="b" in within)

    def _source(self, quantities: Sequence[Quantity]) -> None:
        """The line under a chart or table that names its sources."""
        line = _plain(self.w.source_line(quantities, short=False))
        self.word.add("Source", f"{self.w.plain('source')}: {line}.")

    # -- claims ------------------------------------------------------------------------------------

    def _claims(self, block: blocks.Claims) -> None:
        """Stated calculations: each that does not hold with the reason, the others as a table."""
        checked = block.recomputed(self.w.known)
        wrong = carded(checked)
        rest = [claim for claim in checked if not claim.to_check]
        if wrong:
            self.word.text(self.word.add("Body Text"), block.title, bold=True)
        for claim in wrong:
            self._card(claim)
        if not rest:
            return
        rest_of_them = Text.of_word("claims_rest")
        self.word.text(self.word.caption("table"), rest_of_them if wrong else block.title)
        heads = [self.w.plain(key) for key in HEADS]
        repeated = [claim.computed for claim in rest if claim.computed and claim.computed.figure]
        cells = self.word.table(heads, (False, False, True, bool(repeated)), len(rest))
        for row, claim in zip(cells, rest, strict=True):
            self._claim(row, claim)
        self._source([*(claim.stated for claim in rest), *repeated])

    def _label(self, claim: claims.Recomputed) -> str:
        code = self.w.known.indicator_of(claim.stated.figure)
        return self.w.known.label("indicators", code).words(self.w.language)

    def _area(self, claim: claims.Recomputed) -> str:
        area = str(self.w.known.row(claim.stated.figure)["area"])
        return self.w.known.label("areas", area).words(self.w.language)

    def _note(self, claim: claims.Recomputed) -> str:
        return str(self.w.known.entry("claims", claim.claim)[f"note_{self.w.language}"])

    def _claim(self, cells: Sequence[Paragraph], claim: claims.Recomputed) -> None:
        """One row of the table of claims: what, verdict, as printed, recomputed."""
        what, verdict, printed, again = cells
        self.word.write(what, self._label(claim), bold=True)
        if claim.verdict == "cannot_be_checked":
            self.word.write(what, f", {self._area(claim)}", bold=True)
        if claim.verdict != "holds":
            self.word.write(what, f". {self._note(claim)}")
        self.word.write(verdict, self.w.verdict(claim))
        self._cell(printed, claim.stated)
        self._written(again, worked(claim, self.w))

    def _card(self, claim: claims.Recomputed) -> None:
        """A claim that does not hold: what is printed, what is recomputed, and why they differ."""
        w, stated, computed = self.w, claim.stated, claim.computed
        self.word.add("Heading 3", f"{self._label(claim)}: {w.verdict(claim)}")
        day = _plain(w.day(w.known.as_of(stated.figure), "short"))
        self.word.add("Subtitle", f"{self._area(claim)}, {day}")
        printed_way, way = [f"{w.plain(key)} " for key in ways(claim, w)] or ("", "")
        self.word.parts(self._item("claim_printed"), [printed_way, stated])
        again = self._item("claim_elsewhere" if claim.kind == "same" else "claim_recomputed")
        if computed is None:
            self.word.write(again, w.plain("not_printed"))
        else:
            self.word.write(again, way)
            self.word.value(again, computed, form_of(computed))
            if computed.kind != "printed":
                self.word.parts(again, (" (", *terms(computed, w.language)))
                exact = computed.exact
                self.word.write(again, " = " if exact else "; ")
                self._written(again, w.finer(computed) if exact else macros().bounds(w, computed))
                self.word.write(again, ")")
        self.word.write(self._item("card_why"), self._note(claim))
        if instead := needed(claim, w.language):
            self.word.parts(self._item("card_needed"), instead)
        sources = w.margin_sources(text_of(stated), text_of(computed) if computed else None)[0]
        self.word.add("Source", "; ".join(map(_plain, sources)))

    def _item(self, key: str) -> Paragraph:
        """A list item that opens with a word of words.toml in bold and a colon."""
        item = self.word.add("List Bullet", self.w.plain(key), bold=True)
        self.word.write(item, ": ")
        return item

    # -- the end -----------------------------------------------------------------------------------

    def end(self, title: str) -> None:
        """How to cite; on a new sheet an annex: the tables behind the charts, and every source."""
        w, word = self.w, self.word
        word.add("Heading 2", w.plain("cite"))
        cited = macros("parts").citation(w, self.frame, title)
        word.add("Body Text", _plain(cited))
        annex = word.add("Heading 2", w.plain("annex"))
        annex.paragraph_format.page_break_before = True
        if self.chart_tables:
            word.add("Heading 3", w.plain("charts_data"))
        for name, rows in self.chart_tables:
            self._table(name, rows, empty="nothing")
        word.add("Heading 3", w.plain("sources"))
        for source in sorted(w.notes.used):
            self._entry(w.known.entry("sources", source))

    def _entry(self, row: Mapping[str, Any]) -> None:
        """A source: publisher, headline, days, kind, and a link to it."""
        w, word = self.w, self.word
        item = word.add("List Bullet", f"{_plain(w.publisher(row))}, ")
        word.write(item, row["headline"], language=row["language"], italic=True)
        printed = f"{w.plain('published' if row['published'] else 'published_by')} "
        printed += _plain(w.iso(row["published"] or row["published_by"]))
        kind = f"{w.plain('tier_' + row['tier'])}, {_plain(w.grade(row['grade']))}"
        read = f"{w.plain('accessed')} {_plain(w.iso(row['accessed']))}"
        word.write(item, f", {printed}; {kind}; {read}. ")
        if row["url"]:
            word.link(item, row["url"], w.plain("open"))
        word.write(item, "." if row["url"] else f"{w.plain('no_url')}.")


def _plain(written: Markup) -> str:
    """HTML of the page's Writer, as plain words."""
    return str(written.striptags())
