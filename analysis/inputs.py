"""What a page is made from: the rows of data it really read and the modules it really uses.

While a notebook runs, the reading half notes what is asked of the tables. Here such a note is a *name*, which
a key can carry, and the digest of what stands behind it today:

    figures.csv:congress-2025.grassroots.held     one row
    figures.csv:area=ha-noi&role=before|after     which rows answer this question, so that a new one is noticed
    figures.csv:*                                 which rows there are
    figures.csv                                   the whole table
    sources.csv:latest(core)                      the last day on which a source was printed
    *                                             every table, also one that is added

Only the standard library is imported: a build with nothing to do looks all of this up.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

# What a notebook that is more than calls of the package could read past the notes: then a page depends on
# every table and every module.
_ELSEWHERE = re.compile(
    r"(?:^|;)[ \t]*[%!]|\b(?:open|exec|eval|compile|__import__|globals|vars|getattr|read_\w+)\("
    r"|(?:\.|\bimport\b.*\b)(?:csv|io|os|Path|pd|importlib)\b|\._\w",
    re.MULTILINE,
)
_COMMENT = re.compile(r"  # [^'\"()]*$", re.MULTILINE)
_IMPORTED = re.compile(r"(?:^|;)[ \t]*(?:from|import)[ \t]+([\w.]+)", re.MULTILINE)

# Modules of the package that code imports: `from analysis import a, b`, `import analysis.a`, or by name, as text.
_FROM_PACKAGE = re.compile(r"(?:^|;)[ \t]*from analysis import (\([^)]*\)|[^\n#;]*)", re.MULTILINE)
_IN_PACKAGE = re.compile(r"(?:(?:^|;)[ \t]*(?:from|import)\b[^\n;]*?\b|import_module\([\"'])analysis\.([a-z_]+)", re.MULTILINE)

# The columns of a table that name a row of another one.
_LEADS = {
    "figures.csv": {"source": "sources.csv", "indicator": "indicators.csv", "area": "areas.csv"},
    "claims.csv": {"stated": "figures.csv"},
}

ABSENT = "absent"


def digest(content: str | bytes) -> str:
    """The short digest of a text."""
    return hashlib.sha256(content.encode("utf-8") if isinstance(content, str) else content).hexdigest()[:16]


def digest_of(path: Path) -> str:
    """The digest of a file; "absent" where there is none."""
    try:
        return digest(path.read_bytes())
    except OSError:
        return ABSENT


def join(parts: Mapping[str, str]) -> str:
    """One part of a key: ``name=digest`` pairs, in the order of their names."""
    return " ".join(f"{name}={known}" for name, known in sorted(parts.items()))


def split(part: str) -> dict[str, str]:
    """The pairs of a part of a key; a part that is one digest stands under the name ""."""
    return {name: known for name, _, known in (item.rpartition("=") for item in part.split())}


# ---------------------------------------------------------------------------------------------- tables


class Tables:
    """The tables of a folder, as they are now: each is read once, when it is first asked for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._contents: dict[str, bytes] = {}
        self._rows: dict[str, dict[str, list[dict[str, str]]]] = {}
        self._digests: dict[str, str] = {}

    def hold(self) -> None:
        """Read all tables now: what is asked later is answered as of this moment."""
        for file in self.files():
            self.rows(file)

    def files(self) -> list[str]:
        """The names of all tables."""
        return sorted(path.name for path in self._folder.glob("*.csv"))

    def rows(self, file: str) -> dict[str, list[dict[str, str]]]:
        """The rows of a table by what stands in their first column; none where it cannot be read."""
        if file not in self._rows:
            found: dict[str, list[dict[str, str]]] = {}
            try:
                reader = csv.reader(io.StringIO(self._content(file).decode("utf-8-sig"), newline=""))
                header = next(reader, [])
                for cells in reader:
                    if any(cells):
                        row = dict(zip(header, cells, strict=False)) | {"": str(cells[len(header) :])}
                        found.setdefault(cells[0], []).append(row)
            except (UnicodeDecodeError, csv.Error):
                found = {}  # the check of the data says what is wrong with it
            self._rows[file] = found
        return self._rows[file]

    def read(self, file: str, names: Iterable[str]) -> list[dict[str, str]]:
        """The rows of a table that are among these names: all of them where the table is."""
        names = set(names)
        whole = bool(names & {file, "*"})
        return [row for key, group in self.rows(file).items() if whole or f"{file}:{key}" in names for row in group]

    def find(self, file: str, question: str) -> list[str]:
        """The rows that answer a question such as ``area=ha-noi&role=before|after``; ``*`` is answered by all."""
        rows = self.rows(file)
        if question == "*":
            return sorted(rows)
        wanted = [(column, values.split("|")) for column, _, values in (each.partition("=") for each in question.split("&"))]
        return sorted(
            key
            for key, group in rows.items()
            if any(all(self._cell(file, row, column) in values for column, values in wanted) for row in group)
        )

    def latest(self, evidence: str) -> str:
        """The last day on which one of the sources was printed: of the core articles alone, or of all."""
        rows = (row for group in self.rows("sources.csv").values() for row in group)
        days = (row.get("published") or row.get("published_by", "") for row in rows if evidence in ("all", row.get("tier")))
        return max(days, default="")

    def digest(self, name: str) -> str:
        """The digest of what stands behind a name today; "absent" where nothing does."""
        if name not in self._digests:
            self._digests[name] = self._digest(name)
        return self._digests[name]

    def digests(self, names: Iterable[str]) -> dict[str, str]:
        """The digest behind each name; ``*`` stands for every table there is."""
        names = set(names)
        if "*" in names:
            names.update(self.files())
        return {name: "every" if name == "*" else self.digest(name) for name in names}

    def digests_of_rows(self, state: str) -> dict[str, str] | None:
        """The digest of each row of a table in a state (``figures.csv=5c1f…``); None where that is not its state now.

        An edition keeps them, to tell later which row of a table has changed that a page took whole.
        """
        file, _, known = state.rpartition("=")
        return {key: self.digest(f"{file}:{key}") for key in self.rows(file)} if self.digest(file) == known else None

    def behind(self, reads: Iterable[str]) -> set[str]:
        """All names that a page depends on which read these: a figure comes with its source and its indicator.

        What answers a question must also be known on the day of the report: that rests on its source.
        """
        names = set(reads)
        for name in reads:
            file, _, what = name.partition(":")
            asked = "=" in what or what == "*"
            if file == "claims.csv" and asked:
                claims = (row for key in self.find(file, what) for row in self.rows(file)[key])
                names.update(f"figures.csv:{row.get('stated', '')}" for row in claims)
        for name in sorted(names):
            file, _, what = name.partition(":")
            asked = "=" in what or what == "*"
            if file == "figures.csv" and what:
                for key in self.find(file, what) if asked else [what]:
                    for row in self.rows(file).get(key, ()):
                        names.add(f"sources.csv:{row.get('source', '')}")
                        if not asked:
                            names.add(f"indicators.csv:{row.get('indicator', '')}")
        # Who read the whole table read its rows.
        return {name for name in names if ":" not in name or name.partition(":")[0] not in names or "(" in name}

    def _digest(self, name: str) -> str:
        file, _, what = name.partition(":")
        if not what:
            return digest(self._content(file)) if (self._folder / file).is_file() else ABSENT
        if what.startswith("latest("):
            return digest(self.latest(what.removeprefix("latest(").removesuffix(")")))
        if "=" in what or what == "*":
            return digest(" ".join(self.find(file, what)))
        found = self.rows(file).get(what)
        return digest(json.dumps(found)) if found else ABSENT

    def _cell(self, file: str, row: Mapping[str, str], column: str) -> str | None:
        """A cell of a row, or of the row of another table that it names."""
        if column in row:
            return row[column]
        for link, other in _LEADS.get(file, {}).items():
            for target in self.rows(other).get(row.get(link, ""), ()):
                found = self._cell(other, target, column)
                if found is not None:
                    return found
        return None

    def _content(self, file: str) -> bytes:
        if file not in self._contents:
            try:
                self._contents[file] = (self._folder / file).read_bytes()
            except OSError:
                self._contents[file] = b""
        return self._contents[file]


