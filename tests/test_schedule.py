"""What docs/builds.md and the workflow tell a scheduler to do can be done."""

from __future__ import annotations

import configparser
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from crash import change, finish
from small_project import small_project

from analysis import cli, kernels

ROOT = Path(__file__).resolve().parents[1]
BUILDS = (ROOT / "docs" / "builds.md").read_text("utf-8")
FOLDER = "/srv/briefings"


def unit(name: str) -> configparser.ConfigParser:
    """A systemd unit of the document."""
    (body,) = re.findall(rf"^```ini\n# {re.escape(name)}\n(.*?)^```$", BUILDS, flags=re.MULTILINE | re.DOTALL)
    parsed = configparser.ConfigParser(interpolation=None)
    parsed.optionxform = str  # type: ignore[assignment,method-assign]
    parsed.read_string(body)
    return parsed


def crontab() -> tuple[list[str], str]:
    """(the five fields, the command) of the document's crontab line."""
    (line,) = re.findall(r"^```crontab\n(.*)\n```$", BUILDS, flags=re.MULTILINE)
    *when, command = line.split(maxsplit=5)
    return when, command


def workflow() -> dict[str, str]:
    """The scripts of the scheduled workflow, by the name of their step."""
    jobs = yaml.safe_load((ROOT / ".github" / "workflows" / "reports.yml").read_text("utf-8"))["jobs"]
    return {step["name"]: step["run"] for job in jobs.values() for step in job["steps"] if "run" in step}


def here(command: str) -> str:
    """A command of the document, for this checkout and this interpreter."""
    return re.sub(rf"({FOLDER}/)?\.venv/bin/python", sys.executable, command).replace(FOLDER, str(ROOT))


def commands() -> list[str]:
    """Every command line of the units and the crontab."""
    service = unit("briefings.service")["Service"]
    return [service["ExecStart"], service["ExecStartPost"], crontab()[1].rpartition("&& ")[2]]


@pytest.mark.parametrize("command", commands())
def test_scheduled_commands_are_understood(command: str) -> None:
    """Each is the program of the checkout, with options it knows; with --help it runs."""
    program, *words = shlex.split(command)
    assert program.removeprefix(f"{FOLDER}/") == ".venv/bin/python"
    assert words[:2] == ["-m", "analysis"]
    cli._parser().parse_args(words[2:])
    done = subprocess.run([*shlex.split(here(command)), "--help"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "usage: python -m analysis" in done.stdout


def test_units_name_one_place_and_each_other() -> None:
    """The service works in the checkout whose interpreter it starts; the timer has the service's name and a time."""
    service, timer = unit("briefings.service"), unit("briefings.timer")
    assert service["Service"]["WorkingDirectory"] == FOLDER
    assert service["Service"]["Type"] == "oneshot"
    assert timer["Install"]["WantedBy"] == "timers.target"
    assert re.fullmatch(r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun) \*-\*-\* \d\d:\d\d:00 UTC", timer["Timer"]["OnCalendar"])


def test_systemd_accepts_the_units(tmp_path: Path) -> None:
    """Where systemd is installed, it finds nothing to say against the two files."""
    if not shutil.which("systemd-analyze"):
        pytest.skip("no systemd here")
    for name in ("briefings.service", "briefings.timer"):
        with (tmp_path / name).open("w", encoding="utf-8") as file:
            parsed = unit(name)
            for section in parsed.values():
                for key, value in section.items():
                    section[key] = here(value)
            parsed.write(file, space_around_delimiters=False)
    files = [str(tmp_path / name) for name in ("briefings.service", "briefings.timer")]
    done = subprocess.run(["systemd-analyze", "verify", "--man=no", *files], capture_output=True, text=True, check=False)
    assert [line for line in done.stderr.splitlines() if "briefings." in line] == []


def test_the_crontab_line_is_one() -> None:
    """Five fields within their bounds and a command that the shell can read; no %, which cron takes for a new line."""
    when, command = crontab()
    for field, most in zip(when, (59, 23, 31, 12, 7), strict=True):
        assert field == "*" or 0 <= int(field) <= most
    assert "%" not in command
    assert command.startswith(f"cd {FOLDER} && ")
    subprocess.run(["sh", "-n", "-c", command], check=True)


@pytest.mark.parametrize("step", workflow())
def test_steps_of_the_workflow_are_shell(step: str) -> None:
    """The shell can read each script; each target of make and each command of the program is there."""
    script = workflow()[step]
    subprocess.run(["bash", "-n"], input=re.sub(r"\${{.*?}}", "x", script), text=True, check=True)
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), flags=re.MULTILINE))
    assert set(re.findall(r"\bmake ([a-z]+)", script)) <= targets
    for words in re.findall(r"-m analysis (.+?)(?: \|\||\n|$)", script):
        cli._parser().parse_args(shlex.split(words))


@pytest.mark.skipif(not kernels.CAN_FORK, reason="warm kernels are forked")
@pytest.mark.parametrize("had", ["a previous edition", "none", "no edition at all"])
def test_the_workflow_tells_what_changed(tmp_path: Path, had: str) -> None:
    """Its two scripts around a build, run on a small project, write the difference into the summary of the run."""
    project = small_project(tmp_path)
    environment = {
        **os.environ,
        "RUNNER_TEMP": str(tmp_path),
        "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md"),
        "PYTHONPATH": str(ROOT),
    }
    (project.root / ".venv" / "bin").mkdir(parents=True)
    (project.root / ".venv" / "bin" / "python").write_text(f'#!/bin/sh\nexec "{sys.executable}" -P "$@"\n')
    (project.root / ".venv" / "bin" / "python").chmod(0o755)

    def run(step: str) -> None:
        subprocess.run(["bash", "-e", "-c", workflow()[step]], cwd=project.root, env=environment, check=True)

    if had == "a previous edition":
        assert finish(project) == []
    run("Set the last edition aside")
    if had != "no edition at all":
        change(project, 12, 13)
        assert finish(project, 13) == []
    run("Say what changed")
    said = (tmp_path / "summary.md").read_text("utf-8")
    wanted = {
        "a previous edition": "x.after: 12 → 13 (en/alpha.html",
        "none": "First edition: nothing to compare with.",
        "no edition at all": "First edition: nothing to compare with.",
    }
    assert wanted[had] in said
