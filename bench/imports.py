"""Import of a workbook at growing sizes, beside openpyxl with django-import-export on the same file.

Each run is a process of its own, so that its peak memory is its own (of Sanku with its child that reads); both begin
with an empty zone, and both end with the good rows in the same table. Sanku's run includes what the peer does not do:
finding the table and its columns, ledger entries, search texts, possible duplicates, rows given back with their reasons.
"""

import json
import random
import subprocess
import sys
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import xlsxwriter

from bench.invent import FORMS, PLACES, TRADES, code
from bench.measure import Together, cpu_seconds, write

HEAD = ["序号", "企业名称", "统一社会信用代码", "省份", "城市", "成立日期", "注册资本（万元）", "经营范围"]
# Uncommon characters, so that a hundred thousand brands differ.
BRAND = [chr(point) for point in range(0x4E00, 0x4E00 + 1500)]


def workbook(path: Path, rows: int, *, seed: int = 11) -> int:
    """Write an invented workbook as offices keep it, one row in a hundred bad; return the number of bad rows."""
    chance = random.Random(seed)
    book = xlsxwriter.Workbook(path, {"constant_memory": True})
    sheet = book.add_worksheet("企业")
    sheet.merge_range(0, 0, 0, len(HEAD) - 1, "示例企业底库（虚构数据）")
    sheet.write_row(1, 0, HEAD)
    bad = 0
    for number in range(rows):
        province = chance.choice(list(PLACES))
        city = chance.choice(PLACES[province])
        brand = "".join(chance.choices(BRAND, k=3))
        number_code = code(chance) if chance.random() < 0.85 else ""
        founded = (date(1990, 1, 1) + timedelta(chance.randrange(12_000))).isoformat()
        capital: float = round(10 ** chance.uniform(1, 5), 2)
        if number % 100 == 50:
            bad += 1
            kind = number // 100 % 3
            if kind == 0:
                number_code = code(chance)[:17] + "?"
            elif kind == 1:
                founded = "2019-02-30"
            else:
                capital = -capital
        sheet.write_row(
            number + 2,
            0,
            [number + 1, f"{city}示例{brand}{chance.choice(TRADES)}{chance.choice(FORMS)}", number_code, province, city,
             founded, capital, "示例经营范围：" + "、".join(chance.choices(TRADES, k=6))],
        )  # fmt: skip
    book.close()
    return bad


def run(sizes: list[int], folder: Path) -> None:
    """Measure both at each size and write the results."""
    figures: dict[str, Any] = {}
    peers: dict[str, Any] = {}
    for rows in sizes:
        path = folder / f"import-{rows}.xlsx"
        bad = workbook(path, rows)
        figures[str(rows)] = {"bad_rows": bad, **apart("sanku", path)}
        peers[str(rows)] = apart("peer", path)
        figures[str(rows)]["peer_seconds_to_sanku_seconds"] = round(
            peers[str(rows)]["seconds"] / figures[str(rows)]["seconds"], 2
        )
    settings = {
        "columns": len(HEAD),
        "bad": "1 row in 100",
        "peer": "openpyxl read_only → tablib → django-import-export, use_bulk, batch_size 1000, no transaction (or one bad row would undo all), skip_diff,"
        " skip_html_diff, clean_model_instances False, import_id_fields uscc and name",
    }
    write("import", sizes, figures, peers, settings)


def apart(which: str, path: Path) -> dict[str, Any]:
    """Run one of the two in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "bench.imports", which, str(path)],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def peak_mb() -> int:
    """Return the most memory this process has held, in MB.

    Not by getrusage: there a child begins with what its parent held when it was started.
    """
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("VmHWM:")[1].split()[0]) // 1024


def sanku(path: Path) -> dict[str, Any]:
    """Import with Sanku: read, check, save, look for duplicates, give refused rows back."""
    from bench.fill import people
    from sanku.accounts.models import Zone
    from sanku.companies.models import Company
    from sanku.intake.operations import import_file

    zone = Zone.objects.create(name=f"示例区{time.time()}", short_name="示例", region_code="370800")
    office = people(zone)[0]
    together = Together()
    together.start()
    begin, cpu = time.perf_counter(), cpu_seconds()
    answer = import_file(str(path), actor=office)
    seconds, cpu = time.perf_counter() - begin, cpu_seconds() - cpu
    together.over.set()
    return {
        "seconds": round(seconds, 2),
        "cpu_seconds": round(cpu, 2),
        "peak_mb": together.most_mb or peak_mb(),  # it was over before the first look
        "saved": Company.objects.filter(zone=zone).count(),
        "refused": answer["counts"]["refused"],
        "near_duplicates": answer["counts"]["near_duplicates"],
    }


def peer(path: Path) -> dict[str, Any]:
    """Import with openpyxl and django-import-export into the same table of an empty zone."""
    import openpyxl
    import tablib
    from django.utils import timezone
    from import_export import fields, resources

    from sanku.accounts.models import Zone
    from sanku.companies.models import Company

    zone = Zone.objects.create(name=f"示例区{time.time()}", short_name="示例", region_code="370800")
    now = timezone.now()

    class CompanyResource(resources.ModelResource):  # type: ignore[misc]
        name = fields.Field("name", "企业名称")
        uscc = fields.Field("uscc", "统一社会信用代码", default="")
        province = fields.Field("province", "省份")
        city = fields.Field("city", "城市")
        established_on = fields.Field("established_on", "成立日期")
        registered_capital = fields.Field("registered_capital", "注册资本（万元）")
        business_scope = fields.Field("business_scope", "经营范围")

        class Meta:
            model = Company
            fields = (
                "name",
                "uscc",
                "province",
                "city",
                "established_on",
                "registered_capital",
                "business_scope",
            )
            import_id_fields = ("name",)
            use_bulk = True
            use_transactions = False
            batch_size = 1000
            skip_diff = True
            skip_html_diff = True
            force_init_instance = True

        def before_import_row(self, row: Any, **options: Any) -> None:
            """Check what Sanku checks, by the same functions: code, date, sign."""
            from sanku.companies.rules import uscc_problems

            row["统一社会信用代码"] = row["统一社会信用代码"] or ""
            date.fromisoformat(row["成立日期"])
            if row["注册资本（万元）"] < 0 or uscc_problems(row["统一社会信用代码"]):
                raise ValueError("refused")

        def after_init_instance(self, instance: Any, new: bool, row: Any, **options: Any) -> None:
            """Fill in what the table asks for."""
            instance.zone = zone
            instance.created_at = instance.updated_at = now

    begin, cpu = time.perf_counter(), time.process_time()
    sheet = openpyxl.load_workbook(path, read_only=True).worksheets[0]
    data = tablib.Dataset(headers=HEAD)
    for row in sheet.iter_rows(min_row=3, values_only=True):
        data.append(row)
    result = CompanyResource().import_data(data, dry_run=False, raise_errors=False)
    return {
        "seconds": round(time.perf_counter() - begin, 2),
        "cpu_seconds": round(time.process_time() - cpu, 2),
        "saved": Company.objects.filter(zone=zone).count(),
        "refused": result.totals["error"] + result.totals["invalid"],
    }


if __name__ == "__main__":
    import django

    django.setup()
    found = {"sanku": sanku, "peer": peer}[sys.argv[1]](Path(sys.argv[2]))
    found.setdefault("peak_mb", peak_mb())
    print(json.dumps(found))
