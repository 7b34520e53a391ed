"""Calculations that sources state, as a page shows them: cards, and a folded table."""

from __future__ import annotations

from test_html import soup

from analysis import claims, text
from analysis.numbers import figures
from analysis.numbers.figures import Figures
from analysis.saying.words import word


def test_claims_that_do_not_hold_are_cards(known: Figures, language: str) -> None:
    """One card for each, a wrong result first: printed, recomputed, why, what would make it hold,
    where it was printed; the others are folded, as a table with verdicts and calculations."""
    checked = claims.recompute(known)
    page = soup(known, language, lambda p: [p.claims("k", text("Tính", "Sums"), checked)])
    cards = page.select("#table-k .card")
    kinds = [card.select(".kind")[0].get_text() for card in cards]
    told = ("does_not_hold", "contradicts", "holds_if_truncated")
    assert kinds == [word(f"verdict_{each}", language) for each in told]
    wrong = cards[0].get_text(" ")
    for part in {"vi": ("98,7%", "98,6%", "98,627%", "đoạn 2"), "en": ("98.7%", "1,222")}[language]:
        assert part in wrong
    # A fall is printed without a sign; so is what it is compared with.
    falls = cards[2].select(".computed")[0].get_text()
    assert falls == {"vi": "44,3%", "en": "44.3%"}[language]
    rows = page.select("#table-k details tbody tr")
    assert len(cards) + len(rows) == 6
    assert not {each.get_text() for each in page.select("#table-k .verdict")} & set(kinds)
    judged = [each.get_text() for each in page.select("ol.notes em")]
    assert word("verdict_does_not_hold", language) in judged


def test_numbers_of_different_days_are_the_last_cards(language: str) -> None:
    """They may both be right, which the word of their verdict leaves open; a contradiction within
    one day stands before them."""
    real = figures.load()
    checked = claims.recompute(real)
    page = soup(real, language, lambda p: [p.claims("k", text("Tính", "Sums"), checked)])
    kinds = [card.select(".kind")[0].get_text() for card in page.select("#table-k .card")]
    other_day = [word("verdict_other_day", language) == kind for kind in kinds]
    assert len(set(other_day)) == 2
    assert other_day == sorted(other_day)


def test_two_printed_numbers_have_one_colour(language: str) -> None:
    """Which of two that contradict each other is wrong nobody knows: both are marked; of different
    days, when both may be right, neither is. A printed number that does not hold is marked alone.
    """
    real = figures.load()
    checked = claims.recompute(real)
    page = soup(real, language, lambda p: [p.claims("k", text("Tính", "Sums"), checked)])
    kinds = dict.fromkeys(("both", "apart"), 0)
    for card in page.select("#table-k .card"):
        kind, marked = card.select(".kind")[0].get_text(), card.select(".pair")[0]["class"]
        apart = word("verdict_other_day", language) == kind
        against = apart or word("verdict_contradicts", language) == kind
        assert marked == ["pair", *(["apart" if apart else "both"] if against else [])]
        kinds.update({each: kinds[each] + 1 for each in marked[1:]})
    assert min(kinds.values()) > 0


def test_a_part_is_never_more_than_its_whole(language: str) -> None:
    """4.4 million of 4.4 million, both rounded, is from 97.75 % to 100 %: the arithmetic of ranges
    alone says up to 102.3 %, which once stood in a card."""
    real = figures.load()
    checked = claims.recompute(real)
    page = soup(real, language, lambda p: [p.claims("k", text("Tính", "Sums"), checked)])
    said = page.get_text(" ", strip=True)
    least = {"vi": "97,75%", "en": "97.75%"}[language]
    assert f"{least} ; {word('part_at_most', language)} 100%" in said
    assert not {"102,30%", "102.30%"} & set(said.split())


def test_what_cannot_be_checked_is_named_on_paper(language: str) -> None:
    """A few calculations that cannot be checked are a list for paper, each with its place; a table
    with others, or with many, stays folded there."""
    real = figures.load()
    checked = claims.recompute(real)
    unknown = [each for each in checked if each.verdict == "cannot_be_checked"]
    holding = [each for each in checked if each.verdict == "holds"]
    for some, few in ((unknown, True), (unknown * 3, False), ([*unknown, holding[0]], False)):
        page = soup(real, language, lambda p, s=some: [p.claims("k", text("Tính", "Sums"), s)])
        assert ("few" in page.select("#table-k")[0]["class"]) is few
    page = soup(real, language, lambda p: [p.claims("k", text("Tính", "Sums"), unknown)])
    names = [row.th.contents[0] for row in page.select("#table-k tbody tr") if row.th]
    places = [str(real.row(each.stated.figure)["area"]) for each in unknown]
    for name, place in zip(names, places, strict=True):
        assert str(name).endswith(f", {real.label('areas', place).words(language)}")
