"""Django's settings. What differs between installations stands in `environment.py`."""

import os
import secrets
from pathlib import Path
from typing import Any

import dj_database_url
from django.utils.translation import gettext_lazy as _

from sanku.config.environment import PROJECT, Environment

ENVIRONMENT = Environment()
DEBUG = ENVIRONMENT.debug
DATA_DIR = ENVIRONMENT.data_dir
DATA_DIR.mkdir(parents=True, exist_ok=True)
# numba keeps what it compiled beside the code; where that is read-only, in the data folder.
if not os.access(PROJECT / "sanku", os.W_OK):
    os.environ.setdefault("NUMBA_CACHE_DIR", str(DATA_DIR / "numba"))
BASE_DIR = ENVIRONMENT.base_dir or DATA_DIR / "base"  # the national base, see warehouse/versions.py


def kept_secret(path: Path) -> str:
    """Return the secret kept in a file only its owner may read, making it on the first start."""
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(50), encoding="ascii")
    return path.read_text(encoding="ascii").strip()


SECRET_KEY = ENVIRONMENT.secret_key or kept_secret(DATA_DIR / "secret_key")
ALLOWED_HOSTS = ENVIRONMENT.hosts

INSTALLED_APPS = [
    "sanku.common",
    "sanku.warehouse",
    "sanku.audit",
    "sanku.accounts",
    "sanku.library",
    "sanku.sites",
    "sanku.companies",
    "sanku.projects",
    "sanku.base",
    "sanku.merging",
    "sanku.intake",
    "sanku.search",
    "sanku.api",
    "sanku.maps",
    "sanku.config",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_htmx",
    "django_vite",
    "django_tasks",
    "django_tasks_db",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
]

MIDDLEWARE = [
    "sanku.config.security.ClientAddressMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "sanku.config.security.ContentSecurityPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "sanku.config.language.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "sanku.accounts.programs.ProgramMiddleware",
    "sanku.accounts.middleware.PrivatePagesMiddleware",
    "sanku.accounts.middleware.SignInMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "sanku.accounts.middleware.OneTimePasswordMiddleware",
    "sanku.library.middleware.MovedMiddleware",
]

ROOT_URLCONF = "sanku.config.urls"
WSGI_APPLICATION = "sanku.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "sanku.config.navigation.shell",
            ],
        },
    }
]

# What the libraries are: background work finds them by their names.
LIBRARIES = [
    "sanku.companies.library.COMPANIES",
    "sanku.companies.target_library.TARGETS",
    "sanku.projects.library.PROJECTS",
    "sanku.sites.library.SITES",
]

# What gives the things that a person may see, by the kind of notices about them.
NOTICE_SOURCES = {
    "export": "sanku.library.export_page.exports_for",
    "bulk": "sanku.library.notices.bulk_edits_of",
    "import": "sanku.intake.queries.batches_for",
}

# --- Database ---------------------------------------------------------------------------------

SQLITE_OPTIONS: dict[str, Any] = {
    "timeout": 20,
    # With DEFERRED two writers that read first fail at once; IMMEDIATE makes them wait their turn.
    "transaction_mode": "IMMEDIATE",
    # synchronous=NORMAL: a power cut may lose the last commits, a crash of the program loses none. What is mapped counts as
    # memory of the process: a worker that imports must stay under 600 MB with it.
    "init_command": (
        "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA mmap_size=134217728;"
        "PRAGMA cache_size=-64000;PRAGMA temp_store=MEMORY;"
    ),
}


# A page of a list is a few rows of an index: on disks without moving heads that is never dearer than reading the whole
# table, and no statement runs long enough to be worth compiling or sharing out among processors. An address with options of
# its own keeps those.
POSTGRES_OPTIONS = "-c random_page_cost=1.1 -c jit=off -c max_parallel_workers_per_gather=0"


def database() -> dict[str, Any]:
    """Return the database of `DATABASE_URL`, or the embedded one in the data folder."""
    url = ENVIRONMENT.database_url
    if url:
        parsed = dj_database_url.parse(url, conn_max_age=60, conn_health_checks=True)
        if ENVIRONMENT.database_pooled:
            # pgbouncer refuses a connection that says options, and a cursor of the server's would be left behind on another.
            return {**parsed, "DISABLE_SERVER_SIDE_CURSORS": True}
        return {**parsed, "OPTIONS": {"options": POSTGRES_OPTIONS, **parsed.get("OPTIONS", {})}}
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": DATA_DIR / "sanku.sqlite3",
        "CONN_MAX_AGE": None,
        "OPTIONS": SQLITE_OPTIONS,
    }


