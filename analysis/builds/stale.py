"""Which reports are stale, and why: the parts that a page is made from, each with a digest.

Code is one digest. What a run got from the tables is a list of questions, each with the digest of
its answer; other files that it opened stand beside them. Answers are asked again only where a table
has changed, so a build with nothing to do imports nothing but the standard library.

Names of questions: `figures.csv:ID` is one row, `figures.csv:area=ha-noi` asks which rows answer,
`figures.csv:*` which rows there are, `figures.csv` is the whole table, `sources.csv:latest` the
last day on which a source was printed. Names of files: within the data `<data>/x.json`, within the
project `notebooks/x.json`, elsewhere the whole path; one that ends in `/` is what a folder lists.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, TypeAlias

from analysis.builds import plan
from analysis.builds.plan import Project, Report
from analysis.errors import UserError
from analysis.numbers import tables

# The parts of a key in the order in which they are named as reasons, and the words for them there.
PARTS = (
    *("notebook", "parameters", "answers", "files"),
    *("package", "template", "lock", "reports"),
)
_SPOKEN = {"answers": "data", "files": "file", "package": "code"}

# A part is one digest, or several by name: parameters, answers, files, template and reports.
Key: TypeAlias = "dict[str, str | dict[str, str]]"

# The digests of each table's rows by id, and of the whole table under the id "".
Rows: TypeAlias = Mapping[str, Mapping[str, str]]

ABSENT = "absent"
_DATA = "<data>/"
_MOST_NAMED = 4


# ----------------------------------------------------------------------------------------- digests


def digest(content: str | bytes) -> str:
    """The short digest of a text."""
    return sha256(content.encode("utf-8") if isinstance(content, str) else content)[:16]


def sha256(content: bytes) -> str:
    """The whole digest of a file's bytes, as a manifest has it."""
    return hashlib.sha256(content).hexdigest()


def digest_of(path: Path) -> str:
    """The digest of a file, or of the names in a folder; "absent" where there is neither."""
    try:
        if path.is_dir():
            return digest("\n".join(sorted(each.name for each in path.iterdir())))
        return digest(path.read_bytes())
    except OSError:
        return ABSENT


def file_name(path: Path, project: Project) -> str:
    """The name under which a key has a file."""
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


def rows(project: Project) -> dict[str, dict[str, str]]:
    """The digests of all rows of all tables: what an edition keeps, to name a changed row later."""
    found = {}
    for file, whole in _tables(project.data).items():
        found[file] = {"": whole}
        try:
            for row in tables.rows(project.data / file):
                found[file][next(iter(row.values()))] = digest(json.dumps(row))
        except UserError:
            pass  # the check of the data says what is wrong with it
    return found


def state(project: Project) -> str:
    """One digest of all tables: while it is the same, so are the answers to every question."""
    return _one(_tables(project.data))


def _tables(data: Path) -> dict[str, str]:
    return {path.name: digest_of(path) for path in sorted(data.glob("*.csv"))}


def _folder(folder: Path, *without: Path) -> dict[str, str]:
    """The digests of all files below a folder, but for caches and what is hidden."""
    found = {}
    for place, folders, names in os.walk(folder):
        here = Path(place)
        folders[:] = [
            name
            for name in sorted(folders)
            if not name.startswith((".", "__pycache__")) and here / name not in without
        ]
        for name in sorted(names):
            if not name.startswith("."):
                path = here / name
                found[path.relative_to(folder).as_posix()] = digest_of(path)
    return found


# -------------------------------------------------------------------------------------------- keys


