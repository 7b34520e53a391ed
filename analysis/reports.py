"""Which reports exist, which of them are stale, and why.

A report is a notebook and its parameters; its page follows from both. Nothing here runs anything, and only
the standard library is imported, so that a build with nothing to do costs a blink.
"""

from __future__ import annotations

import csv
import hashlib
import json
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

from analysis import inputs
from analysis.inputs import Modules, Tables

# What makes a page of an executed notebook, with all that it imports. What decides, publishes and tells is not in it.
_MAKER = "pages"

# Where the template of a report's page begins, and what nbconvert and our filters read beside it.
_TEMPLATE, _BESIDE_IT = "index.html.j2", {"conf.json", "words.toml"}

# The digests of the rows that a table had in a state (`figures.csv=5c1f…`); None where that is not known.
Rows: TypeAlias = Callable[[str], Mapping[str, str] | None]

LANGUAGES = ("vi", "en")

# The labelled parts of a key, in the order in which their reasons are named.
PARTS = ("notebook", "parameters", "data", "code", "template", "lock", "reports")

_STAMPED = re.compile(r'<meta name="key-([a-z]+)" content="([^"]*)">')


@dataclass(frozen=True)
class Project:
    """The folders a build reads and writes; none depends on the working directory."""

    root: Path
    data: Path
    outputs: Path
    notebooks: Path
    code: Path
    template: Path
    lock: Path

    @staticmethod
    def at(root: Path, data: Path | None = None, outputs: Path | None = None) -> Project:
        """The project in a folder, with other data or another place for the outputs where given."""
        root = root.resolve()
        return Project(
            root=root,
            data=(data or root / "data").resolve(),
            outputs=(outputs or root / "outputs").absolute(),
            notebooks=root / "notebooks",
            code=root / "analysis",
            template=root / "analysis" / "briefing",
            lock=root / "requirements.lock",
        )

    @property
    def site(self) -> Path:
        """The published edition (a link to one complete folder)."""
        return self.outputs / "site"

    @property
    def other_data(self) -> bool:
        """True where the data are not the ones shipped with the project."""
        return self.data != self.root / "data"


@dataclass(frozen=True)
class Report:
    """One page to be: a notebook, in one language, with its parameters."""

    name: str
    language: str
    notebook: str
    parameters: Mapping[str, Any] = field(default_factory=dict)

    @property
    def path(self) -> str:
        """Where its page lies in a site, e.g. ``vi/overview.html``."""
        return f"{self.language}/{self.name}.html"

    @property
    def files(self) -> tuple[str, str, str]:
        """The page, its record and its table of numbers."""
        stem = f"{self.language}/{self.name}"
        return (f"{stem}.html", f"{stem}.json", f"{stem}.csv")


class PlanError(ValueError):
    """What is wrong in reports.toml or in the files a plan needs; str() is for people."""


# ------------------------------------------------------------------------------------------------ plan


def plan(project: Project, common: Mapping[str, Any] | None = None) -> list[Report]:
    """Every report there should be, in the order of reports.toml and then by language.

    ``common`` are parameters given to every report, such as ``{"known_on": "2021-06-30"}``.
    """
    table = read_table(project.notebooks / "reports.toml")
    problems = list(_shape_problems(table))
    if problems:
        raise PlanError("\n".join(problems))
    planned: list[Report] = []
    for number, entry in enumerate(table.get("report", []), start=1):
        where = f"notebooks/reports.toml: report {number} ({entry.get('name', 'without a name')})"
        found = list(_entry_problems(entry, where, project))
        problems += found
        if not found:
            for values in _combinations(entry, project):
                name = str(entry["name"]).format(**values)
                for language in LANGUAGES:
                    parameters = {"language": language, **values, **(common or {})}
                    planned.append(Report(name, language, entry["notebook"], parameters))
    seen: set[str] = set()
    for report in planned:
        if report.path in seen:
            problems.append(
                f"notebooks/reports.toml: two reports are named {report.name}. Put the parameter that"
                " tells them apart into the name, e.g. province-{province}."
            )
        seen.add(report.path)
    if not planned and not problems:
        problems.append("notebooks/reports.toml: no [[report]] in it. Add one with a name and a notebook.")
    if problems:
        raise PlanError("\n".join(dict.fromkeys(problems)))
    return planned


