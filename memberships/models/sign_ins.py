"""That somebody signed in: kept for a year, with as little of where from as still tells a stranger from the owner."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class SignIn(models.Model):
    """One sign-in. The database refuses a ``network`` that is narrower than a /24, or a /48 of IPv6."""

    class Way(models.TextChoices):
        CODE = "code", _("emailed code")
        PASSWORD = "password", _("password")
        PASSKEY = "passkey", _("passkey")
        PROVIDER = "provider", _("account elsewhere")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("account"), on_delete=models.CASCADE, related_name="sign_ins"
    )
    way = models.CharField(_("with"), max_length=16, choices=Way.choices)
    at = models.DateTimeField(_("signed in"))
    network = models.CharField(
        _("from the network"), max_length=43, blank=True, help_text=_("Cut down to a provider's; empty: not known.")
    )
    browser = models.CharField(_("browser"), max_length=30, blank=True)
    system = models.CharField(_("system"), max_length=30, blank=True)

    class Meta:
        verbose_name = _("sign-in")
        verbose_name_plural = _("sign-ins")
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(fields=["user", "-at"], name="sign_in_newest"),
            models.Index(fields=["at"], name="sign_in_oldest"),
        ]

    def __str__(self) -> str:
        return f"{self.get_way_display()} · {self.at:%Y-%m-%d %H:%M}"

    @property
    def device(self) -> str:
        """In short words, such as “Firefox on Windows”."""
        if self.browser and self.system:
            return gettext("%(browser)s on %(system)s") % {"browser": self.browser, "system": self.system}
        return self.browser or self.system or gettext("unknown device")
