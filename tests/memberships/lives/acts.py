"""What may happen in a life: what its reader does, what somebody does at Stripe, what becomes of the webhooks."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import requests
from hypothesis import strategies as st

from memberships import clock, tasks
from memberships.consents import Press
from memberships.models import Invoice, Refund, Subscription, User
from memberships.stripe import changes, inbox, pausing, refunds, switching
from memberships.stripe import webhooks as taking_in
from memberships.stripe.checkout import CheckoutRefused, complete_checkout, start_checkout
from memberships.stripe.client import BillingError
from memberships.stripe.pausing import PauseRefused
from memberships.stripe.reconcile import reconcile_doubtful
from memberships.stripe.refunds import Order, RefundRefused
from memberships.stripe.switching import SwitchRefused
from memberships.subscriptions import OVER, STANDING
from tests.memberships.builders import plan
from tests.memberships.lives.letters import Heard
from tests.memberships.lives.weather import FINE, Weather, weathers
from tests.memberships.local_stripe import FAILS_LATER, GOOD_CARD, Delivery, LocalStripe
from tests.memberships.stripe.paying import monthly

CARDS = {
    "good": GOOD_CARD,
    "fails later": FAILS_LATER,
    "declined": "4000 0000 0000 0002",
    "asks once": "4000 0025 0000 3155",
    "asks always": "4000 0027 6000 3184",
    "refunds wait": "4000 0000 0000 7726",
    "refunds fail": "4000 0000 0000 5126",
}
HOUR, DAY = 3_600, 86_400
BY_THEMSELVES = (
    tasks.replay_events,
    tasks.reconcile_doubtful,
    tasks.go_on_with_acts,
    tasks.note_what_is_due,
    tasks.tell_what_happened,
)


@dataclass(frozen=True)
class Act:
    """``who`` is a number among the people of the example; ``how`` says which of several ways.

    ``weather`` is what befalls our questions to Stripe meanwhile.
    """

    name: str
    who: int = 0
    how: Any = None
    weather: Weather = FINE


@dataclass
class Turns:
    """What we saw one subscription become: how often another plan, and how often at rest."""

    plan: str = ""
    status: str = ""
    plans: int = 0
    rests: int = 0

    def note(self, status: str, plan_key: str) -> None:
        if status not in OVER:
            self.plans += self.plan not in {"", plan_key}
            self.plan = plan_key
        self.rests += status == "paused" != self.status
        self.status = status


@dataclass
class World:
    """The people of one example, and the local Stripe they all share.

    ``seen``: in which states we have heard of which subscriptions. What was over by then is not told as if it began.
    ``refused``: those that were found to be a second trial of one card.
    ``turns``: the plans each had while it was not over, and its rests, in their order.
    ``heard``: everything that Stripe said happened, whether or not it arrived here.
    """

    stripe: LocalStripe
    people: list[User]
    staff: User
    seen: set[tuple[str, str]] = field(default_factory=set)
    refused: set[str] = field(default_factory=set)
    turns: dict[str, Turns] = field(default_factory=dict)
    heard: Heard = field(default_factory=Heard)

    def do(self, act: Act) -> None:
        with act.weather.over(self.stripe):
            DOING[act.name](self, self.people[act.who % len(self.people)], act.how)
        self.notice()

    def notice(self) -> None:
        rows = Subscription.objects.filter(customer__user__in=self.people)
        self.seen |= set(rows.values_list("stripe_id", "status"))
        self.refused |= set(rows.exclude(trial_refused_at=None).values_list("stripe_id", flat=True))
        for stripe_id, status, plan_key in rows.values_list("stripe_id", "status", "plan__lookup_key"):
            self.turns.setdefault(stripe_id, Turns()).note(status, plan_key)

    def ask(self, method: str, path: str, **params: object) -> None:
        """Somebody asks Stripe for what it may well refuse."""
        url = f"{self.stripe.base}/v1/{path}"
        requests.request(method, url, data=params, auth=("sk_test_local_stand_in", ""), timeout=20)

    def payment_of(self, bill: Invoice) -> str:
        payments = self.stripe.api("GET", "invoice_payments", invoice=bill.stripe_id)["data"]
        return str(payments[0]["payment"]["payment_intent"])

    def standing(self, user: User) -> Subscription | None:
        """What we believe they have, which may be behind."""
        rows = Subscription.objects.filter(customer__user=user, status__in=STANDING)
        return rows.order_by("-started_at").first()


def start(world: World, user: User, how: tuple[str, bool]) -> None:
    """To the till with some card; some come back to the return page, some close the window."""
    card, comes_back = how
    with suppress(CheckoutRefused, BillingError):
        attempt = start_checkout(user, plan(), clock.now(), "")
        typed = {"card-number": CARDS[card], "card-expiry": "12 / 60", "card-cvc": "123", "card-name": "Ada Reader"}
        answer = requests.post(attempt.url, data=typed, allow_redirects=False, timeout=20)
        if "/c/challenge/" in (asks := answer.headers.get("Location", "")):
            bank = {"answer": "confirm"}
            answer = requests.post(f"{world.stripe.base}{asks}", data=bank, allow_redirects=False, timeout=20)
        if comes_back and answer.status_code == 303:
            complete_checkout(user, attempt.session_id or "", clock.now())


def cancel(world: World, user: User, _how: None) -> None:
    if row := world.standing(user):
        with suppress(BillingError):
            changes.cancel(row, clock.now())


def resume(world: World, user: User, _how: None) -> None:
    if row := world.standing(user):
        with suppress(BillingError):
            changes.resume(row, clock.now())


def change_plan(world: World, user: User, how: tuple[str, bool]) -> None:
    """To the yearly or the monthly plan, as it was shown; some press twice, some take back what is to follow."""
    name, presses_twice = how
    if (row := world.standing(user)) is None:
        return
    with suppress(SwitchRefused, BillingError):
        if name == "keep":
            switching.keep(row, clock.now())
            return
        wanted = plan() if name == "yearly" else monthly()
        look = switching.look_at(row, wanted, clock.now())
        for _press in range(2 if presses_twice else 1):
            switching.change(row, wanted, look, Press("", "en", clock.now()), clock.now())


def rest(world: World, user: User, months: int) -> None:
    if row := world.standing(user):
        with suppress(PauseRefused, BillingError):
            pausing.pause(row, months, clock.now())


def wake(world: World, user: User, how: str) -> None:
    """A rest is ended by its member, or looked at by the worker."""
    if how == "worker":
        pausing.go_on(clock.now())
    elif (row := world.standing(user)) and row.rests_by_wish:
        with suppress(BillingError):
            pausing.wake(row, clock.now())


def end_at_stripe(world: World, user: User, how: str) -> None:
    """Somebody in Stripe's dashboard ends it, at once or with the period."""
    row = world.standing(user)
    if row is None or world.stripe.api("GET", f"subscriptions/{row.stripe_id}")["status"] in OVER:
        return
    if how == "at once":
        world.stripe.api("DELETE", f"subscriptions/{row.stripe_id}")
    else:
        world.stripe.api("POST", f"subscriptions/{row.stripe_id}", cancel_at_period_end="true")


