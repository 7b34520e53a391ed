"""Values that stay values inside an f-string.

In `f"fell by {rate:fall}"` the author writes prose, and the page still gets the number with its
figures. Formatting an `Inline` value therefore writes its words between two invisible marks,
together with an invisible number under which the value is kept; `split` finds the values again. The
marks never leave a notebook's process.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import count
from typing import ClassVar

from analysis.errors import UserError

_OPEN, _CLOSE = "\u2063", "\u2064"
_HIDDEN = {ord("0") + n: 0xE0030 + n for n in range(10)}  # digits to invisible tag characters
_SHOWN = {hidden: digit for digit, hidden in _HIDDEN.items()}
_TOKEN = re.compile(f"{_OPEN}([\U000e0030-\U000e0039]+)[^{_CLOSE}]*{_CLOSE}")
_MOST = 100_000  # values that are kept: a text is taken apart soon after it was formatted
_kept: dict[int, tuple[Inline, str]] = {}  # by its number, each value formatted last with its form
_numbers = count()


class FormError(UserError):
    """A form that a value does not have, or that would be untrue: `{x:fall}` of a rise."""


class Inline:
    """A value that may stand in a sentence: Quantity, Period, Label or Text.

    `forms` are what may follow the colon in `{value:form}`. An unknown value is false; `str` gives
    the words in English.
    """

    forms: ClassVar[frozenset[str]] = frozenset({""})

    @property
    def known(self) -> bool:
        """False where the figure or event behind it was not printed by the day of the report."""
        return True

    def words(self, language: str, form: str = "") -> str:
        """The value as `language` writes it in this form. Raises `FormError`."""
        raise NotImplementedError

    def __bool__(self) -> bool:
        return self.known

    def __str__(self) -> str:
        return self.words("en")

    def __format__(self, form: str) -> str:
        if form not in self.forms:
            forms = ", ".join(sorted(self.forms - {""})) or "none"
            raise FormError(f"“{form}” is no form of a {type(self).__name__}. Forms are: {forms}.")
        readable = self.words("en", form)
        number = next(_numbers)
        _kept[number] = (self, form)
        _kept.pop(number - _MOST, None)
        return f"{_OPEN}{str(number).translate(_HIDDEN)}{readable}{_CLOSE}"


@dataclass(frozen=True)
class Label(Inline):
    """The label of one row of a table, in both languages.

    Unknown where the row is an event that no source had printed by the day of the report. The form
    `inside` is for the middle of a Vietnamese sentence: “phường Hoàn Kiếm”, but “Hà Nội”. A label
    that begins alike in both languages begins with a name, and keeps its capital.
    """

    forms: ClassVar[frozenset[str]] = frozenset({"", "inside"})
    table: str
    code: str
    vi: str = field(compare=False)
    en: str = field(compare=False)
    known: bool = field(default=True, compare=False)

    def __repr__(self) -> str:
        both = " · ".join(dict.fromkeys((self.vi, self.en)))
        return f"<{self.table} {self.code}: {both if self.known else 'not known'}>"

    def words(self, language: str, form: str = "") -> str:
        """The label in a language and form; “–” where it is unknown."""
        if not self.known:
            return "–"
        if form == "inside" and language == "vi" and self.vi.split()[0] != self.en.split()[0]:
            return self.vi[:1].lower() + self.vi[1:]
        return self.vi if language == "vi" else self.en


def split(text: str) -> list[str | tuple[Inline, str]]:
    """The words of a formatted text and, between them, each value with its form."""
    words, *rest = _TOKEN.split(text)  # words, hidden number, words, hidden number …
    parts: list[str | tuple[Inline, str]] = [words]
    for hidden, words in zip(rest[::2], rest[1::2], strict=True):
        number = int(hidden.translate(_SHOWN))
        if number not in _kept:
            raise FormError("invisible marks stand in a text; delete and type it again")
        parts += [_kept[number], words]
    return [part for part in parts if part]


def readable(text: str) -> str:
    """A formatted text without its marks: what an error message shows."""
    return re.sub(f"[{_OPEN}{_CLOSE}\U000e0030-\U000e0039]", "", text)
