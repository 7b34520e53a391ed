"""What a page is made from: rows of data and modules, and that a page is made again when, and only when, they change."""

from __future__ import annotations

import ast
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from small_data import TABLES, retype, small_data
from small_project import ROOT, reading_project
from test_layers import MODULES, ours

from analysis import build, charts, figures, inputs, kernels, reports, site
from analysis.inputs import Modules, Tables
from analysis.reports import Project

BOTH = ("vi", "en")
EVERY = {"units", "staff", "ledger", "wire", "province-da-nang", "province-ha-noi"}
PROVINCES = {"province-da-nang", "province-ha-noi"}

needs_fork = pytest.mark.skipif(not kernels.CAN_FORK, reason="warm kernels are forked")


# ---------------------------------------------------------------------------------------- what is noted


@pytest.fixture
def known(tmp_path: Path) -> figures.Figures:
    """The figures of the small data, of which nothing is read yet."""
    loaded = figures.load(small_data(tmp_path))
    figures.forget()
    return loaded


@pytest.mark.parametrize(
    ("ask", "noted"),
    [
        (lambda known: known["units.after"], ["figures.csv:units.after"]),
        (lambda known: known.row("units.after"), ["figures.csv:units.after"]),
        (lambda known: known.as_of("units.after"), ["figures.csv:units.after"]),
        (lambda known: "nowhere" in known, ["figures.csv:nowhere"]),
        (lambda known: known.get("nowhere"), ["figures.csv:nowhere"]),
        (lambda known: known.find(role="rate", area="ha-noi"), ["figures.csv:area=ha-noi&role=rate"]),
        (lambda known: known.find(source=("wire", "staff")), ["figures.csv:source=wire|staff"]),
        (lambda known: known.every, ["figures.csv:*"]),
        (lambda known: known.table, ["areas.csv", "figures.csv", "indicators.csv", "sources.csv"]),
        (lambda known: known.entry("areas", "ha-noi"), ["areas.csv:ha-noi"]),
        (lambda known: known.among("areas", level="province"), ["areas.csv:level=province"]),
        (lambda known: known.claims_on(reform="project-21"), ["claims.csv:reform=project-21"]),
        (lambda known: known.claims_on(), ["claims.csv"]),
        (lambda known: known.names, ["names.csv"]),
        (lambda known: known.find(printed="66 000 & more"), [f"{name}.csv" for name in sorted(figures.TABLES)]),
    ],
)
def test_what_is_asked_of_the_tables_is_noted(
    known: figures.Figures, ask: Callable[[figures.Figures], object], noted: list[str]
) -> None:
    """One row, a question, which rows there are, or a whole table; words that no key can hold note everything."""
    ask(known)
    assert figures.reads() == noted


def test_whoever_reads_the_tables_themselves_reads_all(tmp_path: Path) -> None:
    """`figures.read` hands out whole tables."""
    figures.forget()
    figures.read(small_data(tmp_path))
    assert figures.reads() == [f"{name}.csv" for name in sorted(figures.TABLES)]


def test_reading_ahead_is_nobodys_reading(tmp_path: Path) -> None:
    """What the process reads that the reports are forked from is not what they read."""
    charts.read_ahead(str(small_data(tmp_path)))
    assert figures.reads() == []


def test_a_calculation_alone_is_read_alone(known: figures.Figures) -> None:
    """Recomputing the claims on one reform reads neither the figures nor the notes of the others."""
    from analysis import claims

    claims.recompute(known, reform="project-21")
    read = set(figures.reads())
    assert {"claims.csv:reform=project-21", "claims.csv:staff.rate", "figures.csv:staff.before"} <= read
    assert not {name for name in read if name.endswith((".csv", "units.before", "units.rate"))}


# ------------------------------------------------------------------------------------- names and digests


def changed(tmp_path: Path, names: list[str], *changes: tuple[str, str, str]) -> set[str]:
    """The names behind which something else stands after changes of the small data."""
    before = Tables(small_data(tmp_path / "a")).digests(names)
    after = Tables(small_data(tmp_path / "b", *changes)).digests(names)
    return {name for name in names if before[name] != after[name]}


@pytest.fixture(autouse=True)
def folders(tmp_path: Path) -> None:
    """Two places for data."""
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()


