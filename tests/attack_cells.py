"""Cells that an attack on a page is made of: what a function of the Page may return."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

from analysis import Page, compare, quantity, text
from analysis.saying import blocks

Cell = str | Callable[[Page], Any]
ORG, PEOPLE, HELD = "congress.due", "staff.before", "congress.held"
STAFF = (PEOPLE, "staff.after")
S = text("Số", "Số")
FALL, RISE = "staff.before>staff.after", "congress.held>congress.due"


def say(vi: str, en: str = "") -> Callable[[Page], Any]:
    """A sentence; braces hold a figure, `a>b` for a change, `@a` for a day, with its form."""
    return lambda page: page.say(vi=filled(page, vi), en=filled(page, en or vi))


def filled(page: Page, words: str) -> str:
    """The words as the f-string of a notebook makes them."""

    def value(found: re.Match[str]) -> str:
        name, _, form = found[1].partition(":")
        if ">" in name:
            return format(compare.change(*map(page.known.__getitem__, name.split(">"))).rate, form)
        return format(page.known.as_of(name[1:]) if name[0] == "@" else page.known[name], form)

    return re.sub(r"\{([^}]+)\}", value, words)


def both(parts: Any) -> Any:
    """The JSON of a Text that has the same parts in both languages."""
    return parts if isinstance(parts, dict) else {"vi": parts, "en": parts}


def block(kind: str, **fields: Any) -> Callable[[Page | None], Any]:
    """A block written by hand; its texts may be parts for both languages."""
    read = {
        name: both(each) if name in {"text", "title"} else each for name, each in fields.items()
    }
    return lambda _: {"version": 1, "block": kind, **read}


def value(form: str = "", **reference: Any) -> Callable[[Page | None], Any]:
    """A sentence written by hand that shows one reference."""
    return block("sentence", text=["Có ", {"value": reference, "form": form}, "."])


def made(kind: str, *of: Any, places: Any = 0, **more: Any) -> Any:
    """The JSON of a recipe."""
    return {"kind": kind, "of": list(of), "places": places, **more}


def recipe(kind: str, *of: Any, **more: Any) -> Callable[[Page | None], Any]:
    """A sentence written by hand that shows a recipe."""
    return value(number=made(kind, *of, **more))


def _followed(words: str, *recipes: Any) -> Callable[[Page | None], Any]:
    """A sentence written by hand: a number and words, and perhaps a second number."""
    first, *others = ({"value": {"number": each}, "form": ""} for each in recipes)
    spaced = words if others else f" {words}."
    return block("sentence", text=["Có ", first, spaced, *others])


def deep(times: int) -> Any:
    """A sum of a sum of a sum …"""
    return made("sum", deep(times - 1)) if times else ORG


def output(**data: Any) -> Callable[[Page], Any]:
    """An output of a cell that is no block, or not a block alone."""
    mimes = {blocks.MIME if name == "block" else name: each for name, each in data.items()}
    return lambda _: {"output_type": "display_data", "data": mimes, "metadata": {}}


def calculated(calculate: Callable[..., Any], *figures: str) -> Callable[[Page], Any]:
    """A calculation with some figures, in a sentence."""
    return lambda page: _there_are(page, calculate(*map(page.known.__getitem__, figures)))


def _there_are(page: Page, number: Any) -> Any:
    return page.say(vi=f"Có {number}.", en=f"There are {number}.")


def _points(page: Page, vi: str, en: str) -> Any:
    gap = quantity.difference(page.known["congress.rate"], page.known["dossiers.share"])
    return page.say(vi=f"chênh {gap} {vi}", en=f"they differ by {gap} {en}")


def lying(page: Page) -> Any:
    """A Quantity with another value and other words than its figures give."""
    number = replace(page.known[HELD], value=Decimal(9999), low=None)
    object.__setattr__(number, "words", lambda *_: "9,999")
    return _there_are(page, number)


def exchanged(page: Page) -> Any:
    """A share that was computed from other operands than it names."""
    share = quantity.share(page.known[HELD], page.known[ORG])
    return _there_are(page, replace(share, operands=share.operands[::-1]))


def bars(label: str, *figures: str, **more: Any) -> Callable[[Page], Any]:
    """Bars under a label; in the JSON of the chart there may be more than its fields."""

    def cell(page: Page) -> Any:
        rows = [(text(label, label), page.known[each], True) for each in figures]
        return {**blocks.dump(page.bars("x", S, S, rows).block), **more}

    return cell


def panels(day: str, figure: str) -> Callable[[Page], Any]:
    """A point on the day of one figure with the number of another."""

    def cell(page: Page) -> Any:
        written = blocks.dump(page.panels("x", S, S, [(S, [page.point(figure)])]).block)
        written["lines"][0]["points"][0]["day"] = {"day": day}
        return written

    return cell


def line(*figures: str, changed: bool = False) -> Callable[[Page], Any]:
    """A line through figures in the order given; a change may be written before the first."""

    def cell(page: Page) -> Any:
        rate = compare.change(*map(page.known.__getitem__, STAFF)).rate if changed else None
        points = [page.point(each, rate=rate) for each in figures]
        return page.panels("x", S, S, [(S, points)])

    return cell


def span(reform: str) -> Callable[[Page], Any]:
    """A panel under a span with the name of a reform, from an event of project 21 on."""

    def cell(page: Page) -> Any:
        above = page.span(page.label("names", reform), page.known.event("staff.plan").day)
        return page.panels("x", S, S, [(S, [page.point(PEOPLE)])], [above])

    return cell


AFTER, BEFORE = "{staff.after}", "{staff.before}"
HA_NOI, COMMUNES = "plan-2025.ha-noi.after.total", "{plan-2025.ha-noi.after.communes}"


def bars_of(area: str) -> Callable[[Page], Any]:
    """A bar and its row under the label of an area, with the number of Hà Nội."""

    return lambda page: page.bars(
        "x", S, S, [(page.label("areas", area), page.known[HA_NOI], True)]
    )
