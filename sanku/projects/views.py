"""The parts of other pages that are about projects."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from sanku.accounts.rules import WRITES_PROJECTS
from sanku.companies.queries import companies_for
from sanku.library.requests import reader_of, user_of
from sanku.projects.cells import clock_light, clock_of, next_late, stage_mark
from sanku.projects.queries import company_projects, planned_cny, projects_for

SHOWN = 20


def of_company(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the projects of a company that the reader may see: a panel of the company's page."""
    reader = reader_of(request)
    company = get_object_or_404(companies_for(reader.user), pk=pk)
    projects = company_projects(reader.user, company)
    rows = []
    for project in projects[:SHOWN]:
        clock = clock_of(project, reader.today)
        rows.append(
            {
                "project": project,
                "stage": stage_mark(project.stage),
                "light": clock_light(clock) if clock is not None and clock.light in ("y", "r") else "",
                "late": next_late(project, reader.today),
            }
        )
    create = f"{reverse('projects:project-create')}?company={company.pk}"
    context = {
        "rows": rows,
        "count": projects.count(),
        "planned_cny": planned_cny(projects),
        "create_url": create if reader.user.may(WRITES_PROJECTS) else None,
        "list_url": f"{reverse('projects:project-list')}?{urlencode({'q': company.name})}",
    }
    return render(request, "projects/_company_projects.html", context)


def investor(request: HttpRequest, pk: int) -> HttpResponse:
    """Show who invests in a project: a panel of the project's page."""
    user = user_of(request)
    project = get_object_or_404(projects_for(user).exclude(investor=None).select_related("investor"), pk=pk)
    company = project.investor
    assert company is not None
    context = {"company": company, "others": company_projects(user, company).exclude(pk=pk)[:SHOWN]}
    return render(request, "projects/_investor.html", context)
