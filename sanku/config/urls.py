"""Where every page stands."""

from django.urls import include, path

from sanku.config import views

urlpatterns = [
    path("", views.home, name="home"),
    path("health/", views.health, name="health"),
    path("accounts/", include("sanku.accounts.sign_in_urls")),
    path("language/", include("django.conf.urls.i18n")),
    path("people/", include("sanku.accounts.urls")),
    path("companies/", include("sanku.companies.urls")),
    path("targets/", include("sanku.companies.target_urls")),
    path("projects/", include("sanku.projects.urls")),
    path("sites/", include("sanku.sites.urls")),
    path("imports/", include("sanku.intake.urls")),
]
