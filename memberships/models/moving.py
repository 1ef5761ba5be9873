"""Members who move in from another system: one file of theirs, and each person in it.

The rows are the progress. Whoever works on a file may die at any line, and the next one goes on with the rows that are
left; doing one twice does no harm.
"""

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from memberships.models.plans import Product
from memberships.querysets import MovingRowQuerySet


class BroughtFile(models.Model):
    """A file that was brought along from another system. Each kind has a ``state`` and ``rows`` of its own."""

    file_name = models.CharField(_("file"), max_length=200)
    problems = models.JSONField(_("lines with problems"), default=list, blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("asked by"), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    asked_at = models.DateTimeField(_("asked"))
    claimed_until = models.DateTimeField(_("being worked on until"), null=True, editable=False)
    ended_at = models.DateTimeField(_("ended"), null=True, editable=False)

    if TYPE_CHECKING:
        state: Any
        rows: Any

        def get_source_display(self) -> str: ...

    class Meta:
        abstract = True
        ordering = ["-asked_at", "-id"]

    def __str__(self) -> str:
        return f"{self.get_source_display()} · {self.file_name}"


class MovingIn(BroughtFile):
    """One export of another system, and what staff said about it.

    ``mapping`` says what a price of theirs opens here: a product's slug by the id of the price at Stripe, or, where the
    other system charged by itself, a plan's lookup key by its own name for it; empty for what is none of ours.
    """

    class Source(models.TextChoices):
        GHOST = "ghost", "Ghost"
        WOOCOMMERCE = "woocommerce", "WooCommerce"
        SUBSTACK = "substack", "Substack"
        MEMBERFUL = "memberful", "Memberful"

    class State(models.TextChoices):
        LOOKING = "looking", _("being looked at")
        LOOKED = "looked", _("dry run finished")
        MOVING = "moving", _("moving in")
        MOVED = "moved", _("moved in")

    source = models.CharField(_("from"), max_length=12, choices=Source.choices)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.LOOKING)
    product = models.ForeignKey(Product, verbose_name=_("reads"), on_delete=models.PROTECT, related_name="+")
    comps_until = models.DateTimeField(_("what is given ends"))
    newsletters = models.JSONField(_("newsletters"), default=list, blank=True)
    consent_text = models.TextField(_("what they agreed to there"), blank=True)
    invites = models.BooleanField(_("tell them by email"), default=False)
    mapping = models.JSONField(_("prices"), default=dict, blank=True)
    halted_because = models.CharField(_("waits because"), max_length=500, blank=True, editable=False)

    class Meta(BroughtFile.Meta):
        verbose_name = _("moving in")
        verbose_name_plural = _("moving in")


class MovingRow(models.Model):
    """One person of an export: what it says, what would happen, and whether it did.

    The first block is the export's; the second the dry run's, which asks Stripe; ``user`` is the account they got.
    """

    class Claim(models.IntegerChoices):
        FREE = 0, _("reads what is free")
        COMP = 1, _("was given it")
        PAID = 2, _("pays")

    class State(models.TextChoices):
        WAITING = "waiting", _("not looked at yet")
        LOOKED = "looked", _("looked at")
        TAKEN = "taken", _("has an account")
        MOVED = "moved", _("moved in")
        FAILED = "failed", _("not moved in")

    class Outcome(models.TextChoices):
        READS = "reads", _("gets access")
        LOSES = "loses", _("loses access")
        FREE = "free", _("reads what is free")
        UNCLEAR = "unclear", _("unclear")

    class Why(models.TextChoices):
        RUNS = "runs", _("Their subscription runs on at Stripe.")
        RUNS_UNCLAIMED = "runs_unclaimed", _("The export says they do not pay, but their subscription runs at Stripe.")
        CONTINUES = "continues", _("Charged here from the next payment on, by the same card.")
        RUNS_OUT = "runs_out", _("What they paid for is theirs until then; it does not renew.")
        GIVEN = "given", _("It was given to them, without payment.")
        ENDED = "ended", _("The subscription has ended at Stripe, or is not paid.")
        OVER = "over", _("What the export says ended before today.")
        NONE = "none", _("Stripe has no subscription of theirs.")
        FOREIGN = "foreign", _("What they pay for there is not sold here.")
        PRICE = "price", _("Say first what this price opens here.")
        UNKNOWN = "unknown", _("Our account at Stripe does not know this customer.")
        ADDRESS = "address", _("This customer has another address at Stripe.")
        SEVERAL = "several", _("More than one subscription of theirs runs at Stripe.")
        CUSTOMERS = "customers", _("Several customers at Stripe have this address.")
        TAKEN = "taken", _("This customer at Stripe belongs to another account here.")
        MEMBER = "member", _("They have a membership here already.")
        CLOSED = "closed", _("Their account here is closed.")
        NO_CARD = "no_card", _("Stripe has no card of theirs.")
        DUE = "due", _("The next payment is in the past: have the shop charge it, then export again.")
        REFUSED = "refused", _("Stripe does not say.")

    moving_in = models.ForeignKey(MovingIn, verbose_name=_("file"), on_delete=models.CASCADE, related_name="rows")
    line = models.PositiveIntegerField(_("line"))
    email = models.EmailField(_("email address"), max_length=254, help_text=_("In lower case, as it is compared."))
    email_as_typed = models.EmailField(_("email address as typed"), max_length=254)
    name = models.CharField(_("name"), max_length=120, blank=True)
    claim = models.PositiveSmallIntegerField(_("the export says"), choices=Claim.choices)
    renews = models.BooleanField(_("renews"))
    customer_ref = models.CharField(_("Stripe customer"), max_length=255, blank=True)
    subscription_ref = models.CharField(_("Stripe subscription"), max_length=255, blank=True)
    card_ref = models.CharField(_("card at Stripe"), max_length=255, blank=True)
    paid_until = models.DateTimeField(_("until, by the export"), null=True)
    joined_at = models.DateTimeField(_("joined there"), null=True)
    wants_mail = models.BooleanField(_("gets newsletters"), null=True)
    plan_name = models.CharField(_("called there"), max_length=255, blank=True)

    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.WAITING)
    outcome = models.CharField(_("what happens"), max_length=8, choices=Outcome.choices, blank=True)
    why = models.CharField(_("why"), max_length=16, choices=Why.choices, blank=True)
    detail = models.CharField(_("more"), max_length=500, blank=True)
    until = models.DateTimeField(_("reads until"), null=True)
    price_ref = models.CharField(_("price"), max_length=255, blank=True)
    price_label = models.CharField(_("price in words"), max_length=255, blank=True)
    is_known = models.BooleanField(_("has an account here"), default=False)
    is_vouched = models.BooleanField(
        _("staff say it is theirs"), default=False, help_text=_("Though the customer has another address at Stripe.")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("account"), null=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = MovingRowQuerySet.as_manager()

    class Meta:
        verbose_name = _("person moving in")
        verbose_name_plural = _("people moving in")
        ordering = ["line"]
        constraints = [
            models.UniqueConstraint(fields=["moving_in", "email"], name="moving_row_once_per_address"),
            models.CheckConstraint(
                condition=Q(state__in=["waiting"]) | ~Q(outcome=""), name="moving_row_looked_at_has_an_outcome"
            ),
        ]
        indexes = [models.Index(fields=["moving_in", "state", "id"], name="moving_row_by_state")]

    def __str__(self) -> str:
        return self.email_as_typed
