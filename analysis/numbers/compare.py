"""Changes, completions, provinces and conflicts: comparisons of figures.

Every result is a Quantity. What rests on a figure that is not known is unknown itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import combinations, pairwise
from typing import Any

from analysis.numbers import quantity
from analysis.numbers.cards import Card
from analysis.numbers.figures import Figures
from analysis.numbers.intervals import exactly
from analysis.numbers.quantity import Quantity


@dataclass(frozen=True)
class Change(Card):
    """A before and an after: the `fall` (before − after) and the `rate` in percent.

    The rate of a fall is negative.
    """

    before: Quantity
    after: Quantity
    fall: Quantity
    rate: Quantity

    def __repr__(self) -> str:
        return f"{self.before!s} → {self.after!s}: {self.rate!r}"


def change(before: Quantity, after: Quantity, places: int = 1) -> Change:
    """What happened between two figures of one unit. Raises `UnitError` for unlike units."""
    fall = quantity.difference(before, after)
    return Change(before, after, fall, quantity.relative_change(before, after, places))


def fell(*changes: Change) -> bool:
    """True where every known change is a fall: the condition of a sentence that says so."""
    return all(each.rate.value < 0 for each in changes if each.rate.known)


def below(*numbers: Quantity | int) -> bool:
    """True where each known number lies wholly below the next one, bounds included."""
    given = [exactly(each) if isinstance(each, int) else each.interval for each in numbers]
    known = [each for each in given if not each.value.is_nan()]
    return all(
        a.high is not None and b.low is not None and a.high <= b.low and a.value < b.value
        for a, b in pairwise(known)
    )


def beyond(number: Quantity, limit: Quantity) -> bool:
    """True where a number lies wholly above a limit that a source sets: a limit is not rounded."""
    low = number.interval.low
    return number.known and limit.known and low is not None and low > limit.value


def agree(a: Quantity, b: Quantity) -> bool:
    """True where two numbers can be one and the same, or one of them is not known."""
    return not (a.known and b.known and a.interval.apart_from(b.interval))


@dataclass(frozen=True)
class Completion(Card):
    """`part` of `whole`: the `rate` in percent and the `rest` still to come."""

    part: Quantity
    whole: Quantity
    rest: Quantity
    rate: Quantity

    def __repr__(self) -> str:
        return f"{self.part!s} of {self.whole!s}: {self.rate!r}"


def completion(part: Quantity, whole: Quantity, places: int = 1) -> Completion:
    """How far an “a of b” has come. Raises `UnitError` for unlike units."""
    rest = quantity.difference(whole, part)
    return Completion(part, whole, rest, quantity.share(part, whole, places))


# ---------------------------------------------------------------------------------------- provinces


@dataclass(frozen=True)
class Province(Card):
    """One area in a plan that counts units before and after.

    The figures of a plan are called `plan.area.before.total` and, for a type of unit,
    `plan.area.after.wards`. The indicator of a type is part of that of the total.
    """

    area: str
    plan: str
    change: Change
    _known: Figures = field(compare=False)

    def __repr__(self) -> str:
        return f"{self.area}: {self.change!r}"

    def facts(self) -> list[tuple[str, Any]]:
        """What its card says: the change, and each type before and after."""
        sides = {"before": self.before, "after": self.after}
        types = [(f"{when} {t}", n) for when, counts in sides.items() for t, n in counts.items()]
        return [("change", self.change), *types]

    # Looked up when asked for: a page that shows a province's total does not rest on its types.
    @property
    def before(self) -> dict[str, Quantity]:
        """The units before, by type. A type that no source prints is absent, not zero."""
        return self._types("before")

    @property
    def after(self) -> dict[str, Quantity]:
        """The units they become, by type. A type that no source prints is absent, not zero."""
        return self._types("after")

    def count(self, when: str, type_: str) -> Quantity:
        """The units of one type, `before` or `after`; unknown where no source prints them."""
        return self._known.get(f"{self.plan}.{self.area}.{when}.{type_}")

    def _types(self, when: str) -> dict[str, Quantity]:
        total = f"{self.plan}.{self.area}.{when}.total"
        if total not in self._known:
            return {}
        parts = self._known.among("indicators", part_of=self._known.indicator_of(total))
        types = {part.rpartition(".")[2] for part in parts}
        counts = {type_: self.count(when, type_) for type_ in sorted(types)}
        return {type_: count for type_, count in counts.items() if count.known}


def province(known: Figures, area: str, plan: str = "plan-2025") -> Province:
    """The plan for one area; its change is unknown where no source had printed it."""
    before, after = (known.get(f"{plan}.{area}.{when}.total") for when in ("before", "after"))
    return Province(area, plan, change(before, after), known)


def provinces(known: Figures, plan: str = "plan-2025") -> list[Province]:
    """All provinces of the plan that are known, the deepest relative cut first."""
    found = [province(known, area, plan) for area in known.among("areas", level="province")]
    in_plan = [each for each in found if each.change.rate.known]
    return sorted(in_plan, key=lambda each: (each.change.rate.value, each.area))


def rank(plans: Sequence[Province], area: str) -> Quantity:
    """The place of an area among the provinces, 1 for the deepest relative cut.

    Equal cuts share the better place: it counts those strictly ahead, and the area itself.
    """
    rates = {plan.area: plan.change.rate for plan in plans}
    own = [rates[area]] if area in rates else []
    ahead = [rate for rate in rates.values() if own and rate.value < own[0].value]
    return quantity.counted([*ahead, *own], "rank")


# ---------------------------------------------------------------------------------------- conflicts


@dataclass(frozen=True)
class Conflict(Card):
    """Two sources (or two places in one) that print different numbers for the same thing."""

    first: str
    second: str
    a: Quantity
    b: Quantity
    gap: Quantity

    def __repr__(self) -> str:
        return f"{self.a!s} or {self.b!s}: {self.first}, {self.second}"


NOT_COUNTED = ("target", "estimate")  # roles of numbers that say what is to be, or may be
# Two counts taken so close together describe one state of affairs unless a change came between.
NEAR_DAYS = 31


def conflicts(known: Figures) -> list[Conflict]:
    """Figures of one indicator and area, for one state of affairs, whose bounds do not meet.

    Either both have the same role and their periods meet (or nearly do), or one wave's “after”
    stands just before the next wave's “before”. Counts of what is done so far (role part) grow from
    day to day and are compared only for the same day.
    """
    groups: dict[tuple[str, str], list[str]] = defaultdict(list)
    for figure, row in known.rows().items():
        if row["role"] not in NOT_COUNTED:
            groups[row["indicator"], row["area"]].append(figure)
    found = []
    pairs = (pair for _, group in sorted(groups.items()) for pair in combinations(group, 2))
    for first, second in pairs:
        a, b = known[first], known[second]
        if a.interval.apart_from(b.interval) and _one_state(known, first, second):
            gap = quantity.difference(*((a, b) if a.value >= b.value else (b, a)))
            found.append(Conflict(first, second, a, b, gap))
    return found


def _one_state(known: Figures, first: str, second: str) -> bool:
    """True where two figures count one state of affairs: together, or from wave to wave."""
    one, other = known.row(first), known.row(second)
    a, b = known.as_of(first), known.as_of(second)
    spans, roles = bool(a.start or b.start), (one["role"], other["role"])
    if roles in {("after", "before"), ("before", "after")}:
        closed, opened = (a, b) if roles[0] == "after" else (b, a)
        return not spans and 0 < (opened.first_day - closed.last_day).days <= NEAR_DAYS + 1
    if spans or one["source"] == other["source"] or "part" in roles:
        return roles[0] == roles[1] and a == b
    apart = max((b.first_day - a.last_day).days, (a.first_day - b.last_day).days)
    return roles[0] == roles[1] and apart <= NEAR_DAYS
