"""The addresses of a person's notices."""

from django.urls import path

from sanku.library import notice_views

app_name = "notices"
urlpatterns = [
    path("", notice_views.notice_list, name="list"),
    path("unread/", notice_views.unread, name="unread"),
    path("read/", notice_views.read_all, name="read-all"),
    path("<int:pk>/", notice_views.open_notice, name="open"),
    path("<int:pk>/read/", notice_views.read_one, name="read"),
]
