"""One complete edition: the pages of all reports, new or kept, and the pages of the site itself.

It is put together beside the published edition, shares the files that stay the same with it, and is
then swapped in.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.builds import manifests, outputs, plan, stale
from analysis.builds.options import Options
from analysis.builds.outputs import OutputsError
from analysis.builds.plan import Project, Report
from analysis.builds.stale import Shared
from analysis.numbers import schema
from analysis.numbers.schema import LANGUAGES

if TYPE_CHECKING:
    from analysis.builds.history import Difference
    from analysis.numbers.figures import Figures


@dataclass(frozen=True)
class Outcome:
    """What a build did: the names of reports built, fresh, and failed (with the reason)."""

    built: Sequence[str] = ()
    fresh: Sequence[str] = ()
    failed: Mapping[str, str] = field(default_factory=dict)
    changes: Sequence[Difference] = ()
    published: bool = False


@dataclass(frozen=True)
class Work:
    """What one build has to do: what is asked for, planned, published, and to be made.

    `before` is the manifest of the published edition, `damaged` its files that are not as they were
    published, `reasons` say why reports are stale, `wanted` are those to be made now.
    """

    project: Project
    options: Options
    planned: Sequence[Report]
    shared: Shared
    before: Mapping[str, Any]
    damaged: Mapping[str, str]
    reasons: Mapping[str, str]
    wanted: Sequence[Report]

    @property
    def folder(self) -> Path:
        """The working folder of the build, beside the editions."""
        return outputs.editions(self.project) / outputs.WORK

    def made(self, name: str) -> Path:
        """Where a report is made."""
        return self.folder / "reports" / name

    @property
    def fresh(self) -> list[str]:
        """The reports that are not stale."""
        return [report.name for report in self.planned if report.name not in self.reasons]

    def built(self, failed: Mapping[str, str]) -> list[str]:
        """The reports that were made, where some `failed`."""
        return sorted(report.name for report in self.wanted if report.name not in failed)

    def marks(self, failed: Mapping[str, str]) -> dict[str, dict[str, str]]:
        """The stale reports whose published pages stay, with the reasons.

        `kept` are those whose new run failed, now or before; `older` those that this build left
        out.
        """
        left = (self.reasons.keys() & self.before["reports"].keys()) - {*self.built(failed)}
        failed = {**self.before["kept"], **failed}
        kept = {name: failed[name] for name in left & failed.keys()}
        return {"kept": kept, "older": {name: self.reasons[name] for name in left - kept.keys()}}


def put_together(work: Work, failed: Mapping[str, str], other_parts: Mapping[str, Any]) -> Outcome:
    """Put a complete edition together beside the published one, and swap it in.

    `failed` are the reports that could not be made, `other_parts` those of the manifest that
    `write_without_reports` gave.
    """
    from analysis.builds import history

    new, built, failed = new_edition(work), work.built(failed), dict(failed)
    for language in LANGUAGES:
        (new / language).mkdir(parents=True, exist_ok=True)
    manifest = manifests.empty() | {"common": work.options.common, "tables": work.shared.rows}
    for report in work.planned:
        if report.name in built:
            _place(report, work, new, manifest)
        elif report.name in work.before["reports"] and not _keep(report, work, new, manifest):
            cause = "its pages were changed while the build was running. Build again."
            failed.setdefault(report.name, cause)
    outcome = Outcome(built, [name for name in work.fresh if name not in failed], failed)
    if not manifest["pages"]:
        return outcome
    if work.options.prints:
        _print(new, manifest["pages"], work.options)
    manifest["fronts_key"] = _fronts_key(work, failed)
    for mark, names in work.marks(failed).items():
        manifest[mark] = {name: why for name, why in names.items() if name in manifest["reports"]}
    manifest |= other_parts
    _write_fronts(work, new, manifest)
    text = manifests.text(manifest)
    outputs.write(new / manifests.NAME, text)
    with _one_line():
        changes = history.write(work, new, manifest)
    outputs.swap(work.project, new, manifests.digest(text))
    return replace(outcome, changes=changes, published=True)


@contextlib.contextmanager
def _one_line() -> Iterator[None]:
    """Within the block, what is wrong with a template or a file of words is told in one line."""
    import jinja2

    try:
        yield
    except (jinja2.TemplateError, UnicodeDecodeError) as error:
        cause = " ".join(str(error).split())
        raise OutputsError(f"the front pages cannot be made: {cause}. Correct that file.") from None


def new_edition(work: Work) -> Path:
    """Where a build puts its edition together."""
    return work.folder / "site"


def _place(report: Report, work: Work, new: Path, manifest: dict[str, Any]) -> None:
    """Put the new files of a report into the edition."""
    folder = work.made(report.name)
    for language, path in report.pages.items():
        files = {}
        for file in folder.glob(f"{language}.*"):
            name = f"{language}/{report.name}{file.suffix}"
            files[name] = manifests.sha256(file.read_bytes())
            file.replace(new / name)
        about = _read((new / path).with_suffix(".json"))
        manifest["pages"][path] = manifests.entry(about, files)
    manifest["reports"][report.name] = _read(folder / "key.json")


def _keep(report: Report, work: Work, new: Path, manifest: dict[str, Any]) -> bool:
    """Link the published files of a report into the edition; False where they were changed."""
    name, folder, before = report.name, work.project.site, work.before
    pages = {path: before["pages"][path] for path in report.pages.values()}
    files = {file: digest for page in pages.values() for file, digest in page["files"].items()}
    if manifests.differing(folder, files):
        return False
    _link(folder, files, new)
    manifest["pages"] |= pages
    state = {} if name in work.reasons else {"state": work.shared.state}
    manifest["reports"][name] = {**before["reports"][name], **state}
    return True


def _link(folder: Path, names: Iterable[str], new: Path) -> None:
    """Share files of the published edition, in `folder`, with the new one."""
    for name in names:
        outputs.link(folder.resolve() / name, new / name)


def _read(path: Path) -> dict[str, Any]:
    return dict(json.loads(path.read_bytes()))


# ------------------------------------------------------------------------- beside pages: PDF, Word

_NOTES = "notes"  # what the manifest says of a page whose PDF holds them


def lacking(pages: Mapping[str, Mapping[str, Any]], kind: str) -> list[str]:
    """The pages without a file of a kind (`pdf`, `docx`) beside them."""
    return [path for path, page in pages.items() if _beside(path, kind) not in page["files"]]


def unprinted(pages: Mapping[str, Mapping[str, Any]], notes: bool) -> list[str]:
    """The pages that have no PDF beside them, or none with `notes` where these are asked for."""
    bare = [path for path, page in pages.items() if notes and not page.get(_NOTES)]
    return [*dict.fromkeys([*lacking(pages, "pdf"), *bare])]


def _beside(path: str, kind: str) -> str:
    return f"{path.removesuffix('html')}{kind}"


def _print(new: Path, pages: Mapping[str, Any], options: Options) -> None:
    from analysis.pages import paper

    pdfs = {path: _beside(path, "pdf") for path in unprinted(pages, options.notes)}
    for pdf in pdfs.values():  # a file without notes is that of the edition before, too
        (new / pdf).unlink(missing_ok=True)
    places = [(new / path, new / pdf) for path, pdf in pdfs.items()]
    paper.pdfs(places, options.workers, annex=options.notes)
    for path, pdf in pdfs.items():
        outputs.sync(new / pdf)
        pages[path]["files"][pdf] = manifests.sha256((new / pdf).read_bytes())
        pages[path].update({_NOTES: True} if options.notes else {})


# -------------------------------------------------------------- the pages that no notebook makes


def fronts_stale(work: Work) -> bool:
    """True where the front pages are damaged, or their inputs have changed."""
    before, folder = work.before, work.project.site
    return bool(before["pages"]) and (
        before["fronts_key"] != _fronts_key(work, {})
        or data_stale(work)
        or not work.damaged.keys().isdisjoint(before["fronts"] | before["data"])
        or not manifests.has_history(folder, before)
    )


def _fronts_key(work: Work, failed: Mapping[str, str]) -> str:
    """One digest of the inputs of the front pages, without those of reports."""
    marked = {mark: sorted(names) for mark, names in work.marks(failed).items()}
    shared = work.shared
    inputs = [_order(work), marked, shared.parts, asdict(shared.site), shared.state]
    return manifests.digest(inputs)


def data_stale(work: Work) -> bool:
    """True where the inputs of the folder `data` are not those of the published edition."""
    return str(work.before["data_key"]) != _data_key(work)


def _data_key(work: Work) -> str:
    """One digest of the inputs of the folder `data` of an edition."""
    shared, package = work.shared, stale.digest_of(work.project.data / schema.PACKAGE)
    return manifests.digest(
        [
            shared.state,
            package,
            shared.parts["package"],
            shared.parts["lock"],
            dict(work.options.common),
        ]
    )


@_one_line()
def write_without_reports(work: Work) -> dict[str, Any]:
    """Write the files of an edition that need no report, while reports are still made: the folder
    `data`, the explorer, and the choice of language.

    Gives the parts of the manifest that are about them.
    """
    from analysis.pages import explorer, fronts

    new, site, known = (
        new_edition(work),
        work.shared.site,
        stale.known(work.project, work.options.common),
    )
    new.mkdir(parents=True, exist_ok=True)
    door = fronts.door(site, work.project.data)
    texts = {"index.html": door, explorer.NAME: explorer.page(site.imprint, known)}
    data = _place_data(work, new, known)
    return {"data_key": _data_key(work), "data": data, "fronts": _write(new, texts)}


def _place_data(work: Work, new: Path, known: Figures) -> dict[str, str]:
    """Put the folder `data` into the edition, and give its files with their digests: that of the
    published edition where it is undamaged and its inputs are the same, else a new one."""
    before, folder = work.before, work.project.site
    if not (data_stale(work) or manifests.differing(folder, before["data"])):
        (new / "data").mkdir()
        _link(folder, before["data"], new)
        return dict(before["data"])
    from analysis.pages import package

    names = package.write(known, work.project.data, new / "data")
    if stale.tables_digest(work.project) != work.shared.state:
        raise outputs.data_changed_error(work.project)
    for name in names:
        outputs.sync(new / "data" / name)
    return {f"data/{n}": manifests.sha256((new / "data" / n).read_bytes()) for n in names}


def _order(work: Work) -> list[tuple[str, str]]:
    """The reports in reading order, each with the area it is about, "" for none: the first of its
    parameters that the plan lists as the code of an area."""
    areas = {row["area"] for row in plan.areas(work.project)}
    given = ((report.name, map(str, report.parameters.values())) for report in work.planned)
    return [(name, next((code for code in codes if code in areas), "")) for name, codes in given]


def _write_fronts(work: Work, new: Path, manifest: dict[str, Any]) -> None:
    """Write the pages of the site that lead to its reports, those of each language in a process of
    its own."""
    from analysis.builds import processes

    with processes.beside(len(LANGUAGES), "writes the front pages") as others:
        write = partial(write_language, work=work, new=new, manifest=manifest)
        for digests in others.map(write, LANGUAGES):
            manifest["fronts"] |= digests


@_one_line()
def write_language(
    language: str, work: Work, new: Path, manifest: Mapping[str, Any]
) -> dict[str, str]:
    """Write the front page of a language, its page about the data and one page for each source."""
    from analysis.pages import addresses, fronts

    site, known = work.shared.site, stale.known(work.project, work.options.common)
    marked = {
        mark: [path for name in sorted(manifest[mark]) for path in Report(name, "").pages.values()]
        for mark in ("kept", "older")
    }
    files = [name.removeprefix("data/") for name in manifest["data"]]
    listed = _listed(language, work, new, manifest)
    edition = manifests.edition_number(manifest, language)
    texts = {
        "index.html": fronts.front(language, site, known, listed, edition, **marked),
        "data.html": fronts.about_data(language, site, known, files, edition),
        **dict(addresses.pages(language, site, known, listed, edition)),
    }
    return _write(new, {f"{language}/{name}": text for name, text in texts.items()})


def _write(new: Path, texts: Mapping[str, str]) -> dict[str, str]:
    """Write some pages into the edition, and give their digests by name."""
    for path, text in texts.items():
        outputs.write(new / path, text)
    return {path: manifests.sha256(text.encode()) for path, text in texts.items()}


def _listed(
    language: str, work: Work, new: Path, manifest: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """The reports of an edition in a language: name, area and its label, record, and whether it
    is printed."""
    from analysis.pages import records

    labels = {row["area"]: row for row in plan.areas(work.project)}
    return [
        {
            "name": name,
            "area": area,
            "label": labels[area][f"label_{language}"] if area else "",
            "record": records.whole(_read(new / f"{language}/{name}.json")["record"]),
            "pdf": (new / f"{language}/{name}.pdf").exists(),
        }
        for name, area in _order(work)
        if f"{language}/{name}.html" in manifest["pages"]
    ]
