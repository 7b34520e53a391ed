"""A number is computed again from its recipe, and a recipe of no calculation is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
from small_data import printed
from test_quantity import AFTER, BEFORE, DUE, FELL, RATE, STATED, UNKNOWN, VILLAGES

from analysis.numbers import quantity, recipes
from analysis.numbers.inline import FormError
from analysis.numbers.quantity import Quantity, UnitError
from analysis.numbers.recipes import RecipeError

RECEIVED, PART = printed("hơn 66.000", "received"), printed("14%", "part")
FIGURES = {
    each.figure: each
    for each in (BEFORE, AFTER, RECEIVED, PART, DUE, STATED, FELL, UNKNOWN, VILLAGES)
}
RECIPES = [
    BEFORE,
    quantity.difference(BEFORE, AFTER),
    quantity.difference(STATED, PART),
    quantity.total(BEFORE, AFTER, RECEIVED),
    quantity.net([BEFORE, AFTER, AFTER, AFTER], "++--"),
    quantity.net([AFTER, BEFORE], "--"),
    quantity.share(AFTER, BEFORE),
    quantity.share(AFTER, BEFORE, 2),
    quantity.share(BEFORE, BEFORE, 2),
    quantity.relative_change(BEFORE, AFTER, 0),
    quantity.part_of(PART, RECEIVED),
    quantity.times(AFTER, BEFORE, 2),
    quantity.per(BEFORE, VILLAGES),
    quantity.counted([BEFORE, AFTER], "claim"),
    *quantity.needed(DUE, STATED, "share"),
    *quantity.needed(BEFORE, FELL, "relative_change", falls=True),
    quantity.share(quantity.difference(BEFORE, AFTER), quantity.total(BEFORE, AFTER), 3),
    quantity.with_places(RATE, 4),
    quantity.difference(quantity.share(AFTER, BEFORE, 2), quantity.with_places(RATE, 2)),
    quantity.total(BEFORE, UNKNOWN),
]


@pytest.mark.parametrize("item", RECIPES, ids=lambda item: f"{item.kind} {item.how}".strip())
def test_a_number_is_computed_again_from_its_recipe(item: Quantity) -> None:
    """Kind, operands and places give the same Quantity, also out of JSON with sorted keys."""
    recipe = json.loads(json.dumps(item.recipe, sort_keys=True))
    again = recipes.rebuild(recipe, FIGURES.__getitem__)
    assert again == item
    assert (again.formula, again.figures, again.recipe) == (item.formula, item.figures, item.recipe)


@pytest.mark.parametrize("item", RECIPES, ids=lambda item: f"{item.kind} {item.how}".strip())
def test_an_outline_tells_what_a_number_rests_on(item: Quantity) -> None:
    """Kind, formula and figures follow from the recipe, without any table; the value does not."""
    outline = recipes.outline(item.recipe)
    outlined = (outline.kind, outline.formula, outline.figures)
    assert outlined == (item.kind, item.formula, item.figures)
    assert not outline.known


def of(kind: Any, *figures: Any, places: Any = 1, **more: Any) -> dict[str, Any]:
    """A recipe typed by hand."""
    return {"kind": kind, "of": list(figures), "places": places, **more}


@pytest.mark.parametrize(
    ("recipe", "error"),
    [
        *(
            (recipe, RecipeError)
            for recipe in (
                {"kind": "share", "of": ["after", "before"]},
                ["after", "before"],
                None,
                12,
                of("power", "after", "before"),
                of("share", "after"),
                of("share", "after", "before", how="+"),
                of("sum", places=0),
                of("net", "after", "before", places=0, how="+*"),
                of("count", places=0, how="claim"),
                of("needed", "before", "fell", places=0, how="relative_change fall middle"),
                of("share", "after", "before", places="2"),
                {"kind": "share", "of": "before", "places": 1},
            )
        ),
        (of("share", "after", "villages"), UnitError),
        (of("difference", "after", "before", places=-3), FormError),
        (of("share", "after", "before", places=9), FormError),
    ],
)
def test_a_recipe_of_no_calculation_is_refused(recipe: Any, error: type[Exception]) -> None:
    """Whatever a cell wrote into a block, only a calculation of this module gives a number."""
    with pytest.raises(error):
        recipes.rebuild(recipe, FIGURES.__getitem__)
