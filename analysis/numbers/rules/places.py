"""Rules of places.csv: kind, name, point and former units of a place are those of one place."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.numbers.places import former
from analysis.numbers.schema import Finding
from analysis.numbers.tables import Row, Tables

# The level that areas.csv must give an area, by the kind of its place.
_LEVELS = {"city": "province", "province": "province"} | dict.fromkeys(
    ("ward", "commune", "special-zone"), "commune"
)


def findings(tables: Tables) -> Iterator[Finding]:
    """Every place that is unlike its row in areas.csv, or that cannot be."""
    areas = {row["area"]: row for row in tables["areas"]}
    seen: dict[tuple[str, ...], str] = {}
    for row in tables["places"]:
        area = areas.get(row["area"])
        yield from _point(row)
        yield from _former(row)
        if area and (level := _LEVELS.get(row["kind"], area["level"])) != area["level"]:
            what = f"is of level {level}, but {row['area']} is one of level {area['level']}."
            yield row.wrong_cell("kind", f"{what} Correct one.")
        if area and row["name"] not in area["label_vi"]:
            what = f"does not stand in the label of {row['area']} (“{area['label_vi']}”)."
            yield row.wrong_cell("name", f"{what} Correct one.")
        if row["within"] == row["area"]:
            yield row.wrong_cell("within", "is the place itself. Name the area around it.")
        own = (row["within"], row["kind"], row["name"])
        if own in seen:
            what = f"is also the name of {seen[own]}, of the same kind and within the same area."
            yield row.wrong_cell("name", f"{what} Remove one.")
        seen.setdefault(own, row["area"])


def _point(row: Row) -> Iterator[Finding]:
    """A latitude or longitude that no point on earth has."""
    for column, most in (("latitude", 90), ("longitude", 180)):
        try:
            beyond = abs(float(row[column])) > most
        except ValueError:
            continue  # no number at all: the schema has a finding of its own
        if beyond:
            what = f"is no {column}: it lies between -{most} and {most}."
            yield row.wrong_cell(column, f"{what} Were latitude and longitude exchanged?")


def _former(row: Row) -> Iterator[Finding]:
    """A list of former units that names one twice or is not separated by “; ”."""
    units = former(row)
    again = next((unit for unit in units if units.count(unit) > 1), "")
    if again:
        yield row.wrong(f"formed_from names “{again}” twice. Remove one.", "formed_from")
    cut = next((unit for unit in units if not unit or unit.count("(") != unit.count(")")), None)
    if cut is not None:
        what = f"formed_from is cut wrongly at “{cut}”: units have “; ” between them."
        yield row.wrong(what, "formed_from")
