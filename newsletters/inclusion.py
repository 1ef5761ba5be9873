"""Lists that come with a membership: whoever begins to hold the product of a review gets it, until they leave it.

Nobody is asked again who ever said anything about that list, or stopped every newsletter. Whose right ends is not
taken off it: the audience leaves them out, and it comes again should they come back.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from memberships.models import Entitlement, User
from newsletters import consents
from newsletters.audience import holds
from newsletters.models import Newsletter, Recipient, Signup, SignupAct, Stream, Suppression
from newsletters.recipients import recipient_of

SOURCE = "membership"
MOST_AT_ONCE = 500


def include(at: datetime, *, users: Collection[int] | None = None) -> int:
    """Sign up members to the reviews that come with what they hold: these, or some of all; how many."""
    number = 0
    for newsletter in _reviews():
        members = _without(newsletter, at)
        if users is not None:
            members = members.filter(pk__in=users)
        number += sum(_include(member, newsletter, at) for member in members[:MOST_AT_ONCE])
    return number


def _reviews() -> QuerySet[Newsletter]:
    return Newsletter.objects.offered().premium().filter(kind=Newsletter.Kind.REVIEW).select_related("product")


def _without(newsletter: Newsletter, at: datetime) -> QuerySet[User]:
    """Members with a confirmed address who hold the list's product, read its language, and never said a word about it.

    Those for whose language there is no review get the one of the publication's own.
    """
    rights = Entitlement.objects.live(at).filter(product=newsletter.product_id)
    confirmed = EmailAddress.objects.filter(user=OuterRef("pk"), verified=True, email__iexact=OuterRef("email"))
    said = SignupAct.objects.filter(Q(newsletter=newsletter) | Q(newsletter=None), recipient__user=OuterRef("pk"))
    known = Signup.objects.filter(newsletter=newsletter, recipient__user=OuterRef("pk"))
    stopped = Suppression.objects.filter(stream=Stream.NEWSLETTERS, recipient__user=OuterRef("pk"))
    members = User.objects.filter(holds(rights, "pk"), Exists(confirmed), is_active=True, merged_into=None)
    members = members.filter(~Exists(said), ~Exists(known), ~Exists(stopped)).order_by("pk")
    if newsletter.language != settings.LANGUAGE_CODE:
        return members.filter(language=newsletter.language)
    others = _reviews().filter(product=newsletter.product_id).exclude(pk=newsletter.pk)
    return members.exclude(language__in=others.values("language"))


@transaction.atomic
def _include(user: User, newsletter: Newsletter, at: datetime) -> bool:
    recipient = recipient_of(user, at)
    if recipient.user_id != user.pk or _may_not(recipient, newsletter):
        return False
    words = _words(user, newsletter)
    _signup, is_new = Signup.objects.get_or_create(
        recipient=recipient,
        newsletter=newsletter,
        defaults={
            "state": Signup.State.CONFIRMED,
            "source": SOURCE,
            "consent_text": words,
            "requested_at": at,
            "confirmed_at": at,
        },
    )
    if is_new:
        consents.note(recipient, newsletter, SignupAct.Kind.INCLUDED, at, source=SOURCE, words=words)
    return is_new


def _may_not(recipient: Recipient, newsletter: Newsletter) -> bool:
    """Whether the address said anything before it belonged to the account."""
    acts = recipient.signup_acts.filter(Q(newsletter=newsletter) | Q(newsletter=None))
    return acts.exists() or recipient.suppressions.filter(stream=Stream.NEWSLETTERS).exists()


def _words(user: User, newsletter: Newsletter) -> str:
    with translation.override(user.language):
        return _("“%(newsletter)s” comes with %(product)s. You can leave it at any time and keep your membership.") % {
            "newsletter": newsletter.name,
            "product": newsletter.product,
        }
