"""What a fresh clone relies on: environment, lock, commands, workflows, citation and what is committed."""

import importlib
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[1]
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
LOCK = (ROOT / "requirements.lock").read_text("utf-8")
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
TARGETS = ["reports", "test", "lab", "bench", "check", "lint", "pdf", "lock", "clean"]


def bounds(requirements: list[str]) -> dict[str, SpecifierSet]:
    """Name → version bounds of some requirements."""
    parsed = [Requirement(each) for each in requirements]
    return {canonicalize_name(each.name): each.specifier for each in parsed}


def direct() -> dict[str, SpecifierSet]:
    """Name → bounds of every requirement written in pyproject.toml, extras included."""
    extras = [each for extra in PROJECT["optional-dependencies"].values() for each in extra]
    return bounds(PROJECT["dependencies"] + extras)


def pins() -> dict[str, list[Version]]:
    """Name → versions the lock holds (more than one only where markers choose between them)."""
    found: dict[str, list[Version]] = {}
    for name, version in re.findall(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)", LOCK, flags=re.MULTILINE):
        found.setdefault(canonicalize_name(name), []).append(Version(version))
    return found


def committed() -> list[Path]:
    """The files git tracks; without git, the test that asks is skipped."""
    if not (ROOT / ".git").exists() or shutil.which("git") is None:
        pytest.skip("not a git checkout")
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    paths = [ROOT / name for name in listed.decode("utf-8").split("\0") if name]
    return [path for path in paths if path.is_file()]


def workflow(path: Path) -> dict[Any, Any]:
    """A workflow as written; YAML 1.1 reads its key `on` as True."""
    loaded: dict[Any, Any] = yaml.safe_load(path.read_text("utf-8"))
    return loaded


def check_schema(schema: str, path: Path) -> subprocess.CompletedProcess[str]:
    """Validate a file against a schema shipped with check-jsonschema, without network."""
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, str(path)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


# --- environment and lock


def test_environment_agrees_with_pyproject() -> None:
    """environment.yml and pyproject.toml name the same packages with the same bounds, and the same Python."""
    listed = yaml.safe_load((ROOT / "environment.yml").read_text("utf-8"))["dependencies"]
    conda = bounds([each for each in listed if isinstance(each, str)])
    assert conda.pop("python") == SpecifierSet(PROJECT["requires-python"])
    assert conda.pop("pip") == SpecifierSet()
    assert conda == bounds(PROJECT["dependencies"])


def test_environment_takes_nothing_else_from_pip() -> None:
    """In the conda environment pip installs this package alone."""
    listed = yaml.safe_load((ROOT / "environment.yml").read_text("utf-8"))["dependencies"]
    assert [each["pip"] for each in listed if isinstance(each, dict)] == [["-e ."]]


@pytest.mark.parametrize(("name", "specifier"), direct().items(), ids=str)
def test_every_requirement_is_bounded(name: str, specifier: SpecifierSet) -> None:
    """Each requirement has a lower bound and stops before the major version after the locked one."""
    assert {each.operator for each in specifier} == {">=", "<"}, f"{name}{specifier}"
    stop = next(Version(each.version) for each in specifier if each.operator == "<")
    assert stop == Version(str(pins()[name][0].major + 1)), f"{name}: locked at {pins()[name][0]}"


@pytest.mark.parametrize(("name", "specifier"), direct().items(), ids=str)
def test_lock_pins_every_direct_requirement(name: str, specifier: SpecifierSet) -> None:
    """The lock pins every requirement of pyproject.toml, within its bounds."""
    assert name in pins(), f"{name} is not in requirements.lock; run `make lock`"
    for version in pins()[name]:
        assert version in specifier


def test_lock_holds_the_build_backend() -> None:
    """`pip install --no-build-isolation -e .` finds its backend in the lock and fetches nothing."""
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    for name, specifier in bounds(pyproject["build-system"]["requires"]).items():
        assert all(version in specifier for version in pins()[name])


