"""OGC API – Tiles: the national base as a tileset of vector tiles in WebMercatorQuad, beside the features."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from sanku.library.plain import Json
from sanku.maps.national.asked import NAMES, read_wanted
from sanku.maps.national.documents import bounds_of, layers, tile_json
from sanku.maps.national.serving import is_offered, served
from sanku.maps.national.tiles import LARGEST_ZOOM, MVT, tile_answer
from sanku.maps.ogc.asked import BadRequest
from sanku.maps.ogc.collections import CRS84
from sanku.maps.ogc.documents import Address, link
from sanku.maps.ogc.pages import at, guarded_page, json_answer

QUAD = "WebMercatorQuad"
QUAD_URI = "http://www.opengis.net/def/tilematrixset/OGC/1.0/WebMercatorQuad"
MERCATOR = "http://www.opengis.net/def/crs/EPSG/0/3857"
RELATION = "http://www.opengis.net/def/rel/ogc/1.0/"
HALF = 20037508.342789244  # metres from the middle of the square world to its edge
TILE = 256  # pixels along the side of a tile, as the standard's set has it
PIXEL_M = 0.00028  # of the standard's screen
TILE_JSON = "application/json"
CONFORMS_TO = [
    *(
        f"http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/{part}"
        for part in ("core", "tileset", "tilesets-list", "dataset-tilesets", "mvt", "oas30")
    ),
    *(
        f"http://www.opengis.net/spec/tms/2.0/conf/{part}"
        for part in ("tilematrixset", "json-tilematrixset", "tilesetmetadata", "json-tilesetmetadata")
    ),
]


def landing_links(address: Address) -> list[Json]:
    """Return what leads from the landing page to the tiles; nothing where there is no base to show."""
    if not is_offered():
        return []
    return [
        link(address("tilesets"), f"{RELATION}tilesets-vector", TILE_JSON, _("National base")),
        link(address("matrix-sets"), f"{RELATION}tiling-schemes", TILE_JSON),
    ]


def _side(zoom: int) -> float:
    """Return the metres of a pixel."""
    return 2 * HALF / TILE / (1 << zoom)


def matrix_set(address: Address) -> Json:
    """Return the set of tile matrices that every web map uses."""
    return {
        "id": QUAD,
        "title": "Google Maps Compatible for the World",
        "uri": QUAD_URI,
        "crs": MERCATOR,
        "orderedAxes": ["X", "Y"],
        "wellKnownScaleSet": "http://www.opengis.net/def/wkss/OGC/1.0/GoogleMapsCompatible",
        "links": [link(address("matrix-set", QUAD), "self", TILE_JSON)],
        "tileMatrices": [
            {
                "id": str(zoom),
                "scaleDenominator": _side(zoom) / PIXEL_M,
                "cellSize": _side(zoom),
                "cornerOfOrigin": "topLeft",
                "pointOfOrigin": [-HALF, HALF],
                "matrixWidth": 1 << zoom,
                "matrixHeight": 1 << zoom,
                "tileWidth": TILE,
                "tileHeight": TILE,
            }
            for zoom in range(LARGEST_ZOOM + 1)
        ],
    }


def _tileset(address: Address) -> Json:
    return {
        "title": _("National base"),
        "dataType": "vector",
        "crs": MERCATOR,
        "tileMatrixSetURI": QUAD_URI,
        "links": [
            link(address("tileset", QUAD), "self", TILE_JSON),
            link(address("matrix-set", QUAD), f"{RELATION}tiling-scheme", TILE_JSON),
            {**link(_template(address), "item", MVT), "templated": True},
        ],
    }


def _template(address: Address) -> str:
    """Return the address of a tile with the standard's names in it: rows come before columns."""
    return address("tile", QUAD, 0, 0, 0).replace("/0/0/0", "/{tileMatrix}/{tileRow}/{tileCol}")


def tileset_document(address: Address, bounds: list[float], rows: Json) -> Json:
    """Return the tileset's metadata: its extent, layers with their properties, limits and links."""
    west, south, east, north = bounds
    whole = _tileset(address)
    whole["links"].append(link(address("tileset-json", QUAD), "describedby", TILE_JSON, "TileJSON"))
    return {
        **whole,
        **rows,
        "boundingBox": {"lowerLeft": [west, south], "upperRight": [east, north], "crs": CRS84},
        "layers": [
            {
                "id": layer["id"],
                "title": layer["description"],
                "dataType": "vector",
                "geometryDimension": 0,
                "minTileMatrix": "0",
                "maxTileMatrix": str(LARGEST_ZOOM),
                "propertiesSchema": {
                    "type": "object",
                    "properties": {
                        name: {"title": title, "type": _type(name)} for name, title in layer["fields"].items()
                    },
                },
            }
            for layer in layers()
        ],
        "tileMatrixSetLimits": [
            {
                "tileMatrix": str(zoom),
                "minTileRow": 0,
                "maxTileRow": (1 << zoom) - 1,
                "minTileCol": 0,
                "maxTileCol": (1 << zoom) - 1,
            }
            for zoom in range(LARGEST_ZOOM + 1)
        ],
    }


