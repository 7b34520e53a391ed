"""Events: what was decided or begun, when, and where that was printed."""

# ruff: noqa: E501  (a row of a table stays on one line)

from __future__ import annotations

from pathlib import Path

import pytest
from small_data import TEXTS, small_data, small_files, small_texts

from analysis.numbers import check, events, figures, questions, rules
from analysis.numbers.figures import Figures
from analysis.numbers.rows import NoSuchName
from analysis.numbers.rules.paragraphs import event_missing
from analysis.numbers.tables import Row
from analysis.saying import blocks
from analysis.saying.page import Page
from analysis.saying.texts import Label, text

EVENTS = "events.csv"
PLAN = "staff.plan,2018-12-08,project-21,decision,109-KH/TU,Ban hành kế hoạch sắp xếp,A plan of the cuts is adopted,staff,p2,"
START = "units.start,2025-07-01,restructuring-2025,start,,Đơn vị mới đi vào hoạt động,The new units begin their work,wire,,"


# -- asked for


def test_an_event_says_when_what_by_which_document_and_where_it_was_printed(known: Figures) -> None:
    """Its day is a Period, its label in both languages, its document a name of names.csv."""
    event, _ = known.events()
    assert (event.event, event.kind, event.reform) == ("staff.plan", "decision", "project-21")
    assert event.day.words("vi") == "ngày\u00a008/12/2018"
    assert event.label == Label("events", "staff.plan", "", "")
    assert event.label.words("en") == "A plan of the cuts is adopted"
    assert event.document is not None
    assert event.document.words("vi") == "Kế hoạch số 109-KH/TU"
    assert (event.source, event.locator) == ("staff", "p2")


def test_events_come_in_the_order_of_their_days_and_can_be_chosen(tmp_path: Path) -> None:
    """A month counts from its first day; an open start counts as its end."""
    added = [
        "a.later,../2025-07,,trial,,Thử hai,Trial two,wire,,",
        "z.span,2025-06-20/2025-06-26,,trial,,Thử một,Trial one,wire,,",
    ]
    rows = f"{PLAN}\n{added[1]}\n{START}\n{added[0]}\n"
    known = figures.load(small_data(tmp_path, (EVENTS, f"{PLAN}\n{START}\n", rows)))
    ids = [event.event for event in known.events()]
    assert ids == ["staff.plan", "z.span", "units.start", "a.later"]
    assert [event.event for event in known.events(kind="trial")] == ["z.span", "a.later"]
    assert [event.event for event in known.events("project-21", "decision")] == ["staff.plan"]
    assert known.events("project-06") == []


def test_what_could_never_be_found_is_an_error(known: Figures) -> None:
    """A misspelt reform, kind or event gets the right one."""
    with pytest.raises(NoSuchName, match=r"kind is “decison”.*Did you mean “decision”"):
        known.events(kind="decison")
    with pytest.raises(NoSuchName, match="Did you mean “project-21”"):
        known.events(reform="project-2")
    with pytest.raises(
        NoSuchName, match=r"no row “unit\.start” in events\.csv\. Did you mean “units"
    ):
        known.event("unit.start")


@pytest.mark.parametrize(
    ("known_on", "evidence", "found"),
    [
        ("2021-05-21", "all", []),
        ("2021-05-22", "all", ["staff.plan"]),
        ("2025-05-08", "all", ["staff.plan", "units.start"]),
        ("", "core", ["staff.plan"]),
    ],
)
def test_an_event_is_known_when_its_source_was_printed(
    tmp_path: Path, known_on: str, evidence: str, found: list[str]
) -> None:
    """Not when it happened: a start is known before its day, a decision long after it."""
    known = figures.load(small_data(tmp_path), known_on, evidence)
    assert [event.event for event in known.events()] == found


