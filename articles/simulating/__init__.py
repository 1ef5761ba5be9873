"""Other terms of reading, tried on what was read: how many walls, and whom they would meet, before anybody switches.

:mod:`.replay` is the pure heart: readings in, verdicts of :func:`memberships.access.decide` out. :mod:`.tally` counts
them, :mod:`.facts` brings texts and people along, :mod:`.trials` keeps the rows one asks with, :mod:`.running` puts it
together.
"""

from articles.simulating.running import run_next
from articles.simulating.trials import ask

__all__ = ["ask", "run_next"]
