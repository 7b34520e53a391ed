"""What a fresh clone relies on: environment, lock, commands, wheel, workflows, citation, files."""

import importlib.metadata
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
from conftest import ROOT
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

PYPROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
PROJECT = PYPROJECT["project"]
LOCK = (ROOT / "requirements.lock").read_text("utf-8")
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


def bounds(requirements: list[str]) -> dict[str, SpecifierSet]:
    """Name → version bounds of some requirements."""
    parsed = [Requirement(each) for each in requirements]
    return {canonicalize_name(each.name): each.specifier for each in parsed}


def direct() -> list[Requirement]:
    """Every requirement written in pyproject.toml, those of extras and of the build included."""
    extras = [each for extra in PROJECT["optional-dependencies"].values() for each in extra]
    listed = PROJECT["dependencies"] + extras + PYPROJECT["build-system"]["requires"]
    return [Requirement(each) for each in listed]


def pins() -> dict[str, list[Version]]:
    """Name → versions the lock holds (more than one only where markers choose between them)."""
    listed: dict[str, list[Version]] = {}
    for name, version in re.findall(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)", LOCK, flags=re.MULTILINE):
        listed.setdefault(canonicalize_name(name), []).append(Version(version))
    return listed


PINS = pins()


def run(*command: str, **how: Any) -> str:
    """What a command prints; a failure is the test's."""
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, **how)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def committed() -> list[Path]:
    """The files git tracks; without git, the test that asks is skipped."""
    if not (ROOT / ".git").exists() or shutil.which("git") is None:
        pytest.skip("not a git checkout")
    paths = (ROOT / name for name in run("git", "ls-files", "-z").split("\0") if name)
    return [path for path in paths if path.is_file()]


def workflow(path: Path) -> dict[Any, Any]:
    """A workflow as written; YAML 1.1 reads its key `on` as True."""
    loaded: dict[Any, Any] = yaml.safe_load(path.read_text("utf-8"))
    return loaded


# --- environment and lock


def test_environment_agrees_with_pyproject() -> None:
    """environment.yml and pyproject.toml name the same packages with the same bounds, and the same
    Python; pip adds this package alone."""
    listed = yaml.safe_load((ROOT / "environment.yml").read_text("utf-8"))["dependencies"]
    conda = bounds([each for each in listed if isinstance(each, str)])
    assert conda.pop("python") == SpecifierSet(PROJECT["requires-python"])
    assert conda.pop("pip") == SpecifierSet()
    assert conda == bounds(PROJECT["dependencies"])
    assert [each["pip"] for each in listed if isinstance(each, dict)] == [["-e ."]]


def test_a_container_has_the_same_environment() -> None:
    """.devcontainer makes the environment of environment.yml and works in it. Binder reads the same
    file, as long as no folder of its own hides it."""
    container = json.loads((ROOT / ".devcontainer" / "devcontainer.json").read_text("utf-8"))
    name = yaml.safe_load((ROOT / "environment.yml").read_text("utf-8"))["name"]
    assert container["onCreateCommand"] == "conda env create --file environment.yml"
    home = f"/opt/conda/envs/{name}/bin"
    assert container["remoteEnv"]["PATH"] == f"{home}:${{containerEnv:PATH}}"
    settings = container["customizations"]["vscode"]["settings"]
    assert settings == {"python.defaultInterpreterPath": f"{home}/python"}
    assert not [ROOT / each for each in ("binder", ".binder") if (ROOT / each).exists()]


@pytest.mark.parametrize("requirement", direct(), ids=str)
def test_every_requirement_is_bounded_and_locked(requirement: Requirement) -> None:
    """Each requirement has a lower bound, stops before the major version after the locked one, and
    is locked within its bounds; the build backend, too, so that installing fetches nothing."""
    name, specifier = canonicalize_name(requirement.name), requirement.specifier
    assert {each.operator for each in specifier} == {">=", "<"}
    assert name in PINS, f"{name} is not in requirements.lock; run `make lock`"
    assert all(version in specifier for version in PINS[name])
    stop = next(Version(each.version) for each in specifier if each.operator == "<")
    assert stop == Version(str(PINS[name][0].major + 1)), f"{name}: locked at {PINS[name][0]}"


def test_lock_is_names_versions_and_hashes_only() -> None:
    """The lock names no package index, no address and no path, and every pin has its hashes."""
    allowed = re.compile(
        r"#    make lock.*"
        r"|# This file was autogenerated by uv via the following command:"
        r"|[a-z0-9._-]+==[A-Za-z0-9.+!]+( ; [^\\]+)? \\"
        r"|    --hash=sha256:[0-9a-f]{64}( \\)?"
        r"|    # +(via( [A-Za-z0-9._-]+( \(pyproject\.toml\))?)?)?"
        r"|    #   [A-Za-z0-9._-]+( \(pyproject\.toml\))?"
    )
    assert [line for line in LOCK.splitlines() if not allowed.fullmatch(line)] == []
    entries = re.split(r"^(?=[A-Za-z0-9])", LOCK, flags=re.MULTILINE)[1:]
    assert [each.splitlines()[0] for each in entries if "--hash=sha256:" not in each] == []


