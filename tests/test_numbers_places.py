"""Places: what and where an area is, as a list of units prints it."""

from __future__ import annotations

import csv
import os
import re
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest
from small_data import retype, small_data

from analysis.numbers import figures, numerals, places, questions, schema
from analysis.numbers.figures import Figures
from analysis.numbers.rows import NoSuchName
from analysis.numbers.schema import SHIPPED
from analysis.saying.texts import Label

KNOWN = figures.load()
# The lists lie beside the articles' texts: TEXTS_DIR, or a folder beside the project.
TEXTS = Path(os.environ.get("TEXTS_DIR") or SHIPPED.parents[1] / "shared" / "sources")
LISTS = TEXTS.parent / "reference"
COMMUNES = [*KNOWN.places("ha-noi")]
PROVINCES = [*KNOWN.places("viet-nam")]


# -- asked for


def test_a_place_says_what_and_where_it_is(known: Figures) -> None:
    """Name, code, kind, what is around it, its former units, a point and the source."""
    place = known.place("da-nang")
    assert (place.name, place.code, place.kind, place.within) == (
        *("Đà Nẵng", "48", "city", "viet-nam"),
    )
    assert place.label == Label("areas", "da-nang", "", "")
    assert place.formed_from == ("thành phố Đà Nẵng", "tỉnh Quảng Nam")
    assert place.former_names == ("Đà Nẵng", "Quảng Nam")
    assert (place.latitude, place.longitude) == (Decimal("15.631"), Decimal("107.966"))
    assert place.source == "wire"
    assert place.known


@pytest.mark.parametrize(("known_on", "evidence"), [("2025-05-07", "all"), ("", "core")])
def test_a_place_is_known_when_its_source_is(tmp_path: Path, known_on: str, evidence: str) -> None:
    """Before that day, or outside the evidence, it has an area and a label and nothing else."""
    early = figures.load(small_data(tmp_path), known_on, evidence)
    place = early.place("da-nang")
    assert not place.known
    assert (place.name, place.kind, place.formed_from, place.source) == ("", "", (), "")
    assert place.latitude.is_nan()
    assert place.label.words("vi") == "Đà Nẵng"
    assert early.places("viet-nam") == []
    on_the_day = figures.load(small_data(tmp_path), "2025-05-08")
    assert [each.name for each in on_the_day.places("viet-nam")] == ["Đà Nẵng"]


def test_an_area_without_a_place_is_an_error(known: Figures) -> None:
    """It names the nearest one; a misspelt area around places does, too."""
    with pytest.raises(
        NoSuchName, match=r"no row “da-nag” in places\.csv\. Did you mean “da-nang”"
    ):
        known.place("da-nag")
    with pytest.raises(NoSuchName, match="Did you mean “viet-nam”"):
        known.places("vietnam")


def test_a_page_rests_on_the_places_it_asked_for(tmp_path: Path) -> None:
    """One question for all within an area; its answer changes with a row."""
    where = small_data(tmp_path)
    with questions.noted() as asked:
        figures.load(where).places("viet-nam")
    assert asked == {"places.csv", "areas.csv"}
    before = figures.answer_digests(figures.load(where), asked)
    retype(where / "places.csv", "da-nang", latitude="15.632")
    after = figures.answer_digests(figures.load(where), asked)
    assert {name for name in asked if before[name] != after[name]} == {"places.csv"}


def test_places_stand_beside_each_other_in_the_alphabet(tmp_path: Path) -> None:
    """The one before and the one after within the same area, none at an end or for what is no
    place; a page rests on these two labels alone."""
    shipped = figures.load()
    assert shipped.alphabet_neighbours("ha-noi") == (
        shipped.label("areas", "gia-lai"),
        shipped.label("areas", "ha-tinh"),
    )
    assert (
        shipped.alphabet_neighbours("an-giang")[0],
        shipped.alphabet_neighbours("vinh-long")[1],
    ) == (None, None)
    assert shipped.alphabet_neighbours("viet-nam") == (None, None)
    where = small_data(tmp_path)
    row = "ha-noi,Hà Nội,01,city,viet-nam,,21.0,105.7,wire\n"
    with (where / "places.csv").open("a", encoding="utf-8") as table:
        table.write(row)
    with questions.noted() as asked:
        figures.load(where).alphabet_neighbours("ha-noi")
    assert asked == {"places.csv:alphabet neighbours of ha-noi"}
    before = figures.answer_digests(figures.load(where), asked)
    retype(where / "areas.csv", "viet-nam", label_vi="Nước Việt Nam")
    assert figures.answer_digests(figures.load(where), asked) == before
    retype(where / "areas.csv", "da-nang", label_vi="Thành phố Đà Nẵng")
    assert figures.answer_digests(figures.load(where), asked) != before


