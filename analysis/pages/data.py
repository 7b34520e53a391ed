"""A document as data: the record of a page, its numbers as CSV, and what machines read in its
head."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
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

LICENCE = "https://creativecommons.org/licenses/by/4.0/"
COLUMNS = (
    *("value", "shown", "exact", "low", "high", "unit"),
    *("qualifier", "formula", "figures", "verdict"),
)
# A spreadsheet runs a cell that begins like this as a formula.
_RUNS = frozenset("=+-@\t")
# Verdicts as a scale from 1 (contradicts) to 5 (holds), as schema.org's ratings want it.
_RATINGS = {
    "contradicts": 1,
    "does_not_hold": 2,
    "cannot_be_checked": 3,
    "holds_if_truncated": 4,
    "holds": 5,
}
_TOLD = frozenset({"contradicts", "does_not_hold", "holds_if_truncated"})


# --------------------------------------------------------------------------------------- the record


def record(document: Document, made: Body) -> dict[str, Any]:
    """What a page shows: title, answer, headlines, findings, every number, sources, charts."""
    w, language = made.writer, made.writer.language
    sentences = (b for b in document.blocks if type(b) in {blocks.Sentence, blocks.Limit})
    charts = document.of(blocks.Chart)
    return {
        "language": language,
        "title": document.title(language),
        "summary_text": document.lead(language),
        "summary": [part for lead in document.of(blocks.Lead) for part in parts(lead.text, w)],
        "known_on": w.known.known_on,
        "evidence": w.known.evidence,
        "headlines": [_headline(each, w) for each in document.of(blocks.Headline)],
        "findings": [each.text.plain(language) for each in document.of(blocks.Finding)],
        "sentences": [each.texts[0].plain(language) for each in sentences],
        "quantities": [_quantity(w, key, each) for key, each in w.shown.items()],
        "days": sorted(w.days.items()),
        "sources": sorted(w.used),
        "articles": [_article(w, source) for source in sorted(w.used)],
        "reviews": [_review(w, checked) for checked in w.checked],
        "charts": [{"id": each.anchor, "title": each.title.plain(language)} for each in charts],
    }


def _headline(block: blocks.Headline, w: Writer) -> dict[str, Any]:
    note = Text(vi=(), en=()) if block.note is None else block.note
    texts = {"label": block.label, "value": text_of(block.number), "note": note}
    plain = {name: text.plain(w.language) for name, text in texts.items()}
    return {**plain, "parts": {name: parts(text, w) for name, text in texts.items()}}


def parts(text: Text, w: Writer) -> list[Any]:
    """A text for other pages of the site: words, and between them numbers and days with what
    binds them: `{"shown", "value", "figures", "note"}` or `{"shown", "day"}`."""
    written: list[Any] = []
    for part in text.parts(w.language):
        value = part if isinstance(part, str) else part.value
        if isinstance(part, str) or isinstance(value, Label):
            written.append(part if isinstance(part, str) else part.words(w.language))
        elif isinstance(value, Quantity):
            written.append(
                {
                    "shown": part.words(w.language),
                    "note": w.note_number(value),
                    "value": numerals.plain(value.shown_value(part.form)),
                    "figures": list(value.figures),
                }
            )
        elif isinstance(value, Period):
            pairs = periods.pairs(value, w.language, part.form)
            written += [{"shown": words, "day": iso} if iso else words for words, iso in pairs]
    return written


def _quantity(w: Writer, key: tuple[str, str, str], quantity: Quantity) -> dict[str, Any]:
    def exact(number: Decimal | None) -> str | None:
        return None if number is None else numerals.plain(numerals.round_half_up(number, 12))

    return {
        "value": key[0],
        "shown": key[1],
        "exact": exact(quantity.value),
        "low": exact(quantity.low),
        "high": exact(quantity.high),
        "unit": quantity.unit,
        "qualifier": quantity.qualifier,
        "kind": quantity.kind,
        "formula": quantity.formula,
        "recipe": quantity.recipe,
        "figures": list(quantity.figures),
        "note": w.note_number(quantity),
        "verdict": w.verdicts[quantity.figure],
    }


def _article(w: Writer, source: str) -> dict[str, str]:
    row = w.known.entry("sources", source)
    columns = ("publisher", "headline", "url", "published", "language")
    return {"source": source, **{column: str(row[column]) for column in columns}}


def _review(w: Writer, checked: Verdict) -> dict[str, str]:
    computed = checked.computed
    label = Label.of(w.known, "indicators", w.known.indicator_of(checked.stated.figure))
    return {
        "claim": checked.claim,
        "verdict": checked.verdict,
        "verdict_text": word(f"verdict_{checked.verdict}", w.language),
        "stated": checked.stated.words(w.language),
        "computed": computed.words(w.language, fall(computed)) if computed is not None else "",
        "about": label.words(w.language),
        "source": str(w.known.row(checked.stated.figure)["source"]),
    }


def page_json(about: Mapping[str, Any]) -> str:
    """The record beside a page, as JSON."""
    return json.dumps(about, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


# ------------------------------------------------------------------------------------------- tables


def page_csv(quantities: Iterable[Mapping[str, Any]]) -> bytes:
    """The numbers of a page as CSV."""
    rows = ([quantity[column] or "" for column in COLUMNS] for quantity in quantities)
    joined = ([" ".join(v) if isinstance(v, list) else v for v in row] for row in rows)
    return _csv([COLUMNS, *joined], "\n")


def table_csv(rows: blocks.Rows, language: str) -> bytes:
    """The table behind a chart as CSV; numbers as plain decimals, and the ids they rest on."""
    head = [*(column.plain(language) for column in rows.columns), "figures"]
    written = []
    for row in rows.data:
        ids = dict.fromkeys(f for cell in row if isinstance(cell, Quantity) for f in cell.figures)
        written.append([*(_flat(cell, language) for cell in row), " ".join(ids)])
    return _csv([head, *written], "\r\n")


def _flat(cell: Cell, language: str) -> str:
    if cell is None:
        return ""
    if isinstance(cell, Quantity):
        return numerals.plain(cell.shown_value())
    return cell.words(language).replace("\u00a0", " ")


def _csv(rows: Iterable[Iterable[Any]], end: str) -> bytes:
    """UTF-8 with a byte order mark, so that a spreadsheet reads the diacritics; no cell runs."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator=end)
    for row in rows:
        writer.writerow([_inert(str(cell)) for cell in row])
    return out.getvalue().encode("utf-8-sig")


