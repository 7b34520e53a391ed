"""Can a wrong number reach a reader? Alter one thing at a time, and see who notices.

`make prove` alters every value in figures.csv, every operand and result in claims.csv, the reviewed verdicts,
dates and labels, the sentences of the notebooks in both languages, finished pages with their charts, tables
and downloads, and the parameters. Each alteration, a *mutant*, must end in one of these ways:

    check        the check of the data refuses it and names the row
    parameters   the parameters are refused by name
    notebook     the cell that says it fails
    gate         the finished page is refused, with the place and the numeral
    twins        the pages of the two languages no longer say the same
    texts        it agrees with itself, so every page that rests on it changes and none still shows the old
                 number; only the printed text can tell. Where the text is at hand (TEXTS_DIR) `verify` must.

Anything else has survived. Exit code 1 where one has, or where something is refused on the clean tree.
"""

from __future__ import annotations

import argparse
import ast
import base64
import copy
import csv
import functools
import importlib
import itertools
import json
import multiprocessing
import os
import pickle
import random
import re
import shutil
import sys
import tempfile
import time
import traceback
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
LANGUAGES = ("vi", "en")
FOREIGN = {"vi": "1.731", "en": "1,731"}  # a number that no source prints
WAYS = ("check", "parameters", "notebook", "gate", "twins", "texts")


@dataclass(frozen=True)
class Mutant:
    """One alteration: what kind, where, and how; `edit` is for the function that makes it."""

    kind: str
    place: str
    change: str
    world: str  # data, notebook, page, parameter
    edit: tuple[Any, ...] = field(repr=False)

    def __str__(self) -> str:
        return f"{self.kind} · {self.place} · {self.change}"


@dataclass(frozen=True)
class Fate:
    """How a mutant ended: the way it was caught, or nothing where it survived, and what was said."""

    mutant: Mutant
    way: str
    said: str

    def __str__(self) -> str:
        return f"{self.mutant} · {self.way or 'SURVIVED'}: {self.said}"


# ------------------------------------------------------------------------------------------- the project


class Trial:
    """A copy of the project to alter; the tree itself is only read."""

    def __init__(self, folder: Path, texts: Path | None = None) -> None:
        from analysis import build, reports

        self.folder, self.texts = folder, texts
        for name in ("data", "notebooks"):
            shutil.copytree(ROOT / name, folder / name, dirs_exist_ok=True)
        (folder / "analysis").symlink_to(ROOT / "analysis")
        (folder / "requirements.lock").symlink_to(ROOT / "requirements.lock")
        self.project = reports.Project.at(folder)
        self.planned = {report.path: report for report in reports.plan(self.project)}
        titles = reports.titles_of(self.planned.values(), self.project)
        self.jobs = {path: build._job(report, self.project, folder / "work", {}, titles) for path, report in self.planned.items()}
        self.tables = {name: rows(folder / "data" / f"{name}.csv") for name in ("figures", "claims", "sources", "indicators")}
        self.figures = {row["figure"]: row for row in self.tables["figures"]}

    def data(self) -> Path:
        """The folder of data of this process, to alter and put back."""
        own = self.folder / f"data-{os.getpid()}" / "data"
        if not own.exists():
            shutil.copytree(ROOT / "data", own)
        return own

    def notebook(self, path: str) -> Path:
        """The notebook that a page is made from."""
        return self.folder / "notebooks" / self.planned[path].notebook

    def baseline(self, path: str) -> tuple[str, dict[str, Any]]:
        """The page of the clean tree, and the record of its run."""
        kept = self.folder / "baseline" / path
        if not kept.exists():
            kept.parent.mkdir(parents=True, exist_ok=True)
            page, record = self.make(path, executed(self.notebook(path), self.parameters(path, ROOT / "data")), ROOT / "data")
            own = kept.with_name(f"{kept.name}.{os.getpid()}")
            own.write_text(json.dumps([page, record]), encoding="utf-8")
            own.replace(kept)
        page, record = json.loads(kept.read_text(encoding="utf-8"))
        return page, record

    def parameters(self, path: str, data: Path) -> dict[str, Any]:
        """The parameters a page is made with, from other data."""
        return {**self.planned[path].parameters, "data": str(data)}

    def make(self, path: str, run: Any, data: Path) -> tuple[str, dict[str, Any]]:
        """The page and record that the build makes of an executed notebook; raises RunError as the build does."""
        from analysis import kernels, pages

        arguments = {**self.jobs[path].arguments, "data": str(data)}
        with tempfile.TemporaryDirectory(dir=self.folder) as made:
            before, kernels.execute = kernels.execute, lambda *_, **__: run  # type: ignore[assignment]
            try:
                pages.make(arguments, Path(made), kernels.Limits(), True)
            finally:
                kernels.execute = before
            page = (Path(made) / "page.html").read_text(encoding="utf-8")
            record = json.loads((Path(made) / "page.json").read_text(encoding="utf-8"))["record"]
        return page, record

    def resting(self, mutant: Mutant) -> list[str]:
        """The pages that must change with a row of data: the reports that show it, in one language."""
        table, key, _ = mutant.edit
        language = random.Random(f"{mutant}").choice(LANGUAGES)
        names = [*MAIN, "province-ha-noi"]
        figures = {key} if table == "figures" else set()
        if table == "claims":
            row = next(row for row in self.tables["claims"] if row["claim"] == key)
            figures = {row["stated"], *row["operands"].split()}
        names += [f"province-{self.figures[figure]['area']}" for figure in figures if figure in self.figures]
        found = []
        for path in dict.fromkeys(f"{language}/{name}.html" for name in names):
            if path not in self.planned:
                continue
            _, record = self.baseline(path)
            if table == "sources" and key in record["sources"]:
                found.append(path)
            elif table == "indicators":
                shown = {
                    figure for quantity in record["quantities"] if quantity["kind"] == "printed" for figure in quantity["figures"]
                }
                if any(self.figures[figure]["indicator"] == key for figure in shown):
                    found.append(path)
            elif table == "claims":
                found += [path] if any(review["claim"] == key for review in record["reviews"]) else []
            elif any(key in quantity["figures"] for quantity in record["quantities"] if quantity["kind"] != "count"):
                found.append(path)
        return found