NAMES = [
    "figures.csv",
    "figures.csv:units.after",
    "figures.csv:units.rate",
    "figures.csv:nowhere",
    "figures.csv:*",
    "figures.csv:source=wire&role=rate",
    "figures.csv:unit=percent",
    "claims.csv:reform=project-21",
    "areas.csv:level=province",
    "sources.csv:wire",
    "sources.csv:latest(all)",
    "sources.csv:latest(core)",
]
ROW = "new.rate,wire,,5%,5,exact,units.rate,restructuring-2025,viet-nam,2025-05-08,rate,\n"


@pytest.mark.parametrize(
    ("change", "names"),
    [
        (("figures.csv", '"3,321",3321', '"3,322",3322'), {"figures.csv", "figures.csv:units.after"}),
        (
            ("figures.csv", "", ROW),
            {"figures.csv", "figures.csv:*", "figures.csv:source=wire&role=rate", "figures.csv:unit=percent"},
        ),
        (("figures.csv", "", ROW.replace("new.rate", "nowhere")), {*NAMES[:1], *NAMES[3:7]}),
        (
            ("figures.csv", ",viet-nam,2025-05-08,rate,", ",viet-nam,2025-05-08,rate,note"),
            {"figures.csv", "figures.csv:units.rate"},
        ),
        (
            ("figures.csv", ",viet-nam,2025-05-08,rate,", ",viet-nam,2025-05-08,count,"),
            {"figures.csv", "figures.csv:units.rate", "figures.csv:source=wire&role=rate"},
        ),
        (("indicators.csv", "units.rate,percent", "units.rate,share"), {"figures.csv:unit=percent"}),
        (("claims.csv", "units.decrease units.before,units.rate", "a b,staff.rate"), {"claims.csv:reform=project-21"}),
        (("areas.csv", "da-nang,Đà Nẵng,Đà Nẵng,province", "da-nang,Đà Nẵng,Đà Nẵng,district"), {"areas.csv:level=province"}),
        (("areas.csv", "da-nang,Đà Nẵng,Đà Nẵng,province", "da-nang,Đà Nẵng,Da Nang,province"), set()),
        (("sources.csv", "2025-05-08,,", "2025-08-08,,"), {"sources.csv:wire", "sources.csv:latest(all)"}),
        (("sources.csv", "2025-07-15,,", "2025-07-16,,"), {"sources.csv:latest(all)", "sources.csv:latest(core)"}),
    ],
)
def test_a_name_changes_with_what_stands_behind_it(tmp_path: Path, change: tuple[str, str, str], names: set[str]) -> None:
    """A row with its cells, a question with the rows that answer it, a table with every byte, and nothing else."""
    assert changed(tmp_path, NAMES, change) == names


def test_a_figure_comes_with_its_source_and_its_indicator(tmp_path: Path) -> None:
    """What a figure says rests on three rows; what a question finds rests on when its sources were printed."""
    tables = Tables(small_data(tmp_path))
    assert tables.behind({"figures.csv:units.after"}) == {"figures.csv:units.after", "sources.csv:wire", "indicators.csv:units"}
    assert tables.behind({"figures.csv:reform=project-21"}) == {"figures.csv:reform=project-21", "sources.csv:staff"}
    assert tables.behind({"claims.csv:reform=project-21"}) == {
        *("claims.csv:reform=project-21", "figures.csv:staff.rate", "sources.csv:staff", "indicators.csv:staff.rate")
    }
    assert tables.behind({"figures.csv", "figures.csv:x", "sources.csv:latest(all)"}) == {
        "figures.csv",
        "sources.csv:latest(all)",
    }


def test_tables_that_cannot_be_read_are_not_the_same_tables(tmp_path: Path) -> None:
    """Binary, missing or mended: what stood behind a name is gone, so its pages are made again, or the check refuses."""
    data = small_data(tmp_path)
    row = Tables(data).digest("figures.csv:units.after")
    (data / "figures.csv").write_bytes(b"\xff\xfe\x00")
    assert Tables(data).digest("figures.csv:units.after") == inputs.ABSENT != row
    (data / "figures.csv").unlink()
    assert Tables(data).digest("figures.csv") == inputs.ABSENT


