"""The kernel of this process: ipykernel's own, without sockets.

What it sends is kept and handed over after each cell. So a notebook finds what it finds in any
kernel: the same shell, the same magics, a running event loop, an answer to `input()`.

Only the standard library is imported at the top: see `engine`.
"""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import decimal
import functools
import importlib.util
import io
import logging
import os
import select
import signal
import sys
import tempfile
import threading
import warnings
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

# A notebook that shows more than this is not a report but a mistake, and would fill memory and
# disk. Of what it has printed, some pieces of some length are kept then.
_MOST_OUTPUT, _KEPT_PIECES, _KEPT_LENGTH = 50_000_000, 100, 1_000

# Set before the first cell.
SEED = "import random; random.seed(0); import numpy; numpy.random.seed(0); del random, numpy"


class CellTimeout(BaseException):
    """Raised in a cell that runs too long. Not an Exception: no `except` should catch it."""


class OutputTooLong(BaseException):
    """Raised in a cell whose notebook has shown too much."""


@functools.cache
def kernel() -> Any:
    """The kernel of this process, made when it is first asked for; a fork takes it along."""
    from ipykernel.ipkernel import IPythonKernel
    from ipykernel.kernelapp import IPKernelApp
    from jupyter_client.session import Session
    from traitlets.config import Config

    # No file of the history, and no thread that writes it, which a fork would lose.
    settings = Config({"HistoryManager": {"hist_file": ":memory:"}})
    app: Any = IPKernelApp.instance(config=settings)
    app.kernel = IPythonKernel.instance(
        parent=app,
        session=Session(parent=app, check_pid=False),
        iopub_socket=_Wire(),
        log=app.log,
        user_ns=None,
        shell_channel_thread=SimpleNamespace(parent_thread=threading.main_thread()),
    )
    app.init_shell()
    app.init_pdb()
    app.init_gui_pylab()
    app.init_extensions()
    return app.kernel


class _Wire:
    """Stands where a kernel has its connection: keeps what is sent."""

    def __init__(self) -> None:
        self.empty()

    def empty(self) -> None:
        """Forget everything."""
        self.sent: list[list[bytes]] = []
        self.size, self.full = 0, False

    def send_multipart(self, parts: list[bytes], **_: Any) -> None:
        """Keep one message, in parts."""
        self.size += sum(len(part) for part in parts)
        if self.size > _MOST_OUTPUT:
            self.size, self.full = 0, True  # room for what is said about it
            del self.sent[_KEPT_PIECES:]
            raise OutputTooLong(f"printed more than {_MOST_OUTPUT // 1_000_000} MB")
        self.sent.append(parts)

    def take(self, session: Any) -> list[dict[str, Any]]:
        """The messages kept since this was last called."""
        sent, self.sent = self.sent, []
        messages = [session.deserialize(session.feed_identities(parts)[1]) for parts in sent]
        for message in messages if self.full else ():
            if message["msg_type"] == "stream":
                message["content"]["text"] = message["content"]["text"][:_KEPT_LENGTH]
        return messages


# ----------------------------------------------------------------------------- the cells of a run


