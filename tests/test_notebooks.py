"""Each notebook asks one question, holds no output, function or path, and says the same in both languages, on any day."""

from __future__ import annotations

import ast
import csv
import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup

from analysis import figures, numerals
from analysis.prose import Html

ROOT = Path(__file__).resolve().parents[1]
PATHS = sorted((ROOT / "notebooks").glob("*.ipynb"))
DEFAULTS = {"language": "vi", "known_on": "", "evidence": "all", "data": ""}
RUNS: dict[str, dict[str, str]] = {
    "defaults": {},
    "core": {"evidence": "core"},
    "2010": {"known_on": "2010-12-31"},
    "2019": {"known_on": "2019-01-01"},
    "2021": {"known_on": "2021-06-30"},
    "2025": {"known_on": "2025-07-20"},
}
Cells = list[dict[str, Any]]
each = pytest.mark.parametrize("path", PATHS, ids=[path.stem for path in PATHS])
every_run = pytest.mark.parametrize("run", RUNS)
published = pytest.mark.parametrize("path", [p for p in PATHS if p.stem != "explore"], ids=lambda path: path.stem)


@cache
def notebook(path: Path) -> dict[str, Any]:
    """A notebook as it is stored."""
    stored: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return stored


def cells(path: Path, kind: str, tag: str = "") -> Cells:
    """The cells of one kind, with a tag."""
    found = [cell for cell in notebook(path)["cells"] if cell["cell_type"] == kind]
    return [cell for cell in found if not tag or tag in tags(cell)]


def tags(cell: Mapping[str, Any]) -> list[str]:
    """The tags of a cell."""
    return list(cell["metadata"].get("tags", []))


def source(cell: Mapping[str, Any]) -> str:
    """The text of a cell."""
    return "".join(cell["source"])


def code(path: Path) -> list[ast.Module]:
    """The code cells, parsed."""
    return [ast.parse(source(cell)) for cell in cells(path, "code")]


# -- as it is stored


def test_the_notebooks_are_these() -> None:
    """Six questions that are published, one for each province, and one notebook to explore with."""
    assert [path.stem for path in PATHS] == [
        "claims",
        "explore",
        "overview",
        "project_06",
        "project_21",
        "province",
        "restructuring_2025",
        "urban_pilot_2021",
    ]


@each
def test_a_notebook_is_stored_without_what_a_run_leaves(path: Path) -> None:
    """No outputs, no counts, no widget state; cell ids in order, so that a review shows what changed."""
    stored = notebook(path)
    for cell in cells(path, "code"):
        assert cell["outputs"] == []
        assert cell["execution_count"] is None
    assert set(stored["metadata"]) <= {"kernelspec", "language_info"}
    ids = [cell["id"] for cell in stored["cells"]]
    assert len(ids) == len(set(ids))
    assert all(set(cell["metadata"]) <= {"tags"} for cell in stored["cells"])
    assert (stored["nbformat"], stored["nbformat_minor"] >= 5) == (4, True)


@each
def test_a_notebook_asks_one_question_in_each_language(path: Path) -> None:
    """The first cells are its title, Vietnamese and English: a question, and the only heading of the first level."""
    first = notebook(path)["cells"][:2]
    for cell, language in zip(first, ("vi", "en"), strict=True):
        assert cell["cell_type"] == "markdown"
        assert language in tags(cell)
        title = source(cell).strip()
        assert re.fullmatch(r"# [^\n]+\?", title), title
        heads = [
            line for other in cells(path, "markdown", language) for line in source(other).splitlines() if line.startswith("# ")
        ]
        assert heads == [title]


@each
def test_words_stand_in_pairs_of_languages(path: Path) -> None:
    """Each Markdown cell is Vietnamese or English; its twin stands beside it, with headings of the same level."""
    stored = notebook(path)["cells"]
    words = [(number, cell) for number, cell in enumerate(stored) if cell["cell_type"] == "markdown"]
    assert len(words) % 2 == 0
    for (i, vi), (j, en) in zip(words[::2], words[1::2], strict=True):
        assert j == i + 1
        assert [tag for tag in tags(vi) if tag in {"vi", "en"}] == ["vi"]
        assert [tag for tag in tags(en) if tag in {"vi", "en"}] == ["en"]
        levels = [re.findall(r"^#+", source(cell), re.M) for cell in (vi, en)]
        assert levels[0] == levels[1]
        assert source(vi).strip() != source(en).strip()


def names(language: str) -> list[str]:
    """The names that may hold digits, longest first."""
    with (ROOT / "data" / "names.csv").open(encoding="utf-8", newline="") as file:
        return sorted((row[f"label_{language}"] for row in csv.DictReader(file)), key=len, reverse=True)


@each
def test_markdown_holds_no_number(path: Path) -> None:
    """A digit in Markdown belongs to a name of names.csv; every other number is a Quantity in a code cell."""
    for language in ("vi", "en"):
        for cell in cells(path, "markdown", language):
            left = source(cell)
            for name in names(language):
                left = left.replace(name, "")
            assert not any(letter.isnumeric() for letter in left), source(cell)


