"""What a chart may draw: numbers of one unit on a scale, and nothing that contradicts them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from attack_cells import HELD, ORG, PEOPLE, STAFF, block, both, made
from test_gate import outcome

from analysis.numbers.figures import Figures

P, ALL = both(["p"]), "units.before"
RATE = made("relative_change", *STAFF, places=1)


def number(recipe: Any) -> Any:
    """A reference to a number."""
    return {"number": recipe}


def day(figure: str) -> Any:
    """A reference to the day of a figure."""
    return {"day": figure}


def chart(kind: str, **fields: Any) -> Any:
    """A chart by hand."""
    return block(kind, name="x", title=["a"], subtitle=both(["a"]), **fields)


def places(norm: Any = None, before: Any = PEOPLE, after: Any = STAFF[1]) -> Any:
    """A place of which the number of people fell, with a norm."""
    row = {"label": P, "before": number(before), "after": number(after)}
    norm = norm and {"label": P, **{name: number(each) for name, each in norm.items()}}
    return chart("strip", rows=[row], norm=norm)


def task(part: Any = HELD, whole: Any = ORG, **more: Any) -> Any:
    """One task, with further numbers."""
    own = {"label": P, "part": number(part), "whole": number(whole), **more}
    return chart("completions", rows=[own])


def panels(*points: tuple[str, Any]) -> Any:
    """A line through some figures, each with the change that leads to it or None."""
    drawn = [
        {"day": day(figure), "number": number(figure), "rate": rate and number(rate)}
        for figure, rate in points
    ]
    return chart("panels", lines=[{"label": P, "points": drawn}])


def parts() -> Any:
    """One whole in two parts."""
    rest = made("difference", ORG, HELD)
    drawn = [{"label": P, "number": number(HELD)}, {"label": both(["q"]), "number": number(rest)}]
    return chart("parts", rows=[{"label": P, "whole": number(ORG), "parts": drawn}])


def spell(figure: str, norm: str | None = None) -> Any:
    """A share that holds for a period, with a norm."""
    row = {"label": P, "number": number(figure), "day": day(figure)}
    band = norm and {"label": P, "low": number(norm)}
    return chart("periods", rows=[row], norm=band)


@pytest.mark.parametrize(
    "good",
    [places(), places({"low": "units.rate", "high": "congress.rate"}), task(),
     task(printed=number("congress.rate")), task(later=number("dossiers.share"),
                                                 day=day("dossiers.share")),
     panels((PEOPLE, None), (STAFF[1], RATE)), parts(),
     spell("dossiers.share", "units.rate")],
)  # fmt: skip
def test_ordinary_charts_are_drawn(known: Figures, data: Path, good: Any) -> None:
    """Norms, later and printed shares, changes on a line, parts: each as a notebook writes it."""
    assert outcome(known, data, good).startswith("shows")


@pytest.mark.parametrize(
    ("lie", "why"),
    [
        (places({"low": STAFF[1]}), "unlike units"),
        (places({"low": "congress.rate", "high": "units.rate"}), "ends before it begins"),
        (places(before=made("difference", ORG, ORG), after=ORG), "numbers that give none"),
        (chart("strip", rows=[]), "draws nothing"),
        (chart("bars", rows=[]), "draws nothing"),
        (chart("panels", lines=[{"label": P, "points": []}]), "draws nothing"),
        (task(later=number(STAFF[1]), day=day(STAFF[1])), "unlike units"),
        (task(later=number("dossiers.share")), "without its day"),
        (task(printed=number(PEOPLE)), "unlike units"),
        (task(ORG, HELD), "more than its whole"),
        (panels((PEOPLE, None), (STAFF[1], made("relative_change", ALL, "units.after", places=1))),
         "leads from no earlier point"),
        (spell(STAFF[1]), "unlike units"),
        (spell("dossiers.share", STAFF[1]), "unlike units"),
    ],
)  # fmt: skip
def test_a_chart_that_tells_another_story_is_refused(
    known: Figures, data: Path, lie: Any, why: str
) -> None:
    """Than the scale and the numbers between which it is drawn."""
    said = outcome(known, data, lie)
    assert said.startswith("gate: ")
    assert why in said
