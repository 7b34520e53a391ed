"""A Quantity computed again from its recipe: figure ids, and how they combine."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from analysis.errors import UserError
from analysis.numbers import quantity
from analysis.numbers.quantity import Quantity, Recipe

_BINARY = {
    each.__name__: each
    for each in (
        *(quantity.difference, quantity.share, quantity.relative_change),
        *(quantity.part_of, quantity.times, quantity.per),
    )
}


class RecipeError(UserError):
    """A recipe that names no calculation of `quantity`."""


def rebuild(recipe: Recipe, figure: Callable[[str], Quantity]) -> Quantity:
    """The Quantity that a recipe describes, computed again; `figure` gives the printed ones by id.

    Raises `RecipeError` for what is no recipe, `UnitError` and `FormError` as the calculations do.
    """
    if isinstance(recipe, str):
        return figure(recipe)
    if not isinstance(recipe, Mapping) or set(recipe) - {"how"} != {"kind", "of", "places"}:
        raise RecipeError(f"{recipe!r} is no recipe: it needs kind, of and places.")
    of, places = recipe["of"], recipe["places"]
    if not isinstance(of, list | tuple) or type(places) is not int:
        raise RecipeError(f"{recipe!r} is no recipe: of is a list, places a whole number.")
    operands = tuple(rebuild(each, figure) for each in of)
    again = _again(str(recipe["kind"]), operands, str(recipe.get("how", "")))
    return quantity.with_places(again, places)


def _again(kind: str, of: tuple[Quantity, ...], how: str) -> Quantity:
    """The calculation of a kind, done again with its usual places."""
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
        for each in quantity.needed(*of, kind=percentage, falls=bool(falls)):
            if each.how == how:
                return each
    raise RecipeError(f"no calculation “{kind}” of {len(of)} numbers ({how or 'nothing more'}).")
