"""Specification of `analysis.gate`: what no finished page may show. Pages here are a few lines, written by hand."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from analysis import gate

FIGURES = {"held": "1221", "due": "1238", "filed": "66000"}
CHART = (
    '<figure class="chart" id="chart-falls"><svg><path d="M1 9L201 9L201 19L1 19z"/>'
    '<path d="M1 29L51 29L51 39L1 39z"/><text>400</text><text>100</text></svg>'
    '<table><tbody><tr><th>A</th><td><data value="400" data-figures="a">400</data></td></tr>'
    '<tr><th>B</th><td><data value="100" data-figures="b">100</data></td></tr></tbody></table>'
    '<a href="data:text/csv;charset=utf-8;base64,{sheet}">CSV</a></figure>'
)


def number(value: str, shown: str, *figures: str, **more: Any) -> dict[str, Any]:
    """A Quantity as the record of a run holds it."""
    return {"value": value, "shown": shown, "exact": value, "figures": list(figures), "formula": "", **more}


def refused(body: str, *quantities: dict[str, Any], language: str = "vi", **more: Any) -> list[str]:
    """What the gate says of a page that shows `body`."""
    record = {
        "language": language,
        "quantities": list(quantities),
        "days": [["16/7/2025", "2025-07-16"]],
        "names": [],
        "charts": [],
    }
    return gate.refusals(f'<html lang="{language}"><main>{body}</main></html>', record, ["Đề án 06"], **more)


@pytest.mark.parametrize(
    "body",
    [
        "<p>Có 1.221 tổ chức</p>",
        "<p>Có ½ số tổ chức</p>",
        "<p>Có ② tổ chức</p>",
        '<p><span class="name">1.221</span></p>',
        "<p><cite>1.221</cite></p>",
        '<p><data value="1221" data-figures="held">1.221</data></p>',
        '<p title="1.221">có</p>',
        '<ol start="1221"><li>có</li></ol>',
        '<p><time datetime="2025-07-16">17/7/2025</time></p>',
        '<p><time datetime="2025-07-16">7/7/2025</time></p>',
        '<p><time datetime="2025-07-16">7/16/2025</time></p>',
        '<p><time datetime="2025-07-16">16 June 2025</time></p>',
        '<p><time datetime="2025-07-16">16</time> tổ chức</p>',
    ],
)
def test_a_numeral_that_no_run_showed_is_refused(body: str) -> None:
    """Typed, marked as a name, quoted, bound by hand, spoken, in a list or dressed as a date: it stays out."""
    assert refused(body)


@pytest.mark.parametrize("name", ["1.221", "12"])
def test_a_run_cannot_vouch_for_its_own_names(name: str) -> None:
    """The names of the record are not asked: only the lists of the data hold names."""
    record = {"language": "vi", "quantities": [], "days": [], "names": [name], "charts": []}
    page = f'<html lang="vi"><main><p><span class="name">{name}</span></p></main></html>'
    assert gate.refusals(page, record) == [f"“{name}” is marked as a name, but no list holds it"]


def test_names_dates_and_links_back_to_notes_pass() -> None:
    """What a list holds, a date in its language, the first day of a span, and the number of the note linked to."""
    body = (
        '<p><span class="name">Đề án 06</span>, <time datetime="2025-07-16">ngày 16 tháng 7 năm 2025</time>, '
        '<time datetime="2025-07-16">16 July 2025</time>, <time datetime="2025-07-16">16</time>–'
        '<time datetime="2025-07-16">16/7/2025</time> <a href="#note-12"><span class="name">12</span></a></p>'
    )
    assert refused(body) == []


def test_every_number_is_recomputed_from_the_printed_figures() -> None:
    """A Quantity made by hand in a notebook is bound and recorded, and still is not what its figures give."""
    bound = '<p><data value="{0}" data-figures="held due">{0}%</data></p>'
    share = number("98.6", "98.6%", "held", "due", kind="share", formula="held ÷ due") | {"exact": "98.626817447496"}
    assert refused(bound.format("98.6"), share, language="en", figures=FIGURES) == []
    wrong = share | {"value": "98.7", "shown": "98.7%", "exact": "98.7"}
    assert refused(bound.format("98.7"), wrong, language="en", figures=FIGURES) == [
        "“98.7%” stands for 98.7, but held ÷ due is 98.62681744749596122"
    ]
    printed = number("1222", "1,222", "held", kind="printed")
    page = '<p><data value="1222" data-figures="held">1,222</data></p>'
    assert refused(page, printed, language="en", figures=FIGURES) == ["“1,222” stands for 1222, but held is 1221"]


@pytest.mark.parametrize(
    ("value", "more", "right"),
    [
        ("2", {"kind": "count", "formula": "count of held; due"}, True),
        ("3", {"kind": "count", "formula": "count of held; due"}, False),
        ("1", {"kind": "count", "formula": "count of held"}, False),
        ("1222", {"kind": "needed", "formula": "whole number giving due with held"}, False),
        ("1209", {"kind": "needed", "formula": "whole number giving due with held"}, True),
    ],
)
def test_counts_and_needed_numbers_are_recomputed_too(value: str, more: dict[str, Any], right: bool) -> None:
    """A count is how many figures its formula lists; a needed number gives the printed percentage, as printed."""
    figures = {"held": "1221", "due": "99.0"} if more["kind"] == "needed" else FIGURES
    said = refused(
        f'<p><data value="{value}" data-figures="held due">{value}</data></p>',
        number(value, value, "held", "due", **more), language="en", figures=figures,
    )  # fmt: skip
    assert [each for each in said if "stands for" in each] == ([] if right else said)


def test_a_hedged_number_keeps_its_hedge() -> None:
    """“More than 66,000” is not 66,000."""
    bare = number("66000", "66.000", "filed", kind="printed", qualifier="at_least")
    assert refused('<p><data value="66000" data-figures="filed">66.000</data></p>', bare) == [
        "“66.000” (filed) has lost its hedge"
    ]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("", "", ""),
        ("<text>100</text>", "<text>400</text>", "“400” is drawn, but 400 is not in row 2 of its table"),
        ("L51 29L51 39", "L81 29L81 39", "the bars are not as long as any column of its table says"),
        ('<path d="M1 29L51 29L51 39L1 39z"/>', "", "1 bars are drawn for 2 rows of its table"),
        ("B,100", "B,101", "its download holds “101” in row 2, its table “100”"),
        ("B,100,b\r\n", "", "its download has 1 rows, its table 2"),
    ],
)
def test_a_chart_says_in_every_form_what_its_table_says(old: str, new: str, said: str) -> None:
    """Words and bars row by row, and the table to download cell by cell."""
    sheet = "Loại,Số,figures\r\nA,400,a\r\nB,100,b\r\n"
    sheet, chart = (sheet.replace(old, new), CHART) if old in sheet else (sheet, CHART.replace(old, new))
    body = chart.replace("{sheet}", base64.b64encode(sheet.encode("utf-8-sig")).decode())
    found = refused(body, number("400", "400", "a"), number("100", "100", "b"))
    assert found == ([f"chart falls: {said}"] if said else [])


@pytest.mark.parametrize(
    ("vi", "en"),
    [
        ("<p>A</p><p>B</p>", "<p>A</p>"),
        (
            '<p><data value="1" data-figures="a">1</data> <data value="2" data-figures="b">2</data></p>',
            '<p><data value="2" data-figures="b">2</data> <data value="1" data-figures="a">1</data></p>',
        ),
    ],
)
def test_twins_say_the_same_in_the_same_order(vi: str, en: str) -> None:
    """A sentence in one language alone, or two numbers exchanged, stops both pages."""
    first, second = (gate.passages(gate.read(f"<main>{body}</main>")) for body in (vi, en))
    assert gate.unlike(first, first) == ""
    assert gate.unlike(first, second)


MATRIX = (
    '<figure class="chart" id="chart-known"><svg><use href="#full" x="1" y="1"/><use href="#empty" x="9" y="1"/>'
    '<use href="#full" x="1" y="9"/><use href="#full" x="9" y="9"/>'
    "<text>Xã</text><text>Tổ</text><text>Trước đây</text><text>Nay</text></svg><table>"
    "<thead><tr><th></th><th>Trước đây</th><th>Nay</th></tr></thead><tbody>"
    "<tr><th>Xã</th><td>có</td><td>không</td></tr><tr><th>Tổ</th><td>có</td><td>có</td></tr></tbody></table></figure>"
)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("", "", ""),
        ('#empty" x="9" y="1"', '#full" x="9" y="1"', "its marks do not say what the words of its table say"),
        ("<td>không</td>", "<td>có</td>", "its marks do not say what the words of its table say"),
        ('x="9" y="9"', 'x="8" y="9"', "4 marks are drawn for 4 cells of its table, or not in its rows and columns"),
        ("<text>Nay</text>", "<text>Xưa</text>", "its columns are not headed as those of its table: Trước đây, Nay"),
        ('<use href="#full" x="9" y="9"/>', "", "3 marks are drawn for 4 cells of its table, or not in its rows and columns"),
    ],
)
def test_a_matrix_shows_the_same_mark_for_the_same_word(old: str, new: str, said: str) -> None:
    """A matrix has one mark for each cell of its table, and one kind of mark for each word."""
    found = refused(MATRIX.replace(old, new, 1) if old else MATRIX)
    assert found == ([f"chart known: {said}"] if said else [])


SERIES = (
    '<figure class="chart" id="chart-cells"><svg><path d="M1 100L200 100" style="stroke:var(--rule)"/><text x="10">2012</text>'
    '<text x="70">2018</text><use href="#dot" x="15" y="20"/><use href="#dot" x="75" y="60"/><text>80</text><text>40</text></svg>'
    '<table><tbody><tr><th>A</th><td><time datetime="2013">trước năm 2013</time></td>'
    '<td><data value="80" data-figures="a">80</data></td></tr><tr><th>A</th>'
    '<td><time datetime="2018">năm 2018</time></td><td><data value="40" data-figures="b">40</data></td></tr>'
    "</tbody></table></figure>"
)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("", "", ""),
        ('<text x="10">2012</text>', '<text x="70">2012</text>', "“2012” does not stand at its place on the axis"),
        ('x="70">2018', 'x="70">2017', "“2017” does not stand at its place on the axis"),
        ('x="75" y="60"', 'x="75" y="50"', "the marks are not as long as any column of its table says"),
        ("<text>40</text>", "<text>2018</text>", "“2018” is drawn, but 2018 is not in row 2 of its table"),
    ],
)
def test_a_series_stands_at_its_days_and_heights(old: str, new: str, said: str) -> None:
    """A mark stands as high as its number and as far as its day, and so do the years of the axis."""
    record = {
        **{"language": "vi", "names": [], "days": [["trước năm 2013", "2013"], ["năm 2018", "2018"]]},
        "quantities": [number("80", "80", "a"), number("40", "40", "b")],
        "charts": [{"id": "chart-cells", "marks": ["2012", "2017", "2018"]}],
    }
    found = gate.refusals(f'<html lang="vi"><main>{SERIES.replace(old, new, 1) if old else SERIES}</main></html>', record)
    assert found[:1] == ([f"chart cells: {said}"] if said else [])


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ('page.say(vi="Đề án 06 có {a:bare} tổ chức.", en="{a}", a=held)', []),
        ('words = {"12": text(vi="mười hai", en="twelve")}', []),
        ('page.say(vi="Có 1.221 tổ chức", en="{a}", a=held)', ["“Có 1.221 tổ chức” holds a number typed by hand: 1.221"]),
        ('text(vi="a", en="b" + " of ½")', ["“of ½” holds a number typed by hand: ½"]),
        (
            'limit(vi=f"Có {held} tổ chức", en="a")',
            ["f'Có {held} tổ chức' is an f-string: write {name} and give name=, so that the number is bound"],
        ),
        ("text(vi=both[0], en=both[1])", []),
        ('text(vi="bốn mươi {a}", en="{a}", a=held)', ["“bốn mươi {a}” counts in words: mươi"]),
        ("%matplotlib inline", []),
    ],
)
def test_a_sentence_is_read_where_it_is_typed(source: str, said: list[str]) -> None:
    """A numeral typed into a sentence is found although this run does not show the sentence."""
    assert [*gate.typed(source, ["Đề án 06"])] == said
