"""Every kind of message, in every language of the interface: whole, readable, without a trace of its template."""

from __future__ import annotations

import ast
import re
from datetime import date, timedelta
from html.parser import HTMLParser
from typing import Any

import pytest
from django.conf import settings

from articles.models import Event, Registration
from memberships.models import (
    AddressChange,
    Alert,
    DataExport,
    Inquiry,
    Invoice,
    MovingIn,
    MovingRow,
    Plan,
    PriceNotice,
    Refund,
    StudentProof,
    WinBack,
    Withdrawal,
)
from memberships.vouchers import claiming
from newsletters import messages
from newsletters.journeys import letters as journey_letters
from newsletters.models import Edition, Journey, Message, Run, Step, StepWords
from newsletters.presenting import render_edition
from newsletters.recipients import recipient_for
from tests.contracts.source import ROOT
from tests.memberships.builders import person, pro, promotion, subscription, team
from tests.memberships.vouchers.giving import paid as paid_gift
from tests.newsletters.builders import AT, edition, memo, newsletter, story

pytestmark = pytest.mark.django_db
LANGUAGES = [code for code, _name in settings.LANGUAGES]
OF_JOURNEYS = {kind.value for kind in Step.Kind} - {Step.Kind.END}
KINDS = sorted(
    OF_JOURNEYS
    | {
        node.name
        for node in ast.parse((ROOT / "newsletters" / "messages.py").read_text()).body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    }
)
# What editors may say in a letter of their own.
EDITORS_SAY = {
    "en": ("A year of reading", "You have been with us for a year, and this is what <b>you</b> made possible."),
    "ar": ("عام من القراءة", "مضى عام وأنتم معنا، وهذا ما صار ممكنًا <b>بفضلكم</b>."),
    "tr": ("Okumayla geçen bir yıl", "Bir yıldır bizimlesiniz; <b>sizin</b> sayenizde yapılanlar bunlar."),
}


def written(kind: str, language: str) -> Message:
    """A message of the kind, to somebody who reads the language; written twice, as the same row."""
    arguments = travelling(kind, language) if kind in OF_JOURNEYS else arguments_of(kind, language)
    write = journey_letters.write if kind in OF_JOURNEYS else getattr(messages, kind)
    first = write(*arguments, AT)
    assert write(*arguments, AT) == first
    return first


def travelling(kind: str, language: str) -> tuple[Run, Step]:
    """Somebody whose next letter is of the kind, of a list that went out with a story and one for members."""
    briefing = newsletter(language=language, name="Tea & <Sugar>", description="What happened overnight.")
    led, sold = story("Tea & <em>sugar</em>", language=language), memo(language=language)
    edition(briefing, led, sold, state="sent", audience_size=1, frozen_at=AT)
    journey = Journey.objects.create(slug=kind, name=kind, occasion="confirmed", product=pro())
    step = Step.objects.create(journey=journey, kind=kind)
    if kind == Step.Kind.WORDS:
        subject, text = EDITORS_SAY[language]
        StepWords.objects.create(step=step, language=language, subject=subject, text=f"{text}\n\n{text}")
    if kind == Step.Kind.ASK:
        Step.objects.create(journey=journey, kind=Step.Kind.END, position=2, wait_days=30)
    reader = recipient_for(f"{kind}@example.org", AT, language=language)
    run = Run.objects.create(
        journey=journey, recipient=reader, newsletter=briefing, occasion="first", step=step, due_at=AT, started_at=AT
    )
    return run, step


