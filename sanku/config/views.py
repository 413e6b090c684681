"""Pages of the whole installation: the way in, and whether it is well."""

from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect

from sanku.accounts.requests import user_of
from sanku.config.navigation import navigation


def home(request: HttpRequest) -> HttpResponse:
    """Send a person to the first page of his navigation."""
    return redirect(navigation(user_of(request))[0].entries[0].url)


@login_not_required
def health(request: HttpRequest) -> HttpResponse:
    """Answer whether the server reaches its database; for supervisors of the process."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"})
