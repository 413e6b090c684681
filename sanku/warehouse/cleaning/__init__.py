"""Cleaning the rows of the national base: from columns of text to the columns of `tables`."""
