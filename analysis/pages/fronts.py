"""Front pages, the pages of changes and about the data, and the door (the choice of language).

They are made from the records of reports. A record holds a text as parts: words, numbers, days. So
these pages mark each number as the report does, and link it to its note there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any

from markupsafe import Markup

from analysis.numbers import compare, figures, places
from analysis.numbers.events import Event
from analysis.numbers.figures import Figures
from analysis.numbers.places import Place, alphabetical
from analysis.numbers.schema import LANGUAGES
from analysis.numbers.wording import any_of
from analysis.pages.looks import shade
from analysis.pages.package import CITED, DATASETTE, JOINED, SQLITE
from analysis.pages.site import Site
from analysis.pages.writer import Writer, environment
from analysis.saying.drawing import maps
from analysis.saying.words import word

Parts = Sequence[Any]
_COLUMNS = {
    "value": "value, unit",
    "bounds": "low, high",
    "days": "as_of_start, as_of_end, published",
    "printed": "printed, source, locator",
}


class SiteWriter(Writer):
    """A Writer for texts that come from the records of reports."""

    def parts(self, parts: Parts, href: str) -> Markup:
        """A text of a record as HTML. `href` is the page of the report: each number links to its
        note there."""
        return Markup("").join(self._part(part, href) for part in parts)

    def _part(self, part: Any, href: str) -> Markup:
        if isinstance(part, str):
            return self.words(part)
        bound = self.mark(part)
        if part.get("note") is None:
            return bound
        return Markup('<a href="{}#note-{}">{}</a>').format(href, part["note"], bound)

    def mark(self, mark: Mapping[str, Any]) -> Markup:
        """A number or day of a record, in `<data>` or `<time>`."""
        if "day" in mark:
            return self.time(mark["shown"], mark["day"])
        return Markup('<data value="{}" data-figures="{}">{}</data>').format(
            mark["value"], " ".join(mark["figures"]), mark["shown"]
        )

    def marked(self, text: str, marks: Sequence[Mapping[str, Any]], kind: str) -> Markup:
        """Words of a change, with `marks` (its numbers and days) in `<data>` and `<time>`.

        A number alone is shown without bounds.
        """
        if kind == "number" and marks:
            return self.mark(marks[0])
        by_words = {mark["shown"]: mark for mark in marks}
        pattern = rf"(?<!\w){any_of(by_words)}(?!\w)"
        written, rest = Markup(""), 0
        for match in re.finditer(pattern, text):
            written += self.words(text[rest : match.start()]) + self.mark(by_words[match.group()])
            rest = match.end()
        return written + self._rest(text[rest:])

    def _rest(self, text: str) -> Markup:
        """Words; those with digits that belong to no mark are marked as a name."""
        plain = self._names.sub("", text)
        return self.name(text) if re.search(r"\d", plain) else self.words(text)


def _writers(data: Path) -> dict[str, SiteWriter]:
    known = figures.load(data)
    return {language: SiteWriter(known, language) for language in LANGUAGES}


def front(
    language: str,
    site: Site,
    known: Figures,
    listed: Sequence[Mapping[str, Any]],
    edition: str,
    kept: Sequence[str] = (),
    older: Sequence[str] = (),
) -> str:
    """The front page of a language.

    `listed` are the reports in reading order: name, area and label of the place it is about (empty
    for the others), record, and whether it is printed (`pdf`). `kept` are pages of an earlier
    edition whose new run failed, `older` those that were left out though the data have changed.
    """
    w = SiteWriter(known, language)
    by_name = {report["name"]: report for report in listed}
    milestones, apart = _milestones(site, by_name, w), {site.summary, site.brief}
    communes = _communes(listed, w)
    template = environment().get_template("front.html.j2")
    text = template.render(
        w=w,
        opening=_opening,
        key_number=_key_number,
        site=site,
        first=by_name.get(site.summary),
        milestones=milestones,
        brief=by_name.get(site.brief),
        reports=[report for report in listed if not report["area"] and report["name"] not in apart],
        tiles=_tiles(site, listed, w),
        communes=communes,
        letters=_letters(communes),
        ground=maps.ground_of([place for place, _ in communes], maps.WIDTH) if communes else None,
        edition=edition,
        until=known.until,
        kept=kept,
        older=older,
    )
    return text.strip() + "\n"


def _opening(parts: Parts) -> Iterator[Any]:
    """The first sentence of a text. A full stop after one or two letters (“TP. Huế”) is no end."""
    for part in parts:
        end = re.search(r"(?:^|(?<=[^\W_]{3}))\.(?=\s)", part) if isinstance(part, str) else None
        yield part[: end.end()] if end else part
        if end:
            return


def _key_number(record: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The key number of a card: the first that the title states, else the first of all."""
    listed, title = record["headlines"], record["title_parts"]
    stated = [headline for headline in listed if headline["parts"]["value"][0] in title]
    return next(iter([*stated, *listed]), None)


@dataclass(frozen=True)
class Milestone:
    """An event of the front page: its name, the report that tells of it, and what it changed.

    `planned`: that is a plan, and no source tells what came of it.
    """

    event: Event
    name: str
    report: Mapping[str, Any] | None
    pair: Sequence[Mapping[str, Any]]
    planned: bool


