"""Sentences in two languages whose numbers are Quantities, and the page that remembers each of them."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from small_data import small_data

from analysis import compare, figures, periods, prose, quantity
from analysis.figures import Figures
from analysis.prose import Html, Page, ProseError, Text, text

NBSP = "\u00a0"
SAY = {"vi": "Còn {after} người.", "en": "Down to {after} people."}


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Figures:
    """The figures of the small data."""
    return figures.load(small_data(tmp_path_factory.mktemp("small")))


@pytest.fixture(params=["vi", "en"])
def page(request: pytest.FixtureRequest, known: Figures) -> Page:
    """A page in each language."""
    return Page(known, request.param)


def soup(*parts: Html | str) -> BeautifulSoup:
    """HTML taken apart."""
    return BeautifulSoup("".join(part.html if isinstance(part, Html) else part for part in parts), "html.parser")


def words(part: Html | str) -> str:
    """What a reader reads, with plain spaces."""
    return soup(part).get_text().replace(NBSP, " ")


# -- what may be written


@pytest.mark.parametrize(
    "write",
    [
        lambda page, words: page.say(vi=words, en=words),
        lambda page, words: page.limit(vi=words, en=words),
        lambda page, words: page.lead(text(words, words)),
        lambda page, words: page.title(text(words, words)),
        lambda page, words: page.findings(("", text(words, words))),
        lambda page, words: page.headlines((page.known["staff.after"], "", text(words, words), text("a", "a"))),
        lambda page, words: page.headlines((page.known["staff.after"], "", text("a", "a"), text(words, words))),
        lambda page, words: page.say(vi="{a}", en="{a}", a=text(words, words)),
        lambda page, words: page.render(words),
        lambda page, words: page.plain(text(words, words)),
        lambda page, words: page.plain(words),
    ],
    ids=["say", "limit", "lead", "title", "finding", "label", "note", "nested", "string", "plain", "plain string"],
)
@pytest.mark.parametrize(
    "typed", ["126 communes", "one of 3", "98.7%", "Resolution 18", "n² more", "½ of it", "٣ wards", "Đề án 061"]
)
def test_a_digit_typed_by_hand_is_refused(page: Page, write: Callable[[Page, str], Any], typed: str) -> None:
    """Wherever words may stand, a number that is no Quantity is an error that says what to do."""
    with pytest.raises(ProseError, match=r"holds a number typed by hand\. Put a Quantity or Period in its place") as error:
        write(page, typed)
    assert "data/names.csv" in str(error.value)


def test_a_digit_is_refused_in_the_language_it_stands_in(known: Figures) -> None:
    """A number typed into one language alone does not pass because the other has none."""
    assert words(Page(known, "vi").say(vi="Năm xã.", en="5 communes.")) == "Năm xã."
    with pytest.raises(ProseError, match="5 communes"):
        Page(known, "en").say(vi="Năm xã.", en="5 communes.")


def test_a_listed_name_may_hold_digits(page: Page) -> None:
    """Names, document numbers and ordinals of names.csv are marked as such and remembered."""
    said = page.say(vi="Đề án 06 nêu trong Kế hoạch số 109-KH/TU.", en="Project 06 is in Plan No. 109-KH/TU.")
    names = {"vi": ["Đề án 06", "Kế hoạch số 109-KH/TU"], "en": ["Project 06", "Plan No. 109-KH/TU"]}[page.language]
    assert [span.get_text() for span in soup(said).select("span.name")] == names
    assert page.record()["names"] == sorted(names)


@pytest.mark.parametrize(
    ("vi", "en", "values", "message"),
    [
        ("{a} người", "people", {"a"}, r"the two languages show different values: vi \['?\(?'a'"),
        ("{a} và {b}", "{a} and {a}", {"a", "b"}, "the two languages show different values"),
        ("{a} và {a}", "{a}", {"a"}, "the two languages show different values"),
        ("{a:sign}", "{a}", {"a"}, "the two languages show different values"),
        ("{a} và {b}", "{b} and {a}", {"a", "b"}, "the same values in another order"),
        ("Người", "", set(), "something is said in one language alone"),
        ("{a}", "{a}", set(), "values and {names} differ: a"),
        ("{a}", "{a}", {"a", "b"}, "values and {names} differ: b"),
        ("{}", "{}", {"a"}, "values and {names} differ"),
        ("{a:.2f}", "{a:.2f}", {"a"}, "“.2f” is no form of a number; use one of bare, end, short, sign, size"),
    ],
)
def test_the_two_languages_show_the_same_values(known: Figures, vi: str, en: str, values: set[str], message: str) -> None:
    """A number left out, added, or in another form in one language is refused, in whatever language the page is."""
    with pytest.raises(ProseError, match=message.replace("{", r"\{").replace("}", r"\}") if "\\" not in message else message):
        text(vi, en, **dict.fromkeys(values, known["staff.after"]))


@pytest.mark.parametrize("smuggled", [126, 98.7, "126", ["126"], True])
def test_only_a_quantity_a_period_or_a_text_may_stand_in_a_sentence(page: Page, smuggled: object) -> None:
    """A bare number or string put into a sentence is refused, even where it would look right."""
    with pytest.raises(ProseError, match="is no Quantity, Period or Text"):
        page.say(vi="Còn {a}.", en="Still {a}.", a=smuggled)


def test_a_sentence_that_no_longer_holds_is_refused(known: Figures) -> None:
    """A sentence says under which condition it is true; corrected data that break it stop the report."""
    staff = compare.change(known["staff.before"], known["staff.after"])
    assert text(**SAY, holds=compare.fell(staff), after=known["staff.after"]).vi == SAY["vi"]
    rose = compare.change(known["staff.after"], known["staff.before"])
    with pytest.raises(ProseError, match=r"the figures no longer bear out this sentence; reword it\.\nvi: Còn"):
        text(**SAY, holds=compare.fell(rose), after=known["staff.after"])
    with pytest.raises(ProseError, match="no longer bear out"):
        Page(known, "vi").say(**SAY, holds=False, after=known["staff.after"])


def test_a_page_is_in_one_of_two_languages(known: Figures) -> None:
    """A misspelt language is refused with the right codes."""
    with pytest.raises(ValueError, match="language is “fr”; write “vi” or “en”"):
        Page(known, "fr")


def test_words_cannot_break_the_page(tmp_path: Path) -> None:
    """Angle brackets and ampersands in words are text, and the braces of a label are no template."""
    page = Page(figures.load(small_data(tmp_path, ("areas.csv", "Hà Nội,Hà Nội", "{x} <b>,{x} <b>"))), "en")
    assert page.say(vi="a < b & c", en="a < b & c").html == '<p class="say">a &lt; b &amp; c</p>'
    label = page.label("areas", "ha-noi")
    assert (page.render(label), page.plain(label)) == ("{x} &lt;b&gt;", "{x} <b>")


# -- numbers, bound and linked


def test_every_number_is_bound_and_linked(known: Figures) -> None:
    """A number carries its plain value and figure ids, and links to its note; the next word keeps its line."""
    page = Page(known, "vi")
    said = page.say(**SAY, after=known["staff.after"])
    assert said.html == (
        '<p class="say">Còn <a href="#note-1" data-note="1"><data value="18350" data-figures="staff.after">'
        f"18.350</data></a>{NBSP}người.</p>"
    )
    held = compare.completion(known["congress.held"], known["congress.due"])
    assert held is not None
    data = soup(page.say(vi="{a}", en="{a}", a=held.rate)).data
    assert data is not None
    assert (data["value"], data["data-figures"], data.get_text()) == ("98.6", "congress.held congress.due", "98,6%")


@pytest.mark.parametrize(
    ("form", "value", "vi", "en"),
    [
        ("{a}", "-44.3", "−44,3%", "−44.3%"),
        ("{a:sign}", "-44.3", "−44,3%", "−44.3%"),
        ("{a:size}", "44.3", "44,3%", "44.3%"),
        ("{a:bare}", "-44.3", "−44,3%", "−44.3%"),
    ],
)
def test_a_form_changes_what_is_shown_and_its_value_alike(page: Page, form: str, value: str, vi: str, en: str) -> None:
    """The bound value is always the number shown: a fall told by its size is a positive number."""
    rate = quantity.relative_change(page.known["staff.before"], page.known["staff.after"])
    data = soup(page.say(vi=form, en=form, a=rate)).data
    assert data is not None
    assert (data["value"], data.get_text()) == (value, {"vi": vi, "en": en}[page.language])


def test_a_hedge_is_part_of_the_number(page: Page) -> None:
    """“More than” is shown unless the sentence asks for the bare number."""
    received = page.known["dossiers.received"]
    shown = {"vi": "hơn 66.000", "en": "more than 66,000"}[page.language]
    assert words(page.say(vi="{a}", en="{a}", a=received)) == shown
    assert words(page.say(vi="{a:bare}", en="{a:bare}", a=received)) == shown.rpartition(" ")[2]


@pytest.mark.parametrize(
    ("form", "vi", "en", "isos"),
    [
        ("{a}", "từ ngày 01 tháng 7 năm 2025 đến ngày 13 tháng 7 năm 2025", "from 1 July 2025 to 13 July 2025", 2),
        ("{a:short}", "1–13/7/2025", "1–13 Jul 2025", 2),
        ("{a:end}", "ngày 13 tháng 7 năm 2025", "13 July 2025", 1),
    ],
)
def test_a_date_carries_its_machine_form(page: Page, form: str, vi: str, en: str, isos: int) -> None:
    """Dates stand in <time>; the words of both languages name the same days."""
    said = page.say(vi=form, en=form, a=page.known.as_of("dossiers.share"))
    assert words(said) == {"vi": vi, "en": en}[page.language]
    days = [element["datetime"] for element in soup(said).find_all("time")]
    assert days == ["2025-07-01", "2025-07-13"][-isos:]
    assert sorted(day for _, day in page.record()["days"]) == days


def test_plain_words_are_the_words_of_the_page(page: Page) -> None:
    """Chart text and attributes say what the page says, without markup."""
    given = text(vi="{a} – {d:short}", en="{a} – {d:short}", a=page.known["congress.rate"], d=periods.read("2025-07-15"))
    assert page.plain(given) == soup(page.render(given)).get_text()
    assert page.plain(page.known["congress.rate"]) == {"vi": "98,7%", "en": "98.7%"}[page.language]
    assert page.plain(None) == page.render(None) == "–"


# -- what is not known


def test_an_unknown_figure_drops_its_sentence(page: Page) -> None:
    """Before a number is printed, the sentence about it is not there; nothing is shown as zero."""
    assert page.say(**SAY, after=None).html == ""
    assert page.limit(**SAY, after=None).html == ""
    assert page.findings(("chart-x", text(**SAY, after=None))).html == ""
    assert page.headlines((None, "", text("a", "a"), text("b", "b"))).html == ""
    assert page.headlines((page.known["staff.after"], "", text("a", "a"), text(**SAY, after=None))).html == ""
    assert page.record()["findings"] == page.record()["headlines"] == page.record()["quantities"] == []


def test_the_answer_is_the_first_whose_figures_are_known(page: Page) -> None:
    """A lead falls back to the next sentence, and says so where none can be said."""
    known = text(vi="Có {a}.", en="There are {a}.", a=page.known["staff.after"])
    other = text(vi="Không.", en="No.")
    lead = page.lead(text(**SAY, after=None), known, other)
    assert soup(lead).select_one("p.lead") is not None
    assert page.record()["summary_text"] == words(lead) == {"vi": "Có 18.350.", "en": "There are 18,350."}[page.language]
    assert soup(page.lead(text(**SAY, after=None))).select_one("p.absent") is not None


# -- notes and sources


def notes(page: Page) -> BeautifulSoup:
    """Notes and sources at the end of the page."""
    return soup(page.sources())


def note(page: Page, number: int = 1) -> str:
    """The words of one note."""
    item = notes(page).select_one(f"#note-{number}")
    assert item is not None
    return item.get_text().replace(NBSP, " ")


def test_a_note_tells_what_was_printed_and_where(page: Page) -> None:
    """The printed token in the source's own words, its publisher, headline, day and paragraph, what it counts."""
    page.say(vi="{a}", en="{a}", a=page.known["congress.due"])
    told = note(page)
    assert "1.238 tổ chức" in told
    assert "Báo Một" in told
    assert "Đại hội ở cơ sở" in told
    assert {"vi": "15/7/2025", "en": "15 Jul 2025"}[page.language] in told
    assert {"vi": "đoạn 2", "en": "paragraph 2"}[page.language] in told
    assert {"vi": "Tổ chức cơ sở đảng", "en": "Grassroots organisations"}[page.language] in told
    quoted = notes(page).select_one("#note-1 q data")
    assert quoted is not None
    assert (quoted["value"], quoted.get_text()) == ("1238", "1.238 tổ chức")


