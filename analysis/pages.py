"""From a notebook to its page: what happens to one report, in a process of its own.

``make`` tells the story: notebook → executed notebook → page, record and table. What a page is told of other
reports, its linked data and its key are made here, too, so that this module, with what it imports, is all the code
of the making half that can change a page.
"""

from __future__ import annotations

import ast
import csv
import functools
import html
import importlib
import io
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from analysis import gate, inputs, kernels, reports
from analysis.inputs import Tables
from analysis.kernels import Limits, RunError
from analysis.reports import Project, Report

RECORD = "application/vnd.briefing+json"

LICENCE = "https://creativecommons.org/licenses/by/4.0/"

# The columns of x.csv, the numbers of a page.
_COLUMNS = ("value", "shown", "exact", "low", "high", "unit", "qualifier", "formula", "figures", "verdict")


# ---------------------------------------------------------------------------------------------- one report


def arguments(report: Report, project: Project, key: Mapping[str, str], titles: reports.Titles) -> dict[str, Any]:
    """What the process of one report is told. Its key lacks the data, which only the run can tell."""
    data = {"data": str(project.data)} if project.other_data else {}
    other = next(language for language in reports.LANGUAGES if language != report.language)
    return {
        "report": report.name,
        "language": report.language,
        "notebook": str(project.notebooks / report.notebook),
        "title": reports.title(project.notebooks / report.notebook, report.language),
        "parameters": {**report.parameters, **data},
        "shown_parameters": dict(report.parameters),
        "key": dict(key),
        "template": str(project.template),
        "data": str(project.data),
        "places": {
            str(project.data): "<data>",
            str(project.root): "<project>",
            str(project.outputs): "<outputs>",
        },
        "page": {
            "site_title": titles["site"][report.language],
            "other": {"language": other, "href": f"../{other}/{report.name}.html"},
            "home": "index.html",
            "reports": [
                {"name": name, "title": by_language[report.language], "href": f"{name}.html"}
                for name, by_language in titles.items()
                if name != "site" and report.language in by_language
            ],
        },
    }


def make(arguments: Mapping[str, Any], folder: Path, limits: Limits, warm: bool) -> None:
    """Run the notebook of one report; leave its page, record and table in the folder: ``page.html|json|csv``.

    Beside them ``passages.json``: the numbers that its twin in the other language has to carry.

    Raises RunError, with the cell and the cause, where no page can be made.
    """
    executed = kernels.execute(Path(arguments["notebook"]), arguments["parameters"], folder, limits, warm, arguments["places"])
    tables = Tables(Path(arguments["data"]))
    page = about(executed, arguments, tables)
    run, key = page["record"], page["key"]
    names = labels_of_names(tables)
    for number, cell in enumerate(_written(executed), start=1):
        if wrong := [*(gate.typed(cell.source, names) if cell.cell_type == "code" else gate.worded(cell.source))]:
            raise RunError("; ".join(wrong[:5]), number)
    text = render(executed, page, arguments["template"], arguments["data"])
    if reports.stamped(text.encode()) != reports.stamp(key):
        raise RunError("the template does not write the key into the head of the page (meta name=key-…)")
    read = gate.read(text)
    refused = refusals(read, page, tables)
    if refused:
        more = f"; and {len(refused) - 5} more" if len(refused) > 5 else ""
        raise RunError(f"the gate refuses the page: {'; '.join(refused[:5])}{more}. Show numbers as Quantities.")
    (folder / "page.html").write_text(text, encoding="utf-8", newline="\n")
    (folder / "page.json").write_text(
        json.dumps({name: page[name] for name in _KEPT}, ensure_ascii=False, indent=1, sort_keys=True) + "\n",
        encoding="utf-8",
    )
    (folder / "passages.json").write_text(gate.passages(read), encoding="utf-8")
    (folder / "page.csv").write_text(_table(run.get("quantities", [])), encoding="utf-8-sig", newline="")


_KEPT = ("report", "language", "parameters", "key", "edition", "record")