def arguments_of(kind: str, language: str) -> tuple[Any, ...]:
    reader = person(f"{kind}@example.org", language=language, name="Aylin <b>Şahin</b>", time_zone="Europe/Istanbul")
    paid = subscription(
        reader,
        trial_ends_at=AT + timedelta(days=7),
        card_label="Visa 4242",
        card_expires_on=date(2026, 3, 31),
        rests_until=AT + timedelta(days=31),
        ended_at=AT if kind == "win_back" else None,
    )
    invoice = Invoice.objects.create(
        customer=paid.customer, subscription=paid, stripe_id="in_1", number="C-1", status="paid", currency="usd",
        amount_due=30000, amount_paid=30000, issued_at=AT, synced_at=AT,
    )  # fmt: skip
    refund = Refund.objects.create(
        invoice=invoice, stripe_id="re_1", payment_ref="pi_1", status="succeeded", amount=12000, currency="usd",
        then=Refund.Then.END_NOW, asked_at=AT,
    )  # fmt: skip
    proof = StudentProof(
        pk=1, user=reader, how="address", address="a@mail.aub.edu.lb", reason="It is <too> old.", asked_at=AT,
        ends_at=AT + timedelta(days=365),
    )  # fmt: skip
    withdrawal = Withdrawal(
        name="Aylin <b>Şahin</b>", email=reader.email, reference="C-1", language=language, subscription=paid,
        declared_at=AT, confirmed_at=AT,
    )  # fmt: skip
    inquiry = Inquiry(pk=7, name="Lina & Co", email=reader.email, company="Quay <Ltd>", seats=5, received_at=AT)
    company = team(reader)
    seat = company.seats.create(email=reader.email, invited_at=AT, expires_at=AT + timedelta(days=14))
    event = Event.objects.create(slug="evening", title="An evening", starts_at=AT, ends_at=AT + timedelta(hours=1))
    registration = Registration.objects.create(event=event, user=reader, registered_at=AT)
    brought = MovingIn(source="ghost", product=pro(), comps_until=AT)
    row = MovingRow(moving_in=brought, outcome="reads", why="given", until=AT + timedelta(days=365))
    change = AddressChange.objects.create(
        user=reader, old_address=reader.email, new_address="moved@example.net", asked_at=AT, ends_at=AT
    )
    offer = promotion("BACK", use="win_back", ends_at=AT + timedelta(days=400))
    gift, token = paid_gift(
        buyer_name="Lina & <b>Co</b>", recipient_name="Şahin <b>A</b>", recipient_email=reader.email,
        buyer_email=reader.email, language=language, message="Read <b>well</b>.\n\nLina", given_back=30000,
        deliver_at=AT, expires_at=AT + timedelta(days=365),
    )  # fmt: skip
    price_notice = PriceNotice(
        pk=1, subscription=paid, renews_at=AT + timedelta(days=37), amount_now=30000, amount_then=33000, currency="usd"
    )
    if kind in {"gift_claimed", "gift_ending"}:
        gift = claiming.claim(token, reader, AT)
    every: dict[str, tuple[Any, ...]] = {
        "confirm_signups": (recipient_for(reader.email, AT), [newsletter(), newsletter()]),
        "welcome": (reader,),
        "moved_in": (reader, row),
        "erasure_code": (reader, "BCDF2345"),
        "erasure_asked": (reader,),
        "export_made": (DataExport(user=reader, asked_at=AT, made_at=AT, ends_at=AT + timedelta(days=7)),),
        "accounts_merged": (reader, "other@example.net"),
        "address_agreement": (change, "token"),
        "address_notice": (change, "token"),
        "student_address": (proof, "token"),
        "student_proved": (proof,),
        "student_refused": (proof,),
        "student_ending": (paid, AT + timedelta(days=31)),
        "trial_started": (paid,),
        "trial_refused": (paid,),
        "membership_cancelled": (paid, AT + timedelta(days=7)),
        "membership_ended": (paid,),
        "payment_failed": (paid, invoice),
        "payment_reminder": (paid, invoice),
        "action_required": (paid, invoice),
        "win_back": (WinBack.objects.create(subscription=paid, days=30, promotion=offer, noted_at=AT),),
        "trial_ending": (paid,),
        "card_expiring": (paid,),
        "renewal_ahead": (paid,),
        "price_changes": (price_notice,),
        "plan_changed": (paid, Plan(name="PRO, <monthly>"), invoice),
        "membership_paused": (paid, AT + timedelta(days=31)),
        "pause_ending": (paid,),
        "payment_receipt": (invoice,),
        "payment_refunded": (refund,),
        "withdrawal_asked": (withdrawal, "token"),
        "withdrawal_received": (withdrawal,),
        "gift_bought": (gift,),
        "gift_arrived": (gift, token),
        "gift_claimed": (gift,),
        "gift_waiting": (gift,),
        "gift_refunded": (gift,),
        "gift_ending": (gift,),
        "gift_continued": (paid,),
        "inquiry_received": (inquiry,),
        "inquiry_alert": (inquiry,),
        "staff_alert": ([Alert(pk=n, kind="drift", subject="sub", sentence="sub <differs>.") for n in range(22)],),
        "team_founded": (company,),
        "team_invitation": (seat, "token"),
        "invitation_undeliverable": (seat,),
        "event_registration": (registration,),
    }
    return every[kind]


