"""The closed world: no finished page leaves the build with a numeral that is not accounted for.

Each page is read as a reader meets it, text and attributes alike. A numeral must be a Quantity of the run
shown in the form of the page's language, a date in `<time>` that agrees with its machine form, or part of a
listed name; chart text, bars and marks must repeat the table of their own chart, and so must its download.
The gate knows nothing of how pages are made: it reads HTML, the record of the run and the tables of the data,
parses numbers by rules of its own and does its own arithmetic.
"""

from __future__ import annotations

import ast
import base64
import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from html.parser import HTMLParser
from typing import Any

VOID = {
    "area",
    "base",
    "br",
    "col",
    "hr",
    "img",
    "input",
    "link",
    "meta",
    "source",
    "track",
    "wbr",
    "path",
    "use",
    "rect",
    "circle",
}
BLOCKS = {"p", "li", "tr", "dd", "dt", "caption", "h1", "h2", "h3", "h4", "summary", "title"}
SPOKEN = {"alt", "aria-label", "aria-description", "title", "placeholder"}
# Digits of every script, fractions, and numerals that are raised, lowered or ringed.
_DIGIT = re.compile(r"[\d²³¹¼-¾⁰-₉⅐-↋①-⒛⓪-⓿❶-➓㉈-㉟㊱-㊿]")
# Counts written as words. Small ones (“hai”, “two”, “half”) are words of ordinary sentences, too, and are not told apart.
_COUNT = re.compile(
    r"\b(?:hundreds?|thousands?|millions?|billions?|dozens?|(?:twen|thir|for|fif|six|seven|eigh|nine)ty"
    r"|(?<!phần )trăm|nghìn|ngàn|vạn|triệu|mươi|chục)\b",
    re.IGNORECASE,
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_SCALES = {"nghìn": 3, "vạn": 4, "triệu": 6, "tỷ": 9, "thousand": 3, "million": 6, "billion": 9}


@dataclass
class _Element:
    tag: str
    attributes: dict[str, str]
    text: str = ""


@dataclass
class Drawing:
    """One drawing of a chart: its words and how far right they stand, its bars' lengths, its marks and lines."""

    words: list[str] = field(default_factory=list)
    across: list[float] = field(default_factory=list)
    bars: list[float] = field(default_factory=list)
    shapes: dict[str, str] = field(default_factory=dict)
    uses: list[tuple[float, float, str, str]] = field(default_factory=list)
    rules: list[tuple[float, float]] = field(default_factory=list)

    @property
    def marks(self) -> list[tuple[float, float]]:
        """Where the marks stand that tell a value: muted ones belong to the axes."""
        return [(x, y) for x, y, shape, style in self.uses if "--muted" not in style + self.shapes.get(shape, "")]


@dataclass
class Cell:
    """A cell of a chart's table: its text, the numbers bound in it, and how a drawing writes its dates."""

    text: str = ""
    values: list[str] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)
    dates: list[str] = field(default_factory=list)
    day: str = ""


@dataclass
class Chart:
    """A chart as read: its drawings, the head and the rows of its table, and the table to download."""

    drawings: list[Drawing] = field(default_factory=list)
    head: list[str] = field(default_factory=list)
    rows: list[list[Cell]] = field(default_factory=list)
    download: str | None = None


