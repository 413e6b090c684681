"""Addresses of the project pages."""

from django.urls import path
from django.views.decorators.http import require_GET

from sanku.library.urls import addresses
from sanku.projects import views
from sanku.projects.library import PROJECTS

app_name = "projects"
urlpatterns = [
    *addresses(PROJECTS, "project", preview="projects/project_preview.html"),
    path("of-company/<int:pk>/", require_GET(views.of_company), name="company-projects"),
    path("<int:pk>/investor/", require_GET(views.investor), name="project-investor"),
]
