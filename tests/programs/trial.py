"""One alteration tried: what becomes of a report whose data, cell or document is another."""

from __future__ import annotations

import csv
import functools
import json
import multiprocessing
import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from nbformat import v4
from nbformat.notebooknode import from_dict

from analysis.builds import plan
from analysis.builds.plan import Project
from analysis.errors import UserError
from analysis.numbers import check, figures, questions
from analysis.numbers.schema import LANGUAGES
from analysis.pages import document, gate, html, make
from analysis.saying import blocks
from analysis.saying.speaker import CellOutput
from analysis.saying.words import table as words_table

from . import alterations, cells, documents
from .alterations import Mutant, Tables
from .documents import Edit

FORK = multiprocessing.get_context("fork")
_BOUND = re.compile(r'<data value="[^"]*" data-figures="([^"]*)"[^>]*>([^<]*)</data>')


class Caught(Exception):
    """No page is made: the way it was caught, and what was said."""


def pages(run: Any, data: Path) -> dict[str, str]:
    """Both pages of an executed notebook, as a build makes them."""
    try:
        said = document.read(from_dict(run), figures.load(data))  # type: ignore[no-untyped-call]
    except UserError as error:
        raise Caught("reading", str(error)) from None
    refused = gate.refusals(said, data)
    if refused:
        raise Caught("gate", refused[0])
    try:
        drawings, frame = make.drawings(said), html.Frame("report")
        return {e: html.page(said, html.body(said, e, drawings), frame) for e in LANGUAGES}
    except UserError as error:
        raise Caught("writing", str(error)) from None


@dataclass(frozen=True)
class Clean:
    """A report of the clean tree: its run, its pages, and what both asked the tables."""

    run: Any
    pages: dict[str, str]
    asked: tuple[str, ...]

    @functools.cached_property
    def figures(self) -> set[str]:
        """The figures whose numbers the pages show, be it in a note."""
        return {ids for page in self.pages.values() for ids, _ in _BOUND.findall(page)}


