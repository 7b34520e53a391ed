"""Which reports there are, and what is wrong with a plan that asks for others."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_project import ROOT, small_project

from analysis.builds import parameters, plan
from analysis.builds.plan import PlanError, Project, Report
from analysis.numbers.schema import DataError
from analysis.pages.site import Site


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A small project, not built."""
    return small_project(tmp_path)


def test_a_plan_has_a_report_for_each_notebook_and_parameters(project: Project) -> None:
    """One for each row that for_each asks for; common parameters reach all; pages have its name."""
    alpha, da_nang, ha_noi = plan.plan(project, {"known_on": "2021-06-30"})
    assert alpha == Report("alpha", "alpha.ipynb", {"known_on": "2021-06-30"})
    assert da_nang.name == "each-da-nang"
    assert ha_noi.parameters == {"province": "ha-noi", "known_on": "2021-06-30"}
    assert ha_noi.pages == {"vi": "vi/each-ha-noi.html", "en": "en/each-ha-noi.html"}


def test_the_real_plan_has_the_reports_others_rely_on() -> None:
    """The reforms in the order of years, and one for each of the 34 provinces."""
    names = [report.name for report in plan.plan(Project.at(ROOT))]
    reforms = ["project-06", "project-21", "urban-pilot-2021", "restructuring-2025"]
    reforms.append("villages-2026")
    assert names[0] == "overview"
    assert [name for name in names if name in reforms] == reforms
    assert "claims" in names
    assert len(names) == len(set(names))
    assert sum(name.startswith("province-") for name in names) == 34
    assert "province-ha-noi" in names


def entry(name: str = '"a"', notebook: str = '"alpha.ipynb"', more: str = "") -> str:
    """A report of reports.toml."""
    return f"[[report]]\nname = {name}\nnotebook = {notebook}\n{more}\n"


FORM = 'is no report. Write name = "…", notebook = "….ipynb"'
WRONG = {
    "[[report]\n": "reports.toml: not TOML",
    "": "no [[report]] in it. Add one",
    "report = 5\n": "no [[report]] in it. Add one",
    'report = ["alpha"]\n': f"report 1: 'alpha' {FORM}",
    '[[report]]\nname = "a"\n': f"report 1: {{'name': 'a'}} {FORM}",
    entry("5"): FORM,
    entry(more='notebok = "b"'): FORM,
    entry(more='for_each = "p"'): FORM,
    entry(more="fixed = 3"): FORM,
    entry('"A b"'): "report 1: name 'A b' becomes a file name. Use a to z, digits and hyphens.",
    entry('"a-{"'): "report 1: name 'a-{' becomes a file name",
    entry(notebook='"b.ipynb"'): "report 1: notebook b.ipynb is not in",
    entry('"a-{x}"'): "{x} is in the name, but for_each does not give it",
    entry(more='for_each = { p = "province" }'): "a is a page of every site, or the name of two",
    entry('"index"'): "index is a page of every site, or the name of two reports. Give each a name",
    entry('"changes"'): "changes is a page of every site",
    entry('"a-{p}"', more='for_each = { p = "planet" }'): "no row of areas.csv has the level in",
    entry('"a-{p}"', more="for_each = { p = 3 }"): "no row of areas.csv has the level in {'p': 3}",
    entry('"A"') + entry('"b"', '"c"'): "hyphens.\nnotebooks/reports.toml: report 2: notebook c",
}


@pytest.mark.parametrize("written", WRONG)
def test_a_wrong_plan_is_reported_with_the_right_form(project: Project, written: str) -> None:
    """Every mistake in reports.toml names the entry and what to do; all are reported at once."""
    (project.notebooks / "reports.toml").write_text(written, encoding="utf-8")
    with pytest.raises(PlanError) as wrong:
        plan.plan(project)
    assert WRONG[written] in str(wrong.value)


