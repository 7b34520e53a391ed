"""A chart block as a drawing, and in words.

`places`, `times`, `maps` and `mini` lay a chart out, matplotlib draws its marks once for each
width, and `svg` writes the words of each language. Every chart is drawn wide and narrow, so that
words keep their size on a phone; a page shows one of the two. For a Word file `pictures` draws
marks and words as PNG. No other module imports matplotlib.
"""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from itertools import groupby
from math import nan
from typing import Any

import matplotlib as mpl
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure as Canvas
from matplotlib.lines import Line2D
from matplotlib.patheffects import withStroke
from matplotlib.text import Text as Words

from analysis.numbers.figures import Figures
from analysis.saying import blocks, maps, mini, places, svg, times
from analysis.saying.blocks import Chart
from analysis.saying.sheet import Dots, Drawing, Strokes
from analysis.saying.svg import Word
from analysis.saying.texts import LANGUAGES, Part, Text, text_of

# `paper` is that of a picture: as wide as the text of a sheet, its words are of seven points.
WIDTHS = {"wide": 944.0, "narrow": 328.0, "mini": mini.WIDTH, "paper": 780.0}
BESIDE = 656.0  # the wide form of places in rows where other things stand beside it
PAGE = ("wide", "narrow")
LETTERS = 0.92  # of their size: matplotlib's letters are wider than those of pages
SHARP = 2.5  # dots of a picture in each unit of its drawing
_LAID_OUT: dict[type[Chart], Callable[[Any, float], Drawing]] = {
    blocks.Bars: places.bars,
    blocks.Places: places.of_places,
    blocks.Completions: places.completions,
    blocks.Parts: places.parts,
    blocks.Panels: times.panels,
    blocks.Periods: times.periods,
}
MOST_TOLD = 12  # rows of a description; a longer list is described by its first four and last two


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
    told, (first, *others) = described(block), widths
    for size in (first, *others):
        for part, drawing in enumerate(_drawings(block, known, size, beside)):
            own = f"{block.name}-{size}-{part}" if part else f"{block.name}-{size}"
            marks, box = svg.marks(_plotted(drawing), own), (drawing.width, drawing.height)
            by = own if size == first else f"{block.name}-{first}"
            for language in languages:
                content = marks + svg.words(drawing.words, language)
                words = {"title": block.title.plain(language), "desc": told.plain(language)}
                image = svg.image(own, by, box, words, content)
                drawn[language, size] = drawn.get((language, size), "") + image
    return drawn


def pictures(block: Chart, known: Figures, language: str) -> list[tuple[bytes, float]]:
    """The chart in its parts as PNG, with the words of a language in matplotlib's own letters.

    Beside each, the share of the width of a sheet that it takes.
    """
    made = []
    for drawing in _drawings(block, known, "paper"):
        out = io.BytesIO()
        with _plotting(FigureCanvasAgg, drawing) as (canvas, axes):
            drawn = [each for word in drawing.words for each in _write(axes, word, language)]
            canvas.figure.savefig(out, format="png", dpi=72 * SHARP, metadata={"Software": None})
            for words in drawn:
                words.remove()
        made.append((out.getvalue(), drawing.width / WIDTHS["paper"]))
    return made


def laid_out(block: Chart, width: float) -> Drawing:
    """The layout of a chart at a width in pixels."""
    return _LAID_OUT[type(block)](block, width)


def _drawings(block: Chart, known: Figures, size: str, beside: bool = False) -> list[Drawing]:
    """Where everything stands at a width; nothing where a chart has no small form.

    A map is drawn once, for the narrow width, and in parts.
    """
    if isinstance(block, blocks.Map):
        return [] if size == "mini" else maps.of_map(block, known)
    if size == "mini":
        return [*filter(None, [mini.of(block)])]
    ranked = isinstance(block, blocks.Places) and block.ranked and size == "wide"
    return [laid_out(block, BESIDE if ranked and beside else WIDTHS[size])]


def described(block: Chart) -> Text:
    """The chart in words, row by row; a long list by its ends, as its table has all rows."""
    rows = list(_rows_told(block))
    return _joined(rows if len(rows) <= MOST_TOLD else [*rows[:4], *rows[-2:]], "; ")


def warm_up() -> None:
    """Draw something small, so that processes forked from this one need not make the axes."""
    dots = Dots([(0, 0)], "subject", 8, "paper", 1)
    svg.marks(_plotted(Drawing(WIDTHS["narrow"], 20, (dots,), ())), "any")


# ------------------------------------------------------------------------------------ description


