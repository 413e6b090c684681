"""Writing companies, contacts, touches, shareholders, target clients and what is decided about duplicates."""

from sanku.companies.operations.companies import (
    follow_names,
    prepare_company,
    remove_company,
    restore_company,
    save_companies,
)
from sanku.companies.operations.contacts import remove_contact, restore_contact, save_contacts
from sanku.companies.operations.duplicates import decide_duplicate, note_duplicates
from sanku.companies.operations.honours import decide_entry, load_edition, undo_edition
from sanku.companies.operations.living import not_living
from sanku.companies.operations.shareholders import (
    remove_shareholder,
    restore_shareholder,
    save_shareholders,
)
from sanku.companies.operations.targets import (
    enter_targets,
    finish_action,
    move_action,
    remove_target,
    restore_target,
    save_targets,
)
from sanku.companies.operations.touches import remove_touch, restore_touch, save_touches, told_by_touches

__all__ = [
    "decide_duplicate",
    "decide_entry",
    "enter_targets",
    "finish_action",
    "follow_names",
    "load_edition",
    "move_action",
    "not_living",
    "note_duplicates",
    "prepare_company",
    "remove_company",
    "remove_contact",
    "remove_shareholder",
    "remove_target",
    "remove_touch",
    "restore_company",
    "restore_contact",
    "restore_shareholder",
    "restore_target",
    "restore_touch",
    "save_companies",
    "save_contacts",
    "save_shareholders",
    "save_targets",
    "save_touches",
    "told_by_touches",
    "undo_edition",
]
