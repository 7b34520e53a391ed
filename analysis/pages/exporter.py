"""`jupyter nbconvert --to briefing run.ipynb`: the page of an executed notebook, in a language."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from nbconvert.exporters import Exporter
from traitlets import Enum, Unicode, default

from analysis.numbers import figures, tables
from analysis.numbers.schema import LANGUAGES
from analysis.pages import document, html, make
from analysis.pages.document import DocumentError
from analysis.saying import blocks


class BriefingExporter(Exporter):
    """A report's page, as a build makes it, but without the frame of a site.

    Numbers are computed again from the tables: those in `data`, or else in the folder that the run
    read, with the `known_on` and `evidence` of the run.
    """

    language = Enum(list(LANGUAGES), default_value="vi", help="vi or en").tag(config=True)
    data = Unicode("", help="folder of the tables; empty: that of the run").tag(config=True)

    export_from_notebook = "Briefing"
    output_mimetype = "text/html"

    @default("file_extension")
    def _file_extension_default(self) -> str:
        return ".html"

    def from_notebook_node(
        self, nb: Any, resources: Any = None, **settings: Any
    ) -> tuple[Any, dict[str, Any]]:
        """The page and nbconvert's resources. Raises `DocumentError` for what no page may show."""
        nb, resources = super().from_notebook_node(nb, resources, **settings)
        folder = tables.folder(self.data or _data(nb))
        known = figures.load(folder, *_evidence(nb))
        prepared = make.prepare_document(document.read(nb, known), folder)
        name = Path(str(resources.get("metadata", {}).get("name", "report"))).name
        page = html.page(prepared.document, prepared.bodies[self.language], html.Frame(name))
        return page, resources


def _data(nb: Any) -> str:
    """The folder of tables that papermill gave the run, or that its parameters cell names."""
    parameters = [c.source for c in nb.cells if "parameters" in c.metadata.get("tags", [])]
    named = re.search(r'^data = "(.*?)"', parameters[0] if parameters else "", re.MULTILINE)
    given = nb.metadata.get("papermill", {}).get("parameters", {})
    return str(given.get("data", named[1] if named else ""))


def _evidence(nb: Any) -> tuple[str, str]:
    """The `known_on` and `evidence` of the run, from its last block (`page.sources()`)."""
    outputs = (output for cell in nb.cells for output in cell.get("outputs", []))
    contents = [output.get("data", {}).get(blocks.MIME, {}) for output in outputs]
    if not contents or contents[-1].get("block") != "sources":
        raise DocumentError("the notebook must end with one page.sources(); run it first")
    return str(contents[-1].get("known_on", "")), str(contents[-1].get("evidence", "all"))
