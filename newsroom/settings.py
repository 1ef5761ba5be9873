"""Every setting of the install, read once and strictly from the environment.

``MODE`` is ``production``, ``demo`` or ``test``. Production refuses to start while any value is missing or malformed.
Demo and test derive what is not set from ``NEWSROOM_VAR``, the directory of the embedded engines.
"""

from __future__ import annotations

import os
from email.utils import parseaddr
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import django_stubs_ext
import environ
from django.http.request import validate_host
from django.utils.translation import gettext_lazy as _

from newsroom import desk_settings, environment, provider_settings
from newsroom.embedded.addresses import addresses, secret
from newsroom.environment import Environment
from newsroom.logs import logging_config
from newsroom.picture_sizes import size

# Before anything subscripts one of Django's generic classes.
django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent

MODE = os.environ.get("MODE", "production")
# An unknown mode is held to what production demands.
IS_PRODUCTION = MODE not in {"demo", "test"}
env = Environment(strict=IS_PRODUCTION)
if MODE not in {"production", "demo", "test"}:
    env.complain("MODE is malformed: write production, demo or test")

PORT = env.read("PORT", environment.port, default=8000)
VAR_DIR = Path(os.environ.get("NEWSROOM_VAR") or BASE_DIR / "var" / MODE).resolve()
_embedded = None if IS_PRODUCTION else addresses(VAR_DIR, PORT)

# --- the publication -----
SITE_NAME = env.read("SITE_NAME", environment.text, default="The Corniche", required=True)
SITE_TAGLINE = env.read("SITE_TAGLINE", environment.maybe_text, default="Politics and business along the eastern shore")
SITE_DESCRIPTION = env.read(
    "SITE_DESCRIPTION",
    environment.maybe_text,
    default="Independent reporting and analysis on the politics, business and security of the Middle East.",
)
SITE_URL = env.read("SITE_URL", environment.https_or_loopback, default=f"http://127.0.0.1:{PORT}", required=True)
PRO_NAME = env.read("PRO_NAME", environment.text, default="Corniche PRO", required=True)
CONTACT_EMAIL = env.read("CONTACT_EMAIL", environment.email, default="desk@corniche.example", required=True)
SALES_EMAIL = env.read("SALES_EMAIL", environment.email, default="teams@corniche.example", required=True)
POSTAL_ADDRESS = env.read(
    "POSTAL_ADDRESS", environment.text, default="The Corniche, 12 Harbour Road, Beirut", required=True
)

# --- security -----
DEBUG = False
SECRET_KEY = env.read(
    "SECRET_KEY",
    environment.secret,
    default="unset" if IS_PRODUCTION else secret(VAR_DIR, "secret-key"),
    required=True,
)
# Keys used before: what they signed, and the trials they keep note of, stay known.
SECRET_KEY_FALLBACKS: list[str] = env.read("SECRET_KEY_FALLBACKS", environment.each(environment.secret), default=[])
ALLOWED_HOSTS = env.read(
    "ALLOWED_HOSTS", environment.words, default=["127.0.0.1", "localhost", "testserver"], required=True
)
_SITE_HOST = urlsplit(SITE_URL).hostname or ""
if all(map(env.names, ("ALLOWED_HOSTS", "SITE_URL"))) and not validate_host(_SITE_HOST, ALLOWED_HOSTS):
    env.complain(f"ALLOWED_HOSTS does not name {_SITE_HOST}, the host of SITE_URL")
_IS_HTTPS = SITE_URL.startswith("https://")
CSRF_TRUSTED_ORIGINS = [SITE_URL]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _IS_HTTPS else None
SECURE_SSL_REDIRECT = _IS_HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
SECURE_HSTS_SECONDS = 31_536_000 if _IS_HTTPS else 0
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _IS_HTTPS
SESSION_COOKIE_AGE = 60 * 60 * 24 * 90
CSRF_FAILURE_VIEW = "newsroom.pages.errors.csrf_failure"
X_FRAME_OPTIONS = "SAMEORIGIN"
# How many proxies of ours stand in front; their entries of X-Forwarded-For are believed, no others.
TRUSTED_PROXY_COUNT = env.read("TRUSTED_PROXY_COUNT", environment.natural, default=0)
# The request header in which they say the reader's country, such as CF-IPCountry; empty: nobody's is known.
COUNTRY_HEADER = env.read("COUNTRY_HEADER", environment.header, default="")
# Who may read /metrics. Without a token, in demo and test only, everybody may.
METRICS_TOKEN = env.read("METRICS_TOKEN", environment.secret, default="", required=True)

