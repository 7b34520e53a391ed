"""A comparison as an SVG chart with its description, its data as a table and a CSV, and its sources.

Every chart is drawn twice, 680 and 328 units wide, so that its text keeps its size on a phone; the page shows
one. Colours are CSS variables with fallbacks, so a page can have a dark mode. Numbers are written out by the
same function as in prose. matplotlib's names do not leave this module.
"""

from __future__ import annotations

import html
import io
import re
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import matplotlib as mpl
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure as Canvas

from analysis import figures, tables
from analysis.compare import STATES, Cell, Change, Completion
from analysis.periods import Period
from analysis.prose import LANGUAGES, Html, Page, Text, text
from analysis.quantity import Quantity

WIDE, NARROW = 680, 328
# Each colour means one thing on every page: 1 what the chart is about, 2 what it is compared with,
# 3 what does not add up, 4 a computed value; the rest is for axes and words.
COLOURS: dict[str, str] = {
    "c1": "#12436d",
    "c2": "#28a197",
    "c3": "#801650",
    "c4": "#f46a25",
    "ink": "#222222",
    "muted": "#5c6670",
    "rule": "#c9ced3",
    "paper": "#ffffff",
}
_STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",
    "font.family": "DejaVu Sans",
    "font.size": 12.5,
    "text.color": COLOURS["ink"],
    "axes.edgecolor": COLOURS["rule"],
    "axes.labelcolor": COLOURS["muted"],
    "xtick.color": COLOURS["muted"],
    "ytick.color": COLOURS["muted"],
    "xtick.labelcolor": COLOURS["muted"],
    "axes.facecolor": "none",
    "figure.facecolor": "none",
    "axes.linewidth": 1.0,
    "path.simplify": True,
    "text.parse_math": False,
}

Draw = Callable[[Axes, float], None]


@dataclass(frozen=True)
class Bar:
    """One bar: its label, its length, and the words beside it (default: the number itself)."""

    label: Text
    length: Quantity
    beside: Text | None = None
    main: bool = True


def bars(
    page: Page,
    name: str,
    title: Text,
    subtitle: Text,
    rows: Sequence[Bar],
    columns: Sequence[Text],
    data: Sequence[Sequence[tables.Cell]],
    compact: bool = False,
) -> Html:
    """Horizontal bars from zero, in the order given; `compact` sets labels left of the bars (many short names)."""
    values = [float(row.length.value) for row in rows]
    low, high = min(0.0, *values, 0.0) if values else 0.0, max(0.0, *values, 0.0) if values else 0.0

    def words(row: Bar) -> str:
        return page.plain(row.beside) if row.beside else row.length.text(page.language, "sign" if low < 0 else "")

    def step(width: float) -> float:
        return 19 if compact else _step([(page.plain(row.label), words(row)) for row in rows], width)

    def draw(axes: Axes, width: float) -> None:
        places = list(range(len(rows)))
        colours = [COLOURS["c1"] if row.main else COLOURS["c2"] for row in rows]
        axes.set(xlabel=" ", ylabel=" ", xticks=[], yticks=[0])  # else seaborn lays out all ticks to name the axes
        sns.barplot(
            x=values,
            y=places,
            orient="h",
            width=12 / step(width),
            errorbar=None,
            saturation=1,
            ax=axes,
        )
        for bar, colour in zip(axes.patches, colours, strict=True):
            bar.set_facecolor(colour)
        span = (high - low) or 1.0
        # Beside the longest bar there is room for its number, however narrow the drawing.
        room = max((_wide(words(row), 11.5) for row in rows), default=0) + 6
        right = span * room / (width - room) if compact else 0.0
        axes.set_xlim(low - (right if low < 0 else 0), high + (right if high > 0 else 0.005 * span))
        axes.set_ylim(len(rows) - 0.5, -0.6 if compact else -1 + 10 / step(width))
        for place, row in enumerate(rows):
            if compact:
                _beside(axes, words(row), (values[place], place), -1 if values[place] < 0 else 1, "data")
                edge, away = (1.0, 1) if low < 0 else (0.0, -1)
                _beside(axes, page.plain(row.label), (edge, place), away, ("axes fraction", "data"))
            else:
                _above(axes, place, page.plain(row.label), words(row), width)
        axes.set_yticks([])
        if compact:
            axes.axvline(0, color=COLOURS["muted"], linewidth=1)
        else:  # beside each bar only: the words end where the scale does
            ends = [place + end for place in places for end in (-9 / step(width), 9 / step(width), float("nan"))]
            axes.plot([0.0] * len(ends), ends, color=COLOURS["muted"], linewidth=1)
        axes.set_xticks([])

    margin = max((_wide(page.plain(row.label), 11.5) for row in rows), default=0) + 10 if compact else 1
    side = (1, margin) if compact and low < 0 else (margin, 1)
    return _chart(
        page, name, title, subtitle, draw, lambda width: len(rows) * step(width) + 14, side, columns, data, _spoken(rows)
    )


