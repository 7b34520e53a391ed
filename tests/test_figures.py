"""The figures known on a day: each keeps its source, and every question put to them is noted."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from small_data import small_data

from analysis.errors import UserError
from analysis.numbers import figures, questions, schema, tables
from analysis.numbers.figures import Figures
from analysis.numbers.rows import NoSuchName
from analysis.numbers.schema import DataError

D = Decimal
FIGURES, SOURCES, INDICATORS = "figures.csv", "sources.csv", "indicators.csv"
CLAIMS, NAMES, AREAS = "claims.csv", "names.csv", "areas.csv"
Change = tuple[str, str, str]


# -- loading


def test_nothing_is_returned_from_data_that_failed(tmp_path: Path) -> None:
    """Every finding is in one error for people, whose exit code is 3."""
    where = small_data(tmp_path, (FIGURES, ",1221,", ",1222,"), (AREAS, "Nam,country", "Nam,land"))
    with pytest.raises(DataError) as error:
        figures.load(where)
    found = [str(finding) for finding in error.value.findings]
    assert [each.partition("  ")[0] for each in found] == ["data/areas.csv:4", "data/figures.csv:9"]
    assert str(error.value) == "\n".join(["the data failed a check:", *found])
    assert error.value.exit_code == 3


def test_a_day_and_the_evidence_have_one_form() -> None:
    """Another form of a day could let later sources in, and is refused with the right one."""
    for day in ("2025-7-1", "20250701", "2025-W27-2", "2025-02-30", "yesterday"):
        message = f"known_on is “{day}”; write a day as 2025-07-16, or nothing"
        with pytest.raises(UserError, match=message):
            figures.load(known_on=day)
    with pytest.raises(UserError, match="evidence is “cor”; write “core”"):
        figures.load(evidence="cor")


def test_an_edited_table_is_read_again(tmp_path: Path) -> None:
    """Data corrected while a notebook is open is seen by the next load."""
    before = figures.load(small_data(tmp_path))
    small_data(tmp_path, (FIGURES, "18.350 người,18350", "18.351 người,18351"))
    after = figures.load(tmp_path / "data")
    assert (before["staff.after"].value, after["staff.after"].value) == (18350, 18351)


def test_the_shipped_data_are_found_from_any_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Jupyter starts in notebooks/, a build in the root: the shipped data do not depend on it."""
    here = figures.load()
    monkeypatch.chdir(tmp_path)
    assert tables.folder() == Path(figures.__file__).resolve().parents[2] / "data"
    assert figures.load().rows() == here.rows()


# -- one figure


def test_a_figure_keeps_its_source_and_is_a_decimal(known: Figures) -> None:
    """Each row carries publisher, headline, address, tier, grade and unit; codes are text."""
    row = known.row("congress.rate")
    assert (row["value"], row["unit"], row["area"]) == (D("98.7"), "percent", "ha-noi")
    assert (row["publisher"], row["headline"]) == ("Báo Một", "Đại hội ở cơ sở")
    assert (row["tier"], row["grade"], row["url"]) == ("core", "full text", "https://example.org/a")
    assert "level" not in row
    assert known.entry("figures", "congress.rate") == row
    assert known.entry("areas", "ha-noi")["level"] == "province"
    quantity = known["congress.rate"]
    assert (quantity.value, quantity.low, quantity.high) == (D("98.7"), D("98.65"), D("98.75"))
    period = known.as_of("dossiers.share")
    assert (period.start, period.end) == ("2025-07-01", "2025-07-13")
    assert period.figure == "dossiers.share"


def test_a_figure_not_printed_yet_is_unknown(tmp_path: Path) -> None:
    """On the eve of its publication a figure is unknown, with its unit, and so is its day."""
    where = small_data(tmp_path)
    eve = figures.load(where, known_on="2025-07-14")
    held = eve["congress.held"]
    assert (held.known, held.unit, held.figures) == (False, "organisation", ("congress.held",))
    day = eve.as_of("congress.held")
    assert (day.known, day.figure) == (False, "congress.held")
    assert eve.indicator_of("congress.held") == "congress"
    assert "congress.held" in eve
    assert "congress.held" not in eve.find()
    with pytest.raises(NoSuchName, match=r"no source had printed “congress\.held” \(figures\)"):
        eve.row("congress.held")
    assert figures.load(where, known_on="2025-07-15")["congress.held"].known


