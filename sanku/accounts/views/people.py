"""The roster and the people on it."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from sanku.accounts.forms import PersonForm
from sanku.accounts.operations import give_one_time_password, save_people
from sanku.accounts.person_page import SECTIONS, person_page, section_of
from sanku.accounts.problems import message
from sanku.accounts.queries import everyone_for
from sanku.accounts.requests import sent, user_of
from sanku.accounts.roster import roster_page
from sanku.accounts.rules import MANAGES_PEOPLE
from sanku.accounts.views.guard import only
from sanku.audit.operations import Draft
from sanku.audit.via import web_via
from sanku.common.problems import Refused


@require_GET
def roster(request: HttpRequest) -> HttpResponse:
    """Show the people of the zone, what they are made of, and how they are organised."""
    context = roster_page(user_of(request), request.GET, today=timezone.localdate())
    return render(request, "accounts/roster.html", context)


@require_GET
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a person."""
    user = user_of(request)
    found = get_object_or_404(everyone_for(user), pk=pk)
    return render(request, "accounts/person.html", person_page(user, found, today=timezone.localdate()))


@require_GET
def person_section(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """Show a section of a person, read."""
    user = user_of(request)
    found = get_object_or_404(everyone_for(user), pk=pk)
    if key not in SECTIONS:
        raise Http404
    section = section_of(user, found, key, today=timezone.localdate())
    return render(request, "library/_section.html", {"section": section})


@only(MANAGES_PEOPLE)
def person_section_edit(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """Show a section of a person as a form, and save it."""
    user, today = user_of(request), timezone.localdate()
    found = get_object_or_404(everyone_for(user), pk=pk)
    if key not in SECTIONS:
        raise Http404
    form = PersonForm(sent(request), user=user, record=found, names=SECTIONS[key][1])
    if request.method == "POST" and form.is_valid():
        try:
            save_people([form.draft()], actor=user, now=timezone.now(), via=web_via(request))
        except Refused as refused:
            form.refuse(refused)
        else:
            context = person_page(user, get_object_or_404(everyone_for(user), pk=pk), today=today)
            section = next(each for each in context["sections"] if each["key"] == key)
            return render(request, "library/_section_saved.html", {**context, "section": section})
    section = section_of(user, found, key, today=today)
    return render(request, "library/_section_form.html", {"section": section, "form": form})


@only(MANAGES_PEOPLE)
@never_cache
@require_POST
def person_password(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a person a one-time password and show it, this once."""
    user = user_of(request)
    found = get_object_or_404(everyone_for(user), pk=pk)
    password = give_one_time_password(found, actor=user, now=timezone.now(), via=web_via(request))
    return render(request, "accounts/one_time_password.html", {"person": found, "password": password})


@only(MANAGES_PEOPLE)
@require_POST
def person_activity(request: HttpRequest, pk: int) -> HttpResponse:
    """Deactivate a person, or activate him again."""
    user = user_of(request)
    found = get_object_or_404(everyone_for(user), pk=pk)
    draft = Draft(found, {"is_active": not found.is_active})
    try:
        save_people([draft], actor=user, now=timezone.now(), via=web_via(request))
    except Refused as refused:
        messages.error(request, message(refused.problems[0][0]))
    else:
        said = _("%(name)s can sign in again.") if found.is_active else _("%(name)s is deactivated.")
        messages.success(request, said % {"name": found.name})
    return redirect("accounts:person", pk=pk)
