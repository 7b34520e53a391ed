"""A published site: manifest, verification, difference between editions."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from analysis import reports, site

KEY = dict.fromkeys(reports.PARTS, "") | {"data": "figures.csv=1"}

QUANTITY = {
    "shown": "98,6%",
    "value": "98.6",
    "low": None,
    "high": None,
    "formula": "held / due",
    "figures": ["held", "due"],
}


def publish(folder: Path, quantities: list[dict[str, Any]], findings: list[str], data: str = "1", name: str = "a") -> Path:
    """A site of one page."""
    (folder / "vi").mkdir(parents=True)
    run = {
        "title": "What?", "summary_text": "It is so.", "known_on": "",
        "findings": findings, "quantities": quantities,
        "headlines": [{"label": "<b>held</b>", "value": '<data value="98.6">98,6%</data>', "note": ""}],
    }  # fmt: skip
    record = {
        "report": name, "language": "vi", "parameters": {}, "key": KEY | {"data": f"figures.csv={data}"},
        "edition": "e", "record": run,
    }  # fmt: skip
    contents = {
        f"vi/{name}.html": f"page {data}",
        f"vi/{name}.json": json.dumps(record),
        f"vi/{name}.csv": "value\n",
    }
    fronts = dict.fromkeys(site.FRONTS, "front")
    for path, text in {**contents, **fronts}.items():
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    files = {path: site.digest(text.encode()) for path, text in contents.items()}
    manifest = {
        "format": site.FORMAT, "pages": {f"vi/{name}.html": site.entry(record, files)}, "failed": {},
        "fronts": {path: site.digest(text.encode()) for path, text in fronts.items()},
    }  # fmt: skip
    (folder / "manifest.json").write_text(site.manifest_text(manifest), encoding="utf-8")
    return folder


def test_the_manifest_tells_what_each_page_is(tmp_path: Path) -> None:
    """Report, parameters, key, digest, title, summary and headlines, in words without HTML."""
    page = site.read_manifest(publish(tmp_path / "site", [QUANTITY], []))["pages"]["vi/a.html"]
    assert page["sha256"] == site.digest(b"page 1")
    assert (page["report"], page["title"], page["summary"]) == ("a", "What?", "It is so.")
    assert page["headlines"] == [{"label": "held", "value": "98,6%", "note": ""}]
    assert page["key"]["data"] == "figures.csv=1"


def test_a_manifest_that_cannot_be_used_counts_as_none(tmp_path: Path) -> None:
    """Missing, binary, other JSON, another format: the pages are then made again."""
    for junk in (
        b"",
        b"\xff\x00",
        b"[]",
        b'{"format": 99}',
        b'{"format": 1, "pages": {"x": 1}, "failed": {}, "fronts": {}}',
    ):
        (tmp_path / "manifest.json").write_bytes(junk)
        assert site.read_manifest(tmp_path)["pages"] == {}
    assert site.read_manifest(tmp_path / "nowhere")["pages"] == {}


def test_a_site_is_verified_against_its_manifest(tmp_path: Path) -> None:
    """Every changed, missing and foreign file is named; a site as published has none."""
    folder = publish(tmp_path / "site", [QUANTITY], [])
    assert site.verify(folder) == []
    (folder / "vi/a.html").write_text("page 2")
    (folder / "vi/a.csv").unlink()
    (folder / "extra.txt").write_text("")
    changed, missing, foreign = sorted(site.verify(folder), key=lambda line: "missing" in line or 2 * ("not in" in line))
    assert changed.startswith("vi/a.html: not as it was published (sha256 ")
    assert missing == "vi/a.csv: missing. Build the site again."
    assert foreign == "extra.txt: not in the manifest."
    assert "no manifest.json in it" in site.verify(tmp_path)[0]
    (folder / "manifest.json").write_text("{}")
    assert "not a manifest of this program" in site.verify(folder)[0]


def test_equal_editions_differ_in_nothing(tmp_path: Path) -> None:
    """Where no page changed there is nothing to tell."""
    old = publish(tmp_path / "old", [QUANTITY], ["<b>One</b>"])
    assert site.difference(old, old) == []


def test_the_difference_is_told_by_number_verdict_and_sentence(tmp_path: Path) -> None:
    """Not by line of HTML; each change names what it is about and which input caused it."""
    old = publish(tmp_path / "old", [QUANTITY, {**QUANTITY, "formula": "x", "verdict": "holds"}], ["<b>One</b>", "Two"])
    new = publish(
        tmp_path / "new",
        [
            {**QUANTITY, "shown": "98,7%", "low": "98.65", "high": "98.75"},
            {**QUANTITY, "formula": "x", "verdict": "contradicts"},
        ],
        ["One", "Three"],
        data="2",
    )
    found = site.difference(old, new)
    assert {(change.path, change.because) for change in found} == {("vi/a.html", "data changed: figures.csv")}
    assert [str(change) for change in found] == [
        "held / due: 98,6% → 98,7% [98.65, 98.75)",
        "x: holds → contradicts",
        "− Two",
        "+ Three",
    ]
    assert found[0].shown[1] == '<data value="98.6" data-figures="held due">98,7%</data>'
    assert found[-1].shown == ("", "Three")


def test_a_cause_is_told_once_and_so_is_a_change_that_pages_share() -> None:
    """Changes by cause, each with its pages; of two languages that say the same, one is enough for a summary."""
    x = [site.Change(f"{page}.html", "number", "x", "1", "2", "data changed") for page in ("vi/a", "en/a", "en/b", "vi/c")]
    y = site.Change("en/b.html", "sentence", "", "", "So.", "code changed")
    one, other = site.causes([y, *x])
    assert (one.because, one.pages) == ("data changed", ("en/a.html", "en/b.html", "vi/a.html", "vi/c.html"))
    assert [(str(change), on) for change, on in one.changes] == [("x: 1 → 2", one.pages)]
    assert (other.because, str(other.changes[0][0])) == ("code changed", "+ So.")
    assert [change.path for change in site.in_one_language(x)] == ["en/a.html", "en/b.html", "vi/c.html"]


def test_pages_that_come_and_go_are_told(tmp_path: Path) -> None:
    """A new report and one that is no longer planned."""
    old = publish(tmp_path / "old", [], [], name="a")
    new = publish(tmp_path / "new", [], [], name="b")
    assert [(str(change), change.because) for change in site.difference(old, new)] == [
        ("page: − What?", "no longer planned"),
        ("page: + What?", "new"),
    ]


def test_a_number_in_several_forms_has_changed_once(tmp_path: Path) -> None:
    """With and without its unit, in a sentence and in a note, it is one change."""
    forms = [QUANTITY | {"shown": "98,6% số tổ chức"}, QUANTITY]
    old = publish(tmp_path / "old", forms, [])
    new = publish(tmp_path / "new", [form | {"value": "98.7", "shown": "98,7%"} for form in forms], [], data="2")
    assert [str(change) for change in site.difference(old, new)] == ["held / due: 98,6% số tổ chức → 98,7%"]


def test_numbers_are_matched_by_what_they_are_not_by_where_they_stand(tmp_path: Path) -> None:
    """A number put in front of others does not make them all look changed."""
    first = {**QUANTITY, "formula": "new one", "shown": "5"}
    old = publish(tmp_path / "old", [QUANTITY], [])
    new = publish(tmp_path / "new", [first, QUANTITY], [], data="2")
    assert [(change.kind, change.what, change.after) for change in site.difference(old, new)] == [("number", "new one", "5")]
