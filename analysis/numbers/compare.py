"""Comparisons of figures: changes, completions, plans of provinces, conflicts.

The numbers in the results are Quantities; one that rests on an unknown figure is unknown itself.
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
from analysis.numbers.rows import is_planned


@dataclass(frozen=True)
class Change(Card):
    """Two counts, `before` and `after`, with `fall` (before − after) and `rate` (in percent).

    After a fall the `fall` is positive and the `rate` negative.
    """

    before: Quantity
    after: Quantity
    fall: Quantity
    rate: Quantity

    def __repr__(self) -> str:
        return f"{self.before!s} → {self.after!s}: {self.rate!r}"


def change(before: Quantity, after: Quantity, places: int = 1) -> Change:
    """The Change between two numbers of one unit. Raises `UnitError` for unlike units."""
    fall = quantity.difference(before, after)
    return Change(before, after, fall, quantity.relative_change(before, after, places))


def fell(*changes: Change) -> bool:
    """True where every known change is a fall: for `holds=` of a sentence that says “fell”."""
    return all(change.rate.value < 0 for change in changes if change.rate.known)


def below(*numbers: Quantity | int) -> bool:
    """True where each number lies below the next one, whatever its bounds allow.

    Unknown numbers are passed over, so that a sentence about them can be hidden, not refused.
    """
    given = [exactly(number) if isinstance(number, int) else number.interval for number in numbers]
    intervals = [interval for interval in given if not interval.value.is_nan()]
    return all(
        a.high is not None and b.low is not None and a.high <= b.low and a.value < b.value
        for a, b in pairwise(intervals)
    )


def beyond(number: Quantity, limit: Quantity) -> bool:
    """True where a number lies above a limit, whatever its bounds allow; never for unknown ones.

    The limit is one that a source sets (“at most 70 %”), so its value is taken as exact.
    """
    low = number.interval.low
    return number.known and limit.known and low is not None and low > limit.value


def agree(a: Quantity, b: Quantity) -> bool:
    """True where some number lies within the bounds of both, or one of the two is not known."""
    return not (a.known and b.known and a.interval.apart_from(b.interval))


@dataclass(frozen=True)
class Completion(Card):
    """`part` of `whole`, with `rate` (in percent) and `rest` (whole − part)."""

    part: Quantity
    whole: Quantity
    rest: Quantity
    rate: Quantity

    def __repr__(self) -> str:
        return f"{self.part!s} of {self.whole!s}: {self.rate!r}"


def completion(part: Quantity, whole: Quantity, places: int = 1) -> Completion:
    """The Completion of “part of whole”. Raises `UnitError` for unlike units."""
    rest = quantity.difference(whole, part)
    return Completion(part, whole, rest, quantity.share(part, whole, places))


# ---------------------------------------------------------------------------------------- provinces


@dataclass(frozen=True)
class Province(Card):
    """What a plan prints for one area: the units before and after, in all and by type.

    Its `change` may be of all units, those left unchanged with them.

    The ids of its figures begin with plan and area: `plan-2025.ha-noi.before.total` is the total,
    `plan-2025.ha-noi.after.wards` a type. In indicators.csv a type is `part_of` the total.
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

    # Properties, so that a page which shows only the total is not stale when a type changes.
    @property
    def before(self) -> dict[str, Quantity]:
        """The units before, by type (`wards`). A type that no source prints is absent, not zero."""
        return self._types("before")

    @property
    def after(self) -> dict[str, Quantity]:
        """The units after, by type (`wards`). A type that no source prints is absent, not zero."""
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


def province(known: Figures, area: str, plan: str, listed: str = "") -> Province:
    """What a plan prints for one area; its change is unknown where it prints nothing.

    `listed` are ids of what lists have in all afterwards, `*` for the area (`units-2025.*.total`):
    then the change is of all units, those that the plan leaves as they are counted at both ends.
    """
    before, after = (known.get(f"{plan}.{area}.{when}.total") for when in ("before", "after"))
    total = known.get(listed.replace("*", area)) if listed else after
    if total.value != after.value:
        before, after = quantity.net([before, after, total], "+-+"), total
    return Province(area, plan, change(before, after), known)


def provinces(known: Figures, plan: str, listed: str = "") -> list[Province]:
    """What a plan prints for each province, the deepest relative cut first; see `province`."""
    areas = known.among("areas", level="province")
    everywhere = [province(known, area, plan, listed) for area in areas]
    in_plan = [row for row in everywhere if row.change.rate.known]
    return sorted(in_plan, key=lambda row: (row.change.rate.value, row.area))


def rank_by_cut(plans: Sequence[Province], area: str) -> Quantity:
    """The rank of an area among the provinces, 1 for the deepest relative cut.

    Equal cuts share the better rank. Unknown for an area that is not among them. A Listing ranks
    printed numbers; cuts are computed, so their rank counts the deeper ones and its own.
    """
    rates = {plan.area: plan.change.rate for plan in plans}
    own = [rates[area]] if area in rates else []
    ahead = [rate for rate in rates.values() if own and rate.value < own[0].value]
    return quantity.counted([*ahead, *own], "rank")


# ---------------------------------------------------------------------------------------- conflicts


@dataclass(frozen=True)
class Conflict(Card):
    """Two figures that print different numbers for the same thing.

    `a` and `b` are the two as Quantities (`a.figure` is an id), `gap` the larger less the smaller.
    """

    a: Quantity
    b: Quantity
    gap: Quantity

    def __repr__(self) -> str:
        return f"{self.a!s} or {self.b!s}: {self.a.figure}, {self.b.figure}"


NEAR_DAYS = 31  # two counts taken within so many days are expected to agree


def conflicts(known: Figures) -> list[Conflict]:
    """The pairs of figures that count one thing at about one time and cannot both be right.

    Both have one indicator and area, and no number lies within the bounds of both. Either they have
    one role and their days lie at most `NEAR_DAYS` apart, or one is the “after” of a reform and the
    other the “before” of the next, counted within that time after it. Figures of the role “part”
    (done so far) grow from day to day and are compared only for the same day, and not within a
    source, which names several parts of one whole: those done, those left.
    """
    groups: dict[tuple[str, str], list[str]] = defaultdict(list)
    for figure, row in known.rows().items():
        if not is_planned(row):
            groups[row["indicator"], row["area"]].append(figure)
    disputed = []
    pairs = (pair for _, group in sorted(groups.items()) for pair in combinations(group, 2))
    for first, second in pairs:
        a, b = known[first], known[second]
        if a.interval.apart_from(b.interval) and _one_state(known, first, second):
            larger, smaller = (a, b) if a.value >= b.value else (b, a)
            gap = quantity.difference(larger, smaller)
            disputed.append(Conflict(a, b, gap))
    return disputed


def _one_state(known: Figures, first: str, second: str) -> bool:
    """True where two figures count the same state of things: see `conflicts`."""
    one, other = known.row(first), known.row(second)
    a, b = known.as_of(first), known.as_of(second)
    spans, roles = bool(a.start or b.start), (one["role"], other["role"])
    if roles in {("after", "before"), ("before", "after")}:
        closed, opened = (a, b) if roles[0] == "after" else (b, a)
        return not spans and 0 < (opened.first_day - closed.last_day).days <= NEAR_DAYS + 1
    same_source = one["source"] == other["source"]
    if same_source and roles == ("part", "part"):
        return False
    if spans or same_source or "part" in roles:
        return roles[0] == roles[1] and a == b
    apart = max((b.first_day - a.last_day).days, (a.first_day - b.last_day).days)
    return roles[0] == roles[1] and apart <= NEAR_DAYS
