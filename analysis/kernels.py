"""Warm, isolated kernels: one process imports the libraries, and every report runs in a fork of it.

Starting a kernel and importing pandas, matplotlib and seaborn takes longer than most reports do. Here one
process, the *foreman*, does it once. For each report it forks a child, which is a process of its own: what
one notebook does to globals, settings, environment, working directory or random numbers, the next never sees.
A child that hangs, dies or leaves processes behind is ended together with its whole process group.

Inside a child papermill runs the notebook with ``WarmEngine``, which executes the cells in the shell of
ipykernel, without sockets. Where processes cannot fork (Windows), each report gets an ordinary kernel through
papermill's own engine; the notebooks that come out are the same, byte for byte, once ``normalise`` has
taken out what differs from run to run.

papermill imports this module whenever papermill is imported (``WarmEngine`` is one of its entry points), so
only the standard library is imported at the top.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import importlib.util
import io
import itertools
import json
import os
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

# What every run needs. The build adds the modules of the reading half, and with them pandas and matplotlib.
_LIBRARIES = ("papermill", "nbformat", "numpy")

CAN_FORK = hasattr(os, "fork")

# 1980-01-01, the earliest day every archive and image format can hold. Any fixed day would do.
_EPOCH = "315532800"

# A notebook that prints more than this is not a report but a mistake, and would fill memory and disk.
_MOST_OUTPUT = 50_000_000
_SHOWN_OUTPUT = 1_000  # characters kept of each piece then

# Seconds from the time-out inside a notebook (a traceback that names the cell) to the end of its processes.
_GRACE = 3.0


class RunError(Exception):
    """A report that could not be made: which cell (counted in the notebook's source; 0 for none) and why."""

    def __init__(self, cause: str, cell: int = 0) -> None:
        super().__init__(cause)
        self.cause = cause
        self.cell = cell


class CellTimeout(BaseException):
    """Raised in a cell that runs too long. Not an Exception: a notebook's ``except`` must not catch it."""


class OutputTooLong(BaseException):
    """Raised inside a cell whose notebook has printed too much."""


@dataclass(frozen=True)
class Limits:
    """What one report may use: seconds, for each cell and in all, and megabytes of memory (0: no limit)."""

    seconds: float = 300.0
    megabytes: int = 0


@dataclass(frozen=True)
class Job:
    """Work for one child: its name, a private folder for what it makes, and what the task is told."""

    name: str
    folder: str
    arguments: Mapping[str, Any]


@dataclass(frozen=True)
class Ended:
    """How a job ended: ``state`` is done, raised, timeout or died; the cause is one line for people."""

    name: str
    state: str
    cause: str = ""
    cell: int = 0
    seconds: float = 0.0


# ------------------------------------------------------------------------------------- for the builder


class Kernels:
    """The foreman, seen from the build: started at once, told of the jobs later, gone when the block ends.

    ``task`` names the function every child calls, as ``module:function``. ``preload`` names modules, and
    ``prepare`` functions with their arguments, that the foreman imports and calls once for all of them.

    >>> with Kernels(root, scratch, task="analysis.pages:make", preload=["analysis.charts"]) as kernels:
    ...     for ended in kernels.run(jobs, workers=2):
    ...         print(ended.name, ended.state)
    """

    def __init__(
        self,
        root: Path,
        scratch: Path,
        task: str,
        preload: Sequence[str] = (),
        prepare: Sequence[tuple[str, Mapping[str, Any]]] = (),
        warm: bool | None = None,
    ) -> None:
        self._scratch = scratch
        self._log = scratch / "foreman.txt"
        scratch.mkdir(parents=True, exist_ok=True)
        warm = CAN_FORK if warm is None else warm
        orders = {"task": task, "preload": list(preload), "prepare": list(prepare), "warm": warm}
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-c", _START, "_foreman"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                cwd=scratch,
                env=environment(root, scratch),
                # Its own session: killing the build's process group must leave somebody to end the children.
                start_new_session=True,
                text=True,
                encoding="utf-8",
            )
        self._send(orders)

    def __enter__(self) -> Kernels:
        return self

    def __exit__(self, *_: object) -> None:
        """End the foreman; it ends its children, with everything they started."""
        for stream in (self._process.stdin, self._process.stdout):
            with contextlib.suppress(OSError):
                if stream:
                    stream.close()
        try:
            self._process.wait(timeout=_GRACE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def run(self, jobs: Sequence[Job], workers: int, limits: Limits | None = None) -> Iterator[Ended]:
        """How each job ended, in the order of ending. Leaving the block early ends the jobs still running.

        Where processes fork, it may be called again once all have ended.
        """
        waiting = {job.name for job in jobs}
        self._send({"jobs": [asdict(job) for job in jobs], "workers": workers, "limits": asdict(limits or Limits())})
        assert self._process.stdout is not None
        while waiting:
            line = self._process.stdout.readline()
            if not line:
                code = self._process.wait()
                last = self._log.read_text("utf-8", "replace").strip().splitlines()[-1:]
                cause = f"the process that starts the kernels died ({how_it_ended(code)})"
                cause = " ".join([cause, *last])
                yield from (Ended(name, "died", cause) for name in sorted(waiting))
                return
            ended = Ended(**json.loads(line))
            waiting.discard(ended.name)
            yield ended

    def alive(self) -> bool:
        """Whether the foreman can be given more to do."""
        return self._process.poll() is None

    def _send(self, message: Mapping[str, Any]) -> None:
        assert self._process.stdin is not None
        # A foreman that is already dead shows when its answers are read.
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.write(json.dumps(message) + "\n")
            self._process.stdin.flush()


_START = "import sys; from analysis import kernels; getattr(kernels, sys.argv[1])()"


def environment(root: Path, scratch: Path) -> dict[str, str]:
    """The environment every report is made in, the same for every user, place, language and time zone."""
    known = {
        "SOURCE_DATE_EPOCH": _EPOCH,
        "PYTHONHASHSEED": "0",
        "PYTHONUTF8": "1",
        # The package, wherever it lies, before any other of its name.
        "PYTHONPATH": os.pathsep.join([str(root), *filter(None, [os.environ.get("PYTHONPATH")])]),
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "IPYTHONDIR": str(scratch / "ipython"),  # nobody's startup files
        # One thread each: reports run side by side, and sums do not depend on the number of processors.
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    }
    matplotlib = importlib.util.find_spec("matplotlib")
    if matplotlib and matplotlib.origin:  # nobody's matplotlibrc
        known["MATPLOTLIBRC"] = str(Path(matplotlib.origin).parent / "mpl-data" / "matplotlibrc")
    dropped = {"PYTHONSTARTUP", "PYTHONWARNINGS", "LANGUAGE", "LANG"}
    return {name: value for name, value in os.environ.items() if name not in dropped} | known


def how_it_ended(code: int) -> str:
    """An exit status in words, e.g. ``signal SIGKILL`` or ``exit code 3``."""
    if code >= 0:
        return f"exit code {code}"
    try:
        return f"signal {signal.Signals(-code).name}"
    except ValueError:
        return f"signal {-code}"


# ---------------------------------------------------------------------------------------- the foreman


def _foreman() -> None:
    """Preload, then do the jobs that are sent, one batch after the other, until the build is gone."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever a library prints must not look like an answer
    orders = json.loads(sys.stdin.readline())
    if orders["warm"]:
        _warm_up(orders["preload"], orders["prepare"])
    line = sys.stdin.readline()
    gone = _watch_for_end_of_input()
    _adopt_orphans()
    try:
        while line:
            _do(json.loads(line), orders, answers, gone)
            line = sys.stdin.readline()
    except BrokenPipeError:
        pass
    finally:
        os._exit(0)  # nothing here needs tidying, and taking the libraries down takes a second


def _do(work: Mapping[str, Any], orders: Mapping[str, Any], answers: Any, gone: Callable[[float], bool]) -> None:
    """Start, watch and end the children until all jobs of a batch are done or the build is gone."""
    limits = Limits(**work["limits"])
    waiting = [Job(**job) for job in reversed(work["jobs"])]
    tried: dict[str, int] = {}
    running: list[_Child] = []
    try:
        while waiting or running:
            while waiting and len(running) < max(1, work["workers"]):
                job = waiting.pop()
                tried[job.name] = tried.get(job.name, 0) + 1
                running.append(_start(job, orders["task"], limits, orders["warm"], answers.fileno()))
            if gone(0.005):
                break
            for child in list(running):
                ended = child.look()
                if ended is None:
                    continue
                running.remove(child)
                # A process that died may have been unlucky (memory, a crash in a library): once more, afresh.
                # Code that raised, ended itself or ran out of time would do so again.
                if ended.state == "died" and child.signalled and tried[ended.name] == 1:
                    waiting.append(child.job)
                else:
                    answers.write(json.dumps(asdict(ended)) + "\n")
                    answers.flush()
    finally:
        for child in running:
            child.end()
        _end_strays()


def _warm_up(preload: Iterable[str], prepare: Iterable[tuple[str, Mapping[str, Any]]]) -> None:
    """Import what the reports will import, as a kernel would: in the shell, so that libraries notice it."""
    import ctypes  # noqa: F401  (children need it at once)

    # jsonschema, behind nbformat, imports this where it is installed, to check one kind of address that
    # notebooks do not hold; it takes two seconds to compile its grammar.
    modules: dict[str, Any] = sys.modules
    modules.setdefault("rfc3987_syntax", None)
    gc.disable()  # imports leave hardly any garbage, and looking for it takes a third of their time
    with shell().builtin_trap:
        for name in (*_LIBRARIES, *preload):
            # A module that is missing or broken is the notebook's to report, in the cell that imports it.
            with contextlib.suppress(Exception):
                importlib.import_module(name)
        for function, arguments in prepare:
            with contextlib.suppress(Exception):
                _function(function)(**arguments)
    if modules["rfc3987_syntax"] is None:
        del modules["rfc3987_syntax"]
    gc.freeze()  # the children share these pages of memory as long as nobody writes to them
    gc.enable()


def _function(name: str) -> Callable[..., Any]:
    module, _, function = name.partition(":")
    return getattr(importlib.import_module(module), function)  # type: ignore[no-any-return]


def _watch_for_end_of_input() -> Callable[[float], bool]:
    """A function that waits some seconds and says whether the build has closed its end (or died)."""
    if CAN_FORK:

        def gone(seconds: float) -> bool:
            timeout = None if seconds == float("inf") else seconds
            ready, _, _ = select.select([0], [], [], timeout)
            return bool(ready) and not os.read(0, 1)

        return gone
    closed = threading.Event()  # where select() does not know pipes

    def read() -> None:
        sys.stdin.read()
        closed.set()

    threading.Thread(target=read, daemon=True).start()
    return lambda seconds: closed.wait(None if seconds == float("inf") else seconds)


@dataclass
class _Child:
    """A running job, as a forked process (``process`` is None) or as one started anew."""

    job: Job
    pid: int
    process: subprocess.Popen[bytes] | None
    started: float
    limits: Limits
    signalled: bool = False

    def look(self) -> Ended | None:
        """How it ended, or None while it runs. One that has used up its time is ended here."""
        seconds = time.monotonic() - self.started
        late = seconds > self.limits.seconds + _GRACE
        if late:
            self.end()
        code = self._code()
        if code is None:
            return None
        failure = Path(self.job.folder) / "failure.json"
        if late:
            return Ended(self.job.name, "timeout", f"ran longer than {self.limits.seconds:g} s", _at(self.job), seconds)
        if code == 0:
            return Ended(self.job.name, "done", seconds=seconds)
        if code > 0 and failure.is_file():
            told = json.loads(failure.read_text("utf-8"))
            return Ended(self.job.name, told["state"], told["cause"], told["cell"], seconds)
        self.signalled = code < 0
        return Ended(self.job.name, "died", f"its process ended with {how_it_ended(code)}", _at(self.job), seconds)

    def end(self) -> None:
        """End the child and everything it started."""
        _kill_group(self.pid, self.process)

    def _code(self) -> int | None:
        if self.process is not None:
            code = self.process.poll()
            if code is not None:
                self.end()
            return code
        # Look without reaping: while the child is a zombie nobody else can get its group's number.
        if os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
            return None
        self.end()
        _, status = os.waitpid(self.pid, 0)
        return os.waitstatus_to_exitcode(status)


def _at(job: Job) -> int:
    """The cell a job had come to, from the note it keeps."""
    try:
        return int((Path(job.folder) / "cell").read_text("ascii"))
    except (OSError, ValueError):
        return 0


def _start(job: Job, task: str, limits: Limits, warm: bool, answers: int) -> _Child:
    folder = Path(job.folder)
    shutil.rmtree(folder, ignore_errors=True)
    for name in ("cwd", "tmp"):
        (folder / name).mkdir(parents=True)
    order = {"task": task, "job": asdict(job), "limits": asdict(limits), "warm": warm}
    if warm:
        foreman = os.getpid()
        pid = os.fork()
        if pid == 0:
            _die_with(foreman)
            os.setsid()
            with contextlib.suppress(BaseException):
                os.close(answers)
                os._exit(_perform(order))
            os._exit(70)
        return _Child(job, pid, None, time.monotonic(), limits)
    (folder / "order.json").write_text(json.dumps(order), "utf-8")
    process = subprocess.Popen(
        [sys.executable, "-P", "-c", _START, "_perform_anew", str(folder / "order.json")],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    return _Child(job, process.pid, process, time.monotonic(), limits)


def _kill_group(pid: int, process: subprocess.Popen[bytes] | None) -> None:
    if os.name == "nt":
        subprocess.run(["taskkill", "/F", "/T", "/PID", str(pid)], capture_output=True, check=False)
        return
    try:
        os.killpg(pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        if process is None or process.poll() is None:  # killed before it had made itself a group
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def _prctl(option: int, value: int) -> None:
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


def _die_with(parent: int) -> None:
    """On Linux, be killed when the parent dies, however it dies."""
    _prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
    if os.getppid() != parent:
        os._exit(70)


def _adopt_orphans() -> None:
    """On Linux, become the parent of processes that reports start and abandon, so that they can be ended."""
    _prctl(36, 1)  # PR_SET_CHILD_SUBREAPER


def _end_strays() -> None:
    """End what reports have left behind even outside their process group, once no report is running."""
    try:
        children = Path(f"/proc/self/task/{os.getpid()}/children").read_text("ascii").split()
    except OSError:
        return
    for pid in map(int, children):
        with contextlib.suppress(ProcessLookupError, ChildProcessError):
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)


# ------------------------------------------------------------------------------------------ the child


def _perform_anew() -> None:
    """The child where processes cannot fork: started like any program."""
    order = json.loads(Path(sys.argv[2]).read_text("utf-8"))
    os._exit(_perform(order))


def _perform(order: Mapping[str, Any]) -> int:
    """Do the task of a job in its own folder; the exit code. What went wrong is left in failure.json."""
    job = Job(**order["job"])
    folder = Path(job.folder)
    _settle(folder, Limits(**order["limits"]))
    failure: dict[str, Any]
    try:
        _function(order["task"])(job.arguments, folder, Limits(**order["limits"]), order["warm"])
        return 0
    except RunError as error:
        failure = {
            "state": "timeout" if "longer than" in error.cause else "raised",
            "cause": error.cause,
            "cell": error.cell,
        }
    except MemoryError:
        failure = {"state": "raised", "cause": "used more memory than allowed", "cell": _at(job)}
    except BaseException as error:  # ours, not the notebook's: keep the traceback
        (folder / "traceback.txt").write_text(traceback.format_exc(), "utf-8")
        failure = {"state": "raised", "cause": f"{type(error).__name__}: {error}", "cell": 0}
    (folder / "failure.json").write_text(json.dumps(failure), "utf-8")
    return 1


def _settle(folder: Path, limits: Limits) -> None:
    """Start from the state every report starts from, whatever ran before and wherever."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nothing, stream)
    os.close(nothing)
    os.environ["TMPDIR"] = tempfile.tempdir = str(folder / "tmp")
    os.chdir(folder / "cwd")
    sys.argv = ["report"]
    sys.path.insert(0, "")  # as in a kernel: the working directory first
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if limits.megabytes and sys.platform != "win32":
        import resource

        most = limits.megabytes * 1_000_000
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


# ------------------------------------------------------------------------------- one notebook, executed


def execute(
    notebook: Path,
    parameters: Mapping[str, Any],
    folder: Path,
    limits: Limits | None = None,
    warm: bool = True,
    replace: Mapping[str, str] | None = None,
) -> Any:
    """The executed notebook, normalised; also left in the folder as ``run.ipynb``, even where it failed.

    ``replace`` gives names to absolute paths, e.g. ``{"/srv/project": "<project>"}``.
    """
    nbformat: Any = importlib.import_module("nbformat")
    import papermill
    from papermill.engines import papermill_engines
    from papermill.exceptions import PapermillExecutionError

    try:
        _ = json.loads(notebook.read_text("utf-8"))["cells"]
    except (OSError, ValueError, TypeError, KeyError):
        raise RunError(f"{notebook.name} is not a notebook (JSON with cells). Restore it from the repository.") from None
    limits = limits or Limits()
    papermill_engines.register("warm", WarmEngine)  # also where the package is not installed
    run = folder / "run.ipynb"
    cold = {} if warm else {"record_timing": False, "extra_arguments": [f"--IPKernelApp.exec_lines={_SEED}"]}
    trouble: RunError | None = None
    try:
        papermill.execute_notebook(
            str(notebook).replace("{", "{{").replace("}", "}}"),
            str(run).replace("{", "{{").replace("}", "}}"),
            parameters=dict(parameters),
            engine_name="warm" if warm else None,
            kernel_name="python3",
            progress_bar=False,
            request_save_on_cell_execute=False,
            start_timeout=60,
            execution_timeout=max(1, round(limits.seconds)),
            note=folder / "cell" if warm else None,
            **cold,
        )
    except PapermillExecutionError as error:
        trouble = RunError(_in_one_line(error.ename, error.evalue), _cell_number(run))
    except Exception as error:  # a dead or hung ordinary kernel, cells that papermill cannot read
        trouble = RunError(_in_one_line(type(error).__name__, str(error)), 0)
    if not run.exists():
        raise trouble or RunError("papermill wrote no notebook")
    executed = normalise(nbformat.read(run, as_version=4), {str(folder): "<run>", **(replace or {})})
    run.write_text(nbformat.writes(executed) + "\n", "utf-8")
    if trouble:
        raise trouble
    return executed


_SEED = "import random; random.seed(0); import numpy; numpy.random.seed(0); del random, numpy"


def note_end(notebook: Path, run: Path, parameters: Mapping[str, Any], ended: Ended) -> None:
    """Write the notebook that a killed process could not: its source, ending in the cell it had come to."""
    nbformat: Any = importlib.import_module("nbformat")

    try:
        source = nbformat.read(notebook, as_version=4)
    except Exception:  # not a notebook; there is nothing to keep
        return
    for number, cell in enumerate(source.cells, start=1):
        if cell.cell_type == "code":
            cell.outputs = []
            if number == ended.cell:
                cell.outputs = [nbformat.v4.new_output("error", ename=ended.state, evalue=ended.cause, traceback=[ended.cause])]
    given = "\n".join(f"{name} = {value!r}" for name, value in parameters.items())
    source.cells.insert(
        0,
        nbformat.v4.new_markdown_cell(f"Run with these parameters: {ended.cause}\n\n```python\n{given}\n```"),
    )
    run.parent.mkdir(parents=True, exist_ok=True)
    run.write_text(nbformat.writes(normalise(source)) + "\n", "utf-8")


def normalise(notebook: Any, replace: Mapping[str, str] | None = None) -> Any:
    """The executed notebook without what differs from run to run: times, ids, numbers of processes, places.

    Cell ids are their positions. Plain text is dropped where there is HTML: it may hold a memory address.
    """
    notebook.metadata = type(notebook.metadata)(
        kernelspec={"display_name": "Python 3", "language": "python", "name": "python3"},
        language_info={"name": "python", "pygments_lexer": "ipython3"},
    )
    notebook.nbformat_minor = 5
    marker = "papermill-error-cell-tag"
    notebook.cells = [cell for cell in notebook.cells if marker not in cell.metadata.get("tags", [])]
    for number, cell in enumerate(notebook.cells, start=1):
        cell.id = f"cell-{number:03}"
        for name in ("papermill", "execution"):
            cell.metadata.pop(name, None)
        if cell.cell_type == "code":
            cell.source = _named(cell.source, replace)
            cell.outputs = [_normal_output(output, replace) for output in _joined(cell.outputs)]
    return notebook


def _joined(outputs: Iterable[Any]) -> Iterator[Any]:
    """The outputs, with what was printed between two others put together: first stdout, then stderr.

    In which pieces and which order a kernel sends the two depends on its clock.
    """
    for printed, group in itertools.groupby(outputs, key=lambda output: output.output_type == "stream"):
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
    """The text with places and numbers of processes replaced by names; longer paths first."""
    if "ipykernel_" in text:
        text = re.sub(r"(?<![^\s'\"])[^\s'\"]*ipykernel_\d+[/\\]\d+\.py", "<cell>.py", text)
    for path, name in sorted((replace or {}).items(), key=lambda item: -len(item[0])):
        text = text.replace(path, name)
    return text.replace(sys.prefix, "<python>").replace(sys.base_prefix, "<python>")


def _cell_number(run: Path) -> int:
    """Which cell of the source raised: counted from 1, without the cells papermill adds."""
    cells = json.loads(run.read_text("utf-8"))["cells"]
    added = {"injected-parameters", "papermill-error-cell-tag"}
    source = [cell for cell in cells if not added & set(cell["metadata"].get("tags", []))]
    for number, cell in enumerate(source, start=1):
        if any(output["output_type"] == "error" for output in cell.get("outputs", [])):
            return number
    return 0


def _in_one_line(name: str, value: str) -> str:
    first = next((line.strip() for line in value.splitlines() if line.strip()), "")
    if name in ("CellTimeout", "CellTimeoutError", "OutputTooLong"):
        return re.sub(r"^A cell timed out.*", "a cell ran longer than allowed", first)
    return f"{name}: {first}" if first else name


# ----------------------------------------------------------------------------------- the warm engine


class WarmEngine:
    """A papermill engine that executes cells in this process, in ipykernel's shell, without sockets.

    Use it in a process of its own: ``papermill --engine warm in.ipynb out.ipynb``, or as the build does.
    """

    @classmethod
    def execute_notebook(cls, nb: Any, kernel_name: str, **settings: Any) -> Any:
        """The notebook with the outputs of its cells, executed up to its end or the first error."""
        from papermill.engines import Engine

        # A subclass made here, because papermill may still be importing itself while it imports this module.
        managed = type("Managed", (Engine,), {"execute_managed_notebook": cls.execute_managed_notebook})
        return managed.execute_notebook(nb, kernel_name, **settings)  # type: ignore[attr-defined]

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: Any,
        kernel_name: str,  # noqa: ARG003  (papermill gives it; this process is the kernel)
        execution_timeout: float | None = None,
        note: Path | None = None,
        **_: Any,
    ) -> None:
        """Execute the code cells in order; the file ``note`` always holds the number of the current one."""
        with _captured(shell()) as recorder:
            exec(_SEED, {})  # as late as this: what runs before may draw random numbers, too
            number = 0
            for index, cell in enumerate(nb_man.nb.cells):
                number += "injected-parameters" not in cell.metadata.get("tags", [])
                if cell.cell_type != "code" or not cell.source.strip():
                    continue
                if note:
                    note.write_text(str(number), "ascii")
                nb_man.cell_start(cell, index)
                failed = _run_cell(cell, recorder, execution_timeout)
                if failed:
                    nb_man.cell_exception(cell, index)
                nb_man.cell_complete(cell, index)
                if failed:
                    break
            recorder.cell = None

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


