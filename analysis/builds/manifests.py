"""The manifest of a site: what each page was made from, and the digest of every file.

A site is one folder with a page, a record and a table of numbers per report and language, the front
pages, and what changed since the edition before. `manifest.json` lists all but the last.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from analysis.builds.plan import LANGUAGES
from analysis.errors import UserError

NAME = "manifest.json"
FORMAT = 4

# Nanoseconds. A system counts times of files in ticks of up to 0.01 s: what changes a file twice
# within one leaves no trace of the second time.
_TICK, _SECOND = 50_000_000, 1_000_000_000

# What an edition tells of the one before it depends on which edition that was, not on the inputs
# alone. So no report's page and no manifest holds it: these files lie beside them.
CHANGES = "changes.json"
HISTORY = {f"{language}/changes.html": language for language in LANGUAGES}


class ManifestError(UserError):
    """A folder is no site of this version of the program."""


def sha256(content: bytes) -> str:
    """The whole digest of a file's bytes."""
    return hashlib.sha256(content).hexdigest()


def digest(content: Any) -> str:
    """The short digest of bytes, of a text, or of anything that JSON can hold."""
    if not isinstance(content, bytes):
        text = content if isinstance(content, str) else json.dumps(content, sort_keys=True)
        content = text.encode()
    return sha256(content)[:16]


def empty() -> dict[str, Any]:
    """The manifest of a site without pages."""
    parts = ("pages", "reports", "tables", "fronts", "data", "common", "kept", "older")
    keys = {"fronts_key": "", "data_key": ""}
    return {"format": FORMAT, **keys, **{part: {} for part in parts}}


def read(folder: Path) -> dict[str, Any]:
    """The manifest of a site. Raises `ManifestError` where there is none that can be used."""
    try:
        manifest = json.loads((folder / NAME).read_bytes())
        if manifest["format"] == FORMAT and _is_whole(manifest):
            return dict(manifest)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        pass
    raise ManifestError(
        f"{folder}: no {NAME} in it that can be used. Give the folder of a built site of this"
        " version (outputs/site), or build it again."
    )


def _is_whole(manifest: Mapping[str, Any]) -> bool:
    """Whether everything is there and of its kind; raises what Python does where it is not."""
    pages, reports = manifest["pages"].values(), manifest["reports"].values()
    tables = [*(page["files"] for page in pages), *manifest["tables"].values()]
    tables += [manifest["fronts"], manifest["data"]]
    words = [page[part] for page in pages for part in ("report", "language", "edition", "title")]
    words += [report["state"] for report in reports]
    words += [word for table in tables for row in table.items() for word in row]
    parts = [manifest["common"], manifest["kept"], *(report["key"] for report in reports)]
    return all(isinstance(word, str) for word in words) and all(isinstance(p, dict) for p in parts)


def text(manifest: Mapping[str, Any]) -> str:
    """The manifest as it is written: sorted, one value a line, no clock."""
    return json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def entry(about: Mapping[str, Any], files: Mapping[str, str]) -> dict[str, Any]:
    """What the manifest tells about a page, from its record (`x.json`) and its files' digests."""
    return {
        **{name: about[name] for name in ("report", "language", "parameters", "key", "edition")},
        "files": dict(files),
        "sha256": files[f"{about['language']}/{about['report']}.html"],
        "title": about["record"]["title"],
    }


def short_edition(manifest: Mapping[str, Any], language: str) -> str:
    """The short name of all pages of a language together."""
    pages = manifest["pages"].items()
    editions = {path: page["edition"] for path, page in pages if page["language"] == language}
    return digest(editions)[:12]


def pages_digest(manifest: Mapping[str, Any]) -> str:
    """One digest of all pages: equal for editions in which the reports read the same."""
    return digest({path: page["sha256"] for path, page in manifest["pages"].items()})


# ---------------------------------------------------------------------------- is it as published?


def verify(folder: Path) -> list[str]:
    """Everything in which a site differs from its manifest, one line each."""
    try:
        manifest = read(folder)
    except ManifestError as error:
        return [str(error)]
    wanted = _files(manifest)
    bad = differing(folder, wanted)
    wrong = [f"{name}: {what}. Build the site again." for name, what in bad.items()]
    if not has_history(folder, manifest):
        wrong.append(f"{CHANGES}: not of this edition, or altered. Build the site again.")
    present = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    foreign = present - {*wanted, *HISTORY, CHANGES, NAME}
    return wrong + [f"{name}: not in the manifest." for name in sorted(foreign)]


def _files(manifest: Mapping[str, Any]) -> dict[str, str]:
    """The digest of every file that a manifest lists."""
    files = dict(manifest["fronts"] | manifest["data"])
    for page in manifest["pages"].values():
        files |= page["files"]
    return files


def differing(folder: Path, files: Mapping[str, str]) -> dict[str, str]:
    """The files that are damaged or missing, and which of both."""
    found = {}
    for name, published in sorted(files.items()):
        try:
            if sha256((folder / name).read_bytes()) != published:
                found[name] = "damaged"
        except OSError:
            found[name] = "missing"
    return found


def damaged(folder: Path, manifest: Mapping[str, Any], whole: Path) -> dict[str, str]:
    """The files of a site that are damaged or missing, and which of both.

    No file is read where all are those that were found whole before, as `whole` says: that file
    holds one digest of their inodes, sizes and times. It is written here, and may be missing.
    """
    files = _files(manifest)
    state = _state(folder, files)
    with contextlib.suppress(OSError):
        if state and whole.read_text("ascii") == state:
            return {}
    found = differing(folder, files)
    if state and not found:
        with contextlib.suppress(OSError):  # a folder that cannot be written
            whole.write_text(state, "ascii")
    return found


def _state(folder: Path, files: Mapping[str, str]) -> str:
    """One digest of what the system says of some files; it is another one when one has changed.

    A program can set a file back in time, but not the time of that change (ctime). "" where no
    such time tells: it lies ahead, or the file system counts seconds.
    """
    try:
        # Text is three times as quick as Path, and there are thousands.
        found = [os.stat(f"{folder}/{name}") for name in files]  # noqa: PTH116
    except OSError:
        return ""
    last = max((each.st_ctime_ns for each in found), default=0)
    age = time.time_ns() - last
    if age < 0 or last % _SECOND == 0:
        return ""
    time.sleep(max(0, _TICK - age) / _SECOND)
    told = [(each.st_ino, each.st_size, each.st_mtime_ns, each.st_ctime_ns) for each in found]
    return sha256(repr((str(folder), files, told)).encode())


def has_history(folder: Path, manifest: Mapping[str, Any]) -> bool:
    """Whether what a site tells of the edition before is there, whole, and about these pages."""
    try:
        about = json.loads((folder / CHANGES).read_bytes())
        own = about["pages"] == pages_digest(manifest) and about["files"].keys() == HISTORY.keys()
        return own and not differing(folder, about["files"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False
