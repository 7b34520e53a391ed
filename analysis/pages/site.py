"""What the pages of a site say of it, as `reports.toml` has it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

from analysis.numbers.schema import LANGUAGES


def _unsaid() -> dict[str, str]:
    return dict.fromkeys(LANGUAGES, "")


@dataclass(frozen=True)
class Imprint:
    """What every page says of its site; empty for a page alone.

    `title` and `about`, a sentence, are given in each language. `licence` is the `name` and `url`
    of that of the data and texts, empty where none is given; `contact` where to write of an error,
    `address` where the site is published, empty as long as it is nowhere. `nav` are the links at
    the head of each page: `to`, words in each language, and `reports`, the pages that belong to it
    (`province-*`).
    """

    title: Mapping[str, str] = field(default_factory=_unsaid)
    about: Mapping[str, str] = field(default_factory=_unsaid)
    licence: Mapping[str, str] = field(default_factory=dict)
    contact: str = ""
    address: str = ""
    nav: Sequence[Mapping[str, Any]] = ()

    def where(self, language: str, page: str) -> str:
        """The address at which a page can be found again; empty where the site has none."""
        return f"{self.address.rstrip('/')}/{language}/{page}.html" if self.address else ""


@dataclass(frozen=True)
class Site(Imprint):
    """A site: its imprint, its front page, and the pages of its areas.

    `summary` is the report whose answer the front page gives, `brief` the one that it leads to as a
    page to hand on, `terms` what a newcomer to a language must know first, `milestones` its events,
    `map` the words and classes of its map. By the code of an area, `pages` names its report, and
    `tiles` the row and column of its square on maps.
    """

    summary: str = ""
    brief: str = ""
    terms: Mapping[str, str] = field(default_factory=dict)
    milestones: Sequence[Mapping[str, Any]] = ()
    map: Mapping[str, Any] = field(default_factory=dict)
    pages: Mapping[str, str] = field(default_factory=dict)
    tiles: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def imprint(self) -> Imprint:
        """The part that every page shows, and nothing else, so that no page rests on more."""
        return Imprint(**{field.name: getattr(self, field.name) for field in fields(Imprint)})


ALONE = Site()  # that of a page which is part of no site
