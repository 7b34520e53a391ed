"""Scales, words and labels of a drawing."""

from __future__ import annotations

from collections import Counter
from itertools import combinations
from math import hypot
from typing import Any

import pytest
import test_strips
import test_timelines
from test_strips import NARROW, WIDE

from analysis import Page, claims, compare, text
from analysis.numbers import figures
from analysis.numbers.schema import LANGUAGES
from analysis.saying import charts
from analysis.saying.drawing import lettering, miniatures
from analysis.saying.drawing.marks import Dots, Drawing, Strokes
from analysis.saying.drawing.sheet import Scale, Sheet, around

MAKERS = [test_strips.banded, test_strips.strip, test_strips.completions, test_strips.parts,
          test_timelines.panels, test_timelines.periods]  # fmt: skip


def crowded(drawing: Drawing) -> list[str]:
    """Words that stick out of a drawing, or that lie on others of the same language."""
    wide, high, wrong = drawing.width + 0.5, drawing.height, []
    for language in LANGUAGES:
        shown = [each for each in drawing.words if each.words[language]]
        lie = [(each.words[language], lettering.box(each)) for each in shown]
        wrong += [words for words, (left, top, right, foot) in lie
                  if left < -0.5 or right > wide or top < 0 or foot > high]  # fmt: skip
        wrong += [
            f"{one} lies on {other}"
            for (one, a), (other, b) in combinations(lie, 2)
            if min(a[2], b[2]) - max(a[0], b[0]) > 1 and min(a[3], b[3]) - max(a[1], b[1]) > 3
        ]
    return wrong


@pytest.mark.parametrize("make", MAKERS)
@pytest.mark.parametrize("width", [WIDE, NARROW, miniatures.WIDTH])
def test_no_label_is_cut_or_lies_on_another(page: Page, make: Any, width: float) -> None:
    """At each width, with the longer of the two languages, each label has a place of its own."""
    block = make(page)
    small = width == miniatures.WIDTH
    drawing = miniatures.of(block) if small else charts.layout(block, page.known, width)
    assert drawing is None or crowded(drawing) == []


def test_each_claim_is_a_square_of_its_verdict() -> None:
    """The card of the claims draws one square a claim, and one for each look in its legend: full
    where it does not hold as printed, edge and half where two numbers differ, as either may hold.
    """
    checked = claims.recompute(figures.load())
    drawing = miniatures.verdicts(checked)
    squares: Counter[tuple[str, float]] = Counter()
    for marks in drawing.marks:
        assert isinstance(marks, Strokes)
        squares[marks.colour, marks.thick] += 1
    of = Counter(claim.verdict for claim in checked)
    assert squares == {
        ("check", 8.5): of["does_not_hold"] + of["holds_if_truncated"] + 1,
        ("check", 1.5): of["contradicts"] + 1,
        ("check", 4.25): of["contradicts"] + 1,
        ("hairline", 8.5): of["holds"] + 1,
        ("other", 1.5): of["cannot_be_checked"] + 1,
    }
    assert crowded(drawing) == []


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_any_province_can_be_the_subject(width: float) -> None:
    """In the thick of the others, too, its dot touches none and its name has a place of its own."""
    page = Page(figures.load(), "en")
    plans, word = compare.provinces(page.known, "plan-2025"), text("a", "a")
    low, high = (page.known[f"plan-2025.viet-nam.rate-{end}"] for end in ("min", "max"))
    band = text(f"khung {low}–{high} của Trung ương", f"the centre’s band of {low}–{high}")
    norm = page.norm(band, low, high)
    country = (text("cả nước", "nationwide"), plans[10].change)
    for subject in plans:
        rows = [(page.label("areas", x.area), x.change, x == subject) for x in plans]
        block = page.strip("x", word, word, rows, norm=norm, country=country).block
        drawing = charts.layout(block, page.known, width)  # type: ignore[arg-type]
        assert crowded(drawing) == []
        dots = [(*spot, each.size) for each in drawing.marks if isinstance(each, Dots)
                for spot in each.spots]  # fmt: skip
        for (x, y, size), (other, up, small) in combinations(dots, 2):
            assert hypot(x - other, y - up) >= (size + small) / 2


def test_no_name_lies_across_the_edge_of_a_band() -> None:
    """The names of the lowest province, the highest and those above the band stand within it or
    outside of it."""
    page = Page(figures.load(), "en")
    low, high = (page.known[f"plan-2025.viet-nam.rate-{end}"] for end in ("min", "max"))
    rows = [
        (page.label("areas", x.area), x.change, False)
        for x in compare.provinces(page.known, "plan-2025")
    ]
    word = text("a", "a")
    block = page.strip("x", word, word, rows, norm=page.norm(word, low, high)).block
    drawing = charts.layout(block, page.known, WIDE)  # type: ignore[arg-type]
    edges = [x for each in drawing.marks if each.colour == "norm-edge"
             for (x, _), _ in each.lines]  # type: ignore[union-attr]  # fmt: skip
    names = [lettering.box(each) for each in drawing.words if each.halo]
    assert (len(edges), len(names) > 2) == (2, True)
    assert not [x for x in edges for left, _, right, _ in names if left < x < right]


def test_a_label_takes_the_first_spot_that_is_free() -> None:
    """Above a dot, unless a line, a dot or a label is there; never beyond the edge."""
    words = dict.fromkeys(LANGUAGES, "12.345")
    free = Sheet(400)
    assert free.place(words, around(200, 100)).side == "middle"
    taken = Sheet(400)
    taken.line("subject", 2, ((150, 80), (250, 80)))
    taken.line("subject", 2, ((150, 115), (250, 115)))
    assert taken.place(words, around(200, 100)).side == "start"
    edge = Sheet(400).place(words, [(399, 50, "middle")])
    assert lettering.box(edge)[2] <= 400


@pytest.mark.parametrize(
    ("low", "high", "apart", "ticks"),
    [
        (58.2, 77.9, 48, "60 65 70 75"),
        (98.61, 98.78, 48, "98.65 98.70 98.75"),
        (0, 100, 60, "0 50 100"),
    ],
)
def test_ticks_are_round_numbers_on_the_scale(
    low: float, high: float, apart: float, ticks: str
) -> None:
    """Steps of one, two or five, as many as have room, none beyond the ends."""
    assert " ".join(f"{each:f}" for each in Scale(low, high, 0, 200).ticks(apart)) == ticks


def test_a_bold_word_is_wider_and_marks_on_letters_are_no_letters() -> None:
    """Words are measured letter by letter: Vietnamese is as wide as its letters without marks."""
    assert lettering.width_of("Ủy ban", 12) == lettering.width_of("Uy ban", 12)
    assert lettering.width_of("mm", 12) > lettering.width_of("ii", 12)
    assert lettering.width_of("ab", 12, bold=True) > lettering.width_of("ab", 12)
