"""Which reports exist, which are stale, and why."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from small_project import ROOT, briefing, small_project, write

from analysis import reports, site
from analysis.reports import PlanError, Project, Report

ALL = {
    "vi/alpha.html", "en/alpha.html", "vi/each-an-giang.html", "en/each-an-giang.html",
    "vi/each-ha-noi.html", "en/each-ha-noi.html",
}  # fmt: skip
ALPHA = {"vi/alpha.html", "en/alpha.html"}
EACH = ALL - ALPHA


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A small project, not built."""
    return small_project(tmp_path)


def publish(project: Project) -> None:
    """Put pages in place as a build would, without running anything."""
    planned = reports.plan(project)
    shared = reports.share(project, planned)
    manifest = {"format": site.FORMAT, "pages": {}, "failed": {}, "fronts": {}}
    for report in planned:
        files = {}
        for name in report.files:
            path = project.site / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"<p>{name}</p>", encoding="utf-8")
            files[name] = site.digest(path.read_bytes())
        manifest["pages"][report.path] = {"files": files, "key": reports.key(report, project, shared, ["*"])}
    (project.site / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


def stale(project: Project) -> dict[str, str]:
    """The reasons, as a build would find them."""
    return reports.stale(reports.plan(project), project, site.read_manifest(project.site))


# ------------------------------------------------------------------------------------------------- plan


def test_a_plan_has_each_report_in_each_language(project: Project) -> None:
    """One report per notebook, or per row that for_each asks for; the path follows from name and language."""
    planned = reports.plan(project)
    assert {report.path for report in planned} == ALL
    assert planned[2] == Report("each-an-giang", "vi", "province.ipynb", {"language": "vi", "province": "an-giang"})
    assert planned[0].files == ("vi/alpha.html", "vi/alpha.json", "vi/alpha.csv")


def test_common_parameters_reach_every_report(project: Project) -> None:
    """A day or a choice of evidence, given once, is a parameter of all."""
    planned = reports.plan(project, {"known_on": "2021-06-30"})
    assert {report.parameters["known_on"] for report in planned} == {"2021-06-30"}


def test_the_real_plan_has_the_reports_others_rely_on() -> None:
    """Six reports and one for each of the 34 provinces, in two languages: 80 pages."""
    names = list(dict.fromkeys(report.name for report in reports.plan(Project.at(ROOT))))
    assert names[:6] == [
        "overview",
        "project-06",
        "project-21",
        "urban-pilot-2021",
        "restructuring-2025",
        "claims",
    ]
    assert len(names) == 40
    assert "province-ha-noi" in names
    assert len(reports.plan(Project.at(ROOT))) == 80


@pytest.mark.parametrize(
    ("plan", "message"),
    [
        ("[[report]\n", "reports.toml: not TOML"),
        ("", "no [[report]] in it"),
        ('[[report]]\nname = "a"\n', "report 1 (a): notebook is missing"),
        (
            '[[report]]\nname = "A b"\nnotebook = "alpha.ipynb"\n',
            "report 1 (A b): name must be lower-case letters",
        ),
        ('[[report]]\nname = "a"\nnotebook = "b.ipynb"\n', "report 1 (a): notebook b.ipynb is not in"),
        ('[[report]]\nname = "a"\nnotebok = "alpha.ipynb"\n', "report 1 (a): unknown word 'notebok'"),
        (
            '[[report]]\nname = "a-{x}"\nnotebook = "alpha.ipynb"\n',
            "{x} is in the name, but for_each does not give it",
        ),
        (
            '[[report]]\nname = "a"\nnotebook = "alpha.ipynb"\nfor_each = { province = "province" }\n',
            "two reports are named a",
        ),
        (
            '[[report]]\nname = "a-{p}"\nnotebook = "alpha.ipynb"\nfor_each = { p = "planet" }\n',
            "no row has level 'planet'",
        ),
        ("report = 5\n", "report is 5. Write each report under a line [[report]]"),
        ('report = ["alpha"]\n', "report is ['alpha']. Write each report under a line [[report]]"),
        ("title = 5\n", "title is 5. Write [title], and vi and en under it"),
        ('[[report]]\nname = "a"\nnotebook = "alpha.ipynb"\nfor_each = "p"\n', "report 1 (a): for_each is 'p'. Write it as"),
        (
            '[[report]]\nname = "a"\nnotebook = "alpha.ipynb"\nfor_each = { p = 3 }\n',
            "report 1 (a): for_each is {'p': 3}. Write it as",
        ),
        ('[[report]]\nname = "a"\nnotebook = "alpha.ipynb"\nfixed = 3\n', "report 1 (a): fixed is 3. Write it as"),
    ],
)
def test_a_wrong_plan_is_told_with_the_right_form(project: Project, plan: str, message: str) -> None:
    """Every mistake in reports.toml names the entry and what to do."""
    (project.notebooks / "reports.toml").write_text(plan, encoding="utf-8")
    with pytest.raises(PlanError) as wrong:
        reports.plan(project)
    assert message in str(wrong.value)


def test_a_plan_in_another_encoding_is_told_with_its_line(project: Project) -> None:
    """A byte that is no UTF-8 is found where it stands."""
    (project.notebooks / "reports.toml").write_bytes("# a\n# à\n".encode("latin-1"))
    with pytest.raises(PlanError, match=r"reports\.toml:2: not UTF-8 text\. Save the file as UTF-8\."):
        reports.plan(project)


@pytest.mark.parametrize("cells", ["5", "[5]", '[{"source": 5}]', '[{"source": [5]}]'])
def test_cells_that_are_none_make_no_notebook(project: Project, cells: str) -> None:
    """A plan can still be made and looked at; the report fails where it is run."""
    (project.notebooks / "alpha.ipynb").write_text(f'{{"cells": {cells}}}', encoding="utf-8")
    planned = reports.plan(project)
    assert not reports.is_notebook(project.notebooks / "alpha.ipynb")
    assert reports.stale(planned, project, site.read_manifest(project.site)).keys() == {report.path for report in planned}


def test_missing_files_are_told(project: Project) -> None:
    """No notebooks folder, no reports.toml, no areas.csv: each is named."""
    (project.data / "areas.csv").rename(project.data / "x")
    with pytest.raises(PlanError, match=r"areas\.csv: no such file"):
        reports.plan(project)
    (project.notebooks / "reports.toml").unlink()
    with pytest.raises(PlanError, match=r"reports\.toml: no such file"):
        reports.plan(project)
    project.notebooks.rename(project.root / "gone")
    with pytest.raises(PlanError, match="notebooks: no such folder"):
        reports.plan(project)


# ------------------------------------------------------------------------------------------------ stale


def test_a_page_that_was_never_made_is_new(project: Project) -> None:
    """Before the first build, every page is new."""
    assert stale(project) == dict.fromkeys(ALL, "new")


def test_what_was_just_made_is_fresh(project: Project) -> None:
    """Nothing changed: nothing is stale, unless it is asked for."""
    publish(project)
    assert stale(project) == {}
    forced = reports.stale(reports.plan(project), project, site.read_manifest(project.site), force=True)
    assert forced == dict.fromkeys(ALL, "forced")


def edit(name: str) -> Callable[[Project], None]:
    """A change to a file that leaves its meaning alone: staleness goes by content, not by time."""

    def change(project: Project) -> None:
        path = project.root / name
        path.write_bytes(path.read_bytes() + b" ")

    return change


def touch(project: Project) -> None:
    """New times on every file."""
    for path in project.root.rglob("*.*"):
        path.touch()


def retitle(project: Project) -> None:
    """A new question for alpha, which the pages of the others link to by its words."""
    write(project.notebooks / "alpha.ipynb", briefing(question="Omega?"))


def damage(name: str) -> Callable[[Project], None]:
    """A published file that is no longer what was published."""
    return lambda project: (project.site / name).write_text("x") and None


MATRIX = [
    (edit("notebooks/alpha.ipynb"), ALPHA, "notebook changed"),
    (edit("notebooks/province.ipynb"), EACH, "notebook changed"),
    (edit("tables/figures.csv"), ALL, "data changed: figures.csv"),
    (lambda project: (project.data / "more.csv").write_text("a\n"), ALL, "data changed: more.csv"),
    (lambda project: (project.data / "names.csv").unlink(), ALL, "data changed: names.csv"),
    (edit("analysis/quantity.py"), ALL, "code changed: quantity.py"),
    (edit("analysis/briefing/front.html.j2"), set(), ""),
    (edit("analysis/briefing/style.css"), ALL, "template changed: style.css"),
    (edit("requirements.lock"), ALL, "lock changed"),
    (lambda project: (project.data / "README.md").write_text("x"), set(), ""),
    (touch, set(), ""),
    (damage("vi/alpha.html"), {"vi/alpha.html"}, "page damaged"),
    (damage("en/each-ha-noi.csv"), {"en/each-ha-noi.html"}, "csv damaged"),
    (lambda project: (project.site / "vi/alpha.json").unlink(), {"vi/alpha.html"}, "json missing"),
    (lambda project: (project.site / "vi/alpha.html").unlink(), {"vi/alpha.html"}, "page missing"),
    (damage("manifest.json"), ALL, "not in the manifest"),
]


@pytest.mark.parametrize(("change", "pages", "why"), MATRIX)
def test_a_page_is_stale_when_and_only_when_its_inputs_changed(
    project: Project, change: Callable[[Project], object], pages: set[str], why: str
) -> None:
    """Each input against each report, with the reason by name: no stale page survives, no fresh one goes."""
    publish(project)
    change(project)
    assert stale(project) == dict.fromkeys(pages, why)


def test_pages_that_link_to_a_changed_title_are_stale(project: Project) -> None:
    """A page shows the titles of other reports, so it depends on them."""
    publish(project)
    retitle(project)
    assert stale(project) == dict.fromkeys(ALPHA, "notebook changed; reports changed: alpha") | dict.fromkeys(
        EACH, "reports changed: alpha"
    )


def test_a_changed_parameter_is_named(project: Project) -> None:
    """The same report on another day of knowledge is another page."""
    publish(project)
    planned = reports.plan(project, {"known_on": "2021-06-30"})
    reasons = reports.stale(planned, project, site.read_manifest(project.site))
    assert reasons == dict.fromkeys(ALL, "parameters changed: known_on")


def test_the_place_of_the_project_is_no_input(project: Project, tmp_path: Path) -> None:
    """The same files in another folder make the same pages."""
    publish(project)
    moved = tmp_path / "moved"
    project.root.rename(moved)
    assert stale(Project.at(moved, data=moved / "tables")) == {}


def test_the_edition_is_named_after_what_it_is_made_from(project: Project) -> None:
    """Equal keys, equal names; another digest anywhere, another name."""
    planned = reports.plan(project)
    key = reports.key(planned[0], project, reports.share(project, planned))
    assert reports.edition(key) == reports.edition(dict(reversed(key.items())))
    assert reports.edition(key) != reports.edition({**key, "lock": "other"})
    assert len(reports.edition(key)) == 12
