"""From stale reports to a published edition: run them, make their pages, swap the whole site in at once.

``build`` tells the story from top to bottom. ``make`` is what happens to one report, in a process of its own:
notebook → executed notebook → page, record and table. Everything is written under ``outputs``; the site that
readers see is a link to one complete edition, so nobody, and no crash, ever meets half of one.
"""

from __future__ import annotations

import contextlib
import csv
import errno
import fnmatch
import functools
import html
import importlib
import io
import json
import os
import re
import shutil
import tomllib
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from analysis import cluster, gate, kernels, printing, reports, site
from analysis.kernels import Ended, Job, Limits, RunError
from analysis.reports import Project, Report

RECORD = "application/vnd.briefing+json"

LICENCE = "https://creativecommons.org/licenses/by/4.0/"

# This half of the package. What notebooks import is the other one; the foreman imports it, by name.
_MAKING_HALF = {
    *("__init__", "__main__", "build", "check", "cli", "cluster", "gate", "kernels", "printing", "parameters", "reports", "site")
}

# The columns of x.csv, the numbers of a page.
_COLUMNS = ("value", "shown", "exact", "low", "high", "unit", "qualifier", "formula", "figures", "verdict")


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

    kind: str  # waiting, planned, finding, stale, running, built, failed, published, fresh, changed
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
        reasons = reports.stale(planned, project, old, force)
        outcome = Outcome(fresh=[report.path for report in planned if report.path not in reasons])
        wanted = [report for report in planned if report.path in reasons and _picked(report, only, reasons[report.path])]
        tell(Event("planned", count=len(wanted), total=len(planned)))
        unprinted = pdf and not all(site.printed(path) in page["files"] for path, page in old["pages"].items())
        if not wanted and not unprinted and not _fronts_stale(project, old, planned):
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
            shared = reports.shared_parts(project, planned)
            keys = {report.path: reports.key(report, project, shared) for report in planned}
            if foreman is not None:
                jobs = [_job(report, project, work, keys[report.path], planned) for report in wanted]
                ends = foreman.run(jobs, workers or os.cpu_count() or 1, limits)
                _run(ends, wanted, project, work, outcome, fail_fast, tell)
                _refuse_unlike(wanted, work, outcome)
            _refuse_changed(planned, project, keys, outcome)
            _publish(project, planned, old, work, outcome, (workers or os.cpu_count() or 1) if pdf else 0)
        if outcome.published:
            tell(Event("published", str(project.site), count=len(outcome.built), total=len(planned)))
        for change in outcome.changes:
            tell(Event("changed", str(change)))
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
        raise reports.PlanError(f"--only {only}: no report has such a name. There are {shown}.")


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
    prepare = [("analysis.build:warm_up", {"template": template, "data": data}), ("analysis.build:read_ahead", {"data": data})]
    if scheduler:
        folders = {
            "analysis": package,
            "analysis/briefing": project.template,
            "notebooks": project.notebooks,
            "data": project.data,
        }
        return cluster.Cluster(scheduler, project.root, folders, "analysis.build:make", preload, prepare)
    return kernels.Kernels(package.parent, work / "foreman", "analysis.build:make", preload, prepare, warm)


def _job(report: Report, project: Project, work: Path, key: Mapping[str, str], planned: Sequence[Report]) -> Job:
    """What the process of one report is told."""
    data = {"data": str(project.data)} if project.other_data else {}
    other = next(language for language in reports.LANGUAGES if language != report.language)
    titles = reports.titles_of(planned, project)
    return Job(
        name=report.path,
        folder=str(work / "reports" / f"{report.name}.{report.language}"),
        arguments={
            "report": report.name,
            "language": report.language,
            "notebook": str(project.notebooks / report.notebook),
            "title": reports.title(project.notebooks / report.notebook, report.language),
            "parameters": {**report.parameters, **data},
            "shown_parameters": dict(report.parameters),
            "key": dict(key),
            "template": str(project.template),
            "data": str(project.data),
            "places": {
                str(project.data): "<data>",
                str(project.root): "<project>",
                str(project.outputs): "<outputs>",
            },
            "page": {
                "site_title": titles["site"][report.language],
                "other": {"language": other, "href": f"../{other}/{report.name}.html"},
                "home": "index.html",
                "known_until": _known_until(project.data, report.parameters.get("evidence", "all")),
                "reports": [
                    {"name": name, "title": by_language[report.language], "href": f"{name}.html"}
                    for name, by_language in titles.items()
                    if name != "site" and report.language in by_language
                ],
            },
        },
    )


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


