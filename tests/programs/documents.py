"""What `prove` alters in a document: its blocks, its Markdown, what its cells show.

Each alteration says what may become of it: no page at all (`refused`), pages that show what the
tables give for the other reference (`shown`), or pages on which every word and number is as before
(`same`).
"""

from __future__ import annotations

import functools
import itertools
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

from analysis.saying.blocks import MIME

from .alterations import FOREIGN, IN_WORDS, Mutant, Tables

Path = tuple[str | int, ...]
_MOST = 4  # texts, references and rows of one block
_REFERENCES = ({"number"}, {"day"}, {"label"}, {"value", "form"})
_FORMS = {"number": ("fall", "rise", "more", "sign", ""), "day": ("short", "year", "")}
_PAIRS = ("share", "relative_change", "difference", "times", "per")
_TURNED = {"giảm": "tăng", "tăng": "giảm", "fell by": "rose by", "rose by": "fell by"}
_MARKS = {"other digits": "１２", "markup": "<b>x</b>"}
_HEDGES = {"vi": " hơn ", "en": " more than "}
_OUTPUTS: dict[str, dict[str, Any]] = {
    "print": {"output_type": "stream", "name": "stdout", "text": "1731"},
    "HTML": {"output_type": "display_data", "data": {"text/html": "<p>1731</p>"}, "metadata": {}},
    "SVG": {"output_type": "display_data", "data": {"image/svg+xml": "<svg/>"}, "metadata": {}},
}


@dataclass(frozen=True)
class Edit:
    """What stands in a place instead, what may become of it, and whose numbers may change."""

    place: Path
    instead: Any
    may: str = "refused"
    figures: frozenset[str] = frozenset()


Made = Iterator[tuple[str, str, Edit]]


def altered(run: Any, edit: Edit) -> Any:
    """A copy of an executed notebook with an alteration."""
    made = json.loads(json.dumps(run))
    *way, last = edit.place
    functools.reduce(lambda node, key: node[key], way, made)[last] = edit.instead
    return made


def of_document(name: str, run: Any, known: Tables, chance: Random) -> Iterator[Mutant]:
    """Each block, paragraph and output of a document, altered."""
    for at, cell in enumerate(run["cells"]):
        made = list(_markdown(cell, ("cells", at)))
        for number, output in enumerate(cell.get("outputs", [])):
            path = ("cells", at, "outputs", number)
            made += _block(output["data"][MIME], (*path, "data", MIME), known, chance)
            beside = Edit((*path, "data", "text/html"), "<p>1731</p>", "same")
            made.append(("preview", "HTML beside the block", beside))
            kind = chance.choice(sorted(_OUTPUTS))
            made.append(("no block", f"{kind} instead", Edit(path, _OUTPUTS[kind])))
        for kind, change, edit in made:
            yield Mutant("document", kind, f"{name} cell {at + 1}", change, (name, edit))


def _markdown(cell: dict[str, Any], path: Path) -> Made:
    tags = set(cell["metadata"].get("tags", []))
    spoken = {"vi", "en"} & tags if cell["cell_type"] == "markdown" else set()
    for language in spoken if "generic" not in tags else ():
        source, words = (*path, "source"), cell["source"].rstrip()
        for more in (FOREIGN[language], IN_WORDS[language], "<b>x</b>", "![x](x.png)"):
            yield "Markdown: more", more, Edit(source, f"{words} {more}")
        yield "Markdown: dropped", words[:40], Edit(source, "")
        other = {"tags": sorted({"vi", "en"} - spoken)}
        yield "Markdown: language", f"not {language}", Edit((*path, "metadata"), other)