_CSP_PUBLIC = {
    "default-src": ["'none'"],
    "script-src": ["'self'"],
    "style-src": ["'self'"],
    "img-src": ["'self'", "data:"],
    "media-src": ["'self'"],
    "font-src": ["'self'"],
    "connect-src": ["'self'"],
    "manifest-src": ["'self'"],
    "frame-src": ["'self'"],
    "frame-ancestors": ["'self'"],
    "form-action": ["'self'", "https://checkout.stripe.com", "https://billing.stripe.com"],
    "base-uri": ["'none'"],
    "object-src": ["'none'"],
}
if _embedded is not None and not env.names("STRIPE_SECRET_KEY"):
    _CSP_PUBLIC["form-action"] = ["'self'", _embedded.stripe_api_base]
# A press of a provider's button posts a form here and is sent on there, which browsers count as the form's way.
_PROVIDERS = provider_settings.read(env, _embedded.identity_base if _embedded else None)
_CSP_PUBLIC["form-action"] += _PROVIDERS.forms_go_to
CONTENT_SECURITY_POLICY = {"DIRECTIVES": _CSP_PUBLIC}
# The desk's skin evaluates Alpine expressions and sets inline styles; it is behind a sign-in and loads nothing foreign.
CSP_DESK: dict[str, list[str]] = {
    **_CSP_PUBLIC,
    "script-src": ["'self'", "'unsafe-inline'", "'unsafe-eval'"],
    "style-src": ["'self'", "'unsafe-inline'"],
    "img-src": ["'self'", "data:", "blob:"],
}

# --- what is installed -----
INSTALLED_APPS = [
    "newsroom.apps.NewsroomConfig",
    "memberships",
    "articles",
    "newsletters",
    # Without the site it would put in place of the desk.
    "unfold.apps.BasicAppConfig",
    "newsroom.apps.DeskConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_prose_editor",
    "imagefield",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.socialaccount.providers.apple",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_structlog",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "newsroom.looking.LookAsAReader",
    "newsroom.languages.LanguageMiddleware",
    "newsroom.caching.CacheControlMiddleware",
    "newsroom.pagecache.stating.StateTheTier",
    "newsroom.refusals.RefuseNullCharacters",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "articles.redirects.RedirectMiddleware",
]
ROOT_URLCONF = "newsroom.urls"
WSGI_APPLICATION = "newsroom.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "newsroom.context.page",
            ],
        },
    },
]
# Forms are rendered by the project's own partials, so that labels, help and errors stand where the design wants them.
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
INSTALLED_APPS.append("django.forms")

# --- data -----
DATABASE_URL = env.read(
    "DATABASE_URL",
    environment.url("postgresql", "postgres"),
    default=_embedded.database_url if _embedded else "",
    required=True,
)
_database: dict[str, Any] = environ.Env.db_url_config(DATABASE_URL) if DATABASE_URL else {}
_database |= {"ENGINE": "django.db.backends.postgresql", "ATOMIC_REQUESTS": False, "CONN_MAX_AGE": 60}
_database["CONN_HEALTH_CHECKS"] = True
DATABASES = {"default": _database}

REDIS_URL = env.read(
    "REDIS_URL",
    environment.url("redis", "rediss", "redis+socket"),
    default=_embedded.queue_url if _embedded else "",
    required=True,
)
CACHE_URL = env.read(
    "CACHE_URL",
    environment.url("redis", "rediss", "unix"),
    default=_embedded.cache_url if _embedded and not env.names("REDIS_URL") else REDIS_URL,
    required=True,
)
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": CACHE_URL,
        # Every key has a time to live: the cache server may evict, the queue server never does.
        "TIMEOUT": 300,
        "KEY_PREFIX": os.environ.get("PYTEST_XDIST_WORKER", "newsroom"),
    }
}
SESSION_ENGINE = "django.contrib.sessions.backends.db"
MESSAGE_STORAGE = "django.contrib.messages.storage.fallback.FallbackStorage"

# --- time and language -----
USE_TZ = True
TIME_ZONE = env.read("TIME_ZONE", environment.time_zone, default="Asia/Beirut", required=True)
CLOCK_FILE: Path | None = _embedded.clock_file if _embedded else None
USE_I18N = True
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("ar", _("Arabic")), ("tr", _("Turkish"))]
LANGUAGE_NAMES = {"en": "English", "ar": "العربية", "tr": "Türkçe"}
FORMAT_MODULE_PATH = ["newsroom.formats"]
LOCALE_PATHS = [BASE_DIR / "locale"]