def test_no_file_names_a_package_index() -> None:
    """Nothing that installs says where packages come from: that is the machine's to say."""
    option = r"--(extra-)?index-url|--find-links|--trusted-host|PIP_(EXTRA_)?INDEX_URL\b"
    files = ("pyproject.toml", "environment.yml", "Makefile", ".ci/run", *WORKFLOWS)
    assert [name for name in files if re.search(option, (ROOT / name).read_text("utf-8"))] == []


# --- commands


def test_ci_run_is_a_sound_script() -> None:
    """.ci/run can be executed, parses, reads no standard input, and ends with `make test`."""
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    if shutil.which("bash") is not None:
        run("bash", "-n", str(script))
    text = script.read_text("utf-8")
    assert "exec </dev/null" in text
    assert "REQUIRE_CHROMIUM=1" in text
    assert re.fullmatch(r"exec make .*\btest", text.rstrip().splitlines()[-1])


@pytest.mark.parametrize(("user", "root"), [(0, True), (1000, False)])
def test_the_lab_opens_for_root_too(tmp_path: Path, user: int, root: bool) -> None:
    """`make lab` opens the notebook to explore; to root it says what that means, for nobody else
    is the refusal of JupyterLab lifted."""
    if shutil.which("make") is None:
        pytest.skip("no make")
    venv, path = tmp_path / "venv", tmp_path / "path"
    scripts = {path / "id": f"echo {user}", venv / "bin" / "jupyter": 'echo "jupyter $*"'}
    for script, line in scripts.items():
        script.parent.mkdir(parents=True)
        script.write_text(f"#!/bin/sh\n{line}\n", encoding="utf-8")
        script.chmod(0o755)
    (venv / ".stamp").touch()
    environment = {**os.environ, "PATH": f"{path}{os.pathsep}{os.environ['PATH']}"}
    said = run("make", "--no-print-directory", "lab", "ARGS=", f"VENV={venv}", env=environment)
    *hint, command = said.splitlines()
    notebook = command.rpartition("/lab/tree/")[2]
    assert (ROOT / notebook).is_file()
    assert ("--allow-root" in command.split(), bool(hint)) == (root, root)
    assert command.startswith("jupyter lab ")


def test_entry_points_exist() -> None:
    """The command, the papermill engine and the nbconvert exporter are installed under their names
    and can be loaded."""
    installed = importlib.metadata.distribution("analysis").entry_points
    assert {(each.group, each.name): each.value for each in installed} == {
        ("console_scripts", "briefings"): "analysis.builds.cli:main",
        ("papermill.engine", "warm"): "analysis.builds.engine:WarmEngine",
        ("nbconvert.exporters", "briefing"): "analysis.pages.exporter:BriefingExporter",
    }
    assert all(callable(each.load()) for each in installed)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """The wheel of this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder))
    (built,) = folder.glob("*.whl")
    return zipfile.ZipFile(built)


@pytest.mark.slow
def test_wheel_holds_the_package_and_what_it_came_with(wheel: zipfile.ZipFile) -> None:
    """A wheel carries every file of the package, words, templates and starter included, and within
    it the shipped tables and notebooks; nothing else."""
    wanted = set()
    for folder, place in {"data": "analysis/shipped/", "notebooks": "analysis/shipped/"}.items():
        wanted |= {f"{place}{name}" for name in _files(folder)}
    wanted |= _files("analysis")
    starter = "analysis/starter/data/figures.csv"
    assert {"analysis/pages/templates/page.html.j2", starter} <= wanted
    assert {name for name in wheel.namelist() if ".dist-info/" not in name} == wanted


def _files(folder: str) -> set[str]:
    paths = (path for path in (ROOT / folder).rglob("*") if path.is_file())
    passed = {"__pycache__", ".ipynb_checkpoints"}
    return {p.relative_to(ROOT).as_posix() for p in paths if not passed & {*p.parts}}


@pytest.mark.slow
def test_an_installed_package_works_outside_of_a_checkout(
    wheel: zipfile.ZipFile, tmp_path: Path
) -> None:
    """The shipped data are checked, quoted and built into a folder that --out names, and not among
    the installed files; a project of one's own is begun and planned."""
    wheel.extractall(tmp_path / "installed")
    environment = {**os.environ, "PYTHONPATH": str(tmp_path / "installed")}

    def python(*arguments: str, code: int = 0) -> str:
        done = subprocess.run([sys.executable, *arguments], cwd=tmp_path, env=environment,
                              capture_output=True, text=True, check=False)  # fmt: skip
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout + done.stderr

    shipped = tmp_path / "installed" / "analysis" / "shipped"
    assert python("-m", "analysis", "check").startswith(f"{shipped / 'data'}: 0 errors")
    quoted = "from analysis import load; print(load()['project-21.staff.after'].value)"
    assert python("-c", quoted) == "18350\n"
    assert "Name a folder of your own" in python("-m", "analysis", "build", code=2)
    python("-m", "analysis", "build", "--only", "project-21", "--out", "made", "--jobs", "1")
    assert (tmp_path / "made" / "site" / "en" / "project-21.html").is_file()
    python("-m", "analysis", "init", "mine")
    assert "stale" in python("-m", "analysis", "list", "--project", "mine")


