"""Does a row agree with the rows beside it?

Figures of one family, one paragraph or one table have columns alike, and what was before is not
later than what was after. A row that is an exception says so in its note, in a
part that begins with the column and its cell, “–” for an empty one: “reform –: the Party's own”.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping

from analysis.numbers import periods
from analysis.numbers.periods import Period
from analysis.numbers.tables import Finding, Row, Tables

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_EXCEPTION = re.compile(r"(?:^|; )(role|indicator|reform|area|as_of|source|published)(?: (\S+))?: ")


def disagreements(read: Tables) -> Iterator[Finding]:
    """Every figure that is unlike its neighbours, or that comes before what it follows."""
    figures = read["figures"]
    reforms = {row["name"] for row in read["names"] if row["kind"] == "reform"}
    codes = {"area": {row["area"] for row in read["areas"]}, "reform": reforms}
    shapes = {row["figure"]: _shape(row, codes["area"]) for row in figures}
    for row in (*figures, *read["sources"]):
        yield from _noted(row)
    for column in codes:
        unnamed = []
        for row in figures:
            yield from _other_than_named(row, column, named := _named(row, codes[column]))
            unnamed += [] if named else [row]
        yield from _alike(unnamed, column, _family)
        yield from _alone(figures, unnamed, column)
    yield from _alike(figures, "as_of", _moment, tied=False)
    yield from _alike(figures, "as_of", _paragraph)
    for column in ("role", "indicator", "reform", "source"):
        yield from _alike(figures, column, lambda row: shapes[row["figure"]], tied=False)
    yield from _alike(figures, "as_of", lambda row: _table(row, shapes), tied=False)
    yield from _loners(figures, {row["source"]: row["covers"] for row in read["sources"]})
    yield from _sources(figures, {row["source"]: row["grade"] for row in read["sources"]})
    yield from _turned(figures)


# --------------------------------------------------------------------------------------- exceptions


def excepted(row: Row, column: str) -> bool:
    """True where a part of the note begins with the name of the column."""
    return any(found[1] == column for found in _EXCEPTION.finditer(row["note"]))


def differs(row: Row, column: str, why: str) -> Iterator[Finding]:
    """A finding about a cell that is unlike what it is held against, but for an exception."""
    if not excepted(row, column):
        yield row.wrong_cell(
            column, f"{why}. Correct {column} or the id, or {_say_why(row, column)}."
        )


def _say_why(row: Row, column: str) -> str:
    return f"say why in the note (“{column} {row[column] or '–'}: …”)"


def _noted(row: Row) -> Iterator[Finding]:
    """An exception that names another cell than the row has."""
    for column, cell in _EXCEPTION.findall(row["note"]):
        if column in row and cell != (row[column] or "–"):
            what = f"is the exception of {column} “{cell}” in the note" if cell else (
                f"is an exception, but the note does not name it after “{column}”")  # fmt: skip
            yield row.wrong_cell(column, f"{what}. Correct one, or {_say_why(row, column)}.")


# ------------------------------------------------------------------------------------------- groups


def segments(row: Row) -> list[str]:
    """The levels of a figure's id."""
    return row["figure"].split(".")


def words_of(code: str) -> set[str]:
    """The words of an id or code."""
    return set(re.split(r"[.-]", code))


def _named(row: Row, codes: set[str]) -> str:
    """The code that the id names: a level, or words of one; "" where it names none."""
    levels = segments(row)
    own = next((each for each in reversed(levels) if each in codes), "")
    words = f"-{levels[0]}-"
    return own or max((each for each in codes if f"-{each}-" in words), key=len, default="")


def _family(row: Row) -> str:
    """The first part of the id, with the day of a list that has one."""
    first, *rest = segments(row)
    return ".".join([first, *rest[:1]] if rest and _DAY.fullmatch(rest[0]) else [first])


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
    return ".".join("*" if each in areas else each for each in parts) if set(parts) & areas else ""


def _table(row: Row, shapes: Mapping[str, str]) -> str:
    """The figures of one table for many places, of one source and role."""
    shape = shapes[row["figure"]]
    return f"{shape} ({row['source']}, {row['role']})" if shape else ""


def _other_than_named(row: Row, column: str, named: str) -> Iterator[Finding]:
    if named and row[column] != named:
        yield from differs(row, column, f"is not “{named}”, which the id names")


def _alike(
    rows: list[Row], column: str, group: Callable[[Row], str], tied: bool = True
) -> Iterator[Finding]:
    """Rows whose column is not what most of their group has; if `tied`, all where none is most."""
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
    """A cell that no other figure has, or, in a family of one, that few others have."""
    everywhere = Counter(row[column] for row in figures)
    usual = Counter(row[column] for row in unnamed).most_common(1)
    families = Counter(_family(row) for row in unnamed)
    for row in unnamed:
        if row[column] and everywhere[row[column]] == 1:
            yield from differs(
                row, column, "stands at no other figure, and the id does not name it"
            )
        elif column == "area" and families[_family(row)] == 1 and row[column] != usual[0][0]:
            yield from differs(row, column, f"is not “{usual[0][0]}”, but the id names no place")


def _loners(figures: list[Row], covers: Mapping[str, str]) -> Iterator[Finding]:
    """A period that no other figure of the source has, and that neither its own nor the id is."""
    times = Counter((row["source"], row["as_of"]) for row in figures)
    for row in figures if any(covers.values()) else ():
        period, covered = row["as_of"], covers[row["source"]]
        ends = covered.split("/")
        said = {covered, *ends, *(f"../{end}" for end in ends), *segments(row)}
        if times[row["source"], period] == 1 and period not in said:
            why = f"stands at no other figure of {row['source']} and is not what it covers"
            yield from differs(row, "as_of", f"{why} ({covered})")


def _sources(figures: list[Row], graded: Mapping[str, str]) -> Iterator[Finding]:
    """A figure that none of its source resembles: by its family, or by having a locator."""
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
        located = [row for row in members if row["locator"]]
        if graded[source] == "full text" or not located:
            continue
        few = min(located, [row for row in members if not row["locator"]], key=len) or located
        for row in few if len(few) < 2 or len(few) < len(members) else ():
            has = "a locator" if row["locator"] else "no locator"
            yield from differs(
                row, "source", f"is graded {graded[source]}, but the figure has {has}"
            )


def _turned(figures: list[Row]) -> Iterator[Finding]:
    """A number from before that begins or ends later than its number from after."""
    rows = {row["figure"]: row for row in figures}
    for row in figures:
        later = ".".join("after" if each == "before" else each for each in segments(row))
        if later == row["figure"] or later not in rows:
            continue
        one, other = period_of(row), period_of(rows[later])
        if one and other and (one.last_day > other.last_day or one.first_day > other.first_day):
            why = f"is later than that of {later}, “{rows[later]['as_of']}”"
            yield from differs(row, "as_of", why)


def period_of(row: Row) -> Period | None:
    """What a figure holds for; None where the cell is no period."""
    try:
        return periods.read(row["as_of"])
    except periods.PeriodError:
        return None  # its own finding says what is wrong with it