def change_card(world: World, user: User, how: str) -> None:
    row = world.standing(user)
    if row is None or world.stripe.api("GET", f"subscriptions/{row.stripe_id}")["status"] in OVER:
        return
    method = world.stripe.api("POST", f"payment_methods/{how}/attach", customer=row.customer.stripe_id)
    world.stripe.api("POST", f"subscriptions/{row.stripe_id}", default_payment_method=method["id"])


def give_back(world: World, user: User, how: tuple[str, str]) -> None:
    """Money goes back, by our staff or in Stripe's dashboard, where the membership then goes on."""
    where, then = how
    bills = Invoice.objects.filter(customer__user=user, status="paid", amount_paid__gt=0).order_by("-issued_at")
    if (bill := bills.first()) is None:
        return
    if where == "here":
        left = refunds.left_of(bill)
        order = Order(left, left, Refund.Then(then), "requested_by_customer", "They wrote to us.")
        with suppress(RefundRefused, BillingError):
            refunds.ask(bill, order, world.staff, clock.now())
    else:
        world.ask("POST", "refunds", payment_intent=world.payment_of(bill))


def quarrel(world: World, user: User, how: str) -> None:
    """The bank disputes the last payment, or decides about it."""
    bill = Invoice.objects.filter(customer__user=user, amount_paid__gt=0).order_by("-issued_at").first()
    if bill is not None:
        charge = world.stripe.api("GET", "charges", payment_intent=world.payment_of(bill))["data"][0]["id"]
        form = {"act": how, "charge": charge}
        requests.post(f"{world.stripe.base}/_stand_in/bank", data=form, allow_redirects=False, timeout=20)


