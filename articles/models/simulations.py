"""Terms of reading that were tried on what was read, before anybody switches to them."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from memberships.models.terms import MOST_ALLOWED


class Simulation(models.Model):
    """One trial: what was asked, how far it has come, and what came out. Nothing is switched by it.

    ``claim`` names the run that may write; whoever takes the trial up draws a new one, and an older run finds that it
    may not any more. The shape of ``result`` is that of :class:`articles.simulating.tally.Tally`.
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("waiting")
        RUNNING = "running", _("being worked out")
        DONE = "done", _("finished")
        FAILED = "failed", _("not finished")

    class Failure(models.TextChoices):
        DIED = "died", _("It broke off several times. Ask whoever runs the servers to look at the worker’s log.")
        RULE_GONE = "rule_gone", _("A rule that was to be tried was deleted before its turn came.")

    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.QUEUED, editable=False)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("asked by"), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    asked_at = models.DateTimeField(_("asked"))
    allowance = models.PositiveSmallIntegerField(
        _("free readings a month"), validators=[MaxValueValidator(MOST_ALLOWED)]
    )
    registered_allowance = models.PositiveSmallIntegerField(
        _("with an account"), validators=[MaxValueValidator(MOST_ALLOWED)]
    )
    rules = models.JSONField(_("access rules"), default=list, help_text=_("[key, name] of each, in any order."))
    reading_rules = models.JSONField(
        _("reading rules"), default=list, help_text=_("[key, name] of each, in any order.")
    )
    claim = models.UUIDField(_("run"), null=True, editable=False)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0, editable=False)
    heard_at = models.DateTimeField(_("last heard of"), null=True, editable=False)
    readings_done = models.PositiveIntegerField(_("readings done"), default=0, editable=False)
    readings_total = models.PositiveIntegerField(_("readings in all"), default=0, editable=False)
    ended_at = models.DateTimeField(_("ended"), null=True, editable=False)
    failure = models.CharField(_("why it failed"), max_length=16, choices=Failure.choices, blank=True, editable=False)
    result = models.JSONField(_("result"), null=True, editable=False)

    class Meta:
        verbose_name = _("trial of other terms")
        verbose_name_plural = _("trials of other terms")
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["state"], condition=Q(state="running"), name="simulation_runs_alone"),
            models.CheckConstraint(
                condition=~Q(state="running") | Q(claim__isnull=False, heard_at__isnull=False),
                name="simulation_running_is_somebodys",
            ),
            models.CheckConstraint(
                condition=Q(state="done", result__isnull=False) | (~Q(state="done") & Q(result__isnull=True)),
                name="simulation_done_has_a_result",
            ),
            models.CheckConstraint(
                condition=Q(allowance__lte=MOST_ALLOWED, registered_allowance__lte=MOST_ALLOWED),
                name="simulation_allowance_is_one_that_may_be_set",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.asked_at:%Y-%m-%d %H:%M} · {self.allowance}/{self.registered_allowance}"


class SimulatedReader(models.Model):
    """Somebody with an account who would meet walls where they read on now, or the other way round.

    Gone with the account. Kept are those with most of either.
    """

    simulation = models.ForeignKey(
        Simulation, verbose_name=_("trial"), on_delete=models.CASCADE, related_name="readers"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("account"), on_delete=models.CASCADE, related_name="+"
    )
    closed = models.PositiveIntegerField(_("readings newly closed"))
    opened = models.PositiveIntegerField(_("readings newly open"))

    class Meta:
        verbose_name = _("reader in a trial")
        verbose_name_plural = _("readers in trials")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["simulation", "user"], name="simulated_reader_once"),
            models.CheckConstraint(
                condition=Q(closed__gt=0) | Q(opened__gt=0),
                name="simulated_reader_is_one_for_whom_it_changes",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: +{self.closed} −{self.opened}"
