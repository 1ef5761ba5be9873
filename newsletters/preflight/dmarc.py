"""Whether receivers can tell by DMARC that we are who our From says (RFC 7489).

Which names belong together is found by walking up the tree of names, as DMARC's successor does it: no list of public
suffixes is needed, and none grows old.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from newsletters.preflight.dns import Txt
from newsletters.preflight.findings import Finding
from newsletters.preflight.tags import tags_of

POLICIES = {"none", "quarantine", "reject"}
# Below the domain itself nobody looks deeper than that.
_MOST_LABELS = 7


@dataclass(frozen=True)
class Names:
    """What a letter says of where it is from. ``signer`` is whom its signature is by; empty when we do not sign."""

    domain: str
    envelope: str
    signer: str = ""


@dataclass(frozen=True)
class _Policy:
    """The record at one name: ``domain`` without the prefix."""

    domain: str
    tags: dict[str, str]


def findings(names: Names, txt: Txt) -> list[Finding]:
    """What is wrong with the domain's record, or with the names that have to fit to it."""
    name = f"_dmarc.{names.domain}"
    own = _records(names.domain, txt)
    if len(own) > 1:
        return [Finding("dmarc_several", {"name": name, "count": str(len(own))})]
    policies = _policies(names.domain, txt)
    if not policies:
        record = f"v=DMARC1; p=none; rua=mailto:dmarc@{names.domain}"
        return [Finding("dmarc_missing", {"domain": names.domain, "name": name, "record": record})]
    rules = next((each for each in policies if each.domain == names.domain), policies[-1])
    if rules.tags.get("p", "").lower() not in POLICIES:
        where = {"name": f"_dmarc.{rules.domain}", "record": "v=DMARC1; p=none;"}
        return [Finding("dmarc_policy", where)]
    return list(_of_alignment(names, rules.tags, txt))


def _of_alignment(names: Names, rules: dict[str, str], txt: Txt) -> Iterator[Finding]:
    """The signature has to fit, for it outlives being forwarded; without one of ours the envelope has to."""
    if names.signer:
        if not _fits(names.signer, names.domain, is_strict=rules.get("adkim") == "s", txt=txt):
            yield Finding("unaligned_signature", {"signer": names.signer, "domain": names.domain})
    elif not _fits(names.envelope, names.domain, is_strict=rules.get("aspf") == "s", txt=txt):
        yield Finding("unaligned_envelope", {"envelope": names.envelope, "domain": names.domain})


def _fits(name: str, domain: str, *, is_strict: bool, txt: Txt) -> bool:
    if name == domain or is_strict:
        return name == domain
    return organisation_of(name, txt) == organisation_of(domain, txt)


def organisation_of(domain: str, txt: Txt) -> str:
    """The name under which all of an organisation's names stand: the highest that says how to treat its mail."""
    policies = _policies(domain, txt)
    for policy in policies:
        if policy.tags.get("psd") == "n":
            return policy.domain
        if policy.tags.get("psd") == "y" and policy.domain != domain:
            # A suffix under which others register: theirs is one label below.
            below = domain.removesuffix(f".{policy.domain}")
            return f"{below.rpartition('.')[2]}.{policy.domain}"
    return policies[-1].domain if policies else domain


def _policies(domain: str, txt: Txt) -> list[_Policy]:
    """The records at the domain and above it, the nearest first; several at one name count for none."""
    labels = domain.split(".")
    above = [".".join(labels[start:]) for start in range(1, len(labels)) if len(labels) - start <= _MOST_LABELS]
    found = ((name, _records(name, txt)) for name in (domain, *above))
    return [_Policy(name, tags_of(records[0])) for name, records in found if len(records) == 1]


def _records(domain: str, txt: Txt) -> list[str]:
    return [record for record in txt(f"_dmarc.{domain}") if record.replace(" ", "").split(";")[0] == "v=DMARC1"]
