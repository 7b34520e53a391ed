"""A Place: what and where an area is (kind, former units, a point), as a list of units prints it.

A `Place` is one row of places.csv, known from the day on which its source was printed. Here, too:
the order of the Vietnamese alphabet.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from math import cos, hypot, radians

from analysis.numbers.cards import Card
from analysis.numbers.inline import Label
from analysis.numbers.intervals import NAN
from analysis.numbers.wording import any_of

_ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
# The kinds of units, which a list begins with a capital and a sentence does not.
_KINDS = ("xã ", "phường ", "thị trấn ", "đặc khu ", "huyện ", "quận ", "thị xã ", "tỉnh ")
_KIND = re.compile(rf"^{any_of([*map(str.strip, _KINDS), 'thành phố'])} ", re.IGNORECASE)
_REST = "(phần còn lại"  # how the list marks a former unit of which only the rest went in
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
        return tuple(re.sub(_KIND, "", unit) for unit in self.formed_from)

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


def formed(row: Mapping[str, str]) -> tuple[str, str]:
    """What a place was formed from, in Vietnamese and in English; empty where left unchanged.

    Units of which only the rest went into it stand last: “xã A, xã B; the rest of xã C”.
    """
    units = [inside(unit) for unit in former(row)]
    whole = ", ".join(unit for unit in units if _REST not in unit)
    rest = ", ".join(unit.partition(f" {_REST}")[0] for unit in units if _REST in unit)
    vi = (whole, f"phần còn lại của {rest}" if rest else "")
    en = (whole, f"the rest of {rest}" if rest else "")
    return "; ".join(filter(None, vi)), "; ".join(filter(None, en))


def inside(unit: str) -> str:
    """A unit as it is named inside a sentence: “phường Cửa Nam” for “Phường Cửa Nam”."""
    return unit[:1].lower() + unit[1:] if unit.casefold().startswith(_KINDS) else unit


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