@dataclass(frozen=True)
class Shared:
    """What the keys of all reports are made from, as it is now."""

    project: Project
    package: str
    template: dict[str, str]
    lock: str
    site: Mapping[str, Any]
    tables: Mapping[str, str]
    _digests: dict[Path, str] = field(default_factory=dict)
    _figures: dict[tuple[str, str], Any] = field(default_factory=dict)

    @property
    def reports(self) -> dict[str, str]:
        """The digests of what every page says of its site: title, links, summary."""
        return {name: digest(json.dumps(words)) for name, words in self.site.items()}

    @cached_property
    def state(self) -> str:
        """One digest of all tables, as `state` gives it."""
        return _one(self.tables)

    @cached_property
    def rows(self) -> Rows:
        """The digests of all rows, read when they are first asked for."""
        return rows(self.project)

    def once(self, path: Path) -> str:
        """The digest of a file, which is read once."""
        if path not in self._digests:
            self._digests[path] = digest_of(path)
        return self._digests[path]

    def answers(self, report: Report, names: Iterable[str]) -> dict[str, str]:
        """What the tables answer today to the questions of a report.

        Raises `UserError` where the data cannot be read.
        """
        from analysis.numbers import figures  # with pandas: only where a table has changed

        asked = {name: report.parameters.get(name, "") for name in ("known_on", "evidence")}
        day, evidence = asked["known_on"], asked["evidence"] or "all"
        if (day, evidence) not in self._figures:
            loaded = figures.load(self.project.data, known_on=day, evidence=evidence)
            self._figures[day, evidence] = loaded
        return figures.answers(self._figures[day, evidence], names)


def share(project: Project) -> Shared:
    """What the keys of all reports are made from, read afresh."""
    return Shared(
        project,
        _one(_folder(project.code, project.template)),
        _folder(project.template),
        digest_of(project.lock),
        plan.site(project),
        _tables(project.data),
    )


def base(report: Report, project: Project, shared: Shared) -> Key:
    """The parts of a report's key that are known before it has run."""
    parameters = {name: digest(json.dumps(value)) for name, value in report.parameters.items()}
    return {
        "notebook": shared.once(project.notebooks / report.notebook),
        "parameters": parameters,
        "package": shared.package,
        "template": shared.template,
        "lock": shared.lock,
        "reports": shared.reports,
    }


def whole(base: Key, answers: Mapping[str, str], files: Mapping[str, str]) -> Key:
    """A key with what only a run can tell: the answers it got, and the files it opened."""
    parts: Key = {**base, "answers": dict(answers), "files": dict(files)}
    return {part: parts[part] for part in PARTS}


def stamp(key: Key) -> dict[str, str]:
    """A key as a page carries it: one digest a part; what each stands for is in the manifest."""
    return {part: content if isinstance(content, str) else _one(content)
            for part, content in key.items()}  # fmt: skip


def edition(key: Key) -> str:
    """The short name of what a page was made from: the same wherever and whenever it is made."""
    return _one(stamp(key))[:12]


def _named(key: Key, part: str) -> dict[str, str]:
    """A part that holds several digests."""
    content = key[part]
    assert isinstance(content, dict)
    return content


def _one(digests: Mapping[str, str]) -> str:
    return digest(json.dumps(digests, sort_keys=True))


def behind(names: Iterable[str], data: Path) -> list[str]:
    """The questions, and for each figure that they name its source and its indicator.

    A figure is shown with both; named by themselves, they can be the reason why a page is stale.
    """
    asked = set(names)
    figures = {row["figure"]: row for row in tables.rows(data / "figures.csv")}
    for name in list(asked):
        row = figures.get(name.removeprefix("figures.csv:"))
        if row:
            asked |= {f"sources.csv:{row['source']}", f"indicators.csv:{row['indicator']}"}
    return sorted(asked)


# ------------------------------------------------------------------------------------------- stale


def stale(
    planned: Iterable[Report],
    project: Project,
    manifest: Mapping[str, Any],
    force: bool = False,
    shared: Shared | None = None,
) -> dict[str, str]:
    """The named reason for each report whose pages must be made again, by its name.

    The pages of both languages are one: where one of their files is damaged, both are made again.
    """
    planned = list(planned)
    shared = shared or share(project)
    reasons = {}
    for report in planned:
        why = damage(report, project, manifest)
        if not why and force:
            why = "forced"
        if not why:
            made = manifest.get("reports", {}).get(report.name)
            before = manifest.get("tables", {})
            why = changed(report, project, shared, made, before) if made else "not in the manifest"
        if why:
            reasons[report.name] = why
    return reasons


