"""Bilingual sentences whose numbers are Quantities, and the page that remembers every number shown.

A notebook makes one `Page` and says everything through it. Numbers reach a reader only as Quantities put
into a template (`{rate}`), dates only as Periods: a digit typed into a template is an error, and so is a
template whose two languages do not show the same numbers. Each number links to a note that says where it
was printed or how it was computed; `Page.sources` writes the notes and the sources at the end.

    page.say(vi="Giảm còn {after} người.", en="Down to {after} people.", after=staff.after)

Forms: `{x}` with its hedge, `{x:bare}` without, `{x:size}` without sign, `{x:sign}` with a plus or minus;
`{day}` in words, `{day:short}` as 16/7/2025, `{day:end}` the last day of a span.
"""

from __future__ import annotations

import html
import json
import re
import string
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from analysis import figures, numerals, periods
from analysis.figures import Figures
from analysis.periods import Period
from analysis.quantity import Quantity

RECORD = "application/vnd.briefing+json"
LANGUAGES = ("vi", "en")
# Two links to one note, with nothing but words and signs between them.
_NEIGHBOURS = re.compile(r'(<a href="(#note-\d+)"[^>]*>(?:(?!</?a\b).)*)</a>([^<>()]*)<a href="\2"[^>]*>')
_FORMS = {"", "bare", "size", "sign", "short", "end"}

# Interface words of the parts that this module writes, by language.
WORDS = {
    "vi": {
        "notes": "Ghi chú: mỗi con số lấy từ đâu",
        "sources": "Nguồn",
        "used": "Dùng ở ghi chú",
        "used-once": "Dùng ở ghi chú",
        "undated": "không rõ ngày đăng",
        "no-later": "chậm nhất",
        "accessed": "đọc",
        "published": "đăng",
        "by": "đăng chậm nhất",
        "core": "bài gốc",
        "context": "nguồn đối chiếu",
        "paragraph": "đoạn",
        "no-paragraph": "không lưu nguyên văn",
        "interval": "khoảng giá trị phù hợp với cách làm tròn",
        "from": "từ",
        "below": "đến dưới",
        "at_least": "không dưới",
        "at_most": "không quá",
        "unknown": "Không rõ cơ quan đăng",
        "absent": "Đến ngày và trong phạm vi nguồn đã chọn, chưa nguồn nào nêu số liệu cho phần này.",
        "full text": "đọc nguyên văn",
        "full short item": "đọc trọn tin ngắn",
        "official list (mirror)": "danh mục chính thức (bản sao)",
        "excerpt": "chỉ đọc trích đoạn",
        "excerpt, translated": "chỉ đọc trích đoạn bản dịch",
        "open": "Xem nguồn",
        "no-url": "Không lưu địa chỉ trang",
        "against": "so với",
        "and-so-on": "và các số hạng khác",
        "elsewhere": "liệt kê trong báo cáo kiểm tra phép tính",
        "each-source": "theo ghi chú của từng con số, trong danh mục nguồn",
        "count": "Đếm từ số đã nêu",
        "parameters": "Tham số",
        "known_on": "Nguồn đăng đến ngày",
        "evidence": "Nguồn sử dụng",
        "today": "không giới hạn (toàn bộ nguồn đã đọc)",
        "evidence-core": "chỉ năm bài gốc",
        "evidence-all": "năm bài gốc và nguồn đối chiếu",
        "province": "Tỉnh, thành phố",
        "to-chart": "xem số liệu",
        "needed": "số nguyên cần có để đạt tỷ lệ đã in",
    },
    "en": {
        "notes": "Notes: where each number comes from",
        "sources": "Sources",
        "used": "Used in notes",
        "used-once": "Used in note",
        "undated": "undated",
        "no-later": "by",
        "accessed": "read",
        "published": "published",
        "by": "published no later than",
        "core": "core article",
        "context": "context source",
        "paragraph": "paragraph",
        "no-paragraph": "full text not held",
        "interval": "range consistent with the rounding",
        "from": "from",
        "below": "to below",
        "at_least": "not less than",
        "at_most": "not more than",
        "unknown": "Publisher unknown",
        "absent": "By the day and within the evidence chosen, no source had printed figures for this part.",
        "full text": "read in full",
        "full short item": "short item read in full",
        "official list (mirror)": "official list (mirror)",
        "excerpt": "excerpt read",
        "excerpt, translated": "translated excerpt read",
        "open": "Open the article",
        "no-url": "Page address not held",
        "against": "against",
        "and-so-on": "and the other terms of the sum",
        "elsewhere": "listed in the report on calculations",
        "each-source": "as the note of each number says, in the list of sources",
        "count": "Counted from printed figures",
        "parameters": "Parameters",
        "known_on": "Sources printed up to",
        "evidence": "Sources used",
        "today": "no limit (every source read)",
        "evidence-core": "the five core articles alone",
        "evidence-all": "the five core articles and context sources",
        "province": "Province or city",
        "to-chart": "see the data",
        "needed": "whole number needed to reach the printed percentage",
    },
}