def test_a_note_tells_the_range_that_the_printed_form_allows(page: Page) -> None:
    """98.7 % is from 98.65 to below 98.75; “more than 66,000” is not less than it; a count has no range."""
    page.say(vi="{a} {b} {c}", en="{a} {b} {c}", a=page.known["congress.rate"], b=page.known["dossiers.received"],
             c=page.known["staff.after"])  # fmt: skip
    low, high, least = {"vi": ("98,65%", "98,75%", "66.000"), "en": ("98.65%", "98.75%", "66,000")}[page.language]
    assert f"{page.words['from']} {low} {page.words['below']} {high}" in note(page, 1)
    assert f"{page.words['at_least']} {least}" in note(page, 2)
    assert page.words["interval"] not in note(page, 3)


def test_figures_of_one_paragraph_share_a_note(page: Page) -> None:
    """One note for a paragraph lists each of its figures that is used, once."""
    for figure in ("congress.held", "congress.due", "congress.held", "staff.after"):
        page.say(vi="{a}", en="{a}", a=page.known[figure])
    listed = notes(page)
    assert [item["id"] for item in listed.select("#notes li")] == ["note-1", "note-2"]
    assert [data["data-figures"] for data in listed.select("#note-1 q data")] == ["congress.held", "congress.due"]