# --- files -----
STATIC_URL = "/static/"
STATIC_ROOT = env.read("STATIC_ROOT", Path, default=VAR_DIR / "static")
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = env.read("MEDIA_ROOT", Path, default=VAR_DIR / "media", required=True)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if MODE == "test"
        else "newsroom.bundles.BundlingStorage"
    },
}
WHITENOISE_USE_FINDERS = MODE == "test"
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
# Pictures and fonts are compressed already; source maps are megabytes that only a debugger asks for.
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = ["jpg", "jpeg", "png", "webp", "avif", "gif", "woff", "woff2", "gz", "br", "map"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
PICTURE_WIDTHS = [400, 800, 1200, 1600]
IMAGEFIELD_AUTOGENERATE = False  # Sizes are made by a task, see articles.media.
IMAGEFIELD_BIN_DEPTH = 2
IMAGEFIELD_FORMATS = {
    "articles.picture.file": {
        f"w{width}.{kind}": size(kind, width) for width in PICTURE_WIDTHS for kind in ("avif", "jpeg")
    }
}

# --- accounts -----
AUTH_USER_MODEL = "memberships.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = (
    ["django.contrib.auth.hashers.MD5PasswordHasher"]
    if MODE == "test"
    else ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
)
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "account"
ACCOUNT_ADAPTER = "memberships.accounts.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1"]
ACCOUNT_FORMS = {"login": "memberships.forms.PasswordSignInForm", "signup": "memberships.forms.SignUpForm"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
# Like asking for a code to sign in, and ten a day for one address: each sends a message to it.
ACCOUNT_RATE_LIMITS = {"withdraw": "20/m/ip,3/m/key,10/d/key", "student": "20/m/ip,3/m/key,10/d/key"}
ACCOUNT_LOGOUT_REDIRECT_URL = "front"
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_SESSION_REMEMBER = True
SOCIALACCOUNT_ADAPTER = "memberships.accounts.ProviderAdapter"
SOCIALACCOUNT_PROVIDERS = _PROVIDERS.for_allauth()
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_PASSKEY_SIGNUP_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not _IS_HTTPS

# --- money -----
# The demo's clock moves and its people are made up: it must not take anybody's money.
_stripe_keys = ("sk_", "rk_") if _embedded is None else ("sk_test_", "rk_test_")
STRIPE_SECRET_KEY = env.read(
    "STRIPE_SECRET_KEY", environment.prefixed(*_stripe_keys), default="sk_test_local_stand_in", required=True
)
STRIPE_WEBHOOK_SECRETS = env.read(
    "STRIPE_WEBHOOK_SECRETS",
    environment.each(environment.prefixed("whsec_")),
    default=[_embedded.stripe_webhook_secret] if _embedded else [],
    required=True,
)
# What the till asks for beside a card. Each has to be set up in Stripe's dashboard first, else no till opens.
STRIPE_TAX = env.read("STRIPE_TAX", environment.switch, default=False)
STRIPE_TAX_IDS = env.read("STRIPE_TAX_IDS", environment.switch, default=True)
STRIPE_TERMS_CONSENT = env.read("STRIPE_TERMS_CONSENT", environment.switch, default=False)
# The last day of the academic year, as 09-30: a proof of studies holds to it. Empty: it holds twelve months.
STUDENT_YEAR_ENDS = env.read("STUDENT_YEAR_ENDS", environment.day_of_year, default="")
# The one switch between Stripe and the local stand-in: where the API is. None is Stripe's own address.
STRIPE_API_BASE: str | None = _embedded.stripe_api_base if _embedded and not env.names("STRIPE_SECRET_KEY") else None

# --- mail -----
# Whatever a library sends becomes a row of the ledger; only the ledger speaks to EMAIL_URL.
EMAIL_BACKEND = "newsletters.delivery.backend.LedgerBackend"
EMAIL_URL = env.read(
    "EMAIL_URL",
    environment.url("smtp", "smtp+tls", "smtps"),
    default=_embedded.email_url if _embedded else "",
    required=True,
)
DEFAULT_FROM_EMAIL = env.read(
    "DEFAULT_FROM_EMAIL", environment.email, default="The Corniche <news@corniche.example>", required=True
)
SERVER_EMAIL = DEFAULT_FROM_EMAIL
# Whose bounces and complaints come in at /webhooks/email/<provider>/, and what each proves itself by (docs/email.md).
EMAIL_WEBHOOK_SECRETS: dict[str, str] = env.read("EMAIL_WEBHOOK_SECRETS", environment.by_name, default={})
# With a provider's key, editions go by its API (docs/email.md), else by EMAIL_URL like all other mail.
EMAIL_PROVIDER = env.read("EMAIL_PROVIDER", environment.maybe_text, default="")
EMAIL_PROVIDER_KEY = env.read("EMAIL_PROVIDER_KEY", environment.maybe_key, default="")
EMAIL_PROVIDER_DOMAIN = env.read("EMAIL_PROVIDER_DOMAIN", environment.maybe_domain, default="")
EMAIL_PROVIDER_API = env.read("EMAIL_PROVIDER_API", environment.maybe_api, default="")
if EMAIL_PROVIDER_KEY and not EMAIL_PROVIDER:
    env.complain("EMAIL_PROVIDER is missing: whose key EMAIL_PROVIDER_KEY is, such as mailgun")
# Our signature under our mail (docs/email.md), for a next server that does not sign; without a key nobody signs.
DKIM_PRIVATE_KEY = env.read("DKIM_PRIVATE_KEY", environment.private_key, default="")
DKIM_SELECTOR = env.read("DKIM_SELECTOR", environment.maybe_text, default="")
DKIM_DOMAIN = env.read(
    "DKIM_DOMAIN", environment.maybe_text, default=parseaddr(DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
)
if DKIM_PRIVATE_KEY and not DKIM_SELECTOR:
    env.complain("DKIM_SELECTOR is missing: the name under which the public half of DKIM_PRIVATE_KEY is published")
# Whether openings and clicks of editions are counted (docs/email.md): nobody's are unless somebody decides so.
COUNT_MAIL = env.read("COUNT_MAIL", environment.switch, default=MODE == "demo")
# How many processes at most hand over copies of one edition at once, each over a line of its own.
SENDERS = env.read("SENDERS", environment.positive, default=2)
# Where what cannot be delivered comes back to (docs/email.md); empty: to the sender's own mailbox.
BOUNCE_DOMAIN = env.read("BOUNCE_DOMAIN", environment.maybe_domain, default="").lower()
RETURNED_MAILDIR = env.read("RETURNED_MAILDIR", environment.maybe_text, default="")
MESSAGE_ID_DOMAIN = env.read("MESSAGE_ID_DOMAIN", environment.text, default="corniche.example", required=True)

# --- later -----
CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = 300
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_DB_REUSE_MAX = 1000
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    # Longer than a task may run, but for the nightly comparison, which takes a turn; a worker that died gives its tasks
    # back within seconds after that.
    "visibility_timeout": 600,
    "unacked_restore_interval": 2,
    "unacked_restore_throttle": 1,
}
CELERY_TIMEZONE = "UTC"

# --- machines -----
REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["newsroom.api.rendering.OrjsonRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.AllowAny"],
    "DEFAULT_PAGINATION_CLASS": "newsroom.api.paging.NewestFirstPaging",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "newsroom.api.problems.answer_with_problem",
    "DEFAULT_THROTTLE_CLASSES": [
        "rest_framework.throttling.AnonRateThrottle",
        "rest_framework.throttling.UserRateThrottle",
    ],
    "DEFAULT_THROTTLE_RATES": {"anon": "120/minute", "user": "600/minute"},
    "NUM_PROXIES": TRUSTED_PROXY_COUNT,
    # There is one format; "format" is a filter.
    "URL_FORMAT_OVERRIDE": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": f"{SITE_NAME} API",
    "VERSION": "1",
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "SERVE_INCLUDE_SCHEMA": False,
}
# Who is told at once of what was published; nobody, where these are not set. See articles.announcing.
WEBSUB_HUB = env.read("WEBSUB_HUB", environment.maybe_url, default="")
INDEXNOW_KEY = env.read("INDEXNOW_KEY", environment.indexnow_key, default="")
INDEXNOW_URL = env.read("INDEXNOW_URL", environment.url("http", "https"), default="https://api.indexnow.org/indexnow")
# --- the desk -----
UNFOLD = desk_settings.unfold(SITE_NAME)
DJANGO_PROSE_EDITOR_EXTENSIONS = desk_settings.EDITOR_EXTENSIONS
LOGGING = logging_config(as_json=IS_PRODUCTION, quiet=MODE == "test")
DJANGO_STRUCTLOG_CELERY_ENABLED = True

# The inbox and the local Stripe exist in demo and test mode only, and only where nothing outside was named for them.
STAND_INS = not IS_PRODUCTION
INBOX_DIR: Path | None = _embedded.inbox_dir if _embedded and not env.names("EMAIL_URL") else None

env.refuse_if_wrong()
