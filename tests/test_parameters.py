"""Parameters are typed, and refused before anything runs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from small_project import PARAMETERS, START, briefing, cell, notebook, small_project, write

from analysis.builds import parameters, plan
from analysis.builds.parameters import Briefing, ParameterError, Province
from analysis.builds.plan import Project, Report

ROOT = Path(__file__).resolve().parents[1]
CODES = {
    "areas.csv (level province)": ["an-giang", "ha-noi"],
    "areas.csv": ["an-giang", "ha-noi", "viet-nam"],
    "indicators.csv": ["staff"],
}
READ = "language, known_on, evidence, data"


def wrong(given: Mapping[str, Any], file: str = "province.ipynb") -> list[str]:
    """The findings about some values."""
    return list(parameters.value_findings(Report("x", file, given), CODES))


def findings(
    folder: Path, content: Mapping[str, Any], takes: type[Briefing] = Briefing
) -> list[str]:
    """The findings about a notebook."""
    write(folder / "a.ipynb", dict(content))
    return list(parameters.notebook_findings(folder / "a.ipynb", takes))


def test_good_values_pass() -> None:
    """Defaults, and each parameter given its own kind of value."""
    assert wrong({}) == []
    given = {"language": "en", "known_on": "2021-06-30", "evidence": "core"}
    assert wrong({**given, "province": "an-giang"}) == []
    assert wrong({"verdict": "holds"}, "claims.ipynb") == []
    assert wrong({"indicator": "staff", "area": "viet-nam"}, "explore.ipynb") == []


NAMES = "language, known_on, evidence, data, province"
ONE_OF = "expected one of the 2 codes in data/areas.csv (level province)"


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"langauge": "vi"}, "langauge is not known. Write 'language'."),
        ({"zzz": 1}, f"zzz is not known. Known are {NAMES}."),
        ({"language": "fr"}, "language is 'fr'; expected 'vi' or 'en'."),
        ({"known_on": 2021}, "known_on is 2021; expected a valid string."),
        (
            {"known_on": "30/6/2021"},
            "known_on is '30/6/2021'; expected a day such as \"2025-09-30\"",
        ),
        ({"known_on": "20210630"}, "known_on is '20210630'; expected a day such as \"2025-09-30\""),
        ({"evidence": "some"}, "evidence is 'some'; expected 'core' or 'all'."),
        ({"data": "/no/such"}, "data is '/no/such'; expected a folder that exists"),
        ({"province": "hanoi"}, f"province is 'hanoi'; {ONE_OF}, perhaps 'ha-noi'"),
        ({"province": "viet-nam"}, f"province is 'viet-nam'; {ONE_OF}"),
        ({"province": ""}, f"province is ''; {ONE_OF}"),
    ],
)
def test_a_wrong_value_is_reported_with_the_right_form(
    given: Mapping[str, Any], message: str
) -> None:
    """Report, notebook, parameter, what was found, what was expected."""
    (said,) = wrong(given)
    assert said.startswith(f"report x, province.ipynb: parameter {message}")


def test_a_notebook_agrees_with_its_model(tmp_path: Path) -> None:
    """One cell is tagged parameters; it has the names and defaults of the model, each read later.

    A parameter that the model leaves to the notebook may have any text as its default.
    """
    assert findings(tmp_path, briefing()) == []
    own = briefing("province", parameters=PARAMETERS + '\nprovince = "hue"')
    assert findings(tmp_path, own, Province) == []
    (said,) = findings(tmp_path, briefing(), Province)
    assert said.endswith('parameter province is missing. Add province = "…".')


def test_a_parameters_cell_that_lost_its_tag_is_reported(tmp_path: Path) -> None:
    """papermill would run with the defaults, N times over."""
    tagged, untagged = cell(PARAMETERS, "parameters"), cell(PARAMETERS)
    (said,) = findings(tmp_path, notebook(untagged, cell(START)))
    assert said.startswith("notebooks/a.ipynb: 0 cells are tagged parameters; expected one.")
    assert said.endswith("Tag the cell with the defaults, and only that one.")
    (said,) = findings(tmp_path, notebook(tagged, tagged))
    assert "2 cells are tagged parameters" in said


def test_everything_wrong_with_a_notebook_is_reported_at_once(tmp_path: Path) -> None:
    """Misspelt, missing, other default, never read: one line each, with the right form."""
    content = briefing(parameters='langage = "vi"\nevidence = "core"\ndata = ""\nseason = ""')
    assert [said.partition(": ")[2] for said in findings(tmp_path, content)] == [
        "parameter langage is not known. Write 'language'.",
        "the default of evidence is 'core'; expected 'all' (analysis/builds/parameters.py)."
        " Make them equal.",
        "parameter season is not known. Known are language, known_on.",
        'parameter known_on is missing. Add known_on = "".',
    ]


def test_reading_is_judged_by_the_code_not_by_the_letters(tmp_path: Path) -> None:
    """A name in a comment or a string, or assigned to, is not read; magic does not disturb."""
    head = cell(PARAMETERS, "parameters")
    for source in ("# known_on", "'known_on'", "known_on = 1"):
        (said,) = findings(tmp_path, notebook(head, cell(f"language, evidence, data\n{source}")))
        assert said == (
            "notebooks/a.ipynb, cell 1: no later cell reads the parameter known_on. Use it, or take"
            " it out of the cell and of analysis/builds/parameters.py."
        )
    magic = notebook(head, cell(f"%matplotlib inline\n!ls\nprint({READ})"))
    assert findings(tmp_path, magic) == []


def test_a_parameters_cell_holds_plain_values_only(tmp_path: Path) -> None:
    """Code in it could not be checked, and papermill would put its values behind it."""
    (said,) = findings(tmp_path, notebook(cell("import os", "parameters"), cell(START)))
    assert said.startswith(
        "notebooks/a.ipynb, cell 1: the parameters cell holds more than names with plain values"
        " (line 1: import os)"
    )
    typed = PARAMETERS.replace("language = ", '"The preview."\nlanguage: str = ')
    assert findings(tmp_path, notebook(cell(typed, "parameters"), cell(READ))) == []


def test_what_is_no_notebook_is_reported(tmp_path: Path) -> None:
    """Binary junk, other JSON and a missing file are named, without a traceback."""
    for junk in (b"\xff\xfe\x00", b"[]", b'{"cells": 1}', b'{"cells": [{}]}'):
        (tmp_path / "a.ipynb").write_bytes(junk)
        (said,) = parameters.notebook_findings(tmp_path / "a.ipynb", Briefing)
        assert said == (
            "notebooks/a.ipynb: not a notebook (JSON with cells). Restore it from the repository."
        )
    (said,) = parameters.notebook_findings(tmp_path / "b.ipynb", Briefing)
    assert "cannot be read" in said


def test_the_same_mistake_everywhere_is_reported_once(tmp_path: Path) -> None:
    """A wrong day given to every report is one finding, not one per report."""
    project = small_project(tmp_path)
    parameters.check(project, plan.plan(project))
    with pytest.raises(ParameterError) as refused:
        parameters.check(project, plan.plan(project, {"known_on": "tomorrow"}))
    assert len(refused.value.findings) == 1
    assert refused.value.exit_code == 2


def test_every_notebook_of_the_project_has_good_parameters() -> None:
    """Those of the plan with their values, and the one that is not published."""
    project = Project.at(ROOT)
    parameters.check(project, plan.plan(project))
    explore = project.notebooks / "explore.ipynb"
    assert list(parameters.notebook_findings(explore, parameters.model(explore.name))) == []
