"""The sign-ins that the sign-in page of a demonstration zone shows."""

import base64
from typing import Any

from django.utils.crypto import salted_hmac

from sanku.accounts.queries import demo_people


def demo_password() -> str:
    """Return this installation's password for all demonstration sign-ins.

    It follows from the installation's secret key: nothing is kept, and no two installations share it.
    """
    digest = salted_hmac("sanku.demo", "sign-in", algorithm="sha256").digest()
    text = base64.b32encode(digest).decode().lower().translate(str.maketrans("lio", "xyz"))
    return f"demo-{text[:4]}-{text[4:8]}"


def demo_sign_ins() -> list[dict[str, Any]]:
    """Return username, name, role label and password of each; none where there is a zone in earnest."""
    password = demo_password()
    return [
        {
            "username": person.username,
            "name": person.name,
            "role_label": person.get_role_display(),
            "password": password,
        }
        for person in demo_people()
    ]
