"""The chart of the README: the overview's chart of changes, as a picture of its own.

    python docs/picture.py RUN [PICTURE]

RUN is overview.ipynb as executed by papermill; PICTURE is docs/changes.svg where it is not named. A
page gives the drawing its colours, fonts and words. A picture stands alone, so they are put into
it: on white, to be readable in a light and in a dark frame. `make picture` runs both steps.
"""

import re
import sys
import textwrap
from pathlib import Path

import nbformat
from markupsafe import escape

from analysis.numbers import figures
from analysis.pages import document
from analysis.pages.notes import Writer
from analysis.saying import blocks, charts

WIDTH, MARGIN = 984, 20
FONT = "'Segoe UI', Helvetica, Arial, 'DejaVu Sans', sans-serif"


def picture(run: Path, anchor: str = "chart-changes") -> str:
    """The wide drawing of one chart of an executed notebook, with title, subtitle and source."""
    known = figures.load()
    said = document.read(nbformat.read(run, as_version=4), known)
    charted = [each for each in said.blocks if isinstance(each, blocks.Chart)]
    (block,) = [each for each in charted if each.anchor == anchor]
    svg = charts.draw(block, known, ("en",), ("wide",))["en", "wide"]
    svg = re.sub(r"var\(--\w+,\s*(#\w+)\)", r"\1", svg)  # a picture inherits no colours
    svg = re.sub(r"<(title|desc).*?</\1>| role=\S+| aria-\S+", "", svg)
    size = re.search(r'viewBox="0 0 (\d+) ([\d.]+)"', svg)
    assert size is not None
    wide, high = int(size[1]), float(size[2])

    title, subtitle = block.title.plain("en"), block.subtitle.plain("en")
    grey = "fill:#5c6670"
    lines, y = [], 14.0
    for words in textwrap.wrap(title, 84):
        y += 24
        lines.append(_words(words, y, 18, "font-weight:700"))
    y += 19
    lines.append(_words(subtitle, y, 13, grey))
    y += 12
    place = f'<svg x="{MARGIN}" y="{y:g}" width="{wide}" height="{high:g}"'
    lines.append(svg.replace("<svg", place, 1))
    y += high + 6
    rows = charts.table(block, known)
    numbers = [cell for row in rows.data for cell in row if isinstance(cell, figures.Quantity)]
    source = f"Source: {Writer(known, 'en').source_line(numbers).striptags()}."
    for words in textwrap.wrap(source, 150):
        y += 16
        lines.append(_words(words, y, 11.5, grey))
    y += 18
    described = f"The chart shows: {charts.described(block, known).plain('en')}."
    head = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{y:g}"'
        f' viewBox="0 0 {WIDTH} {y:g}" role="img" aria-labelledby="title description"'
        f' style="fill:#222222" font-family="{FONT}">',
        f'<title id="title">{escape(title)}</title>',
        f'<desc id="description">{escape(described)}</desc>',
        f'<rect width="{WIDTH}" height="{y:g}" style="fill:#ffffff"/>',
    ]
    return "\n".join([*head, *lines, "</svg>\n"])


def _words(words: str, y: float, size: float, style: str) -> str:
    return f'<text x="{MARGIN}" y="{y:g}" style="font-size:{size}px;{style}">{escape(words)}</text>'


if __name__ == "__main__":
    if len(sys.argv) not in {2, 3}:
        raise SystemExit("usage: python docs/picture.py RUN [PICTURE]")
    where = Path(sys.argv[2]) if len(sys.argv) == 3 else Path(__file__).with_name("changes.svg")
    where.write_text(picture(Path(sys.argv[1])), "utf-8")
    sys.stdout.write(f"{where}\n")
