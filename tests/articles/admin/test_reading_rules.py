"""Reading rules at the desk: written by editors, in words on the list, refused with a sentence."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from memberships import clock
from memberships.models import AuditEntry, Plan, ReadingRule
from tests.factories.articles import section
from tests.factories.memberships import plan, pro

pytestmark = pytest.mark.django_db
LIST = "/admin/memberships/readingrule/"
ADD = f"{LIST}add/"


def form(**changes: object) -> dict[str, object]:
    """The page of a new rule as a browser sends it back; a rule that lacks nothing."""
    empty = ("starts_at_0", "starts_at_1", "ends_at_0", "ends_at_1", "referrers", "campaigns", "countries")
    fields = dict.fromkeys((*empty, "counts_as", "allowance", "registered_allowance", "plan"), "")
    return {
        **fields,
        "name": "Search",
        "position": "3",
        "is_in_force": "on",
        "referrers": "google.com",
        "allowance": "3",
    } | changes


def refused(client: Client, **changes: object) -> str:
    response = client.post(ADD, form(**changes))
    assert response.status_code == 200
    assert not ReadingRule.objects.exists()
    return response.content.decode().replace("&quot;", '"').replace("&#x27;", "'")


def test_editor_writes_a_rule_and_the_list_says_it_in_words(editor):
    section("Culture")
    sent = form(
        referrers="Google.com\r\nt.co",
        campaigns="Spring",
        countries="de\r\nlb",
        sections=["culture"],
        counts_as="metered",
        registered_allowance="9",
        plan=str(plan().pk),
    )
    assert editor.post(ADD, sent).status_code == 302
    made = ReadingRule.objects.get()
    assert (made.referrers, made.countries, made.sections) == ("google.com\nt.co", "DE\nLB", "culture")
    said = editor.get(LIST).content.decode()
    assert "From google.com or t.co · by campaign Spring · in Germany or Lebanon · Culture" in said
    assert "Read by: everybody, so many a month · 3 readings a month · 9 with an account · offers PRO, yearly" in said
    assert AuditEntry.objects.filter(verb="readingrule added").exists()


def test_period_stands_on_the_list(editor):
    at = clock.now()
    ReadingRule.objects.create(name="x", countries="XK", allowance=1, starts_at=at, ends_at=at + timedelta(days=1))
    said = editor.get(LIST).content.decode()
    assert " on · until " in said
    assert "1 reading a month" in said


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"referrers": ""}, "Say for whom it is"),
        ({"allowance": ""}, "Say what it changes"),
        ({"referrers": "https://google.com/"}, "“https://google.com/” is not a domain. Write it as google.com."),
        ({"countries": "Germany"}, "“Germany” is no country. Write its ISO 3166 code of two letters, such as DE."),
        ({"allowance": "61"}, "less than or equal to 60"),
        ({"allowance": "-1"}, "greater than or equal to 0"),
        ({"counts_as": "product"}, "Select a valid choice"),
        ({"sections": ["nowhere"]}, "Select a valid choice"),
        ({"referrers": "google.com\x00"}, "Null characters are not allowed"),
        (
            {"starts_at_0": "2026-12-01", "starts_at_1": "10:00", "ends_at_0": "2026-12-01", "ends_at_1": "10:00"},
            "It would be over before it begins.",
        ),
    ],
)
def test_rule_that_means_nothing_is_refused_with_a_sentence(editor, changes, sentence):
    assert sentence in refused(editor, **changes)


def test_only_plans_that_are_sold_to_a_person_may_be_offered(editor):
    fields = {"product": pro(), "amount": 900}
    team = Plan.objects.create(name="PRO for teams", lookup_key="pro_team", audience="team", **fields)
    old = Plan.objects.create(name="PRO of old", lookup_key="pro_old", is_offered=False, **fields)
    for withheld in (team, old):
        assert "not sold to one person at present" in refused(editor, plan=str(withheld.pk))


def test_rule_whose_plan_went_off_sale_says_so_until_another_is_chosen(editor):
    offered = plan()
    made = ReadingRule.objects.create(name="x", referrers="google.com", plan=offered)
    offered.is_offered = False
    offered.save()
    assert "Would offer PRO, yearly, which is not on sale" in editor.get(LIST).content.decode()
    kept = form(allowance="", plan=str(offered.pk))
    answer = editor.post(f"{LIST}{made.pk}/change/", kept).content.decode()
    assert "“PRO, yearly” is not on sale any more" in answer
    assert editor.post(f"{LIST}{made.pk}/change/", kept | {"plan": "", "allowance": "2"}).status_code == 302
    made.refresh_from_db()
    assert (made.plan, made.allowance) == (None, 2)


def test_section_that_has_gone_stays_named_until_somebody_takes_it_out(editor):
    made = ReadingRule.objects.create(name="x", sections="gone-section", allowance=1)
    page = editor.get(f"{LIST}{made.pk}/change/").content.decode()
    assert "gone-section (gone)" in page
    assert editor.post(f"{LIST}{made.pk}/change/", form(referrers="", sections=["gone-section"])).status_code == 302
    made.refresh_from_db()
    assert made.sections == "gone-section"


def test_order_and_force_are_changed_on_the_list(editor):
    made = ReadingRule.objects.create(name="x", referrers="google.com", allowance=1)
    sent = {"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "1", "form-0-id": str(made.pk), "form-0-position": "7"}
    assert editor.post(LIST, {**sent, "_save": "Save"}).status_code == 302
    made.refresh_from_db()
    assert (made.position, made.is_in_force) == (7, False)


def test_desk_says_where_countries_are_not_told(editor, settings):
    sentence = "nobody tells this site where its readers are"
    assert sentence in editor.get(ADD).content.decode()
    settings.COUNTRY_HEADER, settings.TRUSTED_PROXY_COUNT = "CF-IPCountry", 1
    assert sentence not in editor.get(ADD).content.decode()


@pytest.mark.parametrize("count", [1, 4])
def test_list_asks_the_same_few_questions(editor, count, django_assert_num_queries):
    for number in range(count):
        ReadingRule.objects.create(name=f"{number}", sections=section().slug, plan=plan())
    editor.get(LIST)
    with django_assert_num_queries(7):
        editor.get(LIST)


def test_support_may_look_and_not_touch(support):
    made = ReadingRule.objects.create(name="For search", referrers="google.com", allowance=3)
    assert "From google.com" in support.get(LIST).content.decode()
    page = support.get(f"{LIST}{made.pk}/change/")
    assert "google.com" in page.content.decode()
    assert support.post(f"{LIST}{made.pk}/change/", form()).status_code == 403
    assert support.get(ADD).status_code == 403


def test_journalists_and_readers_do_not_see_them(journalist, reader):
    assert journalist.get(LIST).status_code == 403
    assert reader.get(LIST).status_code == 302