def test_tables_are_as_they_were_when_held(tmp_path: Path) -> None:
    """What changes while a build runs does not change what the build compares its pages with."""
    data = small_data(tmp_path)
    held = Tables(data)
    held.hold()
    (data / "figures.csv").write_text("figure\n", encoding="utf-8")
    assert held.digest("figures.csv:units.after") != Tables(data).digest("figures.csv:units.after")


# --------------------------------------------------------------------------------------------- modules


def test_the_modules_of_a_page_are_all_that_is_imported() -> None:
    """What is found by looking for names is what the imports say: directly and through others, and not much more."""
    modules = Modules(ROOT / "analysis")
    for name, tree in MODULES.items():
        wanted, waiting = {"__init__"}, {name}
        while waiting:
            each = waiting.pop()
            wanted.add(each)
            waiting |= ours(MODULES[each]) - wanted
        assert modules.behind({name}) >= wanted, name
        assert name == "__init__" or ast.get_docstring(tree)
    assert modules.behind({"claims"}) == {"__init__", "claims", "figures", "numerals", "periods", "quantity"}
    assert modules.behind({"pages"}) == {"__init__", "gate", "inputs", "kernels", "pages", "reports"}


@pytest.mark.parametrize(
    ("code", "noted"),
    [
        ("from analysis import claims, figures\nfrom analysis.prose import Page", True),
        ('open=count["x"]  # a code of data/areas.csv', True),
        ("import pandas", False),
        ("x = 1; import csv", False),
        ("from analysis.figures import csv", False),
        ("from analysis import figures\nfigures.pd.read_csv(data)", False),
        ("known._table", False),
        ("open(data)", False),
        ("figures.folder(data).joinpath('figures.csv').read_text()", False),
        ("__import__('csv')", False),
        ("%run other.ipynb", False),
        ("!cat data/figures.csv", False),
    ],
)
def test_a_notebook_that_could_read_elsewhere_depends_on_everything(code: str, noted: bool) -> None:
    """Only code that calls the package and nothing else is sure to have noted all that it read."""
    assert inputs.noted([code]) == noted


def test_every_published_notebook_notes_what_it_reads() -> None:
    """The notebooks of the project call the package and nothing else."""
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        assert inputs.noted(inputs.code_cells(json.loads(path.read_text("utf-8"))["cells"])), path.name


