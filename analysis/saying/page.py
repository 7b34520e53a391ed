"""A Page: what a notebook says things through.

A notebook makes one `Page` and says one thing a cell. Each method checks what is said, returns the
block in both languages, and shows it in JupyterLab in the language of the preview. What rests on a
figure that was not printed by the day of the report is left out, so no cell asks whether a number
is there.

page.say(vi=f"Giảm còn {staff.after} người.", en=f"Down to {staff.after} people.")
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from analysis.numbers.claims import Recomputed
from analysis.numbers.figures import Figures
from analysis.numbers.quantity import Quantity
from analysis.numbers.schema import LANGUAGES
from analysis.saying import blocks, texts
from analysis.saying.base import Block, Rows
from analysis.saying.page_charts import ChartPage
from analysis.saying.speaker import (
    CellOutput,
    Data,
    Heads,
    Words,
    anchor,
    head,
    head_fields,
    if_known,
)
from analysis.saying.texts import ProseError, Text, text, text_of


class Page(ChartPage):
    """One report: each method says one thing, in both languages at once.

    `known` are the figures that may be used; `language` (`vi` or `en`) is that of the preview in
    JupyterLab alone. Words are `text(vi=…, en=…)`, or a label or number of the tables; `name` is
    the anchor of a chart or table, in small letters, digits and hyphens. Whatever is not known by
    the day of the report is left out. Raises `ProseError` for a number typed by hand, for words in
    one language alone, and for rows of another form than the method takes.
    """

    def __init__(self, known: Figures, language: str = "vi") -> None:
        super().__init__(known, language)
        self._placed: dict[type[Block], Block] = {}  # the one title and the one lead that are known

    # -- words -------------------------------------------------------------------------------------

    def say(
        self, vi: str, en: str, *, aside: Words | None = None, holds: bool = True
    ) -> CellOutput:
        """A paragraph; nothing at all where a figure it rests on is not known.

        `aside` stands beside it in the margin, before its sources: a caveat, or what a term means.
        """
        words = text(vi, en, holds=holds)
        return self._output(blocks.Sentence(text=words, aside=_optional(aside)))

    def title(self, vi: str, en: str, *, holds: bool = True) -> CellOutput:
        """What the report finds, as its heading: of several the first whose figures are known."""
        return self._first(blocks.Title(text=text(vi, en, holds=holds)))

    def lead(
        self, vi: str, en: str, *, aside: Words | None = None, holds: bool = True
    ) -> CellOutput:
        """The answer in one sentence: of several leads the first whose figures are all known."""
        words = text(vi, en, holds=holds)
        return self._first(blocks.Lead(text=words, aside=_optional(aside)))

    def limit(
        self, vi: str, en: str, *, aside: Words | None = None, holds: bool = True
    ) -> CellOutput:
        """Something the sources cannot say or must not be read to say."""
        words = text(vi, en, holds=holds)
        return self._output(blocks.Limit(text=words, aside=_optional(aside)))

    def finding(
        self,
        vi: str,
        en: str,
        *,
        head: Words | None = None,
        see: str = "",
        aside: Words | None = None,
        holds: bool = True,
    ) -> CellOutput:
        """A key finding: `head` opens it in bold; `see` leads to what shows it.

        `see` is the anchor of a chart or table (`chart-changes`, `table-counts`), or `cannot` for
        the limits.
        """
        return self._output(
            blocks.KeyFinding(
                text=text(vi, en, holds=holds),
                head=_optional(head),
                see=see and anchor(see),
                aside=_optional(aside),
            )
        )

    def headline(
        self,
        number: str | Quantity,
        label: Words,
        note: Words | None = None,
        *,
        before: Quantity | None = None,
        of: Quantity | None = None,
    ) -> CellOutput:
        """A headline number, as it is or in a form (`f"{staff.rate:fall}"`), its label, and a note.

        `before` is what it was, `of` what it is a part of, in the same unit; either is drawn as a
        thin bar, hollow where it is planned. Raises
        `ProseError` for both at once.
        """
        parts = text(f"{number}", f"{number}").vi
        if len(parts) != 1 or not isinstance(parts[0], texts.Formed):
            raise ProseError('the number of a headline stands alone: f"{staff.rate:fall}"')
        below = None if note is None else text_of(note)
        value = parts[0].value
        planned = isinstance(value, Quantity) and self.known.planned(value)
        drawn: dict[str, Any] = {"before": before or None, "of": of or None}
        try:
            block = blocks.Headline(
                number=parts[0], label=text_of(label), note=below, hollow=planned, **drawn
            )
        except ValueError as error:
            raise ProseError(texts.first_line(error)) from None
        return self._output(block)

    def define(self, indicator: str) -> Text:
        """What an indicator counts, in the words of indicators.csv: for the margin (`aside`)."""
        row, label = self.known.entry("indicators", indicator), self.label("indicators", indicator)
        return text(*(f"{label}: {row[f'definition_{language}']}" for language in LANGUAGES))

    def parameters(self, **own: Words) -> CellOutput:
        """The parameters of this run, in words; the notebook's own as `name=value`."""
        named = tuple(blocks.Parameter(name=name, value=text_of(own[name])) for name in own)
        return self._output(blocks.Parameters(own=named))

    # -- charts and tables -------------------------------------------------------------------------

    def table(
        self,
        name: str,
        title: Words,
        columns: Heads,
        rows: Data,
        note: Words | None = None,
    ) -> CellOutput:
        """A table; its first column heads the rows. A head is a text or (vi, en).

        A cell is a number, a day, a label, a text or None.
        A row whose numbers are all unknown is left out, and so is a note that rests on one.
        """
        table = Rows.of(map(head, columns), rows)
        block = blocks.Table(**head_fields(name, title), table=table, note=_optional(note))
        return self._or_absent(block)

    def claims(self, name: str, title: Words, checked: Iterable[Recomputed]) -> CellOutput:
        """Stated calculations, one a row: what was computed, printed, recomputed, the verdict.

        `checked` are what `claims.recompute(known, …)` gives.
        """
        listed = tuple(claim.claim for claim in checked)
        block = blocks.Claims(**head_fields(name, title), claims=listed)
        return self._output(block) if listed and block.known else self._absent(block.anchor)

    def context(self, reform: str, *kinds: str) -> CellOutput:
        """The dated decisions and steps of a reform in events.csv: day, what, document, source.

        Of some kinds (`resolution`, `start`) or of all. Raises `NoSuchName` for a reform or kind
        that the tables do not have.
        """
        for kind in kinds:
            self.known.events(reform, kind)  # raises where no event can be of this kind
        block = blocks.Context(reform=reform, kinds=kinds)
        return self._output(block if block.events(self.known) else blocks.Absent())

    def sources(self) -> CellOutput:
        """The notes to every number and the sources they rest on: the last cell."""
        day, evidence = self.known.known_on, self.known.evidence
        return self._output(blocks.Sources(known_on=day, evidence=evidence))

    def _first(self, block: blocks.Title | blocks.Lead) -> CellOutput:
        """Of several of a kind the first that is known; the others are checked, too.

        A cell may run again: it gives the same block and shows it again.
        """
        output = self._output(block)
        if not block.known or self._placed.setdefault(type(block), block) == block:
            return output
        return self._hidden()


def _optional(words: Words | None) -> Text | None:
    """Optional words as a Text; None where there are none, or where a figure in them is unknown."""
    return None if words is None else if_known(text_of(words))