def shell() -> Any:
    """The shell of this process, the one a kernel uses; made when it is first asked for."""
    from ipykernel.compiler import XCachingCompiler
    from ipykernel.zmqshell import ZMQInteractiveShell
    from traitlets.config import Config

    if ZMQInteractiveShell.initialized():
        return ZMQInteractiveShell.instance()
    settings = Config()
    settings.HistoryManager.enabled = False  # no file, and no thread that a fork would lose
    return ZMQInteractiveShell.instance(config=settings, kernel=SimpleNamespace(eventloop=None), compiler_class=XCachingCompiler)


def _run_cell(cell: Any, recorder: Any, seconds: float | None) -> bool:
    """Whether the cell failed. Its outputs go to the recorder, in order."""
    cell.execution_count = recorder.shell.execution_count
    recorder.cell = cell
    with _alarm(seconds):
        result = recorder.shell.run_cell(cell.source, store_history=True)
    sys.stdout.flush()
    sys.stderr.flush()
    recorder.shell.payload_manager.clear_payload()
    if recorder.shell.exit_now:
        recorder.error("SystemExit", "the notebook ended its own kernel")
        return True
    failed = not result.success or any(output.output_type == "error" for output in cell.outputs)
    return failed and "raises-exception" not in cell.metadata.get("tags", [])


