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
    aliases: Mapping[str, str] | None = None,
) -> None:
    """Execute a notebook and leave it as `run.ipynb` in the folder; raise `RunError` if it failed.

    The same notebook leaves the same bytes. While it runs, the file `cell` in the folder holds the
    number of the cell. `aliases` are names that stand for paths: `{"/srv/data": "<data>"}`.
    """
    import numpy
    import papermill
    from papermill.engines import papermill_engines
    from papermill.exceptions import PapermillExecutionError

    _source(notebook)
    run, seconds = folder / "run.ipynb", (limits or Limits()).seconds
    papermill_engines.register("warm", __getattr__("WarmEngine"))  # also if not installed
    random.seed(0)
    numpy.random.seed(0)
    try:
        papermill.execute_notebook(
            str(notebook).replace("{", "{{").replace("}", "}}"),
            None,  # it would be written with an indent for each bracket: a fifth of the cells' time
            engine_name="warm",
            parameters=dict(parameters),
            kernel_name="python3",
            progress_bar=False,
            request_save_on_cell_execute=False,
            execution_timeout=max(1, round(seconds)),
            note=folder / "cell",
            keep=lambda executed: run.write_bytes(normal(executed, aliases or {}).encode()),
        )
    except PapermillExecutionError as error:
        raise _failure(error.ename, error.evalue, folder) from None
    except Exception as error:  # a kernel that the notebook ended, cells that papermill cannot read
        raise _failure(type(error).__name__, str(error), folder) from None


def _source(notebook: Path) -> Any:
    """The JSON of a notebook. Raises `RunError` where the file is none."""
    try:
        source = json.loads(notebook.read_text("utf-8"))
        _ = source["cells"]
    except (OSError, ValueError, TypeError, KeyError):
        cause = f"{notebook.name} is not a notebook (JSON with cells)."
        raise RunError(f"{cause} Restore it from the repository.") from None
    return source


def _failure(name: str, message: str, folder: Path) -> RunError:
    """What went wrong in a run, in one line, from the name and message of an error."""
    first = next((line.strip() for line in message.splitlines() if line.strip()), "")
    if name == "ValidationError":  # its first line only counts the errors
        first = " ".join(message.partition(" [type=")[0].split())
    if name not in ("CellTimeout", "OutputTooLong", "DeadKernelError"):
        first = f"{name}: {first}" if first else name
    state = "timeout" if name == "CellTimeout" else "raised"
    return RunError(first, running_cell(folder), state)


def normal(executed: Mapping[str, Any], aliases: Mapping[str, str]) -> str:
    """The text of an executed notebook without what differs from run to run: times, ids, paths.

    Each cell has a line of its own.
    """
    metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python", "pygments_lexer": "ipython3"},
        **{name: value for name, value in executed["metadata"].items() if name == "briefing"},
    }
    frame = {"metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    cells = []
    for number, cell in enumerate(executed["cells"], start=1):
        kept = {name: value for name, value in cell["metadata"].items() if name != "papermill"}
        cells.append(_json({**cell, "id": f"cell-{number:03}", "metadata": kept}))
    listed = ",\n".join(cells)
    text = f'{{"cells": [\n{listed}\n], {_json(frame)[1:]}'
    for path, name in aliases.items():
        text = text.replace(path, name)
    return text + "\n"


def _json(content: Any) -> str:
    return json.dumps(content, ensure_ascii=False, sort_keys=True)


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
            """Execute the cells in order; `keep`, if given, takes the executed notebook, of which
            only the errors are then left to papermill."""
            from analysis.builds.kernel import Client

            seconds, note, keep = (
                settings.pop(name, None) for name in ("execution_timeout", "note", "keep")
            )
            settings["log"] = logger
            for unused in ("input_path", "start_timeout", "kernel_name"):
                settings.pop(unused, None)
            executed = Client(nb_man, timeout=seconds, **settings).execute(note)
            if keep:
                keep(executed)
                for cell in (cell for cell in executed.cells if "outputs" in cell):
                    cell.outputs = [
                        output for output in cell.outputs if output.output_type == "error"
                    ]
            return executed

    return WarmEngine
