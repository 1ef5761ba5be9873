"""Proving that one studies: by a mailbox at a university that answers, or by a document that staff look at."""

from __future__ import annotations

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from memberships import clock, students
from memberships.forms import StudentAddressForm, StudentDocumentForm
from memberships.models import Plan, StudentProof
from memberships.selling import on_sale, student_domains
from memberships.students import ProofRefused
from memberships.views.person import PersonRequest


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def student(request: PersonRequest) -> HttpResponse:
    """Where the proof stands, and the two ways to give one."""
    at, domains = clock.now(), student_domains(clock.now())
    way = request.POST.get("way") if request.method == "POST" else None
    by_address = StudentAddressForm(request.POST if way == "address" else None)
    by_document = StudentDocumentForm(*((request.POST, request.FILES) if way == "document" else ()))
    status = 200
    if way == "address" and by_address.is_valid():
        if not ratelimit.consume(request, action="student", key=str(request.user.public_id)):
            by_address.add_error(None, _("Too many requests in a short time. Wait a minute, then try again."))
            status = 429
        else:
            try:
                students.ask_by_address(request.user, by_address.cleaned_data["address"], domains, at)
            except ProofRefused as refusal:
                by_address.add_error("address", str(refusal))
            else:
                messages.success(request, _("We have written to that address. Open the link in the message."))
                return redirect("account_student")
    if way == "document" and by_document.is_valid():
        sent = by_document.cleaned_data
        students.ask_by_document(request.user, sent["school"], sent["document"], at)
        messages.success(request, _("Thank you. We look at it within a few days and write to you."))
        return redirect("account_student")
    if status == 200 and (by_address.errors or by_document.errors):
        status = 422
    own = StudentProof.objects.filter(user=request.user).defer("document")
    context = {
        "is_sold": any(plan.audience == Plan.Audience.STUDENT for plan in on_sale(at)),
        "domains": domains,
        "by_address": by_address,
        "by_document": by_document,
        "running": students.running(request.user, at),
        "latest": own.exclude(state=StudentProof.State.DROPPED).first(),
    }
    return render(request, "memberships/student.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def student_address(request: HttpRequest, token: str) -> HttpResponse:
    """What the link in the university's mailbox opens: a button, so that nothing that only follows links proves it."""
    try:
        proof = (
            students.confirm(token, clock.now()) if request.method == "POST" else students.behind(token, clock.now())
        )
    except ProofRefused as refusal:
        return render(request, "memberships/student_closed.html", {"sentence": str(refusal)}, status=410)
    return render(request, "memberships/student_address.html", {"proof": proof})
