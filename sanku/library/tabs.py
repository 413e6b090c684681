"""The saved views on a list's page: tabs, the notice over the table, the dialog in which they are kept."""

from typing import Any

from django.utils.translation import gettext as _

from sanku.accounts.models import User
from sanku.library.models import SavedView, Shared
from sanku.library.saved_views import (
    Lost,
    Tabs,
    address_of,
    is_changed,
    lost_parts,
    may_change,
    may_share,
)
from sanku.library.state import State, is_number

Choices = dict[str, list[tuple[str, Any]]]


def tabs(state: State, known: Tabs, user: User, path: str) -> list[dict[str, Any]]:
    """Return the tabs of the saved views, as library/_tabs.html shows them."""
    return [
        {
            "label": view.name,
            "url": f"{path}?{address_of(view)}",
            "count": None,
            "on": str(view.pk) == state.view,
            "changed": str(view.pk) == state.view and is_changed(view, state),
            "shared": shared_words(view, user),
        }
        for view in known.views
    ]


def shared_words(view: SavedView, user: User) -> str:
    """Say with whom a view is shared and by whom; nothing for one's own."""
    if view.shared == Shared.MINE:
        return ""
    who = _("you") if view.owner_id == user.pk else str(view.owner)
    with_whom = _("the department") if view.shared == Shared.DEPARTMENT else _("the whole zone")
    return _("shared by %(who)s with %(whom)s") % {"who": who, "whom": with_whom}


def notice(state: State, known: Tabs, user: User, choices: Choices) -> dict[str, Any] | None:
    """Return what is to be said about the view that is open: that it is gone, or which parts of it are."""
    if not is_number(state.view):
        return None
    view = known.view(state.view)
    if view is None:
        return {
            "text": _("This view was deleted, or is no longer shared with you."),
            "mend": _("What it showed is still here: save it as a view of your own to keep it."),
        }
    lost = lost_parts(view, state.library, choices)
    if not lost or is_changed(view, state):
        return None
    if may_change(user, view):
        mend = _(
            "Nothing of the view is lost: it works again as soon as the field is back. To settle it, open “Views” and "
            "replace it with what you see now."
        )
    else:
        mend = _(
            "Nothing of the view is lost: it works again as soon as the field is back. %(who)s can replace it with what "
            "is left."
        ) % {"who": view.owner}
    said = _("; ").join(_lost_words(part) for part in lost)
    return {
        "text": _("“%(name)s” has parts that are gone: %(parts)s.") % {"name": view.name, "parts": said},
        "mend": mend,
    }


def _lost_words(part: Lost) -> str:
    words = {
        "filter": _("the filter “%(name)s” is left out"),
        "column": _("the column “%(name)s” is left out"),
        "sort": _("the order by “%(name)s” is left out"),
        "value": _("“%(name)s” is no longer a choice, so that nothing fits it"),
    }
    return words[part.kind] % {"name": part.name}


def dialog(state: State, known: Tabs, user: User, choices: Choices) -> dict[str, Any]:
    """Return the context of library/_tabs_dialog.html."""
    shares = may_share(user)
    labels = dict(Shared.choices)
    library, opened = state.library, known.view(state.view)
    return {
        "opened": opened,
        "may_replace": opened is not None
        and may_change(user, opened)
        and (is_changed(opened, state) or bool(lost_parts(opened, library, choices))),
        "shares": [{"value": share.value, "label": labels[share]} for share in shares],
        "rows": [
            {
                "view": view,
                "said": shared_words(view, user) or labels[Shared.MINE],
                "may_change": may_change(user, view),
                "shares": [
                    {"value": value, "label": label, "on": value == view.shared}
                    for value, label in Shared.choices
                    if value in shares or value == view.shared
                ],
                "is_first": str(view.pk) == known.first,
            }
            for view in known.views
        ],
        "built_in": [
            {"label": label, "query": query, "is_first": query == known.first}
            for label, query in library.views
        ],
        "query_string": state.parameters(),
    }
