"""Who may import whom, who may print, exit and look at the working directory."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "analysis"
MODULES = {path.stem: ast.parse(path.read_text(encoding="utf-8")) for path in sorted(PACKAGE.glob("*.py"))}

# Each half from the bottom up: a module may import from the groups before its own.
READING = [
    {"numerals", "periods"},
    {"quantity"},
    {"figures"},
    {"compare", "claims"},
    {"check", "prose"},
    {"tables"},
    {"charts"},
]
MAKING = [
    {"inputs", "gate", "kernels", "printing"},
    {"reports", "cluster"},
    {"parameters", "site", "pages"},
    {"build"},
    {"cli"},
    {"__main__"},
]
# The check of the data stands on top of the reading half: it is all that the making half calls there. The build names
# modules, as text, for its warm process to import and to read the tables in once for all reports.
CROSSING = {("cli", "check"), ("build", "check")}
DRAWING = {"matplotlib", "seaborn"}
EXECUTING = {"papermill", "nbclient", "nbconvert"}


def imported(tree: ast.AST) -> Iterator[str]:
    """Every module that is imported: by a statement, anywhere, or by name through importlib."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            whole = node.module or ""
            yield from (f"{whole}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Call) and _name(node.func).endswith(("import_module", "__import__")) and node.args:
            first = node.args[0]
            if isinstance(first, ast.Constant):
                yield str(first.value)


def _name(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute):
        return f"{_name(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def ours(tree: ast.AST) -> set[str]:
    """The modules of this package that are imported."""
    found = {name.split(".")[1] for name in imported(tree) if name.startswith("analysis.")}
    return found & set(MODULES)


def theirs(tree: ast.AST) -> set[str]:
    """The packages of others that are imported."""
    return {name.partition(".")[0] for name in imported(tree)} - {"analysis", "__future__"}


def top(tree: ast.Module) -> ast.Module:
    """What runs when a module is imported: its own statements, without what only type checkers read."""
    kept = [node for node in tree.body if not (isinstance(node, ast.If) and _name(node.test) == "TYPE_CHECKING")]
    return ast.Module([node for node in kept if isinstance(node, ast.Import | ast.ImportFrom)], [])


def calls(tree: ast.AST) -> set[str]:
    """The names of all functions that are called."""
    return {_name(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}


def test_every_module_has_its_place() -> None:
    """A new module is put into one half and one group, or this test fails; none is a drawer for odds and ends."""
    placed = [name for group in (*READING, *MAKING) for name in group]
    assert sorted(placed) == sorted(set(MODULES) - {"__init__"})
    assert not {"utils", "helpers", "core", "models", "io", "common", "misc"} & set(MODULES)
    assert ours(MODULES["__init__"]) == set()


@pytest.mark.parametrize(
    ("name", "allowed"),
    [
        (name, {below for lower in half[:number] for below in lower})
        for half in (READING, MAKING)
        for number, group in enumerate(half)
        for name in sorted(group)
    ],
)
def test_imports_point_down_and_stay_in_their_half(name: str, allowed: set[str]) -> None:
    """A module imports from below in its own half alone; what crosses is named here, with its reason."""
    crossing = {target for source, target in CROSSING if source == name}
    assert ours(MODULES[name]) <= allowed | crossing


def test_what_crosses_between_the_halves_is_still_there() -> None:
    """Each crossing that is allowed is also used: an exception that is no longer needed goes."""
    assert {(source, target) for source, target in CROSSING if target in ours(MODULES[source])} == CROSSING
    reading = {name for group in READING for name in group}
    used = {(name, target) for group in MAKING for name in group for target in ours(MODULES[name]) & reading}
    assert used == CROSSING


@pytest.mark.parametrize("name", MODULES)
def test_drawing_and_executing_are_each_in_one_place(name: str) -> None:
    """matplotlib and seaborn only in charts; papermill, nbclient and nbconvert only in pages and kernels."""
    used = theirs(MODULES[name])
    assert name == "charts" or not used & DRAWING
    assert name in {"pages", "kernels"} or not used & EXECUTING


def test_the_places_for_drawing_and_executing_are_used() -> None:
    """The rule above would hold of an empty package; it is about these modules."""
    assert theirs(MODULES["charts"]) >= DRAWING
    assert theirs(MODULES["pages"]) | theirs(MODULES["kernels"]) >= {"papermill", "nbconvert"}


@pytest.mark.parametrize("name", ["cli", "inputs", "reports", "kernels", "site", "__main__"])
def test_a_build_with_nothing_to_do_imports_the_standard_library_alone(name: str) -> None:
    """cli and what it imports at the top, and kernels, which papermill imports whenever it is imported itself."""
    assert theirs(top(MODULES[name])) <= set(sys.stdlib_module_names)


def test_the_command_line_starts_in_a_blink() -> None:
    """Importing the command line loads no package beside this one and the standard library."""
    script = (
        "import sys; before = set(sys.modules); import analysis.cli; "
        "print(sorted({name.partition('.')[0] for name in set(sys.modules) - before}))"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True)
    loaded = set(ast.literal_eval(done.stdout))
    assert loaded - set(sys.stdlib_module_names) == {"analysis"}


@pytest.mark.parametrize("name", sorted(set(MODULES) - {"cli"}))
def test_only_the_command_line_prints_and_exits(name: str) -> None:
    """Other modules return and raise. A forked kernel ends itself; the module for `python -m` exits with main's code."""
    tree = MODULES[name]
    said = calls(tree)
    assert "print" not in said
    assert "input" not in said
    assert not said & {"sys.stdout.write", "sys.stderr.write", "sys.__stdout__.write"}
    assert name == "__main__" or not said & {"sys.exit", "exit", "quit"}
    assert name == "kernels" or "os._exit" not in said
    raised = {_name(node.exc) for node in ast.walk(tree) if isinstance(node, ast.Raise) and node.exc is not None}
    raised |= {_name(node.exc.func) for node in ast.walk(tree) if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call)}
    assert "SystemExit" not in raised


@pytest.mark.parametrize("name", MODULES)
def test_no_module_reads_the_working_directory(name: str) -> None:
    """Jupyter starts in notebooks/, a build in the root: what is found must not depend on it."""
    tree = MODULES[name]
    said = calls(tree)
    assert not {call for call in said if call.rpartition(".")[2] in {"getcwd", "getcwdb", "cwd"}}
    assert name == "kernels" or "os.chdir" not in said
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _name(node.func) in {"Path", "pathlib.Path", "open"}:
            assert node.args, f"line {node.lineno}: Path() is the working directory"
            first = node.args[0]
            if isinstance(first, ast.Constant):
                assert str(first.value).startswith("/"), (
                    f"line {node.lineno}: “{first.value}” is found from the working directory"
                )


@pytest.mark.parametrize("name", MODULES)
def test_no_module_asks_what_day_it_is(name: str) -> None:
    """A clock that is moved changes neither a page nor what is stale: time is only measured, with a clock of its own."""
    asked = {"time.time", "time.time_ns", "time.localtime", "time.gmtime", "time.strftime", "time.ctime"}
    said = calls(MODULES[name])
    assert not said & asked
    assert not {call for call in said if call.rpartition(".")[2] in {"now", "utcnow", "today"}}


@pytest.mark.parametrize("name", MODULES)
def test_every_module_says_what_it_is_for(name: str) -> None:
    """A module begins with its purpose; so does everything public in it."""
    assert ast.get_docstring(MODULES[name])
    for node in MODULES[name].body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            assert ast.get_docstring(node), f"{name}.{node.name} has no docstring"
