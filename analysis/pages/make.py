"""From an executed notebook to its two pages, outside the notebook's process.

`prepare` reads the document, has the gate check it, draws each chart once and writes the body of
the page in both languages; all that needs the tables is then done. `write` puts the frame of the
site around the bodies and leaves the files.
"""

from __future__ import annotations

import importlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat

from analysis.numbers import figures
from analysis.numbers.figures import Figures
from analysis.numbers.schema import LANGUAGES
from analysis.pages import data, gate, html, records
from analysis.pages.document import Document, DocumentError, read
from analysis.pages.html import Body, Drawings, Frame
from analysis.pages.site import ALONE, Site
from analysis.saying import blocks, charts, preview


@dataclass(frozen=True)
class Prepared:
    """A document that the gate has passed, with the body of its page in each language."""

    document: Document
    bodies: Mapping[str, Body]


def prepare(run: Path, known: Figures, folder: Path, site: Site = ALONE) -> Prepared:
    """The document of an executed notebook (`run`), checked, drawn and written in both languages.

    `folder` holds the tables that `known` was loaded from, because the gate reads them by itself.
    Of the `site`, its pages and tiles of areas are used. Raises `DocumentError` with everything
    that the gate refuses.
    """
    try:
        executed: Any = nbformat.read(run, as_version=4)  # type: ignore[no-untyped-call]
    except (OSError, ValueError, RecursionError) as error:
        raise DocumentError(f"{run.name} is no executed notebook ({error})") from None
    return prepare_document(read(executed, known), folder, site)


def prepare_document(document: Document, folder: Path, site: Site = ALONE) -> Prepared:
    """The same for a document that has been read already. Raises `DocumentError`."""
    refused = gate.refusals(document, folder)
    if refused:
        more = [f"and {len(refused) - 5} more"] if len(refused) > 5 else []
        lines = "\n".join([*refused[:5], *more]).splitlines()
        raise DocumentError("\n  ".join(["the gate refuses the page:", *lines]))
    drawn = drawings(document)
    bodies = {language: html.body(document, language, drawn, site) for language in LANGUAGES}
    return Prepared(document, bodies)


def drawings(document: Document) -> Drawings:
    """The drawings of all charts of a document, by anchor."""
    return {
        block.anchor: charts.draw(
            block,
            document.known,
            widths=("narrow",) if isinstance(block, blocks.Map) else charts.PAGE,
            beside=document.layout == "columns",
        )
        for block in document.of(blocks.Chart)
    }


def write(prepared: Prepared, frame: Frame, about: Mapping[str, Any], folder: Path) -> None:
    """Write the files of both pages into a folder: `vi.html`, `vi.json` (the record), `vi.csv` (the
    numbers), `vi.docx` where the frame asks for it; the same for `en`.

    `about` is what the record holds besides what the page shows: report, parameters, key, version.
    """
    document = prepared.document
    cards = _card(prepared, str(about.get("report", "")))
    for language, body in prepared.bodies.items():
        record = records.of(document, body) | {"card": cards.get((language, "mini"), "")}
        full = {**about, "language": language, "record": record}
        page = html.page(document, body, frame)
        (folder / f"{language}.html").write_bytes(page.encode())
        (folder / f"{language}.json").write_bytes(records.text(full).encode())
        (folder / f"{language}.csv").write_bytes(data.page_csv(records.each_once(record)))
        if frame.docx:
            from analysis.pages import word

            (folder / f"{language}.docx").write_bytes(word.write(document, language, frame))


def _card(prepared: Prepared, report: str) -> Mapping[tuple[str, str], str]:
    """The small drawing for the card of a report: its first chart, where that has a small form, or
    without charts its claims.

    A card without one shows a key number. A report about an area has none: front pages list it by
    the name of its area.
    """
    document, bodies = prepared.document, prepared.bodies
    if document.area:
        return {}
    if block := next(iter(document.of(blocks.Chart)), None):
        own = block.model_copy(update={"name": f"{report}-{block.name}"})  # ids of its own
        return charts.draw(own, document.known, widths=("mini",))
    if claimed := next(iter(document.of(blocks.Claims)), None):
        checked = bodies["vi"].writer.notes.checked
        return charts.verdicts(checked, f"{report}-{claimed.name}", claimed.title)
    return {}


def warm_up(folder: Path, docx: bool = False) -> None:
    """Import and compile what every page needs, before processes are forked for pages.

    `folder` holds the tables: their printed numbers are read once. With `docx` also what Word files
    need: their charts are drawn by matplotlib, which is slow to import.
    """
    if docx:
        importlib.import_module("analysis.pages.word")
        importlib.import_module("analysis.saying.drawing.pictures")
    nbformat.validate(nbformat.v4.new_notebook())  # type: ignore[no-untyped-call]
    json.dumps(blocks.schema())
    html.warm_up()
    preview.template()
    known = figures.load(folder)
    for figure in known.find():
        _ = known[figure]
    gate.warm_up(known, folder)
