"""Columns of our own: PostgreSQL's ``cidr``, and texts that hold one thing a line."""

import ipaddress
import re
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_countries import countries as iso_3166

from memberships.idn import in_ascii

# A name of two labels or more, each as RFC 1123 §2.1 has it.
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_DOMAIN = re.compile(rf"(?:{_LABEL}\.)+{_LABEL}")
_LONGEST_DOMAIN = 253


def validate_cidr(text: str) -> None:
    """Refuse what is not a network in CIDR notation (RFC 4632, RFC 4291 §2.3)."""
    try:
        ipaddress.ip_network(text, strict=True)
    except ValueError as error:
        raise ValidationError(
            _("“%(text)s” is not an address range. Write it as 198.51.100.0/24 or 2001:db8::/48."),
            params={"text": text},
        ) from error


if TYPE_CHECKING:
    TextColumn = models.Field[str, str]
    LongColumn = models.TextField[str, str]
else:
    TextColumn = models.Field
    LongColumn = models.TextField


class CidrField(TextColumn):
    """An IPv4 or IPv6 range, kept as ``cidr`` so that the database can say which ranges hold an address."""

    default_validators = [validate_cidr]

    def db_type(self, connection: Any) -> str:
        return "cidr"

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> str | None:
        return None if value is None else str(value)

    def get_prep_value(self, value: Any) -> str | None:
        return None if value is None else str(value)

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**{"max_length": 43, **kwargs})


def lines(text: str) -> list[str]:
    """What stands in a text that holds one thing a line."""
    return [line.strip() for line in text.splitlines() if line.strip()]


class LinesField(LongColumn):
    """A text with one thing a line. Cleaning brings each into the form it is compared in, once."""

    def clean(self, value: Any, model_instance: models.Model | None) -> str:
        text = super().clean(value, model_instance)
        return "\n".join(dict.fromkeys(map(self.read, lines(text))))

    def read(self, line: str) -> str:
        """One line as it is to be kept. Raises ValidationError where it is none."""
        return line


class DomainsField(LinesField):
    """Domains as browsers send them: small letters, other scripts in ASCII (RFC 5891, UTS 46)."""

    def read(self, line: str) -> str:
        try:
            domain = in_ascii(line.lower())
        except UnicodeError:
            domain = ""
        if len(domain) > _LONGEST_DOMAIN or not _DOMAIN.fullmatch(domain):
            raise ValidationError(_("“%(text)s” is not a domain. Write it as google.com."), params={"text": line})
        return domain


class CountriesField(LinesField):
    """Countries by their ISO 3166-1 codes of two letters."""

    def read(self, line: str) -> str:
        code = line.upper()
        if code not in dict(iso_3166):
            raise ValidationError(
                _("“%(text)s” is no country. Write its ISO 3166 code of two letters, such as DE."),
                params={"text": line},
            )
        return code
