"""How a page looks: the parts of the style that it needs, and what its drawings have alike."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from analysis.numbers.claims import Recomputed
from analysis.numbers.quantity import Quantity
from analysis.pages.document import Document, Prose
from analysis.saying import blocks
from analysis.saying.chart_blocks import Chart

# The style of an element of a drawing, and the classes that it may have beside it.
_LOOK = re.compile(r'(?P<tag><\w+)(?: class="(?P<classes>[\w-]+)")? style="(?P<style>[^"]*)"')


def needed(document: Document, checked: Sequence[Recomputed]) -> list[str]:
    """The parts of the style that a report needs, for what it says and how it is laid out."""
    charts, columns = document.of(blocks.Strip), document.layout == "columns"
    parts = {
        "report": True,
        "bars": any(headline.lengths for headline in document.of(blocks.Headline)),
        "context": bool(document.of(blocks.Context)),
        document.layout: True,
        "ranked": columns and any(chart.ranked for chart in charts),
        "map": bool(document.of(blocks.Map)),
        "tiles": any(chart.tiles for chart in charts),
        "long": _is_long(document),
        "long_context": _is_long(document) and bool(document.of(blocks.Context)),
        "cards": any(claim.to_check for claim in checked),
    }
    return [name for name, need in parts.items() if name and need]


def _is_long(document: Document) -> bool:
    """Whether a report would begin a fourth sheet: it has three charts and six chapters or more."""
    chapters = [item for item in document.items if isinstance(item, Prose) and item.en[:3] == "## "]
    return len(document.of(Chart)) > 2 and len(chapters) > 5


def shade(change: Quantity, limits: Sequence[float]) -> int:
    """The colour of a square: 1, and one more for each limit that the change exceeds."""
    return 1 + sum(abs(change.value) > Decimal(str(limit)) for limit in limits)


def shared(text: str) -> str:
    """A page whose drawings share their styles: each look is a class, told once in the head."""
    looks: dict[str, str] = {}

    def named(match: re.Match[str]) -> str:
        name = looks.setdefault(match["style"], f"k{len(looks)}")
        return f'{match["tag"]} class="{match["classes"] + " " if match["classes"] else ""}{name}"'

    text = re.sub(r"<svg .*?</svg>", lambda svg: _LOOK.sub(named, svg.group()), text, flags=re.S)
    rules = "".join(f".{name}{{{style}}}" for style, name in looks.items())
    return text.replace("</style>", f"{rules}</style>", 1)
