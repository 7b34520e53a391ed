"""Warm, isolated kernels."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from small_project import cell, notebook, write

from analysis import kernels
from analysis.kernels import Ended, Job, Kernels, Limits, RunError

ROOT = Path(__file__).resolve().parents[1]

pytestmark = pytest.mark.skipif(not kernels.CAN_FORK, reason="warm kernels are forked")

LIBRARIES = ["pandas", "matplotlib.pyplot", "seaborn"]

# What a plain papermill notebook does: prints, shows values, tables and pictures, updates and clears, awaits.
PLAIN = notebook(
    cell('name = "world"', "parameters"),
    cell('import sys, random\nprint("hello", name)\nprint("careful", file=sys.stderr)\n[1, 2]'),
    cell("import pandas as pd\npd.DataFrame({'a': [1, 2]})"),
    cell("import matplotlib.pyplot as plt\nfig, ax = plt.subplots(figsize=(1, 1))\nax.plot([1, 2]);"),
    cell("## Words", kind="markdown"),
    cell("from IPython.display import display, clear_output\nh = display('one', display_id='x')\nh.update('two')"),
    cell("print('gone')\nclear_output(wait=True)\nprint('stays')"),
    cell("import asyncio\nawait asyncio.sleep(0)\nasync def f():\n    return 3\nawait f()"),
    cell("%%capture said\nprint('kept')"),
    cell("said.stdout"),
    cell("!echo shell"),
    cell("pd.get_option('display.max_columns'), plt.get_backend(), __name__"),
    cell("import warnings\nwarnings.warn('old')"),
    cell("random.seed(1)\nrandom.random()"),
)


def run_task(arguments: Mapping[str, Any], folder: Path, limits: Limits, warm: bool) -> None:
    """Execute a notebook, as the build does, but make no page."""
    kernels.execute(Path(arguments["notebook"]), arguments["parameters"], folder, limits, warm)


def crash_once(arguments: Mapping[str, Any], folder: Path, limits: Limits, warm: bool) -> None:  # noqa: ARG001
    """Die by a signal the first time, and succeed the second."""
    mark = Path(arguments["mark"])
    if not mark.exists():
        mark.write_text("tried")
        os.kill(os.getpid(), signal.SIGSEGV)
    (folder / "done").write_text("")


@pytest.fixture(scope="module")
def warm_runs(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A function that runs notebooks side by side and gives how each ended, and its folder."""

    def run(
        notebooks: Mapping[str, Any],
        limits: Limits | None = None,
        warm: bool = True,
        workers: int = 2,
        task: str = "run_task",
    ) -> dict[str, tuple[Ended, Path]]:
        base = tmp_path_factory.mktemp("runs")
        jobs = []
        for name, content in notebooks.items():
            arguments = content
            if "cells" in content:
                write(base / f"{name}.ipynb", content)
                arguments = {"notebook": str(base / f"{name}.ipynb"), "parameters": {"name": name}}
            jobs.append(Job(name, str(base / "work" / name), arguments))
        os.environ["PYTHONPATH"] = str(ROOT / "tests")
        try:
            with Kernels(ROOT, base / "foreman", f"test_kernels:{task}", LIBRARIES, warm=warm) as pool:
                return {ended.name: (ended, base / "work" / ended.name) for ended in pool.run(jobs, workers, limits)}
        finally:
            del os.environ["PYTHONPATH"]

    return run


def outputs(folder: Path) -> list[str]:
    """Each text that the code cells of an executed notebook show."""
    cells = json.loads((folder / "run.ipynb").read_text("utf-8"))["cells"]
    texts = []
    for each in cells:
        for output in each.get("outputs", []):
            text = output.get("text") or output.get("data", {}).get("text/plain") or output.get("evalue", "")
            texts.append("".join(text).strip())
    return texts


def test_warm_and_ordinary_kernels_give_the_same_notebook(warm_runs: Any) -> None:
    """A plain papermill notebook comes out of a warm kernel byte for byte as out of an ordinary one."""
    ended, warm = warm_runs({"plain": PLAIN})["plain"]
    assert (ended.state, ended.cause) == ("done", "")
    ended, cold = warm_runs({"plain": PLAIN}, warm=False)["plain"]
    assert (ended.state, ended.cause) == ("done", "")
    assert (warm / "run.ipynb").read_text("utf-8") == (cold / "run.ipynb").read_text("utf-8")
    said = outputs(warm)
    assert said[:3] == ["hello plain", "careful", "[1, 2]"]
    assert "'two'" in said
    assert "gone" not in said
    assert "(20, 'module://matplotlib_inline.backend_inline', '__main__')" in said
    assert "image/png" in (warm / "run.ipynb").read_text("utf-8")


