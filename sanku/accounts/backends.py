"""How the person behind a session is read."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from sanku.accounts.models import User


class StaffBackend(AuthenticationBackend):  # type: ignore[misc]
    """Sign people in as allauth does; read them with their zone, which every page asks for."""

    def get_user(self, user_id: Any) -> User | None:
        """Return the person of a session while he may sign in."""
        # A boundary of thousands of corners is for the map alone.
        people = User.objects.select_related("zone").defer("zone__boundary")
        person = people.filter(pk=user_id).first()
        return person if person is not None and self.user_can_authenticate(person) else None