# --------------------------------------------------------------------------------------------- modules


class Modules:
    """The modules of the package, as they are now, and which of them use which."""

    def __init__(self, folder: Path) -> None:
        self._sources = {path.stem: path.read_text(encoding="utf-8", errors="replace") for path in sorted(folder.glob("*.py"))}
        self._used: dict[str, set[str]] = {}
        self._digests: dict[str, str] = {}

    def every(self) -> set[str]:
        """The names of all modules."""
        return set(self._sources)

    def behind(self, names: Iterable[str]) -> set[str]:
        """These modules, and all that they import, directly or through others."""
        found, waiting = {"__init__"} & self.every(), set(names) & self.every()
        while waiting:
            name = waiting.pop()
            found.add(name)
            if name not in self._used:
                self._used[name] = used(self._sources[name])
            waiting |= (self._used[name] & self.every()) - found
        return found

    def digests(self, names: Iterable[str]) -> dict[str, str]:
        """The digest of each module, by the name of its file."""
        for name in names:
            if name not in self._digests:
                self._digests[name] = digest(self._sources[name])
        return {f"{name}.py": self._digests[name] for name in names}


def used(source: str) -> set[str]:
    """The modules of this package that a piece of code names.

    >>> sorted(used("from analysis import claims, figures\\nfrom analysis.prose import Page"))
    ['claims', 'figures', 'prose']
    """
    listed = (name for names in _FROM_PACKAGE.findall(source) for name in re.findall(r"(\w+)(?: as \w+)?", names))
    return {*listed, *_IN_PACKAGE.findall(source)}


def noted(cells: Iterable[str]) -> bool:
    """True where all that these cells of code read of the tables is noted: they call the package and nothing else.

    >>> noted(["from analysis import figures", "known = figures.load(data)"]), noted(["import pandas"])
    (True, False)
    """
    code = _COMMENT.sub("", "\n".join(cells))
    return {name.partition(".")[0] for name in _IMPORTED.findall(code)} <= {"analysis"} and not _ELSEWHERE.search(code)


def code_cells(cells: Iterable[Mapping[str, Any]]) -> list[str]:
    """The code among the cells of a notebook."""
    return ["".join(cell.get("source", "")) for cell in cells if cell.get("cell_type") == "code"]
