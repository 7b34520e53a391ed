"""A project of one's own: begun with init, named with --project, and about its own place alone."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from analysis.builds import cli, options, starter
from analysis.numbers import figures, schema, tables

# What another place's pages never say.
ELSEWHERE = re.compile(
    r"h[aà] ?n[ộo]i|năm bài|five (core )?articles|project-\d|(đề án|project) 06", re.I
)


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project of one's own, built."""
    folder = tmp_path_factory.mktemp("own") / "a place"
    assert cli.main(["init", str(folder)]) == 0
    assert cli.main(["build", "--project", str(folder), "--jobs", "1"]) == 0
    return folder


def test_a_project_of_ones_own_passes_every_check(
    own: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its tables and its notebook are in order as they are, without a warning; nothing is stale."""
    assert cli.main(["check", "--project", str(own)]) == 0
    assert capsys.readouterr().out == f"{own / 'data'}: 0 errors, 0 warnings\n"
    assert cli.main(["list", "--project", str(own)]) == 0
    assert capsys.readouterr().out.endswith("2 pages, 0 stale\n")
    assert cli.main(["diff", "--project", str(own), str(own / "outputs" / "site")]) == 0


def test_its_site_speaks_of_its_own_place_alone(own: Path) -> None:
    """No file of the site, nor of the project, speaks of the place that the package came with."""
    files = [path for path in own.rglob("*") if path.is_file()]
    assert {path.suffix for path in files} >= {".html", ".json", ".csv", ".toml", ".ipynb", ".md"}
    for path in files:
        said = path.read_bytes().decode("utf-8", errors="ignore")
        assert not ELSEWHERE.search(said), (path, ELSEWHERE.search(said))
    page = (own / "outputs" / "site" / "en" / "residential-groups.html").read_text("utf-8")
    assert "Đà Nẵng plans to cut" in page


def test_its_data_package_is_its_own(own: Path) -> None:
    """Title and licence are those of the project, the tables are described as the shipped ones."""
    own_package, shipped = (
        json.loads((folder / "datapackage.json").read_text("utf-8"))
        for folder in (own / "data", schema.SHIPPED)
    )
    assert own_package["resources"] == shipped["resources"]
    assert not ELSEWHERE.search(own_package["title"] + own_package["description"])


def test_a_notebook_finds_the_tables_of_its_project(
    own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`data = "data"` names the nearest folder of tables, where a notebook lies or above it."""
    for place in (own, own / "notebooks"):
        monkeypatch.chdir(place)
        assert tables.folder("data") == (own / "data").resolve()
        assert figures.load("data").find() == sorted(figures.load("data").rows())
    monkeypatch.chdir(own.parent)
    assert tables.folder("data") == own.parent / "data"  # there is none: the error names this one


def test_init_takes_a_new_or_empty_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is there is never written over; a place that cannot be written to is told in a line."""
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    for folder, message in (
        (tmp_path, "not empty. Name a new folder for the project.\n"),
        (tmp_path / "mine.txt" / "x", "Not a directory. Name another folder.\n"),
    ):
        assert cli.main(["init", str(folder)]) == 2
        assert capsys.readouterr().err == f"{folder}: {message}"
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_every_command_takes_a_project(capsys: pytest.CaptureFixture[str]) -> None:
    """check, list, build, verify and diff say so in their help."""
    for command in ("check", "list", "build", "verify", "diff"):
        with pytest.raises(SystemExit):
            options.parser().parse_args([command, "--help"])
        assert "--project DIR" in capsys.readouterr().out


def test_the_starter_is_stored_without_what_a_run_leaves() -> None:
    """As the shipped notebooks are: no outputs, no counts."""
    for path in (starter.TEMPLATE / "notebooks").glob("*.ipynb"):
        cells = json.loads(path.read_text("utf-8"))["cells"]
        assert not [each for each in cells if each.get("outputs") or each.get("execution_count")]
