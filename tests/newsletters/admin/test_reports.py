"""What was reported of our mail, as operators see it."""

import pytest

from newsletters.delivery.returned import learning
from newsletters.models import Report
from tests.newsletters.builders import AT

pytestmark = pytest.mark.django_db


def test_operators_read_what_named_nobody_as_it_came(client, works_as):
    learning.take_in(b"Subject: <b>hello", AT)
    works_as("Operator")
    page = client.get("/admin/newsletters/report/?fate__exact=unknown").content.decode()
    assert "names nobody" in page
    shown = client.get(f"/admin/newsletters/report/{Report.objects.get().pk}/change/").content.decode()
    assert "Subject: &lt;b&gt;hello" in shown
    works_as("Editor")
    assert client.get("/admin/newsletters/report/").status_code == 403
