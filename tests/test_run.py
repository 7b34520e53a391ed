"""A run and its pages: what they rest on, and what a notebook may not do."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest
from small_data import retype
from small_project import ALPHA, FILES, add, briefing, make, small_project

from analysis.builds import plan, processes, run, stale
from analysis.builds.watch import Watch

# ---------------------------------------------------------------------------------------- the hook


def watched(folder: Path, code: str) -> dict[str, list[str]]:
    """What a watch notes and refuses of some code, in a process of its own, and what was raised."""
    for name in ("data", "work/cwd", "work/tmp"):
        (folder / name).mkdir(parents=True)
    (folder / "data" / "x.json").write_text("{}", "utf-8")
    (folder / "helper.py").write_text("x = 1\n", "utf-8")
    reading, writing = os.pipe()
    if os.fork() == 0:
        os.write(writing, json.dumps(_watched(folder, code)).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        answer = json.loads(pipe.read())
    os.wait()
    return dict(answer)


def _watched(folder: Path, code: str) -> dict[str, list[str]]:
    data, scratch = folder / "data", folder / "work"
    os.chdir(scratch / "cwd")
    tempfile.tempdir = str(scratch / "tmp")
    watch = Watch(scratch, (folder / "ignored",), (data,))
    raised = []
    with watch.watching():
        try:
            exec(code, {"data": str(data), "root": str(folder), "os": os, "Path": Path})
        except BaseException as error:
            raised = [f"{type(error).__name__}: {error}"]
    noted = [*watch.opened, *watch.listed]
    names = [path.relative_to(folder).as_posix() for path in noted]
    return {"noted": names, "refused": watch.refused, "raised": raised}


FILE = "data/x.json"
READING = {
    'open(data + "/x.json").read()': FILE,
    'os.open(data + "/x.json", os.O_RDONLY)': FILE,
    'os.chdir(data); open("x.json")': FILE,
    'import pandas; pandas.read_json(data + "/x.json", typ="series")': FILE,
    'os.symlink(data, "here"); open("here/x.json")': FILE,
    'try: open(data + "/later.json")\nexcept FileNotFoundError: pass': "data/later.json",
    "import sys; sys.path.insert(0, root); import helper": "helper.py",
    "os.listdir(data)": "data",
    'import glob; glob.glob(data + "/*.csv")': "data",
    'open("mine", "w"); open("mine"); os.listdir()': "",
    'import xml.dom.minidom; open("/proc/self/stat"); open(os.devnull, "w")': "",
    'try: open(root + "/ignored")\nexcept FileNotFoundError: pass': "",
}


@pytest.mark.parametrize("code", READING)
def test_what_is_opened_and_listed_is_noted(tmp_path: Path, code: str) -> None:
    """By whatever name or way of Python, there or not; of an imported module its source alone.

    Not libraries, devices, or what the run itself has written.
    """
    seen = watched(tmp_path, code)
    assert seen["raised"] == []
    assert seen["noted"] == ([READING[code]] if READING[code] else [])


CHANGING = (
    'open(data + "/x.json", "w")',
    'open(data + "/new.json", "x")',
    'os.open(data + "/x.json", os.O_RDWR)',
    "os.open(data, os.O_RDONLY)  # with its handle, files in it could be opened",
    'os.remove(data + "/x.json")',
    'Path(data, "x.json").rename("x.json")',
    'open("y", "w"); os.replace("y", data + "/x.json")',
    'os.link(data + "/x.json", "x.json")',
    'os.symlink("/dev/null", data + "/y.json")',
    'os.symlink(data + "/x.json", "link"); open("link", "w")',
    'os.truncate(data + "/x.json", 0)',
    'os.chmod(os.open(data + "/x.json", os.O_RDONLY), 0)',
    'os.utime(data + "/x.json")',
    'os.mkdir(data + "/new")',
    "import shutil; shutil.rmtree(data)",
    'import sqlite3; sqlite3.connect(data + "/x.db")',
    'import pandas; pandas.Series([1]).to_csv(data + "/x.csv")',
)


@pytest.mark.parametrize("code", CHANGING)
def test_nothing_outside_the_folder_of_the_run_can_be_changed(tmp_path: Path, code: str) -> None:
    """The attempt is refused in plain words, and remembered even where the notebook goes on."""
    seen = watched(tmp_path, code)
    (said,) = seen["raised"]
    assert said.startswith("PermissionError: a report writes in the folder of its run alone")
    assert seen["refused"] == [said]
    assert [path.name for path in (tmp_path / "data").iterdir()] == ["x.json"]
    assert (tmp_path / "data" / "x.json").read_text() == "{}"


def test_a_run_may_write_in_its_own_folder(tmp_path: Path) -> None:
    """Its working folder, temporary files and folders, devices."""
    code = """
import shutil, tempfile
with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryFile() as file:
    Path(folder, "a").mkdir()
    Path(folder, "a", "b").write_text("x")
