"""Pages on paper."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from small_project import small_project

from analysis import build, check, printing, site


def _needs_chromium() -> None:
    try:
        printing.chromium()
    except printing.PrintError:
        assert not os.environ.get("REQUIRE_CHROMIUM"), "Chromium is required here (REQUIRE_CHROMIUM) and was not found"
        pytest.skip("no Chromium found")


def test_a_build_prints_each_page_beside_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """``--pdf`` puts a tagged PDF beside each page, listed in the manifest; a second run prints nothing anew."""
    _needs_chromium()
    project = small_project(tmp_path)
    monkeypatch.setattr(check, "check", lambda _: [])
    outcome = build.build(project, only="alpha", workers=2, pdf=True)
    assert not outcome.failed
    pages = site.read_manifest(project.site)["pages"]
    for path in ("vi/alpha.html", "en/alpha.html"):
        made = project.site / site.printed(path)
        assert made.read_bytes().startswith(b"%PDF")
        assert b"/MarkInfo" in made.read_bytes()
        assert pages[path]["files"][site.printed(path)] == site.digest(made.read_bytes())
    edition = project.site.readlink()
    assert not build.build(project, only="alpha", workers=2, pdf=True).published
    assert project.site.readlink() == edition
    assert site.verify(project.site) == []


def test_the_same_page_prints_to_the_same_bytes(tmp_path: Path) -> None:
    """A PDF holds no clock: printing a page twice gives equal files."""
    _needs_chromium()
    page = tmp_path / "page.html"
    page.write_text("<!doctype html><html lang='en'><title>A</title><h1>A page</h1><p>Some words.</p>", encoding="utf-8")
    printing.pdfs([(page, tmp_path / "one.pdf"), (page, tmp_path / "two.pdf")])
    assert (tmp_path / "one.pdf").read_bytes() == (tmp_path / "two.pdf").read_bytes()


def test_without_chromium_the_message_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there is no Chromium, printing says so and names the variable to set."""
    monkeypatch.setenv("CHROMIUM", "/nowhere/chromium")
    with pytest.raises(printing.PrintError, match="set CHROMIUM"):
        printing.chromium()
    monkeypatch.delenv("CHROMIUM")
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(printing.PrintError, match="found none"):
        printing.chromium()
