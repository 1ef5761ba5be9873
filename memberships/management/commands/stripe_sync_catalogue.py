"""Brings our products, our plans and what the billing portal may offer to Stripe."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from memberships.models import Plan
from memberships.stripe import catalogue
from memberships.stripe.catalogue import CatalogueError
from memberships.stripe.client import BillingError


class Command(BaseCommand):
    help = "Make products and prices at Stripe for the plans on offer. Running it again changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        plans = Plan.objects.filter(is_offered=True).select_related("product")
        if not plans:
            self.stdout.write("There is no plan on offer.")
        try:
            pushed = catalogue.push(plans)
            is_new_portal = catalogue.ensure_portal(settings.PRO_NAME)
        except (CatalogueError, BillingError) as error:
            raise CommandError(str(error)) from error
        for each in pushed:
            self.stdout.write(
                f"{each.plan.lookup_key}: {'made' if each.is_new else 'there already'}, {each.plan.stripe_id}"
            )
        self.stdout.write(f"billing portal: {'configured' if is_new_portal else 'there already'}")
