"""Loading files into the national base: read, clean, remove duplicates, sort, publish."""
