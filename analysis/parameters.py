"""The parameters of each notebook, typed, and checked before anything runs.

papermill itself only warns of a parameter no notebook knows, and then makes every report with the defaults.
Here a wrong name, a wrong value, a parameter that no cell reads and a parameters cell that lost its tag are
errors, all of them found at once, each with the right form in it.
"""

from __future__ import annotations

import ast
import difflib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError, ValidationInfo, field_validator

from analysis import reports
from analysis.reports import Project, Report


class ParameterError(ValueError):
    """Wrong parameters or notebooks; ``findings`` holds all of them, one or two lines each."""

    def __init__(self, findings: Sequence[str]) -> None:
        super().__init__("\n".join(findings))
        self.findings = list(findings)


class Briefing(BaseModel):
    """The parameters that every notebook takes."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    language: Literal["vi", "en"] = "vi"
    known_on: str = ""
    evidence: Literal["core", "all"] = "all"
    data: str = ""

    @field_validator("known_on")
    @classmethod
    def _is_a_day(cls, value: str) -> str:
        try:
            good = not value or date.fromisoformat(value).isoformat() == value
        except ValueError:
            good = False
        if not good:
            raise ValueError('a day such as "2025-09-30", or "" for everything known')
        return value

    @field_validator("data")
    @classmethod
    def _is_a_folder(cls, value: str) -> str:
        if value and not Path(value).is_dir():
            raise ValueError('a folder that exists, or "" for the data of the project')
        return value


def _known(value: str, info: ValidationInfo, what: str) -> str:
    """The value, if it is among those that the data know."""
    known: Sequence[str] = (info.context or {}).get(what, [])
    if value and value not in known:
        near = difflib.get_close_matches(value, known, n=1)
        raise ValueError(f"one of the {len(known)} codes in data/{_FILES[what]}" + (f", perhaps {near[0]!r}" if near else ""))
    return value


_FILES = {"provinces": "areas.csv (level province)", "areas": "areas.csv", "indicators": "indicators.csv"}


class Province(Briefing):
    """One province beside the country."""

    province: str = "ha-noi"

    @field_validator("province")
    @classmethod
    def _is_a_province(cls, value: str, info: ValidationInfo) -> str:
        if not value:
            raise ValueError("the code of a province, such as 'ha-noi'")
        return _known(value, info, "provinces")


class Claims(Briefing):
    """The stated calculations, all of them or those with one verdict."""

    verdict: Literal["", "holds", "holds_if_truncated", "does_not_hold", "contradicts", "cannot_be_checked"] = ""


class Explore(Briefing):
    """The tables at a researcher's fingertips; not published."""

    indicator: str = "commune-units"
    area: str = "ha-noi"

    @field_validator("indicator")
    @classmethod
    def _is_an_indicator(cls, value: str, info: ValidationInfo) -> str:
        return _known(value, info, "indicators")

    @field_validator("area")
    @classmethod
    def _is_an_area(cls, value: str, info: ValidationInfo) -> str:
        return _known(value, info, "areas")


# Notebooks that take more than every notebook does.
MODELS: dict[str, type[Briefing]] = {
    "claims.ipynb": Claims,
    "explore.ipynb": Explore,
    "province.ipynb": Province,
}


def model(notebook: str) -> type[Briefing]:
    """The parameters a notebook takes."""
    return MODELS.get(notebook, Briefing)


# ------------------------------------------------------------------------------------------------ check


def check(project: Project, planned: Iterable[Report]) -> None:
    """Raise ParameterError with all that is wrong in the notebooks and the parameters planned for them."""
    planned = list(planned)
    findings: list[str] = []
    for notebook in sorted({report.notebook for report in planned}):
        findings += notebook_findings(project.notebooks / notebook, model(notebook))
    codes = _codes(project)
    seen: set[str] = set()
    for report in planned:
        for finding in value_findings(report, codes):
            # The same mistake in every province, in both languages, is one mistake.
            mistake = finding.partition(": ")[2]
            if mistake not in seen:
                findings.append(finding)
            seen.add(mistake)
    if findings:
        raise ParameterError(findings)


def _codes(project: Project) -> dict[str, list[str]]:
    rows = reports.areas(project)
    return {
        "provinces": [row["area"] for row in rows if row["level"] == "province"],
        "areas": [row["area"] for row in rows],
        "indicators": [row["indicator"] for row in reports.rows(project.data / "indicators.csv")],
    }


