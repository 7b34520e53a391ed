"""How to cite a source, or one figure that it printed: as text, for BibTeX, as CSL-JSON.

All forms of one citation hold the same: publisher, headline, days, address, and the paragraph and
printed words of the figure. What a source does not tell is left out, not guessed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from analysis.numbers.figures import Figures
from analysis.saying.words import word


@dataclass(frozen=True)
class Citation:
    """A source as read here, and where a figure stands in it; at a prompt its text.

    `row` is that of the source, `figure` that of the figure, empty for the source alone. `through`
    names what it was read through: the site and its edition.
    """

    source: str
    row: Mapping[str, Any]
    language: str = "en"
    through: str = ""
    figure: Mapping[str, Any] = field(default_factory=dict)

    def __repr__(self) -> str:
        return self.text()

    @property
    def locator(self) -> str:
        """The paragraph of the figure in words; empty for a source that has none."""
        paragraph = str(self.figure.get("locator", ""))[1:]
        return f"{word('paragraph', self.language)} {paragraph}" if paragraph else ""

    @property
    def _publisher(self) -> str:
        return "" if self.row["publisher"] == "unknown" else str(self.row["publisher"])

    @property
    def _note(self) -> str:
        printed = f"“{self.figure['printed']}”" if self.figure else ""
        late = "" if self.row["published"] else self._late()
        where = ": ".join(filter(None, (self.locator, printed)))
        return "; ".join(filter(None, (where, late, self.through)))

    def _late(self) -> str:
        return f"{word('published_by', self.language)} {self.row['published_by']}"

    def text(self) -> str:
        """One line of text."""
        row = self.row
        parts = [self._publisher, f"“{row['headline']}”", row["published"], row["url"]]
        accessed = f"({word('accessed', self.language)} {row['accessed']})"
        source = f"{'. '.join(filter(None, parts))} {accessed}"
        return f"{source}; {self._note}." if self._note else f"{source}."

    def bibtex(self) -> str:
        """An entry for BibLaTeX, or BibTeX."""
        fields = {
            "title": self.row["headline"],
            "organization": self._publisher,
            "date": self.row["published"],
            "url": self.row["url"],
            "urldate": self.row["accessed"],
            "langid": {"vi": "vietnamese", "en": "english"}.get(self.row["language"], ""),
            "note": self._note,
        }
        lines = [
            f"  {name} = {{{_tex(name, str(value))}}}" for name, value in fields.items() if value
        ]
        return "@online{{{},\n{}\n}}".format(self.source, ",\n".join(lines))

    def csl(self) -> str:
        """An item for Zotero and other programs that read CSL-JSON."""
        return json.dumps([self.item()], ensure_ascii=False)

    def item(self) -> dict[str, Any]:
        """The item as data."""
        item = {
            "id": self.source,
            "type": "article-newspaper",
            "title": self.row["headline"],
            "container-title": self._publisher,
            "issued": _parts(self.row["published"]),
            "accessed": _parts(self.row["accessed"]),
            "URL": self.row["url"],
            "language": self.row["language"],
            "note": self._note,
        }
        return {name: value for name, value in item.items() if value}

    def forms(self) -> dict[str, str]:
        """Each form by its name."""
        return {"text": self.text(), "bibtex": self.bibtex(), "csl": self.csl()}


def cite(known: Figures, code: str, language: str = "en", through: str = "") -> Citation:
    """The citation of a figure or, by its id, of a source: `print(cite(known, "…").bibtex())`.

    `through` names what it was read through, such as a site and its edition. Raises `NoSuchName`
    for an id that is neither, and for what was not printed yet.
    """
    if code in known.among("sources"):
        return Citation(code, known.entry("sources", code), language, through)
    row = known.row(code)
    source = row["source"]
    return Citation(source, known.entry("sources", source), language, through, figure=row)


def _parts(day: str) -> dict[str, Any]:
    return {"date-parts": [[int(part) for part in day.split("-")]]} if day else {}


def _tex(name: str, text: str) -> str:
    """A field with the signs masked that TeX would read as its own; addresses stay as they are."""
    return text if name == "url" else re.sub(r"([&%$#_{}])", r"\\\1", text)
