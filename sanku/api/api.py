"""The interface as a whole."""

from typing import Any

from django.utils.translation import get_language
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema

import sanku
from sanku.api import base, imports, merges
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


class DescribedOnce(NinjaAPI):
    """An interface whose description is made once for each language: making it takes two seconds."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._described: dict[tuple[str, str | None], OpenAPISchema] = {}

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> OpenAPISchema:
        """Return the description of all addresses below a prefix; not to be changed by whoever gets it."""
        prefix = self.get_root_path(path_params or {}) if path_prefix is None else path_prefix
        key = (prefix, get_language())
        if key not in self._described:
            self._described[key] = super().get_openapi_schema(path_prefix=prefix)
        return self._described[key]


API = DescribedOnce(
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
API.add_router("/base", base.router)
API.add_router("/imports", imports.router)
