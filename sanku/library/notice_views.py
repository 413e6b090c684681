"""The pages of a person's notices: the bell's figure, the list, going where one leads, marking as read."""

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from sanku.library import notices
from sanku.library.operations.notices import mark_read
from sanku.library.requests import user_of
from sanku.library.state import is_number


@require_GET
@never_cache
def notice_list(request: HttpRequest) -> HttpResponse:
    """Show what a person was told: today, and earlier."""
    before = request.GET.get("before", "")
    context = notices.page_of(
        user_of(request), before=int(before) if is_number(before) else None, today=timezone.localdate()
    )
    return render(request, "library/notice_list.html", context)


@require_GET
@never_cache
def unread(request: HttpRequest) -> JsonResponse:
    """Answer how many notices are unread, for the bell; and in words, for who hears it."""
    count = notices.unread_count(user_of(request))
    label = ngettext("Notices, %(count)d unread", "Notices, %(count)d unread", count) % {"count": count}
    return JsonResponse(
        {
            "count": count,
            "shown": f"{count - 1}+" if count >= notices.COUNTED else str(count),
            "label": label if count else _("Notices"),
        }
    )


@require_GET
def open_notice(request: HttpRequest, pk: int) -> HttpResponse:
    """Go to what a notice is about, and mark it as read."""
    user = user_of(request)
    told = notices.readable_of([get_object_or_404(notices.notices_for(user), pk=pk)], user)
    if not told:
        raise Http404
    mark_read(user, [pk], now=timezone.now())
    return redirect(told[0].url)


@require_POST
def read_one(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark one notice as read."""
    notice = get_object_or_404(notices.notices_for(user_of(request)), pk=pk)
    mark_read(user_of(request), [notice.pk], now=timezone.now())
    return redirect("notices:list")


@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark as read what was there when the page was made: not what came since."""
    newest = request.POST.get("newest", "")
    mark_read(user_of(request), None, up_to=int(newest) if is_number(newest) else None, now=timezone.now())
    return redirect("notices:list")
