"""What becomes of the shapes of a layer: the coordinate system they are read in, their boundaries, what is wrong."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from sanku.accounts.models import User
from sanku.common.geodata import LayerSheet
from sanku.common.geodata.names import is_known
from sanku.common.geodata.proposing import Proposal, propose
from sanku.common.geodata.systems import Fit, to_wgs84
from sanku.intake.columns import asks, set_unit
from sanku.intake.kept import KeptRow
from sanku.intake.layers import FIELD
from sanku.intake.mapping import Mapping as Columns
from sanku.sites import nearby
from sanku.sites.shapes import (
    Finding,
    area_finding,
    areas_m2,
    boundary_of,
    outside_findings,
    overlaps,
    own_findings,
    position_of,
)

Json = dict[str, Any]
# What a shape gives to its row; it stays when a cell of the row is written anew.
FACTS = (FIELD, "site.area_drawn_m2", "site.shape_lon", "site.shape_lat")
NAMED = 5  # others that are named in one message
_UNITS = (("平方米", 1.0), ("亩", 2000 / 3), ("公顷", 10_000.0))
_UNIT_FITS = 0.1  # stated areas within a tenth of the drawn ones tell their unit


class Parcels:
    """The shapes of one layer, converted and judged."""

    def __init__(self, sheet: LayerSheet, decided: Mapping[str, Any], actor: User) -> None:
        self.sheet, self.known = sheet, nearby.parcels_of(actor)
        self.zone = nearby.zone_shape(actor.zone)
        self.repair = bool(decided.get("repair"))
        self.proposal = self._proposal(decided, actor)
        self.findings: list[list[Finding]]
        if self.proposal.fit is None:
            self.findings = [[Finding("boundary_no_system", True, {})] for _ in sheet.shapes]
            self.shapes = np.full(len(sheet.shapes), None, dtype=object)
        else:
            self.findings, self.shapes = own_findings(to_wgs84(sheet.shapes, self.proposal.fit))
        self.drawn_m2 = areas_m2(self.shapes)
        self.outside = outside_findings(self.shapes, self.zone)

    def _proposal(self, decided: Mapping[str, Any], actor: User) -> Proposal:
        proposal = propose(self.sheet, near_lon=actor.zone.lon, zone=self.zone, known=self.known.shapes)
        system = decided.get("crs")
        if not system:
            return proposal
        if system == "file" and proposal.why == "stated":
            return proposal
        if not is_known(system):
            return proposal
        return Proposal(Fit(system, bool(decided.get("turned"))), False, "decided", proposal.candidates)

    def as_json(self) -> Json:
        """Return what the pages need to know of the coordinate system."""
        proposal = self.proposal
        return {
            "system": proposal.fit.system if proposal.fit else "",
            "turned": bool(proposal.fit and proposal.fit.turned),
            "asks": proposal.asks,
            "why": proposal.why,
            "declared": self.sheet.declared[:2000],
            "heights": self.sheet.had_heights,
            "repair": self.repair,
            "repairable": sum(any(one.repaired for one in found) for found in self.findings),
            "candidates": [
                {
                    "system": one.fit.system,
                    "turned": one.fit.turned,
                    "inside": one.inside,
                    "known": one.known,
                    "overlapping": one.overlapping,
                }
                for one in proposal.candidates
            ],
        }

    def find_unit(self, mapping: Columns) -> None:
        """Measure a column of areas without a unit by the areas drawn, where most of them agree on one."""
        column = mapping.by_field("site.area_total_m2")
        if column is None or not asks(column):
            return
        ratios = [
            drawn / stated
            for number, drawn in enumerate(self.drawn_m2, start=2)
            if drawn > 0
            and isinstance(stated := self.sheet.value(number, column.index), int | float)
            and stated > 0
        ]
        if len(ratios) < 1:
            return
        median = float(np.median(ratios))
        for unit, m2 in _UNITS:
            if abs(median / m2 - 1) <= _UNIT_FITS:
                set_unit(column, unit)

    def read(self, rows: Sequence[KeptRow], column: int) -> dict[int, tuple[Json, list[Json]]]:
        """Return, by row number, the facts that a row's shape gives and what is to be said of it."""
        between = self._between(rows)
        found: dict[int, tuple[Json, list[Json]]] = {}
        for row in rows:
            at = self.sheet.shape_row(row.number)
            findings = self._of_row(row, at) + between[at]
            problems = [_problem(one, column) for one in findings]
            found[row.number] = (self._facts(at), problems)
        return found

    def _of_row(self, row: KeptRow, at: int) -> list[Finding]:
        findings = list(self.findings[at])
        if self.repair:
            findings = [Finding("boundary_repaired", False, {}) if one.repaired else one for one in findings]
        elsewhere = any(one.code == "boundary_elsewhere" for one in findings)
        outside = self.outside[at]
        if outside is not None and not elsewhere:
            findings.append(outside)
        if self.shapes[at] is not None and not elsewhere:
            differs = area_finding(float(self.drawn_m2[at]), _number(row.facts.get("site.area_total_m2")))
            findings += [differs] if differs else []
        return findings

    def _between(self, rows: Sequence[KeptRow]) -> dict[int, list[Finding]]:
        """Return what overlaps what, in the file and in the library, by the places of the shapes."""
        found: dict[int, list[Finding]] = defaultdict(list)
        in_file: dict[int, list[tuple[str, float]]] = defaultdict(list)
        for one in overlaps(self.shapes):
            in_file[one.first].append((str(one.second + 2), one.area_m2))
            in_file[one.second].append((str(one.first + 2), one.area_m2))
        own = {self.sheet.shape_row(row.number): _names(row) for row in rows}
        in_library: dict[int, list[tuple[str, float]]] = defaultdict(list)
        ids: dict[int, list[int]] = defaultdict(list)
        for one in overlaps(self.shapes, self.known.shapes) if len(self.known.ids) else []:
            code, name = own.get(one.first, ("", ""))
            # The parcel that the row brings up to date is no other parcel.
            same = self.known.codes[one.second] == code if code else self.known.names[one.second] == name
            if not same:
                in_library[one.first].append((self.known.label(one.second), one.area_m2))
                ids[one.first].append(self.known.ids[one.second])
        for code, others in (("boundary_overlaps_file", in_file), ("boundary_overlaps", in_library)):
            for at, pairs in others.items():
                # Whoever saves agrees to these; what overlaps only by then is refused.
                more = {"ids": ids[at]} if code == "boundary_overlaps" else {}
                found[at].append(Finding(code, False, {**_named(pairs), **more}))
        return found

    def _facts(self, at: int) -> Json:
        shape = self.shapes[at]
        if shape is None:
            return {}
        lon, lat = position_of(shape)
        return {
            FIELD: boundary_of(shape),
            "site.area_drawn_m2": round(float(self.drawn_m2[at]), 2),
            "site.shape_lon": lon,
            "site.shape_lat": lat,
        }

    def text(self, number: int) -> str:
        """Return what the cell of a row's boundary holds: of what type its shape is. The page says how much is drawn."""
        given = self.sheet.shapes[self.sheet.shape_row(number)]
        return "—" if given is None or given.is_empty else str(given.geom_type)


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) else None


