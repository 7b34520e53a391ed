"""Builds: complete editions, made from what is stale, that nothing can break."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from small_data import retype
from small_project import ROOT, briefing, build, small_project, write

from analysis.builds import manifests, processes, stale
from analysis.builds.plan import PlanError, Project
from analysis.builds.processes import Processes
from analysis.numbers.schema import LANGUAGES
from analysis.pages import paper

EACH = ["each-da-nang", "each-ha-noi"]
REPORTS = ["alpha", *EACH]
FRONTS = ("index", "data", "source-congress", "source-staff", "source-wire")
PAGES = {f"{language}/{name}.html" for language in LANGUAGES for name in REPORTS}


def content(folder: Path) -> dict[str, bytes]:
    """Every file of a folder."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def manifest(project: Project) -> dict[str, Any]:
    """The manifest of the published site, which is as published."""
    assert manifests.verify(project.site) == []
    return manifests.read(project.site)


def correct(project: Project, number: int) -> None:
    """Correct a figure that the reports of the provinces show, and alpha does not."""
    figure, printed = "plan-2025.da-nang.after.total", str(number)
    retype(project.data / "figures.csv", figure, printed=printed, value=printed)


def change_notebook(project: Project, *more: str) -> None:
    """Give the notebook of alpha further cells; the first of them is its eleventh."""
    write(project.notebooks / "alpha.ipynb", briefing(*more, question="Alpha?"))


def then(act: Callable[[], object]) -> Callable[..., None]:
    """Somebody who does something whenever a report is built."""
    return lambda kind, *_: act() if kind == "built" else None


class Heard(list[tuple[str, ...]]):
    """Somebody who keeps what is told: kinds and texts."""

    def __call__(self, kind: str, text: str, *_: str) -> None:
        """One event."""
        self.append((kind, text))


def test_a_site_has_a_page_a_record_and_a_table_for_each_report(built: Project) -> None:
    """Each report is, in each language, a page, a record as JSON and its numbers as CSV."""
    kinds = (".html", ".json", ".csv")
    files = {name for name in content(built.site) if not name.startswith("data/")}
    assert files == {
        *(page.replace(".html", kind) for page in PAGES for kind in kinds),
        *("index.html", "explore.html"),
        *(f"{language}/{name}.html" for language in LANGUAGES for name in FRONTS),
        *manifests.HISTORY,
        manifests.CHANGES,
        "manifest.json",
    }
    page = (built.site / "vi/alpha.html").read_text("utf-8")
    assert '<html lang="vi">' in page
    assert '<data value="3321" data-figures="units.after">3.321</data>' in page
    assert "Organisations" not in page
    entry = manifest(built)["pages"]["vi/alpha.html"]
    assert (entry["title"], entry["report"], entry["parameters"]) == ("Alpha? (vi)", "alpha", {})
    assert set(entry["key"]) == set(stale.PARTS)
    assert set(content(built.outputs / "runs")) == {f"{name}.ipynb" for name in REPORTS}
    changes = (built.site / "en/changes.html").read_text("utf-8")
    assert "First edition: there is none before it" in changes