@dataclass
class Read:
    """A page as read: the numbers bound in it, by block, and the text where numerals stand free."""

    numbers: list[tuple[str, str, str, str]] = field(default_factory=list)
    noted: list[bool] = field(default_factory=list)
    blocks: list[tuple[tuple[str, str], ...]] = field(default_factory=list)
    times: list[tuple[str, str]] = field(default_factory=list)
    names: list[tuple[str, str]] = field(default_factory=list)
    loose: list[str] = field(default_factory=list)
    spoken: list[str] = field(default_factory=list)
    around: list[str] = field(default_factory=list)
    drawn: list[tuple[str, str]] = field(default_factory=list)
    charts: dict[str, set[str]] = field(default_factory=dict)
    parts: dict[str, Chart] = field(default_factory=dict)
    outline: list[str] = field(default_factory=list)
    described: str | None = None


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.read = Read()
        self.stack: list[_Element] = []
        self.block: list[tuple[str, str]] = []
        self.bare_day = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        for name in SPOKEN & attributes.keys():
            self.read.spoken.append(attributes[name])
        if tag == "meta" and attributes.get("name") in {"description", "title"}:
            self.read.spoken.append(attributes.get("content", ""))
        if tag == "meta" and attributes.get("name") == "description":
            self.read.described = attributes.get("content", "")
        if tag in {"ol", "li"} and attributes.keys() & {"start", "value"}:
            self.read.loose.append(attributes.get("start", attributes.get("value", "")))
        if tag in BLOCKS:
            self._close_block()
        if tag in _OUTLINE and any(element.tag == "main" for element in self.stack):
            self.read.outline.append(tag)
        self._chart_starts(tag, attributes)
        if tag not in VOID:
            self.stack.append(_Element(tag, attributes))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if not any(element.tag == tag for element in self.stack):
            return
        while self.stack:
            element = self.stack.pop()
            self._ended(element)
            if element.tag == tag:
                break
        if tag in BLOCKS:
            self._close_block()

    def handle_data(self, data: str) -> None:
        if self.bare_day:
            self.bare_day = False
            if not data.startswith("–"):
                self.read.loose.append(f"{self.read.times[-1][0]}{data}")
        for element in self.stack:
            element.text += data
        tags = {element.tag for element in self.stack}
        if tags & {"style", "script"}:
            return
        if "svg" in tags:
            if _DIGIT.search(data):
                chart = next((e.attributes.get("id", "") for e in self.stack if e.tag == "figure"), "")
                self.read.drawn.append((chart, data.strip()))
            if "text" in tags and (part := self._chart()) and part.drawings:
                part.drawings[-1].words.append(data.strip())
                part.drawings[-1].across.append(float(self.stack[-1].attributes.get("x", 0)))
            return
        if _DIGIT.search(data) and not self._accounted():
            # Inside <main> a name must be marked as one; the frame around it may name other reports plainly.
            (self.read.loose if "main" in tags else self.read.around).append(data)

    def _accounted(self) -> bool:
        return any(
            element.tag in {"data", "time", "cite"} or "name" in element.attributes.get("class", "").split()
            for element in self.stack
        )

    def _ended(self, element: _Element) -> None:
        if element.tag == "data":
            language = next((e.attributes["lang"] for e in reversed(self.stack) if "lang" in e.attributes), "")
            value, ids = element.attributes.get("value", ""), element.attributes.get("data-figures", "")
            self.read.numbers.append((value, element.text, ids, language))
            self.read.noted.append(self._in_notes())
            self.block.append((value, ids))
            chart = next((e.attributes.get("id", "") for e in self.stack if e.tag == "figure"), None)
            if chart is not None:
                self.read.charts.setdefault(chart, set()).add(element.text)
                if (part := self._chart()) and part.rows and part.rows[-1]:
                    part.rows[-1][-1].values.append(value)
                    part.rows[-1][-1].shown.append(element.text)
        elif element.tag == "time":
            # The first day of a span in one month stands alone: 1–13/7/2025.
            self.bare_day = re.fullmatch(r"\d{1,2}", element.text.strip()) is not None
            self.read.times.append((element.text, element.attributes.get("datetime", "")))
            chart = next((e.attributes.get("id", "") for e in self.stack if e.tag == "figure"), None)
            if chart is not None:
                self.read.charts.setdefault(chart, set()).add(element.text)
                if (part := self._chart()) and part.rows and part.rows[-1]:
                    part.rows[-1][-1].day = element.attributes.get("datetime", "")
                    part.rows[-1][-1].dates += _short_forms(part.rows[-1][-1].day)
        elif (element.tag == "cite" or "name" in element.attributes.get("class", "").split()) and _DIGIT.search(element.text):
            place = "notes" if self._in_notes() else ""
            linked = next((e.attributes.get("href", "") for e in reversed(self.stack) if e.tag == "a"), "")
            # A link back to a note shows the number of that note.
            if linked != f"#note-{element.text}":
                self.read.names.append((element.text, place))
        elif element.tag in {"td", "th"} and (part := self._chart()):
            if part.rows:
                part.rows[-1][-1].text = element.text
            else:
                part.head.append(element.text)

    def _in_notes(self) -> bool:
        return any(element.attributes.get("id") == "notes" for element in self.stack)

    def _chart(self) -> Chart | None:
        name = next((e.attributes.get("id", "") for e in self.stack if e.tag == "figure"), None)
        return None if name is None else self.read.parts.setdefault(name, Chart())

    def _chart_starts(self, tag: str, attributes: dict[str, str]) -> None:
        part = self._chart()
        if part is None:
            return
        if tag == "svg":
            part.drawings.append(Drawing())
        elif tag == "tr" and any(element.tag == "tbody" for element in self.stack):
            part.rows.append([])
        elif tag in {"td", "th"} and part.rows:
            part.rows[-1].append(Cell())
        elif tag == "a" and (found := re.match(r"data:text/csv;charset=utf-8;base64,(.*)", attributes.get("href", ""))):
            part.download = base64.b64decode(found[1]).decode("utf-8-sig", "replace")
        elif part.drawings and tag == "path":
            _draw(part.drawings[-1], attributes)
        elif part.drawings and tag == "use":
            place = float(attributes.get("x", 0)), float(attributes.get("y", 0))
            part.drawings[-1].uses.append((*place, attributes.get("href", "").lstrip("#"), attributes.get("style", "")))

    def _close_block(self) -> None:
        if self.block:
            self.read.blocks.append(tuple(self.block))
            self.block = []