def test_lock_is_names_versions_and_hashes_only() -> None:
    """The lock names no package index, no address and no path, and every pin has its hashes."""
    for number, line in enumerate(LOCK.splitlines(), start=1):
        expected = (
            line.startswith("#    make lock")
            or re.fullmatch(r"# This file was autogenerated by uv via the following command:", line)
            or re.fullmatch(r"[a-z0-9._-]+==[A-Za-z0-9.+!]+( ; [^\\]+)? \\", line)
            or re.fullmatch(r"    --hash=sha256:[0-9a-f]{64}( \\)?", line)
            or re.fullmatch(r"    # +(via( [A-Za-z0-9._-]+( \(pyproject\.toml\))?)?)?", line)
            or re.fullmatch(r"    #   [A-Za-z0-9._-]+( \(pyproject\.toml\))?", line)
        )
        assert expected, f"requirements.lock:{number}: {line}"
    entries = re.split(r"^(?=[A-Za-z0-9])", LOCK, flags=re.MULTILINE)[1:]
    assert [each.splitlines()[0] for each in entries if "--hash=sha256:" not in each] == []


def test_no_file_names_a_package_index() -> None:
    """Nothing that installs says where packages come from: that is the machine's to say."""
    option = re.compile(r"(?:--(?:extra-)?index-url|--find-links|--trusted-host|PIP_(?:EXTRA_)?INDEX_URL)\b")
    names = ["pyproject.toml", "environment.yml", "Makefile", ".ci/run", *(str(path) for path in WORKFLOWS)]
    assert [name for name in names if option.search((ROOT / name).read_text("utf-8"))] == []


# --- commands