def test_a_computed_number_has_its_formula_with_linked_operands(page: Page) -> None:
    """The note shows the calculation; each operand leads on to the note of its paragraph; the result shows more digits."""
    held = compare.completion(page.known["congress.held"], page.known["congress.due"])
    assert held is not None
    page.say(vi="{a}", en="{a}", a=held.rate)
    listed = notes(page)
    computed = listed.select_one("#note-1")
    assert computed is not None
    formula = {"vi": "1.221 ÷ 1.238 = 98,627%", "en": "1,221 ÷ 1,238 = 98.627%"}[page.language]
    assert formula in computed.get_text().replace(NBSP, " ")
    # Both operands stand in one paragraph: one link leads there.
    link, *others = computed.select("a[data-note]")
    assert (link["href"], [data["value"] for data in link.select("data")], others) == ("#note-2", ["1221", "1238"], [])
    assert [data["data-figures"] for data in listed.select("#note-2 q data")] == ["congress.held", "congress.due"]


def test_a_nested_calculation_leads_down_to_print(page: Page) -> None:
    """A share of a difference shows both steps and every figure it rests on."""
    known = page.known
    fall = quantity.difference(known["units.before"], known["units.after"])
    page.say(vi="{a}", en="{a}", a=quantity.share(fall, known["units.before"], 2))
    formula = {"vi": "(10.035 − 3.321) ÷ 10.035 = 66,9058%", "en": "(10,035 − 3,321) ÷ 10,035 = 66.9058%"}[page.language]
    assert formula in note(page)
    assert [data.get_text() for data in notes(page).select("#note-2 q data")] == ["10,035 units", "3,321"]


