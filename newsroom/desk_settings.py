"""How the desk looks and where its doors are: the settings of Unfold and of the editor."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


def _door(
    title: Any, icon: str, model: str, query: str = "", *, page: str = "changelist", permission: str = ""
) -> dict[str, Any]:
    """A line of the sidebar to a page about the model (``app.model``), for whoever may see it or has ``permission``."""
    app, name = model.split(".")
    address = _Address(f"admin:{app}_{name}_{page}", query)
    wanted = permission or f"{app}.view_{name}"
    return {
        "title": title,
        "icon": icon,
        "link": address,
        "active": address.is_open,
        "permission": lambda request: bool(str(address)) and request.user.has_perm(wanted),
    }


class _Address:
    """A list of the desk, perhaps narrowed by a query; resolved when shown, because settings are read first."""

    def __init__(self, name: str, query: str) -> None:
        self._name = name
        self._query = query

    def __str__(self) -> str:
        """Empty where the desk has no such list."""
        try:
            return f"{reverse(self._name)}{self._query}"
        except NoReverseMatch:
            return ""

    def is_open(self, request: HttpRequest) -> bool:
        """Whether the page asked for is that list, or stands below it."""
        path = str(self).partition("?")[0]
        if not path or not request.path.startswith(path):
            return False
        narrowed = "?whose=mine" if request.GET.get("whose") == "mine" else ""
        return narrowed == self._query


def _static(path: str) -> Callable[[HttpRequest], str]:
    return lambda request: static(path)


def unfold(site_name: str) -> dict[str, Any]:
    """Unfold's settings for a publication of that name, in the colours of its pages."""
    return {
        "SITE_TITLE": site_name,
        "SITE_HEADER": site_name,
        "SITE_SUBHEADER": _("The desk"),
        "SITE_URL": "/",
        "SITE_SYMBOL": "edit_note",
        "SITE_FAVICONS": [{"rel": "icon", "href": _static("img/icon-180.png"), "type": "image/png"}],
        "SHOW_BACK_BUTTON": True,
        "SHOW_HISTORY": False,
        "DASHBOARD_CALLBACK": "newsroom.dashboards.home.watch",
        "BORDER_RADIUS": "3px",
        "STYLES": [_static("css/tokens.css"), _static("desk/desk.css")],
        "COLORS": {"base": _PAPER, "primary": _SEA},
        "SIDEBAR": {"show_search": True, "show_all_applications": False, "navigation": _NAVIGATION},
    }


