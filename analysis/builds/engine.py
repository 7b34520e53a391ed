"""One notebook, executed: papermill with an engine whose kernel is this process.

The notebooks that come out are those of any other kernel, byte for byte, once `normalise` has taken
out what differs from run to run. papermill imports this module whenever papermill is imported (the
engine is one of its entry points), so only the standard library is imported at the top.
"""

from __future__ import annotations

import functools
import importlib
import itertools
import json
import logging
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from analysis.builds import kernel
from analysis.builds.processes import Ended, Limits, RunError

# ------------------------------------------------------------------------------------ one notebook


def execute(
    notebook: Path,
    parameters: Mapping[str, Any],
    folder: Path,
    limits: Limits | None = None,
    warm: bool = True,
    replace: Mapping[str, str] | None = None,
) -> Any:
    """The executed notebook, normalised; also left in the folder as `run.ipynb`.

    Where it failed it is left there, too, and RunError raised. The file `cell` beside it holds the
    number of the cell that runs. `replace` names paths, e.g. `{"/srv/project": "<project>"}`.
    """
    _refuse_unreadable(notebook)
    run = folder / "run.ipynb"
    trouble = _papermill(notebook, parameters, run, limits or Limits(), warm)
    if not run.exists():
        raise trouble or RunError("papermill wrote no notebook")
    nbformat = _nbformat()
    places = {str(folder): "<run>", **(replace or {})}
    executed = normalise(nbformat.read(run, as_version=4), places)
    run.write_text(nbformat.writes(executed) + "\n", "utf-8")
    if trouble:
        raise trouble
    return executed


def _refuse_unreadable(notebook: Path) -> None:
    try:
        _ = json.loads(notebook.read_text("utf-8"))["cells"]
    except (OSError, ValueError, TypeError, KeyError):
        cause = f"{notebook.name} is not a notebook (JSON with cells)."
        raise RunError(f"{cause} Restore it from the repository.") from None


def _papermill(
    notebook: Path, parameters: Mapping[str, Any], run: Path, limits: Limits, warm: bool
) -> RunError | None:
    """What went wrong when papermill ran a notebook."""
    _nbformat()
    import papermill
    from papermill.engines import papermill_engines
    from papermill.exceptions import PapermillExecutionError

    papermill_engines.register("warm", WarmEngine)  # also where the package is not installed
    settings: dict[str, Any] = {"engine_name": "warm", "note": run.with_name("cell")}
    if not warm:
        arguments = [f"--IPKernelApp.exec_lines={kernel.SEED}"]
        settings = {"record_timing": False, "extra_arguments": arguments}
    try:
        papermill.execute_notebook(
            *(str(path).replace("{", "{{").replace("}", "}}") for path in (notebook, run)),
            parameters=dict(parameters),
            kernel_name="python3",
            progress_bar=False,
            request_save_on_cell_execute=False,
            start_timeout=60,
            execution_timeout=max(1, round(limits.seconds)),
            **settings,
        )
    except PapermillExecutionError as error:
        return _trouble(error.ename, error.evalue, _failed_cell(run))
    except Exception as error:  # a kernel that died or hangs, cells that papermill cannot read
        return _trouble(type(error).__name__, str(error))
    return None


def _trouble(name: str, value: str, cell: int = 0) -> RunError:
    first = next((line.strip() for line in value.splitlines() if line.strip()), "")
    if name in ("CellTimeout", "CellTimeoutError"):
        cause = re.sub(r"^A cell timed out.*", "a cell ran longer than allowed", first)
        return RunError(cause, cell, "timeout")
    if name == "OutputTooLong":
        return RunError(first, cell)
    return RunError(f"{name}: {first}" if first else name, cell)


def _of_source(cells: Iterable[Any]) -> list[Any]:
    """The cells without those that papermill adds."""
    added = {"injected-parameters", "papermill-error-cell-tag"}
    return [cell for cell in cells if not added & set(cell["metadata"].get("tags", []))]


