"""The whole installation in one file, and back: every table, every file, on either database."""