def test_what_a_place_was_formed_from_is_a_label(known: Figures, tmp_path: Path) -> None:
    """In both languages, each kind of unit once. A former unit that another place names, too, or
    of which a rest went in, went in in part: it stands last, with those other places, which may
    write its tone on another vowel."""
    label = known.label("places", "da-nang")
    assert label.words("vi") == "toàn bộ thành phố Đà Nẵng, tỉnh Quảng Nam"
    where = small_data(tmp_path)
    parts = "Xã A; Xã Hoà (phần còn lại sau khi nhập vào C); Xã (E); Xã F (phần còn lại); Vạn G"
    retype(where / "places.csv", "da-nang", formed_from=parts)
    with (where / "places.csv").open("a", encoding="utf-8") as table:
        table.write("ha-noi,Hà Nội,01,city,viet-nam,Xã Hòa; Xã H,21.0,105.7,wire\n")
    label = figures.load(where).label("places", "da-nang")
    assert label.words("vi") == (
        "toàn bộ các xã A, (E), Vạn G; một phần xã Hoà (phần khác: Hà Nội), xã F"
    )
    assert label.words("en") == (
        "all of the communes A, (E), Vạn G; "
        "parts of the commune Hoà (other parts: Hà Nội), the commune F"
    )
    assert not figures.load(where, "2025-05-07").label("places", "da-nang").known


def test_a_former_unit_is_named_where_its_rest_went() -> None:
    """Of each unit of the shipped map that went to several places, one place alone has the rest:
    so a unit that one place alone names went into it as a whole."""
    named: dict[str, list[bool]] = {}
    for place in COMMUNES:
        for unit in place.formed_from:
            whole, rest, _ = unit.partition(" (phần còn lại")
            named.setdefault(whole.replace("oà", "òa"), []).append(bool(rest))
    assert len(named) == KNOWN["plan-2025.ha-noi.before.total"].value
    assert {sum(rests) for rests in named.values() if len(rests) > 1} == {1}
    assert not any(rests[0] for rests in named.values() if len(rests) == 1)


def test_the_nearest_places_are_told_by_their_points() -> None:
    """A degree of longitude is shorter than one of latitude; an unknown place has none near it."""
    near = [place.name for place in KNOWN.nearest("xa-ung-hoa")]
    assert near == ["Chuyên Mỹ", "Hòa Xá", "Phượng Dực", "Vân Đình", "Đại Xuyên"]
    assert [place.name for place in KNOWN.nearest("xa-ung-hoa", 2)] == near[:2]
    assert figures.load(known_on="2021-01-01").nearest("xa-ung-hoa") == []


# -- in order


@pytest.mark.parametrize(
    "names",
    [
        "a ă â b c d đ e ê g h i k l m n o ô ơ p q r s t u ư v x y",
        "An Ăn Ân Ba Đa Ê",
        "ma mà mả mã má mạ man",
        "Hà Đông|Hạ Bằng|Hai Bà Trưng|Hát Môn|Hòa Xá|Hoài Đức|Hồng Hà|Hương Sơn",
        "Chuyên Mỹ|Chương Dương|Chương Mỹ|Dân Hòa|Đa Phúc|Đại Mỗ",
        "Ô Chợ Dừa|Ô Diên|Ứng Hòa|Ứng Thiên|Văn Miếu - Quốc Tử Giám|Vân Đình",
    ],
)
def test_names_are_sorted_as_the_vietnamese_alphabet_goes(names: str) -> None:
    """ă, â, đ, ê, ô, ơ and ư are letters of their own; tones decide within a syllable, in the
    order level, grave, hook, tilde, acute, dot; the first syllable comes before the second."""
    ordered = names.split("|") if "|" in names else names.split()
    mixed = sorted(ordered, key=lambda name: name[::-1])
    assert mixed != ordered
    assert sorted(mixed, key=places.alphabetical) == ordered


@pytest.mark.parametrize(("name", "letter"), [("Ứng Hòa", "Ư"), ("Đa Phúc", "Đ"), ("Ô Diên", "Ô")])
def test_a_name_stands_under_its_letter_without_the_tone(name: str, letter: str) -> None:
    """ư and đ are letters of their own, ứ is not."""
    assert places.first_letter(name) == letter


# -- rules of the rows


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        ({"latitude": "107.966"}, "latitude “107.966” is no latitude: it lies between -90 and 90."),
        ({"longitude": "181.5"}, "longitude “181.5” is no longitude"),
        (
            {"kind": "ward"},
            "kind “ward” is of level commune, but da-nang is one of level province.",
        ),
        ({"name": "Đà Nẵg"}, "name “Đà Nẵg” does not stand in the label of da-nang (“Đà Nẵng”)."),
        ({"within": "da-nang"}, "within “da-nang” is the place itself."),
        ({"formed_from": "tỉnh A; tỉnh A"}, "formed_from names “tỉnh A” twice. Remove one."),
        ({"formed_from": "tỉnh A (phần; rest)"}, "formed_from is cut wrongly at “tỉnh A (phần”"),
        ({"formed_from": "phường 7"}, "formed_from “phường 7” holds a number."),
        ({"source": "wyre"}, "source “wyre” is not in sources.csv."),
        ({"within": "vietnam"}, "within “vietnam” is not in areas.csv."),
        ({"latitude": "15,631"}, "latitude “15,631” is not degrees such as 105.838."),
    ],
)
def test_what_is_wrong_with_a_place_is_told(
    tmp_path: Path, cells: dict[str, str], found: str
) -> None:
    """The message names the cell, what was found and what to do, and nothing else is wrong."""
    where = small_data(tmp_path)
    retype(where / "places.csv", "da-nang", **cells)
    with pytest.raises(schema.DataError) as told:
        figures.load(where)
    (finding,) = told.value.findings
    assert str(finding).startswith(f"data/places.csv:2  da-nang: {found}")


