"""What no page may show, whoever wrote it: the gate on a document, and attacks on it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import nbformat
import pytest
from attack_cells import HELD, ORG, Cell, bars_of, block, say, value
from attacks import ATTACKS, MEANING, ORDINARY, PASSES
from small_data import small_data

from analysis import Page, claims, compare, quantity, text
from analysis.errors import UserError
from analysis.numbers import figures
from analysis.numbers.figures import Figures
from analysis.numbers.quantity import Quantity
from analysis.pages import document, gate
from analysis.pages.document import Document, DocumentError, Output, Prose
from analysis.saying import blocks, time_blocks
from analysis.saying.texts import Formed, Text, text_of

SHIPPED = Path(__file__).parents[1] / "data"
MEANT = "Reword, or bind the number that is meant."


def executed(page: Page, cell: Cell) -> Any:
    """A cell as papermill leaves it."""
    if isinstance(cell, str):
        return nbformat.v4.new_markdown_cell(cell)
    said = cell(page)
    outputs = [_output(each) for each in (said if isinstance(said, list) else [said])]
    return nbformat.v4.new_code_cell("", outputs=outputs)


def _output(said: Any) -> Any:
    if isinstance(said, dict) and "output_type" in said:
        return nbformat.from_dict(said)
    written = said if isinstance(said, dict) else blocks.dump(said.block)
    return nbformat.v4.new_output("display_data", {blocks.MIME: written, "text/plain": "…"})


def outcome(known: Figures, data: Path, *cells: Cell, title: str = "# Tên") -> str:
    """Where cells are stopped: cell, document, gate; or what the page shows of them."""
    try:
        page = Page(known)
        made = [executed(page, cell) for cell in (title, *cells, Page.sources) if cell]
    except UserError as error:
        return f"cell: {error}"
    try:
        read = document.read(nbformat.v4.new_notebook(cells=made), known)
    except DocumentError as error:
        return f"document: {error}"
    if refused := gate.refusals(read, data):
        return "gate: " + "\n".join(refused)
    texts = (each for shown in read.blocks for each in shown.texts)
    return "shows " + " ".join(each.words("vi") for each in texts)


def refused(known: Figures, data: Path, *items: Any) -> list[str]:
    """What the gate says of blocks made in its own process; a value stands for a sentence of it."""

    def item(given: Any) -> Any:
        if isinstance(given, Quantity | Formed):
            (part,) = text_of(given).vi
            given = blocks.Sentence(
                text=Text(vi=("kế hoạch (?): ", part), en=("planned (?): ", part))
            )
        return given if isinstance(given, Prose) else Output(2, given)

    shown = map(item, items)
    return gate.refusals(Document((Prose(1, "# Tên", "# Tên"), *shown), known), data)


# ------------------------------------------------------------------------------------------ attacks


def test_an_attack_ends_where_it_must(known: Figures, data: Path) -> None:
    """No cell can bring a number to a page that the figures do not give."""
    ends = {name: (by, outcome(known, data, cell)) for name, by, cell in ATTACKS}
    assert {name: end for name, end in ends.items() if not end[1].startswith(end[0])} == {}


def test_words_of_the_tables_hold_no_number(tmp_path: Path) -> None:
    """A label or a claim's note stands on a page as it is, so it is read like typed words."""
    label = ("indicators.csv", "Part-time post-holders,", "Twelve post-holders,")
    note = ("claims.csv", "Larger than the quotient.", "A third more than the quotient.")
    data = small_data(tmp_path, label, note)
    known = figures.load(data)
    listed = block("claims", name="x", title=["a"], claims=["congress.rate"])
    for cell, word in ((value(label=["indicators", "staff"]), "Twelve"), (listed, "third")):
        assert f"typed by hand: {word}\n" in outcome(known, data, cell)


def test_a_generic_heading_stands_where_no_title_is_known(known: Figures) -> None:
    """A page has one heading: what its title says, or on days without one the generic heading."""
    page = Page(known)
    heading = nbformat.v4.new_markdown_cell("# Chung", metadata={"tags": ["vi", "en", "generic"]})
    for said, title, prose in (
        (page.title("Riêng", "Own"), "Riêng", []),
        (page.say("Một câu.", "A sentence."), "Chung", ["# Chung"]),
    ):
        cells = [heading, executed(page, lambda _, said=said: said), executed(page, Page.sources)]
        read = document.read(nbformat.v4.new_notebook(cells=cells), known)
        assert read.title("vi") == title
        assert [each.vi for each in read.items if isinstance(each, Prose)] == prose


