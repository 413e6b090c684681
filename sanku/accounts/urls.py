"""Addresses of the accounts pages."""

from django.urls import path

from sanku.accounts.views import organisation, people, rates, tokens

app_name = "accounts"
urlpatterns = [
    path("", people.roster, name="roster"),
    path("<int:pk>/", people.person, name="person"),
    path("<int:pk>/password/", people.person_password, name="person-password"),
    path("<int:pk>/activity/", people.person_activity, name="person-activity"),
    path("<int:pk>/<slug:key>/", people.person_section, name="person-section"),
    path("<int:pk>/<slug:key>/edit/", people.person_section_edit, name="person-section-edit"),
    path("organisation/", organisation.organisation, name="organisation"),
    path("organisation/people/add/", organisation.person_add, name="person-add"),
    path("organisation/departments/add/", organisation.department_add, name="department-add"),
    path("organisation/departments/<int:pk>/", organisation.department_edit, name="department-edit"),
    path("organisation/squads/add/", organisation.squad_add, name="squad-add"),
    path("organisation/squads/<int:pk>/", organisation.squad_edit, name="squad-edit"),
    path("tokens/", tokens.token_list, name="token-list"),
    path("tokens/<int:pk>/revoke/", tokens.token_revoke, name="token-revoke"),
    path("rates/", rates.rate_list, name="rate-list"),
    path("rates/add/", rates.rate_add, name="rate-add"),
    path("rates/<int:pk>/", rates.rate_edit, name="rate-edit"),
]
