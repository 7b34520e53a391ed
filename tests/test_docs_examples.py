"""Numbers, examples and pictures in the documents are what the data and the program give."""

from __future__ import annotations

import io
import json
import os
import re
import runpy
import shlex
from contextlib import redirect_stdout
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from conftest import ROOT
from PIL import Image
from project_docs import DOCS, KNOWN, NOT_COUNTED, TOLD, blocks, commands, prose, python, run, table

from analysis import claims
from analysis.builds import plan
from analysis.numbers import compare, numerals, tables


def counts() -> dict[str, int]:
    """What the README counts, counted from the data."""
    sources, table, stated = (KNOWN.frame(name) for name in ("sources", "figures", "claims"))
    numbers = {
        "figures": len(table),
        "sources": len(sources),
        "claims": len(stated),
        "provinces": int((KNOWN.frame("areas")["level"] == "province").sum()),
        "core figures": int((table["tier"] == "core").sum()),
        "undated": int(((sources["tier"] == "core") & (sources["published"] == "")).sum()),
    }
    numbers |= {str(word): int(n) for word, n in stated["verdict"].value_counts().items()}
    numbers |= {f"{word} sources": int(n) for word, n in sources["grade"].value_counts().items()}
    numbers |= {f"{word} figures": int(n) for word, n in table["grade"].value_counts().items()}
    numbers["excerpts"] = numbers["excerpt sources"] + numbers["excerpt, translated sources"]
    numbers["reports"] = len(plan.plan(plan.Project.at(ROOT)))
    numbers["pages"] = 2 * numbers["reports"]
    return numbers


def test_readme_counts_what_the_data_hold() -> None:
    """Every count in the README is the count of the data."""
    n = counts()
    phrases = [
        f"{n['figures']:,} printed figures from {n['sources']} sources",
        f"recomputes {n['claims']} calculations",
        f"{n['holds']} hold, {n['holds_if_truncated']} holds only if truncated, "
        f"{n['does_not_hold']} do not hold, {n['contradicts']} are contradicted by another printed "
        f"number, and {n['cannot_be_checked']} cannot be checked",
        f"{n['pages']} pages ({n['reports']} reports in 2 languages)",
        f"The numbers of the {n['provinces']} provinces",
        f"Of the {n['sources']} sources, {n['full text sources']} were read as full texts and "
        f"{n['full short item sources']} as full short items, "
        f"{n['official list (mirror) sources']} are copies of official lists, and of "
        f"{n['excerpts']} only an excerpt was read, "
        f"{n['excerpt, translated sources']} of these in translation; "
        f"{n['secondary list sources']} are lists kept by volunteers",
        f"{['None', 'One', 'Two', 'Three', 'Four', 'Five'][n['undated']]} of the five core "
        "articles carry no day of printing",
    ]
    assert [phrase for phrase in phrases if phrase not in DOCS["README.md"]] == []


@pytest.mark.parametrize("document", TOLD)
def test_every_number_is_accounted_for(document: str) -> None:
    """A number in a sentence is a count of the data, a figure, a result or bound of a claim, or
    listed above as none."""
    text = re.sub(r"!\[[^\]]*\]|\]\([^)]*\)", "", prose(document))
    text = re.sub(r"^\|.*\|$", "", text, flags=re.MULTILINE) if document != "README.md" else text
    known = {f"{number:,}" for number in counts().values()}
    for value in KNOWN.frame("figures")["value"]:
        whole = value == value.to_integral_value()
        known |= {numerals.show(value, places, "en") for places in ((0, 1) if whole else (1,))}
    for verdict in claims.recompute(KNOWN):
        results = [verdict.needed, (verdict.computed,) if verdict.computed else ()]
        known |= {numerals.show(q.value, q.places, "en") for each in results for q in each}
    known |= {"8,910", "31", "32"} if document == "docs/method.md" else {"80", "40", "2"}
    said = set(re.findall(r"(?<![\w.,-])\d[\d.,]*(?<![.,])", text))
    assert said - known - NOT_COUNTED[document] == set()


def test_method_days_are_the_programs() -> None:
    """How near two counts of one state of affairs must be taken is what the method says."""
    assert f"at most {compare.NEAR_DAYS} apart" in DOCS["docs/method.md"]
    assert f"at most {compare.NEAR_DAYS + 1} days before" in DOCS["docs/method.md"]


def test_method_reads_numbers_as_the_program_does() -> None:
    """The method's table of printed numbers is what `numerals.read` makes of them."""
    for printed, language, *told in table("docs/method.md", "printed", "language"):
        read = numerals.read(printed.strip("`"), language)
        ends = ["–" if end is None else numerals.plain(end) for end in (read.low, read.high)]
        assert told == [numerals.plain(read.value), read.qualifier, *ends], printed


def test_method_lists_every_hedge() -> None:
    """The method's table of hedges is the program's, in both languages, and each is read so."""
    told: dict[str, dict[str, str]] = {"vi": {}, "en": {}}
    for qualifier, *words in table("docs/method.md", "qualifier"):
        for language, cell in zip(("vi", "en"), words, strict=True):
            told[language] |= dict.fromkeys(cell.split(" · "), qualifier)
    after = {"trở lên": "vi", "or more": "en"}
    assert set(after) == set(numerals.AFTER)
    for language, hedges in told.items():
        assert set(hedges) - set(after) == set(numerals.HEDGES[language])
        for hedge, qualifier in hedges.items():
            printed = f"3 units {hedge}" if hedge in after else f"{hedge} 3 units"
            assert numerals.read(printed, language).qualifier == qualifier, hedge


