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
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

# Modules whose code cannot change a page: they decide, arrange and tell. Every other module can.
_BESIDE_THE_PAGE = {"__main__", "cli", "cluster", "parameters", "reports", "site"}

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
    table = _read_table(project.notebooks / "reports.toml")
    problems: list[str] = []
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
    titles = _read_table(project.notebooks / "reports.toml").get("title", {})
    missing = [language for language in LANGUAGES if not isinstance(titles.get(language), str)]
    if missing:
        raise PlanError(
            f"notebooks/reports.toml: title has no {' and no '.join(missing)}. Add it under [title]."
        )
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
    except (OSError, ValueError, KeyError, TypeError):
        return []  # the check of the notebooks says what is wrong with it
    return cells if isinstance(cells, list) else []


def _read_table(path: Path) -> dict[str, Any]:
    if not path.parent.is_dir():
        raise PlanError(f"{path.parent}: no such folder. The notebooks and reports.toml belong there.")
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise PlanError(
            f"{path}: no such file. It lists the reports; restore it from the repository."
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise PlanError(f"{path}: not TOML: {error}. Correct that line.") from None


def _entry_problems(entry: Mapping[str, Any], where: str, project: Project) -> Iterator[str]:
    known = ("name", "notebook", "for_each", "fixed")
    for word in entry:
        if word not in known:
            yield f"{where}: unknown word {word!r}. Known are {', '.join(known)}."
    for word in ("name", "notebook"):
        if not isinstance(entry.get(word), str):
            yield f'{where}: {word} is missing. Add {word} = "…".'
    name, notebook = entry.get("name", ""), entry.get("notebook", "")
    if isinstance(name, str) and not re.fullmatch(r"[a-z0-9{}_-]+", name):
        yield f"{where}: name must be lower-case letters, digits and hyphens: it becomes a file name."
    if isinstance(name, str):
        for used in re.findall(r"{(\w+)}", name):
            if used not in entry.get("for_each", {}) and used not in entry.get("fixed", {}):
                yield f"{where}: {{{used}}} is in the name, but for_each does not give it a value."
    if isinstance(notebook, str) and notebook and not (project.notebooks / notebook).is_file():
        yield f"{where}: notebook {notebook} is not in {project.notebooks}. Correct the name or add it."


def _combinations(entry: Mapping[str, Any], project: Project) -> Iterator[dict[str, str]]:
    """The parameters of each report of an entry: its fixed ones, once per row that for_each asks for."""
    rows = [dict(entry.get("fixed", {}))]
    for parameter, level in entry.get("for_each", {}).items():
        codes = [row["area"] for row in areas(project) if row["level"] == level]
        if not codes:
            raise PlanError(
                f"{project.data / 'areas.csv'}: no row has level {level!r}, which reports.toml asks for."
            )
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
        raise PlanError(
            f"{path}: no column {', '.join(sorted(missing))}. The first line must name the columns."
        )
    return rows


def rows(path: Path) -> list[dict[str, str]]:
    """The rows of a table; none where it cannot be read, which the check of the data tells."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return [
                {name: value or "" for name, value in row.items() if name} for row in csv.DictReader(file)
            ]
    except (OSError, UnicodeDecodeError, csv.Error):
        return []


# ----------------------------------------------------------------------------------------------- stale


def stale(
    planned: Iterable[Report], project: Project, manifest: Mapping[str, Any], force: bool = False
) -> dict[str, str]:
    """The named reason for each page that must be made again, by its path; fresh pages are not in it.

    The key is read back from the page itself; the manifest only tells whether the page is still, byte for
    byte, what was published.
    """
    planned = list(planned)
    shared = shared_parts(project, planned)
    reasons = {}
    for report in planned:
        why = "forced" if force else _why(report, project, manifest, shared)
        if why:
            reasons[report.path] = why
    return reasons


def key(report: Report, project: Project, shared: Mapping[str, str]) -> dict[str, str]:
    """The labelled parts a page is made from, each a digest, or ``name=digest`` pairs where it has several.

    >>> key(report, project, shared_parts(project, planned))["data"]
    'areas.csv=5c1f… figures.csv=b05e…'
    """
    parameters = {name: _digest(json.dumps(value)) for name, value in report.parameters.items()}
    return {
        "notebook": digest_of(project.notebooks / report.notebook),
        "parameters": _join(parameters),
        **shared,
    }


def shared_parts(project: Project, planned: Iterable[Report]) -> dict[str, str]:
    """The parts of a key that all reports share, read afresh.

    ``reports`` holds what pages say about each other: the title of the site and of the other reports.
    """
    modules = (path for path in project.code.glob("*.py") if path.stem not in _BESIDE_THE_PAGE)
    template = (path for path in project.template.glob("*") if path.is_file())
    return {
        "data": _join({path.name: digest_of(path) for path in project.data.glob("*.csv")}),
        "code": _join({path.name: digest_of(path) for path in modules}),
        "template": _join({path.name: digest_of(path) for path in template}),
        "lock": digest_of(project.lock),
        "reports": _join(
            {name: _digest(json.dumps(titles)) for name, titles in titles_of(planned, project).items()}
        ),
    }


def titles_of(planned: Iterable[Report], project: Project) -> dict[str, dict[str, str]]:
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


def reason(made_from: Mapping[str, str], wanted: Mapping[str, str]) -> str:
    """Why a page is stale, from the key it was made with and the one it should have; "" if it is fresh.

    >>> reason({"data": "areas.csv=1 figures.csv=2"}, {"data": "areas.csv=1 figures.csv=3"})
    'data changed: figures.csv'
    """
    said = []
    for part in PARTS:
        before, now = made_from.get(part, ""), wanted.get(part, "")
        if before != now:
            names = sorted({name for name, _ in _split(before) ^ _split(now)} - {""})
            said.append(f"{part} changed: {', '.join(names)}" if names else f"{part} changed")
    return "; ".join(said)


def _why(report: Report, project: Project, manifest: Mapping[str, Any], shared: Mapping[str, str]) -> str:
    published = manifest.get("pages", {}).get(report.path)
    if published is None:
        return "not in the manifest" if (project.site / report.path).exists() else "new"
    made_from: dict[str, str] = {}
    for name in report.files:
        kind = "page" if name == report.path else name.rpartition(".")[2]
        try:
            content = (project.site / name).read_bytes()
        except OSError:
            return f"{kind} missing"
        if hashlib.sha256(content).hexdigest() != published["files"].get(name):
            return f"{kind} damaged"
        made_from = made_from or stamped(content)
    return reason(made_from, key(report, project, shared))


def stamped(page: bytes) -> dict[str, str]:
    """The key a page was made with, as the template wrote it into the head."""
    head = page[: page.find(b"</head>")].decode("utf-8", "replace")
    return dict(_STAMPED.findall(head))


def edition(parts: Mapping[str, str]) -> str:
    """The short name of what a page was made from: the same wherever and whenever it is made."""
    return _digest(json.dumps(parts, sort_keys=True))[:12]


def _join(parts: Mapping[str, str]) -> str:
    return " ".join(f"{name}={digest}" for name, digest in sorted(parts.items()))


def _split(part: str) -> set[tuple[str, str]]:
    pairs = (item.rpartition("=") for item in part.split())
    return {(name, digest) for name, _, digest in pairs}


def _digest(text: str | bytes) -> str:
    content = text.encode("utf-8") if isinstance(text, str) else text
    return hashlib.sha256(content).hexdigest()[:16]


def digest_of(path: Path) -> str:
    """The digest of a file; "absent" where there is none."""
    try:
        return _digest(path.read_bytes())
    except OSError:
        return "absent"
