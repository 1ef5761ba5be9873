"""What is sold. A product is what one may read; a plan is a price at which it is sold."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from memberships.fields import CountriesField, DomainsField


class Product(models.Model):
    """Something an entitlement opens, such as PRO."""

    slug = models.SlugField(_("short name"), unique=True)
    name = models.CharField(_("name"), max_length=120)
    stripe_id = models.CharField(
        _("Stripe product"), max_length=255, null=True, blank=True, unique=True, editable=False
    )
    stripe_key_hash = models.CharField(_("learned with key"), max_length=64, blank=True, editable=False)

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Plan(models.Model):
    """A price. Amounts are integers in the currency's minor unit; a running subscription keeps its first plan."""

    class Audience(models.TextChoices):
        PERSON = "person", _("one person")
        STUDENT = "student", _("one student")
        TEAM = "team", _("a team, per seat")
        GIFT = "gift", _("somebody else, as a gift")

    class Interval(models.TextChoices):
        MONTH = "month", _("month")
        YEAR = "year", _("year")
        ONCE = "once", _("once")

    product = models.ForeignKey(Product, verbose_name=_("product"), on_delete=models.PROTECT, related_name="plans")
    name = models.CharField(_("name"), max_length=120)
    lookup_key = models.SlugField(
        _("lookup key"), max_length=200, unique=True, help_text=_("How the price is found at Stripe. It never changes.")
    )
    audience = models.CharField(_("for"), max_length=8, choices=Audience.choices, default=Audience.PERSON)
    amount = models.PositiveIntegerField(_("amount"))
    currency = models.CharField(_("currency"), max_length=3, default="usd")
    interval = models.CharField(_("charged every"), max_length=8, choices=Interval.choices, default=Interval.YEAR)
    gift_months = models.PositiveSmallIntegerField(
        _("months given"),
        null=True,
        blank=True,
        help_text=_("For gifts only, which are charged once: for how many months they open the product."),
    )
    trial_days = models.PositiveSmallIntegerField(_("trial days"), default=0)
    is_offered = models.BooleanField(
        _("offered"), default=True, help_text=_("Clear to stop selling it; who has it keeps it.")
    )
    countries = CountriesField(
        _("sold in"),
        blank=True,
        help_text=_(
            "A price for readers of these countries only, one code a line, such as LB. There it takes the place of the "
            "plan for everywhere that is charged as often. Empty: everywhere."
        ),
    )
    domains = DomainsField(
        _("for addresses at"),
        blank=True,
        help_text=_(
            "For students: sold to whoever has a confirmed address at one of these domains, one a line, such as "
            "aub.edu.lb. What is below a domain counts too."
        ),
    )
    archived_at = models.DateTimeField(_("archived"), null=True, blank=True, editable=False)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    stripe_id = models.CharField(_("Stripe price"), max_length=255, null=True, blank=True, unique=True, editable=False)
    stripe_key_hash = models.CharField(_("learned with key"), max_length=64, blank=True, editable=False)

    class Meta:
        verbose_name = _("plan")
        verbose_name_plural = _("plans")
        ordering = ["position", "amount"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="plan_amount_is_positive"),
            models.CheckConstraint(condition=Q(trial_days__lte=730), name="plan_trial_is_at_most_two_years"),
            models.CheckConstraint(condition=Q(currency__regex=r"^[a-z]{3}$"), name="plan_currency_is_iso_4217"),
            models.CheckConstraint(
                condition=Q(audience="student") ^ Q(domains=""),
                name="plan_for_students_says_which",
                violation_error_message=_("Name the domains of a student price; other prices have none."),
            ),
            models.CheckConstraint(
                condition=(
                    Q(audience="gift", interval="once", gift_months__gte=1, gift_months__lte=60, trial_days=0)
                    | (~Q(audience="gift") & ~Q(interval="once") & Q(gift_months=None))
                ),
                name="plan_for_gifts_is_charged_once",
                violation_error_message=_("A gift is charged once, gives 1 to 60 months and has no trial."),
            ),
            models.CheckConstraint(
                condition=Q(archived_at=None) | Q(is_offered=False),
                name="plan_archived_is_not_offered",
                violation_error_message=_("It is archived: bring it back before it is offered again."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def monthly_amount(self) -> int:
        """The price of one month in minor units, rounded down."""
        return self.amount // 12 if self.interval == self.Interval.YEAR else self.amount
