"""`sanku zone` and `sanku demo`."""

import re
from collections import Counter
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from shapely.geometry import box, shape
from shapely.strtree import STRtree

from sanku.accounts.models import Department, ExchangeRate, Role, User, Zone
from sanku.audit.models import Chain, Entry
from sanku.audit.queries import verify_chain
from sanku.companies.models import Company, Contact, Target, Touch
from sanku.companies.queries import targets_for
from sanku.projects.models import Project
from sanku.projects.queries import projects_for
from sanku.sites.models import Site
from tests import make

EXTENT = box(116.63, 35.37, 116.75, 35.47)  # Jining High-tech Zone, roughly
LANDED = ("signed", "landed", "construction", "production", "growth")


def said(*command: str, **options: Any) -> str:
    out = StringIO()
    call_command(*command, stdout=out, **options)
    return out.getvalue()


# --- sanku zone -------------------------------------------------------------------------------


@pytest.mark.django_db
def test_founding_a_zone() -> None:
    words = said("zone", "示例高新区", "--short", "示例", "--region", "370811", "--admin", "zhang.min")
    person = User.objects.get(username="zhang.min")
    assert (person.zone.name, person.role) == ("示例高新区", Role.ADMINISTRATOR)
    password = re.search(r"[a-z2-9]{4}(-[a-z2-9]{4}){2}", words)
    assert password and person.check_password(password[0])


@pytest.mark.django_db
def test_a_zone_that_cannot_be_is_refused_in_words() -> None:
    with pytest.raises(CommandError, match="37081"):
        said("zone", "示例区", "--short", "示例", "--region", "37081", "--admin", "zhang.min")
    assert not Zone.objects.exists()


# --- sanku demo -------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_demonstration_zone() -> None:
    """One long test: the zone takes seconds to build."""
    words = said("demo")
    zone = Zone.objects.get()
    check_people(zone, words)
    check_companies()
    check_projects(zone)
    check_sites()
    check_history(zone)
    check_twice(zone)


def check_people(zone: Zone, words: str) -> None:
    assert zone.is_demo
    people = User.objects.filter(zone=zone)
    assert people.filter(role=Role.PROMOTION).count() == 60
    assert Department.objects.filter(kind="sector").count() == 7
    shown = {line.split()[0] for line in words.splitlines() if line.startswith("  ")}
    assert shown == set(Role.values)
    password = next(word for word in words.replace("：", " ").split() if word.startswith("demo-"))
    for role in Role.values:
        person = people.get(username=role)
        assert person.role == role and person.check_password(password)
    assert not people.exclude(username__in=Role.values).exclude(password__startswith="!").exists()
    officer = people.get(username="promotion")
    assert officer.squad is not None and targets_for(officer).exists() and projects_for(officer).exists()
    assert projects_for(people.get(username="service")).exists()
    assert projects_for(people.get(username="landing")).exists()


def check_companies() -> None:
    assert Company.objects.filter(is_key=True).count() == 177
    assert not Company.objects.filter(is_key=True, is_resident=False).exists()
    assert not Company.objects.filter(is_key=True, responsible_leader=None).exists()
    for model in (Company, Target, Project, Site, Contact, Touch):
        assert model.objects.count() >= 150, model
        assert not model.objects.filter(is_demo=False).exists(), model
    assert not Company.objects.exclude(name__contains="示例").exists()
    codes = Company.objects.exclude(uscc="").values_list("uscc", flat=True)
    assert len(codes) > 400
    assert all(code[6:8] == "99" for code in codes), "no registry has these numbers"


def check_projects(zone: Zone) -> None:
    assert Project.objects.filter(is_major=True, stage__in=LANDED).count() == 46
    assert Project.objects.filter(is_major=True).count() == 46
    assert Project.objects.filter(stage="negotiation").count() == 34
    assert not Project.objects.filter(investment_cny=None).exists()
    assert not Project.objects.filter(is_major=True, investment_cny__lt=100_000_000).exists()
    assert not Project.objects.filter(stage__in=LANDED, signed_on=None).exists()
    assert Project.objects.exclude(investment_currency="CNY").exists()
    today = timezone.localdate()
    dated = Target.objects.exclude(next_action_on=None)
    near = dated.filter(next_action_on__range=(today - timedelta(days=10), today + timedelta(days=21)))
    assert near.count() == dated.count() > 100
    assert {rate.currency for rate in ExchangeRate.objects.all()} >= {"USD", "EUR", "JPY", "HKD", "KRW"}


def check_sites() -> None:
    """Carriers lie inside the zone, none on another; land has the area of its polygon."""
    sites = list(Site.objects.all())
    assert len(sites) == 300
    shapes = [shape(site.boundary or {}) for site in sites]
    assert all(EXTENT.contains(each) for each in shapes)
    tree = STRtree(shapes)
    pairs = tree.query(shapes, predicate="intersects")
    assert all(one == other for one, other in pairs.T)
    kinds = Counter(site.kind for site in sites)
    assert set(kinds) == {"land", "factory", "office", "lab", "building"}
    assert not Site.objects.filter(status="held", held_until=None).exists()


def check_history(zone: Zone) -> None:
    assert verify_chain(Chain.objects.get(zone=zone)) is None
    moves = Entry.objects.filter(library="projects.project", action="update")
    assert moves.count() > 200
    assert Entry.objects.filter(action="note").count() > 50
    assert not Entry.objects.filter(at__gt=timezone.now()).exists()


def check_twice(zone: Zone) -> None:
    counts = [model.objects.count() for model in (User, Company, Project, Entry)]
    assert zone.name in said("demo")
    words = said("demo", if_empty=True)
    assert "commander" in words and zone.name not in words
    assert [model.objects.count() for model in (User, Company, Project, Entry)] == counts


@pytest.mark.django_db
def test_where_there_is_a_zone_in_earnest_nothing_is_built() -> None:
    make.user("administrator")
    assert said("demo", if_empty=True) == ""
    assert Zone.objects.count() == 1
