"""The documents are true: what they name exists, what they quote is so, what they count is counted
here."""

import csv
import importlib
import io
import json
import os
import re
import runpy
import shlex
import subprocess
import sys
import unicodedata
from collections.abc import Iterator
from contextlib import redirect_stdout
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from conftest import ROOT
from PIL import Image

from analysis import claims, figures
from analysis.builds import cli, options, plan
from analysis.numbers import compare, numerals, tables

TOP = ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "data/README.md")
PATHS = [*(ROOT / name for name in TOP), *sorted((ROOT / "docs").glob("*.md"))]
DOCS = {path.relative_to(ROOT).as_posix(): path.read_text("utf-8") for path in PATHS}
TOLD = ["README.md", "docs/method.md", "docs/tour.md"]  # the documents that speak of numbers
PACKAGE = ROOT / "analysis"
MODULES = {
    path.stem: ".".join(path.relative_to(ROOT).with_suffix("").parts)
    for path in PACKAGE.glob("*/[a-z]*.py")
}
KNOWN = figures.load()

# Numbers of the documents that are no figures and are not counted from the data.
NOT_COUNTED = {
    "README.md": {"3.11", "4.0", "2021", "2025", "2026", "30", "2018", "06", "21"},
    "docs/method.md": {"1", "06", "21", "9,240"},
    "docs/tour.md": {"18", "2025", "1", "2", "3", "4", "5", "6", "7", "8"},
}


# --- reading a document


FENCED = re.compile(r"^```(\S[^\n]*)\n(.*?)^```$", flags=re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`([^`\n]+)`")


def blocks(document: str) -> list[tuple[str, str]]:
    """(info, body) of each fenced block of a document."""
    return FENCED.findall(DOCS[document])


def prose(document: str) -> str:
    """A document without its blocks and the code in its sentences."""
    return CODE.sub("", FENCED.sub("", DOCS[document]))


def code(document: str) -> list[str]:
    """The code in the sentences of a document."""
    return CODE.findall(FENCED.sub("", DOCS[document]))


def run(*command: str, **how: Any) -> subprocess.CompletedProcess[str]:
    """A command that has ended, run in the project's folder."""
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, **how)


def python(*arguments: str) -> str:
    """What Python prints with these arguments; a failure is the test's."""
    done = run(sys.executable, *arguments)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def grids(document: str) -> Iterator[tuple[list[str], list[list[str]]]]:
    """(header, rows) of each table of a document."""
    for table in re.findall(r"(?:^\|.*\|\n)+", DOCS[document], flags=re.MULTILINE):
        lines = [
            [cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()
        ]
        yield lines[0], lines[2:]


def table(document: str, *header: str) -> list[list[str]]:
    """The rows of the table with that header, from its first column on."""
    return next(rows for head, rows in grids(document) if head[: len(header)] == list(header))


def anchor(heading: str) -> str:
    """The anchor that GitHub gives a heading."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def commands() -> list[tuple[str, str]]:
    """(document, command) of every shell command in a block or a sentence."""
    found = []
    for document in DOCS:
        for info, body in blocks(document):
            shown = {"sh": r"^(.+)$", "console": r"^\$ (.+)$"}.get(info, r"(?!)")
            found += [(document, line) for line in re.findall(shown, body, re.MULTILINE)]
        said = (each for each in code(document) if re.match(r"(make|python -m|\.venv/\S+) ", each))
        found += [(document, each) for each in said]
    return list(dict.fromkeys(found))


# --- commands


def test_commands_exist() -> None:
    """Every target of make, and every command and option of the command line, exists as the
    documents write it."""
    assert len(commands()) > 50
    for document, command in commands():
        _exists(document, command)


def _exists(document: str, command: str) -> None:
    program, *arguments = shlex.split(command.split(" | ")[0])
    if program == "make":
        makefile = (ROOT / "Makefile").read_text("utf-8")
        targets = set(re.findall(r"^([a-z]+):", makefile, flags=re.MULTILINE))
        assert {argument for argument in arguments if "=" not in argument} <= targets, document
    elif program == "briefings" or arguments[:2] == ["-m", "analysis"]:
        # A folder that is to be given stands for itself: parsing asks whether one is taken.
        options.parser().parse_args(arguments[0 if program == "briefings" else 2 :])
    elif program.endswith("papermill"):
        notebook = (ROOT / arguments[0]).read_text("utf-8")
        given = [name for flag, name in pairwise(arguments) if flag == "-p"]
        assert [name for name in given if f'"{name} = ' not in notebook] == [], document
    elif program.endswith("jupyter"):
        assert arguments[0] in {"nbconvert", "lab"}
    elif program.endswith("dask"):
        told = python("-m", "dask", arguments[0], "--help")
        assert [word for word in arguments if word.startswith("--") and word not in told] == []
    else:
        assert program in {"grep", "cut", ".venv/bin/python", "python"}, document


def test_exit_codes_are_the_programs() -> None:
    """The README's table of exit codes is the command line's."""
    told = {int(row[0].strip("`")) for row in table("README.md", "exit code")}
    assert told == {cli.DONE, cli.FAILED, cli.USAGE, cli.DATA}


def test_contributing_lists_every_target() -> None:
    """CONTRIBUTING lists what make can do, all of it."""
    makefile = (ROOT / "Makefile").read_text("utf-8")
    phony = re.search(r"^\.PHONY: help (.*)$", makefile, flags=re.MULTILINE)
    assert phony is not None
    told = {row[0].strip("`") for row in table("CONTRIBUTING.md", "command")}
    assert told == {f"make {name}" for name in phony[1].split()}


