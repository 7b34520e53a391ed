"""The words around a printed number: what is counted, and which way it goes.

The nouns of each indicator are data (`nouns` in indicators.csv, or its unit words). A number is
followed by one of its own, in the words that were typed and in the paragraph they come from; a
“fell by” or “to” right before it there is not said of a number with another role.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from analysis.numbers import numerals
from analysis.numbers.tables import Finding, Row

_CURE = "Correct the indicator, or add the noun to nouns in indicators.csv."

# The word right before a number, and the role that it says of it.
_WAYS = {
    "vi": {"từ": "before", "còn": "after", "xuống": "after", "lên": "after"},
    "en": {"from": "before", "to": "after"},
}
_WAYS["vi"] |= {"tăng": "increase", "giảm": "decrease"}
_ROLES = frozenset({"before", "after", "increase", "decrease"})


class Wording:
    """The nouns of each indicator, in the two languages, and all of them."""

    def __init__(self, indicators: Sequence[Row]) -> None:
        self._of = {
            (row["indicator"], language): _split(row["nouns"] or row[f"unit_{language}"])
            for row in indicators
            if row["unit"] != "percent"
            for language in numerals.SCALES
        }
        every = {noun for own in self._of.values() for noun in own}
        self._any = re.compile(rf"\s+({any_of(every)})(?!\w)", re.IGNORECASE)

    def of_printed(self, row: Row, language: str) -> Iterator[Finding]:
        """Words in a printed number that are no name of what the indicator counts."""
        words, own = _behind(row["printed"], language), self._of.get((row["indicator"], language))
        if words and own and not re.match(rf"{any_of(own)}(?!\w)", words):
            yield _unlike(row, f"printed says “{words}”", own)

    def of_paragraph(self, row: Row, paragraph: str, language: str) -> Iterator[Finding]:
        """A number that its paragraph prints before nouns, or behind directions, of others alone.

        In “240/252 người” the noun is that of both; a number without such words may be any.
        """
        bare = rf"(?<![\w.,]){re.escape(row['printed'])}(?:\s*/\s*[\d.,]*\d)?(?!\w|[.,]\d)"
        places = list(re.finditer(bare, paragraph, re.IGNORECASE))
        own = self._of.get((row["indicator"], language))
        behind = [self._any.match(paragraph, place.end()) for place in places]
        said = [noun[1].casefold() for noun in behind if noun]
        bare_number = row["printed"][-1:].isdigit()
        if own and bare_number and len(said) == len(places) and said[:1] and not {*said} & {*own}:
            yield _unlike(row, f"paragraph {row['locator']} says “{row['printed']} {said[0]}”", own)
        before = [paragraph[: place.start()].split()[-1:] for place in places]
        ways = [_WAYS[language].get(word.casefold(), "") for (word,) in filter(None, before)]
        if row["role"] in _ROLES and all(ways) and ways and row["role"] not in ways:
            said_so = f"“{before[0][0]} {row['printed']}” in {row['locator']}"
            what = f"does not agree with {said_so}, which says {ways[0]}. Correct role or value."
            yield row.wrong_cell("role", what)


def _split(listed: str) -> list[str]:
    return [noun.strip().casefold() for noun in listed.split(";")]


def any_of(words: Iterable[str]) -> str:
    """A pattern for any of some words, the longest first; one that finds nothing for none."""
    longest = sorted({*words} - {""}, key=len, reverse=True)
    return f"(?:{'|'.join(map(re.escape, longest)) or '(?!)'})"


def nouns(indicator: Row) -> set[str]:
    """What is counted, in both languages, and what sources call it; a percent sign is no noun."""
    listed = (indicator["unit_vi"], indicator["unit_en"], *indicator.get("nouns", "").split(";"))
    return {noun.strip().lower() for noun in listed if re.match(r"\s*\w", noun)}


def _unlike(row: Row, said: str, own: list[str]) -> Finding:
    what = f"{said}, but {row['indicator']} counts {' or '.join(own)}"
    return row.wrong(f"{what}. {_CURE}", "indicator")


def _behind(printed: str, language: str) -> str:
    """The words behind a number, without its scale: `1,9 triệu lượt truy cập` → lượt truy cập."""
    words = re.split(r"\d", printed)[-1].strip(" /%").casefold()
    scales = "|".join(map(re.escape, numerals.SCALES[language]))
    words = re.sub(rf"^(?:{scales})(?!\w)\s*", "", words)
    return re.sub(r"\s*\b(?:trở lên|or more)$", "", words)