@pytest.mark.parametrize("target", TARGETS)
def test_make_has_the_target(target: str) -> None:
    """Every command the documents name is a target of the Makefile."""
    if shutil.which("make") is None:
        pytest.skip("no make")
    clean = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    done = subprocess.run(["make", "--dry-run", target], cwd=ROOT, env=clean, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_ci_run_is_a_sound_script() -> None:
    """.ci/run is executable, parses, reads no standard input, and ends with the README's test command."""
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    bash = shutil.which("bash")
    if bash is not None:
        assert subprocess.run([bash, "-n", str(script)], capture_output=True, check=False).stderr == b""
    text = script.read_text("utf-8")
    assert "exec </dev/null" in text
    assert "REQUIRE_CHROMIUM=1" in text
    assert re.fullmatch(r"exec make .*\btest", text.rstrip().splitlines()[-1])


def test_entry_points_exist() -> None:
    """The command line and the papermill engine are installed under their names and can be loaded."""
    named = {**PROJECT["scripts"], **PROJECT["entry-points"]["papermill.engine"]}
    assert named == {"hanoi-briefings": "analysis.cli:main", "warm": "analysis.kernels:WarmEngine"}
    for target in named.values():
        module, _, attribute = target.partition(":")
        assert callable(getattr(importlib.import_module(module), attribute))


@pytest.mark.slow
def test_wheel_holds_the_whole_package(tmp_path: Path) -> None:
    """A wheel carries every committed file of the package, the page template included, and nothing else."""
    wanted = {path.relative_to(ROOT).as_posix() for path in committed()}
    wanted = {name for name in wanted if name.startswith("analysis/")}
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(tmp_path)]
    done = subprocess.run(build, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (wheel,) = tmp_path.glob("*.whl")
    held = {name for name in zipfile.ZipFile(wheel).namelist() if name.startswith("analysis/")}
    assert wanted <= held
    assert [name for name in held if "__pycache__" in name or name.startswith(("data/", "tests/"))] == []


# --- workflows


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_workflow_is_valid(path: Path) -> None:
    """Each workflow meets GitHub's schema."""
    done = check_schema("vendor.github-workflows", path)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_workflow_is_careful(path: Path) -> None:
    """Each workflow starts with read permission, limits its time, and pins its actions by major version."""
    loaded = workflow(path)
    assert loaded["permissions"] == {"contents": "read"}
    assert "group" in loaded["concurrency"]
    for job in loaded["jobs"].values():
        assert job["timeout-minutes"] <= 90
        for step in job["steps"]:
            if "uses" in step:
                assert re.fullmatch(r"actions/[a-z-]+@v\d+", step["uses"])


def test_ci_runs_on_push_and_pull_request() -> None:
    """CI runs .ci/run on every push and pull request, on an old and a new Python, and keeps the outputs."""
    loaded = workflow(ROOT / ".github" / "workflows" / "ci.yml")
    assert {"push", "pull_request"} <= set(loaded[True])
    job = loaded["jobs"]["test"]
    assert job["strategy"]["matrix"]["python"] == ["3.11", "3.13"]
    assert ".ci/run" in [step.get("run") for step in job["steps"]]
    kept = [step for step in job["steps"] if step.get("uses", "").startswith("actions/upload-artifact@")]
    assert [(step["if"], step["with"]["path"]) for step in kept] == [("always()", "outputs/")]


def test_reports_are_scheduled_apart_from_ci() -> None:
    """The edition is built weekly or on request, one at a time; a failure publishes nothing and is told."""
    loaded = workflow(ROOT / ".github" / "workflows" / "reports.yml")
    assert set(loaded[True]) == {"schedule", "workflow_dispatch"}
    assert re.fullmatch(r"\d+ \d+ \* \* [0-6]", loaded[True]["schedule"][0]["cron"])
    assert loaded["concurrency"]["cancel-in-progress"] is False
    jobs = loaded["jobs"]
    assert jobs["publish"]["needs"] == "build"
    assert jobs["publish"]["permissions"] == {"pages": "write", "id-token": "write"}
    assert any(step.get("uses", "").startswith("actions/deploy-pages@") for step in jobs["publish"]["steps"])
    assert any("GITHUB_STEP_SUMMARY" in step.get("run", "") for step in jobs["build"]["steps"])
    assert jobs["tell"]["if"] == "failure()"
    assert set(jobs["tell"]["needs"]) == {"build", "publish"}


# --- citation and what is committed


def test_citation_is_valid() -> None:
    """CITATION.cff meets its schema and names the version and licence of pyproject.toml."""
    path = ROOT / "CITATION.cff"
    done = check_schema("vendor.citation-file-format", path)
    assert done.returncode == 0, done.stdout
    cited = yaml.safe_load(path.read_text("utf-8"))
    assert (cited["version"], cited["license"]) == (PROJECT["version"], PROJECT["license"])


def test_changelog_has_a_place_for_what_comes() -> None:
    """CHANGELOG.md opens with what is unreleased."""
    headings = re.findall(r"^## (.+)$", (ROOT / "CHANGELOG.md").read_text("utf-8"), flags=re.MULTILINE)
    assert headings[0] == "[Unreleased]"


def test_no_path_of_one_machine() -> None:
    """No committed file names a folder that exists on one machine only."""
    folder = re.compile(r"(?<![\w.:/*~-])(?:/(?:home|Users|root|work)/\w|[A-Z]:\\\\?Users\\)")
    found = []
    for path in committed():
        text = path.read_bytes().decode("utf-8", errors="ignore")
        for number, line in enumerate(text.splitlines(), start=1):
            if path.suffix not in {".png", ".pdf"} and folder.search(line):
                found.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()[:80]}")
    assert found == []


def test_notebooks_are_committed_without_outputs() -> None:
    """A committed notebook holds source only: no outputs, no execution counts."""
    full = []
    for path in committed():
        if path.suffix == ".ipynb":
            cells = json.loads(path.read_text("utf-8"))["cells"]
            if any(cell.get("outputs") or cell.get("execution_count") for cell in cells):
                full.append(path.name)
    assert full == []


def test_outputs_are_not_committed() -> None:
    """outputs/ is in the repository as an empty folder."""
    held = [path.relative_to(ROOT).as_posix() for path in committed()]
    assert [name for name in held if name.startswith("outputs/")] == ["outputs/.gitkeep"]
