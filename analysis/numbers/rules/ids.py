"""The id of a figure says what its number is about: role, indicator, area and reform agree with it.

The words of an id that say a role are data (`says` in datapackage.json).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from analysis.numbers.rules.exceptions import differs
from analysis.numbers.schema import Finding
from analysis.numbers.tables import Row, Tables

# Roles that say how a number stands to another one or to what came of it: an id says them, too.
_SAID = {"before", "after", "increase", "decrease", "target", "estimate"}
_OF_COUNTS = {"before", "after", "part", "whole", "count"}


def findings(tables: Tables, says: Mapping[str, str]) -> Iterator[Finding]:
    """Every figure whose columns say another thing than its id.

    `says` gives the roles, with spaces between, that a row may have by a word of its id.
    """
    units = {row["indicator"]: row["unit"] for row in tables["indicators"]}
    alike: dict[str, list[str]] = defaultdict(list)  # the indicators of each unit
    for indicator, unit in units.items():
        alike[unit].append(indicator)
    areas = {row["area"] for row in tables["areas"]}
    reforms = {row["name"] for row in tables["names"] if row["kind"] == "reform"}
    for row in tables["figures"]:
        unit = units[row["indicator"]]
        yield from _role(row, says, unit)
        yield from _likelier(row, alike[unit])
        yield from _indicator(row, {*says, *areas})
        for column, codes in (("area", areas), ("reform", reforms)):
            code = named(row, codes)
            if code and row[column] != code:
                yield from differs(row, column, f"is not “{code}”, which the id names")


def segments(row: Row) -> list[str]:
    """The levels of a figure's id."""
    return row["figure"].split(".")


def named(row: Row, codes: set[str]) -> str:
    """The code that the id names: a level, or words of one; "" where it names none."""
    levels = segments(row)
    own = next((level for level in reversed(levels) if level in codes), "")
    words = f"-{levels[0]}-"
    return own or max((code for code in codes if f"-{code}-" in words), key=len, default="")


def _words(code: str) -> set[str]:
    """The words of an id or code."""
    return set(re.split(r"[.-]", code))


def _role(row: Row, says: Mapping[str, str], unit: str) -> Iterator[Finding]:
    """A role that the id does not say, or that a percentage, or a count, cannot have."""
    for word in segments(row):
        allowed = says.get(word, row["role"]).split()
        if row["role"] not in allowed:
            why = f"does not agree with “{word}” in the id, which says {' or '.join(allowed)}"
            yield from differs(row, "role", why)
    spoken = " ".join(says.get(word, "") for word in _words(row["figure"]))
    if row["role"] in _SAID - set(spoken.split()):
        yield from differs(row, "role", "is said by no word of the id")
    if row["role"] == "rate" and unit != "percent":
        yield from differs(row, "role", f"is for percentages, but the indicator counts {unit}")
    if unit == "percent" and row["role"] in _OF_COUNTS:
        yield from differs(row, "role", "is for counts, but the indicator is a percentage")


def _indicator(row: Row, spoken: set[str]) -> Iterator[Finding]:
    """An indicator that shares no word with the id beside family, areas and roles (`spoken`)."""
    family, *rest = segments(row)
    words = {word for part in rest if part not in spoken for word in part.split("-")}
    words = {word for word in words if not word.isdigit()} - {"total"}
    if words and not (words | set(family.split("-"))) & _words(row["indicator"]):
        what = f"shares no word with the id, which speaks of {', '.join(sorted(words))}"
        yield from differs(row, "indicator", what)


def _likelier(row: Row, indicators: Sequence[str]) -> Iterator[Finding]:
    """An indicator less like the id than another of its unit, or that says more than the id."""
    words = _words(row["figure"])
    shared = {code: len(words & _words(code)) for code in indicators}
    best = max(shared, key=lambda code: shared[code])
    above, _, last = row["indicator"].rpartition(".")
    siblings = [one for one in indicators if above in (one, one.rpartition(".")[0])]
    if shared[best] > shared[row["indicator"]]:
        yield from differs(row, "indicator", f"is less like the id than “{best}”")
    elif above and len(siblings) > 1 and not words & _words(last):
        yield from differs(row, "indicator", f"ends with “{last}”, of which the id says nothing")
