"""Who somebody is. An address that merely gets mail is a ``Recipient`` of the newsletters app."""

from __future__ import annotations

import uuid
import zoneinfo
from collections.abc import Iterator
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from memberships import clock


def validate_time_zone(name: str) -> None:
    """Refuse a name the IANA database does not have."""
    if name not in zoneinfo.available_timezones():
        raise ValidationError(
            _("“%(name)s” is not a time zone. Use a name such as Europe/Istanbul."), params={"name": name}
        )


class UserManager(BaseUserManager["User"]):
    @classmethod
    def normalize_email(cls, email: str | None) -> str:
        """The address as it is compared: trimmed and in lower case, host and local part alike."""
        return (email or "").strip().lower()

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=self.normalize_email(username))

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Make an account; without a password it signs in by emailed code."""
        if not email.strip():
            raise ValueError("An account needs an email address.")
        fields.setdefault("joined_at", clock.now())
        user = self.model(email=email, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """A person with an account. ``email`` is the compared form, ``email_as_typed`` the one to write to."""

    public_id = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)
    email = models.EmailField(
        _("email address"),
        max_length=254,
        unique=True,
        error_messages={"unique": _("There is an account with this address already.")},
    )
    email_as_typed = models.EmailField(_("email address as typed"), max_length=254, editable=False)
    name = models.CharField(_("name"), max_length=120, blank=True)
    language = models.CharField(_("language"), max_length=8, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE)
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC", validators=[validate_time_zone])
    is_staff = models.BooleanField(_("works here"), default=False, help_text=_("May sign in to the desk."))
    is_active = models.BooleanField(
        _("active"), default=True, help_text=_("Clear this instead of deleting an account.")
    )
    history_since = models.DateTimeField(
        _("keeps a reading history since"),
        null=True,
        editable=False,
        help_text=_("Empty: nothing is kept of what this person reads."),
    )
    signed_out_times = models.PositiveIntegerField(
        _("signed out everywhere"),
        default=0,
        editable=False,
        help_text=_("How often all their sessions were ended at once; each time those before it are good no more."),
    )
    joined_at = models.DateTimeField(_("joined"), default=clock.now, editable=False)
    merged_into = models.ForeignKey(
        "self",
        verbose_name=_("was taken into"),
        null=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="merged_from",
        help_text=_("The account that has everything of this one now. Nobody signs in to this one any more."),
    )

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        ordering = ["email"]
        permissions = [
            ("erase_user", _("Can erase an account")),
            ("export_user", _("Can have someone’s data packed for them")),
            ("readdress_user", _("Can move an account to another address")),
            ("merge_user", _("Can take one account into another")),
            ("look_as_user", _("Can look at the site as a reader")),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(email=Lower(F("email"))), name="user_email_is_lower_case"),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | Q(is_active=False), name="user_taken_into_another_is_closed"
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def get_session_auth_hash(self) -> str:
        """What a session must carry to be this person's: it changes with the password and when all are ended."""
        return self._of_this_time(super().get_session_auth_hash())

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        return map(self._of_this_time, super().get_session_auth_fallback_hash())

    def _of_this_time(self, session_hash: str) -> str:
        return f"{session_hash}:{self.signed_out_times}" if self.signed_out_times else session_hash

    def clean(self) -> None:
        super().clean()
        self._settle_email()

    def save(self, *args: Any, **kwargs: Any) -> None:
        self._settle_email()
        super().save(*args, **kwargs)

    def _settle_email(self) -> None:
        """Keep the typed form beside the compared one; a later change of case alone is a new typed form."""
        compared = UserManager.normalize_email(self.email)
        if self.email != compared or self.email_as_typed.lower() != compared:
            self.email_as_typed = self.email.strip()
        self.email = compared

    def get_full_name(self) -> str:
        return self.name or self.email_as_typed

    def get_short_name(self) -> str:
        return self.name.split(" ")[0] if self.name else self.email_as_typed.split("@")[0]
