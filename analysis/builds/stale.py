"""Which reports are stale, and why: a key of digests, one for each part that a page is made from.

The package is one digest. What a run got from the tables is a list of questions (their names are
explained in `questions`), each with the digest of its answer; the other files that the run opened
are listed with theirs. Questions are asked again only where a table has changed, so a build with
nothing to do imports nothing but the standard library.

A key names files within the data `<data>/x.json`, within the project `notebooks/x.json`, elsewhere
by the whole path; a name that ends in `/` is the list of what is in a folder.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from analysis.builds import plan
from analysis.builds.manifests import digest as digest
from analysis.builds.plan import Project, Report
from analysis.errors import UserError
from analysis.numbers import tables, wording
from analysis.pages.site import Site

if TYPE_CHECKING:
    from analysis.numbers.figures import Figures

# The parts of a key in the order in which they are named as reasons, and the words for them there.
PARTS = {
    "notebook": "notebook",
    "parameters": "parameters",
    "answers": "data",
    "files": "file",
    "package": "code",
    "template": "template",
    "lock": "lock",
    "reports": "reports",
}

# A part is one digest, or several by name: parameters, answers, files, template and reports.
Key: TypeAlias = "dict[str, str | dict[str, str]]"

# The digests of each table's rows by id.
RowDigests: TypeAlias = Mapping[str, Mapping[str, str]]

NEW, ABSENT = "new", "absent"
_DATA = "<data>/"
_LINK = "page of "  # names, in the part `reports`, the page of an area to which a report links


# ------------------------------------------------------------------------------ files and tables


def digest_of(path: Path) -> str:
    """The digest of a file, or of the names in a folder; "absent" where there is neither."""
    try:
        if path.is_dir():
            return digest("\n".join(sorted(file.name for file in path.iterdir())))
        return digest(path.read_bytes())
    except OSError:
        return ABSENT


def file_name(path: Path, project: Project) -> str:
    """The name of a file in a key."""
    for folder, prefix in ((project.data, _DATA), (project.root, "")):
        if path.is_relative_to(folder):
            return f"{prefix}{path.relative_to(folder).as_posix()}"
    return path.as_posix()


def files(names: Iterable[str], project: Project) -> dict[str, str]:
    """The digests of files today, by their names in a key."""
    digests = {}
    for name in names:
        within = name.removeprefix(_DATA)
        folder = project.root if within == name else project.data
        digests[name] = digest_of(folder / within)
    return digests


def tables_digest(project: Project) -> str:
    """One digest of all tables: while it is the same, so are the answers to every question."""
    return digest({path.name: digest_of(path) for path in project.data.glob("*.csv")})


def tables_written(project: Project) -> dict[str, tuple[int, int]]:
    """When each table was last written, and which file it is.

    Unlike `tables_digest` this differs after a table was changed and changed back.
    """
    stats = {path.name: path.stat() for path in project.data.glob("*.csv")}
    return {name: (stat.st_ctime_ns, stat.st_ino) for name, stat in stats.items()}


def _folder(folder: Path, without: Path | None = None) -> dict[str, str]:
    """The digests of all files below a folder, but for caches and what is hidden."""
    digests = {}
    for path in folder.rglob("*"):
        parts = path.relative_to(folder).parts
        hidden = any(part.startswith((".", "__pycache__")) for part in parts)
        if not hidden and not (without and path.is_relative_to(without)) and path.is_file():
            digests["/".join(parts)] = digest_of(path)
    return digests


# -------------------------------------------------------------------------------------------- keys


@dataclass(frozen=True)
class Shared:
    """What the keys of all reports have in common, as it is now.

    `parts` are the parts that are the same in every key: package, template, lock, and `reports`
    (title, licence and navigation of the site). `state` is the digest of all tables,
    `written` when each was written.
    """

    project: Project
    site: Site
    parts: Key
    state: str
    written: Mapping[str, tuple[int, int]]

    @cached_property
    def rows(self) -> RowDigests:
        """The digests of all rows: what an edition keeps, to name a changed row later."""
        digests: dict[str, dict[str, str]] = {}
        for path in self.project.data.glob("*.csv"):
            with contextlib.suppress(UserError):  # the check of the data says what is wrong with it
                table = tables.rows(path)
                digests[path.name] = {next(iter(row.values())): digest(row) for row in table}
        return digests

    def key(self, report: Report) -> Key:
        """The parts of a report's key that are known before it has run."""
        parameters = {name: digest([value]) for name, value in report.parameters.items()}
        notebook = self._notebooks.get(report.notebook, ABSENT)
        return {"notebook": notebook, "parameters": parameters, **self.parts}

    @cached_property
    def _notebooks(self) -> dict[str, str]:
        """The digest of each notebook, which is read once however many reports it makes."""
        return _folder(self.project.notebooks)


