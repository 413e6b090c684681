"""Addresses of the map."""

from django.urls import path

from sanku.maps import views
from sanku.maps.national import views as national

app_name = "maps"
urlpatterns = [
    path("", views.page, name="map"),
    path("list/", views.in_view_list, name="list"),
    path("tiles/<slug:layer>/<int:z>/<int:x>/<int:y>.mvt", views.record_tile, name="record-tile"),
    path("base.json", views.base, name="base"),
    path("boundaries/<slug:edition>/<int:z>/<int:x>/<int:y>.mvt", views.boundary_tile, name="boundary-tile"),
    path("national/tiles.json", national.tiles, name="national-tiles"),
    path("national/<int:z>/<int:x>/<int:y>.mvt", national.tile, name="national-tile"),
    path("national/features/<int:pk>/", national.feature, name="national-feature"),
]
