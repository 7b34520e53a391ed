"""Notebooks, executed: the kernel without sockets does what every other kernel does."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT
from small_project import cell, notebook, write

from analysis.builds import engine
from analysis.builds.processes import Ended, Job, Limits, Processes, RunError
from analysis.builds.run import environment

TASKS = """\
import sys
from pathlib import Path

sys.modules.setdefault("rfc3987_syntax", None)  # slow to import
import nbformat
import papermill
from analysis.builds import engine, kernel

with kernel.kernel().shell.builtin_trap:
    import pandas, matplotlib.pyplot

def warm(arguments, folder, limits):
    engine.execute(Path(arguments["in"]), {"name": "you"}, folder, limits)

def ordinary(arguments, folder, limits):
    run = folder / "run.ipynb"
    try:
        papermill.execute_notebook(arguments["in"], run, {"name": "you"}, progress_bar=False)
    finally:
        executed = nbformat.read(run, 4)
        tagged = "papermill-error-cell-tag"  # papermill adds a cell that says that another failed
        executed.cells = [each for each in executed.cells if tagged not in each.metadata.tags]
        run.write_text(engine.normal(executed, {}))
"""

# What notebooks do, and what they see of the process in which they run.
PLAIN = (
    'import os, sys\nprint("hello", name)\nprint("careful", file=sys.stderr)\n[1, 2]',
    "import pandas as pd\npd.DataFrame({'a': [1, 2]})",
    "import matplotlib.pyplot as plt\nfig, ax = plt.subplots(figsize=(1, 1))\nax.plot([1, 2]);",
    "%matplotlib inline\nplt.figure(figsize=(1, 1))\nplt.isinteractive(), plt.get_backend()",
    "from IPython.display import *\nh = display('one', display_id='x')\nh.update('two')",
    "update_display(3, display_id='x')\ndisplay({'application/x+json': {'a': 1}}, raw=True)",
    "print('gone')\nclear_output(wait=True)\nprint('stays')",
    "%%capture said\nprint('kept')\n5",
    "said.stdout, [output.data for output in said.outputs]",
    "from IPython.utils.capture import *\nwith capture_output() as c: display(1)\nc.outputs",
    "!echo shell; echo sad >&2",
    "import logging\nlogging.warning('root')\nlogging.getLogger().handlers",
    "logging.basicConfig(level=logging.INFO, force=True)\nlogging.info('noted')",
    "logging.info('still noted')\nlogging.getLogger('own').debug('not')",
    "import sys, warnings\nwarnings.warn('', DeprecationWarning)\nwarnings.warn('', ImportWarning)",
    "[f for f in warnings.filters if f[2].__module__ == 'builtins' and not f[1]], sys.warnoptions",
    "import signal\n[signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)]",
    "sys.displayhook(7)\nsys.displayhook.__class__, sys.excepthook.__qualname__, sys.gettrace()",
    "out = sys.stdout\nout.__class__.__name__, out.encoding, out.isatty(), out.name",
    "__name__, __doc__, sys.modules['__main__'].__dict__ is globals(), sorted(globals())",
    "_i, Out[3], get_ipython().execution_count, type(get_ipython().kernel)",
    "import numpy, decimal\nnumpy.get_printoptions(), pd.options.display.max_columns",
    "decimal.getcontext()",
    "import asyncio\nawait asyncio.sleep(0)\nasync def f(): return 3\nt = asyncio.create_task(f())",
    "import contextvars\nv = contextvars.ContextVar('v', default=await t)\nv.set(4);",
    "v.get()",
    "%precision 2\n3.14159",
)
FAILING = (
    "1 / 0",
    "def g(): raise ValueError('two\\nlines')\ng()",
    "input('?')",
    "x = ",
    "raise KeyboardInterrupt",
    "sys.exit(3)",
    "asyncio.run(asyncio.sleep(0))",
    "os.kill(os.getpid(), signal.SIGINT); import time; time.sleep(1)",
    "class Bad:\n    def _repr_html_(self): 1 / 0\nBad()",
    "print('before'); raise ExceptionGroup('g', [OSError(1, 'x')])",
)
PARAMETERS = cell('name = ""', "parameters")

SLOW, LOUD = "ran longer than 1 s", "printed more than 50 MB"
HANGS = "import time\ntry:\n    time.sleep(60)\nexcept Exception:\n    pass"
# What goes wrong in notebooks: their last cells, and what is told of it.
WRONG: dict[str, tuple[tuple[str, ...], str, int, str]] = {
    "hangs": ((HANGS,), "timeout", 3, SLOW),
    "waits": (("import asyncio\nawait asyncio.sleep(60)",), "timeout", 3, SLOW),
    "raises": (("1 / 0", "'never'"), "raised", 3, "ZeroDivisionError: division by zero"),
    "half a letter": (("raise ValueError('x\\ud800')",), "raised", 3, "ValueError: x\\ud800"),
    "prints": (("while True: print('x' * 1_000_000)",), "raised", 3, LOUD),
    "shows": (("'x' * 51_000_000",), "raised", 3, LOUD),
    "takes": (("x = bytearray(9_000_000_000)",), "raised", 3, "MemoryError"),
    "ends": (("exit()", "1"), "raised", 4, "the notebook has ended its own kernel"),
    "has ended": (("exit()",), "done", 0, ""),
    "leaves": (("import os\nos._exit(0)",), "died", 3, "its process ended with exit code 0"),
}


def run(tmp_path: Path, notebooks: dict[str, Any], limits: Limits, kind: str) -> dict[str, Ended]:
    """How notebooks ended that were run in processes of their own, in folders of their names."""
    (tmp_path / "tasks.py").write_text(TASKS, "utf-8")
    jobs = []
    for name, content in notebooks.items():
        path = tmp_path / f"{name}.ipynb"
        write(path, content)
        jobs.append(Job(name, str(tmp_path / kind / name), (f"tasks:{kind}",), {"in": str(path)}))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(ROOT))
        patch.delenv("PYTEST_CURRENT_TEST")  # where ipykernel sees it, it leaves descriptors alone
        scratch = tmp_path / "scratch"
        with Processes(scratch, "tasks", environment(tmp_path, scratch)) as pool:
            return {ended.name: ended for ended in pool.run(jobs, 2, limits)}


def cells(folder: Path) -> list[Any]:
    """The cells of an executed notebook, without addresses in memory and names of files of cells.

    In which pieces and which order a kernel sends what is printed depends on its clock: here it is
    the first output of its cell.
    """
    text = (folder / "run.ipynb").read_text("utf-8").replace(str(folder), "<run>")
    text = re.sub(r"ipykernel_\d+/\d+|0x[0-9a-f]{8,}", "0x", text)
    found: list[Any] = json.loads(text)["cells"]
    for each in found:
        each["metadata"].pop("execution", None)
        printed: dict[str, str] = {}
        for output in each.get("outputs", []):
            if output["output_type"] == "stream":
                printed[output["name"]] = printed.get(output["name"], "") + "".join(output["text"])
        others = [each for each in each.get("outputs", []) if each["output_type"] != "stream"]
        each["outputs"] = [{"text": printed[name]} for name in sorted(printed, reverse=True)]
        each["outputs"] += others
    return found


def said(folder: Path) -> list[str]:
    """Each text that the cells of an executed notebook show."""
    outputs = [output for cell in cells(folder) for output in cell.get("outputs", [])]
    texts = [
        o.get("text") or o.get("evalue") or o.get("data", {}).get("text/plain", "") for o in outputs
    ]
    return ["".join(text).strip() for text in texts]


def test_warm_and_ordinary_kernels_give_the_same_notebook(tmp_path: Path) -> None:
    """Outputs, errors with their tracebacks, the state of the process: every cell is the same."""
    failing = (cell(source, "raises-exception") for source in FAILING)
    content = {"all": notebook(PARAMETERS, *map(cell, PLAIN), *failing)}
    for kind in ("warm", "ordinary"):
        ended = run(tmp_path, content, Limits(60), kind)["all"]
        assert ended.state == "raised"  # allowed, but told
    warm, ordinary = cells(tmp_path / "warm" / "all"), cells(tmp_path / "ordinary" / "all")
    for one, other in zip(warm, ordinary, strict=True):
        assert one == other
    assert said(tmp_path / "warm" / "all")[:3] == ["hello you", "careful", "[1, 2]"]


def test_the_cell_that_failed_is_named(tmp_path: Path) -> None:
    """It is counted as in the notebook's source, without the cell that papermill adds."""
    made = {
        name: notebook(cell("# T", kind="markdown"), PARAMETERS, *map(cell, sources))
        for name, (sources, *_) in WRONG.items()
    }
    slow = {name: made.pop(name) for name in ("hangs", "waits")}
    ends = run(tmp_path, slow, Limits(1), "warm")
    ends |= run(tmp_path, made, Limits(60, megabytes=4000), "warm")
    told = {name: (ended.state, ended.cell, ended.cause) for name, ended in ends.items()}
    assert told == {name: tuple(expected) for name, (_, *expected) in WRONG.items()}
    assert all(run.stat().st_size < 1_000_000 for run in tmp_path.glob("warm/*/run.ipynb"))
    assert "Traceback" in (tmp_path / "warm" / "raises" / "run.ipynb").read_text("utf-8")
    assert "'never'" not in said(tmp_path / "warm" / "raises")


