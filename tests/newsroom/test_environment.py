"""Every value of the environment is read strictly, and everything that is wrong is said at once."""

from __future__ import annotations

import pytest
from django.core.exceptions import ImproperlyConfigured

from newsroom import environment
from newsroom.environment import Environment

smtp = environment.url("smtp", "smtps")
stripe_key = environment.prefixed("sk_", "rk_")


@pytest.mark.parametrize(
    ("parse", "raw", "value"),
    [
        (environment.text, "  The Corniche ", "The Corniche"),
        (environment.maybe_text, "  ", ""),
        (environment.natural, " 120 ", 120),
        (environment.natural, "0", 0),
        (environment.port, "8000", 8000),
        (environment.switch, " on ", True),
        (environment.switch, "Off", False),
        (environment.words, "a.example, .b.example,,", ["a.example", ".b.example"]),
        (environment.by_name, "postmark=us:secret, mailgun=a=b=,", {"postmark": "us:secret", "mailgun": "a=b="}),
        (environment.https_or_loopback, "https://news.example.org/", "https://news.example.org"),
        (environment.https_or_loopback, "http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        (environment.https_or_loopback, "http://localhost:8000/", "http://localhost:8000"),
        (smtp, "smtps://user:word@mail.example.org:465", "smtps://user:word@mail.example.org:465"),
        (environment.email, "The Corniche <news@corniche.example>", "The Corniche <news@corniche.example>"),
        (environment.email, " desk@corniche.example ", "desk@corniche.example"),
        (environment.time_zone, "Asia/Beirut", "Asia/Beirut"),
        (environment.secret, "k" * 32, "k" * 32),
        (stripe_key, "rk_live_1", "rk_live_1"),
        (environment.each(stripe_key), "sk_a, rk_b", ["sk_a", "rk_b"]),
        (environment.header, " CF-IPCountry ", "CF-IPCountry"),
        (environment.header, "", ""),
        (environment.maybe_api, "https://api.eu.mailgun.net/v3", "https://api.eu.mailgun.net/v3"),
        (environment.maybe_api, "http://127.0.0.1:8090/api/v1/", "http://127.0.0.1:8090/api/v1/"),
        (environment.maybe_api, "", ""),
        (environment.maybe_domain, " mg.example.org ", "mg.example.org"),
        (environment.maybe_key, " key-1=/+ ", "key-1=/+"),
    ],
)
def test_well_formed_values_are_read(parse, raw, value):
    assert parse(raw) == value


@pytest.mark.parametrize(
    ("parse", "raw"),
    [
        (environment.text, "  "),
        (environment.natural, "-1"),
        (environment.natural, "1.5"),
        (environment.natural, "١٢"),
        (environment.natural, ""),
        (environment.port, "0"),
        (environment.switch, "yes"),
        (environment.switch, "1"),
        (environment.switch, ""),
        (environment.port, "70000"),
        (environment.words, " , "),
        (environment.by_name, "postmark"),
        (environment.by_name, "postmark=a,postmark=b"),
        (environment.https_or_loopback, "http://news.example.org"),
        (environment.https_or_loopback, "http://127.0.0.1.evil.example"),
        (environment.https_or_loopback, "https://"),
        (environment.https_or_loopback, "https://news.example.org/blog"),
        (environment.https_or_loopback, "https://user@news.example.org"),
        (environment.https_or_loopback, "news.example.org"),
        (smtp, "mail.example.org:25"),
        (smtp, "http://mail.example.org"),
        (environment.email, "The Corniche"),
        (environment.email, "news@"),
        (environment.email, "news@corniche.example\nBcc: all@example.org"),
        (environment.time_zone, "Beirut"),
        (environment.secret, "changeme"),
        (stripe_key, "pk_live_1"),
        (environment.each(stripe_key), "sk_a,pk_b"),
        (environment.header, "HTTP_CF_IPCOUNTRY"),
        (environment.header, "X Country"),
        (environment.header, "X-Country: DE"),
        (environment.maybe_api, "http://api.example.org/v3"),
        (environment.maybe_api, "https://user:word@api.example.org/v3"),
        (environment.maybe_api, "https://"),
        (environment.maybe_domain, "mg.example.org/v3"),
        (environment.maybe_key, "key with spaces"),
    ],
)
def test_malformed_values_are_refused_with_a_sentence(parse, raw):
    with pytest.raises(ValueError, match=r"^(write|it must|it is|name) "):
        parse(raw)


@pytest.mark.parametrize("parse", [environment.secret, stripe_key, smtp, environment.https_or_loopback])
def test_refusal_does_not_repeat_what_may_be_secret(parse):
    with pytest.raises(ValueError, match=r"^(write|it must) ") as refusal:
        parse("pk:hunter2")
    assert "hunter2" not in str(refusal.value)


def test_everything_wrong_is_said_at_once_and_no_value_with_it():
    env = Environment({"PORT": "eighty", "STRIPE_SECRET_KEY": "pk_live_hunter2", "SITE_NAME": ""})
    assert env.read("PORT", environment.port, default=8000) == 8000
    env.read("STRIPE_SECRET_KEY", stripe_key, default="")
    env.read("SITE_NAME", environment.text, default="")
    env.read("DATABASE_URL", environment.text, default="", required=True)
    env.complain("MODE is malformed")
    with pytest.raises(ImproperlyConfigured) as refusal:
        env.refuse_if_wrong()
    assert str(refusal.value).splitlines() == [
        "The newsroom cannot start with these settings:",
        "  - PORT is malformed: write a port number between 1 and 65535",
        "  - STRIPE_SECRET_KEY is malformed: it must begin with sk_ or rk_",
        "  - SITE_NAME is malformed: it is empty",
        "  - DATABASE_URL is not set",
        "  - MODE is malformed",
    ]


def test_nothing_wrong_starts_in_silence():
    env = Environment({"PORT": "8080"})
    assert env.read("PORT", environment.port, default=8000) == 8080
    assert env.read("TRUSTED_PROXY_COUNT", environment.natural, default=0) == 0
    env.refuse_if_wrong()


def test_required_value_may_be_left_out_only_where_the_mode_is_lenient():
    lenient = Environment({}, strict=False)
    assert lenient.read("SITE_NAME", environment.text, default="The Corniche", required=True) == "The Corniche"
    lenient.refuse_if_wrong()


def test_value_may_stand_in_a_file(tmp_path):
    (tmp_path / "key").write_text("sk_live_1\n", encoding="utf-8")
    env = Environment({"STRIPE_SECRET_KEY_FILE": str(tmp_path / "key")})
    assert env.names("STRIPE_SECRET_KEY")
    assert env.read("STRIPE_SECRET_KEY", stripe_key, default="", required=True) == "sk_live_1"
    env.refuse_if_wrong()


def test_value_itself_wins_over_its_file(tmp_path):
    env = Environment({"SITE_NAME": "Here", "SITE_NAME_FILE": str(tmp_path / "missing")})
    assert env.read("SITE_NAME", environment.text, default="") == "Here"
    env.refuse_if_wrong()


def test_file_that_cannot_be_read_is_named(tmp_path):
    (tmp_path / "binary").write_bytes(b"\xff\xfe\xfa")
    files = {"A_FILE": str(tmp_path / "missing"), "B_FILE": str(tmp_path), "C_FILE": str(tmp_path / "binary")}
    env = Environment(files)
    for name in "ABC":
        env.read(name, environment.text, default="", required=True)
    with pytest.raises(ImproperlyConfigured) as refusal:
        env.refuse_if_wrong()
    assert str(refusal.value).splitlines()[1:] == [
        "  - A_FILE cannot be read: No such file or directory",
        "  - B_FILE cannot be read: Is a directory",
        "  - C_FILE cannot be read: it is not UTF-8 text",
    ]
