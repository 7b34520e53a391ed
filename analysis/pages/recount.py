"""Every number once more: from the tables and its recipe alone, by other code than made it.

A page shows what `numbers.quantity` gives; the gate holds it against what is computed here. So this
file reads printed numbers by itself, calculates in fractions, keeps bounds and units by its own
rules, and writes digits by itself. It imports nothing that it checks.
"""

from __future__ import annotations

import contextlib
import json
import math
import operator
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache, reduce
from pathlib import Path
from typing import Any, TypeAlias

from analysis.errors import UserError
from analysis.numbers import schema, tables

Bound: TypeAlias = Fraction | None  # an end of what a number may be; None where it is open
Sides: TypeAlias = tuple[Fraction, Bound, Bound]  # value, low, high
Tables: TypeAlias = dict[str, dict[str, tables.Row]]

_TABLES = ("figures", "sources", "indicators", "claims", "areas", "names")
_RATIOS = frozenset({"percent", "percentage-point", "times"})
_DEEPEST = 20  # calculations within calculations; notebooks have three

# Each hedge: its Vietnamese word, the side it bounds, what it becomes of a fall, how it is printed.
_HEDGES = {
    "more than": ("hơn", "low", "under", r"từ trên|trên|hơn|more than|over"),
    "at least": ("ít nhất", "low", "at most", r"ít nhất|at least|.*(?:trở lên|or more)"),
    "under": ("dưới", "high", "more than", r"dưới|fewer than|less than|under|below"),
    "at most": ("không quá", "high", "at least", r"không quá|nhiều nhất|no more|at most|up to"),
    "nearly": ("gần", "near", "nearly", r"gần|nearly|almost"),
    "about": ("khoảng", "near", "about", r"khoảng|xấp xỉ|ước|about|around|approximately"),
    "": ("", "", "", r""),
}
_SCALES = {"nghìn": 3, "ngàn": 3, "vạn": 4, "triệu": 6, "tỷ": 9}
_SCALES |= {"thousand": 3, "million": 6, "billion": 9}
_PIECE = re.compile(
    rf"(\d[\d.,]*\d|\d)(?:\s*({'|'.join(_SCALES)})\b)?(?:\s*(%|phần trăm|per ?cent))?"
)


class Refused(UserError):
    """A recipe that gives no number: unknown figures, unlike units, no calculation of ours."""


@dataclass(frozen=True)
class Number:
    """A number with its bounds, its unit, the digits shown after the mark, and its hedge."""

    sides: Sides
    unit: str
    places: int = 0
    hedge: str = ""

    def written(self, language: str, form: str) -> str:
        """The number as a page must write it. Raises `Refused` where it is not of that form."""
        value, low, high = self.sides
        is_so = {
            "fall": value < 0 and high is not None and high <= 0,
            "rise": value > 0 and low is not None and low >= 0,
            "more": self.hedge == "more than",
        }
        if not is_so.get(form, True):
            raise Refused(f"is written as “{form}”, but it is {self.hedge} {float(value):g}")
        value = abs(value) if form == "fall" else value
        digits = _digits(value, self.places, language) + ("%" if self.unit == "percent" else "")
        plus = "+" if form == "sign" and value > 0 and re.search("[1-9]", digits) else ""
        hedge = _HEDGES[self.hedge][2] if form == "fall" else self.hedge
        return f"{hedge if language == 'en' else _HEDGES[hedge][0]} {plus}{digits}".strip()


def _digits(value: Fraction, places: int, language: str) -> str:
    """A value rounded half away from zero, grouped in threes; round millions with their word."""
    shown, word = math.floor(abs(value) * 10**places + Fraction(1, 2)), ""
    if not places and shown >= 10**6 and shown % 10**5 == 0:
        word = {"vi": "\u00a0triệu", "en": "\u00a0million"}[language]
        places = 1 if shown % 10**6 else 0
        shown //= 10 ** (6 - places)
    whole, rest = divmod(shown, 10**places)
    text = f"{whole:,}" + (f".{rest:0{places}}" if places else "")
    text = text.translate(str.maketrans(",.", ".,")) if language == "vi" else text
    return ("−" if value < 0 and shown else "") + text + word


@lru_cache(maxsize=4)
def _read(data: Path, _: tuple[tuple[int, int], ...]) -> tuple[Tables, dict[str, Number]]:
    """The tables of a folder by their ids, and every figure as printed, once for a process."""
    read = {name: tables.rows(data / f"{name}.csv") for name in _TABLES}
    rows = {name: {next(iter(row.values())): row for row in read[name]} for name in read}
    return rows, {}