def test_a_plan_that_cannot_be_read_is_reported_with_its_place(project: Project) -> None:
    """Another encoding with its line, a folder in place of the file, no file."""
    table = project.notebooks / "reports.toml"
    table.write_bytes("# a\n# à\n".encode("latin-1"))
    with pytest.raises(
        PlanError, match=r"reports\.toml:2: not UTF-8 text\. Save the file as UTF-8"
    ):
        plan.plan(project)
    table.unlink()
    with pytest.raises(PlanError, match=r"reports\.toml: No such file or directory\. Restore it"):
        plan.plan(project)
    table.mkdir()
    with pytest.raises(PlanError, match=r"reports\.toml: Is a directory"):
        plan.plan(project)


def test_provinces_that_cannot_be_read_are_an_error_of_the_data(project: Project) -> None:
    """areas.csv that is missing, or has no level, ends with the exit code of the data."""
    areas = project.data / "areas.csv"
    areas.write_text("area\nha-noi\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"areas\.csv:1  lacks the column level") as wrong:
        plan.plan(project)
    assert wrong.value.exit_code == 3
    areas.unlink()
    with pytest.raises(DataError, match=r"areas\.csv  missing"):
        plan.plan(project)


@pytest.mark.parametrize("cells", ["5", "[5]", '[{"source": [5]}]', '[{"metadata": 5}]'])
def test_cells_that_are_none_make_no_notebook(project: Project, cells: str) -> None:
    """A plan can still be made and looked at; the report fails where it is run."""
    alpha = project.notebooks / "alpha.ipynb"
    alpha.write_text(f'{{"cells": {cells}}}', encoding="utf-8")
    assert len(plan.plan(project)) == 3
    assert parameters.cells(alpha) == []


def test_a_level_within_an_area_is_what_places_have_there(project: Project) -> None:
    """for_each takes the areas of a level, or those of them that places.csv has within another."""
    table = project.notebooks / "reports.toml"
    asked = '[[report]]\nname = "a-{p}"\nnotebook = "province.ipynb"\nfor_each = { p = "%s" }\n'
    names = {}
    for wanted in ("province", "province within viet-nam", "country within viet-nam"):
        table.write_text(asked % wanted, encoding="utf-8")
        try:
            names[wanted] = [report.name for report in plan.plan(project)]
        except PlanError as error:
            names[wanted] = ["no row of areas.csv has the level in" in str(error)]
    assert [*names.values()] == [["a-da-nang", "a-ha-noi"], ["a-da-nang"], [True]]


def test_what_pages_say_of_their_site(project: Project) -> None:
    """Title, summary and links stand in reports.toml; all that is wrong there is told at once."""
    assert plan.site(project) == Site(
        title={"vi": "Trang", "en": "Site"},
        about={"vi": "Về trang", "en": "About it"},
        nav=[],
        milestones=[],
        pages={"ha-noi": "each-ha-noi", "da-nang": "each-da-nang"},
    )
    table = project.notebooks / "reports.toml"
    title = '[title]\nvi = "Trang"\n'
    about = '[about]\nvi = "Về"\nen = "About"\n'
    table.write_text(
        f'{title}en = "Site"\n{about}[[nav]]\nto = "a.html"\nvi = "A"\n', encoding="utf-8"
    )
    with pytest.raises(PlanError, match=r"no en under \[\[nav\]\]\. Add it there\."):
        plan.site(project)
    table.write_text(f'{title}en = "Site"\n{about}[licence]\nname = "X"\n', encoding="utf-8")
    with pytest.raises(PlanError, match=r"no url under \[licence\]\. Add it there\."):
        plan.site(project)
    table.write_text(title, encoding="utf-8")
    with pytest.raises(PlanError, match=r"no en under \[title\]\. Add it there\."):
        plan.site(project)
    addresses = 'contact = "x@y"\naddress = "x.org"\n'
    table.write_text(f'{addresses}{title}en = "Site"\n{about}', encoding="utf-8")
    with pytest.raises(PlanError) as wrong:
        plan.site(project)
    assert f"{wrong.value}".splitlines() == [
        "notebooks/reports.toml: contact 'x@y' is no address. Write https://… or mailto:….",
        "notebooks/reports.toml: address 'x.org' is no address. Write https://….",
    ]