def _rows_told(block: Chart) -> Iterable[Text]:
    if isinstance(block, blocks.Map):
        yield _sentence(text_of(block.area), ": ", Text.of_word("map_marked"))
    for label, told in groupby(block.marks(), key=lambda mark: mark.label):
        yield _sentence(label, ": ", _joined([mark.said for mark in told], "; "))


def _sentence(*given: Text | Part) -> Text:
    """Texts, values and words one after the other."""
    parts = [each if isinstance(each, Text) else Text(vi=(each,), en=(each,)) for each in given]
    return _joined(parts, "")


def _joined(texts: Sequence[Text], mark: str) -> Text:
    """Texts one after the other; `mark` stands between each two."""
    parts: dict[str, list[Part]] = {language: [] for language in LANGUAGES}
    for place, text in enumerate(texts):
        for language, said in parts.items():
            said += [mark] if place and mark else []
            said += text.parts(language)
    return Text(vi=tuple(parts["vi"]), en=tuple(parts["en"]))


# -------------------------------------------------------------------------------------- matplotlib


@cache
def _paper(kind: Any) -> tuple[Any, Axes]:
    """Empty axes of matplotlib, one pair for all drawings, because making them is slow."""
    with sns.axes_style("white"):
        canvas = kind(Canvas(dpi=72))
        axes = canvas.figure.add_axes((0, 0, 1, 1))
        axes.set(xticks=[], yticks=[])
        sns.despine(ax=axes, left=True, bottom=True)
    canvas.figure.patch.set_visible(False)
    axes.patch.set_visible(False)
    return canvas, axes


@contextlib.contextmanager
def _plotting(kind: Any, drawing: Drawing) -> Iterator[tuple[Any, Axes]]:
    """A canvas and its axes with the marks of a drawing on them, which are removed afterwards."""
    canvas, axes = _paper(kind)
    canvas.figure.set_size_inches(drawing.width / 72, drawing.height / 72)
    axes.set(xlim=(0, drawing.width), ylim=(drawing.height, 0))
    lines = [line for marks in drawing.marks for line in _plot(axes, marks)]
    yield canvas, axes
    for line in lines:
        line.remove()


def _plotted(drawing: Drawing) -> str:
    """The SVG that matplotlib writes of the marks of a drawing, and spots that it leaves out."""
    out = io.StringIO()
    with (
        _plotting(FigureCanvasSVG, drawing) as (canvas, _),
        mpl.rc_context({"svg.hashsalt": "charts"}),
    ):
        canvas.print_svg(out, metadata={"Date": None, "Creator": None})
    return out.getvalue()


def _write(axes: Axes, word: Word, language: str) -> list[Words]:
    """Write words and their tail as letters of matplotlib."""
    tail = (word.tail or {}).get(language, "")
    said = [(word.said[language], word.bold, word.colour)]
    said += [(f" {tail}", word.tail_bold, "ink" if word.tail_bold else word.tail_colour)] * bool(
        tail
    )
    halo = [withStroke(linewidth=3, foreground=svg.COLOURS["paper"])] if word.halo else []
    (x, y), inches = axes.transData.transform(word.spot), axes.figure.dpi_scale_trans
    written = [
        axes.text(
            0, y / 72, words, transform=inches, fontsize=LETTERS * word.size,
            family="DejaVu Sans", weight="bold" if bold else "normal", va="baseline",
            color=svg.COLOURS[colour], path_effects=halo, parse_math=False,
        )
        for words, bold, colour in said
    ]  # fmt: skip
    widths = [each.get_window_extent().width for each in written]
    x -= {"start": 0, "middle": 0.5, "end": 1}[word.side] * sum(widths)
    for each, width in zip(written, widths, strict=True):
        each.set_x(x / 72)
        x += width
    return written


def _plot(axes: Axes, marks: Strokes | Dots) -> list[Line2D]:
    """Marks of one look as one line of matplotlib, with every property given."""
    colour = svg.COLOURS[marks.colour]
    looks: dict[str, Any] = {"color": colour, "clip_on": False}
    if isinstance(marks, Strokes):
        spots = [spot for ends in marks.lines for spot in (*ends, (nan, nan))]
        looks |= {"linewidth": marks.thick, "solid_capstyle": "butt"}
        looks |= {"marker": "", "linestyle": (0, marks.dash) if marks.dash else "-"}
    else:
        spots = list(marks.spots)
        looks |= {"linestyle": "none", "marker": "o", "markersize": marks.size}
        looks |= {"markeredgecolor": svg.COLOURS[marks.edge]}
        looks |= {"markeredgewidth": marks.border, "fillstyle": "full"}
    x, y = zip(*spots, strict=True) if spots else ((), ())
    return axes.plot(x, y, **looks) if spots else []
