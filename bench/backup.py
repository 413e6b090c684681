"""Backup and restore at growing sizes: seconds, size of the file, and the most memory that either held.

Both run in processes of their own. The restore goes into an empty folder. Of each process the memory is given whole
and without the pages of files that the system maps into it.
"""

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from bench.measure import write

EVERY_SECONDS = 0.05


def run(sizes: list[int], folder: Path) -> None:
    """Fill a zone of each size beside those there are, back all of it up, restore it elsewhere."""
    from bench.fill import fill
    from sanku.audit.models import Entry
    from sanku.companies.models import Company

    figures: dict[str, Any] = {}
    for projects in sizes:
        fill(projects, seed=projects)
        companies = Company.objects.count()
        file = folder / f"{companies}.zip"
        done = {
            "entries": Entry.objects.count(),
            "backup": _apart("backup", file, Path(os.environ["SANKU_DATA_DIR"])),
        }
        done["file_mb"] = round(file.stat().st_size / 1e6, 1)
        with tempfile.TemporaryDirectory(dir=folder) as elsewhere:
            done["restore"] = _apart("restore", file, Path(elsewhere))
        file.unlink()
        figures[f"{companies} companies"] = done
    write("backup", sizes, figures, {}, {"form": "one zip, deflate 4"})


def _apart(what: str, file: Path, data: Path) -> dict[str, Any]:
    """Run one command in a process of its own."""
    asked = json.dumps({"what": what, "file": str(file)})
    environment = {
        **os.environ,
        "SANKU_DATA_DIR": str(data),
    }  # the settings of the filled database: its tables
    done = subprocess.run(
        [sys.executable, "-m", "bench.backup", asked], capture_output=True, text=True, env=environment
    )
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


class _Watch(threading.Thread):
    """Looks at the memory of this process again and again."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.most_kb, self.most_own_kb = 0, 0
        self.over = threading.Event()

    def run(self) -> None:
        while not self.over.wait(EVERY_SECONDS):
            status = Path("/proc/self/status").read_text(encoding="ascii")
            held = {
                line.split(":")[0]: line.split()[1]
                for line in status.splitlines()
                if line.startswith(("VmRSS", "RssAnon"))
            }
            self.most_kb = max(self.most_kb, int(held["VmRSS"]))
            self.most_own_kb = max(self.most_own_kb, int(held["RssAnon"]))


def main() -> None:
    """Do what the argument says and print what it took."""
    import django

    django.setup()
    from django.core.management import call_command

    asked = json.loads(sys.argv[1])
    watch = _Watch()
    watch.start()
    begin, cpu = time.perf_counter(), time.process_time()
    call_command(asked["what"], asked["file"], stdout=open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115
    seconds, spent = time.perf_counter() - begin, time.process_time() - cpu
    watch.over.set()
    watch.join()
    told = {"seconds": round(seconds, 1), "cpu_seconds": round(spent, 1)}
    print(
        json.dumps(
            {**told, "peak_mb": watch.most_kb // 1024, "peak_without_files_mb": watch.most_own_kb // 1024}
        )
    )


if __name__ == "__main__":
    main()