def test_the_same_inputs_give_the_same_bytes(
    built: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another folder, server, number of processes, time zone, locale and umask: the same site.

    So neither pages nor executed notebooks hold the folders they were made in.
    """
    other = small_project(tmp_path / "elsewhere")
    monkeypatch.setattr(processes, "Processes", Processes)
    for name, value in {"TZ": "Asia/Ho_Chi_Minh", "LC_ALL": "vi_VN.UTF-8", "COLUMNS": "40"}.items():
        monkeypatch.setenv(name, value)
    mask = os.umask(0o077)
    try:
        build(other, jobs=1)
    finally:
        os.umask(mask)
    assert content(other.site) == content(built.site)
    assert content(other.outputs / "runs") == content(built.outputs / "runs")


def test_pages_are_printed_where_that_is_asked(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A PDF beside each page that has none, or none with notes where these are asked for; it stays
    with its page."""

    def printed(pages: Any, _: int, annex: bool) -> None:
        for page, pdf in pages:
            pdf.write_bytes(page.read_bytes()[: 19 if annex else 9])

    monkeypatch.setattr(paper, "chromium", lambda: "chromium")
    monkeypatch.setattr(paper, "pdfs", printed)
    assert (build(project, pdf=True).built, build(project, pdf=True).published) == ([], False)
    before = project.site.resolve()
    assert (project.site / "vi/alpha.pdf").stat().st_size == 9
    assert build(project, pdf=True, notes=True).published
    assert (project.site / "vi/alpha.pdf").stat().st_size == 19
    assert manifests.verify(before) == []
    for notes in (False, True):
        assert not build(project, pdf=True, notes=notes).published
    correct(project, 95)
    assert build(project).built == EACH
    pdfs = {name for name in content(project.site) if name.endswith(".pdf")}
    assert pdfs == {"vi/alpha.pdf", "en/alpha.pdf"}
    assert manifest(project)


def test_word_files_are_made_where_that_is_asked(project: Project) -> None:
    """Pages without a Word file are made again with one, which they link to; both stay together."""
    assert build(project, docx=True, only=["alpha"]).built == ["alpha"]
    files = {name for name in content(project.site) if name.endswith(".docx")}
    assert files == {"vi/alpha.docx", "en/alpha.docx"}
    assert 'href="alpha.docx"' in (project.site / "vi/alpha.html").read_text("utf-8")
    assert (manifest(project)["kept"], manifest(project)["older"]) == ({}, {})
    assert not build(project, docx=True, only=["alpha"]).published
    assert not build(project).published
    assert build(project, docx=True).built == EACH
    correct(project, 95)
    assert build(project).built == EACH
    assert {name for name in content(project.site) if name.endswith(".docx")} == files
    assert 'docx"' not in (project.site / f"vi/{EACH[0]}.html").read_text("utf-8")


def test_nothing_to_do_changes_nothing_and_imports_next_to_nothing(project: Project) -> None:
    """The edition stays; of packages beside the standard library none is loaded."""
    before = project.site.readlink()
    script = (
        "import sys; from pathlib import Path; before = set(sys.modules)\n"
        "from analysis.builds import cli\n"
        "arguments, root = ['build', '--data', sys.argv[1]], Path(sys.argv[2])\n"
        "code = cli.main(arguments, root)\n"
        "loaded = {name.partition('.')[0] for name in set(sys.modules) - before}\n"
        "print(code, loaded - set(sys.stdlib_module_names), 'multiprocessing' in loaded)\n"
    )
    command = [sys.executable, "-c", script, str(project.data), str(project.root)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "nothing to do: 3 of 3 reports are fresh\n0 {'analysis'} False\n"
    assert project.site.readlink() == before


def test_only_what_asked_for_a_figure_is_made_again_and_the_build_says_why(
    project: Project,
) -> None:
    """The others are linked into the new edition; each change is told once, with its row.

    The edition says it, too, and what it says stays with it when it is repaired.
    """
    old, before = project.site.resolve(), manifest(project)
    correct(project, 95)
    heard = Heard()
    outcome = build(project, tell=heard)
    assert (outcome.built, outcome.fresh) == (EACH, ["alpha"])
    assert (project.site / "vi/alpha.csv").samefile(old / "vi/alpha.csv")
    cause, *changes = [text for kind, text in heard if kind in ("because", "changed")]
    assert cause == "data changed: figures.csv plan-2025.da-nang.after.total (2 pages)"
    assert changes[0] == "  plan-2025.da-nang.after.total: 94 → 95 (2 pages)"
    assert "because" not in [kind for kind, text in heard if text in changes]
    page = (project.site / "en/changes.html").read_text("utf-8")
    bound = '<data value="{0}" data-figures="plan-2025.da-nang.after.total">{0}</data>'
    assert f"<del>{bound.format(94)}</del> → <ins>{bound.format(95)}</ins>" in page
    told = (project.site / "changes.json").read_bytes()
    now, previous = json.loads(told)["editions"]["en"]
    assert previous == manifests.edition_number(before, "en") != now
    (project.site / "vi/alpha.html").unlink()
    assert build(project).built == ["alpha"]
    assert (project.site / "changes.json").read_bytes() == told


def test_reports_left_out_stay_and_the_site_says_that_they_are_older(project: Project) -> None:
    """With `only`, other pages stay as they are; front page, manifest and build name the stale."""
    correct(project, 95)
    heard = Heard()
    assert build(project, only=["each-ha*"], tell=heard).built == ["each-ha-noi"]
    text = "1 of 3 reports are stale and were left as they are: each-da-nang"
    assert heard[-1] == ("older", text)
    why = "data changed: figures.csv plan-2025.da-nang.after.total"
    assert manifest(project)["older"] == {"each-da-nang": why}
    assert "vi/each-da-nang.html" in (project.site / "vi/index.html").read_text("utf-8")
    correct(project, 94)
    assert build(project).built == ["each-ha-noi"]
    assert manifest(project)["older"] == {}


def test_a_report_that_is_no_longer_planned_leaves_the_site(project: Project) -> None:
    """Its pages go with the next edition, without anything else being made again."""
    reports = project.notebooks / "reports.toml"
    text = reports.read_text("utf-8").partition('[[report]]\nname = "each')[0]
    reports.write_text(text, encoding="utf-8")
    outcome = build(project)
    assert (outcome.built, outcome.published) == ([], True)
    assert set(manifest(project)["pages"]) == {"vi/alpha.html", "en/alpha.html"}


@pytest.mark.parametrize("typed", ["12", "mười hai", "twelve"])
def test_the_plan_types_no_number_into_pages(project: Project, typed: str) -> None:
    """A number in the words that `reports.toml` gives every page stops the build, by its place."""
    reports = project.notebooks / "reports.toml"
    said = reports.read_text("utf-8").replace('vi = "Về trang"', f'vi = "Về {typed} trang"')
    reports.write_text(said, encoding="utf-8")
    with pytest.raises(PlanError, match=f"reports.toml: “Về {typed} trang” holds a number typed"):
        build(project)


def test_what_only_the_front_page_says_makes_no_report_again(project: Project) -> None:
    """The words of its map stand in `reports.toml` beside what every page says of its site."""
    reports = project.notebooks / "reports.toml"
    reports.write_text(reports.read_text("utf-8") + '[map]\nvi = "Bản đồ"\n', encoding="utf-8")
    outcome = build(project)
    assert (outcome.built, outcome.published) == ([], True)


def test_one_site_is_known_on_one_day(project: Project) -> None:
    """`only` puts no replay among the pages of today; without it the whole site is the replay."""
    with pytest.raises(PlanError, match="were made with another --known-on"):
        build(project, only=["alpha"], known_on="2025-06-01")
    outcome = build(project, known_on="2025-06-01")
    assert outcome.built == REPORTS
    assert '<time datetime="2025-06-01">' in (project.site / "en/index.html").read_text("utf-8")
    with pytest.raises(PlanError, match="were made with another --known-on"):
        build(project, only=["alpha"])
