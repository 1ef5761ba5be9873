"""The first reading rule that fits decides, and none takes anything away. The table is that of docs/access.md."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import RequestFactory
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from memberships.access import Item, Reader, decide
from memberships.admission import admit
from memberships.arrivals import Arrival
from memberships.models import Plan, Product, ReadingRule
from memberships.reading_rules import Terms, is_any_in_force, resolve, terms_for
from memberships.remembered import forget_all
from tests.factories.memberships import plan
from tests.memberships import truth_tables
from tests.memberships.test_access import KEY, NOW, READERS

RULES = {
    "search opens": ReadingRule(referrers="google.com", counts_as="free"),
    "search meters": ReadingRule(referrers="google.com", allowance=3),
    "spring asks who": ReadingRule(campaigns="Spring", counts_as="registered"),
    "Germany meters": ReadingRule(countries="DE", counts_as="metered"),
    "Politics opens": ReadingRule(sections="politics", counts_as="free"),
    "search in Germany": ReadingRule(referrers="google.com", countries="DE", counts_as="free"),
}
ROWS = truth_tables.rows("rule")
FACTS = {"from": "referrer", "by": "campaign", "in": "country"}


def arrival_in_words(words: str) -> Arrival:
    """“from google.com in DE” as a fact; “straight” is none."""
    said = words.split()
    return Arrival(**{FACTS[word]: value for word, value in pairwise(said) if word in FACTS})


def terms_on_which(reader: Reader, item: Item, ruled: Terms) -> Terms:
    """As an article's page has it: a rule is asked about what is closed."""
    return Terms(item) if decide(replace(reader, meter=None), item, NOW).is_granted else ruled


@pytest.mark.parametrize("row", ROWS, ids=truth_tables.name)
def test_a_rule_does_what_the_table_says(row):
    item, reader = Item(row["level"], row["product"] or None, KEY, "politics"), READERS[row["reader"]]
    ruled = resolve(arrival_in_words(row["arrival"]), item, [RULES[row["rule"]]])
    judged = terms_on_which(reader, item, ruled).item
    verdict = decide(reader, judged, NOW)
    assert (judged.access, verdict.is_granted, str(verdict.reason)) == (
        row["counts as"],
        row["may read"] == "yes",
        row["reason"],
    )


def test_the_table_names_every_rule():
    assert {row["rule"] for row in ROWS} == set(RULES)


def test_allowances_and_plan_come_with_the_rule():
    offered = Plan(product=Product(slug="pro"), audience="person", is_offered=True)
    rule = ReadingRule(referrers="google.com", allowance=0, registered_allowance=5, plan=offered)
    item = Item("metered", "pro", KEY)
    assert resolve(Arrival("google.com"), item, [rule]) == Terms(item, 0, 5, offered, is_ruled=True, is_passing=True)
    assert resolve(Arrival(), item, [rule]) == Terms(item)


@pytest.mark.parametrize(
    ("level", "product", "fields", "is_offered"),
    [
        ("product", "pro", {}, True),
        ("product", "archive", {}, False),
        ("metered", None, {}, True),
        ("registered", None, {}, False),
        ("product", "pro", {"is_offered": False}, False),
        ("product", "pro", {"audience": "team"}, False),
    ],
)
def test_plan_is_offered_only_where_it_is_sold_and_opens_the_text(level, product, fields, is_offered):
    sold = Plan(**{"product": Product(slug="pro"), "audience": "person", "is_offered": True, **fields})
    rule = ReadingRule(countries="DE", plan=sold)
    found = resolve(Arrival(country="DE"), Item(level, product, KEY), [rule])
    assert (found.plan is sold) is is_offered


def test_readings_are_promised_only_where_they_hold_after_signing_in():
    passing = ReadingRule(referrers="google.com", registered_allowance=5)
    lasting = ReadingRule(countries="DE", registered_allowance=5)
    arrival, item = Arrival("google.com", "", "DE"), Item("metered", key=KEY)
    assert [resolve(arrival, item, [rule]).promised for rule in (passing, lasting)] == [None, 5]


some = st.sampled_from
conditions = {
    "referrers": some(["", "google.com", "t.co\ngoogle.com"]),
    "campaigns": some(["", "Spring", "autumn\nspring"]),
    "countries": some(["", "DE", "LB\nTR"]),
    "sections": some(["", "politics", "culture\npolitics"]),
}
outcomes = {"counts_as": some(["", "free", "registered", "metered"]), "allowance": some([None, 0, 3])}
rules = st.lists(st.builds(ReadingRule, **conditions, **outcomes), max_size=5)
arrivals = st.builds(Arrival, some(["", "google.com", "t.co"]), some(["", "spring", "autumn"]), some(["", "DE", "TR"]))
items = st.builds(
    Item,
    some(["free", "registered", "metered", "product", "x"]),
    some([None, "pro"]),
    st.just(KEY),
    some(["", "politics"]),
)


@given(arrivals, items, rules)
def test_the_first_that_fits_decides_and_the_others_say_nothing(arrival, item, rules):
    alone = [resolve(arrival, item, [rule]) for rule in rules]
    fitting = [terms for terms in alone if terms.is_ruled]
    assert resolve(arrival, item, rules) == (fitting[0] if fitting else Terms(item))


@given(arrivals, items, rules)
def test_what_is_free_or_unknown_is_left_as_it_is(arrival, item, rules):
    ruled = resolve(arrival, item, rules)
    if item.access in {"free", "x"}:
        assert ruled == Terms(item)
    assert (ruled.item.key, ruled.item.product, ruled.item.section) == (item.key, item.product, item.section)