def changes(page: Page, name: str, title: Text, subtitle: Text, rows: Sequence[tuple[Text, Change]]) -> Html:
    """Before → after of several counts on one scale of relative change, the deepest fall first."""
    ordered = sorted(rows, key=lambda row: row[1].rate.value)
    drawn = [
        Bar(
            label,
            change.rate,
            text("{a} → {b} ({rate:sign})", "{a} → {b} ({rate:sign})", a=change.before, b=change.after, rate=change.rate),
        )
        for label, change in ordered
    ]
    columns = [
        text(vi="Đại lượng", en="Indicator"),
        text(vi="Trước", en="Before"),
        text(vi="Sau", en="After"),
        text(vi="Tăng, giảm tương đối", en="Relative change"),
    ]
    data: list[list[tables.Cell]] = [[label, change.before, change.after, change.rate] for label, change in ordered]
    return bars(page, name, title, subtitle, drawn, columns, data)


@dataclass(frozen=True)
class Dot:
    """A share on the scale from 0 to 100 %: its label, the share with its bounds, the words beside it."""

    label: Text
    share: Quantity
    beside: Text | None = None
    main: bool = True


def shares(
    page: Page,
    name: str,
    title: Text,
    subtitle: Text,
    rows: Sequence[Dot],
    columns: Sequence[Text],
    data: Sequence[Sequence[tables.Cell]],
) -> Html:
    """Shares as dots between 0 and 100 %; where the printed precision leaves a range, the range is drawn."""

    def words(row: Dot) -> str:
        return page.plain(row.beside) if row.beside else row.share.text(page.language)

    def step(width: float) -> float:
        return _step([(page.plain(row.label), words(row)) for row in rows], width)

    def draw(axes: Axes, width: float) -> None:
        tracks = [(x, float(place)) for place in range(len(rows)) for x in (0.0, 100.0, float("nan"))]
        axes.plot([x for x, _ in tracks], [y for _, y in tracks], color=COLOURS["rule"], linewidth=1.2, zorder=1)
        for place, row in enumerate(rows):
            low, high = row.share.low, row.share.high
            if not row.share.exact and (low is not None or high is not None):
                ends = [float(low or 0), float(min(high or Decimal(100), Decimal(100)))]
                axes.plot(ends, [place, place], color=COLOURS["c1" if row.main else "c2"], linewidth=5, alpha=0.4, zorder=2)
            _above(axes, place, page.plain(row.label), words(row), width)
        for main, mark, colour in ((True, "o", COLOURS["c1"]), (False, "D", COLOURS["c2"])):
            spots = [(float(row.share.value), place) for place, row in enumerate(rows) if row.main == main]
            if spots:
                x, y = zip(*spots, strict=True)
                axes.plot(x, y, linestyle="none", marker=mark, markersize=8 if main else 7, color=colour, zorder=3)
        axes.set_xlim(-1.5, 101.5)
        axes.set_ylim(len(rows) - 0.5, -1 + 10 / step(width))
        axes.set_yticks([])
        axes.set_xticks([0, 50, 100], marks)
        first, *_, last = axes.get_xticklabels()  # they end where the scale does
        first.set_horizontalalignment("left")
        last.set_horizontalalignment("right")
        axes.set_ylabel("")

    marks = ["0%", "50%", "100%"]
    spoken = _spoken([Bar(row.label, row.share, row.beside) for row in rows])
    return _chart(
        page,
        name,
        title,
        subtitle,
        draw,
        lambda width: len(rows) * step(width) + 30,
        (6, 6),
        columns,
        data,
        spoken,
        foot=22,
        marks=marks,
    )


