"""Builds: complete editions, made from what is stale, that nothing can break."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import jinja2
import pytest
from small_data import retype
from small_project import ROOT, briefing, build, one_server, small_project, write

from analysis.builds import manifests, outputs, processes, publish, stale
from analysis.builds.outputs import OutputsError
from analysis.builds.plan import PlanError, Project
from analysis.builds.processes import Processes
from analysis.errors import UserError
from analysis.numbers import check
from analysis.numbers.schema import LANGUAGES, DataError, Finding
from analysis.pages import fronts, package, paper

EACH = ["each-da-nang", "each-ha-noi"]
REPORTS = ["alpha", *EACH]
FRONTS = ("index", "data", "source-congress", "source-staff", "source-wire")
PAGES = {f"{language}/{name}.html" for language in LANGUAGES for name in REPORTS}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """A small project, built once; tests work on copies, and their builds share a server."""
    project = small_project(tmp_path_factory.mktemp("built"))
    with one_server():
        outcome = build(project)
        assert (outcome.built, outcome.failed) == (REPORTS, {})
        yield project


@pytest.fixture
def project(built: Project, tmp_path: Path) -> Project:
    """A copy of the small project, with its published site."""
    shutil.copytree(built.root, tmp_path / "project", symlinks=True)
    return Project.at(tmp_path / "project", data=tmp_path / "project" / "tables")


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


# ------------------------------------------------------------------------------------ what is made


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
    assert "There is no edition before this one" in changes


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


# ----------------------------------------------------------------------------------- what is stale


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


# ------------------------------------------------------------------------------ damage, and repair


def test_damage_is_repaired_whatever_was_asked(project: Project) -> None:
    """A damaged page is made again with its twin, also by a build that is forced to other pages."""
    (project.site / "en/each-ha-noi.html").write_text("x")
    outcome = build(project, only=["alpha"], force=True)
    assert (outcome.built, outcome.fresh) == (["alpha", "each-ha-noi"], ["each-da-nang"])
    assert set(manifest(project)["pages"]) == PAGES
    for name in ("vi/index.html", "changes.json"):
        (project.site / name).write_text("")
        outcome = build(project)
        assert (outcome.built, outcome.published) == ([], True)
    assert manifest(project)


def test_files_that_were_found_whole_are_not_read_again(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As long as the system tells of no change; to set times back is a change. A note about it that
    is missing or not of these files counts for nothing."""
    published, whole = manifest(project), outputs.editions(project) / outputs.WHOLE
    page, read = project.site / "vi/alpha.html", list[int]()

    def differing(folder: Path, files: dict[str, str]) -> dict[str, str]:
        read.append(len(files))
        return really(folder, files)

    really = manifests.differing
    monkeypatch.setattr(manifests, "differing", differing)
    for note in (None, b"\xa8", None):  # that of the folder which this is a copy of, none, its own
        if note is not None:
            whole.write_bytes(note)
        assert publish.damaged(project, published) == {}
    assert len(read) == 2
    was = page.stat()
    page.write_bytes(page.read_bytes().replace(b"3.321", b"3.322"))
    os.utime(page, ns=(was.st_atime_ns, was.st_mtime_ns))
    now = page.stat()
    assert (now.st_ino, now.st_size, now.st_mtime_ns) == (was.st_ino, was.st_size, was.st_mtime_ns)
    for _ in range(2):
        assert publish.damaged(project, published) == {"vi/alpha.html": "damaged"}
    assert len(read) == 4
    assert build(project).built == ["alpha"]
    read.clear()
    assert publish.damaged(project, published) == {}
    assert not build(project).published
    assert read == [len(manifests.HISTORY)]  # which is in no manifest


