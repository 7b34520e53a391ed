"""The gate: why no page may be made of a document, before anything is drawn or written.

It runs outside the notebook's process and reads the tables by itself. `typed` says which typed
words and which Markdown may stand on a page. `recount` computes every number again; it must be the
one that the page will show. `contradictions` finds words that contradict the number next to them.
`charted` says which charts may be drawn.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import cache
from itertools import chain, takewhile, zip_longest
from pathlib import Path

from analysis.errors import UserError
from analysis.numbers import claims, places
from analysis.numbers.events import Event
from analysis.numbers.figures import Figures
from analysis.numbers.inline import Label
from analysis.numbers.periods import Period
from analysis.numbers.quantity import Quantity, UnitError
from analysis.numbers.schema import LANGUAGES
from analysis.pages import charted, recount, typed
from analysis.pages.contradictions import Vocabulary, passage
from analysis.pages.document import Document, Prose
from analysis.saying import blocks, texts
from analysis.saying.blocks import Block
from analysis.saying.texts import Formed, Text, texts_in, values_in

_COMPUTE = "Take figures by their ids, and compute with compare and quantity alone."
_SPAN = "Take its name and its days from one reform."


def refusals(document: Document, data: Path) -> list[str]:
    """Why no page may be made of a document, one text a reason; empty for a good document.

    A reason has short lines: the cell and how it begins, what is wrong, what to do. `data` is the
    folder of the tables.
    """
    reasons = dict.fromkeys([*_structure(document), *_Gate(document, data).cells()])
    return [_located(cell, what, document) for cell, what in reasons]


def _located(cell: int, what: str, document: Document) -> str:
    """A reason under the number of its cell and the words with which the cell begins."""
    if not cell:
        return what
    begins = " ".join(document.sources.get(cell, "").split())
    head = f"cell {cell} ({typed.short(begins)}):" if begins else f"cell {cell}:"
    return "\n  ".join([head, *what.splitlines()])


def warm_up(known: Figures, data: Path) -> None:
    """Read the tables and compile what is looked for, for processes forked from this one."""
    _Gate(Document((), known), data).recount.warm_up()


# -------------------------------------------------------------------------- the document as a whole


def _structure(document: Document) -> Iterator[tuple[int, str]]:
    """What is wrong with the document as a whole: titles, languages that differ, names used twice,
    links that lead nowhere."""
    outlines = {language: list(_outline(document, language)) for language in LANGUAGES}
    for language, outline in outlines.items():
        titles = [words for _, kind, words in outline if kind == "heading1"]
        opening = takewhile(lambda line: line[1] != "block", outline)
        if [document.title(language)] != titles or "heading1" not in [line[1] for line in opening]:
            yield 0, f"Begin the document with one title in plain words in “{language}”."
    for vi, en in zip_longest(*outlines.values(), fillvalue=(0, "nothing", "")):
        if vi[1] != en[1]:
            what = f"here stands {vi[1]} in “vi”, but {en[1]} in “en”"
            yield max(vi[0], en[0]), f"{what}\nSay the same in both languages."
            break
    names = Counter(block.anchor for block in document.of(blocks.Titled))
    for name, times in (names + Counter(lead=len(document.of(blocks.Lead)))).items():
        if times > 1:
            yield (
                0,
                f"{name} stands twice\nGive a page one lead, and each chart or table its own name.",
            )
    ends = {"", *names, *(absent.instead for absent in document.of(blocks.Absent))}
    spoken = [item.block for item in document.items if not isinstance(item, Prose)]
    ends |= {"cannot" for block in spoken if isinstance(block, blocks.Limit | blocks.Hidden)}
    for see in (
        finding.see for finding in document.of(blocks.KeyFinding) if finding.see not in ends
    ):
        yield 0, f"a finding leads to “{see}”: no chart or table is called so\nCorrect see=."


def _outline(document: Document, language: str) -> Iterator[tuple[int, str, str]]:
    """What follows what in a language: cell, kind (`heading1`, `paragraph`, `block` …), words."""
    for item in document.items:
        if isinstance(item, Prose):
            for kind, words in typed.passages(typed.parsed(item.source(language))):
                yield item.cell, kind, words.strip()
        elif isinstance(item.block, blocks.Title):
            yield item.cell, "heading1", item.block.text.words(language)
        elif not isinstance(item.block, blocks.Hidden):
            yield item.cell, "block", ""


# ------------------------------------------------------------------------------------- cell by cell


def by_hand(words: Iterable[str], known: Figures, data: Path) -> list[str]:
    """What is wrong with words that are typed outside of notebooks, each finding once."""
    counted = recount.of(data)
    allowed = _words(counted, Vocabulary(counted.tables, known.as_of))
    return [*dict.fromkeys(chain.from_iterable(map(allowed.wrong, words)))]


def _words(counted: recount.Recount, vocabulary: Vocabulary) -> typed.Allowed:
    """What words typed by hand may hold: the names that the tables list."""
    listed = [*counted.tables["names"].values(), *counted.tables["areas"].values()]
    names = {row[f"label_{language}"] for row in listed for language in LANGUAGES}
    names |= {row["label_vi"].partition(" ")[2] for row in listed}  # Huyện Ba Vì → Ba Vì
    for row in counted.tables["places"].values():
        former = [unit.partition(" (")[0] for unit in places.former(row)]
        names |= {*map(places.inside, former), *map(places.bare, former)}  # xã Ba Trại, Ba Trại
    return typed.Allowed(names, vocabulary.counted_nouns)


class _Gate:
    """Finds what is wrong with the cells of a document, given the tables."""

    def __init__(self, document: Document, data: Path) -> None:
        self.document = document
        self.recount = recount.of(data)
        self.vocabulary = Vocabulary(self.recount.tables, document.known.as_of)
        self.words = _words(self.recount, self.vocabulary)
        # One label, and one number, may stand in many blocks.
        self.wrong_words = cache(lambda words: list(self.words.wrong(words)))
        self.wrong_number = cache(lambda number: list(self._wrong_number(number)))

    def cells(self) -> Iterator[tuple[int, str]]:
        """What is wrong with each Markdown cell and block, with its cell."""
        for item in self.document.items:
            wrong = self._prose(item) if isinstance(item, Prose) else self._block(item.block)
            yield from ((item.cell, what) for what in wrong)

    def _prose(self, prose: Prose) -> Iterator[str]:
        for tokens in map(typed.parsed, dict.fromkeys((prose.vi, prose.en))):
            yield from typed.unlisted(tokens)
            for _, words in typed.passages(tokens):
                yield from self.words.wrong(words)

    def _block(self, block: Block) -> Iterator[str]:
        """Numbers first: words are held against the numbers beside them once these are right."""
        wrong = [
            finding for number in self._numbers(block) for finding in self.wrong_number(number)
        ]
        wrong += self._compared(block)
        yield from wrong
        for text in (value for value in texts.texts_in(block) if isinstance(value, Text)):
            for language in LANGUAGES:
                yield from self._text(text.parts(language), language, not wrong)
        for cells in [] if wrong else _side_by_side(block):
            yield from self.vocabulary.beside(cells)
        for words in dict.fromkeys(self._words_of_tables(block)):
            yield from self.wrong_words(words)
        yield from self._untold(block)
        yield from self._names(block)
        if isinstance(block, blocks.Chart):
            yield from charted.wrong(block, self.recount.tables, self.document.known.as_of)

    def _text(self, parts: Sequence[str | Formed], language: str, right: bool) -> Iterator[str]:
        """What is wrong with the words of a text, whose numbers may be `right`."""
        typed_words = "".join(part if isinstance(part, str) else "\n" for part in parts)
        wrong = list(self.words.wrong(typed_words))
        yield from wrong
        if right and not wrong:
            yield from self.vocabulary.wrong(passage(parts, language))

    def _untold(self, block: Block) -> Iterator[str]:
        """What is planned or doubted, where no word of its block says so."""
        numbers = [value for value in values_in(block) if isinstance(value, Quantity)]
        for language in LANGUAGES:
            words = " ".join(text.words(language) for text in texts_in(block))
            yield from self.vocabulary.untold(words, numbers)

    def _names(self, block: Block) -> Iterator[str]:
        """A claim that is none or is listed twice, a span that bears the name of one reform and
        begins with an event of another."""
        for name, times in Counter(getattr(block, "claims", ())).items():
            if times > 1 or name not in self.recount.tables["claims"]:
                yield f"the claim “{name}” stands twice, or not in claims.csv\nCorrect its name."
        for span in getattr(block, "spans", ()):
            reforms = {self._reform(day) for day in (span.start, span.end) if day}
            if len(reforms) > 1:
                yield f"a span is of {' and '.join(sorted(reforms))}\n{_SPAN}"
            yield from self.vocabulary.of_another("reform", span.label.words("vi"), reforms)
        if isinstance(block, blocks.Context) and not self._events(block):
            yield f"no event is of {block.reform} {' '.join(block.kinds)}\nLeave it out."

    def _events(self, block: blocks.Context) -> list[Event]:
        try:
            return block.events(self.document.known)
        except UserError:  # of no reform that there is
            return []

    def _reform(self, day: Period) -> str:
        """The reform of the event or figure that a day comes from."""
        if day.event:
            return self.document.known.event(day.event).reform
        return self.recount.tables["figures"][day.figure]["reform"]

    def _compared(self, block: Block) -> Iterator[str]:
        """A headline that is no change from the number beside it, or no share of it."""
        if not isinstance(block, blocks.Headline) or block.base is None or not block.known:
            return
        of = [block.base.recipe, block.number.value.recipe]  # type: ignore[union-attr]
        change = {"kind": "relative_change", "of": of, "places": 0}
        share = {"kind": "share", "of": of[::-1], "places": 0}
        try:
            self.recount.number(change if block.before else share)
        except UserError as error:
            yield f"a headline compares what is unlike: {error}\n{_COMPUTE}"

    def _words_of_tables(self, block: Block) -> Iterator[str]:
        """The words of the tables that a block shows: its labels, the notes of its claims."""
        labels = (value for value in values_in(block) if isinstance(value, Label))
        yield from (label.words(language) for label in labels for language in LANGUAGES)
        for claim in self._claims(block):
            yield from (
                self.recount.tables["claims"][claim][f"note_{language}"] for language in LANGUAGES
            )

    def _numbers(self, block: Block) -> Iterator[Quantity]:
        """Every number that a block shows; days and labels were looked up when it was read."""
        rows = _table(block).data if isinstance(block, blocks.Chart) else ()
        on_page = (block, *rows)
        yield from (value for value in values_in(on_page) if isinstance(value, Quantity))
        for code in self._claims(block):
            for claim in claims.recompute(self.document.known, code):
                yield from filter(None, (claim.stated, claim.computed, *claim.operands))

    def _claims(self, block: Block) -> list[str]:
        """The claims that a block lists and the tables hold."""
        return [x for x in getattr(block, "claims", ()) if x in self.recount.tables["claims"]]

    def _wrong_number(self, number: Quantity) -> Iterator[str]:
        """What of a number is not what the tables and its recipe give."""
        try:
            own = self.recount.number(number.recipe)
        except UserError as error:
            yield f"{number.name}: {error}\n{_COMPUTE}"
            return
        for what, right in zip(("value", "low", "high"), own.sides, strict=True):
            if not _equal(have := getattr(number, what), right):
                given = "open" if right is None else f"{float(right):.12g}"
                given = f"{have} is not what its figures give, {given}"
                yield f"{number.name}: {what} {given}\n{_COMPUTE}"
        for what in ("unit", "hedge", "places"):
            if (have := getattr(number, what)) != (right := getattr(own, what)):
                given = f"“{have}” is not what its figures give, “{right}”"
                yield f"{number.name}: {what} {given}\n{_COMPUTE}"


def _equal(one: Decimal | None, other: Fraction | None) -> bool:
    """Equal as far as the 28 digits of a Decimal go."""
    if one is None or other is None:
        return one is None and other is None
    return one.is_finite() and abs(Fraction(one) - other) <= abs(other) / 10**20


# ------------------------------------------------------------------------------------------ tables


def _side_by_side(block: Block) -> Iterator[Sequence[Text | Formed]]:
    """What stands side by side: the words and number of a headline; what opens a finding and its
    numbers; a row of a table; the head of a column and what stands below it; a title and all
    numbers under it; what a mark is made of."""
    if isinstance(block, blocks.Headline):
        for words in filter(None, (block.label, block.note)):
            yield words, block.number
    if isinstance(block, blocks.KeyFinding) and block.head is not None:
        yield block.head, *block.text.values
    if not isinstance(block, blocks.Table | blocks.Chart):
        return
    table = _table(block)
    rows = [[*texts_in(row)] for row in table.data]
    yield from rows
    for head, *cells in zip(table.columns, *table.data, strict=True):
        yield [head, *(x for x in texts_in(tuple(cells)) if isinstance(x, Formed))]
    numbers = [x for row in rows for x in row if isinstance(x, Formed)]
    titles = (block.title, getattr(block, "subtitle", None))
    yield from ([words, *numbers] for words in titles if words is not None)
    for mark in _marks(block):
        beside: list[Text | Formed] = [*texts_in(mark)]
        yield beside


def _marks(block: Block) -> Iterator[object]:
    """What a chart draws, piece by piece; of a norm its words and numbers."""
    for name in ("rows", "lines"):
        yield from getattr(block, name, ())
    yield getattr(block, "country", None)
    if norm := getattr(block, "norm", None):
        yield norm.label, norm.low, norm.high


def _table(block: blocks.Table | blocks.Chart) -> blocks.Rows:
    """The table of a block.

    Empty where a chart computes with unlike units, which `charted` tells.
    """
    try:
        return block.table
    except UnitError:
        return blocks.Rows(columns=(), data=())
