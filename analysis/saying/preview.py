"""A block as JupyterLab shows it: plain HTML in one language, readable without a stylesheet.

The page of a report is made elsewhere, from the block itself; nothing here reaches a reader of
pages.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from jinja2 import Environment, Template
from markupsafe import Markup

from analysis.numbers import claims
from analysis.numbers.figures import Figures
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
<<<<<<< HEAD
    return Markup(_template().render(block=block, language=language, known=known))
=======
    match block:
        case blocks.Sentence():
            return Markup(_SENTENCES[block.block]).format(_joined(block, language))
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
        case blocks.Context():
            told = [(each.day, each.label, each.document) for each in block.events(known)]
            return _grid(Text(vi=(), en=()), told, language)
        case blocks.Absent():
            return Markup("<p><em>{}</em></p>").format(word("absent", language))
    return Markup("")
>>>>>>> 0193f4a (A reform's decisions and steps stand as a list with their sources)


@cache
def _template() -> Template:
    ours = Environment(autoescape=True, trim_blocks=True)
    ours.globals.update(word=word, text_of=text_of)
    ours.globals.update(parameters=_parameters, claims=_claims, drawn=_drawn)
    return ours.from_string(Path(__file__).with_name("preview.html.j2").read_text("utf-8"))


<<<<<<< HEAD
def _parameters(
    block: blocks.Parameters, language: str, known: Figures
) -> Iterator[tuple[str, str]]:
    yield "known_on", known.known_on or word("today", language)
    yield "evidence", word(f"evidence_{known.evidence}", language)
    yield from ((each.name, each.value.plain(language)) for each in block.own)


def _claims(block: blocks.Claims, known: Figures) -> Iterator[tuple[Cell, ...]]:
    """What each claim computed, printed and recomputed, and the verdict."""
    for claim in block.claims:
        for each in claims.recompute(known, claim):
            label = Label.of(known, "indicators", known.indicator_of(each.stated.figure))
            yield label, each.stated, each.computed, Text.of_word(f"verdict_{each.verdict}")
=======
def _joined(block: Block, language: str) -> Markup:
    """Everything that a block says, in a row."""
    return Markup(" ").join(_text(each, language) for each in block.texts)


def _parameters(block: blocks.Parameters, language: str, known: Figures) -> Markup:
    until = known.known_on or word("today", language)
    rows = [("known_on", until), ("evidence", word(f"evidence_{known.evidence}", language))]
    rows += [(each.name, each.value.plain(language)) for each in block.own]
    named = ((word(name, language), said) for name, said in rows)
    return Markup("<ul>{}</ul>").format(_each("<li>{}: {}</li>", named))
>>>>>>> 0193f4a (A reform's decisions and steps stand as a list with their sources)


def _drawn(block: blocks.Chart, language: str, known: Figures) -> Markup:
    if os.environ.get(SWITCH) == "off":
        return Markup("")
    from analysis.saying import charts  # matplotlib is slow to import, and sentences need none

    return Markup(charts.draw(block, known, (language,), ("wide",))[language, "wide"])
