"""Numbers and words as HTML: each number in `<data>` with its figures' ids and a link to its note.

A `Writer` writes one document in one language; its `notes` keep which number has which note, and
what was shown. All it returns is Markup: words from notebooks and tables are escaped here.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Mapping
from decimal import Decimal
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup, escape

from analysis.numbers import claims, numerals, periods
from analysis.numbers.figures import Figures
from analysis.numbers.periods import Period
from analysis.numbers.quantity import RATIOS, Quantity
from analysis.numbers.schema import LANGUAGES
from analysis.pages.notes import Notes
from analysis.pages.site import ALONE, Site
from analysis.pages.workings import terms
from analysis.saying.texts import Cell, Formed, Label, Text
from analysis.saying.words import word

# Two links to one note, with nothing but words and signs between them.
_NEIGHBOURS = re.compile(
    r'(<a href="(#note-\d+)"[^>]*>(?:(?!</?a\b).)*)</a>([^<>()]*)<a href="\2"[^>]*>'
)
_NUMBERED = re.compile(r"(?:(?:số|No\.) )?\d\w*[-/]\S+")  # “số 126/NQ-CP”: it stays on its line
PREFIX = "source-"  # of the pages of sources; no report can have such a name
_MANY_SOURCES, _MANY_COUNTED, _BESIDE = 8, 6, 3


@cache
def environment() -> jinja2.Environment:
    """The templates, compiled once for a process."""
    templates = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).with_name("templates")),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    templates.globals["ranges"] = ranges
    templates.globals["style"] = style
    templates.globals["address"] = address
    templates.tests["fits"] = lambda pattern, name: fnmatchcase(name, pattern)
    return templates


@cache
def style(*parts: str) -> Markup:
    """The style of all pages, with the further parts that a page names, without comments."""
    texts = (environment().get_template(f"{name}.css").render() for name in ("style", *parts))
    return Markup(re.sub(r"/\*.*?\*/|\n+", "", "".join(texts), flags=re.S))


@cache
def macros(name: str = "blocks") -> Any:
    """The macros of a template: of `blocks.html.j2`, one for each kind of block."""
    return environment().get_template(f"{name}.html.j2").module


def address(source: str, figure: str = "") -> str:
    """The address of a source, or of one of its figures, from any page of the same language.

    It follows from the ids alone, so it stays the same from edition to edition.
    """
    return f"{PREFIX}{source}.html" + (f"#{figure}" if figure else "")


class Writer:
    """Writes the words and numbers of one page."""

    def __init__(self, known: Figures, language: str, site: Site = ALONE) -> None:
        self.known, self.language = known, language
        self.pages, self.tiles, self.classes = site.pages, site.tiles, site.map.get("classes", ())
        self.notes = Notes(known)
        self.linked_areas: dict[str, str] = {}  # code: page, "" for none
        self._names = known.names_pattern()

    # -- words -------------------------------------------------------------------------------------

    @property
    def other(self) -> str:
        """The other language."""
        return next(language for language in LANGUAGES if language != self.language)

    def plain(self, key: str) -> str:
        """A word of words.toml without markup, for attributes."""
        return word(key, self.language)

    def word(self, key: str) -> Markup:
        """A word of words.toml, with the names in it marked."""
        return self.words(word(key, self.language))

    def words(self, text: str) -> Markup:
        """Plain words, escaped, with the names that hold digits marked."""
        parts, rest = [], 0
        for match in self._names.finditer(text):
            parts += [escape(text[rest : match.start()]), self.name(match.group())]
            rest = match.end()
        return Markup("").join([*parts, escape(text[rest:])])

    def name(self, words: str) -> Markup:
        """A name, number of a document or ordinal with digits, marked: it is no figure."""
        written = _NUMBERED.sub(r'<span class="whole">\g<0></span>', str(escape(words)))
        return Markup(f'<span class="name">{written}</span>')

    def text(self, text: Text, link: bool = True, areas: bool = False) -> Markup:
        """A Text: its words escaped, its numbers as `number` writes them, its areas linked if asked
        for."""
        parts: list[Markup] = []
        value = self._area if areas else self.value
        for part in text.parts(self.language):
            if isinstance(part, str):
                # A number or name keeps the word or bracket that follows it on its line.
                joined = re.sub(r"^ (?=[\w(])", "\u00a0", part) if parts else part
                parts.append(self.words(joined))
            else:
                ranged = parts[1:] and parts[-1] == "–"
                parts.append(value(part, link))
                parts[-3:] = [_whole(*parts[-3:])] if ranged else parts[-3:]
        return Markup("").join(parts)

    def value(self, formed: Formed, link: bool = True) -> Markup:
        """A number, day or label between words."""
        if isinstance(formed.value, Quantity):
            return self.number(formed.value, formed.form, link)
        if isinstance(formed.value, Period):
            return self.day(formed.value, formed.form)
        words = formed.words(self.language)
        return self.name(words) if formed.value.table == "sources" else self.words(words)

    def cell(
        self, cell: Cell, link: bool = True, empty: str = "not_printed", areas: bool = False
    ) -> Markup:
        """A cell of a table; where it is empty, a word: “not printed”, never zero.

        The label of an area leads to the report of that area, between words only with `areas`.
        """
        if cell is None:
            return self.word(empty)
        if isinstance(cell, Text):
            return self.text(cell, areas=areas)
        return self._area(Formed(value=cell), link)

    def _area(self, formed: Formed, link: bool) -> Markup:
        """A value between words; the label of an area leads to its report (`link`)."""
        written = self.value(formed, link)
        if not (link and isinstance(formed.value, Label)):
            return written
        report = self.report(formed.value.code)
        return Markup('<a href="{}.html">{}</a>').format(report, written) if report else written

    def report(self, code: str) -> str:
        """The report that an area has, "" for none; the page rests on which it is."""
        return self.linked_areas.setdefault(code, str(self.pages.get(code, "")))

    def label(self, table: str, code: str) -> Markup:
        """The label of a row of the tables."""
        return self.words(self.known.label(table, code).words(self.language))

    def day(self, period: Period, form: str = "") -> Markup:
        """A day or period, each date in `<time datetime>`."""
        pairs = periods.pairs(period, self.language, form)
        written = [self.time(words, iso) if iso else escape(words) for words, iso in pairs]
        return _whole(*written) if ("–", "") in pairs else Markup("").join(written)

    def iso(self, day: str, form: str = "") -> Markup:
        """An ISO day as the language writes it."""
        return self.day(periods.read(day), form)

    def time(self, words: str, iso: str) -> Markup:
        """A date as shown, in `<time datetime>`."""
        self.notes.days[words] = iso
        return Markup(f'<time datetime="{escape(iso)}">{escape(words)}</time>')

    def number(self, quantity: Quantity, form: str = "", link: bool = True) -> Markup:
        """A Quantity in `<data>` with its value and figures, linked to its note (`link`)."""
        words = quantity.words(self.language, form)
        bound = self._data(quantity, words, numerals.plain(quantity.shown_value(form)))
        if not link:
            return bound
        return Markup(f'<a href="#note-{self.notes.lead(quantity)}">{bound}</a>')

    def _data(self, quantity: Quantity, words: str, value: str) -> Markup:
        ids = " ".join(quantity.figures)
        self.notes.shown[quantity][words] = value
        figures, escaped = escape(ids), escape(words)
        return Markup(f'<data value="{value}" data-figures="{figures}">{escaped}</data>')

    def numbers(self, quantities: Iterable[Quantity]) -> Markup:
        """Numbers, each with a link to its note."""
        return Markup("; ").join([self.number(number) for number in quantities])

    # -- claims ------------------------------------------------------------------------------------

    def verdict(self, claim: claims.Recomputed) -> str:
        """The word of a verdict, which is kept for the note of the stated number, too."""
        words = word(f"verdict_{claim.judgement}", self.language)
        self.notes.verdicts[claim.stated.figure] = words
        return words

    # -- notes -------------------------------------------------------------------------------------

    def note_rows(self) -> list[tuple[int, Markup]]:
        """The number and the HTML of each note."""

        def computed(quantity: Quantity) -> Markup:
            return Markup(macros().computed_note(self, quantity))

        def printed(*about: Any) -> Markup:
            return Markup(macros().printed_note(self, *about))

        return self.notes.written(computed, printed)

    def decimal(self, limit: float) -> str:
        """A limit between two classes of a map."""
        exact = Decimal(str(limit))
        return numerals.show(exact, max(0, -int(exact.as_tuple().exponent)), self.language, False)

    def as_printed(self, quantity: Quantity, printed: str) -> Markup:
        """A figure in the words of its source, without a link."""
        return self._data(quantity, printed, numerals.plain(quantity.value))

    def bound(self, quantity: Quantity, value: Decimal, percent: bool = True) -> Markup:
        """A bound of a number, without a link; before a dash with no percent sign (`percent`)."""
        return self._rounded(quantity, value, _places_of_bounds(quantity), percent)

    def beyond_whole(self, quantity: Quantity) -> bool:
        """Whether a share could, by its bounds alone, be more than the whole."""
        high = quantity.high
        return quantity.kind == "share" and high is not None and quantity.value <= 100 < high

    def whole(self, share: Quantity) -> Markup:
        """The most that a part can be of its whole: 100 %."""
        return self._rounded(share, Decimal(100), 0)

    def narrow(self, quantity: Quantity) -> bool:
        """Whether the bounds of a number are written alike: a range too narrow to name."""
        if quantity.low is None or quantity.high is None:
            return False
        places = _places_of_bounds(quantity)
        low, high = (
            numerals.round_half_up(bound, places) for bound in (quantity.low, quantity.high)
        )
        return low == high

    def finer(self, quantity: Quantity, form: str = "") -> Markup:
        """The value of a number; of a ratio with two digits more than it is shown with."""
        ratio = quantity.unit in RATIOS or quantity.kind == "per"
        value = abs(quantity.value) if form == "fall" else quantity.value
        return self._rounded(quantity, value, quantity.places + 2 * ratio)

    def _rounded(
        self, quantity: Quantity, value: Decimal, places: int, percent: bool = True
    ) -> Markup:
        percent = percent and quantity.unit == "percent"
        words = numerals.show(value, places, self.language, percent)
        return self._data(quantity, words, numerals.plain(numerals.round_half_up(value, places)))

    def counted(self, quantity: Quantity) -> Markup:
        """Where the figures that were counted stand; very many are listed elsewhere."""
        if len(self._sources_of([quantity])) > _MANY_COUNTED:
            return Markup('<a href="claims.html">{}</a>').format(self.word("elsewhere"))
        return self.source_line([quantity])

    def formula(self, quantity: Quantity) -> Markup:
        """The calculation of a computed number; neighbours with one note become one link."""
        written, joined = "", str(self.turns(terms(quantity, self.language)))
        while joined != written:
            written, joined = joined, _NEIGHBOURS.sub(r"\1\3", joined)
        return Markup(written)  # made of Markup alone

    def turns(self, parts: Iterable[str | Quantity]) -> Markup:
        """Words and numbers in turn, as HTML."""
        written = (
            self.words(part) if isinstance(part, str) else self.number(part) for part in parts
        )
        return Markup("").join(written)

    # -- sources -----------------------------------------------------------------------------------

    def _sources_of(self, quantities: Iterable[Quantity]) -> list[str]:
        rows = (self.known.row(figure) for number in quantities for figure in number.figures)
        return list(dict.fromkeys(str(row["source"]) for row in rows))

    def source_line(self, quantities: Iterable[Quantity], short: bool = True) -> Markup:
        """Links to the sources of some numbers as met. Of many, if `short`, one to their list, and
        on paper, where that list is folded, their names."""
        ids = self._sources_of(quantities)
        names = Markup("; ").join(self.link(source) for source in ids)
        if not short or len(ids) <= _MANY_SOURCES:
            return names
        many = Markup('<a class="many" href="#sources">{}</a><span class="each">{}</span>')
        return many.format(self.word("each_source"), names)

    def margin_sources(self, *texts: Text | None) -> tuple[list[Markup], int]:
        """The sources of the numbers in some texts, each with its paragraphs, and of what is said
        of places: the first three, and how many there are."""
        by_source: dict[str, list[str]] = {}
        values = [value.value for text in texts if text for value in text.values]
        for figure in (f for value in values if isinstance(value, Quantity) for f in value.figures):
            row = self.known.row(figure)
            by_source.setdefault(str(row["source"]), []).append(str(row["locator"]))
        for label in (value for value in values if isinstance(value, Label)):
            if label.table == "places":
                by_source.setdefault(self.known.place(label.code).source, [])
        first = list(by_source.items())[:_BESIDE]
        return [self.with_paragraphs(*each) for each in first], len(by_source)

    def with_paragraphs(self, source: str, locators: Iterable[str]) -> Markup:
        """A source and its paragraphs."""
        listed = ranges(int(locator[1:]) for locator in locators if locator)
        if not listed:
            return self.link(source)
        numbers = ", ".join("–".join(map(str, ends)) for ends in listed)
        key = "paragraph" if numbers.isdecimal() else "paragraphs"
        return Markup("{}, {}").format(self.link(source), self.name(f"{self.plain(key)} {numbers}"))

    def link(self, source: str, href: str = "", via: bool = True) -> Markup:
        """A source by its publisher and day, linked to its entry in the list of sources, or to the
        address of a figure; `via` tells where a reprint or copy was read."""
        self.notes.used.setdefault(source, [])
        row = self.known.entry("sources", source)
        return Markup(macros().link(self, row, href or f"#{PREFIX}{source}", via))

    def publisher(self, row: Mapping[str, Any], short: bool = False, via: bool = True) -> Markup:
        """The publisher of a source, read out as Vietnamese where its name is.

        In the table, brackets behind a name say where a reprint or a copy was read (“đăng lại: …”),
        which stands here where `via`, or what else is known of it, which `short` leaves out.
        """
        if row["publisher"] == "unknown":
            return self.word("unknown_publisher_short" if short else "unknown_publisher")
        name, _, beside = str(row["publisher"]).removesuffix(")").partition(" (")
        _, copied, read_at = beside.partition(": ")
        english = self.language == "en" and row["publisher_en"]
        name = english or name
        if beside and not copied and not short:
            name = f"{name} ({beside})"
        named = self.name(name) if re.search(r"\d", name) else escape(name)
        if self.language == "en" and not english and not name.isascii():
            named = Markup('<span lang="vi">{}</span>').format(named)
        if not copied or not via:
            return named
        copy = Markup('{}<span class="via"> ({} {})</span>')
        return copy.format(named, self.word("read_at"), self.name(read_at))

    @staticmethod
    def short(headline: str) -> str:
        """The first words of a headline, for a source of no known publisher."""
        return textwrap.shorten(headline, 28, placeholder="…").replace(",…", "…")

    def grade(self, grade: str) -> Markup:
        """How much of a source was read."""
        return self.word("grade_" + re.sub(r"\W+", "_", grade).strip("_"))

    def lang(self, language: str) -> Markup:
        """Marks words in the other language; words in the page's own need no mark."""
        return Markup("") if language == self.language else Markup(' lang="{}"').format(language)


def _whole(*parts: Markup) -> Markup:
    """A range, of which no part goes to the next line."""
    return Markup('<span class="whole">{}</span>').format(Markup("").join(parts))


def _places_of_bounds(quantity: Quantity) -> int:
    """How many decimals the bounds of a number are written with: one more where it is a ratio."""
    finer = quantity.unit in RATIOS or quantity.kind == "per" or quantity.places > 0
    return quantity.places + finer


def ranges(numbers: Iterable[int]) -> list[list[int]]:
    """Whole numbers in order, neighbours joined: the two ends of a range, or a number alone.

    >>> ranges([12, 13, 14, 18])
    [[12, 14], [18]]
    """
    joined: list[list[int]] = []
    for number in sorted(set(numbers)):
        if joined and number == joined[-1][-1] + 1:
            joined[-1][1:] = [number]
        else:
            joined.append([number])
    return joined
