"""Type-ahead over the names of the base: any part of a name, pinyin initials, the beginning of a code.

Companies stand in the index in the order in which they are shown (active first, then by size), so a search stops at
the tenth hit however many there are. Lists of companies by pair of characters narrow a search; the text itself decides.
"""
