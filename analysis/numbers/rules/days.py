"""Days: a source was printed after what it covers, and a figure holds for a time that it covers.

The day of printing is often said again, in the id or the address of the source. A later day is that
of a copy or of another article.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from analysis.numbers import periods
from analysis.numbers.periods import Period
from analysis.numbers.rows import is_planned
from analysis.numbers.rules.exceptions import differs, excepted
from analysis.numbers.schema import Finding, is_day
from analysis.numbers.tables import Row, Tables

LATER_DAYS = 31  # a later article looks back, and its note says so
_ADDRESS_DAYS = 1  # an address may carry the day before, or that of another time zone
_IN_ID = re.compile(r"(?:^|-)((?:19|20)\d\d(?:-\d\d){0,2})(?:-|$)")
# “…-20250623001738748.htm”, “/2025/06/23/”, “/202506/”
_IN_ADDRESS = re.compile(
    r"(?<![\da-z])(20\d\d)[/-]?([01]\d)[/-]?([0-3]\d)(?:\d{4,9})?(?!\d)|(?<=/)(20\d\d)/?([01]\d)/",
    re.IGNORECASE,
)


def findings(tables: Tables) -> Iterator[Finding]:
    """Every day of printing, and every period of a figure, that its source contradicts."""
    for source in tables["sources"]:
        if source["covers"]:
            yield from _printed(source, periods.read(source["covers"]))
        for where, period in _said_again(source):
            yield from _unlike(source, where, period)
    sources = {row["source"]: row for row in tables["sources"] if row["covers"]}
    for row in (row for row in tables["figures"] if row["source"] in sources):
        yield from _as_of(row, sources[row["source"]])


def _printed(source: Row, covers: Period) -> Iterator[Finding]:
    """A day of printing that cannot be that of an article on the period it covers."""
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


def _said_again(source: Row) -> Iterator[tuple[str, Period]]:
    """The days in the `id` and in the `address` of a source, each with where it stands."""
    days = [("id", match[1]) for match in _IN_ID.finditer(source["source"])]
    for day in _IN_ADDRESS.finditer(source["url"]):
        days.append(("address", "-".join(filter(None, day.groups()))))
    for where, words in days:
        try:
            yield where, periods.read(words)
        except periods.PeriodError:
            continue  # digits that are no day


def _unlike(source: Row, where: str, named: Period) -> Iterator[Finding]:
    """A day of printing outside a period that the id or the address says, or a bound before it."""
    day, bound = source["published"], source["published_by"]
    if is_day(day):
        printed = date.fromisoformat(day)
        apart = max((named.first_day - printed).days, (printed - named.last_day).days)
        if apart > (_ADDRESS_DAYS if where == "address" else 0):
            yield from differs(
                source, "published", f"is not in {named.end}, which the {where} says"
            )
    elif where == "address" and is_day(bound) and date.fromisoformat(bound) < named.first_day:
        yield from differs(source, "published_by", f"is before {named.end}, which the {where} says")


def _as_of(row: Row, source: Row) -> Iterator[Finding]:
    """A period that the source of a figure does not cover, or that is only the report's day."""
    covers, period = periods.read(source["covers"]), periods.read(row["as_of"])
    if not _within(period, covers, is_planned(row)) and not excepted(row, "as_of"):
        what = f"is not in what its source {row['source']} covers ({source['covers']})"
        yield row.wrong_cell("as_of", f"{what}. Correct as_of, or covers in sources.csv.")
    reported = {source["published"]: "printed"}
    if covers.start and is_day(covers.end):
        reported[covers.end] = "held"
    if row["as_of"] in reported:
        why = f"is the day on which the report was {reported[row['as_of']]}"
        yield from differs(row, "as_of", f"{why}, which is seldom what a number holds for")


def _within(period: Period, covers: Period, ahead: bool) -> bool:
    """True where both ends of a period meet what is covered; a plan (`ahead`) may lie after it."""
    ends = [periods.read(end) for end in (period.start, period.end) if end not in {"", ".."}]
    open_start = covers.start == ".."
    return all(
        (ahead or end.first_day <= covers.last_day)
        and (open_start or end.last_day >= covers.first_day)
        for end in ends
    )