def _milestones(site: Site, reports: Mapping[str, Any], w: SiteWriter) -> list[Milestone]:
    """The known events that reports.toml names, in order of days."""
    milestones = []
    for entry in site.milestones:
        event, report = w.known.event(entry["event"]), reports.get(entry.get("report", ""))
        name = entry.get(w.language) or w.label("names", event.reform).striptags()
        pair = _pair(report, entry.get("figures", ()), w) if report else []
        planned = any(w.known.planned(w.known[number["figures"][0]]) for number in pair)
        milestones += [Milestone(event, name, report, pair, planned)] if event.known else []
    return sorted(milestones, key=lambda milestone: milestone.event.day.first_day)


def _pair(
    report: Mapping[str, Any], wanted: Sequence[str], w: SiteWriter
) -> list[Mapping[str, Any]]:
    """The numbers of a report that print these figures; none unless it prints all of them."""
    numbers = {
        number["figures"][0]: number
        for number in report["record"]["quantities"]
        if number["kind"] == "printed"
        and number["note"] is not None
        and number["shown"] == w.known[number["figures"][0]].words(w.language)
    }
    pair = [numbers[figure] for figure in wanted if figure in numbers]
    return pair if len(pair) == len(wanted) else []


def _tiles(site: Site, listed: Sequence[Mapping[str, Any]], w: SiteWriter) -> list[dict[str, Any]]:
    """A square for each province that has a report and a place in tiles.csv, with its cut."""
    site_map, tiles = site.map, site.tiles
    reports = {report["area"]: report for report in listed if report["area"]}
    return [
        {
            "at": tiles[plan.area],
            "report": reports[plan.area]["name"],
            "name": w.words(reports[plan.area]["label"]),
            "number": w.number(plan.change.rate, "fall", link=False),
            "shade": shade(plan.change.rate, site_map.get("classes", ())),
            "here": plan.area == site_map.get("here"),
        }
        for plan in compare.provinces(w.known, *(site_map.get(x, "") for x in ("plan", "listed")))
        if plan.area in tiles and plan.area in reports
    ]


def _communes(
    listed: Sequence[Mapping[str, Any]], w: SiteWriter
) -> list[tuple[Place, Mapping[str, Any]]]:
    """The communes that have a report, each with it, in the order of the alphabet."""
    communes = {*w.known.among("areas", level="commune")}
    areas = [report for report in listed if report["area"] in communes]
    named = [(w.known.place(report["area"]), report) for report in areas]
    named = [(place, report) for place, report in named if place.known]
    return sorted(named, key=lambda pair: places.alphabetical(pair[0].name))


def _letters(
    communes: Sequence[tuple[Place, Mapping[str, Any]]],
) -> list[tuple[str, list[Mapping[str, Any]]]]:
    """The reports of communes by the first letter of their places."""
    letters = groupby(communes, key=lambda pair: places.first_letter(pair[0].name))
    return [(letter, [report for _, report in group]) for letter, group in letters]


def history(
    language: str,
    site: Site,
    causes: Sequence[Any],
    editions: Sequence[str],
    names: Mapping[str, str],
    data: Path,
) -> str:
    """The page that tells what changed since the edition before.

    `causes` are what reads differently by reason: because, pages, changes (kind, what, before,
    after, and in `was` and `now` the numbers and days these hold); `editions` this one and the one
    before it, `names` the titles of the pages that are there.
    """
    template = environment().get_template("history.html.j2")
    text = template.render(
        w=_writers(data)[language],
        site=site,
        causes=causes,
        editions=editions,
        names=names,
        reasons=partial(_reasons, language=language),
    )
    return text.strip() + "\n"


def _reasons(because: str, language: str) -> Iterator[tuple[str, str]]:
    """Each part of what `stale.reason` says, in words of the language, and what it names."""
    more = word("because_more", language)
    for reason in because.split("; "):
        what, _, which = reason.partition(": ")
        words = word(f"because_{what.replace(' ', '_')}", language)
        yield words, re.sub(r" and (\d+) more$", lambda match: more.format(match[1]), which)


def about_data(
    language: str, site: Site, known: Figures, files: Sequence[str], edition: str
) -> str:
    """The page about the data: its files, lines that read them, and every source.

    `files` are the names in the folder `data/` of the site.
    """
    joined = [name for name in files if name.startswith((JOINED, SQLITE))]
    w = SiteWriter(known, language)
    text = environment().get_template("data.html.j2").render(
        w=w,
        site=site,
        joined=[*joined, *CITED],
        tables=[name for name in files if name not in {*joined, *CITED, DATASETTE}],
        datasette=DATASETTE,
        columns=_COLUMNS,
        sources=_by_publisher(w),
        edition=edition,
        until=known.until,
    )  # fmt: skip
    return text.strip() + "\n"


def _by_publisher(w: SiteWriter) -> list[tuple[str, Mapping[str, Any]]]:
    """All sources by their publisher as the page's language prints it, unknown ones last."""

    def order(entry: tuple[str, Mapping[str, Any]]) -> tuple[Any, ...]:
        source, row = entry
        name = w.publisher(row, short=True, via=False).striptags()
        return row["publisher"] == "unknown", alphabetical(name), source

    return sorted(w.known.rows("sources").items(), key=order)


def door(site: Site, data: Path) -> str:
    """The door to both languages."""
    text = environment().get_template("door.html.j2").render(site=site, **_writers(data))
    return text.strip() + "\n"
