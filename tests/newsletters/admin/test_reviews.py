"""Editors look at a review as a member would get it, and see what members want."""

from __future__ import annotations

import pytest
from django.core.cache import cache

from newsletters.models import Delivery, Variant
from tests.newsletters.admin.forms import words
from tests.newsletters.builders import edition, newsletter
from tests.newsletters.digests.press import industries, member, of, review, review_list

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_was_counted():
    cache.delete("newsletters:demand")


def page(client, made, query: str = "") -> str:
    return words(client.get(f"/admin/newsletters/edition/{made.pk}/review/{query}"))


def test_editor_previews_as_a_member_whose_history_is_only_felt(client, works_as, django_assert_max_num_queries):
    banking, energy, oil = industries()
    letter = review_list(most_items=2)
    read = of(energy, "What they have read")
    made = review(letter, of(banking, "Of banks"), read, of(energy, "Of energy"), of(oil, "Of oil"))
    reader = member(letter, energy, oil, banking, read=(read,))
    works_as("Editor")
    assert "Preview as a member" in words(client.get(f"/admin/newsletters/edition/{made.pk}/change/"))
    with django_assert_max_num_queries(45):
        seen = page(client, made, f"?address={reader.email}")
    assert "Of energy" in seen
    assert "Of oil" in seen
    assert "What they have read" not in seen
    assert "Green Energy is number 1 in your order." in seen
    assert "Of banks" in page(client, made)
    assert "Banking is number 1 in your order." in page(client, made, "?1=industry-0")
    assert "Nobody has this address." in page(client, made, "?address=nobody@example.org")
    html = client.get(f"/admin/newsletters/edition/{made.pk}/review_letter/?address={reader.email}").content.decode()
    assert "Of energy" in html
    assert "[[" not in html
    assert not Variant.objects.exists()
    assert not Delivery.objects.exists()


def test_demand_is_the_share_of_members_who_rank_it_first(client, works_as):
    banking, energy, oil = industries()
    letter = review_list()
    for order in ((banking, oil, energy), (banking, energy, oil), (energy, banking, oil), (oil, energy, banking)):
        reader = member(letter, *order)
    reader.user.entitlements.all().update(ends_at=reader.created_at)
    works_as("Editor")
    seen = page(client, review(letter, of(banking)))
    assert "counted once an hour: 3" in seen
    assert '<th scope="row">Banking</th> <td>67 %</td> <td>100 %</td>' in seen
    assert '<th scope="row">Oil &amp; Gas</th> <td>0 %</td> <td>100 %</td>' in seen


def test_who_may_not_see_orders_and_what_is_no_review(client, works_as):
    letter = review_list()
    made, briefing = review(letter), edition(newsletter())
    works_as("Support")
    assert client.get(f"/admin/newsletters/edition/{made.pk}/review/").status_code == 403
    works_as("Editor")
    assert client.get(f"/admin/newsletters/edition/{briefing.pk}/review/").status_code == 404
