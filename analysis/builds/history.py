"""Editions of a site: the manifest of one, whether it is as published, and how two differ.

A site is one folder with a page, a record and a table of numbers per report and language, the front
pages, and `manifest.json`, which tells what each page was made from and the digest of every file.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.builds import stale
from analysis.builds.plan import LANGUAGES

FORMAT = 2

# The front pages, by the language of each; the door at the top is in both.
FRONTS = {"index.html": "", **{f"{language}/index.html": language for language in LANGUAGES}}

# What an edition tells of the one before it depends on which edition that was, not on the inputs
# alone. So no report's page and no manifest holds it: these files lie beside them.
HISTORY = {"changes.json": "", **{f"{language}/changes.html": language for language in LANGUAGES}}


# ---------------------------------------------------------------------------------------- manifest


def empty_manifest() -> dict[str, Any]:
    """The manifest of a site without pages."""
    parts = ("pages", "reports", "tables", "failed", "fronts", "fronts_key", "common")
    return {"format": FORMAT, **{part: {} for part in parts}}


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a site, or an empty one where there is none that can be used."""
    try:
        manifest = json.loads((folder / "manifest.json").read_bytes())
    except (OSError, ValueError):
        return empty_manifest()
    return {**empty_manifest(), **manifest} if _is_manifest(manifest) else empty_manifest()


def _is_manifest(manifest: object) -> bool:
    """Whether this is a manifest of this version, or of the one before, which `diff` reads, too."""
    if not isinstance(manifest, dict) or manifest.get("format") not in (1, FORMAT):
        return False
    blank = empty_manifest()
    parts = [manifest.get(part, {}) for part in blank if part != "format"]
    return all(isinstance(part, dict) for part in parts) and all(
        _is_page(path, page) for path, page in manifest.get("pages", {}).items()
    )


def _is_page(path: str, page: object) -> bool:
    if not isinstance(page, dict):
        return False
    words = [page.get(name) for name in ("report", "language", "edition", "sha256", "title")]
    files = page.get("files")
    stem = f"{page.get('language')}/{page.get('report')}"
    return (
        all(isinstance(word, str) for word in words)
        and path == f"{stem}.html"
        and isinstance(files, dict)
        and all(name.startswith(f"{stem}.") and "/" not in name[len(stem) :] for name in files)
    )


def manifest_text(manifest: Mapping[str, Any]) -> str:
    """The manifest as it is written: sorted, one value a line, no clock."""
    return json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def entry(about: Mapping[str, Any], files: Mapping[str, str]) -> dict[str, Any]:
    """What the manifest tells about a page, from its record (`x.json`) and its files' digests."""
    record = about["record"]
    return {
        **{name: about[name] for name in ("report", "language", "parameters", "key", "edition")},
        "files": dict(files),
        "sha256": files[f"{about['language']}/{about['report']}.html"],
        "title": record["title"],
        "summary": record["summary_text"],
        "headlines": [
            {name: item[name] for name in ("label", "value", "note")}
            for item in record["headlines"]
        ],
        "known_on": record["known_on"],
    }


def short_edition(manifest: Mapping[str, Any], language: str) -> str:
    """The short name of all pages of a language together."""
    pages = manifest["pages"].items()
    editions = {path: page["edition"] for path, page in pages if page["language"] == language}
    return stale.sha256(json.dumps(editions, sort_keys=True).encode())[:12]


def verify(folder: Path) -> list[str]:
    """Everything in which a site differs from its manifest, one line each."""
    if not (folder / "manifest.json").is_file():
        return [f"{folder}: no manifest.json in it. Give the folder of a built site: outputs/site."]
    manifest = read_manifest(folder)
    if not manifest["pages"]:
        return [f"{folder}/manifest.json: not a manifest of this program. Build the site again."]
    wanted = dict(manifest["fronts"])
    for page in manifest["pages"].values():
        wanted |= page["files"]
    wrong = [line for name in sorted(wanted) if (line := _differs(folder, name, wanted[name]))]
    if read_history(folder) is None and any((folder / name).exists() for name in HISTORY):
        wrong.append("changes.json: not of this edition, or altered. Build the site again.")
    present = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    foreign = present - set(wanted) - set(HISTORY) - {"manifest.json"}
    return wrong + [f"{name}: not in the manifest." for name in sorted(foreign)]


def _differs(folder: Path, name: str, published: str) -> str:
    try:
        digest = stale.sha256((folder / name).read_bytes())
    except OSError:
        return f"{name}: missing. Build the site again."
    if digest == published:
        return ""
    return f"{name}: not as published (sha256 {digest[:12]}, manifest {published[:12]})."


# -------------------------------------------------------------------------------------- difference


