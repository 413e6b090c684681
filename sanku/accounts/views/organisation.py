"""Departments, squads and new people: for those who manage them."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from sanku.accounts.forms import DepartmentForm, PersonForm, RecordForm, SquadForm
from sanku.accounts.operations import give_one_time_password, save_departments, save_people, save_squads
from sanku.accounts.organisation_page import organisation_page
from sanku.accounts.queries import all_departments_for, all_squads_for
from sanku.accounts.requests import sent, user_of
from sanku.accounts.rules import MANAGES_PEOPLE
from sanku.accounts.views.guard import only
from sanku.audit.via import web_via
from sanku.common.problems import Refused


@only(MANAGES_PEOPLE)
@require_GET
def organisation(request: HttpRequest) -> HttpResponse:
    """Show departments, squads and people, to be changed."""
    return render(request, "accounts/organisation.html", organisation_page(user_of(request)))


@only(MANAGES_PEOPLE)
def department_add(request: HttpRequest) -> HttpResponse:
    """Enter a new department."""
    form = DepartmentForm(sent(request), user=user_of(request))
    return _saved(request, form, save_departments) or _page(request, form, _("Enter a department"))


@only(MANAGES_PEOPLE)
def department_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a department."""
    user = user_of(request)
    found = get_object_or_404(all_departments_for(user), pk=pk)
    form = DepartmentForm(sent(request), user=user, record=found)
    return _saved(request, form, save_departments) or _page(request, form, found.name)


@only(MANAGES_PEOPLE)
def squad_add(request: HttpRequest) -> HttpResponse:
    """Enter a new squad."""
    initial = {"department": request.GET.get("department")}
    form = SquadForm(sent(request), user=user_of(request), initial=initial)
    return _saved(request, form, save_squads) or _page(request, form, _("Enter a squad"))


@only(MANAGES_PEOPLE)
def squad_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a squad."""
    user = user_of(request)
    found = get_object_or_404(all_squads_for(user), pk=pk)
    form = SquadForm(sent(request), user=user, record=found)
    return _saved(request, form, save_squads) or _page(request, form, found.name)


@only(MANAGES_PEOPLE)
@never_cache
def person_add(request: HttpRequest) -> HttpResponse:
    """Enter a new person, and show his one-time password, this once."""
    user = user_of(request)
    initial = {"department": request.GET.get("department")}
    form = PersonForm(sent(request), user=user, initial=initial)
    if request.method == "POST" and form.is_valid():
        draft, now, via = form.draft(), timezone.now(), web_via(request)
        try:
            save_people([draft], actor=user, now=now, via=via)
        except Refused as refused:
            form.refuse(refused)
        else:
            password = give_one_time_password(draft.record, actor=user, now=now, via=via)
            return render(
                request,
                "accounts/one_time_password.html",
                {"person": draft.record, "password": password, "is_new": True},
            )
    return _page(request, form, _("Enter a person"))


def _saved(request: HttpRequest, form: RecordForm, save: Callable[..., Any]) -> HttpResponse | None:
    """Save what was typed and go back; None where there is something to mend, or nothing was sent."""
    if request.method != "POST" or not form.is_valid():
        return None
    draft = form.draft()
    try:
        save([draft], actor=user_of(request), now=timezone.now(), via=web_via(request))
    except Refused as refused:
        form.refuse(refused)
        return None
    messages.success(request, _("%(name)s is saved.") % {"name": draft.record})
    return redirect("accounts:organisation")


def _page(request: HttpRequest, form: RecordForm, title: str) -> HttpResponse:
    url = reverse("accounts:organisation")
    context = {
        "title": title,
        "form": form,
        "back_url": url,
        "back_label": _("Organisation"),
        "cancel_url": url,
    }
    return render(request, "library/form.html", context)
