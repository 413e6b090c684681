"""What a load did, for people: in the language of the shell."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from sanku.warehouse.loading.problems import NOTES, REASONS
from sanku.warehouse.versions import Version

SHOWN = 3


def report(version: Version, *, fresh: bool) -> Iterator[str]:
    """Yield the lines of the report: what was taken, what was refused and why, with samples."""
    manifest = version.manifest
    if not fresh:
        yield _("These files were loaded before: version %(name)s.") % {"name": version.name}
    yield _("Version %(name)s: %(companies)s companies, %(investments)s investments.") % {
        "name": version.name,
        "companies": f"{manifest['companies']['rows']:,}",
        "investments": f"{manifest['investments']['rows']:,}",
    }
    refused = manifest["refused"]
    if refused:
        yield _("Not taken: %(rows)s rows, all in %(file)s") % {
            "rows": f"{sum(refused.values()):,}",
            "file": version.folder / "refused" / "refused.parquet",
        }
    samples = refused_samples(version)
    for reason, count in sorted(refused.items(), key=lambda item: -item[1]):
        yield f"  {count:>12,}  {REASONS.get(reason, reason)}{_such_as(samples.get(reason, []))}"
    for note, count in sorted(manifest["notes"].items(), key=lambda item: -item[1]):
        yield f"  {count:>12,}  {NOTES.get(note, note)}{_such_as(manifest['samples'].get(note, []))}"


def _such_as(samples: list[str]) -> str:
    return f" ({'; '.join(sample[:40] for sample in samples[:SHOWN])})" if samples else ""


def refused_samples(version: Version) -> dict[str, list[str]]:
    """Return a few rows for each reason: file, row and what stands there."""
    import duckdb

    path = version.folder / "refused" / "refused.parquet"
    if not path.exists():
        return {}
    with duckdb.connect() as connection:
        rows = connection.execute(
            """select reason, source, source_row, coalesce(name, sample, '') from read_parquet(?)
            qualify row_number() over (partition by reason order by source, source_row) <= ?""",
            [str(path), SHOWN],
        ).fetchall()
    sources = version.manifest["sources"]
    found: dict[str, list[str]] = {}
    for reason, source, row, what in rows:
        file = sources[source]["path"].rsplit("/", 1)[-1] if source < len(sources) else "?"
        found.setdefault(reason, []).append(f"{file}:{row} {what[:30]}".rstrip())
    return found


def as_json(version: Version, *, fresh: bool) -> dict[str, object]:
    """Return the same as data."""
    manifest = version.manifest
    return {
        "version": version.name,
        "fresh": fresh,
        "companies": manifest["companies"]["rows"],
        "investments": manifest["investments"]["rows"],
        "read": manifest["read"],
        "refused": manifest["refused"],
        "notes": manifest["notes"],
        "samples": refused_samples(version) | manifest["samples"],
    }
