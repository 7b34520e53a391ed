"""People's mistakes: every error that gets a message and an exit code instead of a traceback."""

from __future__ import annotations


class UserError(Exception):
    """Something a person can put right; `str()` says where, what was found, what to do.

    `exit_code` is what a command ends with: 2 for wrong usage, 3 for data that failed a check.
    """

    exit_code = 2
