"""Pages on paper."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from analysis.pages import paper


def test_the_same_page_prints_to_the_same_bytes(tmp_path: Path) -> None:
    """A PDF is tagged and holds no clock: printing a page twice gives equal files."""
    try:
        paper.chromium()
    except paper.PrintError:
        assert not os.environ.get("REQUIRE_CHROMIUM"), "Chromium is required here and was not found"
        pytest.skip("no Chromium found")
    page, pdfs = tmp_path / "page.html", [tmp_path / "one.pdf", tmp_path / "two.pdf"]
    page.write_text("<!doctype html><html lang=en><title>A</title><h1>A page</h1>", "utf-8")
    paper.pdfs([(page, pdf) for pdf in pdfs])
    one, two = (pdf.read_bytes() for pdf in pdfs)
    assert one == two
    assert one.startswith(b"%PDF")
    assert b"/MarkInfo" in one


def test_without_chromium_the_message_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there is no Chromium, printing says so and names the variable to set."""
    monkeypatch.setenv("CHROMIUM", "/nowhere/chromium")
    with pytest.raises(paper.PrintError, match="set CHROMIUM"):
        paper.chromium()
    monkeypatch.delenv("CHROMIUM")
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(paper.PrintError, match="found none"):
        paper.chromium()
