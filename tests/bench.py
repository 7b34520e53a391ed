"""Measure the builder against what else there is: ``python -m tests.bench``, or ``make bench``.

One paired run: each round measures, one after the other and on the same notebooks,

    (a) the commands ``papermill`` and ``jupyter nbconvert``, one report after the other,
    (b) the same two libraries called from Python, in a pool of two processes,
    (c) this project's build of the whole site from nothing, two reports at a time,
    (d) the floor: the code of the notebooks in two warm processes, and the bare rendering of the template.

(a) and (b) take one sample of each notebook, weighted by how many pages of the site it makes; (c) and (d) do the
whole site. Compare the ratios, which are taken within a round; seconds depend on the machine and what else it does.
(a) and (b) make plain nbconvert pages: without the template, the key, the records, the gate and the edition.

``--synthetic`` measures sites of small pages instead, ``--cluster`` also the same sites made by a Dask cluster of two
workers on this machine: what sending a report away and fetching its pages costs where nothing is gained by it.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import fnmatch
import json
import logging
import multiprocessing
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]  # also in the processes of a pool

from small_project import PARAMETERS, briefing, small_project, write  # noqa: E402

from analysis import build, cluster, kernels, pages, reports  # noqa: E402
from analysis.reports import Project, Report  # noqa: E402

WORKERS = 2
SCRIPTS = Path(sys.executable).parent


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure what is asked for and print it as tables."""
    os.environ["PYTHONPATH"] = str(ROOT)  # the kernels of (a) and (b) import this checkout, wherever it lies
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description="Measure the builder, as ratios.")
    parser.add_argument("--rounds", type=int, default=2, metavar="N", help="paired rounds; medians are printed (default: 2)")
    parser.add_argument("--only", default="*", metavar="PATTERN", help="reports of (c) and (d), e.g. 'project-*' (default: all)")
    parser.add_argument(
        "--synthetic", type=int, nargs="*", metavar="N", help="instead: N small synthetic pages (default: 10 100 1000)"
    )
    parser.add_argument("--cluster", action="store_true", help="with --synthetic: also with a cluster of two workers")
    asked = parser.parse_args(arguments)
    print(f"{os.cpu_count()} processors, Python {sys.version.split()[0]}, load {os.getloadavg()[0]:.1f} at the start")
    with tempfile.TemporaryDirectory() as scratch:
        if asked.synthetic is not None:
            with local_cluster(Path(scratch)) if asked.cluster else contextlib.nullcontext() as scheduler:
                sizes = asked.synthetic or [10, 100, 1000]
                if scheduler:
                    carrying(Path(scratch), scheduler, max(sizes))
                synthetic(Path(scratch), sizes, scheduler)
        else:
            compare(Path(scratch), asked.rounds, asked.only)
    return 0


# --------------------------------------------------------------------------------------- the comparison


def compare(scratch: Path, rounds: int, only: str) -> None:
    """Print seconds per page of (a) to (d), their ratios, and what a build with nothing to do takes."""
    planned = [report for report in reports.plan(Project.at(ROOT)) if fnmatch.fnmatchcase(report.name, only)]
    shares = Counter(report.notebook for report in planned)
    sample = [next(report for report in planned if report.notebook == name) for name in shares]
    print(f"{len(planned)} pages of {len(shares)} notebooks; (a) and (b) make {len(sample)} of them\n", flush=True)
    measured: dict[str, list[float]] = {"a": [], "b": [], "c": [], "d": []}
    idle: list[float] = []
    for number in range(rounds):
        folder = scratch / str(number)
        folder.mkdir()
        measured["a"].append(commands(sample, shares, folder))
        measured["b"].append(pooled(sample, shares, folder))
        out = folder / "ours"
        measured["c"].append(ours(out, only) / len(planned))
        measured["d"].append(floor(planned, out, folder) / len(planned))
        idle.append(nothing_to_do(out, only))
        said = ", ".join(f"({name}) {values[-1]:.2f}" for name, values in measured.items())
        print(f"round {number + 1}: {said} s a page; nothing to do {idle[-1]:.2f} s", flush=True)
    said = {
        "a": "papermill, then jupyter nbconvert, as commands",
        "b": "both through Python, in a pool of two",
        "c": "this build, whole site, start-up included",
        "d": "floor: code and bare template, two warm processes",
    }
    print("\n| way | seconds a page | ratio to (c) |\n|---|---|---|")
    for name, values in measured.items():
        ratios = [value / own for value, own in zip(values, measured["c"], strict=True)]
        spread = f" ({min(ratios):.2f} to {max(ratios):.2f})" if rounds > 1 and name != "c" else ""
        print(f"| ({name}) {said[name]} | {statistics.median(values):.2f} | {statistics.median(ratios):.2f}{spread} |")
    over = statistics.median(own / value for value, own in zip(measured["d"], measured["c"], strict=True))
    print(f"\n(c) is {over:.2f} times its floor (d). A build with nothing to do: {statistics.median(idle):.2f} s of CPU.")


