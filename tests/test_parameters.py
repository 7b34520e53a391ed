"""Parameters are typed, and refused before anything runs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT
from small_project import PARAMETERS, START, briefing, cell, notebook, small_project, write

from analysis.builds import parameters, plan
from analysis.builds.parameters import ParameterError
from analysis.builds.plan import Project

CODES = {
    "province": ["an-giang", "ha-noi"],
    "area": ["an-giang", "ha-noi", "viet-nam"],
    "indicator": ["staff"],
    "verdict": ["", "holds"],
}
READ = "language, known_on, evidence, data"
OWN = briefing(
    "province, verdict, top",
    parameters=f'{PARAMETERS}\nprovince = "ha-noi"\nverdict = ""\ntop = 5',
)


def findings(folder: Path, content: Mapping[str, Any], **given: object) -> list[str]:
    """The findings about a notebook, and about values that it is given."""
    write(folder / "a.ipynb", dict(content))
    return list(parameters.findings(folder / "a.ipynb", [given], CODES))


def test_good_values_pass(tmp_path: Path) -> None:
    """Defaults; each parameter given its own kind of value; one that has no kind, its default's."""
    assert findings(tmp_path, briefing()) == []
    given = {"language": "en", "known_on": "2021-06-30", "evidence": "core"}
    assert findings(tmp_path, OWN, **given, province="an-giang", verdict="holds", top=3) == []


NAMES = "language, known_on, evidence, data, province, verdict, top"


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("langauge", "vi", "not known. Write 'language'."),
        ("zzz", 1, f"not known. Known are {NAMES}."),
        ("language", "fr", "'fr'; expected 'vi' or 'en'."),
        ("known_on", 2021, "2021; expected a valid string."),
        ("known_on", "30/6/2021", "'30/6/2021'; expected a day such as \"2025-09-30\", or"),
        ("known_on", "20210630", "'20210630'; expected a day such as \"2025-09-30\", or"),
        ("evidence", "some", "'some'; expected 'core' or 'all'."),
        ("data", "/no/such", "'/no/such'; expected a folder that exists"),
        (
            "province",
            "hanoi",
            "'hanoi'; expected one of the 2 codes of this kind in the data, perh",
        ),
        ("province", "", "''; expected one of the 2 codes of this kind in the data."),
        ("top", "3", "'3'; expected a valid integer."),
    ],
)
def test_a_wrong_value_is_reported_with_the_right_form(
    tmp_path: Path, name: str, value: object, message: str
) -> None:
    """Where to correct it, parameter, what was found, what was expected."""
    (wrong,) = findings(tmp_path, OWN, **{name: value})
    where = "notebooks/reports.toml or the command line"
    assert wrong.startswith(f"{where}: parameter {name} is {message}")


def test_a_parameters_cell_that_lost_its_tag_is_reported(tmp_path: Path) -> None:
    """papermill would run with the defaults, N times over."""
    tagged, untagged = cell(PARAMETERS, "parameters"), cell(PARAMETERS)
    (wrong,) = findings(tmp_path, notebook(untagged, cell(START)))
    assert wrong == (
        "notebooks/a.ipynb: 0 cells are tagged parameters; expected one."
        " Tag the cell with the defaults, and only that one."
    )
    (wrong,) = findings(tmp_path, notebook(tagged, tagged))
    assert "2 cells are tagged parameters" in wrong


def test_everything_wrong_with_a_cell_is_reported_at_once(tmp_path: Path) -> None:
    """What every notebook takes has its default; all that a cell names is good, and read later."""
    content = briefing(parameters='langage = "vi"\nevidence = "core"\ndata = ""\nprovince = "x"')
    wrong = findings(tmp_path, content)
    assert {each.partition(": ")[0] for each in wrong} == {"notebooks/a.ipynb, cell 4"}
    assert [each.partition(": ")[2] for each in wrong] == [
        "parameter province is 'x'; expected one of the 2 codes of this kind in the data.",
        'expected the line language = "vi", as in every notebook.',
        'expected the line known_on = "", as in every notebook.',
        'expected the line evidence = "all", as in every notebook.',
        "no later cell reads the parameter langage. Use it, or take it out of the cell.",
        "no later cell reads the parameter province. Use it, or take it out of the cell.",
    ]


def test_reading_is_judged_by_the_code_not_by_the_letters(tmp_path: Path) -> None:
    """A name in a comment or a string, or assigned to, is not read; magic does not disturb."""
    head = cell(PARAMETERS, "parameters")
    for source in ("# known_on", "'known_on'", "known_on = 1"):
        code = cell(f"language, evidence, data\n{source}")
        (wrong,) = findings(tmp_path, notebook(head, cell("known_on", kind="markdown"), code))
        assert "no later cell reads the parameter known_on." in wrong
    magic = notebook(head, cell(f"%matplotlib inline\n!ls\nprint({READ})"))
    assert findings(tmp_path, magic) == []
    assert findings(tmp_path, notebook(head, cell(f"({READ}"))) == []  # fails where it is run


def test_a_parameters_cell_holds_plain_values_only(tmp_path: Path) -> None:
    """Code in it could not be checked, and papermill would put its values behind it."""
    (wrong,) = findings(tmp_path, notebook(cell("import os", "parameters"), cell(START)))
    assert wrong.startswith(
        "notebooks/a.ipynb, cell 1: the parameters cell holds more than names with plain values"
        " (line 1: import os)"
    )
    typed = PARAMETERS.replace("language = ", '"The preview."\nlanguage: str = ')
    assert findings(tmp_path, notebook(cell(typed, "parameters"), cell(READ))) == []


def test_what_is_no_notebook_is_reported(tmp_path: Path) -> None:
    """Binary junk, other JSON and a missing file are named, without a traceback."""
    (missing,) = parameters.findings(tmp_path / "a.ipynb", [], CODES)
    assert missing.startswith("notebooks/a.ipynb: not a notebook (JSON with cells). Restore it")
    for junk in (b"\xff\xfe\x00", b"[]", b'{"cells": 1}', b'{"cells": [{}]}'):
        (tmp_path / "a.ipynb").write_bytes(junk)
        assert list(parameters.findings(tmp_path / "a.ipynb", [], CODES)) == [missing]


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
    explore, codes = project.notebooks / "explore.ipynb", parameters.codes(project)
    assert list(parameters.findings(explore, [], codes)) == []