class Trial:
    """A project to try alterations on; its own files are only read."""

    def __init__(self, project: Project, folder: Path, texts: Path | None = None) -> None:
        self.project, self.data, self.folder, self.texts = project, project.data, folder, texts
        self.planned = {report.name: report for report in plan.plan(project)}
        self.names = list({r.notebook: r.name for r in reversed(self.planned.values())}.values())
        self.tables = Tables(project.data)
        self.clean = functools.cache(self._clean)

    def mutants(self, seed: int = 0) -> list[Mutant]:
        """Every alteration there is, in a fixed order; of cells and documents one a notebook."""
        chance = Random(seed)
        made = list(alterations.of_rows(self.tables, chance))
        for name in self.names:
            made += documents.of_document(name, self.clean(name).run, self.tables, chance)
        return made

    def tried(self, mutant: Mutant) -> tuple[str, str]:
        """How an alteration ends: the way, "" where it survives, and what was said."""
        try:
            way, said = getattr(self, f"_{mutant.world}")(*mutant.edit)
        except Caught as caught:
            way, said = caught.args
        except Exception as error:  # no page, but nobody is told why
            way, said = "", f"{type(error).__name__}: {error}"
        return way, said

    def run(self, name: str, data: Path) -> Any:
        """The executed notebook of a report, with some data."""
        report, run = self.planned[name], v4.new_notebook()  # type: ignore[no-untyped-call]
        notebook, given = self.project.notebooks / report.notebook, report.parameters
        try:
            for cell, shown in cells.run(notebook, {**given, "data": str(data)}):
                if isinstance(shown, CellOutput):
                    bundle = {blocks.MIME: blocks.dump(shown.block)}
                    cell.outputs = [v4.new_output("display_data", data=bundle)]  # type: ignore[no-untyped-call]
                run.cells.append(cell)
        except Exception as error:
            raise Caught("notebook", f"cell {len(run.cells) + 1}: {error}") from None
        return json.loads(json.dumps(run))

    def _clean(self, name: str) -> Clean:
        with questions.noted() as asked:
            run = self.run(name, self.data)
            written = pages(run, self.data)
        return Clean(run, written, tuple(sorted(asked)))

    # -- rows --------------------------------------------------------------------------------------

    def _rows(self, table: str, changed: dict[str, dict[str, str]]) -> tuple[str, str]:
        """Refused by the check, which names the row or, of a claim, a figure that it has lost; or
        every page that rests on it changes."""
        rows, key = self.tables.rows[table], next(iter(changed))
        with tempfile.TemporaryDirectory(dir=self.folder) as folder:
            data = Path(shutil.copytree(self.data, Path(folder) / "data"))
            with (data / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, list(rows[key]), lineterminator="\n")
                writer.writeheader()
                writer.writerows(row | changed.get(id, {}) for id, row in rows.items())
            errors = [str(finding) for finding in check.check(data) if finding.level == "error"]
            if not errors and (len(changed) > 1 or {*changed[key]} & {*alterations.ABOUT}):
                return self._told(data, [*changed])
            if not errors:
                return self._changed(table, key, changed[key], data)
        claims = self.tables.rows["claims"].items()
        names = [
            *changed,
            *(claim for claim, row in claims if key in " ".join(row.values()).split()),
            *(rows[key]["operands"].split() if table == "claims" else ()),
        ]
        named = [error for error in errors if any(name in error for name in names)]
        return ("check", named[0]) if named else ("", f"names no row: {errors[0]}")

    def _told(self, data: Path, keys: list[str]) -> tuple[str, str]:
        """What a figure is about is altered: seen in its text, or by a cell that says it."""
        if self.texts:
            found = [
                str(x) for x in check.verify(data, self.texts) if any(k in str(x) for k in keys)
            ]
            if found:
                return "verify", found[0]
        try:
            for name in self._resting("figures", keys[0]):
                pages(self.run(name, data), data)
        except Caught as caught:
            return caught.args
        return "", "nobody notices"

    def _changed(self, table: str, key: str, cells: dict[str, str], data: Path) -> tuple[str, str]:
        """Whether the pages that rest on an altered row are stale and change; verify sees it."""
        row, known = self.tables.rows[table][key], [figures.load(self.data), figures.load(data)]
        old = f'<data value="{row.get("value")}" data-figures="{key}">'
        resting = self._resting(table, key)
        for name in resting:
            clean, made = self.clean(name), pages(self.run(name, data), data)
            if any(made[language] == page for language, page in clean.pages.items()):
                return "", f"{name} does not change"
            answers = [figures.answer_digests(one, clean.asked) for one in known]
            if answers[0] == answers[1]:
                return "", f"{name} changes, but no build would make it anew"
            if "value" in cells and any(old in page for page in made.values()):
                return "", f"{name} still shows the old number"
        paragraph = self._paragraph(row) if "printed" in cells else ""
        if not paragraph or re.search(rf"(?<![\w.,]){re.escape(cells['printed'])}\b", paragraph):
            return "shown", f"{', '.join(resting) or 'no page'} changed"
        found = [
            str(finding) for finding in check.verify(data, self.texts or "") if key in str(finding)
        ]
        return ("verify", found[0]) if found else ("", "verify does not see it")

    def _paragraph(self, row: dict[str, str]) -> str:
        """What a figure was printed in; "" where its text is not at hand."""
        text = (self.texts or self.folder) / f"{row['source']}.txt"
        if not (row["locator"] and text.is_file()):
            return ""
        paragraphs = [line for line in text.read_text("utf-8").splitlines() if line.strip()]
        return paragraphs[int(row["locator"][1:]) - 1]

    def _resting(self, table: str, key: str) -> list[str]:
        """The reports that rest on a row: one of each notebook, and that of the row's own place."""
        rows = self.tables.rows["figures"]
        ids = {id for id, row in rows.items() if key in row.values()}
        places = {rows[id]["area"] for id in ids}
        own = [n for n, report in self.planned.items() if places & {*report.parameters.values()}]
        names = list(dict.fromkeys([*self.names, *own[:1]]))
        if table == "claims":
            return [name for name in names if key in documents.claims(self.clean(name).run)]
        return [name for name in names if self.clean(name).figures & ids]

    # -- documents ---------------------------------------------------------------------------------

    def _document(self, name: str, edit: Edit) -> tuple[str, str]:
        """Refused; or no word changes; or no numbers change but those of the references altered."""
        clean = self.clean(name).pages
        made = pages(documents.altered(self.clean(name).run, edit), self.data)
        both = [(clean[language], made[language]) for language in LANGUAGES]
        apart = [words for one, other in both for words in _drawn_apart(one, other)]
        numbers = [number for one, other in both for number in _numbers_apart(one, other)]
        alike = not apart + numbers and all(_words(one) == _words(other) for one, other in both)
        if alike and edit.may != "refused":
            return "same", "every word"
        if edit.may != "shown":
            drawn = f": drawn, but in no row: {apart[0]}" if apart else ""
            return "", f"the pages are made, and differ{drawn}"
        for shown, ids in numbers:
            if not edit.figures >= {*ids.split()}:
                return "", f"{shown} ({ids}) changes, too"
        return "shown", "with its figures"


