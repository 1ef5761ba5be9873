"""The page of the sending domain, as an operator sees it."""

import pytest
from celery.signals import before_task_publish
from django.contrib.auth.models import Group

from newsletters.models import SendingDomain
from tests.newsletters.builders import AT, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def works_as(client):
    def sign_in(role: str) -> None:
        user = person(is_staff=True)
        user.groups.add(Group.objects.get(name=role))
        client.force_login(user)

    return sign_in


def test_operator_reads_what_to_publish_and_has_it_checked_now(client, works_as):
    values = {"domain": "quay.press", "record": "v=spf1 include:<b> -all"}
    row = SendingDomain.objects.create(
        domain="quay.press", checked_at=AT, findings=[{"code": "spf_missing", "values": values}]
    )
    works_as("Operator")
    assert "quay.press" in client.get("/admin/newsletters/sendingdomain/").content.decode()
    shown = client.get(f"/admin/newsletters/sendingdomain/{row.pk}/change/").content.decode()
    assert "v=spf1 include:&lt;b&gt; -all" in shown

    published = []
    listen = lambda sender, **told: published.append(sender)  # noqa: E731 - kept by reference while it listens.
    before_task_publish.connect(listen)
    try:
        assert "reserved for examples" in client.get("/admin/newsletters/sendingdomain/check/").content.decode()
        assert published == []
        answer = client.post("/admin/newsletters/sendingdomain/check/", follow=True)
    finally:
        before_task_publish.disconnect(listen)
    assert "It is being checked" in answer.content.decode()
    assert published == ["newsletters.tasks.check_sending_domain"]


def test_page_is_for_operators_alone(client, works_as):
    works_as("Editor")
    for page in ("", "check/"):
        assert client.get(f"/admin/newsletters/sendingdomain/{page}").status_code == 403
