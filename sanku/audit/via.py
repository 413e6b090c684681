"""From where things are written: a web request, or the command line."""

from django.http import HttpRequest

from sanku.audit.models import Channel
from sanku.audit.operations import Via

COMMAND_VIA = Via(Channel.COMMAND)


def web_via(request: HttpRequest) -> Via:
    """Return the channel and the network address of a web request, for the ledger; of a program's, that it was one."""
    channel = Channel.API if getattr(request, "is_program", False) else Channel.WEB
    return Via(channel, address=request.META.get("REMOTE_ADDR", "")[:45])
