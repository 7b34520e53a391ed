"""A block as JupyterLab shows it: plain HTML in one language, readable without a stylesheet.

The page of a report is made elsewhere, from the block itself; nothing here reaches a reader of
pages.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence

from markupsafe import Markup

from analysis.numbers import claims
from analysis.numbers.figures import Figures
from analysis.numbers.quantity import Quantity
from analysis.saying import blocks
from analysis.saying.blocks import Block
from analysis.saying.texts import Cell, Label, Text, text_of
from analysis.saying.words import word

# Builds draw the charts of a page themselves; they set this to "off" to save the preview's drawing.
SWITCH = "ANALYSIS_PREVIEW"


def plain(block: Block, language: str) -> str:
    """The words of a block, for a terminal."""
    texts = [each.plain(language) for each in block.texts]
    return " — ".join(text for text in texts if text)


def html(block: Block, language: str, known: Figures) -> Markup:
    """A block in one language; empty where it says nothing."""
    match block:
        case blocks.Sentence():
            return Markup(_SENTENCES[block.block]).format(_text(block.text, language))
        case blocks.Headline():
            number, *about = (_text(text, language) for text in block.texts)
            return Markup("<li><b>{}</b> {}</li>").format(number, Markup(" ").join(about))
        case blocks.Parameters():
            return _parameters(block, language, known)
        case blocks.Chart():
            return _drawn(block, language, known)
        case blocks.Table(note=note):
            rows = [block.table.columns, *block.table.data]
            below = Markup("<p>{}</p>").format("" if note is None else _text(note, language))
            return _grid(block.title, rows, language, heads=1) + below
        case blocks.Claims():
            checked = [each for claim in block.claims for each in claims.recompute(known, claim)]
            return _grid(block.title, [_claim(each, known) for each in checked], language)
        case blocks.Absent():
            return Markup("<p><em>{}</em></p>").format(word("absent", language))
    return Markup("")


_SENTENCES = {
    "sentence": "<p>{}</p>",
    "lead": "<p><strong>{}</strong></p>",
    "limit": "<p><em>{}</em></p>",
    "title": "<h1>{}</h1>",
    "finding": "<li>{}</li>",
}


def _parameters(block: blocks.Parameters, language: str, known: Figures) -> Markup:
    until = known.known_on or word("today", language)
    rows = [("known_on", until), ("evidence", word(f"evidence_{known.evidence}", language))]
    rows += [(each.name, each.value.plain(language)) for each in block.own]
    named = ((word(name, language), said) for name, said in rows)
    return Markup("<ul>{}</ul>").format(_each("<li>{}: {}</li>", named))


def _drawn(block: blocks.Chart, language: str, known: Figures) -> Markup:
    words = [_text(text, language) for text in block.texts]
    heading = Markup("<p><b>{}</b><br>{}</p>").format(*words)
    if os.environ.get(SWITCH) == "off":
        return heading
    from analysis.saying import charts  # matplotlib is slow to import, and sentences need none

    drawing = charts.draw(block, known, (language,), ("wide",))[language, "wide"]
    return heading + Markup('<div style="max-width:680px">{}</div>').format(Markup(drawing))


def _claim(checked: claims.Verdict, known: Figures) -> tuple[Cell, ...]:
    """What was computed, printed and recomputed, and the verdict."""
    label = Label.of(known, "indicators", known.indicator_of(checked.stated.figure))
    verdict = Text.of_word(f"verdict_{checked.verdict}")
    return label, checked.stated, checked.computed, verdict


def _grid(title: Text, rows: Iterable[Sequence[Cell]], language: str, heads: int = 0) -> Markup:
    """A table, of which the first rows may be heads."""
    written = Markup("")
    for number, row in enumerate(rows):
        cell = "<th>{}</th>" if number < heads else "<td>{}</td>"
        absent = word("not_printed", language)
        said = (absent if each is None else _text(text_of(each), language) for each in row)
        written += Markup("<tr>{}</tr>").format(_each(cell, ((each,) for each in said)))
    caption = _text(title, language)
    return Markup("<table><caption>{}</caption>{}</table>").format(caption, written)


def _each(form: str, items: Iterable[tuple[str, ...]]) -> Markup:
    """Some items, each written in the same form."""
    return Markup("").join(Markup(form).format(*each) for each in items)


def _text(text: Text, language: str) -> Markup:
    """Words and values; where a number or day comes from shows under the pointer."""
    written = Markup("")
    for part in text.parts(language):
        said = part if isinstance(part, str) else part.words(language)
        if isinstance(part, str) or isinstance(part.value, Label):
            written += said
            continue
        rests = part.value.name if isinstance(part.value, Quantity) else part.value.figure
        written += Markup('<span title="{}">{}</span>').format(rests, said)
    return written
