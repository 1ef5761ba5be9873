"""Editions by a provider's API: whatever it answers or keeps to itself, no reader is lost and none gets two letters."""

import re
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from uuid import UUID

import pytest
import requests
from django.core.cache import cache
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured

from newsletters import editions, tasks, tokens
from newsletters.delivery import transports
from newsletters.delivery.copies import Copy
from newsletters.delivery.editions import send_window, stencils_of
from newsletters.delivery.providers import answers, sending
from newsletters.delivery.providers.offers import OFFERS
from newsletters.delivery.stencils import Sheet, Stencil
from newsletters.models import Delivery, Edition, Variant
from newsletters.substitution import PREFERENCES, UNSUBSCRIBE, Places, pass_for
from tests.newsletters.builders import AT, edition, newsletter, person, subscriber

pytestmark = pytest.mark.usefixtures("own_cache")
EDITION, ARTICLE = UUID(int=7), UUID(int=8)


def stencil(text: str = f"Tea\n{UNSUBSCRIBE}", html: str = "", subject: str = "Tea", number: int = 1) -> Stencil:
    sheet = Sheet(
        EDITION, number, '"The Corniche" <news@corniche.example>', subject, text, html or f"<p>{text}</p>", AT,
        "desk@corniche.example", {"List-Id": "<tea.corniche.example>"},
    )  # fmt: skip
    return Stencil(sheet, Places(3, AT.date()))


def copies(*addresses: str) -> list[Copy]:
    return [
        Copy(number, UUID(int=number), address, address.rpartition("@")[2], attempts=0, variant=1)
        for number, address in enumerate(addresses or ["r1@example.org", "r2@example.org"], start=1)
    ]


def told(held: list[Copy], letter: Stencil | None = None) -> list[tuple[str, float | None, str]]:
    """The verdict on each copy, how long is to be waited, and what was said."""
    with transports.chosen(until=0) as transport:
        outcomes = transport.load(letter or stencil(), held)()
        return [(each.verdict, each.retry_after and each.retry_after.total_seconds(), each.reply) for each in outcomes]


def test_each_reader_gets_the_letter_with_what_is_theirs_alone(provider):
    text = f"Tea {{{{t0}}}} {{{{{{\n{UNSUBSCRIBE}\n{PREFERENCES}\n{pass_for(ARTICLE)}\n{{{{t1}}}}"
    held = copies("r1@example.org", '"a b"@münchen.example')
    assert [verdict for verdict, _wait, _said in told(held, stencil(text, subject="Çay {{t0}}\r\nBcc: x"))] == (
        ["accepted"] * 2
    )
    assert provider.kept.counts == {"r1@example.org": 1, '"a b"@xn--mnchen-3ya.example': 1}
    for copy, address in zip(held, provider.kept.counts, strict=True):
        (letter,) = provider.kept.letters(address)
        link = letter["headers"]["List-Unsubscribe"].strip("<>")
        assert tokens.read_unsubscribing(link.rstrip("/").rpartition("/")[2]) == (copy.public_id, 3)
        places = Places(3, AT.date())
        for name in (UNSUBSCRIBE, PREFERENCES, pass_for(ARTICLE)):
            before, behind = places.around(name.strip("[]"))
            text_of = f"{before}{places.token(name.strip('[]'))(copy.public_id)}{behind}"
            assert text_of in letter["text"]
            assert text_of in letter["html"]
        assert re.fullmatch(r"Tea \{\{t0}} \{\{\{\n.*\n\{\{t1}}", letter["text"].replace("\u2060", ""), re.DOTALL)
        assert letter["subject"].replace("\u2060", "") == "Çay {{t0}} Bcc: x"
        assert letter["metadata"] == {"copy": f"e{EDITION.hex}.{copy.public_id.hex}"}
        assert (letter["from"], letter["reply_to"]) == (
            "The Corniche <news@corniche.example>",
            "desk@corniche.example",
        )
        assert letter["headers"]["List-Id"] == "<tea.corniche.example>"


