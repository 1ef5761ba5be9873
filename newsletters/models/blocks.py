"""What reviews are assembled of."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from newsletters.models.editions import Edition


class Block(models.Model):
    """A piece of a review, rendered once for all members: a story, a reason, what stands around them.

    Written down before the first copy leaves and never changed, as variants are. ``since`` is the number of the first
    variant that is made of it: where an edition goes on corrected, there are blocks anew.
    """

    edition = models.ForeignKey(Edition, verbose_name=_("edition"), on_delete=models.CASCADE, related_name="blocks")
    since = models.PositiveIntegerField(_("from variant"))
    key = models.CharField(_("what it is"), max_length=60)
    text = models.TextField(_("text"))
    html = models.TextField(_("HTML"))

    class Meta:
        verbose_name = _("block")
        verbose_name_plural = _("blocks")
        ordering = ["edition", "since", "key"]
        constraints = [models.UniqueConstraint(fields=["edition", "since", "key"], name="block_once")]

    def __str__(self) -> str:
        return f"{self.edition} / {self.since} / {self.key}"
