"""Parameters are typed, and refused before anything runs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from small_project import PARAMETERS, ROOT, SAY, briefing, cell, notebook, small_project, write

from analysis import parameters, reports
from analysis.parameters import Briefing, ParameterError
from analysis.reports import Project, Report

CODES = {
    "provinces": ["an-giang", "ha-noi"],
    "areas": ["an-giang", "ha-noi", "viet-nam"],
    "indicators": ["staff"],
}


def wrong(given: Mapping[str, Any], file: str = "province.ipynb") -> list[str]:
    """What is said about some values."""
    return list(parameters.value_findings(Report("x", "vi", file, given), CODES))


def found(tmp_path: Path, content: Mapping[str, Any], takes: type[Briefing] = Briefing) -> list[str]:
    """What is said about a notebook."""
    write(tmp_path / "a.ipynb", dict(content))
    return list(parameters.notebook_findings(tmp_path / "a.ipynb", takes))


def test_good_values_pass() -> None:
    """Defaults, and each parameter given its own kind of value."""
    assert wrong({}) == []
    assert wrong({"language": "en", "known_on": "2021-06-30", "evidence": "core", "province": "an-giang"}) == []
    assert wrong({"verdict": "holds"}, "claims.ipynb") == []
    assert wrong({"indicator": "staff", "area": "viet-nam"}, "explore.ipynb") == []


WHERE = "report x (vi), province.ipynb: parameter"


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"langauge": "vi"}, f"{WHERE} langauge is not known. Write 'language'."),
        ({"zzz": 1}, f"{WHERE} zzz is not known. Known are language, known_on, evidence, data, province."),
        ({"language": "fr"}, f"{WHERE} language is 'fr'; expected 'vi' or 'en'."),
        ({"known_on": 2021}, f"{WHERE} known_on is 2021; expected a valid string."),
        (
            {"known_on": "30/6/2021"},
            f"{WHERE} known_on is '30/6/2021'; expected a day such as \"2025-09-30\"",
        ),
        ({"known_on": "20210630"}, f"{WHERE} known_on is '20210630'; expected a day such as \"2025-09-30\""),
        ({"evidence": "some"}, f"{WHERE} evidence is 'some'; expected 'core' or 'all'."),
        ({"data": "/no/such"}, f"{WHERE} data is '/no/such'; expected a folder that exists"),
        (
            {"province": "hanoi"},
            f"{WHERE} province is 'hanoi'; expected one of the 2 codes in data/areas.csv (level province), perhaps 'ha-noi'",
        ),
        ({"province": "viet-nam"}, f"{WHERE} province is 'viet-nam'; expected one of the 2 codes"),
    ],
)
def test_a_wrong_value_is_told_with_the_right_form(given: Mapping[str, Any], message: str) -> None:
    """Report, notebook, parameter, what was found, what was expected."""
    (said,) = wrong(given)
    assert said.startswith(message)


def test_a_notebook_agrees_with_its_model(tmp_path: Path) -> None:
    """One cell is tagged parameters, it has the names and defaults of the model, and each is read later."""
    assert found(tmp_path, briefing()) == []


def test_a_parameters_cell_that_lost_its_tag_is_told(tmp_path: Path) -> None:
    """papermill would run with the defaults, N times over."""
    (said,) = found(tmp_path, notebook(cell(PARAMETERS), cell(SAY)))
    assert said == (
        "notebooks/a.ipynb: 0 cells are tagged parameters; expected one. Tag the cell with the defaults, and only that one."
    )
    (said,) = found(tmp_path, notebook(cell(PARAMETERS, "parameters"), cell(PARAMETERS, "parameters")))
    assert "2 cells are tagged parameters" in said


def test_all_that_is_wrong_with_a_notebook_is_told_at_once(tmp_path: Path) -> None:
    """Misspelt, missing, other default, never read: one line each, with the cell and the right form."""
    content = briefing(parameters='langage = "vi"\nevidence = "core"\ndata = ""\nseason = ""')
    assert [said.partition(": ")[2] for said in found(tmp_path, content)] == [
        "parameter langage is not known. Write 'language'.",
        "the default of evidence is 'core'; expected 'all' (analysis/parameters.py). Make them equal.",
        "parameter season is not known. Known are language, known_on.",
        'parameter known_on is missing. Add known_on = "".',
    ]
    unread = notebook(cell("known_on", kind="markdown"), cell(PARAMETERS, "parameters"), cell("language, evidence, data"))
    assert found(tmp_path, unread) == [
        "notebooks/a.ipynb, cell 2: no later cell reads the parameter known_on. Use it, or take it out of the"
        " cell and of analysis/parameters.py."
    ]


def test_reading_is_judged_by_the_code_not_by_the_letters(tmp_path: Path) -> None:
    """A name in a comment, in a string or assigned to is not read; lines of IPython's do not disturb."""
    for source in ("# known_on", "'known_on'", "known_on = 1"):
        (said,) = found(tmp_path, notebook(cell(PARAMETERS, "parameters"), cell(f"language, evidence, data\n{source}")))
        assert "no later cell reads the parameter known_on" in said
    magic = notebook(
        cell(PARAMETERS, "parameters"),
        cell("%matplotlib inline\n!ls\nprint(language, known_on, evidence, data)"),
    )
    assert found(tmp_path, magic) == []


def test_a_parameters_cell_holds_plain_values_only(tmp_path: Path) -> None:
    """Code in it could not be checked, and papermill would put its values behind it."""
    (said,) = found(tmp_path, notebook(cell("import os", "parameters"), cell(SAY)))
    assert said.startswith(
        "notebooks/a.ipynb, cell 1: the parameters cell holds more than names with plain values (line 1: import os)"
    )


def test_what_is_no_notebook_is_told(tmp_path: Path) -> None:
    """Binary junk, other JSON and a missing file are named, without a traceback."""
    for junk in (b"\xff\xfe\x00", b"[]", b'{"cells": 1}', b'{"cells": [{}]}'):
        (tmp_path / "a.ipynb").write_bytes(junk)
        (said,) = parameters.notebook_findings(tmp_path / "a.ipynb", Briefing)
        assert said == "notebooks/a.ipynb: not a notebook (JSON with cells). Restore it from the repository."
    (said,) = parameters.notebook_findings(tmp_path / "b.ipynb", Briefing)
    assert "cannot be read" in said


def test_the_same_mistake_everywhere_is_told_once(tmp_path: Path) -> None:
    """A wrong day given to every report is one finding, not one per page."""
    project = small_project(tmp_path)
    with pytest.raises(ParameterError) as refused:
        parameters.check(project, reports.plan(project, {"known_on": "tomorrow"}))
    assert len(refused.value.findings) == 1


def test_the_real_notebooks_agree_with_their_models() -> None:
    """Every notebook of the project, the unpublished ones too."""
    project = Project.at(ROOT)
    parameters.check(project, reports.plan(project))
    for path in sorted(project.notebooks.glob("*.ipynb")):
        assert list(parameters.notebook_findings(path, parameters.model(path.name))) == []