@pytest.mark.parametrize(
    ("answer", "verdict", "wait", "said"),
    [
        ("429 120", "line_down", 120, "Too Many Requests"),
        ("429 soon", "line_down", None, "Too Many Requests"),
        ("401", "line_down", None, "Unauthorized"),
        ("400", "line_down", None, "Bad Request"),
        ("307", "line_down", None, "Temporary Redirect"),
        ("500", "uncertain", None, "Internal Server Error"),
        ("garbage", "uncertain", None, "It works!"),
        ("drop", "uncertain", None, "RemoteDisconnected"),
        ("slow 0.3", "uncertain", None, "ReadTimeout"),
        ("reject 1", "uncertain", None, "total_rejected_recipients"),
        ("reject 2", "refused", None, "total_rejected_recipients"),
    ],
)
def test_every_answer_says_what_became_of_the_window(provider, monkeypatch, caplog, answer, verdict, wait, said):
    """And after one that is no clear yes or no, the next window is a single letter, until one is clear again."""
    monkeypatch.setattr("newsletters.delivery.providers.offers.PATIENCE", (1.0, 0.15))
    provider.kept.coming.append(answer)
    for found in told(copies()):
        assert found[:2] == (verdict, wait)
        assert said in found[2]
    is_clear = answer.startswith("reject")
    with transports.chosen(until=0) as transport:
        assert transport.window == (1000 if is_clear else 1)
    if not is_clear:
        assert "takes no editions" in caplog.text
        assert told(copies()) == [("line_down", None, "The provider was not asked.")] * 2
        cache.delete("newsletters.provider.pause")
        with transports.chosen(until=0) as transport:
            windows = []
            while (size := transport.window) < 1000:
                windows.append(size)
                assert transport.load(stencil(), copies("r3@example.org"))()[0].verdict == "accepted"
            assert windows == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512]


def test_what_no_row_takes_is_left_out_of_what_was_said():
    response = requests.Response()
    response.status_code, response._content, response.encoding = 200, b"It\x00 works!\n", "utf-8"
    assert answers.to_nonsense(response).reply == "200 It works!"
    assert answers.to_error(ConnectionError("re\x00set\ud800")).reply == "ConnectionError: reset?"
    taken = {"r1@example.org": SimpleNamespace(status="sent", message_id="1\x00\n2")}
    assert [each.reply for each in answers.to_letters(taken, ["r1@example.org"], response)] == ["sent 1 2"]


def test_a_provider_that_cannot_be_reached_was_told_nothing(settings, provider):
    settings.EMAIL_PROVIDER_API = "http://127.0.0.1:9/api/v1/"
    assert [(verdict, "refused" in said) for verdict, _wait, said in told(copies())] == [("line_down", True)] * 2


def test_what_cannot_go_in_a_call_keeps_nobody_waiting(provider):
    """An address no server takes; two readers whose addresses are one on the wire."""
    found = told(copies("şule@example.org", "a@münchen.example", "a@xn--mnchen-3ya.example", "r@example.org"))
    assert [verdict for verdict, _wait, _said in found] == ["refused", "accepted", "deferred", "accepted"]
    assert provider.kept.counts == {"a@xn--mnchen-3ya.example": 1, "r@example.org": 1}


@pytest.mark.parametrize("name", OFFERS)
def test_each_provider_is_asked_in_its_own_words(settings, name):
    """The payload only, which anymail makes; it goes nowhere."""
    settings.EMAIL_PROVIDER, settings.EMAIL_PROVIDER_KEY = name, "key"
    with sending.connected() as transport:
        place = OFFERS[name].asking("t0")
        call = transport._call(stencil(f"شاي {place} {UNSUBSCRIBE}"), {"r1@example.org": copies()[0]})
        data = call.payload.get_request_params("https://example.org/")["data"]
    payload = data.decode() if isinstance(data, bytes) else data
    own = tokens.for_unsubscribing(UUID(int=1), 3)
    assert own in str(payload)
    assert f"e{EDITION.hex}" in str(payload)
    assert str(payload).count(place) == 2, "one in the text and one in the HTML: ours, and not what looks like it"
    assert "شاي" in str(payload)


@pytest.mark.parametrize("name", ["postmark", "sendgrid", "nobody"])
def test_a_provider_that_cannot_is_refused_at_start(settings, name):
    settings.EMAIL_PROVIDER, settings.EMAIL_PROVIDER_KEY = name, "key"
    (error,) = [found for found in run_checks() if found.id == "newsletters.E001"]
    assert re.match(f"{name} is not known .* brevo, mailgun, sparkpost", error.msg)
    with pytest.raises(ImproperlyConfigured), transports.chosen(until=0):
        pass


