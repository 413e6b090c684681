"""Addresses of OGC API – Features."""

from django.urls import path

from sanku.maps.ogc import views

app_name = "ogc"
urlpatterns = [
    path("", views.landing, name="landing"),
    path("conformance", views.conformance, name="conformance"),
    path("api", views.api, name="api"),
    path("collections", views.collections, name="collections"),
    path("collections/<slug:name>", views.collection, name="collection"),
    path("collections/<slug:name>/queryables", views.queryables, name="queryables"),
    path("collections/<slug:name>/items", views.items, name="items"),
    path("collections/<slug:name>/items/<int:pk>", views.item, name="item"),
]
