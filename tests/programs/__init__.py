"""Programs beside the tests: what a build costs, what it survives, which wrong numbers pass.

python -m tests.programs.bench    measure the builder against what else there is
python -m tests.programs.crash    kill builds by the hundred and look at what is left
python -m tests.programs.prove    alter one thing at a time and see who notices
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]