@pytest.mark.parametrize(
    "ask", [Figures.__getitem__, Figures.as_of, Figures.row, Figures.indicator_of]
)
def test_an_unknown_id_names_the_nearest_one(known: Figures, ask: Callable[..., Any]) -> None:
    """A misspelt figure is an error that says what there is, and never silently missing."""
    message = r"^no row “congress\.hold” in figures\.csv\. Did you mean “congress\.held”\? "
    message += r"There are congress\.due, \.held, \.rate\.$"
    with pytest.raises(NoSuchName, match=message) as error:
        ask(known, "congress.hold")
    assert isinstance(error.value, KeyError)


def test_a_figure_that_may_be_missing_can_be_asked_for(known: Figures) -> None:
    """`get` gives an unknown number in no unit, which fits any calculation."""
    missing = known.get("plan-2025.ha-noi.before.wards")
    assert (missing.known, missing.unit) == (False, "")
    assert known.get("staff.after") is known["staff.after"]
    assert "plan-2025.ha-noi.before.wards" not in known


def test_rows_of_other_tables_are_found_by_their_codes(known: Figures) -> None:
    """A misspelt code, a label in place of a code, and a table that there is not, is an error with
    a suggestion; where nothing is near, with how to look it up."""
    assert known.entry("names", "project-06")["label_en"] == "Project 06"
    with pytest.raises(NoSuchName, match=r"no row “hanoi” in areas\.csv\. Did you mean “ha-noi”\?"):
        known.entry("areas", "hanoi")
    with pytest.raises(NoSuchName, match=r"there is no table area\.csv\. Did you mean “areas”\?"):
        known.entry("area", "ha-noi")
    with pytest.raises(NoSuchName, match="Did you mean “da-nang”"):
        known.label("areas", "Đà Nẵng")
    with pytest.raises(NoSuchName, match=r"known\.search\(“?\"…\"”?\) looks words up"):
        known["nothing-like-it"]
    with pytest.raises(NoSuchName, match=r"no row “3” in figures\.csv"):
        known[3]  # type: ignore[index]


def test_a_source_is_called_by_its_publisher() -> None:
    """Without where a copy was read, in English by its English name; by its headline where the
    publisher is not known."""
    known = figures.load()
    portal = known.label("sources", "hanoi-126-plans-2025-05")
    assert (portal.vi, portal.en) == (
        "Cổng Thông tin điện tử Bộ Nội vụ",
        "Ministry of Home Affairs portal",
    )
    assert known.label("sources", "laodong-en-2025-04-28").vi == "Lao Động"
    assert known.label("sources", "project-21-2021").en.startswith("“Hà Nội: Xây dựng hệ thống")


# -- many figures


