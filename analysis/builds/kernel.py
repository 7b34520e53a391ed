"""The kernel of this process: ipykernel's own shell and displays, without sockets.

A notebook finds the same shell, magics and displays as in any kernel. Its output goes straight to
papermill's client. What C code and other programs write to standard output is lost.
"""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import functools
import io
import logging
import os
import signal
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from ipykernel.ipkernel import IPythonKernel
from ipykernel.kernelapp import IPKernelApp
from jupyter_client.session import Session
from nbclient.exceptions import DeadKernelError
from papermill.clientwrap import PapermillNotebookClient
from traitlets.config import Config

# Bytes: a notebook that shows more is not a report but a mistake, and would fill the memory.
_MOST_OUTPUT = 50_000_000


class CellTimeout(BaseException):
    """Raised in a cell that runs too long. Not an Exception: no `except` should catch it."""


class OutputTooLong(BaseException):
    """Raised in a cell whose notebook has shown too much."""


class _Wire(Session):
    """In place of a kernel's connection: it calls `hear` with each message and sends none."""

    hear: Callable[[dict[str, Any]], object]
    size = 0

    def send(self, _: Any, kind: Any, content: Any = None, *__: Any, **___: Any) -> None:  # type: ignore[override]
        """Call `hear` with a message, or with one made of a kind and a content."""
        message = kind if isinstance(kind, dict) else self.msg(kind, content)
        if message["msg_type"] in ("error", "stream"):
            message["content"] = _writable(message["content"])
        self.size += len(repr(message["content"]))
        if self.size > _MOST_OUTPUT:
            self.size = 0  # room for what is said about it
            raise OutputTooLong(f"printed more than {_MOST_OUTPUT // 1_000_000} MB")
        self.hear(message)


class OutStream(io.TextIOBase):
    """Standard output or error of the cells, in order with what they show."""

    encoding = "UTF-8"

    def __init__(self, wire: _Wire, name: str) -> None:
        self._wire, self.name = wire, name
        self._pieces, self._size = list[str](), 0

    def write(self, text: str) -> int:
        """Collect a text; it is sent when the stream is flushed, or when there is much."""
        self._pieces.append(text)
        self._size += len(text)
        if self._size > _MOST_OUTPUT // 500:
            self.flush()
        return len(text)

    def flush(self) -> None:
        """Send what was collected."""
        text, self._pieces, self._size = "".join(self._pieces), [], 0
        if text:
            self._wire.send(None, "stream", {"name": self.name, "text": text})


def _writable(content: Any) -> Any:
    """The content, with an escape for each character that no file can hold (`\\ud800`)."""
    if isinstance(content, dict):
        return {name: _writable(value) for name, value in content.items()}
    if isinstance(content, list):
        return [*map(_writable, content)]
    return (
        content.encode("utf-8", "backslashreplace").decode()
        if isinstance(content, str)
        else content
    )


@functools.cache
def kernel() -> Any:
    """The kernel of this process, made when it is first asked for; a fork takes it along."""
    # No file of the history, and no thread that writes it, which a fork would lose.
    app: Any = IPKernelApp.instance(config=Config({"HistoryManager": {"hist_file": ":memory:"}}))
    main = SimpleNamespace(parent_thread=threading.main_thread())
    app.kernel = IPythonKernel.instance(
        parent=app, session=_Wire(), log=app.log, user_ns=None, shell_channel_thread=main
    )
    app.kernel.io_loop = SimpleNamespace(call_later=lambda *_: None, stop=None)  # for exit()
    app.init_shell()
    app.init_gui_pylab()
    return app.kernel


class Client(PapermillNotebookClient):  # type: ignore[misc]
    """papermill's client of a kernel, whose cells are executed in this process."""

    def execute(self, note: Path | None = None, **_: Any) -> Any:
        """The notebook with its outputs. The file `note` holds the number of the cell that runs."""
        self._kernel = kernel()
        self._loop, self._context = asyncio.new_event_loop(), contextvars.copy_context()
        self._logging: tuple[list[logging.Handler], int] = ([], logging.WARNING)
        signal.signal(signal.SIGALRM, self._ring)
        with (
            (note or Path(os.devnull)).open("wb", buffering=0) as self._note,
            _fresh(self._kernel),
            contextlib.closing(self._loop),
        ):
            self.papermill_execute_cells()
        self.nb.metadata["language_info"] = self._kernel.language_info
        self.set_widgets_metadata()
        return self.nb

    def execute_cell(self, cell: Any, cell_index: int, **_: Any) -> Any:
        """The cell with its outputs. Raises CellExecutionError where it failed."""
        skipped = self.skip_cells_with_tag in cell.metadata.get("tags", [])
        if cell.cell_type != "code" or not cell.source.strip() or skipped:
            return cell
        # Counted as in the source: without the one that papermill adds.
        cells = self.nb.cells[: cell_index + 1]
        number = sum("injected-parameters" not in c.metadata.get("tags", []) for c in cells)
        self._note.seek(0)
        self._note.write(f"{number:6}".encode())  # in place: to truncate a file waits for the disk
        if self._kernel.shell.exit_now:
            raise DeadKernelError("the notebook has ended its own kernel")
        cell.outputs, self.clear_before_next_output = [], False
        cell.execution_count = self._kernel.shell.execution_count
        self._kernel.session.hear = lambda message: self.process_message(message, cell, cell_index)
        self._exchange_logging()
        signal.alarm(self._get_timeout(cell) or 0)
        reply = {"content": self._reply(cell)}
        self._exchange_logging()
        self._loop.run_until_complete(self._check_raise_for_error(cell, cell_index, reply))
        return cell

    def _reply(self, cell: Any) -> dict[str, Any]:
        """What the kernel replies when it has executed a cell."""
        execution = self._kernel.do_execute(cell.source, silent=False)
        try:
            task = self._loop.create_task(execution, context=self._context)
            reply: dict[str, Any] = self._loop.run_until_complete(task)
            sys.stdout.flush()
            sys.stderr.flush()
        except (CellTimeout, OutputTooLong) as error:  # while the cell waits, or after it
            name, text = type(error).__name__, str(error)
            reply = {"ename": name, "evalue": text, "traceback": [f"{name}: {text}"]}
            self._kernel.session.send(None, "error", reply)
            reply["status"] = "error"
        finally:
            signal.alarm(0)
        if reply.get("ename") == OutputTooLong.__name__:
            cell.outputs = [output for output in cell.outputs if output.output_type == "error"]
        return reply

    def _exchange_logging(self) -> None:
        """Swap the root logger's handlers and level: a notebook has its own, papermill another."""
        root = logging.getLogger()
        (handlers, level), self._logging = self._logging, (root.handlers, root.level)
        root.handlers = handlers
        root.setLevel(level)

    def _ring(self, *_: object) -> None:
        raise CellTimeout(f"ran longer than {self.timeout} s")


@contextlib.contextmanager
def _fresh(kernel: Any) -> Iterator[None]:
    """Within the block, the state of a Python in which a kernel has just been started."""
    if kernel.shell.execution_count > 1:
        kernel.shell.reset()
    kernel.shell.exit_now, kernel.session.size = False, 0
    before = sys.path, sys.stdout, sys.stderr
    sys.path = ["", *sys.path]
    sys.stdout, sys.stderr = (OutStream(kernel.session, name) for name in ("stdout", "stderr"))
    try:
        with warnings.catch_warnings():
            yield
    finally:
        sys.path, sys.stdout, sys.stderr = before
