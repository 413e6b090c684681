"""Merging two companies into one, and undoing it.

What another surface may rely on (the web pages and the API call nothing else):

* `merging.queries.merge_preview(user, keep, merge)` reads, writes nothing, and shows only what the user may see. Both
  companies come from `companies_for(user)`; `proposed_order(user, one, other)` says which should stay.
* `merge_companies(keep, merge, choices=…, seen=…)` does it in one transaction and returns the `Merge`. `choices` maps
  names of `MergePreview.fields` to "keep", "merge" or "both"; what is left out goes as proposed. `seen` is the mark of
  the preview; with it, a change made meanwhile is refused.
* `unmerge_companies(merge)` undoes one of `merges_for(user)` and returns what was not set back.
* What cannot be done raises `Refused` with the problems at position 0, or `NotAllowed`; nothing is written then.
* A merged company is in no query of `companies.queries` any more; `survivor_of(user, pk)` leads on from its id.
* What two companies may be is decided by `companies.operations.decide_duplicate`; `duplicates_for(user)` gives the pairs.
"""

from sanku.merging.operations.merging import merge_companies
from sanku.merging.operations.undoing import unmerge_companies

__all__ = ["merge_companies", "unmerge_companies"]
