"""Who may read a text: what its desk chose, else the first rule that fits, else what its format says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Case, F, IntegerField, Q, TextField, Value, When
from django.db.models.functions import Coalesce

from articles.models import AccessRule, Article, Draft, Format
from articles.models.taxonomy import Access
from articles.querysets import ArticleQuerySet
from memberships.models import Product

# The levels at which a product opens the text; the others have none.
SOLD = (Access.PRODUCT, Access.METERED)
_NO_PRODUCT = 0


@dataclass(frozen=True)
class Level:
    """An access level and the product that opens it. ``is_chosen``: by the desk, so that no rule touches it."""

    access: str
    product: Product | None
    is_chosen: bool = False


def rules_in_force() -> list[AccessRule]:
    return list(AccessRule.objects.filter(is_in_force=True).select_related("product"))


def level_of(draft: Draft, rules: Sequence[AccessRule]) -> Level:
    """The level the draft would be published at; needs its format and article loaded."""
    form = draft.format
    if draft.access or draft.product_id or form is None:
        access = draft.access or (form.access if form else Access.FREE)
        product = draft.product or (form.product if form else None)
        return Level(access, product if access in SOLD else None, is_chosen=True)
    return configured(form, draft.section_id, draft.country_id, draft.article.language, rules)


def level_now(live: Article, rules: Sequence[AccessRule]) -> Level:
    """The level a published text stands at under the rules; needs its format, the format's product and its product."""
    if live.is_level_chosen or live.format is None:
        return Level(live.access, live.product, is_chosen=True)
    return configured(live.format, live.section_id, live.country_id, live.language, rules)


def configured(
    form: Format, section: int | None, country: int | None, language: str, rules: Sequence[AccessRule]
) -> Level:
    """The level of a text whose desk chose none. Section and country are primary keys."""
    for rule in rules:
        named = (
            (rule.format_id, form.pk),
            (rule.section_id, section),
            (rule.country_id, country),
            (rule.language, language),
        )
        if _may_touch(rule, form) and all(wanted == has for wanted, has in named if wanted):
            return Level(rule.access, rule.product if rule.access in SOLD else None)
    return Level(form.access, form.product if form.access in SOLD else None)


def misplaced(articles: ArticleQuerySet, rules: Sequence[AccessRule]) -> ArticleQuerySet:
    """Those of ``articles`` that stand at another level than :func:`configured` says, asked of all of them at once."""
    access = Case(
        *(When(_fits(rule), then=Value(rule.access)) for rule in rules),
        default=F("format__access"),
        output_field=TextField(),
    )
    of_format = Case(When(format__access__in=SOLD, then=F("format__product")), output_field=IntegerField())
    product = Case(
        *(When(_fits(rule), then=Value(rule.product_id if rule.access in SOLD else None)) for rule in rules),
        default=of_format,
        output_field=IntegerField(),
    )
    wanted = articles.filter(is_level_chosen=False, format__isnull=False).alias(
        wanted_access=access,
        wanted_product=Coalesce(product, _NO_PRODUCT),
        has_product=Coalesce(F("product"), _NO_PRODUCT),
    )
    return wanted.exclude(access=F("wanted_access"), has_product=F("wanted_product"))


def _may_touch(rule: AccessRule, form: Format) -> bool:
    return rule.format_id is not None or form.access != Access.PRODUCT


def _fits(rule: AccessRule) -> Q:
    named = {
        "format": rule.format_id,
        "section": rule.section_id,
        "country": rule.country_id,
        "language": rule.language,
    }
    fits = Q(**{column: value for column, value in named.items() if value})
    return fits if rule.format_id else fits & ~Q(format__access=Access.PRODUCT)
