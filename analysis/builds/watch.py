"""Watch: it notes which files a running notebook opens, and refuses what a report may not do.

A report writes only in the folder of its run, starts no program and uses no network. Notebooks are
trusted code: this audit hook of Python catches mistakes, not malice. It does not see what a library
opens in C, what `os.stat` is asked, nor what was imported or read before the run.
"""

# ruff: noqa: PTH100, PTH111, PTH112, PTH120  (text is quicker than Path)

from __future__ import annotations

import contextlib
import importlib.util
import os
import site
import sys
import tempfile
from collections.abc import Callable, Iterator
from os.path import abspath, dirname, realpath
from pathlib import Path
from types import FrameType
from typing import Any

_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND

# Audit events that change a file, with the positions of the paths among their arguments.
_CHANGES = {
    **dict.fromkeys(("os.chflags", "os.chmod", "os.chown", "os.mkdir", "os.remove"), (0,)),
    **dict.fromkeys(("os.removexattr", "os.rmdir", "os.setxattr", "os.truncate"), (0,)),
    **dict.fromkeys(("os.utime", "sqlite3.connect"), (0,)),
    **{"os.link": (0, 1), "os.rename": (0, 1), "os.symlink": (1,)},
}
_PROGRAM, _NETWORK = "start a program", "reach the network"
_REFUSED = {
    **dict.fromkeys(("os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.spawn"), _PROGRAM),
    **dict.fromkeys(("os.system", "pty.spawn", "subprocess.Popen"), _PROGRAM),
    **dict.fromkeys(("socket.bind", "socket.connect", "socket.getaddrinfo"), _NETWORK),
    **dict.fromkeys(("socket.gethostbyname", "socket.sendmsg", "socket.sendto"), _NETWORK),
    **dict.fromkeys(("ctypes.dlopen", "ctypes.dlsym"), "call a library by ctypes"),
}

# Libraries, fonts, time zones and the like, which belong to the operating system.
_SYSTEM = ("/proc", "/sys", "/dev", "/etc", "/usr/share")

_PACKAGE = str(Path(__file__).parents[1]) + os.sep
_LIBRARY = dirname(os.__file__) + os.sep
_IMPORTING = ("<frozen importlib", dirname(importlib.util.__file__) + os.sep)


class Watch:
    """Notes the files that this process opens and the folders it lists; refuses what is forbidden.

    The process may write in the folder `scratch`. Files in `ignored` are not noted, because a
    page's key has them in another part. An attempt to change something in `guarded` is listed in
    `refused`, also where the notebook catches the error.
    """

    def __init__(
        self, scratch: Path, ignored: tuple[Path, ...] = (), guarded: tuple[Path, ...] = ()
    ) -> None:
        self.opened, self.listed, self.refused = set[Path](), set[Path](), list[str]()
        self._writable = (realpath(scratch), realpath(tempfile.gettempdir()), "/dev")
        self._guarded = tuple(map(realpath, guarded))
        libraries = (sys.prefix, sys.base_prefix, *site.getsitepackages())
        self._libraries = (*libraries, *map(realpath, libraries))
        of_user = (site.getusersitepackages(), os.path.expanduser("~/.cache"))
        elsewhere = map(realpath, (_PACKAGE, *map(str, ignored), *of_user))
        self._ignored = (*self._writable, *self._libraries, *elsewhere, *_SYSTEM)

    @contextlib.contextmanager
    def watching(self) -> Iterator[None]:
        """Watch while the block of `with` runs."""
        hearing: dict[str, Callable[[str, tuple[Any, ...]], None]] = {
            "open": self._open,
            **dict.fromkeys(("os.listdir", "os.scandir"), self._list),
            **dict.fromkeys(_CHANGES, self._change),
            **dict.fromkeys(_REFUSED, self._forbid),
        }

        # A plain function passes over thousands of other events three times as quickly as a method.
        def hear(event: str, arguments: tuple[Any, ...]) -> None:
            if event in hearing:
                hearing[event](event, arguments)

        sys.addaudithook(hear)
        try:
            yield
        finally:
            hearing.clear()  # the hook itself cannot be taken away again

    def _open(self, _: str, arguments: tuple[Any, ...]) -> None:
        path, mode, flags = arguments
        if isinstance(path, int):
            return
        name = _text(path)
        # An open folder would allow to change everything in it.
        if flags & _WRITING or (mode is None and os.path.isdir(name)):
            self._refuse(realpath(name))
        else:
            self._note(name, self.opened)

    def _list(self, _: str, arguments: tuple[Any, ...]) -> None:
        """Note a listed folder, unless Python listed it to import, or this package for tables."""
        frame = sys._getframe(2)
        finding = frame.f_code.co_filename.startswith(_IMPORTING)
        if not finding and not _asking(frame).startswith(_PACKAGE):
            self._note(_text(arguments[0]), self.listed)

    def _change(self, event: str, arguments: tuple[Any, ...]) -> None:
        for place in _CHANGES[event]:
            self._refuse(realpath(_text(arguments[place])))

    def _forbid(self, event: str, _: tuple[Any, ...]) -> None:
        if event.startswith("ctypes.") and _within(_asking(sys._getframe(2)), self._libraries):
            return
        raise PermissionError(
            f"a published report may not {_REFUSED[event]} ({event}): nobody would notice when what"
            " it gets there changes. Take what it needs from the tables of the data."
        )

    def _refuse(self, real: str) -> None:
        """Raise `PermissionError` for a path outside of the folders that may be written."""
        if _within(real, self._writable):
            return
        message = f"a report writes in the folder of its run alone (use tempfile), not {real}"
        if _within(real, self._guarded) and "__pycache__" not in real:
            self.refused.append(f"PermissionError: {message}")
        raise PermissionError(message)

    def _note(self, name: str, among: set[Path]) -> None:
        if name.endswith(".pyc"):  # Python has compared it with the source
            with contextlib.suppress(ValueError):
                name = importlib.util.source_from_cache(name)
        real, named = realpath(name), abspath(name)  # a link may be made to lead elsewhere
        if not _within(real, self._ignored):
            among.add(Path(real if _within(named, self._writable) else named))


def _text(path: Any) -> str:
    """The path of an argument as text: "." for None; for an open file, where the system has it."""
    if isinstance(path, int):
        path = f"/proc/self/fd/{path}"
    return "." if path is None else os.fsdecode(path)


def _within(path: str, folders: tuple[str, ...]) -> bool:
    return any(path == folder or path.startswith(folder + os.sep) for folder in folders)


def _asking(frame: FrameType | None) -> str:
    """The file of the nearest code outside the standard library that led to an event, or ""."""
    while frame:
        file = frame.f_code.co_filename
        if not file.startswith((_LIBRARY, "<frozen")) or "site-packages" in file:
            return file
        frame = frame.f_back
    return ""