def commands(sample: Sequence[Report], shares: Counter[str], folder: Path) -> float:
    """(a) Seconds a page."""
    seconds = {}
    for report in sample:
        run = folder / f"a-{report.name}.ipynb"
        given = [word for name, value in report.parameters.items() for word in ("-r", name, str(value))]
        started = time.monotonic()
        source = str(ROOT / "notebooks" / report.notebook)
        _quietly([str(SCRIPTS / "papermill"), source, str(run), *given, "-k", "python3", "--no-progress-bar"], folder)
        _quietly([str(SCRIPTS / "jupyter"), "nbconvert", "--to", "html", "--no-input", str(run)], folder)
        seconds[report.notebook] = time.monotonic() - started
    return _weighted(seconds, shares)


def pooled(sample: Sequence[Report], shares: Counter[str], folder: Path) -> float:
    """(b) Seconds a page: half of what a report takes in one of two busy processes. Their start is not counted."""
    # Processes of their own, as in any script: nothing warm is inherited.
    with ProcessPoolExecutor(WORKERS, mp_context=multiprocessing.get_context("spawn")) as pool:
        list(pool.map(_import_both, range(WORKERS)))
        tasks = [
            (str(ROOT / "notebooks" / each.notebook), str(folder / f"b-{each.name}"), dict(each.parameters)) for each in sample
        ]
        taken = list(pool.map(_through_python, tasks))
    return _weighted({each.notebook: seconds / WORKERS for each, seconds in zip(sample, taken, strict=True)}, shares)


def _import_both(_: int) -> None:
    import nbconvert  # noqa: F401
    import papermill  # noqa: F401


def _through_python(task: tuple[str, str, dict[str, Any]]) -> float:
    import papermill
    from nbconvert.exporters import HTMLExporter

    logging.disable(logging.WARNING)
    source, stem, parameters = task
    started = time.monotonic()
    executed = papermill.execute_notebook(source, f"{stem}.ipynb", parameters, kernel_name="python3", progress_bar=False)
    text, _ = HTMLExporter(exclude_input=True).from_notebook_node(executed)
    Path(f"{stem}.html").write_text(text, encoding="utf-8")
    return time.monotonic() - started


def _weighted(seconds: dict[str, float], shares: Counter[str]) -> float:
    return sum(seconds[name] * share for name, share in shares.items()) / shares.total()


def ours(out: Path, only: str) -> float:
    """(c) Seconds for the whole site, from nothing."""
    started = time.monotonic()
    _quietly([sys.executable, "-m", "analysis", "build", "--out", str(out), "--jobs", str(WORKERS), "--only", only], ROOT)
    return time.monotonic() - started


def nothing_to_do(out: Path, only: str) -> float:
    """CPU seconds of a build that finds every page fresh."""
    before = os.times()
    _quietly([sys.executable, "-m", "analysis", "build", "--out", str(out), "--only", only], ROOT)
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system


# --------------------------------------------------------------------------------------------- the floor


