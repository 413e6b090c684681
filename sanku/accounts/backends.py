"""How the person behind a session is read."""

from collections.abc import Sequence
from copy import copy
from functools import cache
from typing import Any, TypeVar

from allauth.account.auth_backends import AuthenticationBackend
from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.models.sql.compiler import SQLCompiler

from sanku.accounts.models import User, Zone

Kept = TypeVar("Kept", bound=models.Model)


class StaffBackend(AuthenticationBackend):  # type: ignore[misc]
    """Sign people in as allauth does; read them with their zone, which every page asks for."""

    def get_user(self, user_id: Any) -> User | None:
        """Return the person of a session while he may sign in."""
        person = read_person(User._meta.pk.to_python(user_id))
        return person if person is not None and self.user_can_authenticate(person) else None


@cache
def _prepared(vendor: str) -> tuple[SQLCompiler, str]:
    """Return how a person is read with his zone. To put the SQL together takes twice as long as all the rest of reading."""
    # A boundary of thousands of corners is for the map alone.
    people = User.objects.select_related("zone").defer("zone__boundary").filter(pk=0)
    compiler = people.query.get_compiler(DEFAULT_DB_ALIAS)
    return compiler, compiler.as_sql()[0]


def read_person(key: Any) -> User | None:
    """Return the person with a key and his zone in one query, None where there is none."""
    connection = connections[DEFAULT_DB_ALIAS]
    prepared, sql = _prepared(connection.vendor)
    compiler = copy(prepared)  # of this thread's connection
    compiler.connection = connection
    with connection.cursor() as cursor:
        cursor.execute(sql, [key])
        row = cursor.fetchone()
    if row is None:
        return None
    converters = compiler.get_converters([part[0] for part in compiler.select])
    (row,) = compiler.apply_converters([tuple(row)], converters) if converters else [row]
    person = _built(User, compiler, compiler.klass_info, row)
    (of_zone,) = compiler.klass_info["related_klass_infos"]
    person.zone = _built(Zone, compiler, of_zone, row)
    return person


def _built(model: type[Kept], compiler: SQLCompiler, info: dict[str, Any], row: Sequence[Any]) -> Kept:
    """Return the record of a model in a row; `info` says which of the row's values are its own."""
    names = [compiler.select[place][0].target.attname for place in info["select_fields"]]
    return model.from_db(DEFAULT_DB_ALIAS, names, [row[place] for place in info["select_fields"]])
