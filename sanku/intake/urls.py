"""Addresses of the intake pages."""

from django.urls import URLPattern

app_name = "intake"
urlpatterns: list[URLPattern] = []
