"""Addresses of the pages of carriers."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path

from sanku.library.urls import addresses
from sanku.sites import views
from sanku.sites.library import SITES


def drawing(name: str) -> Any:
    """Return a view of `draw_views`, which is loaded, and the libraries of shapes with it, once somebody asks."""

    def view(request: HttpRequest, **given: Any) -> HttpResponse:
        from sanku.sites import draw_views

        answer: HttpResponse = getattr(draw_views, name)(request, **given)
        return answer

    return view


app_name = "sites"
urlpatterns = [
    path("parcels/", views.parcels_export, name="parcels-export"),
    path("neighbours.json", drawing("neighbours"), name="site-neighbours"),
    path("draw/", drawing("new"), name="site-draw"),
    path("<int:pk>/boundary/", drawing("boundary"), name="site-boundary"),
    path("<int:pk>/split/", drawing("split"), name="site-split"),
    path("<int:pk>/merge/", drawing("merge"), name="site-merge"),
    path("reshapes/<int:pk>/undo/", drawing("reshape_undo"), name="site-reshape-undo"),
    *addresses(SITES, "site", preview="sites/site_preview.html"),
]
