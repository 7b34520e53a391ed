"""Each notebook asks one question and says one thing a cell, in both languages, on any day."""

from __future__ import annotations

import ast
import csv
import inspect
import json
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT

import analysis
from analysis import Page
from analysis.numbers import figures
from analysis.numbers.quantity import Quantity
from analysis.saying import blocks, preview, texts
from analysis.saying.speaker import CellOutput

PATHS = sorted((ROOT / "notebooks").glob("*.ipynb"))
COMMON = {"language": "vi", "known_on": "", "evidence": "all", "data": ""}
DEFAULTS, EARLY = ("", "all"), ("2010-12-31", "all")
DAYS = [("2017-01-01", "all"), ("2019-01-01", "all"), ("2021-06-30", "core"), ("2025-07-15", "all")]
RUNS = [DEFAULTS, ("", "core"), EARLY, *DAYS]
# What a page says; its other methods give labels and points.
METHODS = inspect.getmembers(Page, inspect.isfunction)
SAYS = {f"page.{name}" for name, each in METHODS if each.__annotations__["return"] == "CellOutput"}
PUBLISHED = [path for path in PATHS if path.stem != "explore"]
by_name = pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)


def of(paths: list[Path]) -> Callable[[Callable[[Path], None]], Callable[[], None]]:
    """Make a test of a rule on a notebook: it holds for each of some."""

    def make(rule: Callable[[Path], None]) -> Callable[[], None]:
        def test() -> None:
            wrong = []
            for path in paths:
                try:
                    rule(path)
                except AssertionError as error:
                    wrong.append(f"{path.name}: {error}")
            assert not wrong, "\n".join(wrong)

        test.__name__, test.__doc__ = rule.__name__, rule.__doc__
        return test

    return make


each, published = of(PATHS), of(PUBLISHED)