class Recount:
    """The tables of a folder, read for one day and one kind of evidence."""

    def __init__(self, data: Path, known_on: str = "", evidence: str = "all") -> None:
        stamps = tuple(schema.stamp(data / f"{name}.csv") for name in _TABLES)
        self.tables, self._printed = _read(data, stamps)
        self.known_on, self.evidence = known_on, evidence
        self._made: dict[str, Number] = {}

    def warm_up(self) -> None:
        """Read every figure as it was printed."""
        for figure in self.tables["figures"]:
            with contextlib.suppress(Refused):
                self.number(figure)

    def row(self, figure: str) -> tables.Row:
        """The row of a figure that the report may use. Raises `Refused` for any other."""
        row = self.tables["figures"].get(figure)
        if row is None:
            raise Refused("no such figure in figures.csv")
        source = self.tables["sources"][row["source"]]
        if self.known_on and (source["published"] or source["published_by"]) > self.known_on:
            raise Refused(f"was printed after {self.known_on}")
        if self.evidence not in {"all", source["tier"]}:
            raise Refused(f"lies outside the evidence “{self.evidence}”")
        return row

    def direction(self, recipe: Any) -> str:
        """Whether a recipe gives a `fall` or a `rise`; "" for what is no change."""
        if isinstance(recipe, str):
            return {"decrease": "fall", "increase": "rise"}.get(self.row(recipe)["role"], "")
        value = self.number(recipe).sides[0] if recipe["kind"] == "relative_change" else 0
        return "fall" if value < 0 else "rise" if value > 0 else ""

    def number(self, recipe: Any, depth: int = 0) -> Number:
        """The number that a recipe gives. Raises `Refused` where it gives none."""
        if isinstance(recipe, str):
            row = self.row(recipe)
            if recipe not in self._printed:
                self._printed[recipe] = self._as_printed(row)
            return self._printed[recipe]
        if depth > _DEEPEST:
            raise Refused("its calculation is too deep")
        key = json.dumps(recipe, sort_keys=True)
        if key not in self._made:
            kind, how = recipe["kind"], recipe.get("how", "")
            of = [self.number(each, depth + 1) for each in recipe["of"]]
            self._once(kind, recipe["of"], how)
            made = _calculated(kind, of, how)
            rounded = made.unit in _RATIOS or kind == "per"
            self._made[key] = _hedged(replace(made, places=recipe["places"]) if rounded else made)
        return self._made[key]

    def _as_printed(self, row: tables.Row) -> Number:
        """A figure as printed: 98,7% may be any value that rounds to it, hơn 66.000 any above."""
        vietnamese = self.tables["sources"][row["source"]]["language"] == "vi"
        thousands, mark = ".," if vietnamese else (",", ".")
        printed, value, step, rounded = row["printed"].lower(), Fraction(0), Fraction(1), False
        pieces = list(_PIECE.finditer(printed))
        for piece in pieces if pieces and pieces[0][2] else pieces[:1]:  # 6 triệu 325 nghìn
            digits, scale = piece[1].replace(thousands, "").replace(mark, "."), piece[2]
            step = Fraction(10) ** (_SCALES.get(scale, 0) - len(digits.partition(".")[2]))
            value += Fraction(digits) * 10 ** _SCALES.get(scale, 0)
            rounded = bool(scale or piece[3]) or step < 1
        if value != Fraction(row["value"]):
            raise Refused(f"“{row['printed']}” reads as {float(value):g}, value is {row['value']}")
        hedge = next(each for each in _HEDGES if re.match(rf"(?:{_HEDGES[each][3]})\b", printed))
        side = _HEDGES[hedge][1]
        last = Fraction(10) ** (len(row["value"]) - len(row["value"].rstrip("0")))
        slack = step / 2 if rounded else last / 2 if side == "near" else Fraction(0)
        low = None if side == "high" else value if side == "low" else value - slack
        high = None if side == "low" else value if side == "high" else value + slack
        unit = self.tables["indicators"][row["indicator"]]["unit"]
        return Number((value, low, high), unit, len(str(step.denominator)) - 1, hedge)

    def _once(self, kind: str, of: Sequence[Any], how: str) -> None:
        """Refuse what is added up or counted twice, but where a claim does the same."""
        rows = self.tables["claims"].values()
        claimed = kind != "count" and of in [row["operands"].split() for row in rows]
        if claimed or kind not in {"sum", "net", "count"}:
            return
        stated = Counter(row["stated"] for row in rows if kind == "count" and how == "claim")
        for key, times in Counter(json.dumps(each, sort_keys=True) for each in of).items():
            if times > max(1, stated[key.strip('"')]):
                raise Refused(f"counts {key} {times} times")


