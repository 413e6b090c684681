"""Addresses of merging, below those of companies."""

from django.urls import path

from sanku.merging import views

app_name = "merging"
urlpatterns = [
    path("merge/", views.merge, name="merge"),
    path("merge/similar/", views.similar, name="merge-similar"),
    path("merges/", views.merge_list, name="merge-list"),
    path("merges/<int:pk>/undo/", views.merge_undo, name="merge-undo"),
    path("<int:pk>/merges/", views.company_merges, name="company-merges"),
]
