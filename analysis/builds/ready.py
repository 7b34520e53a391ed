"""What every report needs, imported once: importing this file makes a process ready to be forked.

The server from which reports are forked preloads it by name. Whatever goes wrong here goes wrong
again in the report that needs it, in a cell that says so, and must not stop the server.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import importlib
import importlib.util
import os
import sys
from pathlib import Path
from typing import Any

MODULE = __name__
_DATA = "ANALYSIS_DATA"


def environment(package: Path, scratch: Path, data: Path | None = None) -> dict[str, str]:
    """The environment every report is made in, the same for every user, place and time zone.

    `package` is the folder that holds the package; with `data`, that of the tables, a process in
    this environment makes itself ready when it imports this module.
    """
    fixed = {
        **({_DATA: str(data)} if data else {}),
        "SOURCE_DATE_EPOCH": "315532800",  # 1980-01-01: the earliest day that archives can hold
        "PYTHONHASHSEED": "0",
        "PYTHONUTF8": "1",
        # The package, wherever it lies, before any other of its name; nothing from where we are.
        "PYTHONPATH": os.pathsep.join(
            [str(package), *filter(None, [os.environ.get("PYTHONPATH")])]
        ),
        "PYTHONSAFEPATH": "1",
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "IPYTHONDIR": str(scratch / "ipython"),  # nobody's startup files
        # One thread each: reports run side by side, and a sum must not depend on the machine.
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
    }
    matplotlib = importlib.util.find_spec("matplotlib")
    if matplotlib and matplotlib.origin:  # nobody's matplotlibrc
        fixed["MATPLOTLIBRC"] = str(Path(matplotlib.origin).parent / "mpl-data" / "matplotlibrc")
    dropped = {"PYTHONSTARTUP", "PYTHONWARNINGS", "PYTHONOPTIMIZE", "LANGUAGE", "LANG"}
    return {name: value for name, value in os.environ.items() if name not in dropped} | fixed


def warm_up(data: str) -> None:
    """Import what notebooks and pages import, read the data, and draw and write a page."""
    modules: dict[str, Any] = sys.modules
    # jsonschema, behind nbformat, imports this to check one kind of address that notebooks do not
    # hold, and takes two seconds to compile its grammar.
    modules.setdefault("rfc3987_syntax", None)
    gc.disable()  # imports leave hardly any garbage, and to look for it takes a third of their time
    with contextlib.suppress(Exception):
        _import(data)
    if modules["rfc3987_syntax"] is None:
        del modules["rfc3987_syntax"]
    gc.freeze()  # the reports share these pages of memory as long as nobody writes to them
    gc.enable()


def _import(data: str) -> None:
    for name in ("nbformat", "numpy", "papermill"):
        importlib.import_module(name)
    import analysis
    from analysis.builds import kernel
    from analysis.numbers import figures
    from analysis.pages import make

    with kernel.kernel().shell.builtin_trap:  # libraries notice that they are in a kernel
        for name in analysis.__all__:
            getattr(analysis, name)
    make.warm_up()
    figures.load(data)
    figures.forget()


if _DATA in os.environ:  # this is the server
    for stream in (0, 1, 2):
        os.dup2(os.open(os.devnull, os.O_RDWR), stream)
    atexit.register(os._exit, 0)  # to take the libraries down would take a second
    warm_up(os.environ[_DATA])
