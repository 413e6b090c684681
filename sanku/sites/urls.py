"""Addresses of the pages of carriers."""

from sanku.library.urls import addresses
from sanku.sites.library import SITES

app_name = "sites"
urlpatterns = addresses(SITES, "site")
