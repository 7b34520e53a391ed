"""A Page: what a notebook says things through.

A notebook makes one `Page` and says one thing a cell. Each method checks what is said, returns the
block in both languages, and shows it in JupyterLab in the language of the preview. What rests on a
figure that was not printed by the day of the report is left out, so no cell asks whether a number
is there.

page.say(vi=f"Giảm còn {staff.after} người.", en=f"Down to {staff.after} people.")
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from analysis.numbers.claims import Verdict
from analysis.numbers.compare import Change, Completion
from analysis.numbers.figures import Figures
from analysis.numbers.periods import Period
from analysis.numbers.quantity import Quantity
from analysis.saying import blocks, preview, texts
from analysis.saying.blocks import Block, Mark, Point
from analysis.saying.texts import Cell, Label, ProseError, Text, text, text_of
from analysis.saying.words import table as words_table

Words: TypeAlias = Text | Label
Marks: TypeAlias = Iterable[Mark]
Heads: TypeAlias = Sequence[Text]
Data: TypeAlias = Iterable[Sequence[Cell]]

# The heads of tables that charts make of their own rows.
_CHANGES = (
    *(("Đại lượng", "Indicator"), ("Trước", "Before"), ("Sau", "After")),
    ("Tăng, giảm tương đối", "Relative change"),
)
_COMPLETIONS = (
    *(("Việc", "Task"), ("Đã xong", "Done"), ("Tổng số", "Due")),
    *(("Tỷ lệ", "Share"), ("Còn lại", "Left")),
)
_SERIES = (("Dãy số", "Series"), ("Thời điểm", "Day or period"), ("Số lượng", "Count"))


@dataclass(frozen=True)
class Said:
    """A block as a cell shows it: HTML for JupyterLab, and the block itself for the page."""

    block: Block
    language: str
    known: Figures

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:  # noqa: ARG002
        return {
            "text/html": preview.html(self.block, self.language, self.known),
            "text/plain": preview.plain(self.block, self.language),
            blocks.MIME: blocks.dump(self.block),
        }


class Page:
    """One report: it checks and shows everything that a notebook says.

    `known` are the figures that may be used; `language` (`vi` or `en`) is that of the preview
    alone: a document holds both.
    """

    def __init__(self, known: Figures, language: str = "vi") -> None:
        if language not in texts.LANGUAGES:
            raise ProseError(f"language is “{language}”; write “vi” or “en”")
        self.known, self.language = known, language
        self._shown: set[type[Block]] = set()  # of what a page has one
        self._names = known.names_pattern()

    # -- words -------------------------------------------------------------------------------------

    def label(self, table: str, code: str) -> Label:
        """The label of an area, indicator or name in both languages."""
        return self.known.label(table, code)

    def indicator(self, figure: str) -> Label:
        """The label of what a figure counts."""
        return self.label("indicators", self.known.indicator_of(figure))

    def say(self, vi: str, en: str, *, aside: Words | None = None, holds: bool = True) -> Said:
        """A paragraph; nothing at all where a figure it rests on is not known.

        `aside` stands beside it in the margin, before its sources: a caveat, or what a term means.
        """
        said = text(vi, en, holds=holds)
        return self._said(blocks.Sentence(text=said, aside=_if_known(aside)))

    def title(self, vi: str, en: str, *, holds: bool = True) -> Said:
        """What the report finds, as its heading: of several the first whose figures are known."""
        return self._first(blocks.Title(text=text(vi, en, holds=holds)))

    def lead(self, vi: str, en: str, *, aside: Words | None = None, holds: bool = True) -> Said:
        """The answer in one sentence: of several leads the first whose figures are all known."""
        said = text(vi, en, holds=holds)
        return self._first(blocks.Lead(text=said, aside=_if_known(aside)))

    def limit(self, vi: str, en: str, *, aside: Words | None = None, holds: bool = True) -> Said:
        """Something the sources cannot say or must not be read to say."""
        said = text(vi, en, holds=holds)
        return self._said(blocks.Limit(text=said, aside=_if_known(aside)))

    def finding(
        self,
        vi: str,
        en: str,
        *,
        head: Words | None = None,
        see: str = "",
        aside: Words | None = None,
        holds: bool = True,
    ) -> Said:
        """A key finding: `head` opens it in bold; `see` is the chart or table that shows it."""
        return self._said(
            blocks.Finding(
                text=text(vi, en, holds=holds),
                head=_if_known(head),
                see=see,
                aside=_if_known(aside),
            )
        )

    def headline(
        self,
        number: str,
        label: Words,
        note: Words | None = None,
        *,
        before: Quantity | None = None,
        of: Quantity | None = None,
    ) -> Said:
        """A headline number (`f"{communes.after}"`), what it is, and a note.

        `before` is what it was, `of` what it is a part of; either is drawn as a thin bar.
        """
        shown = text(number, number).vi
        if len(shown) != 1 or not isinstance(shown[0], texts.Shown):
            raise ProseError('the number of a headline stands alone: f"{staff.rate:fall}"')
        noted = None if note is None else text_of(note)
        drawn: dict[str, Any] = {"before": before or None, "of": of or None}
        try:
            block = blocks.Headline(number=shown[0], label=text_of(label), note=noted, **drawn)
        except ValueError as error:
            raise ProseError(texts.first_line(error)) from None
        return self._said(block)

    def define(self, indicator: str) -> Text:
        """What an indicator counts, in the words of indicators.csv: for the margin (`aside`)."""
        row, label = self.known.entry("indicators", indicator), self.label("indicators", indicator)
        return text(*(f"{label}: {row[f'definition_{each}']}" for each in texts.LANGUAGES))

    def parameters(self, **own: Words) -> Said:
        """The parameters of this run, in words; those of the notebook's own by name."""
        unknown = [name for name in own if name not in words_table()]
        if unknown:
            raise ProseError(f"words.toml has no word for the parameter {', '.join(unknown)}.")
        named = tuple(blocks.Parameter(name=name, value=text_of(own[name])) for name in own)
        return self._said(blocks.Parameters(own=named))

    # -- charts and tables -------------------------------------------------------------------------

    def bars(
        self,
        name: str,
        title: Words,
        subtitle: Words,
        rows: Marks,
        columns: Heads,
        data: Data,
        compact: bool = False,
    ) -> Said:
        """Horizontal bars from zero, in the order given; `compact` for many short names.

        A bar, or a row of data, whose numbers are all unknown is left out.
        """
        head, table = _head(name, title, subtitle), _table(columns, data)
        return self._drawn(blocks.Bars(**head, rows=_marks(rows), table=table, compact=compact))

    def changes(
        self, name: str, title: Words, subtitle: Words, rows: Iterable[tuple[Words, Change]]
    ) -> Said:
        """Before → after of several counts on one scale of relative change, deepest fall first."""
        known = [(text_of(label), change) for label, change in rows if change.rate.known]
        ordered = sorted(known, key=lambda row: row[1].rate.value)
        marks = []
        for label, change in ordered:
            beside = f"{change.before} → {change.after} ({change.rate:sign})"
            marks.append(Mark(label=label, number=change.rate, beside=text(beside, beside)))
        columns = [text(*pair) for pair in _CHANGES]
        data = [(label, change.before, change.after, change.rate) for label, change in ordered]
        return self.bars(name, title, subtitle, marks, columns, data)

    def shares(
        self, name: str, title: Words, subtitle: Words, rows: Marks, columns: Heads, data: Data
    ) -> Said:
        """Shares as dots between 0 and 100 %; so is the range that the precision leaves."""
        head, table = _head(name, title, subtitle), _table(columns, data)
        return self._drawn(blocks.Shares(**head, rows=_marks(rows), table=table))

    def completions(
        self,
        name: str,
        title: Words,
        subtitle: Words,
        rows: Iterable[tuple[Words, Completion, bool]],
    ) -> Said:
        """Every “a of b” on one scale, the furthest first: label, completion, whether it is the
        subject."""
        known = [(text_of(label), done, main) for label, done, main in rows if done.rate.known]
        ordered = sorted(known, key=lambda row: row[1].rate.value, reverse=True)
        marks = []
        for label, done, main in ordered:
            said = f"{done.part}/{done.whole} = {done.rate}"
            marks.append(Mark(label=label, number=done.rate, beside=text(said, said), main=main))
        columns = [text(*pair) for pair in _COMPLETIONS]
        data = [(label, done.part, done.whole, done.rate, done.rest) for label, done, _ in ordered]
        return self.shares(name, title, subtitle, marks, columns, data)

    def series(
        self,
        name: str,
        title: Words,
        subtitle: Words,
        lines: Iterable[tuple[Words, Iterable[Point]]],
    ) -> Said:
        """Counts over time, at most four lines; a break in a series is drawn as a break."""
        known = ((label, tuple(p for p in points if p.number.known)) for label, points in lines)
        kept = [blocks.Line(label=text_of(label), points=each) for label, each in known if each]
        columns = [text(*pair) for pair in _SERIES]
        data = [(line.label, each.day, each.number) for line in kept for each in line.points]
        head, table = _head(name, title, subtitle), _table(columns, data)
        return self._drawn(blocks.Series(**head, lines=tuple(kept), table=table))

    def point(self, figure: str, joined: bool = True) -> Point:
        """A figure on its day, for a series."""
        return Point(day=self.known.as_of(figure), number=self.known[figure], joined=joined)

    def coverage(
        self,
        name: str,
        title: Words,
        subtitle: Words,
        area: str,
        topics: Mapping[str, tuple[Sequence[str], Sequence[str]]],
        reforms: Sequence[str],
    ) -> Said:
        """What is reported for which topic and reform of an area, as a matrix.

        `topics` gives for each indicator the counts that would show it and the rates that state it.
        """
        labels = {topic: self.label("indicators", topic) for topic in topics}
        rows = tuple(
            blocks.Topic(topic=labels[topic], counts=tuple(counts), rates=tuple(rates))
            for topic, (counts, rates) in topics.items()
        )
        columns = tuple(self.label("names", reform) for reform in reforms)
        head = _head(name, title, subtitle)
        return self._said(blocks.Coverage(**head, area=area, topics=rows, reforms=columns))

    def table(
        self,
        name: str,
        title: Words,
        columns: Heads,
        rows: Data,
        note: Words | None = None,
        wide: bool = False,
    ) -> Said:
        """A table; its first column heads the rows.

        A row whose numbers are all unknown is left out.
        """
        table, said = _table(columns, rows), None if note is None else text_of(note)
        head = _head(name, title)
        return self._drawn(blocks.Table(**head, table=table, note=said, wide=wide))

    def claims(self, name: str, title: Words, verdicts: Iterable[Verdict]) -> Said:
        """Stated calculations, one a row: what was computed, printed, recomputed, the verdict."""
        listed = tuple(verdict.claim for verdict in verdicts)
        block = blocks.Claims(**_head(name, title), claims=listed)
        return self._said(block if listed and block.known else blocks.Absent())

    def context(self, reform: str, *kinds: str) -> Said:
        """The dated decisions and steps of a reform in events.csv: day, what, document, source.

        Of some kinds (`resolution`, `start`) or of all.
        """
        block = blocks.Context(reform=reform, kinds=kinds)
        return self._said(block if block.events(self.known) else blocks.Absent())

    def sources(self) -> Said:
        """The notes to every number and the sources they rest on: the last cell."""
        day, evidence = self.known.known_on, self.known.evidence
        return self._said(blocks.Sources(known_on=day, evidence=evidence))

    # -- checks ------------------------------------------------------------------------------------

    def _drawn(self, block: blocks.Table | blocks.Bars | blocks.Shares | blocks.Series) -> Said:
        """A chart or table, or what stands in its place where it has nothing to show."""
        self._check(block)
        return self._said(block if block.table.data and block.known else blocks.Absent())

    def _said(self, block: Block) -> Said:
        self._check(block)
        return Said(block, self.language, self.known) if block.known else self._hidden()

    def _first(self, block: blocks.Title | blocks.Lead) -> Said:
        """Of several of a kind the first that is known; the others are checked, too."""
        self._check(block)
        if type(block) in self._shown or not block.known:
            return self._hidden()
        self._shown.add(type(block))
        return self._said(block)

    def _hidden(self) -> Said:
        return Said(blocks.Hidden(), self.language, self.known)

    def _check(self, block: Block) -> None:
        """Refuse numbers typed by hand, whether the block will be shown or not."""
        said = (each for each in texts.said(block) if isinstance(each, Text))
        for part in (part for each in said for part in (*each.vi, *each.en)):
            if isinstance(part, str) and any(map(str.isnumeric, self._names.sub("", part))):
                raise ProseError(
                    f"“{part.strip()}” holds a number typed by hand. Put a Quantity or Period "
                    "in its place ({name}), or list the name it belongs to in data/names.csv."
                )


def _if_known(words: Words | None) -> Text | None:
    """Words beside a sentence, or none: what is not known there hides nothing else."""
    given = None if words is None else text_of(words)
    return given if given and given.known else None


def _head(name: str, title: Words, subtitle: Words | None = None) -> dict[str, Any]:
    head = {"name": name, "title": text_of(title)}
    return head if subtitle is None else {**head, "subtitle": text_of(subtitle)}


def _marks(rows: Marks) -> tuple[Mark, ...]:
    return tuple(row for row in rows if row.number.known)


def _table(columns: Heads, data: Data) -> blocks.Rows:
    """The rows with what is unknown taken out, without those that have no number left."""
    kept = []
    for row in data:
        numbers = [cell for cell in row if isinstance(cell, Quantity)]
        if any(number.known for number in numbers) or not numbers:
            kept.append(tuple(cell if _is_known(cell) else None for cell in row))
    return blocks.Rows(columns=tuple(columns), data=tuple(kept))


def _is_known(cell: Cell) -> bool:
    return not isinstance(cell, Quantity | Period) or cell.known
