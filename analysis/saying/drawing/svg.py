"""A drawing as SVG in a page: in the page's colours and fonts, of any size, in few bytes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from markupsafe import Markup

from analysis.saying.drawing.marks import ON_MARKS, SIZE, Dots, Drawing, Spot, Strokes, Word

_IMAGE = Markup(
    '<svg role="img" style="fill:{ink};font-size:{size}px" viewBox="0 0 {width} {height}" '
    'aria-labelledby="{by}-title" aria-describedby="{by}-desc">{head}{content}</svg>'
)
_HEAD = Markup('<title id="{by}-title">{title}</title><desc id="{by}-desc">{desc}</desc>')


def image(drawing: Drawing, language: str, by: str, title: str = "", description: str = "") -> str:
    """The SVG element of a drawing, with the words of a language.

    Screen readers are told the title and the description of the drawing `by`: this one where they
    are given, else another one of the same page that shows the same.
    """
    head = _HEAD.format(by=by, title=title, desc=description) if title else ""
    content = Markup("").join(map(_mark, drawing.marks)) + _all_words(drawing.words, language)
    box = {"width": _number(drawing.width), "height": _number(drawing.height)}
    looks = {"ink": _colour("ink"), "size": _number(SIZE)}
    return str(_IMAGE.format(by=by, head=head, content=content, **box, **looks))


def _colour(key: str) -> str:
    """A colour as a variable of the page."""
    return f"var(--{key})"


def _number(number: float) -> str:
    return f"{round(number, 1) + 0.0:.1f}".removesuffix(".0")


# ------------------------------------------------------------------------------------------- marks


def _mark(marks: Strokes | Dots) -> Markup:
    """Strokes as one path, dots as circles."""
    if isinstance(marks, Strokes):
        path = "".join(_line(*ends) for ends in marks.lines)
        dash = ",".join(_number(length * marks.thick) for length in marks.dash)
        looks = {"fill": "none", "stroke": _colour(marks.colour)}
        looks |= {"stroke-width": _number(marks.thick), "stroke-dasharray": dash}
        return _alike(_style(looks), "path", [Markup(' d="{}"/>').format(path)] if path else [])
    looks = {"fill": _colour(marks.colour), "stroke": _colour(marks.edge)}
    looks |= {"stroke-width": _number(marks.border)}
    circle, radius = Markup(' cx="{}" cy="{}" r="{}"/>'), _number(marks.size / 2)
    circles = [circle.format(*map(_number, spot), radius) for spot in marks.spots]
    return _alike(_style(looks), "circle", circles)


def _line(start: Spot, end: Spot) -> str:
    """A straight line in the language of paths; level and upright ones are shorter."""
    (x, y), (to_x, to_y) = (tuple(map(_number, spot)) for spot in (start, end))
    to = f"V{to_y}" if x == to_x else f"H{to_x}" if y == to_y else f"L{to_x} {to_y}"
    return f"M{x} {y}{to}"


def _alike(looks: Markup, tag: str, elements: Sequence[Markup]) -> Markup:
    """Elements of one look; several share a group that has the style once."""
    if len(elements) == 1 or not looks:
        return Markup("").join(
            Markup("<{}{}{}").format(tag, looks, element) for element in elements
        )
    group = Markup("").join(Markup("<{}{}").format(tag, element) for element in elements)
    return Markup("<g{}>{}</g>").format(looks, group) if elements else group


def _style(looks: Mapping[str, str]) -> Markup:
    """A style, of those properties that have a value."""
    style = ";".join(f"{name}:{value}" for name, value in looks.items() if value)
    return Markup(' style="{}"').format(style) if style else Markup("")


# ------------------------------------------------------------------------------------------- words


def _all_words(listed: Sequence[Word], language: str) -> Markup:
    """The words of a drawing in a language, as `<text>` elements; those with a halo come last."""
    with_halo = _words([lettering for lettering in listed if lettering.halo], language)
    looks = {"paint-order": "stroke", "stroke": _colour("paper"), "stroke-width": "3px"}
    halo = Markup("<g{}>{}</g>").format(_style({**looks, "stroke-linejoin": "round"}), with_halo)
    without = _words([lettering for lettering in listed if not lettering.halo], language)
    return without + halo if with_halo else without


def _words(listed: Iterable[Word], language: str) -> Markup:
    """Words as `<text>` elements; neighbours of one look share a group."""
    written = Markup("")
    for looks, alike in groupby(
        (lettering for lettering in listed if lettering.words[language]), key=_looks
    ):
        form = Markup(' x="{}" y="{}">{}{}</text>')
        texts = [
            form.format(
                *map(_number, lettering.spot), lettering.words[language], _tail(lettering, language)
            )
            for lettering in alike
        ]
        written += _alike(looks, "text", texts)
    return written


def _tail(word: Word, language: str) -> Markup:
    if word.tail is None or not word.tail[language]:
        return Markup("")
    colour = _colour("ink" if word.tail_bold else word.tail_colour)
    looks = _style({"font-weight": "700" if word.tail_bold else "400", "fill": colour})
    return Markup("<tspan{}> {}</tspan>").format(looks, word.tail[language])


def _looks(word: Word) -> Markup:
    """The class and style of words, as far as they differ from those of the drawing."""
    on_mark = Markup(' class="on-mark"') if word.colour in ON_MARKS else Markup("")
    return on_mark + _style(
        {
            "font-size": f"{_number(word.size)}px" if word.size != SIZE else "",
            "font-weight": "700" if word.bold else "",
            "text-anchor": word.side if word.side != "start" else "",
            "fill": _colour(word.colour) if word.colour != "ink" else "",
        }
    )