@pytest.fixture(autouse=True)
def no_drawing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Charts are drawn elsewhere: here it is enough that a preview shows what they say."""
    monkeypatch.setitem(preview.template().globals, "drawn", lambda *_: ())


@cache
def cells(path: Path, kind: str = "") -> list[dict[str, Any]]:
    """The cells of one kind, or all; `tags` and `text` are what a test asks for most."""
    stored = json.loads(path.read_text("utf-8"))["cells"]
    kept = [cell for cell in stored if kind in {"", cell["cell_type"]}]
    return [c | {"tags": c["metadata"].get("tags", []), "text": "".join(c["source"])} for c in kept]


def nodes(path: Path) -> Iterator[ast.AST]:
    """Everything the code cells are made of."""
    return (n for cell in cells(path, "code") for n in ast.walk(ast.parse(cell["text"])))


def labels(*tables: str) -> set[tuple[str, ...]]:
    """The labels that tables of the data hold, in both languages."""
    lines = [(ROOT / "data" / f"{name}.csv").read_text("utf-8").splitlines() for name in tables]
    return {(row["label_vi"], row["label_en"]) for rows in lines for row in csv.DictReader(rows)}


@each
def test_a_notebook_is_stored_without_what_a_run_leaves(path: Path) -> None:
    """No outputs, counts or widgets; an id for each cell; cells that fit a screen."""
    stored = json.loads(path.read_text("utf-8"))
    assert (stored["nbformat"], stored["nbformat_minor"]) == (4, 5)
    kept = set(stored["metadata"]) - {"briefing"}
    want = {"kernelspec", "language_info"}
    assert kept == want, f"{path.name}: its metadata has {sorted(kept)}; keep {sorted(want)}"
    ids = [cell.get("id", "") for cell in cells(path)]
    assert "" not in ids, f"{path.name}: a cell has no id"
    assert len({*ids}) == len(ids), f"{path.name}: two cells have one id"
    assert all(set(cell["metadata"]) <= {"tags"} for cell in cells(path))
    for cell in cells(path, "code"):
        assert (cell["outputs"], cell["execution_count"]) == ([], None)
        lines = cell["text"].splitlines()
        assert max(map(len, lines)) <= 100, f"{cell['id']} has a line of over 100 columns"
        assert len(lines) <= 40, f"{cell['id']} has {len(lines)} lines; a screen holds 40"


@each
def test_words_stand_side_by_side_in_both_languages(path: Path) -> None:
    """Markdown comes in pairs with headings of the same levels; the first pair is the title."""
    words = [i for i, cell in enumerate(cells(path)) if cell["cell_type"] == "markdown"]
    levels = []
    for vi, en in zip(words[::2], words[1::2], strict=True):
        pair = [cells(path)[vi], cells(path)[en]]
        assert en == vi + 1
        assert [set(cell["tags"]) - {"generic"} for cell in pair] == [{"vi"}, {"en"}]
        heads = [re.findall(r"^#+", cell["text"], re.MULTILINE) for cell in pair]
        assert heads[0] == heads[1]
        levels += heads[0]
    assert levels.count("#") == 1
    assert all(re.fullmatch(r"# [^\n]+", cell["text"]) for cell in cells(path)[:2])


@each
def test_markdown_holds_no_number_and_no_html(path: Path) -> None:
    """A digit belongs to a name of names.csv; the one HTML tag marks words as Vietnamese."""
    names = sorted((name for pair in labels("names") for name in pair), key=len, reverse=True)
    for cell in cells(path, "markdown"):
        assert not re.search(r"\d", re.sub("|".join(map(re.escape, names)), "", cell["text"]))
        assert "<" not in re.sub(r"<i lang='vi'>[^<]+</i>", "", cell["text"])


@each
def test_a_notebook_begins_with_setup_and_reads_every_parameter(path: Path) -> None:
    """Imports, then parameters as plain text, then what is loaded; nothing else prepares."""
    code = cells(path, "code")
    assert [cell["tags"] for cell in code[:3]] == [["setup"], ["parameters"], ["setup"]]
    assert not any(cell["tags"] for cell in code[3:])
    given: dict[str, Any] = {}
    exec(code[1]["text"], {}, given)
    assert list(given.items())[:4] == list(COMMON.items())
    read = [n.id for n in nodes(path) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)]
    assert set(given) <= set(read)


@each
def test_a_notebook_defines_nothing_and_reads_no_file(path: Path) -> None:
    """It imports public names of this package alone; no functions, no paths."""
    for node in nodes(path):
        assert not isinstance(
            node, ast.FunctionDef | ast.ClassDef | ast.Try | ast.With | ast.Import
        )
        if isinstance(node, ast.ImportFrom):
            assert node.module == "analysis"
            assert {alias.name for alias in node.names} <= set(analysis.__all__)
        if isinstance(node, ast.Name):
            assert node.id not in {"open", "print", "display", "exec", "eval", "__file__"}
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            assert not re.search(r"\.(csv|ipynb|json|html|svg|py)\b|^\.{0,2}/\w|\\", node.value)


@published
def test_each_cell_says_one_thing(path: Path) -> None:
    """A cell ends in what it says: one call of the page, or one of two; the last is its sources.

    A cell may instead name parts of what the next ones say, to keep a large chart readable.
    """
    for cell in cells(path, "code"):
        tree = ast.parse(cell["text"])
        calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
        says = [call for call in calls if ast.unparse(call.func) in SAYS]
        last = getattr(tree.body[-1], "value", None)
        choice = [last.body, last.orelse] if isinstance(last, ast.IfExp) else [last]
        assert says == [node for node in choice if node in says], cell["text"]
        names = all(isinstance(node, ast.Assign) for node in tree.body)
        assert not (says and cell["tags"])
        assert says or names or cell["tags"], cell["text"]
    assert cells(path, "code")[-1]["text"] == "page.sources()"


@each
def test_no_cell_guards_a_number(path: Path) -> None:
    """No `x and x.y`, `is None` or `if known[…]`: what is unknown hides what rests on it. (A cell
    may ask `if not x` where it says something else instead.)"""
    for node in nodes(path):
        if isinstance(node, ast.BoolOp):
            first, *rest = map(ast.unparse, node.values)
            assert not any(re.search(rf"\b{re.escape(first)}\.", other) for other in rest)
        tests = [node.test] if isinstance(node, ast.IfExp | ast.If) else []
        tests += node.ifs if isinstance(node, ast.comprehension) else []
        asked = [*tests, node] if isinstance(node, ast.Compare | ast.Attribute) else tests
        guard = r"(not )?known\[[^]]*\]|.* is (not )?None|.*\.known|.*\.(value|low|high) [<>=!].*"
        assert not any(re.fullmatch(guard, ast.unparse(each)) for each in asked)


@each
def test_no_label_is_typed_that_a_table_holds(path: Path) -> None:
    """The same words in both languages come from indicators.csv, areas.csv or names.csv."""
    calls = [n for n in nodes(path) if isinstance(n, ast.Call)]
    typed = {tuple(getattr(word.value, "value", "") for word in n.keywords[:2]) for n in calls}
    assert not typed & labels("indicators", "areas", "names")


# -- as it is run


@cache
def said(path: Path, run: tuple[str, str], language: str = "vi") -> tuple[CellOutput, ...]:
    """What the cells say, run top to bottom in this process with some parameters changed."""
    space: dict[str, Any] = {"__name__": "__main__"}
    shown = []
    for cell in cells(path, "code"):
        tree = ast.parse(cell["text"])
        last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, f"{path.name} {cell['id']}", "exec"), space)
        if "parameters" in cell["tags"]:
            space.update(known_on=run[0], evidence=run[1], language=language)
        if isinstance(last, ast.Expr):
            shown.append(eval(compile(ast.Expression(last.value), path.name, "eval"), space))
    return tuple(each for each in shown if isinstance(each, CellOutput))


@cache
def document(path: Path, run: tuple[str, str]) -> tuple[blocks.Block, ...]:
    """The blocks of a run as a page gets them: written, then read with figures loaded afresh."""
    known = figures.load("", *run)
    read = [blocks.load(blocks.dump(each.block), known) for each in said(path, run)]
    return tuple(block for block in read if block.block != "hidden")


def quantities(*shown: blocks.Block) -> list[Quantity]:
    """Every number of some blocks."""
    return [v for block in shown for v in texts.values_in(block) if isinstance(v, Quantity)]


@by_name
def test_a_notebook_says_what_was_known_on_any_day(path: Path) -> None:
    """Written and read again a run says the same; the language of its preview changes no block.
    Every number shown is known and rests on figures that the day and the evidence allow."""
    for run in RUNS:
        vi, en, shown = said(path, run), said(path, run, "en"), document(path, run)
        assert [each.block for each in vi] == [each.block for each in en], run
        assert tuple(e.block for e in vi if e.block.block != "hidden") == shown, run
        shows = [[e._repr_mimebundle_() for e in each] for each in (vi, en)]
        assert not vi or shows[0] != shows[1], run
        allowed = set(figures.load("", *run).find())
        assert all(q.known and set(q.figures) <= allowed for q in quantities(*shown)), run
        if path in PUBLISHED:
            _holds_together(shown)


def _holds_together(shown: tuple[blocks.Block, ...]) -> None:
    """A page says its parameters, then ends with its sources; a finding leads to what shows it, or
    to nothing."""
    kinds = [block.block for block in shown]
    assert (kinds.count("parameters"), kinds.index("sources")) == (1, len(kinds) - 1)
    assert kinds.count("lead") <= 1
    anchors = [block.anchor for block in shown if isinstance(block, blocks.Titled)]
    assert len(anchors) == len(set(anchors))
    limits = ["cannot"] if "limit" in kinds else []
    assert {b.see for b in shown if isinstance(b, blocks.KeyFinding)} <= {"", *anchors, *limits}


@published
def test_a_published_page_answers_its_question(path: Path) -> None:
    """It has an answer, headline numbers but on one sheet, findings or the calculations that do not
    hold, a chart or table; before its time, none."""
    shown, early = document(path, DEFAULTS), document(path, EARLY)
    kinds = [block.block for block in shown]
    leads = [block for block in shown if isinstance(block, blocks.Lead)]
    assert quantities(*leads), f"{path.name}: no page.lead says a number"
    sheet = "briefing" in json.loads(path.read_text("utf-8"))["metadata"]
    headlines, findings = kinds.count("headline"), kinds.count("finding")
    assert sheet or 2 <= headlines <= 5, f"{path.name}: {headlines} headline numbers, not 2–5"
    least = 0 if "claims" in kinds else 2
    assert least <= findings <= 7, f"{path.name}: {findings} findings, not {least}–7"
    charted = any(isinstance(block, blocks.Titled) for block in shown)
    assert charted, f"{path.name}: no chart or table"
    assert (quantities(*early), "absent" in {block.block for block in early}) == ([], True)
