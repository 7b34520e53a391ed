"""Measure the builder against what else there is: `make bench`.

One paired run: each round measures, one after the other and on the same notebooks,

    (a) the commands `papermill` and `jupyter nbconvert`, one page after the other,
    (b) the same two libraries called from Python, in a pool of two processes,
    (c) this project's build of the whole site from nothing, two reports at a time,
    (d) the bare floor: in two warm processes, the code of each report once, its charts drawn once
        for each width, and both its pages made, which are thrown away,
    (e) the floor of the same files: as (d), with all files of the site written by the functions of
        the build: pages, records, tables, the data in five forms, explorer, sources, front pages.

What (c) does more than (e) is to start, to check the data and the documents, to give each report
processes of its own under papermill, to keep its executed notebook and to publish an edition. So
(c)/(e) says what safety costs, (c)/(d) what a whole site costs beside the bare code of its pages.
(a) and (b) make plain nbconvert pages of a sample of each notebook, weighted by how many pages of
the site it makes; (c) to (e) do the whole site. Compare the ratios, taken within a round: seconds
depend on the machine and what else it does. A build with nothing to do is measured in CPU time, and
in bare starts of Python. `--curve` measures sites of several sizes instead: without the profiles of
communes, with them, and with four of each; `--cluster` also on a Dask cluster of two workers on
this machine.
"""

from __future__ import annotations

import argparse
import contextlib
import fnmatch
import json
import logging
import multiprocessing
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

from analysis.builds import edition, manifests, plan, run, stale
from analysis.builds.options import Options
from analysis.builds.plan import Project, Report
from analysis.numbers import figures
from analysis.numbers.schema import LANGUAGES
from analysis.pages import html, make
from analysis.pages.document import Document, Output, Prose

from . import ROOT, cells

