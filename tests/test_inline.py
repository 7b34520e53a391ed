"""A value in an f-string stays a value: prose for the author, a bound number for the page."""

from __future__ import annotations

import pytest
from small_data import printed

from analysis.numbers import inline
from analysis.numbers.inline import FormError, Inline, Label, readable, split


class Name(Inline):
    """A value with one form."""

    def words(self, language: str, form: str = "") -> str:
        """Its words."""
        return {"vi": "Hà Nội", "en": "Hanoi"}[language] + form


def test_a_formatted_value_comes_out_again_with_its_form() -> None:
    """Words and values alternate; the same value may stand twice, each time with its own form."""
    place, more = Name(), printed("hơn 5")
    parts = split(f"{place}: {more:more}, {more}")
    assert parts == [(place, ""), ": ", (more, "more"), ", ", (more, "")]
    assert split("no value") == ["no value"]
    assert split("") == []


def test_words_around_a_value_may_be_changed_by_code() -> None:
    """A sentence put together of parts, or in capitals, keeps its values."""
    value = printed("1.221")
    joined = " ".join(["held:", f"{value}"]).upper()
    assert split(joined) == ["HELD: ", (value, "")]
    assert split(f"{joined} of {value}")[1] == (value, "")


def test_values_of_long_ago_are_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    """A notebook that is run for days keeps the values of its last texts; an older one is told."""
    monkeypatch.setattr(inline, "_MOST", 2)
    first, second, third = (f"{printed(number)}" for number in ("1", "2", "3"))
    assert split(second + third) == [(printed("2"), ""), (printed("3"), "")]
    with pytest.raises(FormError, match="type it again"):
        split(first)


def test_a_formatted_value_reads_as_prose() -> None:
    """What an author sees is the English words; `readable` takes the invisible marks out."""
    written = f"{printed('hơn 66.000')} people in {Name()}"
    assert readable(written) == "more than 66,000 people in Hanoi"
    assert "more than 66,000" in written
    assert str(printed("1.221")) == "1,221"


def test_inside_a_vietnamese_sentence_the_word_for_a_kind_has_a_small_letter() -> None:
    """“phường Ba Đình” inside a sentence; a name keeps its capital, and so does English."""
    ward = Label("areas", "phuong-ba-dinh", "Phường Ba Đình", "Ba Đình ward")
    city = Label("areas", "ha-noi", "Hà Nội", "Hà Nội city")
    told = [(each.words("vi", "inside"), each.words("en", "inside")) for each in (ward, city)]
    assert told == [("phường Ba Đình", "Ba Đình ward"), ("Hà Nội", "Hà Nội city")]
    assert ward.words("vi") == "Phường Ba Đình"


def test_a_form_that_a_value_does_not_have_names_those_it_has() -> None:
    """A misspelt form, or a format of Python's own, is refused with the right ones."""
    for wrong, message in (
        (lambda: f"{printed('5'):fal}", r"“fal” is no form of a Quantity\. Forms are: fall, more"),
        (lambda: f"{printed('5'):.1f}", r"“\.1f” is no form of a Quantity"),
        (lambda: f"{Name():short}", r"“short” is no form of a Name\. Forms are: none"),
    ):
        with pytest.raises(FormError, match=message):
            wrong()
