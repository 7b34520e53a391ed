"""Printed figures on a public subject: read, compared, said in two languages, and published.

    from analysis import compare, load
    known = load()
    compare.change(known["project-21.staff.before"], known["project-21.staff.after"]).rate

To read: `load` gives `Figures`, a figure is a `Quantity`. To compute: `quantity`, `compare`,
`claims`. To say: a `Page` makes blocks of `text` and figures; `Desk` shows what there is, `cite`
says where it was printed. docs/reference.md has all of it. Each name is imported when it is first
asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from analysis.numbers import claims as claims
    from analysis.numbers import compare as compare
    from analysis.numbers import quantity as quantity
    from analysis.numbers.figures import Figures as Figures
    from analysis.numbers.figures import load as load
    from analysis.numbers.quantity import Quantity as Quantity
    from analysis.saying.citing import cite as cite
    from analysis.saying.desk import Desk as Desk
    from analysis.saying.page import Page as Page
    from analysis.saying.texts import Text as Text
    from analysis.saying.texts import same as same
    from analysis.saying.texts import text as text

_WHERE = {
    "Desk": "saying.desk",
    "Figures": "numbers.figures",
    "Page": "saying.page",
    "Quantity": "numbers.quantity",
    "Text": "saying.texts",
    "cite": "saying.citing",
    "claims": "numbers.claims",
    "compare": "numbers.compare",
    "load": "numbers.figures",
    "quantity": "numbers.quantity",
    "same": "saying.texts",
    "text": "saying.texts",
}
__all__ = sorted(_WHERE)


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = import_module(f"analysis.{_WHERE[name]}")
    return module if _WHERE[name].endswith(f".{name}") else getattr(module, name)


def __dir__() -> list[str]:
    return __all__
