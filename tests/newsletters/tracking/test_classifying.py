"""Rules by example, as such requests look on the wire; and that what they come to does not hang on any order."""

from __future__ import annotations

import uuid
from datetime import timedelta
from random import Random

import pytest
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from newsletters.tracking import noting
from newsletters.tracking.classifying import classify, counted, difference
from newsletters.tracking.data_centres import is_of_one
from newsletters.tracking.rules import Event
from tests.newsletters.builders import AT

PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_1) AppleWebKit/605.1.15 Version/19.1 Mobile/15E148 Safari/604.1"
DESKTOP = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36"
)
GMAIL = "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)"
THUNDERBIRD = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Thunderbird/140.3.0"
GOES = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document", "Sec-Fetch-User": "?1"}
HOME, AZURE, GOOGLE = "92.75.14.8", "20.54.36.229", "66.249.93.34"


@pytest.fixture
def noted(settings, monkeypatch):
    """The event that comes of a request as it was recorded: where it came from, its headers, and how soon."""
    settings.COUNT_MAIL = True
    kept = []
    monkeypatch.setattr(noting.waiting, "add", kept.append)

    def made(kind="click", *, agent="", address=HOME, seconds=3600, method="get", link=1, **headers) -> Event:
        number = {"open": None, "honeypot": 0}.get(kind, link)
        request = getattr(RequestFactory(), method)("/", headers={"User-Agent": agent, **headers}, REMOTE_ADDR=address)
        noting.note(request, uuid.uuid4(), 1, number, AT)
        note = kept.pop()
        facts = {name: getattr(note, name) for name in Event.__dataclass_fields__ if name not in {"id", "seconds"}}
        return Event(id=note.key, seconds=seconds, **facts)

    return made


@pytest.mark.parametrize(
    ("recorded", "verdict"),
    [
        ({"agent": DESKTOP, **GOES}, "human"),
        ({"agent": PHONE, **GOES}, "human"),
        ({"agent": "Mozilla/5.0 (Linux; CUBOT X90) AppleWebKit/537.36 Chrome/141.0 Safari/537", **GOES}, "human"),
        # A browser of 2021 does not say where it goes.
        ({"agent": PHONE}, "unknown"),
        # Filters of mail in the clouds of their makers, dressed as browsers.
        ({"agent": DESKTOP, "address": AZURE, **GOES}, "machine"),
        ({"agent": DESKTOP, "seconds": 2, **GOES}, "machine"),
        ({"agent": DESKTOP, "seconds": None, **GOES}, "machine"),
        ({"agent": DESKTOP, "method": "head", **GOES}, "machine"),
        ({"agent": DESKTOP, "Sec-Purpose": "prefetch;prerender", **GOES}, "machine"),
        ({"agent": PHONE, "X-Purpose": "preview"}, "machine"),
        ({"agent": DESKTOP, "X-Moz": "prefetch"}, "machine"),
        ({"agent": "Mozilla/5.0 (compatible; BarracudaCentral; bot)"}, "machine"),
        ({"agent": "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)"}, "machine"),
        ({"agent": "python-requests/2.32.3"}, "machine"),
        ({"agent": ""}, "machine"),
        ({"kind": "honeypot", "agent": DESKTOP, **GOES}, "machine"),
        ({"kind": "open", "agent": THUNDERBIRD}, "human"),
        ({"kind": "open", "agent": PHONE, "seconds": 2}, "unknown"),
        # Mail Privacy Protection: through Apple's relay, whether anybody looks or not.
        ({"kind": "open", "agent": "Mozilla/5.0", "address": "172.226.10.4"}, "unknown"),
        ({"kind": "open", "agent": GMAIL, "address": GOOGLE}, "human"),
        ({"kind": "open", "agent": GMAIL, "address": "34.80.1.1"}, "human"),
        ({"kind": "open", "agent": GMAIL, "address": GOOGLE, "seconds": 20}, "unknown"),
        ({"kind": "open", "agent": DESKTOP, "address": AZURE}, "machine"),
    ],
)  # fmt: skip
def test_request_is_taken_for_what_it_is(noted, recorded, verdict):
    event = noted(**recorded)
    assert classify([event]) == {event.id: verdict}


