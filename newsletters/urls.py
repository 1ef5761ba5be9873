"""The addresses of newsletters. Those in mail that is out already can never change."""

from django.urls import path, re_path

from newsletters.views import leaving, members, pages, signing_up, tracking, travelling, webhooks

urlpatterns = [
    path("newsletters/", pages.newsletters, name="newsletters"),
    path("newsletters/sign-up/", signing_up.newsletter_signup, name="newsletter_signup"),
    path("newsletters/confirm/<str:token>/", signing_up.signup_confirm, name="signup_confirm"),
    path("newsletters/preferences/<str:token>/", leaving.preferences, name="preferences"),
    path("newsletters/unsubscribe/<str:token>/", leaving.unsubscribe, name="unsubscribe"),
    path("newsletters/offers/stop/<str:token>/", leaving.offers_stop, name="offers_stop"),
    path("newsletters/letters/stop/<str:token>/", travelling.journey_stop, name="journey_stop"),
    path("newsletters/still-wanted/<str:token>/", travelling.still_wanted, name="still_wanted"),
    path("newsletters/<slug:slug>/", pages.newsletter, name="newsletter"),
    re_path(r"^newsletters/(?P<slug>[-\w]+)/(?P<day>\d{4}-\d{2}-\d{2})/$", pages.edition, name="edition"),
    path("n/o/<str:token>", tracking.mail_open, name="mail_open"),
    path("n/c/<str:token>/<int:number>", tracking.mail_click, name="mail_click"),
    path("account/newsletters/", members.account_newsletters, name="account_newsletters"),
    path("pro/industries/", members.industries, name="industries"),
    path("webhooks/email/<slug:provider>/", webhooks.email_webhook, name="email_webhook"),
]