def about(executed: Any, arguments: Mapping[str, Any], tables: Tables) -> dict[str, Any]:
    """What the template is told of an executed notebook; its first lines describe it."""
    run = _record(executed)
    evidence = arguments["shown_parameters"].get("evidence", "all")
    reads = tables.behind({*_reads(executed, run), "names.csv", f"sources.csv:latest({evidence})"})
    run["title"] = run.get("title") or arguments["title"] or _first_heading(executed)
    files = {"json": f"{arguments['report']}.json", "csv": f"{arguments['report']}.csv"}
    # Without the other parts (in a test of pages alone) there is nothing to compare the page with later.
    key = {**arguments["key"], "data": inputs.join(tables.digests(reads))} if arguments["key"] else {}
    return {
        **arguments["page"],
        "report": arguments["report"],
        "language": arguments["language"],
        "parameters": arguments["shown_parameters"],
        "key": key,
        "stamp": reports.stamp(key),
        "reads": reads,
        "edition": reports.edition(key),
        "known_until": tables.latest(evidence),
        "record": run,
        "files": files,
        "pdf": None,
        "json_ld": linked_data(run, files, LICENCE),
    }


def _written(executed: Any) -> list[Any]:
    """The cells without the one that papermill added: they count as in the source of the notebook."""
    return [cell for cell in executed.cells if "injected-parameters" not in cell.metadata.get("tags", [])]


def _reads(executed: Any, run: dict[str, Any]) -> set[str]:
    """What the run has noted that it read; every table where it may have read more than it noted."""
    told = run.pop("reads", None)
    cells = _written(executed)
    code = inputs.code_cells(cells)
    if told is None or not inputs.noted(code):
        return {"*"}
    last = next(cell for cell in reversed(cells) if cell.cell_type == "code")
    ends = any(RECORD in output.get("data", {}) for output in last.get("outputs", [])) and len(ast.parse(last.source).body) == 1
    return set(told) if ends else {"*"}


def refusals(text: str | gate.Read, page: Mapping[str, Any], tables: Tables) -> list[str]:
    """Why the gate refuses a page: against the record of its run, and the names and figures that it has read.

    The gate knows no others: a number whose figure was not read would not be made again when that changes.
    """
    reads = page["reads"]
    sources = tables.read("sources.csv", reads)
    names = {*labels_of_names(tables), *names_of_sources(sources), page["edition"]}
    figures = tables.read("figures.csv", reads)
    values = {row.get("figure", ""): row.get("value", "") for row in figures}
    places = {f"{word} {row.get('locator', '')[1:]}" for row in figures for word in ("đoạn", "paragraph")}
    return gate.refusals(text, page["record"], names, page["known_until"], values, places)


def render(executed: Any, page: Mapping[str, Any], template: str, data: str) -> str:
    """The page of an executed notebook, through nbconvert and our template."""
    import jinja2

    shown = executed.copy()
    shown.cells = _written(executed)
    taken = _taken(shown)
    toc = contents(shown, page["language"], HeadingIds(taken), _names(Path(data)))
    briefing = {**page, "toc": toc, "ids": HeadingIds(taken)}
    try:
        text, _ = exporter(template, data).from_notebook_node(shown, {"briefing": briefing})
    except (Refused, jinja2.TemplateError) as error:
        raise RunError(f"no page can be made: {error}") from None
    return str(text).strip() + "\n"


def _of_other_language(cell: Any, language: str) -> bool:
    tags = set(cell.metadata.get("tags", [])) & set(reports.LANGUAGES)
    return cell.cell_type == "markdown" and bool(tags) and language not in tags


def _record(executed: Any) -> dict[str, Any]:
    for cell in reversed(executed.cells):
        for output in reversed(cell.get("outputs", [])):
            if RECORD in output.get("data", {}):
                return dict(output["data"][RECORD])
    raise RunError(
        f"the notebook shows no record of its run ({RECORD}), so it made no report. End it with the cell that lists the sources."
    )


def _first_heading(executed: Any) -> str:
    for cell in executed.cells:
        for output in cell.get("outputs", []):
            found = re.search(r"<h1[^>]*>(.*?)</h1>", output.get("data", {}).get("text/html", ""), re.DOTALL)
            if found:
                return plain(found[1])
    return ""


