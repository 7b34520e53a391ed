"""The measuring itself works: what `make bench` prints is only read when somebody asks for it."""

from __future__ import annotations

import re

import bench
import pytest

from analysis import kernels

pytestmark = pytest.mark.skipif(not kernels.CAN_FORK, reason="warm kernels are forked")


@pytest.mark.slow
def test_synthetic_sites_are_measured_here_and_on_a_cluster(capsys: pytest.CaptureFixture[str]) -> None:
    """Small sites are built both ways, and each way costs time and memory."""
    assert bench.main(["--synthetic", "4", "--cluster"]) == 0
    lines = capsys.readouterr().out.splitlines()
    for line, way in zip(lines[1:3], ("this machine", "cluster"), strict=True):
        assert re.match(rf"{way}: [0-9.]+ ms for a report that does nothing .*{{'done': 4}}$", line)
    assert lines[4].startswith("| made by | pages | seconds | CPU seconds |")
    assert [re.sub(r"[1-9][0-9.]*", "N", line) for line in lines[6:]] == [
        "| this machine | N | N | N | – | – | N |",
        "| cluster | N | N | N | – | – | N |",
    ]
