"""The one map in a real browser: what is drawn, in step with the list, drawn on, shared, printed."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import LazySettings
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from sanku.accounts.models import User
from sanku.sites.models import Site
from tests import make

SignIn = Callable[[Page, User], None]
LON, LAT = 116.69, 35.42
FIRST_MS = 60_000  # the first one of all makes the tiles of the country's boundaries
DRAWN = "() => performance.getEntriesByName('sanku:map-drawn').length > 0"


def ground(lon: float, lat: float, half: float = 0.002) -> dict[str, Any]:
    corners = [(-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1)]
    return {"type": "Polygon", "coordinates": [[[lon + x * half, lat + y * half] for x, y in corners]]}


@pytest.fixture
def zone(live_server: LiveServer) -> User:
    """Make a zone with two parcels side by side and a project, and give its office."""
    office = make.user("office")
    for name, lon in (("示例甲地块", LON), ("示例乙地块", LON + 0.03)):
        make.site(name=name, kind="land", boundary=ground(lon, LAT), area_total_m2=10_000)
    make.project(name="示例丙项目", stage="signed", lon=LON + 0.012, lat=LAT)
    return office


def opened(page: Page, query: str = f"at=13.50/{LAT}/{LON}") -> None:
    """Open the map and wait until all of it is drawn and listed."""
    page.goto(f"/map/?{query}", timeout=FIRST_MS)
    page.wait_for_function(DRAWN, timeout=FIRST_MS)
    page.wait_for_selector("#map-list [data-total]")


def middle(page: Page) -> tuple[float, float]:
    """Return where on the screen the middle of the map is."""
    box = page.locator(".mc").bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def drawn_around(page: Page, reach: float) -> None:
    """Draw a square around the middle of the map."""
    x, y = middle(page)
    page.get_by_role("button", name="圈选").click()
    expect(page.locator(".mnote")).to_contain_text("逐点单击")
    for dx, dy in ((-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1)):
        page.mouse.move(x + dx * reach, y + dy * reach, steps=3)
        page.mouse.click(x + dx * reach, y + dy * reach)


def test_what_is_drawn_opens_its_card_and_leads_to_the_record(
    page: Page, sign_in: SignIn, zone: User
) -> None:
    sign_in(page, zone)
    opened(page)
    expect(page.locator("#map-list a[data-id]")).to_have_count(2)
    page.mouse.click(*middle(page))
    expect(page.locator("#preview h2")).to_have_text("示例甲地块")
    expect(page.locator(".lis a.on")).to_contain_text("示例甲地块")
    page.keyboard.press("k")
    expect(page.locator("#preview h2")).to_have_text("示例乙地块")
    page.keyboard.press("Escape")
    expect(page.locator("#preview")).to_be_hidden()
    page.get_by_role("link", name="示例甲地块").click()
    page.locator("#preview .btn-primary").click()
    expect(page).to_have_url(re.compile(r"/sites/\d+/$"))
    page.get_by_role("link", name="在地图上看").click()
    expect(page.locator("#preview h2")).to_have_text("示例甲地块")


def test_the_list_follows_the_map_and_its_filters(page: Page, sign_in: SignIn, zone: User) -> None:
    sign_in(page, zone)
    opened(page, f"at=15.50/{LAT}/{LON}")
    expect(page.locator("#map-list a[data-id]")).to_have_count(1)
    x, y = middle(page)
    page.mouse.move(x + 400, y)
    page.mouse.down()
    page.mouse.move(x - 400, y, steps=8)
    page.wait_for_timeout(200)  # let go in the midst of it, the map would fly on to the other parcel
    page.mouse.up()
    expect(page.locator("#map-list a[data-id]")).to_have_count(0)
    expect(page.locator("#map-list .nothing")).to_contain_text("视野内没有记录")
    page.get_by_role("button", name="缩小").click()
    page.get_by_role("button", name="缩小").click()
    expect(page.locator("#map-list a[data-id]")).to_have_count(2)
    Site.objects.filter(name="示例乙地块").update(status="taken")
    page.get_by_role("button", name="筛选").click()
    page.locator("#filters").get_by_label("空闲").check()
    page.locator("#filters").get_by_role("button", name="查看结果").click()
    expect(page.locator("#map-list a[data-id]")).to_have_count(1)
    page.get_by_role("link", name="列表").first.click()
    expect(page).to_have_url(re.compile(r"/sites/\?status=free"))
    page.get_by_role("link", name="地图", exact=True).click()
    expect(page.locator("#map-list .chip").first).to_contain_text("空闲")


def test_a_drawn_shape_selects_is_undone_shared_and_exported(page: Page, sign_in: SignIn, zone: User) -> None:
    sign_in(page, zone)
    opened(page, f"at=12.50/{LAT}/{LON}")
    expect(page.locator("#map-list a[data-id]")).to_have_count(2)
    drawn_around(page, 60)
    expect(page.locator("#map-list .srt")).to_contain_text("只列圈选范围内")
    expect(page.locator("#map-list a[data-id]")).to_have_count(1)
    shared = page.url
    assert "within=p:" in shared
    page.keyboard.press("Control+z")
    expect(page.locator("#map-list a[data-id]")).to_have_count(2)
    assert "within" not in page.url
    page.goto("about:blank")
    page.goto(shared)
    page.wait_for_function(DRAWN)
    expect(page.locator("#map-list a[data-id]")).to_have_count(1)
    page.wait_for_timeout(300)
    assert page.url == shared
    with page.expect_download() as download:
        page.get_by_role("button", name="导出所选").click()
    assert download.value.suggested_filename.endswith(".xlsx")


def test_a_distance_is_measured(page: Page, sign_in: SignIn, zone: User) -> None:
    sign_in(page, zone)
    opened(page)
    x, y = middle(page)
    page.get_by_role("button", name="测距").click()
    expect(page.locator(".mnote")).to_contain_text("沿线逐点单击")
    page.mouse.click(x - 100, y)
    page.mouse.move(x + 100, y, steps=4)
    expect(page.locator(".mnote")).to_contain_text(re.compile(r"距离 [\d.,]+ k?m"))
    page.keyboard.press("Escape")
    expect(page.locator(".mnote")).to_be_hidden()


@pytest.mark.parametrize("kind", ["PDF", "PNG"])
def test_a_sheet_is_printed(page: Page, sign_in: SignIn, zone: User, kind: str) -> None:
    sign_in(page, zone)
    opened(page)
    page.get_by_role("button", name="打印").click()
    page.get_by_label("标题").fill("示例图件")
    with page.expect_download(timeout=60_000) as download:
        page.get_by_role("button", name=kind).click()
    path = download.value.path()
    head = path.read_bytes()[:4]
    assert head == (b"%PDF" if kind == "PDF" else b"\x89PNG")
    assert path.stat().st_size > 20_000
    assert download.value.suggested_filename.startswith("示例图件-")


def test_a_base_in_gcj_02_is_shifted_under_the_data(
    page: Page, sign_in: SignIn, zone: User, live_server: LiveServer, settings: LazySettings
) -> None:
    """Pictures come from a local server whose tiles say where they are asked for."""
    asked: list[str] = []
    picture = (
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
        b"\x00\x00\x00\rIDATx\x9cc\xf8\xcf\xc0\xf0\x1f\x00\x05\x00\x01\xff\x89\x99=\x1d\x00\x00\x00\x00IEND\xaeB`\x82"
    )
    address = f"{live_server.url}/tiles/{{z}}/{{x}}/{{y}}.png"
    settings.BASE_MAP = {**settings.BASE_MAP, "kind": "xyz", "url": address, "datum": "GCJ-02"}

    def answer(route: Any) -> None:
        asked.append(route.request.url)
        route.fulfill(status=200, content_type="image/png", body=picture)

    page.route("**/tiles/1*/*/*.png", answer)
    sign_in(page, zone)
    opened(page, f"at=16.00/{LAT}/{LON}")
    assert asked and all("%7B" not in url and "{" not in url for url in asked)


def test_without_webgl_the_list_still_stands(
    page: Page, sign_in: SignIn, zone: User, console_errors: list[str]
) -> None:
    page.add_init_script("HTMLCanvasElement.prototype.getContext = () => null")
    sign_in(page, zone)
    page.goto("/map/")
    expect(page.locator(".mnote.bad")).to_contain_text("WebGL")
    expect(page.locator("#map-list a[data-id]")).to_have_count(2)


def test_on_a_phone_the_list_is_a_sheet(phone: Page, sign_in: SignIn, zone: User) -> None:
    sign_in(phone, zone)
    opened(phone)
    legend = phone.locator("#map-legend")
    expect(legend).to_be_hidden()
    phone.get_by_role("button", name="图例").tap()
    expect(legend).to_be_visible()
    phone.get_by_role("button", name="图例").tap()
    before = phone.locator(".ml").bounding_box()
    phone.locator(".ml-grip").tap()
    phone.wait_for_timeout(400)
    after = phone.locator(".ml").bounding_box()
    assert before is not None and after is not None and after["height"] > before["height"] * 2
    phone.locator("#map-list a[data-id]").first.tap()
    expect(phone.locator("#preview h2")).to_be_visible()
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_review_of_parcels_shows_neighbours_wherever_its_map_is_moved(
    page: Page, sign_in: SignIn, zone: User
) -> None:
    from tests.intake_web.books import hand_in
    from tests.parcels.files import content, shapes, square

    file = content(shapes(square(0)), {"DKBH": ["示-1"], "MJ_MU": [60.4]}, kind="geojson", system="wgs84")
    batch = hand_in(zone, file, "示例.geojson")
    sign_in(page, zone)
    page.goto(f"/imports/{batch.pk}/review/", timeout=FIRST_MS)
    place = page.locator(".parcel-map")
    place.scroll_into_view_if_needed()
    page.wait_for_selector("sk-parcels:not([aria-busy])", timeout=FIRST_MS)
    box = place.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    with page.expect_response(lambda answer: "/neighbours.json?box=" in answer.url) as waited:
        page.mouse.move(x + 100, y)
        page.mouse.down()
        page.mouse.move(x - 60, y, steps=6)
        page.mouse.up()
    labels = [one["properties"]["label"] for one in waited.value.json()["features"]]
    assert "示例甲地块" in labels and "示例乙地块" not in labels