def _table(quantities: Iterable[Mapping[str, Any]]) -> str:
    """The numbers of a page as CSV."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for quantity in quantities:
        values = (quantity.get(column) for column in _COLUMNS)
        writer.writerow(["" if value is None else " ".join(value) if isinstance(value, list) else value for value in values])
    return text.getvalue()


# Verdicts as a scale from 1 (contradicts) to 5 (holds), as schema.org's ratings want it.
_RATINGS = {"contradicts": 1, "does_not_hold": 2, "cannot_be_checked": 3, "holds_if_truncated": 4, "holds": 5}


def linked_data(record: Mapping[str, Any], files: Mapping[str, str], licence: str) -> str:
    """The page in schema.org's words, for machines: the report, its data, its sources, what does not add up.

    Says nothing that the page does not show: headline numbers as Observations, and a ClaimReview for each
    calculation that was found not to hold. Safe inside a script element.
    """
    addresses = Counter(article["url"] for article in record.get("articles", ()))
    articles = {
        article["source"]: {
            # An article is named by its address, unless another one has the same.
            "@id": article["url"] if addresses[article["url"]] == 1 and article["url"] else f"#source-{article['source']}",
            "@type": "NewsArticle",
            "headline": article["headline"],
            "publisher": {"@type": "Organization", "name": article["publisher"]},
            **({"url": article["url"]} if addresses[article["url"]] > 1 and article["url"] else {}),
            **({"datePublished": article["published"]} if article["published"] else {}),
        }
        for article in record.get("articles", ())
    }
    report: dict[str, Any] = {
        "@type": "Report",
        "name": record["title"],
        "abstract": record["summary_text"],
        "inLanguage": record["language"],
        "license": licence,
        "isBasedOn": list(articles.values()),
        "hasPart": {
            "@type": "Dataset",
            "name": record["title"],
            "description": record["summary_text"],
            "license": licence,
            "distribution": [
                {"@type": "DataDownload", "encodingFormat": kind, "contentUrl": files[name]}
                for name, kind in (("csv", "text/csv"), ("json", "application/json"))
            ],
        },
        "mainEntity": [
            {"@type": "Observation", "name": plain(headline["label"]), "value": plain(headline["value"])}
            for headline in record["headlines"]
        ],
    }
    reviews = [
        {
            "@type": "ClaimReview",
            "claimReviewed": f"{review['about']}: {review['stated']}",
            "reviewBody": review["computed"],
            "itemReviewed": {"@type": "Claim", "appearance": {"@id": articles[review["source"]]["@id"]}},
            "reviewRating": {
                "@type": "Rating",
                "bestRating": 5,
                "worstRating": 1,
                "ratingValue": _RATINGS[review["verdict"]],
                "alternateName": review["verdict_text"],
            },
        }
        for review in {each["claim"]: each for each in record.get("reviews", ())}.values()
        if review["verdict"] in ("contradicts", "does_not_hold", "holds_if_truncated") and review["source"] in articles
    ]
    graph = {"@context": "https://schema.org", "@graph": [report, *reviews]}
    return json.dumps(graph, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


# ----------------------------------------------------------------------------------- the page's template


class Refused(Exception):
    """What the template will not put before a reader."""


@functools.cache
def exporter(template: str, data: str) -> Any:
    """nbconvert's exporter with our template; made once, before the reports are forked from its process."""
    from nbconvert.exporters import HTMLExporter, TemplateExporter

    class Exporter(HTMLExporter):
        """HTMLExporter without its last pass, which parses the page again and invents alt texts."""

        def from_notebook_node(self, nb: Any, resources: Any = None, **settings: Any) -> Any:
            return TemplateExporter.from_notebook_node(self, nb, resources, **settings)

    folder = Path(template)
    exporting: Any = Exporter
    # Checked once, after the preprocessors, instead of after each of them.
    made = exporting(template_name=folder.name, extra_template_basedirs=[str(folder.parent)], optimistic_validation=True)
    for name, function in filters(template, data).items():
        made.register_filter(name, function)
    return made


def warm_up(template: str, data: str) -> None:
    """Make what every page needs in the process the reports are forked from: its children inherit it."""
    from jinja2 import meta

    nbformat: Any = importlib.import_module("nbformat")

    environment = exporter(template, data).environment
    names, seen = {path.name for path in Path(template).glob("*.j2")}, set[str]()
    while names - seen:
        name = min(names - seen)
        seen.add(name)
        environment.get_template(name)  # compiled here, and kept
        source = environment.loader.get_source(environment, name)[0]
        names.update(filter(None, meta.find_referenced_templates(environment.parse(source))))
    empty = nbformat.reads(nbformat.writes(nbformat.v4.new_notebook()), as_version=4)  # its validator is compiled, too
    nbformat.validate(empty, relax_add_props=True)  # and the one of nbconvert
    _markdown("# x", re.compile("x"), HeadingIds(()))  # and the patterns of Markdown


