"""The small data with what its sources cover, so that all rules of agreement hold for it."""

from __future__ import annotations

from pathlib import Path

from small_data import small_data

from analysis.numbers import check

FIGURES, SOURCES, INDICATORS = "figures.csv", "sources.csv", "indicators.csv"
Change = tuple[str, str, str]
# The small world, with what its sources cover; the numbers of a report hold for its day.
COVERED = (
    (SOURCES, "language,note\n", "language,note,covers\n"),
    (SOURCES, "2025-07-15,,2026-11-22,vi,\n", "2025-07-15,,2026-11-22,vi,,2019/2025-07-15\n"),
    (SOURCES, "2021-05-22,2026-11-22,vi,\n", "2021-05-22,2026-11-22,vi,,2019/2021\n"),
    (SOURCES, "2025-05-08,,2026-11-22,en,\n", "2025-05-11,,2026-11-22,en,,2025-05\n"),
    *(
        (FIGURES, f"2025-07-15,{role},\n", f"2025-07-15,{role},as_of 2025-07-15: to date\n")
        for role in ("whole", "part", "rate")
    ),
)


def told(folder: Path, *changes: Change) -> list[str]:
    """What the check says of the small world after the changes, file and line left out."""
    found = check.check(small_data(folder, *COVERED, *changes))
    return [str(finding).partition("  ")[2] for finding in found]


DUE = "1.238 tổ chức,1238,exact,congress,restructuring-2025,ha-noi,2025-07-15,whole"
BEFORE = "526 units,526,exact,units,restructuring-2025,ha-noi,2025-05-08,before"
STAFF = "18.350 người,18350,exact,staff,project-21,ha-noi,2021,after"
SAY = "Correct {0} or the id, or say why in the note (“{0} {1}: …”)."
