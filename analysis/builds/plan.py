"""Which reports there are: the folders of a project, and the plan that `reports.toml` asks for.

A report is a notebook and its parameters; its two pages follow from it. Nothing here runs anything,
and only the standard library is imported, so that a build with nothing to do is quick.
"""

from __future__ import annotations

import fnmatch
import itertools
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from analysis.errors import UserError
from analysis.numbers import tables
from analysis.numbers.schema import LANGUAGES, DataError, Finding
from analysis.numbers.tables import Row
from analysis.numbers.wording import some
from analysis.pages.site import Site

RESERVED = ("index", "changes", "data", "source-*")  # pages of a site that no report makes
PLAN = "notebooks/reports.toml"

_FORM = (
    'name = "…", notebook = "….ipynb" and, where there is need,'
    ' for_each = { province = "province" } and fixed = { verdict = "holds" }'
)


class PlanError(UserError):
    """What is wrong in reports.toml, or in a file that a plan needs."""


@dataclass(frozen=True)
class Project:
    """The folders that a build reads and writes; none depends on the working directory."""

    root: Path
    data: Path
    outputs: Path
    code: Path = Path(__file__).resolve().parents[1]  # the package

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


# -------------------------------------------------------------------------------------------- plan


def plan(project: Project, common: Mapping[str, Any] | None = None) -> list[Report]:
    """Every report there should be, in the order of reports.toml.

    `common` are parameters given to every report, such as `{"known_on": "2021-06-30"}`. Raises
    `PlanError` with everything that is wrong, `DataError` where areas.csv cannot be read.
    """
    entries: Any = _read(project).get("report")
    planned, problems = list[Report](), list[str]()
    if not isinstance(entries, list) or not entries:
        raise PlanError(f"{PLAN}: no [[report]] in it. Add one, and under it {_FORM}.")
    for number, entry in enumerate(entries, start=1):
        wrong = list(_wrong(entry, project))
        reports = [] if wrong else list(_reports(entry, project, common or {}))
        if not wrong and not reports:
            wrong = [f"no row of areas.csv has the level in {entry['for_each']}."]
        problems += [f"{PLAN}: report {number}: {what}" for what in wrong]
        planned += reports
    names = [report.name for report in planned]
    taken = {n for pattern in RESERVED for n in fnmatch.filter(names, pattern)}
    for name in sorted(taken | {name for name in names if names.count(name) > 1}):
        problems.append(
            f"{PLAN}: {name} is a page of every site, or the name of two reports. Give each a name"
            " of its own, with the parameter that tells it apart, e.g. province-{province}."
        )
    if problems:
        raise PlanError("\n".join(problems))
    return planned


def asked(planned: Sequence[Report], only: Sequence[str]) -> list[str]:
    """The names of the reports that match one of the patterns (`province-*`), in their order.

    Raises `PlanError` for a pattern that no report matches.
    """
    names = [report.name for report in planned]
    for pattern in only:
        if not fnmatch.filter(names, pattern):
            named = some(names, 9)
            raise PlanError(f"--only {pattern!r}: no report has such a name. There are {named}.")
    return [name for name in names if any(fnmatch.fnmatchcase(name, pattern) for pattern in only)]


def _wrong(entry: Any, project: Project) -> Iterator[str]:
    """What is wrong with an entry, without its place."""
    match entry:
        case {"name": str(name), "notebook": str(notebook), **tables} if tables.keys() <= {
            "for_each",
            "fixed",
        } and all(isinstance(table, dict) for table in tables.values()):
            if not re.fullmatch(r"([a-z0-9_-]|{\w+})+", name):
                yield f"name {name!r} becomes a file name. Use a to z, digits and hyphens."
            given = {*entry.get("for_each", {}), *entry.get("fixed", {})}
            for used in set(re.findall(r"{(\w+)}", name)) - given:
                yield f"{{{used}}} is in the name, but for_each does not give it a value."
            if not (project.notebooks / notebook).is_file():
                where = project.notebooks
                yield f"notebook {notebook} is not in {where}. Correct the name or add it."
        case _:
            yield f"{entry!r:.90} is no report. Write {_FORM}."