def completions(page: Page, name: str, title: Text, subtitle: Text, rows: Sequence[tuple[Text, Completion, bool]]) -> Html:
    """Every “a of b” on one scale: (label, completion, whether it is what the chart is about)."""
    dots = [
        Dot(label, done.rate, text("{a}/{b} = {rate}", "{a}/{b} = {rate}", a=done.part, b=done.whole, rate=done.rate), main)
        for label, done, main in rows
    ]
    columns = [
        text(vi="Việc", en="Task"),
        text(vi="Đã xong", en="Done"),
        text(vi="Tổng số", en="Due"),
        text(vi="Tỷ lệ", en="Share"),
        text(vi="Còn lại", en="Left"),
    ]
    data: list[list[tables.Cell]] = [[label, done.part, done.whole, done.rate, done.rest] for label, done, _ in rows]
    return shares(page, name, title, subtitle, dots, columns, data)


@dataclass(frozen=True)
class Point:
    """A count on a day; `joined` to the point before it unless the series breaks there."""

    period: Period
    value: Quantity
    joined: bool = True


def series(page: Page, name: str, title: Text, subtitle: Text, lines: Sequence[tuple[Text, Sequence[Point]]]) -> Html:
    """Counts over time, at most four lines; a break in a series is drawn as a break, zero is shown."""
    shapes = ["o", "s", "D", "^"]
    years = sorted({int(_year(point.period)) for _, points in lines for point in points})

    def draw(axes: Axes, width: float) -> None:
        top = max(float(point.value.value) for _, points in lines for point in points)
        for index, (label, points) in enumerate(lines):
            colour = COLOURS[f"c{index + 1}"]
            days = [_year(point.period) for point in points]
            values = [float(point.value.value) for point in points]
            for i in range(1, len(points)):
                if points[i].joined:
                    axes.plot(days[i - 1 : i + 1], values[i - 1 : i + 1], color=colour, linewidth=1.8, zorder=2)
            (spots,) = axes.plot(days, values, linestyle="none", marker=shapes[index], markersize=6.8, color=colour, zorder=3)
            spots.set(markeredgecolor=COLOURS["paper"], markeredgewidth=0.5)
            for i, point in enumerate(points):
                crowded = i > 0 and abs(days[i] - days[i - 1]) < 1.6 and abs(values[i] - values[i - 1]) < top / 10
                below = crowded or (i > 0 and i == len(points) - 1 and values[i] < values[i - 1])
                # Where the line then falls away, the number stands to the left of it.
                aside = crowded and point.joined and i < len(points) - 1 and values[i + 1] < values[i]
                axes.annotate(
                    point.value.text(page.language),
                    (days[i], values[i]),
                    (-8, -10) if aside else (0, -17 if below else 8),
                    textcoords="offset points",
                    ha="right" if aside else "center",
                    fontsize=11.5,
                )
            if len(lines) > 1:
                axes.annotate(
                    _fit(page.plain(label), width / 2),
                    (days[0], values[0]),
                    (0, -20),
                    textcoords="offset points",
                    color=colour,
                    ha="left",
                    fontsize=11.5,
                )
        days = [_year(point.period) for _, points in lines for point in points]
        # Left of the first day there is room for its year, beside the zero.
        axes.set_xlim(min(days) - max(0.9, 0.15 * (max(days) - min(days))), max(days) + 0.9)
        axes.set_ylim(0, top * 1.16)
        kept = [year for i, year in enumerate(years) if width > 400 or i % 2 == 0 or i == len(years) - 1]
        axes.set_xticks([year + 0.5 for year in kept], [str(year) for year in kept])
        axes.set_yticks([0], ["0"])
        axes.tick_params(length=0)
        axes.spines["bottom"].set_visible(True)
        axes.set_ylabel("")

    columns = [text(vi="Dãy số", en="Series"), text(vi="Thời điểm", en="Day or period"), text(vi="Số lượng", en="Count")]
    data: list[list[tables.Cell]] = [[label, point.period, point.value] for label, points in lines for point in points]
    spoken = []
    for label, points in lines:
        for i, point in enumerate(points):
            values: dict[str, Any] = {"value": point.value, "day": point.period} | ({} if i else {"label": label})
            told = "{value} ({day:short})" if i else "{label}: {value} ({day:short})"
            spoken.append(text(told, told, **values))
    marks = ["0", *(str(year) for year in years)]
    return _chart(page, name, title, subtitle, draw, lambda _: 260, (18, 10), columns, data, spoken, foot=24, marks=marks)


