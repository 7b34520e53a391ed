"""The columns of a row agree with its id, with its source and with the words that were printed."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from small_world import BEFORE, DUE, FIGURES, SAY, STAFF, told

from analysis.numbers import rules, schema
from analysis.numbers.schema import SHIPPED

CASES = [
    (BEFORE, BEFORE.replace(",before", ",count"),
     "plan-2025.ha-noi.before.total: role “count” does not agree with “before” in the id, which "
     f"says before. {SAY.format('role', 'count')}"),
    (DUE, DUE.replace(",whole", ",estimate"),
     "congress.due: role “estimate” does not agree with “due” in the id, which says whole. "
     f"{SAY.format('role', 'estimate')}"),
    ("98.7,exact,congress.rate,restructuring-2025,ha-noi,2025-07-15,rate",
     "98.7,exact,congress.rate,restructuring-2025,ha-noi,2025-07-15,target",
     "congress.rate: role “target” does not agree with “rate” in the id, which says rate or "
     f"decrease. {SAY.format('role', 'target')}"),
    ("14,exact,dossiers.share,restructuring-2025,ha-noi,2025-07-01/2025-07-13,rate",
     "14,exact,dossiers.share,restructuring-2025,ha-noi,2025-07-01/2025-07-13,count",
     "dossiers.share: role “count” is for counts, but the indicator is a percentage. "
     f"{SAY.format('role', 'count')}"),
    (BEFORE, BEFORE.replace("ha-noi", "viet-nam"),
     "plan-2025.ha-noi.before.total: area “viet-nam” is not “ha-noi”, which the id names. "
     f"{SAY.format('area', 'viet-nam')}"),
    (DUE, DUE.replace("ha-noi", "da-nang"),
     "congress.due: area “da-nang” is not “ha-noi”, as for 2 of 3 figures of congress. "
     f"{SAY.format('area', 'da-nang')}"),
    (STAFF, STAFF.replace("project-21", "project-06"),
     "staff.after: reform “project-06” is not “project-21”, as for 2 of 3 figures of staff. "
     f"{SAY.format('reform', 'project-06')}"),
    (STAFF, STAFF.replace(",2021,", ",2016,"),
     "staff.after: as_of “2016” is not in what its source staff covers (2019/2021). "
     "Correct as_of, or covers in sources.csv."),
    ("2025-07-15,whole,as_of 2025-07-15: to date", "2025-07-15,whole,",
     "congress.due: as_of “2025-07-15” is the day on which the report was held, which is seldom "
     f"what a number holds for. {SAY.format('as_of', '2025-07-15')}"),
    ("1.238 tổ chức", "1.238 chi bộ",
     "congress.due: printed says “chi bộ”, but congress counts tổ chức. Correct the indicator, or "
     "add the noun to nouns in indicators.csv."),
    ("75,75,exact,units.communes", "75,75,exact,units.wards",
     "plan-2025.ha-noi.after.communes: indicator “units.wards” shares no word with the id, which "
     f"speaks of communes. {SAY.format('indicator', 'units.wards')}"),
    ("75,75,exact,units.communes", "75,75,exact,units",
     "plan-2025.ha-noi.after.communes: indicator “units” is less like the id than "
     f"“units.communes”. {SAY.format('indicator', 'units')}"),
    ("3321,exact,units,", "3321,exact,units.wards,",
     "units.after: indicator “units.wards” ends with “wards”, of which the id says nothing. "
     f"{SAY.format('indicator', 'units.wards')}"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "message"), CASES)
def test_a_cell_that_contradicts_the_rest_is_named(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    """One wrong cell: what was found, what the id, source or words say, and the cure."""
    assert message in told(tmp_path, (FIGURES, old, new))


def altered(column: str, count: int) -> Iterator[bool]:
    """Whether plausible alterations of one cell of the shipped figures are noticed."""
    read, schemas, chance = rules.read(SHIPPED)[0], schema.load(SHIPPED), random.Random(column)
    words = sorted({row[column] for row in read["figures"]})
    for _ in range(count):
        row = chance.choice(read["figures"])
        old, row[column] = row[column], chance.choice(words)
        if row[column] != old:
            yield next(rules.disagreements(read, schemas), None) is not None
        row[column] = old


@pytest.mark.parametrize(
    ("column", "least"), [("reform", 0.8), ("area", 0.9), ("indicator", 0.9), ("role", 0.7),
                          ("as_of", 0.7)]
)  # fmt: skip
def test_most_alterations_of_what_a_number_is_about_are_noticed(column: str, least: float) -> None:
    """A column typed wrong shows in the id, the neighbours, the source or the printed words."""
    noticed = list(altered(column, 30))
    assert sum(noticed) / len(noticed) >= least