def site_titles(project: Project) -> dict[str, str]:
    """The title of the whole site in each language, from reports.toml."""
    titles = read_table(project.notebooks / "reports.toml").get("title", {})
    missing = [language for language in LANGUAGES if not isinstance(titles.get(language), str)]
    if missing:
        raise PlanError(f"notebooks/reports.toml: title has no {' and no '.join(missing)}. Add it under [title].")
    return {language: titles[language] for language in LANGUAGES}


def title(notebook: Path, language: str) -> str:
    """The question a notebook asks in a language, from its ``# `` heading; "" where code writes that."""
    for cell in _cells(notebook):
        tags = cell.get("metadata", {}).get("tags", [])
        if cell.get("cell_type") == "markdown" and (language in tags or not set(LANGUAGES) & set(tags)):
            found = re.search(r"^# (.+)$", "".join(cell.get("source", "")), re.MULTILINE)
            if found:
                return found[1].strip()
    return ""


def is_notebook(path: Path) -> bool:
    """Whether a file is a notebook with something in it."""
    return bool(_cells(path))


def _cells(notebook: Path) -> list[dict[str, Any]]:
    try:
        cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
        whole = isinstance(cells, list) and all(isinstance("".join(cell.get("source", "")), str) for cell in cells)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return []  # the check of the notebooks says what is wrong with it
    return cells if whole else []


def read_table(path: Path) -> dict[str, Any]:
    """What a TOML file says; PlanError where it cannot be read."""
    if not path.parent.is_dir():
        raise PlanError(f"{path.parent}: no such folder. It holds {path.name}; restore it from the repository.")
    try:
        return tomllib.loads(_text(path))
    except FileNotFoundError:
        raise PlanError(f"{path}: no such file. Restore it from the repository.") from None
    except tomllib.TOMLDecodeError as error:
        raise PlanError(f"{path}: not TOML: {error}. Correct that line.") from None


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise PlanError(f"{path}:{line}: not UTF-8 text. Save the file as UTF-8.") from None


