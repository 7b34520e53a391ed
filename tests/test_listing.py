"""Listing: the numbers of many places that one list prints, their ranks and medians."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_data import retype, small_data

from analysis.numbers import figures, listing, questions, recipes, rules, schema
from analysis.numbers.figures import Figures
from analysis.numbers.listing import ListingError
from analysis.numbers.rows import NoSuchName
from analysis.pages import recount
from analysis.pages.recount import Recount, Refused

LIST = "list.*.people in ha-noi"
AREAS = "".join(f"{each},Nơi {each},Place {each},commune\n" for each in "abcdef")
PLACES = "".join(
    f"{each},{each},9{n},ward,ha-noi,,21.{n},105.{n},wire\n" for n, each in enumerate("abcdef")
)
ROW = "list.{}.people,{},{},{},{},exact,staff,,{},2025-05-08,count,{},{}\n"
DOUBTED = ("wire", "a digit is lost", "yes")
NUMBERS = {"a": 50, "b": 700, "c": 20, "d": 50, "e": 5}


def rows(**more: tuple[str, ...]) -> str:
    """The rows of the list; `more` gives a place another source, note and doubt."""
    made = ""
    for area, number in NUMBERS.items():
        source, note, doubted = (*more.get(area, ("wire",)), "", "")[:3]
        place = "p9" * (source == "congress")
        made += ROW.format(area, source, place, number, number, area, note, doubted)
    return made


def data(folder: Path, **more: tuple[str, ...]) -> Path:
    """The small data with six places and the numbers of five."""
    wider = [("figures.csv", ",\n", ",,\n"), ("figures.csv", "role,note\n", "role,note,doubted\n")]
    added = [("areas.csv", AREAS), ("places.csv", PLACES), ("figures.csv", rows(**more))]
    return small_data(folder, *wider, *((file, "", text) for file, text in added))


@pytest.fixture
def known(tmp_path: Path) -> Figures:
    """The small data with the list."""
    return figures.load(data(tmp_path))


def test_a_list_has_the_numbers_of_the_places_within_an_area(known: Figures) -> None:
    """The largest first; a place without a number in it, and places elsewhere, are in none."""
    numbers = known.listed(LIST).numbers
    assert {area: int(number.value) for area, number in numbers.items()} == {
        **{"b": 700, "a": 50, "d": 50, "c": 20, "e": 5},
    }
    assert [*numbers] == ["b", "a", "d", "c", "e"]


def test_a_rank_counts_what_is_larger(known: Figures) -> None:
    """Equal numbers share the better place; a place without a number has an unknown one."""
    listed = known.listed(LIST)
    ranks = {area: listed.rank(area) for area in "abcde"}
    assert {area: int(rank.value) for area, rank in ranks.items()} == {
        **{"b": 1, "a": 2, "d": 2, "c": 4, "e": 5},
    }
    assert ranks["c"].figures == ("list.c.people",)
    assert ranks["c"].unit == "rank"
    assert not listed.rank("f").known


def test_the_median_is_the_middle_or_the_mean_of_the_two_there(tmp_path: Path) -> None:
    """It rests on the figures in the middle; bounds follow from how they were printed."""
    odd = figures.load(data(tmp_path)).listed(LIST).median
    assert (int(odd.value), odd.figures, odd.unit) == (50, ("list.d.people",), "person")
    even_data = data(tmp_path, e=DOUBTED)
    even = figures.load(even_data).listed(LIST).median
    assert (int(even.value), even.figures) == (50, ("list.a.people", "list.d.people"))


def test_the_neighbours_in_a_list_are_the_places_before_and_after(known: Figures) -> None:
    """None stands before the first or after the last."""
    listed = known.listed(LIST)
    assert listed.around("c") == ("d", "e")
    assert (listed.around("b"), listed.around("e")) == (("", "a"), ("c", ""))
    assert listed.around("f") == ("", "")


def test_a_number_that_cannot_be_right_is_compared_with_nothing(tmp_path: Path) -> None:
    """It is doubted in figures.csv; it stays a figure, and the list names its place as doubted."""
    known = figures.load(data(tmp_path, e=DOUBTED, c=("wire", "Read twice")))
    listed = known.listed(LIST)
    assert listed.doubted == ("e",)
    assert [*listed.numbers] == ["b", "a", "d", "c"]
    assert not listed.rank("e").known
    assert int(known["list.e.people"].value) == 5


def test_a_doubt_has_a_reason(tmp_path: Path) -> None:
    """A row is doubted only where its note says why the number cannot be right."""
    _, (finding,) = rules.read(data(tmp_path, e=("wire", "", "yes")))
    assert str(finding).endswith("doubted “yes” has no reason. Say in the note why it is wrong.")


def test_a_list_is_known_when_all_of_its_numbers_are(tmp_path: Path) -> None:
    """A rank among some of them would be another one later."""
    where = data(tmp_path, e=("congress",))
    early = figures.load(where, "2025-05-08").listed(LIST)
    assert (early.numbers, early.median.known, early.rank("b").known) == ({}, False, False)
    assert figures.load(where, "2025-07-15").listed(LIST).rank("b").known


def test_a_name_that_finds_nothing_is_an_error(known: Figures) -> None:
    """So is one that is none of a list."""
    with pytest.raises(NoSuchName, match="no figure of a place within “ha-noi” is called"):
        known.listed("list.*.peeple in ha-noi")
    with pytest.raises(ListingError, match=r"“list\.people” names no list; write ids with"):
        known.listed("list.people")
    assert (listing.within(LIST), listing.within("list.a.people")) == ("ha-noi", "")


def test_a_page_rests_on_a_list_as_a_whole(tmp_path: Path) -> None:
    """One question, whose answer changes with a number, an order, a doubt, and nothing else."""
    where = data(tmp_path)
    with questions.noted() as questions_of_a_rank:
        figures.load(where).listed(LIST).rank("a")
    (asked,) = questions_of_a_rank
    assert asked == f"figures.csv:{LIST}"

    def answer(**more: tuple[str, ...]) -> str:
        return figures.answer_digests(figures.load(data(tmp_path, **more)), [asked])[asked]

    before = answer()
    assert answer(a=("wire", "Checked")) == before
    assert answer(a=DOUBTED) != before


@pytest.mark.parametrize("kind", ["rank", "median"])
def test_a_recipe_of_a_list_is_short_and_gives_the_same(known: Figures, kind: str) -> None:
    """It names the list and not its members; two programs compute it alike."""
    listed = known.listed(LIST)
    number = listed.rank("c") if kind == "rank" else listed.median
    assert number.recipe == {
        **{"kind": kind, "of": [*number.figures], "places": 0, "how": LIST},
    }
    again = recipes.rebuild(number.recipe, known.__getitem__, known.listed)
    assert again == number


def test_the_gate_recounts_ranks_and_medians_from_the_tables(tmp_path: Path) -> None:
    """With code of its own; a figure that is not of the list, or not in its middle, is refused."""
    where = data(tmp_path, e=DOUBTED)
    known, recount = figures.load(where), Recount(where)
    listed = known.listed(LIST)
    for number in (*map(listed.rank, "abcd"), listed.median):
        own = recount.number(number.recipe)
        assert own.sides == (number.value, number.low, number.high)
        assert (own.unit, own.places, own.hedge) == (number.unit, number.places, number.hedge)
    for kind, of in (("rank", "e"), ("rank", "f"), ("median", "b")):
        recipe = {"kind": kind, "of": [f"list.{of}.people"], "places": 0, "how": LIST}
        with pytest.raises(Refused):
            recount.number(recipe)


def test_the_shipped_lists_recount_alike() -> None:
    """Areas with two places after the mark, populations without the eight that lost a digit."""
    known = figures.load()
    recount = Recount(schema.SHIPPED)
    for name in ("units-2025.*.land-area in ha-noi", "units-2025.*.population in ha-noi"):
        listed = known.listed(name)
        own = recount.number(listed.median.recipe)
        assert own.sides == (listed.median.value, listed.median.low, listed.median.high)
        assert own.hedge == listed.median.hedge
    assert len(listed.doubted) == 8
    assert all(known[f"units-2025.{each}.population"].known for each in listed.doubted)


def test_a_recount_is_of_the_tables_as_they_are(tmp_path: Path) -> None:
    """It is kept for the next page, and made anew when a table has changed by a byte."""
    where = small_data(tmp_path)
    first = recount.of(where)
    assert first.number("units.after").sides[0] == 3321
    assert recount.of(where) is first
    retype(where / "figures.csv", "units.after", printed="3,322", value="3322")
    assert recount.of(where).number("units.after").sides[0] == 3322