def _reports(
    entry: Mapping[str, Any], project: Project, common: Mapping[str, Any]
) -> Iterator[Report]:
    """The reports of an entry: one for each row of areas.csv, or pair of rows, that it asks for."""
    levels = entry.get("for_each", {})
    columns = [_codes(project, level) for level in levels.values()]
    for codes in itertools.product(*columns):
        values = {**entry.get("fixed", {}), **dict(zip(levels, codes, strict=True))}
        yield Report(entry["name"].format(**values), entry["notebook"], {**values, **common})


def _codes(project: Project, wanted: Any) -> list[str]:
    """The areas of a level, or those of them that places.csv has within another area.

    `commune within ha-noi`
    """
    level, _, around = str(wanted).partition(" within ")
    codes = [row["area"] for row in areas(project) if row["level"] == level]
    if not around:
        return codes
    rows = tables.rows(project.data / "places.csv")
    inside = {row["area"] for row in rows if row["within"] == around}
    return [code for code in codes if code in inside]


def areas(project: Project) -> list[Row]:
    """The rows of areas.csv. Raises `DataError` where it cannot be read."""
    rows = tables.rows(project.data / "areas.csv")
    lacking = {"area", "level"} - set(rows[0] if rows else ())
    if lacking:
        what = f"lacks the column {', '.join(sorted(lacking))}, or holds no rows."
        raise DataError([Finding(f"{project.data.name}/areas.csv", 1, "", what)])
    return rows


def _read(project: Project) -> dict[str, Any]:
    """What reports.toml says; `PlanError` where it cannot be read."""
    path = project.notebooks / "reports.toml"
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise PlanError(f"{path}:{line}: not UTF-8 text. Save the file as UTF-8.") from None
    except tomllib.TOMLDecodeError as error:
        raise PlanError(f"{path}: not TOML: {error}. Correct that line.") from None
    except OSError as error:
        cause = error.strerror or error
        raise PlanError(f"{path}: {cause}. Restore it from the repository.") from None


# --------------------------------------------------------------------------------------- the site


def site(project: Project) -> Site:
    """What the pages say of their site, from reports.toml. Raises `PlanError` with all that is
    wrong there."""
    table = {"title": {}, "about": {}, **_read(project)}
    wrong = [f"{PLAN}: {what}" for what in _wrong_of_site(table)]
    if wrong:
        raise PlanError("\n".join(wrong))
    entries = [entry for entry in table.get("report", ()) if not [*_wrong(entry, project)]]
    reports = [report for entry in entries for report in _reports(entry, project, {})]
    squares = project.data / "tiles.csv"
    tiles = tables.rows(squares) if squares.exists() else ()
    return Site(
        title=table["title"],
        about=table["about"],
        licence=table.get("licence", {}),
        contact=table.get("contact", ""),
        address=table.get("address", ""),
        nav=[{"reports": [], **link} for link in table.get("nav", ())],
        summary=str(table.get("summary", "")),
        brief=str(table.get("brief", "")),
        terms=table.get("terms", {}),
        milestones=table.get("milestone", []),
        map=table.get("map", {}),
        pages={str(code): report.name for report in reports for code in report.parameters.values()},
        tiles={row["area"]: (row["row"], row["column"]) for row in tiles},
    )


def _wrong_of_site(table: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with what reports.toml says of the site, each with what to do."""
    needed: list[tuple[str, Sequence[str], Any]] = []
    needed += [(f"[{word}]", LANGUAGES, table[word]) for word in ("title", "about")]
    needed += [("[licence]", ("name", "url"), table["licence"])] if table.get("licence") else []
    needed += [("[[nav]]", ("to", *LANGUAGES), link) for link in table.get("nav", ())]
    for heading, wanted, entry in needed:
        lacking = " and no ".join(word for word in wanted if not isinstance(entry.get(word), str))
        if lacking:
            yield f"no {lacking} under {heading}. Add it there."
    for word, starts in (("contact", ("https://", "mailto:")), ("address", ("https://",))):
        given = table.get(word, "")
        if given and not str(given).startswith(starts):
            forms = " or ".join(f"{start}…" for start in starts)
            yield f"{word} {given!r} is no address. Write {forms}."
