"""The two tasks of a report: its notebook is run, and its pages are made from what that left.

Each is done in a process of its own. Notebooks are trusted code, but what one has computed or
changed in its process reaches no page: the second task looks everything up again.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from analysis.builds import stale
from analysis.builds.plan import LANGUAGES, Project, Report
from analysis.builds.processes import Job, Limits, RunError
from analysis.builds.stale import Shared
from analysis.builds.watch import Watch
from analysis.errors import UserError
from analysis.numbers import tables

TASKS = ("analysis.builds.run:run", "analysis.builds.run:page")

# What a job leaves in its folder when both tasks are done.
PAGES = tuple(f"{language}.{kind}" for language in LANGUAGES for kind in ("html", "json", "csv"))
FILES = (*PAGES, "run.ipynb", "key.json")

_CHANGED = "data changed while the report was made. Build again."


def job(report: Report, project: Project, shared: Shared, work: Path) -> Job:
    """The work of one report and what its tasks must know; its folder lies under `work`."""
    # Notebooks find the shipped data by themselves: plain papermill has nothing to give them.
    data = {} if project.data == tables.SHIPPED else {"data": str(project.data)}
    arguments = {
        "report": report.name,
        "notebook": str(project.notebooks / report.notebook),
        "parameters": dict(report.parameters),
        "given": {**report.parameters, **data},
        "root": str(project.root),
        "data": str(project.data),
        "outputs": str(project.outputs),
        "key": shared.key(report),
        "site": dict(shared.site),
    }
    return Job(report.name, str(work / "reports" / report.name), TASKS, arguments)


# ------------------------------------------------------------------------------------- first task


def run(arguments: Mapping[str, Any], folder: Path, limits: Limits) -> None:
    """Run the notebook; leave it as `run.ipynb`, and what it asked and opened in `noted.json`.

    Raises `RunError`, with the cell, where it fails or tries to change the project.
    """
    from analysis.builds import engine
    from analysis.numbers import figures

    project, notebook = _project(arguments), Path(arguments["notebook"])
    with contextlib.suppress(UserError):  # the notebook meets it, too, in a cell of its own
        figures.load(project.data)
    figures.forget()
    places = {arguments[name]: f"<{shown}>" for name, shown in _PLACES.items()}
    watch = Watch(folder, (notebook, project.code), (project.root, project.data))
    with watch.watching():
        engine.execute(notebook, arguments["given"], folder, limits, places)
    if watch.refused:
        raise RunError(watch.refused[0])
    names = {stale.file_name(path, project) for path in watch.opened}
    names |= {f"{stale.file_name(path, project)}/" for path in watch.listed}
    noted = {
        "asked": figures.asked(),
        "files": stale.files(sorted(names), project),
        "state": stale.state(project),
    }
    _write(folder / "noted.json", noted)


_PLACES = {"data": "data", "root": "project", "outputs": "outputs"}


def _project(arguments: Mapping[str, Any]) -> Project:
    return Project.at(*(Path(arguments[name]) for name in ("root", "data", "outputs")))


def _write(path: Path, content: Mapping[str, Any]) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True), "utf-8")


# ------------------------------------------------------------------------------------ second task


def page(arguments: Mapping[str, Any], folder: Path, limits: Limits) -> None:  # noqa: ARG001
    """Make both pages of the run that lies in the folder, and their key: `key.json`.

    Everything that pages show is looked up in tables that this process has read. Raises `RunError`.
    """
    from analysis.numbers import figures
    from analysis.pages import html, make
    from analysis.pages.document import DocumentError

    project, parameters = _project(arguments), arguments["parameters"]
    day, evidence = parameters.get("known_on", ""), parameters.get("evidence", "all")
    noted = json.loads((folder / "noted.json").read_text("utf-8"))
    try:
        known = figures.load(project.data, known_on=day, evidence=evidence)
        figures.forget()
        ready = make.prepare(folder / "run.ipynb", known, project.data)
        known.latest()  # stands in the frame of every page
        asked = figures.asked()
        names = stale.behind({*noted["asked"], *asked}, project.data)
        key = stale.whole(arguments["key"], figures.answers(known, names), noted["files"])
        if stale.state(project) != noted["state"]:
            raise RunError(_CHANGED)
        stamp, edition = stale.stamp(key), stale.edition(key)
        frame = html.Frame(arguments["report"], arguments["site"], stamp, edition)
        shown = ("report", "parameters")
        about = {name: arguments[name] for name in shown} | {"key": stamp, "edition": edition}
        make.write(ready, frame, about, folder)
    except DocumentError as error:
        raise RunError(error.cause, error.cell) from None
    except UserError as error:
        raise RunError(str(error)) from None
    late = set(figures.asked()) - {*asked, *names}
    assert not late, f"asked after the key was made: {sorted(late)}"
    made = {"key": key, "stamp": stamp, "edition": edition, "state": noted["state"]}
    _write(folder / "key.json", made)
