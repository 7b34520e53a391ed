"""Words of the pages that no notebook writes, in both languages: `words.toml`, read once."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path


@cache
def table() -> dict[str, dict[str, str]]:
    """The words by key and language."""
    return tomllib.loads(Path(__file__).with_name("words.toml").read_text("utf-8"))


def word(key: str, language: str) -> str:
    """One word in a language. Raises `KeyError` where words.toml has none."""
    return table()[key][language]
