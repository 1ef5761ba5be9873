"""What became of the letters of one call, by what the provider said to it or did not say.

Nobody was taken when the line never stood, or when the provider says so (4xx). Whatever else is no clear answer, a
server's error as well, may have been taken: the letters are in doubt, and reports settle that.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from email.utils import parsedate_to_datetime
from ssl import SSLCertVerificationError
from typing import Any

from anymail.exceptions import AnymailError
from requests import exceptions as http
from requests.structures import CaseInsensitiveDict
from urllib3.exceptions import NewConnectionError, SSLError

from newsletters.delivery.outcomes import Outcome, Verdict, in_one_line

# A day: longer than any limit by the minute or the hour, and a slip of the provider's pen does no more harm.
LONGEST_REST = timedelta(days=1)
# The call cannot be worked off as it is. Some providers refuse a whole call for one address they find wrong: a letter
# that is refused by itself has so many tries, so that it keeps an edition waiting no longer.
_UNREADABLE = {400, 422}
# Anymail's words; it has others, for what it does not know itself.
_VERDICTS = {
    "sent": Verdict.ACCEPTED,
    "queued": Verdict.ACCEPTED,
    "rejected": Verdict.REFUSED,
    "invalid": Verdict.REFUSED,
    "failed": Verdict.REFUSED,
}
# Found wrong before anything leaves the house, or sent away by what stands at the address.
_OURS = (http.InvalidURL, http.MissingSchema, http.InvalidSchema, http.InvalidHeader, http.TooManyRedirects)


def to_error(error: Exception, *, is_alone: bool = False) -> Outcome:
    """What an error that was raised instead of an answer means for each letter of the call, or for the only one."""
    response = getattr(error, "response", None)
    if response is not None:
        return _to_status(response, is_alone)
    if isinstance(error, _OURS) or _never_stood(error):
        return Outcome(Verdict.LINE_DOWN, _words(error))
    is_before = isinstance(error, AnymailError | ValueError | TypeError) and not isinstance(error, OSError)
    return Outcome(Verdict.LINE_DOWN if is_before else Verdict.UNCERTAIN, _words(error))


def to_letters(statuses: Any, addresses: Sequence[str], response: Any) -> list[Outcome]:
    """What the provider's answer means for each letter, by anymail's reading of it."""
    said = _quoted(response)
    return [_to_letter(statuses.get(address), said) for address in addresses]


def to_nonsense(response: Any) -> Outcome:
    """What an answer means that is good by its code and by nothing else."""
    return Outcome(Verdict.UNCERTAIN, _quoted(response))


def _to_letter(status: Any, said: str) -> Outcome:
    """``said`` is the whole answer, told where the status alone explains nothing."""
    if status is None:
        return Outcome(Verdict.UNCERTAIN, said)
    verdict = _VERDICTS.get(status.status, Verdict.UNCERTAIN)
    words = in_one_line(f"{status.status} {status.message_id or ''}") if verdict is Verdict.ACCEPTED else said
    return Outcome(verdict, words)


def _to_status(response: Any, is_alone: bool) -> Outcome:
    said, code = _quoted(response), response.status_code
    if code == 429:
        return Outcome(Verdict.LINE_DOWN, said, _rest(response.headers))
    if code in _UNREADABLE and is_alone:
        return Outcome(Verdict.DEFERRED, said)
    # What the provider finds wrong with a call is us, not the readers: it can be mended, so the letters are kept.
    return Outcome(Verdict.LINE_DOWN if 300 <= code < 500 else Verdict.UNCERTAIN, said)


def _never_stood(error: Exception) -> bool:
    """Whether no connection came about, so that nothing can have been told over it."""
    if isinstance(error, http.ConnectTimeout):
        return True
    cause = error.__cause__
    reason = getattr(cause.args[0], "reason", None) if cause is not None and cause.args else None
    # A proxy that cannot be reached, a certificate that does not hold: each is wrapped once more.
    inner = getattr(reason, "original_error", reason.args[0] if isinstance(reason, SSLError) else reason)
    return isinstance(inner, NewConnectionError | SSLCertVerificationError)


def _rest(headers: CaseInsensitiveDict[str]) -> timedelta | None:
    """How long the provider asks us to wait: in seconds, or until a moment by its own clock (RFC 9110 §10.2.3)."""
    asked = headers.get("Retry-After", "").strip()
    try:
        if asked.isdecimal():
            return timedelta(seconds=min(int(asked), LONGEST_REST.total_seconds()))
        wait = parsedate_to_datetime(asked) - parsedate_to_datetime(headers.get("Date", ""))
    except (ValueError, TypeError):
        return None
    return min(max(wait, timedelta()), LONGEST_REST)


def _quoted(response: Any) -> str:
    return in_one_line(f"{response.status_code} {response.text}")


def _words(error: Exception) -> str:
    """Its cause in its own words; anymail's would quote the whole call."""
    told = error.__cause__ or error
    return in_one_line(f"{type(told).__name__}: {told}")
