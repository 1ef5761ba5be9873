"""That somebody at the desk has the sign-up forms guarded."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class SignupGuard(models.Model):
    """There is one row at most; without it, or after its moment, counters alone decide."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    until = models.DateTimeField(_("sign-ups are guarded until"), null=True)

    class Meta:
        verbose_name = _("guard of the sign-ups")
        verbose_name_plural = _("guard of the sign-ups")
        constraints = [models.CheckConstraint(condition=Q(id=1), name="signup_guard_is_one")]

    def __str__(self) -> str:
        return f"{self.until:%Y-%m-%d %H:%M}" if self.until else ""
