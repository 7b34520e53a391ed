"""One complete edition: the pages of all reports, new or kept, and those that no notebook makes.

It is put together beside the published one, whose files it shares where they stay the same, and
then swapped in.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from analysis.builds import history, outputs, plan, stale
from analysis.builds.outputs import OutputsError
from analysis.builds.plan import LANGUAGES, Project, Report
from analysis.builds.stale import Shared


@dataclass
class Outcome:
    """What a build did, by the names of reports: built, fresh, and for each failed one why."""

    built: list[str] = field(default_factory=list)
    fresh: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)
    changes: list[history.Change] = field(default_factory=list)
    published: bool = False


@dataclass(frozen=True)
class Work:
    """What a build is about: what is planned and published, and what of it is to be made.

    `published` is the manifest of the edition before, as far as its pages are good to keep;
    `reasons` say why reports are stale, `wanted` are those to be made now.
    """

    project: Project
    planned: Sequence[Report]
    shared: Shared
    common: Mapping[str, Any]
    published: Mapping[str, Any]
    reasons: Mapping[str, str]
    wanted: Sequence[Report]

    @property
    def older(self) -> dict[str, str]:
        """The reports that stay as they are although they are stale, and why they are."""
        wanted = {report.name for report in self.wanted}
        left = {page["report"] for page in self.published["pages"].values() if "kept" not in page}
        return {name: why for name, why in self.reasons.items() if name in left - wanted}


def put_together(work: Work, folder: Path, outcome: Outcome, printers: int = 0) -> None:
    """Put a complete edition together beside the current one, printed where asked; swap it in."""
    new = folder / "site"
    for language in LANGUAGES:
        (new / language).mkdir(parents=True)
    manifest = {
        **history.empty_manifest(),
        "common": dict(work.common),
        "fronts_key": _fronts_key(work),
        "known_until": _known_until(work),
        "tables": work.shared.rows,
    }
    for report in work.planned:
        _place(report, work, new, folder, outcome, manifest)
    if not manifest["pages"]:
        return
    if printers:
        _print(new, manifest["pages"], printers)
    with _template_errors():
        for path, text in _fronts(work, new, manifest).items():
            outputs.write(new / path, text)
            manifest["fronts"][path] = stale.sha256(text.encode())
        text = history.manifest_text(manifest)
        outputs.write(new / "manifest.json", text)
        _write_history(work, new, manifest, outcome)
    outputs.swap(work.project, new, stale.sha256(text.encode())[:16])
    outcome.published = True


def _place(
    report: Report,
    work: Work,
    new: Path,
    folder: Path,
    outcome: Outcome,
    manifest: dict[str, Any],
) -> None:
    """Put both pages of a report, new or else the last good ones, into the edition."""
    name, published = report.name, work.published
    if name in outcome.built:
        made = folder / "reports" / name
        for language, path in report.pages.items():
            manifest["pages"][path] = _place_new(report, language, made, new)
        left = _read(made / "key.json")
        manifest["reports"][name] = {"key": left["key"], "state": left["state"]}
        return
    pages = {path: published["pages"].get(path) for path in report.pages.values()}
    if all(page and _whole(work.project.site, page["files"]) for page in pages.values()):
        for path, page in pages.items():
            _link(work.project, new, page["files"])
            manifest["pages"][path] = _marked(page, name, work, outcome)
        if name in published["reports"]:
            state = {"state": work.shared.state} if name in outcome.fresh else {}
            manifest["reports"][name] = {**published["reports"][name], **state}
        return
    if name in {*outcome.fresh, *work.older}:
        outcome.fresh = [each for each in outcome.fresh if each != name]
        outcome.failed[name] = "its pages were changed while the build was running. Build again."
    if name in outcome.failed:
        manifest["failed"][name] = outcome.failed[name]


def _marked(page: Mapping[str, Any], name: str, work: Work, outcome: Outcome) -> dict[str, Any]:
    """The entry of a page that stays, with why: its new run failed, or was not asked for."""
    plain = {part: value for part, value in page.items() if part not in ("kept", "older")}
    kept = outcome.failed.get(name) or (page.get("kept") if name in work.reasons else "")
    marks = {"kept": kept, "older": work.older.get(name)}
    return plain | {mark: why for mark, why in marks.items() if why}


def _place_new(report: Report, language: str, made: Path, new: Path) -> dict[str, Any]:
    files = {}
    for name in report.of(language):
        file = made / f"{language}.{name.rpartition('.')[2]}"
        files[name] = stale.sha256(file.read_bytes())
        outputs.sync(file)
        file.replace(new / name)
    return history.entry(_read(new / f"{language}/{report.name}.json"), files)


def _link(project: Project, new: Path, files: Mapping[str, str]) -> None:
    for name in files:
        outputs.link(project.site.resolve() / name, new / name)


def _whole(folder: Path, files: Mapping[str, str]) -> bool:
    try:
        return all(stale.sha256((folder / name).read_bytes()) == files[name] for name in files)
    except OSError:
        return False


def _pdf(path: str) -> str:
    """Where the PDF of a page lies: beside it."""
    return f"{path.removesuffix('.html')}.pdf"


def _read(path: Path) -> dict[str, Any]:
    return dict(json.loads(path.read_bytes()))


def unprinted(work: Work, pdf: bool) -> bool:
    """Whether PDFs are asked for and a page has none."""
    pages = work.published["pages"].items()
    return pdf and any(_pdf(path) not in page["files"] for path, page in pages)


def _print(new: Path, pages: Mapping[str, Any], printers: int) -> None:
    """The PDF of each page that has none yet."""
    from analysis.pages import paper

    missing = [path for path, page in pages.items() if _pdf(path) not in page["files"]]
    paper.pdfs([(new / path, new / _pdf(path)) for path in missing], printers)
    for path in missing:
        outputs.sync(new / _pdf(path))
        pages[path]["files"][_pdf(path)] = stale.sha256((new / _pdf(path)).read_bytes())


# -------------------------------------------------------------- the pages that no notebook makes


def _fronts_key(work: Work) -> dict[str, str]:
    """What the front pages are made from, beside the pages of the reports."""
    order = stale.digest(json.dumps(_order(work.planned)))
    parts = stale.stamp(dict(stale.base(work.planned[0], work.project, work.shared)))
    shared = {part: parts[part] for part in ("package", "template", "lock", "reports")}
    return {**shared, "order": order, "tables": work.shared.state}


def fronts_stale(work: Work) -> bool:
    """Whether the front pages are damaged, made from other things, or tell what is not so now."""
    manifest, site = work.published, work.project.site
    pages = manifest["pages"]
    if not pages:
        return False
    gone = set(pages) - {path for report in work.planned for path in report.pages.values()}
    older = {page["report"]: page["older"] for page in pages.values() if "older" in page}
    kept = {page["report"] for page in pages.values() if "kept" in page}
    return (
        bool(gone)
        or older != work.older
        or not kept <= work.reasons.keys()
        or manifest["fronts_key"] != _fronts_key(work)
        or set(manifest["fronts"]) != set(history.FRONTS)
        or not _whole(site, manifest["fronts"])
        or history.read_history(site) is None
    )


def _order(planned: Sequence[Report]) -> list[tuple[str, str]]:
    """The reports in reading order, each with the province it is made for."""
    return [(report.name, str(report.parameters.get("province", ""))) for report in planned]


def _known_until(work: Work) -> str:
    """The last day that the site knows of."""
    from analysis.numbers import figures

    day, evidence = work.common.get("known_on", ""), work.common.get("evidence", "all")
    loaded = figures.load(work.project.data, known_on=day, evidence=evidence)
    return str(day or loaded.latest())


def _fronts(work: Work, new: Path, manifest: Mapping[str, Any]) -> dict[str, str]:
    """The front page of each language and the door to both, by path."""
    from analysis.pages import fronts

    site, data = plan.site(work.project), work.project.data
    pages, listable = manifest["pages"], manifest["reports"]  # without those of an earlier version
    labels = {row["area"]: row for row in plan.areas(work.project)}
    texts = {}
    for front, language in history.FRONTS.items():
        if not language:
            texts[front] = fronts.door(site, data)
            continue
        listed = [
            {
                "name": name,
                "area": area,
                "label": labels[area][f"label_{language}"] if area else "",
                "record": history.read_record(new, f"{language}/{name}.html"),
            }
            for name, area in _order(work.planned)
            if name in listable
        ]
        marked = {
            mark: sorted(path for path, page in pages.items() if page.get(mark))
            for mark in ("kept", "older")
        }
        edition = history.short_edition(manifest, language)
        until = manifest["known_until"]
        texts[front] = fronts.front(language, site, listed, edition, until, **marked, data=data)
    return texts


def _write_history(work: Work, new: Path, manifest: Mapping[str, Any], outcome: Outcome) -> None:
    """Write what changed since the edition before: `changes.json`, and a page in each language."""
    from analysis.pages import fronts

    site, about = work.project.site, plan.site(work.project)
    data = work.project.data
    noted, pages = history.read_history(site), history.pages_digest(manifest)
    if noted is not None and noted["pages"] == pages:  # repaired, or with other front pages
        changes, ids = noted["changes"], noted["editions"]
    else:
        before = history.read_manifest(site)
        both = [manifest, before] if before["pages"] else [manifest]
        ids = {code: [history.short_edition(each, code) for each in both] for code in LANGUAGES}
        changes = outcome.changes = history.difference(site, new) if len(both) > 1 else []
    files = {}
    for path, language in history.HISTORY.items():
        if not language:
            continue
        names = {
            page.partition("/")[2]: entry["title"]
            for page, entry in manifest["pages"].items()
            if entry["language"] == language
        }
        causes = history.rows(language, changes)
        text = fronts.history(language, about, causes, ids[language], names, data)
        outputs.write(new / path, text)
        files[path] = stale.sha256(text.encode())
    about = {
        "format": history.FORMAT,
        "edition": stale.sha256((new / "manifest.json").read_bytes()),
        "pages": pages,
        "editions": ids,
        "files": files,
        "changes": [asdict(change) for change in changes],
    }
    outputs.write(new / "changes.json", history.manifest_text(about))


@contextlib.contextmanager
def _template_errors() -> Iterator[None]:
    """Say in one line what is wrong with the templates of the pages that no notebook makes."""
    import jinja2

    try:
        yield
    except jinja2.TemplateSyntaxError as error:
        where = f"{error.filename}:{error.lineno}"
        raise OutputsError(f"{where}: {error.message}. Correct the template.") from None
    except (jinja2.TemplateError, UnicodeDecodeError) as error:
        cause = f"the front pages cannot be made: {error}"
        raise OutputsError(f"{cause}. Correct the template.") from None
