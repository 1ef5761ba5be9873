import pytest

from memberships import clock
from memberships.models import AuditEntry
from newsletters.floodgate import attacks
from tests.people import Browser, editor, journalist

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_cache")]
PATH = "/admin/newsletters/newsletter/guard-sign-ups/"


def page(browser: Browser) -> str:
    return " ".join(browser.get(PATH).content.decode().split())


def test_editor_has_the_sign_ups_guarded_for_a_day_and_leaves_them_to_the_counters():
    desk, at = editor(), clock.now()
    assert PATH in desk.get("/admin/newsletters/newsletter/").content.decode()
    assert "Not guarded at the moment." in page(desk)
    assert desk.post(PATH, {"reason": ""}).status_code == 422
    assert not attacks.is_on(at)
    assert desk.post(PATH, {"reason": "Letters to a mailbox bomb"}).status_code == 302
    assert attacks.is_on(at + attacks.GUARDED_FOR / 2)
    assert "Guarded by hand until" in page(desk)
    assert desk.post(PATH, {"reason": "It is over"}).status_code == 302
    assert not attacks.is_on(clock.now())
    verbs = AuditEntry.objects.filter(subject_kind="signupguard").order_by("id").values_list("verb", flat=True)
    assert list(verbs) == ["sign-ups guarded", "sign-ups left to the counters"]


def test_who_may_not_change_newsletters_may_not_switch():
    assert journalist().post(PATH, {"reason": "x"}).status_code in {302, 403}
    assert attacks.guarded_until(clock.now()) is None
