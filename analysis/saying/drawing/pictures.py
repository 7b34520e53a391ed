"""A drawing as a picture for a Word file, by matplotlib. No other module imports matplotlib."""

from __future__ import annotations

import io
from functools import cache
from math import nan
from typing import Any

import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure as Canvas
from matplotlib.patheffects import withStroke

from analysis.saying.drawing.marks import COLOURS, Dots, Drawing, Strokes, Word

LETTERS = 0.92  # of their size: matplotlib's letters are wider than those of pages
SHARP = 2.5  # dots of a picture in each pixel of its drawing


def png(drawing: Drawing, language: str) -> bytes:
    """The PNG file of a drawing, with the words of a language in matplotlib's own letters."""
    canvas, axes = _paper()
    canvas.figure.set_size_inches(drawing.width / 72, drawing.height / 72)
    axes.set(xlim=(0, drawing.width), ylim=(drawing.height, 0))
    drawn = [line for marks in drawing.marks for line in _plot(axes, marks)]
    drawn += [text for word in drawing.words for text in _write(axes, word, language)]
    out = io.BytesIO()
    canvas.figure.savefig(out, format="png", dpi=72 * SHARP, metadata={"Software": None})
    for text in drawn:
        text.remove()
    return out.getvalue()


@cache
def _paper() -> tuple[FigureCanvasAgg, Axes]:
    """Empty axes of matplotlib, one pair for all drawings, because making them is slow."""
    with sns.axes_style("white"):
        canvas = FigureCanvasAgg(Canvas(dpi=72))
        axes = canvas.figure.add_axes((0, 0, 1, 1))
        axes.set(xticks=[], yticks=[])
        sns.despine(ax=axes, left=True, bottom=True)
    canvas.figure.patch.set_visible(False)
    axes.patch.set_visible(False)
    return canvas, axes


def _plot(axes: Axes, marks: Strokes | Dots) -> list[Any]:
    """Marks of one look as one line of matplotlib, with every property given."""
    looks: dict[str, Any] = {"color": COLOURS[marks.colour], "clip_on": False}
    if isinstance(marks, Strokes):
        spots = [spot for ends in marks.lines for spot in (*ends, (nan, nan))]
        looks |= {"linewidth": marks.thick, "solid_capstyle": "butt"}
        looks |= {"marker": "", "linestyle": (0, marks.dash) if marks.dash else "-"}
    else:
        spots = list(marks.spots)
        looks |= {"linestyle": "none", "marker": "o", "markersize": marks.size}
        looks |= {"markeredgecolor": COLOURS[marks.edge], "markeredgewidth": marks.border}
        looks |= {"fillstyle": "full"}
    return [*axes.plot(*zip(*spots, strict=True), **looks)] if spots else []


def _write(axes: Axes, word: Word, language: str) -> list[Any]:
    """Words and their tail as letters of matplotlib."""
    pieces = [(word.words[language], word.bold, word.colour)]
    if tail := (word.tail or {}).get(language, ""):
        pieces.append((f" {tail}", word.tail_bold, "ink" if word.tail_bold else word.tail_colour))
    halo = [withStroke(linewidth=3, foreground=COLOURS["paper"])] if word.halo else []
    (x, y), inches = axes.transData.transform(word.spot), axes.figure.dpi_scale_trans
    written = [
        axes.text(
            0, y / 72, words, transform=inches, fontsize=LETTERS * word.size,
            family="DejaVu Sans", weight="bold" if bold else "normal", va="baseline",
            color=COLOURS[colour], path_effects=halo, parse_math=False,
        )
        for words, bold, colour in pieces
    ]  # fmt: skip
    widths = [text.get_window_extent().width for text in written]
    x -= {"start": 0, "middle": 0.5, "end": 1}[word.side] * sum(widths)
    for text, width in zip(written, widths, strict=True):
        text.set_x(x / 72)
        x += width
    return written