def frozen(readers: int, variants: int = 1) -> Edition:
    letter = newsletter("takeaway")
    for number in range(readers):
        subscriber(letter, f"r{number}@example.org")
    made = edition(letter)
    assert editions.freeze(made, AT)
    for number in range(2, variants + 1):
        Variant.objects.create(
            edition=made, number=number, language="ar", subject=f"{number}", text="Tea", html="", rendered_at=AT
        )
    for row in Delivery.objects.of_edition(made).order_by("recipient_id"):
        mine = Delivery.objects.of_edition(made).filter(recipient=row.recipient_id)
        mine.update(variant=1 + row.recipient_id % variants)
    return Edition.objects.select_related("newsletter").get(pk=made.pk)


def send(made: Edition, at=AT) -> dict[str, int]:
    """How many copies are in each state when this sender has nothing more to do."""
    cache.delete("newsletters.provider.pause")
    with transports.chosen(until=0) as transport:
        last: int | None = 0
        while last is not None:
            last = send_window(transport, made, stencils_of(made), lambda: at, after=last)
    editions.finish(made, at)
    return sums(made)


def sums(made: Edition) -> dict[str, int]:
    return dict(made.tallies.filter(copies__gt=0).values_list("state", "copies"))


@pytest.fixture
def small_windows(monkeypatch):
    whole = OFFERS["sparkpost"]
    monkeypatch.setitem(OFFERS, "sparkpost", replace(whole, window=3))


@pytest.mark.usefixtures("db", "small_windows")
def test_an_edition_goes_window_by_window_over_one_connection(provider):
    made = frozen(7, variants=2)
    tasks.send_edition(made.pk)
    made.refresh_from_db()
    assert sums(made) == {"accepted": 7}
    assert (made.state, provider.connections) == ("sent", 1)
    assert provider.kept.counts == {f"r{number}@example.org": 1 for number in range(7)}
    subjects = {provider.kept.letters(address)[0]["subject"] for address in provider.kept.counts}
    assert subjects == {"What happened overnight", "2"}


@pytest.mark.usefixtures("db", "small_windows")
def test_troubles_on_the_way_lose_and_double_nobody(provider):
    """Too many calls, then a line lost under a window, a mistake of ours, and at last a provider that is well."""
    made = frozen(9)
    provider.kept.coming.extend(["200", "429 3600"])
    assert send(made) == {"accepted": 3, "queued": 6}
    # The window asked to wait an hour; what was never offered goes on, by one letter first.
    provider.kept.coming.extend(["200", "drop"])
    assert send(made, AT + timedelta(minutes=1)) == {"accepted": 4, "uncertain": 2, "queued": 3}
    provider.kept.coming.append("403")
    assert send(made, AT + timedelta(hours=2)) == {"accepted": 4, "uncertain": 2, "queued": 3}
    assert Delivery.objects.filter(state="queued", reply__startswith="403").count() == 1
    assert send(made, AT + timedelta(hours=3)) == {"accepted": 7, "uncertain": 2}
    made.refresh_from_db()
    assert (made.state, set(provider.kept.counts.values()), len(provider.kept.counts)) == ("sent", {1}, 9)


@pytest.mark.usefixtures("db")
def test_one_address_for_which_whole_calls_are_refused_keeps_nobody_waiting(provider):
    made = frozen(20)
    provider.kept.wrong = {"r13@example.org"}
    minutes = 0
    while send(made, AT + timedelta(minutes=minutes)) != {"accepted": 19, "queued": 1}:
        minutes += 1
        assert minutes < 8
    while send(made, AT + timedelta(minutes=minutes)) != {"accepted": 19, "failed": 1}:
        minutes += 60
        assert minutes < 20 * 60
    made.refresh_from_db()
    assert (made.state, Delivery.objects.get(state="failed").recipient.email) == ("sent", "r13@example.org")
    assert set(provider.kept.counts.values()) == {1}


@pytest.mark.usefixtures("db", "small_windows")
def test_presses_that_are_stopped_make_no_other_call(provider):
    made = frozen(6)
    with transports.chosen(until=0) as transport:
        after = send_window(transport, made, stencils_of(made), lambda: AT)
    editions.halt(made, person("editor@corniche.example"), AT)
    assert after is not None
    assert send(made) == {"accepted": 3, "queued": 3}
    assert len(provider.kept.calls) == 1