QUICK = ("project_06.ipynb", "project_21.ipynb", "urban_pilot_2021.ipynb")
MAIN = ("overview", "project-06", "project-21", "urban-pilot-2021", "restructuring-2025", "claims")


def rows(table: Path) -> list[dict[str, str]]:
    """A table as typed."""
    with table.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write(table: Path, changed: Sequence[Mapping[str, str]]) -> None:
    """A table, typed anew."""
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(changed[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(changed)


# ------------------------------------------------------------------------------- running a notebook, cell by cell


def cells(notebook: Path) -> Any:
    """The notebook as written."""
    import nbformat

    return nbformat.read(notebook, as_version=4)


def run_cell(cell: Any, number: int, namespace: dict[str, Any], parameters: Mapping[str, Any]) -> None:
    """Execute one cell as a kernel would, its last expression shown; the parameters follow the cell tagged so."""
    from analysis import kernels

    if cell.cell_type != "code":
        return
    import nbformat

    cell.outputs = []
    try:
        tree = ast.parse(cell.source)
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, f"cell {number}", "exec"), namespace)
        shown = eval(compile(ast.Expression(last.value), f"cell {number}", "eval"), namespace) if last else None
    except Exception as error:
        raise kernels.RunError(f"{type(error).__name__}: {error}".splitlines()[0], number) from error
    if shown is not None and not cell.source.rstrip().endswith(";"):
        data = shown._repr_mimebundle_() if hasattr(shown, "_repr_mimebundle_") else {"text/plain": repr(shown)}
        cell.outputs = [nbformat.v4.new_output("display_data", data=data)]
    if "parameters" in cell.metadata.get("tags", []):
        namespace.update(parameters)


def executed(notebook: Path, parameters: Mapping[str, Any]) -> Any:
    """The notebook with its outputs."""
    from analysis import kernels

    run, namespace = cells(notebook), {}  # type: ignore[var-annotated]
    for number, cell in enumerate(run.cells, start=1):
        run_cell(cell, number, namespace, parameters)
    return kernels.normalise(run)


