"""What the house says about itself: terms, privacy, accessibility, how it corrects, who it is."""

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class HouseText(models.Model):
    """A text of the house in one language; a language without its own shows the first one's."""

    class Slug(models.TextChoices):
        ABOUT = "about", _("About us")
        TERMS = "terms", _("Terms")
        PRIVACY = "privacy", _("Privacy")
        ACCESSIBILITY = "accessibility", _("Accessibility")
        CORRECTIONS = "corrections", _("Corrections")

    slug = models.CharField(_("page"), max_length=20, choices=Slug.choices)
    language = models.CharField(_("language"), max_length=8, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE)
    title = models.CharField(_("title"), max_length=120)
    body = models.TextField(_("text"))
    updated_on = models.DateField(_("in force since"))

    class Meta:
        verbose_name = _("house text")
        verbose_name_plural = _("house texts")
        ordering = ["slug", "language"]
        constraints = [models.UniqueConstraint(fields=["slug", "language"], name="house_text_once_per_language")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("legal", args=[self.slug])
