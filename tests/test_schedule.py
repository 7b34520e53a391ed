"""What docs/scheduling.md and the workflow tell a scheduler to do can be done."""

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
from conftest import ROOT
from test_history import QUANTITY, publish

from analysis.builds import options

DOCUMENT = (ROOT / "docs" / "scheduling.md").read_text("utf-8")
FOLDER = "/srv/briefings"


def unit(name: str) -> configparser.ConfigParser:
    """A systemd unit of the document."""
    block = rf"^```ini\n# {re.escape(name)}\n(.*?)^```$"
    (body,) = re.findall(block, DOCUMENT, flags=re.MULTILINE | re.DOTALL)
    parsed = configparser.ConfigParser(interpolation=None)
    parsed.optionxform = str  # type: ignore[assignment,method-assign]
    parsed.read_string(body)
    return parsed


def crontab() -> tuple[list[str], str]:
    """(the five fields, the command) of the document's crontab line."""
    (line,) = re.findall(r"^```crontab\n(.*)\n```$", DOCUMENT, flags=re.MULTILINE)
    *when, command = line.split(maxsplit=5)
    return when, command


def workflow() -> dict[str, str]:
    """The scripts of the scheduled workflow, by the name of their step."""
    text = (ROOT / ".github" / "workflows" / "reports.yml").read_text("utf-8")
    jobs = yaml.safe_load(text)["jobs"].values()
    return {step["name"]: step["run"] for job in jobs for step in job["steps"] if "run" in step}


def here(command: str) -> str:
    """A command of the document, for this checkout and this interpreter."""
    command = re.sub(rf"({FOLDER}/)?\.venv/bin/python", sys.executable, command)
    return command.replace(FOLDER, str(ROOT))


def commands() -> list[str]:
    """Every command line of the units and the crontab."""
    service = unit("briefings.service")["Service"]
    return [service["ExecStart"], service["ExecStartPost"], crontab()[1].rpartition("&& ")[2]]


def test_scheduled_commands_are_understood() -> None:
    """Each is the program of the checkout, with options it knows."""
    for command in commands():
        program, *words = shlex.split(command)
        assert program.removeprefix(f"{FOLDER}/") == ".venv/bin/python"
        assert words[:2] == ["-m", "analysis"]
        options.parser().parse_args(words[2:])


def test_systemd_accepts_the_units(tmp_path: Path) -> None:
    """The timer starts the service at a time; systemd has nothing to say against the two."""
    service, timer = unit("briefings.service"), unit("briefings.timer")
    assert service["Service"]["WorkingDirectory"] == FOLDER
    assert timer["Install"]["WantedBy"] == "timers.target"
    assert timer["Timer"]["OnCalendar"].endswith(" UTC")
    if not shutil.which("systemd-analyze"):
        pytest.skip("no systemd here")
    files = [tmp_path / name for name in ("briefings.service", "briefings.timer")]
    for path in files:
        parsed = unit(path.name)
        for section in parsed.values():
            section.update({key: here(value) for key, value in section.items()})
        with path.open("w", encoding="utf-8") as file:
            parsed.write(file, space_around_delimiters=False)
    command = ["systemd-analyze", "verify", "--man=no", *map(str, files)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert [line for line in done.stderr.splitlines() if "briefings." in line] == []


def test_the_crontab_line_is_one() -> None:
    """Five fields within their bounds and a command that the shell can read.

    It holds no %, which cron takes for a new line.
    """
    when, command = crontab()
    for field, most in zip(when, (59, 23, 31, 12, 7), strict=True):
        assert field == "*" or 0 <= int(field) <= most
    assert "%" not in command
    assert command.startswith(f"cd {FOLDER} && ")
    subprocess.run(["sh", "-n", "-c", command], check=True)


@pytest.mark.parametrize("step", workflow())
def test_steps_of_the_workflow_are_shell(step: str) -> None:
    """The shell can read each script; each target of make and each command is there."""
    script = workflow()[step]
    plain = re.sub(r"\${{.*?}}", "x", script)
    subprocess.run(["bash", "-n"], input=plain, text=True, check=True)
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, flags=re.MULTILINE))
    assert set(re.findall(r"\bmake ([a-z]+)", script)) <= targets
    for words in re.findall(r"-m analysis (.+?)(?: \|\||\n|$)", script):
        options.parser().parse_args(shlex.split(words))


@pytest.mark.parametrize(
    ("editions", "wanted"),
    [
        (2, "held ÷ due: 98,6% → 98,7% (vi/a.html)"),
        (1, "First edition: nothing to compare with."),
        (0, "First edition: nothing to compare with."),
    ],
)
def test_the_workflow_tells_what_changed(tmp_path: Path, editions: int, wanted: str) -> None:
    """Its two scripts around a build write the difference into the summary of the run."""
    python = tmp_path / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" -P "$@"\n')
    python.chmod(0o755)
    environment = {
        **os.environ,
        "RUNNER_TEMP": str(tmp_path),
        "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md"),
        "PYTHONPATH": str(ROOT),
    }

    def run(step: str) -> None:
        command = ["bash", "-e", "-c", workflow()[step]]
        subprocess.run(command, cwd=tmp_path, env=environment, check=True)

    site = tmp_path / "outputs" / "site"
    if editions == 2:
        publish(site, [QUANTITY], [])
    run("Set the last edition aside")
    if editions:
        publish(site, [{**QUANTITY, "shown": ["98,7%"], "exact": "98.7"}], [])
    run("Say what changed")
    assert wanted in (tmp_path / "summary.md").read_text("utf-8")
