"""What nginx alone does: TLS, files from disk, and the words it takes from us."""

from __future__ import annotations

import re
import ssl
import subprocess
import urllib.error
import urllib.request
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import quote

import pytest

from articles import publishing
from benchmarks import fronts
from memberships import clock
from memberships.crawlers import CRAWLERS
from tests.contracts.walking import routes
from tests.deploy.calling import Caller, kept, port_of, until
from tests.deploy.conftest import need
from tests.factories.articles import make_article
from tests.factories.memberships import make_member

HASHED = "css/site.0123456789ab.css"


@pytest.fixture
def nginx(fronts_of, node) -> Caller:
    return Caller(fronts_of("nginx"))


@pytest.mark.parametrize("name", ["nginx.conf", "varnish.vcl"])
def test_crawlers_are_those_the_meter_lets_through(name):
    said = re.search(r"(\S*googlebot\S*)", (fronts.DEPLOY / name).read_text())[1]
    assert set(re.findall(r"[a-z][a-z-]+", said.partition(")")[2] or said)) == {crawler.name for crawler in CRAWLERS}


def test_it_starts_with_tls_and_sends_http_on(house, tmp_path):
    need("nginx")
    plain, secure = fronts.free_port(), fronts.free_port()
    listens = [("listen 80", f"listen 127.0.0.1:{plain}"), ("listen 443", f"listen 127.0.0.1:{secure}")]
    configuration = fronts.write_nginx(tmp_path, port_of(house.url), house.files, listens)
    tried = subprocess.run(["nginx", "-t", "-p", tmp_path, "-c", configuration], capture_output=True, text=True)
    assert tried.returncode == 0, tried.stderr
    assert "[warn]" not in tried.stderr.replace('"user" directive', "")
    with fronts.running_nginx(tmp_path, configuration, secure):
        sent_on = Caller(plain).get("/pro/?x=1")
        assert (sent_on.status, sent_on.headers["location"]) == (301, "https://127.0.0.1/pro/?x=1")
        context = ssl.create_default_context(cafile=f"{tmp_path}/certificate.pem")
        context.check_hostname = False
        with urllib.request.urlopen(f"https://127.0.0.1:{secure}/healthz", context=context) as answer:
            assert answer.status == 200


def test_no_line_of_its_log_says_a_token(house, tmp_path):
    need("nginx")
    secret = "q7V-0123456789_abcdefghijklmnopqrstuvwxyzABCD"
    found = [route for route in routes() if "token" in route.arguments]
    addresses = [route.address({"token": secret, "form": "rss", "slug": "ports", "number": "1"}) for route in found]
    addresses += [f"/account/login/?next={quote(addresses[0], safe='')}", f"/x/?gift={secret}&pass={secret}"]
    with fronts.nginx(tmp_path, port_of(house.url), house.files) as port:
        for address in addresses:
            Caller(port).get(address, referer=f"http://127.0.0.1{address}")
    said = (tmp_path / "newsroom.log").read_text()
    assert said.count("[removed]") == len(addresses) == said.count('"http://127.0.0.1" ')
    assert secret not in said


def test_correction_is_seen_behind_two_of_them_within_a_second(house, nginx, tmp_path):
    article = make_article()
    with ExitStack() as stack:
        second = stack.enter_context(fronts.nginx(tmp_path, port_of(house.url), house.files))
        member = nginx.as_user(make_member())
        callers = [nginx, member, Caller(second), Caller(second, cookies=member.cookies)]
        address = article.get_absolute_url()
        for caller in callers:
            kept(lambda caller=caller: caller.get(address))
        publishing.correct(article, "It opened a day later.", None, clock.now())
        took = until(lambda: all("It opened a day later." in caller.get(address).text for caller in callers))
        assert took < 1.5


def test_static_files_come_from_disk(house, nginx):
    file = house.files.static / HASHED
    file.parent.mkdir(exist_ok=True)
    file.write_text("p { color: red }")
    Path(f"{file}.gz").write_bytes(b"\x1f\x8bcompressed")
    reply = nginx.get(f"/static/{HASHED}")
    assert reply.text == "p { color: red }"
    assert reply.headers["content-type"] == "text/css; charset=utf-8"
    assert reply.headers["cache-control"] == "public, max-age=315360000, immutable"
    packed = nginx.get(f"/static/{HASHED}", accept_encoding="gzip")
    assert (packed.headers["content-encoding"], packed.body) == ("gzip", b"\x1f\x8bcompressed")
    (house.files.static / "plain.js").write_text("1")
    assert nginx.get("/static/plain.js").headers["cache-control"] == "public, max-age=60"


@pytest.mark.parametrize(
    "path", ["/static/../nginx.conf", "/static/%2e%2e/clock", "/static/x/../../clock", "/static/none.css"]
)
def test_nothing_beside_the_static_files_is_given(nginx, path):
    assert nginx.get(path).status in {400, 404}


def test_pictures_come_from_disk_whole_and_in_part(house, nginx):
    (house.files.media / "one.JPG").write_bytes(b"0123456789")
    whole = nginx.get("/media/one.JPG")
    assert (whole.status, whole.body, whole.headers["content-type"]) == (200, b"0123456789", "image/jpeg")
    assert whole.headers["cache-control"] == "public, max-age=31536000, immutable"
    part = nginx.get("/media/one.JPG", range="bytes=2-4")
    assert (part.status, part.body) == (206, b"234")
    assert nginx.get("/media/one.JPG", range="bytes=99-").status == 416
    assert nginx.get("/media/one.JPG", if_none_match=whole.headers["etag"]).status == 304


def test_media_gives_pictures_alone(house, nginx, tmp_path):
    media = house.files.media
    (media / "list.csv").write_text("secret")
    (media / "page.html").write_text("secret")
    (media / "dir.jpg").mkdir(exist_ok=True)
    (tmp_path / "outside.jpg").write_text("secret")
    (media / "link.jpg").symlink_to(tmp_path / "outside.jpg")
    for name in (
        "list.csv",
        "page.html",
        "dir.jpg",
        "dir.jpg/",
        "link.jpg",
        "none.png",
        "../clock",
        "%2e%2e/clock",
        "",
    ):
        reply = nginx.get(f"/media/{name}")
        assert reply.status in {400, 404}, name
        assert "secret" not in reply.text


def test_large_upload_is_taken_at_the_desk_alone(nginx):
    large = b"x" * 2 * 1024 * 1024
    assert nginx.get("/newsletters/sign-up/", method="POST", body=large).status == 413
    assert nginx.get("/admin/login/", method="POST", body=large).status == 403
