"""The addresses of exports, whichever library they are of."""

from django.urls import path

from sanku.library import export_views

app_name = "exports"
urlpatterns = [
    path("", export_views.export_list, name="list"),
    path("log/", export_views.export_log, name="log"),
    path("<int:pk>/progress/", export_views.export_progress, name="progress"),
    path("<int:pk>/stop/", export_views.export_stop, name="stop"),
    path("<int:pk>/again/", export_views.export_again, name="again"),
    path("<int:pk>/file/", export_views.export_file, name="file"),
]
