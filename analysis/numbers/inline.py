"""Values that stay values inside an f-string.

`f"fell by {rate:fall}"` must be prose for the author and a bound number for the page. Formatting an
`Inline` value writes its words between two invisible marks and keeps the value; `split` gives the
words and the values back. The marks never leave a notebook's process.
"""

from __future__ import annotations

import re
from typing import ClassVar

from analysis.errors import UserError

_OPEN, _CLOSE = "\u2063", "\u2064"
_FIRST = 0xE0000  # tag characters: an invisible copy of ASCII
_TOKEN = re.compile(f"{_OPEN}([\U000e0030-\U000e0039]+)[^{_CLOSE}]*{_CLOSE}")
_kept: list[tuple[Inline, str]] = []


class FormError(UserError):
    """A form that the value does not have, or must not take: a rise that is said to be a fall."""


class Inline:
    """A value that may stand in a sentence; `forms` may follow the colon in `{value:form}`."""

    forms: ClassVar[frozenset[str]] = frozenset({""})

    def words(self, language: str, form: str = "") -> str:
        """The value as `language` writes it in this form. Raises `FormError`."""
        raise NotImplementedError

    def __format__(self, form: str) -> str:
        if form not in self.forms:
            known = ", ".join(sorted(self.forms - {""})) or "none"
            raise FormError(f"“{form}” is no form of a {type(self).__name__}. Forms are: {known}.")
        readable = self.words("en", form)
        number = "".join(chr(_FIRST + ord(digit)) for digit in str(len(_kept)))
        _kept.append((self, form))
        return f"{_OPEN}{number}{readable}{_CLOSE}"


def split(text: str) -> list[str | tuple[Inline, str]]:
    """The words of a formatted text and, between them, each value with its form."""
    parts: list[str | tuple[Inline, str]] = []
    for at, part in enumerate(_TOKEN.split(text)):  # words and numbers of values take turns
        if at % 2 == 0:
            parts.append(part)
            continue
        number = int("".join(chr(ord(mark) - _FIRST) for mark in part))
        if number >= len(_kept):
            raise FormError("invisible marks stand in a text; delete and type it again")
        parts.append(_kept[number])
    return [part for part in parts if part]


def readable(text: str) -> str:
    """A formatted text without its marks: what an error message shows."""
    return re.sub(f"[{_OPEN}{_CLOSE}\U000e0030-\U000e0039]", "", text)
