"""The one map: its base, the tiles of every library, the page."""
