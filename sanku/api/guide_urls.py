"""The address of the page about the interface: outside /api/, where everything is for programs."""

from django.urls import path

from sanku.api import views

app_name = "interface"
urlpatterns = [path("", views.guide, name="guide")]