def damage(report: Report, project: Project, manifest: Mapping[str, Any]) -> str:
    """Why its published files cannot stay, whatever they were made from; "" where they can."""
    for language, path in report.pages.items():
        published = manifest["pages"].get(path)
        if published is None:
            return "not in the manifest" if (project.site / path).exists() else "new"
        for name in dict.fromkeys((*report.of(language), *published["files"])):
            kind = "page" if name == path else name.rpartition(".")[2]
            try:
                content = (project.site / name).read_bytes()
            except OSError:
                return f"{kind} missing"
            if sha256(content) != published["files"].get(name):
                return f"{kind} damaged"
    return ""


def changed(
    report: Report,
    project: Project,
    shared: Shared,
    made: Mapping[str, Any],
    before: Rows | None = None,
) -> str:
    """What has changed since a report was made; "" where nothing has that it rests on.

    `made` is its entry in the manifest, or what its run has left in `key.json`; `before` are the
    digests of the rows at that time, where they are known.
    """
    was: Key = made["key"]
    answers, opened = _named(was, "answers"), _named(was, "files")
    if made["state"] != shared.state:
        try:
            answers = shared.answers(report, answers)
        except UserError:
            return "data cannot be read"
    now = whole(base(report, project, shared), answers, files(opened, project))
    if now == was:
        return ""
    return reason(was, now, before or {}, shared.rows if now["answers"] != was["answers"] else {})


# ------------------------------------------------------------------------------------------ reasons


def reason(was: Key, is_: Key, before: Rows, after: Rows) -> str:
    """Why a page that was made with one key is stale under another one; "" where it is not.

    `before` and `after` are the digests of the rows of the tables at both times.

    >>> reason({"answers": {"figures.csv:x": "1"}}, {"answers": {"figures.csv:x": "2"}}, {}, {})
    'data changed: figures.csv x'
    """
    said = []
    for part in PARTS:
        if was.get(part) == is_.get(part):
            continue
        names = list(_differing(was.get(part), is_.get(part), part in ("answers", "files")))
        if part == "answers":
            names = [_in_words(name) for name in _down_to_rows(names, before, after)]
        spoken = _SPOKEN.get(part, part)
        said.append(f"{spoken} changed: {_several(names)}" if names else f"{spoken} changed")
    # What only one of two runs has asked for follows from whatever else has changed.
    followed = ("data changed", "file changed")
    return "; ".join([each for each in said if each not in followed] or said)


def _differing(was: object, is_: object, in_both: bool) -> Iterator[str]:
    if isinstance(was, Mapping) and isinstance(is_, Mapping):
        for name in sorted(was.keys() & is_.keys() if in_both else was.keys() | is_.keys()):
            if was.get(name) != is_.get(name):
                yield name


def _down_to_rows(names: Sequence[str], before: Rows, after: Rows) -> list[str]:
    """The changed rows among the names and behind them; else the names as they are.

    The answer for a figure changes with its source, too. Then the source is the reason, and not
    every figure that was read there.
    """
    differing = {
        f"{file}:{row}"
        for file in before.keys() & after.keys()
        for row in before[file].keys() | after[file].keys()
        if row and before[file].get(row) != after[file].get(row)
    }
    asked = set(names)
    found = {row for row in differing if row in asked or row.partition(":")[0] in asked}
    if not found:
        return sorted(asked)
    named = {row.partition(":")[0] for row in found}
    questions = {name for name in asked if _is_question(name) and _file(name) not in named}
    return sorted(found | questions)


def _file(name: str) -> str:
    return name.partition(":")[0]


def _is_question(name: str) -> bool:
    what = name.partition(":")[2]
    return "=" in what or what in ("*", "latest")


def _in_words(name: str) -> str:
    """A question in words: a row by its table and its id, else what is asked."""
    file, _, what = name.partition(":")
    if _is_question(name):
        from urllib.parse import unquote  # figures write their questions so

        words = {"*": "rows", "latest": "latest day"}
        return f"{file} {words.get(what) or 'where ' + unquote(what.replace('&', ' and '))}"
    return f"{file} {what}".strip()


def _several(names: Sequence[str]) -> str:
    """The first of some names, and how many more there are."""
    more = len(names) - _MOST_NAMED
    return ", ".join(names[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