def value_findings(report: Report, codes: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """What is wrong with the parameters of one report."""
    takes = model(report.notebook)
    try:
        takes.model_validate(dict(report.parameters), context=codes)
    except ValidationError as error:
        for problem in error.errors():
            name = ".".join(map(str, problem["loc"]))
            where = f"report {report.name} ({report.language}), {report.notebook}: parameter {name}"
            if problem["type"] == "extra_forbidden":
                yield f"{where} is not known. {_instead(name, list(takes.model_fields))}"
            else:
                expected = problem["msg"].removeprefix("Value error, ").removeprefix("Input should be ")
                yield (
                    f"{where} is {problem['input']!r}; expected {expected}."
                    " Correct it in notebooks/reports.toml or on the command line."
                )


def _instead(name: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    return f"Write {near[0]!r}." if near else f"Known are {', '.join(known)}."


def notebook_findings(notebook: Path, takes: type[Briefing]) -> Iterator[str]:
    """What is wrong with a notebook's parameters cell, and parameters that no later cell reads."""
    shown = f"notebooks/{notebook.name}"
    try:
        cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
        code = [
            (number, _tags(cell), "".join(cell["source"])) for number, cell in enumerate(cells, 1) if cell["cell_type"] == "code"
        ]
    except OSError as error:
        yield f"{shown}: cannot be read ({error.strerror}). Restore it from the repository."
        return
    except (ValueError, KeyError, TypeError, AttributeError):
        yield f"{shown}: not a notebook (JSON with cells). Restore it from the repository."
        return
    tagged = [(number, source) for number, tags, source in code if "parameters" in tags]
    if len(tagged) != 1:
        yield (
            f"{shown}: {len(tagged)} cells are tagged parameters; expected one."
            " Tag the cell with the defaults, and only that one."
        )
        return
    number, source = tagged[0]
    where = f"{shown}, cell {number}"
    try:
        defaults = _defaults(source)
    except (SyntaxError, ValueError) as error:
        yield (
            f'{where}: the parameters cell holds more than names with plain values ({error}). Keep to lines like known_on = "".'
        )
        return
    yield from _against_model(defaults, takes, where)
    read = set()
    for later, _, text in code:
        if later > number:
            read |= _names_read(text)
    for name in defaults:
        if name not in read and name in takes.model_fields:
            yield (
                f"{where}: no later cell reads the parameter {name}."
                " Use it, or take it out of the cell and of analysis/parameters.py."
            )


def _tags(cell: Mapping[str, Any]) -> list[str]:
    return list(cell.get("metadata", {}).get("tags", []))


def _defaults(source: str) -> dict[str, Any]:
    """The names and values of a cell that only assigns plain values."""
    values = {}
    for statement in ast.parse(source).body:
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
            continue  # a string that explains
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name) and statement.value:
            target, value = statement.target.id, statement.value
        elif isinstance(statement, ast.Assign) and len(statement.targets) == 1 and isinstance(statement.targets[0], ast.Name):
            target, value = statement.targets[0].id, statement.value
        else:
            raise ValueError(f"line {statement.lineno}: {ast.unparse(statement)[:60]}")
        values[target] = ast.literal_eval(value)
    return values


def _against_model(defaults: Mapping[str, Any], takes: type[Briefing], where: str) -> Iterator[str]:
    expected = {name: field.default for name, field in takes.model_fields.items()}
    free = [name for name in expected if name not in defaults]
    for name, value in defaults.items():
        if name not in expected:
            yield f"{where}: parameter {name} is not known. {_instead(name, free or list(expected))}"
        elif value != expected[name] or type(value) is not type(expected[name]):
            yield (
                f"{where}: the default of {name} is {value!r}; expected {expected[name]!r}"
                " (analysis/parameters.py). Make them equal."
            )
    for name, value in expected.items():
        if name not in defaults and not difflib.get_close_matches(name, set(defaults) - set(expected), n=1):
            yield f"{where}: parameter {name} is missing. Add {name} = {json.dumps(value)}."


def _names_read(source: str) -> set[str]:
    """The names a cell reads; lines that are IPython's (%magic, !command) are left out."""
    plain = re.sub(r"^\s*[%!?].*$", "pass", source, flags=re.MULTILINE)
    try:
        tree = ast.parse(plain)
    except SyntaxError:
        return set(re.findall(r"\b[A-Za-z_]\w*\b", plain))
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
