"""What keeps machines from signing strangers up: a field nobody sees, a form nobody fills in a second, counters, and a
puzzle while an attack goes on. Numbers and reasons: ``docs/signups.md``.

Counted in the cache, so a lost cache opens the gate for an hour; what then gets through is still one message an hour
for each address and list, because the sign-ups themselves remember that they were asked. While the cache is away, every
form has to solve the puzzle.
"""

from newsletters.floodgate.admission import (
    PATIENCE,
    QUICKEST,
    Attempt,
    OnceMore,
    admit,
    refuse_foreign,
)
from newsletters.floodgate.stamps import stamp

__all__ = ["PATIENCE", "QUICKEST", "Attempt", "OnceMore", "admit", "refuse_foreign", "stamp"]