def test_method_explains_every_kind_verdict_and_grade() -> None:
    """The method explains every kind of claim, every verdict with a claim that has it, and counts
    every grade."""
    kinds = tuple(row[0] for row in table("docs/method.md", "kind"))
    assert kinds == tables.enum("claims", "kind")
    told = {row[0]: row[2].strip("`") for row in table("docs/method.md", "verdict")}
    assert tuple(told) == tables.enum("claims", "verdict")
    for word, claim in told.items():
        assert claims.recompute(KNOWN, claim)[0].verdict == word
    n = counts()
    grades = {row[0]: (int(row[2]), int(row[3])) for row in table("docs/method.md", "grade")}
    for grade in tables.enum("sources", "grade"):
        assert grades.pop(grade) == (n[f"{grade} sources"], n[f"{grade} figures"])
    assert grades == {}
    assert f"The {n['core figures']} figures of the five core articles" in DOCS["docs/method.md"]


@pytest.mark.parametrize("document", [*TOLD, "docs/notebooks.md", "docs/exploring.md"])
def test_python_examples_print_what_they_say(document: str) -> None:
    """The Python of a document runs, block by block, and prints what its comments say."""
    names: dict[str, object] = {}
    for info, body in blocks(document):
        if info == "python":
            printed = io.StringIO()
            with redirect_stdout(printed):
                exec(body, names)
            told = re.findall(r"^print\(.*\)  # (.+)$", body, flags=re.MULTILINE)
            assert printed.getvalue().splitlines() == told


@pytest.mark.parametrize("document", TOLD)
def test_excerpts_are_in_their_file(document: str) -> None:
    """Lines quoted from a notebook stand in it."""
    for info, body in blocks(document):
        if info.startswith("python "):
            quoted = (ROOT / info.split()[1]).read_text("utf-8").replace('\\"', '"')
            assert [line for line in body.splitlines() if line not in quoted] == []


def test_rows_shown_are_rows_of_the_data() -> None:
    """A row that tells how to type data stands in its table, from its beginning on."""
    shown = [(info, body) for info, body in blocks("docs/adding.md") if info.startswith("csv ")]
    assert len(shown) > 3
    for info, body in shown:
        rows = (ROOT / info.split()[1]).read_text("utf-8").splitlines()
        for line in body.splitlines():
            assert any(row.startswith(line) for row in rows), line


def test_shell_examples_print_what_they_say(site: Path) -> None:
    """Each shell command shown with its output prints just that, on a site as a build makes it."""
    if os.name == "nt":
        pytest.skip("the examples are for a POSIX shell")
    environment = {**os.environ, "LC_ALL": "C.UTF-8"}
    shown = [body for document in TOLD for info, body in blocks(document) if info == "console"]
    assert shown
    for command, told in re.findall(r"^\$ (.+)\n((?:(?!\$ ).*\n)*)", "".join(shown), re.MULTILINE):
        here = command.replace("outputs/", f"{site.parent.parent}/")
        assert run("sh", "-c", here, env=environment).stdout == told, command


def test_plain_papermill_runs_the_readmes_example(tmp_path: Path) -> None:
    """The README's papermill command makes a notebook that knows nothing printed later; nbconvert
    makes a page of it that names its figures."""
    said = [command for document, command in commands() if document == "README.md"]
    (line,) = (command for command in said if "papermill" in command)
    _, notebook, out, *given = shlex.split(line)
    executed = tmp_path / out
    python("-m", "papermill", notebook, str(executed), *given, "--no-progress-bar")
    cells = json.loads(executed.read_text("utf-8"))["cells"]
    shown = json.dumps([cell["outputs"] for cell in cells if cell["cell_type"] == "code"])
    assert "project-21.staff.after" in shown
    assert "2025.grassroots" not in shown
    (line,) = (command for command in said if "nbconvert" in command)
    python("-m", *shlex.split(line.replace(out, str(executed)))[1:])
    assert 'data-figures="project-21.staff.after"' in executed.with_suffix(".html").read_text(
        "utf-8"
    )


PICTURE = runpy.run_path(str(ROOT / "docs" / "picture.py"))


@pytest.mark.parametrize(
    "name", [*PICTURE["PAGES"], *(f"part-{each}" for each in PICTURE["PARTS"])]
)
def test_pictures_show_pages_as_they_are(name: str, site: Path) -> None:
    """A picture keeps the heading of the page it was taken of, or the first words of the part, and
    the built page still has them; it stands in a document, and is small. `make picture` takes them
    anew."""
    path = ROOT / "docs" / "pictures" / f"{name}.png"
    with Image.open(path) as picture:
        told = picture.info["Title"]
    if name in PICTURE["PAGES"]:
        page, _ = PICTURE["PAGES"][name]
        assert PICTURE["heading"](site / "en" / page) == told
    else:
        page, selector = PICTURE["PARTS"][name.removeprefix("part-")]
        soup = BeautifulSoup((site / "en" / page).read_text("utf-8"), "html.parser")
        assert PICTURE["words"](soup.select(selector)[0].decode_contents()).startswith(told)
    assert path.stat().st_size < 150_000
    assert any(f"pictures/{name}.png" in text for text in DOCS.values())
