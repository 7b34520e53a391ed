"""How a number was worked out, as words and numbers in turn, for pages and Word files alike."""

from __future__ import annotations

from analysis.numbers import claims
from analysis.numbers.quantity import Quantity
from analysis.saying.words import word

_LONG_SUM = 8
_SIGNS = {"difference": "−", "part_of": "×", **dict.fromkeys(("share", "times", "per"), "÷")}


def terms(quantity: Quantity, language: str) -> list[str | Quantity]:
    """How a computed number follows from printed ones: these, and the signs and words between."""
    operands = quantity.operands
    # A long sum is told by its ends; the figures it rests on are in its data.
    long = quantity.kind == "sum" and len(operands) > _LONG_SUM
    told: list[list[str | Quantity]] = [
        [each] if each.kind == "printed" else ["(", *terms(each, language), ")"]
        for each in ((*operands[:2], operands[-1]) if long else operands)
    ]
    if long:
        told.insert(2, [f"… ({word('and_so_on', language)})"])
    if quantity.kind in _SIGNS:
        return [*told[0], f" {_SIGNS[quantity.kind]} ", *told[1]]
    if quantity.kind == "relative_change":
        return [*told[1], f" {word('against', language)} ", *told[0]]
    signs = quantity.how.replace("-", "−") if quantity.kind == "net" else "+" * len(told)
    signed = [[f" {sign} ", *term] for sign, term in zip(signs, told, strict=True)]
    signed[0][0] = "" if signs[0] == "+" else f"{signs[0]} "
    return [part for term in signed for part in term]


def needed(checked: claims.Verdict, language: str) -> list[str | Quantity]:
    """Which whole number would make a share or change hold; nothing for other calculations."""
    if checked.kind not in {"share", "relative_change"}:
        return []
    if not checked.needed:
        return [word("needed_none", language)]
    instead = checked.operands[0] if checked.kind == "share" else checked.operands[-1]
    first, *others = dict.fromkeys(checked.needed)
    dashed = [part for each in others for part in (" – ", each)]
    return [first, *dashed, f" {word('instead', language)} ", instead]
