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
    "note_length": _("A note has 1 to %(limit)d characters; this one has %(length)d."),
    "mention_doubtful": _(
        "Several people are called %(name)s. Type @ and choose the one you mean from the list, or leave the @ out."
    ),
    "mention_too_many": _("%(count)d people are too many for one note; %(limit)d are the most."),
    "mention_unseen": _(
        "%(names)s would not see this note: the record, or what your department notes on it, is not theirs to read. "
        "Take the mention out, or note it without telling them."
    ),
    "bulk_nothing": _("Choose at least one field to change."),
    "bulk_no_records": _("No records are chosen. Select some in the list."),
    "bulk_too_many": _("%(count)d records are too many at once; %(limit)d are the most. Narrow the filter."),
    "bulk_value": _("%(label)s: %(what)s"),
    "bulk_empty": _("%(label)s: say the new value, or choose to empty it."),
    "bulk_gone": _("The record was removed, or is out of your reach."),
    "bulk_changed_meanwhile": _(
        "Somebody changed this since the preview. It stays as it is; work the changes out anew to include it."
    ),
    "bulk_edited_since": _("Somebody changed this since. It stays as it is."),
    "file_empty": _("The file is empty. Choose it again, or save it anew in the program it comes from."),
    "file_too_large": _("“%(name)s” is larger than %(limit)d MB. Make it smaller, or split it."),
    "file_too_many": _(
        "The record has %(limit)d files, which is the most. Remove some, or add one as a zip file."
    ),
    "file_kind": _("“%(name)s” ends in “%(ending)s”, which is not taken. Taken are: %(known)s."),
    "file_not_so": _(
        "“%(name)s” is called .%(ending)s, but its content is not such a file. Open it in the program it comes from and "
        "save it anew, or as PDF."
    ),
    "file_lies": _(
        "“%(name)s” is called .%(ending)s, but its content is a .%(real)s file. Rename it to .%(real)s, or save it anew "
        "as .%(ending)s."
    ),
    "file_program": _("Programs and scripts are not taken. Add the document itself."),
    "file_holds_program": _("There is a program in it: “%(part)s”. Take it out and add the file again."),
    "file_macros": _(
        "There are macros in it. Save it without macros (.docx, .xlsx, .pptx) or as PDF and add that."
    ),
    "file_locked": _(
        "The file is protected by a password, so nobody else could read it here. Save it without one."
    ),
    "file_damaged": _("The file is damaged and cannot be opened. Save it anew and add it again."),
}


def message(problem: Problem) -> str:
    """Return what is wrong and what to do, in the active language."""
    known = MESSAGES.get(problem.code)
    return problem.message() if known is None else str(known) % problem.params
