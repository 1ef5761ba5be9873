"""What the house lets crawlers of AI companies do, as its robots.txt says it."""

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

# A crawler's name in robots.txt: RFC 9309 §2.2.1 knows letters, dashes and underscores only.
NAME = RegexValidator(r"\A[A-Za-z_-]{1,64}\Z", _("A crawler's name has letters, dashes and underscores only."))


def validate_names(text: str) -> None:
    """Every line is a crawler's name."""
    for line in text.splitlines():
        if line.strip():
            try:
                NAME(line.strip())
            except ValidationError as error:
                raise ValidationError(
                    _("“%(line)s” is no crawler's name: write letters, dashes and underscores, one name a line."),
                    params={"line": line.strip()[:64]},
                ) from error


class CrawlerPolicy(models.Model):
    """The one row of the policy; without it, training is refused and answering with a link is allowed."""

    class Stance(models.TextChoices):
        ALLOW = "allow", _("allow them all")
        REFUSE_TRAINING = "refuse_training", _("refuse those that collect texts to train models")
        REFUSE_ALL = "refuse_all", _("refuse every crawler of AI companies")

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    stance = models.CharField(
        _("crawlers of AI companies"),
        max_length=16,
        choices=Stance.choices,
        default=Stance.REFUSE_TRAINING,
        help_text=_("Search engines are not among them. robots.txt is a request: those who ignore it are not stopped."),
    )
    also_refused = models.TextField(
        _("refused besides"),
        blank=True,
        max_length=4000,
        validators=[validate_names],
        help_text=_("Crawlers by the name they read robots.txt under, one a line."),
    )
    allowed_anyway = models.TextField(
        _("allowed all the same"),
        blank=True,
        max_length=4000,
        validators=[validate_names],
        help_text=_("For instance because their company pays for a licence. One a line; stronger than all else here."),
    )
    licence_url = models.URLField(
        _("licence"),
        blank=True,
        max_length=300,
        help_text=_("Where your terms for machines stand (RSL). robots.txt names it in a line of its own."),
    )

    class Meta:
        verbose_name = _("crawler policy")
        verbose_name_plural = _("crawler policy")
        constraints = [models.CheckConstraint(condition=Q(id=1), name="crawler_policy_is_one")]

    def __str__(self) -> str:
        return self.get_stance_display()