def _shape_problems(table: Mapping[str, Any]) -> Iterator[str]:
    entries = table.get("report", [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        yield f"notebooks/reports.toml: report is {_cut(entries)}. Write each report under a line [[report]]."
    if not isinstance(table.get("title", {}), dict):
        yield f"notebooks/reports.toml: title is {_cut(table['title'])}. Write [title], and vi and en under it."


def _cut(value: object) -> str:
    told = repr(value)
    return told if len(told) <= 60 else f"{told[:60]}…"


def _entry_problems(entry: Mapping[str, Any], where: str, project: Project) -> Iterator[str]:
    known = ("name", "notebook", "for_each", "fixed")
    for word in entry:
        if word not in known:
            yield f"{where}: unknown word {word!r}. Known are {', '.join(known)}."
    for word in ("name", "notebook"):
        if not isinstance(entry.get(word), str):
            yield f'{where}: {word} is missing. Add {word} = "…".'
    asked = {word: entry.get(word, {}) for word in ("for_each", "fixed")}
    for word, values in asked.items():
        if not isinstance(values, dict) or (word == "for_each" and not all(isinstance(level, str) for level in values.values())):
            example = "province" if word == "for_each" else "ha-noi"
            yield f'{where}: {word} is {_cut(values)}. Write it as {word} = {{ province = "{example}" }}.'
            return
    name, notebook = entry.get("name", ""), entry.get("notebook", "")
    if isinstance(name, str) and not re.fullmatch(r"[a-z0-9{}_-]+", name):
        yield f"{where}: name must be lower-case letters, digits and hyphens: it becomes a file name."
    if isinstance(name, str):
        for used in re.findall(r"{(\w+)}", name):
            if not any(used in values for values in asked.values()):
                yield f"{where}: {{{used}}} is in the name, but for_each does not give it a value."
    if isinstance(notebook, str) and notebook and not (project.notebooks / notebook).is_file():
        yield f"{where}: notebook {notebook} is not in {project.notebooks}. Correct the name or add it."


def _combinations(entry: Mapping[str, Any], project: Project) -> Iterator[dict[str, str]]:
    """The parameters of each report of an entry: its fixed ones, once per row that for_each asks for."""
    rows = [dict(entry.get("fixed", {}))]
    for parameter, level in entry.get("for_each", {}).items():
        codes = [row["area"] for row in areas(project) if row["level"] == level]
        if not codes:
            raise PlanError(f"{project.data / 'areas.csv'}: no row has level {level!r}, which reports.toml asks for.")
        rows = [{**row, parameter: code} for row in rows for code in codes]
    yield from rows


def areas(project: Project) -> list[dict[str, str]]:
    """The rows of areas.csv."""
    path = project.data / "areas.csv"
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
    except FileNotFoundError:
        raise PlanError(f"{path}: no such file. The reports of the provinces are made from it.") from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise PlanError(f"{path}: not a UTF-8 table: {error}. Restore it from the repository.") from None
    missing = {"area", "level"} - set(rows[0] if rows else ())
    if missing:
        raise PlanError(f"{path}: no column {', '.join(sorted(missing))}. The first line must name the columns.")
    return rows


def rows(path: Path) -> list[dict[str, str]]:
    """The rows of a table; none where it cannot be read, which the check of the data tells."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return [{name: value or "" for name, value in row.items() if name} for row in csv.DictReader(file)]
    except (OSError, UnicodeDecodeError, csv.Error):
        return []


# ----------------------------------------------------------------------------------------------- stale


def stale(
    planned: Iterable[Report],
    project: Project,
    manifest: Mapping[str, Any],
    force: bool = False,
    shared: Shared | None = None,
) -> dict[str, str]:
    """The named reason for each page that must be made again, by its path; fresh pages are not in it.

    The key is read back from the page itself; the manifest only tells whether the page is still, byte for
    byte, what was published, and which rows a table had that a page took whole.
    """
    planned = list(planned)
    shared = shared or share(project, planned)
    reasons = {}
    for report in planned:
        why = "forced" if force else _why(report, project, manifest, shared)
        if why:
            reasons[report.path] = why
    return reasons


Titles = Mapping[str, Mapping[str, str]]  # of the site ("site") and of reports, by language


@dataclass(frozen=True)
class Shared:
    """What keys are made from, as it is now: read once for all reports."""

    tables: Tables
    code: Mapping[str, str]  # by notebook
    template: str
    lock: str
    titles: Titles  # what pages say about each other
    reports: str  # the digests of the titles


def share(project: Project, planned: Sequence[Report]) -> Shared:
    """What the keys of these reports are made from, read afresh."""
    modules = Modules(project.code)
    titles = titles_of(planned, project)
    return Shared(
        Tables(project.data),
        {notebook: _code(project.notebooks / notebook, modules) for notebook in {report.notebook for report in planned}},
        inputs.join({name: inputs.digest_of(project.template / name) for name in _template(project.template)}),
        inputs.digest_of(project.lock),
        titles,
        inputs.join({name: inputs.digest(json.dumps(words)) for name, words in titles.items()}),
    )


def _code(notebook: Path, modules: Modules) -> str:
    """The modules that a notebook and the making of its page really use; all, where that cannot be told."""
    cells = inputs.code_cells(_cells(notebook))
    names = inputs.used("\n".join(cells)) if inputs.noted(cells) else modules.every()
    return inputs.join(modules.digests(modules.behind({*names, _MAKER})))


def _template(folder: Path) -> set[str]:
    """The files of the template that a report's page is made with: what its template names, directly or through others."""
    files = {path.name: path for path in folder.glob("*") if path.is_file()}
    found, waiting = set[str](), {_TEMPLATE, *_BESIDE_IT} & files.keys()
    while waiting:
        name = waiting.pop()
        found.add(name)
        if name.endswith(".j2"):
            named = re.findall(r"[\"']([\w.-]+)[\"']", _text(files[name]))
            waiting |= (set(named) & files.keys()) - found
    return found


def key(report: Report, project: Project, shared: Shared, reads: Iterable[str] = ()) -> dict[str, str]:
    """The labelled parts a page is made from, each a digest, or ``name=digest`` pairs where it has several.

    ``reads`` are the names of the data that its run has read (see ``inputs``), which only a run can tell.

    >>> key(report, project, share(project, planned), ["areas.csv:ha-noi", "names.csv"])["data"]
    'areas.csv:ha-noi=5c1f… names.csv=b05e…'
    """
    return {
        "notebook": inputs.digest_of(project.notebooks / report.notebook),
        "parameters": inputs.join({name: inputs.digest(json.dumps(value)) for name, value in report.parameters.items()}),
        "data": inputs.join(shared.tables.digests(reads)),
        "code": shared.code[report.notebook],
        "template": shared.template,
        "lock": shared.lock,
        "reports": shared.reports,
    }


def titles_of(planned: Iterable[Report], project: Project) -> Titles:
    """Titles by report and language: of the site itself ("site") and of the reports that pages link to.

    Reports that share a notebook, such as those of the provinces, are reached through the front page instead.
    """
    by_notebook: dict[str, set[str]] = {}
    for report in planned:
        by_notebook.setdefault(report.notebook, set()).add(report.name)
    titles = {"site": site_titles(project)}
    for notebook, names in by_notebook.items():
        if len(names) == 1:
            asked = {language: title(project.notebooks / notebook, language) for language in LANGUAGES}
            titles[names.pop()] = {language: words for language, words in asked.items() if words}
    return titles


def reason(
    made_from: Mapping[str, str],
    wanted: Mapping[str, str],
    before: Rows = lambda _: None,
    after: Rows = lambda _: None,
) -> str:
    """Why a page is stale, from the key it was made with and the one it should have; "" if it is fresh.

    ``before`` and ``after`` tell which rows a table had and has that was read whole.

    >>> reason({"data": "areas.csv=1 figures.csv:x=2"}, {"data": "areas.csv=1 figures.csv:x=3"})
    'data changed: figures.csv x'
    """
    said = []
    for part in PARTS:
        if made_from.get(part, "") == wanted.get(part, ""):
            continue
        was, is_ = inputs.split(made_from.get(part, "")), inputs.split(wanted.get(part, ""))
        names = sorted(name for name in was.keys() | is_.keys() if was.get(name) != is_.get(name))
        if part == "data":
            # What only one of them read follows from what else changed, unless all tables were read.
            names = [name for name in names if "*" in was or (name in was and name in is_)]
            names = [row for name in names for row in _rows(name, was.get(name), is_.get(name), before, after)]
        said.append(f"{part} changed: {_several([_named(name) for name in names])}".removesuffix(": "))
    changed = [each for each in said if each != "data changed"]
    return "; ".join(changed or said)


def _rows(
    name: str,
    was: str | None,
    is_: str | None,
    before: Rows,
    after: Rows,
) -> list[str]:
    """The rows in which a whole table differs, where both states are still known; else the name as it is."""
    old, new = before(f"{name}={was}"), after(f"{name}={is_}")
    if old is None or new is None:
        return [name]
    rows = sorted(key for key in old.keys() | new.keys() if old.get(key) != new.get(key))
    return [f"{name}:{key}" for key in rows] or [name]


def _named(name: str) -> str:
    """A name of a key in words: a row by its table and its code, a question by what is asked."""
    file, _, what = name.partition(":")
    if what.startswith("latest("):
        return f"{file} latest day"
    if what == "*":
        return f"{file} rows"
    asked = "where " if "=" in what else ""
    return f"{file} {asked}{what.replace('&', ' and ')}".strip()


def _several(names: Sequence[str], most: int = 4) -> str:
    """The first of some names, and how many more there are."""
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")


def _why(report: Report, project: Project, manifest: Mapping[str, Any], shared: Shared) -> str:
    published = manifest.get("pages", {}).get(report.path)
    if published is None:
        return "not in the manifest" if (project.site / report.path).exists() else "new"
    for name in report.files:
        kind = "page" if name == report.path else name.rpartition(".")[2]
        try:
            content = (project.site / name).read_bytes()
        except OSError:
            return f"{kind} missing"
        if hashlib.sha256(content).hexdigest() != published["files"].get(name):
            return f"{kind} damaged"
    made_from = published["key"]
    wanted = key(report, project, shared, inputs.split(made_from.get("data", "")))
    return reason(made_from, wanted, manifest.get("tables", {}).get, shared.tables.digests_of_rows)


def stamp(parts: Mapping[str, str]) -> dict[str, str]:
    """A key as a page carries it: one digest per part; what each stands for is in the manifest."""
    return {part: inputs.digest(known) for part, known in parts.items()}


def stamped(page: bytes) -> dict[str, str]:
    """The stamp of a page, as the template wrote it into the head."""
    head = page[: page.find(b"</head>")].decode("utf-8", "replace")
    return dict(_STAMPED.findall(head))


def edition(parts: Mapping[str, str]) -> str:
    """The short name of what a page was made from: the same wherever and whenever it is made."""
    return inputs.digest(json.dumps(parts, sort_keys=True))[:12]
