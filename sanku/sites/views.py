"""The pages of carriers that other libraries do not have: parcels as files."""

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from sanku.audit.operations import log_export
from sanku.audit.via import web_via
from sanku.common.geodata.names import FORMS, choices_near, is_known, takes
from sanku.library.exports import records_of
from sanku.library.listing import filter_words
from sanku.library.requests import reader_of
from sanku.library.state import read_state
from sanku.sites.library import SITES
from sanku.sites.problems import system_label


@require_GET
def parcels_export(request: HttpRequest) -> HttpResponse | FileResponse:
    """Ask in which format and system the parcels of a view are wanted, or send them; who took what is on record."""
    from sanku.sites.exports import MOST_PARCELS, parcels_file  # loads the libraries of shapes

    state, reader = read_state(request, SITES), reader_of(request)
    parcels = records_of(state, reader).filter(boundary__isnull=False)
    form, system = request.GET.get("form", ""), request.GET.get("crs", "")
    problem = ""
    if form in FORMS and is_known(system):
        if takes(form, system):
            sites = list(parcels[: MOST_PARCELS + 1])
            if sites and len(sites) <= MOST_PARCELS:
                file = parcels_file(sites, form=form, system=system, name=_("parcels"))
                log_export(
                    parcels.model,
                    rows=len(sites),
                    filters=" · ".join(
                        part for part in (filter_words(state, reader.user), form, system) if part
                    ),
                    actor=reader.user,
                    now=timezone.now(),
                    via=web_via(request),
                )
                name = f"{SITES.title}-{timezone.localtime():%Y%m%d-%H%M}{FORMS[form]}"
                return FileResponse(file, as_attachment=True, filename=name)
            problem = _("At most %(most)s parcels go into one file. Narrow the filter.") % {
                "most": f"{MOST_PARCELS:,}"
            }
        else:
            problem = _(
                "KML and GeoJSON hold degrees alone. Choose WGS-84, CGCS2000, GCJ-02 or BD-09, or another format."
            )
    context = {
        "problem": problem,
        "count": parcels.count(),
        "others": records_of(state, reader).filter(boundary=None).count(),
        "forms": [("shp", "Shapefile (zip)"), ("gpkg", "GeoPackage"), ("kml", "KML"), ("geojson", "GeoJSON")],
        "systems": [(one, system_label(one)) for one in choices_near(reader.user.zone.lon)],
        "chosen": {"form": form, "system": system or "cgcs2000"},
        "kept": [
            (name, value)
            for name, values in request.GET.lists()
            for value in values
            if name not in ("form", "crs")
        ],
        "words": filter_words(state, reader.user),
        "back_url": f"{reverse('sites:site-list')}?{state.parameters()}",
    }
    return render(request, "sites/parcels_export.html", context)