IN_ONE_PROCESS = """\
import logging, os, sys, warnings
from analysis.builds.engine import WarmEngine
from papermill.engines import papermill_engines
papermill_engines.register("warm", WarmEngine)
import papermill

logging.basicConfig(level="ERROR", format="of papermill: %(message)s")
state = lambda: (sys.stdout, sys.stderr, sys.argv, sys.path, logging.getLogger().handlers,
                 logging.getLogger().level, warnings.filters[0], os.fstat(1), dict(os.environ))
before = None
for out in sys.argv[2:]:
    papermill.execute_notebook(sys.argv[1], out, engine_name="warm", progress_bar=False)
    assert before in (None, state())
    before = state()
logging.error("said at last")
"""


def test_every_run_starts_with_the_state_of_a_fresh_kernel(tmp_path: Path) -> None:
    """`papermill --engine warm` shows what a notebook logs, whatever papermill logs itself."""
    logs = [source for source in PLAIN if "logging" in source or "warnings" in source]
    sources = ("left = 1", "'left' in globals(), In, Out", *logs)
    write(tmp_path / "in.ipynb", notebook(*map(cell, sources)))
    outs = [tmp_path / name / "run.ipynb" for name in ("first", "second")]
    _ = [out.parent.mkdir() for out in outs]
    arguments = [sys.executable, "-c", IN_ONE_PROCESS, str(tmp_path / "in.ipynb"), *map(str, outs)]
    environment = {k: v for k, v in os.environ.items() if k != "PYTEST_CURRENT_TEST"}
    environment["PYTHONPATH"] = str(ROOT)
    done = subprocess.run(arguments, capture_output=True, text=True, env=environment, check=False)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    assert done.stderr.splitlines()[-1] == "of papermill: said at last"
    assert said(outs[0].parent) == said(outs[1].parent)
    assert {"INFO:root:noted", "INFO:root:still noted"} <= set(said(outs[0].parent))


