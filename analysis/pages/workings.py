"""The calculation behind a number, as words and Quantities in turn, for pages and Word files.

A caller writes the Quantities its own way: as links on a page, as text in a Word file.
"""

from __future__ import annotations

from analysis.numbers import claims
from analysis.numbers.quantity import Quantity
from analysis.saying.words import word

_LONG_SUM = 8  # terms; of a longer sum three are written
_SIGNS = {"difference": "−", "part_of": "×", **dict.fromkeys(("share", "times", "per"), "÷")}


def terms(quantity: Quantity, language: str) -> list[str | Quantity]:
    """The calculation of a computed number: its printed numbers, and the signs and words between.

    Of a long sum only the first two terms and the last are written.
    """
    operands = quantity.operands
    long = quantity.kind == "sum" and len(operands) > _LONG_SUM
    written: list[list[str | Quantity]] = [
        [operand] if operand.kind == "printed" else ["(", *terms(operand, language), ")"]
        for operand in ((*operands[:2], operands[-1]) if long else operands)
    ]
    if long:
        written.insert(2, [f"… ({word('and_so_on', language)})"])
    if quantity.kind in _SIGNS:
        return [*written[0], f" {_SIGNS[quantity.kind]} ", *written[1]]
    if quantity.kind == "relative_change":
        return [*written[1], f" {word('against', language)} ", *written[0]]
    signs = quantity.how.replace("-", "−") if quantity.kind == "net" else "+" * len(written)
    signed = [[f" {sign} ", *term] for sign, term in zip(signs, written, strict=True)]
    signed[0][0] = "" if signs[0] == "+" else f"{signs[0]} "
    return [part for term in signed for part in term]


def needed(claim: claims.Recomputed, language: str) -> list[str | Quantity]:
    """“1,222 instead of 1,221”: the whole numbers with which a share or change would hold.

    Empty for other kinds of claims, and where a rounded operand would make them too precise.
    """
    rounded = not all(operand.exact for operand in claim.operands)
    if rounded or claim.kind not in {"share", "relative_change"}:
        return []
    if not claim.needed:
        return [word("needed_none", language)]
    instead = claim.operands[0] if claim.kind == "share" else claim.operands[-1]
    first, *others = dict.fromkeys(claim.needed)
    dashed = [part for number in others for part in (" – ", number)]
    return [first, *dashed, f" {word('instead', language)} ", instead]


def repeats(claim: claims.Recomputed, language: str, form: str) -> bool:
    """True where the recomputed number reads as the printed one: it is then not written again."""
    computed = claim.computed
    return computed is not None and computed.words(language, form) == claim.stated.words(language)


def form_of(computed: Quantity) -> str:
    """The form in which a recomputed number is written: `fall`, as sources print it, or none."""
    return "fall" if computed.kind == "relative_change" and computed.value < 0 else ""
