"""The page that tells people what programs may ask for: addresses, a token, examples, refusals."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from sanku.accounts.models import User
from sanku.library.known import libraries
from sanku.maps.national.serving import is_offered
from sanku.maps.ogc.collections import LAYERS

Json = dict[str, Any]
# What is said of each operation, in the order of the page: method, path below /api, words. Those of the libraries are
# said once, for all of them. tests/api/test_guide.py holds this list against the interface itself.
OF_LIBRARIES = (
    (
        "GET",
        "",
        _(
            "A page of records: q searches, sort=-name sorts, filters are those of the web page's address, limit up to 200; "
            "go on with next"
        ),
    ),
    ("POST", "", _("A new record")),
    ("GET", "/fields", _("Fields, their kinds, and the values of choices")),
    ("GET", "/{id}", _("One record; a merged company leads to the one that stays")),
    ("PATCH", "/{id}", _("Change the fields that are sent; with updated_at nobody else's change is lost")),
    ("DELETE", "/{id}", _("Take the record out")),
    ("POST", "/{id}/restore", _("Bring it back")),
    ("GET", "/{id}/timeline", _("What happened to it")),
    ("POST", "/{id}/notes", _("Write a note")),
)
OTHERS = (
    ("GET", "/imports", _("Imports, the newest first")),
    ("POST", "/imports", _("Hand a file in; it is read in the background")),
    ("GET", "/imports/{id}", _("How far it is, and what is left to do")),
    ("DELETE", "/imports/{id}", _("Throw a file away of which nothing was saved")),
    ("GET", "/imports/{id}/rows", _("Rows with what is wrong with them; only=todo")),
    ("POST", "/imports/{id}/save", _("Save the good rows")),
    ("POST", "/imports/{id}/undo", _("Take the whole import back")),
    ("POST", "/imports/rows/{id}/undo", _("Take one row back")),
    ("GET", "/duplicates", _("Pairs of companies that may be one")),
    ("POST", "/duplicates/{id}", _("Say that they are not the same, or take that back")),
    ("POST", "/merges/preview", _("What a merge would do; nothing is written")),
    ("GET", "/merges", _("Merges, the newest first")),
    ("POST", "/merges", _("Merge one company into another")),
    ("POST", "/merges/{id}/undo", _("Undo a merge")),
    ("GET", "/base/companies", _("Find companies of the national base as one types")),
    ("POST", "/base/pick", _("Make records of companies of the base")),
)
REFUSALS = (
    ("401", _("no valid token")),
    ("403", _("the token only reads, or your role may not do this")),
    ("404", _("not there, or not within your scope")),
    ("409", _("somebody changed it meanwhile, or its state does not let this follow")),
    ("413", _("the file is too large")),
    ("422", _("something sent is wrong: errors says what and how to put it right")),
    ("429", _("too many requests in a minute: wait as Retry-After says")),
)


def guide_context(user: User, absolute: Callable[[str], str]) -> Json:
    """Return the page for a person; `absolute` makes addresses as he sees this server."""
    known = libraries()
    api, ogc = reverse("api:openapi-json").removesuffix("openapi.json"), reverse("ogc:landing")
    return {
        "server": absolute("/").rstrip("/"),
        "libraries": [
            {
                "title": library.title,
                "path": f"{api}{name}",
                "fields": f"{api}{name}/fields",
                "writes": user.may(library.writers),
            }
            for name, library in known.items()
        ],
        "of_libraries": [(method, f"{api}{{library}}{path}", words) for method, path, words in OF_LIBRARIES],
        "others": [(method, f"{api.rstrip('/')}{path}", words) for method, path, words in OTHERS],
        "openapi": reverse("api:openapi-json"),
        "ogc": absolute(ogc),
        "layers": [
            {
                "title": layer.library.title,
                "name": name,
                "items": f"{reverse('ogc:items', args=[name])}?f=json&limit=10",
                "queryables": f"{reverse('ogc:queryables', args=[name])}?f=json",
            }
            for name, layer in LAYERS.items()
        ],
        "documents": [
            (_("All collections"), f"{reverse('ogc:collections')}?f=json"),
            (_("The description of the interface"), f"{reverse('ogc:api')}?f=json"),
            (_("What it conforms to"), f"{reverse('ogc:conformance')}?f=json"),
        ],
        "tiles": absolute(reverse("maps:national-tiles")) if is_offered() else "",
        "refusals": REFUSALS,
        "most": settings.PROGRAM_REQUESTS_PER_MINUTE,
    }
