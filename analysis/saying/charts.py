"""A chart block as a drawing, and in words.

Every chart is drawn wide and narrow, so that words keep their size on a phone; a page shows one of
the two. The files of `drawing` say where marks and words go; each language has words of its own on
the same marks.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from analysis.numbers.claims import Recomputed
from analysis.numbers.figures import Figures
from analysis.numbers.schema import LANGUAGES
from analysis.saying import blocks
from analysis.saying.blocks import Chart
from analysis.saying.drawing import bars, maps, miniatures, strips, svg, timelines
from analysis.saying.drawing.marks import Drawing
from analysis.saying.texts import Text, same

# Printed 180 mm wide, the words of the wide form are of seven points. `paper` is that of a picture.
WIDTHS = {"wide": 864.0, "narrow": 328.0, "mini": miniatures.WIDTH, "paper": 780.0}
BESIDE = 656.0  # the wide form of places in rows where other things stand beside it
PAGE = ("wide", "narrow")
PANELS = 3  # of a picture: a chart of more is cut, so that it need not stand on one sheet
MOST_ROWS = 12  # of a description; a longer list is described by its first four and last two


def draw(
    block: Chart,
    known: Figures,
    languages: Iterable[str] = LANGUAGES,
    widths: Iterable[str] = PAGE,
    beside: bool = False,
) -> dict[tuple[str, str], str]:
    """The chart as SVG, by language and width (`wide`, `narrow`), for a page with the colours.

    The first width has the title and the description, which the others refer to. `mini` is its
    small form for a card; a chart that has none is left out. `beside` leaves room for other things
    beside places in rows.
    """
    drawn: dict[tuple[str, str], str] = {}
    description, (first, *others) = described(block), widths
    for width in (first, *others):
        for number, drawing in enumerate(in_parts(block, known, width, beside)):
            own = f"{block.name}-{width}-{number}" if number else f"{block.name}-{width}"
            by = own if width == first else f"{block.name}-{first}"
            for language in languages:
                about = (block.title, description) if by == own else ()
                image = svg.image(drawing, language, by, *(part.words(language) for part in about))
                drawn[language, width] = drawn.get((language, width), "") + image
    return drawn


def verdicts(checked: Sequence[Recomputed], name: str, title: Text) -> dict[tuple[str, str], str]:
    """The small form of recomputed claims for a card, by language and `mini`, as `draw` gives."""
    drawing = miniatures.verdicts(checked)
    return {
        (language, "mini"): svg.image(
            drawing, language, name, title.words(language), title.words(language)
        )
        for language in LANGUAGES
    }


def pictures(block: Chart, known: Figures, language: str) -> list[tuple[bytes, float]]:
    """The chart in its parts as PNG, with the words of a language.

    Beside each, the share of the width of a sheet that it takes.
    """
    # Matplotlib is slow to import, and pages need none.
    from analysis.saying.drawing import pictures as drawn_pictures

    paper = WIDTHS["paper"]
    parts = in_parts(block, known, "paper")
    return [(drawn_pictures.png(part, language), part.width / paper) for part in parts]


def in_parts(block: Chart, known: Figures, width: str, beside: bool = False) -> list[Drawing]:
    """A chart in its parts at a width of `WIDTHS`; nothing where it has no small form.

    A map, drawn once for all widths, has several, and so have many panels on paper; any other chart
    is one.
    """
    if width == "mini":
        small = miniatures.of(block)
        return [] if small is None else [small]
    if isinstance(block, blocks.Map):
        return maps.of_map(block, known)
    if isinstance(block, blocks.Panels) and width == "paper":
        parts = (slice(at, at + PANELS) for at in range(0, len(block.lines), PANELS))
        return [timelines.panels(block, known, WIDTHS[width], part) for part in parts]
    ranked = isinstance(block, blocks.Strip) and block.ranked and width == "wide"
    return [layout(block, known, BESIDE if ranked and beside else WIDTHS[width])]


def layout(block: Chart, known: Figures, width: float) -> Drawing:
    """Where everything stands of a chart other than a map, at a width in pixels."""
    match block:
        case blocks.Bars():
            return bars.bars(block, width)
        case blocks.Completions():
            return bars.completions(block, width)
        case blocks.Parts():
            return bars.parts(block, width)
        case blocks.Strip():
            return strips.of_strip(block, width)
        case blocks.Panels():
            return timelines.panels(block, known, width)
        case blocks.Periods():
            return timelines.spells(block, width)
    raise AssertionError(f"{block.block} has no layout")


# ------------------------------------------------------------------------------------ description


def described(block: Chart) -> Text:
    """The chart in words, row by row; a long list by its ends, as its table has all rows."""
    rows = [
        f"{label}: {'; '.join(f'{mark.words}' for mark in marks)}"
        for label, marks in groupby(block.marks(), key=lambda mark: mark.label)
    ]
    if isinstance(block, blocks.Map):
        rows.insert(0, f"{block.area}: {Text.of_word('map_marked')}")
    if len(rows) > MOST_ROWS:
        rows = rows[:4] + rows[-2:]
    return same("; ".join(rows))
