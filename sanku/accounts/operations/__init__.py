"""Writing the organisation; and the one test of permission that all operations share."""

from sanku.accounts.operations.passwords import (
    change_own_password,
    give_demo_password,
    give_one_time_password,
)
from sanku.accounts.operations.people import save_people
from sanku.accounts.operations.permission import require
from sanku.accounts.operations.rates import save_rates
from sanku.accounts.operations.tokens import make_token, revoke_token, use_token
from sanku.accounts.operations.units import save_departments, save_squads
from sanku.accounts.operations.zones import found_zone, save_zone

__all__ = [
    "change_own_password",
    "found_zone",
    "give_demo_password",
    "give_one_time_password",
    "make_token",
    "require",
    "revoke_token",
    "save_departments",
    "save_people",
    "save_rates",
    "save_squads",
    "save_zone",
    "use_token",
]
