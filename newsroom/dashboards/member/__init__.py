"""Everything about one member on one page of the desk, for whoever answers them.

:mod:`.page` has the page and its acts, :mod:`.sections` what stands on it (each section for whoever may see its rows,
with a bounded number of rows and queries), :mod:`.ahead` the months to come in sentences, :mod:`.bars` the drawing of
what they could read when.
"""