def coverage(
    page: Page,
    name: str,
    title: Text,
    subtitle: Text,
    rows: Sequence[tuple[Text, Sequence[Cell]]],
    columns: Sequence[Text],
    words: dict[str, Text],
) -> Html:
    """A matrix of what is reported: a filled square printed, a ring computed, a dot a level alone, a dash missing."""
    looks = {
        "printed": ("s", COLOURS["c1"], 120),
        "computed": ("o", COLOURS["c4"], 95),
        "level": (".", COLOURS["c2"], 90),
        "missing": ("_", COLOURS["muted"], 60),
    }

    def wrapped(column: Text, narrow: bool) -> list[str]:
        return textwrap.wrap(page.plain(column), 13 if narrow else 22, break_long_words=False)

    def draw(axes: Axes, width: float) -> None:
        narrow = width < 400
        for state in STATES:
            mark, colour, size = looks[state]
            spots = [(j, i) for i, (_, cells) in enumerate(rows) for j, cell in enumerate(cells) if cell.state == state]
            if spots:
                x, y = zip(*spots, strict=True)
                hollow: dict[str, Any] = (
                    {"facecolors": "none", "edgecolors": colour} if state == "computed" else {"color": colour}
                )
                axes.scatter(x, y, marker=mark, s=size, linewidths=2 if state in {"computed", "missing"} else 1, **hollow)
                for spot in spots:
                    if not narrow:
                        axes.annotate(
                            page.plain(words[state]),
                            spot,
                            (11, 0),
                            textcoords="offset points",
                            va="center",
                            fontsize=11,
                            color=COLOURS["muted"],
                        )
        for i, (label, _) in enumerate(rows):
            axes.annotate(
                _fit(page.plain(label), width - 20),
                (0, i),
                (2, 14),
                xycoords=("axes fraction", "data"),
                textcoords="offset points",
                fontsize=12,
            )
            axes.axhline(i + 0.42, color=COLOURS["rule"], linewidth=0.8)
        for j, column in enumerate(columns):
            axes.annotate(
                "\n".join(wrapped(column, narrow)),
                (j, -1.75 if narrow else -1.5),
                ha="left" if not narrow else "center",
                va="top",
                fontsize=11,
                color=COLOURS["ink"],
                annotation_clip=False,
            )
        axes.set_xlim(-0.35, len(columns) - (0.15 if not narrow else 0.55))
        axes.set_ylim(len(rows) - 0.5, -1.85 if narrow else -1.55)
        axes.set_xticks([])
        axes.set_yticks([])

    head = [text(vi="Chỉ tiêu", en="Indicator"), *columns]
    data: list[list[tables.Cell]] = [[label, *(words[cell.state] for cell in cells)] for label, cells in rows]
    # Told by what there is; everything else in the matrix is missing.
    spoken = []
    for label, cells in rows:
        present = [(columns[j], words[cell.state]) for j, cell in enumerate(cells) if cell.state != "missing"]
        pattern = ", ".join(f"{{c{j}}} – {{s{j}}}" for j in range(len(present))) or "{none}"
        values: dict[str, Any] = {
            f"{key}{j}": item for j, pair in enumerate(present) for key, item in zip("cs", pair, strict=True)
        }
        spoken.append(text("{label}: " + pattern, "{label}: " + pattern, label=label, **(values or {"none": words["missing"]})))
    resting = [page.known[figure] for _, cells in rows for cell in cells for figure in cell.figures]
    marks = [line for column in columns for narrow in (True, False) for line in wrapped(column, narrow)]
    return _chart(
        page,
        name,
        title,
        subtitle,
        draw,
        lambda width: len(rows) * 46 + (68 if width < 400 else 54),
        (2, 2),
        head,
        data,
        spoken,
        resting=resting,
        marks=marks,
    )


def _spoken(rows: Sequence[Bar]) -> list[Text]:
    return [
        text("{label}: {beside}", "{label}: {beside}", label=row.label, beside=row.beside or text("{x}", "{x}", x=row.length))
        for row in rows
    ]


