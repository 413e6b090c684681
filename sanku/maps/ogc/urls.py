"""Addresses of OGC API – Features, and of OGC API – Tiles."""

from django.urls import path

from sanku.maps.ogc import tiles, views

app_name = "ogc"
urlpatterns = [
    path("", views.landing, name="landing"),
    path("conformance", views.conformance, name="conformance"),
    path("api", views.api, name="api"),
    path("collections", views.collections, name="collections"),
    path("collections/<str:name>", views.collection, name="collection"),
    path("collections/<str:name>/queryables", views.queryables, name="queryables"),
    path("collections/<str:name>/items", views.items, name="items"),
    path("collections/<str:name>/items/<str:pk>", views.item, name="item"),
    path("tileMatrixSets", tiles.matrix_sets, name="matrix-sets"),
    path("tileMatrixSets/<str:name>", tiles.matrix_set_page, name="matrix-set"),
    path("tiles", tiles.tilesets, name="tilesets"),
    path("tiles/<slug:name>", tiles.tileset, name="tileset"),
    path("tiles/<slug:name>/tilejson", tiles.tileset_json, name="tileset-json"),
    path("tiles/<slug:name>/<int:z>/<int:y>/<int:x>", tiles.tile, name="tile"),
    path("tiles/<slug:name>/<int:z>/<int:y>/<int:x>.mvt", tiles.tile, name="tile-mvt"),
]