def forked(work: Callable[[], Any]) -> Any:
    """What `work` returns in a fork of this process: whatever it changes is gone afterwards."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        try:
            os.close(reading)
            with os.fdopen(writing, "wb") as out:
                try:
                    pickle.dump(work(), out)
                except BaseException:
                    pickle.dump(Fate(Mutant("", "", "", "", ()), "", traceback.format_exc()), out)
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as answer:
        result = pickle.load(answer)
    os.waitpid(child, 0)
    return result


# --------------------------------------------------------------------------------------- making mutants


def mutants(trial: Trial, pages: Sequence[str], seed: int = 0) -> list[Mutant]:
    """Every alteration there is, in a fixed order; page mutants are made of the given pages."""
    chance = random.Random(seed)
    made = [*_figures(trial, chance), *_claims(trial, chance), *_dates(trial, chance), *_labels(trial, chance)]
    for notebook in sorted({report.notebook for report in trial.planned.values()}):
        made += _sentences(trial.folder / "notebooks" / notebook)
    for path in pages:
        made += _pages(path, *trial.baseline(path), chance)
    return [*made, *_parameters()]


def bumped(numeral: str, chance: random.Random) -> str:
    """The numeral with one digit changed; it keeps its length and its marks."""
    at = chance.choice([i for i, letter in enumerate(numeral) if letter.isdigit()])
    return numeral[:at] + chance.choice([digit for digit in "123456789" if digit != numeral[at]]) + numeral[at + 1 :]


def _figures(trial: Trial, chance: random.Random) -> Iterator[Mutant]:
    from analysis import numerals

    languages = {row["source"]: row["language"] for row in trial.tables["sources"]}
    for row in trial.tables["figures"]:
        place, old = f"figures.csv {row['figure']}", row["value"]
        value = bumped(old, chance)
        yield Mutant("value", place, f"{old} → {value}", "data", ("figures", row["figure"], {"value": value}))
        bare = re.sub(r"\([^)]*\)", lambda aside: "_" * len(aside.group()), row["printed"])
        found = re.search(r"\d[\d.,]*\d|\d", bare)
        assert found, row
        printed = row["printed"][: found.start()] + bumped(found.group(), chance) + row["printed"][found.end() :]
        read = numerals.plain(numerals.read(printed, languages[row["source"]]).value)
        yield Mutant(
            "value and printed", place, f"{row['printed']} → {printed}", "data",
            ("figures", row["figure"], {"value": read, "printed": printed}),
        )  # fmt: skip
        other = chance.choice([q for q in ("exact", "at_least", "at_most", "about") if q != row["qualifier"]])
        yield Mutant(
            "qualifier", place, f"{row['qualifier']} → {other}", "data", ("figures", row["figure"], {"qualifier": other})
        )


def _claims(trial: Trial, chance: random.Random) -> Iterator[Mutant]:
    verdicts = ("holds", "holds_if_truncated", "does_not_hold", "contradicts", "cannot_be_checked")
    everything = list(trial.figures)
    for row in trial.tables["claims"]:
        place, operands = f"claims.csv {row['claim']}", row["operands"].split()
        for at, operand in enumerate(operands):
            for other in (operand[:-1], _other(trial, operand, [*operands, row["stated"]], chance)):
                changed = " ".join([*operands[:at], other, *operands[at + 1 :]])
                yield Mutant("operand", place, f"{operand} → {other}", "data", ("claims", row["claim"], {"operands": changed}))
        for other in (row["stated"][:-1], _other(trial, row["stated"], operands, chance)):
            if other not in everything or other != row["stated"]:
                yield Mutant("stated", place, f"{row['stated']} → {other}", "data", ("claims", row["claim"], {"stated": other}))
        other = chance.choice([verdict for verdict in verdicts if verdict != row["verdict"]])
        yield Mutant("verdict", place, f"{row['verdict']} → {other}", "data", ("claims", row["claim"], {"verdict": other}))


def _other(trial: Trial, figure: str, taken: Sequence[str], chance: random.Random) -> str:
    """Another figure, of the same indicator where there is one with another value."""
    row = trial.figures[figure]
    near = [
        each["figure"] for each in trial.tables["figures"]
        if each["indicator"] == row["indicator"] and each["value"] != row["value"] and each["figure"] not in taken
    ]  # fmt: skip
    return chance.choice(
        near or [each for each in trial.figures if each not in taken and trial.figures[each]["value"] != row["value"]]
    )


def _dates(trial: Trial, chance: random.Random) -> Iterator[Mutant]:
    sources = {row["source"]: row for row in trial.tables["sources"]}
    for row in trial.tables["figures"]:
        place, public = f"figures.csv {row['figure']}", sources[row["source"]]
        wrong = [row["as_of"].replace("-", "/") if "-" in row["as_of"] else row["as_of"] + "x", "2025-02-30"]
        if row["role"] != "target":
            wrong.append(f"{int((public['published'] or public['published_by'])[:4]) + 1}-06-30")
        for day in [chance.choice(wrong)]:
            yield Mutant("as_of", place, f"{row['as_of']} → {day}", "data", ("figures", row["figure"], {"as_of": day}))
    for row in trial.tables["sources"]:
        column = "published" if row["published"] else "published_by"
        for day in ("16/07/2025", "2025-13-01", "2027-01-01", "", str(int(row[column][:4]) - 1) + row[column][4:]):
            yield Mutant(
                column, f"sources.csv {row['source']}", f"{row[column]} → {day or 'nothing'}", "data",
                ("sources", row["source"], {column: day}),
            )  # fmt: skip


def _labels(trial: Trial, chance: random.Random) -> Iterator[Mutant]:
    for row in trial.tables["indicators"]:
        for column in [chance.choice(("label_vi", "label_en", "unit_vi", "unit_en"))]:
            yield Mutant(
                "label", f"indicators.csv {row['indicator']}", f"{column} with a digit", "data",
                ("indicators", row["indicator"], {column: f"{row[column]} 1.221"}),
            )  # fmt: skip


# -- sentences


def _sentences(notebook: Path) -> Iterator[Mutant]:
    """Sentences of a notebook, altered in one language."""
    for at, cell in enumerate(cells(notebook).cells):
        tags = cell.metadata.get("tags", [])
        where = f"{notebook.name} cell {at + 1}"
        if cell.cell_type == "markdown":
            if "generic" in tags:
                continue
            for language in set(tags) & set(LANGUAGES):
                edit = functools.partial(_edit, notebook.name, at, language)
                lines = cell.source.rstrip()
                yield edit("markdown: digit", where, FOREIGN[language], f"{lines} {FOREIGN[language]}")
                if not lines.startswith("# "):
                    yield edit("markdown: dropped", where, lines[:40], "")
        elif not {"parameters", "setup"} & set(tags):
            yield from _templates(notebook.name, at, cell.source, where)
            yield from _smuggled(notebook.name, at, cell.source, where)


def _edit(notebook: str, at: int, language: str, kind: str, place: str, change: str, source: str) -> Mutant:
    return Mutant(kind, f"{place} ({language})", change, "notebook", (notebook, at, language, source))


def _templates(notebook: str, at: int, source: str, where: str) -> Iterator[Mutant]:
    lines = source.encode().splitlines(keepends=True)
    starts = [sum(map(len, lines[:i])) for i in range(len(lines) + 1)]
    for call in ast.walk(ast.parse(source)):
        if not isinstance(call, ast.Call):
            continue
        given = {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg in LANGUAGES}
        values = [keyword.arg for keyword in call.keywords if keyword.arg and keyword.arg not in {*LANGUAGES, "holds"}]
        for language, node in given.items():
            if not (isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value):
                continue
            begin = starts[node.lineno - 1] + node.col_offset
            end = starts[(node.end_lineno or 0) - 1] + (node.end_col_offset or 0)

            def put(
                kind: str, change: str, expression: str, begin: int = begin, end: int = end, language: str = language
            ) -> Mutant:
                whole = source.encode()
                return _edit(
                    notebook, at, language, kind, where, change, (whole[:begin] + expression.encode() + whole[end:]).decode()
                )

            words = node.value
            yield put("sentence: digit", f"{words[:30]}… {FOREIGN[language]}", repr(f"{words} {FOREIGN[language]}"))
            yield put(
                "sentence: f-string",
                f"{words[:30]}… {{731}}",
                f'f{json.dumps(words, ensure_ascii=False).replace("{", "{{").replace("}", "}}")[:-1]} {{731}}"',
            )
            yield put("sentence: dropped", words[:40], "''")
            fields = [
                (found.group(), found.group(1), found.group(2) or "") for found in re.finditer(r"\{(\w+)(?::(\w+))?\}", words)
            ]
            for whole, name, form in fields:
                yield put("sentence: numeral", f"{whole} → {FOREIGN[language]}", repr(words.replace(whole, FOREIGN[language], 1)))
                other = "bare" if form != "bare" else ""
                swapped = whole.replace(f":{form}", "").replace("}", f":{other}}}" if other else "}")
                yield put("sentence: form", f"{whole} → {swapped}", repr(words.replace(whole, swapped, 1)))
                for another in values[:1] if values[:1] != [name] else values[1:2]:
                    if another != name:
                        yield put(
                            "sentence: placeholder", f"{whole} → {{{another}}}", repr(words.replace(whole, f"{{{another}}}", 1))
                        )
            for (one, _, _), (two, _, _) in itertools.pairwise(fields):
                if one != two:
                    turned = words.replace(one, "\0", 1).replace(two, one, 1).replace("\0", two, 1)
                    yield put("sentence: exchanged", f"{one} ↔ {two}", repr(turned))


# What somebody could write past the templates, after any cell.
SMUGGLED = {
    "name": "Html('<p><span class=\"name\">1.221</span></p>')",
    "name by the page": 'Html("<p>" + page.name("1.221") + "</p>")',
    "small name": "Html('<p>Có <span class=\"name\">12</span> xã</p>')",
    "cite": 'Html("<p><cite>1.221</cite></p>")',
    "time": "Html('<p><time datetime=\"2025-07-16\">17/7/2025</time></p>')",
    "time with another month": "Html('<p><time datetime=\"2025-07-16\">7/7/2025</time></p>')",
    "time as a count": 'Html("<p>" + page.time("1.221", "2025-07-16") + " người</p>")',
    "unbound data": "Html('<p><data value=\"1221\">1.221</data></p>')",
    "data of no run": 'Html(\'<p><data value="1731" data-figures="congress-2025.grassroots.held">1.731</data></p>\')',
    "plain": 'Html("<p>1.221 người</p>")',
    "f-string": 'Html(f"<p>{1221} người</p>")',
    "attribute": "Html('<p title=\"1.731 người\">người</p>')",
    "aria-label": 'Html(\'<div role="img" aria-label="1.731 người"></div>\')',
    "svg": "Html('<svg role=\"img\"><text>1.221</text></svg>')",
    "other digits": 'Html("<p>１２２１ và ½ và ②</p>")',
    "list number": "Html('<ol start=\"1221\"><li>người</li></ol>')",
    "quantity by hand": 'page.say(vi="Có {x}.", en="There are {x}.", x=type(next(iter(page._shown.values())))('
    '*[__import__("decimal").Decimal(1731)] * 3, "person", 0, next(iter(page._shown.values())).figures))',
    "another value": 'page.say(vi="Có {x}.", en="There are {x}.", x=__import__("dataclasses").replace('
    'next(iter(page._shown.values())), value=__import__("decimal").Decimal(1731)))',
}


def _smuggled(notebook: str, at: int, source: str, where: str) -> Iterator[Mutant]:
    if not source.startswith("page.findings"):
        return
    for name, line in SMUGGLED.items():
        added = line.replace("Html(", "__import__('analysis.prose').prose.Html(")
        yield _edit(notebook, at, "vi", "smuggled", where, name, f"{source.rstrip().rstrip(';')}\n{added}")


# -- finished pages


def _pages(path: str, page: str, record: Mapping[str, Any], chance: random.Random) -> Iterator[Mutant]:
    """A finished page, altered in one place."""

    def put(kind: str, change: str, begin: int, end: int, instead: str) -> Mutant:
        return Mutant(kind, path, change, "page", (path, begin, end, instead))

    def some(found: Iterable[re.Match[str]], most: int = 40) -> list[re.Match[str]]:
        every = list(found)
        return every if len(every) <= most else chance.sample(every, most)

    language = path[:2]
    charts = [(found.start(), found.end()) for found in re.finditer(r'<figure class="chart".*?</figure>', page, re.S)]
    for found in some(re.finditer(r'<data value="([^"]*)" data-figures="([^"]*)">([^<]*)</data>', page)):
        in_chart = any(begin <= found.start() < end for begin, end in charts)
        kind = "chart table" if in_chart else "number on a page"
        wrong = bumped(found[3], chance)
        yield put(kind, f"{found[3]} → {wrong}", found.start(3), found.end(3), wrong)
        both = f'<data value="{bumped(found[1], chance)}" data-figures="{found[2]}">{wrong}</data>'
        yield put(kind, f"{found[3]} → {wrong} with its value", found.start(), found.end(), both)
        ids = next(iter(quantity for quantity in record["quantities"] if " ".join(quantity["figures"]) != found[2]))["figures"]
        yield put(kind, f"bound to {ids[0]}", found.start(2), found.end(2), " ".join(ids))
        yield put("unbound number", found[3], found.start(), found.end(), found[3])
    for found in some(re.finditer(r"<time datetime=\"([^\"]*)\">([^<]*\d[^<]*)</time>", page), 15):
        yield put("date on a page", f"{found[2]} → another", found.start(2), found.end(2), bumped(found[2], chance))
        yield put("date on a page", f"{found[1]} → another", found.start(1), found.end(1), bumped(found[1], chance))
    for begin, end in charts:
        part = page[begin:end]
        for found in some(re.finditer(r"<text[^>]*>([^<]*\d[^<]*)</text>", part), 20):
            numerals = list(re.finditer(r"\d[\d.,]*\d|\d", found[1]))
            each = chance.choice(numerals)
            at = begin + found.start(1)
            yield put(
                "drawn text", f"{each.group()} in “{found[1]}”", at + each.start(), at + each.end(), bumped(each.group(), chance)
            )
            others = [n for n in re.findall(r"<text[^>]*>([^<]*\d[^<]*)</text>", part) if n not in found[1]]
            if others:
                other = chance.choice(others)
                yield put("drawn text of another row", f"{found[1]} → {other}", at, begin + found.end(1), other)
        yield from (put("drawn length", what, begin + a, begin + b, new) for what, a, b, new in _lengths(part, chance))
        for found in re.finditer(r'base64,([^"]+)"', part):
            sheet = base64.b64decode(found[1]).decode("utf-8-sig")
            for cell in some(re.finditer(r"(?<=[,\n])-?\d[\d.]*(?=,)", sheet), 15):
                wrong = sheet[: cell.start()] + bumped(cell.group(), chance) + sheet[cell.end() :]
                encoded = base64.b64encode(wrong.encode("utf-8-sig")).decode()
                yield put("CSV download", f"{cell.group()} altered", begin + found.start(1), begin + found.end(1), encoded)
    for found in re.finditer(r'<meta name="description" content="([^"]*)"|<title>([^<]*)</title>', page):
        group = 1 if found[1] is not None else 2
        for each in re.finditer(r"\d[\d.,]*\d|\d", found[group]):
            at = found.start(group)
            yield put(
                "head of a page", f"{each.group()} altered", at + each.start(), at + each.end(), bumped(each.group(), chance)
            )
    end = page.index("</main>")
    yield put("unbound number", f"{FOREIGN[language]} before </main>", end, end, f"<p>{FOREIGN[language]}</p>")


def _lengths(chart: str, chance: random.Random) -> Iterator[tuple[str, int, int, str]]:
    """Bars made longer and marks moved, in the wide drawing and in the narrow one."""
    for drawing in re.finditer(r"<svg.*?</svg>", chart, re.S):
        bars = list(re.finditer(r'd="M([\d.]+) ([\d.]+)L([\d.]+) [\d.]+L[\d.]+ [\d.]+L[\d.]+ [\d.]+z"', drawing.group()))
        axis = re.findall(r'id="([^"]+)" d="[^"]*" style="[^"]*--muted', drawing.group())
        every = re.finditer(r'<use href="#([^"]+)" x="([\d.]+)" y="([\d.]+)"', drawing.group())
        marks = [mark for mark in every if mark[1] not in axis]
        # A mark tells its value by its height in a series, by its distance from the left among shares.
        along = 3 if 'text-anchor:middle" x=' in drawing.group() else 2
        for found, group in [*[(bar, 3) for bar in bars[:6]], *[(mark, along) for mark in marks[:6]]]:
            old = found[group]
            new = f"{float(old) * chance.choice((0.93, 0.8)) if float(old) > 50 else float(old) + 9:.1f}"
            if found in bars:
                text = found.group()
                wider = text.replace(f"L{old} ", f"L{new} ")
                yield f"a bar to {new}", drawing.start() + found.start(), drawing.start() + found.end(), wider
            else:
                yield f"a mark at {old} to {new}", drawing.start() + found.start(group), drawing.start() + found.end(group), new


# -- parameters


def _parameters() -> Iterator[Mutant]:
    wrong: dict[str, list[dict[str, Any]]] = {
        "overview": [{"langauge": "vi"}, {"known-on": ""}, {"Evidence": "all"}, {"province": "ha-noi"}],
        "province-ha-noi": [
            {"provinces": "ha-noi"},
            {"province": "hanoi"},
            {"province": ""},
            {"province": 1},
            {"province": None},
        ],
        "claims": [{"verdict": "wrong"}, {"verdicts": ""}, {"verdict": True}],
    }
    for name, own in wrong.items():
        own += [
            {"language": "fr"}, {"language": "VI"}, {"language": ["vi"]}, {"known_on": "16/7/2025"}, {"known_on": "2025-02-30"},
            {"known_on": 20250716}, {"known_on": "20250716"}, {"known_on": "2025"}, {"evidence": "Core"}, {"evidence": ""},
            {"evidence": 5}, {"data": "/no/such/folder"}, {"data": 1}, {"knownon": "2025-01-01"}, {"languages": "vi"},
        ]  # fmt: skip
        for values in own:
            yield Mutant("parameter", name, str(values), "parameter", (name, values))
    for notebook, renamed in (
        ("overview", "evidence"),
        ("claims", "verdict"),
        ("province", "province"),
        ("project_06", "known_on"),
    ):
        yield Mutant("parameters cell", notebook, f"{renamed} misspelt", "parameter", (notebook, renamed, renamed[:-1]))
        yield Mutant(
            "parameters cell",
            notebook,
            f"{renamed} is a number",
            "parameter",
            (notebook, f'{renamed} = "', f'{renamed} = 1 or "'),
        )
        yield Mutant("parameters cell", notebook, "without its tag", "parameter", (notebook, '"parameters"', '"parameter"'))


# ------------------------------------------------------------------------------------------------ trying


def try_data(trial: Trial, mutant: Mutant) -> Fate:
    """A row of data, altered: refused by the check, or else every page that rests on it changes."""
    from analysis import check

    table, key, changed = mutant.edit
    file = trial.data() / f"{table}.csv"
    column = next(iter(trial.tables[table][0]))
    try:
        write(file, [{**row, **changed} if row[column] == key else row for row in trial.tables[table]])
        errors = [str(finding) for finding in check.check(file.parent) if finding.level == "error"]
        if errors:
            named = [error for error in errors if any(word in error for word in _names_of(trial, table, key))]
            return Fate(mutant, "check" if named else "", (named or [f"the row is not named: {errors[0]}"])[0])
        return _changed(trial, mutant, file.parent)
    finally:
        shutil.copyfile(ROOT / "data" / file.name, file)
        stamp = time.time_ns()
        os.utime(file, ns=(stamp, stamp))


def _names_of(trial: Trial, table: str, key: str) -> set[str]:
    """What a message may call a row by: its own id, or the claims and the totals it is part of."""
    names = {key}
    if table == "figures":
        names |= {row["claim"] for row in trial.tables["claims"] if key in {row["stated"], *row["operands"].split()}}
    return names


def _changed(trial: Trial, mutant: Mutant, data: Path) -> Fate:
    """The pages that rest on an altered row, made anew."""
    from analysis import check, kernels

    table, key, changed = mutant.edit
    resting = trial.resting(mutant)
    same = []
    for path in resting:
        before, _ = trial.baseline(path)
        try:
            page, record = trial.make(path, executed(trial.notebook(path), trial.parameters(path, data)), data)
        except kernels.RunError as error:
            return Fate(mutant, "gate" if "gate" in error.cause else "notebook", f"{path}: {error.cause}")
        if page == before:
            same.append(path)
        elif table == "figures" and "value" in changed:
            old = trial.figures[key]["value"]
            if any(q["value"] == old and q["figures"] == [key] and q["kind"] == "printed" for q in record["quantities"]):
                return Fate(mutant, "", f"{path} still shows {old} bound to {key}")
    if same and not (table == "indicators" and len(same) < len(resting)):
        return Fate(mutant, "", f"{', '.join(same)} did not change")
    told = f"{len(resting)} pages changed" if resting else "no page shows it"
    if table == "indicators" and "label" in str(changed) and not resting:
        return Fate(mutant, "texts", told)
    if table == "figures" and trial.texts is not None:
        held = (trial.texts / f"{trial.figures[key]['source']}.txt").is_file() and trial.figures[key]["locator"]
        said = [str(finding) for finding in check.verify(data, trial.texts) if finding.level == "error" and key in str(finding)]
        if held and not said and "printed" in changed:
            return Fate(mutant, "", f"{told}, and verify does not see it")
        told += f"; verify: {said[0]}" if said else "; its text is not held"
    return Fate(mutant, "texts", told)


def try_notebook(trial: Trial, notebook: str, group: Sequence[Mutant]) -> list[Fate]:
    """Altered cells of one notebook, each in a fork made where its cell is reached; both languages' pages compared."""
    name = next(
        report.name
        for report in trial.planned.values()
        if report.notebook == notebook and report.name in {*MAIN, "province-ha-noi"}
    )
    fates: list[Fate] = []
    pages: dict[Mutant, dict[str, str]] = defaultdict(dict)
    waiting = {language: [mutant for mutant in group if mutant.edit[2] == language] for language in LANGUAGES}
    for turn in (0, 1):
        passed: list[Mutant] = []
        for language in LANGUAGES:
            for mutant, way, said in _run(trial, f"{language}/{name}.html", waiting[language]):
                if way:
                    fates.append(Fate(mutant, way, said))
                else:
                    pages[mutant][language] = said
                    passed.append(mutant)
        waiting = {language: [m for m in passed if language not in pages[m]] for language in LANGUAGES} if turn == 0 else {}
    for mutant, both in pages.items():
        if len(both) == 2:
            unlike = _unlike(both["vi"], both["en"])
            fates.append(Fate(mutant, "twins" if unlike else "", unlike or "both pages are made and say the same"))
    return fates


