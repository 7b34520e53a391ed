"""What a notebook may say, and what a block becomes as JSON and back."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT
from jsonschema import Draft202012Validator
from small_data import small_data

from analysis import Page, claims, compare, text
from analysis.numbers import figures
from analysis.numbers.figures import Figures
from analysis.numbers.rows import NoSuchName
from analysis.numbers.schema import LANGUAGES
from analysis.saying import blocks
from analysis.saying.speaker import CellOutput
from analysis.saying.texts import ProseError

TYPED = ["126 communes", "98.7%", "Resolution 18", "n² more", "½ of it", "٣ wards", "Đề án 061"]


@pytest.fixture
def early(tmp_path: Path) -> Page:
    """A page on a day when nothing but the counts of staff had been printed."""
    return Page(figures.load(small_data(tmp_path), known_on="2021-06-30"), "en")


def words(said: CellOutput, language: str = "en") -> str:
    """The words of what was said; empty where nothing was."""
    return " ".join(each.words(language) for each in said.block.texts)


# -- what may be written


WRITERS: dict[str, Callable[[Page, str], Any]] = {
    "say": lambda page, words: page.say(words, words),
    "limit": lambda page, words: page.limit(words, words),
    "lead": lambda page, words: page.lead(words, words),
    "title": lambda page, words: page.title(words, words),
    "finding": lambda page, words: page.finding(words, words),
    "label": lambda page, words: page.headline(f"{page.known['staff.after']}", text(words, words)),
    "column": lambda page, words: page.table("t", text("a", "a"), [text(words, words)], [[None]]),
    "nested": lambda page, words: page.say(f"{text(words, words)}", f"{text(words, words)}"),
    "parameter": lambda page, words: page.parameters(province=text(words, words)),
    # A number typed into one language alone does not pass because the preview is in the other.
    "in Vietnamese": lambda page, words: page.say(words, "words"),
    "in English": lambda page, words: page.say("words", words),
}


@pytest.mark.parametrize("where", WRITERS)
def test_a_digit_typed_by_hand_is_refused(page: Page, where: str) -> None:
    """Wherever words may stand, a number that is no Quantity is an error that says what to do."""
    for typed in TYPED:
        with pytest.raises(ProseError, match=r"by hand\. Put a Quantity or Period in its place"):
            WRITERS[where](page, typed)


def test_a_digit_is_refused_where_nothing_is_shown(early: Page) -> None:
    """A sentence that is hidden today is shown tomorrow: what is typed in it is checked today."""
    held = early.known["congress.held"]
    with pytest.raises(ProseError, match="typed by hand"):
        early.say(f"{held} trong 126", f"{held} of 126")


def test_the_two_languages_show_the_same_values(known: Figures) -> None:
    """A number left out, added, exchanged or in another form in one language is refused."""
    a, b = known["staff.after"], known["staff.before"]
    fall = compare.change(b, a).rate
    for vi, en in (
        (f"{a} người", "people"),
        (f"{a} và {b}", f"{a} and {a}"),
        (f"{a} và {b}", f"{b} and {a}"),
        (f"{fall:sign}", f"{fall:fall}"),
    ):
        with pytest.raises(ProseError, match="the same values in the same order"):
            text(vi, en)
    for vi, en in (("Người", ""), ("", "people")):
        with pytest.raises(ProseError, match="said in one language alone"):
            text(vi, en)


def test_a_sentence_that_no_longer_holds_is_refused(page: Page) -> None:
    """A sentence says when it is true; corrected data that break it stop the report."""
    after = page.known["staff.after"]
    with pytest.raises(ProseError, match="no longer bear out this sentence; reword it") as error:
        page.say(f"Còn {after}.", f"Down to {after}.", holds=False)
    assert "en: Down to 18,350." in str(error.value)


def test_a_page_is_in_one_of_two_languages(known: Figures) -> None:
    """A misspelt language is refused with the right codes."""
    with pytest.raises(ProseError, match="language is “vn”; write “vi” or “en”"):
        Page(known, "vn")


def test_lines_of_a_long_string_are_one_sentence(page: Page) -> None:
    """A sentence typed over several lines is read as one, in words and numbers."""
    after = page.known["staff.after"]
    said = page.say(f"Còn\n    {after} người.", f"Down to\n   {after} people.")
    assert words(said) == "Down to 18,350 people."


# -- what is not known


def test_an_unknown_figure_hides_its_block(early: Page) -> None:
    """Before a number is printed, the sentence about it is not there; nothing is shown as zero."""
    held = early.known["congress.held"]
    for said in (
        early.say(f"{held} nơi", f"{held} places"),
        early.finding(f"{held} nơi", f"{held} places"),
        early.headline(f"{held}", text("nơi", "places")),
        early.limit(f"{held:sign} nơi", f"{held:sign} places"),
        early.say(f"{early.known.as_of('congress.held')}", f"{early.known.as_of('congress.held')}"),
    ):
        assert isinstance(said.block, blocks.Hidden)


def test_the_answer_is_the_first_whose_figures_are_known(page: Page, early: Page) -> None:
    """Of several leads the first that can be said is shown, the others are not."""
    for at, shown in ((page, ["1,221 held", ""]), (early, ["", "Down to 18,350"])):
        held, after = at.known["congress.held"], at.known["staff.after"]
        said = [at.lead(f"{held} đã", f"{held} held"), at.lead(f"Còn {after}", f"Down to {after}")]
        assert [words(each) for each in said] == shown


def test_charts_and_tables_leave_out_what_is_not_known(page: Page, early: Page) -> None:
    """An unknown bar or row is left out; where nothing is left, that is said."""
    for at, rows in ((page, 2), (early, 1)):
        label = text("Nơi", "Place")
        held, after = at.known["congress.held"], at.known["staff.after"]
        said = at.bars("b", label, label, [(label, held, True), (label, after, True)])
        assert len(said.block.rows) == len(said.block.table.data) == rows
    unknown = early.known["congress.held"]
    for nothing in (
        early.table("t", label, [label, label], [[label, unknown]]),
        early.bars("b", label, label, [(label, unknown, True)]),
    ):
        assert isinstance(nothing.block, blocks.Absent)


def test_a_cell_of_a_known_row_may_be_unknown(early: Page) -> None:
    """A row that has one known number is shown; what is not known in it is “not printed”."""
    head = [text("a", "a"), text("b", "b"), text("c", "c")]
    row = [text("x", "x"), early.known["staff.after"], early.known["congress.held"]]
    assert early.table("t", head[0], head, [row]).block.table.data[0][2] is None


def test_a_row_of_another_length_is_refused(page: Page) -> None:
    """A row with fewer cells than columns is a mistake of the notebook, not a shifted table."""
    with pytest.raises(ProseError, match="a row has 1 cells, but there are 2 heads of columns"):
        page.table("t", text("a", "a"), [text("a", "a"), text("b", "b")], [[text("x", "x")]])


def test_a_plain_string_is_refused_with_the_right_form(page: Page) -> None:
    """A title or cell in one language alone is an error that says how to write both."""
    both = text("a", "a")
    with pytest.raises(ProseError, match="'chart x' is no name: small letters and digits"):
        page.finding("Một điều.", "One thing.", see="chart x")
    with pytest.raises(ProseError, match=r"\(tuple\) cannot be said; give a number"):
        page.table("x", ("Tên", "Name"), [], [])  # type: ignore[arg-type]
    with pytest.raises(ProseError, match=r"“Title” is said in one language; write text\(vi=…"):
        page.table("t", "Title", [both], [])  # type: ignore[arg-type]
    with pytest.raises(ProseError, match="“Head” is said in one language"):
        page.table("t", both, ["Head"], [])  # type: ignore[list-item]
    with pytest.raises(ProseError, match="“cell” is said in one language"):
        page.table("t", both, [both], [["cell"]])  # type: ignore[list-item]


def test_a_kind_of_event_that_there_is_not_is_refused(page: Page) -> None:
    """A misspelt kind is an error with the right one, not an empty list."""
    with pytest.raises(NoSuchName, match="Did you mean “decision”"):
        page.context("project-21", "decisions")


def test_an_editor_completes_names_of_our_own(page: Page) -> None:
    """What a researcher may write after a text or a block, without the names of pydantic."""
    assert {"vi", "en", "otherwise", "words"} <= {*dir(text("a", "a"))}
    assert not [each for each in dir(page.sources().block) if each.startswith("model_")]


# -- blocks as JSON


def every_kind(page: Page) -> list[CellOutput]:
    """One of each block."""
    known = page.known
    change = compare.change(known["staff.before"], known["staff.after"])
    done = compare.completion(known["congress.held"], known["congress.due"])
    both = text("Nhãn", "Label")
    cells = [text("a", "a"), text("b", "b")]
    points = [page.point("staff.before"), page.point("staff.after")]
    return [
        page.title(f"{page.label('areas', 'ha-noi')}?", f"{page.label('areas', 'ha-noi')}?"),
        page.lead(f"giảm {change.rate:fall}", f"fell by {change.rate:fall}"),
        page.headline(f"{change.rate:fall}", both, both),
        page.headline(f"{change.after}", both, before=change.before),
        page.finding("Có.", "Yes.", see="chart-x", head=both, aside=both),
        page.context(next(each.reform for each in page.known.events() if each.reform)),
        page.parameters(province=page.label("areas", "ha-noi")),
        page.say(f"{known.as_of('congress.held'):short}", f"{known.as_of('congress.held'):short}"),
        page.limit("Không.", "No."),
        page.bars("x", both, both, [(both, change.rate, True)]),
        page.strip("y", both, both, [(both, change, True)]),
        page.completions("z", both, both, [page.task(both, done)]),
        page.panels("s", both, both, [(both, points)]),
        page.table("t", both, cells, [[points[1].day, change.fall]], note=both),
        page.claims("k", both, claims.recompute(known, "congress.rate")),
        page.claims("none", both, []),
        page.lead("Hai.", "Second."),
        page.sources(),
    ]  # fmt: skip


def test_a_block_survives_the_notebook(page: Page) -> None:
    """Written as JSON and read with the same figures, every kind of block is equal to itself."""
    outputs = every_kind(page)
    kinds = set(blocks.Block.__subclasses__()) - {blocks.Titled}
    assert {type(each.block) for each in outputs} >= kinds
    for each in outputs:
        shown = each._repr_mimebundle_()
        again = blocks.load(json.loads(json.dumps(shown[blocks.MIME])), page.known)
        assert again == each.block
        assert blocks.dump(again) == shown[blocks.MIME]


def test_what_a_cell_computed_does_not_reach_the_page(page: Page, tmp_path: Path) -> None:
    """A block holds references: read with other figures, it shows what those give."""
    said = page.say(f"{page.known['staff.after']}", f"{page.known['staff.after']}")
    row = ("figures.csv", "p1,18.350 người,18350", "p1,18.351 người,18351")
    changed = small_data(tmp_path, row)
    again = blocks.load(blocks.dump(said.block), figures.load(changed))
    assert again.texts[0].words("en") == "18,351"


def test_the_schema_describes_every_block(page: Page) -> None:
    """docs/document.schema.json is the schema of the code, and every block meets it."""
    schema = json.loads((ROOT / "docs" / "document.schema.json").read_text("utf-8"))
    assert schema == blocks.schema()
    validator = Draft202012Validator(schema)
    for each in every_kind(page):
        validator.validate(blocks.dump(each.block))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"version": 2}, "Input should be 1"),
        ({"more": 1}, "Extra inputs are not permitted"),
        ({"text": "a"}, "Input should be"),
        ({"text": {"vi": ["a"], "en": [""]}}, "said in one language alone"),
        ({"text": {"vi": ["a"], "en": [7]}}, "Input should be"),
        ({"text": {"vi": [{"value": {"number": "nope"}}], "en": []}}, "nope"),
        ({"text": {"vi": [{"value": {"number": {"kind": "x", "of": [], "places": 0}}}], "en": []}},
         "no calculation “x”"),
        ({"text": {"vi": [{"value": 7}], "en": []}}, "Input should be"),
        ({"block": "html"}, "does not match any of the expected tags"),
    ],
)  # fmt: skip
def test_hand_made_json_is_checked(page: Page, change: dict[str, Any], message: str) -> None:
    """JSON that no Page has written is refused, field by field."""
    good = blocks.dump(page.say("Có.", "Yes.").block)
    with pytest.raises(ProseError, match=message):
        blocks.load({**good, **change}, page.known)


def test_jupyter_tells_an_aside_from_its_sentence(page: Page) -> None:
    """What stands in the margin of a page is set small behind the sentence."""
    said = page.say("Có.", "Yes.", aside=text("Ở bên.", "Beside."))
    assert said._repr_mimebundle_()["text/html"] == "<p>Yes. <small>Beside.</small></p>"


def test_a_parameter_of_ones_own_needs_no_word_of_the_package(page: Page) -> None:
    """JupyterLab lists it by the name that the notebook gave it."""
    said = page.parameters(school=page.label("areas", "ha-noi"))
    assert "<li>school: Hà Nội</li>" in said._repr_mimebundle_()["text/html"]


def test_jupyter_shows_each_block_in_one_language(known: Figures) -> None:
    """The preview says the block in the language asked for, each chart once, numbers in words; a
    table has heads."""
    for language in LANGUAGES:
        for said in every_kind(Page(known, language)):
            shown = said._repr_mimebundle_()["text/html"]
            assert re.sub(r"<[^>]+>", "", shown).strip(), said.block
            assert shown.count("<svg") == isinstance(said.block, blocks.Chart)
            assert ("<th" in shown) == isinstance(said.block, blocks.Table | blocks.Claims)
            for each in said.block.texts[:1]:
                assert each.words(language) in re.sub(r"<[^>]+>", "", shown)