def test_figures_are_found_by_their_columns(known: Figures) -> None:
    """Ids in order, whose columns have the words; several words are one or the other."""
    assert known.find(reform="project-21", role="after") == ["staff.after"]
    assert known.find(indicator="staff") == ["staff.after", "staff.before"]
    assert known.find(area="da-nang", role="part") == known.find(reform="") == []
    assert known.find(unit="person", role=("before", "count")) == ["staff.before"]
    assert known.find(level="country", role="before") == ["units.before", "units.before.arranged"]
    assert len(known.find()) == 20
    assert known.among("areas", level="province") == ["da-nang", "ha-noi"]
    assert known.among("indicators", part_of="units") == ["units.communes", "units.wards"]
    assert known.claims_on(reform="project-21") == ["staff.rate"]
    assert len(known.claims_on()) == 6


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        ({"area": "hanoi"},
         "area is “hanoi”; write a code of data/areas.csv. Did you mean “ha-noi”?"),
        ({"area": "Hà Nội"},
         "area is “Hà Nội”; write a code of data/areas.csv. Did you mean “ha-noi”?"),
        ({"indicator": ("staff", "x")}, "indicator is “x”; write a code of data/indicators.csv."),
        ({"area": "da-nang", "indicator": "staf"},
         "indicator is “staf”; write a code of data/indicators.csv. Did you mean “staff”? "
         "With the rest as asked, indicator can be units."),
        ({"source": "wires"}, "source is “wires”; write a code of data/sources.csv. Did you mean"),
        ({"role": "befor"},
         "role is “befor”; write one of before, after, increase, decrease, part, whole, rate, "
         "count, target, estimate. Did you mean “before”?"),
        ({"role": ""}, "role is “”; write one of before,"),
        ({"reform": "x"}, "reform is “x”; write a code of data/names.csv."),
        ({"tier": "cor"}, "tier is “cor”; write one of core, context. Did you mean “core”?"),
        ({"unit": "persons"}, "unit is “persons”; write a unit of data/indicators.csv. Did you"),
        ({"sources": "wire"}, "figures.csv has no column “sources”. Did you mean “source”?"),
    ],
)  # fmt: skip
def test_what_could_never_be_found_is_an_error(
    known: Figures, wanted: dict[str, Any], message: str
) -> None:
    """“Nothing found” is no answer to a misspelt word or column: the nearest one is named."""
    with pytest.raises(NoSuchName) as error:
        known.find(**wanted)
    assert str(error.value).startswith(message)
    with pytest.raises(NoSuchName):
        known.claims_on(**wanted)


def test_a_table_can_be_taken_whole(known: Figures) -> None:
    """A frame of all known figures, values as Decimal, and one of each other table."""
    table = known.frame("figures")
    assert (len(table), table.index.name) == (20, "figure")
    assert table.loc["congress.rate", "value"] == D("98.7")
    assert list(table.columns[-3:]) == ["unit", "part_of", "level"]
    assert known.frame("indicators").index.name == "indicator"
    lengths = {"indicators": 11, "sources": 3, "areas": 3, "claims": 6, "names": 5}
    assert {name: len(known.frame(name)) for name in lengths} == lengths
    assert known.rows()["congress.rate"]["value"] == D("98.7")


def test_names_that_hold_digits_are_found_in_words(known: Figures) -> None:
    """The longest name wins, and a name is never part of a longer number or word."""
    names = known.names_pattern()
    assert names.sub("…", "Đề án 06, theo Kế hoạch số 109-KH/TU.") == "…, theo …."
    for text in ("Project 061", "Project 06.5", "Project 06b", "xProject 06"):
        assert names.search(text) is None


# -- what was known on a day


def test_core_evidence_leaves_the_context_out(tmp_path: Path) -> None:
    """`core` keeps the sources of tier core alone; days and evidence apply together."""
    where = small_data(tmp_path)
    core = figures.load(where, evidence="core")
    assert core.among("sources") == ["congress", "staff"]
    assert (core["units.before"].known, core["congress.held"].known) == (False, True)
    both = figures.load(where, known_on="2025-06-01", evidence="core")
    assert (both.among("sources"), both.latest()) == (["staff"], "2021-05-22")
    nothing = figures.load(where, known_on="2000-01-01")
    assert (nothing.find(), nothing.latest(), len(nothing.frame("figures"))) == ([], "", 0)
    assert repr(both) == "<3 figures known on 2025-06-01, evidence: core>"


FIVE = {"project-06-2018", "project-21-2021", "urban-pilot-2021", "party-building-2025",
        "two-tier-2025"}  # fmt: skip


