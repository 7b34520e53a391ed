"""The two tasks of a report: its notebook is run, and its pages are made from what that left.

Each is done in a process of its own, forked from one that has imported everything (`server`).
Notebooks are trusted code, but what one has computed or changed in its process reaches no page: the
second task looks everything up again.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import importlib.util
import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.builds import stale
from analysis.builds.plan import Project, Report
from analysis.builds.processes import Job, Limits, RunError
from analysis.builds.stale import Key, Shared
from analysis.builds.watch import Watch
from analysis.errors import UserError
from analysis.numbers import questions, schema
from analysis.pages.site import Site

MODULE = "analysis.builds.server"  # for the fork server to import
TASKS = ("analysis.builds.run:run", "analysis.builds.run:page")

# What the server is told; names that nobody picks for something else.
SERVER_DATA, SERVER_DOCX = "_ANALYSIS_SERVER_DATA", "_ANALYSIS_SERVER_DOCX"


@dataclass(frozen=True)
class Arguments:
    """What both tasks of a report must know; `key` is the part of its key that needs no run, and
    with `docx` it makes Word files, too."""

    report: Report
    project: Project
    key: Key
    site: Site
    docx: bool


def job(report: Report, project: Project, shared: Shared, work: Path, docx: bool = False) -> Job:
    """The work of one report and what its tasks must know; its folder lies under `work`."""
    arguments = Arguments(report, project, shared.key(report), shared.site, docx)
    return Job(report.name, str(work / "reports" / report.name), TASKS, arguments)


# ------------------------------------------------------------------------------------- first task


def run(arguments: Arguments, folder: Path, limits: Limits) -> None:
    """Run the notebook; leave it as `run.ipynb`, and what it asked and opened in `noted.json`.

    Raises `RunError`, with the cell, where it fails or tries to change the project.
    """
    from analysis.builds import engine
    from analysis.numbers import figures

    report, project = arguments.report, arguments.project
    notebook, data = project.notebooks / report.notebook, str(project.data)
    # Notebooks find the shipped data by themselves: plain papermill has nothing to give them.
    own = {} if project.data == schema.SHIPPED else {"data": data}
    with contextlib.suppress(UserError):  # the notebook meets it, too, in a cell of its own
        figures.load(project.data)
    watch = Watch(folder, (notebook,), (project.root, project.data))
    with questions.noted() as asked, watch.watching():
        given = {**report.parameters, **own}
        engine.execute(notebook, given, folder, limits, {data: "<data>"})
    if watch.refused:
        raise RunError(watch.refused[0])
    names = {stale.file_name(path, project) for path in watch.opened}
    names |= {f"{stale.file_name(path, project)}/" for path in watch.listed}
    inputs = {
        "asked": sorted(asked),
        "files": stale.files(sorted(names), project),
        "state": stale.tables_digest(project),
    }
    _write(folder / "noted.json", inputs)


def _write(path: Path, content: Mapping[str, Any]) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True), "utf-8")


# ------------------------------------------------------------------------------------ second task


def page(arguments: Arguments, folder: Path, limits: Limits) -> None:  # noqa: ARG001
    """Make both pages of the run that lies in the folder, and their key: `key.json`.

    Everything that pages show is looked up in tables that this process has read. Raises
    `DocumentError` where the run is no document, and `RunError` where the data have changed.
    """
    from analysis.numbers import figures
    from analysis.pages import html, make

    report, project, site = arguments.report, arguments.project, arguments.site
    inputs = json.loads((folder / "noted.json").read_text("utf-8"))
    known = stale.known(project, report.parameters)
    with questions.noted() as page_questions:
        prepared = make.prepare(folder / "run.ipynb", known, project.data, site)
        prepared.document.refuse_other(report.parameters)
        known.latest()  # asked here, too, because the frame of every page shows this day
    names = stale.with_sources({*inputs["asked"], *page_questions}, project.data)
    linked = {code for body in prepared.bodies.values() for code in body.writer.linked_areas}
    answers = figures.answer_digests(known, names)
    key = stale.complete(arguments.key, answers, inputs["files"], linked, site)
    if stale.tables_digest(project) != inputs["state"]:
        raise RunError("data changed while the report was made. Build again.")
    stamp, version = stale.stamp(key), stale.version(key)
    frame = html.Frame(report.name, site.imprint, stamp, version, arguments.docx)
    about = {"report": report.name, "parameters": dict(report.parameters)}
    with questions.noted() as unkeyed:
        make.write(prepared, frame, {**about, "key": stamp, "version": version}, folder)
    unkeyed -= {*names}
    assert not unkeyed, f"asked after the key was made: {sorted(unkeyed)}"
    _write(folder / "key.json", {"key": key, "state": inputs["state"]})


# ------------------------------------------------------------------------------- before both tasks


def environment(
    package: Path, scratch: Path, data: Path | None = None, docx: bool = False
) -> dict[str, str]:
    """The environment every report is made in, the same for every user, place and time zone.

    `package` is the folder of the package; with `data`, that of the tables, a server warms up;
    with `docx` for Word files, too.
    """
    fixed = {
        **({SERVER_DATA: str(data)} if data else {}),
        **({SERVER_DOCX: "on"} if docx else {}),
        "SOURCE_DATE_EPOCH": "315532800",  # 1980-01-01: the earliest day that archives can hold
        "PYTHONHASHSEED": "0",
        "PYTHONUTF8": "1",
        # The package, wherever it lies, before any other of its name; nothing from where we are.
        "PYTHONPATH": os.pathsep.join(
            [str(package), *filter(None, [os.environ.get("PYTHONPATH")])]
        ),
        "PYTHONSAFEPATH": "1",
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "IPYTHONDIR": str(scratch / "ipython"),  # nobody's startup files
        # One thread each: reports run side by side, and a sum must not depend on the machine.
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
    }
    matplotlib = importlib.util.find_spec("matplotlib")
    if matplotlib and matplotlib.origin:  # nobody's matplotlibrc
        fixed["MATPLOTLIBRC"] = str(Path(matplotlib.origin).parent / "mpl-data" / "matplotlibrc")
    dropped = {"PYTHONSTARTUP", "PYTHONWARNINGS", "PYTHONOPTIMIZE", "LANGUAGE", "LANG"}
    return {name: value for name, value in os.environ.items() if name not in dropped} | fixed


def warm_up(data: str) -> None:
    """Import what notebooks and pages import, read the data, and draw and write a page.

    What goes wrong here goes wrong again in the report that needs it, in a cell that says so.
    """
    modules: dict[str, Any] = sys.modules
    # jsonschema, behind nbformat, imports this to check one kind of address that notebooks do not
    # hold, and takes two seconds to compile its grammar.
    modules.setdefault("rfc3987_syntax", None)
    gc.disable()  # imports leave hardly any garbage, and to look for it takes a third of their time
    with contextlib.suppress(Exception):
        _import(data)
    if modules["rfc3987_syntax"] is None:
        del modules["rfc3987_syntax"]
    gc.freeze()  # the reports share these pages of memory as long as nobody writes to them
    gc.enable()


def _import(data: str) -> None:
    for name in ("nbformat", "numpy", "pandas", "papermill"):
        importlib.import_module(name)
    from analysis.builds import kernel

    with kernel.kernel().shell.builtin_trap:  # libraries notice that they are in a kernel
        import analysis
        from analysis.pages import make

        for name in analysis.__all__:
            getattr(analysis, name)
    stale.with_sources((), Path(data))
    make.warm_up(Path(data), docx=SERVER_DOCX in os.environ)