def test_a_bounded_result_shows_its_range(page: Page) -> None:
    """14 % of more than 66,000 is at least 8,910, and the note says so."""
    filed = quantity.part_of(page.known["dossiers.share"], page.known["dossiers.received"])
    said = words(page.say(vi="{a}", en="{a}", a=filed))
    assert said == {"vi": "ít nhất 8.910", "en": "at least 8,910"}[page.language]
    assert f"{page.words['at_least']} { ({'vi': '8.910', 'en': '8,910'}[page.language]) }" in note(page)


def test_a_verdict_stands_beside_the_number_it_judges(page: Page) -> None:
    """The note of a printed result that was recomputed says how that came out."""
    page.verdict(page.known["congress.rate"], "không khớp")
    page.say(vi="{a}", en="{a}", a=page.known["congress.rate"])
    assert "không khớp" in note(page)
    rate = next(item for item in page.record()["quantities"] if item["figures"] == ["congress.rate"])
    assert rate["verdict"] == "không khớp"


def test_a_count_names_the_sources_counted(page: Page) -> None:
    """The note of a count leads to the sources it was counted from, and each of them is listed."""
    known = page.known
    page.say(vi="{a}", en="{a}", a=quantity.counted([known["staff.after"], known["units.after"]], "claim"))
    listed = notes(page)
    assert [link["href"] for link in listed.select("#note-1 a")] == ["#source-staff", "#source-wire"]
    assert [item["id"] for item in listed.select("#sources li")] == ["source-staff", "source-wire"]


def test_sources_list_what_was_used_and_lead_back(page: Page) -> None:
    """Only sources used are listed, with headline, day, tier, grade and address, and links back to their notes."""
    page.say(vi="{a} {b}", en="{a} {b}", a=page.known["staff.after"], b=page.known["congress.held"])
    listed = notes(page)
    assert [item["id"] for item in listed.select("#sources li")] == ["source-congress", "source-staff"]
    congress, staff = listed.select("#sources li")
    assert [link["href"] for link in congress.select("a")] == ["https://example.org/a", "#note-2"]
    assert [link["href"] for link in staff.select("a")] == ["#note-1"]
    assert (congress.cite or staff).get_text() == "Đại hội ở cơ sở"
    assert [element["datetime"] for element in congress.select("time")] == ["2025-07-15", "2026-11-22"]
    assert page.words["unknown"] in staff.get_text()
    assert page.words["no-url"] in staff.get_text()
    assert page.words["by"] in staff.get_text()
    assert page.words["core"] in staff.get_text()
    assert page.words["full text"] in staff.get_text()


