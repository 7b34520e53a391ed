"""For the gate: every number computed a second time, from the tables and its recipe alone.

A page shows what `numbers.quantity` gives, and the gate compares that with what is computed here.
So this file imports nothing that it checks: it reads printed numbers by itself, calculates in
fractions, and finds bounds by trying every combination of ends.
"""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache, lru_cache
from itertools import product
from pathlib import Path
from typing import Any, TypeAlias

from analysis.errors import UserError
from analysis.numbers import tables

Bound: TypeAlias = Fraction | None  # an end of what a number may be; None where it is open
Sides: TypeAlias = tuple[Fraction, Bound, Bound]  # value, low, high

_TABLES = ("figures", "sources", "indicators", "claims", "areas", "names", "places")
_DEEPEST = 20  # calculations within calculations; notebooks have three
_OPEN = Fraction(10**40)  # stands for an open end while bounds are sought

# Each hedge: the side that it bounds, and how it is printed.
_HEDGES = {
    "more than": ("low", r"từ trên|trên|hơn|more than|over"),
    "at least": ("low", r"ít nhất|at least|.*(?:trở lên|or more)"),
    "under": ("high", r"dưới|fewer than|less than|under|below"),
    "at most": ("high", r"không quá|nhiều nhất|no more|at most|up to"),
    "nearly": ("near", r"gần|nearly|almost"),
    "about": ("near", r"khoảng|xấp xỉ|ước|about|around|approximately"),
    "": ("", r""),
}
_SCALES = {"nghìn": 3, "ngàn": 3, "vạn": 4, "triệu": 6, "tỷ": 9}
_SCALES |= {"thousand": 3, "million": 6, "billion": 9}
_PIECE = re.compile(
    rf"(\d[\d.,]*\d|\d)(?:\s*({'|'.join(_SCALES)})\b)?(?:\s*(%|phần trăm|per ?cent))?"
)


class Refused(UserError):
    """A recipe that gives no number: of unlike units, or of no kind that there is."""


@dataclass(frozen=True)
class Number:
    """A number with its bounds, its unit, the digits shown after the mark, and its hedge."""

    sides: Sides
    unit: str
    places: int = 0
    hedge: str = ""


def of(data: Path) -> Recount:
    """The Recount of the tables in a folder, read again when one of them has changed by a byte."""
    return _of(data, tuple((data / f"{name}.csv").read_bytes() for name in _TABLES))


@lru_cache(maxsize=1)
def _of(data: Path, _: tuple[bytes, ...]) -> Recount:
    return Recount(data)