def _chart(
    page: Page,
    name: str,
    title: Text,
    subtitle: Text,
    draw: Draw,
    height: Callable[[float], float],
    sides: tuple[float, float],
    columns: Sequence[Text],
    data: Sequence[Sequence[tables.Cell]],
    spoken: Sequence[Text],
    foot: float = 2,
    resting: Sequence[Quantity | None] = (),
    marks: Sequence[str] = (),
) -> Html:
    """The whole figure element: titles, two drawings, description, table, CSV and sources."""
    if not data or page.missing(title, subtitle):
        return page.absent()
    quantities: list[Quantity | None] = [cell for row in data for cell in row if isinstance(cell, Quantity)]
    quantities = quantities or list(resting)
    page.charts.append({"id": f"chart-{name}", "title": page.plain(title), "marks": list(marks)})
    drawings = "".join(
        f'<div class="drawing {size}">{_svg(page, name, size, width, title, draw, height, sides, foot)}</div>'
        for size, width in (("wide", WIDE), ("narrow", NARROW))
    )
    # A long list is told by its ends: the whole of it is in the table.
    told = list(spoken) if len(spoken) <= 12 else [*spoken[:4], *spoken[-2:]]
    described = "; ".join(page.render(item, link=False) for item in told)
    opening = {"vi": "Biểu đồ cho thấy", "en": "The chart shows"}[page.language]
    source = {"vi": "Nguồn", "en": "Source"}[page.language]
    return Html(
        f'<figure class="chart" id="chart-{name}"><figcaption><p class="title">{page.render(title)}</p>'
        f'<p class="subtitle">{page.render(subtitle)}</p></figcaption>{drawings}'
        f'<p class="description" id="description-{name}">{opening}: {described}.</p>'
        f"{tables.behind(page, name, title, columns, data)}"
        f'<p class="source">{source}: {page.source_line(quantities)}.</p></figure>'
    )


def _svg(
    page: Page,
    name: str,
    size: str,
    width: int,
    title: Text,
    draw: Draw,
    height: Callable[[float], float],
    sides: tuple[float, float],
    foot: float,
) -> str:
    with mpl.rc_context({**_STYLE, "svg.hashsalt": f"{name}-{size}"}):
        left, right = sides
        high = height(width - left - right)
        canvas = Canvas(figsize=(width / 72, high / 72))
        FigureCanvasSVG(canvas)
        axes = canvas.add_axes((left / width, foot / high, 1 - (left + right) / width, 1 - (foot + 2) / high))
        sns.despine(ax=axes, left=True, bottom=True)
        draw(axes, width - left - right)
        axes.set(xlabel="", ylabel="")
        out = io.StringIO()
        canvas.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    return _clean(out.getvalue(), f"{name}-{size}", page.plain(title))


def _clean(svg: str, prefix: str, title: str) -> str:
    """matplotlib's SVG as part of a page: colours as variables, ids of its own, no fonts, no fixed size."""
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>|<defs>\s*<style.*?</style>\s*</defs>|<!--.*?-->", "", svg, flags=re.S)
    box = re.search(r'viewBox="([^"]+)"', svg)
    assert box is not None
    svg = re.sub(r"<clipPath.*?</clipPath>", "", svg, flags=re.S)
    svg = re.sub(r' clip-path="[^"]*"| transform="rotate\(-?0 [^"]*"', "", svg)
    svg = re.sub(r'<path [^>]*style="fill: none"/>', "", svg)
    used = set(re.findall(r'xlink:href="#([^"]+)"', svg))
    svg = re.sub(r' id="([^"]+)"', lambda m: f' id="{prefix}-{m.group(1)}"' if m.group(1) in used else "", svg)
    svg = svg.replace('xlink:href="#', f'href="#{prefix}-')
    for key, colour in COLOURS.items():
        svg = svg.replace(colour, f"var(--{key},{colour})")
    svg = re.sub(
        r"font: (bold |\d+ )?([\d.]+)px [^;\"]+",
        lambda m: f"font-size:{m.group(2)}px" + (";font-weight:bold" if m.group(1) else ""),
        svg,
    )
    svg = re.sub(r"font-family: [^;\"]+;\s*", "", svg)
    # Coordinates need no more than one decimal; numbers written out as text stand outside the tags.
    svg = re.sub(r"<[^>]+>", lambda tag: _shorter(tag.group()), svg)
    svg = re.sub(r"\s*\n\s*", "", svg)
    if "<g " not in svg:
        svg = re.sub(r"</?g/?>", "", svg)
    svg = re.sub(r"<defs>\s*</defs>", "", svg)
    svg = _shared_marks(svg, prefix)
    label = f'<title id="{prefix}-title">{html.escape(title)}</title>'
    name = prefix.rpartition("-")[0]
    head = (
        f'<svg role="img" style="fill:var(--ink,{COLOURS["ink"]});font-size:12.5px" viewBox="{box.group(1)}" '
        f'aria-labelledby="{prefix}-title" aria-describedby="description-{name}">'
    )
    return head + label + svg[svg.index(">") + 1 :]


