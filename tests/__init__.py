"""Tests of Sanku: they mirror its apps; make.py builds records, e2e/ drives a browser."""