def test_ordinary_prose_is_published(known: Figures, data: Path) -> None:
    """Names, phrases that hold a number word, right numbers; and what no rule tells from them."""
    ends = [outcome(known, data, cell) for cell in (*ORDINARY, *PASSES)]
    assert [end for end in ends if not end.startswith("shows")] == []


def test_a_right_number_with_a_wrong_meaning(known: Figures, data: Path) -> None:
    """Words that the tables contradict are refused; what no table tells is published: of twenty
    sentences at most five. docs/method.md names their kinds."""
    assert len(MEANING) == 20
    assert sum(published for _, published, _ in MEANING) <= 5
    for name, published, cell in MEANING:
        end = outcome(known, data, cell)
        assert end.startswith("shows" if published else "gate"), (name, end)


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("Có 1.731 chi bộ.",
         ("“Có 1.731 chi bộ.” holds a number typed by hand: 1.731",
          'Reword, or bind the number: {known["…"]} in an f-string.',
          "A name that holds a number is listed in data/names.csv.")),
        ("a ![ảnh](a.png)",
         ("image “ảnh” may not stand on a page",
          "Use headings, paragraphs, lists, tables, links and emphasis alone.")),
        (say("hơn {congress.held}", "{congress.held}"),
         ("“hơn” stands beside congress.held",
          "Leave it out: a number writes its own hedge and unit.")),
        (say("từ {units.before} lên {units.after}", "{units.before}, {units.after}"),
         ("“từ … lên …” goes from 10,035 to 3,321, which is no rise", MEANT)),
        (say("Đà Nẵng có {plan-2025.ha-noi.after.total}", "{plan-2025.ha-noi.after.total}"),
         ("names Đà Nẵng, but its numbers are of ha-noi", MEANT)),
    ],
)  # fmt: skip
def test_a_refusal_names_the_cell(
    known: Figures, data: Path, cell: Cell, said: tuple[str, ...]
) -> None:
    """Short lines: the cell as its author counts it and how it begins, what is wrong, the cure."""
    begins = f"cell 2 ({cell}):" if isinstance(cell, str) else "cell 2:"
    assert outcome(known, data, cell) == "\n  ".join([f"gate: {begins}", *said])


def test_a_cell_says_one_thing(known: Figures) -> None:
    """A cell shows the last of two calls: the first would be missing, so no page is made."""
    end = nbformat.v4.new_code_cell("page.sources()", outputs=[_output(Page(known).sources())])
    title = nbformat.v4.new_markdown_cell("# Tên")

    def read(source: str) -> str:
        said = nbformat.v4.new_code_cell(source)
        return document.read(nbformat.v4.new_notebook(cells=[title, said, end]), known).title("vi")

    assert read("rows = page.point('x')\nrows.sort()\npage.say('a', 'a')") == "Tên"
    with pytest.raises(DocumentError, match="cell 2: says several things and shows the last"):
        read("page.say('a', 'a')\npage.say('b', 'b')")


def test_what_is_no_block_is_refused_with_what_to_do(known: Figures, data: Path) -> None:
    """A table of pandas, say: the message says how the cell has to end."""
    table = {"output_type": "display_data", "metadata": {}, "data": {"text/html": "<table>"}}
    text = "document: cell 2: shows text/html; end it with a call of page, or only assign"
    assert outcome(known, data, lambda _: table) == text


# ------------------------------------------------------------------------------------------ numbers


@pytest.mark.parametrize(
    ("lie", "said"),
    [
        ({"value": Decimal("98.7")}, "value 98.7 is not what its figures give, 98.6268174475"),
        ({"low": None}, "low None is not what its figures give, 98.6268174475"),
        ({"high": Decimal(99)}, "high 99 is not what its figures give, 98.6268174475"),
        ({"unit": "times"}, "unit “times” is not what its figures give, “percent”"),
        ({"hedge": "about"}, "hedge “about” is not what its figures give, “”"),
    ],
)
def test_a_number_is_what_the_gate_computes(
    known: Figures, data: Path, lie: dict[str, Any], said: str
) -> None:
    """Whatever the code of the page makes of a recipe: one wrong part stops it, by name."""
    right = quantity.share(known[HELD], known[ORG])
    assert refused(known, data, right) == []
    assert any(said in each for each in refused(known, data, replace(right, **lie)))


