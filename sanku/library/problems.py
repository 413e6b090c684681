"""What can be wrong with saved views, bulk edits and attachments, in the reader's language."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sanku.common.problems import Problem

MESSAGES: dict[str, Promise] = {
    "view_unnamed": _("Give the view a name."),
    "view_named_so": _("You have a view “%(value)s” here already. Choose another name, or replace that one."),
    "view_share": _("You cannot share with them. A view for the whole zone is shared by the office."),
    "view_too_many": _(
        "You have %(limit)d views here, which is the most. Delete one that you no longer use."
    ),
}


def message(problem: Problem) -> str:
    """Return what is wrong and what to do, in the active language."""
    known = MESSAGES.get(problem.code)
    return problem.message() if known is None else str(known) % problem.params
