"""The command line: what is said, and the exit codes."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from small_project import ROOT, small_project

from analysis import check, cli, kernels
from analysis.build import Event, Outcome
from analysis.reports import Project


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A small project whose data pass."""
    monkeypatch.setattr(check, "check", lambda _: [])
    return small_project(tmp_path)


def run(project: Project, *arguments: str) -> int:
    """The exit code of a command."""
    return cli.main([*arguments, "--data", str(project.data)], project.root)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "the following arguments are required"),
        (["bild"], "invalid choice"),
        (["build", "--jobs", "none"], "'none' is not a whole number of at least 1"),
        (["build", "--jobs", "0"], "'0' is not a whole number of at least 1"),
        (["build", "--timeout", "-1"], "not a number of seconds above 0"),
        (["build", "--keep-going", "--fail-fast"], "not allowed with"),
        (["build", "--known-on", "2025-02-30"], "'2025-02-30' is no day; write one as 2025-07-16"),
        (["list", "--known-on", "tomorrow"], "argument --known-on: 'tomorrow' is no day"),
        (["build", "--evidence", "some"], "argument --evidence: invalid choice: 'some'"),
        (["build", "--scheduler", "here"], "'here' is no address of a scheduler; write one as tcp://host:8786"),
        (["verify"], "one of the arguments --texts --site is required"),
    ],
)
def test_wrong_usage_is_told_and_ends_with_two(arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Commands and options that do not exist, values that make no sense."""
    with pytest.raises(SystemExit) as ended:
        cli.main(arguments)
    assert ended.value.code == 2
    assert message in capsys.readouterr().err


def test_mistakes_get_a_message_and_a_code_never_a_traceback(
    project: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Missing folders, a wrong plan: one message each, exit code 2."""
    assert cli.main(["build", "--data", str(tmp_path / "none")], project.root) == 2
    assert "none: no such folder. Give the folder that holds figures.csv." in capsys.readouterr().err
    assert cli.main(["verify", "--site", str(tmp_path / "none")], project.root) == 2
    assert "none: no such folder. Give the folder of a built site, e.g. outputs/site." in capsys.readouterr().err
    assert cli.main(["diff", str(tmp_path), str(tmp_path)], project.root) == 2
    assert "no manifest.json in it" in capsys.readouterr().err
    assert cli.main(["verify", "--texts", str(tmp_path / "none")], project.root) == 2
    assert "Give the folder with one text file per source" in capsys.readouterr().err
    (project.notebooks / "reports.toml").write_text("[[report]\n")
    assert run(project, "list") == 2
    assert "reports.toml: not TOML" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["check", "list", "build"])
