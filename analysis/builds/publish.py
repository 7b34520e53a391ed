"""From stale reports to a published edition: run them, make their pages, swap the whole site in.

`build` tells the story from top to bottom. Everything is written under `outputs`; the site that
readers see is a link to one complete edition, so nobody, and no crash, ever meets half of one.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol

from analysis.builds import edition, manifests, outputs, plan, stale
from analysis.builds.edition import Outcome, Work
from analysis.builds.plan import PlanError, Project, Report
from analysis.errors import UserError
from analysis.numbers import wording
from analysis.numbers.schema import LANGUAGES

if TYPE_CHECKING:
    from analysis.builds.cluster import Cluster
    from analysis.builds.processes import Ended, Processes


# The kinds of events of a build; `again` are the failures, listed at the end.
Kind = Literal[
    "waiting", "lost", "planned", "finding", "stale", "built", "failed", "published", "fresh",
    "older", "because", "changed", "again",
]  # fmt: skip


class Tell(Protocol):
    """Called for each event of a build: its kind, a line for people, the report it is about."""

    def __call__(self, kind: Kind, text: str, report: str = "", /) -> None:
        """Tell of one event."""


# ---------------------------------------------------------------------------------------- the story


def build(
    project: Project,
    *,
    workers: int | None = None,
    only: str | Sequence[str] = "*",
    force: bool = False,
    common: Mapping[str, Any] | None = None,
    seconds: float = 300.0,
    megabytes: int = 0,
    scheduler: str = "",
    pdf: bool = False,
    notes: bool = False,
    docx: bool = False,
    tell: Tell = lambda *_: None,
) -> Outcome:
    """Bring the site up to date: every stale report is run, and a complete edition is published.

    `only` picks reports by patterns (`province-*`); the others' pages stay. `workers` is how many
    run at a time (0: one a processor); `force` makes fresh ones, too; `tell` hears each event.
    `common` are parameters for every report, `seconds` and `megabytes` what each may use;
    `scheduler` has a cluster make them; `pdf` prints each page beside it, with its `notes` where
    these are asked for, `docx` makes pages with a Word file. Raises a UserError: before anything
    runs where options, data or the folder are wrong, later only where the disk is full or the front
    pages cannot be made.
    """
    workers = workers or os.cpu_count() or 1
    if pdf:
        from analysis.pages import paper

        paper.chromium()
    waiting = f"waiting: another build is at work in {project.outputs}"
    with outputs.at_work(project, lambda: tell("waiting", waiting)):
        work = _plan(project, only, force, common or {}, docx, tell)
        _tell_plan(work, tell)
        unprinted = pdf and edition.unprinted(work.published["pages"], notes)
        if work.wanted or unprinted or edition.fronts_stale(work):
            from analysis.builds import aside

            with outputs.scratch(project), contextlib.ExitStack() as stack:
                with _makers(work, scheduler, docx) as makers:
                    _check(work, tell)
                    first = stack.enter_context(aside.Aside(partial(edition.write_first, work)))
                    if makers:
                        _make_reports(work, makers, workers, (seconds, megabytes), docx, tell)
                edition.put_together(work, first.result, workers if pdf else 0, notes)
                note_whole(project, published(project)[0])
        if not (work.outcome.published or work.damaged):
            note_whole(project, work.published)  # of a site that was copied, or whose note is lost
        _tell_end(work, tell)
        return work.outcome


def _plan(
    project: Project,
    only: str | Sequence[str],
    force: bool,
    common: Mapping[str, Any],
    docx: bool,
    tell: Tell,
) -> Work:
    """The work of a build: the reports that are planned, published, stale, and to be made."""
    before, lost = published(project)
    planned = plan.plan(project, common)
    only = [only] if isinstance(only, str) else only
    asked = plan.asked(planned, only)
    # Kept pages have the parameters of the edition before; a lost manifest counts as none.
    published_with = before["common"] if lost or before["pages"] else dict(common)
    if "*" not in only and published_with != dict(common):
        raise PlanError(
            f"--only {only[0]!r}: the other pages of {project.site} were made with another"
            " --known-on or --evidence. Leave out --only, or choose another --out."
        )
    if lost:
        text = "missing, altered or of another version; all reports are made again"
        tell("lost", f"{project.site / manifests.NAME}: {text}")
    shared = stale.share(project)
    broken = damaged(project, before)
    wordless = edition.wordless(planned, before["pages"]) if docx else ()
    reasons = _reasons(stale.stale(planned, shared, before, broken), asked, force, wordless)
    # What is damaged cannot stay, whoever asked for what; where all is lost, nothing can.
    making = {
        report.name
        for report in planned
        if lost or report.name in asked or _must_go(stale.damage(report, before, broken))
    }
    wanted = [report for report in planned if report.name in making & reasons.keys()]
    outcome = Outcome(fresh=[report.name for report in planned if report.name not in reasons])
    return Work(project, planned, shared, common, before, broken, reasons, wanted, outcome)


def _reasons(
    reasons: Mapping[str, str], asked: Sequence[str], force: bool, wordless: Iterable[str]
) -> dict[str, str]:
    """Why each report is made anew: the `reasons` why it is stale, or else that a build which is
    asked for it is forced, or adds Word files and it has none."""
    without = {name: "no Word file" for name in wordless if name in asked}
    forced = dict.fromkeys(asked, "forced") if force else {}
    return {**without, **forced, **reasons}


def _must_go(why: str) -> bool:
    """Whether published files are damaged, and not merely absent; `why` is from `stale.damage`."""
    return why not in ("", stale.NEW)


def published(project: Project) -> tuple[dict[str, Any], bool]:
    """The published manifest, and whether it is lost: missing, altered, of another version.

    The folder of an edition is named after the digest of its manifest, so that an altered one is
    noticed. Where the manifest is lost, every report is made again.
    """
    name = outputs.current(project)
    with contextlib.suppress(OSError):
        content = (project.site / manifests.NAME).read_bytes()
        if name and name.rstrip("+") == manifests.digest(content):  # then a build has written it
            manifest = dict(json.loads(content))
            if manifest["format"] == manifests.FORMAT:
                return manifest, False
    return manifests.empty(), bool(name)


def damaged(project: Project, manifest: Mapping[str, Any]) -> dict[str, str]:
    """The files of the published site that are damaged or missing, and which of both."""
    return manifests.damaged(project.site.resolve(), manifest, _whole(project))


def note_whole(project: Project, manifest: Mapping[str, Any]) -> None:
    """Leave a note that the published site is whole, so that the next build reads no file of it."""
    manifests.note_whole(project.site.resolve(), manifest, _whole(project))


def _whole(project: Project) -> Path:
    return outputs.editions(project) / outputs.WHOLE


def _check(work: Work, tell: Tell) -> None:
    """Refuse wrong data and wrong parameters, before anything runs.

    Where only front pages are made anew, the data have passed this check for the edition that is
    published.
    """
    try:
        if work.wanted or edition.data_stale(work):
            _check_data(work, tell)
        _check_site(work.project)
    except UserError as error:
        error.add_note("nothing was run and the site is as it was")
        raise


def _check_data(work: Work, tell: Tell) -> None:
    """Refuse tables and notebooks with errors; tell what else is odd in the tables."""
    from analysis.builds import parameters
    from analysis.numbers import check, schema

    findings = check.check(work.project.data)
    if any(finding.level == "error" for finding in findings):
        raise schema.DataError(findings)
    # A file that is no notebook fails its own pages, where it is run, and not the whole build.
    folder = work.project.notebooks
    parameters.check(
        work.project, [each for each in work.planned if plan.cells(folder / each.notebook)]
    )
    for finding in findings:
        tell("finding", f"warning: {finding}")


def _check_site(project: Project) -> None:
    """Refuse words of the site that no page may show: a number typed into `reports.toml`."""
    from analysis.numbers import figures
    from analysis.pages import gate

    site = plan.site(project)
    spoken = [site.title, site.about, site.terms, site.map, *site.nav, *site.milestones]
    words = [str(each[language]) for each in spoken for language in LANGUAGES if language in each]
    wrong = gate.by_hand(words, figures.load(project.data), project.data)
    if wrong:
        raise PlanError("\n".join(f"{plan.PLAN}: {each}" for each in wrong))


def _tell_plan(work: Work, tell: Tell) -> None:
    """What is to be made, and why."""
    if work.wanted:
        tell("planned", f"{len(work.wanted)} of {len(work.planned)} reports are stale")
    for report in work.wanted:
        tell("stale", f"{report.name}: {work.reasons[report.name]}", report.name)


def _tell_end(work: Work, tell: Tell) -> None:
    """Tell how the build ended: what was published, what changed, what is stale, what failed."""
    outcome, total = work.outcome, len(work.planned)
    if outcome.published:
        tell("published", f"{work.project.site}: {len(outcome.built)} of {total} reports made anew")
    elif not work.wanted:
        tell("fresh", f"nothing to do: {len(outcome.fresh)} of {total} reports are fresh")
    if outcome.changes:
        from analysis.builds import history

        for cause in history.causes(history.in_one_language(outcome.changes)):
            tell("because", f"{cause.because} ({plan.counted(len(cause.pages), 'page')})")
            for change in cause.changes:
                tell("changed", f"  {change} ({plan.counted(len(change.pages), 'page')})")
    older = sorted(work.marks()["older"])
    if older:
        left = f"{len(older)} of {total} reports are stale and were left as they are"
        tell("older", f"{left}: {wording.some(older)}")
    if outcome.failed:
        failed = plan.counted(len(outcome.failed), "report")
        tell("again", f"{failed} failed. Where there are last good pages, they stay.")
        for why in sorted({*outcome.failed.values()}):
            names = sorted(name for name, cause in outcome.failed.items() if cause == why)
            tell("again", f"  {wording.some(names)}: {why}")
        tell("again", f"executed notebooks, with tracebacks: {work.project.outputs / 'runs'}")


# -------------------------------------------------------------------------------------- the reports


@contextlib.contextmanager
def _makers(work: Work, scheduler: str, docx: bool) -> Iterator[Processes | Cluster | None]:
    """What makes the reports: processes here, or a cluster; None where there are none to make."""
    if not work.wanted:
        yield None
    elif scheduler:
        from analysis.builds import cluster

        with cluster.Cluster(scheduler, work.project) as makers:
            yield makers
    else:
        from analysis.builds import processes, run

        package, server = Path(__file__).parents[2], work.folder / "server"
        environment = run.environment(package, server, work.project.data, docx)
        with processes.Processes(server, run.MODULE, environment) as makers:
            yield makers


def _make_reports(
    work: Work,
    makers: Processes | Cluster,
    workers: int,
    limits: tuple[float, int],
    docx: bool,
    tell: Tell,
) -> None:
    """Make the stale reports; `limits` are seconds and megabytes for each."""
    from analysis.builds import processes, run

    jobs = [run.job(each, work.project, work.shared, work.folder, docx) for each in work.wanted]
    _take_in(makers.run(jobs, workers, processes.Limits(*limits)), work, tell)
    _refuse_changed(work)


def _take_in(ends: Iterator[Ended], work: Work, tell: Tell) -> None:
    """Note how each report ended, as it ends; where one failed, the others go on."""
    built, failed = work.outcome.built, work.outcome.failed
    reports = {report.name: report for report in work.wanted}
    for count, ended in enumerate(ends, start=1):
        name, place = ended.name, f"[{count}/{len(reports)}] {ended.name}"
        _keep_run(work, reports[name], ended)
        if ended.state == "done":
            for file in (work.folder / "reports" / name).glob("*.*"):
                outputs.sync(file)  # now, while others are made
            built.append(name)
            tell("built", f"{place} {ended.seconds:.1f} s", name)
            continue
        cell = f"cell {ended.cell} of {reports[name].notebook}: " if ended.cell else ""
        failed[name] = cell + ended.cause
        outputs.refuse_full(work.folder, ended.cause)
        tell("failed", f"{place} FAILED: {failed[name]}", name)
    built.sort()


def _keep_run(work: Work, report: Report, ended: Ended) -> None:
    """Keep the executed notebook, with its traceback where it failed, for people to open."""
    runs = work.project.outputs / "runs"
    runs.mkdir(exist_ok=True)
    executed = work.folder / "reports" / report.name / "run.ipynb"
    if (ended.cell or ended.state in ("timeout", "died")) and not executed.exists():
        from analysis.builds import engine

        notebook = work.project.notebooks / report.notebook
        engine.note_end(notebook, executed, report.parameters, ended)
    if executed.exists():
        executed.replace(runs / f"{report.name}.ipynb")


def _refuse_changed(work: Work) -> None:
    """Fail the reports whose inputs changed while they were made: what they show is mixed."""
    now = stale.share(work.project)
    for report in [each for each in work.wanted if each.name in work.outcome.built]:
        record = json.loads((work.folder / "reports" / report.name / "key.json").read_bytes())
        mixed = record["state"] != work.shared.state
        why = "data changed" if mixed else stale.changed(report, now, record, work.shared.rows)
        if why:
            work.outcome.built.remove(report.name)
            work.outcome.failed[report.name] = f"{why} while the build was running. Build again."