class ProseError(ValueError):
    """A sentence that would show a number which is not a Quantity, or not the same one in both languages."""


@dataclass(frozen=True)
class Text:
    """A sentence or label in both languages; `{name}` stands for one of `values`."""

    vi: str
    en: str
    values: dict[str, Any] = field(default_factory=dict, hash=False)


def text(vi: str, en: str, *, holds: bool = True, **values: Any) -> Text:
    """A Text; raises `ProseError` where the two languages would not show the same values.

    `holds` is the condition under which its words are true (that a count fell, that one share is the larger):
    a sentence that the data no longer bear out stops the report.
    """
    if not holds:
        raise ProseError(f"the figures no longer bear out this sentence; reword it.\nvi: {vi}\nen: {en}")
    fields = {language: _fields(template) for language, template in (("vi", vi), ("en", en))}
    if bool(vi.strip()) != bool(en.strip()):
        raise ProseError(f"something is said in one language alone.\nvi: {vi}\nen: {en}\nSay it in both, or in neither.")
    if sorted(fields["vi"]) != sorted(fields["en"]):
        raise ProseError(
            f"the two languages show different values: vi {sorted(set(fields['vi']))}, en {sorted(set(fields['en']))}.\n"
            f"vi: {vi}\nen: {en}\nPut the same {{names}} into both."
        )
    if fields["vi"] != fields["en"]:
        raise ProseError(
            f"the two languages show the same values in another order, so one may stand in the other's place.\n"
            f"vi: {vi}\nen: {en}\nWord one of them so that the {{names}} follow in the same order."
        )
    named = {name for name, _ in fields["vi"]}
    if named != set(values):
        odd = ", ".join(sorted(named ^ set(values)))
        raise ProseError(f"values and {{names}} differ: {odd}. Give each {{name}} a value and use each value.\nvi: {vi}")
    for _, form in fields["vi"]:
        if form not in _FORMS:
            raise ProseError(f"“{form}” is no form of a number; use one of {', '.join(sorted(_FORMS - {''}))}.\nvi: {vi}")
    return Text(vi, en, values)


def verbatim(vi: str, en: str) -> Text:
    """A Text of words from the data, in which braces are braces."""
    return Text(vi.replace("{", "{{").replace("}", "}}"), en.replace("{", "{{").replace("}", "}}"))


def _fields(template: str) -> list[tuple[str, str]]:
    return [(name, form or "") for _, name, form, _ in string.Formatter().parse(template) if name is not None]


@dataclass(frozen=True)
class Html:
    """Something a reader sees: HTML, shown as such by Jupyter, with the page's record where it is the last."""

    html: str
    record: dict[str, Any] | None = None

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:  # noqa: ARG002
        bundle: dict[str, Any] = {"text/html": self.html, "text/plain": ""}
        return bundle if self.record is None else {**bundle, RECORD: self.record}


@dataclass
class _Note:
    number: int
    quantities: dict[str, Quantity] = field(default_factory=dict)


