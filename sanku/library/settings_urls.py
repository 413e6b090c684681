"""Addresses under Settings: the tags of a zone, and the fields that it adds."""

from django.urls import path
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sanku.library import field_views, tag_views

EDIT = require_http_methods(["GET", "POST"])
app_name = "library"
urlpatterns = [
    path("tags/", require_GET(tag_views.tag_list), name="tag-list"),
    path("tags/add/", EDIT(tag_views.tag_add), name="tag-add"),
    path("tags/<int:pk>/", EDIT(tag_views.tag_edit), name="tag-edit"),
    path("tags/<int:pk>/merge/", EDIT(tag_views.tag_merge), name="tag-merge"),
    path("tags/<int:pk>/separate/", require_POST(tag_views.tag_separate), name="tag-separate"),
    path("tags/<int:pk>/remove/", require_POST(tag_views.tag_remove), name="tag-remove"),
    path("tags/<int:pk>/restore/", require_POST(tag_views.tag_restore), name="tag-restore"),
    path("fields/", require_GET(field_views.field_list), name="field-list"),
    path("fields/add/", EDIT(field_views.field_add), name="field-add"),
    path("fields/<int:pk>/", EDIT(field_views.field_edit), name="field-edit"),
    path("fields/<int:pk>/remove/", require_POST(field_views.field_remove), name="field-remove"),
    path("fields/<int:pk>/restore/", require_POST(field_views.field_restore), name="field-restore"),
]
