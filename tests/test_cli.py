"""The command line: what is said, and the exit codes."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from unittest.mock import Mock

import pytest
from small_project import ROOT, small_project

from analysis.builds import cli, options
from analysis.builds.plan import Project
from analysis.errors import UserError
from analysis.numbers import check
from analysis.numbers.schema import Finding


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A small project, not built."""
    return small_project(tmp_path)


def run(project: Project, *arguments: str) -> int:
    """The exit code of a command."""
    return cli.main([*arguments, "--data", str(project.data)], project.root)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("", "the following arguments are required"),
        ("bild", "invalid choice"),
        ("build --jobs none", "'none' is not a whole number of at least 1"),
        ("build --jobs 0", "'0' is not a whole number of at least 1"),
        *(
            (f"build --timeout {t}", "a number of seconds above 0 and")
            for t in ("-1", "inf", "0.0")
        ),
        ("build --jobs 2 --scheduler tcp://here:1", "not allowed with"),
        ("build --known-on 2025-02-30", "'2025-02-30' is no day; write one as 2025-07-16"),
        ("list --known-on tomorrow", "argument --known-on: 'tomorrow' is no day"),
        ("build --evidence some", "argument --evidence: invalid choice: 'some'"),
        ("build --scheduler here", "'here' is no address of a scheduler; write one as tcp://host"),
        ("build --out=", "'' is no folder; name one"),
        ("verify", "one of the arguments --texts --site is required"),
    ],
)
def test_wrong_usage_is_told_and_ends_with_two(
    arguments: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Commands and options that do not exist, values that make no sense."""
    with pytest.raises(SystemExit) as ended:
        cli.main(arguments.split())
    assert ended.value.code == 2
    assert message in capsys.readouterr().err


def test_mistakes_get_a_message_and_a_code_never_a_traceback(
    project: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Missing folders, a wrong plan, a pattern that names no report: one message each."""
    for command in ("check", "list", "build"):
        assert cli.main([command], project.root) == 2
        message = "data: no such folder. Give the folder that holds figures.csv.\n"
        assert capsys.readouterr().err == f"{project.root}/{message}"
    none, notebooks = str(tmp_path / "none"), str(project.notebooks)
    for arguments, message in (
        (["build", "--only", "alpha", "--only", "x-*"], "--only 'x-*': no report has such a name."),
        (["build", "--out", notebooks], f"builds read {notebooks} and write elsewhere"),
    ):
        assert run(project, *arguments) == 2
        assert message in capsys.readouterr().err
    assert cli.main(["diff", str(tmp_path), str(tmp_path)]) == 2
    assert "no manifest.json in it" in capsys.readouterr().err
    assert cli.main(["verify", "--site", str(tmp_path)]) == 1
    for option in ("--site", "--texts"):
        assert cli.main(["verify", option, none], ROOT) == 2
        assert f"{none}: no such folder. Give th" in capsys.readouterr().err
    (project.notebooks / "reports.toml").write_text("[[report]\n")
    assert run(project, "list") == 2
    assert "reports.toml: not TOML" in capsys.readouterr().err


def test_a_folder_that_is_gone_is_told_in_a_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing can lie beside where we are when that has been deleted."""
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    with pytest.raises(SystemExit) as ended:
        cli.main(["build", "--out", "site"])
    assert ended.value.code == 2
    assert "--out: 'site' is relative, and the folder that we" in capsys.readouterr().err


def test_wrong_data_end_with_three(
    project: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """check and build both say every finding; build runs nothing."""
    findings = [
        Finding("figures.csv", 2, "", "wrong"), Finding("figures.csv", 3, "", "odd", "warning")
    ]  # fmt: skip
    monkeypatch.setattr(check, "check", lambda _: findings)
    assert run(project, "check") == 3
    output = capsys.readouterr().out
    assert output.startswith("figures.csv:2  wrong\nwarning: figures.csv:3  odd\n")
    assert output.endswith("1 error, 1 warning\n")
    assert run(project, "build") == 3
    errors = capsys.readouterr().err
    assert "figures.csv:2  wrong" in errors
    assert errors.endswith("nothing was run and the site is as it was\n")
    assert not project.site.exists()


def test_list_names_the_reason_of_each_page(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    """For people a line per page, for programs JSON."""
    assert run(project, "list") == 0
    assert "vi/alpha.html         stale  new\n" in capsys.readouterr().out
    assert run(project, "list", "--json") == 0
    row = json.loads(capsys.readouterr().out)[0]
    assert (row["path"], row["state"], row["reason"]) == ("vi/alpha.html", "stale", "new")
    assert run(project, "list", "--only", "al*", "--only", "none") == 2
    assert "--only 'none': no report has such a name" in capsys.readouterr().err
    assert run(project, "list", "--only", "al*") == 0
    assert capsys.readouterr().out.endswith("\n2 pages, 2 stale\n")


@pytest.mark.parametrize(
    ("target", "code", "message"),
    [
        ("| true", 141, ""),
        ("> /dev/full", 2, "the output cannot be written (No space left"),
        (">&-", 0, ""),
    ],
)
def test_output_that_nobody_takes_is_no_success(target: str, code: int, message: str) -> None:
    """A closed pipe and a full disk have codes of their own, and at most a line."""
    command = f"sleep 0.2; exec '{sys.executable}' -m analysis list"
    script = f"set -o pipefail; ({command}) {target}"
    done = subprocess.run(["bash", "-c", script], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == code
    assert done.stderr.startswith(message)
    assert len(done.stderr.splitlines()) == bool(message)


def test_a_build_goes_on_when_nobody_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    """`build | head -1` builds all the same; that nothing can be written is told at last."""
    for error in (BrokenPipeError(), OSError(28, "No space left")):
        monkeypatch.setattr("builtins.print", Mock(side_effect=error))
        cli._teller(options.parser().parse_args(["build"]))("built", "alpha")
    with pytest.raises(UserError, match="the output cannot be written"):
        cli._say(end="")


def say(capsys: pytest.CaptureFixture[str], words: str, events: list[tuple[str, str]]) -> str:
    """What a build would print."""
    tell = cli._teller(options.parser().parse_args(["build", *words.split()]))
    for kind, text in events:
        tell(kind, text)
    return capsys.readouterr().out


EVENTS = [
    ("planned", "2 of 40 reports to make"),
    ("stale", "alpha: data changed: figures.csv x"),
    ("failed", "[1/2] alpha FAILED: cell 7 of alpha.ipynb: ValueError: no"),
    ("built", "[2/2] beta 0.4 s"),
    ("published", "outputs/site: 1 of 40 reports made anew"),
    ("older", "1 of 40 reports are stale and were left as they are: gamma"),
    ("again", "1 report failed. Where there are last good pages, they stay."),
]


def test_a_build_says_a_line_an_event(capsys: pytest.CaptureFixture[str]) -> None:
    """Why each report is made where that is asked; quietly, what changed and failed alone."""
    lines = dict(EVENTS)
    assert say(capsys, "--explain", EVENTS).splitlines() == list(lines.values())
    del lines["stale"]
    assert say(capsys, "", EVENTS).splitlines() == list(lines.values())
    quiet = [lines[kind] for kind in ("failed", "published", "again")]
    assert say(capsys, "--quiet", EVENTS).splitlines() == quiet


def test_quiet_says_nothing_when_nothing_changed(capsys: pytest.CaptureFixture[str]) -> None:
    """For a scheduler: silence is good news."""
    fresh = [("fresh", "nothing to do: 40 of 40 reports are fresh")]
    assert say(capsys, "--quiet", fresh) == ""
    assert say(capsys, "--quiet --log-format json", fresh) == ""


def test_many_changes_are_told_in_short(capsys: pytest.CaptureFixture[str]) -> None:
    """Twenty lines and where the rest is: the edition holds all of it."""
    changed = [("because", "code changed"), *(("changed", f"  x{n}: 1 → 2") for n in range(30))]
    output = say(capsys, "", [*changed, ("older", "gamma")])
    assert len(output.splitlines()) == 22
    assert output.endswith("  x18: 1 → 2\n… and more: see changes.json of the site\ngamma\n")


def test_json_is_one_event_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    """For programs: every event, nothing else."""
    lines = say(capsys, "--log-format json", EVENTS).splitlines()
    assert [(e["kind"], e["text"]) for e in map(json.loads, lines)] == EVENTS


def test_python_m_analysis_is_the_command_line() -> None:
    """It may be imported again, as a process of multiprocessing does."""
    command = [sys.executable, "-m", "analysis", "--help"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    assert "check | list | build | verify | diff" in done.stdout
    command = [sys.executable, "-c", "import analysis.__main__"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    assert (done.stdout, done.stderr) == ("", "")


def test_a_broken_file_of_the_package_is_named(project: Project, tmp_path: Path) -> None:
    """A package that does not parse fails each report with the line of its file."""
    shutil.copytree(ROOT / "analysis", tmp_path / "package" / "analysis")
    (tmp_path / "package" / "data").symlink_to(ROOT / "data")
    with (tmp_path / "package" / "analysis" / "saying" / "preview.py").open("a") as file:
        file.write("def (\n")
    command = [sys.executable, "-m", "analysis", "build", "--force", "--only", "alpha"]
    command += ["--project", str(project.root), "--data", str(project.data)]
    done = subprocess.run(
        command, cwd=tmp_path / "package", capture_output=True, text=True,
        env={**os.environ, "PYTHONPATH": str(tmp_path / "package")},
    )  # fmt: skip
    assert "SyntaxError: invalid syntax (preview.py, line" in done.stderr + done.stdout
