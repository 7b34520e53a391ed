"""What Chromium shows of a page, read on its own, is what the document says."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from browser_tabs import SHARES, Tab, none
from conftest import ROOT

from analysis import claims
from analysis.builds import plan
from analysis.builds.plan import Project
from analysis.numbers import figures, periods
from analysis.numbers.figures import Figures
from analysis.numbers.schema import LANGUAGES
from analysis.pages import records
from analysis.pages.document import Document, Prose, read
from analysis.pages.writer import Writer
from analysis.saying import blocks
from analysis.saying.words import table as words_table
from analysis.saying.words import word

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("share", range(SHARES))
def test_chromium_shows_what_the_document_says(tab: Tab, site: Path, share: int) -> None:
    """Unfolded, a page shows in order everything that its document says: title, answer, headline
    numbers, findings, sentences, margin notes, titles and cells. Between these stand words of the
    frame, sources and numbers of the record alone; no number is shown that the record does not
    have."""
    known, wrong = figures.load(), []
    runs = site.parent.parent / "runs"
    for name in sorted(file.stem for file in (site / "vi").glob("*.json"))[share::SHARES]:
        executed: Any = nbformat.read(runs / f"{name}.ipynb", 4)  # type: ignore[no-untyped-call]
        document = read(executed, known)
        for path in (f"{language}/{name}" for language in LANGUAGES):
            shown = flat(tab.visit(f"{path}.html").evaluate(SHOWN))
            beside = json.loads((site / f"{path}.json").read_text("utf-8"))
            wrong += [f"{path}: {each}" for each in differences(document, shown, beside)]
    none(wrong)


# Drawings are left out: what they show is in the table below each. So are links to the next place.
SHOWN = """document.querySelectorAll('.drawing, .squares, .beside').forEach(each => each.remove()),
           document.querySelector('main').innerText"""


def differences(document: Document, shown: str, beside: dict[str, Any]) -> Iterator[str]:
    """What a page lacks of its document, and what it shows beyond document, frame and record."""
    language, record = beside["language"], records.whole(beside["record"])
    place, between = 0, []
    for words in map(flat, said(document, language)):
        met = re.compile(rf"(?<!\d){re.escape(words)}").search(
            shown, place
        )  # 5 is not that of 2025
        if met is None:
            yield f"“{words}” is not shown after “{shown[max(0, place - 40) : place]}”"
        else:
            between.append(shown[place : met.start()])
            place = met.end()
    numbers = [each["shown"] for each in record["quantities"]] + [day for day, _ in record["days"]]
    numbers += [each[part] for each in record["articles"] for part in ("publisher", "headline")]
    numbers += [Writer.short(each["headline"]) for each in record["articles"]]
    for article in record["articles"]:
        name, _, beside_name = article["publisher"].removesuffix(")").partition(" (")
        english = document.known.entry("sources", article["source"])["publisher_en"]
        numbers += filter(None, [name, english, beside_name.partition(": ")[2]])
    frame = [pair[language] for pair in words_table().values()]
    frame += [link[language] for link in plan.site(Project.at(ROOT)).nav]
    numbers.append(periods.read(document.known.latest()).words(language, "short"))
    numbers.append(plan.site(Project.at(ROOT)).licence["name"])
    frame += [words for item in document.items if isinstance(item, Prose)
              for words in words_in(item.source(language), only="#")]  # fmt: skip
    names, rest = document.known.names_pattern(), " | ".join(between)
    for words in sorted(map(flat, [*numbers, *frame]), key=len, reverse=True):
        rest = rest.replace(words, " ")
    yield from re.findall(r"[^\W\d]+", names.sub(" ", rest))
    either = "|".join(word(each, language) for each in ("paragraphs", "paragraph"))
    paragraphs = re.compile(rf"(?:{either}) \d+(?:(?:–|, )\d+)*")
    shown = paragraphs.sub(lambda each: "x" * len(each[0]), shown)
    yield from digits(names.sub(" ", shown[:place])) - digits(*numbers)
    notes = [beside["version"], *(str(each["note"]) for each in record["quantities"])]
    yield from digits(names.sub(" ", shown[place:])) - digits(*numbers, *notes)


def said(document: Document, language: str) -> Iterator[str]:
    """Everything that a document says in a language, in reading order."""
    for item in document.items:
        if isinstance(item, Prose):
            yield from words_in(item.source(language))
        elif isinstance(item.block, blocks.Claims):
            yield item.block.title.words(language)
            yield from _claims(item.block, document.known, language)
        elif not isinstance(item.block, blocks.Hidden | blocks.Parameters):
            yield from _block(item.block, document.known, language)


def _block(block: blocks.Block, known: Figures, language: str) -> Iterator[str]:
    yield from (text.words(language) for text in block.texts)
    for event in block.events(known) if isinstance(block, blocks.Context) else ():
        yield from (event.day.words(language, "short"), event.label.words(language))
        yield event.document.words(language) if event.document else ""
    if isinstance(block, blocks.Chart):
        yield block.title.words(language)  # once more, as the caption of its table
    if isinstance(block, blocks.Chart | blocks.Table):
        empty = word("nothing" if isinstance(block, blocks.Chart) else "not_printed", language)
        for cell in [*block.table.columns, *(cell for row in block.table.data for cell in row)]:
            yield empty if cell is None else cell.words(language)
    if isinstance(block, blocks.Table) and block.note is not None and block.note.known:
        yield block.note.words(language)


def _claims(block: blocks.Claims, known: Figures, language: str) -> Iterator[str]:
    """Cards, numbers of different days last, then the others."""
    checked = [claim for code in block.claims for claim in claims.recompute(known, code)]
    worst = ("does_not_hold", "contradicts", "holds_if_truncated", "other day")
    cards = [claim for kind in worst for claim in checked if _kind(claim, known) == kind]
    for claim in cards:
        label, stated, note = _claim(claim, known, language)
        row, day = known.row(claim.stated.figure), known.as_of(claim.stated.figure)
        area = str(known.entry("areas", str(row["area"]))[f"label_{language}"])
        kind = _kind(claim, known).replace(" ", "_")
        yield word(f"verdict_{kind}", language)
        yield from (label, area, day.words(language, "short"), stated, note)
    rest = [claim for claim in checked if claim not in cards]
    if rest:
        yield block.title.words(language)  # the caption of their table
    for claim in rest:
        label, stated, note = _claim(claim, known, language)
        area = str(known.row(claim.stated.figure)["area"])
        place = known.label("areas", area).words(language)
        yield from (label, place if claim.verdict == "cannot_be_checked" else "")
        yield note if claim.verdict != "holds" else ""
        yield from (word(f"verdict_{claim.verdict}", language), stated)


def _kind(claim: claims.Recomputed, known: Figures) -> str:
    """The verdict, or “other day” where the two numbers of a contradiction hold for two days."""
    days = {known.as_of(each.figure) for each in (claim.stated, *claim.operands)}
    return "other day" if claim.verdict == "contradicts" and len(days) > 1 else claim.verdict


def _claim(claim: claims.Recomputed, known: Figures, language: str) -> tuple[str, str, str]:
    """What was computed, printed, and what is noted of it."""
    row = known.entry("indicators", known.indicator_of(claim.stated.figure))
    note = known.entry("claims", claim.claim)[f"note_{language}"]
    return str(row[f"label_{language}"]), claim.stated.words(language), str(note)


def words_in(source: str, only: str = "") -> Iterator[str]:
    """The words of Markdown, line by line; `only` those of lines that begin so."""
    for line in filter(str.strip, source.splitlines()):
        if line.startswith(only):
            words = re.sub(r"\[([^]]+)\]\([^)]+\)", r"\1", line)  # of a link
            yield re.sub(r"^#+ |^[-*] |^\d+\. |<[^>]+>|\*\*|[`*]", "", words)


def digits(*texts: str) -> set[str]:
    """The numbers in some texts, as they are written."""
    return set(re.findall(r"\d+(?:[.,]\d+)*", " ".join(texts)))


def flat(text: str) -> str:
    """A text with single plain spaces."""
    return " ".join(text.split())
