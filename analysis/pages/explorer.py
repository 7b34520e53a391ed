"""explore.html: all figures in one file that needs no network; the only page with a script.

The table is drawn by DataTables, taken from the package itables. Our own `templates/explorer.js`
filters it, draws the chart and switches between the languages. The data stand in the file as JSON.
"""

from __future__ import annotations

import json
import re
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from markupsafe import Markup

from analysis.numbers import periods
from analysis.numbers.figures import Figures
from analysis.numbers.schema import LANGUAGES
from analysis.pages.site import Imprint
from analysis.pages.writer import address, environment
from analysis.saying.words import table as words_table

NAME = "explore.html"
COLUMNS = ("indicator", "area", "reform", "day", "printed", "value", "source", "figure")
_DEFAULT = re.compile(r"export\s*\{[^}]*?([\w$]+) as default[^}]*\};?")


def page(imprint: Imprint, known: Figures) -> str:
    """The text of the whole file."""
    words = {key: texts for key, texts in words_table().items() if key.startswith("explore")}
    library, style = _library()
    text = environment().get_template("explorer.html.j2").render(
        site=imprint.title,
        words=words,
        columns=COLUMNS,
        data=_json({"rows": _rows(known), "words": words, "labels": _labels(known),
                    "site": imprint.title}),
        library=library,
        library_css=style,
        script=_template("explorer.js"),
    )  # fmt: skip
    return text.strip() + "\n"


def _json(content: Any) -> Markup:
    """JSON for a script element, which no `</script>` within it can end."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c"))


def _rows(known: Figures) -> list[dict[str, Any]]:
    """A row for each figure: its columns, the days between which it holds, and its address."""
    return [
        {
            **{name: row[name] for name in ("indicator", "area", "reform", "printed", "source")},
            "figure": figure,
            "day": row["as_of"],
            "start": ""
            if (day := periods.read(row["as_of"])).start == ".."
            else f"{day.first_day}",
            "end": f"{day.last_day}",
            "value": float(row["value"]),
            "unit": row["unit"],
            "paragraph": row["locator"].removeprefix("p"),
            "address": address(row["source"], figure),
        }
        for figure, row in known.rows().items()
    ]


def _labels(known: Figures) -> dict[str, dict[str, dict[str, str]]]:
    """The label of each code in each language: {"area": {"ha-noi": {"vi": …, "en": …}}}."""
    rows = known.rows().values()
    codes = sorted({row["indicator"] for row in rows})
    counted = {code: known.entry("indicators", code) for code in codes}
    units = {
        c: {language: r[f"unit_{language}"] for language in LANGUAGES} for c, r in counted.items()
    }
    sources = {code: known.entry("sources", code) for code in known.among("sources")}
    publishers = {code: dict.fromkeys(LANGUAGES, row["publisher"]) for code, row in sources.items()}
    labels = {"unit": units, "source": publishers}
    for kind, table in {"indicator": "indicators", "area": "areas", "reform": "names"}.items():
        codes = sorted({row[kind] for row in rows if row[kind]})
        named = {code: known.label(table, code) for code in codes}
        labels[kind] = {
            c: {language: n.words(language) for language in LANGUAGES} for c, n in named.items()
        }
    return labels


@cache
def _library() -> tuple[Markup, Markup]:
    """DataTables as a module whose default is called `DataTable`, and its style."""
    package: Any = find_spec("itables")  # found and not imported, which would take half a second
    folder = Path(package.origin).with_name("html")
    bundle = (folder / "dt_bundle.js").read_text("utf-8")
    module, count = _DEFAULT.subn(r"const DataTable=\1;", bundle)
    assert count == 1, "the bundle of itables has no default export, or several"
    return Markup(module), Markup((folder / "dt_bundle.css").read_text("utf-8"))


def _template(name: str) -> Markup:
    loader: Any = environment().loader
    return Markup(loader.get_source(environment(), name)[0])
