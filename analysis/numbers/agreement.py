"""Do the columns of a row agree with its id, with its source and with the words that were printed?

What a number is about is typed by hand; the same is said by the figure's id, by its neighbours, by
the period its source covers and by the words behind the number. Where they differ, one is wrong, or
the row is an exception and its note says so, in a part that begins with the column's name:
“as_of: to date in the report of that day”. The words that say a role in an id, and the nouns of
each indicator, are data.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from datetime import date

from analysis.numbers import numerals, periods
from analysis.numbers.periods import Period
from analysis.numbers.schema import Schema, is_day
from analysis.numbers.tables import Finding, Row, Tables

# An article reports on what is just over; a later one looks back, and its note says so.
LATER_DAYS = 31
# Roles that say how a number stands to another one or to what came of it: an id says them, too.
_SAID = {"before", "after", "increase", "decrease", "target", "estimate"}
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def disagreements(read: Tables, schemas: Mapping[str, Schema]) -> Iterator[Finding]:
    """Every row that contradicts its id, its source, its neighbours or its own words."""
    figures = read["figures"]
    says = schemas["figures"]["figure"].says
    reforms = {row["name"] for row in read["names"] if row["kind"] == "reform"}
    areas = {row["area"] for row in read["areas"]}
    sources = {row["source"]: row for row in read["sources"]}
    indicators = {row["indicator"]: row for row in read["indicators"]}
    for source in read["sources"]:
        if any(each["covers"] for each in read["sources"]):
            yield from _published(source)
    for row in figures:
        yield from _role(row, says, indicators[row["indicator"]]["unit"])
        yield from _thing(row, {*says, *areas})
        yield from _as_of(row, sources[row["source"]])
        yield from _nouns(row, indicators[row["indicator"]], sources[row["source"]]["language"])
    yield from _alike(figures, "reform", lambda row: _named(row, reforms), _family)
    yield from _alike(figures, "area", lambda row: _named(row, areas), _family)
    yield from _alike(figures, "as_of", lambda _: "", _neighbours)
    for column in ("role", "indicator", "reform", "source"):
        yield from _alike(figures, column, lambda _: "", lambda row: _shape(row, areas))
    yield from _wholes(read, indicators)


def _excepted(row: Row, column: str) -> bool:
    """True where a part of the note begins with the name of the column."""
    return f"; {row['note']}".find(f"; {column}: ") >= 0


def _differs(row: Row, column: str, why: str) -> Iterator[Finding]:
    if not _excepted(row, column):
        cure = f"Correct {column} or the id, or say why in the note (“{column}: …”)."
        yield row.wrong_cell(column, f"{why}. {cure}")


# ------------------------------------------------------------------------------------------- the id


def _segments(row: Row) -> list[str]:
    return row["figure"].split(".")


def _role(row: Row, says: Mapping[str, str], unit: str) -> Iterator[Finding]:
    """A role other than the id says, or one that a percentage, or a count, cannot have."""
    for word in _segments(row):
        allowed = says.get(word, row["role"]).split()
        if row["role"] not in allowed:
            why = f"does not agree with “{word}” in the id, which says {' or '.join(allowed)}"
            yield from _differs(row, "role", why)
    spoken = " ".join(says.get(word, "") for word in re.split(r"[.-]", row["figure"]))
    if row["role"] in _SAID - set(spoken.split()):
        yield from _differs(row, "role", "is said by no word of the id")
    if row["role"] == "rate" and unit != "percent":
        yield from _differs(row, "role", f"is for percentages, but the indicator counts {unit}")
    if unit == "percent" and row["role"] in {"before", "after", "part", "whole", "count"}:
        yield from _differs(row, "role", "is for counts, but the indicator is a percentage")


def _thing(row: Row, spoken: set[str]) -> Iterator[Finding]:
    """An indicator that shares no word with what the id says beside family, area and role."""
    family, *rest = _segments(row)
    words = {word for part in rest if part not in spoken for word in part.split("-")}
    words = {word for word in words if not word.isdigit()} - {"total"}
    if words and not (words | set(family.split("-"))) & _words(row["indicator"]):
        what = f"shares no word with the id, which speaks of {', '.join(sorted(words))}"
        yield from _differs(row, "indicator", what)


def _words(code: str) -> set[str]:
    return set(re.split(r"[.-]", code))


def _named(row: Row, codes: set[str]) -> str:
    """The code that the id names by itself; "" where it names none."""
    return next((each for each in reversed(_segments(row)) if each in codes), "")


def _family(row: Row) -> str:
    """The first part of the id, with the day of a list that has one."""
    first, *rest = _segments(row)
    return ".".join([first, *rest[:1]] if rest and _DAY.fullmatch(rest[0]) else [first])


def _neighbours(row: Row) -> str:
    """The id without its last part, for one source and role: numbers of one moment."""
    return f"{row['figure'].rpartition('.')[0]}.* ({row['source']}, {row['role']})"


def _shape(row: Row, areas: set[str]) -> str:
    """The id with its area left open: figures of one table for many places."""
    parts = _segments(row)
    return ".".join("*" if each in areas else each for each in parts) if set(parts) & areas else ""


def _alike(
    rows: list[Row], column: str, named: Callable[[Row], str], group: Callable[[Row], str]
) -> Iterator[Finding]:
    """Rows whose column is neither what their id names nor what most of their group has."""
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in (row for row in rows if not _excepted(row, column)):
        if code := named(row):
            if row[column] != code:
                yield from _differs(row, column, f"is not “{code}”, which the id names")
        else:
            groups[group(row)].append(row)
    for name, members in groups.items():
        (most, count), *others = Counter(row[column] for row in members).most_common(2)
        if not name or not others or others[0][1] == count:
            continue
        for row in (row for row in members if row[column] != most):
            why = f"is not “{most}”, as for {count} of {len(members)} figures named {name}"
            yield from _differs(row, column, why)


# --------------------------------------------------------------------------------------- the source


def _published(source: Row) -> Iterator[Finding]:
    """A day of printing that cannot be that of an article on the period it covers."""
    try:
        covers = periods.read(source["covers"])
    except periods.PeriodError as error:
        yield source.wrong(f"covers {error}.", "covers")
        return
    day = source["published"]
    if not is_day(day) or _excepted(source, "published"):
        return
    days = (date.fromisoformat(day) - covers.last_day).days
    if date.fromisoformat(day) < covers.first_day:
        what = f"is before what the source covers ({source['covers']})"
    elif days > LATER_DAYS:
        what = f"is {days} days after what the source covers ({source['covers']})"
    else:
        return
    cure = "A day from another article or from the copy is none: leave it empty and give "
    cure += "published_by, or say in the note why it is so late (“published: …”)."
    yield source.wrong_cell("published", f"{what}. {cure}")


def _as_of(row: Row, source: Row) -> Iterator[Finding]:
    """A period that its source does not cover, or that is only the day of the report."""
    try:
        covers, period = periods.read(source["covers"]), periods.read(row["as_of"])
    except periods.PeriodError:
        return  # covers is not given, or its own finding says what is wrong with it
    ahead = row["role"] in {"target", "estimate"}
    if not _touches(period, covers, ahead) and not _excepted(row, "as_of"):
        what = f"is not in what its source {row['source']} covers ({source['covers']})"
        yield row.wrong_cell("as_of", f"{what}. Correct as_of, or covers in sources.csv.")
    reported = {source["published"]: "printed"}
    if covers.start and is_day(covers.end):
        reported[covers.end] = "held"
    if row["as_of"] in reported:
        why = f"is the day on which the report was {reported[row['as_of']]}"
        yield from _differs(row, "as_of", f"{why}, which is seldom what a number holds for")


def _touches(period: Period, covers: Period, ahead: bool) -> bool:
    """True where both ends of a period lie in what is covered; a plan may lie ahead of it."""
    ends = [periods.read(end) for end in (period.start, period.end) if end not in {"", ".."}]
    open_start = covers.start == ".."
    return all(
        (ahead or end.first_day <= covers.last_day)
        and (open_start or end.last_day >= covers.first_day)
        for end in ends
    )


# ---------------------------------------------------------------------------------------- the words


def _nouns(row: Row, indicator: Row, language: str) -> Iterator[Finding]:
    """Words behind a printed number that are no name of what the indicator counts."""
    words = _behind(row["printed"], language)
    if not words or indicator["unit"] == "percent":
        return
    nouns = indicator["nouns"] or indicator[f"unit_{language}"]
    allowed = [noun.strip().casefold() for noun in nouns.split(";")]
    if not re.match(rf"(?:{'|'.join(map(re.escape, allowed))})(?!\w)", words):
        what = f"says “{words}”, but {row['indicator']} counts {' or '.join(allowed)}"
        cure = "Correct the indicator, or add the noun to nouns in indicators.csv."
        yield row.wrong(f"printed {what}. {cure}", "indicator")


def _behind(printed: str, language: str) -> str:
    """The words behind a number, without its scale: `1,9 triệu lượt truy cập` → lượt truy cập."""
    words = re.split(r"\d", printed)[-1].strip(" /%").casefold()
    scales = "|".join(map(re.escape, numerals.SCALES[language]))
    words = re.sub(rf"^(?:{scales})(?!\w)\s*", "", words)
    return re.sub(r"\s*\b(?:trở lên|or more)$", "", words)


# ------------------------------------------------------------------------------- parts and wholes


def _wholes(read: Tables, indicators: Mapping[str, Row]) -> Iterator[Finding]:
    """Parts of which no whole is known, and wholes that have no part."""
    rows = {row["figure"]: row for row in read["figures"]}
    kinds = ("share", "sum", "difference")
    counted = {
        each for row in read["claims"] if row["kind"] in kinds for each in row["operands"].split()
    }
    wholes = [row for row in rows.values() if row["role"] == "whole"]
    used = set(counted)
    for row in (row for row in rows.values() if row["role"] == "part"):
        found = {each["figure"] for each in wholes if _holds(each, row, indicators)}
        if named := re.search(r"(?:^|; )whole: (\S+)", row["note"]):
            found.add(named[1])
        used |= found
        unknown = sorted(found - set(rows))
        if unknown or not found | ({row["figure"]} & counted):
            what = f"its whole “{unknown[0]}” is not in figures.csv" if unknown else "has no whole"
            cure = "Add the whole (same source, area and period, the same or the wider indicator)"
            cure += ", name it in the note (“whole: ID”), or correct role."
            yield row.wrong_cell("role", f"{what}. {cure}")
    for row in wholes:
        if row["figure"] not in used:
            what = "has no part: no figure, claim or note takes it as a whole"
            yield from _differs(row, "role", what)


def _holds(whole: Row, part: Row, indicators: Mapping[str, Row]) -> bool:
    """True where one figure is the whole of another by source, area, period and indicator."""
    if any(whole[column] != part[column] for column in ("source", "area")):
        return False
    a, b = periods.read(whole["as_of"]), periods.read(part["as_of"])
    return (
        whole["indicator"] in _wider(part["indicator"], indicators)
        and a.first_day <= b.last_day
        and b.first_day <= a.last_day
    )


def _wider(indicator: str, indicators: Mapping[str, Row]) -> set[str]:
    """An indicator and all that are wider: those it is part of, or a level of its code above."""
    found: set[str] = set()
    waiting = [indicator]
    while waiting:
        code = waiting.pop()
        if code and code not in found:
            found.add(code)
            waiting += [code.rpartition(".")[0]]
            waiting += [indicators[code]["part_of"]] if code in indicators else []
    return found
