"""The record beside a page: every number of the page, and nothing that follows from the rest."""

from __future__ import annotations

import json
from typing import Any

from bs4 import BeautifulSoup
from test_html import body, document

from analysis import Page, compare, quantity
from analysis.numbers import recipes
from analysis.numbers.figures import Figures
from analysis.pages import html, records


def made(known: Figures, language: str, *values: Any) -> tuple[html.Body, records.Record]:
    """A page whose answer is some values in a row, and its record as it is written."""
    page, shown = Page(known, language), " ".join(f"{value}" for value in values)
    said = document(page, page.lead(shown, shown))
    written = body(said, language)
    return written, json.loads(records.text(records.of(said, written)))


def test_a_record_holds_every_number_shown(known: Figures, language: str) -> None:
    """Each number with value, form, bounds, formula, recipe, figures; no other."""
    rate = compare.change(known["staff.before"], known["staff.after"]).rate
    page, written = made(known, language, f"{rate:fall}", known["congress.rate"])
    record = records.whole(written)
    listed = {(q["value"], q["shown"], " ".join(q["figures"])) for q in record["quantities"]}
    shown = BeautifulSoup(page.html, "html.parser").find_all("data")
    assert listed == {(d["value"], d.get_text(), d["data-figures"]) for d in shown}
    first = record["quantities"][0]
    assert (first["value"], first["exact"], first["low"]) == ("44.3", *["-44.280812558832"] * 2)
    assert first["formula"] == "(staff.after − staff.before) ÷ staff.before"
    assert recipes.rebuild(first["recipe"], known.__getitem__) == rate
    assert [each["source"] for each in record["articles"]] == ["congress", "staff"]


def test_what_follows_from_the_rest_is_not_written(known: Figures) -> None:
    """A number stands there once; of an exact one neither bounds nor figures, of a rounded one its
    bounds; what its words say is given where that is not the exact value."""
    after, rate = known["staff.after"], known["congress.rate"]
    cut = compare.change(known["staff.before"], after).rate
    _, record = made(known, "en", after, rate, f"{cut:fall}")
    one, other, third = record["quantities"][:3]
    about = {"recipe": "staff.after", "unit": "person", "exact": "18350", "note": 1}
    assert one == {**about, "shown": ["18,350", "18.350 người"]}
    assert (other["low"], other["exact"], other["high"]) == ("98.65", "98.7", "98.75")
    assert (third["shown"], third["values"]) == (["44.3%", "−44.281%"], ["44.3", "-44.281"])


def test_each_number_can_be_read_once(known: Figures) -> None:
    """As the page shows it first, with all that follows; so it has one row in the table."""
    rate = compare.change(known["staff.before"], known["staff.after"]).rate
    _, written = made(known, "en", known["staff.after"], f"{rate:fall}", f"{rate:sign}")
    after, fall, before = records.each_once(written)
    assert [after["shown"], fall["shown"], before["shown"]] == ["18,350", "44.3%", "32,933"]
    assert (fall["value"], fall["kind"], after["low"]) == ("44.3", "relative_change", "18350")


def test_numbers_that_read_alike_stay_two(known: Figures) -> None:
    """A fall and the share that was cut are both in the record, each with its own note."""
    before, after = known["staff.before"], known["staff.after"]
    fall = compare.change(before, after).rate
    _, written = made(known, "en", quantity.share(before - after, before), f"{fall:fall}")
    alike = [q for q in records.whole(written)["quantities"] if q["shown"] == "44.3%"]
    assert [(q["kind"], q["note"]) for q in alike] == [("share", 1), ("relative_change", 2)]


def test_a_number_in_a_text_is_bound_as_on_the_page(known: Figures, language: str) -> None:
    """With value, words, figures and note; the words around it make the answer whole again."""
    rate = compare.change(known["staff.before"], known["staff.after"]).rate
    page, written = made(known, language, f"{rate:fall}", known["staff.after"])
    record = records.whole(written)
    links = BeautifulSoup(page.html, "html.parser").select(".lead > p a:has(data)")
    bound = [part for part in record["summary"] if not isinstance(part, str)]
    for link, part in zip(links, bound, strict=True):
        shown = link.select("data")[0]
        assert (part["value"], part["shown"]) == (shown["value"], shown.get_text())
        assert " ".join(part["figures"]) == shown["data-figures"]
        assert link["href"] == f"#note-{part['note']}"
    words = [part if isinstance(part, str) else part["shown"] for part in record["summary"]]
    assert record["summary_text"] == "".join(words)
