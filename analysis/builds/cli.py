"""The command line: check · list · build · verify · diff.

The only module that prints and exits. Exit codes: 0 done, all of it; 1 some report failed, or a
site is not as it was published; 2 wrong usage, or no room; 3 the data failed a check.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.builds import history, options, plan
from analysis.builds.plan import PlanError, Project
from analysis.errors import UserError

if TYPE_CHECKING:
    from analysis.builds.edition import Outcome
    from analysis.builds.processes import Limits
    from analysis.builds.publish import Event

DONE, FAILED, USAGE, DATA = 0, 1, 2, 3
_STOPPED, _UNREAD = 130, 141  # as a shell has it for SIGINT and SIGPIPE

# Lines that a build says of what changed; the edition holds all of it.
_MOST_CHANGES = 20


def main(arguments: Sequence[str] | None = None, root: Path | None = None) -> int:
    """Do what the arguments ask for; the exit code."""
    asked = options.parser().parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            # Vietnamese, on every terminal
            stream.reconfigure(encoding="utf-8", errors="replace")
    root = root or Path(__file__).resolve().parents[2]
    try:
        code = _COMMANDS[asked.command](asked, root)
        _say(end="")
    except UserError as error:
        print(error, *getattr(error, "__notes__", ()), sep="\n", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print("stopped; the published site is as it was", file=sys.stderr)
        return _STOPPED
    except BrokenPipeError:
        return _UNREAD
    return code


# ---------------------------------------------------------------------------------------- commands


def _check(asked: argparse.Namespace, root: Path) -> int:
    project = _project(asked, root)
    from analysis.builds import parameters
    from analysis.numbers import check

    findings = check.check(project.data)
    errors = _say_findings(findings)
    try:
        parameters.check(project, plan.plan(project))
    except parameters.ParameterError as error:
        _say(str(error))
        _say(f"{len(error.findings)} wrong in the notebooks")
        return DATA if errors else USAGE
    _say(f"{project.data}: {_counted(errors, 'error')}, {_warnings(findings)}")
    return DATA if errors else DONE


def _list(asked: argparse.Namespace, root: Path) -> int:
    from analysis.builds import publish, stale

    project = _project(asked, root)
    planned = plan.plan(project, _common(asked))
    manifest, lost = publish.published(project)
    reasons = stale.stale(planned, project, history.empty_manifest() if lost else manifest)
    rows = [
        {
            "report": report.name,
            "language": language,
            "path": path,
            "state": "stale" if report.name in reasons else "fresh",
            "reason": reasons.get(report.name, ""),
            "kept": manifest["pages"].get(path, {}).get("kept", ""),
        }
        for report in planned
        for language, path in report.pages.items()
    ]
    if asked.json:
        _say(json.dumps(rows, ensure_ascii=False, indent=1))
        return DONE
    width = max(len(row["path"]) for row in rows)
    for row in rows:
        failed = f" (last build: {row['kept']})" if row["kept"] else ""
        _say(f"{row['path']:<{width}}  {row['state']}  {row['reason']}{failed}".rstrip())
    _say(f"{_counted(len(rows), 'page')}, {sum(row['state'] == 'stale' for row in rows)} stale")
    return DONE


def _build(asked: argparse.Namespace, root: Path) -> int:
    project = _project(asked, root)
    from analysis.builds import publish

    teller = _Teller(asked)
    outcome = publish.build(
        project,
        workers=asked.jobs,
        only=asked.only,
        force=asked.force,
        fail_fast=asked.fail_fast,
        pdf=asked.pdf,
        scheduler=asked.scheduler or "",
        common=_common(asked),
        limits=_limits(asked),
        tell=teller.tell,
    )
    return teller.end(outcome, project)


def _verify(asked: argparse.Namespace, root: Path) -> int:
    if asked.site is not None:
        if not asked.site.is_dir():
            raise PlanError(f"{asked.site}: no such folder. Give that of a site: outputs/site.")
        differing = history.verify(asked.site)
        for line in differing:
            _say(line)
        result = _counted(len(differing), "difference") if differing else "as it was published"
        _say(f"{asked.site}: {result}")
        return FAILED if differing else DONE
    if not asked.texts.is_dir():
        raise PlanError(f"{asked.texts}: no such folder. Give the folder with a text per source.")
    from analysis.numbers import check

    findings = check.verify(_project(asked, root).data, asked.texts)
    errors = _say_findings(findings)
    _say(f"{_counted(errors, 'error')}, {_warnings(findings)}")
    return DATA if errors else DONE


def _diff(asked: argparse.Namespace, root: Path) -> int:  # noqa: ARG001
    for folder in (asked.old, asked.new):
        if not history.read_manifest(folder)["pages"]:
            raise PlanError(
                f"{folder}: no manifest.json in it that can be used."
                " Give the folder of a built site: outputs/site."
            )
    changes = history.difference(asked.old, asked.new)
    if asked.json:
        _say(json.dumps([asdict(change) for change in changes], ensure_ascii=False, indent=1))
        return DONE
    for cause in history.causes(changes):
        _say(f"{cause.because} ({_counted(len(cause.pages), 'page')})")
        for change, on in cause.changes:
            _say(f"  {change} ({_first(on)})")
    pages = {change.path for change in changes}
    _say(f"{_counted(len(changes), 'change')} on {_counted(len(pages), 'page')}")
    return DONE


_COMMANDS = {"check": _check, "list": _list, "build": _build, "verify": _verify, "diff": _diff}


def _project(asked: argparse.Namespace, root: Path) -> Project:
    project = Project.at(root, asked.data, getattr(asked, "out", None))
    if not project.data.is_dir():
        raise PlanError(f"{project.data}: no such folder. Give the folder that holds figures.csv.")
    return project


def _common(asked: argparse.Namespace) -> dict[str, Any]:
    """Parameters for every report; only those asked for: the notebooks hold the defaults."""
    given = {"known_on": asked.known_on, "evidence": asked.evidence}
    return {name: value for name, value in given.items() if value is not None}


def _limits(asked: argparse.Namespace) -> Limits | None:
    """What a report may use, where that is asked for; without need, nothing is imported for it."""
    given = {"seconds": asked.timeout, "megabytes": asked.memory}
    if not any(given.values()):
        return None
    from analysis.builds.processes import Limits

    return Limits(**{name: value for name, value in given.items() if value})


# ------------------------------------------------------------------------------------ what is said


class _Teller:
    """Tells people, or a program, what a build does while it does it.

    The build goes on where nobody listens any more.
    """

    def __init__(self, asked: argparse.Namespace) -> None:
        self._json = asked.log_format == "json"
        self._quiet = asked.quiet
        self._explain = asked.explain
        self._bar = sys.stderr.isatty() and not self._json and not self._quiet
        self._changes = 0
        self._lost: UserError | None = None

    def tell(self, event: Event) -> None:
        """One event, as a line or on the bar."""
        try:
            self._tell(event)
        except BrokenPipeError:
            pass
        except UserError as error:
            self._lost = error

    def _tell(self, event: Event) -> None:
        if self._json:
            if event.kind not in _OF_NOTHING or not self._quiet:
                shown = {name: each for name, each in asdict(event).items() if each}
                _say(json.dumps(shown, ensure_ascii=False))
            return
        if self._bar and event.kind in ("built", "failed"):
            done, line = 30 * event.count // event.total, f"{event.count}/{event.total}"
            ended = event.count == event.total or event.kind == "failed"
            bar = f"\r[{'#' * done:.<30}] {line} {event.report}\033[K"
            print(bar, end="\n" if ended else "", file=sys.stderr, flush=True)
            if event.kind == "built":
                return
        line = self._line(event)
        if line and not (self._quiet and event.kind in _IN_DETAIL):
            _say(line)

    def _line(self, event: Event) -> str:
        count, total, text = event.count, event.total, event.text
        if event.kind in ("because", "changed"):
            self._changes += 1
            if self._changes > _MOST_CHANGES:
                last = self._changes == _MOST_CHANGES + 1
                return "… and more: see changes.json of the site" if last else ""
            indent = "  " if event.kind == "changed" else ""
            return f"{indent}{text} ({_counted(count, 'page')})"
        return {
            "waiting": f"waiting: {text}",
            "lost": f"{text}: missing, altered or of another version; all reports are made again",
            "planned": f"{count} of {total} reports are stale" if count else "",
            "finding": f"warning: {text}",
            "stale": f"{event.report}: {text}" if self._explain else "",
            "built": f"[{count}/{total}] {event.report} {text}",
            "failed": f"[{count}/{total}] {event.report} FAILED: {text}",
            "published": f"{text}: {count} of {total} reports made anew",
            "older": f"{count} of {total} reports are stale and were left as they are: {text}",
            "fresh": f"nothing to do: {count} of {total} reports are fresh",
        }[event.kind]

    def end(self, outcome: Outcome, project: Project) -> int:
        """The exit code; failures are listed once more, last."""
        if outcome.failed and not self._json:
            with contextlib.suppress(BrokenPipeError):
                self._list_failures(outcome, project)
        if self._lost:
            raise self._lost
        return FAILED if outcome.failed else DONE

    def _list_failures(self, outcome: Outcome, project: Project) -> None:
        failed = _counted(len(outcome.failed), "report")
        _say(f"{failed} failed. Where there are last good pages, they stay.")
        by_cause: dict[str, list[str]] = {}
        for name, cause in sorted(outcome.failed.items()):
            by_cause.setdefault(cause, []).append(name)
        for cause, names in by_cause.items():
            _say(f"  {_first(names)}: {cause}")
        _say(f"executed notebooks, with tracebacks: {project.outputs / 'runs'}")


# Kinds of events that --quiet leaves out, of which the last come where nothing was done.
_IN_DETAIL = frozenset({"planned", "built", "waiting", "stale", "finding", "fresh", "older"})
_OF_NOTHING = frozenset({"fresh", "older"})


def _say(text: str = "", end: str = "\n") -> None:
    """Print, now; once that is not possible any more, what else is printed goes nowhere.

    Raises BrokenPipeError where nobody reads, UserError where it cannot be written.
    """
    try:
        print(text, end=end, flush=True)
    except OSError as error:
        with contextlib.suppress(OSError, ValueError):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, sys.stdout.fileno())
        if isinstance(error, BrokenPipeError):
            raise
        cause = error.strerror or error
        raise UserError(f"the output cannot be written ({cause})") from None


def _say_findings(findings: Sequence[Any]) -> int:
    """Say what a check has found; how many of that are errors."""
    for finding in findings:
        level = "warning: " if finding.level == "warning" else ""
        _say(f"{level}{finding}")
    return sum(finding.level == "error" for finding in findings)


def _warnings(findings: Sequence[Any]) -> str:
    return _counted(sum(finding.level == "warning" for finding in findings), "warning")


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _first(names: Sequence[str]) -> str:
    """The first of some names, and how many more there are."""
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
