"""Find what tests and set-up need from the machine, and install it where that is possible."""

import os
import re
import shutil
import subprocess
import threading
from dataclasses import dataclass
from pathlib import Path

from scripts.steps import Step, StepFailed, run_quietly

POSTGRES_AT_LEAST = 15
TURN = threading.Lock()  # apt-get lets one at a time at its lists; parts of the tests start side by side
NODE_RANGES = (((20, 19), (21, 0)), ((22, 12), (1000, 0)))  # what vite 8 runs on


@dataclass(frozen=True)
class Need:
    """Something of the machine, what Debian calls it, and what to do elsewhere."""

    title: str
    debian_packages: tuple[str, ...]
    elsewhere: str


PIP = Need("pip for Python", ("python3-venv", "python3-pip"), "install Python's own venv and pip")
POSTGRES = Need(
    f"PostgreSQL {POSTGRES_AT_LEAST} or newer",
    ("postgresql",),
    "install its server so that initdb and postgres are on the PATH",
)
CHROMIUM = Need(
    "Chromium", ("chromium",), "install Chromium or Chrome, or set SANKU_CHROMIUM to its executable"
)
CHINESE_FONT = Need("a Chinese font", ("fonts-noto-cjk", "fontconfig"), "install Noto Sans CJK")


class Missing(StepFailed):
    """Something is not on this machine and could not be installed; says what to do."""


def install(need: Need) -> None:
    """Install what is missing from Debian's packages.

    Raises:
        Missing: not root, not Debian, or the packages could not be had.
    """
    with TURN:
        install_packages(need)


def install_packages(need: Need) -> None:
    """Install what is missing, while nobody else of this process does; see `install`."""
    packages = " ".join(need.debian_packages)
    advice = f"{need.title} is missing. On Debian: apt-get install {packages}. Elsewhere: {need.elsewhere}."
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        raise Missing(advice)
    apt = ["apt-get", "-qq", "-o", "DPkg::Lock::Timeout=120"]
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    try:
        with Step(f"Installing {packages} from Debian"):
            run_quietly([*apt, "update"], extra_env=quiet)
            run_quietly(
                [*apt, "install", "--yes", "--no-install-recommends", *need.debian_packages], extra_env=quiet
            )
    except StepFailed as failure:
        raise Missing(f"{advice}\n{failure}") from failure


def node_folder() -> Path | None:
    """Return the folder of a system's node and npm that are new enough, or None."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        return None
    said = subprocess.run([node, "--version"], capture_output=True, text=True)
    found = re.match(r"v(\d+)\.(\d+)", said.stdout)
    if found is None:
        return None
    version = (int(found[1]), int(found[2]))
    return Path(node).parent if any(low <= version < high for low, high in NODE_RANGES) else None


def postgres_folder() -> Path | None:
    """Return the folder of the newest PostgreSQL server that is new enough, or None."""
    on_path = shutil.which("initdb")
    folders = [*Path("/usr/lib/postgresql").glob("*/bin"), *Path("/usr").glob("pgsql-*/bin")]
    if on_path is not None:
        folders.append(Path(on_path).resolve().parent)
    found: list[tuple[int, Path]] = []
    for folder in folders:
        if not ((folder / "initdb").exists() and (folder / "postgres").exists()):
            continue
        said = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True).stdout
        version = re.search(r"(\d+)", said)
        if version is not None and int(version[1]) >= POSTGRES_AT_LEAST:
            found.append((int(version[1]), folder))
    return max(found)[1] if found else None


def chromium() -> Path | None:
    """Return the executable of Chromium or Chrome, or None."""
    chosen = os.environ.get("SANKU_CHROMIUM")
    names = [chosen] if chosen else ["/usr/bin/chromium", "chromium", "chromium-browser", "google-chrome"]
    found = next((path for name in names if (path := shutil.which(name))), None)
    return Path(found) if found else None


def has_chinese_font() -> bool:
    """Return whether a browser could draw Chinese."""
    fc_list = shutil.which("fc-list")
    if fc_list is None:
        return False
    return bool(
        subprocess.run([fc_list, ":lang=zh-cn", "family"], capture_output=True, text=True).stdout.strip()
    )


def need_postgres() -> Path:
    """Return the folder of PostgreSQL's programs, installing them where they are missing.

    Raises:
        Missing: they are not there and could not be installed.
    """
    if postgres_folder() is None:
        install(POSTGRES)
    folder = postgres_folder()
    if folder is None:
        raise Missing(f"{POSTGRES.title} is still missing after its installation.")
    return folder


def need_chromium() -> Path:
    """Return the executable of a browser that can draw Chinese, installing what is missing.

    Raises:
        Missing: it is not there and could not be installed.
    """
    if chromium() is None:
        install(CHROMIUM)
    if not has_chinese_font():
        install(CHINESE_FONT)
    executable = chromium()
    if executable is None or not has_chinese_font():
        raise Missing(f"{CHROMIUM.title} or {CHINESE_FONT.title} is still missing after its installation.")
    return executable
