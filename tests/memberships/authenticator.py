"""A passkey in software: makes one credential and signs with it, as a telephone would."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData

FLAG = AuthenticatorData.FLAG


@dataclass
class Passkey:
    origin: str
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    id: bytes = b"a passkey of the tests"
    owner: bytes = b""

    def create(self, options: dict[str, Any]) -> str:
        """The credential as the browser posts it, for the ``creation_options`` of the page."""
        wanted = options["publicKey"]
        public = ES256.from_cryptography_key(self.key.public_key())
        held = AttestedCredentialData.create(b"\0" * 16, self.id, public)
        about = self._about(wanted["rp"]["id"], FLAG.UP | FLAG.UV | FLAG.AT, held)
        client = self._client("webauthn.create", wanted["challenge"])
        attestation = AttestationObject.create("none", about, {})
        return self._posted({"clientDataJSON": client, "attestationObject": attestation})

    def get(self, options: dict[str, Any]) -> str:
        """The signature as the browser posts it, for the ``request_options`` of the page."""
        wanted = options["publicKey"]
        about = self._about(wanted["rpId"], FLAG.UP | FLAG.UV)
        client = self._client("webauthn.get", wanted["challenge"])
        signature = self.key.sign(bytes(about) + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        said = {"clientDataJSON": client, "authenticatorData": about, "signature": signature}
        return self._posted({**said, "userHandle": self.owner})

    def _about(self, rp_id: str, flags: Any, held: Any = b"") -> AuthenticatorData:
        return AuthenticatorData.create(hashlib.sha256(rp_id.encode()).digest(), flags, 1, held)

    def _client(self, kind: str, challenge: str) -> CollectedClientData:
        return CollectedClientData.create(kind, challenge, self.origin)

    def _posted(self, response: dict[str, bytes]) -> str:
        encoded = {name: websafe_encode(bytes(value)) for name, value in response.items()}
        name = websafe_encode(self.id)
        return json.dumps(
            {"id": name, "rawId": name, "type": "public-key", "clientExtensionResults": {}, "response": encoded}
        )
