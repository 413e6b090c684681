"""A base with one published version that can be searched."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from sanku.warehouse.names.build import build
from sanku.warehouse.progress import silent
from sanku.warehouse.versions import Base, Version
from tests.warehouse.make_version import version


def published(folder: Path, companies: Iterable[dict[str, Any]], name: str = "2026-11") -> Version:
    """Publish companies with their index of names and put them to use."""
    staged = version(folder / "staging" / name, companies, files=1)
    build(staged, staged.derived("names"), silent)
    manifest = {**staged.manifest, "published_at": f"2026-11-01T00:00:00 {name}"}
    (staged.folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return Base(folder).publish(staged.folder)
