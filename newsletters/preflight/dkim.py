"""Whether the key we sign with is published (RFC 6376 §3.6)."""

from __future__ import annotations

from base64 import b64encode

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from newsletters.delivery.dkim import Signer
from newsletters.preflight.dns import Txt
from newsletters.preflight.findings import Finding
from newsletters.preflight.tags import tags_of


def findings(signer: Signer, txt: Txt) -> list[Finding]:
    """What is wrong with the record of the signer's key; nothing when receivers find the key there."""
    name = f"{signer.selector}._domainkey.{signer.domain}"
    values = {"name": name, "record": record_of(signer)}
    records = txt(name)
    if not records:
        return [Finding("dkim_missing", values)]
    if len(records) > 1:
        return [Finding("dkim_several", {**values, "count": str(len(records))})]
    return [] if _holds(records[0], signer) else [Finding("dkim_wrong", values)]


def record_of(signer: Signer) -> str:
    """What to publish."""
    return f"v=DKIM1; k=rsa; p={_public(signer, PublicFormat.SubjectPublicKeyInfo)}"


def _holds(record: str, signer: Signer) -> bool:
    """Whether a verifier can use it: the standard names the bare key, and the world publishes it in its wrapping."""
    tags = tags_of(record)
    forms = (PublicFormat.SubjectPublicKeyInfo, PublicFormat.PKCS1)
    return (
        tags.get("v", "DKIM1") == "DKIM1"
        and tags.get("k", "rsa") == "rsa"
        and "sha256" in tags.get("h", "sha256").split(":")
        and tags.get("p", "").replace(" ", "") in {_public(signer, form) for form in forms}
    )


def _public(signer: Signer, form: PublicFormat) -> str:
    return b64encode(signer.key.public_key().public_bytes(Encoding.DER, form)).decode("ascii")