class Run:
    """The run of a notebook, in a kernel that is as if it had just started; a context manager."""

    def __init__(self, seconds: float | None = None) -> None:
        self._seconds = seconds
        self._kernel = kernel()
        self._logging: tuple[list[logging.Handler], int] = ([], logging.WARNING)

    def __enter__(self) -> Run:
        self._exit = contextlib.ExitStack()
        self._exit.enter_context(_fresh(self._kernel.shell))
        wire, session = self._kernel.iopub_socket, self._kernel.session
        wire.empty()
        self._streams = [OutStream(session, wire, *each) for each in (("stdout", 1), ("stderr", 2))]
        for stream in self._streams:
            self._exit.callback(stream.close)
        self._exit.callback(setattr, sys, "stdout", sys.stdout)
        self._exit.callback(setattr, sys, "stderr", sys.stderr)
        sys.stdout, sys.stderr = self._streams
        self._loop = asyncio.new_event_loop()
        self._exit.callback(self._loop.close)
        self._context = contextvars.copy_context()
        exec(SEED, {})  # as late as this: what runs before may draw random numbers, too
        return self

    def __exit__(self, *_: object) -> None:
        self._exit.close()

    def cell(self, source: str, more: bool) -> tuple[int, dict[str, Any], list[dict[str, Any]]]:
        """(the number of a cell, how it failed or nothing, what the kernel sent for it).

        `more`: other cells follow, so that it must not end the kernel.
        """
        shell, count = self._kernel.shell, self._kernel.shell.execution_count
        with self._in_notebook():
            try:
                with _alarm(self._seconds):
                    task = self._loop.create_task(self._execute(source), context=self._context)
                    reply = self._loop.run_until_complete(task)
            except (CellTimeout, OutputTooLong) as error:  # while the cell waits, or after it
                reply = self._error(type(error).__name__, str(error))
        if shell.exit_now and more:
            reply = self._error("SystemExit", "the notebook ended its own kernel")
        sent = self._kernel.iopub_socket.take(self._kernel.session)
        # What tasks of earlier cells show belongs to those, which are over.
        cell = self._request["header"]["msg_id"]
        messages = [each for each in sent if each["parent_header"].get("msg_id") == cell]
        return count, reply if reply["status"] == "error" else {}, messages

    async def _execute(self, source: str) -> dict[str, Any]:
        from tornado.ioloop import IOLoop

        about = {"silent": False, "store_history": True, "user_expressions": {}}
        content = {"code": source, **about, "allow_stdin": False, "stop_on_error": True}
        self._request = self._kernel.session.msg("execute_request", content)
        self._kernel.io_loop = IOLoop.current()
        self._kernel.set_parent([], self._request)
        reply: dict[str, Any] = await self._kernel.do_execute(source, **about)
        for stream in self._streams:
            stream.flush()
        return reply

    def _error(self, name: str, value: str) -> dict[str, Any]:
        """The reply for a cell that failed without noticing it."""
        error = {"ename": name, "evalue": value, "traceback": [f"{name}: {value}"]}
        self._kernel.session.send(self._kernel.iopub_socket, "error", error, self._request)
        return {"status": "error", **error}

    @contextlib.contextmanager
    def _in_notebook(self) -> Iterator[None]:
        """Descriptors and logging are those of the notebook in the block, else of papermill."""
        for stream in self._streams:
            stream.hold()
        self._exchange_logging()
        try:
            yield
        finally:
            self._exchange_logging()
            for stream in self._streams:
                stream.release()

    def _exchange_logging(self) -> None:
        root = logging.getLogger()
        handlers, level = self._logging
        self._logging = root.handlers, root.level
        root.handlers = handlers
        root.setLevel(level)


@contextlib.contextmanager
def _fresh(shell: Any) -> Iterator[None]:
    """Within the block, the state of a Python in which a kernel has just been started."""
    before = sys.argv, sys.path, sys.warnoptions
    os.environ["JPY_PARENT_PID"] = str(os.getppid())
    launcher = importlib.util.find_spec("ipykernel_launcher")
    file = str(Path(tempfile.gettempdir()) / "kernel.json")
    history = "--HistoryManager.hist_file=:memory:"
    sys.argv = [launcher.origin if launcher and launcher.origin else "", "-f", file, history]
    sys.path, sys.warnoptions = [*sys.path], []
    if "" not in sys.path:
        packages = (n for n, path in enumerate(sys.path) if path.endswith("-packages"))
        sys.path.insert(next(packages, 0), "")
    if shell.execution_count > 1:
        shell.reset()
    shell.exit_now = False
    shell.user_ns["_dh"][:] = [Path().absolute()]
    with warnings.catch_warnings(), decimal.localcontext(decimal.Context()):
        _reset_warnings()
        try:
            yield
        finally:
            sys.argv, sys.path, sys.warnoptions = before
            os.environ.pop("JPY_PARENT_PID", None)


def _reset_warnings() -> None:
    """Only Python's own filters, and those of libraries for what is theirs."""
    logging.captureWarnings(False)
    own = [filter for filter in warnings.filters if filter[1] or filter[2].__module__ != "builtins"]
    warnings.resetwarnings()
    hidden = (DeprecationWarning, PendingDeprecationWarning, ImportWarning, ResourceWarning)
    of_python: list[Any] = [("default", None, DeprecationWarning, "__main__", 0)]
    of_python += [("ignore", None, category, None, 0) for category in hidden]
    warnings.filters[:] = [*own, *of_python]  # type: ignore[index]


