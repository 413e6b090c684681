"""Writing carriers. Drawing, splitting, merging and undoing that stand in modules of their own: they load the libraries of
shapes, which most processes do without.
"""

from sanku.sites.operations.saving import VOCABULARY, problems_of, remove_site, restore_site, save_sites

__all__ = ["VOCABULARY", "problems_of", "remove_site", "restore_site", "save_sites"]
