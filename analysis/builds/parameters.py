"""The parameters of each notebook, typed, and checked before anything runs.

papermill itself only warns of a parameter that no notebook takes, and then makes every report with
the defaults. Here a wrong name, a wrong value, a parameter that no cell reads and a parameters cell
that lost its tag are errors, all of them reported at once, each with the right form in it.
"""

from __future__ import annotations

import ast
import difflib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError, ValidationInfo

from analysis.builds import plan
from analysis.builds.plan import Project, Report
from analysis.errors import UserError
from analysis.numbers import tables

_HERE = "analysis/builds/parameters.py"


class ParameterError(UserError):
    """Wrong parameters or notebooks; `findings` holds all of them, one or two lines each."""

    def __init__(self, findings: Sequence[str]) -> None:
        super().__init__("\n".join(findings))
        self.findings = list(findings)


# ------------------------------------------------------------------------------------------ models


def _day(value: str) -> str:
    try:
        good = not value or date.fromisoformat(value).isoformat() == value
    except ValueError:
        good = False
    if not good:
        raise ValueError('a day such as "2025-09-30", or "" for everything known')
    return value


def _folder(value: str) -> str:
    if value and not Path(value).is_dir():
        raise ValueError('a folder that exists, or "" for the data of the project')
    return value


def _code(where: str) -> AfterValidator:
    """A code that one of the project's tables must hold."""

    def check(value: str, info: ValidationInfo) -> str:
        codes: Sequence[str] = (info.context or {}).get(where, [])
        if value not in codes:
            near = difflib.get_close_matches(value, codes, n=1)
            hint = f", perhaps {near[0]!r}" if near else ""
            raise ValueError(f"one of the {len(codes)} codes in data/{where}{hint}")
        return value

    return AfterValidator(check)


class Briefing(BaseModel):
    """The parameters that every notebook takes. `language` is that of the preview alone.

    A parameter without a default here may have any value of its kind in the notebook.
    """

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    language: Literal["vi", "en"] = "vi"
    known_on: Annotated[str, AfterValidator(_day)] = ""
    evidence: Literal["core", "all"] = "all"
    data: Annotated[str, AfterValidator(_folder)] = ""


_PROVINCES, _AREAS, _INDICATORS = "areas.csv (level province)", "areas.csv", "indicators.csv"


class Province(Briefing):
    """One province beside the country."""

    province: Annotated[str, _code(_PROVINCES)]


class Claims(Briefing):
    """The stated calculations, all of them or those with one verdict."""

    verdict: Literal[
        "", "holds", "holds_if_truncated", "does_not_hold", "contradicts", "cannot_be_checked"
    ] = ""


class Explore(Briefing):
    """The tables at a researcher's fingertips; not published."""

    indicator: Annotated[str, _code(_INDICATORS)]
    area: Annotated[str, _code(_AREAS)]


# Notebooks that take more than every notebook does.
MODELS: dict[str, type[Briefing]] = {
    "claims.ipynb": Claims,
    "explore.ipynb": Explore,
    "province.ipynb": Province,
}


def model(notebook: str) -> type[Briefing]:
    """The parameters that a notebook takes."""
    return MODELS.get(notebook, Briefing)


# ------------------------------------------------------------------------------------------- check


def check(project: Project, planned: Iterable[Report]) -> None:
    """Raise `ParameterError` with all that is wrong in the notebooks and their parameters."""
    planned = list(planned)
    findings: list[str] = []
    for notebook in sorted({report.notebook for report in planned}):
        findings += notebook_findings(project.notebooks / notebook, model(notebook))
    codes = _codes(project)
    mistakes: dict[str, str] = {}  # the same one in the report of every province is one mistake
    for finding in (each for report in planned for each in value_findings(report, codes)):
        mistakes.setdefault(finding.partition(": ")[2], finding)
    findings += mistakes.values()
    if findings:
        raise ParameterError(findings)


def _codes(project: Project) -> dict[str, list[str]]:
    areas = plan.areas(project)
    indicators = tables.rows(project.data / "indicators.csv")
    return {
        _PROVINCES: [row["area"] for row in areas if row["level"] == "province"],
        _AREAS: [row["area"] for row in areas],
        _INDICATORS: [row["indicator"] for row in indicators],
    }


