"""Patterns of words, and the nouns for what an indicator counts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping


def any_of(words: Iterable[str]) -> str:
    """A pattern for any of some words, the longest first; one that finds nothing for none."""
    longest = sorted({*words} - {""}, key=len, reverse=True)
    return f"(?:{'|'.join(map(re.escape, longest)) or '(?!)'})"


def nouns(indicator: Mapping[str, str]) -> set[str]:
    """What is counted, in both languages, and what sources call it; a percent sign is no noun."""
    listed = (indicator["unit_vi"], indicator["unit_en"], *indicator.get("nouns", "").split(";"))
    return {noun.strip().lower() for noun in listed if re.match(r"\s*\w", noun)}
