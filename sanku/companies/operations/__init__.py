"""Writing companies, contacts, touches and target clients."""

from sanku.companies.operations.companies import remove_company, restore_company, save_companies
from sanku.companies.operations.contacts import save_contacts, save_touches
from sanku.companies.operations.duplicates import decide_duplicate, note_duplicates
from sanku.companies.operations.targets import save_targets

__all__ = [
    "decide_duplicate",
    "note_duplicates",
    "remove_company",
    "restore_company",
    "save_companies",
    "save_contacts",
    "save_targets",
    "save_touches",
]