def test_every_link_leads_somewhere_and_every_note_is_reached(page: Page) -> None:
    """All links of the page resolve on the page; each note is the target of a number."""
    known = page.known
    held = compare.completion(known["congress.held"], known["congress.due"])
    assert held is not None
    said = page.say(vi="{a} {b} {c}", en="{a} {b} {c}", a=held.rate, b=held.rest, c=known["units.rate"])
    whole = soup(said, page.sources())
    ids = [element["id"] for element in whole.select("[id]")]
    targets = {str(link["href"])[1:] for link in whole.select("a[href^='#']")}
    assert len(ids) == len(set(ids))
    assert targets <= set(ids)
    assert {identity for identity in ids if str(identity).startswith("note-")} <= targets


# -- the record


def test_the_record_holds_every_number_shown(page: Page) -> None:
    """The making half gets each number with its value, form, bounds, formula and figures, and nothing else is shown."""
    known = page.known
    rate = quantity.relative_change(known["staff.before"], known["staff.after"])
    said = page.lead(text(vi="{a:size} {b}", en="{a:size} {b}", a=rate, b=known["congress.rate"]))
    end = page.sources()
    record = end.record
    assert record is not None
    listed = {(item["value"], item["shown"], " ".join(item["figures"])) for item in record["quantities"]}
    on_page = {(data["value"], data.get_text(), data["data-figures"]) for data in soup(said, end).find_all("data")}
    assert listed == on_page
    first = record["quantities"][0]
    assert (first["value"], first["exact"], first["low"], first["high"]) == (
        "44.3",
        "-44.280812558832",
        "-44.280812558832",
        "-44.280812558832",
    )
    assert (first["unit"], first["kind"], first["note"]) == ("percent", "relative_change", 1)
    assert first["formula"] == "(staff.after − staff.before) ÷ staff.before"
    assert record["language"] == page.language
    assert (record["known_on"], record["evidence"]) == ("", "all")
    assert record["sources"] == ["congress", "staff"]


def test_an_output_shows_itself_in_jupyter(page: Page) -> None:
    """HTML is shown as HTML; the last output also carries the record under a type of its own."""
    said = page.say(vi="a", en="a")
    assert said._repr_mimebundle_() == {"text/html": '<p class="say">a</p>', "text/plain": ""}
    bundle = page.sources()._repr_mimebundle_()
    assert bundle["application/vnd.briefing+json"] == page.record()


def test_the_parameters_say_what_the_page_knows(tmp_path: Path) -> None:
    """A page names the day it knows until and its evidence, as dates and words."""
    page = Page(figures.load(small_data(tmp_path), known_on="2025-07-20", evidence="core"), "en")
    shown = soup(page.parameters(province=page.label("areas", "ha-noi")))
    days = [element["datetime"] for element in shown.find_all("time")]
    assert days == ["2025-07-20"]
    assert [term.get_text().replace(NBSP, " ") for term in shown.find_all("dd")] == [
        "20 July 2025",
        "the five core articles alone",
        "Hà Nội",
    ]


# -- two languages


def test_every_interface_word_is_there_in_both_languages() -> None:
    """The two tables of words have the same keys, no empty word and no digit; the words differ."""
    vi, en = prose.WORDS["vi"], prose.WORDS["en"]
    assert vi.keys() == en.keys()
    for key in vi:
        assert vi[key].strip()
        assert en[key].strip()
        assert vi[key] != en[key], key
        assert not re.search(r"\d", vi[key] + en[key])


def test_both_languages_show_the_same_numbers(known: Figures) -> None:
    """One sentence, two languages: the same values on the same figures, each in its own form."""
    given = text(vi="{a} rồi {b}", en="{a}, then {b}", a=known["staff.before"], b=known["congress.rate"])
    shown = {
        language: sorted(
            (data["value"], data["data-figures"]) for data in soup(Page(known, language).render(given)).find_all("data")
        )
        for language in ("vi", "en")
    }
    assert shown["vi"] == shown["en"] == [("32933", "staff.before"), ("98.7", "congress.rate")]


def test_a_text_knows_whether_it_can_be_said(page: Page) -> None:
    """A text misses something where one of its values, or a value of a text inside it, is not known."""
    whole = text(vi="{a}", en="{a}", a=page.known["staff.after"])
    assert not page.missing(whole, Text("a", "a"))
    assert page.missing(None)
    hollow = text(vi="{a}", en="{a}", a=None)
    assert page.missing(hollow)
    assert page.missing(text(vi="{b}", en="{b}", b=hollow))