# The warm paper of the pages by day, their night sea by night; and the sea of the masthead.
_PAPER = {
    "50": "#faf8f3",
    "100": "#f3eee4",
    "200": "#e4ddcf",
    "300": "#cfc7b7",
    "400": "#a09b90",
    "500": "#716c61",
    "600": "#4a463f",
    "700": "#37404a",
    "800": "#232c33",
    "900": "#141a1f",
    "950": "#0e1317",
}
_SEA = {
    "50": "#eef6f6",
    "100": "#dfecec",
    "200": "#bcd8db",
    "300": "#93c3c9",
    "400": "#7fc7d1",
    "500": "#2f8493",
    "600": "#0b4f5e",
    "700": "#0a4552",
    "800": "#0a3843",
    "900": "#0a2d36",
    "950": "#061d23",
}
_NAVIGATION: list[dict[str, Any]] = [
    {
        "title": _("Write"),
        "items": [
            _door(_("Articles"), "article", "articles.draft"),
            _door(_("My articles"), "person_edit", "articles.draft", "?whose=mine"),
            _door(_("Pictures"), "image", "articles.picture"),
            _door(_("Recordings"), "mic", "articles.recording"),
            _door(_("Charts"), "bar_chart", "articles.chart"),
            _door(_("Corrections"), "published_with_changes", "articles.correction"),
        ],
    },
    {
        "title": _("Front"),
        "items": [
            _door(_("Front pages"), "newsmode", "articles.frontslot"),
            _door(_("Events"), "event", "articles.event"),
            _door(_("Who comes"), "how_to_reg", "articles.registration"),
            _door(_("Published texts"), "public", "articles.article"),
            _door(_("Pages of the house"), "apartment", "articles.housetext"),
        ],
    },
    {
        "title": _("Filed under"),
        "collapsible": True,
        "items": [
            _door(_("Formats"), "style", "articles.format"),
            _door(_("Sections"), "view_agenda", "articles.section"),
            _door(_("Series"), "auto_stories", "articles.series"),
            _door(_("Topics"), "tag", "articles.topic"),
            _door(_("Countries"), "flag", "articles.country"),
            _door(_("Industries"), "factory", "articles.industry"),
            _door(_("Authors"), "groups", "articles.author"),
            _door(_("Old addresses"), "alt_route", "articles.redirect"),
            _door(_("Crawlers"), "smart_toy", "articles.crawlerpolicy"),
        ],
    },
    {
        "title": _("Newsletters"),
        "items": [
            _door(_("Editions"), "mark_email_unread", "newsletters.edition"),
            _door(_("Newsletters"), "mail", "newsletters.newsletter"),
            _door(_("Numbers of newsletters"), "query_stats", "newsletters.newsletter", page="overview"),
            _door(
                _("Holidays"), "event_busy", "newsletters.holidaycalendar", permission="newsletters.change_newsletter"
            ),
            _door(_("Journeys"), "route", "newsletters.journey"),
            _door(_("Sponsors"), "handshake", "newsletters.sponsorship"),
            _door(_("Who gets them"), "group", "newsletters.recipient"),
            _door(_("Sign-ups"), "person_add", "newsletters.signup"),
            _door(_("Not to be written to"), "unsubscribe", "newsletters.suppression"),
            _door(_("Lists moving in"), "move_to_inbox", "newsletters.listimport"),
            _door(_("Messages"), "outbox", "newsletters.message"),
            _door(_("Receiving domains"), "speed", "newsletters.receivingdomain"),
        ],
    },
    {
        "title": _("Members"),
        "items": [
            _door(_("Accounts"), "account_circle", "memberships.user"),
            _door(_("Sign-ins"), "login", "memberships.signin"),
            _door(_("Notes about members"), "sticky_note_2", "memberships.membernote"),
            _door(_("Subscriptions"), "card_membership", "memberships.subscription"),
            _door(_("Changes of plan"), "swap_horiz", "memberships.planchange"),
            _door(_("Rests"), "pause_circle", "memberships.pause"),
            _door(_("Why they leave"), "logout", "memberships.leaving"),
            _door(_("Win-back letters"), "forward_to_inbox", "memberships.winback"),
            _door(_("Rights to read"), "key", "memberships.entitlement"),
            _door(_("Feed addresses"), "rss_feed", "memberships.feedtoken"),
            _door(_("Moving in"), "move_to_inbox", "memberships.movingin"),
            _door(_("Changes of address"), "swap_horiz", "memberships.addresschange"),
            _door(_("Erasures"), "person_remove", "memberships.erasure"),
        ],
    },
    {
        "title": _("The wall"),
        "items": [
            _door(_("Access rules"), "fence", "articles.accessrule"),
            _door(_("Terms of reading"), "speed", "memberships.paywall"),
            _door(_("Reading rules"), "signpost", "memberships.readingrule"),
            _door(
                _("Trying other terms"),
                "experiment",
                "articles.accessrule",
                page="trials",
                permission="memberships.change_paywall",
            ),
            _door(_("Metered readings"), "playlist_add_check", "memberships.meteredreading"),
            _door(_("Gift links"), "featured_seasonal_and_gifts", "memberships.giftlink"),
            _door(_("Access receipts"), "receipt", "articles.accessrule", page="receipt"),
        ],
    },
    {
        "title": _("Teams"),
        "items": [
            _door(_("Inquiries"), "contact_mail", "memberships.inquiry"),
            _door(_("Teams"), "diversity_3", "memberships.team"),
            _door(_("Seats"), "event_seat", "memberships.seat"),
            _door(_("Networks"), "lan", "memberships.network"),
        ],
    },
    {
        "title": _("Money"),
        "items": [
            _door(_("Products"), "inventory_2", "memberships.product"),
            _door(_("Plans"), "sell", "memberships.plan"),
            _door(_("Price moves"), "price_change", "memberships.pricemove"),
            _door(_("Promotions"), "percent", "memberships.promotion"),
            _door(
                _("Numbers"),
                "monitoring",
                "memberships.revenueday",
                page="numbers",
                permission="memberships.see_numbers",
            ),
            _door(_("Revenue by day"), "calendar_month", "memberships.revenueday"),
            _door(_("Movements"), "trending_up", "memberships.mrrmovement"),
            _door(_("Invoices"), "receipt_long", "memberships.invoice"),
            _door(_("Refunds"), "undo", "memberships.refund"),
            _door(_("Disputes"), "gavel", "memberships.dispute"),
            _door(_("Withdrawals"), "contract_delete", "memberships.withdrawal"),
            _door(_("Gift memberships"), "redeem", "memberships.voucher"),
            _door(_("Proofs of studies"), "school", "memberships.studentproof"),
            _door(_("Customers at Stripe"), "badge", "memberships.customer"),
            _door(_("Checkouts"), "shopping_cart_checkout", "memberships.checkoutattempt"),
            _door(_("Consents"), "task_alt", "memberships.consent"),
        ],
    },
    {
        "title": pgettext_lazy("rooms of the desk", "System"),
        "collapsible": True,
        "items": [
            _door(_("Alerts"), "notifications_active", "memberships.alert"),
            _door(_("Audit log"), "history_edu", "memberships.auditentry"),
            _door(_("Events from Stripe"), "webhook", "memberships.stripeevent"),
            _door(_("Turns of memberships"), "outgoing_mail", "memberships.happening"),
            _door(_("Sending domains"), "dns", "newsletters.sendingdomain"),
            _door(_("Warm-ups"), "device_thermostat", "newsletters.warmup"),
            _door(_("Reports"), "move_to_inbox", "newsletters.report"),
            _door(_("Roles"), "admin_panel_settings", "auth.group"),
        ],
    },
]

# The editor's own blocks. Cleaning is articles.body_schema's work, so the processors allow nothing.
EDITOR_EXTENSIONS: list[dict[str, Any]] = [
    {
        "js": ["desk/extensions"],
        "extensions": {
            name: lambda config, shared: None
            for name in (
                "Fullscreen",
                "Cite",
                "PullQuote",
                "KeyPoints",
                "PictureFigure",
                "ChartFigure",
                "EmbedCard",
                "PaywallBreak",
                "Direction",
                "PageLook",
            )
        },
    }
]