@dataclass(frozen=True)
class Change:
    """One thing that reads differently in two editions of a page, and why the page was remade.

    `was` and `now` are the numbers and days that `before` and `after` hold: what is shown with the
    value and figures, or the day, behind it.
    """

    path: str
    kind: str  # number, verdict, sentence, page
    what: str
    before: str
    after: str
    because: str
    was: tuple[Mapping[str, Any], ...] = ()
    now: tuple[Mapping[str, Any], ...] = ()

    def __str__(self) -> str:
        """What reads differently, without where and why."""
        said = f"− {self.before}" if self.before else f"+ {self.after}"
        if self.before and self.after:
            said = f"{self.before} → {self.after}"
        return f"{self.what}: {said}" if self.what else said


@dataclass(frozen=True)
class Cause:
    """What reads differently because of one thing: each change once, with the pages it is on."""

    because: str
    pages: tuple[str, ...]
    changes: tuple[tuple[Change, tuple[str, ...]], ...]


def causes(changes: Iterable[Change]) -> list[Cause]:
    """Changes by cause, those that several pages share once; the causes of most pages first."""
    by_cause: dict[str, dict[str, list[Change]]] = {}
    for change in changes:
        alike = by_cause.setdefault(change.because, {})
        alike.setdefault(f"{change.kind} {change}", []).append(change)
    joined = [
        Cause(
            because,
            tuple(sorted({change.path for group in groups.values() for change in group})),
            tuple((each[0], tuple(sorted(c.path for c in each))) for each in groups.values()),
        )
        for because, groups in by_cause.items()
    ]
    return sorted(joined, key=lambda cause: (-len(cause.pages), cause.because))


def in_one_language(changes: Sequence[Change]) -> list[Change]:
    """The changes without those of a Vietnamese page whose English twin changed, too."""
    english = {change.path for change in changes if change.path.startswith("en/")}
    return [
        change
        for change in changes
        if change.path in english or f"en/{change.path.partition('/')[2]}" not in english
    ]


def difference(old: Path, new: Path) -> list[Change]:
    """What a reader of the old edition would read differently in the new one, page by page.

    Compared are the numbers and verdicts behind the pages, and their sentences, not lines of HTML.
    """
    was, now = read_manifest(old), read_manifest(new)
    before, after = was["pages"], now["pages"]
    changes: list[Change] = []
    for path in sorted(before.keys() | after.keys()):
        if path not in after:
            gone = before[path]["title"]
            changes.append(Change(path, "page", "page", gone, "", "no longer planned"))
        elif path not in before:
            changes.append(Change(path, "page", "page", "", after[path]["title"], "new"))
        elif before[path]["sha256"] != after[path]["sha256"]:
            because = _reason(was, now, after[path]["report"])
            changes += _changes(path, read_record(old, path), read_record(new, path), because)
    return changes


def _reason(was: Mapping[str, Any], now: Mapping[str, Any], report: str) -> str:
    if was["format"] != now["format"]:
        return "another version of this program"
    keys = [manifest["reports"].get(report, {}).get("key", {}) for manifest in (was, now)]
    return stale.reason(keys[0], keys[1], was["tables"], now["tables"]) or "made anew"


def read_record(folder: Path, path: str) -> dict[str, Any]:
    """What a page shows, as plain text; nothing where its record cannot be read."""
    try:
        about = json.loads((folder / path).with_suffix(".json").read_bytes())
        record = dict(about["record"])
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    if "summary" in record:  # format 1: its summary and findings are HTML
        record["findings"] = [_words(text) for text in record.get("findings", [])]
    return record


def _words(text: str) -> str:
    """The words of a finding of format 1, without the link to its chart."""
    import html

    text = re.sub(r' ?<a class="to-chart".*?</a>', "", text)
    return html.unescape(re.sub(r"<[^>]*>", "", text)).strip()


def _changes(
    path: str, old: Mapping[str, Any], new: Mapping[str, Any], because: str
) -> Iterator[Change]:
    yield from _numbers(path, old, new, because)
    pairs = [("title", _plain(old, "title"), _plain(new, "title"))]
    pairs += [("", _plain(old, "summary_text"), _plain(new, "summary_text"))]
    before, after = _sentences(old), _sentences(new)
    pairs += [("", text, "") for text in before if text not in after]
    pairs += [("", "", text) for text in after if text not in before]
    for what, gone, come in pairs:
        if gone != come:
            marks = _marks(old, gone), _marks(new, come)
            yield Change(path, "sentence", what, gone, come, because, *marks)


