"""What a zone's own tags and fields must be, and the values of such fields: decisions on plain values."""

import re
from decimal import Decimal
from enum import StrEnum

from sanku.accounts.rules import Role

# Who keeps the zone's list of tags and its own fields; whoever writes records may tag them and make a new tag.
KEEPS_TAGS = frozenset({Role.OFFICE, Role.ADMINISTRATOR})
KEEPS_FIELDS = frozenset({Role.OFFICE, Role.ADMINISTRATOR})
HUES = ("c1", "c2", "c3", "c4", "c5", "c6")
MOST_TAGS = 20  # on one record
MOST_DECIMALS = 6
MOST_CHOICES = 100
LONGEST_TEXT, LONGEST_LONG = 200, 20_000
# Numbers are kept in JSON: fifteen digits are told apart there on every machine.
LARGEST_NUMBER = Decimal(10) ** 15
DIGITS = 15
LENGTHS = {"label": 30, "help": 200, "unit": 12}
LINK = re.compile(r"https?://[^\s<>\"]{3,}", re.IGNORECASE)
UNREADABLE = re.compile("[\x00\ud800-\udfff]")


class FieldKind(StrEnum):
    """What values a field that a zone added takes."""

    TEXT = "text"
    LONG = "long"
    NUMBER = "number"
    MONEY = "money"
    DATE = "date"
    FLAG = "flag"
    CHOICE = "choice"
    CODES = "codes"
    LINK = "link"


WITH_CHOICES = frozenset({FieldKind.CHOICE, FieldKind.CODES})
