"""A comparison as an HTML table: caption, units, scoped headers, every number bound and linked, notes below."""

from __future__ import annotations

import base64
import csv
import html
import io
from collections.abc import Sequence
from typing import TypeAlias

from analysis import claims, numerals
from analysis.periods import Period
from analysis.prose import Html, Page, Text, text, verbatim
from analysis.quantity import Quantity

Cell: TypeAlias = Quantity | Period | Text | Html | None

NOT_PRINTED = text(vi="không nêu", en="not printed")


def table(
    page: Page,
    name: str,
    caption: Text,
    columns: Sequence[Text],
    rows: Sequence[Sequence[Cell]],
    note: Text | None = None,
    wide: bool = False,
) -> Html:
    """A table of the page; its first column heads the rows. Says so where there are no rows.

    A None stands for a number that no source prints and is shown as such, never as zero.
    """
    if not rows:
        return page.absent()
    below = f'<p class="table-note">{page.render(note)}</p>' if note is not None and not page.missing(note) else ""
    source = page.source_line([cell for row in rows for cell in row if isinstance(cell, Quantity)])
    return Html(
        f'<div class="table{" wide-table" if wide else ""}" id="table-{name}">{_scrolling(page, name, caption, columns, rows)}'
        f'{below}<p class="source">{_source_word(page)}: {source}.</p></div>'
    )


def behind(page: Page, name: str, caption: Text, columns: Sequence[Text], rows: Sequence[Sequence[Cell]]) -> str:
    """The table behind a chart, to unfold, and the same as a CSV download."""
    word = {"vi": "Số liệu của biểu đồ", "en": "Data of the chart"}[page.language]
    content = base64.b64encode(_csv(page, columns, rows)).decode()
    return (
        f"<details><summary>{word}</summary>{_scrolling(page, f'{name}-data', caption, columns, rows)}</details>"
        f'<p class="files"><a download="{name}.csv" href="data:text/csv;charset=utf-8;base64,{content}">'
        f"{_file_word(page)}</a></p>"
    )


def _scrolling(page: Page, name: str, caption: Text, columns: Sequence[Text], rows: Sequence[Sequence[Cell]]) -> str:
    numeric = [any(isinstance(row[i], Quantity) for row in rows) for i in range(len(columns))]
    numbers = " class='number'"
    head = "".join(
        f"<th scope='col'{numbers if number else ''}>{page.render(column)}</th>"
        for column, number in zip(columns, numeric, strict=True)
    )
    body = "".join(
        "<tr>" + "".join(_cell(page, cell, i == 0, numeric[i]) for i, cell in enumerate(row)) + "</tr>" for row in rows
    )
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-labelledby="caption-{name}"><table>'
        f'<caption id="caption-{name}">{page.render(caption)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _cell(page: Page, cell: Cell, heading: bool, numeric: bool) -> str:
    shown = cell.html if isinstance(cell, Html) else page.render(NOT_PRINTED if cell is None else cell)
    if heading:
        return f'<th scope="row">{shown}</th>'
    kind = ' class="number"' if numeric and cell is not None else ' class="none"' if cell is None else ""
    return f"<td{kind}>{shown}</td>"


