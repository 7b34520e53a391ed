"""People's mistakes: every error that gets a message and an exit code instead of a traceback."""

from __future__ import annotations

import copyreg
import traceback
from typing import Any


class UserError(Exception):
    """Something a person can put right; `str()` says where, what was found, what to do.

    `exit_code` is what a command ends with: 2 for wrong usage, 3 for data that failed a check.
    """

    exit_code = 2

    def __reduce__(self) -> tuple[Any, ...]:
        """Sent between processes it keeps its message, whatever it was made of."""
        return copyreg.__newobj__, (type(self), *self.args), self.__dict__  # type: ignore[attr-defined]

    def _render_traceback_(self) -> list[str]:
        """What JupyterLab shows: the line of the cell that asked, and the message."""
        cells = [
            each for each in traceback.extract_tb(self.__traceback__) if "ipy" in each.filename
        ]
        asked = [f"line {each.lineno}: {each.line}" for each in cells[-1:]]
        return [*asked, f"{type(self).__name__}: {self}"]
