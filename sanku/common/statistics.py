"""What SQLite knows of its tables when it chooses an index. PostgreSQL looks for itself."""

import logging

from django.db import OperationalError, connection, transaction

logger = logging.getLogger(__name__)
LOOKED_AT = (
    2_000  # rows of each index: a quarter of a second at two million rows, and plans as good as of all
)
MANY = 1_000  # new records from which tables are looked at again


def refresh_statistics() -> None:
    """Let SQLite look at its tables anew: without it a filter is taken to leave as little as any other.

    The table of what it knows is made anew, so that connections that are open read it again. Where somebody else is at work
    what was known stays.
    """
    if connection.vendor != "sqlite":
        return
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"PRAGMA analysis_limit = {LOOKED_AT}")
            cursor.execute("DROP TABLE IF EXISTS sqlite_stat1")
            cursor.execute("ANALYZE")
    except OperationalError as error:
        logger.warning("the statistics of the tables stay as they were: %s", error)
