"""Linking a messy list of companies to a base: staged rules, candidates by rare pairs, a calibrated probability."""
