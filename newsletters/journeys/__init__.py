"""Letters that follow from something that happened to somebody: ``starting``, ``stepping``, ``stopping``.

Each tick asks the rows what is due. What speaks against a letter is looked at as it is written and once more as it is
handed over (``looking``); what stands in it is found by rules in the moment in which it is written (``contents``).
"""
