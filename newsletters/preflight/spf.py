"""Whether SPF lets receivers tell our mail from others' (RFC 7208)."""

from __future__ import annotations

import re

from newsletters.preflight.dns import Txt
from newsletters.preflight.findings import Finding

# RFC 7208 §4.6.4: whoever needs more is a permanent error.
MOST_LOOKUPS = 10
_ASK = {"include", "a", "mx", "ptr", "exists", "redirect"}
_TERM = re.compile(r"([+?~-]?)([a-z][a-z0-9_.-]*)[:=]?(.*)")
# What is worked out for each letter cannot be followed.
_MACRO = "%"


def findings(domain: str, txt: Txt) -> list[Finding]:
    """What is wrong with the domain's record; nothing when receivers can go by it."""
    records = _records(domain, txt)
    if not records:
        return [Finding("spf_missing", {"domain": domain, "record": "v=spf1 include:spf.provider.example -all"})]
    if len(records) > 1:
        return [Finding("spf_several", {"domain": domain, "count": str(len(records))})]
    walk = _Walk(txt)
    walk.through(records[0])
    found = []
    if walk.broken:
        found.append(Finding("spf_broken", {"domain": domain, "other": walk.broken}))
    if walk.lookups > MOST_LOOKUPS:
        found.append(Finding("spf_lookups", {"domain": domain, "most": str(MOST_LOOKUPS)}))
    elif not walk.is_closed:
        found.append(Finding("spf_open", {"domain": domain}))
    return found


class _Walk:
    """Through a record and those it names. ``broken`` is the first that is named and has not one record."""

    def __init__(self, txt: Txt) -> None:
        self._txt = txt
        self.lookups = 0
        self.broken = ""
        self.is_closed = False

    def through(self, record: str, *, decides: bool = True) -> None:
        """``decides`` says whether how the record ends is how the whole ends: what is included does not."""
        for qualifier, name, value in _terms(record):
            if name == "all":
                self.is_closed |= decides and qualifier in {"-", "~"}
                return
            self.lookups += name in _ASK
            if self.lookups > MOST_LOOKUPS:
                return
            if name in {"include", "redirect"} and _MACRO not in value:
                self._into(value, decides=decides and name == "redirect")

    def _into(self, other: str, *, decides: bool) -> None:
        records = _records(other, self._txt)
        if len(records) == 1:
            self.through(records[0], decides=decides)
        else:
            self.broken = self.broken or other


def _records(domain: str, txt: Txt) -> list[str]:
    return [record for record in txt(domain) if record.lower().split(" ")[0] == "v=spf1"]


def _terms(record: str) -> list[tuple[str, str, str]]:
    """Qualifier, name and value of each term; the one that leads on to another record comes last (§6.1)."""
    terms = record.lower().split()[1:]
    found = [(match[1], match[2], match[3]) for term in terms if (match := _TERM.fullmatch(term))]
    return sorted(found, key=lambda term: term[1] == "redirect")