def _refuse_changed(planned: Sequence[Report], project: Project, keys: Mapping[str, Mapping[str, str]], outcome: Outcome) -> None:
    """Fail the pages whose notebook, data or code changed while they were made: what they show is mixed."""
    shared = reports.shared_parts(project, planned)
    for report in planned:
        if report.path in outcome.built:
            changed = reports.reason(keys[report.path], reports.key(report, project, shared))
            if changed:
                outcome.built.remove(report.path)
                outcome.failed[report.path] = f"{changed} while the build was running. Build again."


def _refuse_unlike(wanted: Sequence[Report], work: Path, outcome: Outcome) -> None:
    """Fail both pages of a report whose languages do not carry the same numbers."""
    pages: dict[str, list[Report]] = {}
    for report in wanted:
        if report.path in outcome.built:
            pages.setdefault(report.name, []).append(report)
    for name, twins in pages.items():
        texts = [(work / "reports" / f"{name}.{twin.language}" / "page.html").read_text(encoding="utf-8") for twin in twins]
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
    project: Project, planned: Sequence[Report], old: Mapping[str, Any], work: Path, outcome: Outcome, printers: int
) -> None:
    """Put a complete edition together beside the current one, printed where there are printers, and swap it in."""
    new = _editions(project) / ".new"
    for language in reports.LANGUAGES:
        (new / language).mkdir(parents=True)
    shared = reports.shared_parts(project, planned)
    manifest: dict[str, Any] = {
        "format": site.FORMAT,
        "pages": {},
        "failed": {path: cause for path, cause in sorted(outcome.failed.items()) if path not in old["pages"]},
        "fronts": {},
        "fronts_key": _fronts_key(project, shared),
        "known_until": _known_until(project.data, planned[0].parameters.get("evidence", "all")),
    }
    for report in planned:
        page = _place(report, project, old, new, work, outcome)
        if page is not None:
            manifest["pages"][report.path] = page
    if not manifest["pages"]:
        shutil.rmtree(new)
        return
    if printers:
        _print(new, manifest["pages"], printers)
    pages = site.fronts(new, manifest, _order(planned), reports.site_titles(project), _labels(project), _environment(project))
    for path, text in pages.items():
        _refuse_front(new, path, text, manifest, project)
        _write(new / path, text)
        manifest["fronts"][path] = site.digest(text.encode())
    text = site.manifest_text(manifest)
    _write(new / "manifest.json", text)
    _swap(project, new, site.digest(text.encode())[:16], outcome)


def _print(new: Path, pages: Mapping[str, Any], printers: int) -> None:
    """The PDF of each page that has none yet, beside it."""
    missing = [path for path, page in pages.items() if site.printed(path) not in page["files"]]
    printing.pdfs([(new / path, new / site.printed(path)) for path in missing], printers)
    for path in missing:
        made = new / site.printed(path)
        _sync(made)
        pages[path]["files"][site.printed(path)] = site.digest(made.read_bytes())


def _refuse_front(new: Path, path: str, text: str, manifest: Mapping[str, Any], project: Project) -> None:
    """A front page shows what its reports show, and nothing else."""
    language = path.partition("/")[0]
    record: dict[str, Any] = {"language": language, "quantities": [], "days": [], "names": [], "charts": []}
    for page, entry in manifest["pages"].items():
        if entry["language"] == language or "/" not in path:
            run = json.loads((new / page).with_suffix(".json").read_text(encoding="utf-8"))["record"]
            for kind in ("quantities", "days", "names"):
                record[kind] += run.get(kind, [])
    names = [*_labels_of_names(project.data), *_names_of_sources(project.data)]
    names += [*reports.site_titles(project).values(), *manifest["pages"]]
    names += [site.front_edition(manifest, code) for code in reports.LANGUAGES]
    names.append(", ".join(sorted(page for page, entry in manifest["pages"].items() if entry.get("kept"))))
    refused = gate.refusals(text, record, names, manifest["known_until"])
    if refused:
        raise OutputsError(f"the gate refuses {path}: {'; '.join(refused[:5])}")


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


def _swap(project: Project, new: Path, name: str, outcome: Outcome) -> None:
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
    if current:
        outcome.changes = site.difference(editions / current, editions / name)
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
    outcome.published = True


