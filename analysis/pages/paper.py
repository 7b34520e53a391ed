"""PDFs of pages, printed by Chromium: tagged, with outline, title and language.

Chromium writes the time into a PDF; it is replaced, so that the same page gives the same bytes.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from analysis.errors import UserError

SECONDS = 120  # that Chromium may take for one page
_NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
_OPTIONS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    *("--no-pdf-header-footer", "--generate-pdf-document-outline"),
)
_DAY = re.compile(rb"/(CreationDate|ModDate) \(D:\d{14}[^)]*\)")


class PrintError(UserError):
    """A page that could not be printed, or no Chromium to print it with."""


def chromium() -> str:
    """The program to print with: what the variable CHROMIUM names, or the first one on the path.

    Raises `PrintError` where there is none.
    """
    program = os.environ.get("CHROMIUM") or next(
        (path for name in _NAMES if (path := shutil.which(name))), ""
    )
    if not program or not shutil.which(program):
        raise PrintError(
            f"PDFs need Chromium, found {program or 'none'}. Install it, or set CHROMIUM to its"
            " path."
        )
    return program


def pdfs(pages: Iterable[tuple[Path, Path]], workers: int = 1, annex: bool = False) -> None:
    """Print each page to its PDF, `workers` at a time; `annex` prints the notes and sources, too.

    Raises `PrintError`, which names the page that failed.
    """
    program = chromium()
    with ThreadPoolExecutor(workers) as pool:
        for job in [pool.submit(_print, program, page, pdf, annex) for page, pdf in pages]:
            job.result()


def _print(program: str, page: Path, pdf: Path, annex: bool) -> None:
    """Print one page, with its notes as an `annex`; raises `PrintError` where Chromium cannot."""
    with tempfile.TemporaryDirectory(prefix="print-") as profile:
        folders = (f"--user-data-dir={profile}", f"--print-to-pdf={pdf.resolve()}")
        # A page opened at its notes is printed with them (style.css).
        address = page.resolve().as_uri() + "#notes" * annex
        command = [program, *_OPTIONS, *folders, address]
        try:
            ended = subprocess.run(command, capture_output=True, timeout=SECONDS, check=False)
        except subprocess.TimeoutExpired:
            raise PrintError(f"{page.name}: Chromium needs more than {SECONDS} s.") from None
    if ended.returncode or not pdf.exists():
        message = ended.stderr.decode(errors="replace").strip()[-300:]
        raise PrintError(f"{page.name}: Chromium could not print it: {message}")
    pdf.write_bytes(_DAY.sub(_without_time, pdf.read_bytes()))


def _without_time(entry: re.Match[bytes]) -> bytes:
    """A date entry with a fixed day of the same length, because offsets in a PDF must not move."""
    return re.sub(rb"D:\d{14}", b"D:20000101000000", entry[0])