WORKERS = 2
SCRIPTS = Path(sys.executable).parent
OWN = [sys.executable, "-m", "analysis", "build", "--out"]
WAYS = {
    "a": "papermill, then jupyter nbconvert, as commands",
    "b": "both through Python, in a pool of two",
    "c": "this build, whole site, start-up included",
    "d": "bare floor: code and pages, two warm processes",
    "e": "floor of the same files, two warm processes",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure what is asked for and print it as tables."""
    parser = argparse.ArgumentParser(prog="python -m tests.programs.bench")
    parser.add_argument("--rounds", type=int, default=2, metavar="N", help="default: 2")
    parser.add_argument("--only", default="*", metavar="PATTERN", help="reports, e.g. 'project-*'")
    sizes = "instead: sites with so many profiles of each commune (default: 0 1 4)"
    parser.add_argument("--curve", type=int, nargs="*", metavar="N", help=sizes)
    parser.add_argument("--cluster", action="store_true", help="with --curve: on a cluster, too")
    asked = parser.parse_args(arguments)
    os.environ["PYTHONPATH"] = str(ROOT)  # the kernels of (a) and (b) import this checkout
    load = f"load {os.getloadavg()[0]:.1f} at the start"
    print(f"{os.cpu_count()} processors, Python {sys.version.split()[0]}, {load}")
    with tempfile.TemporaryDirectory() as scratch:
        if asked.curve is None:
            compare(Path(scratch), asked.rounds, asked.only)
        else:
            curve(Path(scratch), Project.at(ROOT), asked.curve or TIMES, asked.cluster)
    return 0


# ---------------------------------------------------------------------------------- the comparison


def compare(scratch: Path, rounds: int, only: str) -> None:
    """Print seconds per page of (a) to (e), their ratios, and what it costs to have no work."""
    every = plan.plan(Project.at(ROOT))
    planned = [report for report in every if fnmatch.fnmatchcase(report.name, only)]
    sample = list({report.notebook: report for report in planned}.values())
    pages = len(planned) * len(LANGUAGES)
    print(f"{pages} pages of {len(sample)} notebooks\n", flush=True)
    measured: dict[str, list[float]] = {way: [] for way in WAYS}
    for number in range(rounds):
        folder = scratch / str(number)
        folder.mkdir()
        own = [*OWN, str(folder / "own"), "--jobs", str(WORKERS), "--only", only]
        measured["a"].append(_weighted(commands(sample, folder), planned))
        measured["b"].append(_weighted(pooled(sample, folder), planned))
        measured["c"].append(seconds(quietly, own, ROOT) / pages)
        for way, took in zip("de", floor(planned, folder), strict=True):
            measured[way].append(took / pages)
        said = ", ".join(f"({way}) {values[-1]:.2f}" for way, values in measured.items())
        print(f"round {number + 1}: {said} s a page", flush=True)
    print("\n| way | seconds a page | ratio to (c) |\n|---|---|---|")
    for way, values in measured.items():
        ratios = [value / own for value, own in zip(values, measured["c"], strict=True)]
        spread = f" ({min(ratios):.2f} to {max(ratios):.2f})" if rounds > 1 and way != "c" else ""
        middle, ratio = statistics.median(values), statistics.median(ratios)
        print(f"| ({way}) {WAYS[way]} | {middle:.2f} | {ratio:.2f}{spread} |")
    for way, floor_is in (("e", "the floor of the same files"), ("d", "the bare floor")):
        over = (own / value for value, own in zip(measured[way], measured["c"], strict=True))
        print(f"\n(c) is {statistics.median(over):.2f} times ({way}), {floor_is}.")
    idle, bare = nothing_to_do([*OWN, str(scratch / "0" / "own"), "--only", only])
    print(f"A build with nothing to do: {idle:.2f} s of CPU, {idle / bare:.1f} starts of Python.")


def seconds(work: Callable[..., Any], *given: Any) -> float:
    """How long some work takes."""
    started = time.monotonic()
    work(*given)
    return time.monotonic() - started


def quietly(command: Sequence[str], folder: Path, environment: Any = None) -> str:
    """What a command prints, which has to succeed."""
    settings: dict[str, Any] = {"env": environment, "capture_output": True, "text": True}
    done = subprocess.run(command, cwd=folder, check=False, **settings)
    if done.returncode:
        last = (done.stdout + done.stderr)[-2000:]
        raise SystemExit(f"{' '.join(command)} ended with {done.returncode}:\n{last}")
    return str(done.stdout)


def commands(sample: Sequence[Report], folder: Path) -> dict[str, float]:
    """(a) Seconds a page, by notebook."""
    return {report.notebook: seconds(_by_commands, report, folder) for report in sample}


def _by_commands(report: Report, folder: Path) -> None:
    source, run = str(ROOT / "notebooks" / report.notebook), str(folder / "a.ipynb")
    values = (("-r", name, str(value)) for name, value in report.parameters.items())
    given = [word for value in values for word in value]
    options = ["-k", "python3", "--no-progress-bar"]
    quietly([str(SCRIPTS / "papermill"), source, run, *given, *options], folder)
    quietly([str(SCRIPTS / "jupyter"), "nbconvert", "--to", "html", "--no-input", run], folder)


def pooled(sample: Sequence[Report], folder: Path) -> dict[str, float]:
    """(b) Seconds a page, by notebook: half of what it takes in one of two busy processes."""
    # Processes of their own: nothing warm is inherited. Their start is not counted.
    with ProcessPoolExecutor(WORKERS, mp_context=multiprocessing.get_context("spawn")) as pool:
        list(pool.map(_import_both, range(WORKERS)))
        taken = pool.map(partial(seconds, _through_python), sample, [folder] * len(sample))
        return {report.notebook: took / WORKERS for report, took in zip(sample, taken, strict=True)}


def _import_both(_: int) -> None:
    for name in ("papermill", "nbconvert"):
        import_module(name)


def _through_python(report: Report, folder: Path) -> None:
    import papermill
    from nbconvert.exporters import HTMLExporter

    logging.disable(logging.WARNING)
    source, run = str(ROOT / "notebooks" / report.notebook), folder / f"b-{report.name}.ipynb"
    given: dict[str, Any] = {"kernel_name": "python3", "progress_bar": False}
    executed = papermill.execute_notebook(source, str(run), dict(report.parameters), **given)
    exporter: Any = HTMLExporter
    text, _ = exporter(exclude_input=True).from_notebook_node(executed)
    run.with_suffix(".html").write_text(text, encoding="utf-8")


def _weighted(taken: dict[str, float], planned: Sequence[Report]) -> float:
    return statistics.mean(taken[report.notebook] for report in planned)


def nothing_to_do(command: Sequence[str]) -> tuple[float, float]:
    """CPU seconds of a build that finds every page fresh, and of a bare start of Python.

    Both find their modules compiled, as from the second start on, whatever the environment says.
    """
    with tempfile.TemporaryDirectory() as cache:
        compiled = {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": cache}

        def used(command: Sequence[str]) -> float:
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            quietly(command, ROOT, {**os.environ, **compiled})
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            return sum(after[:2]) - sum(before[:2])

        bare = [sys.executable, "-c", "pass"]
        _, *rounds = [(used(command), used(bare)) for _ in range(6)]
    idle, start = (statistics.median(side) for side in zip(*rounds, strict=True))
    return idle, start


# --------------------------------------------------------------------------------------- the floor


def floor(planned: Sequence[Report], folder: Path) -> tuple[float, float]:
    """(d) and (e) Seconds for the whole site, in two processes that have imported everything."""
    names = json.dumps([report.name for report in planned])
    command = [sys.executable, "-m", "tests.programs.bench", "_floor", str(folder / "e"), names]
    bare, files = quietly(command, ROOT, run.environment(ROOT, folder)).split()[-2:]
    return float(bare), float(files)


def _floor(folder: Path, names: Sequence[str]) -> None:
    """In a process of its own: warm up as the build does, and time (d) and (e)."""
    project = Project.at(ROOT, outputs=folder)
    run.warm_up(str(project.data))
    planned = [report for report in plan.plan(project) if report.name in names]
    print(seconds(_shared_out, [partial(_bare, report, project) for report in planned]))
    print(seconds(_files, project, planned))


def _shared_out(works: Sequence[Callable[[], Any]]) -> None:
    """Have two processes forked from this one do some works, each the next when it is free."""
    with multiprocessing.get_context("fork").Pool(WORKERS) as pool:
        pool.map(_call, works, chunksize=1)


def _call(work: Callable[[], Any]) -> None:
    work()


def _bare(report: Report, project: Project) -> make.Prepared:
    """The code of a report in fresh globals, its drawings, and the body of both its pages."""
    items: list[Prose | Output] = []
    given = {**report.parameters, "data": str(project.data)}
    for cell, shown in cells.run(project.notebooks / report.notebook, given):
        spoken = cell.metadata.get("tags") or LANGUAGES
        if cell.cell_type == "markdown" and "generic" not in spoken:
            items.append(Prose(0, *(cell.source if e in spoken else "" for e in LANGUAGES)))
        elif shown is not None:
            items.append(Output(0, shown.block))
    said = Document(tuple(items), figures.load(project.data))
    drawings = make.drawings(said)
    bodies = {language: html.body(said, language, drawings) for language in LANGUAGES}
    for body in bodies.values():
        html.page(said, body, html.Frame(report.name))
    return make.Prepared(said, bodies)


_NOTHING = "0" * 12  # stands for the version of every page of the floor


def _files(project: Project, planned: Sequence[Report]) -> Path:
    """A folder with every file of a site but the manifest and what changed: those of the reports
    and the data, then the pages that lead to them."""
    state = (stale.share(project), manifests.empty(), {}, {}, planned)
    work = edition.Work(project, Options(), planned, *state)
    new = edition.new_edition(work)
    for language in LANGUAGES:
        (new / language).mkdir(parents=True)
    reports = [partial(_report, report, work) for report in work.planned]
    _shared_out([partial(edition.write_without_reports, work), *reports])
    about = {
        path: {"language": language, "version": _NOTHING}
        for report in work.planned
        for language, path in report.pages.items()
    }
    manifest = manifests.empty() | {"pages": about}
    _shared_out(
        [partial(edition.write_language, language, work, new, manifest) for language in LANGUAGES]
    )
    return new


def _report(report: Report, work: edition.Work) -> None:
    """The six files of a report, in the edition."""
    folder = work.folder / report.name
    folder.mkdir()
    frame = html.Frame(report.name, work.shared.site.imprint, {}, _NOTHING)
    about = {"report": report.name, "parameters": report.parameters, "key": {}}
    make.write(_bare(report, work.project), frame, {**about, "version": _NOTHING}, folder)
    for file in folder.iterdir():
        file.replace(edition.new_edition(work) / file.stem / f"{report.name}{file.suffix}")


# ---------------------------------------------------------------------------------------- the curve

TIMES = (0, 1, 4)  # of the profiles of communes: today's site without them, whole, 1,094 pages


def curve(scratch: Path, source: Project, times: Sequence[int], clustered: bool) -> None:
    """Print what sites of several sizes cost, from nothing and with nothing to do."""
    columns = ("made by", "pages", "seconds", "CPU seconds", "CPU ms for each page more")
    columns += ("MB of the largest process", "nothing to do, in starts of Python", "MB of the site")
    print(f"\n| {' | '.join(columns)} |\n{'|---' * len(columns)}|", flush=True)
    with local_cluster(scratch) if clustered else contextlib.nullcontext("") as scheduler:
        ways = {"this machine": ["--jobs", str(WORKERS)]}
        ways |= {"cluster": ["--scheduler", scheduler]} if scheduler else {}
        before: dict[str, tuple[int, float]] = {}
        for number in times:
            project = repeated(source, scratch / str(number), number)
            pages = len(plan.plan(project)) * len(LANGUAGES)
            for way, options in ways.items():
                command = [*OWN, str(project.outputs), "--project", str(project.root), *options]
                took, used, largest = spent(command)
                then = before.get(way, (0, 0.0))
                more = 1000 * (used - then[1]) / (pages - then[0])
                before[way] = pages, used
                idle, bare = nothing_to_do(command)
                size = sum(
                    path.stat().st_size for path in project.site.rglob("*") if path.is_file()
                )
                costs = f"{took:.1f} | {used:.1f} | {more:.0f} | {largest:.0f}"
                kept = f"{idle / bare:.1f} | {size / 1_000_000:.1f}"
                print(f"| {way} | {pages} | {costs} | {kept} |", flush=True)
                shutil.rmtree(project.outputs)
    print("\nOn a cluster, CPU and memory are those of the build alone, without the workers.")


def spent(command: Sequence[str]) -> tuple[float, float, float]:
    """Seconds, CPU seconds and the megabytes of the largest process of a command that succeeds."""
    started = time.monotonic()
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
    return time.monotonic() - started, used.ru_utime + used.ru_stime, used.ru_maxrss / 1000


def repeated(source: Project, folder: Path, times: int) -> Project:
    """A copy of a project whose last fan-out is made so many times, each under another name."""
    shutil.copytree(source.notebooks, folder / "notebooks")
    shutil.copytree(source.data, folder / "data")
    table = folder / "notebooks" / "reports.toml"
    head, *reports = table.read_text("utf-8").split("[[report]]\n")
    last = max(place for place, report in enumerate(reports) if "for_each" in report)
    name, again = 'name = "', [f'name = "{number}-' for number in range(1, times + 1)]
    reports[last : last + 1] = [reports[last].replace(name, own, 1) for own in again]
    table.write_text("[[report]]\n".join([head, *reports]), encoding="utf-8")
    return Project.at(folder)


@contextlib.contextmanager
def local_cluster(folder: Path) -> Iterator[str]:
    """The address of a scheduler with two workers, one report at a time each."""
    local: Any = import_module("distributed").LocalCluster
    quiet = {"dashboard_address": ":0", "silence_logs": logging.CRITICAL}
    kept = {"threads_per_worker": 1, "local_directory": str(folder)}
    with local(n_workers=WORKERS, **kept, **quiet) as cluster:
        yield str(cluster.scheduler_address)


if __name__ == "__main__":
    if sys.argv[1:2] == ["_floor"]:
        # By its name: a kernel takes the place of the main module when it is warmed up.
        import_module("tests.programs.bench")._floor(Path(sys.argv[2]), json.loads(sys.argv[3]))
    else:
        sys.exit(main())
