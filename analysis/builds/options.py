"""The words of the command line: its commands and options, what values they take and mean."""

from __future__ import annotations

import argparse
import functools
import os
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

# How people called us: the installed command, or the package.
PROG = "briefings" if Path(sys.argv[0]).stem == "briefings" else "python -m analysis"


@dataclass(frozen=True)
class Options:
    """What a build is asked for; where an option was not given, it has the value here.

    Without `known_on` and `evidence` the notebooks' own defaults hold. `jobs` 0 is one a processor,
    `timeout` is in seconds, `memory` in megabytes (0: no limit).
    """

    only: Sequence[str] = ("*",)
    known_on: str | None = None
    evidence: str | None = None
    force: bool = False
    pdf: bool = False
    notes: bool = False
    docx: bool = False
    scheduler: str = ""
    jobs: int = 0
    timeout: float = 300.0
    memory: int = 0

    @staticmethod
    def of(asked: argparse.Namespace) -> Options:
        """The options given on the command line."""
        names = Options.__annotations__.keys() & vars(asked).keys()
        return Options(**{n: vars(asked)[n] for n in names if vars(asked)[n] is not None})

    @property
    def common(self) -> dict[str, str]:
        """The parameters that every report is given."""
        given = {"known_on": self.known_on, "evidence": self.evidence}
        return {name: value for name, value in given.items() if value is not None}

    @property
    def prints(self) -> bool:
        """Whether pages are printed as PDFs."""
        return self.pdf or self.notes

    @property
    def workers(self) -> int:
        """How many processes make reports or print at a time."""
        return self.jobs or os.cpu_count() or 1


def _value(pattern: str, read: Callable[[str], Any], wanted: str) -> Callable[[str], Any]:
    """What reads a value of an option, and says what is wanted where it has not this form."""

    def value(text: str) -> Any:
        try:
            if re.fullmatch(pattern, text, re.ASCII):
                return read(text)
        except ValueError:
            pass
        raise argparse.ArgumentTypeError(f"{text!r} is {wanted}")

    return value


def _path(text: str) -> Path:
    path = Path(text)
    try:
        path.absolute()
    except OSError:
        what = "is relative, and the folder that we are in is gone; change to another one"
        raise argparse.ArgumentTypeError(f"{text!r} {what}") from None
    return path


# To ask how wide the terminal is, each option would import libraries that only copy files.
_help = functools.partial(argparse.HelpFormatter, width=78)

_folder = _value(r"(?s).+", _path, "no folder; name one")
_count = _value(r"0*[1-9]\d{0,5}", int, "not a whole number of at least 1")
_day = _value(
    r"(\d{4}-\d\d-\d\d)?",
    lambda text: date.fromisoformat(text).isoformat() if text else None,
    "no day; write one as 2025-07-16, or nothing for everything known",
)
_seconds = _value(
    r"(?!0+(\.0+)?$)\d{1,5}(\.\d+)?", float, "not a number of seconds above 0 and below 100000"
)
_address = _value(
    r"(tcp|tls)://.+:\d+", str, "no address of a scheduler; write one as tcp://host:8786"
)


def parser() -> argparse.ArgumentParser:
    """What reads the command line; the command asked for is `command` in the result."""
    words = argparse.ArgumentParser(
        prog=PROG, description="Printed figures to published briefings.", formatter_class=_help
    )
    names = "init | check | list | build | verify | diff"
    commands = words.add_subparsers(title="commands", required=True, dest="command", metavar=names)
    add = functools.partial(commands.add_parser, formatter_class=_help)
    init = add("init", help="begin a project of your own, with a worked example")
    check = add("check", help="check the data and the notebooks")
    listed = add("list", help="every report, and why it is stale")
    build = add("build", help="make what is stale and publish the site")
    verify = add("verify", help="the figures against the texts, or a site against its manifest")
    diff = add("diff", help="what reads differently in two editions of a site")

    init.add_argument("folder", type=_folder, metavar="DIR", help="a new or empty folder")
    what = verify.add_mutually_exclusive_group(required=True)
    texts = "folder of the texts the figures were printed in"
    what.add_argument("--texts", type=_folder, metavar="DIR", help=texts)
    what.add_argument("--site", type=_folder, metavar="DIR", help="folder of a built site")
    diff.add_argument("old", type=_folder)
    diff.add_argument("new", type=_folder, nargs="?", help="default: the site of the project")
    listed.add_argument("--json", action="store_true", help="as JSON, for programs")
    for command in (check, listed, build, verify, diff):
        project = "folder of the project (default: the one that the package came with)"
        command.add_argument("--project", type=_folder, metavar="DIR", help=project)
    for command in (check, listed, build, verify):
        data = "folder of the tables (default: data)"
        command.add_argument("--data", type=_folder, metavar="DIR", help=data)
    for command in (listed, build):
        out = "folder for the site (default: outputs)"
        command.add_argument("--out", type=_folder, metavar="DIR", help=out)
        day = "only sources printed by then, e.g. 2021-06-30"
        command.add_argument("--known-on", type=_day, metavar="DAY", help=day)
        evidence = "core: sources of that tier alone; all (default)"
        command.add_argument("--evidence", choices=["all", "core"], help=evidence)
        only = "only reports whose name matches, e.g. 'province-*'; can be given several times"
        command.add_argument("--only", action="append", metavar="PATTERN", help=only)
    _build_options(build)
    return words


def _build_options(build: argparse.ArgumentParser) -> None:
    where = build.add_mutually_exclusive_group()
    jobs = "reports made at the same time (default: one per processor)"
    where.add_argument("--jobs", type=_count, metavar="N", help=jobs)
    scheduler = "a Dask cluster makes the reports: tcp://host:8786"
    where.add_argument("--scheduler", type=_address, metavar="ADDRESS", help=scheduler)
    timeout = "for each report (default: 300)"
    build.add_argument("--timeout", type=_seconds, metavar="SECONDS", help=timeout)
    memory = "for each report (default: no limit)"
    build.add_argument("--memory", type=_count, metavar="MB", help=memory)
    form = "json: one event a line"
    build.add_argument("--log-format", choices=["text", "json"], default="text", help=form)
    for flag, meaning in (
        ("--force", "make fresh reports again, too"),
        ("--keep-going", "go on after a failed report, as a build always does"),
        ("--pdf", "print each page as a PDF beside it, too (needs Chromium)"),
        ("--notes", "with its notes and sources behind the last sheet of that PDF"),
        ("--docx", "make a Word file beside each page, too, linked from it"),
        ("--explain", "say why each report is made"),
        ("--quiet", "say nothing when nothing changed"),
    ):
        build.add_argument(flag, action="store_true", help=meaning)
