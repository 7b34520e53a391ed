"""Builds: complete editions, made from what is stale, that nothing can break."""

from __future__ import annotations

import dataclasses
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from small_project import PARAMETERS, ROOT, SAY, briefing, cell, notebook, small_project, write

from analysis import build, kernels, pages, reports, site
from analysis.build import Event
from analysis.reports import Project

pytestmark = pytest.mark.skipif(not kernels.CAN_FORK, reason="warm kernels are forked")

PAGES = {f"{language}/{name}.html" for language in ("vi", "en") for name in ("alpha", "each-an-giang", "each-ha-noi")}


@dataclasses.dataclass
class Found:
    """What a check of the data says."""

    text: str
    level: str

    def __str__(self) -> str:
        return self.text


@pytest.fixture(autouse=True)
def good_data(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tables of these tests are too small for the real check of the data."""
    from analysis import check

    monkeypatch.setattr(check, "check", lambda _: [])


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A small project, built once; tests work on copies."""
    from analysis import check

    project = small_project(tmp_path_factory.mktemp("built"))
    real, check.check = check.check, lambda _: []  # type: ignore[assignment]
    try:
        outcome = build.build(project, workers=2)
    finally:
        check.check = real
    assert (set(outcome.built), outcome.failed) == (PAGES, {})
    return project


@pytest.fixture
def project(built: Project, tmp_path: Path) -> Project:
    """A copy of the small project, with its published site."""
    shutil.copytree(built.root, tmp_path / "project", symlinks=True)
    return Project.at(tmp_path / "project", data=tmp_path / "project" / "tables")


def content(folder: Path) -> dict[str, bytes]:
    """Every file of a folder."""
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def change_value(project: Project, old: str = "12", new: str = "13") -> None:
    """Correct a figure."""
    table = project.data / "figures.csv"
    table.write_text(table.read_text("utf-8").replace(old, new), encoding="utf-8")


def change_notebook(project: Project, *more: str) -> None:
    """Give the notebook of alpha further cells."""
    write(project.notebooks / "alpha.ipynb", briefing(*more, question="Alpha?"))


# ------------------------------------------------------------------------------------------ what is made


def test_a_site_has_a_page_a_record_and_a_table_for_each_report(built: Project) -> None:
    """Each report in each language is a page, a record as JSON and its numbers as CSV for a spreadsheet."""
    files = set(content(built.site))
    assert files == {
        *PAGES,
        *(page.replace(".html", ".json") for page in PAGES),
        *(page.replace(".html", ".csv") for page in PAGES),
        *("index.html", "vi/index.html", "en/index.html", "manifest.json"),
        *("changes.json", "vi/changes.html", "en/changes.html"),
    }
    page = (built.site / "vi/alpha.html").read_text("utf-8")
    assert '<html lang="vi">' in page
    assert '<data value="12" data-figures="x.after">12</data>' in page
    assert '<h2 id="dang-bo-va-chi-bo">Đảng bộ và chi bộ</h2>' in page
    assert "Organisations" not in page
    assert json.loads((built.site / "vi/alpha.json").read_text("utf-8"))["record"]["title"] == "Alpha? (vi)"
    assert (built.site / "en/alpha.csv").read_bytes().startswith(b"\xef\xbb\xbfvalue,shown,")
    assert site.verify(built.site) == []


def test_a_page_tells_what_it_was_made_from(built: Project) -> None:
    """The page carries a digest per labelled part of its key; the manifest holds the parts, file by file."""
    manifest = json.loads((built.site / "manifest.json").read_text("utf-8"))
    parts = manifest["pages"]["en/alpha.html"]["key"]
    assert set(parts) == set(reports.PARTS)
    assert parts["data"].startswith("*=every areas.csv=")
    assert reports.stamped((built.site / "en/alpha.html").read_bytes()) == reports.stamp(parts)


def test_a_page_names_no_place_of_this_machine(built: Project) -> None:
    """Neither pages nor executed notebooks hold the folders they were made in."""
    for folder in (built.site, built.outputs / "runs"):
        for name, text in content(folder).items():
            assert str(built.root).encode() not in text, name


def test_the_same_inputs_give_the_same_bytes(built: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another folder, number of processes, time zone, locale and umask: the same site and notebooks."""
    other = small_project(tmp_path / "elsewhere")
    for name, value in {
        "TZ": "Asia/Ho_Chi_Minh",
        "LC_ALL": "vi_VN.UTF-8",
        "PYTHONHASHSEED": "77",
        "COLUMNS": "40",
    }.items():
        monkeypatch.setenv(name, value)
    mask = os.umask(0o077)
    try:
        build.build(other, workers=1)
    finally:
        os.umask(mask)
    assert content(other.site) == content(built.site)
    assert content(other.outputs / "runs") == content(built.outputs / "runs")


def test_headings_of_one_name_get_ids_of_their_own() -> None:
    """Ids are ASCII; a second heading of a name, or one named like a part of the page, is numbered."""
    ids = pages.HeadingIds({"notes"})
    assert [ids.give(2, text) for text in ("Đại hội", "Đại hội", "Notes", "…")] == [
        "dai-hoi",
        "dai-hoi-2",
        "notes-2",
        "section",
    ]


def test_names_that_hold_digits_are_wrapped_longest_first(built: Project) -> None:
    """In Markdown, the names of names.csv are marked as names; nothing is read as mathematics."""
    made = pages.filters(str(built.template), str(built.data))
    assert made["names"]("Đề án 06 & Project 06") == (
        '<span class="name">Đề án 06</span> &amp; <span class="name">Project 06</span>'
    )


# --------------------------------------------------------------------------------------- what is stale


def test_nothing_to_do_changes_nothing(project: Project) -> None:
    """A second build publishes nothing and keeps the edition."""
    before = project.site.readlink()
    told: list[Event] = []
    outcome = build.build(project, tell=told.append)
    assert (outcome.built, outcome.published, project.site.readlink()) == ([], False, before)
    assert [event.kind for event in told] == ["planned", "fresh"]


def test_only_what_changed_is_made_again(project: Project) -> None:
    """A changed notebook remakes its own pages; the others are linked into the new edition, not copied."""
    old = project.site.resolve()
    change_notebook(project, "assert True")
    outcome = build.build(project)
    assert outcome.built == ["en/alpha.html", "vi/alpha.html"]
    assert project.site.resolve() != old
    for name in ("vi/each-ha-noi.html", "vi/each-ha-noi.csv"):
        assert (project.site / name).samefile(old / name)
    assert site.verify(project.site) == []


def test_a_changed_figure_changes_every_page_that_shows_it(project: Project) -> None:
    """A new value reaches every page, and the build says which numbers changed, once, and because of which row."""
    change_value(project)
    told: list[Event] = []
    outcome = build.build(project, tell=told.append)
    assert set(outcome.built) == PAGES
    assert b'<data value="13"' in (project.site / "en/each-an-giang.html").read_bytes()
    said = [(event.kind, event.text, event.count) for event in told if event.kind in ("because", "changed")]
    assert said[:2] == [("because", "data changed: figures.csv x.after", 3), ("changed", "x.after: 12 → 13", 3)]
    assert [kind for kind, *_ in said].count("because") == 1


def test_an_edition_tells_what_changed_since_the_one_before(project: Project) -> None:
    """On a page of its own in each language, and as JSON; pages link there, and neither they nor the manifest hold it."""
    first = (project.site / "vi/changes.html").read_text("utf-8")
    assert "Chưa có ấn bản nào trước ấn bản này" in first
    old = site.read_manifest(project.site)
    change_value(project)
    build.build(project)
    told = json.loads((project.site / "changes.json").read_text("utf-8"))
    assert told["editions"]["en"][1] == site.front_edition(old, "en") != told["editions"]["en"][0]
    assert {(change["kind"], change["before"], change["after"]) for change in told["changes"]} >= {("number", "12", "13")}
    page = (project.site / "en/changes.html").read_text("utf-8")
    assert '<del><data value="12" data-figures="x.after">12</data></del>' in page
    assert '<ins><data value="13" data-figures="x.after">13</data></ins>' in page
    assert '<span class="name" lang="en">data changed: figures.csv x.after</span>' in page
    assert page.count("data changed:") == 1
    for each in ("en/alpha.html", "en/index.html"):
        assert '<a href="changes.html">' in (project.site / each).read_text("utf-8")
    assert "changes" not in json.dumps(sorted(site.read_manifest(project.site)["fronts"]))
    assert site.verify(project.site) == []


def test_history_stays_with_its_edition(project: Project) -> None:
    """A repair keeps what was told; a history that is damaged or of another edition is found and written anew."""
    change_value(project)
    build.build(project)
    told = (project.site / "changes.json").read_bytes()
    (project.site / "vi/alpha.html").write_text("x")
    build.build(project)
    assert (project.site / "changes.json").read_bytes() == told
    (project.site / "changes.json").write_text("{}")
    assert "changes.json: not of this edition" in site.verify(project.site)[0]
    assert build.build(project).published
    assert site.verify(project.site) == []
    assert not build.build(project).published


def test_an_edition_that_reads_the_same_says_so(project: Project) -> None:
    """Pages made anew from another notebook that says the same: no number, verdict or sentence is listed."""
    change_notebook(project, "assert True")
    assert build.build(project).changes == []
    assert "No number, verdict or sentence reads differently" in (project.site / "en/changes.html").read_text("utf-8")


def test_damage_is_repaired(project: Project) -> None:
    """A page, record, front page or manifest that is not as published is made again, and nothing else."""
    page = project.site / "vi/alpha.html"
    page.write_text(page.read_text("utf-8").replace("12", "99"), encoding="utf-8")
    assert build.build(project).built == ["vi/alpha.html"]
    (project.site / "en/alpha.json").unlink()
    (project.site / "vi/index.html").write_text("")
    assert build.build(project).built == ["en/alpha.html"]
    (project.site / "vi/index.html").write_text("")
    outcome = build.build(project)
    assert (outcome.built, outcome.published) == ([], True)
    (project.site / "manifest.json").write_text("{")
    assert set(build.build(project).built) == PAGES
    assert site.verify(project.site) == []


def test_only_picks_reports_and_keeps_the_pages_of_others(project: Project) -> None:
    """With a pattern, other pages stay as they are, even stale ones, which stay stale."""
    change_value(project)
    assert build.build(project, only="each-*").built == [
        f"{a}/each-{b}.html" for a in ("en", "vi") for b in ("an-giang", "ha-noi")
    ]
    assert b'<data value="12"' in (project.site / "vi/alpha.html").read_bytes()
    planned = reports.plan(project)
    assert reports.stale(planned, project, site.read_manifest(project.site)) == {
        "vi/alpha.html": "data changed: figures.csv x.after",
        "en/alpha.html": "data changed: figures.csv x.after",
    }


def test_a_report_that_is_no_longer_planned_leaves_the_site(project: Project) -> None:
    """Its pages go with the next edition, without anything else being made again."""
    table = project.data / "areas.csv"
    plan = project.notebooks / "reports.toml"
    plan.write_text(plan.read_text("utf-8").partition('[[report]]\nname = "each')[0], encoding="utf-8")
    outcome = build.build(project)
    assert table.exists()
    assert set(site.read_manifest(project.site)["pages"]) == {"vi/alpha.html", "en/alpha.html"}
    assert not (project.site / "vi/each-ha-noi.html").exists()
    assert site.verify(project.site) == []
    assert outcome.published


# ------------------------------------------------------------------------------------- what goes wrong


def test_a_failed_report_keeps_its_last_good_page(project: Project) -> None:
    """The page stays, marked in the manifest; the rest is built; the notebook with its traceback is kept."""
    good = (project.site / "vi/alpha.html").read_bytes()
    change_value(project)
    change_notebook(project, "if language == 'vi': 1 / 0")
    outcome = build.build(project)
    assert outcome.failed == {"vi/alpha.html": "cell 7 of alpha.ipynb: ZeroDivisionError: division by zero"}
    assert set(outcome.built) == PAGES - {"vi/alpha.html"}
    assert (project.site / "vi/alpha.html").read_bytes() == good
    kept = site.read_manifest(project.site)["pages"]["vi/alpha.html"]
    assert kept["kept"] == outcome.failed["vi/alpha.html"]
    assert "vi/alpha.html" in (project.site / "vi/index.html").read_text("utf-8")
    run = json.loads((project.outputs / "runs" / "alpha.vi.ipynb").read_text("utf-8"))
    assert "ZeroDivisionError" in json.dumps(run)
    assert site.verify(project.site) == []
    change_notebook(project)
    assert build.build(project).failed == {}
    assert "kept" not in site.read_manifest(project.site)["pages"]["vi/alpha.html"]


BAD = {
    "raises": "raise ValueError('no such thing')",
    "hangs": "import time\ntime.sleep(60)",
    "dies": "import os\nos.abort()",
    "exits": "import sys\nsys.exit()",
    "prints": "print('a bare number')",
    "floods": "for _ in range(1000): print('x' * 1_000_000)",
    "draws": "import matplotlib.pyplot as plt\nplt.plot([1, 2]);",
    "scripts": "from IPython.display import Javascript, display\ndisplay(Javascript('1'))",
    "threads": "import threading, time\nthreading.Thread(target=time.sleep, args=(60,)).start()",
    "writes": "open('stray.txt', 'w').write('x');",
}


def test_every_bad_notebook_ends_in_one_clear_line(tmp_path: Path) -> None:
    """Raising, hanging, dying, leaving, printing, drawing without words, no record: each is told."""
    project = small_project(tmp_path)
    entries = ['[title]\nvi = "Trang"\nen = "Site"\n']
    for name, source in BAD.items():
        write(project.notebooks / f"{name}.ipynb", briefing(source, question=f"{name}?"))
        entries.append(f'[[report]]\nname = "{name}"\nnotebook = "{name}.ipynb"\n')
    silent = notebook(cell("# S", kind="markdown"), cell(PARAMETERS, "parameters"), cell(SAY), cell("assert language"))
    write(project.notebooks / "silent.ipynb", silent)
    entries.append('[[report]]\nname = "silent"\nnotebook = "silent.ipynb"\n')
    (project.notebooks / "reports.toml").write_text("".join(entries), encoding="utf-8")
    sources = content(project.notebooks)
    outcome = build.build(project, limits=kernels.Limits(seconds=8), workers=4)
    causes = {path[3:-5]: cause for path, cause in outcome.failed.items() if path.startswith("vi/")}
    assert set(outcome.built) == {f"{language}/{name}.html" for language in ("vi", "en") for name in ("threads", "writes")}
    assert causes["raises"] == "cell 7 of raises.ipynb: ValueError: no such thing"
    assert causes["hangs"] == "cell 7 of hangs.ipynb: ran longer than 8 s"
    assert causes["dies"] == "cell 7 of dies.ipynb: its process ended with signal SIGABRT"
    assert "shows no record" in causes["exits"]
    assert causes["floods"] == "cell 7 of floods.ipynb: printed more than 50 MB"
    assert "cell 7 of prints (vi) printed text on stdout" in causes["prints"]
    assert "cell 7 of draws (vi) has an output without HTML" in causes["draws"]
    assert "pages run no script" in causes["scripts"]
    assert "shows no record" in causes["silent"]
    assert "os.abort" in (project.outputs / "runs" / "dies.vi.ipynb").read_text("utf-8")
    assert content(project.notebooks) == sources
    assert not list(project.root.rglob("stray.txt"))


def test_a_notebook_that_is_none_fails_its_own_pages_alone(project: Project) -> None:
    """Half a file, or another kind of file: its last good pages stay and are marked, the rest is built."""
    good = (project.site / "vi/alpha.html").read_bytes()
    change_value(project)
    for text in ('{"cells": [', "[]"):
        (project.notebooks / "alpha.ipynb").write_text(text, encoding="utf-8")
        outcome = build.build(project)
        assert set(outcome.failed) == {"vi/alpha.html", "en/alpha.html"}
        assert outcome.failed["vi/alpha.html"].startswith("alpha.ipynb is not a notebook")
        assert (project.site / "vi/alpha.html").read_bytes() == good
        assert b'<data value="13"' in (project.site / "vi/each-ha-noi.html").read_bytes()
        assert "vi/alpha.html" in (project.site / "vi/index.html").read_text("utf-8")
        assert site.verify(project.site) == []


def test_a_page_that_a_notebook_writes_over_is_not_published(project: Project) -> None:
    """What was written over a fresh page has no place in the next edition: it is told, and the next build makes it."""
    page = project.site.resolve() / "vi" / "each-ha-noi.html"
    change_notebook(project, f"open({str(page)!r}, 'w').write('x');")
    outcome = build.build(project, only="alpha")
    assert outcome.failed == {"vi/each-ha-noi.html": "its page was changed while the build was running. Build again."}
    assert site.verify(project.site) == []
    assert build.build(project).built == ["vi/each-ha-noi.html"]
    assert b'<data value="12"' in (project.site / "vi/each-ha-noi.html").read_bytes()


def test_fail_fast_stops_at_the_first_failure(project: Project) -> None:
    """Nothing further is run, what was running is ended, and the reports not run are told as such."""
    change_value(project)
    change_notebook(project, "1 / 0")
    outcome = build.build(project, workers=1, fail_fast=True)
    assert outcome.built == []
    assert outcome.failed["vi/alpha.html"] == "cell 7 of alpha.ipynb: ZeroDivisionError: division by zero"
    assert outcome.failed["en/each-ha-noi.html"] == "not run: an earlier report failed (--fail-fast)"
    assert b'<data value="12"' in (project.site / "en/each-ha-noi.html").read_bytes()


def test_wrong_data_stop_the_build_before_anything_changes(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """One error in the data, and no notebook runs; a warning is told and the build goes on."""
    from analysis import check

    before = project.site.readlink()
    change_value(project)
    findings = [Found("figures.csv:2 wrong", "error"), Found("odd", "warning")]
    monkeypatch.setattr(check, "check", lambda _: findings)
    with pytest.raises(build.DataRefused) as refused:
        build.build(project)
    assert refused.value.findings == findings
    assert project.site.readlink() == before
    assert not (project.outputs / ".work").exists()


@pytest.mark.parametrize(
    ("file", "content", "message"),
    [
        ("words.toml", b"x = [", "words.toml: not TOML: "),
        ("words.toml", b"x = 1", "the front pages cannot be made: words.toml has no 'front_lead' in this language."),
        ("index.html.j2", b"\n\xff", "index.html.j2:2: not UTF-8 text. Save the file as UTF-8."),
        (
            "front.html.j2",
            b"{% if %}",
            "front.html.j2:1: Expected an expression, got 'end of statement block'. Correct the template.",
        ),
        ("front.html.j2", b"{{ x.y.z }}", "the front pages cannot be made: 'x' is undefined. Correct the template."),
        ("changes.html.j2", b"{{ x.y.z }}", "the front pages cannot be made: 'x' is undefined. Correct the template."),
    ],
)
def test_a_broken_template_is_told_in_one_line(project: Project, file: str, content: bytes, message: str) -> None:
    """Whatever is wrong with it, the published site stays as it was."""
    before = project.site.readlink()
    (project.template / file).write_bytes(content)
    with pytest.raises((build.OutputsError, reports.PlanError)) as wrong:
        build.build(project, workers=2, only="alpha")
    assert message in str(wrong.value)
    assert (project.site.readlink(), site.verify(project.site)) == (before, [])


def test_inputs_that_change_while_a_build_runs_fail_its_pages(project: Project) -> None:
    """A page made from data that are no longer there is not published: nobody could say what it shows."""
    change_notebook(project, f"open({str(project.data / 'figures.csv')!r}, 'a').write('x.new,1\\n');")
    outcome = build.build(project, only="alpha", workers=1)
    assert outcome.built == []
    assert set(outcome.failed.values()) == {"data changed: figures.csv while the build was running. Build again."}


def test_a_folder_that_no_build_has_made_is_left_alone(tmp_path: Path) -> None:
    """outputs/site may be somebody's own folder; it is not replaced."""
    project = small_project(tmp_path)
    project.site.mkdir(parents=True)
    with pytest.raises(build.OutputsError, match="no build has made"):
        build.build(project)
    (project.root / "file").write_text("")
    blocked = dataclasses.replace(project, outputs=project.root / "file")
    with pytest.raises(build.OutputsError, match="cannot be written"):
        build.build(blocked)


# ------------------------------------------------------------------------------------ what a build costs


def test_what_every_page_needs_is_made_before_the_fork(built: Project) -> None:
    """The exporter, with all its templates compiled, is made once, by the name under which pages ask for it."""
    pages.exporter.cache_clear()
    places = (str(built.template), str(built.data))
    pages.warm_up(template=places[0], data=places[1])
    compiled = {name for _, name in pages.exporter(*places).environment.cache}
    assert pages.exporter.cache_info().misses == 1
    assert {path.name for path in built.template.glob("*.j2")} <= compiled


def test_a_build_with_nothing_to_do_imports_next_to_nothing(project: Project) -> None:
    """Neither the reading half, nor papermill, nor nbconvert, nor pydantic: that is what makes it a blink."""
    script = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r}); from pathlib import Path\n"
        "from analysis import cli\n"
        f"code = cli.main(['build', '--data', {str(project.data)!r}], Path({str(project.root)!r}))\n"
        "heavy = {'pandas', 'matplotlib', 'papermill', 'nbconvert', 'IPython', 'pydantic', 'jinja2'}\n"
        "print(code, sorted(heavy & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "nothing to do: 6 of 6 pages are fresh\n0 []\n"


def test_ordinary_kernels_make_the_same_site(project: Project, tmp_path: Path) -> None:
    """Where processes cannot fork, each report gets a kernel of its own, and the pages are the same."""
    other = dataclasses.replace(project, outputs=tmp_path / "ordinary")
    outcome = build.build(other, only="alpha", warm=False)
    assert outcome.failed == {}
    for name in ("vi/alpha.html", "en/alpha.csv", "vi/alpha.json"):
        assert (other.site / name).read_bytes() == (project.site / name).read_bytes()