def filters(template: str, data: str) -> dict[str, Callable[..., str]]:
    """The filters of the template, as its first lines describe them."""
    import jinja2

    words = reports.read_table(Path(template) / "words.toml")
    names = _names(Path(data))

    @jinja2.pass_context
    def word(context: Any, name: str, language: str = "") -> str:
        try:
            return str(words[name][language or context["resources"]["briefing"]["language"]])
        except KeyError:
            raise Refused(f"words.toml has no {name!r} in this language") from None

    @jinja2.pass_context
    def markdown2html(context: Any, source: str) -> str:
        return _markdown(source, names, context["resources"]["briefing"]["ids"])

    def refuse(message: str) -> str:
        raise Refused(message)

    return {
        "word": word,
        "refuse": refuse,
        "names": lambda text: _wrapped(str(text), names),
        "markdown2html": markdown2html,
    }


def labels_of_names(tables: Tables) -> set[str]:
    """The names of names.csv, in both languages: what a digit in a sentence may be part of."""
    rows = tables.read("names.csv", ["names.csv"])
    return {row.get(f"label_{language}", "") for row in rows for language in reports.LANGUAGES} - {""}


def names_of_sources(sources: Iterable[Mapping[str, str]]) -> set[str]:
    """Headlines and publishers: what a page quotes with the digits in it."""
    return {row.get(column, "") for row in sources for column in ("headline", "publisher")} - {""}


def _names(data: Path) -> re.Pattern[str]:
    """A pattern that finds the names of names.csv, longest first."""
    escaped = sorted((html.escape(label) for label in labels_of_names(Tables(data))), key=lambda label: (-len(label), label))
    return re.compile("|".join(map(re.escape, escaped)) or r"(?!)")


def _wrapped(text: str, names: re.Pattern[str]) -> str:
    return names.sub(lambda found: f'<span class="name">{found[0]}</span>', html.escape(text))


def _markdown(source: str, names: re.Pattern[str], ids: HeadingIds) -> str:
    """Markdown as HTML: headings get ASCII ids, names are wrapped, nothing is read as mathematics."""
    import mistune

    class Renderer(mistune.HTMLRenderer):
        def text(self, text: str) -> str:
            return _wrapped(text, names)

        def heading(self, text: str, level: int, **attributes: Any) -> str:  # noqa: ARG002
            return f'<h{level} id="{ids.give(level, plain(text))}">{text}</h{level}>\n'

    return str(mistune.create_markdown(renderer=Renderer(escape=False), plugins=["table", "strikethrough"])(source))


class HeadingIds:
    """Gives each heading of a page an id of its own, and remembers them in order."""

    def __init__(self, taken: Iterable[str]) -> None:
        self._taken = set(taken)
        self.given: list[tuple[int, str, str]] = []

    def give(self, level: int, text: str) -> str:
        """The id of the next heading: its slug, numbered where another element has it."""
        wanted = unique = slug(text)
        number = 1
        while unique in self._taken:
            number += 1
            unique = f"{wanted}-{number}"
        self._taken.add(unique)
        self.given.append((level, text, unique))
        return unique


def slug(text: str) -> str:
    """An ASCII id for a heading.

    >>> slug("Đảng bộ và chi bộ")
    'dang-bo-va-chi-bo'
    """
    ascii_only = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D")).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", ascii_only.lower()).strip("-") or "section"


def contents(executed: Any, language: str, ids: HeadingIds, names: re.Pattern[str]) -> list[dict[str, str]]:
    """The sections of a page: the ``## `` headings of its cells, and those that its code writes."""
    found: list[dict[str, str]] = []
    for cell in executed.cells:
        if cell.cell_type == "markdown" and not _of_other_language(cell, language):
            before = len(ids.given)
            _markdown(cell.source, names, ids)
            found += [{"id": name, "text": text} for level, text, name in ids.given[before:] if level == 2]
        for output in cell.get("outputs", []):
            written = output.get("data", {}).get("text/html", "")
            for name, text in re.findall(r'<section[^>]* id="([^"]+)"[^>]*>\s*<h2[^>]*>(.*?)</h2>', written, re.DOTALL):
                found.append({"id": name, "text": plain(text)})
    return found


def _taken(executed: Any) -> set[str]:
    """The ids on a page that no heading may have: the template's own, and those in what the code wrote."""
    outputs = (output.get("data", {}).get("text/html", "") for cell in executed.cells for output in cell.get("outputs", []))
    return {"main", "contents", "cite", "edition", "changed", "reports"}.union(
        *(re.findall(r' id="([^"]+)"', each) for each in outputs)
    )


def plain(text: str) -> str:
    """The words of a piece of HTML."""
    return html.unescape(re.sub(r"<[^>]*>", "", str(text))).strip()
