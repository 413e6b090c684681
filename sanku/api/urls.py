"""Addresses of the interface."""

from sanku.api.api import API

app_name = "api"
urlpatterns = API.urls[0]
