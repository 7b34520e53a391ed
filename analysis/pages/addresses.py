"""The pages of sources, with one lasting address for each figure.

Each source has a page, on which each of its figures has a place. The address follows from the ids
alone (`vi/source-SOURCE.html#FIGURE`), so it stays the same from edition to edition. The page says
what the figure means, what it can be, in which calculations it stands and which pages of the site
use it, and offers the source's citation to copy.
"""

from __future__ import annotations

import fnmatch
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from markupsafe import Markup, escape

from analysis.numbers import claims
from analysis.numbers.claims import Recomputed
from analysis.numbers.figures import Figures
from analysis.numbers.rules.exceptions import remark
from analysis.numbers.wording import any_of
from analysis.pages.fronts import SiteWriter
from analysis.pages.site import Site
from analysis.pages.writer import address, environment
from analysis.saying.citing import Citation, cite
from analysis.saying.words import word

_FEW = 3  # pages of a kind that are named one by one


@dataclass(frozen=True)
class Use:
    """A page that shows a figure, or a number computed from it: its link and its name."""

    href: str
    name: Markup


def uses(listed: Sequence[Mapping[str, Any]], site: Site, w: SiteWriter) -> dict[str, list[Use]]:
    """The pages that use each figure, in reading order, each once, linked at the figure's note.

    `listed` are the reports of a language as `fronts.front` takes them. A note that prints the
    figure comes before one that computes with it. Where many pages of a kind use a figure, as those
    of provinces do, one link leads to their list, beside that to the page of the figure's own area.
    """
    by_figure: dict[str, list[tuple[str, Use]]] = defaultdict(list)
    rows = w.known.rows()
    for report in listed:
        at: dict[str, int] = {}
        noted = (number for number in report["record"]["quantities"] if number["note"] is not None)
        for number in sorted(
            noted, key=lambda number: (number["kind"] != "printed", number["note"])
        ):
            for figure in number["figures"]:
                at.setdefault(figure, number["note"])
        name = _short(report, site, w)
        for figure, note in at.items():
            use = Use(f"{report['name']}.html#note-{note}", name)
            by_figure[figure].append((report["name"], use))
    names = [report["name"] for report in listed]
    kinds = {
        frozenset(fnmatch.filter(names, pattern)): Use(link["to"], w.words(link[w.language]))
        for link in site.nav
        for pattern in link["reports"]
        if "*" in pattern
    }
    homes = {report["area"]: report["name"] for report in listed if report["area"]}
    own = {figure: homes.get(rows[figure]["area"], "") for figure in by_figure if figure in rows}
    return {
        figure: _together(named, kinds, own.get(figure, "")) for figure, named in by_figure.items()
    }


def _together(
    named: Sequence[tuple[str, Use]], kinds: Mapping[frozenset[str], Use], own: str
) -> list[Use]:
    """The uses of a figure, with many reports of one kind joined into one link.

    The report about the figure's own area stays by itself.
    """
    users = {name for name, _ in named}
    many = {kind: use for kind, use in kinds.items() if len(kind & users) > _FEW}
    single = [use for name, use in named if name == own or not any(name in kind for kind in many)]
    return [*single, *many.values()]


def _short(report: Mapping[str, Any], site: Site, w: SiteWriter) -> Markup:
    """A short name of a report: its place, its reform or its link at the head of pages; else its
    title."""
    name = str(report["name"])
    links = [str(link[w.language]) for link in site.nav if link["reports"] == [name]]
    links += [w.plain("front_brief")] if name == site.brief else []
    if name in w.known.among("names"):
        links = [w.known.label("names", name).words(w.language)]
    if short := report["label"] or next(iter(links), ""):
        return w.words(short)
    return Markup("<cite>{}</cite>").format(w.words(report["record"]["title"]))


def remarked(words: str, w: SiteWriter) -> Markup:
    """A remark on a figure, each source that it names by its id linked by its name."""
    named = [source for source in w.known.among("sources") if source in words]
    parts = re.split(f"({any_of(named)})", words)
    return Markup("").join(
        w.link(part, address(part)) if part in named else escape(part) for part in parts
    )


def calculations(known: Figures) -> dict[str, list[Recomputed]]:
    """The calculations of sources in which each figure stands."""
    by_figure: dict[str, list[Recomputed]] = defaultdict(list)
    for claim in claims.recompute(known):
        for figure in dict.fromkeys([claim.stated.figure, *(f.figure for f in claim.operands)]):
            by_figure[figure].append(claim)
    return by_figure


def pages(
    language: str,
    site: Site,
    known: Figures,
    listed: Sequence[Mapping[str, Any]],
    edition: str,
) -> Iterator[tuple[str, str]]:
    """The page of each known source in a language: its name in the site, and its HTML."""
    used = uses(listed, site, SiteWriter(known, language))
    checked, template = calculations(known), environment().get_template("source.html.j2")
    through = f"{site.title[language]}, {word('edition', language).lower()} {edition}"
    printed: dict[str, dict[str, dict[str, Any]]] = defaultdict(dict)
    for figure, row in sorted(known.rows().items()):
        printed[row["source"]][figure] = row
    for source, row in sorted(known.rows("sources").items()):
        w = SiteWriter(known, language)
        text = template.render(
            w=w,
            site=site,
            source=source,
            row=row,
            groups=_groups(printed[source], language),
            remarked=remarked,
            used=used,
            checked=checked,
            cited=_cited(known, source, [*printed[source]], language, through),
            edition=edition,
            until=known.until,
        )
        yield address(source), text.strip() + "\n"


class _Cited(NamedTuple):
    whole: Citation
    figures: dict[str, Citation]


def _cited(
    known: Figures, source: str, figures: Sequence[str], language: str, through: str
) -> _Cited:
    """The citation of a source, and that of each of its figures where they are not very many."""
    cited = figures if len(figures) <= _CITED else ()
    return _Cited(
        cite(known, source, language, through),
        {figure: cite(known, figure, language, through) for figure in cited},
    )


_CITED = 50  # figures of a page that stand each with its own citation: three forms are 1 KB
_FACTS = ("area", "as_of", "reform", "locator")  # of a figure, in the order they are told


@dataclass(frozen=True)
class Group:
    """The figures of a source with one indicator, each with its row: shared columns once, those in
    `own` for each."""

    indicator: str
    figures: Mapping[str, Mapping[str, str]]
    shared: Mapping[str, str]
    own: Sequence[str]


def _groups(rows: Mapping[str, Mapping[str, str]], language: str) -> Iterator[Group]:
    """The figures of a source by what they count, as first met in the source.

    `rows` are those of the figures, in the order of their ids. What is remarked on figures is in
    English, and on English pages alone.
    """
    facts = (*_FACTS, "note") if language == "en" else _FACTS
    rows = {figure: {**row, "note": remark(row["note"])} for figure, row in rows.items()}
    ids: dict[str, list[str]] = {}
    for figure in sorted(rows, key=lambda figure: int(rows[figure]["locator"][1:] or 0)):
        ids.setdefault(rows[figure]["indicator"], []).append(figure)
    for indicator, figures in ids.items():
        words = {name: {rows[figure][name] for figure in figures} for name in facts}
        alike = [name for name in facts if len(figures) > 1 == len(words[name])]
        shared = {name: words[name].pop() for name in alike}
        own = [name for name in facts if name not in alike]
        yield Group(indicator, {figure: rows[figure] for figure in figures}, shared, own)
