"""The pages that no notebook makes: front pages, what changed, and the door, from the records of
reports.

A record tells its words as parts, with numbers and days apart, so these pages bind each of them as
the report does; its notes stand on the report, and the links lead there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from markupsafe import Markup

from analysis.numbers import figures, tables
from analysis.pages.notes import Writer, environment
from analysis.saying.texts import LANGUAGES

Parts = Sequence[Any]
_DRAWN = 3  # the columns of provinces that are lengths; the next is a rank


class SiteWriter(Writer):
    """Writes what the records of reports hold; it asks nothing of the figures."""

    def __init__(self, language: str, names: re.Pattern[str]) -> None:
        self.language, self._names, self.days = language, names, {}

    def parts(self, parts: Parts, href: str) -> Markup:
        """A text of a report: numbers and days bound, numbers linked to their notes on the
        report."""
        return Markup("").join(self._part(part, href) for part in parts)

    def _part(self, part: Any, href: str) -> Markup:
        if isinstance(part, str):
            return self.words(part)
        bound = self.mark(part)
        if part.get("note") is None:
            return bound
        return Markup('<a href="{}#note-{}">{}</a>').format(href, part["note"], bound)

    def mark(self, mark: Mapping[str, Any]) -> Markup:
        """A number or day of a record, bound."""
        if "day" in mark:
            return self.time(mark["shown"], mark["day"])
        return Markup('<data value="{}" data-figures="{}">{}</data>').format(
            mark["value"], " ".join(mark["figures"]), mark["shown"]
        )

    def marked(self, text: str, marks: Sequence[Mapping[str, Any]], kind: str) -> Markup:
        """Words of an edition, its numbers and days bound.

        A number alone is shown without bounds.
        """
        if kind == "number" and marks:
            return self.mark(marks[0])
        by_words = {mark["shown"]: mark for mark in marks}
        longest = sorted(by_words, key=len, reverse=True)
        pattern = "|".join(rf"(?<!\w){re.escape(words)}(?!\w)" for words in longest) or r"(?!)"
        written, rest = Markup(""), 0
        for match in re.finditer(pattern, text):
            written += self.words(text[rest : match.start()]) + self.mark(by_words[match.group()])
            rest = match.end()
        return written + self._rest(text[rest:])

    def _rest(self, text: str) -> Markup:
        """Words whose digits nothing binds any more are quoted as they stood."""
        plain = self._names.sub("", text)
        return self.name(text) if re.search(r"\d", plain) else self.words(text)


def _writers(data: Path) -> dict[str, SiteWriter]:
    names = figures.load(data).names_pattern()
    return {language: SiteWriter(language, names) for language in LANGUAGES}


def front(
    language: str,
    site: Mapping[str, Any],
    listed: Sequence[Mapping[str, Any]],
    edition: str,
    known_until: str,
    kept: Sequence[str],
    older: Sequence[str],
    data: Path,
) -> str:
    """The front page of a language.

    `listed` are the reports in reading order: name, area and label of the province it is about
    (empty for the others), record. `kept` are pages of an earlier edition whose new run failed,
    `older` those that were left out though the data have changed.
    """
    briefings = [report for report in listed if not report["area"]]
    provinces = [report for report in listed if report["area"]]
    heads = provinces[0]["record"]["headlines"] if provinces else []
    template = environment().get_template("front.html.j2")
    text = template.render(
        w=_writers(data)[language],
        site=site,
        briefings=briefings,
        provinces=[{**report, "cells": cells} for report, cells in _rows(provinces, len(heads))],
        columns=[head["label"] for head in heads],
        verdicts=tables.enum("claims", "verdict"),
        edition=edition,
        known_until=known_until,
        kept=kept,
        older=older,
    )
    return text.strip() + "\n"


def _rows(
    provinces: Sequence[Mapping[str, Any]], width: int
) -> Iterable[tuple[Mapping[str, Any], list[Any]]]:
    """The headline numbers of each province; shares are drawn against a hundred, counts against the
    largest count of the table."""
    rows = [[*each["record"]["headlines"], *[None] * width][:width] for each in provinces]
    drawn = [head for row in rows for head in row[:_DRAWN] if head]
    counts = [_number(head) for head in drawn if "%" not in head["value"]]
    most = max(counts, default=Decimal(1))
    for province, row in zip(provinces, rows, strict=True):
        cells = [head and {"parts": head["parts"]["value"], "share": ""} for head in row]
        for head, cell in list(zip(row, cells, strict=True))[:_DRAWN]:
            if head:
                whole = Decimal(100) if "%" in head["value"] else most
                cell["share"] = f"{min(_number(head) / whole, Decimal(1)):.3f}"
        yield province, cells


def _number(headline: Mapping[str, Any]) -> Decimal:
    (number,) = headline["parts"]["value"]
    return abs(Decimal(number["value"]))


def history(
    language: str,
    site: Mapping[str, Any],
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
    )
    return text.strip() + "\n"


def door(site: Mapping[str, Any], data: Path) -> str:
    """The door to both languages."""
    text = environment().get_template("door.html.j2").render(site=site, **_writers(data))
    return text.strip() + "\n"