def _failed_cell(run: Path) -> int:
    """Which cell of the source raised, counted from 1."""
    cells = _of_source(json.loads(run.read_text("utf-8"))["cells"])
    for number, cell in enumerate(cells, start=1):
        if any(output["output_type"] == "error" for output in cell.get("outputs", [])):
            return number
    return 0


def note_end(notebook: Path, run: Path, parameters: Mapping[str, Any], ended: Ended) -> None:
    """Write the notebook that a killed process could not: its source, with the end in its cell."""
    nbformat = _nbformat()
    try:
        source = nbformat.read(notebook, as_version=4)
    except Exception:  # not a notebook; there is nothing to keep
        return
    for number, cell in enumerate(source.cells, start=1):
        if cell.cell_type == "code":
            cell.outputs = []
            if number == ended.cell:
                about = {"ename": ended.state, "evalue": ended.cause, "traceback": [ended.cause]}
                cell.outputs = [nbformat.v4.new_output("error", **about)]
    given = "\n".join(f"{name} = {value!r}" for name, value in parameters.items())
    text = f"Run with these parameters: {ended.cause}\n\n```python\n{given}\n```"
    source.cells.insert(0, nbformat.v4.new_markdown_cell(text))
    run.parent.mkdir(parents=True, exist_ok=True)
    run.write_text(nbformat.writes(normalise(source)) + "\n", "utf-8")


def _nbformat() -> Any:
    """nbformat, but jsonschema behind it does not import what checks addresses that notebooks lack.

    That takes two seconds to compile its grammar.
    """
    modules: dict[str, Any] = sys.modules
    kept = modules.setdefault("rfc3987_syntax", None)
    try:
        return importlib.import_module("nbformat")
    finally:
        if kept is None:
            del modules["rfc3987_syntax"]


# --------------------------------------------------------------- the same bytes, whenever it is run


def normalise(notebook: Any, replace: Mapping[str, str] | None = None) -> Any:
    """The executed notebook without times, ids, numbers of processes and places.

    The ids of cells are their positions. Plain text goes where there is HTML: it may hold a memory
    address.
    """
    notebook.metadata = type(notebook.metadata)(
        kernelspec={"display_name": "Python 3", "language": "python", "name": "python3"},
        language_info={"name": "python", "pygments_lexer": "ipython3"},
    )
    notebook.nbformat_minor = 5
    marker = "papermill-error-cell-tag"
    notebook.cells = [
        cell for cell in notebook.cells if marker not in cell.metadata.get("tags", [])
    ]
    for number, cell in enumerate(notebook.cells, start=1):
        cell.id = f"cell-{number:03}"
        for name in ("papermill", "execution"):
            cell.metadata.pop(name, None)
        if cell.cell_type == "code":
            cell.source = _named(cell.source, replace)
            cell.outputs = [_normal_output(output, replace) for output in _joined(cell.outputs)]
    return notebook


def _joined(outputs: Iterable[Any]) -> Iterator[Any]:
    """The outputs, with what was printed between two others put together: stdout, then stderr.

    In which pieces and which order a kernel sends the two depends on its clock.
    """
    for printed, group in itertools.groupby(outputs, lambda output: output.output_type == "stream"):
        if not printed:
            yield from group
            continue
        pieces = list(group)
        for name in ("stdout", "stderr"):
            of_name = [piece for piece in pieces if piece.name == name]
            if of_name:
                of_name[0].text = "".join(piece.text for piece in of_name)
                yield of_name[0]


def _normal_output(output: Any, replace: Mapping[str, str] | None) -> Any:
    if output.output_type == "stream":
        output.text = _named(output.text, replace)
    elif output.output_type == "error":
        output.evalue = _named(output.evalue, replace)
        output.traceback = [_named(line, replace) for line in output.traceback]
    elif "text/html" in output.data:
        output.data.pop("text/plain", None)
    return output


