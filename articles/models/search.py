"""The words of free texts."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _


class Word(models.Model):
    """A word that some text once showed everybody, for guessing what a mistyped one was meant to be.

    It stays when its text goes: a guess is only ever shown with texts that hold it now.
    """

    language = models.CharField(_("language"), max_length=8, choices=settings.LANGUAGES)
    word = models.CharField(_("folded"), max_length=24, help_text=_("As search compares it."))
    written = models.CharField(_("as written"), max_length=48)
    trigrams = ArrayField(models.CharField(max_length=3), verbose_name=_("groups of three letters"))

    class Meta:
        verbose_name = _("word")
        verbose_name_plural = _("words")
        constraints = [models.UniqueConstraint(fields=["language", "word"], name="word_once_a_language")]
        indexes = [GinIndex(fields=["trigrams"], name="word_trigrams")]

    def __str__(self) -> str:
        return self.written
