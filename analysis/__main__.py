"""``python -m analysis``."""

import sys

from analysis.builds.cli import main

if __name__ == "__main__":  # a process of multiprocessing imports this file again
    sys.exit(main())