# ------------------------------------------------------------------------------------------ front pages


def _fronts_key(project: Project, shared: Mapping[str, str]) -> dict[str, str]:
    code = reports.digest_of(project.code / "site.py")
    return {"site": code, **{part: shared[part] for part in ("data", "template", "lock", "reports")}}


def _fronts_stale(project: Project, old: Mapping[str, Any], planned: Sequence[Report]) -> bool:
    """Whether the front pages are damaged, made from other things, or name a report that is gone."""
    if not old["pages"]:
        return False
    if set(old["pages"]) - {report.path for report in planned}:
        return True
    if old.get("fronts_key") != _fronts_key(project, reports.shared_parts(project, planned)):
        return True
    return not _whole(project.site, {"files": old["fronts"]}) or set(old["fronts"]) != set(site.FRONTS)


def _order(planned: Sequence[Report]) -> list[tuple[str, str]]:
    """The reports in reading order, each once, with the province it was made for."""
    return list(dict.fromkeys((report.name, str(report.parameters.get("province", ""))) for report in planned))


def _labels(project: Project) -> dict[str, dict[str, str]]:
    return {
        row["area"]: {language: row.get(f"label_{language}") or row["area"] for language in reports.LANGUAGES}
        for row in reports.areas(project)
    }


def _known_until(data: Path, evidence: str) -> str:
    """The latest day on which one of the sources was printed."""
    rows = (row for row in reports.rows(data / "sources.csv") if evidence in ("all", row.get("tier")))
    return max((row.get("published") or row.get("published_by", "") for row in rows), default="")


def _environment(project: Project) -> Any:
    """The jinja environment of the template, for pages that no notebook makes."""
    import jinja2

    environment = jinja2.Environment(loader=jinja2.FileSystemLoader(project.template), trim_blocks=True, lstrip_blocks=True)
    environment.filters.update(filters(str(project.template), str(project.data)))
    return environment


# ------------------------------------------------------------------------------------- one report, made


def make(arguments: Mapping[str, Any], folder: Path, limits: Limits, warm: bool) -> None:
    """Run the notebook of one report; leave its page, record and table in the folder: ``page.html|json|csv``.

    Raises RunError, with the cell and the cause, where no page can be made.
    """
    executed = kernels.execute(Path(arguments["notebook"]), arguments["parameters"], folder, limits, warm, arguments["places"])
    page = about(executed, arguments)
    run, key = page["record"], page["key"]
    text = render(executed, page, arguments["template"], arguments["data"])
    if reports.stamped(text.encode()) != key:
        raise RunError("the template does not write the key into the head of the page (meta name=key-…)")
    refused = refusals(text, run, arguments)
    if refused:
        more = f"; and {len(refused) - 5} more" if len(refused) > 5 else ""
        raise RunError(f"the gate refuses the page: {'; '.join(refused[:5])}{more}. Show numbers as Quantities.")
    (folder / "page.html").write_text(text, encoding="utf-8", newline="\n")
    (folder / "page.json").write_text(
        json.dumps({name: page[name] for name in _KEPT}, ensure_ascii=False, indent=1, sort_keys=True) + "\n",
        encoding="utf-8",
    )
    (folder / "page.csv").write_text(_table(run.get("quantities", [])), encoding="utf-8-sig", newline="")


_KEPT = ("report", "language", "parameters", "key", "edition", "record")


