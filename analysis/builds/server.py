"""What the fork server of a build imports, and nothing else does: it warms up, and stays silent."""

from __future__ import annotations

import atexit
import os

from analysis.builds import run

if run.SERVER_DATA in os.environ:
    for stream in (0, 1, 2):
        os.dup2(os.open(os.devnull, os.O_RDWR), stream)
    atexit.register(os._exit, 0)  # to take the libraries down would take a second
    run.warm_up(os.environ[run.SERVER_DATA])
