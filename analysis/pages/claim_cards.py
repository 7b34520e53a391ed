"""The HTML of calculations that sources state: a card for each that does not hold as printed, and
the others in a folded table."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from markupsafe import Markup

from analysis.numbers import claims
from analysis.pages.workings import form_of, needed, repeats
from analysis.pages.writer import Writer, macros
from analysis.saying import blocks
from analysis.saying.texts import text_of

HEADS = ("claim_what", "claim_verdict", "claim_printed", "claim_recomputed")
FEW = 6  # calculations that cannot be checked, and are named on paper, too: a folded table is not
_ORDER = ("does_not_hold", "contradicts", "holds_if_truncated")


def written(block: blocks.Claims, w: Writer) -> Markup:
    """The claims of a block, each recomputed from the tables: cards, and a table of the others."""
    checked = block.recomputed(w.known)
    w.notes.checked += checked
    rest = [claim for claim in checked if not claim.to_check]
    cards = [macros().card(w, claim, _card(claim, w)) for claim in carded(checked)]
    grid, line = "", ""
    if rest:
        repeated = [claim.computed for claim in rest if claim.computed and claim.computed.figure]
        columns = [w.word(key) for key in HEADS]
        numeric = [False, False, True, bool(repeated)]
        cells = [_claim(claim, w) for claim in rest]
        grid = macros().grid(block.name, w.text(block.title), columns, cells, numeric)
        line = w.source_line([*(claim.stated for claim in rest), *repeated])
    few = len(checked) <= FEW and all(claim.verdict == "cannot_be_checked" for claim in checked)
    title = w.text(block.title)
    return Markup(macros().claims(w, block, title, cards, grid, len(rest), line, few))


def carded(checked: Iterable[claims.Recomputed]) -> list[claims.Recomputed]:
    """Those that do not hold as printed, in the order of their cards: a wrong result, two numbers
    of one day, a result cut off instead of rounded, two numbers of different days."""
    wrong = [claim for claim in checked if claim.to_check]
    return sorted(wrong, key=lambda claim: (claim.other_day, _ORDER.index(claim.verdict)))


def _card(claim: claims.Recomputed, w: Writer) -> dict[str, Any]:
    """What the template of a card takes: words and numbers as HTML, and where marks stand."""
    stated, computed = claim.stated, claim.computed
    row = w.known.row(stated.figure)
    text = text_of(stated)
    return {
        "said": w.verdict(claim),
        "label": w.label("indicators", str(row["indicator"])),
        "area": w.label("areas", str(row["area"])),
        "day": w.day(w.known.as_of(stated.figure), "short"),
        "note": w.words(w.known.entry("claims", claim.claim)[f"note_{w.language}"]),
        "computed": computed and w.number(computed, form_of(computed)),
        "form": form_of(computed) if computed else "",
        "formula": w.formula(computed) if computed and computed.kind != "printed" else "",
        "ways": ways(claim, w),
        "needed": w.turns(needed(claim, w.language)),
        "sources": w.margin_sources(text, text_of(computed) if computed else None)[0],
        "line": _numberline(claim),
    }


def ways(claim: claims.Recomputed, w: Writer) -> list[str]:
    """The words before two numbers of which one is a change and the other a share; or none."""
    if claim.computed is None or (claim.kind, claim.stated.unit) != ("same", "percent"):
        return []
    roles = [w.known.row(number.figure)["role"] for number in (claim.stated, claim.computed)]
    keys = [str(role) if role in claims.CHANGES else "share" for role in roles]
    return [f"claim_{way}" for way in keys] if keys.count("share") == 1 else []


def _numberline(claim: claims.Recomputed) -> list[str]:
    """Where on a line from 0 to 1 the range of the printed number begins and ends, and where the
    exact result stands; empty where the range would be too narrow to see."""
    low, high, computed = claim.stated.low, claim.stated.high, claim.computed
    if low is None or high is None or computed is None or claim.verdict == "contradicts":
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


def _claim(claim: claims.Recomputed, w: Writer) -> list[dict[str, Any]]:
    """The row of a calculation: what is computed, the verdict, the number printed, the result."""
    verdict = w.verdict(claim)
    row = w.known.entry("claims", claim.claim)
    label = w.label("indicators", w.known.indicator_of(claim.stated.figure))
    note = w.words(row[f"note_{w.language}"]) if claim.verdict != "holds" else ""
    if claim.verdict == "cannot_be_checked":
        area = w.label("areas", str(w.known.row(claim.stated.figure)["area"]))
        label = Markup("{}, {}").format(label, area)
    cells = (
        macros().calculation(label, note),
        w.words(verdict) if claim.verdict == "holds" else macros().verdict(verdict),
        w.cell(claim.stated),
        worked(claim, w),
    )
    nothing = claim.computed is None and not claim.operands
    return [{"html": cell, "none": nothing and cell is cells[-1]} for cell in cells]


def worked(claim: claims.Recomputed, w: Writer) -> Markup:
    """A recomputed number behind its calculation.

    A result that reads as the printed number beside it is not written again. Where too little
    is printed to compute anything, the operands that are.
    """
    computed = claim.computed
    if computed is None and claim.operands:
        given = w.numbers(claim.operands)
        return Markup('<span class="worked">{} {}</span>').format(w.word("printed_only"), given)
    if computed is None or computed.kind == "printed":
        return w.cell(computed)
    formula = w.formula(computed)
    if repeats(claim, w.language, form_of(computed)):
        return Markup('<span class="worked">{}</span>').format(formula)
    result = w.number(computed, form_of(computed), link=False)
    return Markup('<span class="worked">{} =</span> <b>{}</b>').format(formula, result)