def _block(block: dict[str, Any], path: Path, known: Tables, chance: Random) -> Made:
    def some(every: list[Any]) -> list[Any]:
        return chance.sample(every, min(_MOST, len(every)))

    nodes = list(_nodes(block, path))
    references = [(place, node, own) for place, node in nodes for own in _references(place, node)]
    for place, node, own in some(references):
        for kind, other, may in _others(own, known, chance):
            resting = figures(own) | figures(other)
            yield kind, _change(own, other), Edit(place, _renamed(node, own, other), may, resting)
        if _is_text(node):
            alone = {**node, "vi": _renamed(node["vi"], own, other)}
            yield "in one language", _change(own, other), Edit(place, alone, "same")
    for place, text in some([(place, node) for place, node in nodes if _is_text(node)]):
        for kind, instead in _words(text):
            yield f"text: {kind}", _change(text["en"], ""), Edit(place, instead)
    for place, node in some([(place, node) for place, node in nodes if isinstance(node, bool)]):
        yield f"field: {place[-1]}", str(not node), Edit(place, not node, "same")
    for place, node in some([pair for pair in nodes if pair[0][-1] in {"rows", "data", "points"}]):
        yield from _rows(place, node)
    for field, other in (("version", 2), ("block", "html"), ("html", "<b>1731</b>")):
        yield f"field: {field}", str(other), Edit((*path, field), other)
    if "name" in block:
        yield "field: name", "another", Edit((*path, "name"), f"{block['name']}-x", "same")
        for old in sorted(figures(block))[:1]:
            new = known.near(old, chance)
            now = _renamed(block, old, new)
            edit = Edit(path, now, "shown", figures(block) | figures(now))
            yield "figure throughout", f"{old} → {new}", edit
    for old in some(block.get("claims", [])):
        place = (*path, "claims", block["claims"].index(old))
        other = known.other("claims", old, chance)
        rows = [known.rows["claims"][code] for code in (old, other)]
        resting = frozenset(f for row in rows for f in f"{row['operands']} {row['stated']}".split())
        yield "claim", f"{old} → {other}", Edit(place, other, "shown", resting)
        yield "no such claim", old, Edit(place, f"{old}-x")
        yield "claim twice", old, Edit(place[:-1], [*block["claims"], old])


