"""The documents that describe the service: landing page, conformance, collections, queryables, OpenAPI."""

from collections.abc import Callable

from django.utils.translation import gettext as _

import sanku
from sanku.library.plain import Json, field_schemas, filter_schemas
from sanku.library.specs import Reader
from sanku.maps.ogc.asked import MOST, USUAL
from sanku.maps.ogc.collections import CRS, CRS84, LAYERS

Address = Callable[..., str]  # the absolute address of a page of the service by its name
GEOJSON, SCHEMA = "application/geo+json", "application/schema+json"
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
CONFORMS_TO = [
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/oas30",
    "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/queryables",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/queryables-query-parameters",
]


def link(href: str, rel: str, type_: str, title: str = "") -> Json:
    """Return a link."""
    return {"href": href, "rel": rel, "type": type_, **({"title": title} if title else {})}


def landing(at: Address, more: list[Json]) -> Json:
    """Return the landing page; `more` are links of what is served besides features."""
    return {
        "title": "Sanku 三库",
        "description": _("Companies, carriers and projects, as far as you may see them."),
        "links": [
            link(at("landing"), "self", "application/json"),
            link(at("api"), "service-desc", OPENAPI, _("The description of the interface")),
            link(at("conformance"), "conformance", "application/json"),
            link(at("collections"), "data", "application/json"),
            *more,
        ],
    }


def collections(at: Address) -> Json:
    """Return all collections."""
    return {
        "links": [link(at("collections"), "self", "application/json")],
        "crs": list(CRS),
        "collections": [collection(name, at) for name in LAYERS],
    }


def collection(name: str, at: Address) -> Json:
    """Return a collection. Its extent is the world: the real one would tell of what the reader may not see."""
    layer = LAYERS[name]
    return {
        "id": name,
        "title": str(layer.library.title),
        "itemType": "feature",
        "extent": {
            "spatial": {"bbox": [[-180, -90, 180, 90]], "crs": CRS84},
            "temporal": {"interval": [[None, None]]},
        },
        "crs": list(CRS),
        "storageCrs": CRS84,
        "links": [
            link(at("collection", name), "self", "application/json"),
            link(at("items", name), "items", GEOJSON),
            link(at("queryables", name), "http://www.opengis.net/def/rel/ogc/1.0/queryables", SCHEMA),
        ],
    }


def queryables(name: str, at: Address) -> Json:
    """Return what features of a collection can be filtered by."""
    layer = LAYERS[name]
    properties = {
        key: {"title": label, **schema} for key, (label, schema) in filter_schemas(layer.library).items()
    }
    properties["geometry"] = {"title": _("Geometry"), "format": f"geometry-{layer.geometry}"}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": at("queryables", name),
        "type": "object",
        "title": str(layer.library.title),
        "properties": properties,
        "additionalProperties": False,
    }


# --- OpenAPI ----------------------------------------------------------------------------------


def openapi(at: Address, reader: Reader, more: Json) -> Json:
    """Return the description of the service as OpenAPI 3.0; `more` are paths of what is served besides features."""
    paths: Json = {
        "/": _read("landing", _("Landing page"), {"type": "object", "required": ["links"]}),
        "/conformance": _read(
            "conformance", _("What it conforms to"), {"type": "object", "required": ["conformsTo"]}
        ),
        "/collections": _read(
            "collections", _("All collections"), {"type": "object", "required": ["collections"]}
        ),
    }
    for name, layer in LAYERS.items():
        title = str(layer.library.title)
        schema = _feature_schema(field_schemas(layer.library, reader))
        paths[f"/collections/{name}"] = _read(
            f"{name}.collection", title, {"type": "object", "required": ["id", "links"]}
        )
        paths[f"/collections/{name}/queryables"] = _read(
            f"{name}.queryables", title, {"type": "object", "required": ["properties"]}, media=SCHEMA
        )
        paths[f"/collections/{name}/items"] = _read(
            f"{name}.items", title, _page_schema(schema), media=GEOJSON, parameters=_parameters(name)
        )
        paths[f"/collections/{name}/items/{{featureId}}"] = _read(
            f"{name}.item", title, schema, media=GEOJSON,
            parameters=[
                {"name": "featureId", "in": "path", "required": True, "schema": {"type": "integer", "minimum": 0, "maximum": 2**63 - 1}},
                _crs("crs"),
            ],
        )  # fmt: skip
    return {
        "openapi": "3.0.3",
        "info": {"title": "Sanku 三库 – OGC API Features", "version": sanku.__version__},
        "servers": [{"url": at("landing").rstrip("/")}],
        "components": {"securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
        "security": [{"token": []}],
        "paths": {**paths, **more},
    }


def _read(
    operation: str,
    summary: str,
    schema: Json,
    *,
    media: str = "application/json",
    parameters: list[Json] | None = None,
) -> Json:
    problem = {
        "description": _("What is wrong"),
        "content": {"application/json": {"schema": {"type": "object", "required": ["code", "description"]}}},
    }
    refused = {"description": _("Not signed in, not allowed, or too many requests")}
    return {
        "get": {
            "operationId": operation,
            "summary": summary,
            "parameters": [*(parameters or []), _query("f", {"type": "string", "enum": ["json", "geojson"]})],
            "responses": {
                "200": {"description": "OK", "content": {media: {"schema": schema}}},
                "400": problem,
                "401": refused,
                "404": problem,
                "429": refused,
            },
        }
    }


def _parameters(name: str) -> list[Json]:
    limit = {"type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL}
    numbers = {"type": "array", "items": {"type": "number"}, "minItems": 4, "maxItems": 6}
    own = [
        _query("limit", limit),
        {**_query("bbox", numbers), "style": "form", "explode": False},
        _crs("bbox-crs"),
        _crs("crs"),
        _query("datetime", {"type": "string"}, _("Last changed: a moment or an interval")),
        _query("q", {"type": "string", "maxLength": 200}, _("Text to search for")),
        _query("cursor", {"type": "string"}, _("Where a page begins: take it from the “next” link")),
    ]
    filters = filter_schemas(LAYERS[name].library)
    return own + [_query(key, schema, label) for key, (label, schema) in filters.items()]


def _crs(name: str) -> Json:
    return _query(name, {"type": "string", "format": "uri", "enum": list(CRS), "default": CRS84})


def _query(name: str, schema: Json, description: str = "") -> Json:
    return {
        "name": name,
        "in": "query",
        "required": False,
        "schema": schema,
        **({"description": description} if description else {}),
    }


def _feature_schema(fields: dict[str, Json]) -> Json:
    return {
        "type": "object",
        "required": ["type", "geometry", "properties"],
        "properties": {
            "type": {"type": "string", "enum": ["Feature"]},
            "id": {"type": "integer"},
            "geometry": {"type": "object", "nullable": True},
            "properties": {
                "type": "object",
                "properties": {name: _as_30(schema) for name, schema in fields.items() if name != "boundary"},
            },
        },
    }


def _as_30(schema: Json) -> Json:
    """Say "or null" the way of OpenAPI 3.0, which knows one type only."""
    if isinstance(schema["type"], str):
        return schema
    return {**schema, "type": schema["type"][0], "nullable": True}


def _page_schema(feature: Json) -> Json:
    count = {"type": "integer", "minimum": 0}
    return {
        "type": "object",
        "required": ["type", "features"],
        "properties": {
            "type": {"type": "string", "enum": ["FeatureCollection"]},
            "features": {"type": "array", "items": feature},
            "numberMatched": count,
            "numberReturned": count,
            "links": {"type": "array", "items": {"type": "object"}},
            "timeStamp": {"type": "string", "format": "date-time"},
        },
    }
