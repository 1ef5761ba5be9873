"""What can be wrong with the records of a domain: kept as codes, told in the language of whoever reads them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Finding:
    """``values`` are what its sentence names: domains, records, numbers."""

    code: str
    values: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return str(_SENTENCES[self.code]) % self.values

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


_SENTENCES = {
    "spf_missing": _(
        "%(domain)s has no SPF record. Publish this TXT record there, with the name of your provider: %(record)s"
    ),
    "spf_several": _("%(domain)s has %(count)s SPF records, and receivers then believe none. Publish one TXT record."),
    "spf_open": _("The SPF record of %(domain)s keeps nobody out. Let it end in ~all or -all."),
    "spf_lookups": _(
        "The SPF record of %(domain)s takes more than %(most)s look-ups, and receivers then give up. Name fewer others."
    ),
    "spf_broken": _(
        "The SPF record of %(domain)s names %(other)s, which has not exactly one SPF record. Take that out."
    ),
    "dkim_missing": _("Our signing key is not published. Publish this TXT record at %(name)s: %(record)s"),
    "dkim_several": _("There are %(count)s TXT records at %(name)s. Leave only this one: %(record)s"),
    "dkim_wrong": _("The key at %(name)s is not the one we sign with. Publish this TXT record: %(record)s"),
    "dmarc_missing": _("%(domain)s has no DMARC record. Publish this TXT record at %(name)s: %(record)s"),
    "dmarc_several": _("There are %(count)s DMARC records at %(name)s, and receivers then believe none. Leave one."),
    "dmarc_policy": _("The DMARC record at %(name)s has no valid policy. Begin it with: %(record)s"),
    "unaligned_signature": _(
        "We sign for %(signer)s and write from %(domain)s, and DMARC does not take one for the other. "
        "Set DKIM_DOMAIN to %(domain)s, and publish the key there."
    ),
    "unaligned_envelope": _(
        "Bounces go to %(envelope)s and we write from %(domain)s, and DMARC does not take one for the other. "
        "Sign our mail, or let bounces come to %(domain)s."
    ),
}
