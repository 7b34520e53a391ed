"""From stale reports to a published edition: run them, make their pages, swap the whole site in.

`build` tells the story from top to bottom. Everything is written under `outputs`; the site that
readers see is a link to one complete edition, so nobody, and no crash, ever meets half of one.
"""

from __future__ import annotations

import contextlib
import fnmatch
import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.builds import edition, history, outputs, plan, stale
from analysis.builds.edition import Outcome, Work
from analysis.builds.plan import PlanError, Project, Report
from analysis.errors import UserError

if TYPE_CHECKING:
    from analysis.builds.cluster import Cluster
    from analysis.builds.processes import Ended, Job, Limits, Processes

_SPOILT = ("damaged", "missing")  # ends of the reasons why a page is no good page to keep


@dataclass(frozen=True)
class Event:
    """Something that happened during a build, for whoever tells people: see `build`.

    `kind` is waiting, lost, planned, finding, stale, built, failed, published, older, fresh,
    because or changed.
    """

    kind: str
    text: str = ""
    report: str = ""
    count: int = 0
    total: int = 0


Tell = Callable[[Event], None]


# ---------------------------------------------------------------------------------------- the story


def build(
    project: Project,
    *,
    workers: int | None = None,
    only: str = "*",
    force: bool = False,
    fail_fast: bool = False,
    common: Mapping[str, Any] | None = None,
    limits: Limits | None = None,
    scheduler: str = "",
    pdf: bool = False,
    tell: Tell | None = None,
) -> Outcome:
    """Bring the site up to date: every stale report is run, and a complete edition is published.

    `only` picks reports by name (`province-*`); the pages of the others stay as they are. `common`
    are parameters for every report; `scheduler` has a cluster make the reports; `pdf` prints each
    page beside it. Raises a UserError before anything runs for what people asked for, for the data
    and for the folder, and later only where the disk is full or the front pages cannot be made.
    """
    tell = tell or _nothing
    workers = workers or os.cpu_count() or 1
    if pdf:
        from analysis.pages import paper

        paper.chromium()
    waiting = Event("waiting", f"another build is at work in {project.outputs}")
    with outputs.at_work(project, lambda: tell(waiting)):
        work = _plan(project, only, force, common or {}, tell)
        outcome = Outcome(fresh=[r.name for r in work.planned if r.name not in work.reasons])
        tell(Event("planned", count=len(work.wanted), total=len(work.planned)))
        if work.wanted or edition.unprinted(work, pdf) or edition.fronts_stale(work):
            for report in work.wanted:
                tell(Event("stale", work.reasons[report.name], report.name))
            with outputs.scratch(project) as folder:
                with _makers(work, folder, scheduler) as makers:
                    _check(work, tell)
                    ends = makers.run(_jobs(work, folder), workers, limits) if makers else iter(())
                    _take_in(ends, work, folder, outcome, fail_fast, tell)
                _refuse_changed(work, folder, outcome)
                edition.put_together(work, folder, outcome, workers if pdf else 0)
        _tell_end(work, outcome, tell)
        return outcome


def _nothing(event: Event) -> None:
    """Tell nobody."""


def _plan(project: Project, only: str, force: bool, common: Mapping[str, Any], tell: Tell) -> Work:
    """What is planned, published and stale, and which of it is to be made."""
    before, lost = published(project)
    planned = _planned(project, common)
    _refuse_names(planned, only)
    if only != "*" and (bool(common) if lost else _mixes(before, common)):
        raise PlanError(
            f"--only {only!r}: the other pages of {project.site} were made with another --known-on"
            " or --evidence. Leave out --only, or choose another --out."
        )
    if lost:
        tell(Event("lost", str(project.site / "manifest.json")))
        only = "*"
    shared = stale.share(project)
    readable = before["format"] == history.FORMAT
    known = before if readable else history.empty_manifest()
    reasons = stale.stale(planned, project, known, shared=shared)
    asked = [report.name for report in planned if fnmatch.fnmatchcase(report.name, only)]
    if force:
        reasons = {**dict.fromkeys(asked, "forced"), **reasons}
    spoilt = [name for name, reason in reasons.items() if reason.endswith(_SPOILT)]
    wanted = [r for r in planned if r.name in reasons and r.name in {*asked, *spoilt}]
    return Work(project, planned, shared, common, before, reasons, wanted)


def published(project: Project) -> tuple[dict[str, Any], bool]:
    """The published manifest, and whether it is lost: missing, altered, of another version.

    What is lost tells nothing of the pages that were there: every report is made again. The pages
    of an earlier version can still be kept where that fails.
    """
    name = outputs.current(project)
    if not name:
        return history.empty_manifest(), False
    manifest = history.read_manifest(project.site)
    try:
        content = (project.site / "manifest.json").read_bytes()
    except OSError:
        content = b""
    if not manifest["pages"] or stale.sha256(content)[:16] != name.rstrip("+"):
        return history.empty_manifest(), True
    return manifest, manifest["format"] != history.FORMAT


def _mixes(before: Mapping[str, Any], common: Mapping[str, Any]) -> bool:
    return bool(before["pages"]) and before["common"] != dict(common)


def _planned(project: Project, common: Mapping[str, Any]) -> list[Report]:
    """The plan; where it cannot be made because the data are wrong, say what is wrong there."""
    try:
        return plan.plan(project, common)
    except PlanError:
        _check_data(project, _nothing)
        raise


