"""From stale reports to a published edition: run them, make their pages, swap the whole site in.

`build` tells the story from top to bottom. Everything is written under `outputs`; the site that
readers see is a link to one complete edition, so nobody, and no crash, ever meets half of one.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol

from analysis.builds import edition, manifests, outputs, plan, stale
from analysis.builds.edition import Outcome, Work
from analysis.builds.options import Options
from analysis.builds.plan import PlanError, Project, Report
from analysis.errors import UserError
from analysis.numbers import wording
from analysis.numbers.schema import LANGUAGES, DataError, Finding

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


def build(project: Project, options: Options, tell: Tell = lambda *_: None) -> Outcome:
    """Bring the site up to date: every stale report is run, and a complete edition is published.

    `tell` hears each event. Raises a UserError: before anything runs where options, data or the
    folder are wrong, later only where the disk is full or the front pages cannot be made.
    """
    if options.prints:
        from analysis.pages import paper

        paper.chromium()
    waiting = f"waiting: another build is at work in {project.outputs}"
    with outputs.at_work(project, lambda: tell("waiting", waiting)):
        work = _plan(project, options, tell)
        unprinted = options.prints and edition.unprinted(work.before["pages"], options.notes)
        if work.wanted or unprinted or edition.fronts_stale(work):
            outcome = _make(work, tell)
        else:
            outcome = Outcome(fresh=work.fresh)
        _tell_end(work, outcome, tell)
        return outcome


def _plan(project: Project, options: Options, tell: Tell) -> Work:
    """The work of a build: the reports that are planned, published, stale, and to be made."""
    before, lost = published_manifest(project)
    planned = plan.plan(project, options.common)
    asked = plan.asked(planned, options.only)
    # Kept pages have the parameters of the edition before; a lost manifest counts as none.
    other = (lost or before["pages"]) and before["common"] != dict(options.common)
    if other and "*" not in options.only:
        raise PlanError(
            f"--only {options.only[0]!r}: the other pages of {project.site} were made with another"
            " --known-on or --evidence. Leave out --only, or choose another --out."
        )
    if lost:
        text = "missing, altered or of another version; all reports are made again"
        tell("lost", f"{project.site / manifests.NAME}: {text}")
    shared, broken = stale.share(project), damaged(project, before)
    pages, forced = before["pages"], asked if options.force else ()
    wordless = [pages[path]["report"] for path in edition.lacking(pages, "docx") if options.docx]
    reasons = {
        **{name: "no Word file" for name in wordless if name in asked},
        **dict.fromkeys(forced, "forced"),
        **stale.stale(planned, shared, before, broken),
    }
    # What is damaged cannot stay, whoever asked for what; where all is lost, nothing can.
    wanted = [
        report
        for report in planned
        if report.name in reasons
        and (
            lost or report.name in asked or stale.damage(report, before, broken) not in _NOT_DAMAGED
        )
    ]
    if wanted:
        tell("planned", f"{len(wanted)} of {len(planned)} reports to make")
    for report in wanted:
        tell("stale", f"{report.name}: {reasons[report.name]}", report.name)
    return Work(project, options, planned, shared, before, broken, reasons, wanted)


_NOT_DAMAGED = ("", stale.NEW)  # published as it was, or not at all


def _make(work: Work, tell: Tell) -> Outcome:
    """Make the stale reports and publish an edition; the files that need no report meanwhile."""
    from analysis.builds import processes

    with outputs.scratch(work.project):
        with processes.beside(1, "writes the data") as others, _makers(work) as makers:
            _check(work, tell)
            writing = others.submit(edition.write_without_reports, work)
            failed = _make_reports(work, makers, tell) if makers else {}
            other_parts = writing.result()
        outcome = edition.put_together(work, failed, other_parts)
    manifest, _ = published_manifest(work.project)
    damaged(work.project, manifest)  # so that the next build reads no file
    return outcome


def published_manifest(project: Project) -> tuple[dict[str, Any], bool]:
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
    whole = outputs.editions(project) / outputs.WHOLE
    return manifests.damaged(project.site.resolve(), manifest, whole)


def _check(work: Work, tell: Tell) -> None:
    """Refuse wrong data and wrong parameters, before anything runs.

    Where only front pages are made anew, the data have passed this check for the edition that is
    published.
    """
    from analysis.builds import parameters
    from analysis.numbers import check

    project, findings = work.project, list[Finding]()
    try:
        if work.wanted or edition.data_stale(work):
            findings = check.check(project.data)
            if any(finding.level == "error" for finding in findings):
                raise DataError(findings)
            if stale.tables_written(project) != work.shared.written:
                raise outputs.data_changed_error(project)
            # A file that is no notebook fails its own pages, where it is run, not the whole build.
            readable = [
                report
                for report in work.planned
                if parameters.cells(project.notebooks / report.notebook)
            ]
            parameters.check(project, readable)
        _check_site(project)
    except UserError as error:
        error.add_note("nothing was run and the site is as it was")
        raise
    for finding in findings:
        tell("finding", f"warning: {finding}")


def _check_site(project: Project) -> None:
    """Refuse words of the site that no page may show: a number typed into `reports.toml`."""
    from analysis.numbers import figures
    from analysis.pages import gate

    site = plan.site(project)
    spoken = [site.title, site.about, site.terms, site.map, *site.nav, *site.milestones]
    words = [str(text[language]) for text in spoken for language in LANGUAGES if language in text]
    wrong = gate.by_hand(words, figures.load(project.data), project.data)
    if wrong:
        raise PlanError("\n".join(f"{plan.PLAN}: {what}" for what in wrong))


def _tell_end(work: Work, outcome: Outcome, tell: Tell) -> None:
    """Tell how the build ended: what was published, what changed, what is stale, what failed."""
    total = len(work.planned)
    if outcome.published:
        tell("published", f"{work.project.site}: {len(outcome.built)} of {total} reports made anew")
    elif not work.wanted:
        tell("fresh", f"nothing to do: {len(outcome.fresh)} of {total} reports are fresh")
    if outcome.changes:
        from analysis.builds import history

        for cause in history.causes(history.in_one_language(outcome.changes)):
            tell("because", f"{cause.because} ({wording.counted(len(cause.pages), 'page')})")
            for change in cause.changes:
                tell("changed", f"  {change} ({wording.counted(len(change.pages), 'page')})")
    older = sorted(work.marks(outcome.failed)["older"])
    if older:
        left = f"{len(older)} of {total} reports are stale and were left as they are"
        tell("older", f"{left}: {wording.some(older)}")
    if outcome.failed:
        failed = wording.counted(len(outcome.failed), "report")
        tell("again", f"{failed} failed. Where there are last good pages, they stay.")
        for why in sorted({*outcome.failed.values()}):
            names = sorted(name for name, cause in outcome.failed.items() if cause == why)
            tell("again", f"  {wording.some(names)}: {why}")
        tell("again", f"executed notebooks, with tracebacks: {work.project.outputs / 'runs'}")


# -------------------------------------------------------------------------------------- the reports


@contextlib.contextmanager
def _makers(work: Work) -> Iterator[Processes | Cluster | None]:
    """What makes the reports: processes here, or a cluster; None where there are none to make."""
    options = work.options
    if not work.wanted:
        yield None
    elif options.scheduler:
        from analysis.builds import cluster

        with cluster.Cluster(options.scheduler, work.project) as makers:
            yield makers
    else:
        from analysis.builds import processes, run

        package, server = Path(__file__).parents[2], work.folder / "server"
        environment = run.environment(package, server, work.project.data, options.docx)
        with processes.Processes(server, run.MODULE, environment) as makers:
            yield makers


def _make_reports(work: Work, makers: Processes | Cluster, tell: Tell) -> dict[str, str]:
    """Make the stale reports, and tell how each ended; the causes of those that failed, by name."""
    from analysis.builds import processes, run

    options, failed = work.options, dict[str, str]()
    reports = {report.name: report for report in work.wanted}
    jobs = [
        run.job(report, work.project, work.shared, work.folder, options.docx)
        for report in work.wanted
    ]
    limits = processes.Limits(options.timeout, options.memory)
    for count, ended in enumerate(makers.run(jobs, options.workers, limits), start=1):
        name, place = ended.name, f"[{count}/{len(jobs)}] {ended.name}"
        _keep_run(work, reports[name], ended)
        if ended.state == "done":
            for file in work.made(name).glob("*.*"):
                outputs.sync(file)  # now, while others are made
            tell("built", f"{place} {ended.seconds:.1f} s", name)
            continue
        cell = f"cell {ended.cell} of {reports[name].notebook}: " if ended.cell else ""
        failed[name] = cell + ended.cause
        outputs.refuse_full(work.folder, ended.cause)
        tell("failed", f"{place} FAILED: {failed[name]}", name)
    return failed | _changed(work, failed)


def _keep_run(work: Work, report: Report, ended: Ended) -> None:
    """Keep the executed notebook, with its traceback where it failed, for people to open."""
    runs = work.project.outputs / "runs"
    runs.mkdir(exist_ok=True)
    executed = work.made(report.name) / "run.ipynb"
    if (ended.cell or ended.state in ("timeout", "died")) and not executed.exists():
        from analysis.builds import engine

        notebook = work.project.notebooks / report.notebook
        engine.note_end(notebook, executed, report.parameters, ended)
    if executed.exists():
        executed.replace(runs / f"{report.name}.ipynb")


def _changed(work: Work, failed: Mapping[str, str]) -> dict[str, str]:
    """The reports whose inputs changed while they were made, with why: what they show is mixed."""
    now, causes = stale.share(work.project), dict[str, str]()
    for report in work.wanted:
        if report.name not in failed:
            record = json.loads((work.made(report.name) / "key.json").read_bytes())
            mixed = record["state"] != work.shared.state
            why = "data changed" if mixed else stale.changed(report, now, record, work.shared.rows)
            if why:
                causes[report.name] = f"{why} while the build was running. Build again."
    return causes
