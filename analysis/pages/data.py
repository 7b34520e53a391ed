"""A page as data: its numbers and charts as CSV, and JSON-LD for its head."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from analysis.numbers import numerals
from analysis.numbers.claims import Recomputed
from analysis.numbers.quantity import Quantity
from analysis.pages.document import Document
from analysis.pages.records import articles
from analysis.pages.site import Imprint
from analysis.pages.workings import form_of
from analysis.pages.writer import Writer
from analysis.saying import blocks
from analysis.saying.texts import Cell
from analysis.saying.words import word

if TYPE_CHECKING:
    from analysis.pages.html import Body

COLUMNS = (
    *("value", "shown", "exact", "low", "high", "unit"),
    *("qualifier", "formula", "figures", "verdict"),
)
# Verdicts as ratings from 1 (contradicts) to 5 (holds), which schema.org's ClaimReview asks for.
_SCALE = ("contradicts", "does_not_hold", "cannot_be_checked", "holds_if_truncated", "holds")
RATINGS = {verdict: rating for rating, verdict in enumerate(_SCALE, 1)}


# ------------------------------------------------------------------------------------------- tables


def page_csv(quantities: Iterable[Mapping[str, Any]]) -> bytes:
    """The numbers of a page as CSV, a row for each."""
    rows = ([quantity[column] or "" for column in COLUMNS] for quantity in quantities)
    return _csv([COLUMNS, *rows], "\n")


def table_csv(rows: blocks.Rows, language: str) -> bytes:
    """The table behind a chart as CSV; numbers as plain decimals, and the ids they rest on."""
    lines: list[list[Any]] = [[*(head.words(language) for head in rows.columns), "figures"]]
    for row in rows.data:
        ids = dict.fromkeys(x for cell in row if isinstance(cell, Quantity) for x in cell.figures)
        lines.append([*(_flat(cell, language) for cell in row), list(ids)])
    return _csv(lines, "\r\n")


def _flat(cell: Cell, language: str) -> str:
    if isinstance(cell, Quantity):
        return numerals.plain(cell.shown_value())
    return "" if cell is None else cell.words(language).replace("\u00a0", " ")


def _csv(rows: Iterable[Iterable[Any]], end: str) -> bytes:
    """Rows as CSV: UTF-8 with a byte order mark, by which a spreadsheet reads the diacritics."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator=end)
    for row in rows:
        words = (" ".join(cell) if isinstance(cell, list) else str(cell) for cell in row)
        writer.writerow(map(_inert, words))
    return out.getvalue().encode("utf-8-sig")


def _inert(cell: str) -> str:
    """A cell with an apostrophe before what a spreadsheet would run as a formula."""
    number = cell[:1] == "-" and cell[1:].replace(".", "", 1).isdigit()
    return f"'{cell}" if cell.startswith(tuple("=+-@\t")) and not number else cell


# -------------------------------------------------------------------------------------- linked data


def linked_data(
    document: Document, body: Body, title: str, summary: str, name: str, imprint: Imprint
) -> str:
    """The page in schema.org's terms: the report, its data, its sources, what does not add up.

    It holds nothing that the page does not show: headline numbers are Observations, and each
    calculation that does not hold is a ClaimReview. The JSON is safe inside a script element.
    """
    w, headlines = body.writer, document.of(blocks.Headline)
    described: dict[str, Any] = {"name": title, "inLanguage": w.language}
    licence = {"license": imprint.licence["url"]} if imprint.licence else {}
    described |= licence
    part_of = {"@type": "WebSite", "name": imprint.title[w.language], **licence}
    reviews = {claim.claim: claim for claim in w.notes.checked if claim.to_check}
    report = {
        "@type": "Report",
        **described,
        **({"isPartOf": part_of} if part_of["name"] else {}),
        "abstract": summary,
        "isBasedOn": [_linked_article(source) for source in articles(w)],
        "hasPart": {
            "@type": "Dataset",
            **described,
            "description": summary,
            "distribution": [
                _download(name, "csv", "text/csv"), _download(name, "json", "application/json"),
            ],
        },
        "mainEntity": [
            {"@type": "Observation", "name": headline.label.words(w.language),
             "value": headline.number.words(w.language)}
            for headline in headlines
        ],
    }  # fmt: skip
    graph = [report, *(_claim_review(w, claim) for claim in reviews.values())]
    linked = {"@context": "https://schema.org", "@graph": graph}
    text = json.dumps(linked, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c")


def _download(name: str, suffix: str, kind: str) -> dict[str, str]:
    return {"@type": "DataDownload", "encodingFormat": kind, "contentUrl": f"{name}.{suffix}"}


def _linked_article(article: Mapping[str, str]) -> dict[str, Any]:
    """An article, named by its entry among the sources of the page, which says who printed it."""
    linked = {
        "@id": f"#source-{article['source']}",
        "@type": "NewsArticle",
        "headline": article["headline"],
        "url": article["url"],
        "datePublished": article["published"],
    }
    return {name: value for name, value in linked.items() if value}


def _claim_review(w: Writer, claim: Recomputed) -> dict[str, Any]:
    """The verdict on a claim, as schema.org writes a fact check."""
    stated, computed = claim.stated, claim.computed
    about = w.known.label("indicators", w.known.indicator_of(stated.figure)).words(w.language)
    source = {"@id": f"#source-{w.known.row(stated.figure)['source']}"}
    return {
        "@type": "ClaimReview",
        "claimReviewed": f"{about}: {stated.words(w.language)}",
        "reviewBody": computed.words(w.language, form_of(computed)) if computed is not None else "",
        "itemReviewed": {"@type": "Claim", "appearance": source},
        "reviewRating": {
            "@type": "Rating",
            "bestRating": max(RATINGS.values()),
            "worstRating": min(RATINGS.values()),
            "ratingValue": RATINGS[claim.verdict],
            "alternateName": word(f"verdict_{claim.judgement}", w.language),
        },
    }
