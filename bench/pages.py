"""List, filter, search and detail pages at growing sizes, beside the Django admin on the same rows.

Server time of the whole request: middleware, view, queries, template; in process, through Django's test
client, so that no network is in it. Every series is asked in a fixed random order after a short warm-up.
"""

import gc
import random
import re
import time
from collections.abc import Callable, Iterable
from html import unescape
from typing import Any
from urllib.parse import urlencode

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench.fill import fill
from bench.measure import quantile, summary, timed, write
from sanku.accounts.models import User
from sanku.common.statistics import refresh_statistics
from sanku.companies.models import Company
from sanku.library.models import Tag
from sanku.library.paging import _place
from sanku.projects.models import Project

CALLS = 60
# A series ends after so long with the calls that it made (the JSON says how many), but never with fewer than these:
# a page of the peer at great depth takes a second.
SECONDS, FEWEST = 15, 8
WARM, COUNTED = 3, 5
FILTERS = {
    "/companies/": ["resident=1", "key=1", "sector=equipment", "honour=high_tech", "status=cancelled", "capital_min=5000",
                    "city=济宁", "sector=information&honour=listed", "established_from=2010-01-01"],
    "/projects/": ["stage=negotiation", "stage=signed&stage=landed", "sector=equipment", "major=1",
                   "stage=negotiation&sector=information"],
}  # fmt: skip
# Of what the zone added itself; TAG is the id of one of its tags.
OWN_FILTERS = ["tag=TAG", "tag=TAG&custom-pj=B", "custom-pj=A", "custom-pj=D", "custom-pj=B&custom-pj=C", "custom-df_min=90",
               "custom-df_min=20&custom-df_max=60", "custom-zfr_from=2026-01-01", "custom-djr=安"]  # fmt: skip
SORTS = {
    "/companies/": ["name", "-name", "capital", "-capital", "established", "-established", "-updated"],
    "/projects/": ["name", "-investment", "investment", "next_on", "-updated"],
}
TERMS = ["济", "宁", "济宁", "机械", "示例安", "有限公司", "机械制造有限", "jnsl", "91370", "安邦", "信息技术股份", "不存在的词",
         "鑫泽", "青岛示例", "恒"]  # fmt: skip
ADMIN = {"/companies/": "/admin/companies/company/", "/projects/": "/admin/projects/project/"}
MODELS = {"/companies/": Company, "/projects/": Project}


def getter(client: Client, url: str) -> Callable[[], Any]:
    """Return a call that fetches a page and fails unless it is one."""

    def call() -> None:
        response = client.get(url)
        if response.status_code != 200:
            raise RuntimeError(f"{response.status_code} for {url}")

    return call


def measured(client: Client, urls: Iterable[str]) -> dict[str, float]:
    """Return the times of some pages, and the most SQL queries one of them took."""
    urls = list(urls)
    for url in urls[:WARM]:
        client.get(url)
    wall: list[float] = []
    busy: list[float] = []
    end = time.monotonic() + SECONDS
    for url in urls:
        if len(wall) >= FEWEST and time.monotonic() > end:
            break
        cpu = time.process_time()
        wall += timed([getter(client, url)])
        busy.append((time.process_time() - cpu) * 1000)
    figures = summary(wall)
    # On a machine that does other work too these say more than the clock.
    figures |= {"p50_cpu_ms": quantile(busy, 0.5), "p95_cpu_ms": quantile(busy, 0.95)}
    most = 0
    for url in list(dict.fromkeys(urls))[:COUNTED]:
        with CaptureQueriesContext(connection) as queries:
            client.get(url)
        most = max(most, len(queries))
    return {**figures, "most_queries": most}


def deep_pages(path: str, user: User, chance: random.Random, *, sorts: list[str]) -> list[str]:
    """Return addresses of pages at random depth, as the page's own links would lead there."""
    urls = []
    model = MODELS[path]
    total = model._default_manager.filter(zone_id=user.zone_id).count()
    first = model._default_manager.filter(zone_id=user.zone_id).earliest("pk").pk
    for _ in range(CALLS):
        sort = chance.choice(sorts)
        name = {"capital": "registered_capital_cny", "established": "established_on", "updated": "updated_at",
                "investment": "investment_cny", "next_on": "next_action_on"}.get(sort.lstrip("-"), sort.lstrip("-"))  # fmt: skip
        row = (
            model._default_manager.filter(zone_id=user.zone_id, pk__gte=first + chance.randrange(total))
            .order_by("pk")
            .first()
        )
        if row is None:
            continue
        place = _place("next", row, name, chance.randrange(total))
        urls.append(f"{path}?{urlencode({'sort': sort, 'page': place.encoded()})}")
    return urls


