"""Which pages are stale and why: each kind of input against each report, and no other."""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from small_data import retype
from small_project import add, briefing, build, one_server, reading_project, write

from analysis.builds import manifests, plan, publish, stale
from analysis.builds.plan import Project
from analysis.numbers import figures
from analysis.numbers.schema import LANGUAGES

PROVINCES = {"each-da-nang", "each-ha-noi"}
EVERY = {"alpha", "staff", "ledger", "wire", "opens", *PROVINCES}
# A notebook that reads files beside the tables, and one of its own modules.
OPENS = """\
import json, pathlib, sys
sys.path.insert(0, str(pathlib.Path(data).parent))
import helper
more = json.loads(pathlib.Path(data, "more.json").read_text(encoding="utf-8"))
names = sorted(path.name for path in pathlib.Path(data, "notes").iterdir())"""


def reasons(project: Project, common: Mapping[str, str] | None = None) -> dict[str, str]:
    """The reason for each stale report."""
    planned = plan.plan(project, common)
    manifest, _ = publish.published_manifest(project)
    damaged = publish.damaged(project, manifest)
    return stale.stale(planned, stale.share(project), manifest, damaged)


def at(root: Path, outputs: Path | None = None) -> Project:
    """The small project in a folder, with a package and a lock of its own, to be changed."""
    project = Project.at(root, data=root / "tables", outputs=outputs)
    return dataclasses.replace(project, code=project.root / "analysis")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """A small project, published once; tests work on copies, and their builds share a server."""
    project = reading_project(tmp_path_factory.mktemp("made"))
    add(project, "opens", briefing(OPENS, question="Opens?"))
    project = at(project.root)
    for name in (
        *("numbers/quantity.py", "builds/cli.py", "__init__.py", "saying/words.toml"),
        *("pages/templates/page.html.j2", "pages/templates/style.css", "../requirements.lock"),
    ):
        (project.code / name).parent.mkdir(parents=True, exist_ok=True)
        (project.code / name).write_text(f"{name}\n", encoding="utf-8")
    (project.root / "helper.py").write_text("x = 1\n", "utf-8")
    (project.data / "more.json").write_text("{}\n", "utf-8")
    (project.data / "notes").mkdir()
    with one_server():
        assert build(project).failed == {}
        yield project


@pytest.fixture
def project(made: Project, tmp_path: Path) -> Project:
    """A copy of it, with its published site."""
    shutil.copytree(made.root, tmp_path / "project", symlinks=True)
    return at(tmp_path / "project")


# ------------------------------------------------------------------------------ the change matrix

Change = Callable[[Project], object]


def cells(table: str, row: str, **values: str) -> Change:
    """Other cells in a row of a table."""
    return lambda project: retype(project.data / f"{table}.csv", row, **values)


def append(name: str, text: str = "\n") -> Change:
    """More text at the end of a file, which need not be there."""

    def change(project: Project) -> None:
        with (project.root / name).open("a", encoding="utf-8") as file:
            file.write(text)

    return change


def damage(name: str) -> Change:
    """A published file that is no longer what was published."""
    return lambda project: (project.site / name).write_text("x")


