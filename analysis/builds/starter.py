"""`init`: it writes a small worked project about another place, to begin one's own with."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from analysis.builds.plan import PlanError
from analysis.numbers import schema

TEMPLATE = Path(__file__).resolve().parents[1] / "starter"


def write(folder: Path) -> None:
    """Write the project into a new or empty folder: tables, a notebook, reports.toml, README.

    Its data package has a title and licence of its own, and the shipped description of the tables,
    so that the project stays readable when that changes. Raises `PlanError`.
    """
    try:
        if folder.exists() and any(folder.iterdir()):
            raise PlanError(f"{folder}: not empty. Name a new folder for the project.")
        shutil.copytree(TEMPLATE, folder, dirs_exist_ok=True, ignore=_caches)
        package = folder / "data" / schema.PACKAGE
        described = json.loads((schema.SHIPPED / schema.PACKAGE).read_text("utf-8"))
        own = {**json.loads(package.read_text("utf-8")), "resources": described["resources"]}
        package.write_text(json.dumps(own, ensure_ascii=False, indent=2) + "\n", "utf-8")
    except OSError as error:
        raise PlanError(f"{folder}: {error.strerror or error}. Name another folder.") from None


_caches = shutil.ignore_patterns(".*", "__pycache__")
