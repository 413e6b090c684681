"""From where a web request writes."""

from django.http import HttpRequest

from sanku.audit.models import Channel
from sanku.audit.operations import Via


def web_via(request: HttpRequest) -> Via:
    """Return the channel and the network address of a web request, for the ledger."""
    return Via(Channel.WEB, address=request.META.get("REMOTE_ADDR", "")[:45])
