"""The day or period a figure holds for."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.numbers import inline, periods

DAYS = st.dates(date(1900, 1, 1), date(2180, 12, 31))
NBSP = "\u00a0"


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2025-07-16", date(2025, 7, 16), date(2025, 7, 16)),
        ("2025-07", date(2025, 7, 1), date(2025, 7, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2025-12", date(2025, 12, 1), date(2025, 12, 31)),
        ("2025", date(2025, 1, 1), date(2025, 12, 31)),
        ("2025-07-01/2025-07-13", date(2025, 7, 1), date(2025, 7, 13)),
        ("2019/2021", date(2019, 1, 1), date(2021, 12, 31)),
        ("../2012", date(2012, 1, 1), date(2012, 12, 31)),
    ],
)
def test_a_period_has_a_first_and_a_last_day(text: str, first: date, last: date) -> None:
    """A day, month, year, span or open span says which days it can mean."""
    period = periods.read(text)
    assert (period.first_day, period.last_day) == (first, last)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "“” is no period: write 2025-07-16, 2025-07, 2025, 2025-07-01/2025-07-13 or ../2012"),
        ("16/7/2025", "“16/7/2025” is no period"),
        ("2025-7-1", "“2025-7-1” is no period"),
        ("July 2025", "“July 2025” is no period"),
        ("..", "“..” is no period"),
        ("../", "“../” is no period"),
        ("2025-07-01/later", "“2025-07-01/later” is no period"),
        ("/2025", "“/2025” is no period"),
        ("2025/..", "“2025/..” is no period"),
        ("2025-02-30", "“2025-02-30” is no date: "),
        ("2025-13", "“2025-13” is no date: "),
        ("1015-05-08", "“1015-05-08” is of another age: years go from 1900 to 2199"),
        ("2025/2250", "“2025/2250” is of another age: years go from 1900 to 2199"),
        ("2025-00", "“2025-00” is no date: "),
        ("2025-07-13/2025-07-01", "“2025-07-13/2025-07-01” ends before it starts"),
    ],
)
def test_what_is_no_period_is_refused_with_the_form_wanted(text: str, message: str) -> None:
    """An unreadable period is an error that quotes it and shows what to write."""
    with pytest.raises(periods.PeriodError) as error:
        periods.read(text)
    assert str(error.value).startswith(message)


@given(DAYS, st.integers(1, 4000))
def test_a_period_covers_its_days(day: date, days: int) -> None:
    """A span has its two ends, and reversed is refused; month and year hold each of their days."""
    end = day + timedelta(days=days)
    span, month, year = map(periods.read, (f"{day}/{end}", f"{day:%Y-%m}", f"{day:%Y}"))
    assert (span.first_day, span.last_day) == (day, end)
    with pytest.raises(periods.PeriodError):
        periods.read(f"{end}/{day}")
    assert year.first_day <= month.first_day <= day <= month.last_day <= year.last_day
    assert (month.last_day + timedelta(days=1)).day == 1
    assert (month.first_day.day, month.last_day.month) == (1, day.month)


@pytest.mark.parametrize(
    ("text", "form", "vi", "en"),
    [
        ("2025-07-16", "", "ngày 16/7/2025", "16 July 2025"),
        ("2025-02-05", "", "ngày 05/02/2025", "5 February 2025"),
        ("2025-07", "", "tháng 7/2025", "July 2025"),
        ("2025-01", "", "tháng 01/2025", "January 2025"),
        ("2025", "", "năm 2025", "2025"),
        ("../2012", "", "trước năm 2013", "before 2013"),
        ("../2019-06", "", "đến tháng 6/2019", "by June 2019"),
        ("2019/2021", "", "từ năm 2019 đến năm 2021", "from 2019 to 2021"),
        (
            "2025-07-01/2025-07-13",
            "",
            "từ ngày 01 đến ngày 13/7/2025",
            "from 1 to 13 July 2025",
        ),
        ("2025-07-16", "short", "16/7/2025", "16 Jul 2025"),
        ("2025-07", "short", "7/2025", "Jul 2025"),
        ("2025-02-05", "short", "05/02/2025", "5 Feb 2025"),
        ("2025-01", "short", "01/2025", "Jan 2025"),
        ("2018", "short", "2018", "2018"),
        ("2025-07-01/2025-07-13", "short", "01–13/7/2025", "1–13 Jul 2025"),
        ("2025-06-30/2025-07-13", "short", "30/6/2025–13/7/2025", "30 Jun 2025–13 Jul 2025"),
        ("../2012", "short", "trước 2013", "before 2013"),
        ("../2019-06-30", "short", "đến 30/6/2019", "by 30 Jun 2019"),
        ("2019/2021-03", "end", "tháng 3/2021", "March 2021"),
        ("../2012-10", "end", "tháng 10/2012", "October 2012"),
        ("2019/2021-03", "year", "2021", "2021"),
        ("2026-02-24", "year", "2026", "2026"),
    ],
)
def test_a_period_is_written_in_each_language(text: str, form: str, vi: str, en: str) -> None:
    """Long as official documents write it, short for charts, the end of a span, or its year alone.

    Vietnamese takes a zero before days below 10 and before months 1 and 2.
    """
    period = periods.read(text)
    for language, words in (("vi", vi), ("en", en)):
        assert period.words(language, form).replace(NBSP, " ") == words


def test_what_took_one_day_is_dated_at_the_latest() -> None:
    """Where only the last possible day of a decision is known, it was “at the latest” then; what
    went on for a time went on “until” then."""
    once, long = (periods.read("../2018-12-08", once=each) for each in (True, False))
    assert once.words("vi", "short") == "muộn nhất 08/12/2018"
    assert long.words("vi", "short") == "đến 08/12/2018"
    assert once == long


@given(DAYS, st.sampled_from(["%Y-%m-%d", "%Y-%m", "%Y"]), st.sampled_from(["vi", "en"]))
def test_words_for_a_date_carry_its_machine_form(day: date, form: str, language: str) -> None:
    """Each date in the words comes with the text it was read from; words between with none."""
    text = day.strftime(form)
    # "Until 2012" is written as sources write it: before 2013.
    until = f"{day.year + 1}" if form == "%Y" else text

    def dates(period: str, shape: str) -> list[str]:
        return [iso for _, iso in periods.pairs(periods.read(period), language, shape)]

    for shape in ("", "short"):
        assert dates(text, shape) == [text]
        assert [iso for iso in dates(f"{text}/{text}", shape) if iso] == [text, text]
        assert dates(f"../{text}", shape) == ["", until]
    assert dates(f"../{text}", "end") == [text]
    assert dates(f"../{text}", "year") == [f"{day.year}"]


def test_a_period_stays_a_value_in_an_f_string() -> None:
    """A sentence keeps the period and its form; a form that a period does not have is refused."""
    day = periods.read("2025-07-16", "congress.held")
    assert inline.split(f"on {day:short}.") == ["on ", (day, "short"), "."]
    with pytest.raises(inline.FormError, match="“fall” is no form of a Period"):
        f"{day:fall}"


def test_the_period_of_an_unknown_figure_is_unknown() -> None:
    """It is false and shows a dash; which figure it belongs to does not make periods differ."""
    unknown = periods.Period("", figure="later")
    assert (unknown.known, bool(unknown), unknown.words("vi", "short")) == (False, False, "–")
    assert periods.read("2025", "a") == periods.read("2025", "b") != unknown
