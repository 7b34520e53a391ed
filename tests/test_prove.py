"""Specification of the mutation proof: a seeded sample of every kind of alteration is caught. `make prove` tries all."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import prove
import pytest

KINDS = {
    *("value", "value and printed", "qualifier", "operand", "stated", "verdict", "as_of", "published", "published_by", "label"),
    *("markdown: digit", "markdown: dropped", "sentence: digit", "sentence: f-string", "sentence: dropped", "sentence: numeral"),
    *("sentence: form", "sentence: placeholder", "sentence: exchanged", "smuggled"),
    *("number on a page", "chart table", "unbound number", "date on a page", "head of a page"),
    *("drawn text", "drawn text of another row", "drawn length", "CSV download", "parameter", "parameters cell"),
}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the proof forks")
def test_a_sample_of_every_kind_of_alteration_is_caught() -> None:
    """No mutant of a seeded sample survives, nothing is refused on the clean tree, and no kind is left out."""
    given = os.environ.get("TEXTS_DIR", "")
    fates, alarms = prove.prove(sample=60, seed=6, jobs=2, texts=Path(given) if given else None)
    assert not alarms, "\n".join(alarms)
    survivors = [fate for fate in fates if not fate.way]
    assert not survivors, prove.report(survivors)
    assert {fate.mutant.kind for fate in fates} == KINDS
    assert all(fate.said for fate in fates), "every refusal says something"


def test_a_survivor_is_reported_by_name() -> None:
    """The report counts by kind and way, and ends with what survived and why."""
    mutant = prove.Mutant("value", "figures.csv x", "1 → 2", "data", ("figures", "x", {}))
    said = prove.report([prove.Fate(mutant, "check", "refused"), prove.Fate(mutant, "", "the gate lets it pass")])
    assert Counter(said.split())["SURVIVED:"] == 1
    assert "value                             1 of     2   check 1" in said
    assert said.endswith("value · figures.csv x · 1 → 2 · SURVIVED: the gate lets it pass")
