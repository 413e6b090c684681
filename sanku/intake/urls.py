"""Addresses of the import pages."""

from django.urls import path

from sanku.intake import views

app_name = "intake"
urlpatterns = [
    path("", views.batch_list, name="batch-list"),
    path("new/", views.batch_create, name="batch-create"),
    path("<int:pk>/", views.batch_detail, name="batch-detail"),
    path("<int:pk>/columns/", views.batch_columns, name="batch-columns"),
    path("<int:pk>/review/", views.batch_review, name="batch-review"),
    path("<int:pk>/shapes.json", views.batch_shapes, name="batch-shapes"),
    path("<int:pk>/save/", views.batch_save, name="batch-save"),
    path("<int:pk>/undo/", views.batch_undo, name="batch-undo"),
    path("<int:pk>/again/", views.batch_again, name="batch-again"),
    path("<int:pk>/discard/", views.batch_discard, name="batch-discard"),
    path("<int:pk>/progress/", views.batch_progress, name="batch-progress"),
    path("<int:pk>/stop/", views.batch_stop, name="batch-stop"),
    path("<int:pk>/refused/", views.batch_refused, name="batch-refused"),
    path("<int:pk>/file/", views.batch_file, name="batch-file"),
    path("rows/<int:pk>/correct/", views.row_correct, name="row-correct"),
    path("rows/<int:pk>/drop/", views.row_drop, name="row-drop"),
    path("rows/<int:pk>/undo/", views.row_undo, name="row-undo"),
]