def _type(name: str) -> str:
    return {"year": "integer", "count": "integer", "capital": "number"}.get(name, "string")


def open_api_paths() -> Json:
    """Return what the description of the interface says of the tiles, nothing where there are none."""
    if not is_offered():
        return {}
    refused = {"description": _("Not signed in, not allowed, or too many requests")}
    problem = {"description": _("What is wrong")}

    def read(operation: str, summary: str, media: str, parameters: list[Json]) -> Json:
        schema: Json = {"type": "string", "format": "binary"} if media == MVT else {"type": "object"}
        answers: Json = {"200": {"description": "OK", "content": {media: {"schema": schema}}}}
        if media == MVT:
            answers["204"] = {"description": _("A tile without companies")}
        return {
            "get": {
                "operationId": operation,
                "summary": summary,
                "parameters": parameters,
                "responses": {**answers, "400": problem, "401": refused, "404": problem},
            }
        }

    where = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "integer", "minimum": 0}}
        for name in ("tileMatrix", "tileRow", "tileCol")
    ]
    filters = [
        {"name": name, "in": "query", "required": False, "schema": {"type": "string"}} for name in NAMES
    ]
    return {
        "/tileMatrixSets": read("tileMatrixSets", _("Tile matrix sets"), TILE_JSON, []),
        f"/tileMatrixSets/{QUAD}": read("tileMatrixSet", QUAD, TILE_JSON, []),
        "/tiles": read("tilesets", _("Tilesets"), TILE_JSON, []),
        f"/tiles/{QUAD}": read("tileset", _("National base"), TILE_JSON, []),
        f"/tiles/{QUAD}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}": read(
            "tile", _("A tile of the national base"), MVT, [*where, *filters]
        ),
    }


# --- pages ------------------------------------------------------------------------------------


def _known(name: str) -> None:
    if name != QUAD or not is_offered():
        raise Http404


@guarded_page
def matrix_sets(request: HttpRequest) -> HttpResponse:
    """Answer with the tile matrix sets that are served."""
    _known(QUAD)
    one = {
        "id": QUAD,
        "title": QUAD,
        "uri": QUAD_URI,
        "crs": MERCATOR,
        "links": [link(at(request)("matrix-set", QUAD), "self", TILE_JSON)],
    }
    return json_answer({"tileMatrixSets": [one]})


@guarded_page
def matrix_set_page(request: HttpRequest, name: str) -> HttpResponse:
    """Answer with one tile matrix set."""
    _known(name)
    return json_answer(matrix_set(at(request)))


@guarded_page
def tilesets(request: HttpRequest) -> HttpResponse:
    """Answer with the tilesets that are served."""
    _known(QUAD)
    address = at(request)
    return json_answer(
        {"links": [link(address("tilesets"), "self", TILE_JSON)], "tilesets": [_tileset(address)]}
    )


@guarded_page
def tileset(request: HttpRequest, name: str) -> HttpResponse:
    """Answer with a tileset's metadata."""
    _known(name)
    found = served()
    if found is None:
        raise Http404
    said = {"version": found.version.name, "created": found.version.manifest["published_at"]}
    return json_answer(tileset_document(at(request), bounds_of(found.reader), said))


@guarded_page
def tileset_json(request: HttpRequest, name: str) -> HttpResponse:
    """Answer with TileJSON of the tileset."""
    _known(name)
    found = served()
    if found is None:
        raise Http404
    address = at(request)("tile", QUAD, 0, 0, 0).replace("/0/0/0", "/{z}/{y}/{x}")
    return json_answer(tile_json(found, address))


@guarded_page
def tile(request: HttpRequest, name: str, z: int, y: int, x: int) -> HttpResponse:
    """Answer with a tile: its row comes before its column."""
    _known(name)
    if request.GET.get("f", "mvt") != "mvt":
        raise BadRequest("f", _("Only vector tiles are served: f=mvt."))
    if not any(request.accepts(media) for media in (MVT, "application/octet-stream")):
        return json_answer(
            {"code": "NotAcceptable", "description": _("Only vector tiles are served: f=mvt.")}, status=406
        )
    found = served()
    if found is None or z > LARGEST_ZOOM or x >= 1 << z or y >= 1 << z:
        raise Http404
    return tile_answer(request, found, read_wanted(request.GET, ("f",)), z, x, y)