LEAK = """\
import builtins, decimal, gc, locale, logging, os, random, signal, sys, threading, warnings
import matplotlib, numpy, pandas
state = {
    "globals": sorted(name for name in globals() if name.startswith("left")),
    "cwd": os.listdir("."), "environment": os.environ.get("LEFT"), "argv": sys.argv[-1],
    "path": "left" in sys.path,
    "modules": "left" in sys.modules, "builtin": hasattr(builtins, "left"),
    "rc": matplotlib.rcParams["font.size"], "pandas": pandas.get_option("display.max_rows"),
    "random": (random.random(), numpy.random.rand()), "warnings": len(warnings.filters),
    "recursion": sys.getrecursionlimit(), "precision": decimal.getcontext().prec,
    "threads": threading.active_count(), "level": logging.getLogger().level, "umask": os.umask(0o22),
    "files": sorted(os.listdir("/proc/self/fd")) if os.path.exists("/proc/self/fd") else [],
    "signal": str(signal.getsignal(signal.SIGTERM)), "attribute": hasattr(pandas, "left"),
    "gc": gc.isenabled(),
    "hash": hash("x"), "epoch": os.environ["SOURCE_DATE_EPOCH"], "zone": os.environ["TZ"],
    "execution": get_ipython().execution_count,
}
print(sorted(state.items()))
"""

SPOIL = """\
import types
left = 1
open("left.txt", "w").write("x"); os.environ["LEFT"] = "1"; sys.argv.append("left"); sys.path.append("left")
sys.modules["left"] = types.ModuleType("left"); builtins.left = 1
matplotlib.rcParams["font.size"] = 99; pandas.set_option("display.max_rows", 3); pandas.left = 1
random.seed(7); numpy.random.seed(7); warnings.simplefilter("error"); sys.setrecursionlimit(555)
decimal.getcontext().prec = 3; logging.getLogger().setLevel(1); left_open = open("left.txt"); os.umask(0o77)
signal.signal(signal.SIGTERM, signal.SIG_IGN); gc.disable()
threading.Thread(target=lambda: __import__("time").sleep(60)).start()
"""


def test_a_notebook_never_sees_what_another_did(warm_runs: Any) -> None:
    """Globals, files, environment, modules, settings, random numbers, signals: as if it ran alone."""
    spoiling = notebook(cell('name = ""', "parameters"), cell(LEAK), cell(SPOIL))
    looking = notebook(cell('name = ""', "parameters"), cell(LEAK))
    runs = warm_runs({"first": spoiling, "second": looking, "third": spoiling, "fourth": looking}, workers=1)
    assert {ended.state for ended, _ in runs.values()} == {"done"}
    assert len({outputs(folder)[0] for _, folder in runs.values()}) == 1


def test_a_failing_cell_is_named(warm_runs: Any) -> None:
    """A report that raises tells the cell, counted as in the notebook's source, and the cause in one line."""
    failing = notebook(cell("# T", kind="markdown"), cell('name = ""', "parameters"), cell("1 / 0"), cell("print('never')"))
    ended, folder = warm_runs({"failing": failing})["failing"]
    assert (ended.state, ended.cell, ended.cause) == ("raised", 3, "ZeroDivisionError: division by zero")
    assert "Traceback" in (folder / "run.ipynb").read_text("utf-8")
    assert "never" not in outputs(folder)


def test_a_report_that_runs_too_long_is_ended_with_everything_it_started(warm_runs: Any) -> None:
    """A hung cell is named with a traceback; one that cannot be interrupted is killed, with its processes."""
    mark = f"sleep 6{os.getpid()}"
    start = f"import subprocess\nsubprocess.Popen({mark.split()!r})\n"
    patient = notebook(
        cell('name = ""', "parameters"),
        cell(start + "import time\ntry:\n    time.sleep(60)\nexcept Exception:\n    pass"),
    )
    deaf = notebook(
        cell('name = ""', "parameters"),
        cell(start + "import signal\nsignal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGALRM])\nwhile True: pass"),
    )
    runs = warm_runs({"patient": patient, "deaf": deaf}, Limits(seconds=1))
    ended, folder = runs["patient"]
    assert (ended.state, ended.cell, ended.cause) == ("timeout", 2, "ran longer than 1 s")
    assert "CellTimeout" in (folder / "run.ipynb").read_text("utf-8")
    ended, folder = runs["deaf"]
    assert (ended.state, ended.cell, ended.cause) == ("timeout", 2, "ran longer than 1 s")
    assert mark not in subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout


