"""Brings our products and plans to Stripe, and what its portal and its webhooks have to be for us."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse

from memberships import clock
from memberships.models import Plan, Product, Promotion
from memberships.stripe import account, catalogue, coupons
from memberships.stripe.catalogue import CatalogueError
from memberships.stripe.client import BillingError
from memberships.stripe.handlers import HANDLERS


class Command(BaseCommand):
    help = (
        "Make products and prices at Stripe for the plans on offer, close those of archived plans, and set up the "
        "billing portal and the webhook endpoint. Running it again changes nothing."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self._sell()
            self.stdout.write(str(account.ensure_portal(settings.PRO_NAME)))
            self._listen()
        except (CatalogueError, BillingError) as error:
            raise CommandError(str(error)) from error

    def _sell(self) -> None:
        plans = Plan.objects.filter(is_offered=True).select_related("product")
        if not plans:
            self.stdout.write("There is no plan on offer.")
        steps = catalogue.push(plans)
        steps += catalogue.close_archived(Plan.objects.filter(archived_at__isnull=False))
        steps += catalogue.rename(Product.objects.exclude(stripe_id=None))
        steps += coupons.push(Promotion.objects.filter(closed_at=None).prefetch_related("plans"), clock.now())
        for step in steps:
            self.stdout.write(str(step))

    def _listen(self) -> None:
        if not settings.SITE_URL.startswith("https://"):
            self.stdout.write("webhook endpoint: left alone, Stripe cannot reach a site without https")
            return
        steps, secret = account.ensure_endpoint(f"{settings.SITE_URL}{reverse('stripe_webhook')}", HANDLERS)
        for step in steps:
            self.stdout.write(str(step))
        if secret:
            self.stdout.write(f"Its secret, which Stripe says this once: add it to STRIPE_WEBHOOK_SECRETS.\n{secret}")
