"""A drawing as SVG in a page: in the page's colours and fonts, of any size, in few bytes.

`marks` takes the paths out of the SVG that matplotlib wrote, `words` writes the words, and `image`
puts both together.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TypeAlias
from xml.etree import ElementTree

from markupsafe import Markup

# Each colour means one thing on every page. The style of a page sets variables of these names, with
# other values in dark mode; the values here are the fallback. `t3` is a light tint of `subject`,
# `t-low` words on it, `on-other` words on `other`.
COLOURS = {
    "subject": "#12436d",  # this place, now
    "other": "#828c97",  # before, other places
    "norm-fill": "#fbf1d6",  # a band or target that a source states
    "norm-edge": "#a07c1c",
    "norm-text": "#644d00",
    "check": "#9b1c31",  # a printed number that does not hold
    "ink": "#17202a",  # words; the country
    "muted": "#525e69",
    "axis": "#7c8791",
    "rule": "#d5dadf",
    "hairline": "#b9c2ca",
    "tint": "#f3f5f7",
    "t3": "#86accf",
    "paper": "#ffffff",
    "t-low": "#17202a",
    "on-other": "#17202a",
}
ON_MARKS = {"paper": "subject", "t-low": "t3", "on-other": "other"}  # colour of words: of the mark
_KEYS = {fixed: key for key, fixed in reversed(COLOURS.items())}
SIZE = 12.5  # of words, in units of the drawing: as large on a phone as on a desk
Bilingual: TypeAlias = Mapping[str, str]  # words by language
Spot: TypeAlias = tuple[float, float]
_XLINK = "{http://www.w3.org/1999/xlink}href"


def colour(key: str) -> str:
    """A colour as a variable of the page."""
    return f"var(--{key})"


def image(
    name: str, by: str, box: tuple[float, float], labels: Mapping[str, str], content: Markup
) -> str:
    """A finished SVG element; `name` is its id, `box` its width and height in pixels.

    `labels` has `title` and `desc`, for screen readers. They stand in the element called `by`:
    this one, or another one that shows the same.
    """
    head = '<title id="{id}-title">{title}</title><desc id="{id}-desc">{desc}</desc>'
    start = '<svg role="img" style="{looks}" viewBox="0 0 {width} {height}" '
    start += 'aria-labelledby="{id}-title" aria-describedby="{id}-desc">'
    width, height = map(_number, box)
    looks = f"fill:{colour('ink')};font-size:{SIZE}px"
    written = Markup(f"{start}{head if by == name else ''}{{content}}</svg>")
    return str(
        written.format(looks=looks, width=width, height=height, id=by, content=content, **labels)
    )


@dataclass(frozen=True)
class Word:
    """Words by language at a spot, in pixels from the top left.

    `side` is the part of the words that stands at the spot: start, middle or end. Words "" write
    nothing in that language. `tail` follows on the same line, with a weight and colour of its own.
    A `halo` of the paper's colour keeps words apart from the marks under them.
    """

    said: Bilingual
    spot: Spot
    side: str = "start"
    size: float = SIZE
    bold: bool = False
    colour: str = "ink"
    halo: bool = False
    tail: Bilingual | None = None
    tail_colour: str = "muted"
    tail_bold: bool = False


def words(listed: Sequence[Word], language: str) -> Markup:
    """The words of a drawing in a language, as `<text>` elements."""
    with_halo = [each for each in listed if each.halo]
    without = _words([each for each in listed if not each.halo], language)
    if not with_halo:
        return without
    looks = f"paint-order:stroke;stroke:{colour('paper')};stroke-width:3px;stroke-linejoin:round"
    return without + Markup('<g style="{}">{}</g>').format(looks, _words(with_halo, language))


def _words(listed: Sequence[Word], language: str) -> Markup:
    """Words as `<text>` elements; neighbours of one look share a group that has the style once."""
    written = Markup("")
    for looks, alike in groupby((each for each in listed if each.said[language]), key=_looks):
        group = list(alike)
        own = looks if len(group) == 1 else Markup("")
        texts = Markup("").join(
            Markup('<text{} x="{}" y="{}">{}{}</text>').format(
                own, *map(_number, word.spot), word.said[language], _tail(word, language)
            )
            for word in group
        )
        written += Markup("<g{}>{}</g>").format(looks, texts) if looks and not own else texts
    return written


def _tail(word: Word, language: str) -> Markup:
    if word.tail is None or not word.tail[language]:
        return Markup("")
    weight = "700" if word.tail_bold else "400"
    looks = f"font-weight:{weight};fill:{colour('ink' if word.tail_bold else word.tail_colour)}"
    return Markup('<tspan style="{}"> {}</tspan>').format(looks, word.tail[language])


def _looks(word: Word) -> Markup:
    """The class and style of words, as far as they differ from those of the drawing."""
    looks = {
        "font-size": f"{word.size}px" if word.size != SIZE else "",
        "font-weight": "700" if word.bold else "",
        "text-anchor": word.side if word.side != "start" else "",
        "fill": colour(word.colour) if word.colour != "ink" else "",
    }
    style = ";".join(f"{look}:{value}" for look, value in looks.items() if value)
    on_mark = Markup(' class="on-mark"') if word.colour in ON_MARKS else Markup("")
    return on_mark + (Markup(' style="{}"').format(style) if style else Markup(""))


def marks(drawn: str, prefix: str) -> Markup:
    """The paths and marks of an SVG that matplotlib wrote, in its order, as SVG of ours."""
    return Markup("").join(_marks(ElementTree.fromstring(drawn), prefix))


def _marks(root: ElementTree.Element, prefix: str) -> Iterator[Markup]:
    shapes: dict[str, str] = {}
    names: dict[tuple[str, str], str] = {}
    for (tag, shape, style), alike in groupby(root.iter(), key=_drawn_alike):
        group = list(alike)
        for element in group if tag == "path" else ():
            if element.get("id"):
                shapes[element.attrib["id"]] = _path(element.attrib["d"])
                continue
            d = _path(element.attrib["d"])
            yield Markup('<path style="{}" d="{}"/>').format(style, d)
        if tag != "use":
            continue
        spots = [(float(each.attrib["x"]), float(each.attrib["y"])) for each in group]
        if len(group) >= _MANY and (found := _ROUND.fullmatch(f"{shapes[shape]} {style}")):
            names[shape, style] = f"{prefix}-{len(names)}"
            yield from _many(spots, names[shape, style], *found.groups())
            continue
        if (shape, style) not in names:
            names[shape, style] = f"{prefix}-{len(names)}"
            yield Markup('<defs><path style="{}" id="{}" d="{}"/></defs>').format(
                style, names[shape, style], shapes[shape]
            )
        for x, y in spots:
            yield Markup('<use href="#{}" x="{}" y="{}"/>').format(
                names[shape, style], _number(x), _number(y)
            )


def _drawn_alike(element: ElementTree.Element) -> tuple[str, str, str]:
    """Tag, shape and style of an element: neighbours for which they are the same share a form."""
    tag, shape = element.tag.rpartition("}")[2], element.get(_XLINK, "").removeprefix("#")
    return tag, shape, _style(element.get("style", ""))


_MANY = 40  # so many round dots of one look become points of two paths: a quarter of the bytes
_ROUND = re.compile(r"M0 ([\d.]+)C[^M]*z fill:(\S+?);\s*stroke:(\S+?)(?:;stroke-width:([\d.]+))?")


def _many(
    spots: Sequence[Spot], name: str, radius: str, fill: str, edge: str, border: str | None
) -> Iterator[Markup]:
    """Round dots as points of one path, drawn twice: broad in the edge's colour, then the fill."""
    points = "".join(f"M{_number(x)} {_number(y)}h0" for x, y in spots)
    yield Markup('<defs><path id="{}" d="{}"/></defs>').format(name, points)
    for ink, way in ((edge, 1), (fill, -1)):
        width = _number(2 * float(radius) + way * float(border or 1))
        looks = f"fill:none;stroke:{ink};stroke-width:{width};stroke-linecap:round"
        yield Markup('<use href="#{}" style="{}"/>').format(name, looks)


def _style(style: str) -> str:
    """A style that matplotlib wrote, with its colours as variables of the page."""
    style = re.sub(r"#[0-9a-f]{6}", lambda fixed: colour(_KEYS[fixed.group()]), style)
    return re.sub(r"(?<=[:;])\s+", "", style.replace("fill-opacity: 0;", "fill: none;"))


def _path(d: str) -> str:
    """The data of a path, rounded to one decimal, without needless spaces."""
    rounded = re.sub(r"-?\d+(?:\.\d+)?", lambda number: _number(float(number.group())), d)
    joined = re.sub(r"\s*([A-Za-z])\s*", r"\1", rounded).strip()
    return re.sub(r"M(\S+) (\S+?)L\1 ([^A-Z]+)", r"M\1 \2V\3", joined)  # a vertical line


def _number(number: float) -> str:
    return f"{round(number, 1) + 0.0:.1f}".removesuffix(".0")
