"""The HTML of calculations that sources state: a card for each that does not hold as printed, and
the others in a folded table."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from markupsafe import Markup

from analysis.numbers import claims
from analysis.pages.workings import needed, repeats
from analysis.pages.writer import Writer, fall, macros
from analysis.saying import blocks
from analysis.saying.texts import text_of

HEADS = ("claim_what", "claim_verdict", "claim_printed", "claim_recomputed")
_ORDER = ("does_not_hold", "contradicts", "holds_if_truncated")


def written(block: blocks.Claims, w: Writer) -> Markup:
    """The claims of a block, each recomputed from the tables: cards, and a table of the others."""
    checked = [verdict for claim in block.claims for verdict in claims.recompute(w.known, claim)]
    w.notes.checked += checked
    rest = [verdict for verdict in checked if not verdict.to_check]
    cards = [macros().card(w, verdict, _card(verdict, w)) for verdict in carded(checked, w)]
    grid, line = "", ""
    if rest:
        repeated = [
            verdict.computed for verdict in rest if verdict.computed and verdict.computed.figure
        ]
        columns = [w.word(key) for key in HEADS]
        numeric = [False, False, True, bool(repeated)]
        cells = [_claim(verdict, w) for verdict in rest]
        grid = macros().grid(block.name, w.text(block.title), columns, cells, numeric)
        line = w.source_line([*(verdict.stated for verdict in rest), *repeated])
    return Markup(macros().claims(w, block, w.text(block.title), cards, grid, len(rest), line))


def carded(checked: Iterable[claims.Verdict], w: Writer) -> list[claims.Verdict]:
    """Those that do not hold as printed, in the order of their cards: a wrong result, two numbers
    of one day, a result cut off instead of rounded, two numbers of different days."""
    wrong = [verdict for verdict in checked if verdict.to_check]
    return sorted(
        wrong, key=lambda verdict: (_other_day(verdict, w), _ORDER.index(verdict.verdict))
    )


def _card(checked: claims.Verdict, w: Writer) -> dict[str, Any]:
    """What the template of a card takes: words and numbers as HTML, and where marks stand."""
    stated, computed = checked.stated, checked.computed
    row = w.known.row(stated.figure)
    text = text_of(stated)
    return {
        "said": w.verdict(checked),
        "label": w.label("indicators", str(row["indicator"])),
        "area": w.label("areas", str(row["area"])),
        "day": w.day(w.known.as_of(stated.figure), "short"),
        "note": w.words(w.known.entry("claims", checked.claim)[f"note_{w.language}"]),
        "computed": computed and w.number(computed, fall(computed)),
        "form": fall(computed) if computed else "",
        "formula": w.formula(computed) if computed and computed.kind != "printed" else "",
        "ways": _ways(checked, w),
        "other_day": _other_day(checked, w),
        "needed": w.turns(needed(checked, w.language)),
        "sources": w.margin_sources(text, text_of(computed) if computed else None)[0],
        "line": _numberline(checked),
    }


def _other_day(checked: claims.Verdict, w: Writer) -> bool:
    """Whether numbers that contradict each other hold for different days or periods."""
    days = {w.known.as_of(number.figure) for number in (checked.stated, *checked.operands)}
    return checked.verdict == "contradicts" and len(days) > 1


def _ways(checked: claims.Verdict, w: Writer) -> list[str]:
    """The words before two numbers of which one is a change and the other a share; or none."""
    if checked.computed is None or (checked.kind, checked.stated.unit) != ("same", "percent"):
        return []
    roles = [w.known.row(number.figure)["role"] for number in (checked.stated, checked.computed)]
    ways = [str(role) if role in claims.CHANGES else "share" for role in roles]
    return [f"claim_{way}" for way in ways] if ways.count("share") == 1 else []


def _numberline(checked: claims.Verdict) -> list[str]:
    """Where on a line from 0 to 1 the range of the printed number begins and ends, and where the
    exact result stands; empty where the range would be too narrow to see."""
    low, high, computed = checked.stated.low, checked.stated.high, checked.computed
    if low is None or high is None or computed is None or checked.verdict == "contradicts":
        return []
    value = abs(computed.value)
    ends = min(low, value), max(high, value)
    span = ends[1] - ends[0]
    if not span or (high - low) / span < Decimal("0.15"):
        return []
    return [
        f"{(number - ends[0]) / span * Decimal('0.6') + Decimal('0.2'):.3f}"
        for number in (low, high, value)
    ]


def _claim(checked: claims.Verdict, w: Writer) -> list[dict[str, Any]]:
    """The row of a calculation: what is computed, the verdict, the number printed, the result."""
    verdict = w.verdict(checked)
    row = w.known.entry("claims", checked.claim)
    label = w.label("indicators", w.known.indicator_of(checked.stated.figure))
    note = w.words(row[f"note_{w.language}"]) if checked.verdict != "holds" else ""
    cells = (
        macros().calculation(label, note),
        macros().verdict(verdict),
        w.cell(checked.stated),
        _worked(checked, w),
    )
    nothing = checked.computed is None and not checked.operands
    return [{"html": cell, "none": nothing and cell is cells[-1]} for cell in cells]


def _worked(checked: claims.Verdict, w: Writer) -> Markup:
    """A recomputed number behind its calculation.

    A result that reads as the printed number beside it is not written again. Where too little
    is printed to compute anything, the operands that are.
    """
    computed = checked.computed
    if computed is None and checked.operands:
        given = w.numbers(checked.operands)
        return Markup('<span class="worked">{} {}</span>').format(w.word("printed_only"), given)
    if computed is None or computed.kind == "printed":
        return w.cell(computed)
    formula = w.formula(computed)
    if repeats(checked, w.language, fall(computed)):
        return Markup('<span class="worked">{}</span>').format(formula)
    result = w.number(computed, fall(computed), link=False)
    return Markup('<span class="worked">{} =</span> <b>{}</b>').format(formula, result)
