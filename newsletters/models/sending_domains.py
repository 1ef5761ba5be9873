"""What the name servers say of a domain we send by."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class SendingDomain(models.Model):
    """A domain that stands in our From, and what was wrong with its records when they were last read.

    ``unanswered_at`` is when nobody answered since: what was found before stands until somebody does.
    """

    domain = models.CharField(_("domain"), max_length=253, unique=True)
    checked_at = models.DateTimeField(_("checked"), null=True)
    findings = models.JSONField(_("findings"), default=list)
    unanswered_at = models.DateTimeField(_("no answer since"), null=True)

    class Meta:
        verbose_name = _("sending domain")
        verbose_name_plural = _("sending domains")
        ordering = ["domain"]
        constraints = [
            models.CheckConstraint(
                condition=Q(checked_at__isnull=False) | Q(findings=[]), name="sending_domain_found_was_checked"
            ),
        ]

    def __str__(self) -> str:
        return self.domain