def _names(row: KeptRow) -> tuple[str, str]:
    return str(row.facts.get("site.code") or ""), str(row.facts.get("site.name") or "")


def _named(pairs: list[tuple[str, float]]) -> Json:
    pairs = sorted(pairs, key=lambda pair: -pair[1])
    names = "、".join(name for name, _ in pairs[:NAMED])
    more = "…" if len(pairs) > NAMED else ""
    return {"others": names + more, "area_m2": round(sum(area for _, area in pairs), 2)}


def _problem(finding: Finding, column: int) -> Json:
    return {
        "code": finding.code,
        "severity": "refused" if finding.refuses else "doubtful",
        "column": column,
        "field": FIELD,
        "repaired": finding.repaired,
        "params": {
            name: round(value, 2) if isinstance(value, float) else value
            for name, value in finding.params.items()
        },
    }


def kept_of(
    facts: Mapping[str, Any], problems: Sequence[Json], record: Mapping[str, Any], column: int
) -> tuple[Json, list[Json]]:
    """Return what a row keeps of its shape when its cells are read anew: the stated area may be another one now."""
    kept = {name: facts[name] for name in FACTS if name in facts}
    said = [one for one in problems if one.get("field") == FIELD and one["code"] != "boundary_area_differs"]
    drawn = _number(facts.get("site.area_drawn_m2"))
    differs = area_finding(drawn, _number(record.get("site.area_total_m2"))) if drawn else None
    if differs is not None:
        said.append(_problem(differs, column))
    return kept, said