class Page:
    """One report in one language: it words, numbers and remembers everything that is shown.

    `known` are the figures that may be used; `language` is `vi` or `en`.
    """

    def __init__(self, known: Figures, language: str) -> None:
        if language not in LANGUAGES:
            raise ValueError(f"language is “{language}”; write “vi” or “en”")
        self.known, self.language, self.words = known, language, WORDS[language]
        self._notes: dict[tuple[str, ...], _Note] = {}
        self._shown: dict[tuple[str, str, str], Quantity] = {}
        self._days: dict[str, str] = {}
        self._spans: dict[str, None] = {}
        self._verdicts: dict[str, str] = {}
        self._used: dict[str, list[int]] = {}
        self.charts: list[dict[str, Any]] = []
        self.headline_items: list[dict[str, str]] = []
        self.finding_items: list[str] = []
        self.summary = ("", "")
        self._limited = False
        self.heading = ""
        self.reviews: list[dict[str, str]] = []
        labels = {str(row[f"label_{code}"]) for _, row in known.names.iterrows() for code in LANGUAGES}
        self._names = re.compile(
            "|".join(re.escape(label) for label in sorted(labels, key=len, reverse=True) if re.search(r"\d", label)) or r"(?!)"
        )

    # -- words -----------------------------------------------------------------------------------------

    def label(self, kind: str, code: str) -> Text:
        """The label of an area, indicator or name in both languages."""
        row = self.known.entry(kind, code)
        return verbatim(str(row["label_vi"]), str(row["label_en"]))

    def render(self, given: Text | Quantity | Period | str | None, link: bool = True) -> str:
        """Anything that may be shown, as HTML in the page's language; every number bound, and linked to its note.

        `link=False` is for words that repeat numbers linked beside them, such as a chart's description.
        """
        if given is None:
            return "–"
        if isinstance(given, Text):
            return self._fill(given, plain=False, link=link)
        if isinstance(given, str):
            return self._literal(given)
        return self._value(given, "", plain=False, link=link)

    def plain(self, given: Text | Quantity | Period | str | None) -> str:
        """The same without markup, for chart text and attributes."""
        if given is None:
            return "–"
        if isinstance(given, Text):
            return self._fill(given, plain=True)
        if isinstance(given, str):
            self._literal(given)
            return given
        return self._value(given, "", plain=True)

    def missing(self, *given: Text | None) -> bool:
        """True where one of the texts, or a text within one, rests on a figure that is not known.

        A number typed into a text is an error whether it will be shown or not.
        """
        for item in given:
            if item is not None:
                for literal, *_ in string.Formatter().parse(item.vi if self.language == "vi" else item.en):
                    self._literal(literal)
        return any(
            item is None
            or any(value is None or (isinstance(value, Text) and self.missing(value)) for value in item.values.values())
            for item in given
        )

    def _fill(self, given: Text, plain: bool, link: bool = True) -> str:
        parts: list[str] = []
        for literal, name, form, _ in string.Formatter().parse(given.vi if self.language == "vi" else given.en):
            # A number keeps the word that follows it on its line.
            joined = re.sub(r"^ (?=\w)", "\u00a0", literal) if parts else literal
            parts.append(joined if plain else self._literal(joined))
            if plain:
                self._literal(joined)
            if name is not None:
                parts.append(self._value(given.values[name], form or "", plain, link))
        return "".join(parts)

    def _literal(self, words: str) -> str:
        rest, parts = 0, []
        for match in self._names.finditer(words):
            parts += [self._safe(words[rest : match.start()]), self.name(match.group())]
            rest = match.end()
        return "".join([*parts, self._safe(words[rest:])])

    def _safe(self, words: str) -> str:
        if any(letter.isnumeric() for letter in words):
            raise ProseError(
                f"“{words.strip()}” holds a number typed by hand. Put a Quantity or Period in its place ({{name}}), "
                "or list the name it belongs to in data/names.csv."
            )
        return html.escape(words, quote=False)

    def name(self, words: str) -> str:
        """A name, document number or ordinal that holds digits, marked as such."""
        self._spans[words] = None
        return f'<span class="name">{html.escape(words)}</span>'

    def _value(self, value: Quantity | Period | Text | None, form: str, plain: bool, link: bool = True) -> str:
        if value is None:
            return "–"
        if isinstance(value, Text):
            return self._fill(value, plain, link)
        if isinstance(value, Period):
            return self._period(value, form, plain)
        if not isinstance(value, Quantity):
            raise ProseError(f"{value!r} is no Quantity, Period or Text: only these may be put into a sentence.")
        return value.text(self.language, form) if plain else self.number(value, form, link)

    def _period(self, period: Period, form: str, plain: bool) -> str:
        if form == "end":
            period = Period(period.end)
        pairs = (periods.short if form == "short" else periods.show)(period, self.language)
        return "".join(words if plain or not iso else self.time(words, iso) for words, iso in pairs)

    def time(self, words: str, iso: str) -> str:
        """A date as shown, with its machine form."""
        self._days[words] = iso
        return f'<time datetime="{iso}">{html.escape(words)}</time>'

    def number(self, quantity: Quantity, form: str = "", link: bool = True) -> str:
        """A Quantity as HTML: bound to its figures, linked to its note."""
        shown = quantity.text(self.language, form)
        bound = self._data(quantity, shown, numerals.plain(quantity.shown_value(form)))
        if not link:
            return bound
        note = self._note(quantity)
        return f'<a href="#note-{note}" data-note="{note}">{bound}</a>'

    def _data(self, quantity: Quantity, shown: str, value: str) -> str:
        ids = " ".join(quantity.figures)
        self._shown[(value, shown, ids)] = quantity
        return f'<data value="{value}" data-figures="{ids}">{html.escape(shown)}</data>'

    # -- what a notebook says --------------------------------------------------------------------------

    def say(self, vi: str, en: str, *, holds: bool = True, **values: Any) -> Html:
        """A paragraph; nothing at all where a figure it rests on is not known."""
        given = text(vi, en, holds=holds, **values)
        return Html("" if self.missing(given) else f'<p class="say">{self.render(given)}</p>')

    def title(self, given: Text) -> Html:
        """The heading of a report that is made for many: it names the one this page is about."""
        self.heading = self.plain(given)
        return Html(f"<h1>{self.render(given)}</h1>")

    def lead(self, *choices: Text) -> Html:
        """The answer in one sentence: the first of `choices` whose figures are all known."""
        told = [given for given in choices if not self.missing(given)]
        if told:
            self.summary = (self.render(told[0]), self.plain(told[0]))
            return Html(f'<p class="lead">{self.summary[0]}</p>')
        return Html(f'<p class="absent">{html.escape(self.words["absent"])}</p>')

    def limit(self, vi: str, en: str, **values: Any) -> Html:
        """Something the sources cannot say or must not be read to say."""
        given = text(vi, en, **values)
        if self.missing(given):
            return Html("")
        anchor, self._limited = "" if self._limited else ' id="cannot"', True
        return Html(f'<p class="limit"{anchor}>{self.render(given)}</p>')

    def headlines(self, *items: tuple[Quantity | None, str, Text, Text]) -> Html:
        """Three to five headline numbers: (quantity, form, label, comparison); unknown ones are left out."""
        for quantity, form, label, note in items:
            if quantity is None or self.missing(label, note):
                continue
            self.headline_items.append(
                {"label": self.render(label), "value": self.number(quantity, form), "note": self.render(note)}
            )
        rows = "".join(
            f'<li><span class="number">{item["value"]}</span> <span class="label">{item["label"]}</span> '
            f'<span class="note">{item["note"]}</span></li>'
            for item in self.headline_items
        )
        return Html(f'<ul class="headlines">{rows}</ul>' if rows else "")

    def findings(self, *items: tuple[str, Text]) -> Html:
        """The key findings, each with the id of the chart or table that shows it; unknown ones are left out."""
        for anchor, given in items:
            if not self.missing(given):
                link = f' <a class="to-chart" href="#{anchor}">→ {html.escape(self.words["to-chart"])}</a>' if anchor else ""
                self.finding_items.append(f"{self.render(given)}{link}")
        rows = "".join(f"<li>{item}</li>" for item in self.finding_items)
        return Html(f'<ol class="findings">{rows}</ol>' if rows else "")

    def parameters(self, **own: Text | None) -> Html:
        """The parameters of this run, in words: what it knows, until when, from which evidence."""
        known, words = self.known, self.words
        until = self.render(periods.read(known.known_on)) if known.known_on else html.escape(words["today"])
        rows = [
            ("known_on", until),
            ("evidence", html.escape(words[f"evidence-{known.evidence}"])),
            *((name, self.render(value)) for name, value in own.items() if value is not None),
        ]
        body = "".join(f"<div><dt>{html.escape(words[name])}</dt><dd>{value}</dd></div>" for name, value in rows)
        return Html(f'<dl class="parameters">{body}</dl>')

    def absent(self) -> Html:
        """What stands where a chart or table has nothing to show."""
        return Html(f'<p class="absent">{html.escape(self.words["absent"])}</p>')

    # -- notes and sources -----------------------------------------------------------------------------

    def verdict(self, quantity: Quantity, word: str) -> None:
        """Remember the verdict on the claim that printed this Quantity as its result, for its note."""
        self._verdicts[quantity.figures[0]] = word

    def _note(self, quantity: Quantity) -> int:
        if quantity.kind == "printed":
            row = self.known.row(quantity.figures[0])
            key: tuple[str, ...] = (str(row["source"]), str(row["locator"]))
        else:
            key = (quantity.kind, quantity.formula, *quantity.figures)
        if key not in self._notes:
            self._notes[key] = _Note(len(self._notes) + 1)
        note = self._notes[key]
        note.quantities.setdefault(" ".join(quantity.figures), quantity)
        return note.number

    def used(self, source: str) -> str:
        """A source named in a source line, linked to its entry."""
        self._used.setdefault(source, [])
        return f'<a href="#source-{source}">{self._publisher(source)}</a>'

    def source_line(self, quantities: Iterable[Quantity | None]) -> str:
        """Links to the sources that the quantities rest on, in the order met; to their list where they are very many."""
        ids = dict.fromkeys(str(self.known.row(figure)["source"]) for q in quantities if q is not None for figure in q.figures)
        if len(ids) > 12:
            return f'<a href="#sources">{html.escape(self.words["each-source"])}</a>'
        return "; ".join(self.used(source) for source in ids)

    def _publisher(self, source: str) -> str:
        row = self.known.entry("sources", source)
        marked = self._named(str(row["publisher"]))
        day = str(row["published"] or row["published_by"])
        if not row["published"] and day == row["accessed"]:
            return f"{marked} ({html.escape(self.words['undated'])})"
        written = self._period(periods.read(day), "short", plain=False)
        return f"{marked} ({written})" if row["published"] else f"{marked} ({html.escape(self.words['no-later'])} {written})"

    def _named(self, publisher: str) -> str:
        """A publisher, read out as Vietnamese where its name is."""
        if publisher == "unknown":
            return html.escape(self.words["unknown"])
        foreign = self.language == "en" and not publisher.isascii()
        return f'<span lang="vi">{self._proper(publisher)}</span>' if foreign else self._proper(publisher)

    def _proper(self, words: str) -> str:
        """Text from the data itself (a headline, a publisher): its digits belong to the name."""
        return self.name(words) if re.search(r"\d", words) else html.escape(words)

    def sources(self) -> Html:
        """The notes to every number, the sources they rest on, and the record of the page."""
        # A computed number's operands get notes of their own, so that each leads on to where it was printed.
        # Computed notes first: they are what adds operands to the notes of the paragraphs.
        done: dict[tuple[str, ...], str] = {}
        while waiting := [key for key, note in self._notes.items() if key not in done and self._is_computed(note)]:
            for key in waiting:
                done[key] = self._note_body(key, self._notes[key])
        for key, note in self._notes.items():
            if key not in done:
                done[key] = self._note_body(key, note)
        rows = "".join(f'<li id="note-{note.number}">{done[key]}</li>' for key, note in self._notes.items())
        notes = f'<section class="notes" id="notes"><h2>{html.escape(self.words["notes"])}</h2><ol>{rows}</ol></section>'
        entries = "".join(self._source_entry(source, numbers) for source, numbers in sorted(self._used.items()))
        sources = (
            f'<section class="sources" id="sources"><h2>{html.escape(self.words["sources"])}</h2><ol>{entries}</ol></section>'
        )
        return Html(notes + sources, self.record())

    @staticmethod
    def _is_computed(note: _Note) -> bool:
        return next(iter(note.quantities.values())).kind != "printed"

    def _note_body(self, key: tuple[str, ...], note: _Note) -> str:
        quantities = list(note.quantities.values())
        if quantities[0].kind != "printed":
            return self._computed_note(quantities[0])
        source, locator = key
        self._used.setdefault(source, []).append(note.number)
        place = f"{self.words['paragraph']} {locator[1:]}" if locator else ""
        where = self.name(place) if place else html.escape(self.words["no-paragraph"])
        tokens = "; ".join(self._token(quantity) for quantity in quantities)
        # The headline is said once for each source; where many notes cite it, that is where the weight goes.
        headline = f", {self._cite(source)}" if len(self._used[source]) == 1 else ""
        return f"{self.used(source)}{headline}, {where}: {tokens}."

    def _token(self, quantity: Quantity) -> str:
        figure = quantity.figures[0]
        row = self.known.row(figure)
        printed = self._data(quantity, str(row["printed"]), numerals.plain(quantity.value))
        quoted = f"<q{self._lang(str(row['language']))}>{printed}</q>"
        label = self.render(self.label("indicators", str(row["indicator"])))
        bounds = "" if quantity.exact else f" ({self._bounds(quantity)})"
        verdict = f" – <em>{html.escape(self._verdicts[figure])}</em>" if figure in self._verdicts else ""
        return f"{quoted} – {label}{bounds}{verdict}"

    def _bounds(self, quantity: Quantity) -> str:
        places = max(quantity.places + 1, 0) if quantity.unit in {"percent", "percentage-point"} else quantity.places
        percent = quantity.unit == "percent"

        def bound(value: Any) -> str:
            shown = numerals.show(value, places, self.language, percent)
            return self._data(quantity, shown, numerals.plain(numerals.round_half_up(value, places)))

        low, high = quantity.low, quantity.high
        words = {key: html.escape(word) for key, word in self.words.items()}
        if low is not None and high is not None:
            return f"{words['interval']}: {words['from']} {bound(low)} {words['below']} {bound(high)}"
        return (
            f"{words['at_least']} {bound(low)}"
            if low is not None
            else f"{words['at_most']} {bound(high)}"
            if high is not None
            else ""
        )

    def _computed_note(self, quantity: Quantity) -> str:
        if quantity.kind == "count":
            sources = dict.fromkeys(str(self.known.row(figure)["source"]) for figure in quantity.figures)
            if len(sources) > 6:
                named = f'<a href="claims.html">{html.escape(self.words["elsewhere"])}</a>'
            else:
                named = self.source_line([quantity])
                for source in sources:
                    self._used.setdefault(source, [])
            return f"{html.escape(self.words['count'])}: {named}."
        if quantity.kind == "needed":
            operands = "; ".join(self.number(operand) for operand in quantity.operands)
            return f"{html.escape(self.words['needed'])}: {self.number(quantity, link=False)} ({operands})."
        formula = self.formula(quantity)
        more = quantity.places + 2 if quantity.unit in {"percent", "percentage-point", "times"} else quantity.places
        finer = numerals.show(quantity.value, more, self.language, quantity.unit == "percent")
        result = self._data(quantity, finer, numerals.plain(numerals.round_half_up(quantity.value, more)))
        bounds = "" if quantity.exact else f"; {self._bounds(quantity)}"
        return f"{formula} = {result}{bounds}."

    def formula(self, quantity: Quantity) -> str:
        """How a computed number follows from printed ones, each linked to its note, neighbours of one note together."""
        written, joined = "", self._formula(quantity)
        while joined != written:
            written, joined = joined, _NEIGHBOURS.sub(r"\1\3", joined)
        return written

    def _formula(self, quantity: Quantity) -> str:
        operands = quantity.operands
        # A sum over all provinces is told by its ends; the figures it rests on are in its data.
        long = quantity.kind == "sum" and len(operands) > 8
        told = (*operands[:2], operands[-1]) if long else operands
        terms = [self.number(operand) if operand.kind == "printed" else f"({self._formula(operand)})" for operand in told]
        if long:
            terms.insert(2, f"… ({html.escape(self.words['and-so-on'])})")
        patterns = {
            "difference": "{0} − {1}",
            "share": "{0} ÷ {1}",
            "relative_change": f"{{1}} {html.escape(self.words['against'])} {{0}}",
            "part_of": "{0} × {1}",
            "times": "{0} ÷ {1}",
        }
        if quantity.kind in patterns:
            return patterns[quantity.kind].format(*terms)
        if quantity.kind == "net":
            signs = ["−" if re.search(rf"− {re.escape(op.figures[0])}", quantity.formula) else "+" for op in quantity.operands]
            return " ".join(f"{sign} {term}" for sign, term in zip(signs, terms, strict=True)).removeprefix("+ ")
        return " + ".join(terms)

    def _lang(self, language: str) -> str:
        """Marks words in the other language; words in the page's own need no mark."""
        return f' lang="{language}"' if language != self.language else ""

    def _cite(self, source: str) -> str:
        row = self.known.entry("sources", source)
        self._spans[str(row["headline"])] = None
        return f"<cite{self._lang(str(row['language']))}>{html.escape(str(row['headline']))}</cite>"

    def _source_entry(self, source: str, numbers: Sequence[int]) -> str:
        row, words = self.known.entry("sources", source), {key: html.escape(word) for key, word in self.words.items()}
        publisher = self._named(str(row["publisher"]))
        day = str(row["published"] or row["published_by"])
        dated = self.render(periods.read(day))
        when = f"{words['published' if row['published'] else 'by']} {dated}"
        link = f'<a class="address" href="{html.escape(str(row["url"]))}">{words["open"]}</a>' if row["url"] else words["no-url"]
        back = ", ".join(f'<a href="#note-{number}">{self.name(str(number))}</a>' for number in sorted(set(numbers)))
        used = f" {words['used' if len(set(numbers)) > 1 else 'used-once']} {back}." if back else ""
        return (
            f'<li id="source-{source}">{publisher}, {self._cite(source)}, '
            f"{when}; {words[str(row['tier'])]}, {words[str(row['grade'])]}; {words['accessed']} "
            f"{self.render(periods.read(str(row['accessed'])))}. {link}.{used}</li>"
        )

    def record(self) -> dict[str, Any]:
        """What this run showed, for the making half: every number, date and name, the findings and charts."""
        quantities = [
            {
                "value": value,
                "shown": shown,
                "exact": numerals.plain(numerals.round_half_up(q.value, 12)),
                "low": None if q.low is None else numerals.plain(numerals.round_half_up(q.low, 12)),
                "high": None if q.high is None else numerals.plain(numerals.round_half_up(q.high, 12)),
                "unit": q.unit,
                "qualifier": q.qualifier,
                "kind": q.kind,
                "formula": q.formula,
                "figures": list(q.figures),
                "note": self._note(q) if self._key(q) in self._notes else None,
                "verdict": self._verdicts.get(q.figures[0], "") if q.kind == "printed" else "",
            }
            for (value, shown, _), q in self._shown.items()
        ]
        record = {
            "language": self.language,
            "title": self.heading,
            "summary": self.summary[0],
            "summary_text": self.summary[1],
            "known_on": self.known.known_on,
            "evidence": self.known.evidence,
            "headlines": self.headline_items,
            "findings": self.finding_items,
            "quantities": quantities,
            "sources": sorted(self._used),
            "articles": [self._article(source) for source in sorted(self._used)],
            "reviews": self.reviews,
            "charts": self.charts,
            "names": sorted(self._spans),
            "days": [[words, iso] for words, iso in sorted(self._days.items())],
            "reads": figures.reads(),
        }
        return dict(json.loads(json.dumps(record, ensure_ascii=False)))

    def _article(self, source: str) -> dict[str, str]:
        row = self.known.entry("sources", source)
        columns = ("publisher", "headline", "url", "published", "language")
        return {"source": source, **{column: str(row[column]) for column in columns}}

    def _key(self, quantity: Quantity) -> tuple[str, ...]:
        if quantity.kind == "printed":
            row = self.known.row(quantity.figures[0])
            return (str(row["source"]), str(row["locator"]))
        return (quantity.kind, quantity.formula, *quantity.figures)
