"""The interface as a whole."""

from ninja import NinjaAPI

import sanku
from sanku.api import imports, merges
from sanku.api.answers import AUTH, add_handlers
from sanku.api.records import records_router
from sanku.companies.library import COMPANIES
from sanku.companies.target_library import TARGETS
from sanku.projects.library import PROJECTS
from sanku.sites.library import SITES

DESCRIPTION = (
    "The libraries, possible duplicates and merges, and imports. Whoever asks sees and does what the person may "
    "whose token or session it is. Refusals have one shape: errors with code, message, field and row."
)
API = NinjaAPI(
    title="Sanku 三库",
    version=sanku.__version__,
    description=DESCRIPTION,
    urls_namespace="api",
    # The viewer that comes with the library loads its parts from elsewhere, which Sanku's pages may not.
    docs_url=None,
    auth=AUTH,
)
add_handlers(API)
for library, singular in (
    (COMPANIES, "company"),
    (TARGETS, "target"),
    (PROJECTS, "project"),
    (SITES, "site"),
):
    API.add_router(f"/{library.name}", records_router(library, singular))
API.add_router("", merges.router)
API.add_router("/imports", imports.router)