def test_contributing_maps_every_file() -> None:
    """CONTRIBUTING's map of the house names every file of the package, on its floor."""
    house = DOCS["CONTRIBUTING.md"].partition("## The house")[2].partition("## The path")[0]
    floors = re.split(r"\*\*`analysis/(\w+)/`\*\*", house)[1:]
    mapped = dict(zip(floors[::2], floors[1::2], strict=True))
    for name in ("numbers", "saying", "pages", "builds"):
        files = {path.name for path in (PACKAGE / name).rglob("[a-z]*.py")}
        assert set(re.findall(r"`(\w+\.py)`", mapped[name])) == files


# --- names, paths and links


def test_paths_exist() -> None:
    """Every path of the project that a document names exists; what a build makes lies under
    outputs/."""
    top = {path.name for path in ROOT.iterdir()} - {"outputs", ".venv"}
    for document in DOCS:
        quoted = "\n".join(body for _, body in blocks(document))
        named = [*code(document), *re.findall(r"(?<=\s)[\w.-]+/[\w./-]+", quoted)]
        named = [each for each in named if re.fullmatch(r"[\w.][\w./-]*", each)]
        paths = [each for each in named if re.search(r"[./]", each) and each.split("/")[0] in top]
        assert [each for each in paths if not (ROOT / each).exists()] == [], document


def test_links_resolve() -> None:
    """Every link within the project leads to a file that exists, and every anchor to one heading,
    no two of which share it."""
    for document in DOCS:
        for target in re.findall(r"\]\((?!https?:)([^)\s]+)\)", prose(document)):
            name, _, wanted = target.partition("#")
            path = ((ROOT / document).parent / name).resolve() if name else ROOT / document
            assert path.exists(), (document, target)
            if wanted:
                written = FENCED.sub("", path.read_text("utf-8"))
                headings = re.findall(r"^#+ (.+)$", written, flags=re.MULTILINE)
                assert [*map(anchor, headings)].count(wanted) == 1, (document, target)


def test_names_in_code_exist() -> None:
    """Every `module.name` of the package that a document mentions is there."""
    for said in (each for document in DOCS for each in code(document)):
        match = re.fullmatch(rf"({'|'.join(MODULES)})\.(\w+)", said)
        if match and match[2] not in {"py", "toml", "csv", "md", "ipynb"}:
            assert hasattr(importlib.import_module(MODULES[match[1]]), match[2]), said


def test_readme_opens_with_the_question() -> None:
    """The README's first sentence is a question, and says what it is answered from in the next."""
    first = DOCS["README.md"].split("\n\n")[1]
    assert "?" in first.split(". ")[0]
    assert "printed" in first


# --- the glossary


def data_ids() -> set[str]:
    """Everything that the data call by an id or a column name, and the words their columns are made
    of."""
    ids: set[str] = set()
    for path in (ROOT / "data").glob("*.csv"):
        rows = list(csv.reader(io.StringIO(path.read_text("utf-8"))))
        ids |= set(rows[0]) | {row[0] for row in rows[1:]}
    return ids


def test_glossary_identifiers_exist() -> None:
    """Each identifier of the glossary is an id or a column of the data, a name in the code, or a
    path."""
    ids = data_ids()
    package = "\n".join(path.read_text("utf-8") for path in PACKAGE.rglob("*.py"))
    listed = [row[-1] for _, rows in grids("docs/glossary.md") for row in rows]
    for name in (name for cell in listed for name in CODE.findall(cell)):
        last = name.rpartition(".")[2]
        path = "/" in name and (name.startswith("outputs/") or (ROOT / name).exists())
        defined = re.search(rf"\b(def|class) {last}\b|^{last} = ", package, re.MULTILINE)
        assert name in ids or path or name in package or defined, name


def test_glossary_terms_are_the_sources_own() -> None:
    """Each Vietnamese term is written as the data or the notebooks write it, with all its marks, in
    NFC."""
    text = "\n".join(path.read_text("utf-8") for path in (ROOT / "data").glob("*.csv"))
    text += "\n".join(path.read_text("utf-8") for path in (ROOT / "notebooks").glob("*.ipynb"))
    terms = [row[0] for row in table("docs/glossary.md", "Vietnamese")]
    assert [term for term in terms if term.lower() not in text.lower()] == []
    assert all(unicodedata.is_normalized("NFC", document) for document in DOCS.values())


def test_glossary_pairs_each_term_once() -> None:
    """No Vietnamese term has two English words, no English word two Vietnamese terms, no word two
    meanings."""
    for header in ("Vietnamese", "word"):
        rows = table("docs/glossary.md", header)
        for column in (0, 1):
            words = [row[column].lower() for row in rows]
            assert len(words) == len(set(words))


# --- numbers


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


# --- examples


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
    made = tmp_path / out
    python("-m", "papermill", notebook, str(made), *given, "--no-progress-bar")
    cells = json.loads(made.read_text("utf-8"))["cells"]
    shown = json.dumps([cell["outputs"] for cell in cells if cell["cell_type"] == "code"])
    assert "project-21.staff.after" in shown
    assert "2025.grassroots" not in shown
    (line,) = (command for command in said if "nbconvert" in command)
    python("-m", *shlex.split(line.replace(out, str(made)))[1:])
    assert 'data-figures="project-21.staff.after"' in made.with_suffix(".html").read_text("utf-8")


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
