"""Sections, formats, countries, series, topics, industries and authors."""

from __future__ import annotations

from typing import Any

from articles.models import Author, Country, Format, Industry, Picture, Section, Series, Topic
from articles.models.taxonomy import Access
from memberships.models import Product

_ACCESS = {
    "free": Access.FREE,
    "registered": Access.REGISTERED,
    "metered": Access.METERED,
    "pro": Access.PRODUCT,
}


def access_of(word: str, pro: Product) -> tuple[Access, Product | None]:
    """The content files' word for who may read, as the models say it."""
    access = _ACCESS[word]
    return access, pro if access == Access.PRODUCT else None


def seed_filing(data: dict[str, Any], pictures: dict[str, Picture], pro: Product) -> None:
    """Write what articles are filed under. Rows already there are left as they are."""
    for row in data["sections"]:
        Section.objects.get_or_create(slug=row["slug"], defaults=_named(row) | {"position": row["position"]})
    for position, row in enumerate(data["formats"]):
        access, product = access_of(row["access"], pro)
        names = {"name": row["label"], "name_ar": row.get("label_ar", ""), "name_tr": row.get("label_tr", "")}
        rest = {"kind": row["kind"], "access": access, "product": product, "position": position}
        Format.objects.get_or_create(slug=row["slug"], defaults=names | rest)
    for row in data["countries"]:
        Country.objects.get_or_create(slug=row["slug"], defaults=_named(row) | {"code": row["code"]})
    by_code = {country.code: country for country in Country.objects.all()}
    for row in data["series"]:
        place = {"country": by_code.get(row.get("country", "")), "picture": pictures.get(row.get("picture", ""))}
        Series.objects.get_or_create(slug=row["slug"], defaults=_named(row) | place)
    for row in data["topics"]:
        Topic.objects.get_or_create(slug=row["slug"], defaults=_named(row))
    for position, row in enumerate(data["industries"]):
        Industry.objects.get_or_create(slug=row["slug"], defaults=_named(row) | {"position": position})
    for row in data["authors"]:
        person = {"role": row["role"], "city": row["city"], "email": row["email"], "description": row["bio"]}
        portrait = {"portrait": pictures.get(row.get("portrait", ""))}
        Author.objects.get_or_create(slug=row["slug"], defaults=_named(row) | person | portrait)


def _named(row: dict[str, Any]) -> dict[str, Any]:
    names = {key: row.get(key, "") for key in ("name_ar", "name_tr", "description")}
    return {"name": row["name"], **names}