def test_no_file_is_found_whole_in_the_tick_in_which_it_changed(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another change in it would leave no trace: a look waits for its end, and a clock that is
    behind the times of the files is not relied on."""
    published, whole = manifest(project), outputs.editions(project) / outputs.WHOLE
    page, waits = project.site / "vi/alpha.html", list[float]()
    page.touch()
    for age in (-1, 1):
        whole.unlink(missing_ok=True)
        monkeypatch.setattr(
            manifests,
            "time",
            Mock(time_ns=lambda age=age: page.stat().st_ctime_ns + age, sleep=waits.append),
        )
        assert publish.damaged(project, published) == {}
        assert whole.exists() is (age > 0)
    assert waits == [pytest.approx(0.05)]


def test_the_data_are_made_anew_where_they_changed_or_are_damaged(project: Project) -> None:
    """The files in `data/` are in the manifest with their digests and shared by editions as long as
    no table changes; a new front page is no reason to make them again."""
    file, before = project.site / "data/figures-joined.csv", manifest(project)["data"]
    assert before["data/figures-joined.csv"] == manifests.sha256(file.read_bytes())
    kinds = {path.rpartition(".")[2] for path in before}
    assert kinds == {"bib", "csv", "json", "parquet", "sqlite", "xlsx"}
    (project.site / "vi/index.html").write_text("")
    was = file.stat().st_ino
    assert build(project).published
    assert file.stat().st_ino == was
    file.write_text("figure\n")
    assert manifests.verify(project.site)
    assert build(project).published
    assert manifest(project)["data"] == before
    correct(project, 95)
    assert build(project).published
    assert manifest(project)["data"] != before
    assert ",95.0," in file.read_text("utf-8")


@pytest.mark.parametrize(
    "damage", ["truncated", "deleted", "altered", "of another version", "gone"]
)
def test_a_lost_manifest_is_noticed(project: Project, damage: str) -> None:
    """It is not what was published, or not there: nothing is taken from it."""
    path = project.site / "manifest.json"
    if damage == "gone":
        shutil.rmtree(project.site.resolve())
    elif damage == "deleted":
        path.unlink()
    else:
        text = path.read_text("utf-8")
        other = {"truncated": text[:99], "altered": f"{text} "}
        mine, theirs = (f'"format": {manifests.FORMAT + i}' for i in (0, 1))
        path.write_text(other.get(damage, text.replace(mine, theirs)), "utf-8")
    if damage == "of another version":  # which has named its edition rightly, too
        made = project.site.resolve()
        named = made.rename(made.with_name(manifests.digest(path.read_bytes())))
        project.site.unlink()
        project.site.symlink_to(named.relative_to(project.outputs), target_is_directory=True)
    assert publish.published(project) == (manifests.empty(), True)


def test_a_site_never_shrinks_in_silence(project: Project) -> None:
    """Where the manifest is lost, every report is made again, whatever `only` asks for."""
    (project.site / "manifest.json").write_text("{")
    heard = Heard()
    assert build(project, only=["alpha"], tell=heard).built == REPORTS
    kind, text = heard[0]
    assert (kind, text.startswith(f"{project.site}/manifest.json: missing, alter")) == (
        "lost",
        True,
    )
    assert set(manifest(project)["pages"]) == PAGES


# --------------------------------------------------------------------------------- what goes wrong


def test_a_failed_report_keeps_its_last_good_pages(project: Project) -> None:
    """Both stay, marked in the manifest and on the front page, until the report is made again."""
    good = (project.site / "vi/alpha.html").read_bytes()
    correct(project, 95)
    change_notebook(project, "1 / 0")
    outcome = build(project)
    cause = "cell 11 of alpha.ipynb: ZeroDivisionError: division by zero"
    assert (outcome.built, outcome.failed) == (EACH, {"alpha": cause})
    assert (project.site / "vi/alpha.html").read_bytes() == good
    assert manifest(project)["kept"] == {"alpha": cause}
    assert "vi/alpha.html" in (project.site / "vi/index.html").read_text("utf-8")
    assert "ZeroDivisionError" in (project.outputs / "runs" / "alpha.ipynb").read_text("utf-8")
    change_notebook(project)
    assert build(project).failed == {}
    assert manifest(project)["kept"] == {}


BAD = {
    "raises": ("raise ValueError('no such thing')", "ValueError: no such thing"),
    "dies": ("import os\nos.abort()", "its process ended with signal SIGABRT"),
    "leaves": ("import os\nos._exit(0)", "its process ended"),
    "prints": ("print('a bare number')", ""),
    "draws": ("import matplotlib.pyplot as plt\nplt.plot([1, 2]);", ""),
    "scripts": ("from IPython.display import Javascript, display\ndisplay(Javascript('1'))", ""),
    "destroys": ("import shutil\nshutil.rmtree({data!r})", "PermissionError"),
}


@pytest.mark.usefixtures("built")
def test_every_bad_notebook_ends_in_one_clear_line_and_stops_no_other(tmp_path: Path) -> None:
    """Raising, dying, leaving, showing no blocks, breaking the data, half a file."""
    project = small_project(tmp_path)
    entries = [(project.notebooks / "reports.toml").read_text("utf-8")]
    for name, (source, _) in BAD.items():
        code = source.replace("{data!r}", repr(str(project.data)))
        write(project.notebooks / f"{name}.ipynb", briefing(code, question=f"{name}?"))
        entries.append(f'[[report]]\nname = "{name}"\nnotebook = "{name}.ipynb"\n')
    (project.notebooks / "reports.toml").write_text("".join(entries), encoding="utf-8")
    (project.notebooks / "province.ipynb").write_text('{"cells": [', encoding="utf-8")
    before = content(project.notebooks) | content(project.data)
    outcome = build(project)
    assert (outcome.built, set(outcome.failed)) == (["alpha"], {*BAD, *EACH})
    assert outcome.failed["each-ha-noi"].startswith("province.ipynb is not a notebook")
    for name, (_, cause) in BAD.items():
        assert outcome.failed[name].startswith(f"cell 11 of {name}.ipynb: "), outcome.failed[name]
        assert cause in outcome.failed[name]
        assert "\n" not in outcome.failed[name]
    assert set(manifest(project)["reports"]) == {"alpha"}
    assert content(project.notebooks) | content(project.data) == before
    assert "os.abort" in (project.outputs / "runs" / "dies.ipynb").read_text("utf-8")


def test_data_that_change_while_they_are_written_are_not_published(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The folder `data` and the explorer are never of other tables than the pages beside them."""
    correct(project, 95)
    write, before = package.write, project.site.readlink()

    def changed(known: Any, data: Path, folder: Path) -> list[str]:
        correct(project, 96)
        return write(known, data, folder)

    monkeypatch.setattr(package, "write", changed)
    with pytest.raises(UserError, match="data changed while the build was running"):
        build(project)
    assert project.site.readlink() == before


def test_what_changes_while_a_build_runs_fails_what_is_made_of_it(project: Project) -> None:
    """Pages of data that are no longer there, and fresh pages written over, are not published."""
    change_notebook(project, "assert True")
    outcome = build(project, tell=then(lambda: correct(project, 95)), only=["alpha"])
    assert (outcome.built, outcome.changes) == (["alpha"], [])  # it did not ask for that figure
    page = (project.site / "en/changes.html").read_text("utf-8")
    assert "No number, verdict or sentence reads differently" in page
    change_notebook(project)
    outcome = build(project, tell=then(lambda: change_notebook(project, "assert 1")))
    failed = "notebook changed while the build was running. Build again."
    assert (outcome.built, outcome.failed) == (EACH, {"alpha": failed})
    page = project.site.resolve() / "vi" / "each-ha-noi.html"
    outcome = build(project, tell=then(lambda: page.write_text("x")))
    failed = "its pages were changed while the build was running. Build again."
    assert (outcome.built, outcome.failed) == (["alpha"], {"each-ha-noi": failed})
    assert build(project).built == ["each-ha-noi"]
    assert set(manifest(project)["pages"]) == PAGES


def test_a_disk_that_is_full_leaves_the_site_as_it_was(project: Project) -> None:
    """Also where it is a report that finds no room: no edition is published of the others."""
    before = project.site.readlink()
    correct(project, 95)
    change_notebook(project, "raise OSError(28, 'No space left on device')")
    with pytest.raises(OutputsError, match=r"No space left on device\). The published site"):
        build(project)
    assert (project.site.readlink(), len(manifest(project)["pages"])) == (before, 6)
    assert not (outputs.editions(project) / ".work").exists()


def test_wrong_data_stop_the_build_before_anything_changes(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One error in the data, and no notebook runs, also where the plan cannot be made of them."""
    before = project.site.readlink()
    (project.site / "vi/alpha.html").write_text("x")
    findings = [Finding("a.csv", 2, "", "wrong"), Finding("a.csv", 3, "", "odd", "warning")]
    with monkeypatch.context() as patch:
        patch.setattr(check, "check", lambda _: findings)
        with pytest.raises(DataError) as refused:
            build(project)
    assert refused.value.findings == findings
    (project.data / "areas.csv").write_text("area,label_vi,label_en,level\n")
    with pytest.raises(DataError):
        build(project)
    assert project.site.readlink() == before


def test_a_broken_template_is_told_in_one_line(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever is wrong with the front pages, the published site stays as it was."""
    before = project.site.readlink()
    (project.site / "index.html").write_text("")
    for error, message in (
        (jinja2.UndefinedError("'x' is undefined"), "cannot be made: 'x' is undefined. Correct"),
        (jinja2.TemplateSyntaxError("no", 3, filename="a.j2"), 'no File "a.j2", line 3. Correct'),
    ):
        monkeypatch.setattr(fronts, "door", Mock(side_effect=error))
        with pytest.raises(OutputsError, match=re.escape(message)):
            build(project)
    assert project.site.readlink() == before