@each
def test_a_notebook_has_one_parameters_cell_and_reads_all_of_it(path: Path) -> None:
    """Plain assignments of text, the four common parameters first with their defaults; each is read by a later cell."""
    (cell,) = cells(path, "code", "parameters")
    given: dict[str, str] = {}
    for node in ast.parse(source(cell)).body:
        assert isinstance(node, ast.Assign)
        (target,) = node.targets
        assert isinstance(target, ast.Name)
        given[target.id] = ast.literal_eval(node.value)
    assert list(given.items())[:4] == list(DEFAULTS.items())
    later = notebook(path)["cells"][notebook(path)["cells"].index(cell) + 1 :]
    read = {
        node.id
        for other in later
        if other["cell_type"] == "code"
        for node in ast.walk(ast.parse(source(other)))
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    }
    assert set(given) <= read


@each
def test_a_notebook_defines_nothing_and_reads_no_file(path: Path) -> None:
    """No functions, no classes, no imports but of this package, no paths: cells call the package."""
    for tree in code(path):
        for node in ast.walk(tree):
            assert not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Try | ast.While)
            if isinstance(node, ast.Import | ast.ImportFrom):
                modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""]
                assert all(module.partition(".")[0] == "analysis" for module in modules)
            if isinstance(node, ast.Name):
                assert node.id not in {"open", "Path", "print", "display", "exec", "eval", "__file__"}
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                assert not re.search(r"\.(csv|ipynb|json|html|png|svg|py)\b|^\.{0,2}/|\\", node.value), node.value
            if isinstance(node, ast.JoinedStr):
                # An f-string may put an id together; a sentence made so would carry numbers past the Quantities.
                literal = "".join(str(part.value) for part in node.values if isinstance(part, ast.Constant))
                assert " " not in literal, literal


@each
def test_a_notebook_imports_the_reading_half_alone(path: Path) -> None:
    """The halves of the package meet in the notebook: it never calls the half that builds it."""
    reading = {"charts", "claims", "compare", "figures", "periods", "prose", "quantity", "tables"}
    used = set()
    for tree in code(path):
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom):
                used |= {alias.name for alias in node.names} if node.module == "analysis" else {str(node.module).split(".")[1]}
    assert used <= reading


@each
def test_every_code_cell_shows_something_or_is_marked_as_setup(path: Path) -> None:
    """A cell ends with what it shows; one that only prepares is tagged, so that a page shows nothing for it."""
    for cell in cells(path, "code"):
        quiet = bool({"setup", "parameters"} & set(tags(cell)))
        ends = isinstance(ast.parse(source(cell)).body[-1], ast.Expr)
        assert ends != quiet, source(cell)[:80]
    assert source(cells(path, "code")[-1]).strip() == "page.sources()"


# -- as it is run


@cache
def outputs(path: Path, run: str, language: str) -> tuple[Html, ...]:
    """What the cells show, run top to bottom in this process with some parameters changed."""
    given = {**RUNS[run], "language": language}
    space: dict[str, Any] = {"__name__": "__main__"}
    shown = []
    for cell in cells(path, "code"):
        tree = ast.parse(source(cell))
        last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, str(path), "exec"), space)
        if "parameters" in tags(cell):
            space.update(given)
        if isinstance(last, ast.Expr):
            value = eval(compile(ast.Expression(last.value), str(path), "eval"), space)
            if isinstance(value, Html):
                shown.append(value)
    return tuple(shown)


def record(path: Path, run: str, language: str) -> dict[str, Any]:
    """What a run tells the making half."""
    found = outputs(path, run, language)[-1].record
    assert found is not None
    return found


@cache
def page(path: Path, run: str, language: str) -> BeautifulSoup:
    """Everything a run shows, taken apart; of a drawing no more than its ids."""
    whole = "".join(shown.html for shown in outputs(path, run, language))
    without = re.sub(
        r"<svg.*?</svg>", lambda svg: "".join(map(_anchor, re.findall(r' id="([^"]+)"', svg.group()))), whole, flags=re.S
    )
    return BeautifulSoup(without, "html.parser")


def _anchor(identity: str) -> str:
    return f'<i id="{identity}"></i>'


def bound(shown: Html) -> list[tuple[str, str]]:
    """(value, figures) of each number in an output, in order."""
    return re.findall(r'<data value="([^"]*)" data-figures="([^"]*)"', shown.html)


@every_run
@each
def test_both_languages_carry_the_same_numbers_in_the_same_order(path: Path, run: str) -> None:
    """Cell by cell, the Vietnamese and the English page show the same values on the same figures."""
    vi, en = outputs(path, run, "vi"), outputs(path, run, "en")
    assert len(vi) == len(en)
    for first, second in zip(vi, en, strict=True):
        assert bound(first) == bound(second)


