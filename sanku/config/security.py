"""What every answer tells the browser to refuse, and from which address a request came."""

import secrets
from collections.abc import Callable
from ipaddress import ip_address
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from sanku.maps.base import tile_hosts

GetResponse = Callable[[HttpRequest], HttpResponse]


class ClientAddressMiddleware:
    """Put the address of the person's machine in place of the nearest proxy's.

    Only as many addresses of `X-Forwarded-For` are believed as the operator says that there are proxies of his own:
    anybody can send the header. It is what the ledger keeps and what sign-ins are counted by.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        passed = request.headers.get("X-Forwarded-For", "").split(",")
        if 0 < settings.PROXIES <= len(passed) and _is_address(given := passed[-settings.PROXIES].strip()):
            request.META["REMOTE_ADDR"] = given
        return self.get_response(request)


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


class ContentSecurityPolicyMiddleware:
    """Let a page run and load only what Sanku itself serves; a script within a page needs the request's nonce."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        # A sign-in through a provider is a form that leads there.
        parts = urlsplit(settings.OIDC_SERVER_URL)
        provider = f" {parts.scheme}://{parts.netloc}" if parts.netloc else ""
        tiles = "".join(f" {host}" for host in tile_hosts())
        self.policy = "; ".join(
            (
                "default-src 'self'",
                "script-src 'self' 'nonce-{nonce}'",
                # Meters and columns have their width in an attribute; style elements are refused.
                "style-src 'self'",
                "style-src-attr 'unsafe-inline'",
                f"img-src 'self' data: blob:{tiles}",
                f"connect-src 'self'{tiles}",
                "worker-src 'self' blob:",
                "object-src 'none'",
                "base-uri 'none'",
                f"form-action 'self'{provider}",
                "frame-ancestors 'none'",
            )
        )

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer with the policy; an answer that has a stricter one of its own keeps it."""
        nonce = secrets.token_urlsafe(16)
        request.csp_nonce = nonce  # type: ignore[attr-defined]
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", self.policy.format(nonce=nonce))
        return response
