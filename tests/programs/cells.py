"""The cells of a notebook, run one after the other in this process, as plainly as Python can."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import nbformat


def run(notebook: Path, given: Mapping[str, Any]) -> Iterator[tuple[Any, Any]]:
    """Each cell with what it shows: the value of its last expression, None for Markdown.

    Its parameters are those given.
    """
    names: dict[str, Any] = {}
    read: Any = nbformat.read(notebook, as_version=4)  # type: ignore[no-untyped-call]
    for number, cell in enumerate(read.cells):
        shown = None
        if cell.cell_type == "code":
            shown = _value(cell.source, f"cell {number + 1}", names)
            if "parameters" in cell.metadata.get("tags", []):
                names.update(given)
        yield cell, shown


def _value(source: str, name: str, names: dict[str, Any]) -> Any:
    body = ast.parse(source)
    last = body.body.pop() if body.body else None
    if isinstance(last, ast.Expr):
        exec(compile(body, name, "exec"), names)
        return eval(compile(ast.Expression(last.value), name, "eval"), names)
    exec(compile(source, name, "exec"), names)
    return None
