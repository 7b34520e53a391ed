"""From an executed notebook to two pages, outside the notebook's process.

The document is read, the gate refuses what no page may show, each chart is drawn once, and both
languages are written. `prepare` does all that needs the data; `write` puts the site's frame around
it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import nbformat

from analysis.numbers.figures import Figures
from analysis.pages import data, document, gate, html
from analysis.pages.document import Document, DocumentError
from analysis.pages.html import Body, Drawings, Frame
from analysis.saying import blocks, charts
from analysis.saying.texts import LANGUAGES


@dataclass(frozen=True)
class Ready:
    """A gated document with what it says in each language."""

    document: Document
    bodies: Mapping[str, Body]


def prepare(
    run: Path, known: Figures, folder: Path, pages: Mapping[str, str] | None = None
) -> Ready:
    """The document of a run, gated, drawn and written in both languages.

    `folder` holds the tables that `known` was loaded from: the gate reads them by itself. `pages`
    are the reports that areas have, by code. Raises `DocumentError` with everything that no page
    may show.
    """
    try:
        executed: Any = nbformat.read(run, as_version=4)  # type: ignore[no-untyped-call]
    except (OSError, ValueError, RecursionError) as error:
        raise DocumentError(f"{run.name} is no executed notebook ({error})") from None
    return ready(document.read(executed, known), folder, pages or {})


def ready(said: Document, folder: Path, pages: Mapping[str, str] = MappingProxyType({})) -> Ready:
    """A document, gated, drawn and written. Raises `DocumentError`."""
    refused = gate.refusals(said, folder)
    if refused:
        more = f"; and {len(refused) - 5} more" if len(refused) > 5 else ""
        raise DocumentError(f"the gate refuses the page: {'; '.join(refused[:5])}{more}")
    drawings = drawn(said)
    return Ready(said, {each: html.body(said, each, drawings, pages) for each in LANGUAGES})


def drawn(said: Document) -> Drawings:
    """The drawings of all charts of a document."""
    return {
        block.anchor: charts.draw(
            block, said.known, widths=("narrow",) if isinstance(block, blocks.Map) else charts.PAGE
        )
        for block in said.of(blocks.Chart)
    }


def write(ready: Ready, frame: Frame, about: Mapping[str, Any], folder: Path) -> None:
    """Leave both pages, each with its record and table: `<language>.html|json|csv`, and with its
    Word file where the frame says so: `<language>.docx`.

    `about` is what the record tells beside what the page shows: report, parameters, key, edition.
    """
    cards = _card(ready.document, str(about.get("report", "")))
    for language, body in ready.bodies.items():
        record = {**data.record(ready.document, body), "card": cards.get((language, "mini"), "")}
        told = {**about, "language": language, "record": record}
        page = html.page(ready.document, body, frame)
        (folder / f"{language}.html").write_bytes(page.encode())
        (folder / f"{language}.json").write_bytes(data.page_json(told).encode())
        (folder / f"{language}.csv").write_bytes(data.page_csv(record["quantities"]))
        if frame.docx:
            from analysis.pages import word

            (folder / f"{language}.docx").write_bytes(word.write(ready.document, language, frame))


def _card(said: Document, report: str) -> Mapping[tuple[str, str], str]:
    """The small drawing of the first chart that has one, for the card of a report: by language."""
    for block in said.of(blocks.Chart):
        own = block.model_copy(update={"name": f"{report}-{block.name}"})  # ids of its own
        if drawn := charts.draw(own, said.known, widths=("mini",)):
            return drawn
    return {}


def warm_up() -> None:
    """Make ready what every page needs, in the process that pages are forked from."""
    nbformat.validate(nbformat.v4.new_notebook())  # type: ignore[no-untyped-call]
    json.dumps(blocks.schema())
    html.warm_up()
    charts.warm_up()
