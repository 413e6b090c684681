"""Building the demonstration zone from its parts."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from sanku.accounts.demo_sign_ins import demo_password
from sanku.accounts.models import Zone
from sanku.accounts.operations import found_zone
from sanku.config.demo.companies import build_companies
from sanku.config.demo.honours import build_honours
from sanku.config.demo.people import build_organisation, open_sign_ins
from sanku.config.demo.places import build_sites
from sanku.config.demo.play import VIA, Play
from sanku.config.demo.projects import build_projects
from sanku.config.demo.targets import build_targets

ZONE: dict[str, Any] = {
    "name": "济宁高新区（演示）",
    "short_name": "济宁高新区",
    "region_code": "370871",
    "lon": 116.6790,
    "lat": 35.4130,
    # A rough outline drawn by hand around the demonstration's blocks: no official boundary.
    "boundary": {
        "type": "Polygon",
        "coordinates": [
            [
                [116.6290, 35.3690],
                [116.6540, 35.3655],
                [116.6870, 35.3680],
                [116.7020, 35.3830],
                [116.7105, 35.4040],
                [116.7290, 35.4110],
                [116.7330, 35.4330],
                [116.7300, 35.4570],
                [116.6930, 35.4610],
                [116.6570, 35.4590],
                [116.6470, 35.4380],
                [116.6270, 35.4350],
                [116.6255, 35.3990],
                [116.6290, 35.3690],
            ]
        ],
    },
    "boundary_source": "示意，非法定界线",
    "is_demo": True,
}


def build_demo(*, now: datetime) -> Zone:
    """Build the demonstration zone, all or nothing; dates are relative to `now`."""
    with transaction.atomic():
        administrator, _ = found_zone(
            ZONE,
            username="administrator",
            name="管示理",
            now=now - timedelta(days=431),
            via=VIA,
        )
        play = Play(zone=administrator.zone, now=now, administrator=administrator)
        build_organisation(play)
        build_sites(play)
        build_companies(play)
        build_honours(play)
        build_projects(play)
        build_targets(play)
        open_sign_ins(play, demo_password())
    return play.zone
