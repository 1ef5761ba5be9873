"""The reading log: that stories were opened, for a month.

Pages come from shared caches, so what is noted is the one private request each of them makes (:mod:`.noting`). It costs
no query: a note waits in the cache server (:mod:`.waiting`) until a task writes it (:mod:`.keeping`). The log is for
trying other terms of reading (:mod:`articles.simulating`) and nothing else; the desk has no page that shows who read
what. Why it is kept so: ``docs/decisions/0012-the-reading-log.md``.
"""

from articles.reading_log.keeping import KEPT_FOR, MOST_AT_ONCE, drain, forget, forget_old, kept_since
from articles.reading_log.noting import note

__all__ = ["KEPT_FOR", "MOST_AT_ONCE", "drain", "forget", "forget_old", "kept_since", "note"]