@every_run
@each
def test_both_records_carry_the_same_quantities_in_the_same_order(path: Path, run: str) -> None:
    """Values, bounds, units, formulas, figures, sources, days, headlines, findings and charts: told twice, alike."""
    records = [record(path, run, language) for language in ("vi", "en")]

    def told(of: dict[str, Any]) -> list[tuple[Any, ...]]:
        keys = ("value", "exact", "low", "high", "unit", "qualifier", "kind", "formula")
        return list(dict.fromkeys((*(item[key] for key in keys), *item["figures"]) for item in of["quantities"]))

    vi, en = records
    assert told(vi) == told(en)
    assert (vi["language"], en["language"]) == ("vi", "en")
    assert vi["sources"] == en["sources"]
    assert {day for _, day in vi["days"]} == {day for _, day in en["days"]}
    assert [chart["id"] for chart in vi["charts"]] == [chart["id"] for chart in en["charts"]]
    assert (len(vi["headlines"]), len(vi["findings"])) == (len(en["headlines"]), len(en["findings"]))
    assert (vi["known_on"], vi["evidence"]) == (en["known_on"], en["evidence"])


@every_run
@each
def test_every_number_is_shown_in_the_form_of_its_language(path: Path, run: str) -> None:
    """The words of each number read, by the rules of the language they are in, as the value that is bound."""
    for language in ("vi", "en"):
        for data in page(path, run, language).find_all("data"):
            quoted = data.find_parent("q")
            own = str(quoted.get("lang", language)) if quoted else language
            said = data.get_text()
            # A minus stands before the number it belongs to.
            sign = -1 if said.startswith("−") else 1
            assert sign * numerals.read(said.lstrip("−+"), own).value == numerals.Decimal(str(data["value"])), said


@every_run
@each
def test_only_what_was_known_is_used(path: Path, run: str) -> None:
    """A run rests on figures and sources that its day and evidence allow, and on no other."""
    known = figures.load(**{key: RUNS[run].get(key, "") or DEFAULTS[key] for key in ("known_on", "evidence")})
    told = record(path, run, "en")
    assert set(told["sources"]) <= set(known.sources.index)
    used = {figure for item in told["quantities"] for figure in item["figures"]}
    assert used <= set(known.table.index)
    assert {figure for shown in outputs(path, run, "en") for _, ids in bound(shown) for figure in ids.split()} <= used
    assert set(told["sources"]) >= {
        str(known.row(item["figures"][0])["source"]) for item in told["quantities"] if item["kind"] == "printed"
    }


@every_run
@each
def test_a_page_names_the_day_and_the_evidence_it_knows(path: Path, run: str) -> None:
    """Every page shows its parameters; a page made for a day names it."""
    shown = page(path, run, "en").select_one("dl.parameters")
    assert shown is not None
    days = [str(element["datetime"]) for element in shown.find_all("time")]
    assert days == ([RUNS[run]["known_on"]] if "known_on" in RUNS[run] else [])
    assert (record(path, run, "en")["known_on"], record(path, run, "en")["evidence"]) == (
        RUNS[run].get("known_on", ""),
        RUNS[run].get("evidence", "all"),
    )


@every_run
@each
def test_a_page_holds_together_on_any_day(path: Path, run: str) -> None:
    """Ids are unique, links inside the page resolve, and no placeholder of Python reaches a reader."""
    for language in ("vi", "en"):
        whole = page(path, run, language)
        ids = [str(element["id"]) for element in whole.select("[id]")]
        assert len(ids) == len(set(ids))
        assert {str(link["href"])[1:] for link in whole.select("a[href^='#']")} <= set(ids)
        assert {chart["id"] for chart in record(path, run, language)["charts"]} <= set(ids)
        words = whole.get_text(" ")
        assert not re.search(r"\b(None|nan|NaN|NaT|inf|Decimal|Quantity)\b|\{\w*\}", words)


@published
def test_a_published_page_answers_its_question(path: Path) -> None:
    """With its defaults a page has an answer with numbers, headline numbers, findings, and a chart or table."""
    for language in ("vi", "en"):
        told, whole = record(path, "defaults", language), page(path, "defaults", language)
        assert whole.select_one("p.lead data") is not None
        assert re.search(r"\d", told["summary_text"])
        assert 2 <= len(told["headlines"]) <= 5
        assert 2 <= len(told["findings"]) <= 7
        assert whole.select("figure.chart") or whole.select("div.table table")
        assert told["charts"] or path.stem == "claims"


@published
def test_a_page_before_its_time_has_no_number(path: Path) -> None:
    """On a day before anything was printed a page runs, shows no number, and says that there is none."""
    assert len(figures.load(known_on=RUNS["2010"]["known_on"]).table) == 0
    for language in ("vi", "en"):
        told, whole = record(path, "2010", language), page(path, "2010", language)
        assert (told["quantities"], told["headlines"], told["sources"]) == ([], [], [])
        assert whole.find("data") is None
        assert whole.select_one("p.absent") is not None


def test_the_overview_says_what_is_not_printed() -> None:
    """No source prints Party cells for Projects 06 and 21: the overview shows the gap in its matrix."""
    overview = ROOT / "notebooks" / "overview.ipynb"
    for language in ("vi", "en"):
        matrix = page(overview, "defaults", language).select_one("#chart-coverage table")
        assert matrix is not None
        assert len(matrix.select("tbody tr")) == 8
        assert len(matrix.select("thead th")) == 5
