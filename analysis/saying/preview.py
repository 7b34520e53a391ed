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
    if isinstance(block, blocks.Sentence):
        return Markup(_SENTENCES[block.block]).format(_text(block.text, language))
    if isinstance(block, blocks.Headline):
        number, *about = (_text(text, language) for text in block.texts)
        return Markup("<li><b>{}</b> {}</li>").format(number, Markup(" ").join(about))
    if isinstance(block, blocks.Parameters):
        return _parameters(block, language, known)
    if isinstance(block, blocks.Chart):
        return _drawn(block, language, known)
    if isinstance(block, blocks.Table):
        note = Markup("") if block.note is None else _text(block.note, language)
        heads = [_text(column, language) for column in block.table.columns]
        grid = _grid(block.title, [heads], block.table.data, language)
        return grid + Markup("<p>{}</p>").format(note)
    if isinstance(block, blocks.Claims):
        checked = [each for claim in block.claims for each in claims.recompute(known, claim)]
        return _grid(block.title, [], [_claim(each, known) for each in checked], language)
    if isinstance(block, blocks.Absent):
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
    items = [Markup("<li>{}: {}</li>").format(word(name, language), said) for name, said in rows]
    return Markup("<ul>{}</ul>").format(Markup("").join(items))


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


def _grid(
    title: Text, heads: Iterable[list[Markup]], rows: Iterable[Sequence[Cell]], language: str
) -> Markup:
    cells = ([_cell(cell, language) for cell in row] for row in rows)
    written = [_row("th", head) for head in heads] + [_row("td", row) for row in cells]
    return Markup("<table><caption>{}</caption>{}</table>").format(
        _text(title, language), Markup("").join(written)
    )


def _row(tag: str, cells: Iterable[Markup]) -> Markup:
    joined = Markup("").join(Markup(f"<{tag}>{{}}</{tag}>").format(cell) for cell in cells)
    return Markup("<tr>{}</tr>").format(joined)


def _cell(cell: Cell, language: str) -> Markup:
    if cell is None:
        return Markup.escape(word("not_printed", language))
    return _text(text_of(cell), language)


def _text(text: Text, language: str) -> Markup:
    """Words and values; where a number or day comes from shows under the pointer."""
    written = []
    for part in text.parts(language):
        if isinstance(part, str) or isinstance(part.value, Label):
            written.append(Markup.escape(part if isinstance(part, str) else part.words(language)))
            continue
        value, said = part.value, part.words(language)
        rests = value.figure or (value.formula if isinstance(value, Quantity) else "")
        written.append(Markup('<span title="{}">{}</span>').format(rests, said))
    return Markup("").join(written)
