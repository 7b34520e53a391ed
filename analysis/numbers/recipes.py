"""`rebuild`: the Quantity that a recipe describes, computed from the tables of today.

A recipe is what `Quantity.recipe` gives and a document carries: the id of a figure, or
`{"kind": "share", "of": [recipe, recipe], "places": 1}`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from analysis.errors import UserError
from analysis.numbers import quantity
from analysis.numbers.listing import Listing
from analysis.numbers.quantity import Quantity, Recipe

_BINARY = {
    function.__name__: function
    for function in (
        *(quantity.difference, quantity.share, quantity.relative_change),
        *(quantity.part_of, quantity.times, quantity.per),
    )
}

_FIELDS = {"kind", "of", "places", "how"}


class RecipeError(UserError):
    """A recipe of the wrong form, or one that names no calculation of the module `quantity`."""


def rebuild(
    recipe: Recipe,
    figure: Callable[[str], Quantity],
    listed: Callable[[str], Listing] | None = None,
) -> Quantity:
    """The Quantity that a recipe describes, computed anew.

    `figure` looks up a printed figure by its id (`known.__getitem__`), `listed` a listing by its
    name (`known.listed`); without `listed` a rank or median is refused.

    Raises `RecipeError` for what is no recipe, `UnitError` and `FormError` as the calculations do.
    """
    match recipe:
        case str():
            return figure(recipe)
        case {"places": bool()}:  # an int to Python, but no number of digits
            pass
        case {"kind": str(kind), "of": [*of], "places": int(places)} if {*recipe} <= _FIELDS:
            operands = tuple(rebuild(operand, figure, listed) for operand in of)
            how = str(recipe.get("how", ""))
            if listed and kind in ("rank", "median"):
                number = _among(kind, operands, listed(how))
            else:
                number = _again(kind, operands, how)
            return quantity.with_places(number, places)
    raise RecipeError(f"{recipe!r} is no recipe: it needs kind, of (a list), places (a number).")


def outline(recipe: Recipe) -> Quantity:
    """The Quantity that a recipe describes without its value: unknown, of no unit, but with its
    kind, formula and figures. It asks no table."""
    if isinstance(recipe, str):
        return quantity.unknown(recipe)
    of = tuple(outline(operand) for operand in recipe["of"])
    kind, places, how = recipe["kind"], recipe["places"], recipe.get("how", "")
    return replace(quantity.unknown(""), places=places, kind=kind, operands=of, how=how)


def _among(kind: str, of: tuple[Quantity, ...], listing: Listing) -> Quantity:
    """A rank or median of a listing, computed anew. Raises `RecipeError` where its numbers are not
    those of the listing."""
    if kind == "median" and of == listing.median.operands:
        return listing.median
    if kind == "rank" and len(of) == 1 and of[0] in listing.numbers.values():
        return quantity.rank(of[0], listing)
    raise RecipeError(f"no {kind} of {len(of)} numbers in “{listing.name}”: they are not its own.")


def _again(kind: str, of: tuple[Quantity, ...], how: str) -> Quantity:
    """The calculation of a kind, done again, with the digits that the calculation gives it."""
    if kind in _BINARY and len(of) == 2 and not how:
        return _BINARY[kind](*of)
    if kind == "sum" and of and not how:
        return quantity.total(*of)
    if kind == "net" and of and len(how) == len(of) and set(how) <= {"+", "-"}:
        return quantity.net(of, how)
    if kind == "count" and of and how:
        return quantity.counted(of, how)
    if kind == "needed" and len(of) == 2:
        percentage, *falls, _ = how.split(" ") if " " in how else ("", "")
        for computed in quantity.needed(*of, kind=percentage, falls=bool(falls)):
            if computed.how == how:
                return computed
    raise RecipeError(f"no calculation “{kind}” of {len(of)} numbers ({how or 'nothing more'}).")
