"""A small valid project: the tables of small_data, and notebooks as people write them."""

from __future__ import annotations

import contextlib
import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

from small_data import small_data

from analysis.builds import plan, processes, publish, run, stale
from analysis.builds.edition import Outcome
from analysis.builds.options import Options
from analysis.builds.plan import Project
from analysis.builds.processes import Ended, Processes
from analysis.builds.publish import Tell

ROOT = Path(__file__).resolve().parents[1]

# What a job leaves in its folder when both tasks are done.
PAGES = [f"{language}.{kind}" for language in ("vi", "en") for kind in ("html", "json", "csv")]
FILES = (*PAGES, "run.ipynb", "key.json")

SETUP = "from analysis import Page, claims, compare, load, text"
PARAMETERS = 'language = "vi"\nknown_on = ""\nevidence = "all"\ndata = ""'
START = "known = load(data, known_on, evidence)\npage = Page(known, language)"

# What each notebook says, a cell each. A figure's number on a page: units.after is 3,321.
ALPHA = (
    """\
units = compare.change(known["units.before"], known["units.after"])
page.lead(
    vi=f"Số đơn vị giảm {units.rate:fall}, từ {units.before} xuống {units.after}.",
    en=f"Units fell by {units.rate:fall}, from {units.before} to {units.after}.",
)""",
    'page.headline(f"{units.after}", page.label("indicators", "units"))',
    """\
page.finding(
    vi=f"Sau sắp xếp còn {units.after} đơn vị.",
    en=f"After the change {units.after} units are left.",
)""",
)
EACH = (
    """\
page.title(
    vi=f"{page.label('areas', province)} còn bao nhiêu đơn vị?",
    en=f"How many units does {page.label('areas', province)} keep?",
)""",
    """\
total = known[f"plan-2025.{province}.after.total"]
page.lead(vi=f"Còn {total} đơn vị.", en=f"It keeps {total} units.")""",
    """\
wards = known.get(f"plan-2025.{province}.after.wards")
page.finding(vi=f"Có {wards} phường.", en=f"There are {wards} wards.")""",
    """\
ids = known.find(level="province", indicator="units", role="after")
columns = [text(vi="Tỉnh", en="Province"), text(vi="Còn", en="Left")]
rows = [(page.label("areas", known.row(each)["area"]), known[each]) for each in ids]
page.table("provinces", text(vi="Các tỉnh", en="Provinces"), columns, rows)""",
)
STAFF = (
    """\
checks = text(vi="Phép tính", en="Calculations")
page.claims("checks", checks, claims.recompute(known, reform="project-21"))""",
)
LEDGER = (
    'checks = text(vi="Phép tính", en="Calculations")\n'
    'page.claims("checks", checks, claims.recompute(known))',
)
WIRE = (
    """\
columns = [text(vi="Gì", en="What"), text(vi="Số", en="Number")]
rows = [(page.indicator(each), known[each]) for each in known.find(source="wire", role="rate")]
page.table("rates", text(vi="Tỷ lệ", en="Rates"), columns, rows)""",
)


def cell(source: str, *tags: str, kind: str = "code") -> dict[str, Any]:
    """A cell of a notebook, as it is stored."""
    made: dict[str, Any] = {
        "cell_type": kind,
        "id": "x",
        "metadata": {"tags": list(tags)} if tags else {},
        "source": source,
    }
    return made | ({"execution_count": None, "outputs": []} if kind == "code" else {})


def notebook(*cells: dict[str, Any]) -> dict[str, Any]:
    """A notebook, as it is stored."""
    numbered = [{**each, "id": f"c{number}"} for number, each in enumerate(cells)]
    kernel = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    return {"cells": numbered, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}


def briefing(
    *more: str,
    says: tuple[str, ...] = ALPHA,
    question: str = "What is it?",
    parameters: str = PARAMETERS,
) -> dict[str, Any]:
    """A notebook that says some things, with further cells of code in front of its sources.

    Its first four cells are question (twice), imports and parameters; an empty question leaves the
    title to a cell of code.
    """
    asked = [cell(f"# {question} (vi)", "vi", kind="markdown"),
             cell(f"# {question}", "en", kind="markdown")]  # fmt: skip
    return notebook(
        *(asked if question else []),
        cell(SETUP, "setup"),
        cell(parameters, "parameters"),
        cell(START, "setup"),
        cell("## Đảng bộ và chi bộ", "vi", kind="markdown"),
        cell("## Organisations", "en", kind="markdown"),
        *(cell(source) for source in (*says, *more)),
        cell("page.sources()"),
    )


def write(path: Path, content: dict[str, Any]) -> None:
    """Store a notebook."""
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")


def small_project(folder: Path, *more: str) -> Project:
    """Reports alpha, each-da-nang and each-ha-noi: six pages. `more` are further cells of alpha.

    Its data lie in the folder `tables`.
    """
    root = folder / "project"
    (root / "notebooks").mkdir(parents=True)
    small_data(root).rename(root / "tables")
    (root / "notebooks" / "reports.toml").write_text(
        '[title]\nvi = "Trang"\nen = "Site"\n[about]\nvi = "Về trang"\nen = "About it"\n'
        '[[report]]\nname = "alpha"\nnotebook = "alpha.ipynb"\n'
        '[[report]]\nname = "each-{province}"\nnotebook = "province.ipynb"\n'
        'for_each = { province = "province" }\n',
        encoding="utf-8",
    )
    own = PARAMETERS + '\nprovince = "ha-noi"'
    write(root / "notebooks" / "alpha.ipynb", briefing(*more, question="Alpha?"))
    each = briefing(says=EACH, question="", parameters=own)
    write(root / "notebooks" / "province.ipynb", each)
    return Project.at(root, data=root / "tables")


def add(project: Project, name: str, content: dict[str, Any]) -> None:
    """One more report, with a notebook of its name."""
    write(project.notebooks / f"{name}.ipynb", content)
    table = project.notebooks / "reports.toml"
    report = f'[[report]]\nname = "{name}"\nnotebook = "{name}.ipynb"\n'
    table.write_text(table.read_text("utf-8") + report, "utf-8")


def reading_project(folder: Path) -> Project:
    """The small project with three more reports: staff and ledger on claims, wire on one source."""
    project = small_project(folder)
    for name, says in (("staff", STAFF), ("ledger", LEDGER), ("wire", WIRE)):
        add(project, name, briefing(says=says, question=f"{name.title()}?"))
    return project


@contextlib.contextmanager
def one_server() -> Iterator[None]:
    """Within the block, all builds fork their reports from one server, which starts only once."""
    with tempfile.TemporaryDirectory() as folder:
        environment = run.environment(ROOT, Path(folder), ROOT / "data")
        with (
            Processes(Path(folder), run.MODULE, environment) as server,
            patch.object(processes, "Processes", lambda *_: contextlib.nullcontext(server)),
        ):
            yield


def build(project: Project, tell: Tell = lambda *_: None, **asked: Any) -> Outcome:
    """A build with some options; two reports run at a time."""
    return publish.build(project, Options(**{"jobs": 2, **asked}), tell)


def make(project: Project, work: Path, *names: str) -> dict[str, Ended]:
    """Run some reports, or all, and make their pages; their files lie in `work`/reports/<name>."""
    planned = plan.plan(project)
    shared = stale.share(project)
    wanted = [report for report in planned if not names or report.name in names]
    jobs = [run.job(report, project, shared, work) for report in wanted]
    environment = run.environment(ROOT, work / "processes", project.data)
    with Processes(work / "processes", run.MODULE, environment) as processes:
        return {ended.name: ended for ended in processes.run(jobs, 2, None)}
