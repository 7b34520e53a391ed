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
    from analysis.numbers import claims as claims
    from analysis.numbers import compare as compare
    from analysis.numbers import figures as figures
    from analysis.numbers import periods as periods
    from analysis.numbers import quantity as quantity
    from analysis.numbers.figures import Figures as Figures
    from analysis.numbers.figures import load as load
    from analysis.numbers.quantity import Quantity as Quantity
    from analysis.saying import blocks as blocks
    from analysis.saying.citing import cite as cite
    from analysis.saying.desk import Desk as Desk
    from analysis.saying.prose import Page as Page
    from analysis.saying.texts import Text as Text
    from analysis.saying.texts import text as text

_WHERE = {
    **dict.fromkeys(("claims", "compare", "figures", "periods", "quantity"), "numbers"),
    **dict.fromkeys(("Figures", "load"), "numbers.figures"),
    **dict.fromkeys(("Text", "text"), "saying.texts"),
    **{
        "Quantity": "numbers.quantity",
        "Page": "saying.prose",
        "blocks": "saying",
        "Desk": "saying.desk",
        "cite": "saying.citing",
    },
}
__all__ = sorted(_WHERE)


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    where = f"analysis.{_WHERE[name]}"
    return getattr(import_module(where), name, None) or import_module(f"{where}.{name}")


def __dir__() -> list[str]:
    return __all__
