"""The gate on a document: what no page may show, found before anything is drawn or written.

It runs outside the notebook's process and reads the tables by itself. Typed words and Markdown are
held against the lists of `typed`; every number is computed again by `recount` and must be the one
that the page will show, in both languages; a chart must draw what its table holds.

What it cannot tell, beside what `typed` names: a sentence that names another thing, place, reform
or day than the figure in it; a comparison that shows no number, unless `holds=` states it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import chain, groupby, takewhile
from pathlib import Path
from typing import TypeAlias

from analysis.errors import UserError
from analysis.numbers import claims, figures
from analysis.numbers.periods import Period
from analysis.numbers.quantity import Quantity
from analysis.pages import typed
from analysis.pages.document import Document, Item, Prose, Said
from analysis.pages.recount import Recount
from analysis.saying import blocks, texts
from analysis.saying.blocks import Block
from analysis.saying.texts import LANGUAGES, Cell, Label, Shown, Text, text_of, values
from analysis.saying.words import table as words_table

Drawn: TypeAlias = blocks.Bars | blocks.Shares | blocks.Series

# What stands between typed words for a value, or for a name of names.csv that ends in a digit.
_NUMBER, _DAY, _LABEL, _NAME = "\x00", "\x01", "\x02", "\x03"
_MARKS = {Quantity: _NUMBER, Period: _DAY, Label: _LABEL}
# A number that runs into a word, a name or another number, or has a sign of its own before it.
_GLUED = re.compile(
    r"[\w\x01-\x03][.,:'’]?\x00|\x00[.,:'’]?[\w\x00-\x03]|\x01[.,:'’]?\x01"
    r"|[\x00\x03]\s+\x00|(?<![\w\x00)])[-+−–]\x00"
)
_HEDGE = re.compile(
    r"\b(?:more than|over|above|at least|at most|(?<!add )(?<!adds )up to|fewer than|less than"
    r"|under|below|nearly|almost|about|around|approximately|roughly|some|(?<!cao )(?<!thấp )hơn"
    r"|trên|ít nhất|nhiều nhất|tối thiểu|tối đa|không quá|không dưới|dưới|gần|khoảng|xấp xỉ|ước"
    r"|chừng|ngót|cỡ)\s+$",
    re.IGNORECASE,
)
_UNIT = re.compile(
    r"\s*(\+|(?:or more|or less|or so|trở lên|trở xuống|(?:điểm )?phần trăm"
    r"|per ?cent\w*(?: points?)?)\b)",
    re.IGNORECASE,
)
_POINTS = frozenset({"percentage points", "percentage point", "điểm phần trăm"})
_WAY = re.compile(
    r"(?s:.*)\b(?:(?P<fall>fell|falls?|falling|fallen|dropped|declined?|decreased?|shrank|down|giảm"
    r"|sụt)|(?P<rise>rose|rises?|rising|risen|grew|grows?|grown|increased?|climbed|tăng))\b"
    r"(?P<rest>[^.;:]*)$",
    re.IGNORECASE,
)
_FROM_TO = re.compile(
    r"(?:from|từ)\s+\x00[^\x00.;:(]{0,30}?\s(?P<to>to|xuống|còn|lên)(?:\s(?:còn|tới))?\s+\x00"
)


def refusals(document: Document, data: Path) -> list[str]:
    """Why no page may be made of a document, a line a reason; empty for a good one.

    `data` is the folder of the tables.
    """
    reasons = [*_whole(document), *_twins(document), *_Gate(document, data).cells()]
    return list(dict.fromkeys(f"cell {cell}: {what}" if cell else what for cell, what in reasons))


def warm_up(data: Path) -> None:
    """Read the tables, so that processes forked from this one find them ready."""
    _Gate(Document((), figures.load(data)), data).recount.warm_up()


# -------------------------------------------------------------------------- the document as a whole


def _whole(document: Document) -> Iterator[tuple[int, str]]:
    opening = list(takewhile(_opens, document.items))
    for language in LANGUAGES:
        title = document.title(language)
        begins, all_of_it = (list(_titles(x, language)) for x in (opening, document.items))
        if not [title] == begins == all_of_it:
            yield 0, f"begin the document with one title in plain words in “{language}” (“{title}”)"
    if len(document.of(blocks.Lead)) > 1:
        yield 0, "the document has two leads; a page has one"
    anchors = Counter(block.anchor for block in document.of(blocks.Titled))
    for anchor in (anchor for anchor, times in anchors.items() if times > 1):
        yield 0, f"{anchor} stands twice; give each chart and table its own name"
    ends = {"", *anchors, *("cannot" for _ in document.of(blocks.Limit))}
    # Where something is not known yet, what a finding leads to may be missing with good reason.
    said = [item.block for item in document.items if isinstance(item, Said)]
    if not any(isinstance(block, blocks.Hidden | blocks.Absent) for block in said):
        for see in (each.see for each in document.of(blocks.Finding) if each.see not in ends):
            yield 0, f"a finding leads to “{see}”, which no chart or table is called"


def _opens(item: Item) -> bool:
    return isinstance(item, Prose) or isinstance(item.block, blocks.Title | blocks.Hidden)


def _titles(items: Iterable[Item], language: str) -> Iterator[str]:
    for item in items:
        if isinstance(item, Prose):
            tokens = typed.parsed(item.source(language))
            heads = (token for token in tokens if typed.outline([token]) == ["heading1"])
            yield from (typed.spoken(token).strip() for token in heads)
        elif isinstance(item.block, blocks.Title):
            yield item.block.text.plain(language)


def _twins(document: Document) -> Iterator[tuple[int, str]]:
    """Markdown between two blocks that has another outline in the other language."""
    for _, items in groupby(document.items, key=type):
        cells = [item for item in items if isinstance(item, Prose)]
        outlines = [
            list(chain(*(typed.outline(typed.parsed(cell.source(each))) for cell in cells)))
            for each in LANGUAGES
        ]
        if outlines[0] != outlines[1]:
            vi, en = (", ".join(outline) or "nothing" for outline in outlines)
            yield cells[-1].cell, f"the Markdown up to here is {vi} in “vi”, but {en} in “en”"


# ------------------------------------------------------------------------------------- cell by cell


class _Gate:
    """A document and the tables that it is held against."""

    def __init__(self, document: Document, data: Path) -> None:
        self.document = document
        self.recount = Recount(data, document.known.known_on, document.known.evidence)
        self.claims = self.recount.tables["claims"]
        listed = self.recount.tables["names"].values()
        self.names = typed.names(row[f"label_{each}"] for row in listed for each in LANGUAGES)
        self.nouns: dict[str, dict[str, set[str]]] = {each: {} for each in LANGUAGES}
        for row in self.recount.tables["indicators"].values():
            for language, nouns in self.nouns.items():
                nouns.setdefault(row[f"unit_{language}"].lower(), set()).add(row["unit"])
        counted = sorted({noun.split(",")[0] for noun in self.nouns["vi"]} - {"năm", "%"})
        self.five_of = re.compile(rf"\bnăm (?:{'|'.join(map(re.escape, counted)) or '(?!)'})\b")
        self.numbers: dict[tuple[Quantity, str], list[str]] = {}

    def cells(self) -> Iterator[tuple[int, str]]:
        """What is wrong with each Markdown cell and block, with its cell."""
        for item in self.document.items:
            found = self._prose(item) if isinstance(item, Prose) else self._block(item.block)
            yield from ((item.cell, what) for what in found)

    def _prose(self, prose: Prose) -> Iterator[str]:
        for source in dict.fromkeys((prose.vi, prose.en)):
            tokens = typed.parsed(source)
            yield from typed.unlisted(tokens)
            yield from chain(*map(self._words, typed.passages(tokens)))

    def _words(self, words: str) -> Iterator[str]:
        for what in typed.wrong(words, self.names, self.five_of):
            yield f"“{_short(words)}” {what}"

    def _block(self, block: Block) -> Iterator[str]:
        for each in texts.said(block):
            yield from self._text(each) if isinstance(each, Text) else self._value(each)
        if isinstance(block, blocks.Claims):
            yield from self._recomputed(block.claims)
        if isinstance(block, blocks.Parameters):
            unnamed = [each.name for each in block.own if each.name not in words_table()]
            yield from (f"words.toml has no word for the parameter “{name}”" for name in unnamed)
        if isinstance(block, Drawn):
            yield from _beside_table(block)

    def _recomputed(self, names: Sequence[str]) -> Iterator[str]:
        for name, times in Counter(names).items():
            if times > 1 or name not in self.claims:
                yield f"the claim “{name}” stands twice, or is none of claims.csv"
                continue
            for checked in claims.recompute(self.document.known, name):
                for number in filter(None, (checked.stated, checked.computed, *checked.operands)):
                    yield from self._value(Shown(value=number))

    def _text(self, text: Text) -> Iterator[str]:
        wrong = list(chain(*map(self._value, text.shown)))
        yield from wrong
        numbers = [each.value for each in text.shown if isinstance(each.value, Quantity)]
        for language in LANGUAGES:
            parts = text.parts(language)
            words = "".join(part if isinstance(part, str) else "\n" for part in parts)
            yield from self._words(words)
            if wrong or any(mark in words for mark in (*_MARKS.values(), _NAME)):
                continue  # marks in words would be taken for values
            marked = (part if isinstance(part, str) else _MARKS[type(part.value)] for part in parts)
            named = self.names.sub(_name, "".join(marked))
            if found := _GLUED.search(named):
                around = _short(named[max(0, found.start() - 20) : found.end() + 20])
                yield f"“{around}” sets a number against what stands beside it; put words between"
            for number, found in zip(numbers, re.finditer(_NUMBER, named), strict=True):
                yield from self._beside(
                    number, named[: found.start()], named[found.end() :], language
                )
            yield from _from_to(numbers, named)

    # -- numbers -----------------------------------------------------------------------------------

    def _value(self, shown: Shown) -> list[str]:
        """What is wrong with a number in its form; most stand on a page more than once."""
        quantity, form = shown.value, shown.form
        if not isinstance(quantity, Quantity):
            return []  # days and labels are looked up in the tables whenever a block is read
        if (quantity, form) not in self.numbers:
            try:
                found = list(self._unlike(quantity, form))
            except UserError as error:
                found = [f"{quantity.name}: {error}"]
            self.numbers[quantity, form] = found
        return self.numbers[quantity, form]

    def _unlike(self, quantity: Quantity, form: str) -> Iterator[str]:
        own = self.recount.number(quantity.recipe)
        have = (quantity.value, quantity.low, quantity.high)
        for what, one, other in zip(("value", "low", "high"), have, own.sides, strict=True):
            if not _same(one, other):
                right = "open" if other is None else f"{float(other):.12g}"
                yield f"{quantity.name}: {what} {one} is not what its figures give, {right}"
        if (quantity.unit, quantity.hedge) != (own.unit, own.hedge):
            told = f"{quantity.hedge or 'exactly'} in {quantity.unit}"
            yield f"{quantity.name} is {own.hedge or 'exactly'} in {own.unit}, not {told}"
        for language in LANGUAGES:
            written, right = quantity.words(language, form), own.written(language, form)
            if written != right:
                yield f"{quantity.name} would be shown as “{written}”, but is “{right}”"

    def _beside(self, number: Quantity, before: str, after: str, language: str) -> Iterator[str]:
        """Words next to a number that say something else than the number does."""
        if hedge := _HEDGE.search(before):
            yield f"“{hedge[0].strip()}” stands before {number.name}: a number has its own hedge"
        if unit := _UNIT.match(after):
            if number.unit != "percentage-point" or unit[1].lower() not in _POINTS:
                yield f"“{unit[1]}” follows {number.name}: a number has its own hedge and unit"
        elif noun := self._foreign(number.unit.split("-per-")[0], after, language):
            yield f"“{noun}” follows {number.name}, which counts {number.unit}"
        way, told = self.recount.direction(number.recipe), _WAY.search(before)
        near = told and re.fullmatch(r"(?:\s[\w\x02’'-]+){0,4}\s*", told["rest"])
        if way and told and near and not told[way]:
            yield f"“{told['fall'] or told['rise']}” is said of {number.name}, which is a {way}"

    def _foreign(self, unit: str, after: str, language: str) -> str:
        """The noun after a number, where it names other units than the number's; "" for none."""
        nouns = self.nouns[language]
        words = re.match(r"\s+((?:[^\W\d_]+,?\s?){1,6})", after)
        noun = words[1].lower().strip() if words else ""
        while noun and noun not in nouns:
            noun = noun.rpartition(" ")[0].rstrip(",")
        own = "time" if unit == "times" else unit
        counts = own != "percent" and own in set().union(*nouns.values())
        return noun if noun and counts and own not in nouns[noun] else ""