def test_a_process_that_died_is_tried_once_more(warm_runs: Any, tmp_path: Path) -> None:
    """A crash by a signal gets a second, fresh process; a second crash, or ending oneself, is a failure."""
    dying = notebook(cell('name = ""', "parameters"), cell("import os\nos.kill(os.getpid(), 9)"))
    leaving = notebook(cell('name = ""', "parameters"), cell("import os\nos._exit(3)"))
    quitting = notebook(cell('name = ""', "parameters"), cell("exit()"))
    runs = warm_runs({"dying": dying, "leaving": leaving, "quitting": quitting})
    assert {name: (ended.state, ended.cell, ended.cause) for name, (ended, _) in runs.items()} == {
        "dying": ("died", 2, "its process ended with signal SIGKILL"),
        "leaving": ("died", 2, "its process ended with exit code 3"),
        "quitting": ("raised", 2, "SystemExit: the notebook ended its own kernel"),
    }
    ended, folder = warm_runs({"once": {"mark": str(tmp_path / "mark")}}, task="crash_once")["once"]
    assert ended.state == "done"
    assert (folder / "done").exists()


def test_code_that_raised_is_not_tried_again(warm_runs: Any, tmp_path: Path) -> None:
    """Raising, ending oneself, running out of time: once. Only a process that was killed may have been unlucky."""
    ends = {
        "raises": "raise ValueError",
        "exits": "exit()",
        "leaves": "os._exit(3)",
        "hangs": "while True: pass",
        "killed": "os.kill(os.getpid(), 9)",
    }
    runs = warm_runs(
        {
            name: notebook(
                cell('name = ""', "parameters"),
                cell(f"import os\nwith open({str(tmp_path / name)!r}, 'a') as file:\n    file.write('once ');"),
                cell(source),
            )
            for name, source in ends.items()
        },
        Limits(seconds=2),
    )
    assert "done" not in {ended.state for ended, _ in runs.values()}
    assert {name: (tmp_path / name).read_text() for name in ends} == dict.fromkeys(ends, "once ") | {"killed": "once once "}


def test_too_much_output_or_memory_fails_the_report(warm_runs: Any) -> None:
    """A notebook that prints without end, or takes more memory than allowed, ends with one clear line."""
    loud = notebook(cell('name = ""', "parameters"), cell("while True: print('x' * 1_000_000)"))
    long = notebook(cell('name = ""', "parameters"), cell("'x' * 60_000_000"))
    big = notebook(cell('name = ""', "parameters"), cell("x = bytearray(9_000_000_000)"))
    runs = warm_runs({"loud": loud, "long": long, "big": big}, Limits(seconds=30, megabytes=4000))
    assert runs["loud"][0].cause == "printed more than 50 MB"
    assert runs["long"][0].cause == "printed more than 50 MB"
    assert (runs["loud"][1] / "run.ipynb").stat().st_size < 1_000_000
    assert runs["big"][0].cause == "MemoryError"


