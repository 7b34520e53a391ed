"""The words of the command line: its commands and options, and what values they take."""

from __future__ import annotations

import argparse
import contextlib
import re
from datetime import date
from pathlib import Path

_LONGEST = 86_400  # seconds that a report may take


def parser() -> argparse.ArgumentParser:
    """What reads the command line; the command asked for is `command` in the result."""
    words = argparse.ArgumentParser(
        prog="python -m analysis", description="Printed figures to published briefings."
    )
    commands = words.add_subparsers(
        title="commands",
        required=True,
        dest="command",
        metavar="check | list | build | verify | diff",
    )
    check = commands.add_parser("check", help="check the data and the notebooks")

    listed = commands.add_parser("list", help="every report, and why it is stale")
    listed.add_argument("--json", action="store_true", help="as JSON, for programs")

    build = commands.add_parser("build", help="make what is stale and publish the site")
    _build_options(build)

    verify = commands.add_parser(
        "verify", help="the figures against the texts, or a site against its manifest"
    )
    what = verify.add_mutually_exclusive_group(required=True)
    texts = "folder of the texts the figures were printed in"
    what.add_argument("--texts", type=_folder, metavar="DIR", help=texts)
    what.add_argument("--site", type=_folder, metavar="DIR", help="folder of a built site")

    diff = commands.add_parser("diff", help="what reads differently in two editions of a site")
    diff.add_argument("old", type=_folder)
    diff.add_argument("new", type=_folder)
    diff.add_argument("--json", action="store_true", help="as JSON, for programs")

    data = "folder of the tables (default: data)"
    for command in (check, listed, build, verify):
        command.add_argument("--data", type=_folder, metavar="DIR", help=data)
    for command in (listed, build):
        _site_options(command)
    return words


def _build_options(build: argparse.ArgumentParser) -> None:
    where = build.add_mutually_exclusive_group()
    jobs = "reports made at the same time (default: one per processor)"
    where.add_argument("--jobs", type=_count, metavar="N", help=jobs)
    scheduler = "a Dask cluster makes the reports: tcp://host:8786"
    where.add_argument("--scheduler", type=_address, metavar="ADDRESS", help=scheduler)
    only = "only reports whose name matches, e.g. 'province-*'"
    build.add_argument("--only", default="*", metavar="PATTERN", help=only)
    build.add_argument("--force", action="store_true", help="make fresh reports again, too")
    going = build.add_mutually_exclusive_group()
    keep = "go on after a failed report (the default)"
    going.add_argument("--keep-going", action="store_true", help=keep)
    going.add_argument("--fail-fast", action="store_true", help="stop at the first failed report")
    pdf = "print each page as a PDF beside it (needs Chromium)"
    build.add_argument("--pdf", action="store_true", help=pdf)
    timeout = "for each report (default: 300)"
    build.add_argument("--timeout", type=_seconds, metavar="SECONDS", help=timeout)
    memory = "for each report (default: no limit)"
    build.add_argument("--memory", type=_count, metavar="MB", help=memory)
    build.add_argument("--explain", action="store_true", help="say why each report is made")
    build.add_argument("--quiet", action="store_true", help="say nothing when nothing changed")
    form = "json: one event a line"
    build.add_argument("--log-format", choices=["text", "json"], default="text", help=form)


def _site_options(command: argparse.ArgumentParser) -> None:
    out = "folder for the site (default: outputs)"
    command.add_argument("--out", type=_folder, metavar="DIR", help=out)
    day = "only sources printed by then, e.g. 2021-06-30"
    command.add_argument("--known-on", type=_day, metavar="DAY", help=day)
    evidence = "core: the five articles alone; all (default)"
    command.add_argument("--evidence", choices=["all", "core"], help=evidence)


def _folder(text: str) -> Path:
    if not text:
        raise argparse.ArgumentTypeError("'' is no folder; name one")
    return Path(text)


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number of at least 1")
    return int(text)


def _day(text: str) -> str | None:
    try:
        given = date.fromisoformat(text).isoformat() if text else text
    except ValueError:
        given = ""
    if given != text:
        raise argparse.ArgumentTypeError(
            f"{text!r} is no day; write one as 2025-07-16, or nothing for everything known"
        )
    return text or None


def _address(text: str) -> str:
    if not re.fullmatch(r"(tcp|tls)://.+:\d+", text):
        raise argparse.ArgumentTypeError(
            f"{text!r} is no address of a scheduler; write one as tcp://host:8786"
        )
    return text


def _seconds(text: str) -> float:
    with contextlib.suppress(ValueError):
        if 0 < float(text) <= _LONGEST:
            return float(text)
    raise argparse.ArgumentTypeError(
        f"{text!r} is not a number of seconds above 0, and at most {_LONGEST} (a day)"
    )
