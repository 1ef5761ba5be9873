"""How letters are counted: a picture and links of our own, events without addresses, sums that nobody can be found in.

An edition's links have numbers (:mod:`.links`), a request for one is noted outside the database (:mod:`.noting`,
:mod:`.waiting`), and a task writes what waits (:mod:`.keeping`). What it comes to is judged by rules that have a
version (:mod:`.classifying`) and kept as sums (:mod:`.sums`). Why so, and with what manners:
``docs/decisions/0026-mail-is-counted-with-manners.md``.
"""
