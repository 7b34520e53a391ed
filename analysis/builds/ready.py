"""What every report needs, imported once: importing this file makes a process ready to be forked.

The server from which reports are forked preloads it by name. Whatever goes wrong here goes wrong
again in the report that needs it, in a cell that says so, and must not stop the server.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import sys
from typing import Any

from analysis.builds.plan import Project

MODULE = __name__
_DATA = "ANALYSIS_DATA"


def environment(project: Project) -> dict[str, str]:
    """What the environment of the server must hold beside everything else."""
    return {_DATA: str(project.data)}


def warm_up(data: str) -> None:
    """Import what notebooks and pages import, read the data, and draw and write a page."""
    modules: dict[str, Any] = sys.modules
    # jsonschema, behind nbformat, imports this to check one kind of address that notebooks do not
    # hold, and takes two seconds to compile its grammar.
    modules.setdefault("rfc3987_syntax", None)
    gc.disable()  # imports leave hardly any garbage, and to look for it takes a third of their time
    for step in (_libraries, _names, lambda: _data(data), _pages):
        with contextlib.suppress(Exception):
            step()
    if modules["rfc3987_syntax"] is None:
        del modules["rfc3987_syntax"]
    gc.freeze()  # the reports share these pages of memory as long as nobody writes to them
    gc.enable()


def _libraries() -> None:
    for name in ("ctypes", "nbformat", "numpy", "papermill"):
        importlib.import_module(name)


def _names() -> None:
    import analysis
    from analysis.builds import engine

    with engine.shell().builtin_trap:  # as in a kernel, so that libraries notice where they are
        for name in analysis.__all__:
            getattr(analysis, name)


def _data(data: str) -> None:
    from analysis.numbers import figures

    figures.load(data)
    figures.forget()


def _pages() -> None:
    from analysis.pages import make

    make.warm_up()


if _DATA in os.environ:
    warm_up(os.environ[_DATA])
