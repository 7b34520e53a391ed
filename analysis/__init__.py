"""Printed figures on a public subject: read, compared, said in two languages, and published.

    from analysis import compare, load
    known = load()
    compare.change(known["project-21.staff.before"], known["project-21.staff.after"]).rate

The names below are the public interface; each is imported when it is first asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from analysis.numbers import claims, compare, figures, periods, quantity
    from analysis.numbers.figures import Figures, load
    from analysis.numbers.quantity import Quantity
    from analysis.saying import blocks
    from analysis.saying.blocks import Mark, Point
    from analysis.saying.prose import Page
    from analysis.saying.texts import Text, text

__all__ = [
    "Figures",
    "Mark",
    "Page",
    "Point",
    "Quantity",
    "Text",
    "blocks",
    "claims",
    "compare",
    "figures",
    "load",
    "periods",
    "quantity",
    "text",
]

_WHERE = {
    "Figures": "numbers.figures",
    "load": "numbers.figures",
    "Quantity": "numbers.quantity",
    "Mark": "saying.blocks",
    "Point": "saying.blocks",
    "Text": "saying.texts",
    "text": "saying.texts",
    "Page": "saying.prose",
}
_MODULES = {
    **dict.fromkeys(("claims", "compare", "figures", "periods", "quantity"), "numbers"),
    "blocks": "saying",
}


def __getattr__(name: str) -> Any:
    if name in _WHERE:
        return getattr(import_module(f"analysis.{_WHERE[name]}"), name)
    if name in _MODULES:
        return import_module(f"analysis.{_MODULES[name]}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
