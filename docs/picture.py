"""The chart of the README: the overview's chart of changes, as a picture of its own.

    python docs/picture.py RUN [PICTURE]

RUN is overview.ipynb as executed by papermill; PICTURE is docs/changes.svg where it is not named. A page gives
the drawing its colours, fonts and words. A picture stands alone, so they are put into it: on white, to be
readable in a light and in a dark frame. `make picture` runs both steps.
"""

import html
import json
import re
import sys
import textwrap
from pathlib import Path

WIDTH, MARGIN = 720, 20
FONT = "'Segoe UI', Helvetica, Arial, 'DejaVu Sans', sans-serif"


def picture(run: Path, chart: str = "chart-changes") -> str:
    """The wide drawing of one chart of an executed notebook, with its title, subtitle, description and source."""
    cells = json.loads(run.read_text("utf-8"))["cells"]
    shown = ["".join(out.get("data", {}).get("text/html", "")) for cell in cells for out in cell.get("outputs", [])]
    found = [page for page in shown if f'<figure class="chart" id="{chart}"' in page]
    if not found:
        raise SystemExit(f"{run}: no {chart} in it. Give overview.ipynb as papermill executed it.")
    drawing = re.search(r'<div class="drawing wide"><svg[^>]*viewBox="0 0 (\d+) (\d+)"[^>]*>(.*?)</svg>', found[0], re.S)
    assert drawing is not None
    wide, high, body = int(drawing[1]), int(drawing[2]), re.sub(r"<title.*?</title>", "", drawing[3])
    body = re.sub(r"var\(--\w+,\s*(#\w+)\)", r"\1", body)  # a picture inherits no colours from a page

    title, subtitle, description = (_words(found[0], name) for name in ("title", "subtitle", "description"))
    lines, y = [], 14
    for words, size, style in (
        *((line, 18, "font-weight:700") for line in textwrap.wrap(title, 60)),
        (subtitle, 13, "fill:#5c6670"),
    ):
        y += size + 6
        lines.append(f'<text x="{MARGIN}" y="{y}" style="font-size:{size}px;{style}">{html.escape(words)}</text>')
    y += 12
    lines.append(f'<svg x="{MARGIN}" y="{y}" width="{wide}" height="{high}" viewBox="0 0 {wide} {high}">{body}</svg>')
    y += high + 6
    for words in textwrap.wrap(_words(found[0], "source"), 108):
        y += 16
        lines.append(f'<text x="{MARGIN}" y="{y}" style="font-size:11.5px;fill:#5c6670">{html.escape(words)}</text>')
    y += 18
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{y}" viewBox="0 0 {WIDTH} {y}" role="img"'
            f' aria-labelledby="title description" style="fill:#222222" font-family="{FONT}">',
            f'<title id="title">{html.escape(title)}</title>',
            f'<desc id="description">{html.escape(description)}</desc>',
            f'<rect width="{WIDTH}" height="{y}" style="fill:#ffffff"/>',
            *lines,
            "</svg>\n",
        ]
    )


def _words(page: str, name: str) -> str:
    """What a reader reads in one part of the chart."""
    part = re.search(rf'<p class="{name}"[^>]*>(.*?)</p>', page, re.S)
    assert part is not None
    return html.unescape(re.sub(r"<[^>]+>", "", part[1])).strip()


if __name__ == "__main__":
    if len(sys.argv) not in {2, 3}:
        raise SystemExit("usage: python docs/picture.py RUN [PICTURE]")
    where = Path(sys.argv[2]) if len(sys.argv) == 3 else Path(__file__).with_name("changes.svg")
    where.write_text(picture(Path(sys.argv[1])), "utf-8")
    sys.stdout.write(f"{where}\n")
