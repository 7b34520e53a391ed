"""What a paragraph prints: a number in its full form, a day, the number of a document.

`check.verify` asks this of each figure and event, for a reader who has the texts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from babel.dates import get_month_names

from analysis.numbers import numerals, periods
from analysis.numbers.events import numbered
from analysis.numbers.numerals import LOCALES
from analysis.numbers.periods import Period
from analysis.numbers.rules.exceptions import differs, excepted
from analysis.numbers.schema import Finding
from analysis.numbers.tables import Row

_LONGEST = 60  # letters of a line that says when an article was printed
_MONTHS = get_month_names(locale=LOCALES["en"])


def number_missing(printed: str, paragraph: str, language: str) -> str:
    """What is wrong with a number as printed, quoted; "" where its paragraph prints it so.

    A paragraph may print a fuller form: the row leaves out a hedge, a scale word or a percent sign.
    """
    forms = _forms(printed, paragraph, language)
    if printed in forms:
        return ""
    return f"“{printed}” stands as “{forms[0]}”" if forms else f"“{printed}”"


def _forms(printed: str, paragraph: str, language: str) -> list[str]:
    """The full form of a number in each place where the paragraph prints it; `printed` itself where
    there is no more to it."""
    wanted = re.escape(" ".join(printed.split())).replace(r"\ ", r"\s+")
    # “67 trên 126” is 67 of 126, not more than 126.
    hedge = "|".join(sorted(numerals.HEDGES[language], key=len, reverse=True))
    hedged = re.match(rf"(?:{hedge})\b", printed, re.IGNORECASE)
    before = "" if hedged else rf"(?:(?<!\w)(?<!\d\s)(?:{hedge})\s+)?"
    after = rf"\s*%|\s+(?:phần trăm|per ?cent|{'|'.join(numerals.SCALES[language])})(?!\w| lệ)"
    pattern = rf"({before})(?<![\w.,])({wanted})(?!\w|[.,]\d)((?:{after})?)"
    places = [match.groups() for match in re.finditer(pattern, paragraph, re.IGNORECASE)]
    return [f"{lead}{number}{rest}" if lead or rest else printed for lead, number, rest in places]


def undated(source: Row, paragraphs: Sequence[str]) -> Iterator[Finding]:
    """A day of printing that no short line of the text prints: articles date themselves in one."""
    if not source["published"] or excepted(source, "published"):
        return
    ways = dates(periods.read(source["published"]), source["language"])
    lines = [line for line in paragraphs if len(line.strip()) <= _LONGEST]
    if not any(re.search(way, line, re.IGNORECASE) for way in ways for line in lines):
        yield from differs(source, "published", "stands in no dateline of its text")


def event_missing(row: Row, public: str, paragraph: str, language: str) -> str:
    """The day or document of an event that its paragraph does not print, quoted; "" for none.

    A day `../2025-05-11` that only says “by the day of the source” is printed nowhere and is not
    looked for.
    """
    wanted = [] if row["day"] == f"../{public}" else dates(periods.read(row["day"]), language)
    patterns = {row["day"]: wanted, row["document"]: [numbered(row["document"])]}
    for what, ways in patterns.items():
        if what and ways and not any(re.search(way, paragraph, re.IGNORECASE) for way in ways):
            return f"“{what}”"
    return ""


def dates(day: Period, language: str) -> list[str]:
    """Patterns for every way in which a text can print a day, month, year or span."""
    ends = _written(day.end, language)
    if day.start in {"", ".."}:
        return [rf"(?<!\d)(?<!\d[/.]){end}" for end in ends]
    starts = _written(day.start, language)
    if day.start[:8] == day.end[:8] and len(day.start) == len("2025-07-16"):
        starts.append(rf"0?{int(day.start[8:])}")
    to = r"\s*(?:-|–|đến(?: hết)?|to|until)\s*(?:ngày\s*)?"
    return [rf"(?<!\d)(?<!\d[/.]){start}{to}{end}" for start in starts for end in ends]


def _written(text: str, language: str) -> list[str]:
    """Patterns for one day, month or year. A day may lack its year, but not have another year."""
    year, month, day = [*map(int, text.split("-")), 0, 0][:3]
    if not month:
        return [rf"{year}(?!\d)"]
    if language == "en":
        name = rf"{_MONTHS[month][:3]}(?:{_MONTHS[month][3:]})?\.?"
        if not day:
            return [rf"{name},?\s+{year}(?!\d)"]
        other = rf"(?![a-z\d]|[.,]?\s+(?!{year})\d{{4}})"
        return [
            rf"{day}(?:st|nd|rd|th)?\s+{name}{other}",
            rf"{name}\s+{day}(?:st|nd|rd|th)?{other}",
        ]
    if not day:
        return [rf"0?{month}\s?[-/.]\s?{year}(?!\d)", rf"tháng\s+0?{month}\s+năm\s+{year}(?!\d)"]
    return [
        rf"0?{day}\s?[-/.]\s?0?{month}(?:\s?[-/.]\s?{year})?(?!\d|\s?[-/.]\s?\d)",
        rf"0?{day}\s+tháng\s+0?{month}(?!\d|\s+năm\s+(?!{year})\d)",
    ]