def _run(trial: Trial, path: str, group: Sequence[Mutant]) -> Iterator[tuple[Mutant, str, str]]:
    """For each mutant of a page: the way it is caught and what is said; or no way and the page."""
    from analysis import kernels

    by_cell: dict[int, list[Mutant]] = defaultdict(list)
    for mutant in group:
        by_cell[mutant.edit[1]].append(mutant)
    data, parameters = ROOT / "data", trial.parameters(path, ROOT / "data")
    run, namespace = cells(trial.notebook(path)), {}  # type: ignore[var-annotated]

    def rest(mutant: Mutant, first: int) -> tuple[Mutant, str, str]:
        altered = copy.deepcopy(run)
        altered.cells[first].source = mutant.edit[3]
        try:
            for number, cell in enumerate(altered.cells[first:], start=first + 1):
                run_cell(cell, number, namespace, parameters)
            if not mutant.edit[3].strip():
                del altered.cells[first]
            page, _ = trial.make(path, kernels.normalise(altered), data)
        except kernels.RunError as error:
            way = "gate" if "the gate refuses" in error.cause else "notebook"
            place = f"cell {error.cell} of {path}" if error.cell else path
            return mutant, way, f"{place}: {error.cause}"
        return mutant, "", page

    for at, cell in enumerate(run.cells):
        for mutant in by_cell.get(at, []):
            answer = forked(functools.partial(rest, mutant, at))
            yield answer if isinstance(answer, tuple) else (mutant, "", answer.said)
        if any(later > at for later in by_cell):
            run_cell(cell, at + 1, namespace, parameters)


