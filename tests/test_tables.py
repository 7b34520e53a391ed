"""A comparison as an HTML table: captioned, scoped, every number bound; and as a CSV that spreadsheets read."""

from __future__ import annotations

import base64
import csv
import io

import pytest
from bs4 import BeautifulSoup, Tag
from small_data import small_data

from analysis import claims, figures, periods, quantity, tables
from analysis.figures import VERDICTS, Figures
from analysis.prose import Html, Page, text
from analysis.tables import Cell

NBSP = "\u00a0"
CAPTION = text(vi="Hai phép đếm", en="Two counts")
COLUMNS = [text(vi="Nơi", en="Area"), text(vi="Số", en="Number"), text(vi="Ngày", en="Day"), text(vi="Tỷ lệ", en="Share")]


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Figures:
    """The figures of the small data."""
    return figures.load(small_data(tmp_path_factory.mktemp("small")))


@pytest.fixture(params=["vi", "en"])
def page(request: pytest.FixtureRequest, known: Figures) -> Page:
    """A page in each language."""
    return Page(known, request.param)


def rows(page: Page) -> list[list[Cell]]:
    """Two rows with every kind of cell: text, printed and computed numbers, a period, and nothing."""
    known = page.known
    fall = quantity.relative_change(known["staff.before"], known["staff.after"])
    return [
        [page.label("areas", "ha-noi"), known["staff.after"], known.as_of("staff.after"), fall],
        [page.label("areas", "viet-nam"), known["units.before"], periods.read("2025-05-08"), None],
    ]


def made(page: Page, given: list[list[Cell]] | None = None) -> Tag:
    """The table of the rows, taken apart."""
    shown = tables.table(page, "counts", CAPTION, COLUMNS, rows(page) if given is None else given)
    element = BeautifulSoup(shown.html, "html.parser").div
    assert element is not None
    return element


def test_a_table_has_a_caption_and_scoped_headers(page: Page) -> None:
    """Caption, a header for each column, and the first cell of each row as the row's header."""
    table = made(page)
    assert (table["class"], table["id"]) == (["table"], "table-counts")
    caption = table.caption
    assert caption is not None
    assert caption.get_text() == {"vi": "Hai phép đếm", "en": "Two counts"}[page.language]
    region = table.select_one("[role=region]")
    assert region is not None
    assert (region["tabindex"], region["aria-labelledby"]) == ("0", caption["id"])
    assert [cell.get_text() for cell in table.select("th[scope=col]")] == {
        "vi": ["Nơi", "Số", "Ngày", "Tỷ lệ"],
        "en": ["Area", "Number", "Day", "Share"],
    }[page.language]
    assert [cell.get_text() for cell in table.select("tbody th[scope=row]")] == {
        "vi": ["Hà Nội", "Việt Nam"],
        "en": ["Hà Nội", "Viet Nam"],
    }[page.language]


def test_every_number_in_a_table_is_bound_and_linked(page: Page) -> None:
    """Numbers stand in data with value and figures, linked to notes, in columns marked as numbers; days in time."""
    table = made(page)
    assert [(data["value"], data["data-figures"]) for data in table.select("td.number a[data-note] data")] == [
        ("18350", "staff.after"),
        ("-44.3", "staff.before staff.after"),
        ("10035", "units.before"),
    ]
    assert [element["datetime"] for element in table.select("td time")] == ["2021", "2025-05-08"]
    assert [cell.get_text() for cell in table.select("thead th.number")] == {"vi": ["Số", "Tỷ lệ"], "en": ["Number", "Share"]}[
        page.language
    ]


def test_a_number_that_is_not_printed_is_said_so(page: Page) -> None:
    """Nothing is shown as zero or as an empty cell."""
    empty = made(page).select("td.none")
    assert [cell.get_text() for cell in empty] == [{"vi": "không nêu", "en": "not printed"}[page.language]]


def test_a_table_names_its_sources(page: Page) -> None:
    """Below the table the sources of its numbers stand once each, with links to their entries."""
    line = made(page).select_one("p.source")
    assert line is not None
    assert [link["href"] for link in line.select("a")] == ["#source-staff", "#source-wire"]


def test_a_note_stands_below_the_table_where_its_figures_are_known(page: Page) -> None:
    """A note that rests on an unknown figure is left out."""
    given = text(vi="Chú thích {a}", en="Note {a}", a=page.known["staff.after"])
    shown = BeautifulSoup(tables.table(page, "a", CAPTION, COLUMNS, rows(page), given).html, "html.parser")
    assert shown.select_one("p.table-note data") is not None
    hollow = text(vi="Chú thích {a}", en="Note {a}", a=None)
    shown = BeautifulSoup(tables.table(page, "b", CAPTION, COLUMNS, rows(page), hollow).html, "html.parser")
    assert shown.select_one("p.table-note") is None


def test_a_table_without_rows_says_that_nothing_is_known(page: Page) -> None:
    """No rows give a sentence, not an empty table."""
    assert tables.table(page, "a", CAPTION, COLUMNS, []).html == page.absent().html


def test_a_row_of_another_length_is_refused(page: Page) -> None:
    """A row that has fewer cells than the table has columns is a mistake of the notebook, not a shifted table."""
    with pytest.raises((IndexError, ValueError)):
        made(page, [row[:-1] for row in rows(page)])
    with pytest.raises((IndexError, ValueError)):
        made(page, [[*row, None] for row in rows(page)])


# -- behind a chart


