"""A published site: its manifest, its front pages, and the difference between two of its editions.

A site is one folder with a page, a record and a table of numbers per report and language, the front pages,
and ``manifest.json``, which tells what each page was made from and the digest of every file.
"""

from __future__ import annotations

import hashlib
import html
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from analysis import reports

FORMAT = 1

# The front pages, by the language of each; the door at the top is in both.
FRONTS = {"index.html": "", "vi/index.html": "vi", "en/index.html": "en"}
# What they and the pages of the history are made with.
TEMPLATES = ("root.html.j2", "front.html.j2", "changes.html.j2", "parts.html.j2")


# --------------------------------------------------------------------------------------------- manifest


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a site, or an empty one where there is none that can be used."""
    empty: dict[str, Any] = {"format": FORMAT, "pages": {}, "failed": {}, "fronts": {}}
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return empty
    whole = (
        isinstance(manifest, dict)
        and manifest.get("format") == FORMAT
        and all(isinstance(manifest.get(part), dict) for part in ("pages", "failed", "fronts"))
        and all(isinstance(page, dict) and isinstance(page.get("files"), dict) for page in manifest["pages"].values())
    )
    return manifest if whole else empty


def manifest_text(manifest: Mapping[str, Any]) -> str:
    """The manifest as it is written: sorted, one value a line, no clock."""
    return json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def digest(content: bytes) -> str:
    """The digest of a published file, as the manifest holds it."""
    return hashlib.sha256(content).hexdigest()


def entry(record: Mapping[str, Any], files: Mapping[str, str]) -> dict[str, Any]:
    """What the manifest tells about a page, from its record (``x.json``) and the digests of its files."""
    run = record["record"]
    return {
        "report": record["report"],
        "language": record["language"],
        "parameters": record["parameters"],
        "key": record["key"],
        "edition": record["edition"],
        "files": dict(files),
        "sha256": files[f"{record['language']}/{record['report']}.html"],
        "title": run["title"],
        "summary": run.get("summary_text", ""),
        "headlines": [{part: plain(text) for part, text in item.items()} for item in run.get("headlines", [])],
        "known_on": run.get("known_on", ""),
    }


def verify(folder: Path) -> list[str]:
    """Everything in which a site differs from its manifest, one line each; none if it is as published."""
    if not (folder / "manifest.json").is_file():
        return [f"{folder}: no manifest.json in it. Give the folder of a built site, e.g. outputs/site."]
    manifest = read_manifest(folder)
    if not manifest["pages"]:
        return [f"{folder}/manifest.json: not a manifest of this program, or damaged. Build the site again."]
    wanted = dict(manifest["fronts"])
    for page in manifest["pages"].values():
        wanted |= page["files"]
    found = []
    for name, published in sorted(wanted.items()):
        try:
            content = (folder / name).read_bytes()
        except OSError:
            found.append(f"{name}: missing. Build the site again.")
            continue
        if digest(content) != published:
            found.append(f"{name}: not as it was published (sha256 {digest(content)[:12]}, manifest {published[:12]}).")
    told = read_history(folder)
    if told is None and any((folder / name).exists() for name in HISTORY):
        found.append("changes.json: not of this edition, or not as it was published. Build the site again.")
    present = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    found += [f"{name}: not in the manifest." for name in sorted(present - set(wanted) - set(HISTORY) - {"manifest.json"})]
    return found


# ------------------------------------------------------------------------------------------ front pages


def fronts(
    folder: Path,
    manifest: Mapping[str, Any],
    order: Sequence[tuple[str, str]],
    titles: Mapping[str, str],
    labels: Mapping[str, Mapping[str, str]],
    environment: Any,
) -> dict[str, str]:
    """The front page of each language and the door to both, by path.

    ``order`` gives the reports in reading order, each with the area it was made for ("" for none); ``labels``
    the names of the areas by language; ``environment`` is the jinja environment of the template.
    """
    pages = {"index.html": environment.get_template("root.html.j2").render(site_titles=titles)}
    for path, language in FRONTS.items():
        if not language:
            continue
        other = next(code for code in titles if code != language)
        briefings, provinces = [], []
        for name, area in order:
            page = manifest["pages"].get(f"{language}/{name}.html")
            if page is None:
                continue
            record = json.loads((folder / language / f"{name}.json").read_text(encoding="utf-8"))["record"]
            listed = {"name": name, "title": page["title"], "href": f"{name}.html", "record": record}
            if area:
                provinces.append({**listed, "label": labels[area][language]})
            else:
                briefings.append(listed)
        pages[path] = environment.get_template("front.html.j2").render(
            language=language,
            resources={"briefing": {"language": language}},
            other={"language": other, "href": f"../{other}/index.html"},
            home="index.html",
            site_title=titles[language],
            edition=front_edition(manifest, language),
            reports=briefings,
            provinces=provinces,
            known_until=manifest.get("known_until", ""),
            failed=sorted(name for name, page in manifest["pages"].items() if page.get("kept")),
            files={"manifest": "../manifest.json"},
        )
    return pages


def printed(path: str) -> str:
    """Where the PDF of a page lies: beside it."""
    return f"{path.removesuffix('.html')}.pdf"


def front_edition(manifest: Mapping[str, Any], language: str) -> str:
    """The short name of all pages of a language together."""
    editions = {path: page["edition"] for path, page in manifest["pages"].items() if page["language"] == language}
    return digest(json.dumps(editions, sort_keys=True).encode())[:12]


# --------------------------------------------------------------------------------------------- history

# What an edition tells of the one before it. It depends on which edition that was, not on the inputs alone, so no
# report's page and no manifest holds it: `changes.json`, and a page of it in each language, lie beside them.
HISTORY = {"changes.json": "", "vi/changes.html": "vi", "en/changes.html": "en"}


def read_history(folder: Path) -> dict[str, Any] | None:
    """What a published edition tells of the one before it; None where that is missing or not as it was published."""
    try:
        told = json.loads((folder / "changes.json").read_text(encoding="utf-8"))
        whole = told.keys() >= {"pages", "editions"} and told["edition"] == digest((folder / "manifest.json").read_bytes())
        whole = whole and all(digest((folder / name).read_bytes()) == known for name, known in told["files"].items())
        changes = [Change(**{**change, "shown": tuple(change["shown"])}) for change in told["changes"]]
        return {**told, "changes": changes} if whole and told["format"] == FORMAT else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def history_page(
    language: str,
    changes: Sequence[Change],
    editions: Sequence[str],
    titles: Mapping[str, str],
    pages: Mapping[str, str],
    environment: Any,
) -> str:
    """The page that tells what changed, in a language; ``editions`` are this one and, if known, the one before.

    ``titles`` are those of the site by language, ``pages`` those of the reports by path.
    """
    other = next(code for code in titles if code != language)
    told = causes(change for change in changes if change.path.startswith(f"{language}/"))
    return str(
        environment.get_template("changes.html.j2").render(
            language=language,
            resources={"briefing": {"language": language}},
            other={"language": other, "href": f"../{other}/changes.html"},
            home="index.html",
            site_title=titles[language],
            editions=editions,
            causes=[
                {
                    "because": cause.because,
                    "changes": [
                        {
                            "kind": change.kind,
                            "what": change.what,
                            "shown": [_unlinked(text) for text in change.shown],
                            "pages": [(path.partition("/")[2], pages.get(path, path)) for path in on],
                        }
                        for change, on in cause.changes
                        if change.kind == "page" or change.shown[0] != change.shown[1]
                    ],
                    "pages": [(path.partition("/")[2], pages.get(path, "")) for path in cause.pages],
                }
                for cause in told
            ],
        )
    )


def _unlinked(text: str) -> str:
    """A sentence without its links: they lead to notes of a page, maybe of an edition that is gone."""
    return re.sub(r"</?a\b[^>]*>", "", re.sub(r' ?<a class="to-chart".*?</a>', "", text))


# ------------------------------------------------------------------------------------------- difference


@dataclass(frozen=True)
class Change:
    """One thing that reads differently in two editions of a page, and the parts of its key that changed."""

    path: str
    kind: str  # number, verdict, sentence, page
    what: str
    before: str
    after: str
    because: str
    shown: tuple[str, str] = ("", "")  # before and after as HTML, every number bound

    def __str__(self) -> str:
        """What reads differently, without where and why."""
        said = (
            f"{self.before} → {self.after}"
            if self.before and self.after
            else f"+ {self.after}"
            if self.after
            else f"− {self.before}"
        )
        return f"{self.what}: {said}" if self.what else said


@dataclass(frozen=True)
class Cause:
    """What reads differently because of one thing: each change once, with the pages it is on."""

    because: str
    pages: tuple[str, ...]
    changes: tuple[tuple[Change, tuple[str, ...]], ...]


def causes(changes: Iterable[Change]) -> list[Cause]:
    """Changes by their cause, and those that several pages share told once; the causes of most pages first."""
    by_cause: dict[str, dict[str, list[Change]]] = {}
    for change in changes:
        by_cause.setdefault(change.because, {}).setdefault(f"{change.kind} {change}", []).append(change)
    found = [
        Cause(
            because,
            tuple(sorted({change.path for alike in told.values() for change in alike})),
            tuple((alike[0], tuple(sorted(change.path for change in alike))) for alike in told.values()),
        )
        for because, told in by_cause.items()
    ]
    return sorted(found, key=lambda cause: (-len(cause.pages), cause.because))


def in_one_language(changes: Sequence[Change]) -> list[Change]:
    """The changes without those of a Vietnamese page whose English twin changed, too: the two say the same."""
    twins = {change.path.removeprefix("en/") for change in changes if change.path.startswith("en/")}
    return [change for change in changes if change.path.startswith("en/") or change.path.removeprefix("vi/") not in twins]


def difference(old: Path, new: Path) -> list[Change]:
    """What a reader of the old edition would read differently in the new one, page by page.

    Compared are the numbers and verdicts behind the pages, and their sentences, not lines of HTML.
    """
    was, is_ = read_manifest(old), read_manifest(new)
    before, after = was["pages"], is_["pages"]
    tables = [manifest.get("tables", {}).get for manifest in (was, is_)]
    changes: list[Change] = []
    for path in sorted(before.keys() | after.keys()):
        if path not in after:
            changes.append(Change(path, "page", "page", before[path]["title"], "", "no longer planned"))
        elif path not in before:
            changes.append(Change(path, "page", "page", "", after[path]["title"], "new"))
        elif before[path]["sha256"] != after[path]["sha256"]:
            because = reports.reason(before[path]["key"], after[path]["key"], *tables) or "made anew"
            changes += _changes(path, record_of(old, path), record_of(new, path), because)
    return changes


@dataclass
class Edition:
    """The pages of a site: the folder they lie in, the manifest that lists them, and what the run of each showed."""

    folder: Path
    manifest: Mapping[str, Any]

    @cached_property
    def records(self) -> dict[str, dict[str, Any]]:
        """The records by page."""
        return {path: record_of(self.folder, path) for path in self.manifest["pages"]}


def record_of(folder: Path, path: str) -> dict[str, Any]:
    """What the run of a page showed; nothing where its record cannot be read."""
    try:
        record = json.loads((folder / path).with_suffix(".json").read_text(encoding="utf-8"))["record"]
    except (OSError, ValueError, KeyError):
        return {}
    return dict(record)


def _changes(path: str, old: Mapping[str, Any], new: Mapping[str, Any], because: str) -> Iterator[Change]:
    before, after = _by_meaning(old.get("quantities", [])), _by_meaning(new.get("quantities", []))
    told = set[tuple[str, str, str]]()
    for meaning in sorted(before.keys() | after.keys()):
        was, now = before.get(meaning, {}), after.get(meaning, {})
        # A number that is shown in several forms has changed once.
        once = (re.sub(r" \(\d+\)$", "", meaning), str(was.get("value")), str(now.get("value")))
        if was and now and once[1] != once[2] and once in told:
            continue
        told.add(once)
        if _said(was) != _said(now):
            yield Change(path, "number", meaning, _said(was), _said(now), because, (_bound(was), _bound(now)))
        elif was.get("verdict") != now.get("verdict"):
            verdicts = str(was.get("verdict", "")), str(now.get("verdict", ""))
            yield Change(path, "verdict", meaning, *verdicts, because, verdicts)
    for part, markup, what in (("title", "title", "title"), ("summary_text", "summary", "")):
        if old.get(part, "") != new.get(part, ""):
            shown = str(old.get(markup, "")), str(new.get(markup, ""))
            yield Change(path, "sentence", what, str(old.get(part, "")), str(new.get(part, "")), because, shown)
    findings_before, findings_after = [{plain(text): str(text) for text in record.get("findings", [])} for record in (old, new)]
    for gone in [text for text in findings_before if text not in findings_after]:
        yield Change(path, "sentence", "", gone, "", because, (findings_before[gone], ""))
    for come in [text for text in findings_after if text not in findings_before]:
        yield Change(path, "sentence", "", "", come, because, ("", findings_after[come]))


def _bound(quantity: Mapping[str, Any]) -> str:
    """A number as it is shown, bound to its figures."""
    if not quantity:
        return ""
    figures = " ".join(quantity.get("figures", []))
    value, shown = str(quantity.get("value", "")), str(quantity.get("shown", quantity.get("value", "")))
    return f'<data value="{html.escape(value)}" data-figures="{html.escape(figures)}">{html.escape(shown)}</data>'


def _by_meaning(quantities: Iterable[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """Quantities by what they are: formula and figures. One shown in several forms is numbered."""
    named: dict[str, Mapping[str, Any]] = {}
    for quantity in quantities:
        meaning = str(quantity.get("label") or quantity.get("formula") or " ".join(quantity.get("figures", [])))
        number, unique = 1, meaning
        while unique in named:
            number += 1
            unique = f"{meaning} ({number})"
        named[unique] = quantity
    return named


def _said(quantity: Mapping[str, Any]) -> str:
    if not quantity:
        return ""
    low, high = quantity.get("low"), quantity.get("high")
    known = "" if low == high else f" [{low or '…'}, {high or '…'})"  # equal: exact, or both unknown
    return f"{quantity.get('shown', quantity.get('value', ''))}{known}"


def plain(text: str) -> str:
    """The words of a piece of HTML."""
    return html.unescape(re.sub(r"<[^>]*>", "", str(text))).strip()
