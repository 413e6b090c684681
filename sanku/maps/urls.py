"""Addresses of the map."""

from django.urls import path

from sanku.maps import views

app_name = "maps"
urlpatterns = [
    path("", views.page, name="map"),
    path("base.json", views.base, name="base"),
    path("boundaries/<slug:edition>/<int:z>/<int:x>/<int:y>.mvt", views.boundary_tile, name="boundary-tile"),
]
