"""Addresses of the target client pages."""

from django.urls import path

from sanku.companies import views
from sanku.companies.rows import TARGET_TOUCHES
from sanku.companies.target_library import TARGETS
from sanku.library.row_views import row_addresses
from sanku.library.urls import addresses

TARGET_PAGES = [
    *addresses(TARGETS, "target"),
    *row_addresses(TARGET_TOUCHES),
    path("<int:pk>/action/", views.target_action, name="target-action"),
    path("<int:pk>/score/", views.target_score, name="target-score"),
]
