"""When work in the background counts as dead: plain values only."""

from datetime import datetime, timedelta

# A worker says that it lives every few seconds, at least once a chunk; a chunk takes a second or two.
HEARTBEAT_LIMIT = timedelta(seconds=60)


def is_silent(heartbeat_at: datetime | None, *, now: datetime) -> bool:
    """Return whether work that should be under way has given no sign of life for too long."""
    return heartbeat_at is None or now - heartbeat_at > HEARTBEAT_LIMIT