def floor(planned: Sequence[Report], out: Path, folder: Path) -> float:
    """(d) Seconds for the whole site: two processes that have imported everything share the reports."""
    task = json.dumps([str(out), [report.path for report in planned]])
    running = subprocess.Popen(
        [sys.executable, "-P", "-m", "tests.bench", "_floor", task],
        cwd=ROOT,
        env=kernels.environment(ROOT, folder),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    said, _ = running.communicate()
    if running.returncode:
        raise RuntimeError("the floor could not be measured")
    return float(said.split()[-1])


def _floor(task: str) -> None:
    """In a process of its own: warm up as the build does, fork, and time the children."""
    out, paths = json.loads(task)
    project = Project.at(ROOT, outputs=Path(out))
    by_path = {report.path: report for report in reports.plan(project)}
    work = [by_path[path] for path in paths]
    with _warm(project):
        started = time.monotonic()
        children = []
        for first in range(WORKERS):
            pid = os.fork()
            if pid == 0:
                os._exit(_share(work[first::WORKERS], project))
            children.append(pid)
        codes = [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in children]
        print(time.monotonic() - started, flush=True)
    os._exit(max(map(abs, codes)))


@contextlib.contextmanager
def _warm(project: Project) -> Iterator[None]:
    modules = [f"analysis.{path.stem}" for path in project.code.glob("*.py") if path.stem not in build._MAKING_HALF]
    places = {"template": str(project.template), "data": str(project.data)}
    kernels._warm_up(
        ["nbconvert", *sorted(modules)],
        [("analysis.pages:warm_up", places), ("analysis.charts:read_ahead", {"data": str(project.data)})],
    )
    yield


def _share(work: Sequence[Report], project: Project) -> int:
    """The code of each notebook in fresh globals, and the rendering of what the build has executed."""
    import nbformat

    planned = reports.plan(project)
    shared = reports.share(project, planned)
    for report in work:
        source = json.loads((project.notebooks / report.notebook).read_text("utf-8"))
        names: dict[str, Any] = {}
        for each in source["cells"]:
            if each["cell_type"] == "code":
                _exec("".join(each["source"]), names)
                if "parameters" in each["metadata"].get("tags", []):
                    names.update(report.parameters)
        executed = nbformat.read(project.outputs / "runs" / f"{report.name}.{report.language}.ipynb", as_version=4)
        key = reports.key(report, project, shared)
        told = build._job(report, project, project.outputs, key, shared.titles).arguments
        pages.render(executed, pages.about(executed, told, shared.tables), str(project.template), str(project.data))
    return 0


def _exec(source: str, names: dict[str, Any]) -> None:
    """Run a cell; what its last expression shows is asked for, and dropped."""
    body = ast.parse(source)
    last = body.body.pop() if body.body and isinstance(body.body[-1], ast.Expr) else None
    exec(compile(body, "<cell>", "exec"), names)
    if isinstance(last, ast.Expr):
        shown = eval(compile(ast.Expression(last.value), "<cell>", "eval"), names)
        for ask in ("_repr_mimebundle_", "_repr_html_"):
            if hasattr(shown, ask):
                getattr(shown, ask)()
                break


# ------------------------------------------------------------------------------------- synthetic reports

CHART = """\
import io
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
drawn = Figure(figsize=(5, 2))
FigureCanvasSVG(drawn)
drawn.subplots().bar(["x", "y"], [float(value), 20])
drawn.savefig(io.StringIO(), format="svg")
assert province
"""

# The tables of the small project are too small for the real check of the data.
BUILD = """\
import sys; sys.path.insert(0, sys.argv[1])
from pathlib import Path
from analysis import check, cli
check.check = lambda data: []
root = sys.argv[2]
sys.exit(cli.main(["build", "--quiet", "--data", root + "/tables", *sys.argv[3:]], Path(root)))
"""


def synthetic(scratch: Path, sizes: Sequence[int], scheduler: str | None) -> None:
    """Print what small pages cost, and the most memory a build used, for sites of several sizes."""
    ways = {"this machine": ("--jobs", str(WORKERS))} | ({"cluster": ("--scheduler", scheduler)} if scheduler else {})
    columns = ("made by", "pages", "seconds", "CPU seconds", "ms for each page more", "CPU ms for each", "most memory, MB")
    print(f"\n| {' | '.join(columns)} |\n{'|---' * len(columns)}|", flush=True)
    before: dict[str, tuple[int, float, float]] = {}
    for size in sizes:
        project = many(scratch / str(size), size)
        for way, arguments in ways.items():
            started, used = time.monotonic(), cpu_seconds()
            with most_memory() as peak:
                _quietly([sys.executable, "-c", BUILD, str(ROOT), str(project.root), *arguments], scratch)
            seconds, used = time.monotonic() - started, cpu_seconds() - used
            smaller = before.get(way, (size, 0.0, 0.0))
            added = size - smaller[0]
            more = [
                f"{1000 * (now - then) / added:.0f}" if added else "–"
                for now, then in ((seconds, smaller[1]), (used, smaller[2]))
            ]
            print(f"| {way} | {size} | {seconds:.1f} | {used:.1f} | {' | '.join(more)} | {peak[0]:.0f} |", flush=True)
            before[way] = size, seconds, used
            shutil.rmtree(project.outputs)
        shutil.rmtree(scratch / str(size))


@contextlib.contextmanager
def local_cluster(folder: Path) -> Iterator[str]:
    """The address of a scheduler with two workers, one report at a time each; gone after the block."""
    from distributed import Client

    told = folder / "scheduler.json"
    dask = [sys.executable, "-m", "dask"]
    starts = [[*dask, "scheduler", "--host", "127.0.0.1", "--port", "0", "--scheduler-file", str(told)]]
    starts += [[*dask, "worker", "--scheduler-file", str(told), "--nthreads", "1", "--local-directory", str(folder)]] * WORKERS
    running = []
    try:
        for command in starts:
            quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
            running.append(subprocess.Popen([*command, "--no-dashboard"], cwd=folder, **quiet))
            while not (told.exists() and told.read_text("utf-8").endswith("}")):  # it is written in pieces
                time.sleep(0.05)
        address = json.loads(told.read_text("utf-8"))["address"]
        with Client(address, set_as_default=False) as client:
            client.wait_for_workers(WORKERS, timeout=60)
        yield address
    finally:
        for process in reversed(running):
            process.terminate()
            process.wait()


def carrying(scratch: Path, scheduler: str, size: int) -> None:
    """Print what each way takes for reports that do nothing: a fork at home; the same, there and back, on a cluster."""
    jobs = [kernels.Job(f"report-{number}", str(scratch / "empty" / str(number)), {}) for number in range(size)]
    nothing = "builtins:print"  # what it prints goes nowhere
    ways: dict[str, kernels.Kernels | cluster.Cluster] = {
        "this machine": kernels.Kernels(ROOT, scratch / "foreman", nothing),
        "cluster": cluster.Cluster(scheduler, ROOT, {"analysis": ROOT / "analysis", "data": ROOT / "data"}, nothing),
    }
    for way, maker in ways.items():
        with maker:
            list(maker.run(jobs[:WORKERS], WORKERS))  # whoever forks is warm now
            started, used = time.monotonic(), cpu_seconds()
            states = Counter(ended.state for ended in maker.run(jobs, WORKERS))
            seconds, used = time.monotonic() - started, cpu_seconds() - used
        print(
            f"{way}: {1000 * seconds / size:.1f} ms for a report that does nothing (CPU {1000 * used / size:.1f}); {dict(states)}"
        )


def many(folder: Path, size: int) -> Project:
    """A project of so many pages: half as many areas, each in two languages with a number and a small chart."""
    project = small_project(folder)
    plan = project.notebooks / "reports.toml"
    alpha = '[[report]]\nname = "alpha"\nnotebook = "alpha.ipynb"\n'
    plan.write_text(plan.read_text("utf-8").replace(alpha, ""), encoding="utf-8")
    rows = [f"{area},A,A,province\n" for area in ("ha-noi", *(f"area-{number:04}" for number in range(1, size // 2)))]
    (project.data / "areas.csv").write_text("area,label_vi,label_en,level\n" + "".join(rows), encoding="utf-8")
    each = briefing(CHART, question="Each?", parameters=f'{PARAMETERS}\nprovince = "ha-noi"')
    write(project.notebooks / "province.ipynb", each)
    return project


@contextlib.contextmanager
def most_memory() -> Iterator[list[float]]:
    """The most memory (MB, shared pages counted once) of this process's descendants within the block."""
    peak, done = [0.0], threading.Event()

    def watch() -> None:
        while not done.wait(0.3):
            peak[0] = max(peak[0], sum(map(_memory, _descendants(os.getpid()))))

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield peak
    finally:
        done.set()
        watcher.join()


def cpu_seconds() -> float:
    """What this process's descendants have used so far, those that have ended included."""
    ended = os.times()
    used = ended.children_user + ended.children_system
    for pid in _descendants(os.getpid()):
        with contextlib.suppress(OSError):
            fields = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace").rpartition(")")[2].split()
            used += sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
    return used


def _descendants(pid: int) -> list[int]:
    parents: dict[int, int] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            parents[int(stat.parent.name)] = int(stat.read_text("utf-8", "replace").rpartition(")")[2].split()[1])
    found = [pid]
    for each in found:  # grows while it is read
        found += [child for child, parent in parents.items() if parent == each]
    return found[1:]


def _memory(pid: int) -> float:
    with contextlib.suppress(OSError, IndexError):
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii")
        return int(rollup.partition("Pss:")[2].split()[0]) / 1000
    return 0.0


def _quietly(command: Sequence[str], folder: Path) -> None:
    """Run a command that has to succeed."""
    done = subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout[-2000:]}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["_floor"]:
        _floor(sys.argv[2])
    else:
        sys.exit(main())