def _numbers(
    path: str, old: Mapping[str, Any], new: Mapping[str, Any], because: str
) -> Iterator[Change]:
    before, after = _by_meaning(old), _by_meaning(new)
    noted = set[tuple[str, str, str]]()
    for meaning, number in sorted(before.keys() | after.keys()):
        was, now = before.get((meaning, number), {}), after.get((meaning, number), {})
        values = (meaning, str(was.get("value")), str(now.get("value")))
        if was and now and values[1] != values[2] and values in noted:
            continue  # a number that is shown in several forms has changed once
        noted.add(values)
        name = f"{meaning} ({number})" if number > 1 else meaning
        marks = tuple(map(_mark, filter(None, [was]))), tuple(map(_mark, filter(None, [now])))
        if _said(was) != _said(now):
            yield Change(path, "number", name, _said(was), _said(now), because, *marks)
        elif was.get("verdict") != now.get("verdict"):
            verdicts = str(was.get("verdict", "")), str(now.get("verdict", ""))
            yield Change(path, "verdict", name, *verdicts, because)


def _by_meaning(record: Mapping[str, Any]) -> dict[tuple[str, int], Mapping[str, Any]]:
    """Quantities by what they are, formula or figures, and which of several forms of that."""
    named: dict[tuple[str, int], Mapping[str, Any]] = {}
    for quantity in record.get("quantities", []):
        meaning, number = str(quantity.get("formula") or " ".join(quantity["figures"])), 1
        while (meaning, number) in named:
            number += 1
        named[meaning, number] = quantity
    return named


def _said(quantity: Mapping[str, Any]) -> str:
    """A number as it is shown, with its bounds; equal bounds mean exact, or both unknown."""
    if not quantity:
        return ""
    low, high = quantity.get("low"), quantity.get("high")
    bounds = "" if low == high else f" [{low or '…'}, {high or '…'})"
    return _spaced(str(quantity["shown"])) + bounds


def _plain(record: Mapping[str, Any], part: str) -> str:
    return _spaced(str(record.get(part, "")))


def _sentences(record: Mapping[str, Any]) -> list[str]:
    return [_spaced(text) for text in record.get("findings", [])]


def _spaced(text: str) -> str:
    """A text with plain spaces: where a line may break is nothing that reads differently."""
    return text.replace("\u00a0", " ")


def _mark(quantity: Mapping[str, Any]) -> dict[str, Any]:
    shown = _spaced(str(quantity["shown"]))
    return {"shown": shown, "value": quantity["value"], "figures": list(quantity["figures"])}


def _marks(record: Mapping[str, Any], text: str) -> tuple[dict[str, Any], ...]:
    """The numbers and days of a record that a text holds, the longest first."""
    marks = [_mark(quantity) for quantity in record.get("quantities", [])]
    marks += [{"shown": _spaced(shown), "day": day} for shown, day in record.get("days", [])]
    held = {mark["shown"]: mark for mark in reversed(marks) if mark["shown"] in text}
    return tuple(sorted(held.values(), key=lambda mark: (-len(mark["shown"]), mark["shown"])))


# ------------------------------------------------------------------------- what an edition tells


def read_history(folder: Path) -> dict[str, Any] | None:
    """What an edition tells of the one before it; None where that is missing or altered."""
    try:
        history = json.loads((folder / "changes.json").read_bytes())
        files = {"manifest.json": history["edition"], **history["files"]}
        whole = history["format"] in (1, FORMAT) and history.keys() >= {"pages", "editions"}
        if not whole or any(_differs(folder, name, digest) for name, digest in files.items()):
            return None
        is_ours = history["format"] == FORMAT
        history["changes"] = [_read_change(each) for each in history["changes"]] if is_ours else []
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return dict(history)


def _read_change(stored: Mapping[str, Any]) -> Change:
    return Change(**{**stored, "was": tuple(stored["was"]), "now": tuple(stored["now"])})


def pages_digest(manifest: Mapping[str, Any]) -> str:
    """One digest of all pages: equal for editions in which the reports read the same."""
    pages = {path: page["sha256"] for path, page in manifest["pages"].items()}
    return stale.sha256(json.dumps(pages, sort_keys=True).encode())


def rows(language: str, changes: Sequence[Change]) -> list[dict[str, Any]]:
    """The causes of the changes on the pages of a language, as its history page takes them."""

    def names(paths: Iterable[str]) -> list[str]:
        return [path.partition("/")[2] for path in paths]

    return [
        {
            "because": cause.because,
            "pages": names(cause.pages),
            "changes": [
                {
                    **{part: getattr(change, part) for part in _SHOWN_PARTS},
                    "pages": names(paths),
                }
                for change, paths in cause.changes
                if change.kind != "number" or change.was != change.now  # not the bounds alone
            ],
        }
        for cause in causes(each for each in changes if each.path.startswith(f"{language}/"))
    ]


_SHOWN_PARTS = ("kind", "what", "before", "after", "was", "now")
