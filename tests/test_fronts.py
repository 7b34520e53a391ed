"""What a front page leads to, from the shipped data and records made up here."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from bs4 import BeautifulSoup
from conftest import ROOT

from analysis.builds import history, plan, stale
from analysis.builds.history import Difference
from analysis.builds.plan import Project
from analysis.numbers import figures
from analysis.pages import fronts
from analysis.saying import words

PROJECT = Project.at(ROOT)
KNOWN = figures.load(PROJECT.data)
SITE = replace(plan.site(PROJECT), milestones=())


def report(name: str, area: str = "", pdf: bool = False) -> dict[str, Any]:
    """A report as front pages take it."""
    texts = {"title": name, "title_parts": [name], "summary": [name], "summary_text": name}
    record = {**texts, "headlines": [], "card": "", "quantities": []}
    return {"name": name, "area": area, "label": area, "record": record, "pdf": pdf}


def front(*listed: dict[str, Any], **site: Any) -> BeautifulSoup:
    """The Vietnamese front page of some reports."""
    text = fronts.front("vi", replace(SITE, **site), KNOWN, listed, "0" * 12)
    return BeautifulSoup(text, "html.parser")


@pytest.mark.parametrize("pdf", [True, False])
def test_it_leads_to_the_brief_and_the_data(pdf: bool) -> None:
    """Beside the answer stand the whole report, the brief, its PDF where there is one, the data;
    the brief has no card of its own."""
    page = front(report("overview"), report("brief", pdf=pdf), report("claims"))
    led = [str(link["href"]) for link in page.select(".about a")]
    assert led == ["overview.html", "brief.html", *["brief.pdf"] * pdf, "data.html"]
    assert [str(link["href"]) for link in page.select(".reports a")] == ["claims.html"]


def test_a_commune_is_found_by_letter_or_on_the_map() -> None:
    """The list follows the Vietnamese alphabet; the map has a dot for each of its links, which
    keyboard and screen reader pass over, as they have the list."""
    areas = ("xa-ung-hoa", "phuong-lang", "xa-an-khanh")
    page = front(report("overview"), *(report(f"commune-{area}", area) for area in areas))
    listed = [str(link["href"]) for link in page.select(".communes a")]
    assert listed == [f"commune-{area}.html" for area in reversed(areas)]
    assert [each.get_text() for each in page.select(".communes dt")] == ["A", "L", "Ư"]
    assert [str(link["href"]) for link in page.select("svg.dots[aria-hidden] a")] == listed
    assert {link["tabindex"] for link in page.select(".dots a")} == {"-1"}


def test_a_card_shows_the_number_of_its_finding() -> None:
    """Of the key numbers of a report, its card shows the first that the title states; where the
    title states none, the first."""
    one, two = ({"shown": each, "value": each, "figures": [each], "note": 1} for each in "12")
    empty: dict[str, Any] = {"label": [], "note": [], "base": []}
    numbers = [{"base": "", "lengths": [], "parts": {**empty, "value": [x]}} for x in (one, two)]
    for title, shown in (["of ", two], "2"), (["nothing"], "1"):
        card = report("claims")
        card["record"] |= {"headlines": numbers, "title_parts": title}
        assert front(report("overview"), card).select(".reports .key b")[0].get_text() == shown


@pytest.mark.parametrize(
    ("planned", "after", "number"),
    [
        (True, "villages-2026.ha-noi.after", "2.755"),
        (False, "project-21.villages-groups.after", "5.369"),
    ],
)
def test_a_plan_is_no_milestone_that_was_reached(planned: bool, after: str, number: str) -> None:
    """The numbers of a planned milestone are said to be a plan, and its dot is hollow."""
    told = {"event": "villages-2026.start", "report": "villages-2026"}
    told |= {"figures": ["villages-2026.ha-noi.before", after]}
    shown = {"villages-2026.ha-noi.before": "5.467", after: number}
    numbers = [
        {"figures": [each], "kind": "printed", "note": 1, "shown": number, "value": number}
        for each, number in shown.items()
    ]
    villages = report("villages-2026")
    villages["record"]["quantities"] = numbers
    page = front(villages, milestones=[told])
    (change,) = page.select(".change")
    assert change.get_text().startswith("kế hoạch: 5.467") == planned
    assert bool(page.select(".milestones .planned")) == planned


def test_a_report_with_a_day_of_its_own_does_not_date_the_page() -> None:
    """The front page holds the figures of the site's day, whichever the day of its first report.

    A first report with `fixed = { known_on = … }` dated the whole page.
    """
    early = report("overview") | {"record": report("overview")["record"] | {"known_on": "2019"}}
    assert front(early) == front(report("overview"))
    days = [str(each["datetime"]) for each in front(early).select("footer time")]
    assert days == [KNOWN.latest()]


def test_errors_are_reported_where_the_project_says() -> None:
    """The link to report an error stands where reports.toml gives an address, and only there."""
    address = "https://example.org/errors"
    for contact, found in ((address, [address]), ("", [])):
        page = front(report("overview"), contact=contact)
        assert [str(link["href"]) for link in page.select("footer a[href^=http]")] == found


def test_pages_left_as_they_were_are_named_but_not_without_end() -> None:
    """A few old pages are named on the front page; of many the first six."""
    for count, more in ((6, False), (7, True)):
        older = [f"vi/{each}.html" for each in "abcdefg"[:count]]
        text = fronts.front("vi", SITE, KNOWN, [report("overview")], "0" * 12, older=older)
        absent = BeautifulSoup(text, "html.parser").select("p.absent")[0].get_text()
        assert (", ".join(older[:6]) in absent, absent.endswith("…"), "g.html" in absent) == (
            True,
            more,
            False,
        )


def test_new_pages_are_told_as_links_and_once() -> None:
    """They have a heading in words of the language, and no list of pages above the same list."""
    new = Difference("page", "page", "", "Overview", "new", ("overview.html",))
    causes = history.causes([new])
    names = {"overview.html": "Overview"}
    text = fronts.history("en", SITE, causes, ["1", "0"], names, PROJECT.data)
    main = BeautifulSoup(text, "html.parser").main
    assert main is not None
    assert [each.text for each in main.find_all("h2")] == ["New pages"]
    assert [each["href"] for each in main.find_all("a")] == ["overview.html"]


def test_causes_are_in_the_language_of_the_page() -> None:
    """What changed is said in its words; what it names stays as it is."""
    because = "data changed: figures.csv a, figures.csv b and 3 more; template changed: style.css"
    change = Difference("number", "x", "", "2", because, ("overview.html",))
    told = {}
    for language in ("vi", "en"):
        causes = history.causes([change])
        text = fronts.history(language, SITE, causes, ["1", "0"], {}, PROJECT.data)
        heading = BeautifulSoup(text, "html.parser").h2
        assert heading is not None
        told[language] = heading.get_text()
    assert told["en"] == f"Cause: {because}"
    wanted = (
        "dữ liệu thay đổi: figures.csv a, figures.csv b và 3 mục khác; khuôn mẫu thay đổi: style"
    )
    assert told["vi"] == f"Nguyên nhân: {wanted}.css"


@pytest.mark.parametrize("part", [*stale.PARTS.values()])
def test_every_part_that_can_change_has_words(part: str) -> None:
    """A page that changed for any reason can be told in both languages."""
    assert {*words.table()[f"because_{part}_changed"]} == {"vi", "en"}
