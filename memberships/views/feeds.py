from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from memberships import clock, feed_tokens
from memberships.feed_tokens import FeedTokenError
from memberships.forms import FeedTokenForm
from memberships.models import FeedToken
from memberships.views.person import PersonRequest


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def feeds(request: PersonRequest) -> HttpResponse:
    """Somebody's feed addresses. A new one is shown in the answer to its own request and never again."""
    form, token = FeedTokenForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        try:
            _row, token = feed_tokens.issue(request.user, form.cleaned_data["name"], clock.now())
            form = FeedTokenForm()
        except FeedTokenError as error:
            form.add_error(None, str(error))
    context = {
        "form": form,
        "tokens": FeedToken.objects.filter(user=request.user, revoked_at__isnull=True),
        "new_address": settings.SITE_URL + reverse("member_feed", args=[token, "rss"]) if token else "",
    }
    return render(request, "memberships/feeds.html", context, status=422 if form.errors else 200)


@require_POST
@never_cache
@login_required
def feed_revoke(request: PersonRequest, pk: int) -> HttpResponse:
    """End one of one's own addresses; a second time changes nothing."""
    if feed_tokens.revoke(request.user, pk, clock.now()):
        messages.success(request, _("The address was revoked. Feed readers that use it get nothing more."))
    return redirect("account_feeds")