TOTAL, WARDS = "plan-2025.da-nang.after.total", "plan-2025.ha-noi.after.wards"
NEW_WARDS = "plan-2025.da-nang.after.wards"
PLANNED = ",wire,,9,9,exact,units.wards,restructuring-2025,da-nang,2025-05-08,after,\n"
RATE = "a.rate,wire,,5%,5,exact,units.rate,restructuring-2025,da-nang,2025-05-08,rate,\n"
CLAIM = "a,same,staff.rate,staff.rate,Một.,One.,holds\n"
# fmt: off
MATRIX: dict[str, tuple[Change, set[str], str]] = {
    "the row of a figure": (cells("figures", "units.after", note="seen"),
        {"alpha", "opens", "ledger"}, "data changed: figures.csv units.after"),
    "a province's total": (cells("figures", TOTAL, printed="95", value="95"),
        PROVINCES, f"data changed: figures.csv {TOTAL}"),
    "a province's type": (cells("figures", WARDS, printed="50", value="50"),
        {"each-ha-noi"}, f"data changed: figures.csv {WARDS}"),
    "a figure that was not there": (append("tables/figures.csv", NEW_WARDS + PLANNED),
        {"each-da-nang"}, f"data changed: figures.csv {NEW_WARDS}"),
    "a new row that answers a question": (append("tables/figures.csv", RATE),
        {"wire"}, "data changed: figures.csv where role=rate and source=wire"),
    "a row that only the ledger asks for": (cells("figures", "dossiers.received", note="seen"),
        {"ledger"}, "data changed: figures.csv dossiers.received"),
    "a claim": (cells("claims", "staff.rate", note_en="Cut short."),
        {"staff", "ledger"}, "data changed: claims.csv staff.rate"),
    "a new claim on the reform": (append("tables/claims.csv", CLAIM),
        {"staff", "ledger"}, "data changed: claims.csv "),
    "the label of an area": (cells("areas", "da-nang", label_en="Da Nang"),
        PROVINCES, "data changed: areas.csv da-nang"),
    "an area of no page": (cells("areas", "viet-nam", label_en="Vietnam"), set(), ""),
    "a source": (cells("sources", "wire", publisher="The Daily"),
        EVERY - {"staff"}, "data changed: sources.csv wire"),
    "the last day of a source": (cells("sources", "congress", published="2025-07-16"),
        EVERY, "data changed: sources.csv "),
    "an indicator": (cells("indicators", "staff.rate", label_en="Loss of posts"),
        {"staff", "ledger"}, "data changed: indicators.csv staff.rate"),
    "a name": (append("tables/names.csv", "x,document,Luật 5,Law 5\n"),
        EVERY, "data changed: names.csv x"),
    "a notebook": (append("notebooks/alpha.ipynb"), {"alpha"}, "notebook changed"),
    "a shared notebook": (append("notebooks/province.ipynb"), PROVINCES, "notebook changed"),
    "a file that a notebook opened": (append("tables/more.json"),
        {"opens"}, "file changed: <data>/more.json"),
    "a module that a notebook imported": (append("helper.py"),
        {"opens"}, "file changed: helper.py"),
    "a folder that a notebook listed": (append("tables/notes/a.txt"),
        {"opens"}, "file changed: <data>/notes/"),
    "the package": (append("analysis/__init__.py"), EVERY, "code changed"),
    "a module of a floor": (append("analysis/numbers/quantity.py"), EVERY, "code changed"),
    "the words of the pages": (append("analysis/saying/words.toml"), EVERY, "code changed"),
    "a new file of the package": (append("analysis/numbers/helper2.json"), EVERY, "code changed"),
    "the style": (append("analysis/pages/templates/style.css"),
        EVERY, "template changed: style.css"),
    "the lock": (append("requirements.lock"), EVERY, "lock changed"),
    "a file that nothing opens": (append("tables/README.md"), set(), ""),
    "what Python caches": (lambda p: (p.code / "__pycache__").mkdir(), set(), ""),
    "a damaged page": (damage("vi/alpha.html"), {"alpha"}, "page damaged"),
    "a damaged table": (damage("en/each-ha-noi.csv"), {"each-ha-noi"}, "csv damaged"),
    "a lost record": (lambda p: (p.site / "vi/alpha.json").unlink(), {"alpha"}, "json missing"),
    "a lost page": (lambda p: (p.site / "en/alpha.html").unlink(), {"alpha"}, "page missing"),
}
# fmt: on


@pytest.mark.parametrize("what", MATRIX)
def test_a_report_is_stale_when_and_only_when_what_it_rests_on_changed(
    project: Project, what: str
) -> None:
    """The right reports, no other, and the reason by its name, for data down to the row."""
    assert reasons(project) == {}
    change, names, why = MATRIX[what]
    change(project)
    causes = reasons(project)
    assert set(causes) == names
    assert all(reason.startswith(why) for reason in causes.values()), causes


def test_nothing_stale_survives(project: Project, tmp_path: Path) -> None:
    """After changes that are published one by one, the pages are those made from clean."""
    for what in ("a province's total", "a figure that was not there"):
        change, names, _ = MATRIX[what]
        change(project)
        assert build(project).built == sorted(names)
    clean = at(project.root, outputs=tmp_path / "clean")
    build(clean, only=["each-*"])
    for name in (f"{language}/{each}.html" for language in LANGUAGES for each in PROVINCES):
        assert (clean.site / name).read_bytes() == (project.site / name).read_bytes(), name


def test_pages_rest_on_what_they_say_of_their_site(project: Project) -> None:
    """A page shows the site's title and links, but nothing of other reports."""
    write(project.notebooks / "alpha.ipynb", briefing(question="Omega?"))
    table = project.notebooks / "reports.toml"
    table.write_text(table.read_text("utf-8").replace('"Site"', '"Place"'), "utf-8")
    others = dict.fromkeys(EVERY, "reports changed: title")
    assert reasons(project) == others | {"alpha": "notebook changed; reports changed: title"}


def test_all_that_changed_is_named(project: Project) -> None:
    """Data, files and the rest, each part in its order; of many rows the first four."""
    for name in ("congress.due", "congress.held", "congress.rate", "staff.rate", "units.after"):
        cells("figures", name, note="seen")(project)
    append("tables/more.json")(project)
    append("requirements.lock")(project)
    causes = reasons(project)
    assert causes["opens"] == (
        "data changed: figures.csv units.after; file changed: <data>/more.json; lock changed"
    )
    assert causes["ledger"] == (
        "data changed: figures.csv congress.due, figures.csv congress.held,"
        " figures.csv congress.rate, figures.csv staff.rate and 1 more; lock changed"
    )