# --------------------------------------------------------------------------------------- arithmetic


def _calculated(kind: str, of: Sequence[Number], how: str) -> Number:
    """A calculation without its hedge, with the digits that its parts have."""
    units, sides = sorted({each.unit for each in of}), [each.sides for each in of]
    if kind == "count":
        return _exactly(len(of), how)
    if len(units) > 1 and kind not in {"per", "part_of", "needed"}:
        raise Refused(f"{kind} of unlike units: {', '.join(units)}")
    match kind, sides:
        case "sum" | "difference" | "net", [_, *_]:
            signs = {"sum": "+" * len(of), "difference": "+-"}.get(kind, how)
            terms = (x if s == "+" else _minus(x) for s, x in zip(signs, sides, strict=True))
            points = kind == "difference" and units == ["percent"]
            unit = "percentage-point" if points else units[0]
            return Number(reduce(_plus, terms), unit, max(each.places for each in of))
        case "share", [part, whole]:
            return Number(_ratio(part, whole, 100), "percent")
        case "relative_change", [before, after]:
            whole = _exactly(-100, "").sides
            return Number(_plus(_ratio(after, before, 100), whole), "percent")
        case "times", [a, b]:
            return Number(_ratio(a, b), "times")
        case "per", [a, b] if len(units) > 1:
            return Number(_ratio(a, b), f"{of[0].unit}-per-{of[1].unit}")
        case "part_of", [rate, whole] if of[0].unit == "percent":
            return Number(_each(lambda a, b: a * b / 100, rate, whole), of[1].unit)
        case "needed", [base, stated]:
            return _exactly(_needed(base[0], stated, how.split()), of[0].unit)
    raise Refused(f"no calculation “{kind}” of {len(of)} numbers")


def _exactly(number: int, unit: str) -> Number:
    value = Fraction(number)
    return Number((value, value, value), unit)


def _each(operate: Callable[[Fraction, Fraction], Fraction], a: Sides, b: Sides) -> Sides:
    """Value with value, low with low, high with high; open where one of two bounds is."""
    low, high = (
        None if x is None or y is None else operate(x, y) for x, y in zip(a[1:], b[1:], strict=True)
    )
    return operate(a[0], b[0]), low, high


def _plus(a: Sides, b: Sides) -> Sides:
    return _each(operator.add, a, b)


def _minus(a: Sides) -> Sides:
    high, low = (None if end is None else -end for end in a[1:])
    return -a[0], low, high


def _ratio(part: Sides, whole: Sides, scale: int = 1) -> Sides:
    if not whole[0]:
        raise Refused("divides by nothing")

    def end(one: Bound, base: Bound, other: Bound) -> Bound:
        base = other if one is not None and one < 0 else base
        return None if one is None or base is None or base <= 0 else one / base * scale

    low, high = end(part[1], whole[2], whole[1]), end(part[2], whole[1], whole[2])
    return part[0] / whole[0] * scale, low, high


def _needed(base: Fraction, stated: Sides, how: Sequence[str]) -> int:
    """First or last whole number that gives a stated percentage of a base, or change from it."""
    if stated[1] is None or stated[2] is None:
        raise Refused("no whole number is needed")
    falls, ends = "fall" in how, [stated[1], stated[2]]
    if how[0] == "relative_change":
        ends = sorted(100 + (-end if falls else end) for end in ends)
    low, high = (end * base / 100 for end in ends)
    # The upper end of a rounded percentage rounds to the next one and does not count.
    first = math.ceil(low) + (falls and math.ceil(low) == low)
    last = math.floor(high) - (not falls and math.floor(high) == high)
    if first > last:
        raise Refused("no whole number gives what was stated")
    return first if how[-1] == "first" else last


def _hedged(made: Number) -> Number:
    """With the hedge that its bounds ask for: a side that is open, or bounds that round apart."""
    _, low, high = made.sides
    if low is None or high is None:
        end = high if low is None else low
        hedge = "about" if end is None else "at most" if low is None else "at least"
        return replace(made, hedge=hedge, sides=(made.sides[0] if end is None else end, low, high))
    apart = _digits(low, made.places, "en") != _digits(high, made.places, "en")
    return replace(made, hedge="about" if apart else "")
