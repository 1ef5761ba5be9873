"""The meter: how many metered items somebody may read in a calendar month, one allowance across the site.

Reading an item again is free. Whoever has an account is counted in PostgreSQL (:mod:`.accounts`), everybody else in a
signed cookie that is checked against counters which know nobody (:mod:`.tickets`, :mod:`.counters`). A page asks
:func:`memberships.admission.admit`.
"""

from memberships.metering.terms import month_of, renews_on, terms

__all__ = ["month_of", "renews_on", "terms"]