def about(executed: Any, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """What the template is told of an executed notebook; its first lines describe it."""
    run = _record(executed)
    run["title"] = run.get("title") or arguments["title"] or _first_heading(executed)
    files = {"json": f"{arguments['report']}.json", "csv": f"{arguments['report']}.csv"}
    return {
        **arguments["page"],
        "report": arguments["report"],
        "language": arguments["language"],
        "parameters": arguments["shown_parameters"],
        "key": arguments["key"],
        "edition": reports.edition(arguments["key"]),
        "record": run,
        "changed": [],
        "files": files,
        "pdf": None,
        "json_ld": site.linked_data(run, files, LICENCE),
    }


def refusals(text: str, run: dict[str, Any], arguments: Mapping[str, Any]) -> list[str]:
    """Why the gate refuses a page: against the record of its run, and the names and figures of the data."""
    data = Path(arguments["data"])
    names = {*_labels_of_names(data), *_names_of_sources(data), reports.edition(arguments["key"])}
    figures = list(reports.rows(data / "figures.csv"))
    values = {row.get("figure", ""): row.get("value", "") for row in figures}
    places = {f"{word} {row.get('locator', '')[1:]}" for row in figures for word in ("đoạn", "paragraph")}
    return gate.refusals(text, run, names, arguments["page"]["known_until"], values, places)


def render(executed: Any, page: Mapping[str, Any], template: str, data: str) -> str:
    """The page of an executed notebook, through nbconvert and our template."""
    import jinja2

    shown = executed.copy()
    # Without the cell that papermill added, cells count as in the source of the notebook.
    shown.cells = [cell for cell in executed.cells if "injected-parameters" not in cell.metadata.get("tags", [])]
    taken = _taken(shown)
    toc = contents(shown, page["language"], HeadingIds(taken), _names(Path(data)))
    briefing = {**page, "toc": toc, "ids": HeadingIds(taken)}
    try:
        text, _ = exporter(template, data).from_notebook_node(shown, {"briefing": briefing})
    except (Refused, jinja2.TemplateError) as error:
        raise RunError(f"no page can be made: {error}") from None
    return str(text).strip() + "\n"


def _of_other_language(cell: Any, language: str) -> bool:
    tags = set(cell.metadata.get("tags", [])) & set(reports.LANGUAGES)
    return cell.cell_type == "markdown" and bool(tags) and language not in tags


def _record(executed: Any) -> dict[str, Any]:
    for cell in reversed(executed.cells):
        for output in reversed(cell.get("outputs", [])):
            if RECORD in output.get("data", {}):
                return dict(output["data"][RECORD])
    raise RunError(
        f"the notebook shows no record of its run ({RECORD}), so it made no report. End it with the cell that lists the sources."
    )


def _first_heading(executed: Any) -> str:
    for cell in executed.cells:
        for output in cell.get("outputs", []):
            found = re.search(r"<h1[^>]*>(.*?)</h1>", output.get("data", {}).get("text/html", ""), re.DOTALL)
            if found:
                return site.plain(found[1])
    return ""


def _table(quantities: Iterable[Mapping[str, Any]]) -> str:
    """The numbers of a page as CSV."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for quantity in quantities:
        values = (quantity.get(column) for column in _COLUMNS)
        writer.writerow(["" if value is None else " ".join(value) if isinstance(value, list) else value for value in values])
    return text.getvalue()


# ----------------------------------------------------------------------------------- the page's template


class Refused(Exception):
    """What the template will not put before a reader."""


@functools.cache
def exporter(template: str, data: str) -> Any:
    """nbconvert's exporter with our template; made once, before the reports are forked from its process."""
    from nbconvert.exporters import HTMLExporter, TemplateExporter

    class Exporter(HTMLExporter):
        """HTMLExporter without its last pass, which parses the page again and invents alt texts."""

        def from_notebook_node(self, nb: Any, resources: Any = None, **settings: Any) -> Any:
            return TemplateExporter.from_notebook_node(self, nb, resources, **settings)

    folder = Path(template)
    exporting: Any = Exporter
    # Checked once, after the preprocessors, instead of after each of them.
    made = exporting(template_name=folder.name, extra_template_basedirs=[str(folder.parent)], optimistic_validation=True)
    for name, function in filters(template, data).items():
        made.register_filter(name, function)
    return made


def warm_up(template: str, data: str) -> None:
    """Make what every page needs in the process the reports are forked from: its children inherit it."""
    from jinja2 import meta

    nbformat: Any = importlib.import_module("nbformat")

    environment = exporter(template, data).environment
    names, seen = {path.name for path in Path(template).glob("*.j2")}, set[str]()
    while names - seen:
        name = min(names - seen)
        seen.add(name)
        environment.get_template(name)  # compiled here, and kept
        source = environment.loader.get_source(environment, name)[0]
        names.update(filter(None, meta.find_referenced_templates(environment.parse(source))))
    nbformat.reads(nbformat.writes(nbformat.v4.new_notebook()), as_version=4)  # its validator is compiled, too


def read_ahead(data: str) -> None:
    """Read the tables, and each printed number, in the process the reports are forked from."""
    figures = importlib.import_module("analysis.figures")
    known = figures.load(data)
    for figure in known.every:
        known[figure]


def filters(template: str, data: str) -> dict[str, Callable[..., str]]:
    """The filters of the template, as its first lines describe them."""
    import jinja2

    words = tomllib.loads((Path(template) / "words.toml").read_text(encoding="utf-8"))
    names = _names(Path(data))

    @jinja2.pass_context
    def word(context: Any, name: str, language: str = "") -> str:
        try:
            return str(words[name][language or context["resources"]["briefing"]["language"]])
        except KeyError:
            raise Refused(f"words.toml has no {name!r} in this language") from None

    @jinja2.pass_context
    def markdown2html(context: Any, source: str) -> str:
        return _markdown(source, names, context["resources"]["briefing"]["ids"])

    def refuse(message: str) -> str:
        raise Refused(message)

    return {
        "word": word,
        "refuse": refuse,
        "names": lambda text: _wrapped(str(text), names),
        "markdown2html": markdown2html,
    }


def _labels_of_names(data: Path) -> set[str]:
    """The names of names.csv, in both languages: what a digit in a sentence may be part of."""
    rows = reports.rows(data / "names.csv")
    return {row.get(f"label_{language}", "") for row in rows for language in reports.LANGUAGES} - {""}


def _names_of_sources(data: Path) -> set[str]:
    """Headlines and publishers: what a page quotes with the digits in it."""
    return {row.get(column, "") for row in reports.rows(data / "sources.csv") for column in ("headline", "publisher")} - {""}


def _names(data: Path) -> re.Pattern[str]:
    """A pattern that finds the names of names.csv, longest first."""
    escaped = sorted((html.escape(label) for label in _labels_of_names(data)), key=lambda label: (-len(label), label))
    return re.compile("|".join(map(re.escape, escaped)) or r"(?!)")


def _wrapped(text: str, names: re.Pattern[str]) -> str:
    return names.sub(lambda found: f'<span class="name">{found[0]}</span>', html.escape(text))


def _markdown(source: str, names: re.Pattern[str], ids: HeadingIds) -> str:
    """Markdown as HTML: headings get ASCII ids, names are wrapped, nothing is read as mathematics."""
    import mistune

    class Renderer(mistune.HTMLRenderer):
        def text(self, text: str) -> str:
            return _wrapped(text, names)

        def heading(self, text: str, level: int, **attributes: Any) -> str:  # noqa: ARG002
            return f'<h{level} id="{ids.give(level, site.plain(text))}">{text}</h{level}>\n'

    return str(mistune.create_markdown(renderer=Renderer(escape=False), plugins=["table", "strikethrough"])(source))


class HeadingIds:
    """Gives each heading of a page an id of its own, and remembers them in order."""

    def __init__(self, taken: Iterable[str]) -> None:
        self._taken = set(taken)
        self.given: list[tuple[int, str, str]] = []

    def give(self, level: int, text: str) -> str:
        """The id of the next heading: its slug, numbered where another element has it."""
        wanted = unique = slug(text)
        number = 1
        while unique in self._taken:
            number += 1
            unique = f"{wanted}-{number}"
        self._taken.add(unique)
        self.given.append((level, text, unique))
        return unique


def slug(text: str) -> str:
    """An ASCII id for a heading.

    >>> slug("Đảng bộ và chi bộ")
    'dang-bo-va-chi-bo'
    """
    ascii_only = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D")).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", ascii_only.lower()).strip("-") or "section"


def contents(executed: Any, language: str, ids: HeadingIds, names: re.Pattern[str]) -> list[dict[str, str]]:
    """The sections of a page: the ``## `` headings of its cells, and those that its code writes."""
    found: list[dict[str, str]] = []
    for cell in executed.cells:
        if cell.cell_type == "markdown" and not _of_other_language(cell, language):
            before = len(ids.given)
            _markdown(cell.source, names, ids)
            found += [{"id": name, "text": text} for level, text, name in ids.given[before:] if level == 2]
        for output in cell.get("outputs", []):
            written = output.get("data", {}).get("text/html", "")
            for name, text in re.findall(r'<section[^>]* id="([^"]+)"[^>]*>\s*<h2[^>]*>(.*?)</h2>', written, re.DOTALL):
                found.append({"id": name, "text": site.plain(text)})
    return found


def _taken(executed: Any) -> set[str]:
    """The ids on a page that no heading may have: the template's own, and those in what the code wrote."""
    outputs = (output.get("data", {}).get("text/html", "") for cell in executed.cells for output in cell.get("outputs", []))
    return {"main", "contents", "cite", "edition", "changed", "reports"}.union(
        *(re.findall(r' id="([^"]+)"', each) for each in outputs)
    )