@pytest.mark.parametrize("only", [{"known_on": "2025-05-07"}, {"evidence": "core"}])
def test_what_was_not_known_is_not_shown(data: Path, only: dict[str, str]) -> None:
    """A figure printed later, or outside the evidence, has no value; a block that shows it by hand
    is refused."""
    fewer = figures.load(data, **only)
    said = "gate: cell 2:\n  units.after: value NaN is not what its figures give, 3321"
    assert outcome(fewer, data, value(number="units.after")).startswith(said)


def test_both_arithmetics_agree_on_the_shipped_data() -> None:
    """Every figure, claim, conflict and change of a province comes out the same by both codes."""
    known = figures.load()
    numbers = [known[figure] for figure in known.find()]
    for each in claims.recompute(known):
        numbers += [each.stated, *each.operands, *each.needed, *each.others]
        numbers += [each.computed] if each.computed else []
    numbers += [conflict.gap for conflict in compare.conflicts(known)]
    for plan in compare.provinces(known, "plan-2025"):
        rate, before = plan.change.rate, plan.change.before
        numbers += [rate, plan.change.fall, quantity.part_of(rate, before)]
        numbers += [quantity.times(before, plan.change.after), quantity.with_places(rate, 3)]
        numbers += [quantity.per(known["project-21.staff.after"], before)]
    for place in known.places("ha-noi"):
        area, people = (f"units-2025.{place.area}.{what}" for what in ("land-area", "population"))
        numbers += [quantity.per(known[people], known[area], None)]
    assert len(numbers) > 1500
    assert refused(known, SHIPPED, *(number for number in numbers if number.known)) == []


def test_every_label_of_the_shipped_tables_may_stand_on_a_page() -> None:
    """Names of places hold number words (Ba Trại, Vạn Phúc); the tables themselves list them."""
    known = figures.load()
    tables = ("areas", "indicators", "names", "events", "places")
    labels = [known.label(table, code) for table in tables for code in known.frame(table).index]
    assert len(labels) > 500
    assert refused(known, SHIPPED, *(Formed(value=label) for label in labels)) == []


def test_both_arithmetics_agree_on_open_bounds(known: Figures, data: Path) -> None:
    """An open end stays open through every calculation, and the other end is the same."""
    more, exact, rate = known["dossiers.received"], known["staff.after"], known["dossiers.share"]
    made = [quantity.part_of(rate, more), quantity.per(exact, more), quantity.per(more, exact)]
    assert [each.hedge for each in made] == ["at least", "at most", "at least"]
    made += [quantity.difference(made[0], more), quantity.times(more, more)]
    assert refused(known, data, *made) == []


# -------------------------------------------------------------------------------------- whole pages


@pytest.mark.parametrize(
    ("title", "cells", "ends"),
    [
        ("# Tên", (), "shows"),
        ("", (block("title", text=["Tên"]),), "shows Tên"),
        ("# Tên", (block("title", text=["Tên"]),), "gate: Begin the document with one title"),
        ("", (block("sentence", text=["a"]), "# Tên"), "gate: Begin the document with one title"),
        ("# Tên **khác**", (), "gate: Begin the document with one title"),
        ('[a]: b "\n# Khác\n"\n\n## Tên', (), "gate: Begin the document with one title"),
        ("## Tên", (), "document: the report has no title"),
    ],
)
def test_a_document_begins_with_one_title(
    known: Figures, data: Path, title: str, cells: tuple[Cell, ...], ends: str
) -> None:
    """One heading of the first level in plain words, or one title block, before all else."""
    assert outcome(known, data, *cells, title=title).startswith(ends)


@pytest.mark.parametrize(
    ("vi", "en", "alike"),
    [
        ("## Một\n\nCó.", "## One\n\nYes.", True),
        ("Có.\n\nCó.", "Yes.", False),
        ("## Một", "### One", False),
        ("- a\n- b", "- a", False),
        ("Có.", "", False),
    ],
)
def test_markdown_says_as_much_in_both_languages(
    known: Figures, data: Path, vi: str, en: str, alike: bool
) -> None:
    """Both languages have the same headings, paragraphs, list items and cells between blocks."""
    assert (refused(known, data, Prose(2, vi, ""), Prose(3, "", en)) == []) is alike