def _named(text: str, replace: Mapping[str, str] | None) -> str:
    """The text with names for places and numbers of processes; longer paths first."""
    if "ipykernel_" in text:
        text = re.sub(r"(?<![^\s'\"])[^\s'\"]*ipykernel_\d+[/\\]\d+\.py", "<cell>.py", text)
    for path, name in sorted((replace or {}).items(), key=lambda item: -len(item[0])):
        text = text.replace(path, name)
    return text.replace(sys.prefix, "<python>").replace(sys.base_prefix, "<python>")


# ---------------------------------------------------------------------------------- the warm engine


class WarmEngine:
    """A papermill engine that executes cells in this process, which should do nothing else.

    `papermill --engine warm in.ipynb out.ipynb` uses it, and so does the build.
    """

    @classmethod
    def execute_notebook(cls, nb: Any, kernel_name: str, **settings: Any) -> Any:
        """The notebook with the outputs of its cells, executed up to its end or the first error."""
        from papermill.engines import Engine

        # A class made here: papermill may be importing itself while it imports this module.
        engine: Any = type("Warm", (Engine,), {"execute_managed_notebook": cls._execute})
        return engine.execute_notebook(nb, kernel_name, **settings)

    @staticmethod
    def _execute(
        nb_man: Any,
        kernel_name: str,  # noqa: ARG004  (papermill gives it; this process is the kernel)
        execution_timeout: float | None = None,
        note: Path | None = None,
        **settings: Any,
    ) -> None:
        """Execute the cells in order; the file `note` holds the number of the one that runs."""
        for name in ("input_path", "start_timeout"):
            settings.pop(name, None)
        client = _client()(nb_man, log=logging.getLogger("papermill"), **settings)
        with kernel.Run(execution_timeout) as client.kernel_run:
            client.note = note
            client.papermill_execute_cells()
        client.nb.metadata["language_info"] = kernel.kernel().language_info
        client.set_widgets_metadata()

    @classmethod
    def nb_kernel_name(cls, nb: Any, name: str | None = None) -> str:
        """The kernel the notebook asks for."""
        from papermill.utils import nb_kernel_name

        return str(nb_kernel_name(nb, name))

    @classmethod
    def nb_language(cls, nb: Any, language: str | None = None) -> str:
        """The language of the notebook."""
        from papermill.utils import nb_language

        return str(nb_language(nb, language))


@functools.cache
def _client() -> Any:
    """The client of papermill, but its cells are executed here."""
    from nbclient.exceptions import CellExecutionError
    from papermill.clientwrap import PapermillNotebookClient

    class Client(PapermillNotebookClient):  # type: ignore[misc]
        """Makes outputs of the messages of the kernel."""

        kernel_run: kernel.Run
        note: Path | None

        def execute_cell(self, cell: Any, cell_index: int, **_: Any) -> Any:
            """The cell with its outputs. Raises CellExecutionError where it failed."""
            if not self._executes(cell):
                return cell
            if self.note:
                number = len(_of_source(self.nb.cells[: cell_index + 1]))
                self.note.write_text(str(number), "ascii")
            more = any(self._executes(later) for later in self.nb.cells[cell_index + 1 :])
            cell.outputs, self.clear_before_next_output = [], False
            cell.execution_count, error, messages = self.kernel_run.cell(cell.source, more)
            for message in messages:
                self.process_message(message, cell, cell_index)
            if error and not self._allows(cell, error["ename"]):
                raise CellExecutionError.from_cell_and_msg(cell, error)
            return cell

        def _executes(self, cell: Any) -> bool:
            skipped = self.skip_cells_with_tag in cell.metadata.get("tags", [])
            return cell.cell_type == "code" and bool(cell.source.strip()) and not skipped

        def _allows(self, cell: Any, name: str) -> bool:
            tagged = "raises-exception" in cell.metadata.get("tags", [])
            allowed = self.allow_errors or name in self.allow_error_names or tagged
            return allowed and not self.force_raise_errors

    return Client


def shell() -> Any:
    """The shell of the kernel of this process."""
    return kernel.kernel().shell
