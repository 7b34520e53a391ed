"""The manifest of a site: what each page was made from, and the digest of every file.

A site is one folder: for each report and language a page, a record and a table of numbers; the
front pages; and what changed since the edition before. `manifest.json` lists all but the last.
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

from analysis.errors import UserError
from analysis.numbers.schema import LANGUAGES

NAME = "manifest.json"
FORMAT = 5

# In nanoseconds. Systems count the times of files in ticks of up to 0.01 s, and a second change
# within a tick cannot be seen; a tick here is five times as long, to be safe.
_TICK, _SECOND = 50_000_000, 1_000_000_000

# What changed since the edition before depends on which edition that was, not only on the inputs.
# So it stands in files of its own, and in no page of a report and no manifest.
CHANGES = "changes.json"
HISTORY = {f"{language}/changes.html": language for language in LANGUAGES}


class ManifestError(UserError):
    """The folder is no site, or one of another version of the program."""


def sha256(content: bytes) -> str:
    """The SHA-256 digest of bytes: 64 hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def digest(content: Any) -> str:
    """A digest of 16 hexadecimal digits: of bytes, a text, or anything that JSON can hold."""
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
    """True where every value has its type; a missing one raises what Python raises."""
    pages, reports = manifest["pages"].values(), manifest["reports"].values()
    tables = [*(page["files"] for page in pages), *manifest["tables"].values()]
    tables += [manifest["fronts"], manifest["data"]]
    words = [page[part] for page in pages for part in ("report", "language", "version", "title")]
    words += [report["state"] for report in reports]
    words += [word for table in tables for row in table.items() for word in row]
    parts = [manifest["common"], manifest["kept"], *(report["key"] for report in reports)]
    return all(isinstance(word, str) for word in words) and all(isinstance(p, dict) for p in parts)


def text(manifest: Mapping[str, Any]) -> str:
    """The manifest as JSON, sorted, with one value a line and no time in it."""
    return json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def entry(about: Mapping[str, Any], files: Mapping[str, str]) -> dict[str, Any]:
    """The entry of a page in the manifest, from its record (`x.json`) and its files' digests."""
    return {
        **{name: about[name] for name in ("report", "language", "parameters", "key", "version")},
        "files": dict(files),
        "sha256": files[f"{about['language']}/{about['report']}.html"],
        "title": about["record"]["title"],
    }


def edition_number(manifest: Mapping[str, Any], language: str) -> str:
    """The number of an edition in a language: twelve hexadecimal digits of its pages' versions."""
    pages = manifest["pages"].items()
    versions = {path: page["version"] for path, page in pages if page["language"] == language}
    return digest(versions)[:12]


def pages_digest(manifest: Mapping[str, Any]) -> str:
    """One digest of all pages: equal for editions in which the reports read the same."""
    return digest({path: page["sha256"] for path, page in manifest["pages"].items()})


# ---------------------------------------------------------------------------- is it as published?


def verify(folder: Path) -> list[str]:
    """One line for everything in which a site differs from its manifest."""
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
    """“damaged” or “missing”, by file, for the files that are not as listed (name: digest).

    A link is damaged: what it leads to belongs to somebody else.
    """
    damages = {}
    for name, published in sorted(files.items()):
        path = folder / name
        try:
            if sha256(path.read_bytes()) != published or path.is_symlink():
                damages[name] = "damaged"
        except OSError:
            damages[name] = "missing"
    return damages


def damaged(folder: Path, manifest: Mapping[str, Any], whole: Path) -> dict[str, str]:
    """“damaged” or “missing”, by file, for the files of a site that are not as published.

    The file `whole` notes one digest of the inodes, sizes and times of all files when they were
    last found as published. While it is true, no file is read.
    """
    files = _files(manifest)
    state = _state(folder, files).encode()
    with contextlib.suppress(OSError):
        if state and whole.read_bytes() == state:
            return {}
    damages = differing(folder, files)
    if state and not damages:
        with contextlib.suppress(OSError):  # a folder that cannot be written
            whole.write_bytes(state)
    return damages


def _state(folder: Path, files: Mapping[str, str]) -> str:
    """One digest of the inodes, sizes and times of some files, different when one has changed.

    A program can set back the time of a file, but not the time of that change (ctime). "" where
    ctime proves nothing: it lies in the future, or the file system counts in seconds.
    """
    try:
        # Text is three times as quick as Path, and there are thousands.
        stats = [os.lstat(f"{folder}/{name}") for name in files]
    except OSError:
        return ""
    last = max((stat.st_ctime_ns for stat in stats), default=0)
    age = time.time_ns() - last
    if age < 0 or last % _SECOND == 0:
        return ""
    time.sleep(max(0, _TICK - age) / _SECOND)
    stamps = [(stat.st_ino, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns) for stat in stats]
    return sha256(repr((str(folder), files, stamps)).encode())


def has_history(folder: Path, manifest: Mapping[str, Any]) -> bool:
    """True where the files on what changed are there, undamaged, and about these pages."""
    try:
        about = json.loads((folder / CHANGES).read_bytes())
        own = about["pages"] == pages_digest(manifest) and about["files"].keys() == HISTORY.keys()
        return own and not differing(folder, about["files"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False
