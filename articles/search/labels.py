"""Labels: what a text is filed under, as lexemes of its search vector beside its words.

A search narrowed by section, month or author is then one question to one index, whose cost is that of the rarest part.
Asked of columns instead, a common word would fetch every row that holds it, only for most to be dropped.

Each begins with an equals sign, which the parser of texts takes for a blank: no word is ever mistaken for a label.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from articles.models import Article
from articles.models.taxonomy import Access
from articles.snippets import words_of

PRO = "=p"


def labels_of(article: Article, authors: Iterable[int]) -> list[str]:
    """Everything a published text can be narrowed by; ``authors`` are primary keys."""
    labels = [language(article.language), *(author(number) for number in authors)]
    labels += [headline_word(word) for word in words_of(article.headline)]
    if article.section_id:
        labels.append(section(article.section_id))
    if article.country_id:
        labels.append(country(article.country_id))
    if article.format_id:
        labels.append(format_(article.format_id))
    if article.access == Access.PRODUCT:
        labels.append(PRO)
    if article.first_published_at:
        labels += [month(month_number(article.first_published_at)), year(month_number(article.first_published_at))]
    return sorted(set(labels))


def language(code: str) -> str:
    return f"=l{code}"


def section(number: int) -> str:
    return f"=s{number}"


def country(number: int) -> str:
    return f"=c{number}"


def format_(number: int) -> str:
    return f"=f{number}"


def author(number: int) -> str:
    return f"=a{number}"


def headline_word(word: str) -> str:
    """A folded word of the headline as it is written, for what is typed so far: stems have other beginnings."""
    return f"=h{word}"


def month(number: int) -> str:
    return f"=m{number}"


def year(number: int) -> str:
    """The year of the month with this number."""
    return f"=y{number // 12}"


def month_number(moment: datetime) -> int:
    """Months since the year nought, in UTC: counting back is subtracting."""
    there = moment.astimezone(UTC)
    return there.year * 12 + there.month - 1