def test_what_rests_on_an_event_nobody_had_told_of_is_not_said(tmp_path: Path) -> None:
    """Day and label of such an event are unknown, as its figures would be: no cell asks."""
    known = figures.load(small_data(tmp_path), "2021-05-22")
    event = known.event("units.start")
    assert not event.known
    assert (event.day.words("en"), event.label.words("en")) == ("–", "–")
    assert not text(vi=f"Từ {event.day}", en=f"From {event.day}").known
    assert not text(vi=f"{event.label}", en=f"{event.label}").known
    said = Page(known).say(vi=f"{event.label}.", en=f"{event.label}.")
    assert isinstance(said.block, blocks.Hidden)


def test_day_and_label_of_an_event_are_references_in_a_document(known: Figures) -> None:
    """Whoever reads a block back gets what the tables say of the event today."""
    page, event = Page(known), known.event("staff.plan")
    assert page.label("events", "staff.plan") == event.label
    said = page.say(
        vi=f"{event.label} {event.day} ({event.document}).",
        en=f"{event.label} {event.day} ({event.document}).",
    )
    written = blocks.dump(said.block)
    assert [part["value"] for part in written["text"]["en"] if isinstance(part, dict)] == [
        {"label": ["events", "staff.plan"]},
        {"day": ["events", "staff.plan"]},
        {"label": ["names", "plan"]},
    ]
    assert blocks.load(written, known) == said.block


# -- staleness


def test_a_changed_event_is_another_answer(tmp_path: Path) -> None:
    """A page that showed an event is stale when its row changes, and only then; so is a list of
    events when there is one more."""
    known = figures.load(small_data(tmp_path))
    with questions.noted() as asked:
        known.events(reform="project-21")
    assert "events.csv:reform=project-21" in asked
    assert "events.csv:staff.plan" in asked
    before = figures.answer_digests(known, asked)
    other = START.replace("2025-07-01", "2025-07-02")
    same = figures.load(small_data(tmp_path, (EVENTS, START, other)))
    assert figures.answer_digests(same, asked) == before
    moved = figures.load(small_data(tmp_path, (EVENTS, PLAN, PLAN.replace("12-08", "12-09"))))
    assert figures.answer_digests(moved, asked) != before
    another = PLAN.replace("staff.plan", "staff.plan2").replace("109-KH/TU,Ban", ",Lại ban")
    another = another.replace("A plan", "Another plan")
    more = figures.load(small_data(tmp_path, (EVENTS, PLAN, f"{PLAN}\n{another}")))
    changed = figures.answer_digests(more, asked)
    assert [name for name in asked if changed[name] != before[name]] == [
        "events.csv:reform=project-21"
    ]
    earlier = figures.load(small_data(tmp_path), "2020-01-01")
    assert figures.answer_digests(earlier, asked) != before


