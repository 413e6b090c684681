"""The pages of the service. All of it is read within the reader's scope; taking much of it is entered as an export."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

from sanku.audit.operations import log_export
from sanku.audit.via import web_via
from sanku.library.listing import filter_words
from sanku.library.requests import reader_of
from sanku.library.state import PAGE_SIZE, Place, State, filtered, is_number
from sanku.maps.national.serving import is_offered
from sanku.maps.ogc import documents, tiles
from sanku.maps.ogc.asked import OF_ONE, Asked, addressed, crs_asked, read_asked, refuse_others
from sanku.maps.ogc.collections import LAYERS, Layer, feature
from sanku.maps.ogc.pages import at, guarded_page, json_answer

F = ("f",)  # what every page may be asked for with


@guarded_page
def landing(request: HttpRequest) -> HttpResponse:
    """Answer with the way into the service."""
    refuse_others(request.GET, F)
    return json_answer(documents.landing(at(request), tiles.landing_links(at(request))))


@guarded_page
def conformance(request: HttpRequest) -> HttpResponse:
    """Answer with what the service conforms to."""
    refuse_others(request.GET, F)
    return json_answer({"conformsTo": documents.CONFORMS_TO + (tiles.CONFORMS_TO if is_offered() else [])})


@guarded_page
def api(request: HttpRequest) -> HttpResponse:
    """Answer with the description of the interface."""
    refuse_others(request.GET, F)
    return json_answer(
        documents.openapi(at(request), reader_of(request), tiles.open_api_paths()), documents.OPENAPI
    )


@guarded_page
def collections(request: HttpRequest) -> HttpResponse:
    """Answer with all collections."""
    refuse_others(request.GET, F)
    return json_answer(documents.collections(at(request)))


def _layer(name: str) -> Layer:
    if name not in LAYERS:
        raise Http404
    return LAYERS[name]


@guarded_page
def collection(request: HttpRequest, name: str) -> HttpResponse:
    """Answer with a collection."""
    _layer(name)
    refuse_others(request.GET, F)
    return json_answer(documents.collection(name, at(request)))


@guarded_page
def queryables(request: HttpRequest, name: str) -> HttpResponse:
    """Answer with what a collection can be filtered by."""
    _layer(name)
    refuse_others(request.GET, F)
    return json_answer(documents.queryables(name, at(request)), documents.SCHEMA)


@guarded_page
def items(request: HttpRequest, name: str) -> HttpResponse:
    """Answer with a page of features by id: the last page costs what the first does."""
    layer, reader = _layer(name), reader_of(request)
    asked = read_asked(request.GET, layer.library, reader)
    state = _state(layer, asked)
    records = filtered(state, reader.user)
    if asked.since is not None:
        records = records.filter(updated_at__gte=asked.since)
    if asked.until is not None:
        records = records.filter(updated_at__lte=asked.until)
    if asked.window is not None:
        records = layer.within(records, reader.user, asked.window)
    matched = records.count() if asked.matched is None else asked.matched
    rest = records.filter(pk__gt=asked.after).select_related(*layer.library.related).order_by("pk")
    rows = list(rest[: asked.limit + 1])
    more, rows = len(rows) > asked.limit, rows[: asked.limit]
    entered = asked.entered
    if not entered and len(rows) > PAGE_SIZE:
        _enter_export(request, state, matched)
        entered = True
    here = at(request)("items", name)
    links = [
        documents.link(request.build_absolute_uri(), "self", documents.GEOJSON),
        documents.link(at(request)("collection", name), "collection", "application/json"),
    ]
    if more:
        next_page = addressed(
            request.GET, layer.library, reader, after=rows[-1].pk, matched=matched, entered=entered
        )
        links.append(documents.link(f"{here}?{next_page}", "next", documents.GEOJSON))
    body = {
        "type": "FeatureCollection",
        "features": [feature(layer, row, reader, asked.crs) for row in rows],
        "numberMatched": matched,
        "numberReturned": len(rows),
        "timeStamp": timezone.now().isoformat(timespec="seconds").replace("+00:00", "Z"),
        "links": links,
    }
    return _in_crs(json_answer(body, documents.GEOJSON), asked.crs)


def _state(layer: Layer, asked: Asked) -> State:
    return State(
        library=layer.library,
        query=asked.query,
        filters=dict(asked.filters),
        sort=None,
        descending=False,
        columns=(),
        chosen_columns=False,
        place=Place(),
        selected=(),
    )


def _enter_export(request: HttpRequest, state: State, count: int) -> None:
    """Enter in the ledger who takes more than a page of a list shows, once for all its pages."""
    reader = reader_of(request)
    log_export(
        state.library.records(reader.user).model,
        rows=count,
        filters=filter_words(state, reader.user),
        actor=reader.user,
        now=timezone.now(),
        via=web_via(request),
    )


def _in_crs(response: HttpResponse, crs: str) -> HttpResponse:
    response.headers["Content-Crs"] = f"<{crs}>"
    return response


@guarded_page
def item(request: HttpRequest, name: str, pk: str) -> HttpResponse:
    """Answer with one feature."""
    layer, reader = _layer(name), reader_of(request)
    refuse_others(request.GET, OF_ONE)
    crs = crs_asked(request.GET)
    records = layer.library.records(reader.user).select_related(*layer.library.related)
    record = records.filter(pk=int(pk)).first() if is_number(pk) else None
    if record is None:
        raise Http404
    body = feature(layer, record, reader, crs)
    body["links"] = [
        documents.link(request.build_absolute_uri(), "self", documents.GEOJSON),
        documents.link(at(request)("collection", name), "collection", "application/json"),
    ]
    return _in_crs(json_answer(body, documents.GEOJSON), crs)
