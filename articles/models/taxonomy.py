"""What articles are filed under, and who writes them."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from memberships.models import Product


class Access(models.TextChoices):
    """Who may read past the opening."""

    FREE = "free", _("everybody")
    REGISTERED = "registered", _("whoever signs in")
    METERED = "metered", _("everybody, so many a month")
    PRODUCT = "product", _("whoever holds the product")


# Events are not read: there is nothing a meter could count.
UNCOUNTED = [choice for choice in Access.choices if choice[0] != Access.METERED]


class Named(models.Model):
    """A thing with an address and a name in each language of the interface; an empty name falls back to the first."""

    slug = models.SlugField(_("address"), max_length=120, unique=True, allow_unicode=True)
    name = models.CharField(_("name"), max_length=160)
    name_ar = models.CharField(_("name in Arabic"), max_length=160, blank=True)
    name_tr = models.CharField(_("name in Turkish"), max_length=160, blank=True)
    description = models.TextField(_("description"), blank=True)

    class Meta:
        abstract = True
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def name_in(self, language: str) -> str:
        """The name in a language code such as ``ar``; the plain name where there is none."""
        names = {"ar": self.name_ar, "tr": self.name_tr}
        return names.get(language.split("-")[0], "") or self.name

    @property
    def label(self) -> str:
        """The name in the language of the page being made."""
        return self.name_in(get_language() or settings.LANGUAGE_CODE)


class Section(Named):
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_in_navigation = models.BooleanField(_("in the navigation"), default=True)

    class Meta(Named.Meta):
        verbose_name = _("section")
        verbose_name_plural = _("sections")
        ordering = ["position", "name"]

    def get_absolute_url(self) -> str:
        return reverse("section", args=[self.slug])


class Topic(Named):
    class Meta(Named.Meta):
        verbose_name = _("topic")
        verbose_name_plural = _("topics")

    def get_absolute_url(self) -> str:
        return reverse("topic", args=[self.slug])


class Country(Named):
    code = models.CharField(_("ISO 3166 code"), max_length=2, unique=True)

    class Meta(Named.Meta):
        verbose_name = _("country")
        verbose_name_plural = _("countries")

    def get_absolute_url(self) -> str:
        return reverse("country", args=[self.slug])


class Industry(Named):
    """What members rank and premium newsletters are about."""

    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta(Named.Meta):
        verbose_name = _("industry")
        verbose_name_plural = _("industries")
        ordering = ["position", "name"]


class Series(Named):
    country = models.ForeignKey(
        Country, verbose_name=_("country"), null=True, blank=True, on_delete=models.SET_NULL, related_name="series"
    )
    picture = models.ForeignKey(
        "articles.Picture",
        verbose_name=_("picture"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    class Meta(Named.Meta):
        verbose_name = _("series")
        verbose_name_plural = _("series")

    def get_absolute_url(self) -> str:
        return reverse("series", args=[self.slug])


class Format(Named):
    """What kind of piece it is: the label before the headline, the page's layout and who may read it by default."""

    class Kind(models.TextChoices):
        NEWS = "news", _("news")
        ANALYSIS = "analysis", _("analysis")
        OPINION = "opinion", _("opinion")
        INTERVIEW = "interview", _("interview")
        MEMO = "memo", _("memo")
        TREND_REPORT = "trend_report", _("trend report")
        LIVE = "live", _("live")
        VIDEO = "video", _("video")
        AUDIO = "audio", _("audio")

    kind = models.CharField(_("layout"), max_length=16, choices=Kind.choices, default=Kind.NEWS)
    access = models.CharField(_("may be read by"), max_length=16, choices=Access.choices, default=Access.FREE)
    product = models.ForeignKey(
        Product, verbose_name=_("product"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta(Named.Meta):
        verbose_name = _("format")
        verbose_name_plural = _("formats")
        ordering = ["position", "name"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(access="product") | Q(product__isnull=False),
                name="format_product_access_names_product",
                violation_error_message=_("Say which product opens it."),
            )
        ]


class Author(Named):
    """A byline's person. May have an account, need not."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("account"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="author",
    )
    role = models.CharField(_("role"), max_length=120, blank=True)
    city = models.CharField(_("city"), max_length=80, blank=True)
    email = models.EmailField(_("public email"), blank=True)
    portrait = models.ForeignKey(
        "articles.Picture",
        verbose_name=_("portrait"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    class Meta(Named.Meta):
        verbose_name = _("author")
        verbose_name_plural = _("authors")

    def get_absolute_url(self) -> str:
        return reverse("author", args=[self.slug])
