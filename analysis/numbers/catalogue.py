"""The known rows as DataFrames, and codes looked up by words.

`search`, `available` and `frame` are methods of `Figures`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from analysis.numbers import periods
from analysis.numbers.tables import without_marks

if TYPE_CHECKING:  # pandas is slow to import, and reports need none of this
    import pandas as pd

    from analysis.numbers.figures import Figures
    from analysis.numbers.questions import Wanted

# The columns that `search` looks through, where a table has them; the first two label the row.
_SEARCHED = ("label_vi", "label_en", "headline", "publisher", "definition_vi", "definition_en")
# The tables that `search` looks through, in the order of its result, and the column of the figures
# that holds their codes.
_KINDS = {
    "indicators": "indicator",
    "areas": "area",
    "names": "reform",
    "sources": "source",
    "events": "",
}

# What the columns mean that only the joined table has, or has in another sense than the tables.
MEANINGS = {
    "low": "The least that the printed number allows, in the unit; empty where nothing bounds it.",
    "high": "The most that the printed number allows, in the unit; empty where nothing bounds it.",
    "indicator_vi": "What is counted, in Vietnamese.",
    "indicator_en": "What is counted, in English.",
    "area_vi": "The name of the area in Vietnamese.",
    "area_en": "The name of the area in English.",
    "as_of_start": "The first day that as_of can mean; empty for an open start.",
    "as_of_end": "The last day that as_of can mean.",
    "published": "The day of printing, or the latest it can have been, where the day is not known.",
}


def search(known: Figures, words: str) -> pd.DataFrame:
    """The rows of the tables with these words: code, kind (the table), label, number of figures.

    Codes and both languages are looked through. Words typed without diacritics find those with
    them, too: `thon` finds `Thôn`. Whole words come first, then words that begin so.
    """
    import pandas as pd

    wanted, matches = str(words).casefold().split(), []
    rows = known.rows().values()
    counts = {kind: Counter(row.get(column) for row in rows) for kind, column in _KINDS.items()}
    for at, kind in enumerate(_KINDS):
        table = known.frame(kind)
        for code, row in zip(map(str, table.index), table.to_dict("records"), strict=True):
            cells = [row[column] for column in _SEARCHED if row.get(column)]
            texts = re.findall(r"\w+", " ".join([code, *cells]).casefold())
            texts = [*texts, *map(without_marks, texts)]
            if wanted and all(any(word.startswith(start) for word in texts) for start in wanted):
                label = " · ".join(dict.fromkeys(cells[:2]))
                begins = not set(wanted) <= set(texts)
                matches.append((begins, at, code, kind, label, counts[kind][code]))
    columns = ["code", "kind", "label", "figures"]
    return pd.DataFrame([row[2:] for row in sorted(matches)], columns=columns)


def available(known: Figures, **wanted: Wanted) -> pd.DataFrame:
    """How many figures there are of each indicator, area and reform, and which days they span.

    `available(area="ha-noi", reform="project-21")` takes columns of the figures as `find` does.
    """
    table = frame(known, "", **wanted)
    return (
        table.groupby(["indicator", "area", "reform"])
        .agg(
            label_vi=("indicator_vi", "first"),
            label_en=("indicator_en", "first"),
            unit=("unit", "first"),
            figures=("value", "size"),
            sources=("source", "nunique"),
            first_day=("as_of_start", "min"),
            last_day=("as_of_end", "max"),
        )
        .reset_index()
    )


def frame(known: Figures, table: str = "", **wanted: Wanted) -> pd.DataFrame:
    """The known figures, one a row, as numbers and days to compute and draw with.

    `frame(indicator="…", area="…")` takes those that `find` finds; without more, all.
    `value`, `low` and `high` are floats in `unit`: a count is never below 0, a share of a whole
    never above 100, and what nothing bounds is NaN. `as_of_start` and `as_of_end` are the first
    and last day that `as_of` can mean (NaT for an open start); `published` is the day from
    which the source counts. Labels stand in both languages. For arithmetic that keeps bounds:
    `known["id"]`. With the name of a table (`sources`), that table as it stands, or its rows
    with what else is named; of figures, sources, events and places those that are known.
    """
    import pandas as pd

    if not table:
        return _as_numbers(known).loc[known.find(**wanted)]
    rows = known.rows(table)
    if wanted:
        rows = {code: rows[code] for code in known.among(table, **wanted)}
    key, *columns = known.columns(table)
    index = pd.Index(list(rows), name=key)
    return pd.DataFrame(list(rows.values()), index=index, columns=columns)


def _as_numbers(known: Figures) -> pd.DataFrame:
    """All known figures with numbers in place of text, as `frame` says."""
    import pandas as pd

    table, sources = known.frame("figures"), known.frame("sources")
    ends = pd.DataFrame([*_bounds(known, table)], index=table.index, columns=["low", "high"])
    days = [periods.read(text) for text in table["as_of"]]
    starts = [None if day.start == ".." else day.first_day for day in days]
    public = sources["published"].where(sources["published"] != "", sources["published_by"])
    table = table.assign(
        value=table["value"].astype(float),
        as_of_start=pd.Series(starts, table.index, dtype="datetime64[us]"),
        as_of_end=pd.Series([day.last_day for day in days], table.index, dtype="datetime64[us]"),
        published=table["source"].map(public).astype("datetime64[us]"),
        **ends,
    )
    for name in ("indicator", "area"):
        labels = known.frame(f"{name}s")[["label_vi", "label_en"]]
        table = table.join(labels.set_axis([f"{name}_vi", f"{name}_en"], axis=1), on=name)
    first = ["printed", "value", "low", "high", "unit", "indicator", "indicator_vi", "indicator_en"]
    first += ["area", "area_vi", "area_en", "reform", "role", "as_of", "as_of_start", "as_of_end"]
    first += ["source", "publisher", "published", "grade", "url"]
    return table[[*first, *(column for column in table.columns if column not in first)]]


def _bounds(known: Figures, table: pd.DataFrame) -> Iterator[tuple[float, float]]:
    """The least and the most that each figure can be; NaN where nothing bounds it above."""
    for figure in table.index:
        number = known[figure]
        low = float(max(number.low or 0, 0))
        high = float("nan" if number.high is None else number.high)
        yield low, min(high, 100.0) if number.unit == "percent" and number.value <= 100 else high