def test_replay_uses_no_source_printed_later() -> None:
    """The day before its date leaves each shipped source out with its figures; its day does not.

    `core` is the five articles the project starts from, or those of them printed by that day.
    """
    sources = {
        row["source"]: row["published"] or row["published_by"]
        for row in tables.rows(schema.SHIPPED / SOURCES)
    }
    assert len(sources) > 60
    assert set(figures.load(evidence="core").among("sources")) == FIVE
    for source, day in sources.items():
        eve = str(date.fromisoformat(day) - timedelta(days=1))
        before, on = figures.load(known_on=eve), figures.load(known_on=day)
        expected = {other for other, public in sources.items() if public <= eve}
        assert source not in expected
        assert set(before.among("sources")) == expected
        assert {row["source"] for row in before.rows().values()} <= expected
        assert source in on.among("sources")
        assert set(figures.load(known_on=day, evidence="core").among("sources")) <= FIVE


# -- questions and answers

QUESTIONS: dict[str, Callable[[Figures], object]] = {
    "figures.csv:staff.after": lambda known: known["staff.after"],
    "figures.csv:staff.before": lambda known: known.as_of("staff.before"),
    "figures.csv:staff.rate": lambda known: known.row("staff.rate"),
    "figures.csv:congress.due": lambda known: known.indicator_of("congress.due"),
    "figures.csv:a%3Db%26c": lambda known: known.get("a=b&c"),
    "figures.csv:none": lambda known: "none" in known,
    "figures.csv:area=ha-noi&role=after|before": lambda known: known.find(
        role=("before", "after"), area="ha-noi"
    ),
    "figures.csv:locator=&role=rate": lambda known: known.find(role="rate", locator=""),
    "figures.csv:*": lambda known: known.find(),
    "figures.csv": lambda known: known.frame("figures"),
    "areas.csv:level=province": lambda known: known.among("areas", level="province"),
    "areas.csv:ha-noi": lambda known: known.entry("areas", "ha-noi"),
    "claims.csv:stated.reform=project-21": lambda known: known.claims_on(reform="project-21"),
    "claims.csv:kind=share": lambda known: known.among("claims", kind="share"),
    "claims.csv:*": lambda known: known.claims_on(),
    "claims.csv": lambda known: known.frame("claims"),
    "names.csv": lambda known: known.names_pattern(),
    "sources.csv:latest": lambda known: known.latest(),
}


@pytest.mark.parametrize("name", QUESTIONS)
def test_every_question_is_noted_under_one_name(known: Figures, name: str) -> None:
    """Whichever figures are asked, and in whichever order; the name alone puts it again."""
    with questions.noted() as all_of_it:
        with questions.noted() as asked:
            QUESTIONS[name](known)
        assert re.fullmatch(r"[0-9a-f]{16}", figures.answer_digests(known, [name])[name])
    known.latest()  # nobody listens any more
    assert asked == all_of_it == {name}


def stale(folder: Path, *changes: Change, day: str = "") -> set[str]:
    """The questions above whose answers a change of the small data changes."""
    before = figures.answer_digests(figures.load(small_data(folder), known_on=day), QUESTIONS)
    after = figures.answer_digests(
        figures.load(small_data(folder, *changes), known_on=day), QUESTIONS
    )
    return {name for name in QUESTIONS if before[name] != after[name]}


