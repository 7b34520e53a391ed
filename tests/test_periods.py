"""The day or period a figure holds for."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import periods

DAYS = st.dates(date(1900, 1, 1), date(2200, 12, 31))
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
        ("2025-07-13/2025-07-01", "“2025-07-13/2025-07-01” ends before it starts"),
    ],
)
def test_what_is_no_period_is_refused_with_the_form_wanted(text: str, message: str) -> None:
    """An unreadable period is an error that quotes it and shows what to write."""
    with pytest.raises(periods.PeriodError) as error:
        periods.read(text)
    assert str(error.value).startswith(message)


@given(DAYS, st.integers(0, 4000))
def test_a_span_covers_its_ends(start: date, days: int) -> None:
    """Any span from one day to a later one starts on the first and ends on the last; reversed it is refused."""
    end = start + timedelta(days=days)
    period = periods.read(f"{start}/{end}")
    assert (period.first_day, period.last_day) == (start, end)
    if days:
        with pytest.raises(periods.PeriodError):
            periods.read(f"{end}/{start}")


@given(DAYS)
def test_a_month_and_a_year_hold_each_of_their_days(day: date) -> None:
    """The month and the year of a day begin no later and end no earlier than it; the next day starts anew."""
    month, year = periods.read(f"{day:%Y-%m}"), periods.read(f"{day:%Y}")
    assert year.first_day <= month.first_day <= day <= month.last_day <= year.last_day
    assert (month.last_day + timedelta(days=1)).day == 1
    assert (month.first_day.day, month.last_day.month) == (1, day.month)


@pytest.mark.parametrize(
    ("text", "vi", "en"),
    [
        ("2025-07-16", "ngày 16 tháng 7 năm 2025", "16 July 2025"),
        ("2025-02-05", "ngày 05 tháng 02 năm 2025", "5 February 2025"),
        ("2025-07", "tháng 7 năm 2025", "July 2025"),
        ("2025-01", "tháng 01 năm 2025", "January 2025"),
        ("2025", "năm 2025", "2025"),
        ("../2012", "trước năm 2013", "before 2013"),
        ("../2019-06", "đến tháng 6 năm 2019", "until June 2019"),
        ("2019/2021", "từ năm 2019 đến năm 2021", "from 2019 to 2021"),
    ],
)
def test_a_period_is_written_out_in_each_language(text: str, vi: str, en: str) -> None:
    """Vietnamese takes the long form of official documents, with a zero before days below 10 and months 1, 2."""
    for language, words in (("vi", vi), ("en", en)):
        pairs = periods.show(periods.read(text), language)
        assert "".join(part for part, _ in pairs).replace(NBSP, " ") == words


@pytest.mark.parametrize(
    ("text", "vi", "en"),
    [
        ("2025-07-16", "16/7/2025", "16 Jul 2025"),
        ("2025-07", "7/2025", "Jul 2025"),
        ("2018", "2018", "2018"),
        ("2025-07-01/2025-07-13", "1–13/7/2025", "1–13 Jul 2025"),
        ("2025-06-30/2025-07-13", "30/6/2025–13/7/2025", "30 Jun 2025–13 Jul 2025"),
        ("../2012", "trước 2013", "before 2013"),
        ("../2019-06-30", "đến 30/6/2019", "until 30 Jun 2019"),
    ],
)
def test_a_period_has_a_short_form_for_charts(text: str, vi: str, en: str) -> None:
    """A span within one month names the month once."""
    for language, words in (("vi", vi), ("en", en)):
        assert "".join(part for part, _ in periods.short(periods.read(text), language)) == words


@given(DAYS, st.sampled_from(["%Y-%m-%d", "%Y-%m", "%Y"]), st.sampled_from(["vi", "en"]))
def test_words_for_a_date_carry_its_machine_form(day: date, form: str, language: str) -> None:
    """Each date in the words comes with the very text it was read from; words between dates with none."""
    text = day.strftime(form)
    for write in (periods.show, periods.short):
        assert [iso for _, iso in write(periods.read(text), language)] == [text]
        span = [iso for _, iso in write(periods.read(f"{text}/{text}"), language) if iso]
        assert span == [text, text]
        # "Until 2012" is written as sources write it: before 2013.
        until = f"{day.year + 1}" if form == "%Y" else text
        assert [iso for _, iso in write(periods.read(f"../{text}"), language)] == ["", until]