def try_page(trial: Trial, mutant: Mutant) -> Fate:
    """A finished page, altered: the gate refuses it."""
    path, begin, end, instead = mutant.edit
    page, record = trial.baseline(path)
    text = page[:begin] + instead + page[end:]
    said = gate_says(trial, path, text, record)
    if said:
        return Fate(mutant, "gate", said[0])
    twin = ("en" if path.startswith("vi") else "vi") + path[2:]
    unlike = _unlike(text, trial.baseline(twin)[0])
    return Fate(mutant, "twins" if unlike else "", unlike or "the gate lets it pass")


def _unlike(page: str, other: str) -> str:
    """What a build says of two pages of one report."""
    from analysis import gate

    return gate.unlike(gate.passages(gate.read(page)), gate.passages(gate.read(other)))


def gate_says(trial: Trial, path: str, text: str, record: Mapping[str, Any]) -> list[str]:
    """What the gate of the build says of a page."""
    from analysis import inputs, pages, reports

    tables = inputs.Tables(ROOT / "data")
    until = tables.latest(trial.planned[path].parameters.get("evidence", "all"))
    page = {"record": dict(record), "reads": {"*"}, "edition": reports.edition({}), "known_until": until}
    return list(pages.refusals(text, page, tables))


def try_parameter(trial: Trial, mutant: Mutant) -> Fate:
    """A wrong parameter, or a wrong parameters cell: refused before anything runs."""
    from analysis import parameters, reports

    if mutant.kind == "parameter":
        name, values = mutant.edit
        report = trial.planned[f"vi/{name}.html"]
        wrong = [reports.Report(report.name, report.language, report.notebook, {**report.parameters, **values})]
        project = trial.project
    else:
        notebook, old, new = mutant.edit
        shutil.copytree(ROOT / "notebooks", trial.folder / f"notebooks-{os.getpid()}", dirs_exist_ok=True)
        file = trial.folder / f"notebooks-{os.getpid()}" / f"{notebook}.ipynb"
        document = json.loads(file.read_text(encoding="utf-8"))
        for cell in document["cells"]:
            if "parameters" in cell["metadata"].get("tags", []):
                if old == '"parameters"':
                    cell["metadata"]["tags"] = ["parameter"]
                else:
                    source = "".join(cell["source"])
                    assert old in source, mutant
                    cell["source"] = source.replace(old, new, 1)
        file.write_text(json.dumps(document), encoding="utf-8")
        project = copy.copy(trial.project)
        object.__setattr__(project, "notebooks", file.parent)
        wrong = [report for report in trial.planned.values() if report.notebook == file.name][:1]
    try:
        parameters.check(project, wrong)
    except parameters.ParameterError as error:
        return Fate(mutant, "parameters", str(error).splitlines()[0])
    return Fate(mutant, "", "the parameters are taken as they are")


