"""Addresses of the national base."""

from django.urls import path

from sanku.base import views

app_name = "base"
urlpatterns = [
    path("", views.base_search, name="search"),
    path("pick/", views.pick, name="pick"),
    path("company/<int:company_id>/", views.company_by_id, name="company-by-id"),
    path("<str:version>/<int:row>/", views.company, name="company"),
]
