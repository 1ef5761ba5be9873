"""Lists of addresses that come from another system: one file, and each address in it.

The rows are the progress. Whoever works on a file may die at any line, and the next one goes on with the rows that are
left; doing one twice does no harm.
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from memberships.models import BroughtFile
from newsletters.models.newsletters import Newsletter


class ListImport(BroughtFile):
    """One file, and what staff said about it: which lists, under which words, and what is done without a proof."""

    class Source(models.TextChoices):
        MAILCHIMP = "mailchimp", "Mailchimp"
        SUBSTACK = "substack", "Substack"
        GHOST = "ghost", "Ghost"
        TABLE = "table", _("another system, as CSV")

    class State(models.TextChoices):
        LOOKING = "looking", _("being looked at")
        LOOKED = "looked", _("dry run finished")
        WRITING = "writing", _("moving in")
        WRITTEN = "written", _("moved in")

    class Unproved(models.TextChoices):
        REFUSE = "refuse", _("leave them out")
        ASK = "ask", _("write to each and ask for a confirmation")
        VOUCH = "vouch", _("sign them up on my word")

    source = models.CharField(_("from"), max_length=12, choices=Source.choices)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.LOOKING)
    newsletters = models.ManyToManyField(Newsletter, verbose_name=_("newsletters"), related_name="+")
    consent_text = models.TextField(_("what they agreed to there"))
    unproved = models.CharField(_("who has no proof"), max_length=8, choices=Unproved.choices, default=Unproved.REFUSE)
    word = models.TextField(_("staff’s word that they agreed"), blank=True)

    class Meta(BroughtFile.Meta):
        verbose_name = _("list moving in")
        verbose_name_plural = _("lists moving in")
        permissions = [("export_list", "Can take the addresses of a list away as a file")]
        constraints = [
            models.CheckConstraint(condition=~Q(unproved="vouch", word=""), name="list_import_word_is_said"),
        ]


class ListImportRow(models.Model):
    """One address of a file: what that says, what would happen, and whether it did.

    Network addresses are kept as hashes only; ``proof`` is the rest of what the other system kept, as it came.
    ``lists`` are the newsletters the address is signed up to or asked about.
    """

    class Standing(models.TextChoices):
        SUBSCRIBED = "subscribed", _("gets it")
        PENDING = "pending", _("never confirmed")
        CLEANED = "cleaned", _("cannot be reached")
        UNSUBSCRIBED = "unsubscribed", _("has left")

    class State(models.TextChoices):
        WAITING = "waiting", _("not looked at yet")
        LOOKED = "looked", _("looked at")
        DONE = "done", _("moved in")
        FAILED = "failed", _("not moved in")

    class Outcome(models.TextChoices):
        SIGNS_UP = "signs_up", _("is signed up")
        IS_ASKED = "is_asked", _("is asked by email")
        STOPS = "stops", _("is never written to")
        STAYS = "stays", _("stays as it is here")
        LEFT_OUT = "left_out", _("is left out")

    class Why(models.TextChoices):
        PROVED = "proved", _("The file says when they agreed.")
        VOUCHED = "vouched", _("The file does not say when they agreed; you say that they did.")
        UNPROVED = "unproved", _("The file does not say when they agreed.")
        LATER = "later", _("The file says that they agreed on a day that is yet to come.")
        UNCONFIRMED = "unconfirmed", _("They never confirmed there.")
        LEFT = "left", _("They left there.")
        LOST = "lost", _("Mail to them came back there.")
        CHOSEN = "chosen", _("They chose here already.")
        STOPPED = "stopped", _("They must not be written to here.")

    list_import = models.ForeignKey(ListImport, verbose_name=_("file"), on_delete=models.CASCADE, related_name="rows")
    part = models.CharField(_("table"), max_length=120, blank=True)
    line = models.PositiveIntegerField(_("line"))
    email = models.EmailField(_("email address"), max_length=254, help_text=_("In lower case, as it is compared."))
    email_as_typed = models.EmailField(_("email address as typed"), max_length=254)
    standing = models.CharField(_("the file says"), max_length=12, choices=Standing.choices)
    asked_at = models.DateTimeField(_("asked there"), null=True)
    confirmed_at = models.DateTimeField(_("confirmed there"), null=True)
    address_hash = models.CharField(_("network address, hashed"), max_length=64, blank=True)
    language = models.CharField(_("language"), max_length=8, blank=True)
    proof = models.JSONField(_("what the other system kept"), default=dict, blank=True)

    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.WAITING)
    outcome = models.CharField(_("what happens"), max_length=12, choices=Outcome.choices, blank=True)
    lists = models.JSONField(_("newsletters"), default=list, blank=True, editable=False)
    why = models.CharField(_("why"), max_length=12, choices=Why.choices, blank=True)
    detail = models.CharField(_("more"), max_length=500, blank=True)
    done_at = models.DateTimeField(_("done"), null=True)

    class Meta:
        verbose_name = _("address moving in")
        verbose_name_plural = _("addresses moving in")
        ordering = ["part", "line"]
        constraints = [
            models.UniqueConstraint(fields=["list_import", "email"], name="list_row_once_per_address"),
            models.CheckConstraint(
                condition=Q(state__in=["waiting"]) | ~Q(outcome=""), name="list_row_looked_at_has_an_outcome"
            ),
        ]
        indexes = [
            models.Index(fields=["list_import", "state", "id"], name="list_row_by_state"),
            models.Index(fields=["done_at"], condition=Q(outcome="is_asked"), name="list_row_asked"),
        ]

    def __str__(self) -> str:
        return self.email_as_typed
