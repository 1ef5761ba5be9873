"""The settings start as a process would start them: in an environment of their own."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
SHOW = """
import json
from newsroom import settings
names = ["MODE", "DEBUG", "SITE_URL", "STAND_INS", "SECURE_SSL_REDIRECT", "SESSION_COOKIE_SECURE", "STRIPE_API_BASE"]
shown = {name: getattr(settings, name) for name in names}
shown |= {"INBOX": settings.INBOX_DIR is not None, "CLOCK": settings.CLOCK_FILE is not None}
shown |= {"URLCONF": settings.ROOT_URLCONF, "LANGUAGES": [code for code, _name in settings.LANGUAGES]}
shown |= {"FORMS_GO_TO": settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]["form-action"]}
print(json.dumps(shown))
"""
PRODUCTION = {
    "MODE": "production",
    "SITE_NAME": "The Quay",
    "SITE_URL": "https://quay.example",
    "PRO_NAME": "Quay PRO",
    "CONTACT_EMAIL": "desk@quay.example",
    "SALES_EMAIL": "teams@quay.example",
    "POSTAL_ADDRESS": "1 Quay Street",
    "SECRET_KEY": "s" * 50,
    "METRICS_TOKEN": "m" * 40,
    "ALLOWED_HOSTS": "quay.example",
    "DATABASE_URL": "postgresql://quay:word@db.internal/quay",
    "REDIS_URL": "redis://queue.internal/0",
    "CACHE_URL": "redis://cache.internal/0",
    "TIME_ZONE": "Asia/Beirut",
    "MEDIA_ROOT": "/srv/quay/media",
    "STRIPE_SECRET_KEY": "sk_live_123456",
    "STRIPE_WEBHOOK_SECRETS": "whsec_123456",
    "EMAIL_URL": "smtp+tls://quay:word@mail.internal:587",
    "DEFAULT_FROM_EMAIL": "The Quay <news@quay.example>",
    "MESSAGE_ID_DOMAIN": "quay.example",
}


def start(tmp_path: Path, values: dict[str, str]) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], "NEWSROOM_VAR": str(tmp_path), **values}
    command = [sys.executable, "-c", SHOW]
    return subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=60)


def shown(done: subprocess.CompletedProcess[str]) -> dict[str, object]:
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_production_without_anything_names_every_missing_value(tmp_path):
    done = start(tmp_path, {"MODE": "production"})
    assert done.returncode != 0
    missing = set(re.findall(r"- (\w+) is not set", done.stderr))
    assert missing == PRODUCTION.keys() - {"MODE"}


def test_mode_that_is_not_said_is_production(tmp_path):
    done = start(tmp_path, {})
    assert "- SECRET_KEY is not set" in done.stderr


@pytest.mark.parametrize("name", ["SITE_URL", "SECRET_KEY", "METRICS_TOKEN"])
def test_production_without_one_value_refuses_and_names_it(tmp_path, name):
    done = start(tmp_path, {key: value for key, value in PRODUCTION.items() if key != name})
    assert done.returncode != 0
    assert re.findall(r"^  - (.*)$", done.stderr, re.M) == [f"{name} is not set"]


def test_production_with_everything_starts_and_has_no_stand_ins(tmp_path):
    settings = shown(start(tmp_path, PRODUCTION))
    assert settings["DEBUG"] is False
    assert settings["STAND_INS"] is False
    assert settings["INBOX"] is False
    assert settings["CLOCK"] is False
    assert settings["STRIPE_API_BASE"] is None
    assert settings["SECURE_SSL_REDIRECT"] is True
    assert settings["SESSION_COOKIE_SECURE"] is True
    assert not list(tmp_path.iterdir())


def test_secrets_may_come_from_files(tmp_path):
    key = tmp_path / "key"
    key.write_text(PRODUCTION["SECRET_KEY"])
    values = {name: value for name, value in PRODUCTION.items() if name != "SECRET_KEY"}
    assert shown(start(tmp_path, {**values, "SECRET_KEY_FILE": str(key)}))["MODE"] == "production"


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("MODE", "prod", "MODE is malformed: write production, demo or test"),
        ("PORT", "http", "PORT is malformed: write a port number between 1 and 65535"),
        ("SITE_URL", "http://quay.example", "SITE_URL is malformed: write the address readers use"),
        ("SECRET_KEY", "short", "SECRET_KEY is malformed: write at least 32 random characters"),
        ("DATABASE_URL", "mysql://db", "DATABASE_URL is malformed: it must begin with postgresql:// or postgres://"),
        ("TIME_ZONE", "Mars/Olympus", "TIME_ZONE is malformed: write a name of the IANA database"),
        ("STRIPE_SECRET_KEY", "pk_live_1", "STRIPE_SECRET_KEY is malformed: it must begin with sk_ or rk_"),
        ("EMAIL_URL", "mail.internal", "EMAIL_URL is malformed: it must begin with smtp://"),
        ("ALLOWED_HOSTS", "other.example", "ALLOWED_HOSTS does not name quay.example, the host of SITE_URL"),
        ("TRUSTED_PROXY_COUNT", "-5", "TRUSTED_PROXY_COUNT is malformed: write a whole number, zero or more"),
        ("GOOGLE_CLIENT_ID", "id", "GOOGLE_CLIENT_ID, GOOGLE_CLIENT_SECRET belong together"),
        ("COUNTRY_HEADER", "X_COUNTRY", "COUNTRY_HEADER is malformed: write the name of a request header"),
    ],
)
def test_malformed_value_is_refused_with_what_to_write(tmp_path, name, value, sentence):
    done = start(tmp_path, {**PRODUCTION, name: value})
    assert done.returncode != 0
    assert f"- {sentence}" in done.stderr
    assert "word@db.internal" not in done.stderr


def test_demo_needs_nothing_said_and_renders_as_production_does(tmp_path):
    settings = shown(start(tmp_path, {"MODE": "demo", "PORT": "8123"}))
    assert settings["DEBUG"] is False
    assert settings["SITE_URL"] == "http://127.0.0.1:8123"
    assert settings["STAND_INS"] is True
    assert settings["INBOX"] is True
    assert settings["STRIPE_API_BASE"] == "http://127.0.0.1:8165"
    assert settings["SECURE_SSL_REDIRECT"] is False


def test_demo_with_outside_servers_has_no_stand_ins_for_them(tmp_path):
    outside = {"STRIPE_SECRET_KEY": "sk_test_abc", "EMAIL_URL": "smtp://mail.internal"}
    settings = shown(start(tmp_path, {"MODE": "demo", **outside}))
    assert settings["STRIPE_API_BASE"] is None
    assert settings["INBOX"] is False


def test_malformed_value_stops_the_demo_too(tmp_path):
    done = start(tmp_path, {"MODE": "demo", "TRUSTED_PROXY_COUNT": "many"})
    assert done.returncode != 0
    assert "- TRUSTED_PROXY_COUNT is malformed" in done.stderr


@pytest.mark.parametrize("name", ["STRIPE_TAX", "STRIPE_TAX_IDS", "STRIPE_TERMS_CONSENT"])
def test_switches_of_the_till_are_on_or_off_and_nothing_else(tmp_path, name):
    assert start(tmp_path, {**PRODUCTION, name: "on"}).returncode == 0
    refused = start(tmp_path, {**PRODUCTION, name: "true"})
    assert refused.returncode != 0
    assert re.search(rf"{name}\b.*write on or off", refused.stderr)


def test_a_demo_with_a_key_of_a_sandbox_lets_its_forms_lead_to_stripe(tmp_path):
    alone = shown(start(tmp_path, {"MODE": "demo"}))
    identity = "http://127.0.0.1:8043"
    assert alone["FORMS_GO_TO"] == ["'self'", alone["STRIPE_API_BASE"], identity]
    keys = {"STRIPE_SECRET_KEY": "sk_test_1", "STRIPE_WEBHOOK_SECRETS": "whsec_1"}
    sandbox = shown(start(tmp_path, {"MODE": "demo", **keys}))
    assert sandbox["STRIPE_API_BASE"] is None
    assert sandbox["FORMS_GO_TO"] == ["'self'", "https://checkout.stripe.com", "https://billing.stripe.com", identity]


@pytest.mark.parametrize("key", ["sk_live_1", "rk_live_1"])
def test_a_demo_takes_no_live_key(tmp_path, key):
    refused = start(tmp_path, {"MODE": "demo", "STRIPE_SECRET_KEY": key, "STRIPE_WEBHOOK_SECRETS": "whsec_1"})
    assert refused.returncode != 0
    assert re.search(r"STRIPE_SECRET_KEY\b.*sk_test_ or rk_test_", refused.stderr)
