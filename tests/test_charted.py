"""What a chart may draw: numbers of one unit on a scale, and nothing that contradicts them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from attack_cells import HELD, ORG, PEOPLE, STAFF, block, both, made
from small_data import retype, small_data
from test_gate import outcome

from analysis import Page, compare, text
from analysis.numbers import figures
from analysis.numbers.figures import Figures
from analysis.saying import blocks
from analysis.saying.drawing import strips

P, ALL = both(["p"]), "units.before"
# Hà Nội before and after, and its communes and wards; Đà Nẵng before and after.
CITY = [f"plan-2025.ha-noi.{what}" for what in
        ("before.total", "after.total", "after.communes", "after.wards")]  # fmt: skip
OTHER = [f"plan-2025.da-nang.{what}.total" for what in ("before", "after")]
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
     task(printed=number("congress.rate")),
     task(CITY[2], CITY[1], later=number("dossiers.share"), day=day("dossiers.share")),
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


def place(table: str, code: str) -> Any:
    """The label of a row as words."""
    return both([{"value": {"label": [table, code]}, "form": ""}])


def text_of_day(figure: str) -> Any:
    """The day of a figure as words."""
    return both([{"value": day(figure), "form": ""}])


def pair(label: Any, before: str, after: str) -> Any:
    """What was counted before and after."""
    return {"label": label, "before": number(before), "after": number(after)}


def of_places(*rows: Any, **more: Any) -> Any:
    """Changes of places."""
    return chart("strip", rows=list(rows), **more)


def bars(subtitle: Any = P, title: Any = P) -> Any:
    """One bar, for Hà Nội, under some words."""
    rows = [{"label": P, "number": number(CITY[0])}]
    return block("bars", name="x", title=title, subtitle=subtitle, rows=rows)


def table(head: Any, title: Any = P) -> Any:
    """A column with a number of Hà Nội below its head."""
    rows = {"columns": [P, head], "data": [[P, number(CITY[0])]]}
    return block("table", name="x", title=title, table=rows)


def cut(whole: Any, *parts: tuple[Any, Any], **more: Any) -> Any:
    """One whole in parts."""
    drawn = [{"label": label, "number": number(each)} for label, each in parts]
    return chart("parts", rows=[{"label": P, "whole": number(whole), "parts": drawn, **more}])


def lines(*points: dict[str, Any], spans: Any = (), **more: Any) -> Any:
    """A line of points, each with its day, under spans."""
    drawn = [{"day": day(point["number"]["number"]), **point} for point in points]
    return chart("panels", lines=[{"label": P, "points": drawn, **more}], spans=list(spans))


def span(label: Any, start: Any, **more: Any) -> Any:
    """A reform over a line."""
    return lines({"number": number(PEOPLE)}, spans=[{"label": label, "start": start, **more}])


def event(code: str) -> Any:
    """A reference to the day of an event."""
    return {"day": ["events", code]}


def card(shown: str, **more: Any) -> Any:
    """A headline number and what it compares with."""
    written = {name: number(each) for name, each in more.items() if name in {"before", "of"}}
    words = {"label": P, **{name: each for name, each in more.items() if name not in written}}
    return block("headline", number={"value": number(shown), "form": ""}, **words, **written)


def norm(low: Any, label: Any = P, **more: Any) -> Any:
    """A place under a norm."""
    stated = {"label": label, "low": number(low), **more}
    return of_places(pair(P, *CITY[:2]), norm=stated)


def since(figure: str) -> Any:
    """A share over time, and a norm from the day of a figure."""
    row = {"label": P, "number": number("dossiers.share"), "day": day("dossiers.share")}
    stated = {"label": P, "low": number("units.rate"), "since": day(figure)}
    return chart("periods", rows=[row], norm=stated)


HN, DN = place("areas", "ha-noi"), place("areas", "da-nang")
SPELL = {"label": P, "number": number(made("share", HELD, ORG, places=1)),
         "day": event("units.start")}  # fmt: skip
DONE = {"label": P, "part": number(CITY[2]), "whole": number(CITY[1])}
PROJECT = place("names", "project-21")


@pytest.mark.parametrize(
    ("by", "lie"),
    [
        # one mark of two places, of two times exchanged, of a part and its whole
        ("gate", of_places(pair(P, CITY[0], OTHER[1]))),
        ("gate", of_places(pair(P, CITY[1], CITY[0]))),
        ("gate", of_places(pair(P, CITY[0], CITY[2]))),
        ("gate", of_places(pair(P, *CITY[:2]), country=pair(both(["cả nước"]), *OTHER))),
        ("gate", of_places(pair(P, *CITY[:2]), country=pair(P, *OTHER))),
        ("gate", task(OTHER[1], CITY[0])),
        ("gate", card(PEOPLE, before=STAFF[1])), ("gate", card(CITY[1], before=OTHER[0])),
        ("gate", card(OTHER[1], of=CITY[0])), ("gate", card(CITY[0], note=DN)),
        # words around numbers that are of something else
        ("gate", bars(DN)), ("gate", bars(text_of_day(STAFF[1]))),
        ("gate", bars(both(["Đề án 06"]))),
        ("gate", bars(title=DN)), ("gate", table(DN)), ("gate", table(both(["người"]))),
        ("gate", table(text_of_day(STAFF[1]))), ("gate", table(P, title=DN)),
        ("gate", chart("completions", rows=[{**DONE, "group": DN}])),
        ("gate", chart("completions", rows=[DONE], heads=[P, DN, P, P])),
        ("gate", chart("completions", rows=[DONE], heads=[P, text_of_day(STAFF[1]), P, P])),
        ("gate", chart("completions", rows=[DONE], heads=[P, both(["người"]), P, P])),
        ("gate", cut(CITY[1], (both(["Phường"]), CITY[2]), (both(["Xã"]), CITY[3]))),
        ("gate", cut(CITY[1], (P, CITY[2]), (both(["q"]), CITY[3]), note=DN)),
        ("gate", cut(CITY[1], (P, CITY[2]), (both(["q"]), CITY[3]), note=text_of_day(STAFF[1]))),
        ("gate", norm("congress.rate", DN)),
        ("gate", block("table", name="x", title=["a"], table={
            "columns": [P, P, P], "data": [[HN, number(CITY[0]), number(OTHER[1])]]})),
        # parts, points, spans and norms that cannot be
        ("document", cut(HELD, (P, ORG), (both(["q"]), made("difference", HELD, ORG)))),
        ("document", cut(CITY[1], (P, CITY[2]), (P, CITY[3]))),
        ("document", lines({"number": number(ORG)}, unit=both(["người"]))),
        ("document", chart("periods", rows=[SPELL])),
        ("document", task(later=number("dossiers.share"))),
        ("document", task(later=number("dossiers.share"), day=day(ORG))),
        ("gate", task(later=number("staff.rate"), day=day("staff.rate"))),
        ("gate", task(printed=number("dossiers.share"))),
        ("gate", lines({"number": number(PEOPLE), "printed": both([
            "x ", {"value": number("units.rate"), "form": ""}])})),
        ("gate", span(both(["Đề án 06"]), event("staff.plan"))),
        ("gate", span(place("names", "project-06"), day(STAFF[1]))),
        ("gate", span(PROJECT, event("staff.plan"), end=event("units.start"))),
        ("document", span(PROJECT, event("units.start"), end=day(STAFF[1]))),
        ("document", span(text_of_day(STAFF[1]), event("staff.plan"))),
        ("document", norm(RATE)), ("document", since(PEOPLE)),
        ("document", norm("units.rate", both([{"value": number("congress.rate"), "form": ""}]))),
    ],
)  # fmt: skip
def test_marks_and_words_are_of_the_numbers_they_stand_beside(
    known: Figures, data: Path, by: str, lie: Any
) -> None:
    """A mark is of one place and goes forward in time; titles, heads, groups and notes name no
    place, day, reform or unit that is not theirs; spans and norms say what the tables say."""
    assert outcome(known, data, lie).startswith(f"{by}: ")


def test_a_line_goes_through_one_place(tmp_path: Path) -> None:
    """From Hà Nội to the country there is no line, even in one unit."""
    later = ("figures.csv", "viet-nam,2025-05-08,after", "viet-nam,2025-05-09,after")
    data = small_data(tmp_path, later)
    lie = lines({"number": number(CITY[0])}, {"number": number("units.after")})
    assert "goes through ha-noi and viet-nam" in outcome(figures.load(data), data, lie)


@pytest.mark.parametrize("cells", [{"role": "target"}, {"doubted": "", "planned": "yes"}])
def test_a_plan_is_drawn_hollow(tmp_path: Path, cells: dict[str, str]) -> None:
    """What the tables know as a plan or target is not drawn like what was counted."""
    retype((data := small_data(tmp_path)) / "figures.csv", STAFF[1], **cells)
    known, point = figures.load(data), {"number": number(STAFF[1])}
    assert "is planned, as a fact" in outcome(known, data, lines(point))
    assert "is planned, as a fact" in outcome(known, data, of_places(pair(P, *STAFF)))
    assert "as a fact" not in outcome(known, data, lines({**point, "hollow": True}))


def test_what_was_counted_is_not_drawn_as_a_plan(known: Figures, data: Path) -> None:
    """The hollow dot of a place says that its change is planned."""
    lie = of_places({**pair(P, *STAFF), "hollow": True})
    assert "÷ staff.before as planned" in outcome(known, data, lie)


@pytest.mark.parametrize(
    ("column", "vi", "en"),
    [("planned", "theo kế hoạch", "are planned"), ("doubted", "(?)", "(?)")],
)
def test_what_is_planned_or_doubted_is_said_to_be(
    tmp_path: Path, column: str, vi: str, en: str
) -> None:
    """Somewhere around such a number a word says so, in each language."""
    cells = {"note": "why", "doubted": "", "planned": "", column: "yes"}
    retype((data := small_data(tmp_path)) / "figures.csv", STAFF[1], **cells)
    known = figures.load(data)
    left = {"value": number(STAFF[1]), "form": ""}
    for first, second, said in (
        *((vi, en, "shows"), (vi, "are left", "gate: "), ("còn lại", en, "gate: ")),
    ):
        words = {"vi": ["Có ", left, f" {first}"], "en": [left, f" {second}"]}
        sentence = block("sentence", text=words)
        assert outcome(known, data, sentence).startswith(said)


def test_a_rise_among_falls_is_drawn_to_the_other_side(page: Page) -> None:
    """Where all places fell and what is around them rose, no size of a fall is written for it."""
    known = page.known
    fell = compare.change(*map(known.__getitem__, CITY[:2]))
    rose = compare.change(known[HELD], known[ORG])
    rows = [(page.label("areas", "ha-noi"), fell, False)]
    block = page.strip("x", text("a", "a"), text("a", "a"), rows, country=(text("b", "b"), rose))
    assert isinstance(block.block, blocks.Strip)
    ((place,), country) = strips._places(block.block)
    assert country is not None
    assert place.change < 0 < country.change