@pytest.mark.django_db
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(arrivals, items, rules, some([reader for reader in READERS.values() if reader.meter is None]))
def test_no_rule_closes_what_is_open_without_it(arrival, item, rules, reader):
    """By the very door a page goes through, with the rules as rows."""
    if not decide(reader, item, NOW).is_granted:
        return
    with transaction.atomic():
        keep(*rules)
        headers = {"referer": f"https://{arrival.referrer}/"} if arrival.referrer else {}
        request = RequestFactory().get("/", {"utm_campaign": arrival.campaign}, headers=headers)
        request.user = AnonymousUser()
        admission = admit(request, reader, item, NOW)
        assert decide(admission.reader, admission.item, NOW).is_granted
        assert not admission.terms.is_ruled
        transaction.set_rollback(True)


def keep(*rules: ReadingRule) -> None:
    """The rules that may be kept, as rows in this order."""
    for position, rule in enumerate(rules):
        fields = {name: getattr(rule, name) for name in (*conditions, *outcomes)}
        has_condition = any(fields[name] for name in conditions)
        if has_condition and (fields["counts_as"] or fields["allowance"] is not None):
            ReadingRule.objects.create(name=f"Rule {position}", position=position, **fields)
    forget_all()


@pytest.mark.django_db
def test_rules_are_asked_in_the_order_the_desk_gave_them():
    item, arrival = Item("metered", key=KEY), Arrival("google.com")
    ReadingRule.objects.create(name="Second", position=2, referrers="google.com", allowance=2)
    ReadingRule.objects.create(name="First", position=1, referrers="google.com", allowance=1)
    ReadingRule.objects.create(name="Off", position=0, referrers="google.com", allowance=9, is_in_force=False)
    assert terms_for(arrival, item, NOW).allowance == 1


@pytest.mark.django_db
def test_rule_begins_and_ends_at_its_moments_without_anybody_asking_again(django_assert_num_queries):
    hour, tick = timedelta(seconds=10), timedelta(microseconds=1)
    ReadingRule.objects.create(name="x", countries="DE", counts_as="free", starts_at=NOW, ends_at=NOW + hour)
    moments = [NOW - tick, NOW, NOW + hour - tick, NOW + hour]
    with django_assert_num_queries(1):
        found = [terms_for(Arrival(country="DE"), Item("product", "pro", KEY), at).is_ruled for at in moments]
        said = [is_any_in_force(at) for at in moments]
    assert found == said == [False, True, True, False]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fields", "changes"),
    [
        ({"countries": "DE", "allowance": 3}, {"metered"}),
        ({"countries": "DE", "counts_as": "metered"}, {"registered", "metered", "product"}),
        ({"countries": "DE", "counts_as": "free", "sections": "culture"}, set()),
        ({"sections": "politics", "counts_as": "free"}, {"registered", "metered", "product"}),
    ],
)
def test_which_pages_a_rule_may_change_is_known_beforehand(fields, changes):
    assert not is_any_in_force(NOW)
    ReadingRule.objects.create(name="x", **fields)
    forget_all()
    levels = ["free", "registered", "metered", "product", "mistyped"]
    assert is_any_in_force(NOW)
    assert {level for level in levels if is_any_in_force(NOW, Item(level, "pro", KEY, "politics"))} == changes


@pytest.mark.django_db
@pytest.mark.parametrize(
    "fields",
    [
        {"allowance": 3},
        {"countries": "DE"},
        {"countries": "DE", "allowance": 61},
        {"countries": "DE", "registered_allowance": 61},
        {"countries": "DE", "counts_as": "product"},
        {"countries": "DE", "allowance": 3, "starts_at": NOW, "ends_at": NOW},
    ],
    ids=["no condition", "no outcome", "large", "large with an account", "unknown level", "empty period"],
)
def test_database_refuses_a_rule_that_means_nothing(fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        ReadingRule.objects.create(name="x", **fields)


def test_lines_are_kept_in_the_form_they_are_compared_in():
    rule = ReadingRule(
        name="x",
        referrers=" Google.com \r\n\r\nt.co\nGOOGLE.com\nمثال.إختبار\nStraße.de\nab--cd.com",
        countries="de\nLB",
        campaigns=" Spring  \n",
        allowance=1,
    )
    rule.clean_fields()
    assert rule.referrers == "google.com\nt.co\nxn--mgbh0fb.xn--kgbechtv\nxn--strae-oqa.de\nab--cd.com"
    assert (rule.countries, rule.campaigns) == ("DE\nLB", "Spring")


@pytest.mark.parametrize(
    ("field", "text"),
    [
        *(
            ("referrers", text)
            for text in ("https://google.com", "google", "google.com/search", "a..b", "-a.com", "*.com")
        ),
        *(("referrers", text) for text in ("x" * 64 + ".com", "a." * 130 + "com", "google.com, t.co")),
        *(("countries", text) for text in ("Germany", "XX", "D", "DE FR", "EU")),
    ],
)
def test_line_that_is_none_is_refused(field, text):
    with pytest.raises(ValidationError) as refusal:
        ReadingRule(name="x", **{field: text}).clean_fields()
    assert set(refusal.value.message_dict) == {field}


@pytest.mark.django_db
def test_plan_of_a_rule_is_not_deleted():
    rule = ReadingRule.objects.create(name="x", countries="DE", plan=plan())
    with pytest.raises(IntegrityError), transaction.atomic():
        rule.plan.delete()
