"""The gate on a document: what no page may show, found before anything is drawn or written.

It runs outside the notebook's process and reads the tables by itself. Typed words and Markdown are
held against the lists of `typed`; every number is computed again by `recount` and must be the one
that the page will show, in both languages; the words `beside` it must not say another thing of it;
a chart must draw what its table holds.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import cache
from itertools import chain, takewhile, zip_longest
from pathlib import Path

from analysis.errors import UserError
from analysis.numbers import claims, places
from analysis.numbers.figures import Figures
from analysis.numbers.inline import Label
from analysis.numbers.periods import Period
from analysis.numbers.quantity import Quantity
from analysis.pages import recount, typed
from analysis.pages.beside import Beside, passage
from analysis.pages.document import Document, Prose
from analysis.saying import blocks, texts
from analysis.saying.blocks import Block
from analysis.saying.texts import LANGUAGES, Cell, Text, text_of, values
from analysis.saying.words import table as words_table


def refusals(document: Document, data: Path) -> list[str]:
    """Why no page may be made of a document, a line a reason; empty for a good one.

    `data` is the folder of the tables.
    """
    reasons = [*_whole(document), *_Gate(document, data).cells()]
    return list(dict.fromkeys(f"cell {cell}: {what}" if cell else what for cell, what in reasons))


def warm_up(known: Figures, data: Path) -> None:
    """Read the tables and compile what is looked for, for processes forked from this one."""
    _Gate(Document((), known), data).recount.warm_up()


# -------------------------------------------------------------------------- the document as a whole


def _whole(document: Document) -> Iterator[tuple[int, str]]:
    outlines = {each: list(_outline(document, each)) for each in LANGUAGES}
    for language, outline in outlines.items():
        titles = [words for _, kind, words in outline if kind == "heading1"]
        opening = takewhile(lambda each: each[1] != "block", outline)
        if [document.title(language)] != titles or "heading1" not in [each[1] for each in opening]:
            yield 0, f"begin the document with one title in plain words in “{language}”"
    for vi, en in zip_longest(*outlines.values(), fillvalue=(0, "nothing", "")):
        if vi[1] != en[1]:
            yield max(vi[0], en[0]), f"here stands {vi[1]} in “vi”, but {en[1]} in “en”"
            break
    names = Counter(block.anchor for block in document.of(blocks.Titled))
    for name, times in (names + Counter(lead=len(document.of(blocks.Lead)))).items():
        if times > 1:
            yield 0, f"{name} stands twice; a page has one lead, and one chart or table of a name"
    ends = {"", *names, *("cannot" for _ in document.of(blocks.Limit))}
    # Where something is not known yet, what a finding leads to may be missing with good reason.
    said = [item.block for item in document.items if not isinstance(item, Prose)]
    if not any(isinstance(block, blocks.Hidden | blocks.Absent) for block in said):
        for see in (each.see for each in document.of(blocks.Finding) if each.see not in ends):
            yield 0, f"a finding leads to “{see}”, which no chart or table is called"


def _outline(document: Document, language: str) -> Iterator[tuple[int, str, str]]:
    """What follows what in a language: cell, kind (`heading1`, `paragraph`, `block` …), words."""
    for item in document.items:
        if isinstance(item, Prose):
            for kind, words in typed.passages(typed.parsed(item.source(language))):
                yield item.cell, kind, words.strip()
        elif isinstance(item.block, blocks.Title):
            yield item.cell, "heading1", item.block.text.plain(language)
        elif not isinstance(item.block, blocks.Hidden):
            yield item.cell, "block", ""


# ------------------------------------------------------------------------------------- cell by cell


def by_hand(words: Iterable[str], known: Figures, data: Path) -> list[str]:
    """What no page may show of words that are typed outside of notebooks, each finding once."""
    counted = recount.of(data)
    allowed = _words(counted, Beside(counted.tables, known.as_of))
    return [*dict.fromkeys(chain.from_iterable(map(allowed.wrong, words)))]


def _words(counted: recount.Recount, beside: Beside) -> typed.Words:
    """What words typed by hand may hold: the names that the tables list."""
    listed = [*counted.tables["names"].values(), *counted.tables["areas"].values()]
    names = {row[f"label_{each}"] for row in listed for each in LANGUAGES}
    names |= {row["label_vi"].partition(" ")[2] for row in listed}  # Huyện Ba Vì → Ba Vì
    for row in counted.tables["places"].values():
        names |= {each.partition(" (")[0] for each in places.former(row)}  # Xã Ba Trại
    return typed.Words(names, beside.counted)


class _Gate:
    """A document and the tables that it is held against."""

    def __init__(self, document: Document, data: Path) -> None:
        self.document = document
        self.recount = recount.of(data)
        self.beside = Beside(self.recount.tables, document.known.as_of)
        self.words = _words(self.recount, self.beside)
        self.in_table = cache(lambda words: list(self.words.wrong(words)))
        self.unlike = cache(lambda number: list(self._unlike(number)))

    def cells(self) -> Iterator[tuple[int, str]]:
        """What is wrong with each Markdown cell and block, with its cell."""
        for item in self.document.items:
            found = self._prose(item) if isinstance(item, Prose) else self._block(item.block)
            yield from ((item.cell, what) for what in found)

    def _prose(self, prose: Prose) -> Iterator[str]:
        for tokens in map(typed.parsed, dict.fromkeys((prose.vi, prose.en))):
            yield from typed.unlisted(tokens)
            for _, words in typed.passages(tokens):
                yield from self.words.wrong(words)

    def _block(self, block: Block) -> Iterator[str]:
        wrong = [each for number in self._numbers(block) for each in self.unlike(number)]
        yield from wrong
        for text in (each for each in texts.said(block) if isinstance(each, Text)):
            for language in LANGUAGES:
                parts = text.parts(language)
                by_hand = "".join(each if isinstance(each, str) else "\n" for each in parts)
                words = list(self.words.wrong(by_hand))
                yield from words
                if not wrong and not words:
                    yield from self.beside.wrong(passage(parts, language))
        for cells in [] if wrong else _lines(block):
            said = chain(*((*text_of(each).vi, " ") for each in cells if each is not None))
            yield from self.beside.of_another(passage(said, "vi"))
        yield from self._looked_up(block)
        for name in [x.name for x in getattr(block, "own", ()) if x.name not in words_table()]:
            yield f"words.toml has no word for the parameter “{name}”"
        for name, times in Counter(getattr(block, "claims", ())).items():
            if times > 1 or name not in self.recount.tables["claims"]:
                yield f"the claim “{name}” stands twice, or is none of claims.csv"
        if isinstance(block, blocks.Chart):
            yield from _beside_table(block)

    def _looked_up(self, block: Block) -> Iterator[str]:
        """A number in the words of the tables that a block shows: its labels, notes of claims."""
        labels = (each for each in values(block) if isinstance(each, Label))
        said = [label.words(language) for label in labels for language in LANGUAGES]
        for name in getattr(block, "claims", ()):
            if name in self.recount.tables["claims"]:
                row = self.recount.tables["claims"][name]
                said += [row[f"note_{language}"] for language in LANGUAGES]
        for words in dict.fromkeys(said):
            yield from self.in_table(words)

    def _numbers(self, block: Block) -> Iterator[Quantity]:
        """Every number that a block shows; days and labels were looked up when it was read."""
        yield from (each for each in values(block) if isinstance(each, Quantity))
        listed = (x for x in getattr(block, "claims", ()) if x in self.recount.tables["claims"])
        for checked in chain(*(claims.recompute(self.document.known, name) for name in listed)):
            yield from filter(None, (checked.stated, checked.computed, *checked.operands))

    def _unlike(self, number: Quantity) -> Iterator[str]:
        """What of a number is not what the tables and its recipe give."""
        try:
            own = self.recount.number(number.recipe)
        except UserError as error:
            yield f"{number.name}: {error}"
            return
        for what, right in zip(("value", "low", "high"), own.sides, strict=True):
            if not _same(have := getattr(number, what), right):
                given = "open" if right is None else f"{float(right):.12g}"
                yield f"{number.name}: {what} {have} is not what its figures give, {given}"
        for what in ("unit", "hedge", "places"):
            if (have := getattr(number, what)) != (right := getattr(own, what)):
                yield f"{number.name}: {what} “{have}” is not what its figures give, “{right}”"


def _same(one: Decimal | None, other: Fraction | None) -> bool:
    """Equal as far as the 28 digits of a Decimal go."""
    if one is None or other is None:
        return one is None and other is None
    return one.is_finite() and abs(Fraction(one) - other) <= abs(other) / 10**20


# -------------------------------------------------------------------------------- tables and charts


def _lines(block: Block) -> Sequence[Sequence[Cell]]:
    """What stands side by side: each row of a table, a headline's label and number."""
    if isinstance(block, blocks.Headline):
        return [(block.label, text_of(block.number))]
    return block.table.data if isinstance(block, blocks.Chart | blocks.Table) else ()


def _beside_table(chart: blocks.Chart) -> Iterator[str]:
    """A mark whose label, numbers and days are in no row of the chart's table."""
    units: dict[str, set[str]] = defaultdict(set)
    for label, number, said, scale in chart.marks():
        units[scale].add(number.unit)
        shown = {*_inside((number, said))}
        rows = (row for row in chart.table.data if row[0] and text_of(row[0]) == label)
        if not any(shown <= {*_inside(row)} for row in rows):
            yield f"{chart.anchor}: what is drawn for “{label.plain('en')}” is not in its table"
    for mixed in (sorted(each) for each in units.values() if len(each) > 1):
        yield f"{chart.anchor} draws unlike units on one scale: {', '.join(mixed)}"


def _inside(cells: Sequence[Cell]) -> Iterator[Quantity | Period]:
    """The numbers and days of some cells."""
    yield from (each for each in values(tuple(cells)) if isinstance(each, Quantity | Period))
