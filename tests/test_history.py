"""Editions of a site: manifest, verification, difference, history."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from analysis.builds import history, stale
from analysis.builds.history import Change

QUANTITY = {
    **{"shown": "98,6%", "value": "98.6", "low": None, "high": None, "verdict": ""},
    **{"formula": "held / due", "figures": ["held", "due"]},
}
KEY: stale.Key = {**dict.fromkeys(stale.PARTS, ""), "answers": {"figures.csv:held": "1"}}


def publish(
    folder: Path,
    quantities: list[dict[str, Any]],
    findings: list[str],
    name: str = "a",
    **record: Any,
) -> Path:
    """A site of one page; its answer to a question is its first finding."""
    record = {
        **{"title": "What?", "summary_text": "It is so.", "known_on": "", "findings": findings},
        **{"headlines": [{"label": "held", "value": "98,6%", "note": "", "number": {}}]},
        **{"quantities": quantities, "days": []},
        **record,
    }
    answer = stale.digest(json.dumps([quantities, findings]))
    key = {**KEY, "answers": {"figures.csv:held": answer}}
    about = {
        **{"report": name, "language": "vi", "parameters": {}, "key": stale.stamp(key)},
        **{"edition": answer[:12], "record": record},
    }
    texts = {
        f"vi/{name}.html": f"page {answer}",
        f"vi/{name}.json": json.dumps(about),
        f"vi/{name}.csv": "value\n",
        **dict.fromkeys(history.FRONTS, "front"),
    }
    for path, text in texts.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    digests = {path: stale.sha256(text.encode()) for path, text in texts.items()}
    files = {path: digest for path, digest in digests.items() if path not in history.FRONTS}
    manifest = {
        **history.empty_manifest(),
        "pages": {f"vi/{name}.html": history.entry(about, files)},
        "reports": {name: {"key": key, "state": ""}},
        "fronts": {path: digests[path] for path in history.FRONTS},
    }
    (folder / "manifest.json").write_text(history.manifest_text(manifest), encoding="utf-8")
    return folder


def test_the_manifest_tells_what_each_page_is(tmp_path: Path) -> None:
    """Report, parameters, digest, title, summary and headlines, as plain words."""
    site = publish(tmp_path, [QUANTITY], [])
    page = history.read_manifest(site)["pages"]["vi/a.html"]
    assert page["sha256"] == stale.sha256((site / "vi/a.html").read_bytes())
    assert (page["report"], page["title"], page["summary"]) == ("a", "What?", "It is so.")
    assert page["headlines"] == [{"label": "held", "value": "98,6%", "note": ""}]


@pytest.mark.parametrize(
    "junk",
    [
        *(b"", b"\xff\x00", b"[]", b'{"format": 99}', b'{"format": 2, "pages": []}'),
        *(b'{"format": 2, "pages": {"x": 1}}', b'{"format": 2, "pages": {}, "reports": 1}'),
        b'{"format": 2, "pages": {"vi/a.html": {"report": "a", "language": "vi", "edition": "",'
        b' "sha256": "", "title": "", "files": {"../secret": ""}}}}',
    ],
)
def test_a_manifest_that_cannot_be_used_counts_as_none(tmp_path: Path, junk: bytes) -> None:
    """Missing, binary, other JSON, wrong types, another format, files that lie elsewhere."""
    (tmp_path / "manifest.json").write_bytes(junk)
    assert history.read_manifest(tmp_path) == history.empty_manifest()
    assert history.read_manifest(tmp_path / "nowhere") == history.empty_manifest()


def test_a_site_is_verified_against_its_manifest(tmp_path: Path) -> None:
    """Every changed, missing and foreign file is named; a site as published has none."""
    site = publish(tmp_path / "site", [QUANTITY], [])
    assert history.verify(site) == []
    (site / "vi/a.html").write_text("page 2")
    (site / "vi/a.csv").unlink()
    (site / "extra.txt").write_text("")
    missing, changed, foreign = history.verify(site)
    assert missing == "vi/a.csv: missing. Build the site again."
    assert changed.startswith("vi/a.html: not as published (sha256 ")
    assert foreign == "extra.txt: not in the manifest."
    assert "no manifest.json in it" in history.verify(tmp_path)[0]
    (site / "manifest.json").write_text("{}")
    assert "not a manifest of this program" in history.verify(site)[0]


def test_the_difference_is_told_by_number_verdict_and_sentence(tmp_path: Path) -> None:
    """Not by line of HTML; each change names what it is about and which input caused it.

    Along with a sentence go the numbers and days in it; where its lines may break is no change.
    """
    x = {**QUANTITY, "formula": "x", "verdict": "holds"}
    old = publish(tmp_path / "old", [QUANTITY, x], ["One\u00a0day", "Two"])
    now = {**QUANTITY, "shown": "98,7%", "value": "98.7", "low": "98.65", "high": "98.75"}
    new = publish(
        tmp_path / "new",
        [now, {**x, "verdict": "contradicts"}],
        ["One day", "98,7%, 15/7/2025"],
        days=[["15/7/2025", "2025-07-15"]],
    )
    changes = history.difference(old, new)
    wanted = ("vi/a.html", "data changed: figures.csv held")
    assert {(change.path, change.because) for change in changes} == {wanted}
    assert [str(change) for change in changes] == [
        "held / due: 98,6% → 98,7% [98.65, 98.75)",
        "x: holds → contradicts",
        "− Two",
        "+ 98,7%, 15/7/2025",
    ]
    bound = {"shown": "98,6%", "value": "98.6", "figures": ["held", "due"]}
    assert changes[0].was == (bound,)
    assert changes[3].now == (
        {"shown": "15/7/2025", "day": "2025-07-15"},
        {**bound, "shown": "98,7%", "value": "98.7"},
    )
    assert history.difference(old, old) == []


def test_a_number_in_several_forms_has_changed_once(tmp_path: Path) -> None:
    """With and without its unit, in a sentence and in a note, it is one change."""
    forms = [QUANTITY | {"shown": "98,6% số tổ chức"}, QUANTITY]
    later = [form | {"value": "98.7", "shown": "98,7%"} for form in forms]
    old, new = publish(tmp_path / "old", forms, []), publish(tmp_path / "new", later, [])
    changes = [str(change) for change in history.difference(old, new)]
    assert changes == ["held / due: 98,6% số tổ chức → 98,7%"]


def test_numbers_are_matched_by_what_they_are_not_by_where_they_stand(tmp_path: Path) -> None:
    """A number put in front of others does not make them all look changed."""
    old = publish(tmp_path / "old", [QUANTITY], [])
    first = {**QUANTITY, "formula": "new one", "shown": "5"}
    new = publish(tmp_path / "new", [first, QUANTITY], [])
    assert [str(change) for change in history.difference(old, new)] == ["new one: + 5"]


def test_pages_that_come_and_go_are_told(tmp_path: Path) -> None:
    """A new report and one that is no longer planned."""
    old = publish(tmp_path / "old", [], [], name="a")
    new = publish(tmp_path / "new", [], [], name="b")
    changes = history.difference(old, new)
    assert [(str(change), change.because) for change in changes] == [
        ("page: − What?", "no longer planned"),
        ("page: + What?", "new"),
    ]


def test_an_edition_of_the_version_before_is_compared_by_its_words(tmp_path: Path) -> None:
    """Format 1 held findings as HTML and parts of keys as text."""
    new = publish(tmp_path / "new", [{**QUANTITY, "shown": "98,7%"}], ["One of 5", "Two"])
    html = ['<span class="name">One</span> of <b>5</b> <a class="to-chart" href="#c">→ x</a>']
    old = publish(tmp_path / "old", [QUANTITY], html, summary="<b>It</b> is so.")
    manifest = json.loads((old / "manifest.json").read_text())
    manifest["pages"]["vi/a.html"]["key"] = {"data": "figures.csv=1 areas.csv=2", "code": "x.py=1"}
    old_one = {part: manifest[part] for part in ("pages", "failed", "fronts")} | {"format": 1}
    (old / "manifest.json").write_text(json.dumps(old_one))
    changes = history.difference(old, new)
    assert [str(change) for change in changes] == ["held / due: 98,6% → 98,7%", "+ Two"]
    assert {change.because for change in changes} == {"another version of this program"}
    assert history.verify(old) == []


def test_a_cause_is_told_once_and_so_is_a_change_that_pages_share() -> None:
    """Changes by cause; of two languages that say the same, one is enough for a summary."""
    pages = ("vi/a", "en/a", "en/b", "vi/c")
    x = [Change(f"{page}.html", "number", "x", "1", "2", "data changed") for page in pages]
    y = Change("en/b.html", "sentence", "", "", "So.", "code changed")
    one, other = history.causes([y, *x])
    all_four = ("en/a.html", "en/b.html", "vi/a.html", "vi/c.html")
    assert (one.because, one.pages) == ("data changed", all_four)
    assert [(str(change), on) for change, on in one.changes] == [("x: 1 → 2", one.pages)]
    assert (other.because, str(other.changes[0][0])) == ("code changed", "+ So.")
    summary = [change.path for change in history.in_one_language(x)]
    assert summary == ["en/a.html", "en/b.html", "vi/c.html"]


def test_a_history_page_gets_the_changes_of_its_language() -> None:
    """By cause, with the names of the pages; a number whose bounds alone changed reads the same."""
    number = {"shown": "2", "value": "2", "figures": ["x"]}
    same = Change("vi/a.html", "number", "x", "2", "2 [1, 3)", "data", (number,), (number,))
    new = Change("vi/a.html", "number", "y", "", "2", "data", (), (number,))
    english = Change("en/a.html", "number", "y", "", "2", "data", (), (number,))
    (row,) = history.rows("vi", [same, new, english])
    assert (row["because"], row["pages"]) == ("data", ["a.html"])
    (change,) = row["changes"]
    assert (change["what"], change["after"], change["now"]) == ("y", "2", (number,))
    assert change["pages"] == ["a.html"]


def test_a_history_belongs_to_its_edition(tmp_path: Path) -> None:
    """What was altered, or lies beside another manifest, tells nothing."""
    site = publish(tmp_path, [], [])
    change = {"path": "vi/a.html", "kind": "number", "what": "x", "before": "1", "after": "2"}
    about = {
        **{"format": history.FORMAT, "files": {}, "pages": "", "editions": {}},
        "changes": [{**change, "because": "data", "was": [], "now": []}],
        "edition": stale.sha256((site / "manifest.json").read_bytes()),
    }
    (site / "changes.json").write_text(json.dumps(about))
    (change,) = (history.read_history(site) or {})["changes"]
    assert str(change) == "x: 1 → 2"
    for wrong in ({"edition": "x"}, {"files": {"vi/changes.html": "x"}}, {"changes": [1]}):
        (site / "changes.json").write_text(json.dumps({**about, **wrong}))
        assert history.read_history(site) is None
    assert history.verify(site) == [
        "changes.json: not of this edition, or altered. Build the site again."
    ]