def test_a_finding_may_lead_to_what_is_not_known_yet(known: Figures, data: Path) -> None:
    """What it leads to is there, or what is absent says that it is that; limits may be hidden."""
    finding = block("finding", text=["a"], see="chart-x")
    for beside in (block("absent"), block("hidden"), block("absent", instead="chart-y")):
        assert outcome(known, data, finding, beside).startswith("gate: a finding leads to “chart-x")
    assert outcome(known, data, finding, block("absent", instead="chart-x")).startswith("shows")
    cannot = block("finding", text=["a"], see="cannot")
    assert outcome(known, data, cannot).startswith("gate")
    for limit in (block("limit", text=["a"]), block("hidden")):
        assert outcome(known, data, cannot, limit).startswith("shows")


def test_the_parameters_shown_are_those_of_the_report(known: Figures) -> None:
    """The pages of one place cannot say that they are about another."""
    page = Page(known)
    said = blocks.Parameters(own=(blocks.Parameter(
        name="province", value=text_of(page.label("areas", "da-nang"))),))  # fmt: skip
    about = Document((Output(2, said),), known)
    about.refuse_other({"province": "da-nang"})
    about.refuse_other({"evidence": "core"})
    with pytest.raises(DocumentError, match="province is ha-noi, not da-nang"):
        about.refuse_other({"province": "ha-noi"})


def test_a_place_whose_name_holds_a_full_stop_has_its_own_numbers(tmp_path: Path) -> None:
    """“TP.” ends no sentence, so the number after it is held against the name."""
    label = ("areas.csv", "da-nang,Đà Nẵng,Đà Nẵng", "da-nang,TP. Đà Nẵng,Da Nang City")
    data = small_data(tmp_path, label)
    known = figures.load(data)
    assert outcome(known, data, bars_of("da-nang")).startswith("gate: ")
    assert outcome(known, data, bars_of("ha-noi")).startswith("shows")


def test_a_listed_name_may_hold_a_number(tmp_path: Path) -> None:
    """A row of names.csv admits its labels, and nothing that begins like one."""
    listed = ("names.csv", "", "xvi,congress,Đại hội XVI,Sixteenth congress\n")
    data = small_data(tmp_path, listed)
    known = figures.load(data)
    assert outcome(known, data, "Đại hội XVI", "The Sixteenth congress").startswith("shows")
    assert outcome(known, data, "Đại hội XVII").startswith("gate")


def test_a_figure_is_added_up_or_counted_twice_where_a_claim_does(tmp_path: Path) -> None:
    """Two posts a commune are a sum of one figure with itself; two claims may state one figure."""
    listed = ("claims.csv", "", "z.a,sum,units.after units.after,units.before,a,a,does_not_hold\n"
              "z.b,same,units.after,units.before,a,a,does_not_hold\n")  # fmt: skip
    data = small_data(tmp_path, listed)
    known = figures.load(data)
    after, stated = known["units.after"], known["units.before"]
    assert refused(known, data, quantity.total(after, after)) == []
    assert refused(known, data, quantity.counted([stated, stated], "claim")) == []
    assert refused(known, data, quantity.counted([stated, stated], "number"))
    assert refused(known, data, quantity.total(stated, stated))


@pytest.mark.parametrize("lie", range(9))
def test_every_text_of_a_block_is_read(known: Figures, data: Path, lie: int) -> None:
    """Labels, notes, columns, cells, words beside a point: no field of a block is passed over."""

    def said(last: int) -> list[str]:
        a = [text("mười", "ten") if place == last else text("a", "a") for place in range(9)]
        day, number = known.as_of(ORG), known[ORG]
        rows = blocks.Rows(columns=(a[0],) * 3, data=((a[1], day, number),))
        line = time_blocks.Line(
            label=a[1], points=(time_blocks.Point(day=day, number=number, note=a[2]),)
        )
        chart = blocks.Panels(name="x", title=a[3], subtitle=a[4], lines=(line,))
        table = blocks.Table(name="x", title=a[3], table=rows, note=a[5])
        card = blocks.Headline(number=Formed(value=known[ORG]), label=a[6], note=a[7])
        own = blocks.Parameters(own=(blocks.Parameter(name="known_on", value=a[8]),))
        return refused(known, data, chart, table, card, own)

    assert said(-1) == []
    assert said(lie)
