"""The floors of the house: who may import whom, who may print, what no module asks, and how long a
file is."""

from __future__ import annotations

import ast
import subprocess
import sys
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "analysis"
FLOORS = ("numbers", "saying", "pages", "builds")
MODULES = {
    path.relative_to(PACKAGE).with_suffix("").as_posix().replace("/", "."): path
    for path in sorted(PACKAGE.rglob("*.py"))
}


@cache
def tree(name: str) -> ast.Module:
    """A module, parsed."""
    return ast.parse(MODULES[name].read_text("utf-8"))


def imported(node: ast.AST) -> set[str]:
    """Every module imported within a piece of code, by its dotted name."""
    found: set[str] = set()
    for each in ast.walk(node):
        if isinstance(each, ast.Import):
            found |= {alias.name for alias in each.names}
        elif isinstance(each, ast.ImportFrom):
            assert not each.level, "imports are absolute"
            found.add(str(each.module))
            found |= {f"{each.module}.{alias.name}" for alias in each.names}
    return found


def floors(name: str) -> set[str]:
    """The floors that a module imports from."""
    ours = (each.split(".") for each in imported(tree(name)) if each.startswith("analysis."))
    return {parts[1] for parts in ours} & set(FLOORS)


def others(node: ast.AST) -> set[str]:
    """The packages of others that are imported."""
    return {each.partition(".")[0] for each in imported(node)} - {"analysis", "__future__"}


def called(node: ast.AST) -> set[str]:
    """The dotted names of all functions that are called."""
    return {ast.unparse(each.func) for each in ast.walk(node) if isinstance(each, ast.Call)}


def test_every_module_stands_on_a_floor() -> None:
    """A module is on one of four floors, beside the errors that all share; no drawer for odds and
    ends."""
    above = {name for name in MODULES if name.split(".")[0] not in FLOORS}
    assert above == {"__init__", "__main__", "errors"}
    drawers = {"utils", "helpers", "core", "models", "io", "common", "misc"}
    assert not drawers & {part for name in MODULES for part in name.split(".")}


def test_a_floor_imports_only_floors_above_it() -> None:
    """Numbers, saying, pages, builds: a module imports from its own floor and those before it."""
    for name in MODULES:
        floor = name.split(".")[0]
        if floor in FLOORS:
            assert floors(name) <= set(FLOORS[: FLOORS.index(floor) + 1]), name


def test_drawing_and_executing_are_each_in_one_place() -> None:
    """Matplotlib and seaborn only where pictures are drawn; papermill, nbclient, nbconvert only in
    pages and builds."""
    drawing = {name for name in MODULES if others(tree(name)) & {"matplotlib", "seaborn"}}
    assert drawing == {"saying.drawing.pictures"}
    executing = {n for n in MODULES if others(tree(n)) & {"papermill", "nbclient", "nbconvert"}}
    assert executing
    assert {name.split(".")[0] for name in executing} <= {"pages", "builds"}


def test_what_is_always_imported_loads_nothing_else() -> None:
    """Importing the command line, or the engine as papermill does, loads no package beside this
    one and the standard library."""
    script = (
        "import sys; before = set(sys.modules); import analysis.builds.cli, analysis.builds.engine;"
        "print(sorted({name.partition('.')[0] for name in set(sys.modules) - before}))"
    )
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = set(ast.literal_eval(done.stdout))
    # multiprocessing gives __main__ a second name.
    assert loaded - {*sys.stdlib_module_names, "__mp_main__"} == {"analysis"}


def test_only_the_command_line_prints_and_exits() -> None:
    """Other modules return and raise; a process of a report may end itself, `python -m` with main's
    code."""
    for name in MODULES.keys() - {"builds.cli"}:
        said = called(tree(name))
        assert not said & {"print", "input", "sys.stdout.write", "sys.stderr.write"}, name
        assert name == "__main__" or not said & {"sys.exit", "exit", "quit"}, name
        assert name.startswith("builds.") or "os._exit" not in said, name
        raises = (n.exc for n in ast.walk(tree(name)) if isinstance(n, ast.Raise) and n.exc)
        assert not [each for each in map(ast.unparse, raises) if each.startswith("SystemExit")]


def test_no_module_asks_where_or_when_it_is() -> None:
    """The working directory and the clock change neither a page nor what is stale.

    A relative folder of data is looked for from where a notebook runs; a file's time proves nothing
    before the clock has gone on.
    """
    places = {"getcwd", "getcwdb", "cwd"}
    clocks = {f"time.{call}" for call in ("time", "time_ns", "localtime", "gmtime", "strftime")}
    where, when = set[str](), set[str]()
    for name in MODULES:
        said = called(tree(name))
        last = {call.rpartition(".")[2] for call in said}
        if last & places or any(call.startswith("Path().") for call in said):
            where.add(name)
        if said & clocks or last & {"now", "utcnow", "today"}:
            when.add(name)
        assert name == "builds.processes" or "os.chdir" not in said, name
    assert (where, when) == ({"numbers.tables"}, {"builds.manifests"})


def test_every_module_says_what_it_is_for() -> None:
    """A module begins with its purpose; so does everything public in it."""
    for name in MODULES:
        assert ast.get_docstring(tree(name)), name
        for node in tree(name).body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
                assert ast.get_docstring(node), f"{name}.{node.name} has no docstring"


def test_a_file_is_one_idea() -> None:
    """No file has more than 400 lines, no function more than 50."""
    for name, path in MODULES.items():
        assert len(path.read_text("utf-8").splitlines()) <= 400, name
        for node in ast.walk(tree(name)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                assert node.end_lineno is not None
                assert node.end_lineno - node.lineno < 50, f"{name}.{node.name}"


def test_no_name_says_only_what_was_done() -> None:
    """No variable and no argument is called told, found, shown, made or said, which say what was
    done with it. (`known` is the Figures.)"""
    empty = {"told", "found", "shown", "made", "said"}
    for name in MODULES:
        nodes = list(ast.walk(tree(name)))
        stored = {n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
        stored |= {n.arg for n in nodes if isinstance(n, ast.arg)}
        assert not stored & empty, f"{name}: {sorted(stored & empty)}"


def test_no_import_is_a_star() -> None:
    """Where a name comes from is read at the head of the file."""
    for name in MODULES:
        froms = (node for node in ast.walk(tree(name)) if isinstance(node, ast.ImportFrom))
        assert "*" not in {alias.name for node in froms for alias in node.names}, name


def test_the_package_knows_no_place() -> None:
    """Places, reforms, documents and figures are the project's data: the package names none of
    them."""
    named = ("ha-noi", "hanoi", "hà nội", "thanh-hoa", "project-06", "project-21", "viet-nam")
    documented = ast.Module | ast.ClassDef | ast.FunctionDef
    for name in MODULES:
        nodes = list(ast.walk(tree(name)))
        docs = {ast.get_docstring(n, clean=False) for n in nodes if isinstance(n, documented)}
        texts = {n.value for n in nodes if isinstance(n, ast.Constant) and isinstance(n.value, str)}
        used = [text.lower() for text in texts - docs]
        assert not [text for text in used if any(place in text for place in named)], name


def test_the_public_names_are_there() -> None:
    """`from analysis import X` gives each name that the package lists, and loads nothing before."""
    script = (
        "import sys, analysis; assert 'pandas' not in sys.modules; "
        "print([n for n in analysis.__all__ if getattr(analysis, n, None) is None], "
        "dir(analysis) == analysis.__all__)"
    )
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[] True"
