"""The plan by which a new domain begins to send, as operators write it."""

import pytest

from newsletters.models import WarmUp
from newsletters.preflight.domains import ours

pytestmark = pytest.mark.django_db
PAGE = "/admin/newsletters/warmup/add/"


def test_operators_begin_from_a_plan_that_doubles_and_nobody_else_does(client, works_as):
    works_as("Operator")
    assert "500,1000,2000" in client.get(PAGE).content.decode()
    shares = {"shares-TOTAL_FORMS": 0, "shares-INITIAL_FORMS": 0}
    posting = {"domain": ours(), "plan": "100,200", "most_refused": 3, **shares}
    assert client.post(PAGE, posting | {"plan": "100,many"}).status_code == 200
    assert not WarmUp.objects.exists()
    assert client.post(PAGE, posting).status_code == 302
    assert WarmUp.objects.get().plan == [100, 200]
    works_as("Editor")
    assert client.get(PAGE).status_code == 403
