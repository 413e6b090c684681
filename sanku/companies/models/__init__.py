"""Companies (one record whatever the role), the people and owners behind them, target clients, duplicates."""

from sanku.companies.models.belongings import Contact, Duplicate, Shareholder, Touch
from sanku.companies.models.companies import (
    USCC_ALPHABET,
    Company,
    CompanyName,
    Honour,
    Likeness,
    NameKind,
    RegistrationStatus,
    sound_of,
    uscc_remainder,
)
from sanku.companies.models.honours import HonourEdition, HonourEntry, HonourList
from sanku.companies.models.targets import Campaign, Facet, Target, TargetStatus

__all__ = [
    "USCC_ALPHABET",
    "Campaign",
    "Company",
    "CompanyName",
    "Contact",
    "Duplicate",
    "Facet",
    "Honour",
    "HonourEdition",
    "HonourEntry",
    "HonourList",
    "Likeness",
    "NameKind",
    "RegistrationStatus",
    "Shareholder",
    "Target",
    "TargetStatus",
    "Touch",
    "sound_of",
    "uscc_remainder",
]
