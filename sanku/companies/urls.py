"""Addresses of the company pages."""

from sanku.companies.library import COMPANIES
from sanku.library.urls import addresses

app_name = "companies"
urlpatterns = addresses(COMPANIES, "company")
