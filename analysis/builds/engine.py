"""A notebook executed by papermill in this process, with an engine of our own called `warm`.

The engine is an entry point, so papermill imports this module whenever it is imported itself: only
the standard library is imported at the top.
"""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from analysis.builds.processes import Ended, Limits, RunError, running_cell


def execute(
    notebook: Path,
    parameters: Mapping[str, Any],
    folder: Path,
    limits: Limits | None = None,
    places: Mapping[str, str] | None = None,
) -> None:
    """Execute a notebook and leave it as `run.ipynb` in the folder; raise `RunError` if it failed.

    The same notebook leaves the same bytes. While it runs, the file `cell` in the folder holds the
    number of the cell. `places` are names that stand for paths: `{"/srv/data": "<data>"}`.
    """
    _source(notebook)
    run = folder / "run.ipynb"
    trouble = _papermill(notebook, parameters, run, limits or Limits())
    try:
        run.write_text(normal(run, places or {}), "utf-8")
    except (OSError, ValueError):  # papermill has left none, or one that it could not write
        run.unlink(missing_ok=True)
        if not trouble:
            raise
    if trouble:
        raise trouble


def _source(notebook: Path) -> Any:
    """The JSON of a notebook. Raises `RunError` where the file is none."""
    try:
        source = json.loads(notebook.read_text("utf-8"))
        _ = source["cells"]
    except (OSError, ValueError, TypeError, KeyError):
        cause = f"{notebook.name} is not a notebook (JSON with cells)."
        raise RunError(f"{cause} Restore it from the repository.") from None
    return source


def _papermill(
    notebook: Path, parameters: Mapping[str, Any], run: Path, limits: Limits
) -> RunError | None:
    """Have papermill run a notebook; gives what went wrong, or None."""
    import numpy
    import papermill
    from papermill.engines import papermill_engines
    from papermill.exceptions import PapermillExecutionError

    papermill_engines.register("warm", __getattr__("WarmEngine"))  # also if not installed
    random.seed(0)
    numpy.random.seed(0)
    try:
        papermill.execute_notebook(
            *(str(path).replace("{", "{{").replace("}", "}}") for path in (notebook, run)),
            engine_name="warm",
            parameters=dict(parameters),
            kernel_name="python3",
            progress_bar=False,
            request_save_on_cell_execute=False,
            execution_timeout=max(1, round(limits.seconds)),
            note=run.with_name("cell"),
        )
    except PapermillExecutionError as error:
        name, said = error.ename, error.evalue
    except Exception as error:  # a kernel that the notebook ended, cells that papermill cannot read
        name, said = type(error).__name__, str(error)
    else:
        return None
    first = next((line.strip() for line in said.splitlines() if line.strip()), "")
    if name == "ValidationError":  # its first line only counts the errors
        first = " ".join(said.partition(" [type=")[0].split())
    if name not in ("CellTimeout", "OutputTooLong", "DeadKernelError"):
        first = f"{name}: {first}" if first else name
    state = "timeout" if name == "CellTimeout" else "raised"
    return RunError(first, running_cell(run.parent), state)


def normal(run: Path, places: Mapping[str, str]) -> str:
    """The text of an executed notebook without what differs from run to run: times, ids, paths.

    Each cell has a line of its own: Python writes indented JSON ten times as slowly.
    """
    notebook = json.loads(run.read_text("utf-8"))
    notebook["metadata"] = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python", "pygments_lexer": "ipython3"},
        **{own: said for own, said in notebook["metadata"].items() if own == "briefing"},
    }
    notebook["nbformat_minor"] = 5
    marker = "papermill-error-cell-tag"  # papermill adds a cell that says that another failed
    kept = [each for each in notebook["cells"] if marker not in each["metadata"].get("tags", [])]
    for number, cell in enumerate(kept, start=1):
        cell["id"] = f"cell-{number:03}"
        cell["metadata"].pop("papermill", None)
    cells = ",\n".join(json.dumps(each, ensure_ascii=False, sort_keys=True) for each in kept)
    frame = {name: each for name, each in notebook.items() if name != "cells"}
    rest = json.dumps(frame, ensure_ascii=False, sort_keys=True)
    text = f'{{"cells": [\n{cells}\n], {rest[1:]}'
    for path, name in places.items():
        text = text.replace(path, name)
    return text + "\n"


def note_end(notebook: Path, run: Path, parameters: Mapping[str, Any], ended: Ended) -> None:
    """Write the run of a killed process: its source, with an error in the cell that ran."""
    source = _source(notebook)
    if ended.cell:
        about = {"ename": ended.state, "evalue": ended.cause, "traceback": [ended.cause]}
        source["cells"][ended.cell - 1]["outputs"] = [{"output_type": "error", **about}]
    text = f"{ended.cause}, with the parameters `{dict(parameters)}`"
    first = {"cell_type": "markdown", "id": "given", "metadata": {}, "source": text}
    source["cells"].insert(0, first)
    run.parent.mkdir(parents=True, exist_ok=True)
    run.write_text(json.dumps(source, ensure_ascii=False, indent=1) + "\n", "utf-8")


def __getattr__(name: str) -> Any:
    """Make the class `WarmEngine` when it is first asked for: papermill may still be importing."""
    if name != "WarmEngine":
        raise AttributeError(name)
    from papermill.engines import NBClientEngine
    from papermill.log import logger

    class WarmEngine(NBClientEngine):  # type: ignore[misc]
        """A papermill engine that executes cells in this process, which should do nothing else."""

        @classmethod
        def execute_managed_notebook(cls, nb_man: Any, *_: Any, **settings: Any) -> Any:
            """Execute the cells in order."""
            from analysis.builds.kernel import Client

            seconds, note = (settings.pop(name, None) for name in ("execution_timeout", "note"))
            settings["log"] = logger
            for unused in ("input_path", "start_timeout", "kernel_name"):
                settings.pop(unused, None)
            return Client(nb_man, timeout=seconds, **settings).execute(note)

    return WarmEngine