DATABASES = {"default": database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Background work --------------------------------------------------------------------------

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}

# --- Sign-in ----------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["sanku.accounts.backends.StaffBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "sanku.accounts.adapter.StaffAccountAdapter"
SOCIALACCOUNT_ADAPTER = "sanku.accounts.adapter.StaffSocialAccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_FORMS = {"login": "sanku.accounts.forms.SignInForm"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/5m/key",  # the key is a name together with an address
    "login_failed_by_name": "300/h/key",  # the name alone: five addresses that never rest reach it, one does not
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"] if ENVIRONMENT.totp else []
SOCIALACCOUNT_PROVIDERS: dict[str, Any] = {}
if ENVIRONMENT.oidc_server_url:
    SOCIALACCOUNT_PROVIDERS["openid_connect"] = {
        "APPS": [
            {
                "provider_id": "oidc",
                "name": ENVIRONMENT.oidc_name or "OIDC",
                "client_id": ENVIRONMENT.oidc_client_id,
                "secret": ENVIRONMENT.oidc_client_secret,
                "settings": {"server_url": ENVIRONMENT.oidc_server_url},
            }
        ]
    }

SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
SESSION_COOKIE_AGE = ENVIRONMENT.session_hours * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = ENVIRONMENT.https
CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True  # pages carry the token; no script reads these
LANGUAGE_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_NAME = "sanku_session"
CSRF_COOKIE_NAME = "sanku_csrf"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if ENVIRONMENT.https:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    CSRF_TRUSTED_ORIGINS = [f"https://{'*' * host.startswith('.')}{host}" for host in ENVIRONMENT.hosts]
    SECURE_HSTS_SECONDS = 30 * 24 * 3600
PROXIES = ENVIRONMENT.proxies
PROGRAM_REQUESTS_PER_MINUTE = ENVIRONMENT.program_requests_per_minute
OIDC_SERVER_URL = ENVIRONMENT.oidc_server_url

# Rate limits count in a cache that all web processes share.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": DATA_DIR / "cache",
        # Sessions stand here too: they must not crowd out the counts of failed sign-ins.
        "OPTIONS": {"MAX_ENTRIES": 3000},
    },
    # What each process may keep for itself.
    "process": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 2000}},
}

# --- Files ------------------------------------------------------------------------------------

MEDIA_ROOT = DATA_DIR / "files"  # outside the web root: every file is served by a view that checks
ATTACHMENT_DIR = MEDIA_ROOT / "attachments"  # by digest, see library/files.py
ATTACHMENT_LIMIT_BYTES = ENVIRONMENT.attachment_limit_mb * 1_000_000
UPLOAD_LIMIT_BYTES = ENVIRONMENT.upload_limit_mb * 1_000_000
# What `sanku backup` takes along, by the name that each folder has in the backup.
BACKED_UP_FOLDERS = {"files": MEDIA_ROOT}
EXPORT_DAYS = ENVIRONMENT.export_days
FILE_UPLOAD_PERMISSIONS = 0o600
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
FRONTEND_BUILD = PROJECT / "sanku" / "static" / "dist"
STATICFILES_DIRS = [("dist", FRONTEND_BUILD)] if FRONTEND_BUILD.exists() else []
DJANGO_VITE = {
    "default": {
        "dev_mode": False,
        "manifest_path": FRONTEND_BUILD / "manifest.json",
        "static_url_prefix": "dist",
    }
}
# Vite's file names carry a hash of their content.
WHITENOISE_IMMUTABLE_FILE_TEST = r"^/static/dist/.+[.-][0-9A-Za-z_-]{8,}\..+$"

# --- The map ----------------------------------------------------------------------------------

BASE_MAP: dict[str, Any] = {
    "kind": ENVIRONMENT.base_map,
    "url": ENVIRONMENT.base_map_url,
    "labels_url": ENVIRONMENT.base_map_labels_url,
    "key": ENVIRONMENT.base_map_key,
    "datum": ENVIRONMENT.base_map_datum,
    "attribution": ENVIRONMENT.base_map_attribution,
    "review_number": ENVIRONMENT.base_map_review_number,
    "largest_zoom": ENVIRONMENT.base_map_largest_zoom,
}

# --- Language and time ------------------------------------------------------------------------

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [
    ("zh-hans", _("Simplified Chinese")),
    ("en", _("English")),
    ("zh-hant", _("Traditional Chinese")),
]
LANGUAGE_COOKIE_NAME = "sanku_language"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {"sanku": {"level": "INFO"}, "django_tasks": {"level": "INFO"}},
}
