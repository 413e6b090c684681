"""The one map with 5,000 polygons and 20,000 points: first picture, main-thread tasks while panning, tiles.

The real server answers a real, headless Chromium. Tasks of the page's main thread are read from Chromium's own trace
(`RunTask` events of the thread CrRendererMain): a machine without a graphics card rasters in another process, which
slows the frames but is none of the page's tasks. A task's length holds the time that it waited for a core as well:
beside it stands the thread's own time (`tdur`), which does not hang on what else the machine is doing. Tiles are also
asked for in process, for the server's own time.

The first picture is the moment at which everything in view stands on the page's sketch: every tile, ground, mark and
name (frontend/map/sketch.ts). The live map follows it; it is drawn when nothing is left to draw and it takes the
sketch's place. Both count from the start of the navigation in a browser that has nothing kept; the second ones are of
the same browser again, as a person meets it who opens the map daily. Beside them stands what the renderer takes for
a live map that is empty, on a page of its own without Sanku: no live map can come earlier on this machine.

Pages are put together without the graphics that the map is drawn with, as a browser does by itself where there is
no graphics card: through SwiftShader every frame of the page would cost as much as one of the map.

Beside each picture stand the seconds of processor that the browser (its own process, the pages', the one that draws
without a graphics card) and the web server took for it: on a busy machine they say more than the clock does. A new
window of Chromium's makes pages of its own for a second or two; they are waited for and counted nowhere.
"""

import os
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psutil
from playwright.sync_api import CDPSession, Page, Route, sync_playwright

from bench.fill import NOW, VIA, people
from bench.invent import code
from bench.measure import summary, write
from scripts import machine
from scripts.postgres import free_port
from scripts.processes import stop
from scripts.run import HOST, children, collect_static, prepare_base_map, wait_until_answering

POLYGONS = 5_000
POINTS = 20_000  # half companies, half projects
LON, LAT = 116.69, 35.42
SIDE = 71  # parcels along a side of the zone's grid
STEP = 0.0019  # degrees from parcel to parcel: a zone of 12 by 15 km
VIEW = f"layers=sites,projects,companies&at=13.00/{LAT}/{LON}"
DRAWN = "sanku:map-drawn"
SKETCHED = "sanku:map-sketched"
LONG_MS = 50
PANS = 12
OWN_PAGES_MS = 3_000  # until a new window of Chromium's has made what it shows itself
KINDS = {"--type=gpu": "drawing", "--type=renderer": "page", "granian": "server", "chrom": "browser"}
FLAGS = [
    "--disable-gpu-compositing",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--no-first-run",
    "--no-sandbox",
    "--disable-quic",
]


