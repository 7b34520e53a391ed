"""Rules that the rows of the tables keep, beyond what the schema says of a single cell.

A module with rules of tables has `findings`: everything that breaks them, with what to do. `read`
applies the rules of rows; nothing is computed from tables that break one. `disagreements` holds
what was typed against ids, sources, words and neighbouring rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from analysis.numbers import tables
from analysis.numbers.rules import (
    days,
    doubles,
    events,
    ids,
    neighbours,
    parts,
    places,
    rows,
    words,
)
from analysis.numbers.schema import Finding, Schema
from analysis.numbers.tables import Tables

_OF_ROWS = (rows.findings, doubles.findings, places.findings, events.findings)
_OF_AGREEMENT = (days.findings, words.findings, neighbours.findings, parts.findings)


def read(where: Path) -> tuple[Tables, list[Finding]]:
    """The tables of a data folder and everything wrong with their rows, sorted.

    A cell that the schema refuses is not looked at again.
    """
    typed, findings = tables.read(where)
    if set(typed) >= rows.NEEDED:
        refused = {(finding.file, finding.line, finding.column) for finding in findings}
        more = (finding for rule in _OF_ROWS for finding in rule(typed))
        findings += [e for e in more if (e.file, e.line, e.column) not in refused]
    return typed, sorted(findings)


def disagreements(read: Tables, schemas: Mapping[str, Schema]) -> Iterator[Finding]:
    """Every row that contradicts its id, its source, its own words or the rows beside it.

    The rows are in order by themselves: `read` found nothing.
    """
    yield from ids.findings(read, schemas["figures"]["figure"].says)
    for rule in _OF_AGREEMENT:
        yield from rule(read)
