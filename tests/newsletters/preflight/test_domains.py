from datetime import timedelta
from io import StringIO

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.core.management import CommandError, call_command
from django.utils import translation

from memberships import clock
from newsletters import editions, tasks
from newsletters.delivery.dkim import Signer, key_of, signer
from newsletters.models import Edition, SendingDomain
from newsletters.preflight import dkim, dmarc, domains, spf
from newsletters.preflight.dns import UnansweredError, asking
from tests.newsletters.builders import AT, edition, newsletter, story
from tests.newsletters.preflight.names import FAILING, SILENT, serving

DOMAIN = "news.quay.press"
KEYS = [
    generate_private_key(65537, 2048)
    .private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    .decode()
    for _number in range(2)
]  # fmt: skip
SELECTOR = f"ours._domainkey.{DOMAIN}"


@pytest.fixture
def names(settings):
    """The name servers, where everything is published, in production."""
    settings.DEFAULT_FROM_EMAIL = f"The Quay <desk@{DOMAIN.title()}>"
    settings.DKIM_PRIVATE_KEY, settings.DKIM_SELECTOR, settings.DKIM_DOMAIN = KEYS[0], "ours", DOMAIN
    settings.IS_PRODUCTION = True
    with serving() as names:
        names.txt = {
            DOMAIN: ["google-site-verification=x", "v=spf1 include:spf.provider.press ip4:192.0.2.7 -all"],
            "spf.provider.press": ["v=spf1 a mx -all"],
            SELECTOR: [dkim.record_of(signer())],
            "_dmarc.quay.press": ["v=DMARC1; p=reject; rua=mailto:dmarc@quay.press"],
        }
        yield names


def found(names) -> list[str]:
    """Codes of what is wrong, by the check itself."""
    row = domains.check(asking(names.address), AT)
    return [finding["code"] for finding in row.findings]


def codes(findings) -> list[str]:
    """Each can be told, and by all that it names."""
    for finding in findings:
        assert all(value in str(finding) for value in finding.values.values())
    return [finding.code for finding in findings]


@pytest.mark.django_db
def test_domain_whose_records_are_published_is_in_order(names):
    assert found(names) == []
    assert domains.standing(AT) == domains.Standing()


@pytest.mark.django_db
def test_spf_is_looked_for_where_letters_come_back_to_and_that_has_to_fit_where_nobody_signs(names, settings):
    settings.BOUNCE_DOMAIN = f"bounces.{DOMAIN}"
    assert found(names) == ["spf_missing"]
    names.txt[settings.BOUNCE_DOMAIN] = names.txt["bounces.elsewhere.press"] = ["v=spf1 ip4:192.0.2.7 -all"]
    assert found(names) == []
    settings.BOUNCE_DOMAIN, settings.DKIM_PRIVATE_KEY = "bounces.elsewhere.press", ""
    assert found(names) == ["unaligned_envelope"]


@pytest.mark.parametrize(
    ("records", "code"),
    [
        (None, "spf_missing"),
        ([], "spf_missing"),
        (["v=spf10 -all", "spf2.0/pra -all"], "spf_missing"),
        (["v=spf1 -all", "V=SPF1 ~all"], "spf_several"),
        (["v=spf1 ip4:192.0.2.7 ?all"], "spf_open"),
        (["v=spf1 +all -all"], "spf_open"),
        (["v=spf1 include:closed.press"], "spf_open"),
        (["v=spf1 redirect=closed.press"], ""),
        (["v=spf1 redirect=closed.press ~ALL"], ""),
        (["v=spf1 exists:%{i}.spf.press include:%{d}.spf.press -all"], ""),
        (["v=spf1 include:nobody.press -all"], "spf_broken"),
        (["v=spf1 include:..press -all"], "spf_broken"),
        (["v=spf1 include:ten.press ~all"], "spf_lookups"),
        (["v=spf1 redirect=ten.press"], "spf_lookups"),
        (["v=spf1 redirect=loop.press"], "spf_lookups"),
        (["v=spf1 redirect=nine.press"], ""),
    ],
)
def test_spf(names, records, code):
    nine = " ".join(["a", "mx:x.press", "ptr", *["exists:x.press"] * 6])
    names.txt |= {
        "closed.press": ["v=spf1 ip4:192.0.2.8 -all"],
        "loop.press": ["v=spf1 include:loop.press -all"],
        "nine.press": [f"v=spf1 {nine} -all"],
        "ten.press": [f"v=spf1 {nine} a/24 -all"],
    }
    names.txt[DOMAIN] = records
    assert codes(spf.findings(DOMAIN, asking(names.address))) == [code] * bool(code)