@contextlib.contextmanager
def _alarm(seconds: float | None) -> Iterator[None]:
    """Raise CellTimeout in the block after some seconds; only the main thread can have an alarm."""
    if not seconds or not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def ring(*_: object) -> None:
        raise CellTimeout(f"ran longer than {seconds:g} s")

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@contextlib.contextmanager
def _captured(shell: Any) -> Iterator[Any]:
    """Within the block, what the shell shows and what is printed become outputs of the current cell."""
    recorder = _recorder(shell)
    places = [
        (shell.display_pub, "session"),
        (shell.displayhook, "session"),
        (sys, "stdout"),
        (sys, "stderr"),
    ]
    before = [getattr(owner, name) for owner, name in places]
    values = [recorder, recorder, _Stream(recorder, "stdout"), _Stream(recorder, "stderr")]
    for (owner, name), value in zip(places, values, strict=True):
        setattr(owner, name, value)
    try:
        yield recorder
    finally:
        for (owner, name), value in zip(places, before, strict=True):
            setattr(owner, name, value)


def _recorder(shell: Any) -> Any:
    """What stands where a kernel has its connection: messages become outputs, as nbclient makes them."""
    nbformat: Any = importlib.import_module("nbformat")
    from jupyter_client.session import Session

    class Recorder(Session):
        """Keeps what a kernel would send."""

        shell: Any
        shown: dict[str, list[Any]]
        cell: Any = None
        size = 0
        clear_first = False

        def msg(self, msg_type: str, content: Any = None, *_: Any, **__: Any) -> dict[str, Any]:
            return {"header": {"msg_type": msg_type}, "msg_type": msg_type, "content": content or {}}

        def send(
            self,
            stream: Any,  # noqa: ARG002  (the connection there is not)
            msg_or_type: Any,
            content: Any = None,
            *_: Any,
            **__: Any,
        ) -> dict[str, Any]:
            message = self.msg(msg_or_type, content) if isinstance(msg_or_type, str) else msg_or_type
            kind, content = message["msg_type"], message["content"]
            identity = (content.get("transient") or {}).get("display_id")
            if self.cell is None:
                return dict(message)
            if kind == "clear_output":
                self.clear_first = bool(content.get("wait"))
                if not self.clear_first:
                    self.cell.outputs.clear()
            elif kind == "update_display_data":
                for output in self.shown.get(str(identity), []):
                    output.data = nbformat.from_dict(content["data"])
                    output.metadata = nbformat.from_dict(content["metadata"])
            elif kind in ("stream", "display_data", "execute_result", "error"):
                if self.clear_first:
                    self.cell.outputs.clear()
                    self.clear_first = False
                output = nbformat.v4.output_from_msg(message)
                if kind == "stream":
                    self.grow(len(output.text))
                elif kind != "error":
                    self.grow(sum(len(value) for value in output.data.values() if isinstance(value, str)))
                self.cell.outputs.append(output)
                if identity:
                    self.shown.setdefault(str(identity), []).append(output)
            return dict(message)

        def grow(self, size: int) -> None:
            self.size += size
            if self.size > _MOST_OUTPUT:
                self.size = 0  # room for the message itself
                for output in self.cell.outputs:
                    if output.output_type == "stream":
                        output.text = output.text[:_SHOWN_OUTPUT]
                del self.cell.outputs[100:]
                raise OutputTooLong(f"printed more than {_MOST_OUTPUT // 1_000_000} MB")

        def error(self, name: str, value: str) -> None:
            self.send(None, "error", {"ename": name, "evalue": value, "traceback": [f"{name}: {value}"]})

    recorder = Recorder(key=b"")
    recorder.shell = shell
    recorder.shown = {}
    return recorder


class _Stream(io.TextIOBase):
    """Standard output or error of the cells."""

    encoding = "utf-8"

    def __init__(self, recorder: Any, name: str) -> None:
        super().__init__()
        self._recorder = recorder
        self._name = name
        self._pieces: list[str] = []
        self._size = 0

    @property
    def name(self) -> str:
        return f"<{self._name}>"

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text)}")
        self._pieces.append(text)
        self._size += len(text)
        if self._size > 100_000:
            self.flush()
        return len(text)

    def flush(self) -> None:
        text, self._pieces, self._size = "".join(self._pieces), [], 0
        if text:
            self._recorder.send(None, "stream", {"name": self._name, "text": text})
