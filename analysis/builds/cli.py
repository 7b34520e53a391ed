"""The command line: init · check · list · build · verify · diff.

The only module that prints and exits. Exit codes: 0 done, all of it; 1 some report failed, or a
site is not as it was published; 2 wrong usage, or no room; 3 the data failed a check.
"""

from __future__ import annotations

import argparse
import contextlib
import itertools
import json
import os
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.builds import options, plan
from analysis.builds.options import Options
from analysis.builds.plan import PlanError, Project
from analysis.errors import UserError
from analysis.numbers import schema, wording

if TYPE_CHECKING:
    from analysis.builds.publish import Kind, Tell

DONE, FAILED, USAGE, DATA = 0, 1, 2, 3
_STOPPED, _UNREAD = 130, 141  # as a shell has it for SIGINT and SIGPIPE

# Lines that a build says of what changed; the edition holds all of it.
_MOST_CHANGES = 20


def main(arguments: Sequence[str] | None = None, root: Path | None = None) -> int:
    """Do what the arguments ask for; the exit code."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # closed (`>&-`): no file of the build may take its place
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115
    asked = options.parser().parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            # Vietnamese, on every terminal
            stream.reconfigure(encoding="utf-8", errors="replace")
    root = getattr(asked, "project", None) or root or schema.PROJECT
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
    finally:
        try:
            sys.stdout.flush()
        except OSError:  # what else is printed goes nowhere
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return code


# ---------------------------------------------------------------------------------------- commands


def _init(asked: argparse.Namespace, root: Path) -> int:  # noqa: ARG001
    from analysis.builds import starter

    starter.write(asked.folder)
    _say(
        f"{asked.folder}: a project with one report. Its README.md says what to do next; build it:"
    )
    _say(f"  {options.PROG} build --project {shlex.quote(str(asked.folder))}")
    return DONE


def _check(asked: argparse.Namespace, root: Path) -> int:
    from analysis.builds import parameters
    from analysis.numbers import check

    project = _project(asked, root)
    code = _say_findings(check.check(project.data), f"{project.data}: ")
    try:
        parameters.check(project, plan.plan(project))
    except parameters.ParameterError as error:
        _say(f"{error}\n{len(error.findings)} wrong in the notebooks")
        return code or USAGE
    return code


def _list(asked: argparse.Namespace, root: Path) -> int:
    from analysis.builds import publish, stale

    project, given = _project(asked, root), Options.of(asked)
    planned = plan.plan(project, given.common)
    wanted = {*plan.asked(planned, given.only)}
    planned = [report for report in planned if report.name in wanted]
    manifest, _ = publish.published_manifest(project)
    damaged = publish.damaged(project, manifest)
    reasons = stale.stale(planned, stale.share(project), manifest, damaged)
    rows = [
        {
            "report": report.name,
            "language": language,
            "path": path,
            "state": "stale" if report.name in reasons else "fresh",
            "reason": reasons.get(report.name, ""),
            "kept": manifest["kept"].get(report.name, ""),
        }
        for report in planned
        for language, path in report.pages.items()
    ]
    if asked.json:
        _say(json.dumps(rows, ensure_ascii=False, indent=1))
        return DONE
    width = max(len(row["path"]) for row in rows)
    for row in rows:
        failed = f" (last build: {row['kept'].splitlines()[0].rstrip(':')})" if row["kept"] else ""
        _say(f"{row['path']:<{width}}  {row['state']}  {row['reason']}{failed}".rstrip())
    stale_rows = sum(row["state"] == "stale" for row in rows)
    _say(f"{wording.counted(len(rows), 'page')}, {stale_rows} stale")
    return DONE


def _build(asked: argparse.Namespace, root: Path) -> int:
    from analysis.builds import publish

    outcome = publish.build(_project(asked, root), Options.of(asked), _teller(asked))
    return FAILED if outcome.failed else DONE


def _verify(asked: argparse.Namespace, root: Path) -> int:
    if asked.texts:
        from analysis.numbers import check

        texts = _there(asked.texts, "the folder with a text per source")
        return _say_findings(check.verify(_project(asked, root).data, texts))
    from analysis.builds import manifests

    differing = manifests.verify(_there(asked.site, "that of a site: outputs/site"))
    result = wording.counted(len(differing), "difference") if differing else "as it was published"
    _say("\n".join([*differing, f"{asked.site}: {result}"]))
    return FAILED if differing else DONE


def _diff(asked: argparse.Namespace, root: Path) -> int:
    from analysis.builds import history

    changes = history.differences(asked.old, asked.new or Project.at(root).site)
    for cause in history.causes(changes):
        _say(f"{cause.because} ({wording.counted(len(cause.pages), 'page')})")
        for change in cause.changes:
            _say(f"  {change} ({wording.some(change.pages, 3)})")
    pages = {page for change in changes for page in change.pages}
    _say(f"{wording.counted(len(changes), 'change')} on {wording.counted(len(pages), 'page')}")
    return DONE


_COMMANDS = {
    "init": _init,
    "check": _check,
    "list": _list,
    "build": _build,
    "verify": _verify,
    "diff": _diff,
}


def _project(asked: argparse.Namespace, root: Path) -> Project:
    project = Project.at(root, asked.data, getattr(asked, "out", None))
    _there(project.data, "the folder that holds figures.csv")
    return project


def _there(folder: Path, wanted: str) -> Path:
    if not folder.is_dir():
        raise PlanError(f"{folder}: no such folder. Give {wanted}.")
    return folder


# ------------------------------------------------------------------------------------ what is said


def _teller(asked: argparse.Namespace) -> Tell:
    """What tells people, or a program, what a build does while it does it.

    The build goes on where nobody listens any more.
    """
    for_programs = asked.log_format == "json"
    hidden: set[Kind] = {"fresh", "older"} if asked.quiet else set()
    if asked.quiet and not for_programs:
        hidden |= {"planned", "built", "waiting", "finding", "stale"}
    if not asked.explain and not for_programs:
        hidden.add("stale")
    changes = itertools.count(1)

    def tell(kind: Kind, text: str, report: str = "", /) -> None:
        if kind in hidden:
            return
        if for_programs:
            text = json.dumps({"kind": kind, "text": text, "report": report}, ensure_ascii=False)
        elif kind in ("because", "changed") and next(changes) > _MOST_CHANGES:
            text = "… and more: see changes.json of the site"
            hidden.update(("because", "changed"))
        with contextlib.suppress(BrokenPipeError, UserError):  # told when the build has ended
            _say(text)

    return tell


def _say(text: str = "", end: str = "\n") -> None:
    """Print, now; BrokenPipeError where nobody reads, UserError where it cannot be written."""
    try:
        print(text, end=end, flush=True)
    except BrokenPipeError:
        raise
    except OSError as error:
        cause = error.strerror or error
        raise UserError(f"the output cannot be written ({cause})") from None


def _say_findings(findings: Sequence[Any], where: str = "") -> int:
    """Say what a check has found; the exit code for that."""
    for finding in findings:
        _say(f"{'warning: ' if finding.level == 'warning' else ''}{finding}")
    errors = sum(finding.level == "error" for finding in findings)
    warnings = wording.counted(len(findings) - errors, "warning")
    _say(f"{where}{wording.counted(errors, 'error')}, {warnings}")
    return DATA if errors else DONE
