"""From stale reports to a published edition: run them, make their pages, swap the whole site in at once.

``build`` tells the story from top to bottom; what happens to one report is told in ``pages``. Everything is
written under ``outputs``; the site that readers see is a link to one complete edition, so nobody, and no crash,
ever meets half of one.
"""

from __future__ import annotations

import contextlib
import errno
import fnmatch
import importlib
import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol

from analysis import cluster, gate, inputs, kernels, pages, printing, reports, site
from analysis.inputs import Tables
from analysis.kernels import Ended, Job, Limits
from analysis.reports import Project, Report, Shared

# This half of the package. What notebooks import is the other one; the foreman imports it, by name.
_MAKING_HALF = {
    *("__init__", "__main__", "build", "check", "cli", "cluster", "gate", "inputs", "kernels", "pages", "parameters"),
    *("printing", "reports", "site"),
}


class Finding(Protocol):
    """What the check of the data says; str() of it is for people."""

    level: str


class DataRefused(Exception):
    """The data failed a check; nothing was run and no page changed. ``findings`` holds all of them."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__("the data failed a check")
        self.findings = findings


class OutputsError(Exception):
    """The folder for the outputs cannot be used; str() is for people."""


@dataclass(frozen=True)
class Event:
    """Something that happened during a build, for whoever tells people: see ``build``."""

    kind: str  # waiting, planned, finding, stale, running, built, failed, published, fresh, because, changed
    text: str = ""
    report: str = ""
    language: str = ""
    count: int = 0
    total: int = 0


@dataclass
class Outcome:
    """What a build did: the pages built, those that were fresh, and for each failed one why."""

    built: list[str] = field(default_factory=list)
    fresh: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)
    changes: list[site.Change] = field(default_factory=list)
    published: bool = False


# ------------------------------------------------------------------------------------------- the story


def build(
    project: Project,
    *,
    workers: int | None = None,
    only: str = "*",
    force: bool = False,
    fail_fast: bool = False,
    common: Mapping[str, Any] | None = None,
    limits: Limits | None = None,
    warm: bool | None = None,
    scheduler: str = "",
    pdf: bool = False,
    tell: Callable[[Event], None] | None = None,
) -> Outcome:
    """Bring the site up to date: every stale report is run, and a complete edition is published.

    ``only`` picks reports by name (``province-*``); the pages of the others stay as they are. ``common`` are
    parameters for every report; ``scheduler`` has a cluster make the reports; ``pdf`` prints each page beside it.
    Raises before anything runs: PlanError, ParameterError, ClusterError and PrintError for what people asked for,
    DataRefused for the data, OutputsError for the folder.
    """
    tell = tell or _nothing
    if pdf:
        printing.chromium()
    with _locked(project, tell), _told_of_the_disk(project):
        _sweep(project)
        old = site.read_manifest(project.site)
        planned = _planned(project, common)
        _some_match(planned, only)
        shared = reports.share(project, planned)
        shared.tables.hold()
        reasons = reports.stale(planned, project, old, force, shared)
        outcome = Outcome(fresh=[report.path for report in planned if report.path not in reasons])
        wanted = [report for report in planned if report.path in reasons and _picked(report, only, reasons[report.path])]
        tell(Event("planned", count=len(wanted), total=len(planned)))
        unprinted = pdf and not all(site.printed(path) in page["files"] for path, page in old["pages"].items())
        if not wanted and not unprinted and not _fronts_stale(project, old, planned, shared):
            tell(Event("fresh", count=len(outcome.fresh), total=len(planned)))
            return outcome
        for report in wanted:
            tell(Event("stale", reasons[report.path], report.name, report.language))

        with contextlib.ExitStack() as stack:
            work = stack.enter_context(_scratch(project))
            foreman = None
            if wanted:  # it imports its libraries while the data are checked here
                foreman = _kernels(project, work, warm, scheduler)
                stack.enter_context(foreman)
            _check(project, planned, tell)
            environment = _environment(project)
            if foreman is not None:
                jobs = [_job(report, project, work, reports.key(report, project, shared), shared.titles) for report in wanted]
                ends = foreman.run(jobs, workers or os.cpu_count() or 1, limits)
                _run(ends, wanted, project, work, outcome, fail_fast, tell)
                _refuse_unlike(wanted, work, outcome)
            _refuse_changed(planned, project, shared, work, outcome)
            _publish(project, planned, old, work, outcome, environment, (workers or os.cpu_count() or 1) if pdf else 0)
        if outcome.published:
            tell(Event("published", str(project.site), count=len(outcome.built), total=len(planned)))
        for cause in site.causes(site.in_one_language(outcome.changes)):
            tell(Event("because", cause.because, count=len(cause.pages)))
            for change, on in cause.changes:
                tell(Event("changed", str(change), count=len(on)))
        return outcome


def _planned(project: Project, common: Mapping[str, Any] | None) -> list[Report]:
    """The plan; where it cannot be made because the data are broken, say what is wrong with the data."""
    try:
        return reports.plan(project, common)
    except reports.PlanError:
        _check_data(project, _nothing)
        raise


def _nothing(event: Event) -> None:
    """Tell nobody."""


def _some_match(planned: Sequence[Report], only: str) -> None:
    names = list(dict.fromkeys(report.name for report in planned))
    if not fnmatch.filter(names, only):
        shown = ", ".join(names[:9]) + (f" and {len(names) - 9} more" if len(names) > 9 else "")
        raise reports.PlanError(f"--only {only!r}: no report has such a name. There are {shown}.")


def _picked(report: Report, only: str, reason: str) -> bool:
    # A damaged page is no good page to keep: it is made again whatever was asked for.
    return fnmatch.fnmatchcase(report.name, only) or reason.endswith(("damaged", "missing"))


def _check(project: Project, planned: Sequence[Report], tell: Callable[[Event], None]) -> None:
    """Refuse wrong data and wrong parameters, before anything runs."""
    from analysis import parameters  # pydantic is slow to import, and a build with nothing to do needs none

    _check_data(project, tell)
    # A file that is no notebook fails its own pages, where it is run, and not the whole build.
    parameters.check(project, [report for report in planned if reports.is_notebook(project.notebooks / report.notebook)])


def _check_data(project: Project, tell: Callable[[Event], None]) -> None:
    findings = importlib.import_module("analysis.check").check(project.data)
    if any(finding.level == "error" for finding in findings):
        raise DataRefused(findings)
    for finding in findings:
        tell(Event("finding", str(finding)))


def _kernels(project: Project, work: Path, warm: bool | None, scheduler: str) -> kernels.Kernels | cluster.Cluster:
    """Whoever starts a process for each report: the foreman of this machine, or a cluster."""
    package = Path(__file__).parent
    reading_half = {path.stem for path in project.code.glob("*.py")} - _MAKING_HALF
    preload = ["nbconvert", *(f"analysis.{name}" for name in sorted(reading_half))]
    template, data = str(project.template), str(project.data)
    prepare = [("analysis.pages:warm_up", {"template": template, "data": data}), ("analysis.charts:read_ahead", {"data": data})]
    if scheduler:
        folders = {
            "analysis": package,
            "analysis/briefing": project.template,
            "notebooks": project.notebooks,
            "data": project.data,
        }
        return cluster.Cluster(scheduler, project.root, folders, "analysis.pages:make", preload, prepare)
    return kernels.Kernels(package.parent, work / "foreman", "analysis.pages:make", preload, prepare, warm)


def _job(report: Report, project: Project, work: Path, key: Mapping[str, str], titles: reports.Titles) -> Job:
    """What the process of one report is told, and where it leaves what it makes."""
    folder = work / "reports" / f"{report.name}.{report.language}"
    return Job(report.path, str(folder), pages.arguments(report, project, key, titles))


def _run(
    ends: Iterator[Ended],
    wanted: Sequence[Report],
    project: Project,
    work: Path,
    outcome: Outcome,
    fail_fast: bool,
    tell: Callable[[Event], None],
) -> None:
    """Take in the reports as they end; a failed one is noted, and the rest goes on unless asked otherwise."""
    by_path = {report.path: report for report in wanted}
    for count, ended in enumerate(ends, start=1):
        report = by_path[ended.name]
        folder = work / "reports" / f"{report.name}.{report.language}"
        _keep_run(folder, project, report, ended)
        if ended.state == "done":
            outcome.built.append(report.path)
            tell(Event("built", f"{ended.seconds:.1f} s", report.name, report.language, count, len(wanted)))
            continue
        outcome.failed[report.path] = _cause(report, ended)
        tell(Event("failed", outcome.failed[report.path], report.name, report.language, count, len(wanted)))
        if fail_fast:
            for rest in wanted:
                if rest.path not in outcome.built:
                    outcome.failed.setdefault(rest.path, "not run: an earlier report failed (--fail-fast)")
            return
    outcome.built.sort()


def _cause(report: Report, ended: Ended) -> str:
    return f"cell {ended.cell} of {report.notebook}: {ended.cause}" if ended.cell else ended.cause


def _keep_run(folder: Path, project: Project, report: Report, ended: Ended) -> None:
    """Keep the executed notebook, with its traceback where it failed, for people to open."""
    runs = project.outputs / "runs"
    runs.mkdir(exist_ok=True)
    kept = runs / f"{report.name}.{report.language}.ipynb"
    executed = folder / "run.ipynb"
    if not executed.exists():
        kernels.note_end(project.notebooks / report.notebook, executed, report.parameters, ended)
    if executed.exists():
        executed.replace(kept)


def _refuse_changed(planned: Sequence[Report], project: Project, before: Shared, work: Path, outcome: Outcome) -> None:
    """Fail the pages whose notebook, data or code changed while they were made: what they show is mixed."""
    now = reports.share(project, planned)
    for report in planned:
        if report.path in outcome.built:
            made = work / "reports" / f"{report.name}.{report.language}" / "page.json"
            known = json.loads(made.read_text(encoding="utf-8"))["key"]
            reads = inputs.split(known.get("data", ""))
            changed = [reports.reason(known, reports.key(report, project, shared, reads)) for shared in (before, now)]
            if any(changed):
                outcome.built.remove(report.path)
                outcome.failed[report.path] = f"{max(changed)} while the build was running. Build again."


def _refuse_unlike(wanted: Sequence[Report], work: Path, outcome: Outcome) -> None:
    """Fail both pages of a report whose languages do not carry the same numbers."""
    made: dict[str, list[Report]] = {}
    for report in wanted:
        if report.path in outcome.built:
            made.setdefault(report.name, []).append(report)
    for name, twins in made.items():
        texts = [(work / "reports" / f"{name}.{twin.language}" / "passages.json").read_text(encoding="utf-8") for twin in twins]
        unlike = gate.unlike(*texts) if len(texts) == 2 else ""
        for twin in twins if unlike else ():
            outcome.built.remove(twin.path)
            outcome.failed[twin.path] = f"{unlike}. Show the same Quantities in both languages."


# ------------------------------------------------------------------------------------------- publishing


@contextlib.contextmanager
def _locked(project: Project, tell: Callable[[Event], None]) -> Iterator[None]:
    """One build at a time in a folder of outputs; a second one waits. The lock dies with its process."""
    from filelock import FileLock, Timeout

    if project.site.is_dir() and not project.site.is_symlink() and os.name != "nt":
        raise OutputsError(f"{project.site}: a folder that no build has made. Move it away, or choose another --out.")
    try:
        project.outputs.mkdir(parents=True, exist_ok=True)
        lock = FileLock(project.outputs / ".lock")
        try:
            lock.acquire(timeout=0)
        except Timeout:
            tell(Event("waiting", f"another build is at work in {project.outputs}"))
            lock.acquire()
    except OSError as error:
        raise OutputsError(f"{project.outputs}: cannot be written ({error.strerror or error}). Choose another --out.") from None
    try:
        yield
    finally:
        lock.release()


@contextlib.contextmanager
def _told_of_the_disk(project: Project) -> Iterator[None]:
    """Say in one line that the disk is full or has become read-only, and give back the room that was taken."""
    try:
        yield
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EROFS):
            raise
        shutil.rmtree(_editions(project) / ".new", ignore_errors=True)
        raise OutputsError(
            f"{project.outputs}: cannot be written ({error.strerror})."
            " The published site is as it was; make room and build again."
        ) from None


def _editions(project: Project) -> Path:
    return project.outputs / ".editions"


def _current(project: Project) -> str:
    """The name of the published edition; "" where nothing is published."""
    try:
        return project.site.readlink().name
    except OSError:
        return ""


def _sweep(project: Project) -> None:
    """Remove what a killed build has left. The lock is ours, so nobody works on it."""
    for left in (*project.outputs.glob(".work*"), *_editions(project).glob(".*"), project.outputs / ".site"):
        if left.is_symlink() or left.is_file():
            left.unlink()
        else:
            shutil.rmtree(left, ignore_errors=True)


@contextlib.contextmanager
def _scratch(project: Project) -> Iterator[Path]:
    """A working folder beside the editions, so that finished files can be moved, not copied."""
    work = project.outputs / ".work"
    work.mkdir()
    try:
        yield work
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _publish(
    project: Project,
    planned: Sequence[Report],
    old: Mapping[str, Any],
    work: Path,
    outcome: Outcome,
    environment: Any,
    printers: int,
) -> None:
    """Put a complete edition together beside the current one, printed where there are printers, and swap it in."""
    new = _editions(project) / ".new"
    for language in reports.LANGUAGES:
        (new / language).mkdir(parents=True)
    shared = reports.share(project, planned)
    manifest: dict[str, Any] = {
        "format": site.FORMAT,
        "pages": {},
        "failed": {path: cause for path, cause in sorted(outcome.failed.items()) if path not in old["pages"]},
        "fronts": {},
        "fronts_key": _fronts_key(project, shared),
        "known_until": shared.tables.latest(planned[0].parameters.get("evidence", "all")),
        "tables": {},
    }
    for report in planned:
        page = _place(report, project, old, new, work, outcome)
        if page is not None:
            manifest["pages"][report.path] = page
            for state in page["key"].get("data", "").split():
                if ":" not in state:  # a table that was read whole
                    rows = shared.tables.digests_of_rows(state) or old.get("tables", {}).get(state)
                    manifest["tables"] |= {state: rows} if rows else {}
    if not manifest["pages"]:
        shutil.rmtree(new)
        return
    if printers:
        _print(new, manifest["pages"], printers)
    with _told_of_the_template():
        fronts = site.fronts(new, manifest, _order(planned), reports.site_titles(project), _labels(project), environment)
    edition = site.Edition(new, manifest)
    for path, text in fronts.items():
        _refuse_front(edition, path, text, project)
        _write(new / path, text)
        manifest["fronts"][path] = site.digest(text.encode())
    text = site.manifest_text(manifest)
    _write(new / "manifest.json", text)
    with _told_of_the_template():
        _tell_history(project, edition, outcome, environment)
    _swap(project, new, site.digest(text.encode())[:16])
    outcome.published = True


def _tell_history(project: Project, edition: site.Edition, outcome: Outcome, environment: Any) -> None:
    """Write into the edition what changed since the one before: as `changes.json`, and as a page in each language."""
    titles, new, manifest = reports.site_titles(project), edition.folder, edition.manifest
    told, before = site.read_history(project.site), site.read_manifest(project.site)
    pages_of = site.digest(json.dumps({path: page["sha256"] for path, page in sorted(manifest["pages"].items())}).encode())
    kept = told is not None and told["pages"] == pages_of  # the same pages, repaired or with other front pages
    if told is not None and kept:
        changes, ids = told["changes"], told["editions"]
    else:
        known = [manifest, before] if before["pages"] and before["pages"] != manifest["pages"] else [manifest]
        ids = {language: [site.front_edition(each, language) for each in known] for language in titles}
        changes = outcome.changes = site.difference(project.site, new) if len(known) > 1 else []
    names = {path: entry["title"] for path, entry in manifest["pages"].items()}
    files = {}
    for path, language in site.HISTORY.items():
        if language:
            text = site.history_page(language, changes, ids[language], titles, names, environment)
            editions = [edition, site.Edition(project.site, before)]
            if not kept and _refusals_of_front(project, editions, path, text, changes, ids[language]):
                # An edition of another program may have shown what cannot be shown now: then the causes alone.
                changes = [replace(change, kind="", shown=("", "")) for change in changes]
                text = site.history_page(language, changes, ids[language], titles, names, environment)
            _write(new / path, text)
            files[path] = site.digest(text.encode())
    told = {
        "format": site.FORMAT,
        "edition": site.digest((new / "manifest.json").read_bytes()),
        "pages": pages_of,
        "editions": ids,
        "files": files,
        "changes": [asdict(change) for change in changes],
    }
    _write(new / "changes.json", site.manifest_text(told))


def _print(new: Path, entries: Mapping[str, Any], printers: int) -> None:
    """The PDF of each page that has none yet, beside it."""
    missing = [path for path, page in entries.items() if site.printed(path) not in page["files"]]
    printing.pdfs([(new / path, new / site.printed(path)) for path in missing], printers)
    for path in missing:
        made = new / site.printed(path)
        _sync(made)
        entries[path]["files"][site.printed(path)] = site.digest(made.read_bytes())


def _refuse_front(edition: site.Edition, path: str, text: str, project: Project) -> None:
    """A front page shows what its reports show, and nothing else."""
    ids = [site.front_edition(edition.manifest, code) for code in reports.LANGUAGES]
    refused = _refusals_of_front(project, [edition], path, text, [], ids)
    if refused:
        raise OutputsError(f"the gate refuses {path}: {'; '.join(refused[:5])}")


def _refusals_of_front(
    project: Project,
    editions: Sequence[site.Edition],
    path: str,
    text: str,
    changes: Sequence[site.Change],
    ids: Sequence[str],
) -> list[str]:
    """Why the gate refuses a page beside the reports: against what the reports of these editions show, the newest first."""
    language = path.partition("/")[0]
    record: dict[str, Any] = {"language": language, "quantities": [], "days": [], "charts": []}
    tables = Tables(project.data)
    names = {*pages.labels_of_names(tables), *pages.names_of_sources(tables.read("sources.csv", ["sources.csv"]))}
    names |= {*reports.site_titles(project).values(), *ids}
    names |= {word for change in changes for word in (change.because, change.what, change.path.partition("/")[2])}
    for edition in editions:
        entries = edition.manifest["pages"]
        names |= {*entries, ", ".join(sorted(page for page, entry in entries.items() if entry.get("kept")))}
        for page, entry in entries.items():
            if entry["language"] == language or "/" not in path:
                run = edition.records[page]
                record["quantities"] += run.get("quantities", [])
                record["days"] += run.get("days", [])
                if changes:
                    names |= {*run.get("names", ())}
    return gate.refusals(text, record, names - {""}, editions[0].manifest["known_until"])


def _place(
    report: Report, project: Project, old: Mapping[str, Any], new: Path, work: Path, outcome: Outcome
) -> dict[str, Any] | None:
    """The entry of a report whose page, the new or else the last good one, is put into the new edition."""
    if report.path in outcome.built:
        folder = work / "reports" / f"{report.name}.{report.language}"
        files = {}
        for name in report.files:
            made = folder / f"page.{name.rpartition('.')[2]}"
            content = made.read_bytes()
            files[name] = site.digest(content)
            _sync(made)
            made.replace(new / name)
            if name.endswith(".json"):
                record = json.loads(content)
        return site.entry(record, files)
    page = old["pages"].get(report.path)
    if page is None or not _whole(project.site, page):
        if report.path in outcome.fresh:
            outcome.fresh.remove(report.path)
            outcome.failed[report.path] = "its page was changed while the build was running. Build again."
        return None
    for name in page["files"]:
        _link(project.site.resolve() / name, new / name)
    if report.path in outcome.failed:
        return {**page, "kept": outcome.failed[report.path]}
    return {**page, "files": dict(page["files"])}


def _whole(folder: Path, page: Mapping[str, Any]) -> bool:
    try:
        return all(site.digest((folder / name).read_bytes()) == known for name, known in page["files"].items())
    except OSError:
        return False


def _link(existing: Path, wanted: Path) -> None:
    try:
        os.link(existing, wanted)
    except OSError:  # a file system without links
        shutil.copyfile(existing, wanted)
        _sync(wanted)


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")
    _sync(path)


def _sync(path: Path) -> None:
    """Wait until a file (or what a folder lists) is on the disk: a power cut must not meet an empty page."""
    if os.name == "nt" and path.is_dir():
        return
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _swap(project: Project, new: Path, name: str) -> None:
    """Make the new edition the published one, in one step; keep the one before it, and no older one."""
    editions, current = _editions(project), _current(project)
    for stranger in editions.iterdir():
        if stranger.name not in (new.name, current):
            shutil.rmtree(stranger)
    while (editions / name).exists():
        name += "+"
    for folder in (*(new / language for language in reports.LANGUAGES), new):
        _sync(folder)
    new.replace(editions / name)
    _sync(editions)
    link = project.outputs / ".site"
    try:
        link.symlink_to(Path(editions.name) / name, target_is_directory=True)
        link.replace(project.site)
    except OSError:
        if os.name != "nt":
            raise
        # Windows without the right to make links: the folder itself, in two steps instead of one.
        shutil.rmtree(project.site, ignore_errors=True)
        shutil.copytree(editions / name, project.site)
    _sync(project.outputs)


# ------------------------------------------------------------------------------------------ front pages


def _fronts_key(project: Project, shared: Shared) -> dict[str, str]:
    data = shared.tables.digests(["areas.csv", "names.csv", "sources.csv"])
    template = {path.name: inputs.digest_of(path) for path in project.template.glob("*") if path.is_file()}
    return {
        "site": inputs.digest_of(project.code / "site.py"),
        "data": inputs.join(data),
        "template": inputs.join(template),
        "lock": shared.lock,
        "reports": shared.reports,
    }


def _fronts_stale(project: Project, old: Mapping[str, Any], planned: Sequence[Report], shared: Shared) -> bool:
    """Whether the front pages are damaged, made from other things, or name a report that is gone."""
    if not old["pages"]:
        return False
    if set(old["pages"]) - {report.path for report in planned}:
        return True
    if old.get("fronts_key") != _fronts_key(project, shared):
        return True
    whole = _whole(project.site, {"files": old["fronts"]}) and set(old["fronts"]) == set(site.FRONTS)
    return not whole or site.read_history(project.site) is None


def _order(planned: Sequence[Report]) -> list[tuple[str, str]]:
    """The reports in reading order, each once, with the province it was made for."""
    return list(dict.fromkeys((report.name, str(report.parameters.get("province", ""))) for report in planned))


def _labels(project: Project) -> dict[str, dict[str, str]]:
    return {
        row["area"]: {language: row.get(f"label_{language}") or row["area"] for language in reports.LANGUAGES}
        for row in reports.areas(project)
    }


def _environment(project: Project) -> Any:
    """The jinja environment of the template, for pages that no notebook makes; theirs are compiled here."""
    import jinja2

    environment = jinja2.Environment(loader=jinja2.FileSystemLoader(project.template), trim_blocks=True, lstrip_blocks=True)
    environment.filters.update(pages.filters(str(project.template), str(project.data)))
    with _told_of_the_template():
        for name in site.TEMPLATES:
            environment.get_template(name)
    return environment


@contextlib.contextmanager
def _told_of_the_template() -> Iterator[None]:
    """Say in one line what is wrong with the template of the pages that no notebook makes."""
    import jinja2

    try:
        yield
    except jinja2.TemplateSyntaxError as error:
        raise OutputsError(f"{error.filename}:{error.lineno}: {error.message}. Correct the template.") from None
    except (jinja2.TemplateError, pages.Refused, UnicodeDecodeError) as error:
        raise OutputsError(f"the front pages cannot be made: {error}. Correct the template.") from None