NEW = "2021,after,\nnone,staff,p1,5,5,exact,staff,,ha-noi,2021,part,\n"
ALL, ROLES = "figures.csv", "figures.csv:area=ha-noi&role=after|before"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        # a changed row changes the answers it is part of, and no others
        ((FIGURES, "18.350 người,18350", "18.351 người,18351"), {ALL, f"{ALL}:staff.after"}),
        ((FIGURES, "2019/2021,decrease,", "2019/2021,decrease,Note"), {ALL, f"{ALL}:staff.rate"}),
        ((SOURCES, "full text,Báo Một", "full text,Báo Hai"), {ALL, f"{ALL}:congress.due"}),
        ((INDICATORS, "staff,person,", "staff,people,"),
         {ALL, f"{ALL}:staff.after", f"{ALL}:staff.before"}),
        ((FIGURES, "2021,after", "2021,count"), {ALL, f"{ALL}:staff.after", ROLES}),
        ((FIGURES, "2021,after,\n", NEW), {ALL, f"{ALL}:none", f"{ALL}:*"}),
        ((AREAS, "ha-noi,Hà Nội,Hà Nội,province", "ha-noi,Hà Nội,Hà Nội,country"),
         {ALL, "areas.csv:ha-noi", "areas.csv:level=province"}),
        # what no figure takes over leaves the figures alone
        ((AREAS, "ha-noi,Hà Nội", "ha-noi,Thủ đô"), {"areas.csv:ha-noi"}),
        ((NAMES, "Project 06", "Project Six"), {"names.csv"}),
        ((SOURCES, "2025-07-15", "2025-07-14"), {"sources.csv:latest"}),
        ((CLAIMS, "Cut off.", "Cut."), {"claims.csv"}),
        ((CLAIMS, "units.rate,share,", "units.rate,relative_change,"),
         {"claims.csv", "claims.csv:kind=share"}),
    ],
)  # fmt: skip
def test_an_answer_changes_with_what_it_shows(
    tmp_path: Path, change: Change, expected: set[str]
) -> None:
    """A question is stale when its answer reads differently, and not otherwise."""
    assert stale(tmp_path, change) == expected


def test_the_order_of_rows_is_no_answer(tmp_path: Path) -> None:
    """A table may be sorted anew, and no page is stale."""
    row = "ha-noi,Hà Nội,Hà Nội,province\n"
    assert stale(tmp_path, (AREAS, row, ""), (AREAS, "", row)) == set()


def test_an_answer_is_that_of_the_day(tmp_path: Path) -> None:
    """What is not known by then is not seen to change, but for what it counts and in what."""
    change = (FIGURES, "2025-07-15,whole,", "2025-07-15,whole,A note")
    assert stale(tmp_path, change) == {f"{ALL}:congress.due", ALL}
    assert stale(tmp_path, change, day="2025-07-14") == set()
    unit = (INDICATORS, "congress,organisation,", "congress,organisations,")
    assert stale(tmp_path, unit, day="2025-07-14") == {"figures.csv:congress.due"}
    earlier = (SOURCES, "2025-07-15", "2025-07-14")
    assert "figures.csv:congress.due" in stale(tmp_path, earlier, day="2025-07-14")


def test_a_question_that_can_no_longer_be_put_has_an_answer_of_its_own(known: Figures) -> None:
    """A column, word or table that is gone changes the answer instead of stopping the build."""
    names = ["figures.csv:role=befor", "figures.csv:area=mars", "gone.csv", "gone.csv:x"]
    answers = figures.answer_digests(known, [*names, "figures.csv:area=da-nang&role=part"])
    assert len(set(answers.values())) == 4
    assert answers["gone.csv"] == answers["gone.csv:x"]


def test_a_day_may_be_a_date() -> None:
    """`known_on` takes a date of Python as well as an ISO date."""
    assert figures.load(known_on=date(2019, 6, 30)).known_on == "2019-06-30"  # type: ignore[arg-type]


def test_what_is_known_reads_in_one_line(known: Figures) -> None:
    """At a prompt a label, day or place is one short line, not the fields it is made of."""
    assert repr(known.label("areas", "da-nang")) == "<areas da-nang: Đà Nẵng>"
    assert repr(known.as_of("staff.before")) == "<../2019>"
    assert repr(known.place("da-nang")).startswith("<place da-nang: Đà Nẵng")


def test_a_frame_takes_what_find_takes(known: Figures) -> None:
    """`frame(area=…)` has the rows that `find` finds."""
    assert list(known.frame(area="da-nang").index) == known.find(area="da-nang")
    assert list(known.frame("areas", level="country").index) == ["viet-nam"]


def test_no_source_prints_party_cells_for_projects_06_and_21() -> None:
    """The gap that pages tell of is one: no row of the shipped data fills it."""
    cells = ("congress.cells", "congress.cells-rate")
    known = figures.load()
    assert known.find(indicator=cells, reform="restructuring-2025")
    assert not known.find(indicator=cells, reform=("project-06", "project-21"))