def share(project: Project) -> Shared:
    """What the keys of all reports have in common, read from the disk."""
    site = plan.site(project)
    template = project.code / "pages" / "templates"
    parts: Key = {
        "package": digest(_folder(project.code, template)),
        "template": _folder(template),
        "lock": digest_of(project.code.parent / "requirements.lock"),
        "reports": {name: digest([value]) for name, value in vars(site.imprint).items()},
    }
    written = tables_written(project)  # before they are read
    return Shared(project, site, parts, tables_digest(project), written)


def complete(
    key: Key, answers: dict[str, str], files: dict[str, str], linked: Iterable[str], site: Site
) -> Key:
    """A key with the parts that only a run can give: its answers, and the files it opened.

    Of the areas with the codes `linked`, to the pages of which the report links, `reports` has
    these pages and the squares on maps of tiles: where each stands, the limits of its shades.
    """
    limits = [str(limit) for limit in site.map.get("classes", ())]
    squares = {code: [*at, *limits] for code, at in site.tiles.items()}
    links = {
        _LINK + code: " ".join([site.pages.get(code, ""), *squares.get(code, ())])
        for code in linked
    }
    reports: Any = key["reports"]
    parts: Key = {**key, "answers": answers, "files": files, "reports": reports | links}
    return {part: parts[part] for part in PARTS}


def known(project: Project, parameters: Mapping[str, Any]) -> Figures:
    """The figures that a report with these parameters, or the front page of a site, may show."""
    from analysis.numbers import figures  # with pandas: not in a build with nothing to do

    day, evidence = (parameters.get(name, "") for name in ("known_on", "evidence"))
    return figures.load(project.data, known_on=day, evidence=evidence or "all")


def stamp(key: Key) -> dict[str, str]:
    """A key as a page carries it, with one digest for each part; the manifest has it in full."""
    return {part: value if isinstance(value, str) else digest(value) for part, value in key.items()}


def version(key: Key) -> str:
    """The version of a page: twelve hexadecimal digits of its key."""
    return digest(stamp(key))[:12]


def with_sources(names: Iterable[str], data: Path) -> list[str]:
    """The questions, with those for the source and the indicator of each figure they name.

    A page shows both beside a figure; as questions of their own they can be named as the reason why
    it is stale.
    """
    asked, path = set(names), data / "figures.csv"
    dependencies = _sources(path, path.read_bytes())
    for name in list(asked):
        asked |= dependencies.get(name, set())
    return sorted(asked)


@lru_cache(maxsize=1)
def _sources(path: Path, _: bytes) -> dict[str, set[str]]:
    """By the question for a figure, those for its source and indicator; read once a build."""
    return {
        f"figures.csv:{row['figure']}": {
            f"sources.csv:{row['source']}", f"indicators.csv:{row['indicator']}"
        }
        for row in tables.rows(path)
    }  # fmt: skip


# ------------------------------------------------------------------------------------------- stale


