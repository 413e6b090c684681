"""Addresses of the pages of carriers."""

from django.urls import path

from sanku.library.urls import addresses
from sanku.sites import views
from sanku.sites.library import SITES

app_name = "sites"
urlpatterns = [path("parcels/", views.parcels_export, name="parcels-export"), *addresses(SITES, "site")]
