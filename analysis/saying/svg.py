"""SVG for a page: colours that follow it, ids of its own, no fonts, no fixed size, few bytes.

`marks` takes from matplotlib's SVG what was drawn, `words` sets words, `image` puts both together.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias
from xml.etree import ElementTree

from markupsafe import Markup

# Each colour means one thing on every page: 1 what the chart is about, 2 what it is compared with,
# 3 what does not add up, 4 a computed value; the rest is for axes and words. A page sets variables
# of these names, so that it can have a dark mode.
COLOURS = {
    "c1": "#12436d",
    "c2": "#28a197",
    "c3": "#801650",
    "c4": "#f46a25",
    "ink": "#222222",
    "muted": "#5c6670",
    "rule": "#c9ced3",
    "paper": "#ffffff",
}
SIZE = 12.5  # of words, in units of the drawing: as large on a phone as on a desk
Said: TypeAlias = Mapping[str, str]  # words by language
Spot: TypeAlias = tuple[float, float]
_XLINK = "{http://www.w3.org/1999/xlink}href"


def colour(key: str) -> str:
    """A colour as a variable of the page, with its fallback."""
    return f"var(--{key},{COLOURS[key]})"


def image(name: str, size: str, box: tuple[float, float], title: str, content: Markup) -> str:
    """A finished drawing; `box` is its width and height, `description-{name}` tells it in words."""
    looks = f"fill:{colour('ink')};font-size:{SIZE}px"
    described = f"description-{name}"
    width, height = map(_number, box)
    return str(
        Markup(
            '<svg role="img" style="{looks}" viewBox="0 0 {width} {height}" '
            'aria-labelledby="{id}" aria-describedby="{described}">'
            '<title id="{id}">{title}</title>{content}</svg>'
        ).format(
            looks=looks, width=width, height=height, id=f"{name}-{size}-title",
            described=described, title=title, content=content,
        )
    )  # fmt: skip


@dataclass(frozen=True)
class Word:
    """Words by language at a spot of the chart's scales, or `dx` right of it and `dy` below.

    `side` tells what stands there: their start, middle or end. "" is nothing in that language.
    """

    said: Said
    spot: Spot
    dx: float = 0.0
    dy: float = 0.0
    side: str = "start"
    size: float = SIZE
    bold: bool = False
    colour: str = "ink"


def words(listed: Sequence[Word], places: Sequence[Spot], language: str) -> Markup:
    """Words as text, in a language; `places` are their spots in units of the drawing."""
    placed = [(word, x, y) for word, (x, y) in zip(listed, places, strict=False)]
    return Markup("").join(
        Markup('<text{} x="{}" y="{}">{}</text>').format(
            _looks(word), _number(x + word.dx), _number(y + word.dy), word.said[language]
        )
        for word, x, y in placed
        if word.said[language]
    )


def _looks(word: Word) -> Markup:
    """The style of words where it differs from that of the drawing."""
    looks = {
        "font-size": f"{word.size}px" if word.size != SIZE else "",
        "font-weight": "700" if word.bold else "",
        "text-anchor": word.side if word.side != "start" else "",
        "fill": colour(word.colour) if word.colour != "ink" else "",
    }
    style = ";".join(f"{look}:{value}" for look, value in looks.items() if value)
    return Markup(' style="{}"').format(style) if style else Markup("")


def marks(drawn: str, prefix: str) -> Markup:
    """The paths and marks of matplotlib's SVG, in the order they were drawn."""
    return Markup("").join(_marks(ElementTree.fromstring(drawn), prefix))


def _marks(root: ElementTree.Element, prefix: str) -> Iterator[Markup]:
    shapes: dict[str, str] = {}
    names: dict[tuple[str, str], str] = {}
    for element in root.iter():
        style, tag = _style(element.get("style", "")), element.tag.rpartition("}")[2]
        if tag == "path" and element.get("id"):
            shapes[element.attrib["id"]] = _path(element.attrib["d"])
        elif tag == "path":
            d = _path(element.attrib["d"])
            yield Markup('<path d="{}" style="{}"/>').format(d, style)
        elif tag == "use":
            shape = element.attrib[_XLINK].removeprefix("#")
            if (shape, style) not in names:
                names[shape, style] = f"{prefix}-{len(names)}"
                yield Markup('<defs><path id="{}" d="{}" style="{}"/></defs>').format(
                    names[shape, style], shapes[shape], style
                )
            yield Markup('<use href="#{}" x="{}" y="{}"/>').format(
                names[shape, style], *(_number(float(element.attrib[at])) for at in "xy")
            )


def _style(style: str) -> str:
    """matplotlib's style, its colours as variables, and a fill that is not seen left out."""
    for key, fixed in COLOURS.items():
        style = style.replace(fixed, colour(key))
    return re.sub(r"(?<=[:;])\s+", "", style.replace("fill-opacity: 0;", "fill: none;"))


def _path(d: str) -> str:
    """A path's data with one decimal and no more spaces than it needs."""
    rounded = re.sub(r"-?\d+(?:\.\d+)?", lambda number: _number(float(number.group())), d)
    return re.sub(r"\s*([A-Za-z])\s*", r"\1", rounded).strip()


def _number(number: float) -> str:
    return f"{round(number, 1) + 0.0:.1f}".removesuffix(".0")