def stale(
    planned: Sequence[Report],
    shared: Shared,
    manifest: Mapping[str, Any],
    damaged: Mapping[str, str],
) -> dict[str, str]:
    """The reason for each report whose pages must be made again, by the report's name.

    `damaged` says, by file of the site, why it is not as it was published.
    """
    reasons = {}
    for report in planned:
        why = damage(report, manifest, damaged)
        why = why or changed(report, shared, manifest["reports"][report.name], manifest["tables"])
        if why:
            reasons[report.name] = why
    return reasons


def damage(report: Report, manifest: Mapping[str, Any], damaged: Mapping[str, str]) -> str:
    """Why the published files of a report cannot stay, even if no input changed; "" if they can.

    The pages of both languages belong together: where one of their files is damaged, both are made
    again.
    """
    for path in report.pages.values():
        if path not in manifest["pages"]:
            return NEW
        for name in sorted(damaged.keys() & manifest["pages"][path]["files"].keys()):
            return f"{'page' if name == path else name.rpartition('.')[2]} {damaged[name]}"
    return ""


def changed(report: Report, shared: Shared, entry: Mapping[str, Any], before: RowDigests) -> str:
    """Which inputs of a report have changed since it was made; "" where none has.

    `entry` is that of the manifest, or what its run left in `key.json`; `before` are the
    digests of the rows at that time, as far as they are known.
    """
    was: Key = entry["key"]
    answers: Any = was["answers"]
    if entry["state"] != shared.state:
        from analysis.numbers import figures

        try:
            answers = figures.answer_digests(known(shared.project, report.parameters), answers)
        except UserError:
            return "data cannot be read"
    linked = (name.removeprefix(_LINK) for name in was["reports"] if name.startswith(_LINK))
    opened = files(was["files"], shared.project)
    now = complete(shared.key(report), answers, opened, linked, shared.site)
    if now == was:
        return ""
    return reason(was, now, before, shared.rows if answers != was["answers"] else {})


def reason(was: Key, now: Key, before: RowDigests, after: RowDigests) -> str:
    """Why a page that was made with one key is stale under another one; "" where it is not.

    `before` and `after` are the digests of the rows of the tables at both times. A question or file
    that only one of the two runs has is no reason: another change must have led to it.

    >>> reason({"answers": {"figures.csv:x": "1"}}, {"answers": {"figures.csv:x": "2"}}, {}, {})
    'data changed: figures.csv x'
    """
    reasons = []
    for part, words in PARTS.items():
        old, new = was.get(part), now.get(part)
        if isinstance(old, dict) and isinstance(new, dict):
            own = part in ("answers", "files")
            names = old.keys() & new.keys() if own else old.keys() | new.keys()
            differing = sorted(name for name in names if old.get(name) != new.get(name))
            if part == "answers":
                differing = _down_to_rows(differing, before, after)
            if differing:
                reasons.append(f"{words} changed: {wording.some(differing)}")
        elif old != new:
            reasons.append(f"{words} changed")
    return "; ".join(reasons)


def _down_to_rows(asked: Sequence[str], before: RowDigests, after: RowDigests) -> list[str]:
    """Questions whose answers changed, in words: as the rows that changed, where these are known.

    The answer for a figure also changes with its source. Then the row of the source is named once,
    and not every figure that was read there.
    """
    differing = [
        (file, row)
        for file in before.keys() & after.keys()
        for row in before[file].keys() | after[file].keys()
        if before[file].get(row) != after[file].get(row)
    ]
    named = {f"{file}:{row}" for file, row in differing if {file, f"{file}:{row}"} & set(asked)}
    with_rows = tuple(f"{name.partition(':')[0]}:" for name in named)
    searches = {name for name in asked if "=" in name or name.endswith((":*", ":latest"))}
    named |= {name for name in searches if not name.startswith(with_rows)}
    return [_in_words(name) for name in sorted(named or asked)]


def _in_words(question: str) -> str:
    """A question as people read it: `figures.csv where area=ha-noi and role=after`."""
    from urllib.parse import unquote  # a question quotes the words that it asks for

    table, _, what = question.partition(":")
    where = "where " if "=" in what else ""
    return f"{table} {where}{unquote(what.replace('&', ' and '))}".strip()
