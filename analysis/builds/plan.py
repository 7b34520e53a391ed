"""Which reports there are: the folders of a project, and the plan that `reports.toml` asks for.

A report is a notebook and its parameters; its two pages follow from it. Nothing here runs anything,
and only the standard library is imported, so that a build with nothing to do is quick.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from analysis.errors import UserError
from analysis.numbers import tables
from analysis.numbers.tables import DataError, Finding, Row

LANGUAGES = ("vi", "en")
RESERVED = ("index", "changes")  # pages of a site that no report makes
_PLAN = "notebooks/reports.toml"
_KINDS = ("html", "json", "csv")


class PlanError(UserError):
    """What is wrong in reports.toml, or in a file that a plan needs."""


@dataclass(frozen=True)
class Project:
    """The folders that a build reads and writes; none depends on the working directory."""

    root: Path
    data: Path
    outputs: Path

    @staticmethod
    def at(root: Path, data: Path | None = None, outputs: Path | None = None) -> Project:
        """The project in a folder, with other data or outputs where given."""
        root = root.resolve()
        return Project(
            root, (data or root / "data").resolve(), (outputs or root / "outputs").absolute()
        )

    @property
    def notebooks(self) -> Path:
        """The notebooks and `reports.toml`."""
        return self.root / "notebooks"

    @property
    def code(self) -> Path:
        """The package."""
        return self.root / "analysis"

    @property
    def template(self) -> Path:
        """The templates and styles of the pages."""
        return self.code / "pages" / "templates"

    @property
    def words(self) -> Path:
        """The words of the pages that no notebook writes."""
        return self.code / "saying" / "words.toml"

    @property
    def lock(self) -> Path:
        """The versions of all libraries."""
        return self.root / "requirements.lock"

    @property
    def site(self) -> Path:
        """The published edition (a link to one complete folder)."""
        return self.outputs / "site"


@dataclass(frozen=True)
class Report:
    """Two pages to be: a notebook with its parameters."""

    name: str
    notebook: str
    parameters: Mapping[str, Any] = field(default_factory=dict)

    @property
    def pages(self) -> dict[str, str]:
        """Where its page of each language lies in a site, e.g. `vi/overview.html`."""
        return {language: f"{language}/{self.name}.html" for language in LANGUAGES}

    def of(self, language: str) -> tuple[str, ...]:
        """The files of one language: the page, its record and its table of numbers."""
        return tuple(f"{language}/{self.name}.{kind}" for kind in _KINDS)

    @property
    def files(self) -> tuple[str, ...]:
        """The files of both languages."""
        return tuple(name for language in LANGUAGES for name in self.of(language))


# -------------------------------------------------------------------------------------------- plan


def plan(project: Project, common: Mapping[str, Any] | None = None) -> list[Report]:
    """Every report there should be, in the order of reports.toml.

    `common` are parameters given to every report, such as `{"known_on": "2021-06-30"}`. Raises
    `PlanError` with everything that is wrong, `DataError` where areas.csv cannot be read.
    """
    table = read_table(project.notebooks / "reports.toml")
    problems = list(_shape_problems(table))
    if problems:
        raise PlanError("\n".join(problems))
    planned: list[Report] = []
    for number, entry in enumerate(table.get("report", []), start=1):
        where = f"{_PLAN}: report {number} ({entry.get('name', 'without a name')})"
        wrong = list(_entry_problems(entry, where, project))
        problems += wrong
        for values in [] if wrong else _combinations(entry, project):
            name = str(entry["name"]).format(**values)
            planned.append(Report(name, entry["notebook"], {**values, **(common or {})}))
    problems += _name_problems(planned)
    if not planned and not problems:
        problems.append(f"{_PLAN}: no [[report]] in it. Add one with a name and a notebook.")
    if problems:
        raise PlanError("\n".join(dict.fromkeys(problems)))
    return planned


def _name_problems(planned: Iterable[Report]) -> Iterator[str]:
    taken: set[str] = set()
    for report in planned:
        if report.name in RESERVED:
            yield f"{_PLAN}: {report.name} is a page of every site. Give the report another name."
        if report.name in taken:
            yield (
                f"{_PLAN}: two reports are named {report.name}. Put the parameter that tells them"
                " apart into the name, e.g. province-{province}."
            )
        taken.add(report.name)


def _combinations(entry: Mapping[str, Any], project: Project) -> Iterator[dict[str, Any]]:
    """The parameters of each report of an entry: its fixed ones, for each row of areas.csv."""
    rows = [dict(entry.get("fixed", {}))]
    for parameter, level in entry.get("for_each", {}).items():
        codes = [row["area"] for row in areas(project) if row["level"] == level]
        if not codes:
            where = project.data / "areas.csv"
            raise PlanError(f"{where}: no row has level {level!r}, which reports.toml asks for.")
        rows = [{**row, parameter: code} for row in rows for code in codes]
    yield from rows


def areas(project: Project) -> list[Row]:
    """The rows of areas.csv. Raises `DataError` where it cannot be read."""
    rows = tables.rows(project.data / "areas.csv")
    lacking = {"area", "level"} - set(rows[0] if rows else ())
    if lacking:
        what = f"lacks the column {', '.join(sorted(lacking))}, or holds no rows."
        raise DataError([Finding(f"{project.data.name}/areas.csv", 1, "", what)])
    return rows


# ------------------------------------------------------------------------------------ reports.toml


def read_table(path: Path) -> dict[str, Any]:
    """What a TOML file says; `PlanError` where it cannot be read."""
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8"))
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise PlanError(f"{path}:{line}: not UTF-8 text. Save the file as UTF-8.") from None
    except tomllib.TOMLDecodeError as error:
        raise PlanError(f"{path}: not TOML: {error}. Correct that line.") from None
    except OSError as error:
        cause = error.strerror or error
        if isinstance(error, FileNotFoundError):
            cause = "no such file" if path.parent.is_dir() else f"no such folder as {path.parent}"
        raise PlanError(f"{path}: {cause}. Restore it from the repository.") from None


def _shape_problems(table: Mapping[str, Any]) -> Iterator[str]:
    entries = table.get("report", [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        yield f"{_PLAN}: report is {_cut(entries)}. Write each report under a line [[report]]."
    if not isinstance(table.get("title", {}), dict):
        yield f"{_PLAN}: title is {_cut(table['title'])}. Write [title], and vi and en under it."


def _entry_problems(entry: Mapping[str, Any], where: str, project: Project) -> Iterator[str]:
    words = ("name", "notebook", "for_each", "fixed")
    for word in entry:
        if word not in words:
            yield f"{where}: unknown word {word!r}. Known are {', '.join(words)}."
    for word in ("name", "notebook"):
        if not isinstance(entry.get(word), str):
            yield f'{where}: {word} is missing. Add {word} = "…".'
    wrong = list(_value_problems(entry, where))
    yield from wrong
    name, notebook = entry.get("name"), entry.get("notebook")
    if isinstance(name, str):
        if not re.fullmatch(r"([a-z0-9_-]|{\w+})+", name):
            yield (
                f"{where}: name must be lower-case letters, digits and hyphens:"
                " it becomes a file name."
            )
        given = set() if wrong else {*entry.get("for_each", {}), *entry.get("fixed", {})}
        for used in re.findall(r"{(\w+)}", name) if not wrong else []:
            if used not in given:
                yield f"{where}: {{{used}}} is in the name, but for_each does not give it a value."
    if isinstance(notebook, str) and not (project.notebooks / notebook).is_file():
        folder = project.notebooks
        yield f"{where}: notebook {notebook} is not in {folder}. Correct the name or add it."


def _value_problems(entry: Mapping[str, Any], where: str) -> Iterator[str]:
    for word, example in (("for_each", "province"), ("fixed", "…")):
        values = entry.get(word, {})
        levels = isinstance(values, dict) and all(isinstance(each, str) for each in values.values())
        if not isinstance(values, dict) or (word == "for_each" and not levels):
            right = f'{word} = {{ province = "{example}" }}'
            yield f"{where}: {word} is {_cut(values)}. Write it as {right}."


def _cut(value: object) -> str:
    written = repr(value)
    return written if len(written) <= 60 else f"{written[:60]}…"


# --------------------------------------------------------------------------------------- the site


def site(project: Project) -> dict[str, Any]:
    """What every page says of its site, from reports.toml.

    `title` and `about`, a sentence, in each language; `summary`, the report whose answer the front
    page gives; `nav`, the
    links at the head of each page: `to`, words in each language, and `reports`, the pages that
    belong to it (`province-*`). Raises `PlanError`.
    """
    table = read_table(project.notebooks / "reports.toml")
    said, nav = {word: table.get(word, {}) for word in ("title", "about")}, table.get("nav", [])
    for word, words in said.items():
        lacking = [each for each in LANGUAGES if not isinstance(words.get(each), str)]
        if lacking:
            told = " and no ".join(lacking)
            raise PlanError(f"{_PLAN}: {word} has no {told}. Add it under [{word}].")
    for link in nav:
        lacking = [each for each in ("to", *LANGUAGES) if not isinstance(link.get(each), str)]
        if lacking:
            raise PlanError(f"{_PLAN}: a [[nav]] has no {' and no '.join(lacking)}. Add it there.")
    links = [{"reports": [], **link} for link in nav]
    return {**said, "summary": str(table.get("summary", "")), "nav": links}


def is_notebook(path: Path) -> bool:
    """Whether a file is a notebook with something in it."""
    return bool(_cells(path))


def _cells(notebook: Path) -> list[dict[str, Any]]:
    """The cells of a notebook; none where it is no notebook, which its check reports."""
    try:
        cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
        for cell in cells:
            _ = "".join(cell.get("source", "")), set(cell.get("metadata", {}).get("tags", []))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return []
    return list(cells)