class Text(HTMLParser):
    """What a reader sees of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self._skipped = 0

    def handle_starttag(self, tag, attrs):
        self._skipped += tag in {"style", "title", "noscript"}

    def handle_endtag(self, tag):
        self._skipped -= tag in {"style", "title", "noscript"}

    def handle_data(self, data):
        if not self._skipped:
            self.words += data.split()


def assert_is_whole(subject: str, text: str, html: str, language: str) -> None:
    parser = Text()
    parser.feed(html)
    seen = " ".join(parser.words)
    assert subject
    assert "\n" not in subject
    for part in (subject, text, seen):
        assert not re.search(r"\{[{%]|%\(|\[\[|&amp;lt;|&(amp|lt|gt|quot|#x27);|None", part)
    assert len(text.split()) > 20
    assert settings.POSTAL_ADDRESS in text
    assert settings.POSTAL_ADDRESS in seen
    direction = "rtl" if language == "ar" else "ltr"
    assert f'<html lang="{language}" dir="{direction}"' in html
    assert set(re.findall(r"direction:(ltr|rtl)", html)) == {direction}
    assert f"text-align:{'right' if language == 'ar' else 'left'}" in html
    assert "prefers-color-scheme: dark" in html
    assert not re.search(r"<img|<script|<link|url\(|@import", html)
    assert len(html.encode()) < 100_000


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_message_renders(kind, language):
    message = written(kind, language)
    assert message.kind == kind
    spoken = "en" if kind in {"inquiry_alert", "staff_alert"} else language
    assert message.headers["Content-Language"] == spoken
    assert_is_whole(message.subject, message.text, message.html, spoken)
    assert "<b>" not in message.html


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_edition_renders(language):
    made: Edition = edition(
        newsletter(language=language),
        story("Tea & <em>sugar</em>"),
        memo(),
        introduction="<p>Good morning.</p><p>No more.</p>",
    )
    content = render_edition(made, AT)
    assert content.text.count("[[unsubscribe]]") == content.html.count("[[unsubscribe]]") == 1
    assert content.text.count("[[preferences]]") == content.html.count("[[preferences]]") == 1
    filled = [
        part.replace("[[unsubscribe]]", "x").replace("[[preferences]]", "x") for part in (content.text, content.html)
    ]
    assert_is_whole(content.subject, *filled, language)


def test_amount_date_and_way_out_of_a_trial_are_told():
    message = written("trial_started", "en")
    for fact in ("$300.00", "11 March 2026", "/account/membership/"):
        assert fact in message.text
        assert fact in message.html


@pytest.mark.parametrize("kind", ["team_invitation", "gift_arrived"])
def test_what_carries_a_key_is_wiped_after_sending(kind):
    assert written(kind, "en").is_sensitive


def test_place_at_an_event_comes_with_a_calendar_entry():
    assert written("event_registration", "en").attachments[0]["type"] == "text/calendar"