def test_damage_comes_before_all_other_reasons(project: Project) -> None:
    """A damaged page cannot stay, whatever else is new; without pages all reports are new."""
    damage("vi/alpha.html")(project)
    causes = reasons(project, {"known_on": "2021-06-30"})
    others = dict.fromkeys(EVERY, "parameters changed: known_on")
    assert causes == others | {"alpha": "page damaged"}
    project.site.unlink()
    assert reasons(project) == dict.fromkeys(EVERY, "new")


def test_a_report_whose_old_pages_were_kept_stays_stale(project: Project) -> None:
    """It failed, or was not picked: its answers belong to an earlier state of the tables."""
    MATRIX["a claim"][0](project)
    manifest = manifests.read(project.site)
    planned = plan.plan(project)
    shared = stale.share(project)
    manifest["tables"] = shared.rows
    for name in EVERY - {"staff", "ledger"}:
        manifest["reports"][name]["state"] = shared.state
    why = "data changed: claims.csv staff.rate"
    assert stale.stale(planned, shared, manifest, {}) == dict.fromkeys(("staff", "ledger"), why)


def test_without_a_changed_table_no_answer_is_asked_again(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A build with nothing to do compares bytes; neither times nor the place are an input."""
    monkeypatch.setattr(figures, "answer_digests", None)
    for path in project.root.rglob("*.*"):
        path.touch()
    project.root.rename(tmp_path / "moved")
    assert reasons(at(tmp_path / "moved")) == {}


def test_data_that_cannot_be_read_make_every_report_stale(project: Project) -> None:
    """The check of the data says what is wrong with them."""
    (project.data / "figures.csv").write_text("figure\n", "utf-8")
    assert reasons(project) == dict.fromkeys(EVERY, "data cannot be read")


# ----------------------------------------------------------------------------------- keys and words


def test_the_version_of_a_page_is_named_after_what_it_is_made_from() -> None:
    """Equal keys, equal names; another digest anywhere, another name."""
    key: stale.Key = {"notebook": "1", "answers": {"figures.csv:x": "2", "names.csv": "3"}}
    alike: stale.Key = {"answers": {"names.csv": "3", "figures.csv:x": "2"}, "notebook": "1"}
    assert stale.version(key) == stale.version(alike)
    assert len(stale.version(key)) == 12
    assert stale.version(key) != stale.version({**key, "answers": {"figures.csv:x": "2"}})


BEFORE = {"figures.csv": {"": "1", "x": "a", "y": "a"}, "sources.csv": {"": "1", "s": "a"}}
OF_SOURCE = ["figures.csv:x", "sources.csv:s"]
# fmt: off
NAMED = {
    "figures.csv x": (["figures.csv:x"], {"figures.csv": {"x": "b"}}),
    "figures.csv y, figures.csv z": (["figures.csv"], {"figures.csv": {"y": "b", "z": "b"}}),
    "sources.csv s": (OF_SOURCE, {"sources.csv": {"s": "b"}}),
    "figures.csv y": (["figures.csv:y", "figures.csv:area=a"], {"figures.csv": {"y": "b"}}),
    "figures.csv where area=a|b and role=after": (["figures.csv:area=a|b&role=after"],
                                                  {"figures.csv": {"z": "b"}}),
    "figures.csv where publisher=Báo": (["figures.csv:publisher=B%C3%A1o"], {}),
    "figures.csv *": (["figures.csv:*"], {"figures.csv": {"z": "b"}}),
    "sources.csv latest": (["sources.csv:latest"], {"sources.csv": {"s": "b"}}),
    "areas.csv": (["areas.csv"], {}),
}
# fmt: on


@pytest.mark.parametrize("said", NAMED)
def test_a_changed_answer_is_named_by_its_row(said: str) -> None:
    """A changed row that was asked for; else the question, or the table of an unknown state."""
    names, changes = NAMED[said]
    after = {file: {**rows, **changes.get(file, {})} for file, rows in BEFORE.items()}
    was: stale.Key = {"answers": dict.fromkeys([*names, "names.csv"], "1")}
    now: stale.Key = {"answers": dict.fromkeys(names, "2") | {"names.csv": "1", "new.csv": "1"}}
    assert stale.reason(was, now, BEFORE, after) == f"data changed: {said}"
    assert stale.reason(was, was, BEFORE, after) == ""


def test_what_only_one_run_asked_for_follows_from_what_else_changed() -> None:
    """Another notebook asks other questions: the notebook is the reason."""
    was: stale.Key = {"notebook": "1", "answers": {"figures.csv:x": "1"}}
    now: stale.Key = {"notebook": "2", "answers": {"figures.csv:y": "1"}}
    assert stale.reason(was, now, {}, {}) == "notebook changed"