def test_dkim(names):
    def of(*records: str) -> list[str]:
        names.txt[SELECTOR] = list(records)
        return codes(dkim.findings(signer(), asking(names.address)))

    right = dkim.record_of(signer())
    half = len(right) // 2
    assert of(right) == of(f"{right[:half]} {right[half:]}") == of(right.partition("; ")[2]) == []
    assert of() == ["dkim_missing"]
    foreign = dkim.record_of(Signer(DOMAIN, "ours", key_of(KEYS[1])))
    assert of(right, foreign) == ["dkim_several"]
    for wrong in (foreign, "v=DKIM1; k=rsa; p=", right.replace("DKIM1", "DKIM2"), right.replace("k=rsa", "h=sha1")):
        assert of(wrong) == ["dkim_wrong"]


@pytest.mark.parametrize(
    ("published", "envelope", "signed_by", "code"),
    [
        ({}, "", "", "dmarc_missing"),
        ({"news.quay.press": ["v=DMARC1; p=none", "v=DMARC1; p=reject"]}, "", "", "dmarc_several"),
        ({"news.quay.press": ["v=DMARC1; p=maybe"]}, "", "", "dmarc_policy"),
        ({"quay.press": ["v=DMARC1; rua=mailto:x@quay.press"]}, "", "", "dmarc_policy"),
        ({"quay.press": ["v=DMARC1; p=none"]}, "bounces.quay.press", "", ""),
        ({"quay.press": ["v=DMARC1; p=none; aspf=s"]}, "bounces.quay.press", "", "unaligned_envelope"),
        ({"quay.press": ["v=DMARC1; p=none"]}, "bounces.other.press", "", "unaligned_envelope"),
        ({"quay.press": ["v=DMARC1; p=none"]}, "bounces.other.press", "quay.press", ""),
        ({"quay.press": ["v=DMARC1; p=none; adkim=s"]}, "", "quay.press", "unaligned_signature"),
        ({"quay.press": ["v=DMARC1; p=none"]}, "", "other.press", "unaligned_signature"),
        ({"news.quay.press": ["v=DMARC1; p=none"]}, "", "mail.quay.press", "unaligned_signature"),
        # The suffix of many publishes a record of its own, and makes nobody a relative of anybody.
        ({"press": ["v=DMARC1; p=reject; psd=y"]}, "", "other.press", "unaligned_signature"),
        ({"press": ["v=DMARC1; p=reject; psd=y"]}, "", "quay.press", ""),
        ({"quay.press": ["v=DMARC1; p=none; psd=n"], "press": ["v=DMARC1; p=none"]}, "", "mail.quay.press", ""),
    ],
)
def test_dmarc(names, published, envelope, signed_by, code):
    del names.txt["_dmarc.quay.press"]
    names.txt |= {f"_dmarc.{name}": records for name, records in published.items()}
    known = dmarc.Names(DOMAIN, envelope or DOMAIN, signed_by)
    assert codes(dmarc.findings(known, asking(names.address))) == [code] * bool(code)


@pytest.mark.django_db
def test_everything_that_is_missing_is_said_with_what_to_publish(names):
    names.txt = {}
    assert found(names) == ["spf_missing", "dkim_missing", "dmarc_missing"]
    said = domains.standing(AT).problems
    assert "v=spf1 include:" in said[0]
    assert f"at {SELECTOR}: {dkim.record_of(signer())}" in said[1]
    assert f"at _dmarc.{DOMAIN}: v=DMARC1; p=none" in said[2]
    for language in ("ar", "tr"):
        with translation.override(language):
            assert len(domains.standing(AT).problems) == 3