def event(number: int, after: float = 0, kind: str = "click", **fields) -> Event:
    values = {
        "id": uuid.UUID(int=number), "at": AT + timedelta(seconds=after), "kind": kind,
        "link": number if kind == "click" else None, "method": "GET", "agent": "Mozilla Chrome Safari",
        "network": "home", "is_prefetch": False, "is_navigation": True, "is_data_centre": False, "seconds": 600,
    }  # fmt: skip
    return Event(**{**values, **fields})


def test_who_follows_everything_at_once_is_a_machine_and_who_reads_later_is_not():
    scan = [event(number, number) for number in range(1, 6)]
    later = [event(11, 3600, link=1), event(12, 3700, link=2)]
    verdicts = classify([*scan, *later])
    assert [verdicts[each.id] for each in scan] == ["machine"] * 5
    assert [verdicts[each.id] for each in later] == ["human"] * 2
    assert set(classify([event(number, 30 * number) for number in range(1, 9)]).values()) == {"human"}
    assert set(classify([event(number, number, link=1) for number in range(1, 9)]).values()) == {"human"}


def test_around_the_hidden_link_only_the_same_connection_is_a_machine():
    hidden = event(1, kind="honeypot", network="filter")
    near, far, other = event(2, 20, network="filter"), event(3, 300, network="filter"), event(4, 20)
    verdicts = classify([hidden, near, far, other])
    assert [verdicts[each.id] for each in (near, far, other)] == ["machine", "human", "human"]


def test_copy_is_counted_once_for_each_thing_by_the_best_that_did_it():
    filtered = event(1, seconds=1)
    person, again = event(2, 900, link=1), event(3, 901, link=1)
    assert counted([filtered]) == {
        ("open", None, "machine"): 1, ("click", None, "machine"): 1, ("click", 1, "machine"): 1,
    }  # fmt: skip
    assert counted([filtered, person, again]) == {
        ("open", None, "human"): 1, ("click", None, "human"): 1, ("click", 1, "human"): 1,
    }  # fmt: skip
    assert difference(counted([filtered, person]), counted([filtered])) == {
        ("open", None, "machine"): -1, ("click", None, "machine"): -1, ("click", 1, "machine"): -1,
        ("open", None, "human"): 1, ("click", None, "human"): 1, ("click", 1, "human"): 1,
    }  # fmt: skip


EVENTS = st.lists(
    st.builds(
        event,
        st.integers(1, 10**6),
        st.integers(0, 90),
        st.sampled_from(["open", "click", "click", "honeypot"]),
        network=st.sampled_from(["home", "filter", ""]),
        agent=st.sampled_from(["Mozilla Chrome Safari", "Mozilla", "curl", ""]),
        method=st.sampled_from(["GET", "GET", "HEAD"]),
        is_navigation=st.booleans(),
        is_data_centre=st.booleans(),
        seconds=st.one_of(st.none(), st.integers(-5, 100)),
    ),
    max_size=12,
    unique_by=lambda each: each.id,
)


@given(EVENTS, st.randoms())
def test_nothing_hangs_on_the_order(events, random: Random):
    shuffled = random.sample(events, len(events))
    assert classify(shuffled) == classify(events)
    assert counted(shuffled) == counted(events)


def test_addresses_in_data_centres_are_known_by_the_list_that_comes_along():
    assert all(map(is_of_one, [AZURE, "3.91.0.1", "40.92.0.1", "2a01:111:f403::1", "2a01:4f9:c010::1"]))
    assert not any(map(is_of_one, [HOME, "172.226.10.4", "2a02:8071::1", "", "nobody", "0.0.0.1", "255.255.255.255"]))


def test_program_is_known_by_its_kind_and_not_by_its_version_or_device():
    assert noting.agent_of(PHONE) == "Mozilla AppleWebKit Version Mobile Safari"
    assert noting.agent_of(GMAIL).split()[:2] == ["ggpht.com", "GoogleImageProxy"]
    assert noting.agent_of("Mozilla/5.0") == "Mozilla"
    assert len(noting.agent_of("Bot" * 400)) <= 60
    assert noting.agent_of(f"Mozilla/5.0 ({'a' * 480}) {'1' * 20} Bot") == "Mozilla", "it reads no more than 500"