def test_the_end_of_the_build_is_the_end_of_its_kernels(tmp_path: Path) -> None:
    """However a build is killed, nothing it started is left a moment later."""
    mark = f"sleep 5{os.getpid()}"
    start = f"import subprocess, time\nsubprocess.Popen({mark.split()!r})\ntime.sleep(60)"
    write(tmp_path / "hung.ipynb", notebook(cell('name = ""', "parameters"), cell(start)))
    script = (
        f"import sys; sys.path[:0] = [{str(ROOT)!r}, {str(ROOT / 'tests')!r}]\n"
        "from pathlib import Path\nfrom analysis.kernels import *\n"
        f"here = {str(tmp_path)!r}\n"
        f"pool = Kernels(Path({str(ROOT)!r}), Path(here + '/foreman'), task='test_kernels:run_task')\n"
        "job = Job('hung', here + '/work', {'notebook': here + '/hung.ipynb', 'parameters': {}})\n"
        "list(pool.run([job], 1))\n"
    )
    build = subprocess.Popen(
        [sys.executable, "-c", script],
        start_new_session=True,
        env=os.environ | {"PYTHONPATH": str(ROOT / "tests")},
    )

    def processes() -> str:
        lines = subprocess.run(["ps", "-eo", "stat,args"], capture_output=True, text=True, check=True).stdout.splitlines()
        return "\n".join(line for line in lines if not line.startswith("Z"))

    deadline = time.monotonic() + 30
    while mark not in processes() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert mark in processes()
    os.killpg(build.pid, signal.SIGKILL)
    build.wait()
    deadline = time.monotonic() + 5
    while (mark in processes() or str(tmp_path) in processes()) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert mark not in processes()
    assert str(tmp_path) not in processes()


def test_a_foreman_serves_one_batch_after_the_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was paid for once serves until the block ends, and still in a process of its own each time."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT / "tests"))
    write(tmp_path / "n.ipynb", notebook(cell('name = ""', "parameters"), cell(LEAK), cell(SPOIL)))
    with Kernels(ROOT, tmp_path / "foreman", "test_kernels:run_task", LIBRARIES) as pool:
        for name in ("first", "second"):
            job = Job(name, str(tmp_path / name), {"notebook": str(tmp_path / "n.ipynb"), "parameters": {"name": name}})
            assert [(ended.name, ended.state) for ended in pool.run([job], 1)] == [(name, "done")]
        assert pool.alive()
    assert not pool.alive()
    assert outputs(tmp_path / "first")[0] == outputs(tmp_path / "second")[0]


def test_the_death_of_the_foreman_is_told(tmp_path: Path) -> None:
    """A foreman that dies takes its reports with it; each is told as failed, and the build goes on."""
    with Kernels(ROOT, tmp_path / "foreman", task="os:getcwd") as pool:
        os.kill(pool._process.pid, signal.SIGKILL)
        ended = list(pool.run([Job("a", str(tmp_path / "a"), {})], 1))
    assert [(each.name, each.state) for each in ended] == [("a", "died")]
    assert ended[0].cause == "the process that starts the kernels died (signal SIGKILL)"


def test_the_engine_serves_papermill_itself(tmp_path: Path) -> None:
    """``papermill --engine warm`` executes a notebook in its own process and leaves that as it was."""
    write(tmp_path / "in.ipynb", PLAIN)
    script = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r}); before = sys.stdout\n"
        "from analysis.kernels import WarmEngine\nfrom papermill.engines import papermill_engines\n"
        "papermill_engines.register('warm', WarmEngine)\nimport papermill\n"
        f"here = {str(tmp_path)!r}\n"
        "papermill.execute_notebook(here + '/in.ipynb', here + '/run.ipynb', {'name': 'you'},"
        " engine_name='warm', kernel_name='python3', progress_bar=False)\n"
        "assert sys.stdout is before\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
    assert outputs(tmp_path)[0] == "hello you"


def test_importing_the_engine_costs_nothing() -> None:
    """papermill imports every engine whenever it is imported: this module brings no library with it."""
    script = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r}); import analysis.kernels\n"
        "print(sorted({'IPython', 'ipykernel', 'papermill', 'nbformat', 'pandas', 'zmq'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_places_and_numbers_of_processes_get_names() -> None:
    """What differs from machine to machine in texts and tracebacks is replaced by names."""
    text = "/tmp/ipykernel_123/456.py:1: UserWarning in /srv/me/project/data"
    assert kernels._named(text, {"/srv/me": "<srv>", "/srv/me/project": "<project>"}) == (
        "<cell>.py:1: UserWarning in <project>/data"
    )


def test_a_notebook_that_cannot_be_read_is_told_as_such(tmp_path: Path) -> None:
    """What is no JSON, or JSON without cells, fails the report with what to do, not with a library's traceback."""
    for text in ("not a notebook", '{"cells": [', "[]", "{}"):
        (tmp_path / "broken.ipynb").write_text(text)
        with pytest.raises(RunError, match=r"broken.ipynb is not a notebook \(JSON with cells\). Restore it"):
            kernels.execute(tmp_path / "broken.ipynb", {}, tmp_path)
