"""PostgreSQL's ``cidr`` as a Django field."""

import ipaddress
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _


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
else:
    TextColumn = models.Field


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
