"""The parameters of each notebook, typed, and checked before anything runs.

papermill itself only warns of a parameter that no notebook takes, and then makes every report with
the defaults. Here a wrong name, a wrong value, a parameter that no cell reads and a parameters cell
that lost its tag are errors, all of them reported at once, each with the right form in it.

A notebook takes what its parameters cell names. A value is of the kind that is listed here for its
name; a name that is not listed takes values of the type of its default.
"""

from __future__ import annotations

import ast
import difflib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, ConfigDict, ValidationError, ValidationInfo, create_model

from analysis.builds import plan
from analysis.builds.plan import Project, Report
from analysis.errors import UserError
from analysis.numbers import tables
from analysis.numbers.schema import is_day

# What every notebook takes, with these defaults. `language` is that of the preview alone; `data`
# is "data" in a project of one's own, so that its notebooks find their tables outside of a build.
EVERY = {"language": "vi", "known_on": "", "evidence": "all", "data": ""}
_OWN_DATA = "data"

# The codes that the data hold, by the name of the parameter that takes one of them.
Codes = Mapping[str, Sequence[str]]


class ParameterError(UserError):
    """Wrong parameters or notebooks; `findings` holds all of them, one or two lines each."""

    def __init__(self, findings: Sequence[str]) -> None:
        super().__init__("\n".join(findings))
        self.findings = list(findings)


# ------------------------------------------------------------------------------------------- kinds


def _day(value: str) -> str:
    if value and not is_day(value):
        raise ValueError('a day such as "2025-09-30", or "" for everything known')
    return value


def _folder(value: str) -> str:
    if value not in ("", _OWN_DATA) and not Path(value).is_dir():
        raise ValueError('a folder that exists, or "" for the data of the project')
    return value


def _held(value: str, info: ValidationInfo) -> str:
    codes: Sequence[str] = (info.context or {})[info.field_name]
    if value not in codes:
        near = difflib.get_close_matches(value, codes, n=1)
        hint = f", perhaps {near[0]!r}" if near else ""
        raise ValueError(f"one of the {len(codes)} codes of this kind in the data{hint}")
    return value


_Code = Annotated[str, AfterValidator(_held)]
_KINDS: dict[str, Any] = {
    "language": Literal["vi", "en"],
    "known_on": Annotated[str, AfterValidator(_day)],
    "evidence": Literal["core", "all"],
    "data": Annotated[str, AfterValidator(_folder)],
    **dict.fromkeys(("province", "commune", "area", "indicator", "verdict"), _Code),
}


def codes(project: Project) -> Codes:
    """The codes that the tables of a project hold."""
    areas = plan.areas(project)
    return {
        "province": [row["area"] for row in areas if row["level"] == "province"],
        "commune": [row["area"] for row in areas if row["level"] == "commune"],
        "area": [row["area"] for row in areas],
        "indicator": [row["indicator"] for row in tables.rows(project.data / "indicators.csv")],
        "verdict": ["", *tables.enum("claims", "verdict")],
    }


# ------------------------------------------------------------------------------------------- check


def check(project: Project, planned: Iterable[Report]) -> None:
    """Raise `ParameterError` with all that is wrong in the notebooks and their parameters."""
    given: dict[str, list[Mapping[str, Any]]] = {}
    for report in planned:
        given.setdefault(report.notebook, []).append(report.parameters)
    held = codes(project)
    wrong = {  # the same one in the report of every province is one mistake
        finding: None
        for notebook, values in given.items()
        for finding in findings(project.notebooks / notebook, values, held)
    }
    if wrong:
        raise ParameterError(list(wrong))


def findings(notebook: Path, given: Iterable[Mapping[str, Any]], codes: Codes) -> Iterator[str]:
    """What is wrong with the parameters cell of a notebook, and with values that it is given."""
    where = f"notebooks/{notebook.name}"
    every = cells(notebook)
    code = [(n, c) for n, c in enumerate(every, start=1) if c["cell_type"] == "code"]
    tagged = [number for number, cell in code if "parameters" in _tags(cell)]
    if not every:
        yield f"{where}: not a notebook (JSON with cells). Restore it from the repository."
    elif len(tagged) != 1:
        yield (
            f"{where}: {len(tagged)} cells are tagged parameters; expected one."
            " Tag the cell with the defaults, and only that one."
        )
    else:
        head, *later = ("".join(c["source"]) for number, c in code if number >= tagged[0])
        place = f"{where}, cell {tagged[0]}"
        try:
            defaults = _defaults(head)
        except (SyntaxError, ValueError) as error:
            what = f"the parameters cell holds more than names with plain values ({error})"
            yield f'{place}: {what}. Keep to lines like known_on = "".'
            return
        yield from (f"{place}: {wrong}" for wrong in _cell_findings(defaults, later, codes))
        for values in given:
            for wrong in _wrong(values, defaults, codes):
                yield f"{plan.PLAN} or the command line: {wrong}"


def cells(notebook: Path) -> list[dict[str, Any]]:
    """The cells of a notebook; none where it is no notebook, which its check reports."""
    try:
        listed = list(json.loads(notebook.read_text("utf-8"))["cells"])
        for cell in listed:
            _ = cell["cell_type"], "".join(cell["source"]), _tags(cell)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return []
    return listed


def _tags(cell: Mapping[str, Any]) -> list[str]:
    """The tags of a cell."""
    return list(cell.get("metadata", {}).get("tags", []))


def _cell_findings(
    defaults: Mapping[str, Any], later: Iterable[str], codes: Codes
) -> Iterator[str]:
    """What is wrong with the names and defaults of a parameters cell, before its later cells."""
    yield from _wrong(defaults, defaults, codes)
    for name, value in EVERY.items():
        if defaults.get(name) != value and (name, defaults.get(name)) != ("data", _OWN_DATA):
            yield f'expected the line {name} = "{value}", as in every notebook.'
    read: set[str] = set().union(*map(_names_read, later))
    for name in defaults:
        if name not in read:
            yield f"no later cell reads the parameter {name}. Use it, or take it out of the cell."


def _wrong(values: Mapping[str, Any], defaults: Mapping[str, Any], codes: Codes) -> Iterator[str]:
    """Values that a notebook with these defaults does not take, each with the right form."""
    kinds: Any = {name: (_KINDS.get(name, type(value)), value) for name, value in defaults.items()}
    strict = ConfigDict(strict=True, extra="forbid")
    try:
        create_model("Parameters", __config__=strict, **kinds).model_validate(values, context=codes)
    except ValidationError as error:
        for problem in error.errors():
            name = ".".join(map(str, problem["loc"]))
            wanted = re.sub("^(Value error, |Input should be )", "", problem["msg"])
            if problem["type"] != "extra_forbidden":
                yield f"parameter {name} is {problem['input']!r}; expected {wanted}."
                continue
            near = difflib.get_close_matches(name, defaults, n=1)
            right = f"Write {near[0]!r}" if near else f"Known are {', '.join(defaults)}"
            yield f"parameter {name} is not known. {right}."


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


def _names_read(source: str) -> set[str]:
    """The names that a cell reads; lines that are IPython's (%magic, !command) are left out."""
    plain = re.sub(r"^\s*[%!?].*$", "pass", source, flags=re.MULTILINE)
    try:
        nodes = list(ast.walk(ast.parse(plain)))
    except SyntaxError:  # the report fails where it is run
        return set(re.findall(r"\b[A-Za-z_]\w*\b", plain))
    names = [node for node in nodes if isinstance(node, ast.Name)]
    return {node.id for node in names if isinstance(node.ctx, ast.Load)}
