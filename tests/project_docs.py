"""The documents of the project, and how the tests read them."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

from conftest import ROOT

from analysis.numbers import figures

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