def test_each_command_says_the_same_where_the_data_are_gone(
    project: Project, command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A project without its data folder is one message with exit code 2, whatever was asked."""
    data = Project.at(project.root).data
    assert cli.main([command], project.root) == 2
    assert capsys.readouterr().err == f"{data}: no such folder. Give the folder that holds figures.csv.\n"


def test_only_matching_nothing_is_a_mistake(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    """A pattern that names no report would otherwise look like a build with nothing to do."""
    assert run(project, "build", "--only", "provinz-*") == 2
    assert (
        "--only 'provinz-*': no report has such a name. There are alpha, each-an-giang, each-ha-noi." in capsys.readouterr().err
    )


def test_wrong_data_end_with_three(project: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """check and build both say every finding; build runs nothing."""

    class Finding:
        def __init__(self, level: str) -> None:
            self.level = level

        def __str__(self) -> str:
            return f"data/figures.csv:2 {self.level}"

    monkeypatch.setattr(check, "check", lambda _: [Finding("error"), Finding("warning")])
    assert run(project, "check") == 3
    assert "data/figures.csv:2 error\nwarning: data/figures.csv:2 warning\n" in capsys.readouterr().out
    assert run(project, "build") == 3
    said = capsys.readouterr().err
    assert "data/figures.csv:2 error" in said
    assert "nothing was run and the site is as it was" in said
    assert not project.site.exists()


def test_list_names_the_reason_of_each_page(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    """For people a line per page, for programs JSON."""
    assert run(project, "list") == 0
    assert "vi/alpha.html          stale  new\n" in capsys.readouterr().out
    assert run(project, "list", "--json") == 0
    row = json.loads(capsys.readouterr().out)[0]
    assert (row["path"], row["state"], row["reason"]) == ("vi/alpha.html", "stale", "new")


def say(capsys: pytest.CaptureFixture[str], *options: str, events: list[Event], outcome: Outcome) -> tuple[int, str]:
    """What a build would print, and its exit code."""
    teller = cli._Teller(cli._parser().parse_args(["build", *options]))
    for event in events:
        teller.tell(event)
    code = teller.end(outcome, Project.at(Path("/project")))
    return code, capsys.readouterr().out


FAILURE = [
    Event("planned", count=2, total=80),
    Event("stale", "data changed: figures.csv", "alpha", "vi"),
    Event("failed", "cell 7 of alpha.ipynb: ValueError: no", "alpha", "vi", 1, 2),
    Event("built", "0.4 s", "alpha", "en", 2, 2),
    Event("published", "outputs/site", count=1, total=80),
]


def test_failures_are_listed_again_last_and_end_with_one(capsys: pytest.CaptureFixture[str]) -> None:
    """With page, cell and cause, and where the traceback is."""
    outcome = Outcome(["en/alpha.html"], [], {"vi/alpha.html": "cell 7 of alpha.ipynb: ValueError: no"})
    code, said = say(capsys, "--explain", events=FAILURE, outcome=outcome)
    assert code == 1
    assert said.splitlines() == [
        "2 of 80 pages are stale",
        "vi/alpha: data changed: figures.csv",
        "[1/2] vi/alpha FAILED: cell 7 of alpha.ipynb: ValueError: no",
        "[2/2] en/alpha 0.4 s",
        "outputs/site: 1 of 80 pages made anew",
        "1 page failed. Where there is a last good page, it stays.",
        "  vi/alpha.html: cell 7 of alpha.ipynb: ValueError: no",
        "executed notebooks, with tracebacks: /project/outputs/runs",
    ]


def test_quiet_says_nothing_when_nothing_changed(capsys: pytest.CaptureFixture[str]) -> None:
    """For a scheduler: silence is good news; changes and failures are told."""
    fresh = [Event("planned", count=0, total=80), Event("fresh", count=80, total=80)]
    assert say(capsys, "--quiet", events=fresh, outcome=Outcome()) == (0, "")
    changed = [Event("because", "data changed: figures.csv x", count=6), Event("changed", "x: 12 → 13", count=6)]
    said = "data changed: figures.csv x (6 pages)\n  x: 12 → 13 (6 pages)\n"
    assert say(capsys, "--quiet", events=changed, outcome=Outcome()) == (0, said)


def test_many_changes_are_told_in_short(capsys: pytest.CaptureFixture[str]) -> None:
    """Twenty lines and where the rest is: the edition holds all of it."""
    changed = [Event("because", "code changed: claims.py", count=9)]
    changed += [Event("changed", f"x{number}: 1 → 2", count=1) for number in range(30)]
    _, said = say(capsys, events=changed, outcome=Outcome())
    assert len(said.splitlines()) == 21
    assert said.endswith("  x18: 1 → 2 (1 page)\n… and more: see changes.json of the site\n")


def test_json_is_one_event_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    """For programs: every event, nothing else."""
    outcome = Outcome(failed={"vi/alpha.html": "no"})
    code, said = say(capsys, "--log-format", "json", events=FAILURE, outcome=outcome)
    events = [json.loads(line) for line in said.splitlines()]
    assert code == 1
    assert [event["kind"] for event in events] == ["planned", "stale", "failed", "built", "published"]
    assert events[2] == {
        "kind": "failed", "text": "cell 7 of alpha.ipynb: ValueError: no",
        "report": "alpha", "language": "vi", "count": 1, "total": 2,
    }  # fmt: skip


def test_a_cause_that_many_pages_share_is_told_once(capsys: pytest.CaptureFixture[str]) -> None:
    """Eighty pages that fail for one reason are one line."""
    outcome = Outcome(failed={f"vi/{name}.html": "code changed" for name in "abcde"})
    _, said = say(capsys, events=[], outcome=outcome)
    assert "  vi/a.html, vi/b.html, vi/c.html and 2 more: code changed\n" in said


@pytest.mark.skipif(not kernels.CAN_FORK, reason="warm kernels are forked")
def test_a_site_is_built_verified_and_compared(project: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """build, verify and diff on one small project, from a working directory that is not the project's."""
    out = tmp_path / "first"
    assert run(project, "build", "--only", "alpha", "--out", str(out), "--evidence", "core") == 0
    assert cli.main(["verify", "--site", str(out / "site")], project.root) == 0
    manifest = json.loads((out / "site" / "manifest.json").read_text("utf-8"))
    assert manifest["pages"]["vi/alpha.html"]["parameters"] == {"language": "vi", "evidence": "core"}
    (project.data / "figures.csv").write_text("figure,value\nx.after,14\nx.before,20\n", encoding="utf-8")
    assert run(project, "build", "--only", "alpha", "--out", str(tmp_path / "second"), "--evidence", "core") == 0
    capsys.readouterr()
    assert cli.main(["diff", str(out / "site"), str(tmp_path / "second" / "site")], project.root) == 0
    said = capsys.readouterr().out
    assert said.startswith("data changed: figures.csv x.after (2 pages)\n")
    assert "  x.after: 12 → 14 (en/alpha.html, vi/alpha.html)\n" in said
    assert said.endswith("8 changes on 2 pages\n")
    page = out / "site" / "vi" / "alpha.html"
    page.write_text("x")
    assert cli.main(["verify", "--site", str(out / "site")], project.root) == 1


def test_the_command_line_imports_only_the_standard_library() -> None:
    """So that help, list and a build with nothing to do cost a blink."""
    script = (
        "import sys; before = set(sys.modules); import analysis.cli\n"
        "new = {name.partition('.')[0] for name in set(sys.modules) - before}\n"
        "print(sorted(name for name in new - {'analysis'} if name not in sys.stdlib_module_names))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"


def test_only_the_command_line_prints() -> None:
    """The other modules of the making half tell, raise or return."""
    for module in ("reports", "parameters", "build", "site", "kernels"):
        source = (ROOT / "analysis" / f"{module}.py").read_text("utf-8")
        assert not re.search(r"(?<!>>> )(?<!\.\.\.         )\bprint\(", source), module


def test_python_m_analysis_is_the_command_line() -> None:
    """The door is the same from any working directory where the package is installed."""
    done = subprocess.run([sys.executable, "-m", "analysis", "--help"], capture_output=True, text=True, check=True, cwd=ROOT)
    assert "check | list | build | verify | diff" in done.stdout