def _shared_marks(svg: str, prefix: str) -> str:
    """The look of a mark said where its shape is, and a short name for each, unless its uses look different."""
    for number, name in enumerate(dict.fromkeys(re.findall(r'href="#([^"]+)"', svg))):
        looks = set(re.findall(rf'<use href="#{re.escape(name)}"[^>]* (style="[^"]*")/>', svg))
        if len(looks) == 1:
            look = looks.pop()
            svg = re.sub(rf'(<use href="#{re.escape(name)}"[^>]*) {re.escape(look)}/>', r"\1/>", svg)
            svg = re.sub(rf'(<path id="{re.escape(name)}" d="[^"]*")(?: style="[^"]*")?/>', rf"\1 {look}/>", svg)
        svg = svg.replace(f'#{name}"', f'#{prefix}-{number}"').replace(f'id="{name}"', f'id="{prefix}-{number}"')
    return svg


def _shorter(tag: str) -> str:
    tag = re.sub(r"(\d+\.\d)\d+", r"\1", tag.replace("\n", " "))
    # What most words have is said once for the whole drawing.
    tag = re.sub(r'(?<=[";]) *(font-size: ?12\.5px|text-anchor: ?start|fill: ?var\(--ink,[^)]*\))(;|(?="))', "", tag)
    tag = re.sub(r';(?=")| style=""', "", tag)
    if tag.startswith("<path"):
        tag = re.sub(r" *([MLCQz]) *(?=[-\d\"ML])", r"\1", tag)
    return re.sub(r" z? ?\"", lambda m: 'z"' if "z" in m.group() else '"', re.sub(r"(?<=[;:]) +", "", tag))


def _step(rows: Sequence[tuple[str, str]], width: float) -> float:
    """How high a row is: one line of words above its mark, or two where a label and its number need two."""
    return 42 if all(_wide(label) + _wide(words) + 12 < width for label, words in rows) else 58


def _above(axes: Axes, place: int, label: str, words: str, width: float) -> None:
    """The label of a row above its mark, its numbers at the right end of the same line, or of the next."""
    line = 12 if _wide(label) + _wide(words) + 12 < width else 28
    for x, y, said, side, weight in ((0, line, _fit(label, width), "left", "normal"), (1, 12, words, "right", "bold")):
        axes.annotate(
            said,
            (x, place),
            (0, y),
            xycoords=("axes fraction", "data"),
            textcoords="offset points",
            fontsize=12.5,
            ha=side,
            fontweight=weight,
        )


def _beside(axes: Axes, words: str, spot: tuple[float, float], sign: int, measured: str | tuple[str, str]) -> None:
    """Words to the right of a spot (`sign` 1) or to the left of it (-1), halfway up."""
    side = "right" if sign < 0 else "left"
    axes.annotate(words, spot, (4 * sign, 0), measured, "offset points", va="center", ha=side, fontsize=11.5)


def _wide(words: str, size: float = 12.5) -> float:
    """About how wide `words` are drawn, in units of the chart (a system font is narrower than DejaVu Sans)."""
    return 0.58 * size * len(words)


def _fit(words: str, width: float) -> str:
    """`words` cut to fit `width`, never inside a number; the whole of it is in the table and the description."""
    most = max(8, int(width / (0.56 * 12.5)))
    if len(words) <= most:
        return words
    return re.sub(r"[\d.,]+$" if words[most - 1] in "0123456789.," else r"$^", "", words[: most - 1]).rstrip(" \u00a0,;") + "…"


def _year(period: Period) -> float:
    day = period.last_day
    return day.year + (day.timetuple().tm_yday - 1) / 365.25


def read_ahead(data: str) -> None:
    """Read the tables and draw something in the process that forks the reports: they find patterns, fonts and words ready."""
    try:
        known = figures.load(data)
        numbers = [number for figure in sorted(known.every) if (number := known[figure])]
        for language in LANGUAGES:
            page, words = Page(known, language), text("–", "–")
            for number in numbers:
                page.number(number)
            bars(page, "any", words, words, [Bar(words, numbers[0])], [words, words], [[words, numbers[0]]])
    finally:
        figures.forget()
