"""What a chart may draw: the rows of its table, on a scale of one unit, and no other numbers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from attack_cells import HELD, ORG, PEOPLE, STAFF, block, both, made
from test_gate import outcome

from analysis.numbers.figures import Figures

P, ALL = both(["p"]), "units.before"
SHARE, REST = made("share", HELD, ORG, places=1), made("difference", ORG, HELD)
RATE = made("relative_change", *STAFF, places=1)


def number(recipe: Any) -> Any:
    """A reference to a number."""
    return {"number": recipe}


def day(figure: str) -> Any:
    """A reference to the day of a figure."""
    return {"day": figure}


def chart(kind: str, *rows: Any, **fields: Any) -> Any:
    """A chart by hand with some rows of its table."""
    heads = [P] * (len(rows[0]) if rows else 1)
    table = {"columns": heads, "data": [list(row) for row in rows]}
    return block(kind, name="x", title=["a"], subtitle=both(["a"]), table=table, **fields)


def places(norm: Any = None, before: Any = PEOPLE, after: Any = STAFF[1]) -> Any:
    """A place of which the number of people fell, with a norm."""
    ends = [number(before), number(after)]
    rate = number(made("relative_change", before, after, places=1))
    row = {"label": P, "before": ends[0], "after": ends[1]}
    norm = norm and {"label": P, **{name: number(each) for name, each in norm.items()}}
    return chart("places", [P, *ends, rate], rows=[row], norm=norm)


def task(part: Any = HELD, whole: Any = ORG, listed: bool = True, **more: Any) -> Any:
    """One task, with further numbers that are in its table, too, where `listed`."""
    share = number(made("share", part, whole, places=1))
    row = [P, number(part), number(whole), share, number(made("difference", whole, part))]
    row += list(more.values()) if listed else []
    own = {"label": P, "part": number(part), "whole": number(whole), **more}
    return chart("completions", row, rows=[own])


def panels(*points: tuple[str, Any]) -> Any:
    """A line through some figures, each with the change that leads to it or None."""
    made = [(day(figure), number(figure), rate and number(rate)) for figure, rate in points]
    drawn = [{"day": at, "number": value, "rate": rate} for at, value, rate in made]
    rows = [[P, *point] for point in made]
    return chart("panels", *rows, lines=[{"label": P, "points": drawn}])


def parts(first: str, last: str) -> Any:
    """One whole in two parts, with labels; in the table the first is done, the second left."""
    listed = [(both(["xong"]), HELD), (both(["còn"]), REST)]
    rows = [[P, name, number(of), number(made("share", of, ORG, places=1))] for name, of in listed]
    drawn = [
        {"label": both([name]), "number": row[2]}
        for name, row in zip((first, last), rows, strict=True)
    ]
    return chart("parts", *rows, rows=[{"label": P, "whole": number(ORG), "parts": drawn}])


def spell(figure: str, norm: str | None = None) -> Any:
    """A share that holds for a period, with a norm."""
    own = [number(figure), day(figure)]
    row = {"label": P, "number": own[0], "day": own[1]}
    band = norm and {"label": P, "low": number(norm)}
    return chart("periods", [P, *own], rows=[row], norm=band)


@pytest.mark.parametrize(
    "good",
    [places(), places({"low": "units.rate", "high": "congress.rate"}), task(),
     task(printed=number("congress.rate")), task(later=number("dossiers.share"),
                                                 day=day("dossiers.share")),
     panels((PEOPLE, None), (STAFF[1], RATE)), parts("xong", "còn"),
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
        (chart("places", rows=[]), "draws nothing"),
        (chart("bars", rows=[]), "draws nothing"),
        (chart("panels", lines=[{"label": P, "points": []}]), "draws nothing"),
        (task(later=number(STAFF[1]), day=day(STAFF[1])), "unlike units"),
        (task(later=number("dossiers.share")), "without its day"),
        (task(printed=number(PEOPLE)), "unlike units"),
        (task(printed=number("congress.rate"), listed=False), "is not in its table"),
        (chart("bars", [P, number(ORG), number(HELD)], rows=[{"label": P, "number": number(ORG)}]),
         "in its table is not drawn"),
        (task(ORG, HELD), "more than its whole"),
        (chart("completions", [P, number(HELD), number(ORG), number(SHARE)],
               rows=[{"label": P, "part": number(HELD), "whole": number(ORG)}]), "no column"),
        (panels((PEOPLE, None), (STAFF[1], made("relative_change", ALL, "units.after", places=1))),
         "leads from no earlier point"),
        (parts("còn", "xong"), "is not in its table"),
        (spell(STAFF[1]), "unlike units"),
        (spell("dossiers.share", STAFF[1]), "unlike units"),
    ],
)  # fmt: skip
def test_a_chart_that_tells_another_story_is_refused(
    known: Figures, data: Path, lie: Any, why: str
) -> None:
    """Than its table, or than the scale and the numbers between which it is drawn."""
    said = outcome(known, data, lie)
    assert said.startswith("gate: ")
    assert why in said