def fill_map(chance: random.Random) -> Any:
    """Make a zone with its parcels, companies and projects, all on the ground; return its office's person."""
    from sanku.accounts.models import Zone
    from sanku.audit.operations import Draft
    from sanku.companies.models import Company
    from sanku.companies.operations import save_companies
    from sanku.projects.models import Project, Stage
    from sanku.projects.operations import save_projects
    from sanku.sites.models import Site
    from sanku.sites.operations import save_sites

    zone = Zone.objects.create(
        name="示例测图区", short_name="示例测图区", region_code="370811", lon=LON, lat=LAT
    )
    office, _officers, _squads = people(zone)
    sites = [Draft(Site(zone=zone), _parcel(chance, number)) for number in range(POLYGONS)]
    save_sites(sites, actor=office, now=NOW, via=VIA)
    companies = [
        Draft(
            Company(zone=zone),
            {
                "name": f"示例测图公司{number}",
                "uscc": code(chance),
                "is_resident": True,
                "is_key": number % 9 == 0,
                **_spot(chance),
            },
        )
        for number in range(POINTS // 2)
    ]
    save_companies(companies, actor=office, now=NOW, via=VIA)
    projects = [
        Draft(
            Project(zone=zone),
            {"name": f"示例测图项目{number}", "stage": chance.choice(Stage.values), **_spot(chance)},
        )
        for number in range(POINTS // 2)
    ]
    save_projects(projects, actor=office, now=NOW, via=VIA)
    return office


def _spot(chance: random.Random) -> dict[str, float]:
    reach = SIDE * STEP / 2
    return {
        "lon": round(LON + chance.uniform(-reach, reach), 6),
        "lat": round(LAT + chance.uniform(-reach, reach), 6),
    }


def _parcel(chance: random.Random, number: int) -> dict[str, Any]:
    """Return a parcel of eight corners in its cell of the grid."""
    row, column = divmod(number, SIDE)
    lon, lat = LON + (column - SIDE / 2) * STEP, LAT + (row - SIDE / 2) * STEP
    wide, high = STEP * chance.uniform(0.3, 0.45), STEP * chance.uniform(0.3, 0.45)
    corners = [(-1, -1), (0, -1.1), (1, -1), (1.1, 0), (1, 1), (0, 0.9), (-1, 1), (-0.9, 0), (-1, -1)]
    ring = [[round(lon + x * wide, 6), round(lat + y * high, 6)] for x, y in corners]
    status = chance.choice(["free", "free", "offered", "taken"])
    return {
        "name": f"示例地块{number}",
        "kind": "land",
        "status": status,
        "area_total_m2": 10_000,
        "boundary": {"type": "Polygon", "coordinates": [ring]},
    }


# --- the server's own time --------------------------------------------------------------------


def tile_times(office: Any) -> dict[str, Any]:
    """Ask for all tiles over the zone, zoom by zoom, and return times and sizes."""
    import numpy as np
    from django.test import Client

    from sanku.maps.mercator import world_of

    client = Client()
    client.force_login(office)
    x, y = world_of(np.array([[LON, LAT]]))[0].tolist()
    found: dict[str, Any] = {}
    for layer in ("sites", "companies", "projects"):
        for z in (4, 8, 10, 11, 12, 13, 14, 16):
            reach = 1 if z < 12 else 2
            column, row = int(x * 2**z), int(y * 2**z)
            times, sizes = [], []
            for dx in range(-reach, reach + 1):
                for dy in range(-reach, reach + 1):
                    address = f"/map/tiles/{layer}/{z}/{column + dx}/{row + dy}.mvt"
                    begin = time.perf_counter()
                    answer = client.get(address)
                    if len(answer.content):
                        times.append((time.perf_counter() - begin) * 1000)
                        sizes.append(len(answer.content))
            if times:
                found[f"{layer} z{z}"] = {**summary(times), "largest_bytes": max(sizes)}
    return found


# --- the page ---------------------------------------------------------------------------------


@contextmanager
def server() -> Iterator[str]:
    """Run the product's own web server on the filled database, prepared as its own start prepares it."""
    prepare_base_map()
    collect_static()
    port = free_port()
    parts = children(port)[:1]
    try:
        for part in parts:
            part.start()
        wait_until_answering(port, parts[0])
        yield f"http://{HOST}:{port}"
    finally:
        stop([part.process for part in parts if part.process is not None])


def processor_seconds() -> dict[str, float]:
    """Return what each kind of process below this one has taken of the processor so far: `kind of process/number`."""
    found = {}
    for process in psutil.Process().children(recursive=True):
        with suppress(psutil.Error):
            command, times = " ".join(process.cmdline()), process.cpu_times()
            kind = next((kind for sign, kind in KINDS.items() if sign in command), "")
            if kind:
                found[f"{kind}/{process.pid}"] = times.user + times.system
    return found


def taken_since(before: dict[str, float]) -> dict[str, int]:
    """Return the milliseconds of processor by kind of process since a moment."""
    taken: dict[str, float] = {}
    for name, seconds in processor_seconds().items():
        kind = name.split("/")[0]
        taken[kind] = taken.get(kind, 0) + seconds - before.get(name, 0)
    return {kind: round(seconds * 1000) for kind, seconds in taken.items()}


def picture(page: Page, address: str) -> dict[str, Any]:
    """Open an address and return when everything in view stood on the sketch and when the live map was drawn.

    Beside it what the page's main thread did by then, and what all processes took of the processor.
    """
    page.wait_for_timeout(OWN_PAGES_MS)
    cdp = page.context.new_cdp_session(page)
    cdp.send("Performance.enable", {"timeDomain": "threadTicks"})
    before = processor_seconds()
    page.goto(address)
    page.wait_for_function(f"() => performance.getEntriesByName('{DRAWN}').length > 0", timeout=60_000)
    first = page.evaluate(f"performance.getEntriesByName('{SKETCHED}')[0]?.startTime ?? null")
    drawn = page.evaluate(f"performance.getEntriesByName('{DRAWN}')[0].startTime")
    taken = taken_since(before)
    own = {one["name"]: one["value"] for one in cdp.send("Performance.getMetrics")["metrics"]}
    return {
        **({} if first is None else {"first_picture_ms": round(first)}),
        "live_ms": round(drawn),
        "main_thread_ms": round(own["TaskDuration"] * 1000),
        "processor_ms": taken,
    }


def first_picture(page: Page, address: str) -> dict[str, Any]:
    """Open the map."""
    return picture(page, f"{address}/map/?{VIEW}")


EMPTY = """<!doctype html><meta charset="utf-8"><div id="map" style="width:1060px;height:840px"></div>
<script type="module">
import { Map, setWorkerUrl } from "/floor/maplibre-gl.mjs";
setWorkerUrl("/floor/maplibre-gl-worker.mjs");
const style = { version: 8, sources: {}, layers: [{ id: "ground", type: "background", paint: {} }] };
new Map({ container: "map", style }).on("idle", () => performance.mark("%s"));
</script>"""


def empty_picture(page: Page, address: str) -> dict[str, Any]:
    """Open a page with an empty map of the same size."""
    files = Path(__file__).parents[1] / "node_modules" / "maplibre-gl" / "dist"

    def answer(route: Route) -> None:
        name = route.request.url.rsplit("/", 1)[1]
        if name == "page":
            route.fulfill(content_type="text/html", body=EMPTY % DRAWN)
        else:
            route.fulfill(content_type="text/javascript", path=files / name)

    page.route("**/floor/*", answer)
    return picture(page, f"{address}/floor/page")


def panned(page: Page) -> None:
    """Drag the map to and fro."""
    box = page.locator(".mc").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2 - 60
    for number in range(PANS):
        dx, dy = ((260, 120), (-260, 90), (240, -120), (-240, -90))[number % 4]
        page.mouse.move(x - dx / 2, y - dy / 2)
        page.mouse.down()
        page.mouse.move(x + dx / 2, y + dy / 2, steps=25)
        page.mouse.up()
        page.wait_for_timeout(250)


def traced(page: Page, cdp: CDPSession) -> list[dict[str, Any]]:
    """Pan under trace and return the trace's events."""
    events: list[dict[str, Any]] = []
    done: list[bool] = []
    cdp.on("Tracing.dataCollected", lambda data: events.extend(data["value"]))
    cdp.on("Tracing.tracingComplete", lambda _data: done.append(True))
    categories = "toplevel,devtools.timeline,disabled-by-default-devtools.timeline"
    cdp.send("Tracing.start", {"categories": categories, "transferMode": "ReportEvents"})
    panned(page)
    cdp.send("Tracing.end")
    while not done:
        page.wait_for_timeout(100)
    return events


def main_thread_tasks(events: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the lengths of the tasks of the page's main thread: the renderer that did most."""
    mains = {
        (event["pid"], event["tid"])
        for event in events
        if event.get("name") == "thread_name" and event["args"].get("name") == "CrRendererMain"
    }
    by_thread: dict[tuple[int, int], list[tuple[float, float]]] = {}
    for event in events:
        thread = (int(event.get("pid", 0)), int(event.get("tid", 0)))
        if event.get("name") == "RunTask" and thread in mains and "dur" in event:
            by_thread.setdefault(thread, []).append((event["dur"] / 1000, event["tdur"] / 1000))
    busiest = max(by_thread.values(), key=lambda tasks: sum(own for _whole, own in tasks))
    return {
        "tasks": len(busiest),
        "of_the_thread": _lengths([own for _whole, own in busiest]),
        "with_waiting_for_a_core": _lengths([whole for whole, _own in busiest]),
    }


def _lengths(lengths: list[float]) -> dict[str, float]:
    return {
        "longest_ms": round(max(lengths), 1),
        "over_50_ms": sum(length > LONG_MS for length in lengths),
        "over_16_ms": sum(length > 16 for length in lengths),
        "sum_ms": round(sum(lengths)),
    }


OBSERVED = """() => { window.longTasks = [];
new PerformanceObserver((list) => window.longTasks.push(...list.getEntries().map((one) => one.duration)))
  .observe({ entryTypes: ["longtask"] }); }"""


def page_figures(office: Any) -> dict[str, Any]:
    """Measure the page in a browser."""
    from django.conf import settings
    from django.test import Client

    client = Client()
    client.force_login(office)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    with server() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=machine.need_chromium(), args=FLAGS)

        def fresh() -> Page:
            context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
            context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": address}])
            return context.new_page()

        firsts, seconds, empty = [], [], []
        for _ in range(5):
            page = fresh()  # with nothing kept
            firsts.append(first_picture(page, address))
            page.close()
            seconds.append(first_picture(again := page.context.new_page(), address))
            again.context.close()
            page = fresh()
            empty.append(empty_picture(page, address))
            page.context.close()
        page = fresh()
        first_picture(page, address)
        page.evaluate(OBSERVED)
        tasks = main_thread_tasks(traced(page, page.context.new_cdp_session(page)))
        observed = page.evaluate("window.longTasks")
        figures = {
            # The very first: the server has just started, and the browser compiles what it draws with.
            "first_picture_ever": firsts[0],
            "first_picture": sorted(firsts[1:], key=lambda one: one["live_ms"]),
            "second_picture": sorted(seconds[1:], key=lambda one: one["live_ms"]),
            "empty_map": sorted(empty[1:], key=lambda one: one["live_ms"]),
            "panning": {**tasks, "observed_long_tasks_ms": [round(one) for one in observed], "drags": PANS},
            "chromium": browser.version,
        }
        browser.close()
    return figures


def run() -> None:
    """Fill, measure, write."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    office = fill_map(random.Random(20261123))
    tiles = tile_times(office)
    figures = {**page_figures(office), "tiles": tiles}
    package = (Path(__file__).parents[1] / "node_modules" / "maplibre-gl" / "package.json").read_text(
        encoding="utf-8"
    )
    maplibre = package.split('"version": "')[1].split('"')[0]
    versions = {"maplibre-gl": maplibre, "numpy": version("numpy"), "shapely": version("shapely")}
    settings = {"view": VIEW, "screen": "1440x900", "raster": "SwiftShader", "limit_ms": LONG_MS, **versions}
    write("map", {"polygons": POLYGONS, "points": POINTS}, figures, {}, settings)