def _csv(page: Page, columns: Sequence[Text], rows: Sequence[Sequence[Cell]]) -> bytes:
    """UTF-8 with a byte order mark, so that a spreadsheet reads the diacritics; numbers as plain decimals."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([*(page.plain(column) for column in columns), "figures"])
    for row in rows:
        ids = dict.fromkeys(figure for cell in row if isinstance(cell, Quantity) for figure in cell.figures)
        writer.writerow([*(_flat(page, cell) for cell in row), " ".join(ids)])
    return out.getvalue().encode("utf-8-sig")


def _flat(page: Page, cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, Quantity):
        return numerals.plain(cell.shown_value())
    if isinstance(cell, Html):
        return html.unescape("".join(part.rpartition(">")[2] for part in cell.html.split("<")))
    written = page.plain(cell).replace("\u00a0", " ")
    # A spreadsheet runs a cell that begins like this as a formula.
    return f"'{written}" if written[:1] in {"=", "+", "-", "@"} else written


def _file_word(page: Page) -> str:
    return {"vi": "Tải số liệu (CSV)", "en": "Download the data (CSV)"}[page.language]


def _source_word(page: Page) -> str:
    return {"vi": "Nguồn", "en": "Source"}[page.language]


def verdict(page: Page, word: str) -> Html:
    """A verdict as a badge: a word and a colour."""
    return Html(f'<span class="verdict {word}">{html.escape(VERDICT_WORDS[page.language][word])}</span>')


def _review(page: Page, checked: claims.Verdict) -> dict[str, str]:
    """A stated calculation and its verdict, for the machine-readable twin of the page."""
    computed = checked.computed
    return {
        "claim": checked.claim,
        "verdict": checked.verdict,
        "verdict_text": VERDICT_WORDS[page.language][checked.verdict],
        "stated": checked.stated.text(page.language),
        "computed": computed.text(page.language, "size" if computed.kind == "relative_change" and computed.value < 0 else "")
        if computed
        else "",
        "about": page.plain(page.label("indicators", str(page.known.row(checked.stated.figures[0])["indicator"]))),
        "source": str(page.known.row(checked.stated.figures[0])["source"]),
    }


def _worked(page: Page, checked: claims.Verdict) -> Cell:
    """A recomputed number with its calculation, so that it can be followed where it stands.

    A stated fall is printed without a sign; so is what it is compared with. Where too little is printed to
    compute anything, what there is.
    """
    computed = checked.computed
    if computed is None and checked.operands:
        given = "; ".join(page.number(operand) for operand in checked.operands)
        return Html(f'<span class="worked">{html.escape(_FROM[page.language])} {given}</span>')
    if computed is None or computed.kind == "printed":
        return computed
    form = "size" if computed.kind == "relative_change" and computed.value < 0 else ""
    return Html(f'<span class="worked">{page.formula(computed)} =</span> <b>{page.number(computed, form, link=False)}</b>')


_FROM = {"vi": "chỉ nêu:", "en": "printed only:"}
VERDICT_WORDS = {
    "vi": {
        "holds": "khớp",
        "holds_if_truncated": "chỉ khớp nếu cắt bỏ phần lẻ",
        "does_not_hold": "không khớp",
        "contradicts": "mâu thuẫn",
        "cannot_be_checked": "không kiểm tra được",
    },
    "en": {
        "holds": "holds",
        "holds_if_truncated": "holds only if truncated",
        "does_not_hold": "does not hold",
        "contradicts": "contradiction",
        "cannot_be_checked": "cannot be checked",
    },
}


def checks(page: Page, name: str, caption: Text, verdicts: Sequence[claims.Verdict]) -> Html:
    """Stated calculations, one a row: what was computed, printed, recomputed, and the verdict."""
    columns = [
        text(vi="Phép tính", en="Calculation"),
        text(vi="Kết luận", en="Verdict"),
        text(vi="Nguồn nêu", en="Printed"),
        text(vi="Tính lại", en="Recomputed"),
    ]
    rows: list[list[Cell]] = []
    for checked in verdicts:
        page.verdict(checked.stated, VERDICT_WORDS[page.language][checked.verdict])
        page.reviews.append(_review(page, checked))
        row = page.known.entry("claims", checked.claim)
        label = page.label("indicators", str(page.known.row(checked.stated.figures[0])["indicator"]))
        what = f"{page.render(label)}<br><small>{page.render(verbatim(str(row['note_vi']), str(row['note_en'])))}</small>"
        rows.append([Html(what), verdict(page, checked.verdict), checked.stated, _worked(page, checked)])
    return table(page, name, caption, columns, rows)
