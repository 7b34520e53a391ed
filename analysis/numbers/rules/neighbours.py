"""Figures of one family, one paragraph or one table have columns alike.

And a number from before does not hold for a later time than its number from after.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping

from analysis.numbers import periods
from analysis.numbers.rules.exceptions import differs, excepted, misnamed
from analysis.numbers.rules.ids import named, segments
from analysis.numbers.schema import Finding
from analysis.numbers.tables import Row, Tables

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def findings(tables: Tables) -> Iterator[Finding]:
    """Every figure that is unlike its neighbours, or that comes before what it follows."""
    figures, areas = tables["figures"], {row["area"] for row in tables["areas"]}
    reforms = {row["name"] for row in tables["names"] if row["kind"] == "reform"}
    for row in (*figures, *tables["sources"]):
        yield from misnamed(row)
    for column, codes in (("area", areas), ("reform", reforms)):
        unnamed = [row for row in figures if not named(row, codes)]
        yield from _alike(unnamed, column, _family)
        yield from _alone(figures, unnamed, column)
    shapes = {row["figure"]: _shape(row, areas) for row in figures}
    yield from _alike(figures, "as_of", _moment, tied=False)
    yield from _alike(figures, "as_of", _paragraph)
    for column in ("role", "indicator", "reform", "source"):
        yield from _alike(figures, column, lambda row: shapes[row["figure"]], tied=False)
    yield from _alike(figures, "as_of", lambda row: _table(row, shapes), tied=False)
    yield from _lone_periods(figures, {row["source"]: row["covers"] for row in tables["sources"]})
    yield from _sources(figures, {row["source"]: row["grade"] for row in tables["sources"]})
    yield from _turned(figures)


# ------------------------------------------------------------------------------ the name of a group


def _family(row: Row) -> str:
    """The first part of the id, with the day of a list that has one."""
    first, *rest = segments(row)
    return f"{first}.{rest[0]}" if rest and _DAY.fullmatch(rest[0]) else first


def _moment(row: Row) -> str:
    """The id without its last part, for one source and role: numbers of one moment."""
    return f"{row['figure'].rpartition('.')[0]}.* ({row['source']}, {row['role']})"


def _paragraph(row: Row) -> str:
    """The paragraph of a text, for one role."""
    where = f"{row['source']} {row['locator']}"
    return f"{where} ({row['role']})" if row["locator"] else ""


def _shape(row: Row, areas: set[str]) -> str:
    """The id with its area left open: figures of one table for many places."""
    parts = segments(row)
    return ".".join("*" if part in areas else part for part in parts) if set(parts) & areas else ""


def _table(row: Row, shapes: Mapping[str, str]) -> str:
    """The figures of one table for many places, of one source and role."""
    shape = shapes[row["figure"]]
    return f"{shape} ({row['source']}, {row['role']})" if shape else ""


# ---------------------------------------------------------------------------------------- the rules


def _alike(
    rows: list[Row], column: str, group: Callable[[Row], str], tied: bool = True
) -> Iterator[Finding]:
    """Rows whose cell is not what most rows of their group have.

    `group` names the group of a row, "" for none. Where no cell is that of most, all rows of the
    group are named if `tied`, else none.
    """
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if not excepted(row, column):
            groups[group(row)].append(row)
    for name, members in groups.items():
        (most, count), *others = Counter(row[column] for row in members).most_common(2)
        tie = bool(others) and others[0][1] == count
        if not name or not others or (tie and not tied):
            continue
        for row in (row for row in members if tie or row[column] != most):
            why = f"is not “{most}”, as for {count} of {len(members)} figures of {name}"
            if row[column] == most:
                why = f"is that of {count} of {len(members)} figures of {name}"
            yield from differs(row, column, why)


def _alone(figures: list[Row], unnamed: list[Row], column: str) -> Iterator[Finding]:
    """A cell that no other figure has, or, in a family of one, that few others have.

    `unnamed` are the figures of which the id names no such code.
    """
    everywhere = Counter(row[column] for row in figures)
    usual = Counter(row[column] for row in unnamed).most_common(1)
    families = Counter(_family(row) for row in unnamed)
    for row in unnamed:
        if row[column] and everywhere[row[column]] == 1:
            why = "stands at no other figure, and the id does not name it"
            yield from differs(row, column, why)
        elif column == "area" and families[_family(row)] == 1 and row[column] != usual[0][0]:
            yield from differs(row, column, f"is not “{usual[0][0]}”, but the id names no place")


def _lone_periods(figures: list[Row], covers: Mapping[str, str]) -> Iterator[Finding]:
    """A period that no other figure of the source has, and that neither source nor id names."""
    times = Counter((row["source"], row["as_of"]) for row in figures)
    for row in figures if any(covers.values()) else ():
        period, covered = row["as_of"], covers[row["source"]]
        ends = covered.split("/")
        usual = {covered, *ends, *(f"../{end}" for end in ends), *segments(row)}
        if times[row["source"], period] == 1 and period not in usual:
            why = f"stands at no other figure of {row['source']} and is not what it covers"
            yield from differs(row, "as_of", f"{why} ({covered})")


def _sources(figures: list[Row], grades: Mapping[str, str]) -> Iterator[Finding]:
    """A figure unlike all others of its source, in its family or in having a locator."""
    of_source: dict[str, list[Row]] = defaultdict(list)
    for row in figures:
        of_source[row["source"]].append(row)
    families = Counter(map(_family, figures))
    for source, members in of_source.items():
        own = Counter(map(_family, members))
        for row in members:
            name = _family(row)
            if own[name] == 1 < families[name] and len(members) > 1:
                why = f"has no other figure of {name}, though others of both are known"
                yield from differs(row, "source", why)
        if grades[source] != "full text":
            yield from _located(members, grades[source])


def _located(members: list[Row], grade: str) -> Iterator[Finding]:
    """The few figures of an excerpt that have a locator where others have none, or the reverse.

    An only figure of an excerpt has none, either.
    """
    located = [row for row in members if row["locator"]]
    others = [row for row in members if not row["locator"]]
    unlike, alone = bool(located and others), len(members) == 1
    if not unlike and not alone:
        return
    for row in min(located, others, key=len) if unlike else located:
        has = "a locator" if row["locator"] else "no locator"
        yield from differs(row, "source", f"is graded {grade}, but the figure has {has}")


def _turned(figures: list[Row]) -> Iterator[Finding]:
    """A number from before that begins or ends later than its number from after."""
    rows = {row["figure"]: row for row in figures}
    for row in figures:
        later = ".".join("after" if segment == "before" else segment for segment in segments(row))
        if later == row["figure"] or later not in rows:
            continue
        one, other = periods.read(row["as_of"]), periods.read(rows[later]["as_of"])
        if one.last_day > other.last_day or one.first_day > other.first_day:
            why = f"is later than that of {later}, “{rows[later]['as_of']}”"
            yield from differs(row, "as_of", why)