def value_findings(report: Report, codes: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """What is wrong with the parameters of one report; `codes` are those that each table holds."""
    takes = model(report.notebook)
    try:
        takes.model_validate(dict(report.parameters), context=codes)
    except ValidationError as error:
        for problem in error.errors():
            name = ".".join(map(str, problem["loc"]))
            where = f"report {report.name}, {report.notebook}: parameter {name}"
            if problem["type"] == "extra_forbidden":
                yield f"{where} is not known. {_instead(name, list(takes.model_fields))}"
            elif problem["type"] != "missing":  # the notebook's own default stands
                wanted = re.sub("^(Value error, |Input should be )", "", problem["msg"])
                yield (
                    f"{where} is {problem['input']!r}; expected {wanted}."
                    " Correct it in notebooks/reports.toml or on the command line."
                )


def _instead(name: str, names: Sequence[str]) -> str:
    near = difflib.get_close_matches(name, names, n=1)
    return f"Write {near[0]!r}." if near else f"Known are {', '.join(names)}."


def notebook_findings(notebook: Path, takes: type[Briefing]) -> Iterator[str]:
    """What is wrong with a notebook's parameters cell, and parameters that no later cell reads."""
    shown = f"notebooks/{notebook.name}"
    try:
        code = _code_cells(notebook)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        cause = "not a notebook (JSON with cells)"
        if isinstance(error, OSError):
            cause = f"cannot be read ({error.strerror})"
        yield f"{shown}: {cause}. Restore it from the repository."
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
            f"{where}: the parameters cell holds more than names with plain values ({error})."
            ' Keep to lines like known_on = "".'
        )
        return
    yield from _against_model(defaults, takes, where)
    later = (_names_read(text) for place, _, text in code if place > number)
    read: set[str] = set().union(*later)
    for name in defaults:
        if name not in read and name in takes.model_fields:
            yield (
                f"{where}: no later cell reads the parameter {name}."
                f" Use it, or take it out of the cell and of {_HERE}."
            )


def _code_cells(notebook: Path) -> list[tuple[int, list[str], str]]:
    """Number, tags and source of each cell of code."""
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    return [
        (number, list(cell.get("metadata", {}).get("tags", [])), "".join(cell["source"]))
        for number, cell in enumerate(cells, 1)
        if cell["cell_type"] == "code"
    ]


def _defaults(source: str) -> dict[str, Any]:
    """The names and values of a cell that only assigns plain values."""
    values = {}
    for statement in ast.parse(source).body:
        match statement:
            case ast.Expr(value=ast.Constant()):
                pass  # a string that explains
            case (
                ast.Assign(targets=[ast.Name(id=name)], value=value)
                | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value)
            ):
                values[name] = ast.literal_eval(value)
            case _:
                raise ValueError(f"line {statement.lineno}: {ast.unparse(statement)[:60]}")
    return values


def _against_model(defaults: Mapping[str, Any], takes: type[Briefing], where: str) -> Iterator[str]:
    fields = takes.model_fields
    free = [name for name in fields if name not in defaults]
    for name, value in defaults.items():
        if name not in fields:
            yield f"{where}: parameter {name} is not known. {_instead(name, free or list(fields))}"
            continue
        wanted = str(value) if fields[name].is_required() else fields[name].default
        if value != wanted or type(value) is not type(wanted):
            yield (
                f"{where}: the default of {name} is {value!r}; expected {wanted!r} ({_HERE})."
                " Make them equal."
            )
    for name in free:
        if not difflib.get_close_matches(name, set(defaults) - set(fields), n=1):
            value = "…" if fields[name].is_required() else fields[name].default
            yield f'{where}: parameter {name} is missing. Add {name} = "{value}".'


def _names_read(source: str) -> set[str]:
    """The names that a cell reads; lines that are IPython's (%magic, !command) are left out."""
    plain = re.sub(r"^\s*[%!?].*$", "pass", source, flags=re.MULTILINE)
    try:
        nodes = list(ast.walk(ast.parse(plain)))
    except SyntaxError:
        return set(re.findall(r"\b[A-Za-z_]\w*\b", plain))
    names = [node for node in nodes if isinstance(node, ast.Name)]
    return {node.id for node in names if isinstance(node.ctx, ast.Load)}