def _words(page: str) -> Counter[str]:
    """How often a page says each word and number; without the letters of its drawings, and without
    its notes, which say a label once where two numbers that have it follow each other."""
    main = page[page.index("<main") : page.index("</main>")]
    main = re.sub('<ol class="notes">.*?</ol>', "", main, flags=re.DOTALL)
    words = re.sub(r'<text.*?</text>|<a href="#note-\d+">[\d–]+</a>|<[^>]*>', " ", main)
    return Counter(re.findall(r"[−+]?[\w.,]*\w%?", words))


def _drawn_apart(clean: str, made: str) -> list[str]:
    """What drawings say that they did not say before, that no row of their chart's table says and
    that is no phrase of the interface."""
    before, apart = {words for words, _ in _drawn(clean)}, []
    before |= {_tokens(words) for pair in words_table().values() for words in pair.values()}
    for words, rows in _drawn(made):
        if words not in before and not any(words <= row for row in rows):
            apart.append(" ".join(sorted(words)))
    return apart


def _drawn(page: str) -> Iterator[tuple[frozenset[str], list[frozenset[str]]]]:
    """The words of each label of a drawing, without signs, and those of each row of its table; and
    ranks, which count these rows, and whole percentages, which mark an axis."""
    for chart in re.findall(r'<figure class="chart.*?</figure>', page, re.DOTALL):
        labels, rows = (
            [_tokens(part) for part in found]
            for found in (re.findall(f"<{tag}.*?</{tag}>", chart) for tag in ("text", "tr"))
        )
        ranks = frozenset(str(place) for place in range(1, len(rows)))
        axis = frozenset(f"{percent}%" for percent in range(101))
        yield from ((label, [*rows, ranks, axis]) for label in labels)


def _tokens(part: str) -> frozenset[str]:
    return frozenset(re.findall(r"[\w.,]*\w%?", re.sub("<[^>]*>", " ", part)))


def _numbers_apart(clean: str, made: str) -> Iterator[tuple[str, str]]:
    """The numbers that one page shows more often than the other, each with its figures' ids.

    Those of the notes only where no number above them rests on their figures: which notes there
    are, and what they repeat, follows from the numbers above.
    """
    (above, notes), (above_made, notes_made) = map(_bound, (clean, made))
    rests = [{*ids.split()} for ids, _ in above & above_made]
    for ids, shown in (above - above_made) + (above_made - above):
        yield shown, ids
    for ids, shown in (notes - notes_made) + (notes_made - notes):
        if not any(rest >= {*ids.split()} for rest in rests):
            yield shown, ids


def _bound(page: str) -> tuple[Counter[Any], Counter[Any]]:
    """The numbers that a page shows, each with its figures' ids: above its notes, and in them."""
    above, notes = page.split('<ol class="notes">')
    return Counter(_BOUND.findall(above)), Counter(_BOUND.findall(notes))