def test_two_places_of_one_name_are_told(tmp_path: Path) -> None:
    """The same name, kind and surroundings stand once."""
    row = "ha-noi,Đà Nẵng,49,city,viet-nam,,21.0,105.7,wire\n"
    changes = [("places.csv", "", row), ("areas.csv", "ha-noi,Hà Nội", "ha-noi,Đà Nẵng")]
    with pytest.raises(schema.DataError, match="is also the name of da-nang, of the same kind"):
        figures.load(small_data(tmp_path, *changes))


# -- what is shipped


def test_the_places_are_as_many_as_the_figures_say() -> None:
    """The communes and wards within the city, and the provinces and cities of the country."""
    kinds = Counter(place.kind for place in COMMUNES)
    assert kinds["ward"] == KNOWN["units-2025.ha-noi.wards"].value
    assert kinds["commune"] == KNOWN["units-2025.ha-noi.communes"].value
    assert len(COMMUNES) == KNOWN["units-2025.ha-noi.total"].value
    assert len(PROVINCES) == KNOWN["unit-list.2026-07-25.viet-nam.provinces"].value


def test_every_commune_and_province_has_its_area_and_population() -> None:
    """And each province its units, which add up to those of the country by kind."""
    for place in (*COMMUNES, *PROVINCES):
        assert KNOWN[f"units-2025.{place.area}.population"].unit == "person"
        assert KNOWN[f"units-2025.{place.area}.land-area"].unit == "square-kilometre"
    for part in ("total", "wards", "communes", "special-zones"):
        ids = (f"units-2025.{place.area}.{part}" for place in PROVINCES)
        added = sum(KNOWN[each].value for each in ids if each in KNOWN)
        assert added == KNOWN[f"unit-list.2025-07-01.viet-nam.{part}"].value


def read(name: str) -> list[dict[str, str]]:
    """The rows of a list."""
    with (LISTS / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


needs_lists = pytest.mark.skipif(
    not LISTS.is_dir(), reason="the lists are not distributed; they lie beside the project"
)


@needs_lists
def test_the_communes_are_those_of_the_list() -> None:
    """Code, kind, point, former units, area, population and villages of all 126, cell by cell."""
    by_code = {place.code: place for place in COMMUNES}
    listed = read("hanoi_communes_2025.csv")
    assert sorted(by_code) == sorted(row["code"] for row in listed)
    for row in listed:
        place = by_code[row["code"]]
        assert place.label.words("vi") == row["name"]
        assert (place.kind, str(place.latitude), str(place.longitude)) == (
            *(row["kind"], row["lat"], row["lon"]),
        )
        assert ", ".join(place.formed_from) == row["formed_from"]
        unit = f"units-2025.{place.area}"
        assert KNOWN[f"{unit}.population"].value == int(row["population_printed"])
        assert KNOWN[f"{unit}.land-area"].value == Decimal(row["area_km2_printed"])
        role = {"2026-07-01": "after", "before 2026-07-01": "before"}
        if role := role.get(row["villages_groups_as_of"], ""):
            counted = KNOWN[f"villages-2026.{place.area}.{role}"]
            assert counted.value == int(row["villages_groups"])
        else:
            assert f"villages-2026.{place.area}.after" not in KNOWN


@needs_lists
def test_the_provinces_are_those_of_the_list() -> None:
    """Code, point, what was merged, and the printed area, population and units of all 34."""
    by_code = {place.code: place for place in PROVINCES}
    for row in read("provinces_2025_units.csv"):
        place = by_code[row["code"]]
        unit = f"units-2025.{place.area}"
        merged = re.split(", | và ", row["merged_from"].removeprefix("giữ nguyên"))
        assert list(place.formed_from) == [each for each in merged if each]
        assert (str(place.latitude), str(place.longitude)) == (row["lat"], row["lon"])
        assert KNOWN.row(f"{unit}.population")["printed"] == row["population_printed"]
        assert KNOWN.row(f"{unit}.land-area")["printed"] == row["area_km2_printed"]
        parts = re.split(r"[(),]| và ", row["units_printed"])
        told = {KNOWN.row(each)["printed"] for each in KNOWN.find(area=place.area, unit="unit")
                if each.startswith(unit)}  # fmt: skip
        assert told == {part.strip() for part in parts} - {""}


def test_printed_forms_of_the_list_read_as_their_values() -> None:
    """Areas have at most two places, populations none: 3.359,80 is no 335,980."""
    for place in (*COMMUNES, *PROVINCES):
        row = KNOWN.row(f"units-2025.{place.area}.land-area")
        assert numerals.read(row["printed"], "vi").places <= 2
        row = KNOWN.row(f"units-2025.{place.area}.population")
        assert numerals.read(row["printed"], "vi").places == 0
