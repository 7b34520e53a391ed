"""Is the day of printing that of the article, and not of a copy or of another article?

The same day is often said again: in the id of the source, in its address, in the text; and an
article reports on what is just over. Where they differ, the note says why, in a part that begins
“published 2025-07-16: …”.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

from analysis.numbers import events, periods
from analysis.numbers.neighbours import differs, excepted
from analysis.numbers.periods import Period
from analysis.numbers.schema import is_day
from analysis.numbers.tables import Finding, Row

LATER_DAYS = 31  # a later article looks back, and its note says so
_NEAR_DAYS = 1  # an address may carry the day before, or that of another time zone
_LONGEST = 60  # letters of a line that says when an article was printed
_IN_ID = re.compile(r"(?:^|-)((?:19|20)\d\d(?:-\d\d){0,2})(?:-|$)")
# “…-20250623001738748.htm”, “/2025/06/23/”, “/202506/”
_IN_ADDRESS = re.compile(
    r"(?<![\da-z])(20\d\d)[/-]?([01]\d)[/-]?([0-3]\d)(?:\d{4,9})?(?!\d)|(?<=/)(20\d\d)/?([01]\d)/",
    re.IGNORECASE,
)


def disagreements(sources: Sequence[Row]) -> Iterator[Finding]:
    """Every source whose day of printing is not what its id, its address or its period says."""
    covered = any(source["covers"] for source in sources)
    for source in sources:
        if covered:
            yield from _of_period(source)
        for where, said in _told(source):
            yield from _of_other(source, where, said)


def _of_period(source: Row) -> Iterator[Finding]:
    """A day of printing that cannot be that of an article on the period it covers."""
    try:
        covers = periods.read(source["covers"])
    except periods.PeriodError as error:
        yield source.wrong(f"covers {error}.", "covers")
        return
    day = source["published"]
    if not is_day(day) or excepted(source, "published"):
        return
    days = (date.fromisoformat(day) - covers.last_day).days
    if date.fromisoformat(day) < covers.first_day:
        what = f"is before what the source covers ({source['covers']})"
    elif days > LATER_DAYS:
        what = f"is {days} days after what the source covers ({source['covers']})"
    else:
        return
    cure = "A day from another article or from the copy is none: leave it empty and give "
    cure += f"published_by, or say in the note why it is so late (“published {day}: …”)."
    yield source.wrong_cell("published", f"{what}. {cure}")


def _told(source: Row) -> Iterator[tuple[str, Period]]:
    """Where else a source says when it was printed, and what."""
    said = [("id", each[1]) for each in _IN_ID.finditer(source["source"])]
    for found in _IN_ADDRESS.finditer(source["url"]):
        said.append(("address", "-".join(filter(None, found.groups()))))
    for where, words in said:
        try:
            yield where, periods.read(words)
        except periods.PeriodError:
            continue  # digits that are no day


def _of_other(source: Row, where: str, said: Period) -> Iterator[Finding]:
    """A day of printing outside a period that the id or the address says, or a bound before it."""
    day, bound = source["published"], source["published_by"]
    if is_day(day):
        printed = date.fromisoformat(day)
        apart = max((said.first_day - printed).days, (printed - said.last_day).days)
        if apart > (_NEAR_DAYS if where == "address" else 0):
            yield from differs(source, "published", f"is not in {said.end}, which the {where} says")
    elif where == "address" and is_day(bound) and date.fromisoformat(bound) < said.first_day:
        yield from differs(source, "published_by", f"is before {said.end}, which the {where} says")


def missing(source: Row, paragraphs: Sequence[str]) -> Iterator[Finding]:
    """A day of printing that no short line of the text prints: articles date themselves in one."""
    if not source["published"] or excepted(source, "published"):
        return
    ways = events.dates(periods.read(source["published"]), source["language"])
    lines = [line for line in paragraphs if len(line.strip()) <= _LONGEST]
    if not any(re.search(way, line, re.IGNORECASE) for way in ways for line in lines):
        yield from differs(source, "published", "stands in no dateline of its text")
