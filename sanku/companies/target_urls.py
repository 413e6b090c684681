"""Addresses of the target client pages."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
