"""The single doors that imports cannot show: who reads the paid column, writes the right to read, asks for the time."""

from __future__ import annotations

import ast

import pytest

from tests.contracts.source import Module, modules

# articles.publishing splits and writes the column, articles.querysets leaves it out of lists, the model declares it.
PAID_COLUMN_DOORS = {
    "articles.reading",
    "articles.publishing",
    "articles.querysets",
    "articles.models.articles",
}
ENTITLEMENT_DOORS = {"memberships.entitlements"}
# The stand-ins live outside the product's time: they sign and expire by the machine's clock, moved by the same file.
CLOCK_DOORS = {"memberships.clock", "newsroom.embedded"}
WRITES = {"create", "get_or_create", "update_or_create", "bulk_create", "bulk_update", "update", "delete", "save"}


def within(module: Module, doors: set[str]) -> bool:
    return any(module.name == door or module.name.startswith(f"{door}.") for door in doors)


def names_paid_column(tree: ast.AST) -> bool:
    return any(
        (isinstance(node, ast.Attribute) and node.attr == "paid_html")
        or (isinstance(node, ast.Constant) and node.value == "paid_html")
        or (isinstance(node, ast.keyword) and node.arg == "paid_html")
        for node in ast.walk(tree)
    )


def writes_entitlements(tree: ast.AST) -> bool:
    """A call of a writing method on a chain that starts at ``Entitlement``, or the making of one."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        called = ast.unparse(node.func)
        if called == "Entitlement" or (
            isinstance(node.func, ast.Attribute)
            and node.func.attr in WRITES
            and (called.startswith("Entitlement.objects") or ".entitlements." in called)
        ):
            return True
    return False


def asks_for_the_time(tree: ast.AST) -> bool:
    asking = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "timezone.now", "time.time"}
    return any(
        isinstance(node, ast.Call)
        and any(ast.unparse(node.func) == name or ast.unparse(node.func).endswith(f".{name}") for name in asking)
        for node in ast.walk(tree)
    )


@pytest.mark.parametrize(
    ("looks", "source"),
    [
        (names_paid_column, "x = article.paid_html"),
        (names_paid_column, "Article.objects.values_list('paid_html')"),
        (names_paid_column, "Article(paid_html='')"),
        (writes_entitlements, "Entitlement(user=u).save()"),
        (writes_entitlements, "Entitlement.objects.filter(user=u).update(ends_at=None)"),
        (writes_entitlements, "user.entitlements.create(product=p)"),
        (asks_for_the_time, "at = datetime.now(UTC)"),
        (asks_for_the_time, "at = timezone.now()"),
    ],
)
def test_the_search_sees_what_it_looks_for(looks, source):
    assert looks(ast.parse(source))
    assert not looks(ast.parse("article.opening_html; Entitlement.objects.filter(user=u).live(at); clock.now()"))


@pytest.mark.parametrize(
    ("looks", "doors"),
    [
        (names_paid_column, PAID_COLUMN_DOORS),
        (writes_entitlements, ENTITLEMENT_DOORS),
        (asks_for_the_time, CLOCK_DOORS),
    ],
)
def test_each_door_is_used_by_its_keepers_only(looks, doors):
    strangers = [module.name for module in modules() if looks(module.tree) and not within(module, doors)]
    assert strangers == []
