"""What staff write down about a member, so that the next colleague knows it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

LONGEST_NOTE = 2000


class MemberNote(models.Model):
    """A note of one colleague about one person. The database refuses to change one; it goes only with its person."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("about"), on_delete=models.CASCADE, related_name="member_notes"
    )
    text = models.TextField(_("note"), max_length=LONGEST_NOTE)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+"
    )
    written_at = models.DateTimeField(_("written"))

    class Meta:
        verbose_name = _("note about a member")
        verbose_name_plural = _("notes about members")
        ordering = ["-written_at", "-id"]
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="member_note_says_something")]
        indexes = [models.Index(fields=["user", "-written_at"], name="member_note_newest")]

    def __str__(self) -> str:
        return f"{self.user} · {self.written_at:%Y-%m-%d}"
