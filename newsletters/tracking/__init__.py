"""How letters are counted: a picture and links of our own, events without addresses, sums that nobody can be found in.

An edition's links have numbers (:mod:`.links`), a request for one is noted outside the database (:mod:`.noting`,
:mod:`.waiting`), and a task writes what waits (:mod:`.keeping`). Its manners stand in
``docs/decisions/0026-mail-is-counted-with-manners.md``.
"""
