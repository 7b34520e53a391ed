"""Changes, completions, provinces, conflicts and coverage: comparisons of figures, every result a Quantity."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import combinations, pairwise

import pandas as pd

from analysis import quantity
from analysis.figures import REFORMS, Figures
from analysis.quantity import Quantity


@dataclass(frozen=True)
class Change:
    """A before and an after, with what follows: `fall` (before − after) and `rate` in percent, negative for a fall."""

    before: Quantity
    after: Quantity
    fall: Quantity
    rate: Quantity


def change(before: Quantity | None, after: Quantity | None, places: int = 1) -> Change | None:
    """What happened between two figures of one unit; None where either is not known."""
    fall, rate = quantity.difference(before, after), quantity.relative_change(before, after, places)
    if before is None or after is None or fall is None or rate is None:
        return None
    if before.unit != after.unit:
        raise ValueError(
            f"{before.figures[0]} counts {before.unit}, {after.figures[0]} counts {after.unit}: no change between them"
        )
    return Change(before, after, fall, rate)


def fell(*changes: Change | None) -> bool:
    """True where every known change is a fall: the condition of a sentence that says so."""
    return all(item is None or item.rate.value < 0 for item in changes)


def below(*quantities: Quantity | None) -> bool:
    """True where each known quantity lies wholly below the next one, bounds included."""
    known = [item for item in quantities if item is not None]
    pairs = list(pairwise(known))
    return all(a.high is not None and b.low is not None and a.high <= b.low and a.value < b.value for a, b in pairs)


@dataclass(frozen=True)
class Completion:
    """`part` of `whole`: the `rate` in percent and the `rest` still to come."""

    part: Quantity
    whole: Quantity
    rest: Quantity
    rate: Quantity


def completion(part: Quantity | None, whole: Quantity | None, places: int = 1) -> Completion | None:
    """How far an “a of b” has come; None where either figure is not known."""
    rest, rate = quantity.difference(whole, part), quantity.share(part, whole, places)
    if part is None or whole is None or rest is None or rate is None:
        return None
    if part.unit != whole.unit:
        raise ValueError(
            f"{part.figures[0]} counts {part.unit}, {whole.figures[0]} counts {whole.unit}: no share of one in the other"
        )
    return Completion(part, whole, rest, rate)


PLAN = "plan-2025"
TYPES = ("communes", "wards", "townships", "special-zones")


@dataclass(frozen=True)
class Province:
    """One province in the commune-level plan of May 2025.

    `change` counts the units arranged; `before` and `after` give them by type, for the types that are
    printed (one that is not printed is absent, not zero).
    """

    area: str
    change: Change
    _known: Figures = field(repr=False, compare=False)

    # Looked up when asked for: a page that shows the total of a province does not rest on its types.
    @property
    def before(self) -> dict[str, Quantity]:
        """The units arranged, by type."""
        return self._types("before")

    @property
    def after(self) -> dict[str, Quantity]:
        """The units they were arranged into, by type."""
        return self._types("after")

    def _types(self, when: str) -> dict[str, Quantity]:
        found = {kind: _plan(self._known, self.area, f"{when}.{kind}") for kind in TYPES}
        return {kind: quantity for kind, quantity in found.items() if quantity is not None}


def province(known: Figures, area: str) -> Province | None:
    """The plan for one province; None where it is not known yet."""
    both = change(_plan(known, area, "before.total"), _plan(known, area, "after.total"))
    if both is None:
        return None
    return Province(area, both, known)


def provinces(known: Figures) -> list[Province]:
    """All provinces of the plan, the deepest relative cut first."""
    found = [plan for area in known.among("areas", level="province") if (plan := province(known, area)) is not None]
    return sorted(found, key=lambda plan: (plan.change.rate.value, plan.area))


def rank(plans: list[Province], area: str) -> Quantity | None:
    """The place of an area among the provinces, 1 for the deepest relative cut."""
    for place, plan in enumerate(plans, start=1):
        if plan.area == area:
            ahead: list[Quantity | None] = [other.change.rate for other in plans[:place]]
            return quantity.counted(ahead, "rank")
    return None


def _plan(known: Figures, area: str, rest: str) -> Quantity | None:
    figure = f"{PLAN}.{area}.{rest}"
    return known.get(figure)


@dataclass(frozen=True)
class Conflict:
    """Two sources (or two places in one) that print different numbers for the same thing."""

    first: str
    second: str
    a: Quantity
    b: Quantity
    gap: Quantity


def conflicts(known: Figures) -> list[Conflict]:
    """Figures of one indicator and area that describe the same state of affairs and whose bounds do not meet.

    Either both have the same role and their periods meet (or nearly do), or one wave's “after” stands just
    before the next wave's “before”. Counts of what is done so far (role part) grow from day to day and are
    compared only for the same day.
    """
    found = []
    rows = known.table[known.table["role"] != "target"]
    for _, group in rows.groupby(["indicator", "area"], sort=True):
        for first, second in combinations(sorted(str(figure) for figure in group.index), 2):
            a, b = known[first], known[second]
            if a is None or b is None or _meet(a, b) or not (_same(known, first, second) or _joint(known, first, second)):
                continue
            gap = quantity.difference(*((a, b) if a.value >= b.value else (b, a)))
            assert gap is not None
            found.append(Conflict(first, second, a, b, gap))
    return found


# Two counts taken so close together describe one state of affairs unless a change came between them.
NEAR_DAYS = 31


def _same(known: Figures, first: str, second: str) -> bool:
    a, b = known.as_of(first), known.as_of(second)
    roles = {str(known.row(figure)["role"]) for figure in (first, second)}
    if a is None or b is None or len(roles) > 1:
        return False
    one_source = known.row(first)["source"] == known.row(second)["source"]
    if one_source or a.start or b.start or roles == {"part"}:
        return a == b
    apart = max((b.first_day - a.last_day).days, (a.first_day - b.last_day).days)
    return apart <= NEAR_DAYS


def _joint(known: Figures, first: str, second: str) -> bool:
    """True where one figure closes a wave and the other opens the next, soon after."""
    for earlier, later in ((first, second), (second, first)):
        a, b = known.as_of(earlier), known.as_of(later)
        if a is None or b is None or a.start or b.start:
            continue
        if known.row(earlier)["role"] == "after" and known.row(later)["role"] == "before":
            return 0 < (b.first_day - a.last_day).days <= NEAR_DAYS + 1
    return False


def _meet(a: Quantity, b: Quantity) -> bool:
    below = a.high is not None and b.low is not None and a.high < b.low
    above = a.low is not None and b.high is not None and a.low > b.high
    return not (below or above)


STATES = ("printed", "computed", "level", "missing")
# What a reader looks for in each reform: the counts that would show it, and the percentage that states it.
TOPICS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "party-cells": (("congress.cells",), ("congress.cells-rate",)),
    "party-orgs.grassroots": (("party-orgs.grassroots", "congress.grassroots"), ("congress.grassroots-rate",)),
    "party-orgs.city-direct": (
        ("party-orgs.city-direct", "cuts.party-orgs-net", "congress.district-level"),
        ("congress.district-level-rate",),
    ),
    "villages-groups": (("villages-groups", "villages-groups.villages", "villages-groups.groups"), ()),
    "commune-units": (("commune-units",), ("commune-units.rate",)),
    "staff.part-time": (("staff.part-time", "staff.part-time.commune", "staff.part-time.village"), ("staff.part-time.rate",)),
    "procedures.commune-level": (("procedures.commune-level",), ()),
    "dossiers.online-share": (("dossiers.received", "dossiers.online"), ("dossiers.online-share",)),
}


@dataclass(frozen=True)
class Cell:
    """What is known of a topic for a reform: its state and the figures it rests on."""

    state: str
    figures: tuple[str, ...]


def coverage(known: Figures, area: str = "ha-noi") -> dict[str, dict[str, Cell]]:
    """For each topic and reform: a percentage printed, computed from printed counts, a level alone, or nothing."""
    rows = known.table[known.table["area"] == area]
    return {
        topic: {reform: _cell(rows[rows["reform"] == reform], counts, rates) for reform in REFORMS}
        for topic, (counts, rates) in TOPICS.items()
    }


def _cell(rows: pd.DataFrame, counts: Iterable[str], rates: Iterable[str]) -> Cell:
    rated = rows[rows["indicator"].isin(list(rates)) & (rows["role"] != "target")]
    if len(rated):
        return Cell("printed", tuple(map(str, rated.index)))
    counted = rows[rows["indicator"].isin(list(counts))]
    groups = [group for _, group in counted.groupby("indicator", sort=True)]
    for group in [*groups, counted]:
        roles = set(group["role"])
        if {"before", "after"} <= roles or {"part", "whole"} <= roles or {"before", "decrease"} <= roles:
            return Cell("computed", tuple(map(str, group.index)))
    return Cell("level" if len(counted) else "missing", tuple(map(str, counted.index)))
