"""What reads differently in two editions, and because of what."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from analysis.builds import history, manifests, stale
from analysis.builds.history import Difference
from analysis.builds.manifests import ManifestError

QUANTITY = {
    "recipe": {"kind": "share", "of": ["held", "due"], "places": 1},
    **{"unit": "percent", "exact": "98.6", "shown": ["98,6%"]},
}
KEY: stale.Key = {**dict.fromkeys(stale.PARTS, ""), "answers": {"figures.csv:held": "1"}}

FRONTS = ("index.html", "vi/index.html", "en/index.html")


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
        **{"quantities": quantities, "days": [], "headlines": [], "title_parts": [], "summary": []},
        **record,
    }
    answer = stale.digest(json.dumps([quantities, findings]))
    key = {**KEY, "answers": {"figures.csv:held": answer}}
    about = {
        **{"report": name, "language": "vi", "parameters": {}, "key": stale.stamp(key)},
        **{"version": answer[:12], "record": record},
    }
    texts = {
        f"vi/{name}.html": f"page {answer}",
        f"vi/{name}.json": json.dumps(about, ensure_ascii=False),
        f"vi/{name}.csv": "value\n",
        **dict.fromkeys(FRONTS, "front"),
    }
    for path, text in texts.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    digests = {path: manifests.sha256(text.encode()) for path, text in texts.items()}
    files = {path: digest for path, digest in digests.items() if path not in FRONTS}
    manifest = {
        **manifests.empty(),
        "pages": {f"vi/{name}.html": manifests.entry(about, files)},
        "reports": {name: {"key": key, "state": ""}},
        "fronts": {path: digests[path] for path in FRONTS},
    }
    (folder / "manifest.json").write_text(manifests.text(manifest), encoding="utf-8")
    texts = dict.fromkeys(manifests.HISTORY, "changes")
    about = {
        "pages": manifests.pages_digest(manifest),
        "files": {name: manifests.sha256(b"changes") for name in manifests.HISTORY},
    }
    for name, text in {**texts, manifests.CHANGES: json.dumps(about)}.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


PAGE = {"report": "a", "language": "vi", "version": "", "title": "", "files": {}}
WHOLE = manifests.empty() | {"pages": {"vi/a.html": PAGE}}
JUNK = [
    *(
        {"format": 2},
        {"pages": []},
        {"pages": {"x": 1}},
        {"fronts": {"x": 1}},
        {"tables": {"x": 1}},
    ),
    *({"pages": {"x": {**PAGE, "title": 1}}}, {"pages": {"x": {**PAGE, "files": None}}}),
    *({"reports": {"x": 1}}, {"reports": {"x": {"key": 1, "state": ""}}}, {"kept": 1}),
]


@pytest.mark.parametrize("junk", [b"", b"\xff\x00", b"[]", *(json.dumps(WHOLE | j) for j in JUNK)])
def test_a_manifest_that_cannot_be_used_is_refused(tmp_path: Path, junk: bytes | str) -> None:
    """Missing, binary, other JSON, wrong types, another format."""
    path = tmp_path / "manifest.json"
    path.write_text(json.dumps(WHOLE))
    assert manifests.read(tmp_path) == WHOLE
    path.write_bytes(junk if isinstance(junk, bytes) else junk.encode())
    for folder in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(ManifestError, match=r"no manifest\.json in it that can be used"):
            manifests.read(folder)
        assert "no manifest.json in it" in manifests.verify(folder)[0]


def test_a_site_is_verified_against_its_manifest(tmp_path: Path) -> None:
    """Every changed, missing and foreign file is named; a site as published has none."""
    site = publish(tmp_path / "site", [QUANTITY], [])
    assert manifests.verify(site) == []
    (site / "vi/a.html").write_text("page 2")
    (site / "vi/a.csv").unlink()
    (site / "extra.txt").write_text("")
    (site / "en/changes.html").write_text("")
    missing, changed, history_of, foreign = manifests.verify(site)
    assert missing == "vi/a.csv: missing. Build the site again."
    assert changed.startswith("vi/a.html: damaged. Build")
    assert history_of == "changes.json: not of this edition, or altered. Build the site again."
    assert foreign == "extra.txt: not in the manifest."


def test_the_difference_is_told_by_number_verdict_and_sentence(tmp_path: Path) -> None:
    """Not by line of HTML; each change names what it is about and which input caused it.

    Along with a sentence go the numbers and days in it; where its lines may break is no change.
    """
    x = {**QUANTITY, "recipe": "x", "verdict": "holds"}
    bare = {**x, "verdict": ""}  # the same number in a sentence
    old = publish(tmp_path / "old", [QUANTITY, bare, x], ["One\u00a0day", "Two"])
    now = {**QUANTITY, "shown": ["98,7%"], "exact": "98.7", "low": "98.65", "high": "98.75"}
    new = publish(
        tmp_path / "new",
        [now, bare, {**x, "verdict": "contradicts"}],
        ["One day", "98,7%, 15/7/2025"],
        days=[["15/7/2025", "2025-07-15"]],
    )
    changes = history.differences(old, new)
    wanted = ("vi/a.html", "data changed: figures.csv held")
    assert {(*change.pages, change.because) for change in changes} == {wanted}
    assert [str(change) for change in changes] == [
        "held ÷ due: 98,6% → 98,7% [98.65, 98.75)",
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
    assert history.differences(old, old) == []


def test_a_number_in_several_forms_has_changed_once(tmp_path: Path) -> None:
    """With and without its unit, in a sentence and in a note, it is one change."""
    forms = ["98,6% số tổ chức", "98,6%"]
    before = {**QUANTITY, "shown": ["99%", *forms], "values": ["99", "98.6", "98.6"]}
    after = {**QUANTITY, "exact": "98.7", "shown": ["98,7%", "99%"], "values": ["98.7", "99"]}
    old, new = (
        publish(tmp_path / name, [form], []) for name, form in (("old", before), ("new", after))
    )
    changes = [str(change) for change in history.differences(old, new)]
    assert changes == ["held ÷ due: 98,6% số tổ chức → 98,7%"]
    other = publish(tmp_path / "other", [{**QUANTITY, "shown": forms[1:]}], [])
    assert history.differences(old, other) == []  # one form less is no other number


def test_numbers_are_matched_by_what_they_are_not_by_where_they_stand(tmp_path: Path) -> None:
    """A number put in front of others does not make them all look changed."""
    old = publish(tmp_path / "old", [QUANTITY], [])
    first = {**QUANTITY, "recipe": "new one", "shown": ["5"]}
    new = publish(tmp_path / "new", [first, QUANTITY], [])
    assert [str(change) for change in history.differences(old, new)] == ["new one: + 5"]


def test_pages_that_come_and_go_are_told(tmp_path: Path) -> None:
    """A new report and one that is no longer planned."""
    old = publish(tmp_path / "old", [], [], name="a")
    new = publish(tmp_path / "new", [], [], name="b")
    changes = history.differences(old, new)
    assert [(str(change), change.because) for change in changes] == [
        ("page: − What?", "no longer planned"),
        ("page: + What?", "new"),
    ]


def test_a_cause_is_told_once_and_so_is_a_change_that_pages_share() -> None:
    """Changes by cause; of two languages that say the same, one is enough for a summary."""
    x = [
        Difference("number", "x", "1", "2", "data changed", (f"{page}.html",))
        for page in ("vi/a", "en/a", "en/b", "vi/c")
    ]
    y = Difference("sentence", "", "", "So.", "code changed", ("en/b.html",))
    one, other = history.causes([y, *x])
    all_four = ("en/a.html", "en/b.html", "vi/a.html", "vi/c.html")
    assert (one.because, one.pages) == ("data changed", all_four)
    assert [(str(change), change.pages) for change in one.changes] == [("x: 1 → 2", all_four)]
    assert (other.because, str(other.changes[0])) == ("code changed", "+ So.")
    summary = [change.pages for change in history.in_one_language(x)]
    assert summary == [("en/a.html",), ("en/b.html",), ("vi/c.html",)]


def test_a_history_page_gets_the_changes_of_its_language() -> None:
    """By the names of its pages; a number whose bounds alone changed reads the same."""
    number = ({"shown": "2", "value": "2", "figures": ["x"]},)
    same = Difference("number", "x", "2", "2 [1, 3)", "data", ("vi/a.html",), number, number)
    new = Difference("number", "y", "", "2", "data", ("vi/a.html",), (), number)
    english = Difference("number", "y", "", "2", "data", ("en/a.html",), (), number)
    (change,) = history.in_language("vi", [same, new, english])
    assert (change.what, change.pages) == ("y", ("a.html",))


def test_a_history_belongs_to_its_edition(tmp_path: Path) -> None:
    """What was altered, or tells of other pages, tells nothing."""
    site = publish(tmp_path, [QUANTITY], [])
    manifest = manifests.read(site)
    assert manifests.has_history(site, manifest)
    about = json.loads((site / "changes.json").read_text())
    for wrong in ({"pages": "x"}, {"files": {"vi/changes.html": "x"}}, {"files": 1}):
        (site / "changes.json").write_text(json.dumps(about | wrong))
        assert not manifests.has_history(site, manifest)


@pytest.mark.parametrize(
    "altered",
    ["[" * 100_000, '{"record": []}', '{"record": {"quantities": [{"figures": ["a"]}]}}',
     '{"record": {"quantities": [], "findings": 5}}',
     '{"record": {"headlines": [], "title_parts": [], "summary": [{"shown": "2", "number": 0}],'
     ' "quantities": [{"recipe": "a", "exact": "1", "shown": ["1"]}]}}'],
)  # fmt: skip
def test_an_altered_record_is_one_that_cannot_be_read(tmp_path: Path, altered: str) -> None:
    """Comparing it with another ends in no traceback."""
    (tmp_path / "x.json").write_text(altered, "utf-8")
    assert history.record(tmp_path, "x.html") == {}
