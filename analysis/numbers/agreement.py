"""Do the columns of a row agree with its id, with its source and with the words that were printed?

What a number is about is typed by hand; the same is said by the figure's id, by its neighbours
(`neighbours`), by the period its source covers and by the words behind the number. Where they
differ, one is wrong, or the row is an exception and its note says so, in a part that begins with
the column and its cell: “as_of 2025-07-16: to date in the report of that day”. So an exception is
typed twice, too. The words that say a role in an id, and the nouns of each indicator, are data.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from analysis.numbers import datelines, neighbours, parts, periods
from analysis.numbers.neighbours import differs, excepted, segments, words_of
from analysis.numbers.periods import Period
from analysis.numbers.schema import Schema, is_day
from analysis.numbers.tables import Finding, Row, Tables
from analysis.numbers.wording import Wording

# Roles that say how a number stands to another one or to what came of it: an id says them, too.
_SAID = {"before", "after", "increase", "decrease", "target", "estimate"}


def disagreements(read: Tables, schemas: Mapping[str, Schema]) -> Iterator[Finding]:
    """Every row that contradicts its id, its source, its neighbours or its own words."""
    figures = read["figures"]
    says = schemas["figures"]["figure"].says
    areas = {row["area"] for row in read["areas"]}
    sources = {row["source"]: row for row in read["sources"]}
    indicators = {row["indicator"]: row for row in read["indicators"]}
    yield from datelines.disagreements(read["sources"])
    alike: dict[str, list[str]] = defaultdict(list)  # the indicators of each unit
    for code, indicator in indicators.items():
        alike[indicator["unit"]].append(code)
    wording = Wording(read["indicators"])
    for row in figures:
        yield from _role(row, says, indicators[row["indicator"]]["unit"])
        yield from _closer(row, alike[indicators[row["indicator"]]["unit"]])
        yield from _thing(row, {*says, *areas})
        yield from _as_of(row, sources[row["source"]])
        yield from wording.of_printed(row, sources[row["source"]]["language"])
    yield from neighbours.disagreements(read)
    yield from parts.disagreements(read)


# ------------------------------------------------------------------------------------------- the id


def _role(row: Row, says: Mapping[str, str], unit: str) -> Iterator[Finding]:
    """A role other than the id says, or one that a percentage, or a count, cannot have."""
    for word in segments(row):
        allowed = says.get(word, row["role"]).split()
        if row["role"] not in allowed:
            why = f"does not agree with “{word}” in the id, which says {' or '.join(allowed)}"
            yield from differs(row, "role", why)
    spoken = " ".join(says.get(word, "") for word in re.split(r"[.-]", row["figure"]))
    if row["role"] in _SAID - set(spoken.split()):
        yield from differs(row, "role", "is said by no word of the id")
    if row["role"] == "rate" and unit != "percent":
        yield from differs(row, "role", f"is for percentages, but the indicator counts {unit}")
    if unit == "percent" and row["role"] in {"before", "after", "part", "whole", "count"}:
        yield from differs(row, "role", "is for counts, but the indicator is a percentage")


def _thing(row: Row, spoken: set[str]) -> Iterator[Finding]:
    """An indicator that shares no word with what the id says beside family, area and role."""
    family, *rest = segments(row)
    words = {word for part in rest if part not in spoken for word in part.split("-")}
    words = {word for word in words if not word.isdigit()} - {"total"}
    if words and not (words | set(family.split("-"))) & words_of(row["indicator"]):
        what = f"shares no word with the id, which speaks of {', '.join(sorted(words))}"
        yield from differs(row, "indicator", what)


def _closer(row: Row, indicators: Sequence[str]) -> Iterator[Finding]:
    """An indicator that is less like the id than another of its unit, or says more than the id."""
    words = words_of(row["figure"])
    shared = {code: len(words & words_of(code)) for code in indicators}
    best = max(shared, key=lambda code: shared[code])
    above, _, last = row["indicator"].rpartition(".")
    beside = [each for each in indicators if each == above or each.rpartition(".")[0] == above]
    if shared[best] > shared[row["indicator"]]:
        yield from differs(row, "indicator", f"is less like the id than “{best}”")
    elif above and len(beside) > 1 and not words & words_of(last):
        yield from differs(row, "indicator", f"ends with “{last}”, of which the id says nothing")


# --------------------------------------------------------------------------------------- the source


def _as_of(row: Row, source: Row) -> Iterator[Finding]:
    """A period that its source does not cover, or that is only the day of the report."""
    try:
        covers, period = periods.read(source["covers"]), periods.read(row["as_of"])
    except periods.PeriodError:
        return  # covers is not given, or its own finding says what is wrong with it
    ahead = row["role"] in {"target", "estimate"}
    if not _touches(period, covers, ahead) and not excepted(row, "as_of"):
        what = f"is not in what its source {row['source']} covers ({source['covers']})"
        yield row.wrong_cell("as_of", f"{what}. Correct as_of, or covers in sources.csv.")
    reported = {source["published"]: "printed"}
    if covers.start and is_day(covers.end):
        reported[covers.end] = "held"
    if row["as_of"] in reported:
        why = f"is the day on which the report was {reported[row['as_of']]}"
        yield from differs(row, "as_of", f"{why}, which is seldom what a number holds for")


def _touches(period: Period, covers: Period, ahead: bool) -> bool:
    """True where both ends of a period lie in what is covered; a plan may lie ahead of it."""
    ends = [periods.read(end) for end in (period.start, period.end) if end not in {"", ".."}]
    open_start = covers.start == ".."
    return all(
        (ahead or end.first_day <= covers.last_day)
        and (open_start or end.last_day >= covers.first_day)
        for end in ends
    )
