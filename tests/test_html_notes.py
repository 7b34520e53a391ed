"""Notes and sources of a page, in the margin, too: printed forms, places, calculations, ranges."""

from __future__ import annotations

from test_html import note, numbers, soup

from analysis import compare, quantity, text
from analysis.numbers import figures
from analysis.numbers.figures import Figures
from analysis.pages.writer import ranges
from analysis.saying.words import word


def test_a_note_says_what_was_printed_and_where(known: Figures, language: str) -> None:
    """The words as printed, publisher, headline, day and paragraph, and what is counted."""
    page = soup(known, language, numbers(known["congress.due"]))
    own = {
        "vi": ("15/7/2025", "đoạn 2", "Tổ chức cơ sở đảng"),
        "en": ("15 Jul 2025", "paragraph 2", "Grassroots organisations"),
    }[language]
    for part in ("1.238 tổ chức", "Báo Một", "Đại hội ở cơ sở", *own):
        assert part in note(page)
    (quoted,) = page.select("#note-1 q data")
    assert (quoted["value"], quoted.get_text()) == ("1238", "1.238 tổ chức")


def test_a_note_gives_the_range_that_the_printed_form_allows(known: Figures, language: str) -> None:
    """98.7 % is from 98.65 to below 98.75; “more than 66,000” is no less; a count has no range."""
    printed = [known[each] for each in ("congress.rate", "dossiers.received", "staff.after")]
    page = soup(known, language, numbers(*printed))
    low, high, least = {
        "vi": ("98,65%", "98,75%", "66.000"),
        "en": ("98.65%", "98.75%", "66,000"),
    }[language]
    assert f"{word('from', language)} {low} {word('below', language)} {high}" in note(page, 1)
    assert f"{word('at_least', language)} {least}" in note(page, 2)
    assert word("interval", language) not in note(page, 3)


def test_figures_of_one_paragraph_share_a_note(known: Figures) -> None:
    """One note for a paragraph lists each of its figures that is used, once."""
    ids = ("congress.held", "congress.due", "congress.held", "staff.after")
    page = soup(known, "en", numbers(*(known[each] for each in ids)))
    assert [item["id"] for item in page.select("ol.notes li")] == ["note-1", "note-2"]
    quoted = [each["data-figures"] for each in page.select("#note-1 q data")]
    assert quoted == ["congress.held", "congress.due"]


def test_a_computed_number_shows_its_calculation(known: Figures, language: str) -> None:
    """The note has the formula with linked operands and more digits; a nested one every step."""
    held = compare.completion(known["congress.held"], known["congress.due"]).rate
    before, after = known["units.before"], known["units.after"]
    nested = quantity.share(quantity.difference(before, after), before, 2)
    page = soup(known, language, numbers(held, nested))
    flat, deep = {
        "vi": ("1.221 ÷ 1.238 = 98,627%", "(10.035 − 3.321) ÷ 10.035 = 66,9058%"),
        "en": ("1,221 ÷ 1,238 = 98.627%", "(10,035 − 3,321) ÷ 10,035 = 66.9058%"),
    }[language]
    assert flat in note(page, 1)
    assert deep in note(page, 2)
    # Both operands stand in one paragraph: one link leads there.
    (link,) = page.select("#note-1 a[href^='#note-']")
    assert link["href"] == "#note-3"
    assert [each["value"] for each in link.select("data")] == ["1221", "1238"]


def test_a_bounded_result_shows_its_range(known: Figures, language: str) -> None:
    """14 % of more than 66,000 is at least 8,910, and the note says so; it has none for a number
    that is open at both ends."""
    filed = quantity.part_of(known["dossiers.share"], known["dossiers.received"])
    page = soup(known, language, numbers(filed))
    range_said = {"vi": "ít nhất 8.910", "en": "at least 8,910"}[language]
    assert page.select(".sentence > p")[0].get_text() == range_said
    assert f"{word('at_least', language)} {range_said[-5:]}" in note(page)
    received = known["dossiers.received"]
    open_ended = soup(known, language, numbers(quantity.times(received, received)))
    assert note(open_ended).endswith({"vi": "= 1,000.", "en": "= 1.000."}[language])


def test_a_count_names_the_sources_counted(known: Figures) -> None:
    """The note of a count leads to the sources it was counted from, and each of them is listed."""
    counted = quantity.counted([known["staff.after"], known["units.after"]], "claim")
    page = soup(known, "en", numbers(counted))
    assert [each["href"] for each in page.select("#note-1 a")] == ["#source-staff", "#source-wire"]
    assert [each["id"] for each in page.select("#sources li")] == ["source-staff", "source-wire"]


def test_sources_list_what_was_used_and_lead_back(known: Figures, language: str) -> None:
    """Only sources used, with headline, days, tier, grade, address, and links to their notes."""
    page = soup(known, language, numbers(known["staff.after"], known["congress.held"]))
    congress, staff = page.select("#sources li")
    assert [each["href"] for each in congress.select("a")] == ["https://example.org/a", "#note-2"]
    assert [each["href"] for each in staff.select("a")] == ["#note-1"]
    assert [each["datetime"] for each in congress.select("time")] == ["2025-07-15", "2026-11-22"]
    for key in ("unknown_publisher", "no_url", "published_by", "tier_core", "grade_full_text"):
        assert word(key, language) in staff.get_text()


def test_a_margin_note_has_the_caveat_then_the_sources(known: Figures, language: str) -> None:
    """Beside a paragraph stand what limits it, then the sources of its numbers with paragraphs, at
    most three; what limits it is left out where it is not known, and hides nothing else."""
    held, after = known["congress.held"], known["staff.after"]
    page = soup(
        known,
        language,
        lambda p: [
            p.say(f"{held} và {after}", f"{held} and {after}", aside=text("Ghi", "Caveat")),
            p.say("Không số.", "No number."),
            p.say("Không.", "None.", aside=text(*[f"{known.get('no.such')}"] * 2)),
        ],
    )
    first, second, third = page.select(".row.sentence")
    caveat, sources = first.select(".margin p")
    assert caveat.get_text() == {"vi": "Ghi", "en": "Caveat"}[language]
    assert [each["href"] for each in sources.select("a")] == ["#source-congress", "#source-staff"]
    assert {"vi": "đoạn 2", "en": "paragraph 2"}[language] in sources.get_text()
    assert first.select("summary .count")[0]["data-n"] == "2"
    assert not second.select(".margin")
    assert third.select("p")[0].get_text() == {"vi": "Không.", "en": "None."}[language]


def test_paragraphs_in_a_row_are_a_range() -> None:
    """Neighbours are told as a range, each number once."""
    assert ranges([13, 12, 14, 18, 18]) == [[12, 14], [18]]


def test_a_range_too_narrow_to_name_is_left_out(language: str) -> None:
    """Where both bounds of a density are written alike, its note names none."""
    real = figures.load()
    for place, named in (("ha-noi", False), ("phuong-ba-dinh", True)):
        people, area = (real[f"units-2025.{place}.{each}"] for each in ("population", "land-area"))
        page = soup(real, language, numbers(quantity.per(people, area, places=0)))
        assert (word("interval", language) in note(page)) is named
