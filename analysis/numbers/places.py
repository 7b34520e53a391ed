"""A Place: what and where an area is (kind, former units, a point), as a list of units prints it.

A `Place` is one row of places.csv, known from the day on which its source was printed. Here, too:
the order of the Vietnamese alphabet.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from math import cos, hypot, radians

from analysis.numbers.cards import Card
from analysis.numbers.inline import Label
from analysis.numbers.intervals import NAN
from analysis.numbers.wording import any_of

_ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
# The kinds of units; a list begins them with a capital, a sentence does not.
_KINDS = {
    "xã": ("commune", "communes"),
    "phường": ("ward", "wards"),
    "thị trấn": ("township", "townships"),
    "đặc khu": ("special zone", "special zones"),
    "huyện": ("district", "districts"),
    "quận": ("district", "districts"),
    "thị xã": ("town", "towns"),
    "tỉnh": ("province", "provinces"),
    "thành phố": ("city", "cities"),
    "": ("", ""),
}
_KIND = re.compile(rf"^({any_of(_KINDS)}) ", re.IGNORECASE)
_REST = " (phần còn lại"  # how the list marks a former unit of which only the rest went in
# How what a place was formed from is said: units that went in whole, in part, named elsewhere, too.
_SAID = {
    "vi": ("toàn bộ {}", "một phần {}", " (phần khác: {})"),
    "en": ("all of {}", "parts of {}", " (other parts: {})"),
}
_TONES = ("\u0300", "\u0309", "\u0303", "\u0301", "\u0323")  # huyền, hỏi, ngã, sắc, nặng


@dataclass(frozen=True)
class Place(Card):
    """A place as a list of administrative units prints it.

    `label` has the word for its kind (“Phường Ba Đình”), `name` does not (“Ba Đình”); `within` is
    the code of the area around it. `formed_from` are the former units, each as printed; none where
    the place was left unchanged. Latitude and longitude are in degrees. Where no source had printed
    the row yet, everything is empty but `area` and `label`.
    """

    area: str
    label: Label
    name: str = ""
    code: str = ""
    kind: str = ""
    within: str = ""
    formed_from: tuple[str, ...] = ()
    latitude: Decimal = NAN
    longitude: Decimal = NAN
    source: str = ""

    def __repr__(self) -> str:
        return f"<place {self.area}: {self.label!s}>"

    @property
    def former_names(self) -> tuple[str, ...]:
        """The former units without the words for their kinds: “Hoà Bình” for “tỉnh Hoà Bình”."""
        return tuple(map(bare, self.formed_from))

    @property
    def known(self) -> bool:
        """True where a source had printed it by the day of the report."""
        return bool(self.source)


def place(label: Label, row: Mapping[str, str] | None) -> Place:
    """The Place of a row, or an unknown one where there is no row."""
    if row is None:
        return Place(label.code, label)
    return Place(
        area=label.code,
        label=label,
        name=row["name"],
        code=row["code"],
        kind=row["kind"],
        within=row["within"],
        formed_from=former(row),
        latitude=Decimal(row["latitude"]),
        longitude=Decimal(row["longitude"]),
        source=row["source"],
    )


def formed(place: Place, around: Iterable[Place]) -> tuple[str, str]:
    """What a place was formed from, in Vietnamese and in English; empty where left unchanged.

    A former unit that other places `around` name, too, went into each in part; those stand last,
    each group with the other places: “all of the communes A, B; parts of the ward C (other parts:
    D, E)”.
    """
    shared: dict[tuple[Place, ...] | None, list[str]] = {}
    others = [other for other in around if other.area != place.area]
    for printed in place.formed_from:
        unit, rest, _ = printed.partition(_REST)
        named = tuple(each for each in others if _spelled(unit) in map(_spelled, each.formed_from))
        shared.setdefault(named if named or rest else None, []).append(unit)
    return _said(shared, "vi"), _said(shared, "en")


def _spelled(unit: str) -> str:
    """A former unit without the mark of a rest, the tone of each syllable behind its letters: a
    list prints both Hoà and Hòa."""
    decomposed = unicodedata.normalize("NFD", unit.partition(_REST)[0].casefold())
    return " ".join("".join(sorted(each, key=_TONES.__contains__)) for each in decomposed.split())


def _said(shared: Mapping[tuple[Place, ...] | None, Sequence[str]], language: str) -> str:
    """Former units by the other places that name them, in words; those under None went in whole."""
    whole, part, also = _SAID[language]
    parts = []
    for others, units in shared.items():
        if others is not None:
            named = ", ".join(other.name for other in others)
            parts.append(_listed(units, language) + (also.format(named) if others else ""))
    taken_whole = [whole.format(_listed(shared[None], language))] if None in shared else []
    return "; ".join([*taken_whole, *([part.format(", ".join(parts))] if parts else [])])


def _listed(units: Sequence[str], language: str) -> str:
    """Units as a sentence lists them, each kind once: “các xã A, B, thị trấn C”."""
    listed = []
    for kind, group in groupby(units, key=_kind):
        names = [bare(unit) for unit in group]
        many = len(names) > 1
        before = f"{'các ' * many}{kind} " if language == "vi" else f"the {_KINDS[kind][many]} "
        listed.append(before * bool(kind) + ", ".join(names))
    return ", ".join(listed)


def inside(unit: str) -> str:
    """A unit as it is named inside a sentence: “phường Cửa Nam” for “Phường Cửa Nam”."""
    return unit[:1].lower() + unit[1:] if _KIND.match(unit) else unit


def bare(unit: str) -> str:
    """A unit without the word for its kind: “Cửa Nam” for “Phường Cửa Nam”."""
    return re.sub(_KIND, "", unit)


def _kind(unit: str) -> str:
    """The word for the kind of a unit, as inside a sentence; "" where it has none."""
    match = _KIND.match(unit)
    return match[1].lower() if match else ""


def former(row: Mapping[str, str]) -> tuple[str, ...]:
    """The former units of a row, each as printed."""
    return tuple(row["formed_from"].split("; ")) if row["formed_from"] else ()


def alphabetical(name: str) -> list[tuple[list[int], list[int]]]:
    """The sort key of a Vietnamese name: syllable by syllable, first its letters, then its tone.

    >>> sorted(["Hạ Bằng", "Hai Bà Trưng", "Ăn", "Hà Đông", "Ân", "An"], key=alphabetical)
    ['An', 'Ăn', 'Ân', 'Hà Đông', 'Hạ Bằng', 'Hai Bà Trưng']
    """
    key = []
    for syllable in unicodedata.normalize("NFD", name.casefold()).split():
        tones = [_TONES.index(letter) for letter in syllable if letter in _TONES]
        plain = "".join(letter for letter in syllable if letter not in _TONES)
        letters = unicodedata.normalize("NFC", plain)
        key.append(([_ALPHABET.find(letter) for letter in letters], tones))
    return key


def apart(one: Place, other: Place) -> float:
    """The distance of two places near each other, in degrees of latitude."""
    north = float(one.latitude - other.latitude)
    east = float(one.longitude - other.longitude) * cos(radians(float(one.latitude)))
    return hypot(north, east)


def first_letter(name: str) -> str:
    """The letter of the alphabet that a name begins with: Ứng Hòa stands under Ư."""
    letters = unicodedata.normalize("NFD", name[:1])
    return unicodedata.normalize("NFC", "".join(e for e in letters if e not in _TONES)).upper()
