"""How the database of an address is reached."""

import pytest

from sanku.config import settings


def test_a_pooler_is_told_no_options(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings.ENVIRONMENT, "database_url", "postgres://sanku@127.0.0.1:6432/sanku")
    plain = settings.database()
    monkeypatch.setattr(settings.ENVIRONMENT, "database_pooled", True)
    pooled = settings.database()
    assert plain["OPTIONS"]["options"] == settings.POSTGRES_OPTIONS
    # It would refuse the connection, and a cursor of the server's is gone with the transaction.
    assert "options" not in pooled.get("OPTIONS", {}) and pooled["DISABLE_SERVER_SIDE_CURSORS"] is True
    assert (pooled["HOST"], pooled["PORT"], pooled["NAME"]) == ("127.0.0.1", 6432, "sanku")