@contextlib.contextmanager
def _alarm(seconds: float | None) -> Iterator[None]:
    """Raise CellTimeout in the block after some seconds; only the main thread can have an alarm."""
    main = threading.current_thread() is threading.main_thread()
    if not seconds or not hasattr(signal, "setitimer") or not main:
        yield
        return

    def ring(*_: object) -> None:
        raise CellTimeout(f"ran longer than {seconds:g} s")

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        if signal.getsignal(signal.SIGALRM) is ring:  # else the notebook has an alarm of its own
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)


# -------------------------------------------------------------------------------- what is printed


class OutStream(io.TextIOBase):
    """Standard output or error of the cells, and what others write to its descriptor."""

    encoding = "UTF-8"

    def __init__(self, session: Any, wire: _Wire, name: str, descriptor: int) -> None:
        super().__init__()
        self.name = name
        self._session, self._wire, self._descriptor = session, wire, descriptor
        self._process, self._lock = os.getpid(), threading.RLock()
        self._pieces: list[str] = []
        self._size = 0
        self._cell = contextvars.ContextVar[dict[str, Any]]("cell")
        self._current: dict[str, Any] = {}
        self._original = os.dup(descriptor)
        self._reading, self._writing = os.pipe()
        os.set_blocking(self._reading, False)
        threading.Thread(target=self._watch, name=f"watch {name}", daemon=True).start()

    def hold(self) -> None:
        """Take what is written to the descriptor, e.g. by other programs."""
        with contextlib.suppress(AttributeError, OSError, ValueError):
            getattr(sys, f"__{self.name}__").flush()
        os.dup2(self._writing, self._descriptor)

    def release(self) -> None:
        """Leave the descriptor as it was."""
        os.dup2(self._original, self._descriptor)

    def set_parent(self, request: dict[str, Any]) -> None:
        """Begin a cell (the kernel calls this); what came after the one before is lost."""
        with self._lock:
            self._pieces, self._size = [], 0
        self._current = request
        self._cell.set(request)

    def write(self, text: str) -> int:
        """Keep a text until there is much, or the stream is flushed."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text)}")
        if os.getpid() != self._process:  # a process forked by the notebook
            return os.write(self._writing, text.encode(errors="replace"))
        if self._cell.get(self._current) is not self._current:  # a task of an earlier cell
            return len(text)
        if self.closed:
            raise ValueError("I/O operation on closed file")
        with self._lock:
            self._take()
            self._pieces.append(text)
            self._size += len(text)
        if self._size > 100_000:
            self.flush()
        return len(text)

    def flush(self) -> None:
        """Send what was written so far."""
        if self.closed or os.getpid() != self._process:
            return
        with self._lock:
            self._take()
            text, self._pieces, self._size = "".join(self._pieces), [], 0
        if text:
            self._session.send(
                self._wire, "stream", {"name": self.name, "text": text}, self._current
            )

    def close(self) -> None:
        """Stop watching the descriptor; what was not sent is lost."""
        if not self.closed:
            with contextlib.suppress(OutputTooLong):
                super().close()
            os.close(self._writing)  # which ends the thread

    def fileno(self) -> int:
        """The descriptor that was there before, as in a kernel."""
        return self._original

    def writable(self) -> bool:
        """Yes."""
        return True

    def _take(self) -> None:
        with contextlib.suppress(BlockingIOError):
            while self._size <= _MOST_OUTPUT and (data := os.read(self._reading, 1 << 16)):
                self._pieces.append(data.decode(errors="replace"))
                self._size += len(data)

    def _watch(self) -> None:
        """Empty the pipe, so that nobody has to wait for the end of the cell to write on."""
        poll = select.poll()
        poll.register(self._reading, select.POLLIN)
        while all(event == select.POLLIN for _, event in poll.poll()):
            with self._lock:
                self._take()
                if self._size > _MOST_OUTPUT:  # whoever writes to a closed pipe is ended
                    nothing = os.open(os.devnull, os.O_RDONLY)
                    os.dup2(nothing, self._reading)
                    return
        os.close(self._reading)
