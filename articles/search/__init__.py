"""The search index of free text, and asking it.

A closed text is indexed as far as everybody may read it: searching for a paid sentence finds nothing, and no word is
suggested that stands in paid text alone. Text and query are both folded (``articles_fold``), so accents and letter
variants do not matter.
"""

from articles.search.finding import Found, Wanted, find
from articles.search.indexing import index, index_missing
from articles.search.spelling import corrected
from articles.search.suggesting import Suggestion, authors_named, suggestions

__all__ = [
    "Found",
    "Suggestion",
    "Wanted",
    "authors_named",
    "corrected",
    "find",
    "index",
    "index_missing",
    "suggestions",
]
