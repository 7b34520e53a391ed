"""The reference of the package is complete, and says what the docstrings say."""

from __future__ import annotations

import inspect
import re
import runpy
from collections.abc import Iterator
from pathlib import Path

import pytest

import analysis
from analysis.numbers.compare import Change
from analysis.numbers.events import Event

WHERE = Path(__file__).resolve().parents[1] / "docs" / "reference.md"
WRITTEN = WHERE.read_text("utf-8")


def test_the_reference_is_what_the_docstrings_say() -> None:
    """The page in the repository is the one that `python docs/reference.py` writes."""
    made = runpy.run_path(str(WHERE.with_suffix(".py")))["page"]()
    assert made == WRITTEN, "a docstring has changed: run python docs/reference.py"


def public() -> Iterator[tuple[str, str]]:
    """(heading, name) of all that the package offers: its names, what its modules define, and what
    its classes can do."""
    for name in analysis.__all__:
        found = getattr(analysis, name)
        yield name, ""
        for own, each in vars(found).items() if inspect.ismodule(found) else ():
            if not own.startswith("_") and getattr(each, "__module__", "") == found.__name__:
                yield name, own
    for kind in (analysis.Page, analysis.Figures, analysis.Quantity, analysis.Desk):
        yield from ((kind.__name__, own) for own, _ in inspect.getmembers(kind, callable)
                    if not own.startswith("_"))  # fmt: skip


@pytest.mark.parametrize(("heading", "name"), dict.fromkeys(public()))
def test_every_public_name_is_told(heading: str, name: str) -> None:
    """Each name has a heading, or stands in the part of its module or class."""
    (part,) = re.findall(
        rf"^## \w+ `{heading}`$(.*?)(?=^## |\Z)", WRITTEN, re.MULTILINE | re.DOTALL
    )
    listed = rf"^(- \*\*`|### `{heading}\.){name}\b"
    elsewhere = re.search(
        rf"^## \w+ `{name}`$", WRITTEN, re.MULTILINE
    )  # Figures and load of the module figures
    assert not name or elsewhere or re.search(listed, part, re.MULTILINE)


@pytest.mark.parametrize("given", [Change, Event])
def test_what_calls_give_is_told(given: type) -> None:
    """A class that a listed call gives has a heading, with the first line of its docstring."""
    first = (inspect.getdoc(given) or "").splitlines()[0]
    heading = re.escape(given.__name__)
    assert re.search(
        rf"^### `(\w+\.)?{heading}`\n\n.*\n\n{re.escape(first)}", WRITTEN, re.MULTILINE
    )
