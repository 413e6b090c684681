"""Who may open what, for every address there is."""