os.mkdir("x"); os.chdir("x"); open("y", "w").close(); os.rename("y", "../z"); os.chdir(data)
shutil.rmtree(Path(tempfile.gettempdir()).parent / "cwd" / "x")
open("/dev/null", "w").write("x")
"""
    seen = watched(tmp_path, code)
    assert (seen["raised"], seen["refused"]) == ([], [])


FORBIDDEN = {
    'import subprocess; subprocess.run(["true"])': "start a program (subprocess.Popen)",
    'os.system("true")': "start a program (os.system)",
    "os.fork()": "start a program (os.fork)",
    "import multiprocessing as m; m.get_context('fork').Process().start()": "start a program",
    "import socket; socket.create_connection(('127.0.0.1', 1))": "reach the network",
    "import ctypes; ctypes.CDLL(None)": "call a library by ctypes (ctypes.dlopen)",
}


@pytest.mark.parametrize("code", FORBIDDEN)
def test_what_nobody_could_note_is_refused(tmp_path: Path, code: str) -> None:
    """Programs, the network and C libraries could read anything."""
    (said,) = watched(tmp_path, code)["raised"]
    assert f"a published report may not {FORBIDDEN[code]}" in said
    assert "Take what it needs from the tables of the data." in said


# ---------------------------------------------------------------------------------------- reports

CELLS = {
    "deletes": "import shutil\nshutil.rmtree(data)",
    "swallows": "import shutil\nshutil.rmtree(data, ignore_errors=True)",
    "rewrites": 'import pathlib\npathlib.Path(data, "figures.csv").write_text("x")',
    "prints": "print(1)",
    "calls": "!echo hello",
    "opens": 'import json, pathlib\njson.loads(pathlib.Path(data, "more.json").read_text());',
}


class Made:
    """The small project with a report for each of the cells above: what they left, and how."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.project = folder, small_project(folder)
        for name, source in CELLS.items():
            add(self.project, name, briefing(source))
        (self.project.data / "more.json").write_text("{}", "utf-8")
        self.ends = make(self.project, folder)

    def read(self, report: str, name: str) -> bytes:
        """A file that a report left."""
        return (self.folder / "reports" / report / name).read_bytes()

    def key(self, report: str) -> Any:
        """What a report left about what it rests on."""
        assert self.ends[report].cause == ""
        return json.loads(self.read(report, "key.json"))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """All reports, made once."""
    return Made(tmp_path_factory.mktemp("run"))


def test_a_report_leaves_both_pages_and_what_they_rest_on(made: Made) -> None:
    """Page, record and table in each language, and the key, whose digests stand in the page."""
    assert {name for name in FILES if not made.read("alpha", name)} == set()
    key = made.key("alpha")
    assert sorted(key["key"]) == sorted(stale.PARTS)
    for language in ("vi", "en"):
        text = made.read("alpha", f"{language}.html").decode()
        stamp = re.findall(r'<meta name="key-([a-z]+)" content="([^"]+)">', text)
        record = json.loads(made.read("alpha", f"{language}.json"))
        assert (record["report"], record["language"]) == ("alpha", language)
        assert dict(stamp) == record["key"] == stale.stamp(key["key"])
        assert record["version"] == stale.version(key["key"])


def test_a_report_rests_on_the_answers_that_it_got(made: Made) -> None:
    """Every figure of it, with source and indicator; not what another report asked, nor a table."""
    assert set(made.key("alpha")["key"]["answers"]) == {
        *("figures.csv:units.after", "figures.csv:units.before", "indicators.csv:units"),
        *("sources.csv:wire", "sources.csv:latest", "names.csv"),
    }
    not_there = "figures.csv:plan-2025.da-nang.after.wards"
    assert not_there in made.key("each-da-nang")["key"]["answers"]


def test_a_report_rests_on_the_files_that_it_opened(made: Made) -> None:
    """By their digests; on none where a notebook only asks the tables."""
    assert made.key("opens")["key"]["files"] == {"<data>/more.json": stale.digest("{}")}
    assert made.key("alpha")["key"]["files"] == {}


def test_to_import_the_tasks_silences_nobody() -> None:
    """Only the server of a build goes silent: a user's own variable ANALYSIS_DATA once did it."""
    command = [sys.executable, "-c", "import analysis.builds.run; print('heard')"]
    surroundings = {**os.environ, "ANALYSIS_DATA": "data"}
    done = subprocess.run(command, env=surroundings, capture_output=True, text=True, check=True)
    assert done.stdout == "heard\n"


@pytest.mark.parametrize("name", ["deletes", "rewrites", "swallows"])
def test_a_notebook_that_changes_the_data_fails_its_report(made: Made, name: str) -> None:
    """Also where it takes no notice of being refused; the data stay as they are."""
    assert made.ends[name].state == "raised"
    assert "PermissionError: a report writes in the folder of its run" in made.ends[name].cause
    assert "3,321" in (made.project.data / "figures.csv").read_text("utf-8")


def test_a_failed_report_names_its_cell_and_leaves_its_run(made: Made) -> None:
    """Counted as in the source, whether the run failed or the document was refused."""
    causes = {"deletes": "PermissionError", "prints": "printed “1”", "calls": "start a program"}
    for name, cause in causes.items():
        assert made.ends[name].cell == 7 + len(ALPHA) + 1
        assert cause in made.ends[name].cause
        assert made.read(name, "run.ipynb")


def test_data_that_change_between_run_and_pages_are_noticed(made: Made, tmp_path: Path) -> None:
    """What a run asked of one state of the tables is not shown with the numbers of another."""
    shutil.copytree(made.folder / "reports" / "alpha", tmp_path / "alpha")
    changed = small_project(tmp_path)
    alpha = plan.plan(changed)[0]
    job = run.job(alpha, changed, stale.share(changed), tmp_path)
    retype(changed.data / "figures.csv", "staff.rate", note="seen")
    with pytest.raises(processes.RunError, match="data changed while the report was made"):
        run.page(job.arguments, tmp_path / "alpha", processes.Limits())
