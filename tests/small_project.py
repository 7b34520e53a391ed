"""A small real project in a folder: two notebooks, small tables, the template. For the making half."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from analysis.reports import Project

ROOT = Path(__file__).resolve().parents[1]

PARAMETERS = 'language = "vi"\nknown_on = ""\nevidence = "all"\ndata = ""'

# What every notebook of the real project does in many cells: read the data, say a number, leave a record.
SAY = """\
import csv, pathlib
from IPython.display import HTML, display
rows = list(csv.DictReader(open(pathlib.Path(data) / "figures.csv", encoding="utf-8")))
value = {row["figure"]: row["value"] for row in rows}["x.after"]
assert known_on == "" or known_on
assert evidence in ("all", "core")
"""

RECORD = """\
bound = f'<data value="{value}" data-figures="x.after">{value}</data>'
display(HTML(f'<p class="lead">{bound}</p>'))
record = {
    "language": language, "summary": bound, "summary_text": value, "known_on": known_on,
    "evidence": evidence,
    "headlines": [{"label": "after", "value": bound, "note": ""}],
    "findings": [f"It is {bound}."],
    "quantities": [
        {"value": value, "shown": value, "exact": value, "low": None, "high": None, "unit": "count",
         "formula": "", "figures": ["x.after"], "verdict": ""},
    ],
    "sources": ["a"], "charts": [], "names": [], "days": [],
}
display({"text/html": "<p>end</p>", "application/vnd.briefing+json": record}, raw=True)
"""


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


def briefing(*more: str, question: str = "What is it?", parameters: str = PARAMETERS) -> dict[str, Any]:
    """A notebook that says one number, with further code cells in front of its record."""
    return notebook(
        cell(f"# {question} (vi)", "vi", kind="markdown"),
        cell(f"# {question}", "en", kind="markdown"),
        cell(parameters, "parameters"),
        cell(SAY),
        cell("## Đảng bộ và chi bộ", "vi", kind="markdown"),
        cell("## Organisations", "en", kind="markdown"),
        *(cell(source) for source in more),
        cell(RECORD),
    )


def write(path: Path, content: dict[str, Any]) -> None:
    """Store a notebook."""
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")


def small_project(folder: Path, *more: str) -> Project:
    """Reports alpha and each-<province> for two provinces: six pages. ``more`` are cells of alpha."""
    root = folder / "project"
    for name in ("tables", "notebooks", "analysis"):
        (root / name).mkdir(parents=True)
    shutil.copytree(ROOT / "analysis" / "briefing", root / "analysis" / "briefing")
    for name in ("numerals.py", "quantity.py", "cli.py", "site.py"):
        (root / "analysis" / name).write_text(f'"""{name}"""\n', encoding="utf-8")
    (root / "requirements.lock").write_text("pandas==3\n", encoding="utf-8")
    data = {
        "areas.csv": "area,label_vi,label_en,level\nan-giang,An Giang,An Giang,province\nha-noi,Hà Nội,Hà Nội,province\n",
        "figures.csv": "figure,value\nx.after,12\nx.before,20\n",
        "sources.csv": "source,tier,published,published_by\na,core,2025-01-02,\n",
        "names.csv": "name,kind,label_vi,label_en\ncc-by-4.0,licence,CC BY 4.0,CC BY 4.0\np,reform,Đề án 06,Project 06\n",
    }
    for name, text in data.items():
        (root / "tables" / name).write_text(text, encoding="utf-8")
    (root / "notebooks" / "reports.toml").write_text(
        '[title]\nvi = "Trang"\nen = "Site"\n'
        '[[report]]\nname = "alpha"\nnotebook = "alpha.ipynb"\n'
        '[[report]]\nname = "each-{province}"\nnotebook = "province.ipynb"\n'
        'for_each = { province = "province" }\n',
        encoding="utf-8",
    )
    write(root / "notebooks" / "alpha.ipynb", briefing(*more, question="Alpha?"))
    each = briefing("assert province", question="Each?", parameters=PARAMETERS + '\nprovince = "ha-noi"')
    write(root / "notebooks" / "province.ipynb", each)
    return Project.at(root, data=root / "tables")


# Notebooks that read the tables as those of the real project do: through the package, which notes it.
START = """\
known = figures.load(data, known_on=known_on, evidence=evidence)
page = Page(known, language)
"""
READING = {
    "units": (
        "from analysis import compare, figures\nfrom analysis.prose import Page, text",
        'units = compare.change(known["units.before"], known["units.after"])\n'
        'page.lead(text(vi="Từ {a} còn {b}.", en="From {a} to {b}.", a=units and units.before, b=units and units.after))',
    ),
    "staff": (
        "from analysis import claims, figures, tables\nfrom analysis.prose import Page, text",
        'tables.checks(page, "checks", text(vi="Phép tính", en="Calculations"), claims.recompute(known, reform="project-21"))',
    ),
    "ledger": (
        "from analysis import claims, figures, tables\nfrom analysis.prose import Page, text",
        'tables.checks(page, "checks", text(vi="Phép tính", en="Calculations"), claims.recompute(known))',
    ),
    "wire": (
        "from analysis import figures, tables\nfrom analysis.prose import Page, text",
        'ids = known.find(source="wire", role="rate")\n'
        'rows = [[page.label("indicators", known.row(figure)["indicator"]), known[figure]] for figure in ids]\n'
        'tables.table(page, "rates", text(vi="Tỷ lệ", en="Rates"), [text(vi="Gì", en="What"), text(vi="Số", en="Number")], rows)',
    ),
    "province": (
        "from analysis import compare, figures\nfrom analysis.prose import Page, text",
        "plan, all_plans = compare.province(known, province), compare.provinces(known)\n"
        'page.lead(text(vi="{here}: {a}, {b} phường.", en="{here}: {a}, {b} wards.", here=page.label("areas", province),'
        ' a=plan and plan.change.after, b=plan and plan.after.get("wards")), text(vi="{here}: {a}.", en="{here}: {a}.",'
        ' here=page.label("areas", province), a=plan and plan.change.after))',
    ),
}


def reading_project(folder: Path) -> Project:
    """Reports units, staff, ledger, wire and province-<province> for two provinces, made with the real package."""
    from small_data import small_data

    root = folder / "project"
    (root / "notebooks").mkdir(parents=True)
    small_data(root, ("names.csv", "", "cc-by-4.0,licence,CC BY 4.0,CC BY 4.0\n")).rename(root / "tables")
    shutil.copytree(ROOT / "analysis", root / "analysis", ignore=shutil.ignore_patterns("__pycache__"))
    (root / "requirements.lock").write_text("pandas==3\n", encoding="utf-8")
    plan = ['[title]\nvi = "Trang"\nen = "Site"\n']
    for name, (imports, says) in READING.items():
        own = '\nprovince = "ha-noi"' if name == "province" else ""
        made = notebook(
            cell(f"# {name.title()}? (vi)", "vi", kind="markdown"),
            cell(f"# {name.title()}?", "en", kind="markdown"),
            cell(imports, "setup"),
            cell(PARAMETERS + own, "parameters"),
            cell(START, "setup"),
            cell(says),
            cell("page.parameters()"),
            cell("page.sources()"),
        )
        write(root / "notebooks" / f"{name}.ipynb", made)
        each = '-{province}"\nfor_each = { province = "province" }' if own else '"'
        plan.append(f'[[report]]\nnotebook = "{name}.ipynb"\nname = "{name}{each}\n')
    (root / "notebooks" / "reports.toml").write_text("".join(plan), encoding="utf-8")
    return Project.at(root, data=root / "tables")