# ------------------------------------------------------------------------------------- the change matrix


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A small project whose notebooks read through the package, built once; tests work on copies."""
    project = reading_project(tmp_path_factory.mktemp("made"))
    outcome = build.build(project, workers=2)
    assert outcome.failed == {}
    assert {path[3:-5] for path in outcome.built} == EVERY
    return project


@pytest.fixture
def project(made: Project, tmp_path: Path) -> Project:
    """A copy of it, with its published site."""
    shutil.copytree(made.root, tmp_path / "project", symlinks=True)
    return Project.at(tmp_path / "project", data=tmp_path / "project" / "tables")


def stale(project: Project) -> dict[str, str]:
    """The reason for each stale report, which is the same in both languages."""
    reasons = reports.stale(reports.plan(project), project, site.read_manifest(project.site))
    by_language = [{path[3:-5]: why for path, why in reasons.items() if path.startswith(code)} for code in BOTH]
    assert by_language[0] == by_language[1]
    return by_language[0]


def edit(name: str, old: str, new: str) -> Callable[[Project], None]:
    """A change of a file; "" appends."""

    def change(project: Project) -> None:
        path = project.root / name
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{old!r} is not in {name}"
        path.write_text(text.replace(old, new) if old else text + new, encoding="utf-8")

    return change


def row(key: str, old: str, new: str) -> Callable[[Project], None]:
    """A change of one figure."""
    line = next(line for line in TABLES["figures.csv"].splitlines() if line.startswith(f"{key},"))
    return edit("tables/figures.csv", line, line.replace(old, new))


TOTAL, WARDS = "plan-2025.da-nang.after.total", "plan-2025.ha-noi.after.wards"
NEW_WARDS = "plan-2025.da-nang.after.wards"
MATRIX = {
    "the row of a figure": (row("units.after", "3,321", "3,322"), {"units", "ledger"}, "figures.csv units.after"),
    "its note": (row("units.after", "after,", "after,seen"), {"units", "ledger"}, "figures.csv units.after"),
    "a province's total": (row(TOTAL, "94", "95"), PROVINCES, f"figures.csv {TOTAL}"),
    "a province's type": (row(WARDS, "51", "52"), {"province-ha-noi"}, f"figures.csv {WARDS}"),
    "a type that was not printed": (
        edit("tables/figures.csv", "", f"{NEW_WARDS},wire,,9,9,exact,units.wards,restructuring-2025,da-nang,2025-05-08,after,\n"),
        {"province-da-nang"},
        f"figures.csv {NEW_WARDS}",
    ),
    "a new row that answers a question": (
        edit("tables/figures.csv", "", ROW),
        {"wire"},
        "figures.csv where role=rate and source=wire",
    ),
    "a row that the ledger alone reads": (row("dossiers.received", "66.000 hồ sơ,66000", "67.000 hồ sơ,67000"), {"ledger"}, None),
    "a claim": (edit("tables/claims.csv", "Cut off.", "Cut short."), {"staff", "ledger"}, "claims.csv staff.rate"),
    "a new claim on the reform": (
        edit("tables/claims.csv", "", "a,same,staff.rate,staff.rate,Một.,One.,holds\n"),
        {"staff", "ledger"},
        None,
    ),
    "the label of an area": (
        edit("tables/areas.csv", "Đà Nẵng,Đà Nẵng", "Đà Nẵng,Da Nang"),
        {"province-da-nang"},
        "areas.csv da-nang",
    ),
    "the level of an area": (edit("tables/areas.csv", "Việt Nam,Viet Nam,country", "Việt Nam,Viet Nam,district"), set(), ""),
    "a source": (
        edit("tables/sources.csv", "The Wire", "The Daily"),
        {"units", "ledger", "wire", *PROVINCES},
        "sources.csv wire",
    ),
    "the last day that is known": (
        edit("tables/sources.csv", "2025-07-15,,", "2025-07-16,,"),
        EVERY,
        None,
    ),
    "an indicator": (
        edit("tables/indicators.csv", "Fall in post-holders", "Loss of posts"),
        {"staff", "ledger"},
        "indicators.csv staff.rate",
    ),
    "a name": (edit("tables/names.csv", "", "x,law,Luật 5,Law 5\n"), EVERY, None),
    "another table": (lambda project: (project.data / "more.csv").write_text("a\n") and None, set(), ""),
    "a notebook": (edit("notebooks/units.ipynb", "From {a} to", "Down from {a} to"), {"units"}, "notebook changed"),
    "a module that some use": (
        edit("analysis/claims.py", "", "# more\n"),
        {"staff", "ledger", "wire"},
        "code changed: claims.py",
    ),
    "a module for provinces": (edit("analysis/compare.py", "", "# more\n"), {"units", *PROVINCES}, "code changed: compare.py"),
    "a module that none uses": (edit("analysis/charts.py", "", "# more\n"), set(), ""),
    "a module that all use": (edit("analysis/quantity.py", "", "# more\n"), EVERY, "code changed: quantity.py"),
    "what makes pages": (edit("analysis/pages.py", "", "# more\n"), EVERY, "code changed: pages.py"),
    "the gate": (edit("analysis/gate.py", "", "# more\n"), EVERY, "code changed: gate.py"),
    "what publishes": (edit("analysis/build.py", "", "# more\n"), set(), ""),
    "the front pages": (edit("analysis/site.py", "", "# more\n"), set(), ""),
    "the command line": (edit("analysis/cli.py", "", "# more\n"), set(), ""),
    "the style": (edit("analysis/briefing/style.css", "", "/* more */\n"), EVERY, "template changed: style.css"),
    "the template of the front pages": (edit("analysis/briefing/front.html.j2", "", "\n"), set(), ""),
    "the lock": (edit("requirements.lock", "", "x==1\n"), EVERY, "lock changed"),
}


@needs_fork
@pytest.mark.parametrize("what", MATRIX)
def test_a_page_is_stale_when_and_only_when_what_it_used_changed(project: Project, what: str) -> None:
    """Each kind of input against each report: the right pages, no other, and the reason down to the row."""
    assert stale(project) == {}
    change, names, why = MATRIX[what]
    change(project)
    reasons = stale(project)
    assert set(reasons) == names
    assert all(why in reason for reason in reasons.values()) if why is not None else reasons


@needs_fork
def test_nothing_stale_survives(project: Project) -> None:
    """After several changes, each built by itself, the site is byte for byte what a build from clean makes."""
    for what in (
        "a province's total",
        "a type that was not printed",
        "a new row that answers a question",
        "the label of an area",
    ):
        change, names, _ = MATRIX[what]
        change(project)
        outcome = build.build(project, workers=2)
        assert outcome.failed == {}
        assert {path[3:-5] for path in outcome.built} == names, what
    clean = Project.at(project.root, data=project.data, outputs=project.root / "clean")
    assert build.build(clean, workers=2, force=True).failed == {}
    made = {path.relative_to(clean.site).as_posix() for path in clean.site.rglob("*") if path.is_file()}
    for each in sorted(made - set(site.HISTORY)):  # which tells of the edition before, and from clean there is none
        assert (project.site / each).read_bytes() == (clean.site / each).read_bytes(), each


@needs_fork
def test_a_source_that_was_printed_earlier_is_noticed(project: Project) -> None:
    """A page of a day on which a source was not known depends on when it was printed, whatever it asked for."""
    early = {"known_on": "2021-01-01"}
    assert build.build(project, common=early).failed == {}
    assert reports.stale(reports.plan(project, early), project, site.read_manifest(project.site)) == {}
    edit("tables/sources.csv", ",,2021-05-22,", ",2020-05-22,,")(project)
    reasons = reports.stale(reports.plan(project, early), project, site.read_manifest(project.site))
    assert {path[3:-5] for path in reasons} == {"staff", "ledger"}
    assert set(reasons.values()) == {"data changed: sources.csv staff"}


@needs_fork
def test_ordinary_kernels_note_the_same(project: Project, tmp_path: Path) -> None:
    """A page made by an ordinary kernel depends on the same rows as one made by a forked process."""
    other = Project.at(project.root, data=project.data, outputs=tmp_path / "ordinary")
    assert build.build(other, only="province-da-nang", warm=False).failed == {}
    for language in BOTH:
        page = f"{language}/province-da-nang.html"
        assert (other.site / page).read_bytes() == (project.site / page).read_bytes()


@needs_fork
def test_what_is_read_after_the_record_counts_as_everything(project: Project) -> None:
    """The record says what was read until then; a notebook that goes on after it depends on every table."""
    edit("notebooks/units.ipynb", '"page.sources()"', '"display(page.sources())\\nknown.find();"')(project)
    assert build.build(project, only="units").failed == {}
    page = json.loads((project.site / "vi/units.json").read_text("utf-8"))
    assert "*" in inputs.split(page["key"]["data"])


# -------------------------------------------------------------------------------------- the real project


@pytest.fixture
def real(site: Path, tmp_path: Path) -> Project:
    """The real project as it was built, with a copy of its data to change."""
    shutil.copytree(ROOT / "data", tmp_path / "data")
    return Project.at(ROOT, data=tmp_path / "data", outputs=site.parents[1])


REAL = {
    ("figures", "plan-2025.da-nang.before.wards"): {"province-da-nang"},
    ("figures", "project-06.villages-groups.before"): {"project-06"},
    ("figures", "urban-pilot-2021.redundant"): {"urban-pilot-2021"},
    ("claims", "congress-2025.grassroots.rate"): {"restructuring-2025"},
    ("areas", "da-nang"): {"PROVINCES"},
    ("areas", "ba-vi"): set(),
}


@pytest.mark.parametrize(("table", "key"), REAL)
def test_a_row_of_the_real_data_makes_the_pages_stale_that_read_it(real: Project, table: str, key: str) -> None:
    """One province's types concern its own page; what an article prints, the pages that show it; and the two that take all."""
    assert stale(real) == {}
    column = {"figures": "note", "claims": "note_en", "areas": "label_en"}[table]
    retype(real.data / f"{table}.csv", key, **{column: "Changed"})
    reasons = stale(real)
    provinces = {report.name for report in reports.plan(real) if report.name.startswith("province-")}
    names = REAL[table, key] | {"overview", "claims"}
    assert set(reasons) == (names - {"PROVINCES"}) | (provinces if "PROVINCES" in names else set())
    assert set(reasons.values()) == {f"data changed: {table}.csv {key}"}