# -- rules of the rows


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("2018-12-08", "8-12-2018", "2  staff.plan: day “8-12-2018” is no period: write"),
        ("2018-12-08", "2018-13-08", "2  staff.plan: day “2018-13-08” is no date"),
        ("2018-12-08", "2021-05-23", "2  staff.plan: day “2021-05-23” is after its source staff was printed (2021-05-22), but a decision is not announced. Correct one."),
        (",decision,", ",edict,", "2  staff.plan: kind “edict” is none of decision, resolution"),
        ("project-21", "project-22", "2  staff.plan: reform “project-22” is not in names.csv. Did you mean “project-21”?"),
        ("project-21", "plan", "2  staff.plan: reform “plan” is a name of kind document. Give one of kind reform, or nothing."),
        (",staff,p2", ",stuff,p2", "2  staff.plan: source “stuff” is not in sources.csv. Did you mean “staff”?"),
        (",staff,p2", ",staff,", "2  staff.plan: locator is empty, but the source is graded full text. Give the paragraph, e.g. p15."),
        (",staff,p2", ",staff,2", "2  staff.plan: locator “2” is not a paragraph such as p15, or nothing."),
        ("109-KH/TU", "9-KH/TU", "2  staff.plan: document “9-KH/TU” stands in no name of names.csv. Add its name there, or correct it."),
        ("kế hoạch sắp", "kế\u00a0hoạch sắp", "2  staff.plan: label_vi holds U+00A0 (no-break space), which nobody sees. Type a plain space, or nothing."),
        ("A plan of", "A plan\u200b of", "2  staff.plan: label_en holds U+200B (zero width space), which nobody sees."),
        ("kế hoạch sắp", "12 kế hoạch sắp", "2  staff.plan: label_vi “Ban hành 12 kế hoạch sắp xếp” holds a number."),
        ("units.start", "staff.plan", "2  staff.plan: event “staff.plan” stands in more than one row"),
        ("The new units begin their work", "A plan of the cuts is adopted", "3  units.start: tells the same as staff.plan (A plan of the cuts is adopted). Remove one"),
        ("Đơn vị mới đi vào hoạt động", "Ban hành kế hoạch sắp xếp", "3  units.start: tells the same as staff.plan (Ban hành kế hoạch sắp xếp). Remove one"),
        (f"{PLAN}\n{START}", f"{START}\n{PLAN}", "3  staff.plan: stands below units.start (2025-07-01), but comes before it. Rows are sorted by day, then by event."),
    ],
)  # fmt: skip
def test_a_bad_row_is_named_with_what_to_do(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    """Place, event, what was found and what to do, for what each row must keep."""
    _, findings = rules.read(small_data(tmp_path, (EVENTS, old, new)))
    assert f"data/events.csv:{message}" in str(findings[0])


def test_one_document_does_one_thing_on_a_day(tmp_path: Path) -> None:
    """The same step of the same document under two labels is one event told twice."""
    again = PLAN.replace("staff.plan", "staff.plan-again").replace("Ban hành", "Lập")
    again = again.replace("A plan", "The plan")
    _, findings = rules.read(small_data(tmp_path, (EVENTS, PLAN, f"{PLAN}\n{again}")))
    told = "tells the same as staff.plan (2018-12-08, decision, 109-KH/TU)"
    assert [told in str(finding) for finding in findings] == [True]


def test_a_table_without_events_is_in_order(tmp_path: Path) -> None:
    """A project may have none yet."""
    known = figures.load(small_data(tmp_path, (EVENTS, f"{PLAN}\n{START}\n", "")))
    assert known.events() == []


def test_a_document_has_the_name_that_holds_its_whole_number() -> None:
    """The number of one document may be part of another's."""
    names = {
        "long": {"label_vi": "Nghị quyết số 126/NQ-CP"},
        "next": {"label_vi": "Nghị quyết số 26/NQ-CP"},
        "part": {"label_vi": "Kế hoạch số 126/NQ-CPX"},
    }
    documents = [
        events.titled(number, names) for number in ("126/NQ-CP", "26/NQ-CP", "6/NQ-CP", "")
    ]
    assert documents == ["long", "next", "", ""]


# -- in the texts


@pytest.mark.parametrize(
    ("day", "paragraph"),
    [
        ("2013-09-24", "Đề án ngày 24-9-2013 về"),
        ("2013-09-24", "ngày 24/09/2013."),
        ("2013-09-24", "(24.9.2013)"),
        ("2013-09-24", "Ngày 24 tháng 9 năm 2013"),
        ("2021-07-01", "từ ngày 01/7 - thời điểm thực hiện"),
        ("2025-07-15", "diễn ra sáng 15/7, công tác"),
        ("2025-06-20/2025-06-26", "(từ ngày 20 - 26/6/2025)"),
        ("2025-06-20/2025-06-26", "từ 20/6 đến hết ngày 26/6/2025"),
        ("../2025-10", "Từ nay đến tháng 10/2025 là"),
        ("2025-10", "trong tháng 10 năm 2025"),
        ("2021", "nhiệm kỳ 2021-2026."),
    ],
)
def test_a_day_is_found_however_it_is_printed(day: str, paragraph: str) -> None:
    """Dashes, slashes, points or words; a year may be left out of a day."""
    assert event_missing(_row(day), "2026-01-01", paragraph, "vi") == ""


@pytest.mark.parametrize(
    ("day", "paragraph"),
    [
        ("2013-09-24", "ngày 24-9-2014"),
        ("2013-09-24", "ngày 24 tháng 9 năm 2014"),
        ("2013-09-24", "ngày 24-10-2013, 2-4-9-2013"),
        ("2013-09-04", "ngày 24-9-2013"),
        ("2025-07-01", "ngày 31/7/2025, 1/72025"),
        ("2025-06-20/2025-06-26", "ngày 20/6 và ngày 26/6"),
        ("2025-06-20/2025-06-26", "từ ngày 21 - 26/6/2025"),
        ("../2025-10", "tháng 10/2024"),
        ("2021", "số 12021"),
    ],
)
def test_another_day_is_not_taken_for_it(day: str, paragraph: str) -> None:
    """A printed year, a neighbouring digit or an end of the span that differs is another day."""
    assert event_missing(_row(day), "2026-01-01", paragraph, "vi") == f"“{day}”"


@pytest.mark.parametrize("paragraph", ["on 15 July 2025", "on July 15", "(Jul. 15th, 2025)"])
def test_english_days_are_found(paragraph: str) -> None:
    """Day or month first, with or without a year; another year is another day."""
    assert event_missing(_row("2025-07-15"), "", paragraph, "en") == ""
    assert event_missing(_row("2024-07-15"), "", "on 15 July 2025, July 15, 2025", "en")


def test_a_day_that_only_its_source_bounds_is_looked_up_by_its_document() -> None:
    """`../D`, where D is the day of the source, is printed nowhere; the number of a document is."""
    row = _row("../2025-05-11", "76/2025/UBTVQH15")
    assert event_missing(row, "2025-05-11", "Nghị quyết số 76/2025/UBTVQH15.", "vi") == ""
    assert event_missing(row, "2025-05-11", "số 176/2025/UBTVQH15", "vi") == "“76/2025/UBTVQH15”"
    assert event_missing(row, "2025-06-01", "số 76/2025/UBTVQH15", "vi") == "“../2025-05-11”"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("2018-12-08", "2018-12-09", "“2018-12-09” is not in p2"),
        (",staff,p2", ",staff,p1", "“2018-12-08” is not in p1 (it is in p2)"),
        (",staff,p2", ",staff,p3", "locator p3 is past the last paragraph (p2)"),
    ],
)
def test_verify_looks_events_up_where_they_were_printed(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    """A wrong day or locator is an error, which says where the event is told."""
    findings = check.verify(small_data(tmp_path, (EVENTS, old, new)), small_texts(tmp_path))
    (error,) = (str(each) for each in findings if each.level == "error")
    fix = f"{message} of staff.txt. Correct day, document or locator."
    assert error == f"data/events.csv:2  staff.plan: {fix}"


def test_verify_misses_the_number_of_a_document(tmp_path: Path) -> None:
    """The day alone does not make it the paragraph of the document."""
    changed = TEXTS["staff.txt"].replace("109-KH/TU", "108-KH/TU")
    texts = small_files(tmp_path / "texts", {**TEXTS, "staff.txt": changed})
    findings = check.verify(small_data(tmp_path), texts)
    (error,) = (str(each) for each in findings if each.level == "error")
    assert "staff.plan: “109-KH/TU” is not in p2" in error


# -- what is shipped


def test_the_shipped_events_tell_the_course_of_the_reforms() -> None:
    """Every reform of the table has a dated beginning: a document or a start."""
    known = figures.load()
    for reform in known.frame("events")["reform"].unique():
        kinds = {event.kind for event in known.events(reform=reform)}
        assert not reform or kinds & {"decision", "start"}, reform


def _row(day: str, document: str = "") -> Row:
    return Row(event="x", day=day, document=document)