def _refuse_names(planned: Sequence[Report], only: str) -> None:
    names = [report.name for report in planned]
    if not fnmatch.filter(names, only):
        shown = ", ".join(names[:9]) + (f" and {len(names) - 9} more" if len(names) > 9 else "")
        raise PlanError(f"--only {only!r}: no report has such a name. There are {shown}.")


def _check(work: Work, tell: Tell) -> None:
    """Refuse wrong data and wrong parameters, before anything runs."""
    from analysis.builds import parameters

    _check_data(work.project, tell)
    # A file that is no notebook fails its own pages, where it is run, and not the whole build.
    folder = work.project.notebooks
    notebooks = [each for each in work.planned if plan.is_notebook(folder / each.notebook)]
    with _nothing_was_run():
        parameters.check(work.project, notebooks)


def _check_data(project: Project, tell: Tell) -> None:
    from analysis.numbers import check, tables

    findings = check.check(project.data)
    if any(finding.level == "error" for finding in findings):
        with _nothing_was_run():
            raise tables.DataError(findings)
    for finding in findings:
        tell(Event("finding", str(finding)))


@contextlib.contextmanager
def _nothing_was_run() -> Iterator[None]:
    """Say below all that is wrong what that means for the site."""
    try:
        yield
    except UserError as error:
        error.add_note("nothing was run and the site is as it was")
        raise


def _tell_end(work: Work, outcome: Outcome, tell: Tell) -> None:
    total = len(work.planned)
    if outcome.published:
        tell(Event("published", str(work.project.site), count=len(outcome.built), total=total))
    elif not work.wanted:
        tell(Event("fresh", count=len(outcome.fresh), total=total))
    for cause in history.causes(history.in_one_language(outcome.changes)):
        tell(Event("because", cause.because, count=len(cause.pages)))
        for change, on in cause.changes:
            tell(Event("changed", str(change), count=len(on)))
    if work.older:
        tell(Event("older", ", ".join(work.older), count=len(work.older), total=total))


# -------------------------------------------------------------------------------------- the reports


@contextlib.contextmanager
def _makers(work: Work, folder: Path, scheduler: str) -> Iterator[Processes | Cluster | None]:
    """Whoever starts a process for each report: this machine, a cluster, nobody for no report."""
    if not work.wanted:
        yield None
    elif scheduler:
        from analysis.builds import cluster

        with cluster.Cluster(scheduler, work.project) as makers:
            yield makers
    else:
        from analysis.builds import processes, ready

        package, server = Path(__file__).parents[2], folder / "server"
        environment = ready.environment(package, server, work.project.data)
        with processes.Processes(server, ready.MODULE, environment) as makers:
            yield makers


def _jobs(work: Work, folder: Path) -> list[Job]:
    from analysis.builds import run

    return [run.job(report, work.project, work.shared, folder) for report in work.wanted]


def _take_in(
    ends: Iterator[Ended],
    work: Work,
    folder: Path,
    outcome: Outcome,
    fail_fast: bool,
    tell: Tell,
) -> None:
    """Take in the reports as they end; a failed one is noted, and the rest goes on unless asked."""
    reports = {report.name: report for report in work.wanted}
    for count, ended in enumerate(ends, start=1):
        _keep_run(work, folder, reports[ended.name], ended)
        cause = _cause(reports[ended.name], ended, folder)
        if not cause:
            outcome.built.append(ended.name)
            text = f"{ended.seconds:.1f} s"
            tell(Event("built", text, ended.name, count, len(reports)))
            continue
        outputs.refuse_full(folder, cause)
        outcome.failed[ended.name] = cause
        tell(Event("failed", cause, ended.name, count, len(reports)))
        if fail_fast:
            for name in reports.keys() - {*outcome.built, *outcome.failed}:
                outcome.failed[name] = "not run: an earlier report failed (--fail-fast)"
            break
    outcome.built.sort()


def _cause(report: Report, ended: Ended, folder: Path) -> str:
    """Why a report failed; "" where it left everything that it should."""
    from analysis.builds import run

    if ended.state != "done":
        return (
            f"cell {ended.cell} of {report.notebook}: {ended.cause}" if ended.cell else ended.cause
        )
    left = folder / "reports" / report.name
    missing = [name for name in (*run.PAGES, "key.json") if not (left / name).is_file()]
    return f"its process ended without {', '.join(missing)}" if missing else ""


def _keep_run(work: Work, folder: Path, report: Report, ended: Ended) -> None:
    """Keep the executed notebook, with its traceback where it failed, for people to open."""
    runs = work.project.outputs / "runs"
    runs.mkdir(exist_ok=True)
    executed = folder / "reports" / report.name / "run.ipynb"
    if ended.state != "done" and not executed.exists():
        from analysis.builds import engine

        notebook = work.project.notebooks / report.notebook
        engine.note_end(notebook, executed, report.parameters, ended)
    if executed.exists():
        executed.replace(runs / f"{report.name}.ipynb")


def _refuse_changed(work: Work, folder: Path, outcome: Outcome) -> None:
    """Fail the reports whose inputs changed while they were made: what they show is mixed."""
    now = stale.share(work.project)
    for report in work.wanted:
        if report.name in outcome.built:
            made = json.loads((folder / "reports" / report.name / "key.json").read_bytes())
            mixed = made["state"] != work.shared.state
            why = "data changed" if mixed else stale.changed(report, work.project, now, made)
            if why:
                outcome.built.remove(report.name)
                outcome.failed[report.name] = f"{why} while the build was running. Build again."