def _nodes(node: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    """Everything in a block with its place; a text as a whole."""
    yield path, node
    if isinstance(node, dict | list) and not _is_text(node):
        for key, child in node.items() if isinstance(node, dict) else enumerate(node):
            yield from _nodes(child, (*path, key))


def _is_text(node: Any) -> bool:
    return isinstance(node, dict) and set(node) == {"vi", "en"}


def _change(one: Any, other: Any) -> str:
    return " → ".join(json.dumps(piece, ensure_ascii=False)[:90] for piece in (one, other) if piece)


# -------------------------------------------------------------------------------------- references


def _references(place: Path, node: Any) -> list[dict[str, Any]]:
    """The references in a place, as JSON: those of a text, or what stands there alone."""
    if _is_text(node):
        values = [part for part in node["vi"] if isinstance(part, dict)]
        return [value for at, value in enumerate(values) if value not in values[:at]]
    alone = isinstance(node, dict) and set(node) in _REFERENCES and place[-1] != "value"
    return [node] if alone else []


def _others(own: dict[str, Any], known: Tables, chance: Random) -> Iterator[tuple[str, Any, str]]:
    """What is altered of a reference, what it is then, and what may become of it."""
    ((name, given),) = own.get("value", own).items()
    if "form" in own:
        form = chance.choice([e for e in _FORMS.get(name, ("x",)) if e != own["form"]])
        yield "form", {**own, "form": form}, "shown"
    for kind, other, may in _given(name, given, known, chance):
        yield kind, {**own, "value": {name: other}} if "value" in own else {name: other}, may


def _given(name: str, given: Any, known: Tables, chance: Random) -> Iterator[tuple[str, Any, str]]:
    if isinstance(given, list):  # a label, or the day of an event
        table, code = given
        yield f"no such {name}", [table, f"{code}-x"], "refused"
        yield name, [table, known.other(table, code, chance)], "shown"
        return
    if isinstance(given, dict):
        if given["kind"] in _PAIRS:
            kinds = [kind for kind in _PAIRS if kind != given["kind"]]
            yield "calculation", {**given, "kind": chance.choice(kinds)}, "shown"
            yield "operands exchanged", {**given, "of": given["of"][::-1]}, "shown"
            yield "places", {**given, "places": given["places"] + 1}, "shown"
        yield "too many places", {**given, "places": 7}, "refused"
        again = {**given, "of": [*given["of"], given["of"][0]]}
        yield "operand twice", again, "shown" if given["kind"] == "sum" else "refused"
    figure = chance.choice(leaves(given))
    yield f"no such {name}", _renamed(given, figure, f"{figure}-x"), "refused"
    yield name, _renamed(given, figure, known.near(figure, chance)), "shown"


def figures(node: Any) -> frozenset[str]:
    """The ids of all figures that the numbers in a piece of JSON rest on."""
    if isinstance(node, dict) and set(node) == {"number"}:
        return frozenset(leaves(node["number"]))
    children = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    return frozenset(figure for child in children for figure in figures(child))


def claims(run: Any) -> set[str]:
    """The claims that the blocks of a run list."""
    outputs = (output for cell in run["cells"] for output in cell.get("outputs", []))
    return {claim for output in outputs for claim in output["data"][MIME].get("claims", [])}


def leaves(recipe: Any) -> list[str]:
    """The ids that a recipe rests on."""
    return [recipe] if isinstance(recipe, str) else [id for of in recipe["of"] for id in leaves(of)]


def _renamed(node: Any, old: Any, new: Any) -> Any:
    """A piece of JSON with another piece, an id or a reference, put for each like it."""
    return json.loads(json.dumps(node).replace(json.dumps(old), json.dumps(new)))


# ---------------------------------------------------------------------------------- words and rows


def _words(text: dict[str, list[Any]]) -> Iterator[tuple[str, dict[str, list[Any]]]]:
    """Kinds of alterations of words, and the text then; no page may show one of them."""
    marks = {kind: dict.fromkeys(text, more) for kind, more in _MARKS.items()}
    for kind, more in {"typed number": FOREIGN, "number in words": IN_WORDS, **marks}.items():
        yield kind, {language: [*parts, f" {more[language]}"] for language, parts in text.items()}
    if text["vi"]:
        yield "one language dropped", {**text, "en": []}
    values = [part for part in text["vi"] if isinstance(part, dict)]
    if len(values) > 1 and values[0] != values[-1]:
        ends = {json.dumps(values[0]): values[-1], json.dumps(values[-1]): values[0]}
        yield "exchanged", {**text, "vi": [ends.get(json.dumps(part), part) for part in text["vi"]]}
    if values and "number" in values[0]["value"]:
        after = {language: parts[parts.index(values[0]) :] for language, parts in text.items()}
        yield "hedge", {language: [_HEDGES[language], *after[language]] for language in text}
    turned = {language: _turned(parts) for language, parts in text.items()}
    if all(turned[language] != text[language] for language in text):
        yield "direction", turned


def _turned(parts: list[Any]) -> list[Any]:
    """The parts with each fall before its size called a rise, and the other way round."""
    made = list(parts)
    for at, (part, size) in enumerate(itertools.pairwise(parts)):
        found = re.search(rf"\b({'|'.join(_TURNED)}) $", part) if isinstance(part, str) else None
        if found and size["form"] in {"fall", "rise"}:
            made[at] = f"{part[: found.start()]}{_TURNED[found[1]]} "
    return made


def _rows(place: Path, rows: list[Any]) -> Made:
    """Two rows in another order; a mark with the number, a point with the day of another."""
    if len(rows) > 1:
        first, *between, last = rows
        yield f"{place[-1]} exchanged", "first ↔ last", Edit(place, [last, *between, first], "same")
        for field in ("number", "day") if isinstance(first, dict) else ():
            if field in first and first[field] != last[field]:
                own = (*place, 0, field)
                yield f"{field} of another", "last → first", Edit(own, last[field])