def _name(found: re.Match[str]) -> str:
    """A name that ends in a digit would run on into a number; any other is like a label."""
    return _NAME if found[0][-1].isdigit() else _LABEL


def _from_to(numbers: Sequence[Quantity], named: str) -> Iterator[str]:
    """“From a to b” that goes up where the words say down, or down where they say up."""
    for found in _FROM_TO.finditer(named):
        at = named[: found.start()].count(_NUMBER)
        first, last = numbers[at : at + 2]
        ways = {"xuống": "fall", "còn": "fall", "lên": "rise"}
        told = _WAY.search(named[: found.start()])
        way = ways.get(found["to"]) or (told and ("fall" if told["fall"] else "rise"))
        if way and (first.value < last.value) != (way == "rise"):
            yield f"“{_short(found[0])}” goes from {first!s} to {last!s}, which is no {way}"


def _beside_table(chart: Drawn) -> Iterator[str]:
    """A bar, dot or point whose label, numbers and days are in no row of the chart's table."""
    drawn: list[tuple[Text, Quantity, Cell]]
    if isinstance(chart, blocks.Series):
        drawn = [(line.label, p.number, p.day) for line in chart.lines for p in line.points]
    else:
        drawn = [(mark.label, mark.number, mark.beside) for mark in chart.rows]
    rows = [(_label(row[0]), _inside(row)) for row in chart.table.data]
    for label, number, beside in drawn:
        head, shown = _label(label), _inside((number, beside))
        if not any(row == head and shown <= cells for row, cells in rows):
            yield f"{chart.anchor}: what is drawn for “{label.plain('en')}” is not in its table"
    units = sorted({number.unit for _, number, _ in drawn})
    if len(units) > 1:
        yield f"{chart.anchor} draws unlike units on one scale: {', '.join(units)}"


def _inside(cells: Iterable[Cell]) -> set[Quantity | Period]:
    """The numbers and days of some cells."""
    return {value for value in values(tuple(cells)) if isinstance(value, Quantity | Period)}


def _label(cell: Cell) -> list[str]:
    return [text_of(cell).plain(language) for language in LANGUAGES if cell is not None]


def _same(one: Decimal | None, other: Fraction | None) -> bool:
    """Equal as far as the 28 digits of a Decimal go."""
    if one is None or other is None:
        return one is None and other is None
    return one.is_finite() and abs(Fraction(one) - other) <= abs(other) / 10**20


def _short(words: str) -> str:
    readable = re.sub(r"[\x00-\x1f]", "…", words).strip()
    return readable if len(readable) <= 60 else f"{readable[:59]}…"
