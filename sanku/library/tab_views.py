"""The views that keep addresses of a list as tabs. The dialog answers whole, so that nothing in it is ever stale."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from sanku.audit.via import web_via
from sanku.common.problems import NotAllowed, Refused
from sanku.library import operations
from sanku.library.listing import choices_of, said_of, tab_bar
from sanku.library.problems import message
from sanku.library.queries import saved_views_for
from sanku.library.requests import user_of
from sanku.library.saved_views import address_of, query_to_save, tabs_for
from sanku.library.specs import Library
from sanku.library.state import State, clean_text, columns_cookie, ids_of, state_of
from sanku.library.tabs import dialog


def tab_list(request: HttpRequest, library: Library) -> HttpResponse:
    """Show the dialog in which the views of a library are kept."""
    return _dialog(request, library, request.GET)


def tab_save(request: HttpRequest, library: Library) -> HttpResponse:
    """Keep the list as it is under a name, and open the new view."""
    user, state = user_of(request), _sent_state(request, library)
    try:
        view = operations.keep_view(
            library.name,
            name=clean_text(request.POST.get("name", "")),
            query=query_to_save(state),
            said=said_of(state, user),
            shared=request.POST.get("shared", ""),
            actor=user,
            now=timezone.now(),
            via=web_via(request),
        )
    except Refused as refused:
        return _dialog(request, library, _sent(request), problems=refused.problems[0])
    messages.success(request, _("The view “%(name)s” is among your tabs.") % {"name": view.name})
    return _to_list(request, library, address_of(view))


def tab_change(request: HttpRequest, library: Library, saved: int) -> HttpResponse:
    """Give a view another name, other readers, or what the list shows now."""
    user, state = user_of(request), _sent_state(request, library)
    view = get_object_or_404(saved_views_for(user, library.name), pk=saved)
    values: dict[str, Any] = {
        name: clean_text(request.POST[name]) for name in ("name", "shared") if name in request.POST
    }
    replaces = "replace" in request.POST
    if replaces:
        values |= {"query": query_to_save(state), "said": said_of(state, user)}
    try:
        operations.change_view(view, values, actor=user, now=timezone.now(), via=web_via(request))
    except Refused as refused:
        return _dialog(request, library, _sent(request), problems=refused.problems[0])
    except NotAllowed:
        return render(request, "403.html", status=403)
    if replaces:
        messages.success(request, _("“%(name)s” now shows this.") % {"name": view.name})
        return _to_list(request, library, address_of(view))
    return _dialog(request, library, _sent(request), changed=True)


def tab_remove(request: HttpRequest, library: Library, saved: int) -> HttpResponse:
    """Delete a view, and offer to bring it back."""
    view = get_object_or_404(saved_views_for(user_of(request), library.name), pk=saved)
    return _moved(request, library, view, operations.remove_view, gone=view)


def tab_restore(request: HttpRequest, library: Library, saved: int) -> HttpResponse:
    """Bring a deleted view back."""
    view = get_object_or_404(saved_views_for(user_of(request), library.name, removed=True), pk=saved)
    return _moved(request, library, view, operations.restore_view)


def _moved(
    request: HttpRequest, library: Library, view: Any, operation: Any, *, gone: Any = None
) -> HttpResponse:
    try:
        operation(view, actor=user_of(request), now=timezone.now(), via=web_via(request))
    except NotAllowed:
        return render(request, "403.html", status=403)
    return _dialog(request, library, _sent(request), changed=True, gone=gone)


def tab_arrange(request: HttpRequest, library: Library) -> HttpResponse:
    """Put the views in another order, or say which tab opens first."""
    user = user_of(request)
    known = tabs_for(user, library)
    order = [view.pk for view in known.views]
    up, down = (ids_of(request.POST.get(name, "")) for name in ("up", "down"))
    for pk, step in [*((pk, -1) for pk in up), *((pk, 1) for pk in down)]:
        if pk in order and 0 <= (place := order.index(pk) + step) < len(order):
            order.remove(pk)
            order.insert(place, pk)
    first = request.POST.get("first")
    there = {str(pk) for pk in order} | {query for _label, query in library.views}
    operations.arrange_tabs(library.name, actor=user, order=order, first=first if first in there else None)
    return _dialog(request, library, _sent(request), changed=True)


def _sent(request: HttpRequest) -> QueryDict:
    return QueryDict(request.POST.get("query", "")[:10_000])


def _sent_state(request: HttpRequest, library: Library) -> State:
    return state_of(_sent(request), library, request.COOKIES.get(columns_cookie(library), ""))


def _to_list(request: HttpRequest, library: Library, query: str) -> HttpResponse:
    address = f"{reverse(f'{library.namespace}-list')}?{query}"
    if request.headers.get("HX-Request") is not None:
        return HttpResponse(headers={"HX-Redirect": address})
    return redirect(address)


def _dialog(
    request: HttpRequest,
    library: Library,
    given: QueryDict,
    *,
    problems: Any = (),
    changed: bool = False,
    gone: Any = None,
) -> HttpResponse:
    user = user_of(request)
    state = state_of(given, library, request.COOKIES.get(columns_cookie(library), ""))
    if request.method == "POST" and request.headers.get("HX-Request") is None:
        for problem in problems:
            messages.error(request, message(problem))
        return _to_list(request, library, state.parameters())
    known = tabs_for(user, library)
    context: dict[str, Any] = {
        **dialog(state, known, user, choices_of(library, user)),
        "namespace": library.namespace,
        "problems": [message(problem) for problem in problems],
        "typed": request.POST.get("name", "") if problems else "",
        "gone": gone,
    }
    if changed:
        tabs_url = reverse(f"{library.namespace}-tabs")
        context["listing"] = {
            "views": tab_bar(state, known, user),
            "views_url": f"{tabs_url}?{state.parameters()}",
        }
    for page in ("save", "arrange"):
        context[f"{page}_url"] = reverse(f"{library.namespace}-tab-{page}")
    for row in context["rows"]:
        row["change_url"] = reverse(f"{library.namespace}-tab-change", args=[row["view"].pk])
        row["remove_url"] = reverse(f"{library.namespace}-tab-remove", args=[row["view"].pk])
    if gone is not None:
        context["undo_url"] = reverse(f"{library.namespace}-tab-restore", args=[gone.pk])
    if context["opened"] is not None:
        context["replace_url"] = reverse(f"{library.namespace}-tab-change", args=[context["opened"].pk])
    return render(request, "library/_tabs_dialog.html", context)
