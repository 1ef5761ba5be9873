"""What members agreed to before they gave a card, for staff to read and to show."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from memberships.admin.desk import ReadOnly
from memberships.currencies import money
from memberships.models import CheckoutAttempt, Consent, User, Voucher


@admin.register(Consent)
class ConsentAdmin(ReadOnly, ModelAdmin):  # type: ignore[misc]
    """A consent outlives its account, so both the account and the session at Stripe may be gone here."""

    list_display = ("given_at", "account", "plan_key", "price", "trial_days", "locale", "address")
    list_filter = ("plan_key", "locale")
    search_fields = ("person", "visit", "address")
    search_help_text = _("Email address, public id, visit or network address")
    date_hierarchy = "given_at"
    show_full_result_count = False
    fields = readonly_fields = (
        "given_at",
        "account",
        "person",
        "plan_key",
        "price",
        "interval",
        "trial_days",
        "first_charge_at",
        "first_charge",
        "promotion",
        "locale",
        "words",
        "words_at_the_till",
        "address",
        "user_agent",
        "visit",
        "session",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Consent]:
        accounts = User.objects.filter(public_id=OuterRef("person")).values("email")
        visits = CheckoutAttempt.objects.filter(key=OuterRef("visit")).values("session_id")
        gifts = Voucher.objects.filter(key=OuterRef("visit"))
        named: QuerySet[Consent] = super().get_queryset(request)
        return named.annotate(
            email=Coalesce(Subquery(accounts), Subquery(gifts.values("buyer_email"))),
            session_id=Coalesce(Subquery(visits), Subquery(gifts.values("session_id"))),
        )

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Consent], search_term: str
    ) -> tuple[QuerySet[Consent], bool]:
        """An address is looked up where it stands, with the account or the gift."""
        if "@" not in search_term:
            return super().get_search_results(request, queryset, search_term)  # type: ignore[no-any-return]
        people = User.objects.filter(email__iexact=search_term.strip()).values("public_id")
        gifts = Voucher.objects.filter(buyer_email__iexact=search_term.strip()).values("key")
        return queryset.filter(Q(person__in=people) | Q(visit__in=gifts)), False

    @admin.display(description=_("account"))
    def account(self, row: Consent) -> str:
        return getattr(row, "email", None) or gettext("erased")

    @admin.display(description=_("price"))
    def price(self, row: Consent) -> str:
        return money(row.amount, row.currency)

    @admin.display(description=_("amount of the first charge"), empty_value="–")
    def first_charge(self, row: Consent) -> str | None:
        return None if row.first_amount is None else money(row.first_amount, row.currency)

    @admin.display(description=_("Stripe session"), empty_value="–")
    def session(self, row: Consent) -> str | None:
        return getattr(row, "session_id", None)
