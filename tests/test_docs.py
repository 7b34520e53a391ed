"""The documents are true: what they name exists, what they quote is so, what they count is counted
here."""

from __future__ import annotations

import csv
import importlib
import io
import re
import shlex
import unicodedata
from inspect import signature
from itertools import pairwise

from conftest import ROOT
from project_docs import (
    CODE,
    DOCS,
    FENCED,
    MODULES,
    PACKAGE,
    anchor,
    blocks,
    code,
    commands,
    grids,
    prose,
    python,
    table,
)

from analysis.builds import cli, manifests, options
from analysis.numbers import figures


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
    codes = {int(row[0].strip("`")) for row in table("README.md", "exit code")}
    assert codes == {cli.DONE, cli.FAILED, cli.USAGE, cli.DATA}


def test_contributing_lists_every_target() -> None:
    """CONTRIBUTING lists what make can do, all of it."""
    makefile = (ROOT / "Makefile").read_text("utf-8")
    phony = re.search(r"^\.PHONY: help (.*)$", makefile, flags=re.MULTILINE)
    assert phony is not None
    targets = {row[0].strip("`") for row in table("CONTRIBUTING.md", "command")}
    assert targets == {f"make {name}" for name in phony[1].split()}


def test_contributing_maps_every_file() -> None:
    """CONTRIBUTING's map of the house names every file of the package, on its floor."""
    house = DOCS["CONTRIBUTING.md"].partition("## The house")[2].partition("## The path")[0]
    floors = re.split(r"\*\*`analysis/(\w+)/`\*\*", house)[1:]
    mapped = dict(zip(floors[::2], floors[1::2], strict=True))
    for name in ("numbers", "saying", "pages", "builds"):
        files = {path.name for path in (PACKAGE / name).rglob("[a-z]*.py")}
        assert set(re.findall(r"`(\w+\.py)`", mapped[name])) == files


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
            module = importlib.import_module(MODULES[match[1]])
            # In documents as in notebooks, `page` is a Page.
            assert hasattr(module.Page if match[1] == "page" else module, match[2]), said


def test_cells_to_copy_are_no_wider_than_a_cell_may_be() -> None:
    """What a writer of notebooks copies has at most 100 columns."""
    samples = [body for info, body in blocks("docs/notebooks.md") if info == "python"]
    assert samples
    assert [line for body in samples for line in body.splitlines() if len(line) > 100] == []


def test_readme_opens_with_the_question() -> None:
    """The README's first sentence is a question, and says what it is answered from in the next."""
    first = DOCS["README.md"].split("\n\n")[1]
    assert "?" in first.split(". ")[0]
    assert "printed" in first


def data_ids() -> set[str]:
    """Everything that the data call by an id or a column name, and the words their columns are made
    of."""
    ids: set[str] = set()
    for path in (ROOT / "data").glob("*.csv"):
        rows = list(csv.reader(io.StringIO(path.read_text("utf-8"))))
        ids |= set(rows[0]) | {row[0] for row in rows[1:]}
    return ids


def test_glossary_identifiers_exist() -> None:
    """Each identifier of the glossary is an id or a column of the data, a parameter of every
    notebook, a module with a name in it, or a path."""
    ids = data_ids() | {*signature(figures.load).parameters, manifests.NAME}
    listed = [row[-1] for _, rows in grids("docs/glossary.md") for row in rows]
    for name in (name for cell in listed for name in CODE.findall(cell)):
        path = "/" in name and (name.startswith("outputs/") or (ROOT / name).exists())
        assert name in ids or path or _is_defined(*name.split(".")), name


def _is_defined(module: str, *names: str) -> bool:
    """Whether a module has a name, that one the next, and so on; a field is a name of its class."""
    found: object = importlib.import_module(MODULES[module]) if module in MODULES else None
    for name in names:
        fields = getattr(found, "__annotations__", {})
        found = fields[name] if name in fields else getattr(found, name, None)
    return found is not None


def test_glossary_terms_are_the_sources_own() -> None:
    """Each Vietnamese term is written as the data or the notebooks write it, with all its marks, in
    NFC."""
    text = "\n".join(path.read_text("utf-8") for path in (ROOT / "data").glob("*.csv"))
    text += "\n".join(path.read_text("utf-8") for path in (ROOT / "notebooks").glob("*.ipynb"))
    terms = [row[0] for row in table("docs/glossary.md", "Vietnamese")]
    assert [term for term in terms if term.lower() not in text.lower()] == []
    assert all(unicodedata.is_normalized("NFC", document) for document in DOCS.values())


def test_glossary_pairs_each_term_once() -> None:
    """No Vietnamese term has two English words, no English word two Vietnamese terms. A word has
    one row, and no two rows say the same of it."""
    for header in ("Vietnamese", "word"):
        rows = table("docs/glossary.md", header)
        for column in (0, 1):
            words = [row[column].lower() for row in rows]
            assert len(words) == len(set(words))
