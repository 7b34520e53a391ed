"""What several test files share: the real site, built once, and one built from hostile data."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import finished_pages
import pytest
from filelock import FileLock
from hypothesis import HealthCheck, settings
from small_data import retype, small_data

from analysis import Page
from analysis.numbers import figures
from analysis.numbers.figures import Figures

if TYPE_CHECKING:
    from browser_tabs import Tab
    from playwright.sync_api import Browser

    from analysis.builds.plan import Project

ROOT = Path(__file__).resolve().parents[1]

# Slow to import, and only for addresses in schemas: notebooks are read without it.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]

# How long an example takes says nothing of the rule, and much of how busy the machine is.
settings.register_profile("any", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any")

# The places of the site. Pages of provinces are of one kind, and so are those of communes: three of
# them, and two, one with numbers that cannot be right, stand for all.
PROVINCES = ("ha-noi", "hue", "thanh-hoa")
COMMUNES = ("phuong-ba-dinh", "xa-my-duc")

# What somebody could type into a table, on purpose or not.
SCRIPT = "<script>alert(1)</script> </title></style> Thôn & tổ"
IMAGE = '"><img src="x" onerror="alert(1)"> & \'co\' &amp;'
LABEL = "\"'co' & &amp;\""  # a label may hold neither angle brackets nor braces
RIGHT_TO_LEFT = "ảđ تقرير <u>&</u>"
LONG = "Dài" * 3400  # more than ten thousand characters, and no place to break


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small data."""
    return small_data(tmp_path_factory.mktemp("small"))


@pytest.fixture(scope="session")
def known(data: Path) -> Figures:
    """The figures of the small data."""
    return figures.load(data)


@pytest.fixture(params=["vi", "en"])
def language(request: pytest.FixtureRequest) -> str:
    """Each language."""
    return str(request.param)


@pytest.fixture
def page(known: Figures) -> Page:
    """A page in English on the small data."""
    return Page(known, "en")


@pytest.fixture(scope="session")
def shipped() -> Figures:
    """The shipped figures."""
    return figures.load()


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the real site, built once from the data and notebooks of this checkout, with
    the pages of the places named above.

    SITE=FOLDER in the environment tests that built site instead.
    """
    if os.environ.get("SITE"):
        return Path(os.environ["SITE"]).resolve()

    def make(out: Path) -> None:
        project = out.with_name(f"{out.name}-project")
        for name in ("data", "notebooks"):
            shutil.copytree(ROOT / name, project / name)
        listed = project / "notebooks" / "reports.toml"
        reports, each, _ = listed.read_text("utf-8").partition('[[report]]\nname = "province-')
        assert each
        for kind, names in (("province", PROVINCES), ("commune", COMMUNES)):
            for name in names:
                reports += f'[[report]]\nname = "{kind}-{name}"\nnotebook = "{kind}.ipynb"\n'
                reports += f'fixed = {{ {kind} = "{name}" }}\n\n'
        listed.write_text(reports, "utf-8")
        _build(out, "--project", str(project))

    return once(tmp_path_factory, "site", make)


@pytest.fixture(scope="session")
def hostile_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site with the pages of one report, built from a copy of the data that holds the texts
    above."""

    def make(out: Path) -> None:
        data = out.with_name(f"{out.name}-data")
        shutil.copytree(ROOT / "data", data)
        sources, indicators = data / "sources.csv", data / "indicators.csv"
        retype(sources, "dantri-2018-11-30", headline=SCRIPT, publisher=IMAGE)
        retype(sources, "cand-2015-10-31", headline=RIGHT_TO_LEFT)
        retype(indicators, "villages-groups.groups", label_vi=LABEL, label_en=LABEL)
        retype(indicators, "villages-groups.villages", label_vi=LONG, label_en=LONG)
        _build(out, "--data", str(data), "--only", "project-06")

    return once(tmp_path_factory, "hostile", make)


@pytest.fixture(scope="session")
def pages(site: Path) -> list[finished_pages.Page]:
    """Every page of the real site, front pages included."""
    return finished_pages.read_pages(site)


@pytest.fixture(scope="session")
def hostile(hostile_site: Path) -> list[finished_pages.Page]:
    """The pages of the report that was built from hostile data."""
    listed = finished_pages.read_pages(hostile_site)
    return [page for page in listed if page.report == "project-06"]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """A small project, built once a file; tests work on copies, and their builds share a server."""
    import small_project

    project = small_project.small_project(tmp_path_factory.mktemp("built"))
    with small_project.one_server():
        assert small_project.build(project).failed == {}
        yield project


@pytest.fixture
def project(built: Project, tmp_path: Path) -> Project:
    """A copy of the small project, with its published site."""
    shutil.copytree(built.root, tmp_path / "project", symlinks=True)
    return type(built).at(tmp_path / "project", data=tmp_path / "project" / "tables")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for all tests of a file."""
    import browser_tabs

    with browser_tabs.started() as browser:
        yield browser


@pytest.fixture(scope="module")
def tab(browser: Browser, site: Path) -> Iterator[Tab]:
    """The tab that most tests of a file share."""
    import browser_tabs

    with browser_tabs.open_tab(browser, site) as opened:
        yield opened


def once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """The site that `make` leaves in a folder; made by one process for all of them."""
    out = shared(factory) / f"outputs-{name}"
    with FileLock(f"{out}.lock"):
        if not (out / "site").exists():
            make(out)
    return (out / "site").resolve()


def shared(factory: pytest.TempPathFactory) -> Path:
    """The folder of this run of the tests, one for all processes (pytest -n)."""
    base = factory.getbasetemp()
    return base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base


def _build(out: Path, *arguments: str) -> None:
    command = [sys.executable, "-m", "analysis", "build", "--out", str(out), "--jobs", "2"]
    command += arguments
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=900)
    said = f"{done.stdout[-3000:]}{done.stderr[-3000:]}"
    assert done.returncode == 0, f"{' '.join(command)} ended with {done.returncode}:\n{said}"
