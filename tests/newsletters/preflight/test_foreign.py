"""Links to other sites: who is asked, what the answers mean, and what they keep back."""

from __future__ import annotations

import socket
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.contrib.auth.models import Group

from memberships import clock
from memberships.models import AuditEntry, User
from newsletters import editions
from newsletters.models import Edition, ForeignLink
from newsletters.preflight import asking, foreign
from newsletters.preflight.asking import Answer, ask, is_public
from tests.newsletters.builders import AT, edition, newsletter, person, story, subscriber

ALIVE, DEAD, UNREACHABLE = ForeignLink.Outcome


class Site(BaseHTTPRequestHandler):
    """A page for each status, one that knows no HEAD, and one that leads wherever its query says."""

    seen: list[str] = []

    def do_GET(self) -> None:
        self.seen.append(f"{self.command} {self.path}")
        path, _mark, query = self.path.partition("?")
        name = path.strip("/")
        status = int(name) if name.isdigit() else 302 if name in {"moved", "loop"} else 200
        if name == "no-head" and self.command == "HEAD":
            status = 405
        self.send_response(status)
        if status == 302:
            self.send_header("Location", query or "/loop")
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_HEAD = do_GET

    def log_message(self, *_arguments: object) -> None: ...


@pytest.fixture(scope="module")
def server():
    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as running:
        threading.Thread(target=running.serve_forever, args=(0.02,), daemon=True).start()
        yield f"http://127.0.0.1:{running.server_port}"
        running.shutdown()


@pytest.fixture
def site(server) -> str:
    Site.seen.clear()
    return server


@pytest.mark.parametrize(
    ("path", "answer", "asked"),
    [
        ("/a/?b=ميناء&c=%2F", Answer(ALIVE, 200), ["HEAD /a/?b=%D9%85%D9%8A%D9%86%D8%A7%D8%A1&c=%2F"]),
        ("/404", Answer(DEAD, 404), ["HEAD /404", "GET /404"]),
        ("/410", Answer(DEAD, 410), ["HEAD /410", "GET /410"]),
        ("/403", Answer(ALIVE, 403), ["HEAD /403", "GET /403"]),
        ("/503", Answer(UNREACHABLE, 503), ["HEAD /503", "GET /503"]),
        ("/no-head", Answer(ALIVE, 200), ["HEAD /no-head", "GET /no-head"]),
        ("/moved?/404", Answer(DEAD, 404), ["HEAD /moved?/404", "HEAD /404", "GET /404"]),
        ("/loop", Answer(UNREACHABLE), ["HEAD /loop"] * 6),
        ("/moved?file:///etc/passwd", Answer(UNREACHABLE), ["HEAD /moved?file:///etc/passwd"]),
    ],
)
def test_what_a_site_answers(site, path, answer, asked):
    assert ask(site + path) == answer
    assert Site.seen == asked


def test_a_name_nobody_has_is_dead_and_one_nobody_answers_for_is_not(monkeypatch):
    for error, outcome in ((socket.EAI_NONAME, DEAD), (socket.EAI_AGAIN, UNREACHABLE)):

        def looked_up(*_arguments, error=error, **_more):
            raise socket.gaierror(error, "no")

        monkeypatch.setattr(asking.socket, "getaddrinfo", looked_up)
        assert ask("https://gone.example.org/") == Answer(outcome)


def test_nobody_has_us_knock_at_machines_of_our_own_network(site, settings):
    assert ask(f"{site}/moved?/200", may_reach=lambda _number: not Site.seen) == Answer(UNREACHABLE)
    assert Site.seen == ["HEAD /moved?/200"]
    settings.IS_PRODUCTION = True
    assert ask(f"{site}/200") == Answer(UNREACHABLE)
    assert len(Site.seen) == 1
    closed = (
        "10.0.0.7", "127.0.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.1.1", "::1", "::ffff:10.0.0.7",
        "fc00::1", "fe80::1",
    )  # fmt: skip
    assert [number for number in closed if is_public(number)] == []
    assert is_public("192.0.43.8")
    assert is_public("2620:0:2d0:200::8")


@pytest.fixture
def leading(db, settings, tmp_path):
    """An edition that leads to an address, which stands in the note of its story."""
    (tmp_path / "email" / "parts").mkdir(parents=True)
    link = '<mj-section><mj-column><mj-text><a href="{{ item.note }}">the port</a></mj-text></mj-column></mj-section>'
    (tmp_path / "email" / "parts" / "story.mjml").write_text(link)
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path, *settings.TEMPLATES[0]["DIRS"]]}]

    def make(address: str, **fields) -> Edition:
        made = edition(newsletter(), story(), **fields)
        made.items.update(note=address)
        return made

    return make


def test_each_is_asked_once_in_a_while_and_none_that_is_a_readers_own(leading):
    asked: list[str] = []

    def answering(address: str) -> Answer:
        asked.append(address)
        return Answer(UNREACHABLE if "slow" in address else ALIVE, 200)

    def round_at(minutes: int) -> list[str]:
        asked.clear()
        foreign.ask_around(answering, lambda: AT + timedelta(minutes=minutes))
        return asked

    leading("https://a.example.org/")
    leading("https://a.example.org/", state="held")
    leading("https://slow.example.org/", state="composed", due_at=AT + timedelta(hours=2))
    leading("https://b.example.org/[[unsubscribe]]")
    leading("https://sent.example.org/", state="empty")
    assert round_at(0) == ["https://a.example.org/", "https://slow.example.org/"]
    assert round_at(30) == []
    assert round_at(61) == ["https://slow.example.org/"]
    assert sorted(round_at(60 * 25)) == ["https://a.example.org/", "https://slow.example.org/"]


def in_role(role: str) -> User:
    colleague = person(is_staff=True)
    colleague.groups.add(Group.objects.get(name=role))
    return colleague


def test_dead_link_keeps_an_edition_back_until_an_editor_says_otherwise(leading, site, client):
    made = leading(f"{site}/404", due_at=clock.now())
    weak = leading(f"{site}/503", due_at=clock.now())
    foreign.ask_around(ask, clock.now)
    for each in (made, weak):
        subscriber(each.newsletter)
        editions.freeze(each, clock.now())
        each.refresh_from_db()
    assert (made.state, weak.state) == ("held", "sending")
    assert f"“the port” ({site}/404): There is no such page any more" in made.held_because

    pages = {each: f"/admin/newsletters/edition/{each.pk}" for each in (made, weak)}
    dead = {"link": foreign.fingerprint_of(f"{site}/404")}
    client.force_login(in_role("Support"))
    assert client.post(f"{pages[made]}/excuse_link/", dead).status_code == 403
    editor = in_role("Editor")
    client.force_login(editor)
    assert "did not answer when it was asked" in client.get(f"{pages[weak]}/look/").content.decode()
    assert dead["link"] in client.get(f"{pages[made]}/look/").content.decode()
    after = client.post(f"{pages[made]}/excuse_link/", dead, follow=True).content.decode()
    assert "There is no such page" not in after
    assert AuditEntry.objects.get(verb="edition.link excused").actor == editor
    editions.approve(made, editor, clock.now())
    assert editions.freeze(made, clock.now())