def run(sizes: list[int], names: list[str]) -> None:
    """Measure at each size and write the results."""
    figures: dict[str, dict[str, Any]] = {name: {} for name in names}
    peers: dict[str, dict[str, Any]] = {name: {} for name in names}
    for size in sizes:
        office, _officers = fill(size)
        refresh_statistics()
        client = Client()
        client.force_login(office)
        gc.collect()
        gc.freeze()  # as the server does at its start
        if "list" in names:
            figures["list"][str(size)], peers["list"][str(size)] = lists(client, office)
        if "search" in names:
            figures["search"][str(size)], peers["search"][str(size)] = searches(client)
    settings = {
        "page": 50,
        "calls": f"{CALLS} a series, or as many as {SECONDS} s hold (at least {FEWEST}); 20 of the peer",
        "zones": "all sizes in one database; nothing remembered, every page is counted anew",
        "companies": "twice the projects",
        "peer": "Django admin, list_per_page 50, references joined, show_full_result_count False, deep pages by OFFSET",
    }
    for name in names:
        write(name, sizes, figures[name], peers[name], settings)


def lists(client: Client, user: User) -> tuple[dict[str, Any], dict[str, Any]]:
    """Measure lists at any depth, with filters, and detail pages; then the admin's lists."""
    chance = random.Random(3)
    tags = list(Tag.objects.filter(zone_id=user.zone_id).values_list("pk", flat=True))
    mine: dict[str, Any] = {}
    peer: dict[str, Any] = {}
    for path, model in MODELS.items():
        name = path.strip("/")
        mine[f"{name}_first"] = measured(client, [path] * CALLS)
        mine[f"{name}_deep"] = measured(client, deep_pages(path, user, chance, sorts=SORTS[path]))
        filtered = [
            f"{path}?{chance.choice(FILTERS[path])}&sort={chance.choice(SORTS[path])}" for _ in range(CALLS)
        ]
        mine[f"{name}_filtered"] = measured(client, filtered)
        own = [one.replace("TAG", str(chance.choice(tags))) for one in OWN_FILTERS]
        mine[f"{name}_filtered_by_own"] = measured(
            client, [f"{path}?{chance.choice(own)}&sort={chance.choice(SORTS[path])}" for _ in range(CALLS)]
        )
        mine[f"{name}_last"] = measured(client, [last_page(client, path)] * 20)
        ids = list(model._default_manager.filter(zone_id=user.zone_id).values_list("pk", flat=True))
        mine[f"{name}_detail"] = measured(client, [f"{path}{chance.choice(ids)}/" for _ in range(CALLS)])
        pages = max(len(ids) // 50, 1)
        peer[f"{name}_first"] = measured(client, [ADMIN[path]] * 20)
        peer[f"{name}_deep"] = measured(
            client, [f"{ADMIN[path]}?p={chance.randrange(1, pages + 1)}" for _ in range(20)]
        )
        mine[f"{name}_deep_to_admin"] = round(
            peer[f"{name}_deep"]["p95_ms"] / mine[f"{name}_deep"]["p95_ms"], 2
        )
    return mine, peer


def last_page(client: Client, path: str) -> str:
    """Return the address of a list's last page, as its own link gives it."""
    html = client.get(path).content.decode()
    links = [unescape(link) for link in re.findall(r'href="([^"]*page=[^"]*)"', html)]
    return links[-1] if links else path


def searches(client: Client) -> tuple[dict[str, Any], dict[str, Any]]:
    """Measure searches by one character to many, by initials and by code; then the admin's."""
    chance = random.Random(5)
    mine: dict[str, Any] = {}
    peer: dict[str, Any] = {}
    for path in MODELS:
        name = path.strip("/")
        terms = [chance.choice(TERMS) for _ in range(CALLS)]
        mine[name] = measured(client, [f"{path}?{urlencode({'q': term})}" for term in terms])
        for term in TERMS:
            call = getter(client, f"{path}?{urlencode({'q': term})}")
            mine[f"{name}_{term}"] = summary(timed([call] * 3))["p50_ms"]
        peer[name] = measured(client, [f"{ADMIN[path]}?{urlencode({'q': term})}" for term in terms[:20]])
        mine[f"{name}_to_admin"] = round(peer[name]["p95_ms"] / mine[name]["p95_ms"], 2)
    # The box over all libraries, each prefix as it is typed.
    typed = [term[:end] for term in TERMS for end in range(1, len(term) + 1)]
    mine["box"] = measured(client, [f"/search/?{urlencode({'q': term})}" for term in typed])
    return mine, peer