def wait(world: World, _user: User, how: tuple[int, bool]) -> None:
    """So many days go by. Now and then the workers do what is theirs to do by themselves, unless they are down."""
    days, is_looked_at = how
    for seconds in (2 * HOUR, days * DAY - 2 * HOUR):
        world.stripe.advance(seconds=seconds)
        if is_looked_at:
            by_themselves(world)


def by_themselves(world: World) -> None:
    for task in BY_THEMSELVES:
        with suppress(BillingError):
            task()
        world.notice()


def webhooks(world: World, _user: User, how: tuple[str, int]) -> None:
    """What is on the wire arrives: in order, shuffled, twice, with every second one lost, or half of it later.

    It is worked off now one by one, now several together.
    """
    fate, seed = how
    chance = random.Random(seed)
    deliveries = world.stripe.wire.take()
    world.heard.hear(deliveries)
    if fate == "shuffled":
        chance.shuffle(deliveries)
    elif fate == "doubled":
        deliveries = [each for delivery in deliveries for each in (delivery, delivery)]
    elif fate == "lossy":
        deliveries = [each for each in deliveries if chance.random() < 0.5]
    elif fate == "late":
        kept, deliveries = deliveries[::2], deliveries[1::2]
        for each in kept:
            world.stripe.wire.keep(each)
    elif fate == "lost":
        deliveries = []
    _take_in(deliveries, chance)


def _take_in(deliveries: list[Delivery], chance: random.Random) -> None:
    for delivery in deliveries:
        at = clock.now()
        taking_in.receive(delivery.raw, delivery.signature, at, sent_about=clock.machine_now())
        if chance.random() < 0.15:
            inbox.replay(at)
    inbox.replay(clock.now())


def look_again(_world: World, _user: User, _how: None) -> None:
    """A quarter of an hour has gone by."""
    reconcile_doubtful(clock.now())


DOING: dict[str, Callable[[World, User, Any], None]] = {
    "start": start,
    "cancel": cancel,
    "resume": resume,
    "change plan": change_plan,
    "rest": rest,
    "wake": wake,
    "end at Stripe": end_at_stripe,
    "change card": change_card,
    "give back": give_back,
    "quarrel": quarrel,
    "wait": wait,
    "webhooks": webhooks,
    "look again": look_again,
}

_who = st.integers(0, 99)
_cards = st.sampled_from(["good", "good", "good", *CARDS])
_starts = st.builds(Act, st.just("start"), _who, st.tuples(_cards, st.booleans()), weathers)
acts = st.one_of(
    _starts,
    _starts,
    st.builds(Act, st.sampled_from(["cancel", "resume", "look again"]), _who, st.none(), weathers),
    st.builds(
        Act,
        st.just("change plan"),
        _who,
        st.tuples(st.sampled_from(["yearly", "monthly", "monthly", "keep"]), st.booleans()),
        weathers,
    ),
    st.builds(Act, st.just("rest"), _who, st.integers(1, 3), weathers),
    st.builds(Act, st.just("wake"), _who, st.sampled_from(["member", "worker"]), weathers),
    st.builds(Act, st.just("end at Stripe"), _who, st.sampled_from(["at once", "with the period"])),
    st.builds(
        Act,
        st.just("give back"),
        _who,
        st.tuples(st.just("here"), st.sampled_from([str(each) for each in Refund.Then])),
        weathers,
    ),
    st.builds(Act, st.just("give back"), _who, st.just(("at Stripe", ""))),
    st.builds(Act, st.just("quarrel"), _who, st.sampled_from(["dispute", "win", "lose"])),
    st.builds(
        Act,
        st.just("change card"),
        _who,
        st.sampled_from(["pm_card_visa", "pm_card_chargeCustomerFail", "pm_card_authenticationRequired"]),
    ),
    st.builds(
        Act, st.just("wait"), st.just(0), st.tuples(st.sampled_from([1, 3, 8, 15, 40, 366]), st.booleans()), weathers
    ),
    st.builds(
        Act,
        st.just("webhooks"),
        st.just(0),
        st.tuples(st.sampled_from(["in order", "shuffled", "doubled", "lossy", "late", "lost"]), st.integers(0, 2**16)),
        weathers,
    ),
)
