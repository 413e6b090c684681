"""One box over all libraries: grouped, within the reader's scope."""
