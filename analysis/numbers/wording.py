"""Patterns of words, the nouns for what an indicator counts, and long lists cut short."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence


def any_of(words: Iterable[str]) -> str:
    """A pattern for any of some words, the longest first; one that finds nothing for none."""
    longest = sorted({*words} - {""}, key=len, reverse=True)
    return f"(?:{'|'.join(map(re.escape, longest)) or '(?!)'})"


def nouns(indicator: Mapping[str, str]) -> set[str]:
    """What is counted, in both languages, and what sources call it; a percent sign is no noun."""
    listed = (indicator["unit_vi"], indicator["unit_en"], *indicator.get("nouns", "").split(";"))
    return {noun.strip().lower() for noun in listed if re.match(r"\s*\w", noun)}


def some(names: Sequence[str], most: int = 4) -> str:
    """The first of some names, and how many more there are."""
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more} more" if more > 0 else "")


def counted(number: int, noun: str) -> str:
    """How many things: `1 page`, `2 pages`."""
    return f"{number} {noun}{'' if number == 1 else 's'}"
