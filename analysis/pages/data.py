"""A page as data: its record (JSON), its numbers and charts as CSV, and JSON-LD for its head."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from analysis.numbers import numerals, periods
from analysis.numbers.claims import Verdict
from analysis.numbers.periods import Period
from analysis.numbers.quantity import Quantity
from analysis.pages.document import Document
from analysis.pages.notes import Writer, fall
from analysis.saying import blocks
from analysis.saying.texts import Cell, Label, Text, text_of
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
TOLD = frozenset({"contradicts", "does_not_hold", "holds_if_truncated"})


# --------------------------------------------------------------------------------------- the record


def record(document: Document, made: Body) -> dict[str, Any]:
    """The record of a page: title, answer, headlines, findings, every number, day and source.

    Front pages and the history of editions are made from records. `made` is the body of the page.
    """
    w, language = made.writer, made.writer.language
    return {
        "language": language,
        "title": document.title(language),
        "title_parts": [part for each in document.of(blocks.Title) for part in parts(each.text, w)]
        or [document.title(language)],
        "summary_text": document.lead(language),
        "summary": [part for lead in document.of(blocks.Lead) for part in parts(lead.text, w)],
        "known_on": w.known.known_on,
        "evidence": w.known.evidence,
        "headlines": [_headline(each, w) for each in document.of(blocks.Headline)],
        "findings": [each.text.plain(language) for each in document.of(blocks.Finding)],
        "quantities": [_quantity(w, key, each) for key, each in w.shown.items()],
        "days": sorted(w.days.items()),
        "articles": _articles(w),
    }


def _headline(block: blocks.Headline, w: Writer) -> dict[str, Any]:
    note = Text(vi=(), en=()) if block.note is None else block.note
    texts = {"label": block.label, "value": text_of(block.number), "note": note}
    plain = {name: text.plain(w.language) for name, text in texts.items()}
    compared = {"base": "before" if block.before else "of" if block.of else ""}
    in_parts = {name: parts(text, w) for name, text in texts.items()}
    in_parts["base"] = parts(text_of(block.base), w) if block.base else []
    return {**plain, **compared, "lengths": block.lengths, "parts": in_parts}


def parts(text: Text, w: Writer) -> list[Any]:
    """A text in pieces, for the pages of the site that are made from records.

    Words are strings, numbers `{"shown", "value", "figures", "note"}`, days `{"shown", "day"}`.
    """
    written: list[Any] = []
    for part in text.parts(w.language):
        value = part if isinstance(part, str) else part.value
        if isinstance(part, str) or isinstance(value, Label):
            written.append(part if isinstance(part, str) else part.words(w.language))
        elif isinstance(value, Quantity):
            shown, plain = part.words(w.language), numerals.plain(value.shown_value(part.form))
            bound = {"value": plain, "figures": list(value.figures), "note": w.note_number(value)}
            written.append({"shown": shown, **bound})
        elif isinstance(value, Period):
            pairs = periods.pairs(value, w.language, part.form)
            written += [{"shown": words, "day": iso} if iso else words for words, iso in pairs]
    return written


def _quantity(w: Writer, key: tuple[str, str, str], quantity: Quantity) -> dict[str, Any]:
    """One number of a record: as shown, its value and bounds, unit, recipe, figures and note."""

    def exact(number: Decimal | None) -> str | None:
        return None if number is None else numerals.plain(numerals.round_half_up(number, 12))

    bounds = {"exact": quantity.value, "low": quantity.low, "high": quantity.high}
    own = ("unit", "kind", "formula", "recipe")
    return {
        "value": key[0],
        "shown": key[1],
        **{name: exact(number) for name, number in bounds.items()},
        "qualifier": numerals.MEANS[quantity.hedge],
        **{name: getattr(quantity, name) for name in own},
        "figures": list(quantity.figures),
        "note": w.note_number(quantity),
        "verdict": w.verdicts[quantity.figure],
    }


def _articles(w: Writer) -> list[dict[str, str]]:
    """The sources that a page names."""
    columns = ("publisher", "headline", "url", "published", "language")
    rows = [(source, w.known.entry("sources", source)) for source in sorted(w.used)]
    return [{"source": id, **{each: str(row[each]) for each in columns}} for id, row in rows]


def page_json(about: Mapping[str, Any]) -> str:
    """The record beside a page, as JSON on one line: indented it is a third larger."""
    return json.dumps(about, ensure_ascii=False, separators=(",", ":"), sort_keys=True) + "\n"


# ------------------------------------------------------------------------------------------- tables


def page_csv(quantities: Iterable[Mapping[str, Any]]) -> bytes:
    """The numbers of a page as CSV."""
    rows = ([quantity[column] or "" for column in COLUMNS] for quantity in quantities)
    return _csv([COLUMNS, *rows], "\n")


def table_csv(rows: blocks.Rows, language: str) -> bytes:
    """The table behind a chart as CSV; numbers as plain decimals, and the ids they rest on."""
    lines: list[list[Any]] = [[*(each.plain(language) for each in rows.columns), "figures"]]
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
    document: Document, made: Body, title: str, summary: str, name: str, site: Mapping[str, Any]
) -> str:
    """The page in schema.org's terms: the report, its data, its sources, what does not add up.

    It holds nothing that the page does not show: headline numbers are Observations, and each
    calculation that does not hold is a ClaimReview. The JSON is safe inside a script element.
    """
    w, headlines = made.writer, document.of(blocks.Headline)
    described: dict[str, Any] = {"name": title, "inLanguage": w.language}
    licence = {"license": site["licence"]["url"]} if site["licence"] else {}
    described |= licence
    part_of = {"@type": "WebSite", "name": site["title"][w.language], **licence}
    reviews = {each.claim: each for each in w.checked if each.verdict in TOLD}
    report = {
        "@type": "Report",
        **described,
        **({"isPartOf": part_of} if part_of["name"] else {}),
        "abstract": summary,
        "isBasedOn": [_linked_article(each) for each in _articles(w)],
        "hasPart": {
            "@type": "Dataset",
            **described,
            "description": summary,
            "distribution": [
                _download(name, "csv", "text/csv"), _download(name, "json", "application/json"),
            ],
        },
        "mainEntity": [
            {"@type": "Observation", "name": each.label.plain(w.language),
             "value": each.number.words(w.language)}
            for each in headlines
        ],
    }  # fmt: skip
    graph = [report, *(_claim_review(w, each) for each in reviews.values())]
    linked = {"@context": "https://schema.org", "@graph": graph}
    text = json.dumps(linked, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c")


def _download(name: str, suffix: str, kind: str) -> dict[str, str]:
    return {"@type": "DataDownload", "encodingFormat": kind, "contentUrl": f"{name}.{suffix}"}


def _linked_article(article: Mapping[str, str]) -> dict[str, Any]:
    """An article, named by its entry among the sources of the page."""
    linked = {
        "@id": f"#source-{article['source']}",
        "@type": "NewsArticle",
        "headline": article["headline"],
        "publisher": {"name": article["publisher"]},
        "url": article["url"],
        "datePublished": article["published"],
    }
    return {name: value for name, value in linked.items() if value}


def _claim_review(w: Writer, checked: Verdict) -> dict[str, Any]:
    """The verdict on a claim, as schema.org writes a fact check."""
    stated, computed = checked.stated, checked.computed
    about = w.known.label("indicators", w.known.indicator_of(stated.figure)).words(w.language)
    source = {"@id": f"#source-{w.known.row(stated.figure)['source']}"}
    return {
        "@type": "ClaimReview",
        "claimReviewed": f"{about}: {stated.words(w.language)}",
        "reviewBody": computed.words(w.language, fall(computed)) if computed is not None else "",
        "itemReviewed": {"@type": "Claim", "appearance": source},
        "reviewRating": {
            "@type": "Rating",
            "bestRating": max(RATINGS.values()),
            "worstRating": min(RATINGS.values()),
            "ratingValue": RATINGS[checked.verdict],
            "alternateName": word(f"verdict_{checked.verdict}", w.language),
        },
    }
