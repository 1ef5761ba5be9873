"""The one clock of an install: the machine's time plus an offset of whole seconds in a small file.

The product reads the same file, so the stand-in and the product move together.
"""

import os
import time
from pathlib import Path


class Clock:
    def __init__(self, path: Path) -> None:
        self.path = path

    def offset(self) -> int:
        try:
            return int(self.path.read_text(encoding="ascii").strip() or 0)
        except FileNotFoundError:
            return 0

    def now(self) -> int:
        """The current moment in Unix seconds."""
        return int(time.time()) + self.offset()

    def move_to(self, moment: int) -> None:
        """Make ``moment`` the current second. The file is replaced in one step: a reader sees the old or the new."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self.path.with_name(f"{self.path.name}.stripe")
        fresh.write_text(str(moment - int(time.time())), encoding="ascii")
        os.replace(fresh, self.path)