class Recount:
    """The tables of a folder (`tables["figures"]["id"]["value"]`) and the numbers they give."""

    def __init__(self, data: Path) -> None:
        read = {name: tables.rows(data / f"{name}.csv") for name in _TABLES}
        self.tables = {n: {next(iter(row.values())): row for row in read[n]} for n in read}
        self._printed = cache(lambda figure: self._read_figure(self.tables["figures"][figure]))

    def warm_up(self) -> None:
        """Read every printed number, so that processes forked from this one need not."""
        for figure in self.tables["figures"]:
            self._printed(figure)

    def number(self, recipe: Any, depth: int = 0) -> Number:
        """The number that a recipe gives. Raises `Refused` where it gives none."""
        if isinstance(recipe, str):
            return self._printed(recipe)
        if depth > _DEEPEST:
            raise Refused("its calculation is too deep")
        kind, how = recipe["kind"], recipe.get("how", "")
        self._refuse_repeats(kind, recipe["of"], how)
        self._refuse_unlike(kind, recipe["of"])
        self._refuse_one_place(kind, recipe["of"], how)
        if kind in {"rank", "median"}:
            return (self._rank if kind == "rank" else self._median)(recipe["of"], how)
        of = [self.number(operand, depth + 1) for operand in recipe["of"]]
        number = _calculated(kind, of, how)
        ratio = kind in _RATIOS or number.unit == "percentage-point"
        return _hedged(replace(number, places=recipe["places"]) if ratio else number)

    def _read_figure(self, row: tables.Row) -> Number:
        """A figure as printed: 98,7% may be any value that rounds to it, hơn 66.000 any above."""
        printed, source = row["printed"].lower(), self.tables["sources"][row["source"]]
        value, step, rounded = _read(printed, source["language"])
        if value != Fraction(row["value"]):
            raise Refused(f"“{row['printed']}” reads as {float(value):g}, value is {row['value']}")
        hedge = next(hedge for hedge in _HEDGES if re.match(rf"(?:{_HEDGES[hedge][1]})\b", printed))
        side = _HEDGES[hedge][0]
        last = Fraction(10) ** (len(row["value"]) - len(row["value"].rstrip("0")))  # about 38.000
        slack = step / 2 if rounded else last / 2 if side == "near" else Fraction(0)
        low = None if side == "high" else value if side == "low" else value - slack
        high = None if side == "low" else value if side == "high" else value + slack
        unit = self.tables["indicators"][row["indicator"]]["unit"]
        return Number((value, low, high), unit, len(str(step.denominator)) - 1, hedge)

    def _listed(self, name: str) -> dict[str, Number]:
        """The numbers of a list by the ids of their figures, without those that cannot be right.

        Its name is an id with `*` for the place, and the area around: `units.*.area in ha-noi`.
        """
        shape, _, around = name.partition(" in ")
        places = [row["area"] for row in self.tables["places"].values() if row["within"] == around]
        rows = (self.tables["figures"].get(shape.replace("*", area)) for area in places)
        sound = (row["figure"] for row in rows if row and not row.get("doubted"))
        return {figure: self._printed(figure) for figure in sound}

    def _rank(self, of: Sequence[str], name: str) -> Number:
        """The rank of a figure in a list, 1 for the largest number."""
        listed = self._listed(name)
        if [*of] not in [[figure] for figure in listed]:
            raise Refused(f"{' '.join(of)} is none of the list {name}")
        ahead = sum(number.sides[0] > listed[of[0]].sides[0] for number in listed.values())
        return Number((Fraction(ahead + 1),) * 3, "rank")

    def _median(self, of: Sequence[str], name: str) -> Number:
        """The median of a list, which rests on the figures in its middle."""
        listed = sorted(self._listed(name).values(), key=lambda number: -number.sides[0])
        middle = listed[(len(listed) - 1) // 2 : len(listed) // 2 + 1]
        if sorted(self._printed(figure).sides for figure in of) != sorted(m.sides for m in middle):
            raise Refused(f"{' '.join(of)} is not the middle of the list {name}")
        sides = (sum(ends) / len(middle) for ends in zip(*(m.sides for m in middle), strict=True))
        value, low, high = sides
        places = max(number.places for number in middle)
        return _hedged(replace(middle[0], sides=(value, low, high), places=places))

    def _refuse_repeats(self, kind: str, of: Sequence[Any], how: str) -> None:
        """Refuse what is added up or counted twice, but where a claim does the same.

        Two claims may state one figure.
        """
        claims = self.tables["claims"].values()
        stated = [row["stated"] for row in claims] if how == "claim" else []
        twice = any(of.count(operand) > max(1, stated.count(operand)) for operand in of)
        claimed = of in [row["operands"].split() for row in claims]
        if twice and kind in {"sum", "net", "count"} and not claimed:
            raise Refused("counts one number twice")

    def _refuse_unlike(self, kind: str, of: Sequence[Any]) -> None:
        """Refuse a change from one place to another or back in time, a share of one place in
        another of its level or in one of its own, and the sum of a place and one within it."""
        if kind not in {"relative_change", "share", "sum"}:
            return
        each = [[self.tables["figures"][figure] for figure in _figures(operand)] for operand in of]
        areas = [next(iter(own)) for own in ({row["area"] for row in rows} for rows in each)
                 if len(own) == 1]  # fmt: skip
        around = {self._around(area) for area in areas}
        change = kind == "relative_change"
        if kind == "sum" and around & {*areas}:
            raise Refused(f"adds {' and '.join(sorted(around & {*areas}))} to what lies within it")
        if kind == "sum" or len(of) != 2:
            return
        first, last = each
        if len(areas) == 2 and areas[0] != areas[1]:
            levels = [self.tables["areas"][area]["level"] for area in areas]
            inside_out = self._around(areas[1]) == areas[0]
            if change or levels[0] == levels[1] or inside_out:
                raise Refused(f"{kind} of {' and '.join(sorted(areas))}")
        if not change or not all(isinstance(each, str) for each in of):
            return
        if _turned(first[0], last[0]):
            raise Refused(f"its change goes back in time: {of[0]} comes after {of[1]}")
        counted = [row["indicator"] for row in (*first, *last)]
        if any(self.tables["indicators"][each]["part_of"] in counted for each in counted):
            raise Refused(f"a change from {' to '.join(counted)}: one is a part of the other")

    def _around(self, area: str) -> str:
        """The area around a place; "" for one that the tables do not place."""
        row = self.tables["places"].get(area)
        return row["within"] if row else ""

    def _refuse_one_place(self, kind: str, of: Sequence[Any], what: str) -> None:
        """Refuse a count whose numbers do not stand for one place each.

        “3 provinces” (a level of areas) counts numbers of three provinces, “3 communes” (a unit
        of the tables) numbers of three places of any level. Two numbers of one place are refused.
        """
        figures, every = self.tables["figures"], self.tables["areas"]
        levels = {row["level"] for row in every.values()}
        units = {row["unit"] for row in self.tables["indicators"].values()}
        if kind != "count" or what not in levels | units:
            return
        areas = [{figures[figure]["area"] for figure in _figures(each)} for each in of]
        one_each = len(set().union(*areas)) == len(of) and all(len(each) == 1 for each in areas)
        if not one_each or (what in levels and {every[a]["level"] for (a,) in areas} != {what}):
            raise Refused(f"counts {what}s, but its numbers are not each of another {what}")


def _figures(recipe: Any) -> Iterator[str]:
    """The ids of the figures that a recipe rests on."""
    if isinstance(recipe, str):
        yield recipe
    else:
        for operand in recipe["of"]:
            yield from _figures(operand)


def _turned(first: tables.Row, last: tables.Row) -> bool:
    """True where the first of two figures holds for a later time, or is what came of the other."""
    ends = [row["as_of"].rpartition("/")[2] for row in (first, last)]
    known = min(map(len, ends))  # 2021 and 2021-05-23 may be the same day
    return ends[0][:known] > ends[1][:known] or (first["role"], last["role"]) == ("after", "before")


# --------------------------------------------------------------------------------------- arithmetic


def _read(printed: str, language: str) -> tuple[Fraction, Fraction, bool]:
    """A printed number: value, one in its last digit, and whether it was rounded to that digit."""
    thousands, mark = ".," if language == "vi" else (",", ".")
    value, step, rounded = Fraction(0), Fraction(1), False
    pieces = list(_PIECE.finditer(printed))
    for piece in pieces if pieces and pieces[0][2] else pieces[:1]:  # 6 triệu 325 nghìn
        digits, scale = piece[1].replace(thousands, "").replace(mark, "."), piece[2]
        step = Fraction(10) ** (_SCALES.get(scale, 0) - len(digits.partition(".")[2]))
        value += Fraction(digits) * 10 ** _SCALES.get(scale, 0)
        rounded = bool(scale or piece[3]) or step < 1
    return value, step, rounded


def _ratio(a: Fraction, b: Fraction) -> Fraction:
    return a / b if b > 0 else (_OPEN if a >= 0 else -_OPEN)


# Ratios are shown with as many digits as their recipe says, all else with those of its parts.
_RATIOS: dict[str, Callable[[Fraction, Fraction], Fraction]] = {
    "share": lambda part, whole: 100 * _ratio(part, whole),
    "relative_change": lambda before, after: 100 * _ratio(after, before) - 100,
    "times": _ratio,
    "per": _ratio,
}


def _calculated(kind: str, of: Sequence[Number], how: str) -> Number:
    """What a calculation gives, before its hedge is found."""
    units, sides = sorted({number.unit for number in of}), [number.sides for number in of]
    if (len(units) > 1) == (kind != "per") and kind not in {"part_of", "needed", "count"}:
        raise Refused(f"{kind} of {' and '.join(units)}")
    match kind, sides:
        case "count", [*ahead, own] if how == "rank" and any(one[0] >= own[0] for one in ahead):
            raise Refused("counts as ahead what is not lower")
        case "count", _:
            return Number((Fraction(len(of)),) * 3, how)
        case "sum" | "difference" | "net", [first, *others]:
            signs = {"sum": "+" * len(of), "difference": "+-"}.get(kind, how)
            for sign, number in zip(signs[1:], others, strict=True):
                first = _combined(operator.add if sign == "+" else operator.sub, first, number)
            points = kind == "difference" and units == ["percent"]
            unit = "percentage-point" if points else units[0]
            return Number(first, unit, max(number.places for number in of))
        case "part_of", [rate, whole] if of[0].unit == "percent":
            return Number(_combined(lambda a, b: a * b / 100, rate, whole), of[1].unit)
        case "needed", [base, stated]:
            return Number((_needed(base[0], stated, how.split()),) * 3, of[0].unit)
        case _, [a, b] if kind in _RATIOS:
            unit = {"times": "times", "per": "-per-".join(x.unit for x in of)}.get(kind, "percent")
            return Number(_combined(_RATIOS[kind], a, b), unit)
    raise Refused(f"no calculation “{kind}” of {len(of)} numbers")


def _combined(calculate: Callable[[Fraction, Fraction], Fraction], a: Sides, b: Sides) -> Sides:
    """What a calculation with two numbers gives: the value, and the least and most of all ends."""
    ends = ((-_OPEN if x[1] is None else x[1], _OPEN if x[2] is None else x[2]) for x in (a, b))
    every = [(calculate(*corner), corner) for corner in product(*ends)]
    low, high = (
        None if _OPEN in map(abs, (end, *corner)) else end
        for end, corner in (min(every), max(every))
    )
    return calculate(a[0], b[0]), low, high


def _needed(base: Fraction, stated: Sides, how: Sequence[str]) -> Fraction:
    """The first or last whole number whose share of a base, or change from it, reads as stated."""
    value, low, high = stated
    if low is None or high is None:
        raise Refused("no whole number is needed")
    start, sign = 100 if how[0] == "relative_change" else 0, -1 if "fall" in how else 1
    near, width = base * (start + sign * value) / 100, base * (high - low) / 100
    fits = [
        number
        for number in range(math.floor(near - width), math.ceil(near + width) + 1)
        if low <= sign * (number / base * 100 - start) < high
    ]
    if not fits:
        raise Refused("no whole number gives what was stated")
    return Fraction(fits[0] if how[-1] == "first" else fits[-1])


def _hedged(number: Number) -> Number:
    """The number with its hedge: for an open side, or for bounds that are rounded differently."""
    value, low, high = number.sides
    if low is None or high is None:
        end = high if low is None else low
        hedge = "about" if end is None else "at most" if low is None else "at least"
        return replace(number, hedge=hedge, sides=(value if end is None else end, low, high))
    rounded = {
        math.floor(abs(end) * Fraction(10) ** number.places + Fraction(1, 2)) for end in (low, high)
    }
    apart = len(rounded) > 1 or (low < 0 < high and rounded != {0})
    return replace(number, hedge="about" if apart else "")
