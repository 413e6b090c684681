"""Where every page stands."""

from django.urls import include, path

from sanku.config import views

urlpatterns = [
    path("", views.home, name="home"),
    path("health/", views.health, name="health"),
    path("accounts/", include("sanku.accounts.sign_in_urls")),
    path("language/", include("django.conf.urls.i18n")),
    path("people/", include("sanku.accounts.urls")),
    path("companies/", include("sanku.merging.urls")),
    path("", include("sanku.companies.urls")),  # /companies/ and /targets/
    path("projects/", include("sanku.projects.urls")),
    path("sites/", include("sanku.sites.urls")),
    path("base/", include("sanku.base.urls")),
    path("map/", include("sanku.maps.urls")),
    path("interface/", include("sanku.api.guide_urls")),
    path("api/", include("sanku.api.urls")),
    path("ogc/", include("sanku.maps.ogc.urls")),
    path("settings/", include("sanku.library.settings_urls")),
    path("search/", include("sanku.search.urls")),
    path("notices/", include("sanku.library.notice_urls")),
    path("exports/", include("sanku.library.export_urls")),
    path("imports/", include("sanku.intake.urls")),
]