# ------------------------------------------------------------------------------------------- the whole of it


_TRIAL: Trial | None = None


def _work(chunk: tuple[str, str, list[Mutant]]) -> list[Fate]:
    """A share of the work, in a process of its own."""
    world, notebook, group = chunk
    assert _TRIAL is not None
    if world == "notebook":
        return try_notebook(_TRIAL, notebook, group)
    tried = {"data": try_data, "page": try_page, "parameter": try_parameter}[world]
    return [tried(_TRIAL, mutant) for mutant in group]


def chunks(group: Sequence[Mutant]) -> list[tuple[str, str, list[Mutant]]]:
    """The work cut into shares: a notebook's cells go together, the rest in small ones."""
    shares: dict[tuple[str, str, int], list[Mutant]] = defaultdict(list)
    for number, mutant in enumerate(group):
        if mutant.world == "notebook":
            shares[("notebook", mutant.edit[0], mutant.edit[1] // 6)].append(mutant)
        elif mutant.world == "page":
            shares[("page", mutant.edit[0], number // 100)].append(mutant)
        else:
            shares[(mutant.world, "", number // 20)].append(mutant)
    order = {"notebook": 0, "data": 1, "page": 2, "parameter": 3}
    return [(world, name, some) for (world, name, _), some in sorted(shares.items(), key=lambda item: order[item[0][0]])]


def sampled(every: Sequence[Mutant], number: int, seed: int) -> list[Mutant]:
    """About `number` mutants, as many of each kind; sentences only of notebooks that run in a second."""
    by_kind: dict[str, list[Mutant]] = defaultdict(list)
    for mutant in every:
        if mutant.world != "notebook" or mutant.edit[0] in QUICK:
            by_kind[mutant.kind].append(mutant)
    chance = random.Random(seed)
    each = max(1, round(number / len(by_kind)))
    return [mutant for group in by_kind.values() for mutant in chance.sample(group, min(each, len(group)))]


def prove(
    sample: int = 0,
    seed: int = 0,
    jobs: int = 0,
    texts: Path | None = None,
    only: str = "",
    tell: Callable[[str], None] = lambda _: None,
) -> tuple[list[Fate], list[str]]:
    """Every mutant (or a seeded sample) and how it ended; and everything refused on the clean tree."""
    global _TRIAL
    sys.path.insert(0, str(ROOT))
    for module in ("build", "check", "charts", "compare", "claims", "tables", "gate", "kernels", "parameters"):
        importlib.import_module(f"analysis.{module}")
    with tempfile.TemporaryDirectory() as folder:
        _TRIAL = trial = Trial(Path(folder), texts)
        names = ("project-06", "urban-pilot-2021") if sample else (*MAIN, "province-ha-noi")
        pages = [f"{language}/{name}.html" for name in names for language in LANGUAGES]
        context = multiprocessing.get_context("fork")
        with ProcessPoolExecutor(jobs or os.cpu_count() or 1, mp_context=context) as pool:
            alarms = [alarm for found in pool.map(_clean, pages) for alarm in found]
        alarms += _clean_data(trial, names)
        tell(f"clean tree: {len(pages)} pages, {len(alarms)} refused")
        if alarms:
            return [], alarms
        every = [mutant for mutant in mutants(trial, pages, seed) if re.search(only, mutant.kind)]
        chosen = sampled(every, sample, seed) if sample else every
        tell(f"{len(chosen)} of {len(every)} mutants")
        shares = chunks(chosen)
        fates: list[Fate] = []
        with ProcessPoolExecutor(jobs or os.cpu_count() or 1, mp_context=context) as pool:
            for done, found in enumerate(pool.map(_work, shares), start=1):
                fates += found
                for fate in found:
                    if not fate.way:
                        tell(str(fate))
                if done % 10 == 0:
                    tell(f"{done} of {len(shares)} shares, {sum(not fate.way for fate in fates)} survivors")
    return fates, alarms


def _clean(path: str) -> list[str]:
    """What is refused on the page of the clean tree: nothing, or the proof is worth nothing."""
    from analysis import kernels

    assert _TRIAL is not None
    try:
        page, record = _TRIAL.baseline(path)
    except kernels.RunError as error:
        return [f"{path}: {error.cause}"]
    return [f"{path}: {said}" for said in gate_says(_TRIAL, path, page, record)]


def _clean_data(trial: Trial, names: Sequence[str]) -> list[str]:
    from analysis import check, parameters

    found = [str(finding) for finding in check.check(ROOT / "data") if finding.level == "error"]
    try:
        parameters.check(trial.project, list(trial.planned.values()))
    except parameters.ParameterError as error:
        found.append(str(error))
    for name in names:
        if not found and (unlike := _unlike(*(trial.baseline(f"{language}/{name}.html")[0] for language in LANGUAGES))):
            found.append(f"{name}: {unlike}")
    return found


def report(fates: Sequence[Fate]) -> str:
    """Caught of total by kind, by which way, and the survivors."""
    by_kind: dict[str, Counter[str]] = defaultdict(Counter)
    for fate in fates:
        by_kind[fate.mutant.kind][fate.way] += 1
    lines = [f"{'':<28}{'caught':>7} of {'all':>5}   how"]
    total: Counter[str] = Counter()
    for kind, ways in by_kind.items():
        total += ways
        lines.append(_line(kind, ways))
    lines += [_line("all", total), ""]
    return "\n".join([*lines, *(str(fate) for fate in fates if not fate.way)])


def _line(kind: str, ways: Counter[str]) -> str:
    caught = sum(number for way, number in ways.items() if way)
    how = ", ".join(f"{way} {ways[way]}" for way in WAYS if ways[way])
    return f"{kind:<28}{caught:>7} of {sum(ways.values()):>5}   {how}"


def main() -> int:
    """Run the proof from the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.prove", description=__doc__.splitlines()[0])
    parser.add_argument("--sample", type=int, default=0, metavar="N", help="about N mutants, as many of each kind (default: all)")
    parser.add_argument("--seed", type=int, default=0, metavar="S", help="which values are put in, and which sample is drawn")
    parser.add_argument("--jobs", type=int, default=0, metavar="J", help="processes at a time (default: one per processor)")
    parser.add_argument("--only", default="", metavar="PATTERN", help="only kinds that match, e.g. 'sentence'")
    asked = parser.parse_args()
    given = os.environ.get("TEXTS_DIR", "")
    fates, alarms = prove(
        asked.sample, asked.seed, asked.jobs, Path(given) if given else None, asked.only, lambda line: print(line, flush=True)
    )
    for alarm in alarms:
        print(f"FALSE ALARM {alarm}")
    print(report(fates))
    return 1 if alarms or any(not fate.way for fate in fates) else 0


if __name__ == "__main__":
    sys.exit(main())