# --- workflows


@pytest.mark.parametrize(
    ("schema", "paths"),
    [("github-workflows", WORKFLOWS), ("citation-file-format", [ROOT / "CITATION.cff"])],
    ids=["workflows", "citation"],
)
def test_files_meet_the_schemas_of_their_readers(schema: str, paths: list[Path]) -> None:
    """Each workflow meets GitHub's schema, CITATION.cff its own (check-jsonschema has them)."""
    check = ("-m", "check_jsonschema", "--builtin-schema", f"vendor.{schema}")
    run(sys.executable, *check, *map(str, paths))


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_workflow_is_careful(path: Path) -> None:
    """Each workflow may only read, limits its time, and pins its actions by major version."""
    loaded = workflow(path)
    assert loaded["permissions"] == {"contents": "read"}
    assert "group" in loaded["concurrency"]
    assert all(job["timeout-minutes"] <= 90 for job in loaded["jobs"].values())
    steps = [step for job in loaded["jobs"].values() for step in job["steps"]]
    used = [step["uses"] for step in steps if "uses" in step]
    assert [each for each in used if not re.fullmatch(r"actions/[a-z-]+@v\d+", each)] == []


def test_ci_runs_on_push_and_pull_request() -> None:
    """CI runs .ci/run on every push and pull request, on an old and a new Python, and keeps the
    outputs."""
    loaded = workflow(ROOT / ".github" / "workflows" / "ci.yml")
    assert {"push", "pull_request"} <= set(loaded[True])
    job = loaded["jobs"]["test"]
    assert job["strategy"]["matrix"]["python"] == ["3.11", "3.13"]
    assert ".ci/run" in [step.get("run") for step in job["steps"]]
    upload = "actions/upload-artifact@"
    kept = [step for step in job["steps"] if step.get("uses", "").startswith(upload)]
    assert [(step["if"], step["with"]["path"]) for step in kept] == [("always()", "outputs/")]


def test_reports_are_scheduled_apart_from_ci() -> None:
    """The edition is built weekly or on request, one at a time; a failure publishes nothing and is
    told."""
    loaded = workflow(ROOT / ".github" / "workflows" / "reports.yml")
    assert set(loaded[True]) == {"schedule", "workflow_dispatch"}
    assert re.fullmatch(r"\d+ \d+ \* \* [0-6]", loaded[True]["schedule"][0]["cron"])
    assert loaded["concurrency"]["cancel-in-progress"] is False
    jobs = loaded["jobs"]
    assert jobs["publish"]["needs"] == "build"
    assert jobs["publish"]["permissions"] == {"pages": "write", "id-token": "write"}
    used = [step.get("uses", "") for step in jobs["publish"]["steps"]]
    assert any(each.startswith("actions/deploy-pages@") for each in used)
    assert any("GITHUB_STEP_SUMMARY" in step.get("run", "") for step in jobs["build"]["steps"])
    assert jobs["tell"]["if"] == "failure()"
    assert set(jobs["tell"]["needs"]) == {"build", "publish"}


# --- citation and what is committed


def test_citation_agrees_with_pyproject() -> None:
    """CITATION.cff names the version and licence of pyproject.toml."""
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    assert (cited["version"], cited["license"]) == (PROJECT["version"], PROJECT["license"])


def test_whoever_is_cited_is_called_the_same_everywhere() -> None:
    """CITATION.cff calls the site as its pages and their JSON-LD do, under the licence of both."""
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    site = tomllib.loads((ROOT / "notebooks/reports.toml").read_text("utf-8"))
    preferred = cited["preferred-citation"]
    assert {cited["title"], preferred["title"]} == {site["title"]["en"]}
    assert preferred["license"].replace("-", " ") == site["licence"]["name"].replace("-", " ")


def test_changelog_has_a_place_for_what_comes() -> None:
    """CHANGELOG.md opens with what is unreleased."""
    changes = (ROOT / "CHANGELOG.md").read_text("utf-8")
    headings = re.findall(r"^## (.+)$", changes, flags=re.MULTILINE)
    assert headings[0] == "[Unreleased]"


def test_no_path_of_one_machine() -> None:
    """No committed file names a folder that exists on one machine only."""
    folder = re.compile(r"(?<![\w.:/*~-])(?:/(?:home|Users|root|work)/\w|[A-Z]:\\\\?Users\\)")
    for path in committed():
        text = path.read_bytes().decode("utf-8", errors="ignore")
        if path.suffix not in {".png", ".pdf"}:
            assert [line for line in text.splitlines() if folder.search(line)] == [], path


def test_nothing_that_a_build_makes_is_committed() -> None:
    """The folder outputs/ is empty; notebooks have a test of their own."""
    held = [path.relative_to(ROOT).as_posix() for path in committed()]
    assert [name for name in held if name.startswith("outputs/")] == ["outputs/.gitkeep"]
