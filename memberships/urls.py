from django.urls import path

from memberships.views import account, addresses, billing, feeds, leaving, looking, privacy, sessions, teams, withdrawal
from memberships.views.stripe_webhook import stripe_webhook

urlpatterns = [
    path("account/", account.account, name="account"),
    path("account/profile/", account.profile, name="account_profile"),
    path("account/membership/", account.membership, name="account_membership"),
    path("account/membership/return/", billing.checkout_return, name="account_return"),
    path("account/membership/cancel/", leaving.cancel, name="account_cancel"),
    path("account/membership/resume/", leaving.resume, name="account_resume"),
    path("account/membership/portal/", billing.portal, name="account_portal"),
    path("account/privacy/", privacy.privacy, name="account_privacy"),
    path("account/privacy/export/", privacy.export_ask, name="account_export_ask"),
    path("account/privacy/export/<uuid:public_id>/", privacy.export_fetch, name="account_export"),
    path("account/privacy/erase/", privacy.erase, name="account_erase"),
    path("account/address/<str:token>/", addresses.address_change, name="address_change"),
    path("account/look/end/", looking.look_end, name="look_end"),
    path("account/feeds/", feeds.feeds, name="account_feeds"),
    path("account/feeds/<int:pk>/revoke/", feeds.feed_revoke, name="account_feed_revoke"),
    # In the place of the library's page, under its name and address.
    path("account/sessions/", sessions.devices, name="usersessions_list"),
    path("account/sessions/<int:number>/end/", sessions.session_end, name="account_session_end"),
    path("account/start/", billing.start_chosen, name="account_start_chosen"),
    path("account/start/<slug:lookup_key>/", billing.start, name="account_start"),
    path("account/team/", teams.team, name="account_team"),
    path("account/team/<uuid:public_id>/invite/", teams.team_invite, name="account_team_invite"),
    path("account/seats/<uuid:public_id>/release/", teams.seat_release, name="account_seat_release"),
    path("account/invitations/<str:token>/", teams.invitation, name="invitation"),
    path("pro/teams/", teams.inquiry, name="teams_inquiry"),
    path("pro/teams/thanks/", teams.inquiry_thanks, name="teams_inquiry_thanks"),
    path("withdraw/", withdrawal.withdraw, name="withdraw"),
    path("withdraw/sent/", withdrawal.sent, name="withdraw_sent"),
    path("withdraw/<str:token>/", withdrawal.withdrawal, name="withdrawal"),
    path("webhooks/stripe/", stripe_webhook, name="stripe_webhook"),
]