def download(page: Page, given: list[list[Cell]]) -> tuple[str, bytes]:
    """The name and the bytes of the CSV behind a chart."""
    behind = BeautifulSoup(tables.behind(page, "counts", CAPTION, COLUMNS, given), "html.parser")
    link = behind.select_one("p.files a[download]")
    assert link is not None
    kind, _, content = str(link["href"]).partition(";base64,")
    assert kind == "data:text/csv;charset=utf-8"
    return str(link["download"]), base64.b64decode(content, validate=True)


def test_the_csv_is_read_by_spreadsheets(page: Page) -> None:
    """UTF-8 with a byte order mark, Windows line ends, plain decimals, the same rows as the table, figure ids last."""
    name, content = download(page, rows(page))
    assert name == "counts.csv"
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.count(b"\r\n") == 3
    vi, en = (
        [["Nơi", "Số", "Ngày", "Tỷ lệ", "figures"], ["Hà Nội", "18350", "năm 2021", "-44.3", "staff.after staff.before"],
         ["Việt Nam", "10035", "ngày 08 tháng 5 năm 2025", "", "units.before"]],
        [["Area", "Number", "Day", "Share", "figures"], ["Hà Nội", "18350", "2021", "-44.3", "staff.after staff.before"],
         ["Viet Nam", "10035", "8 May 2025", "", "units.before"]],
    )  # fmt: skip
    assert list(csv.reader(io.StringIO(content.decode("utf-8-sig")))) == {"vi": vi, "en": en}[page.language]


def test_the_csv_and_the_table_behind_a_chart_agree(page: Page) -> None:
    """Every number in the unfolded table is in the CSV, cell by cell."""
    shown = BeautifulSoup(tables.behind(page, "counts", CAPTION, COLUMNS, rows(page)), "html.parser")
    in_table = [[data["value"] for data in row.find_all("data")] for row in shown.select("tbody tr")]
    _, content = download(page, rows(page))
    in_csv = [[row[1], row[3]] for row in csv.reader(io.StringIO(content.decode("utf-8-sig")))][1:]
    assert [[value for value in row if value] for row in in_csv] == in_table


@pytest.mark.parametrize("start", ["=", "+", "-", "@"])
def test_a_cell_is_no_formula(page: Page, start: str) -> None:
    """Words that a spreadsheet would run as a formula are marked as text."""
    label = text(vi=f"{start}HYPERLINK(x)", en=f"{start}HYPERLINK(x)")
    _, content = download(page, [[label, *rows(page)[0][1:]]])
    assert list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))[1][0] == f"'{start}HYPERLINK(x)"


def test_markup_in_a_cell_is_words_in_the_csv(page: Page) -> None:
    """A cell of HTML reaches the CSV as its text."""
    _, content = download(page, [[Html("<b>Xã</b> &amp; <i>phường</i>"), *rows(page)[0][1:]]])
    assert list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))[1][0] == "Xã & phường"


# -- claims


def test_each_verdict_has_a_word_in_both_languages() -> None:
    """The five verdicts of the data have a word each, in both languages, all different."""
    for language in ("vi", "en"):
        assert tuple(tables.VERDICT_WORDS[language]) == VERDICTS
        assert len(set(tables.VERDICT_WORDS[language].values())) == 5


def test_a_verdict_is_a_word_and_not_a_colour_alone(page: Page) -> None:
    """The badge says its verdict in words; its class carries the colour."""
    badge = BeautifulSoup(tables.verdict(page, "does_not_hold").html, "html.parser").span
    assert badge is not None
    assert badge["class"] == ["verdict", "does_not_hold"]
    assert badge.get_text() == {"vi": "không khớp", "en": "does not hold"}[page.language]


def checked(page: Page) -> BeautifulSoup:
    """The table of every claim of the small data."""
    shown = tables.checks(page, "checks", CAPTION, claims.recompute(page.known))
    return BeautifulSoup(shown.html, "html.parser")


def test_the_table_of_claims_shows_what_was_printed_and_recomputed(page: Page) -> None:
    """One row for each claim: its note, the printed and the recomputed number, the verdict, or what little is printed."""
    found = [row.get_text(" ").replace(NBSP, " ") for row in checked(page).select("tbody tr")]
    assert len(found) == 6
    note, printed, computed, word = {
        "vi": ("Lớn hơn phép chia.", "98,7%", "98,6%", "không khớp"),
        "en": ("Larger than the quotient.", "98.7%", "98.6%", "does not hold"),
    }[page.language]
    for part in (note, printed, computed, word):
        assert part in found[0]
    badges = [badge["class"][1] for badge in checked(page).select(".verdict")]
    assert badges == ["does_not_hold", "contradicts", "cannot_be_checked", "holds_if_truncated", "holds", "holds"]
    assert {"vi": "chỉ nêu:", "en": "printed only:"}[page.language] in found[2]


def test_a_recomputed_fall_is_told_like_the_printed_one(page: Page) -> None:
    """44.2 % was printed without a sign; what it is compared with is 44.3 %, without one too."""
    row = checked(page).select("tbody tr")[3]
    shown = [data["value"] for data in row.find_all("data")]
    assert "44.2" in shown
    assert "44.3" in shown
    assert "-44.3" not in shown


def test_claims_leave_their_verdict_in_the_notes(page: Page) -> None:
    """Wherever a stated result is shown on the page, its note carries the verdict."""
    checked(page)
    rates = [item for item in page.record()["quantities"] if item["figures"] == ["congress.rate"]]
    assert rates
    assert {item["verdict"] for item in rates} == {tables.VERDICT_WORDS[page.language]["does_not_hold"]}