@pytest.mark.django_db
def test_without_an_answer_what_was_found_stands(names):
    names.txt[DOMAIN] = ["v=spf1 ?all"]
    assert found(names) == ["spf_open"]
    names.txt["_dmarc.quay.press"] = FAILING
    names.txt[DOMAIN] = ["v=spf1 -all"]
    for hours in (1, 2):
        row = domains.check(asking(names.address), AT + timedelta(hours=hours))
        assert (row.checked_at, row.unanswered_at) == (AT, AT + timedelta(hours=1))
    assert "keeps nobody out" in domains.standing(AT).problems[0]
    names.txt["_dmarc.quay.press"] = ["v=DMARC1; p=none"]
    row = domains.check(asking(names.address), AT + timedelta(hours=3))
    assert (row.findings, row.unanswered_at) == ([], None)
    late = domains.check(asking(names.address), AT)
    assert late.checked_at == AT + timedelta(hours=3)


def test_name_server_that_says_nothing_is_not_waited_for_long(names):
    names.txt[DOMAIN] = SILENT
    with pytest.raises(UnansweredError, match="LifetimeTimeout"):
        spf.findings(DOMAIN, asking(names.address, patience=0.1))


@pytest.mark.django_db
def test_edition_goes_out_in_production_only_by_a_domain_that_was_found_in_order(names, settings, caplog):
    settings.SITE_URL = "https://news.quay.press"
    made = edition(newsletter(), story())

    def held(at) -> str:
        Edition.objects.filter(pk=made.pk).update(state="approved", held_because="", may_be_late=True)
        is_frozen = editions.freeze(made, at)
        made.refresh_from_db()
        assert (made.state == "held") is not is_frozen
        return made.held_because

    assert "were never checked" in held(AT)
    names.txt[DOMAIN] = FAILING
    domains.check(asking(names.address), AT)
    assert "were never checked" in held(AT)
    names.txt[DOMAIN] = None
    domains.check(asking(names.address), AT)
    assert held(AT).startswith("news.quay.press has no SPF record. Publish this TXT record there")
    settings.DEFAULT_FROM_EMAIL = "news@corniche.example"
    assert "Set DEFAULT_FROM_EMAIL" in held(AT)
    settings.DEFAULT_FROM_EMAIL = f"desk@{DOMAIN}"
    names.txt[DOMAIN] = ["v=spf1 -all"]
    domains.check(asking(names.address), AT)
    with caplog.at_level("WARNING", "newsletters.preflight"):
        assert held(AT + domains.FRESH + timedelta(seconds=1)) == ""
    assert "more than two days ago" in caplog.text


@pytest.mark.django_db
def test_reserved_domain_is_never_asked_about_and_keeps_nothing_back_elsewhere(names, settings):
    settings.DEFAULT_FROM_EMAIL, settings.IS_PRODUCTION = "The Corniche <news@corniche.example>", False
    tasks.check_sending_domain(names.address)
    assert (names.asked, SendingDomain.objects.count()) == ([], 0)
    assert editions.freeze(edition(newsletter(), story()), AT)


@pytest.mark.django_db
def test_command_and_task_check_now(names):
    told = StringIO()
    call_command("check_sending_domain", server=names.address, stdout=told)
    assert told.getvalue() == "The records of news.quay.press are in order.\n"
    names.txt[SELECTOR] = None
    with pytest.raises(CommandError, match="Our signing key is not published"):
        call_command("check_sending_domain", server=names.address)
    names.txt["_dmarc.news.quay.press"] = FAILING
    with pytest.raises(CommandError, match="No name server answers"):
        call_command("check_sending_domain", server=names.address)
    with pytest.raises(CommandError, match="no IP address"):
        call_command("check_sending_domain", server="ns.quay.press")
    names.txt["_dmarc.news.quay.press"] = names.txt[SELECTOR] = None
    names.txt[DOMAIN] = []
    tasks.check_sending_domain(names.address)
    row = SendingDomain.objects.get()
    assert [finding["code"] for finding in row.findings] == ["spf_missing", "dkim_missing"]
    assert clock.now() - row.checked_at < timedelta(minutes=1)
