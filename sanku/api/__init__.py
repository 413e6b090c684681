"""The interface for programs: the libraries, duplicates and merges, imports, in JSON at /api/."""
