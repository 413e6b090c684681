"""Sanku's addresses and the admin's."""

from django.contrib import admin
from django.urls import path

from sanku.config.urls import urlpatterns as pages

urlpatterns = [path("admin/", admin.site.urls), *pages]
