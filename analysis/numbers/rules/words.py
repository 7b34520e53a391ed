"""The words around a printed number name what its indicator counts, and say which way it goes.

The nouns of each indicator are data (`nouns` in indicators.csv, or its unit words).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from analysis.numbers import numerals
from analysis.numbers.schema import Finding
from analysis.numbers.tables import Row, Tables
from analysis.numbers.wording import any_of

_CURE = "Correct the indicator, or add the noun to nouns in indicators.csv."

# The word right before a number, and the role that it says of it.
_WAYS = {
    "vi": {"từ": "before", "còn": "after", "xuống": "after", "lên": "after",
           "tăng": "increase", "giảm": "decrease"},
    "en": {"from": "before", "to": "after"},
}  # fmt: skip
_ROLES = frozenset({"before", "after", "increase", "decrease"})


def findings(tables: Tables) -> Iterator[Finding]:
    """Every printed number whose own words are no name of what its indicator counts."""
    languages = {row["source"]: row["language"] for row in tables["sources"]}
    nouns = Nouns(tables["indicators"])
    for row in tables["figures"]:
        yield from nouns.of_printed(row, languages[row["source"]])


class Nouns:
    """The nouns of each indicator in both languages."""

    def __init__(self, indicators: Sequence[Row]) -> None:
        self._own = {
            (row["indicator"], language): _split(row["nouns"] or row[f"unit_{language}"])
            for row in indicators
            if row["unit"] != "percent"
            for language in numerals.SCALES
        }
        every = {noun for own in self._own.values() for noun in own}
        self._noun = re.compile(rf"\s+({any_of(every)})(?!\w)", re.IGNORECASE)

    def of_printed(self, row: Row, language: str) -> Iterator[Finding]:
        """Words in a printed number that are no name of what the indicator counts."""
        words, own = _behind(row["printed"], language), self._own.get((row["indicator"], language))
        if words and own and not re.match(rf"{any_of(own)}(?!\w)", words):
            yield _unlike(row, f"printed says “{words}”", own)

    def of_paragraph(self, row: Row, paragraph: str, language: str) -> Iterator[Finding]:
        """A number that its paragraph prints only before nouns, or behind directions, of others.

        In “240/252 người” the noun is that of both; a number without such words may be any.
        """
        bare = rf"(?<![\w.,]){re.escape(row['printed'])}(?:\s*/\s*[\d.,]*\d)?(?!\w|[.,]\d)"
        places = list(re.finditer(bare, paragraph, re.IGNORECASE))
        own = self._own.get((row["indicator"], language))
        behind = [self._noun.match(paragraph, place.end()) for place in places]
        nouns = [noun[1].casefold() for noun in behind if noun]
        alone = row["printed"][-1:].isdigit() and nouns and len(nouns) == len(places)
        if own and alone and not {*nouns} & {*own}:
            phrase = f"paragraph {row['locator']} says “{row['printed']} {nouns[0]}”"
            yield _unlike(row, phrase, own)
        before = [paragraph[: place.start()].split()[-1:] for place in places]
        roles = [_WAYS[language].get(word.casefold(), "") for (word,) in filter(None, before)]
        if row["role"] in _ROLES and roles and all(roles) and row["role"] not in roles:
            phrase = f"“{before[0][0]} {row['printed']}” in {row['locator']}"
            what = f"does not agree with {phrase}, which says {roles[0]}. Correct role or value."
            yield row.wrong_cell("role", what)


def _split(listed: str) -> list[str]:
    return [noun.strip().casefold() for noun in listed.split(";")]


def _unlike(row: Row, phrase: str, own: list[str]) -> Finding:
    what = f"{phrase}, but {row['indicator']} counts {' or '.join(own)}"
    return row.wrong(f"{what}. {_CURE}", "indicator")


def _behind(printed: str, language: str) -> str:
    """The words behind a number, without its scale: `1,9 triệu lượt truy cập` → lượt truy cập."""
    words = re.split(r"\d", printed)[-1].strip(" /%").casefold()
    scales = "|".join(map(re.escape, numerals.SCALES[language]))
    words = re.sub(rf"^(?:{scales})(?!\w)\s*", "", words)
    return re.sub(r"\s*\b(?:trở lên|or more)$", "", words)
