"""A block as JupyterLab shows it: plain HTML in one language, readable without a stylesheet.

The page of a report is made elsewhere, from the block itself; nothing here reaches a reader of
pages.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from jinja2 import Environment, Template
from markupsafe import Markup

from analysis.numbers.figures import Figures
from analysis.saying import blocks, charts
from analysis.saying.blocks import Block
from analysis.saying.drawing.marks import COLOURS
from analysis.saying.texts import Cell, Text, text_of
from analysis.saying.words import word


def plain(block: Block, language: str) -> str:
    """A block as plain words, for a terminal."""
    texts = [text.words(language) for text in block.texts]
    return " — ".join(text for text in texts if text)


def html(block: Block, language: str, known: Figures) -> Markup:
    """A block as HTML in one language; for one that no page shows, words that say so."""
    return Markup(template().render(block=block, language=language, known=known))


@cache
def template() -> Template:
    """The template of all blocks, compiled once."""
    ours = Environment(autoescape=True, trim_blocks=True)
    colours = ";".join(f"--{key}:{value}" for key, value in COLOURS.items())
    ours.globals.update(word=word, text_of=text_of, colours=colours)
    ours.globals.update(parameters=_parameters, claims=_claims, drawn=_drawn)
    return ours.from_string(Path(__file__).with_name("preview.html.j2").read_text("utf-8"))


def _parameters(
    block: blocks.Parameters, language: str, known: Figures
) -> Iterator[tuple[str, str]]:
    """Name and value of each; those of the notebook's own as its cell of parameters names them."""
    yield word("known_on", language), known.known_on or word("today", language)
    yield word("evidence", language), word(f"evidence_{known.evidence}", language)
    yield from ((parameter.name, parameter.value.words(language)) for parameter in block.own)


def _claims(block: blocks.Claims, known: Figures) -> Iterator[tuple[Cell, ...]]:
    """Heads, then a row for each claim: what, as printed, as recomputed, the verdict."""
    heads = ("claim_what", "claim_printed", "claim_recomputed", "claim_verdict")
    yield tuple(map(Text.of_word, heads))
    for claim in block.recomputed(known):
        label = known.label("indicators", known.indicator_of(claim.stated.figure))
        yield label, claim.stated, claim.computed, Text.of_word(f"verdict_{claim.judgement}")


def _drawn(block: blocks.Chart, language: str, known: Figures) -> Iterator[tuple[str, Markup]]:
    """The drawings of a chart, each with its own width, in pixels."""
    drawn = charts.draw(block, known, (language,), ("wide",))[language, "wide"]
    for image, width in re.findall(r'(<svg .*?viewBox="0 0 (\S+) .*?</svg>)', drawn, re.DOTALL):
        # Words may jut out of a drawing where letters are wider than those of pages.
        yield width, Markup(image.replace("<svg ", '<svg overflow="visible" ', 1))
