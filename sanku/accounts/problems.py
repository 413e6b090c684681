"""What can be wrong with the organisation's records, in the reader's language."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sanku.common.problems import Problem

MESSAGES: dict[str, Promise] = {
    "username_shape": _(
        "“%(value)s” cannot be a sign-in name: 2 to 60 small letters and digits, between them . _ - @ too."
    ),
    "username_taken": _("The sign-in name “%(value)s” is taken. Choose another."),
    "role_missing": _("Say which role the person has."),
    "birth_year": _("“%(value)s” is not a year of birth between %(first)d and %(last)d."),
    "kind_missing": _("Say what kind of department it is."),
    "sector_without_sector_department": _("Only a sector department has a sector. Leave it empty."),
    "name_taken": _("“%(value)s” exists already. Choose another name."),
    "squad_of_other_department": _(
        "This squad belongs to %(department)s. Choose one of the person's department."
    ),
    "last_administrator": _(
        "This is the last administrator. Make another one first, or nobody can manage people."
    ),
    "department_in_use": _("%(count)d people work there. Move or deactivate them first."),
    "currency_unknown": _("“%(value)s” is not a foreign currency. Write its three letters, such as USD."),
    "rate_range": _("The yuan for one unit lie between 0 and %(limit)d. Check the decimal point."),
    "tokens_enough": _("You have %(most)d tokens that are good. Revoke those that nobody uses."),
    "token_days": _("A token is good for 1 to %(most)d days."),
    "rate_taken": _("There is a rate of %(value)s from that day already. Correct that one."),
}


def message(problem: Problem) -> str:
    """Return what is wrong and what to do, in the active language."""
    known = MESSAGES.get(problem.code)
    return problem.message() if known is None else str(known) % problem.params
