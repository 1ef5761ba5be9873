"""Each key at Stripe has the rights that the calls need: the table of ``docs/stripe.md`` is compared with the code."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from tests.contracts.source import ROOT, modules

CALLS = "memberships.stripe.calls."
CLIENT = "sdk().v1."
READS = {"list", "retrieve"}
# Read along with another object, where it is asked for in full.
EXPANDED = {
    "coupon": "coupons",
    "default_payment_method": "payment_methods",
    "latest_invoice": "invoices",
    "schedule": "subscription_schedules",
}
# What `stripe_sync_catalogue` calls: these modules, but for what a member's subscription is given.
OF_THE_COMMAND, BUT_FOR = {"setup", "pricing", "discounting"}, {"subscriptions"}
# The command has made every price before anybody buys, so that the till only looks one up.
MADE_BEFORE = "pricing"
ROW = re.compile(r"^\| [^|]+ \| `([\w.]+)` \| (write|read|–) \| (write|read|–) \|$", re.M)


def needed() -> dict[str, dict[str, str]]:
    """By module of the calls, each resource and whether it is read or written."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for module in modules():
        if module.name.startswith(CALLS):
            of_module = found[module.name.removeprefix(CALLS)]
            for resource, verb in asked_by(module.tree):
                of_module[resource] = max(of_module.get(resource, ""), "read" if verb in READS else "write")
    return found


def asked_by(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """Every resource that is asked for, with its verb; whatever is asked for in full beside it is retrieved."""
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef):
            yield from _chains(function)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            last = node.value.rpartition(".")[2]
            if last in EXPANDED:
                yield EXPANDED[last], "retrieve"


def _chains(function: ast.FunctionDef) -> Iterator[tuple[str, str]]:
    """What follows ``sdk().v1`` in one function, also where its beginning is kept under a name."""
    attributes = [node for node in ast.walk(function) if isinstance(node, ast.Attribute)]
    begun = {id(node.value) for node in attributes}
    kept = {ast.unparse(node.targets[0]): node.value for node in ast.walk(function) if isinstance(node, ast.Assign)}
    gone_on_with = {node.value.id for node in attributes if isinstance(node.value, ast.Name)}
    begun |= {id(value) for name, value in kept.items() if name in gone_on_with}
    for node in attributes:
        written = ast.unparse(node)
        name, _dot, rest = written.partition(".")
        if isinstance(kept.get(name), ast.Attribute):
            written = f"{ast.unparse(kept[name])}.{rest}"
        asked = written.removeprefix(CLIENT)
        # What follows the brackets is read of the answer.
        if asked != written and "(" not in asked and id(node) not in begun:
            resource, _dot, verb = asked.rpartition(".")
            yield resource, verb


def together(wanted: Iterable[dict[str, str]]) -> dict[str, str]:
    """The strongest right that any of them needs, by resource."""
    rights: dict[str, str] = {}
    for each in wanted:
        for resource, right in each.items():
            rights[resource] = max(rights.get(resource, ""), right)
    return rights


def test_the_table_names_the_rights_that_the_calls_need():
    calls = needed()
    at_work = {name: of for name, of in calls.items() if name not in {"setup", MADE_BEFORE}}
    at_work[MADE_BEFORE] = dict.fromkeys(calls[MADE_BEFORE], "read")
    setting_up = together(calls[name] for name in OF_THE_COMMAND)
    rows = ROW.findall((ROOT / "docs/stripe.md").read_text(encoding="utf-8"))

    assert {name: right for name, right, _set_up in rows if right != "–"} == together(at_work.values())
    assert {name: right for name, _at_work, right in rows if right != "–"} == {
        name: right for name, right in setting_up.items() if name not in BUT_FOR
    }


def test_the_search_sees_what_is_asked_in_every_way():
    source = """
def asked():
    sdk().v1.customers.delete(customer_id)
    listed = sdk().v1.refunds.list
    all_pages(listed, {})
    sessions = sdk().v1.billing_portal.sessions
    sessions.create({}).url
    unless_missing(lambda: sdk().v1.radar.early_fraud_warnings.retrieve(one).to_dict())
    sdk().v1.invoices.list({"expand": ["data.discounts.source.coupon"]}).data
"""
    assert set(asked_by(ast.parse(source))) == {
        ("customers", "delete"),
        ("refunds", "list"),
        ("billing_portal.sessions", "create"),
        ("radar.early_fraud_warnings", "retrieve"),
        ("invoices", "list"),
        ("coupons", "retrieve"),
    }
