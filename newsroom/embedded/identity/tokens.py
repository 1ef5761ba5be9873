"""What a provider issues: codes that are good once, and signed tokens that say who somebody is."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from dataclasses import dataclass
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

NAMES = {"google": "Google", "apple": "Apple", "microsoft": "Microsoft"}
_CODE_IS_GOOD_FOR = 300
_TOKEN_IS_GOOD_FOR = 3600
# What allauth holds a token of Apple's against, whoever signed it.
_APPLE = "https://appleid.apple.com"
_TENANT = "9188040d-6c67-4c5b-b112-36a304b66dad"


class Refused(Exception):
    """The error of RFC 6749 §5.2 by its name."""


@dataclass(frozen=True)
class Person:
    """Who somebody said they are. ``subject`` is the provider's name for them, which stays when the address changes."""

    email: str
    name: str
    subject: str
    language: str = "en"


@dataclass(frozen=True)
class Grant:
    """A code that was given: to whom, for which program, until when (seconds since 1970)."""

    provider: str
    person: Person
    client_id: str
    redirect_uri: str
    challenge: str
    until: float


class Issuer:
    """The one key, and the codes and tokens that are out. Nothing is kept: whoever comes back is who they say."""

    def __init__(self, base: str) -> None:
        self._base = base
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self._kid = secrets.token_hex(8)
        self._grants: dict[str, Grant] = {}
        self._known: dict[str, dict[str, Any]] = {}
        self._lock = threading.Lock()

    def jwks(self) -> dict[str, Any]:
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self._key.public_key()))
        return {"keys": [{**public, "kid": self._kid, "use": "sig", "alg": "RS256"}]}

    def discovery(self, provider: str) -> dict[str, Any]:
        """OpenID Connect Discovery 1.0 §3."""
        here = f"{self._base}/{provider}"
        return {
            "issuer": self.issuer(provider, "{tenantid}"),
            "authorization_endpoint": f"{here}/authorize",
            "token_endpoint": f"{here}/token",
            "userinfo_endpoint": f"{here}/userinfo",
            "jwks_uri": f"{here}/jwks",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
            "code_challenge_methods_supported": ["S256"],
        }

    def issuer(self, provider: str, tenant: str) -> str:
        """Microsoft's organisations are issuers of their own; the others are one."""
        if provider == "microsoft":
            return f"{self._base}/microsoft/{tenant}/v2.0"
        return _APPLE if provider == "apple" else f"{self._base}/{provider}"

    def grant(self, provider: str, person: Person, client_id: str, redirect_uri: str, challenge: str) -> str:
        code = secrets.token_urlsafe(24)
        with self._lock:
            until = time.time() + _CODE_IS_GOOD_FOR
            self._grants[code] = Grant(provider, person, client_id, redirect_uri, challenge, until)
        return code

    def exchange(self, provider: str, form: dict[str, str]) -> dict[str, Any]:
        """The tokens for a code, once. Raises Refused."""
        with self._lock:
            grant = self._grants.pop(form.get("code", ""), None)
        asked = (provider, form.get("client_id"), form.get("redirect_uri"))
        if grant is None or grant.until < time.time():
            raise Refused("invalid_grant")
        if asked != (grant.provider, grant.client_id, grant.redirect_uri) or not form.get("client_secret"):
            raise Refused("invalid_client")
        if grant.challenge != _challenge_of(form.get("code_verifier", "")):
            raise Refused("invalid_grant")
        claims = self._claims(grant)
        token = secrets.token_urlsafe(24)
        with self._lock:
            self._known[token] = claims
        signed = jwt.encode(claims, self._key, algorithm="RS256", headers={"kid": self._kid})
        return {"access_token": token, "token_type": "Bearer", "expires_in": _TOKEN_IS_GOOD_FOR, "id_token": signed}

    def userinfo(self, token: str) -> dict[str, Any]:
        """The claims behind an access token. Raises Refused."""
        with self._lock:
            claims = self._known.get(token)
        if claims is None:
            raise Refused("invalid_token")
        return {name: value for name, value in claims.items() if name not in {"iss", "aud", "iat", "exp"}}

    def _claims(self, grant: Grant) -> dict[str, Any]:
        person, now = grant.person, int(time.time())
        claims: dict[str, Any] = {
            "iss": self.issuer(grant.provider, _TENANT),
            "aud": grant.client_id,
            "sub": person.subject,
            "iat": now,
            "exp": now + _TOKEN_IS_GOOD_FOR,
        }
        if person.email:
            claims["email"] = person.email
        if grant.provider == "microsoft":
            return claims | {"name": person.name, "tid": _TENANT, "oid": person.subject}
        if grant.provider == "apple":
            return claims | {"email_verified": "true"}
        return claims | {"name": person.name, "locale": person.language, "email_verified": True}


def subject_of(provider: str, email: str) -> str:
    """The provider's name for whoever has said nothing but their address."""
    return hashlib.sha256(f"{provider} {email.lower()}".encode()).hexdigest()[:24]


def _challenge_of(verifier: str) -> str:
    """RFC 7636 §4.2, S256."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
