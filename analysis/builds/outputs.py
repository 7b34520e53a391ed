"""The folder of outputs: what in it belongs to builds, and how one edition replaces another.

    outputs/site         a link to the published edition
    outputs/runs         the executed notebooks
    outputs/.lock        held by the build that is at work
    outputs/.editions    the editions, the working folder of a build, the marker, and `whole`

The marker is a file that says that these names belong to builds. In a folder without it none of
them is touched; anything else in the folder is never touched.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from analysis.builds.plan import Project
from analysis.errors import UserError

EDITIONS, WORK, _LINK = ".editions", ".work", ".site"
WHOLE = "whole"  # see `manifests.damaged`
MARKER = "README.txt"
_MARKER_TEXT = """\
Made by `python -m analysis build`, which keeps here the published edition (../site is a link to
it) and the one before. A build may write over or remove what is in this folder and in ../runs.
"""
_EDITION = re.compile(r"[0-9a-f]{16}\+*")
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS})
_ROOM = 1_000_000  # bytes; a disk with less is full


class OutputsError(UserError):
    """The folder for the outputs cannot be used."""


def data_changed_error(project: Project) -> OutputsError:
    """The error where the tables are no longer those that the build has read."""
    cause = "data changed while the build was running. The published site is as it was"
    return OutputsError(f"{project.data}: {cause}; build again.")


def editions(project: Project) -> Path:
    """The folder of all editions."""
    return project.outputs / EDITIONS


def current(project: Project) -> str:
    """The name of the published edition; "" where nothing is published."""
    try:
        target = project.site.readlink()
    except OSError:
        return ""
    ours = target.parent == Path(EDITIONS) and _EDITION.fullmatch(target.name)
    return target.name if ours else ""


# ------------------------------------------------------------------------------ whose folder it is


@contextlib.contextmanager
def at_work(project: Project, waiting: Callable[[], None]) -> Iterator[None]:
    """Lock the folder for one build; a second one calls `waiting` and waits.

    The lock ends with its process. Raises `OutputsError` where the folder, or something in it,
    cannot be used, and where the disk is full or read-only; the unfinished edition is removed.
    """
    _refuse_inputs(project)
    try:
        with _locked(project, waiting):
            yield
    except OSError as error:
        full = error.errno in _FULL
        place = project.outputs if full else Path(error.filename2 or error.filename or "/")
        if not place.is_relative_to(project.outputs):
            raise
        _remove(editions(project) / WORK)
        cure = "make room" if full else "move that away or allow it to be written"
        raise OutputsError(
            f"{place}: cannot be written ({error.strerror})."
            f" The published site is as it was; {cure}, and build again."
        ) from None


@contextlib.contextmanager
def _locked(project: Project, waiting: Callable[[], None]) -> Iterator[None]:
    """Hold the lock; the folder is then ours, marked, and free of what a killed build has left."""
    import fcntl  # missing on Windows, where all but builds works

    own, marker = editions(project), editions(project) / MARKER
    with contextlib.ExitStack() as stack:
        try:
            _refuse_foreign(project)
            own.mkdir(parents=True, exist_ok=True)
            lock = stack.enter_context((project.outputs / ".lock").open("ab"))
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                waiting()
                fcntl.flock(lock, fcntl.LOCK_EX)
            if not marker.exists():
                write(marker, _MARKER_TEXT)
            for left in (_LINK, WORK):  # by a killed build
                _remove(own / left)
        except OSError as error:
            if error.errno in _FULL:
                raise
            cause = f"cannot be written ({error.strerror or error})"
            raise OutputsError(f"{project.outputs}: {cause}. Choose another --out.") from None
        yield


def _refuse_inputs(project: Project) -> None:
    """Refuse a folder that is the project itself or lies within what a build reads."""
    outputs, root = (Path(os.path.realpath(path)) for path in (project.outputs, project.root))
    inputs = (project.root / "data", project.data, project.notebooks, project.code)
    for place in [Path(os.path.realpath(folder)) for folder in inputs]:
        if outputs == root or outputs.is_relative_to(place):
            what = f"builds read {place} and write elsewhere. Name a folder of your own."
            raise OutputsError(f"--out {outputs}: {what}")
    for folder in (outputs, *outputs.parents):
        if folder.name in {EDITIONS, "runs"} and (folder.parent / EDITIONS / MARKER).is_file():
            what = f"builds of {folder.parent} remove what lies in it. Name a folder of your own."
            raise OutputsError(f"--out {outputs}: {what}")


def _refuse_foreign(project: Project) -> None:
    """Refuse a folder in which one of our names is taken by something that no build has made.

    Without the marker only an empty folder may have such a name.
    """
    own, site, runs = editions(project), project.site, project.outputs / "runs"
    published = bool(current(project))
    marked = published or (own / MARKER).is_file()

    def is_ours(path: Path) -> bool:
        if path == site or path.is_symlink() or not path.is_dir():
            return path == site and published
        return marked or not any(path.iterdir())

    names = [path for path in (own, site, runs) if os.path.lexists(path)]
    theirs = [path.name for path in names if not is_ours(path)]
    if theirs:
        raise OutputsError(
            f"{project.outputs}: holds {', '.join(theirs)}, and not as a build has made it."
            " Move that away, or choose another --out."
        )


@contextlib.contextmanager
def scratch(project: Project) -> Iterator[Path]:
    """A working folder beside the editions, so that finished files can be moved, not copied."""
    work = editions(project) / WORK
    work.mkdir()
    try:
        yield work
    finally:
        _remove(work)


def refuse_full(work: Path, cause: str) -> None:
    """Raise `OSError` where a report failed because the disk is full, or the disk is full now."""
    for code in sorted(_FULL):
        if os.strerror(code) in cause:
            raise OSError(code, os.strerror(code))
    probe = work / "room"
    write(probe, " " * _ROOM)
    probe.unlink()


# ---------------------------------------------------------------------------------------- the swap


def swap(project: Project, new: Path, name: str) -> None:
    """Make the new edition the published one, in one step; keep the one before, and no older."""
    folder, published = editions(project), current(project)
    for old in folder.iterdir():
        if _EDITION.fullmatch(old.name) and old.name != published:
            _remove(old)
    while (folder / name).exists():
        name += "+"
    for listed in (*(path for path in new.iterdir() if path.is_dir()), new):
        sync(listed)
    new.replace(folder / name)
    sync(folder)
    link = folder / _LINK
    link.symlink_to(Path(EDITIONS) / name, target_is_directory=True)
    link.replace(project.site)
    sync(project.outputs)


def link(existing: Path, wanted: Path) -> None:
    """Put a file of another edition into this one, as a hard link where the disk can do that."""
    try:
        os.link(existing, wanted)
    except OSError:  # a file system without links; a full disk has no room for a copy, either
        wanted.write_bytes(existing.read_bytes())
        sync(wanted)


def write(path: Path, text: str) -> None:
    """Write a text and wait until it is on the disk."""
    path.write_text(text, encoding="utf-8", newline="\n")
    sync(path)


def sync(path: Path) -> None:
    """Wait until a file, or the list of what is in a folder, is on the disk.

    Otherwise a power cut could leave an empty page in a published edition.
    """
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _remove(path: Path) -> None:
    """Remove a folder with all in it, or a link to one, but not what that leads to."""
    if path.is_symlink() or path.is_file():
        path.unlink()
    elif path.exists():
        import shutil  # slow to import, and a build with nothing to do removes nothing

        shutil.rmtree(path, ignore_errors=True)
