"""What the peers of loading share: the same functions cell by cell, and how they are measured."""

import json
import resource
import sys
import time
from collections.abc import Callable
from typing import Any

from sanku.common.codes import clean_code, is_valid_uscc
from sanku.common.names import core_name, initials, normalise
from sanku.warehouse.cleaning.values import read_capital, read_day
from sanku.warehouse.regions import gazetteer

STATUS = {
    "存续": "active",
    "在营": "active",
    "开业": "active",
    "注销": "cancelled",
    "吊销，未注销": "revoked",
    "迁出": "moved",
}
HEADERS = {
    "企业名称": "name", "统一社会信用代码": "uscc", "成立日期": "date", "注册资本": "capital", "省份": "province", "城市": "city",
    "区县": "county", "注册地址": "address", "登记状态": "status",
}  # fmt: skip


def region(province: str, city: str, county: str, address: str) -> str | None:
    """Return the region of a row, as far down as it says."""
    code = gazetteer().named(province, city, county)
    if code == "" or code.endswith("00"):
        code = gazetteer().addressed(normalise(address[:16]), code) or code
    return code or None


def measure(work: Callable[[str, str], int], settings: dict[str, Any]) -> None:
    """Run the peer on the files of the command line and print its figures."""
    begin, cpu = time.perf_counter(), time.process_time()
    rows = work(sys.argv[1], sys.argv[2])
    print(
        json.dumps(
            {
                "seconds": round(time.perf_counter() - begin, 2),
                "cpu_seconds": round(time.process_time() - cpu, 2),
                "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
                "rows": rows,
                "settings": settings,
            }
        )
    )


__all__ = [
    "HEADERS", "STATUS", "clean_code", "core_name", "initials", "is_valid_uscc", "measure", "normalise", "read_capital", "read_day",
    "region",
]  # fmt: skip
