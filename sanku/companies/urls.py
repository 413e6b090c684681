"""Addresses of the companies pages."""

from django.urls import URLPattern

app_name = "companies"
urlpatterns: list[URLPattern] = []
