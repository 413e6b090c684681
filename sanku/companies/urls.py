"""Addresses of the company pages and, in the same namespace, of the target client pages."""

from django.urls import include, path

from sanku.companies import honour_views, views
from sanku.companies.library import COMPANIES
from sanku.companies.rows import COMPANY_TOUCHES, CONTACTS, SHAREHOLDERS
from sanku.companies.target_urls import TARGET_PAGES
from sanku.library.row_views import row_addresses
from sanku.library.urls import addresses

app_name = "companies"
COMPANY_PAGES = [
    *addresses(COMPANIES, "company"),
    *row_addresses(CONTACTS),
    *row_addresses(COMPANY_TOUCHES),
    *row_addresses(SHAREHOLDERS),
    path("<int:pk>/target/", views.company_target, name="company-target"),
    path("<int:pk>/duplicates/", views.company_duplicates, name="company-duplicates"),
    path("<int:pk>/honours/", honour_views.company_honours, name="company-honours"),
    path("honours/", honour_views.honour_lists, name="honour-lists"),
    path("honours/load/", honour_views.honour_load, name="honour-load"),
    path("honours/<int:pk>/", honour_views.honour_edition, name="honour-edition"),
    path("honours/<int:pk>/undo/", honour_views.honour_undo, name="honour-undo"),
    path("honours/entries/<int:pk>/", honour_views.honour_decide, name="honour-decide"),
    path("duplicates/", views.duplicate_list, name="duplicate-list"),
    path("duplicates/<int:pk>/", views.duplicate_decide, name="duplicate-decide"),
]
urlpatterns = [
    path("companies/", include(COMPANY_PAGES)),
    path("targets/", include(TARGET_PAGES)),
]