def test_an_executed_notebook_names_neither_times_nor_places() -> None:
    """Paths get names, cells their positions as ids; what papermill notes of its run is gone."""
    content = notebook(PARAMETERS, cell('data = "/srv/data"'))
    content["cells"][1]["metadata"] = {"papermill": {"duration": 1}}
    first, second = json.loads(engine.normal(content, {"/srv/data": "<data>"}))["cells"]
    assert (first["id"], second["id"], second["metadata"]) == ("cell-001", "cell-002", {})
    assert second["source"] == 'data = "<data>"'


def test_a_notebook_that_cannot_be_read_is_told_as_such(tmp_path: Path) -> None:
    """No JSON, or JSON without cells: what to do, and no traceback of a library."""
    for text in ("not a notebook", '{"cells": [', "[]", "{}"):
        (tmp_path / "broken.ipynb").write_text(text)
        with pytest.raises(RunError, match=r"broken.ipynb is not a notebook .* Restore it"):
            engine.execute(tmp_path / "broken.ipynb", {}, tmp_path)


def test_a_killed_run_leaves_its_source_with_the_cause(tmp_path: Path) -> None:
    """The notebook that a killed process could not write ends in the cell it had come to."""
    write(tmp_path / "in.ipynb", notebook(PARAMETERS, cell("while True: pass"), cell("1")))
    ended = Ended("x", "timeout", "ran longer than 2 s", 2)
    engine.note_end(tmp_path / "in.ipynb", tmp_path / "out" / "run.ipynb", {"name": "you"}, ended)
    assert "'name': 'you'" in "".join(cells(tmp_path / "out")[0]["source"])
    assert said(tmp_path / "out") == ["ran longer than 2 s"]