def _inert(cell: str) -> str:
    number = cell[:1] == "-" and cell[1:].replace(".", "", 1).isdigit()
    return f"'{cell}" if cell[:1] in _RUNS and not number else cell


# -------------------------------------------------------------------------------------- linked data


def linked_data(document: Document, made: Body, title: str, summary: str, name: str) -> str:
    """The page in schema.org's words: the report, its data, its sources, what does not add up.

    Says nothing that the page does not show: headline numbers as Observations, and a ClaimReview
    for each calculation that was found not to hold. Safe inside a script element.
    """
    w = made.writer
    articles = _articles([_article(w, source) for source in sorted(w.used)])
    reviews = {checked.claim: _review(w, checked) for checked in w.checked}
    told = [each for each in reviews.values() if each["verdict"] in _TOLD]
    report = {
        "@type": "Report",
        "name": title,
        "abstract": summary,
        "inLanguage": w.language,
        "license": LICENCE,
        "isBasedOn": list(articles.values()),
        "hasPart": _dataset(title, summary, name),
        "mainEntity": [_observation(each, w.language) for each in document.of(blocks.Headline)],
    }
    graph = [report, *(_claim_review(each, articles) for each in told)]
    linked = {"@context": "https://schema.org", "@graph": graph}
    text = json.dumps(linked, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c")


def _observation(block: blocks.Headline, language: str) -> dict[str, str]:
    name, value = block.label.plain(language), block.number.words(language)
    return {"@type": "Observation", "name": name, "value": value}


def _dataset(title: str, summary: str, name: str) -> dict[str, Any]:
    """The files beside a page."""
    kinds = {"csv": "text/csv", "json": "application/json"}
    return {
        "@type": "Dataset",
        "name": title,
        "description": summary,
        "license": LICENCE,
        "distribution": [
            {"@type": "DataDownload", "encodingFormat": kind, "contentUrl": f"{name}.{suffix}"}
            for suffix, kind in kinds.items()
        ],
    }


def _articles(articles: Iterable[Mapping[str, str]]) -> dict[str, dict[str, Any]]:
    listed = list(articles)
    addresses = Counter(article["url"] for article in listed)
    found = {}
    for article in listed:
        url = article["url"]
        # An article is named by its address, unless another one has the same.
        alone = bool(url) and addresses[url] == 1
        found[article["source"]] = {
            "@id": url if alone else f"#source-{article['source']}",
            "@type": "NewsArticle",
            "headline": article["headline"],
            "publisher": {"@type": "Organization", "name": article["publisher"]},
            **({"url": url} if url and not alone else {}),
            **({"datePublished": article["published"]} if article["published"] else {}),
        }
    return found


def _claim_review(
    review: Mapping[str, str], articles: Mapping[str, Mapping[str, Any]]
) -> dict[str, Any]:
    appearance = {"@id": articles[review["source"]]["@id"]}
    return {
        "@type": "ClaimReview",
        "claimReviewed": f"{review['about']}: {review['stated']}",
        "reviewBody": review["computed"],
        "itemReviewed": {"@type": "Claim", "appearance": appearance},
        "reviewRating": {
            "@type": "Rating",
            "bestRating": 5,
            "worstRating": 1,
            "ratingValue": _RATINGS[review["verdict"]],
            "alternateName": review["verdict_text"],
        },
    }
