"""What reads differently in two editions of a site, and why.

Their records are compared (numbers, verdicts, sentences), not lines of HTML. A build writes what
changed since the edition before it: `changes.json` for programs and a page in each language.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.builds import manifests, outputs, stale

if TYPE_CHECKING:
    from analysis.builds.edition import Work

Record = Mapping[str, Any]


@dataclass(frozen=True)
class Difference:
    """One thing that reads differently on some pages.

    `what` names it, `before` and `after` are its words, `because` is why the pages were made again.
    `was` and `now` are the numbers and days in these words, each as `shown` with its value and
    figures, or its day.
    """

    kind: str  # number, verdict, sentence, page
    what: str
    before: str
    after: str
    because: str = ""
    pages: tuple[str, ...] = ()
    was: tuple[Mapping[str, Any], ...] = ()
    now: tuple[Mapping[str, Any], ...] = ()

    def __str__(self) -> str:
        """The change alone: `what: before → after`."""
        reading = f"− {self.before}" if self.before else f"+ {self.after}"
        if self.before and self.after:
            reading = f"{self.before} → {self.after}"
        return f"{self.what}: {reading}" if self.what else reading


@dataclass(frozen=True)
class Cause:
    """All changes with one reason: each change once, with the pages that it is on."""

    because: str
    pages: tuple[str, ...]
    changes: tuple[Difference, ...]


def causes(changes: Iterable[Difference]) -> list[Cause]:
    """The changes grouped by reason; that of the most pages first."""
    by_cause: dict[str, dict[str, Difference]] = {}
    for change in changes:
        alike = by_cause.setdefault(change.because, {})
        name = f"{change.kind} {change}"
        pages = (*alike[name].pages, *change.pages) if name in alike else change.pages
        alike[name] = replace(alike.get(name, change), pages=tuple(sorted(pages)))
    joined = [
        Cause(
            because, tuple(sorted({p for c in alike.values() for p in c.pages})), (*alike.values(),)
        )
        for because, alike in by_cause.items()
    ]
    return sorted(joined, key=lambda cause: (-len(cause.pages), cause.because))


def in_one_language(changes: Sequence[Difference]) -> list[Difference]:
    """The changes without those of a Vietnamese page whose English page changed, too."""
    changed = {page for change in changes for page in change.pages}
    return [c for c in changes if c.pages[0].replace("vi/", "en/", 1) not in changed - {*c.pages}]


# -------------------------------------------------------------------------------------- difference


def differences(old: Path, new: Path) -> list[Difference]:
    """What reads differently in the new edition than in the old one, page by page.

    Raises `ManifestError` where one of the two folders is no site.
    """
    was, now = manifests.read(old), manifests.read(new)
    before, after = was["pages"], now["pages"]
    changes: list[Difference] = []
    for path in sorted(before.keys() | after.keys()):
        if path not in after:
            page = [Difference("page", "page", before[path]["title"], "", "no longer planned")]
        elif path not in before:
            page = [Difference("page", "page", "", after[path]["title"], "new")]
        elif before[path]["sha256"] == after[path]["sha256"]:
            continue
        else:
            old_key, key = (site["reports"][after[path]["report"]]["key"] for site in (was, now))
            because = stale.reason(old_key, key, was["tables"], now["tables"]) or "made anew"
            both = record(old, path), record(new, path)
            page = [replace(change, because=because) for change in _changes(*both)]
        changes += [replace(change, pages=(path,)) for change in page]
    return changes


def record(folder: Path, path: str) -> Record:
    """The whole record of a page, with plain spaces; empty where it cannot be read or compared."""
    from analysis.pages import records

    try:
        text = (folder / path).with_suffix(".json").read_text("utf-8")
        # Spaces that do not break are read like others.
        whole = records.whole(json.loads(text.replace("\u00a0", " "))["record"])
        _ = [*_changes(whole, {})]
        return whole
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return {}


def _changes(old: Record, new: Record) -> Iterator[Difference]:
    yield from _numbers(_by_meaning(old), _by_meaning(new))
    pairs = [("title", old.get("title", ""), new.get("title", ""))]
    pairs += [("", old.get("summary_text", ""), new.get("summary_text", ""))]
    before, after = old.get("findings", []), new.get("findings", [])
    pairs += [("", text, "") for text in before if text not in after]
    pairs += [("", "", text) for text in after if text not in before]
    for what, gone, come in pairs:
        if gone != come:
            yield Difference(
                "sentence", what, gone, come, was=_marks(old, gone), now=_marks(new, come)
            )


def _by_meaning(record: Record) -> dict[str, list[Record]]:
    """The numbers of a page by formula or figure ids: all forms in which the page shows each."""
    forms: dict[str, list[Record]] = {}
    for number in record.get("quantities", []):
        forms.setdefault(str(number["formula"] or " ".join(number["figures"])), []).append(number)
    return forms


def _numbers(
    before: Mapping[str, Sequence[Record]], after: Mapping[str, Sequence[Record]]
) -> Iterator[Difference]:
    """The numbers that read differently, each once, in its first form that does; and verdicts."""
    for meaning in sorted(before.keys() | after.keys()):
        was, now = before.get(meaning, ()), after.get(meaning, ())
        stayed = {*map(_reading, was)} & {*map(_reading, now)}
        gone, come = ([n for n in forms if _reading(n) not in stayed][:1] for forms in (was, now))
        values = [[(n["value"], n["low"], n["high"]) for n in form] for form in (gone, come)]
        if not was or not now or (gone and come and values[0] != values[1]):
            old, new = ("".join(map(_reading, form)) for form in (gone, come))
            marks = [tuple(map(_mark, form)) for form in (gone, come)]
            yield Difference("number", meaning, old, new, was=marks[0], now=marks[1])
        elif _verdicts(was) != _verdicts(now):
            yield Difference("verdict", meaning, _verdicts(was), _verdicts(now))


def _verdicts(forms: Iterable[Record]) -> str:
    return ", ".join(dict.fromkeys(str(form["verdict"]) for form in forms if form["verdict"]))


def _reading(number: Record) -> str:
    """A number as shown, with its bounds; without where they are equal (exact) or both unknown."""
    low, high = number["low"], number["high"]
    bounds = "" if low == high else f" [{low or '…'}, {high or '…'})"
    return f"{number['shown']}{bounds}"


def _mark(number: Record) -> dict[str, Any]:
    return {name: number[name] for name in ("shown", "value", "figures")}


def _marks(record: Record, text: str) -> tuple[dict[str, Any], ...]:
    """The numbers and days of a page that a text holds, the longest first."""
    marks = [_mark(number) for number in record.get("quantities", [])]
    marks += [{"shown": words, "day": day} for words, day in record.get("days", [])]
    held = {mark["shown"]: mark for mark in reversed(marks) if mark["shown"] in text}
    return tuple(sorted(held.values(), key=lambda mark: (-len(mark["shown"]), mark["shown"])))


# --------------------------------------------------------------------- what an edition tells of it


def write(work: Work, new: Path, manifest: Mapping[str, Any]) -> list[Difference]:
    """Write into a new edition what changed since the published one, and return the changes.

    Where all reports read the same (pages were only repaired, or front pages made again), the files
    of the published edition stay.
    """
    from analysis.pages import fronts

    folder, before = work.project.site, work.before
    same = manifests.pages_digest(before) == manifests.pages_digest(manifest)
    if same and manifests.has_history(folder, before):
        for name in (manifests.CHANGES, *manifests.HISTORY):
            outputs.link(folder.resolve() / name, new / name)
        return []
    editions = [manifest, before] if before["pages"] else [manifest]
    changes = differences(folder, new) if len(editions) > 1 else []
    about: dict[str, Any] = {"pages": manifests.pages_digest(manifest), "editions": {}, "files": {}}
    for path, language in manifests.HISTORY.items():
        ids = [manifests.edition_number(site, language) for site in editions]
        names = {name.partition("/")[2]: page["title"] for name, page in manifest["pages"].items()
                 if page["language"] == language}  # fmt: skip
        own = causes(in_language(language, changes))
        text = fronts.history(language, work.shared.site, own, ids, names, work.project.data)
        outputs.write(new / path, text)
        about["editions"][language] = ids
        about["files"][path] = manifests.sha256(text.encode())
    about["changes"] = [asdict(change) for change in changes]
    outputs.write(new / manifests.CHANGES, manifests.text(about))
    return changes


def in_language(language: str, changes: Iterable[Difference]) -> list[Difference]:
    """The changes on the pages of a language, for its history page, which names pages without it.

    A number of which only the bounds changed is left out: it reads the same.
    """
    return [
        replace(change, pages=(change.pages[0].partition("/")[2],))
        for change in changes
        if change.pages[0].startswith(f"{language}/")
        and (change.kind != "number" or change.was != change.now)
    ]
