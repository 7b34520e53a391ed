"""A document as a page: bound numbers, tables, charts, events, its files."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes

import pytest
from bs4 import BeautifulSoup
from small_data import small_data

from analysis import Page, claims, compare, text
from analysis.numbers import figures
from analysis.numbers.figures import Figures
from analysis.pages import data, html, make
from analysis.pages.document import Document, Output, Prose
from analysis.pages.site import Imprint, Site
from analysis.saying import blocks
from analysis.saying.texts import ProseError
from analysis.saying.words import table as words_table
from analysis.saying.words import word

NBSP = "\u00a0"


def document(page: Page, *said: Any, title: str = "Tên") -> Document:
    """A document that says these things."""
    shown = (Output(place, each.block) for place, each in enumerate((*said, page.sources()), 2))
    return Document((Prose(1, f"# {title}", f"# {title}"), *shown), page.known)


def body(document: Document, language: str) -> html.Body:
    """What a document says in a language, drawn."""
    return html.body(document, language, make.drawings(document))


def soup(known: Figures, language: str, say: Callable[[Page], list[Any]]) -> BeautifulSoup:
    """The HTML of a page that says some things, with plain spaces."""
    page = Page(known, language)
    made = body(document(page, *say(page)), language).html
    return BeautifulSoup(made.replace(NBSP, " "), "html.parser")


def numbers(*values: Any) -> Callable[[Page], list[Any]]:
    """A sentence that shows some numbers, or words, in both languages."""
    shown = " ".join(f"{value}" for value in values)
    return lambda page: [page.say(shown, shown)]


def note(of: BeautifulSoup, number: int = 1) -> str:
    """The words of one note."""
    (item,) = of.select(f"#note-{number}")
    return item.get_text()


# -- numbers and words


def test_every_number_is_bound_and_linked(known: Figures, language: str) -> None:
    """A number has its plain value and figure ids, and links to its note; a word keeps its line."""
    after = known["staff.after"]
    page = Page(known, language)
    said = page.say(f"Còn {after} người.", f"Down to {after} people.")
    made = body(document(page, said), language).html
    shown, unit = {"vi": ("18.350", "người"), "en": ("18,350", "people")}[language]
    link = '<a href="#note-1"><data value="18350" data-figures="staff.after">'
    assert f"{link}{shown}</data></a>{NBSP}{unit}.</p>" in made


def test_a_form_changes_what_is_shown_and_its_value_alike(known: Figures, language: str) -> None:
    """The bound value is the number shown: a fall written by its size is a positive number."""
    fall = compare.change(known["staff.before"], known["staff.after"]).rate
    page = soup(known, language, numbers(f"{fall:fall}", f"{fall:sign}"))
    assert [each["value"] for each in page.select(".sentence > p data")] == ["44.3", "-44.3"]


def test_words_cannot_break_the_page(known: Figures, language: str) -> None:
    """Angle brackets, ampersands and quotes in words and labels are text."""
    page = soup(known, language, numbers("<b>a</b> & \"'"))
    assert page.select_one(".sentence b") is None
    assert page.select(".sentence > p")[0].get_text() == "<b>a</b> & \"'"


def test_markdown_is_words(known: Figures, language: str) -> None:
    """Headings get ASCII ids of their own; raw HTML is text, but for the mark of Vietnamese."""
    source = "## Chi bộ\n\n## Chi bộ\n\n<i lang='vi'>Thành ủy</i> <b>x</b>\n\n<script>1</script>"
    said = document(Page(known, language))
    said = Document((said.items[0], Prose(2, source, source), *said.items[1:]), known)
    page = BeautifulSoup(body(said, language).html, "html.parser")
    assert [each["id"] for each in page.select("h2[id]")] == ["chi-bo", "chi-bo-2", "notes"]
    assert page.select("i")[0]["lang"] == "vi"
    assert not page.select("p b, script")


# -- charts, tables, claims


def _table(page: Page) -> list[Any]:
    known = page.known
    head = [text("Nơi", "Area"), text("Số", "Number"), text("Ngày", "Day"), text("Tỷ lệ", "Share")]
    change = compare.change(known["staff.before"], known["staff.after"])
    here, country = page.label("areas", "ha-noi"), page.label("areas", "viet-nam")
    rows = [
        [here, change.after, known.as_of("staff.after"), change.rate],
        [country, known["units.before"], known.as_of("units.before"), None],
    ]
    return [page.table("a", text("Bảng", "Table"), head, rows, note=text("Chú", "Note"))]


def test_a_table_can_be_read_by_ear(known: Figures, language: str) -> None:
    """Caption, a header for each column and row, bound numbers, what is not printed, sources."""
    (table,) = soup(known, language, _table).select("#table-a")
    assert table.select("caption")[0]["id"] == table.select("[role=region]")[0]["aria-labelledby"]
    assert len(table.select("thead th[scope=col]")) == 4
    assert len(table.select("tbody th[scope=row]")) == 2
    values = [each["value"] for each in table.select("td > a[href^='#note-'] data")]
    assert values == ["18350", "-44.3", "10035"]
    assert [each["datetime"] for each in table.select("td time")] == ["2021", "2025-05-08"]
    assert [each.get_text() for each in table.select("td.none")] == [word("not_printed", language)]
    links = [each["href"] for each in table.select("p.source a")]
    assert links == ["#source-staff", "#source-wire"]
    assert table.select("p.table-note")


def test_nothing_stands_in_the_table_of_a_chart_where_nothing_is_due(
    known: Figures, language: str
) -> None:
    """The first point of a line has no change: a dash, since no source is at fault."""

    def panels(page: Page) -> list[Any]:
        word = text("Tên", "Title")
        return [page.panels("x", word, word, [(word, [page.point("staff.before")])])]

    cells = soup(known, language, panels).select("#chart-x td.none")
    assert {each.get_text() for each in cells} == {"–"}


def test_a_range_of_percentages_bears_one_sign(known: Figures, language: str) -> None:
    """“14–98.7%”: the lower end has no sign of its own, as it would be said twice; the range stays
    on its line."""

    def said(page: Page) -> list[Any]:
        both = f"{known['dossiers.share']}–{known['congress.rate']}"
        return [page.say(f"Từ {both}.", f"From {both}.")]

    page = soup(known, language, said)
    first = page.select("data")[0]
    assert (first["value"], first.get_text()) == ("14", "14")
    assert [each.get_text()[:3] for each in page.select(".sentence .whole")] == ["14–"]


def test_what_is_computed_from_its_own_row_needs_no_note(known: Figures, language: str) -> None:
    """A rate beside both counts that it follows from is bound, but leads to no note of its own."""
    change = compare.change(known["staff.before"], known["staff.after"])
    head = [text("Gì", "What"), *[text("Số", "Number")] * 3]
    row = [text("Người", "People"), change.before, change.after, change.rate]
    page = soup(known, language, lambda p: [p.table("a", text("Bảng", "Table"), head, [row])])
    *counts, rate = page.select("#table-a td")
    assert all(each.select("a > data") for each in counts)
    assert rate.select("data")
    assert not rate.select("a")
    assert len(page.select("ol.notes > li")) == 1


def _chart(page: Page) -> list[Any]:
    known, label = page.known, text("=Nhãn", "=Label")
    change = compare.change(known["staff.before"], known["staff.after"])
    rows = [(label, change.before, False), (label, change.after, True)]
    return [page.bars("b", text("Tên", "Title"), text("Phụ", "Sub"), rows)]


def test_a_chart_is_drawn_described_tabled_and_downloadable(known: Figures, language: str) -> None:
    """Two drawings with their numbers in words, the data as a table and as CSV, sources."""
    (figure,) = soup(known, language, _chart).select("figure.chart#chart-b")
    wide, narrow = figure.select(".drawing svg[role=img]")
    (described,) = wide.select("title + desc")
    assert wide["aria-describedby"] == narrow["aria-describedby"] == described["id"]
    for number in {"vi": ("32.933", "18.350"), "en": ("32,933", "18,350")}[language]:
        assert number in described.get_text()
    assert [each["value"] for each in figure.select("details td data")] == ["32933", "18350"]
    address = str(figure.select("p.files a")[0]["href"])
    content = unquote_to_bytes(address.partition(",")[2]).decode("utf-8-sig")
    head, *rows = list(csv.reader(io.StringIO(content)))
    assert head[0] in {"Mục", "Item"}
    assert {row[0] for row in rows} <= {"'=Nhãn", "'=Label"}
    assert [row[1:] for row in rows] == [["32933", "staff.before"], ["18350", "staff.after"]]


@pytest.mark.parametrize("asked", ["areas", "names", ""])
def test_a_report_about_an_area_has_no_drawing_for_a_card(
    known: Figures, tmp_path: Path, asked: str
) -> None:
    """Front pages name it in a list; every other report has a small drawing for its card."""
    page, codes = Page(known, "en"), {"areas": "ha-noi", "names": "project-06"}
    own = [page.parameters(province=page.label(asked, codes[asked]))] if asked else []
    said = document(page, *own, *_chart(page))
    make.write(
        make.Prepared(said, {"vi": body(said, "vi")}), html.Frame("x"), {"report": "x"}, tmp_path
    )
    card = json.loads((tmp_path / "vi.json").read_text("utf-8"))["record"]["card"]
    assert card.startswith("<svg") == (asked != "areas")


@pytest.mark.parametrize("tiles", [True, False])
def test_places_stand_in_squares_where_the_site_has_tiles(known: Figures, tiles: bool) -> None:
    """A place whose square the site knows has it, with its number and the way to its page; the page
    rests on that page and on where the square stands."""
    page, change = Page(known, "en"), compare.change(known["staff.before"], known["staff.after"])
    rows = [(page.label("areas", area), change, area == "ha-noi") for area in ("ha-noi", "da-nang")]
    rows.append((text("Nơi khác", "Elsewhere"), change, False))
    said = page.strip("x", text("Tên", "Title"), text("Phụ", "Sub"), rows, tiles=tiles)
    shown, site = document(page, said), Site(pages={"ha-noi": "here"}, tiles={"ha-noi": ("3", "2")})
    made = html.body(shown, "en", make.drawings(shown), site)
    squares = BeautifulSoup(made.html, "html.parser").select("figure .tiles > li")
    assert [(each.a["href"], each.data["value"], each["style"]) for each in squares] == (  # type: ignore[index]
        [("here.html", "44.3", "grid-area:3/2")] if tiles else []
    )
    assert made.writer.linked_areas == ({"ha-noi": "here"} if tiles else {})


def test_a_page_of_a_place_leads_to_those_beside_it() -> None:
    """To the pages before and after it in the alphabet, as far as there are such pages."""
    known, after = figures.load(), ("b.html", "Hà Tĩnh")
    page = Page(known, "en")
    shown = document(page, page.parameters(province=page.label("areas", "ha-noi")))
    for pages, beside in (
        ({"gia-lai": "a", "ha-tinh": "b"}, {"prev": ("a.html", "Gia Lai"), "next": after}),
        ({"ha-tinh": "b"}, {"next": after}),
        ({}, {}),
    ):
        made = html.body(shown, "en", {}, Site(pages=pages))
        assert made.neighbours == beside
        asked = ("gia-lai", "ha-tinh")
        assert made.writer.linked_areas == {area: pages.get(area, "") for area in asked}  # type: ignore[attr-defined]


def test_a_report_without_an_answer_says_so(tmp_path: Path, language: str) -> None:
    """Where no lead is known by the day of the report, the page says that nothing was printed."""
    known = figures.load(small_data(tmp_path), known_on="2000-01-01")
    after = f"{known['staff.after']}"
    page = soup(known, language, lambda p: [p.lead(after, after)])
    assert page.select("p.absent")[0].get_text() == word("absent", language)


def test_a_page_says_what_it_knows(tmp_path: Path) -> None:
    """Above its title a page names its latest source; one of an earlier day, or of the core
    articles alone, names that day and says so."""
    folder, lines = small_data(tmp_path), []
    for day, evidence in (("", "all"), ("2025-07-20", "core")):
        known = figures.load(folder, known_on=day, evidence=evidence)
        said = document(Page(known, "en"))
        made = html.page(said, body(said, "en"), html.Frame("x"))
        lines.append(BeautifulSoup(made, "html.parser").select("main > p.edition")[0].get_text())
    assert lines == [
        "Sources up to 15 Jul 2025",
        "Sources printed up to 20 Jul 2025 · the core articles alone",
    ]


def test_a_citation_leads_back_to_the_page(known: Figures) -> None:
    """It gives the address of the page where the site has one, else title, version and day."""
    said = document(Page(known, "en"))
    for address, found in (
        ("https://example.org/x/", ["https://example.org/x/en/a.html"]),
        ("", []),
    ):
        frame = html.Frame("a", Imprint(address=address), version="0" * 12)
        made = BeautifulSoup(html.page(said, body(said, "en"), frame), "html.parser")
        cited = made.select(".citation")[0]
        assert [link.get_text() for link in cited.select("a")] == found
        assert "0" * 12 in cited.get_text()
        assert cited.select("cite, time")


# -- decisions and steps


def test_context_lists_events_with_their_sources(known: Figures, language: str) -> None:
    """Each event of a reform in order of days: day, what happened, document, source with paragraph;
    where none is known, the page says so."""
    reform = next(each.reform for each in known.events() if each.reform)
    events = known.events(reform)
    page = soup(known, language, lambda p: [p.context(reform), p.context(reform, "ceremony")])
    items = page.select("ol.context > li")
    assert len(items) == len(events)
    for item, event in zip(items, events, strict=True):
        assert event.label.words(language) in item.get_text()
        assert item.select("time")
        assert item.select(f"a[href='#source-{event.source}']")
    assert page.select("p.absent")[0].get_text() == word("absent", language)


def test_an_event_in_a_sentence_has_its_day_and_document(known: Figures) -> None:
    """The day has its machine form, the number of the document is marked as a name, and stays on
    its line."""
    event = known.event("staff.plan")
    page = soup(known, "en", numbers(event.label, f"{event.day:short}", event.document))
    (said,) = page.select(".sentence > p")
    assert said.select("time[datetime='2018-12-08']")[0].get_text() == "8 Dec 2018"
    assert said.select(".name")[0].get_text() == "Plan No. 109-KH/TU"
    assert said.select(".name > .whole")[0].get_text() == "No. 109-KH/TU"
    assert said.get_text().startswith("A plan of the cuts is adopted")


# -- headline numbers


def test_a_headline_is_drawn_against_what_it_was(known: Figures, language: str) -> None:
    """Two thin bars, the longer one whole; the number before is bound; a part is drawn in its
    whole, open where it is what is missing; other units, or both at once, are refused."""
    before, after = known["staff.before"], known["staff.after"]
    part, whole = known["congress.held"], known["congress.due"]
    label = text("Người", "People")
    page = soup(
        known,
        language,
        lambda p: [
            p.headline(f"{after}", label, before=before),
            p.headline(f"{part}", label, of=whole),
            p.headline(f"{part}", label),
        ],
    )
    first, second, third = page.select(".headlines li")
    assert [each["style"] for each in first.select("i")] == ["--share:1.000", "--share:0.557"]
    base = first.select(".base")[0]
    assert base.select("data")[0]["value"] == "32933"
    assert base.get_text().startswith(word("headline_before", language))
    assert second.select(".bars.part i")[1]["style"] == "--share:0.986"
    assert not third.select(".bars")
    for wrong in ({"before": part}, {"before": before, "of": before}):
        with pytest.raises(ProseError):
            Page(known, language).headline(f"{after}", label, **wrong)


# -- files


def test_the_csv_of_a_page_runs_no_formula() -> None:
    """UTF-8 with a byte order mark; what a spreadsheet would run is text; numbers stay numbers."""
    cells = {"value": "-44.3", "shown": "=HYPERLINK(1)", "figures": ["a", "b"]}
    content = data.page_csv([{**dict.fromkeys(data.COLUMNS, ""), **cells}])
    assert content.startswith(b"\xef\xbb\xbf")
    _, row = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert (row[0], row[1], row[8]) == ("-44.3", "'=HYPERLINK(1)", "a b")


def test_machines_read_what_people_read(known: Figures) -> None:
    """JSON-LD tells title, answer, headline numbers and what does not hold, safe where it is."""
    page = Page(known, "en")
    said = document(
        page,
        page.lead("</script> Có.", "</script> Yes."),
        page.headline(f"{known['congress.rate']}", text("a", "rate")),
        page.claims("k", text("a", "b"), claims.recompute(known)),
    )
    made = body(said, "en")
    about = Imprint(title={"en": "Site"}, licence={"url": "https://x.org/"})
    linked = data.linked_data(said, made, "T", said.lead("en"), "x", about)
    assert "<" not in linked
    report, *reviews = json.loads(linked)["@graph"]
    assert report["license"] == report["hasPart"]["license"] == "https://x.org/"
    assert report["abstract"] == "</script> Yes."
    assert report["isPartOf"]["name"] == "Site"
    assert report["mainEntity"] == [{"@type": "Observation", "name": "rate", "value": "98.7%"}]
    told = ("does_not_hold", "contradicts", "holds_if_truncated")
    verdicts = {each["reviewRating"]["alternateName"] for each in reviews}
    assert verdicts == {word(f"verdict_{each}", "en") for each in told}


def test_every_interface_word_is_there_in_both_languages() -> None:
    """words.toml has both languages for each key, none empty, no digit outside a name, no HTML."""
    for key, pair in words_table().items():
        assert set(pair) == {"vi", "en"}, key
        for said in pair.values():
            assert said.strip(), key
            assert "<" not in said


def test_chapters_that_say_nothing_leave_no_heading(shipped: Figures, language: str) -> None:
    """Where no source had printed anything yet, a heading above “no source” tells nothing."""
    page = Page(shipped, language)
    said = [
        *(Output(1, blocks.Absent()), Output(1, blocks.Absent())),
        *(Prose(2, "## Một", ""), Prose(3, "", "## One"), Output(4, blocks.Absent())),
        *(Prose(5, "## Hai", ""), Prose(6, "", "## Two"), Output(7, blocks.Hidden())),
        *(Prose(8, "## Ba", "## Three"), Prose(9, "Lời.", "Words.")),
        *(Output(10, blocks.Absent()), Output(10, blocks.Absent())),
        *(Prose(11, "## Bốn", "## Four"), Output(12, page.sources().block)),
    ]
    made = body(Document((Prose(1, "# Tên", "# Name"), *said), shipped), language)
    chapter = {"vi": "Ba", "en": "Three"}[language]
    assert [name for _, name in made.sections] == [chapter, word("notes", language)]
    main = BeautifulSoup(made.html, "html.parser")
    assert [each.get_text() for each in main.select("h2")] == [chapter, word("notes", language)]
    assert (
        len(main.select("p.absent")) == 2
    )  # at the head of the page, and for what the chapter lacks