_OUTLINE = {"h1", "h2", "h3", "p", "ul", "ol", "li", "figure", "table", "tr", "th", "td", "dl"}
_BAR = re.compile(r"M([\d.]+) ([\d.]+)L([\d.]+) \2L\3 ([\d.]+)L\1 \4z")
_RULE = re.compile(r"M([\d.]+) ([\d.]+)L[\d.]+ ([\d.]+)")


def _draw(drawing: Drawing, attributes: dict[str, str]) -> None:
    shape, style = attributes.get("d", ""), attributes.get("style", "")
    if "id" in attributes:
        drawing.shapes[attributes["id"]] = style
    elif (bar := _BAR.fullmatch(shape)) and "fill:none" not in style:
        drawing.bars.append(abs(float(bar[3]) - float(bar[1])))
    elif "--rule" in style:
        drawing.rules += [(float(left), float(y)) for left, y, end in _RULE.findall(shape) if y == end]


def read(page: str) -> Read:
    """A page as read: what is bound, what is marked, and what stands free."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    reader._close_block()
    return reader.read


def refusals(
    page: str | Read,
    record: dict[str, Any],
    allowed: Iterable[str] = (),
    until: str = "",
    figures: Mapping[str, str] | None = None,
    places: Iterable[str] = (),
) -> list[str]:
    """Why the page may not be published, one line a numeral; empty where every numeral is accounted for.

    `allowed` are the names that may hold digits (labels of names.csv, headlines, publishers, the edition's id),
    `places` the paragraphs that a note may name; `until` is the last day that the site knows, which its frame may
    show; `figures` are the printed values, by figure, that every Quantity of the record is recomputed from.
    """
    found = page if isinstance(page, Read) else read(page)
    shown = {(q["value"], q["shown"], " ".join(q["figures"])) for q in record["quantities"]}
    days = {until, *(iso for _, iso in record["days"])}
    names, paragraphs = set(allowed), set(places)
    marks = {chart["id"]: set(chart.get("marks", ())) for chart in record["charts"]}
    wrong = [f"“{_around(text)}” holds a number that is no Quantity: {_first(text)}" for text in found.loose]
    for value, text, ids, language in found.numbers:
        if (value, text, ids) not in shown:
            wrong.append(f"“{text}” ({ids or 'no figure'}) is not a Quantity that this run showed")
        elif not says(text, language or record["language"], value):
            wrong.append(f"“{text}” is not how {language or record['language']} writes {value}")
    # A note gives the bounds themselves; everywhere else “more than 66,000” may not become 66,000.
    open_ended = {
        (q["value"], q["shown"], " ".join(q["figures"]))
        for q in record["quantities"]
        if q.get("qualifier", "exact") != "exact" and re.match(r"[−+]?\d", q["shown"])
    }
    wrong += [
        f"“{text}” ({ids}) has lost its hedge"
        for (value, text, ids, _), noted in zip(found.numbers, found.noted, strict=True)
        if not noted and (value, text, ids) in open_ended
    ]
    for text, iso in found.times:
        if not _agrees(text, iso):
            wrong.append(f"“{text}” is not the date {iso}")
        elif iso not in days:
            wrong.append(f"“{text}” ({iso}) is no date of this run's data")
    wrong += [
        f"“{text}” is marked as a name, but no list holds it"
        for text, place in found.names
        if text.strip() not in names and not (place == "notes" and text in paragraphs)
    ]
    everything = {text for _, text, _ in shown} | names | {words for words, _ in record["days"]}
    for text in [*found.spoken, *found.around]:
        if left := _left(text, everything):
            wrong.append(f"“{_around(text)}” (outside the main text) holds a number that is no Quantity: {left}")
    if found.described is not None and "summary_text" in record and found.described != record["summary_text"]:
        wrong.append(f"the description “{_around(found.described)}” is not the summary of this run")
    for chart, text in found.drawn:
        if left := _left(text, found.charts.get(chart, set()) | names | marks.get(chart, set())):
            wrong.append(f"chart {chart.removeprefix('chart-')}: “{text}” is drawn, but {left} is not in its data")
    for name, part in found.parts.items():
        said = [*_undrawn(part, names, marks.get(name, set())), *_unlike_download(part)]
        wrong += [f"chart {name.removeprefix('chart-')}: {each}" for each in said]
    if figures is not None:
        wrong += _miscomputed(record["quantities"], figures)
    return list(dict.fromkeys(wrong))


def _undrawn(chart: Chart, names: set[str], marks: set[str]) -> Iterator[str]:
    """What is drawn otherwise than the chart's own table has it: words, bars and marks, row by row."""
    columns = [[row[i].values[0] if i < len(row) and row[i].values else "" for row in chart.rows] for i in range(_widest(chart))]
    columns = [column for column in columns if all(column)]
    for drawing in () if columns else chart.drawings:
        yield from _unlike_matrix(chart, drawing)
    for drawing in chart.drawings if columns else ():
        yield from _unlike_rows(chart, drawing, names, marks)
        lengths, what = drawing.bars, "bars"
        if not lengths and drawing.marks:
            what = "marks"
            tracks = {y: x for x, y in drawing.rules}
            if all(y in tracks for _, y in drawing.marks):
                lengths = [abs(x - tracks[y]) for x, y in sorted(drawing.marks, key=lambda mark: mark[1])]
            elif drawing.rules:
                lengths = [abs(y - drawing.rules[-1][1]) for _, y in drawing.marks]
                yield from _misplaced(chart, drawing, marks)
        if lengths and len(lengths) != len(chart.rows):
            yield f"{len(lengths)} {what} are drawn for {len(chart.rows)} rows of its table"
        elif lengths:
            # The wide and the narrow drawing show the same column.
            columns = [column for column in columns if _proportional(lengths, column)]
            if not columns:
                yield f"the {what} are not as long as any column of its table says"
                return


def _unlike_rows(chart: Chart, drawing: Drawing, names: set[str], marks: set[str]) -> Iterator[str]:
    """Where the words of a drawing are not those of the rows of its table, in their order."""
    numbers = [text for text in drawing.words if _left(text, names) or text in marks]
    for mark in marks & {*numbers}:
        numbers.remove(mark)  # once: a row may say the same
    labels = [text for text in drawing.words if not _left(text, names) and text not in marks]
    if len(numbers) != len(chart.rows):
        yield f"{len(numbers)} numbers are written for {len(chart.rows)} rows of its table"
        return
    for at, (text, row) in enumerate(zip(numbers, chart.rows, strict=True)):
        rest = text
        for known in sorted((known for cell in row for known in [*cell.shown, *cell.dates]), key=len, reverse=True):
            rest = re.sub(rf"(?<![\d.,]){re.escape(known)}(?![\d]|[.,]\d)", "\0", rest, count=1)
        if (left := _left(rest, names)) or not any(shown in text for cell in row for shown in cell.shown):
            yield f"“{text}” is drawn, but {left or text} is not in row {at + 1} of its table"
        if len(labels) == len(chart.rows) and not row[0].text.startswith(labels[at].removesuffix("…")):
            yield f"“{labels[at]}” is drawn for row {at + 1} of its table, which is “{row[0].text}”"


def _unlike_matrix(chart: Chart, drawing: Drawing) -> Iterator[str]:
    """Where a matrix of words does not show one mark, always the same, for each word of its table."""
    cells = [cell.text for row in chart.rows for cell in row[1:]]
    marks = [shape for _, _, shape, _ in sorted(drawing.uses, key=lambda use: (use[1], use[0]))]
    grid = len({x for x, *_ in drawing.uses}) * len({y for _, y, *_ in drawing.uses})
    if len(marks) != len(cells) or grid != len(cells):
        yield f"{len(marks)} marks are drawn for {len(cells)} cells of its table, or not in its rows and columns"
    elif len(set(zip(cells, marks, strict=True))) != len(set(cells)) or len(set(cells)) != len(set(marks)):
        yield "its marks do not say what the words of its table say"
    words, head = ("".join(parts).replace(" ", "") for parts in (drawing.words, chart.head[1:]))
    if not words.endswith(head):
        yield f"its columns are not headed as those of its table: {', '.join(chart.head[1:])}"


def _misplaced(chart: Chart, drawing: Drawing, marks: set[str]) -> Iterator[str]:
    """Where the marks of a series do not stand at the days of their rows, or a year does not stand at its place."""
    days = [next((_years(cell) for cell in row[1:] if cell.day), 0.0) for row in chart.rows]
    places = [x for x, _ in drawing.marks]
    first, last = days.index(min(days)), days.index(max(days))
    if len(days) != len(places) or places[first] == places[last]:
        return
    year = (days[last] - days[first]) / (places[last] - places[first])
    if any(abs(days[first] + (x - places[first]) * year - day) > 0.2 for x, day in zip(places, days, strict=True)):
        yield "the marks do not stand at the days of their rows"
    for word, x in zip(drawing.words, drawing.across, strict=True):
        if word in marks and len(word) == 4 and abs(days[first] + (x - places[first]) * year - int(word) - 0.5) > 0.2:
            yield f"“{word}” does not stand at its place on the axis"


def _years(cell: Cell) -> float:
    """The last day of a date in years: a year or month at its end, but an open start (“before 2013”) at its beginning."""
    year, month, day = _numbers(cell.day)
    if re.match(r"trước|before", cell.text):
        return year
    return year + ((month - 1) / 12 + day / 365 if day else month / 12 if month else 1)


def _numbers(iso: str) -> tuple[int, int, int]:
    """Year, month and day; zero where there is none."""
    year, month, day = (int(part) if part.isdecimal() else 0 for part in f"{iso}--".split("-")[:3])
    return year, month, day


def _short_forms(iso: str) -> list[str]:
    """A day, month or year as a drawing may write it: 16/7/2025, 16 Jul 2025, and 16 where a span goes on."""
    year, month, day = _numbers(iso)
    name = "Sept" if month == 9 else _MONTHS[month - 1].title() if month <= 12 else ""
    if day:
        return [f"{day}/{month}/{year}", f"{day} {name} {year}", str(day)]
    return [f"{month}/{year}", f"{name} {year}"] if month else [str(year)]


def _widest(chart: Chart) -> int:
    return max((len(row) for row in chart.rows), default=0)


def _proportional(lengths: Sequence[float], values: Sequence[str]) -> bool:
    """True where every length is the same multiple of its value, but for the rounding of both."""
    sizes = [abs(float(value)) for value in values]
    most = max(range(len(sizes)), key=sizes.__getitem__)
    if not sizes[most]:
        return not any(lengths)
    scale = lengths[most] / sizes[most]
    slack = max(0.5 * 10.0 ** -len(value.partition(".")[2]) if "." in value or "%" in value else 0.0 for value in values)
    return all(abs(length - scale * size) <= 0.25 + 2 * scale * slack for length, size in zip(lengths, sizes, strict=True))


def _unlike_download(chart: Chart) -> Iterator[str]:
    """Where the table to download does not hold what the table on the page does."""
    if chart.download is None:
        return
    sheet = list(csv.reader(io.StringIO(chart.download, newline="")))[1:]
    if len(sheet) != len(chart.rows):
        yield f"its download has {len(sheet)} rows, its table {len(chart.rows)}"
        return
    for number, (line, row) in enumerate(zip(sheet, chart.rows, strict=True), start=1):
        for held, cell in zip(line, row, strict=False):
            wanted = cell.values[0] if len(cell.values) == 1 and cell.shown[0] == cell.text else cell.text.replace("\u00a0", " ")
            if held.removeprefix("'") != wanted and (held or _DIGIT.search(wanted)):
                yield f"its download holds “{held}” in row {number}, its table “{cell.text}”"


def _miscomputed(quantities: Iterable[Mapping[str, Any]], figures: Mapping[str, str]) -> Iterator[str]:
    """Numbers of the run that the printed figures, put into their formula, do not give."""
    for quantity in quantities:
        shown, kind = quantity["shown"], quantity.get("kind") or ("" if quantity.get("formula") else "printed")
        unknown = [figure for figure in quantity["figures"] if figure not in figures]
        if unknown or not quantity["figures"]:
            yield f"“{shown}” rests on {', '.join(unknown) or 'no figure'}, which the data do not hold"
            continue
        if kind == "printed":
            wanted: Decimal | None = Decimal(figures[quantity["figures"][0]])
        elif kind == "count":
            items = quantity["formula"].removeprefix("count of ").split("; ")
            wanted = Decimal(len(items)) if {*quantity["figures"]} == {*" ".join(items).split()} else None
        elif kind == "needed":
            whole, stated = (figures[figure] for figure in quantity["figures"])
            wanted = Decimal(quantity["exact"]) if _gives(Decimal(quantity["exact"]), Decimal(whole), Decimal(stated)) else None
        elif quantity.get("qualifier") in {"at_least", "at_most"}:
            continue
        else:
            wanted = _compute(quantity["formula"], figures)
            wanted = wanted / 100 if wanted is not None and kind == "times" else wanted
        if wanted is None or abs(wanted - Decimal(quantity["exact"])) > Decimal("1e-9"):
            formula = quantity["formula"] or quantity["figures"][0]
            yield f"“{shown}” stands for {quantity['exact']}, but {formula} is {wanted if wanted is None else f'{wanted:f}'[:20]}"


def _gives(part: Decimal, whole: Decimal, stated: Decimal) -> bool:
    """True where the part is the stated percentage of the whole, or less than the whole by it, as printed."""
    rates = part / whole * 100, (whole - part) / whole * 100
    return any(abs(rate - abs(stated)) <= Decimal(5).scaleb(int(stated.as_tuple().exponent) - 1) for rate in rates)


def _compute(formula: str, figures: Mapping[str, str]) -> Decimal | None:
    """A formula over figure ids, by rules of its own; quotients in percent. None where it cannot be read."""
    tokens = re.findall(r"[()+−÷×]|[a-z0-9][a-z0-9.-]*", formula)

    def term() -> Decimal:
        token = tokens.pop(0)
        if token == "(":
            inner = total()
            tokens.pop(0)
            return inner
        return Decimal(figures[token])

    def product() -> Decimal:
        value = term()
        while tokens and tokens[0] in "÷×":
            value = value / term() * 100 if tokens.pop(0) == "÷" else value * term() / 100
        return value

    def total() -> Decimal:
        value = product()
        while tokens and tokens[0] in "+−":
            value = value + product() if tokens.pop(0) == "+" else value - product()
        return value

    try:
        value = total()
    except (IndexError, KeyError, ArithmeticError):
        return None
    return None if tokens else value


def worded(text: str) -> Iterator[str]:
    """Counts typed as words (two thousand, bốn mươi) into sentences: they would be bound to no Quantity."""
    if found := _COUNT.search(text):
        around = " ".join(text[max(0, found.start() - 40) : found.end() + 40].split())
        yield f"“{around}” counts in words: {found.group()}"


def typed(source: str, names: Iterable[str]) -> Iterator[str]:
    """Numerals typed into the sentences of a code cell, be they shown this time or not.

    What is given as `vi=` or `en=` holds no numeral outside a listed name, and is no f-string.
    """
    try:
        calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    except SyntaxError:
        return
    known = {*names}
    for words in (keyword.value for call in calls for keyword in call.keywords if keyword.arg in {"vi", "en"}):
        for node in ast.walk(words):
            if isinstance(node, ast.JoinedStr):
                yield f"{ast.unparse(node)[:60]} is an f-string: write {{name}} and give name=, so that the number is bound"
                continue
            said = node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
            if left := _left(re.sub(r"\{\w+(?::\w+)?\}", "…", said), known):
                yield f"“{_around(said)}” holds a number typed by hand: {left}"
            yield from worded(said)


def passages(page: Read) -> str:
    """What the two languages of a report share, as JSON: the numbers of each passage, and the outline."""
    return json.dumps([page.blocks, page.outline])


def unlike(page: str, other: str) -> str:
    """What the passages of one report in two languages do not share: the first whose numbers differ; or nothing."""
    if page == other:
        return ""
    (first, outline), (second, other_outline) = json.loads(page), json.loads(other)
    for number, (a, b) in enumerate(_pairs(first, second), start=1):
        if a != b:
            only = [f"{value} ({ids})" for value, ids in {*map(tuple, a)} ^ {*map(tuple, b)}]
            odd = ", ".join(only[:4]) or "another count"
            return f"passage {number} with numbers does not carry the same ones in both languages: {odd}"
    at = next((i for i, (a, b) in enumerate(_pairs(outline, other_outline)) if a != b), 0)
    section, paragraph = outline[:at].count("h2"), outline[:at].count("p")
    return f"after section {section} and paragraph {paragraph} something is said in one language alone"


def _pairs(a: list[Any], b: list[Any]) -> Iterator[tuple[Any, Any]]:
    for i in range(max(len(a), len(b))):
        yield (a[i] if i < len(a) else (), b[i] if i < len(b) else ())


def says(text: str, language: str, value: str) -> bool:
    """True where `text` is the plain decimal `value` as `language` writes it, whatever words stand around it."""
    group, mark = (".", ",") if language == "vi" else (",", ".")
    found = re.search(rf"\d{{1,3}}(?:{re.escape(group)}\d{{3}})+(?:{re.escape(mark)}\d+)?|\d+(?:{re.escape(mark)}\d+)?", text)
    if not found:
        return False
    number = Decimal(found.group().replace(group, "").replace(mark, "."))
    after = re.match(r"[\s\u00a0]*(\w+)", text[found.end() :])
    if after and after.group(1) in _SCALES:
        number = number.scaleb(_SCALES[after.group(1)])
    if re.search(r"[−-]\s*$", text[: found.start()]):
        number = -number
    rest = text[found.end() :]
    try:
        return number == Decimal(value) and not re.match(r"[.,]?\d", rest)
    except InvalidOperation:
        return False


def _agrees(text: str, iso: str) -> bool:
    """True where the text writes the day, month or year of `iso` in the order of both languages: day, month, year."""
    wanted = [int(part) for part in reversed(iso.split("-")) if part.isdigit()]
    numbers = [int(number) for number in re.findall(r"\d+", text)]
    word = re.search(r"[a-z]{3,}", text.lower())
    if word and word.group()[:3] in _MONTHS and len(wanted) > 1:
        if _MONTHS.index(word.group()[:3]) + 1 != wanted[-2]:
            return False
        del wanted[-2]
    return bool(wanted) and (numbers == wanted or (len(wanted) == 3 and numbers == wanted[:1] and text.strip().isdigit()))


def _left(text: str, allowed: set[str]) -> str:
    for item in sorted((item for item in allowed if item in text and _DIGIT.search(item)), key=len, reverse=True):
        text = re.sub(rf"(?<![\d.,]){re.escape(item)}(?![\d]|[.,]\d)", "\0", text)
    return _first(text)


def _first(text: str) -> str:
    found = re.search(r"\d[\d.,]*", text) or _DIGIT.search(text)
    return found.group().rstrip(".,") if found else ""


def _around(text: str) -> str:
    words = " ".join(text.split())
    at = next((i for i, letter in enumerate(words) if letter.isdigit()), 0)
    return ("…" if at > 40 else "") + words[max(0, at - 40) : at + 60] + ("…" if len(words) > at + 60 else "")
