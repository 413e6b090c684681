"""The peer: the Django admin over the same tables, set up as its documentation advises for large tables."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from sanku.companies.models import Company
from sanku.projects.models import Project


class Peer(admin.ModelAdmin[Any]):
    """50 rows a page, the same columns and filters, exact counts as Sanku's, references joined."""

    list_per_page = 50
    show_full_result_count = False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let the benchmark in."""
        return True

    has_module_permission = has_add_permission = has_change_permission = has_view_permission


@admin.register(Company)
class CompanyPeer(Peer):
    """Companies in the admin."""

    list_display = (
        "name",
        "uscc",
        "sector",
        "province",
        "registered_capital_cny",
        "honours",
        "established_on",
        "status",
    )
    list_filter = ("is_resident", "is_key", "sector", "status")
    search_fields = ("search_text",)
    ordering = ("-updated_at",)


@admin.register(Project)
class ProjectPeer(Peer):
    """Projects in the admin."""

    list_display = (
        "name",
        "investor",
        "stage",
        "investment_cny",
        "land_m2",
        "next_action",
        "next_action_on",
        "lead",
    )
    list_filter = ("stage", "sector", "is_major", "money_origin")
    list_select_related = ("investor", "lead")
    search_fields = ("search_text",)
    ordering = ("-updated_at",)
