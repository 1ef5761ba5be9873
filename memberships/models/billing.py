"""The mirror of what Stripe holds. Every row says what was last read from Stripe; it never decides by itself."""

import uuid
from datetime import datetime, timedelta
from typing import NamedTuple

from django.conf import settings
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Coalesce, NullIf
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from memberships.models.plans import Plan
from memberships.models.teams import Team
from memberships.querysets import InvoiceQuerySet, StripeEventQuerySet, SubscriptionQuerySet

# So far may Stripe's clock and ours be apart.
_CLOCKS_APART = timedelta(minutes=1)


class Charge(NamedTuple):
    """A sum in minor units of its currency, which is a three-letter code in lower case."""

    amount: int
    currency: str


class Customer(models.Model):
    """A person or team as Stripe knows them. The lock of this row orders everything that is written for them.

    A person may be several customers at Stripe: two accounts became one, or an older site made another. Stripe moves no
    subscription from one customer to another, so all of them count; new ones begin at the one that is in use.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="customers",
    )
    team = models.OneToOneField(
        Team, verbose_name=_("team"), null=True, blank=True, on_delete=models.PROTECT, related_name="customer"
    )
    is_in_use = models.BooleanField(
        _("in use"),
        default=True,
        editable=False,
        help_text=_("Whether the next checkout is this customer's."),
    )
    stripe_id = models.CharField(_("Stripe customer"), max_length=255, null=True, unique=True, editable=False)
    stripe_key_hash = models.CharField(_("learned with key"), max_length=64, blank=True, editable=False)
    told_address = models.EmailField(
        _("address at Stripe"),
        max_length=254,
        blank=True,
        editable=False,
        help_text=_("The last one Stripe was told. Where it is not the account's, Stripe is told within minutes."),
    )
    version = models.PositiveBigIntegerField(
        _("version"), default=0, editable=False, help_text=_("How often something was written for them.")
    )
    moved_in_at = models.DateTimeField(
        _("moved in"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("From another system. What happened to them before is told to nobody here."),
    )
    created_at = models.DateTimeField(_("created"), editable=False)

    class Meta:
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        constraints = [
            models.CheckConstraint(
                condition=Q(user__isnull=False, team__isnull=True) | Q(user__isnull=True, team__isnull=False),
                name="customer_is_a_person_or_a_team",
            ),
            models.UniqueConstraint(
                fields=["user"], condition=Q(is_in_use=True), name="customer_one_in_use_per_person"
            ),
        ]

    def __str__(self) -> str:
        return str(self.user or self.team)


class CheckoutAttempt(models.Model):
    """One visit to the till, written before Stripe is asked, so that a second click finds the first."""

    class Source(models.TextChoices):
        SEARCH = "search", pgettext_lazy("came by", "search")
        SOCIAL = "social", _("social network")
        NEWSLETTER = "newsletter", pgettext_lazy("came by", "newsletter")
        CAMPAIGN = "campaign", pgettext_lazy("came by", "campaign")
        SITE = "site", _("another site")
        DIRECT = "direct", _("direct")

    class State(models.TextChoices):
        OPEN = "open", _("open")
        COMPLETED = "completed", _("completed")
        EXPIRED = "expired", _("expired")

    key = models.UUIDField(_("idempotency key"), default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("person"), on_delete=models.PROTECT, related_name="checkout_attempts"
    )
    plan = models.ForeignKey(Plan, verbose_name=_("plan"), on_delete=models.PROTECT, related_name="checkout_attempts")
    promotion = models.ForeignKey(
        "memberships.Promotion",
        verbose_name=_("promotion"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="visits",
    )
    with_trial = models.BooleanField(_("with trial"), default=False)
    begins_at = models.DateTimeField(
        _("first charge"), null=True, blank=True, help_text=_("Where it goes on after a gift: when that ends.")
    )
    state = models.CharField(_("state"), max_length=16, choices=State.choices, default=State.OPEN)
    session_id = models.CharField(_("Stripe session"), max_length=255, null=True, unique=True, editable=False)
    url = models.URLField(_("address"), max_length=2000, blank=True, editable=False)
    return_to = models.CharField(_("came from"), max_length=500, blank=True)
    subscription = models.OneToOneField(
        "memberships.Subscription",
        verbose_name=_("subscription"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="checkout",
        help_text=_("What the visit brought."),
    )
    first_source = models.CharField(_("first came by"), max_length=12, choices=Source.choices, blank=True)
    first_article = models.UUIDField(_("first story"), null=True, blank=True)
    first_edition = models.UUIDField(_("first edition"), null=True, blank=True)
    last_source = models.CharField(
        _("came by"), max_length=12, choices=Source.choices, blank=True, help_text=_("Empty: not known.")
    )
    last_name = models.CharField(
        _("site or campaign"),
        max_length=100,
        blank=True,
        help_text=_("The host of the site, or the campaign's source."),
    )
    last_article = models.UUIDField(
        _("story"), null=True, blank=True, help_text=_("Public id of the story whose page led to the offer.")
    )
    last_edition = models.UUIDField(
        _("edition"), null=True, blank=True, help_text=_("Public id of the newsletter's edition.")
    )
    created_at = models.DateTimeField(_("created"))
    expires_at = models.DateTimeField(_("open until"))

    class Meta:
        verbose_name = _("checkout attempt")
        verbose_name_plural = _("checkout attempts")
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(fields=["user"], condition=Q(state="open"), name="checkout_one_open_per_person")
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.plan} · {self.get_state_display()}"

    @property
    def first_charge_at(self) -> datetime:
        """At the end of a gift or a trial, else at once."""
        return self.begins_at or self.created_at + timedelta(days=self.plan.trial_days if self.with_trial else 0)


class Subscription(models.Model):
    """Stripe's subscription, as last read. ``status`` is Stripe's own word, and one that we know."""

    public_id = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)
    customer = models.ForeignKey(
        Customer, verbose_name=_("customer"), on_delete=models.PROTECT, related_name="subscriptions"
    )
    plan = models.ForeignKey(Plan, verbose_name=_("plan"), on_delete=models.PROTECT, related_name="subscriptions")
    stripe_id = models.CharField(_("Stripe subscription"), max_length=255, unique=True)
    status = models.CharField(_("status"), max_length=40)
    collection_method = models.CharField(_("collection"), max_length=40, default="charge_automatically")
    quantity = models.PositiveIntegerField(_("seats"), default=1)
    trial_ends_at = models.DateTimeField(_("trial ends"), null=True, blank=True)
    period_starts_at = models.DateTimeField(_("period began"), null=True, blank=True)
    period_ends_at = models.DateTimeField(_("period ends"), null=True, blank=True)
    cancel_at = models.DateTimeField(
        _("ends on"),
        null=True,
        blank=True,
        help_text=_("Set when it is scheduled to end, whichever way Stripe says it."),
    )
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    end_reason = models.CharField(
        _("ended because"), max_length=40, blank=True, help_text=_("Stripe's own word, where it says why.")
    )
    past_due_since = models.DateTimeField(_("payment overdue since"), null=True, blank=True)
    due_at = models.DateTimeField(
        _("payment due by"), null=True, blank=True, help_text=_("Of the oldest open invoice that is sent.")
    )
    has_paid = models.BooleanField(_("has paid"), default=False, help_text=_("An invoice above zero was paid."))
    card_label = models.CharField(_("card"), max_length=60, blank=True)
    next_amount = models.IntegerField(
        _("next charge in minor units"),
        null=True,
        blank=True,
        help_text=_(
            "As Stripe says it, after discounts, tax and credit. Empty: nothing is charged, or it is not known."
        ),
    )
    next_currency = models.CharField(_("currency of the next charge"), max_length=3, blank=True)
    discount_label = models.CharField(_("discount"), max_length=100, blank=True)
    is_after_gift = models.BooleanField(
        _("goes on after a gift"),
        default=False,
        help_text=_("Its “trial” at Stripe is the rest of a gift, and opens nothing by itself."),
    )
    pause_reason = models.CharField(
        _("paused because"), max_length=40, blank=True, help_text=_("Stripe's own word, while it is paused.")
    )
    rests_until = models.DateTimeField(
        _("rests until"), null=True, blank=True, help_text=_("Set while it rests at the member's own wish.")
    )
    next_plan = models.ForeignKey(
        Plan,
        verbose_name=_("plan that follows"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("As Stripe's schedule says it."),
    )
    next_plan_at = models.DateTimeField(_("it follows on"), null=True, blank=True)
    follows_by_move = models.BooleanField(
        _("follows as a new price"), default=False, help_text=_("It was announced, and is no wish of the member's.")
    )
    period_amount = models.PositiveIntegerField(
        _("price of a period"),
        null=True,
        blank=True,
        help_text=_("In minor units, after discounts that last, before tax and credit. Empty: not asked yet."),
    )
    counted_a_year = models.PositiveBigIntegerField(
        _("counted a year"),
        default=0,
        editable=False,
        help_text=_("What it brings in a year as the numbers count it, in minor units. 0: it is not counted now."),
    )
    trial_refused_at = models.DateTimeField(
        _("trial refused"),
        null=True,
        blank=True,
        help_text=_("Another account had a trial with the same card; this one was ended without a charge."),
    )
    card_expires_on = models.DateField(
        _("card expires"), null=True, blank=True, help_text=_("The last day on which it can be charged.")
    )
    started_at = models.DateTimeField(_("started"))
    synced_at = models.DateTimeField(_("read from Stripe"))
    looked_at = models.DateTimeField(
        _("last looked at"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("When it was last in doubt and Stripe was asked, whether or not the answer could be read."),
    )

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("subscription")
        verbose_name_plural = _("subscriptions")
        ordering = ["-started_at"]
        indexes = [
            models.Index(fields=["customer", "status"], name="subscription_by_customer"),
            models.Index(fields=["started_at"], name="subscription_by_start"),
        ]

    def __str__(self) -> str:
        return f"{self.customer} · {self.plan} · {self.status}"

    @property
    def came_along(self) -> bool:
        """Whether it had begun before its payer moved in from another system."""
        moved_in_at = self.customer.moved_in_at
        return moved_in_at is not None and self.started_at <= moved_in_at + _CLOCKS_APART

    @property
    def runs_on_refused_trial(self) -> bool:
        """Whether it is still to be ended at Stripe because its card had a trial with another account."""
        return self.status == "trialing" and self.trial_refused_at is not None

    @property
    def rests_by_wish(self) -> bool:
        """Whether it is paused because somebody asked for it, rather than for want of a card or of a payment."""
        return self.status == "paused" and self.pause_reason == "pause_requested"

    @property
    def list_price(self) -> Charge:
        """What a period costs before discounts, tax and credit."""
        return Charge(self.plan.amount * self.quantity, self.plan.currency)

    @property
    def next_charge(self) -> Charge:
        """What is charged next: as Stripe says it, else the list price."""
        return self.list_price if self.next_amount is None else Charge(self.next_amount, self.next_currency)


class Invoice(models.Model):
    """Stripe's invoice, as last read. Amounts are integers in minor units."""

    customer = models.ForeignKey(
        Customer, verbose_name=_("customer"), on_delete=models.PROTECT, related_name="invoices"
    )
    subscription = models.ForeignKey(
        Subscription, verbose_name=_("subscription"), null=True, on_delete=models.PROTECT, related_name="invoices"
    )
    stripe_id = models.CharField(_("Stripe invoice"), max_length=255, unique=True)
    number = models.CharField(_("number"), max_length=100, blank=True)
    status = models.CharField(_("status"), max_length=40)
    currency = models.CharField(_("currency"), max_length=3)
    amount_due = models.IntegerField(_("due"))
    amount_paid = models.IntegerField(_("paid"))
    total = models.IntegerField(
        _("total"),
        null=True,
        blank=True,
        help_text=_("After discounts, with tax, before credit. Empty: not asked yet."),
    )
    tax = models.IntegerField(_("tax"), default=0, help_text=_("Contained in the total."))
    discount = models.IntegerField(_("discount"), default=0, help_text=_("Taken off before the total."))
    plan = models.ForeignKey(
        Plan, verbose_name=_("plan"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    country = models.CharField(_("billed in"), max_length=2, blank=True, help_text=_("ISO 3166 code; empty: unknown."))
    billing_reason = models.CharField(_("for"), max_length=60, blank=True)
    hosted_url = models.URLField(_("page"), max_length=2000, blank=True)
    pdf_url = models.URLField(_("PDF"), max_length=2000, blank=True)
    period_starts_at = models.DateTimeField(_("for the time from"), null=True, blank=True)
    period_ends_at = models.DateTimeField(_("for the time until"), null=True, blank=True)
    attempt_count = models.PositiveIntegerField(_("charges tried"), default=0)
    next_attempt_at = models.DateTimeField(_("next charge tried"), null=True, blank=True)
    due_at = models.DateTimeField(_("due by"), null=True, blank=True)
    issued_at = models.DateTimeField(_("issued"))
    paid_at = models.DateTimeField(_("paid on"), null=True, blank=True)
    synced_at = models.DateTimeField(_("read from Stripe"))

    objects = InvoiceQuerySet.as_manager()

    class Meta:
        verbose_name = _("invoice")
        verbose_name_plural = _("invoices")
        ordering = ["-issued_at"]
        indexes = [models.Index(fields=["issued_at"], name="invoice_by_issue")]

    def __str__(self) -> str:
        return self.number or self.stripe_id


class StripeEvent(models.Model):
    """The inbox of webhooks: stored raw and once before anything is done about it."""

    class State(models.TextChoices):
        RECEIVED = "received", _("received")
        DONE = "done", _("done")
        IGNORED = "ignored", _("nothing to do")
        PARKED = "parked", _("waiting for its customer")
        QUARANTINED = "quarantined", _("not ours")
        FAILED = "failed", _("failed, will be tried again")

    event_id = models.CharField(_("event"), max_length=255, unique=True)
    type = models.CharField(_("type"), max_length=120)
    object_id = models.CharField(_("object"), max_length=255, blank=True)
    customer_id = models.CharField(_("Stripe customer"), max_length=255, blank=True)
    # Events of one lane are worked off one after the other.
    lane = models.GeneratedField(
        verbose_name=_("lane"),
        expression=Coalesce(NullIf("customer_id", Value("")), NullIf("object_id", Value("")), "event_id"),
        output_field=models.CharField(max_length=255),
        db_persist=True,
    )
    api_version = models.CharField(_("API version"), max_length=60, blank=True)
    livemode = models.BooleanField(_("live"), default=False)
    payload = models.JSONField(_("as received"))
    state = models.CharField(_("state"), max_length=16, choices=State.choices, default=State.RECEIVED)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    claimed_until = models.DateTimeField(_("being worked on until"), null=True, blank=True, editable=False)
    try_after = models.DateTimeField(_("next try"), null=True, blank=True, editable=False)
    error = models.TextField(_("what went wrong"), blank=True)
    received_at = models.DateTimeField(_("received"))
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)

    objects = StripeEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("Stripe event")
        verbose_name_plural = _("Stripe events")
        ordering = ["-received_at", "-id"]
        indexes = [
            models.Index(fields=["state", "received_at"], name="stripe_event_by_state"),
            models.Index(fields=["customer_id"], name="stripe_event_by_customer"),
            # Of millions of events kept, the few that are not settled.
            models.Index(
                fields=["lane"], condition=Q(state__in=["received", "failed", "parked"]), name="stripe_event_unsettled"
            ),
        ]
        permissions = [("replay_stripeevent", _("Can have Stripe's events worked off again"))]

    def __str__(self) -> str:
        return f"{self.type} {self.event_id}"


class TrialUse(models.Model):
    """That somebody's trial really began: one for each person, address and card."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="trial_uses",
    )
    product = models.ForeignKey(
        "memberships.Product", verbose_name=_("product"), on_delete=models.PROTECT, related_name="+"
    )
    address_hash = models.CharField(_("address"), max_length=64)
    card_hash = models.CharField(_("card"), max_length=64, blank=True)
    subscription_ref = models.CharField(_("Stripe subscription"), max_length=255, unique=True)
    began_at = models.DateTimeField(_("began"))

    class Meta:
        verbose_name = _("trial used")
        verbose_name_plural = _("trials used")
        indexes = [
            models.Index(fields=["address_hash"], name="trial_by_address"),
            models.Index(fields=["card_hash"], name="trial_by_card"),
        ]

    def __str__(self) -> str:
        return self.subscription_ref
