"""The command line: check · list · build · verify · diff.

The only module that prints and exits. Exit codes: 0 done, 1 some report failed (or a site is not as it was
published), 2 wrong usage, 3 the data failed a check.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis import reports, site
from analysis.reports import PlanError, Project

if TYPE_CHECKING:
    from analysis.build import Event, Outcome

DONE, FAILED, USAGE, DATA = 0, 1, 2, 3

# Lines that a build says of what changed; the edition holds all of it.
_MOST_CHANGES = 20


def main(arguments: Sequence[str] | None = None, root: Path | None = None) -> int:
    """Do what the arguments ask for; the exit code."""
    asked = _parser().parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")  # Vietnamese, on every terminal
    root = root or Path(__file__).resolve().parent.parent
    try:
        return int(asked.do(asked, root))
    except PlanError as error:
        return _complain(str(error))
    except KeyboardInterrupt:
        return _complain("stopped; the published site is as it was", 130)
    except BrokenPipeError:
        return DONE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m analysis", description="Printed figures to published briefings.")
    commands = parser.add_subparsers(title="commands", required=True, metavar="check | list | build | verify | diff")

    check = commands.add_parser("check", help="check the data and the notebooks")
    check.set_defaults(do=_check)

    listed = commands.add_parser("list", help="every report, and why it is stale")
    listed.add_argument("--json", action="store_true", help="as JSON, for programs")
    listed.set_defaults(do=_list)

    build = commands.add_parser("build", help="make what is stale and publish the site")
    where = build.add_mutually_exclusive_group()
    where.add_argument("--jobs", type=_count, metavar="N", help="reports made at the same time (default: one per processor)")
    where.add_argument("--scheduler", type=_address, metavar="ADDRESS", help="a Dask cluster makes the reports: tcp://host:8786")
    build.add_argument("--only", default="*", metavar="PATTERN", help="only reports whose name matches, e.g. 'province-*'")
    build.add_argument("--force", action="store_true", help="make fresh reports again, too")
    going = build.add_mutually_exclusive_group()
    going.add_argument("--keep-going", action="store_true", help="go on after a failed report (the default)")
    going.add_argument("--fail-fast", action="store_true", help="stop at the first failed report")
    build.add_argument("--pdf", action="store_true", help="print each page as a PDF beside it (needs Chromium)")
    build.add_argument("--timeout", type=_seconds, default=300.0, metavar="SECONDS", help="for each report (default: 300)")
    build.add_argument("--memory", type=_count, default=0, metavar="MB", help="for each report (default: no limit)")
    build.add_argument("--explain", action="store_true", help="say why each report is made")
    build.add_argument("--quiet", action="store_true", help="say nothing when nothing changed")
    build.add_argument("--log-format", choices=["text", "json"], default="text", help="json: one event a line")
    build.set_defaults(do=_build)

    verify = commands.add_parser("verify", help="the figures against the texts, or a site against its manifest")
    what = verify.add_mutually_exclusive_group(required=True)
    what.add_argument("--texts", type=Path, metavar="DIR", help="folder of the texts the figures were printed in")
    what.add_argument("--site", type=Path, metavar="DIR", help="folder of a built site")
    verify.set_defaults(do=_verify)

    diff = commands.add_parser("diff", help="what reads differently in two editions of a site")
    diff.add_argument("old", type=Path)
    diff.add_argument("new", type=Path)
    diff.add_argument("--json", action="store_true", help="as JSON, for programs")
    diff.set_defaults(do=_diff)

    for command in (check, listed, build, verify):
        command.add_argument("--data", type=Path, metavar="DIR", help="folder of the tables (default: data)")
    for command in (listed, build):
        command.add_argument("--out", type=Path, metavar="DIR", help="folder for the site (default: outputs)")
        command.add_argument("--known-on", type=_day, metavar="DAY", help="only sources printed by then, e.g. 2021-06-30")
        command.add_argument("--evidence", choices=["all", "core"], help="core: the five articles alone; all (default)")
    return parser


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number of at least 1")
    return int(text)


def _day(text: str) -> str | None:
    try:
        given = date.fromisoformat(text).isoformat() if text else text
    except ValueError:
        given = ""
    if given != text:
        raise argparse.ArgumentTypeError(f"{text!r} is no day; write one as 2025-07-16, or nothing for everything known")
    return text or None


def _address(text: str) -> str:
    if not re.fullmatch(r"(tcp|tls)://.+:\d+", text):
        raise argparse.ArgumentTypeError(f"{text!r} is no address of a scheduler; write one as tcp://host:8786")
    return text


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0
    if not seconds > 0:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds above 0")
    return seconds


# --------------------------------------------------------------------------------------------- commands


def _check(asked: argparse.Namespace, root: Path) -> int:
    project = _project(asked, root)
    from analysis import check, parameters

    findings = check.check(project.data)
    errors = [finding for finding in findings if finding.level == "error"]
    for finding in findings:
        print(_told(finding))
    try:
        parameters.check(project, reports.plan(project))
    except parameters.ParameterError as error:
        print(error)
        print(f"{len(error.findings)} wrong in the notebooks")
        return DATA if errors else USAGE
    print(f"{project.data}: {_counted(len(errors), 'error')}, {_counted(_warnings(findings), 'warning')}")
    return DATA if errors else DONE


def _list(asked: argparse.Namespace, root: Path) -> int:
    project = _project(asked, root)
    planned = reports.plan(project, _common(asked))
    manifest = site.read_manifest(project.site)
    reasons = reports.stale(planned, project, manifest)
    rows = [
        {
            "report": report.name,
            "language": report.language,
            "path": report.path,
            "state": "stale" if report.path in reasons else "fresh",
            "reason": reasons.get(report.path, ""),
            "kept": manifest["pages"].get(report.path, {}).get("kept", ""),
        }
        for report in planned
    ]
    if asked.json:
        print(json.dumps(rows, ensure_ascii=False, indent=1))
        return DONE
    width = max(len(row["path"]) for row in rows)
    for row in rows:
        failed = f" (last build: {row['kept']})" if row["kept"] else ""
        print(f"{row['path']:<{width}}  {row['state']}  {row['reason']}{failed}".rstrip())
    print(f"{_counted(len(rows), 'page')}, {len(reasons)} stale")
    return DONE


def _build(asked: argparse.Namespace, root: Path) -> int:
    project = _project(asked, root)
    from analysis import build, cluster, kernels, printing

    teller = _Teller(asked)
    try:
        outcome = build.build(
            project,
            workers=asked.jobs,
            only=asked.only,
            force=asked.force,
            fail_fast=asked.fail_fast,
            pdf=asked.pdf,
            scheduler=asked.scheduler or "",
            common=_common(asked),
            limits=kernels.Limits(asked.timeout, asked.memory),
            tell=teller.tell,
        )
    except build.DataRefused as error:
        for finding in error.findings:
            print(_told(finding), file=sys.stderr)
        return _complain("the data failed a check; nothing was run and the site is as it was", DATA)
    except (build.OutputsError, cluster.ClusterError, printing.PrintError) as error:
        return _complain(str(error))
    except ValueError as error:
        if type(error).__name__ != "ParameterError":  # importing parameters, and so pydantic, only where it happened
            raise
        return _complain(f"{error}\nnothing was run and the site is as it was")
    return teller.end(outcome, project)


def _verify(asked: argparse.Namespace, root: Path) -> int:
    if asked.site is not None:
        if not asked.site.is_dir():
            return _complain(f"{asked.site}: no such folder. Give the folder of a built site, e.g. outputs/site.")
        found = site.verify(asked.site)
        for line in found:
            print(line)
        print(f"{asked.site}: {'as it was published' if not found else _counted(len(found), 'difference')}")
        return FAILED if found else DONE
    if not asked.texts.is_dir():
        return _complain(f"{asked.texts}: no such folder. Give the folder with one text file per source.")
    from analysis import check

    project = _project(asked, root)
    findings = check.verify(project.data, asked.texts)
    errors = [finding for finding in findings if finding.level == "error"]
    for finding in findings:
        print(_told(finding))
    print(f"{_counted(len(errors), 'error')}, {_counted(_warnings(findings), 'warning')}")
    return DATA if errors else DONE


def _diff(asked: argparse.Namespace, root: Path) -> int:  # noqa: ARG001
    for folder in (asked.old, asked.new):
        if not (folder / "manifest.json").is_file():
            return _complain(f"{folder}: no manifest.json in it. Give the folder of a built site, e.g. outputs/site.")
    changes = site.difference(asked.old, asked.new)
    if asked.json:
        print(json.dumps([asdict(change) for change in changes], ensure_ascii=False, indent=1))
        return DONE
    for cause in site.causes(changes):
        print(f"{cause.because} ({_counted(len(cause.pages), 'page')})")
        for change, on in cause.changes:
            more = f" and {len(on) - 3} more" if len(on) > 3 else ""
            print(f"  {change} ({', '.join(on[:3])}{more})")
    print(f"{_counted(len(changes), 'change')} on {_counted(len({change.path for change in changes}), 'page')}")
    return DONE


# ------------------------------------------------------------------------------------------- what is said


class _Teller:
    """Tells people, or a program, what a build does while it does it."""

    def __init__(self, asked: argparse.Namespace) -> None:
        self._json = asked.log_format == "json"
        self._quiet = asked.quiet
        self._explain = asked.explain
        self._bar = sys.stderr.isatty() and not self._json and not self._quiet
        self._changes = 0

    def tell(self, event: Event) -> None:
        """One event, as a line or on the bar."""
        if self._json:
            told = {name: value for name, value in asdict(event).items() if value or name == "kind"}
            if event.kind != "fresh" or not self._quiet:
                print(json.dumps(told, ensure_ascii=False), flush=True)
            return
        line = self._line(event)
        if self._bar and event.kind in ("built", "failed"):
            done = 30 * event.count // event.total
            sys.stderr.write(f"\r[{'#' * done:.<30}] {event.count}/{event.total} {event.language}/{event.report}\033[K")
            if event.count == event.total or event.kind == "failed":
                sys.stderr.write("\n")
            sys.stderr.flush()
            if event.kind == "failed":
                print(line, flush=True)
        elif line and not (self._quiet and event.kind in ("planned", "fresh", "built", "waiting", "stale", "finding")):
            print(line, flush=True)

    def _line(self, event: Event) -> str:
        page = f"{event.language}/{event.report}"
        if event.kind in ("because", "changed"):
            self._changes += 1
            if self._changes > _MOST_CHANGES:
                return "… and more: see changes.json of the site" if self._changes == _MOST_CHANGES + 1 else ""
            told = event.text if event.kind == "because" else f"  {event.text}"
            return f"{told} ({_counted(event.count, 'page')})"
        return {
            "waiting": f"waiting: {event.text}",
            "planned": f"{event.count} of {event.total} pages are stale" if event.count else "",
            "finding": f"warning: {event.text}",
            "stale": f"{page}: {event.text}" if self._explain else "",
            "built": f"[{event.count}/{event.total}] {page} {event.text}",
            "failed": f"[{event.count}/{event.total}] {page} FAILED: {event.text}",
            "published": f"{event.text}: {event.count} of {event.total} pages made anew",
            "fresh": f"nothing to do: {event.count} of {event.total} pages are fresh",
        }.get(event.kind, "")

    def end(self, outcome: Outcome, project: Project) -> int:
        """The exit code; failures are listed once more, last."""
        if outcome.failed and not self._json:
            print(f"{_counted(len(outcome.failed), 'page')} failed. Where there is a last good page, it stays.")
            by_cause: dict[str, list[str]] = {}
            for path, cause in sorted(outcome.failed.items()):
                by_cause.setdefault(cause, []).append(path)
            for cause, paths in by_cause.items():
                more = f" and {len(paths) - 3} more" if len(paths) > 3 else ""
                print(f"  {', '.join(paths[:3])}{more}: {cause}")
            print(f"executed notebooks, with tracebacks: {project.outputs / 'runs'}")
        return FAILED if outcome.failed else DONE


def _project(asked: argparse.Namespace, root: Path) -> Project:
    project = Project.at(root, getattr(asked, "data", None), getattr(asked, "out", None))
    if not project.data.is_dir():
        raise PlanError(f"{project.data}: no such folder. Give the folder that holds figures.csv.")
    return project


def _common(asked: argparse.Namespace) -> dict[str, Any]:
    """Parameters for every report; only those asked for, so that the default is written in one place."""
    given = {"known_on": asked.known_on, "evidence": asked.evidence}
    return {name: value for name, value in given.items() if value is not None}


def _told(finding: Any) -> str:
    return str(finding) if finding.level in ("error", "note") else f"{finding.level}: {finding}"


def _warnings(findings: Sequence[Any]) -> int:
    return sum(finding.level == "warning" for finding in findings)


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _complain(message: str, code: int = USAGE) -> int:
    print(message, file=sys.stderr)
    return code
