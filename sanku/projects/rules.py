"""The stages of a project, and whose group each stage is.

Source: the product description, "The life of a project".
"""

from enum import StrEnum

from sanku.accounts.rules import Role


class Stage(StrEnum):
    """The life of a project, in order; then the two ends off the path."""

    LEAD = "lead"
    NEGOTIATION = "negotiation"
    INTENT = "intent"
    SIGNED = "signed"
    LANDED = "landed"
    CONSTRUCTION = "construction"
    PRODUCTION = "production"
    GROWTH = "growth"
    SUSPENDED = "suspended"
    LOST = "lost"


STAGE_PATH = tuple(Stage)[:8]
# A limit in working days in the stage; growth has none.
STAGE_LIMIT_DAYS = {
    Stage.LEAD: 15,
    Stage.NEGOTIATION: 90,
    Stage.INTENT: 90,
    Stage.SIGNED: 60,
    Stage.LANDED: 120,
    Stage.CONSTRUCTION: 360,
    Stage.PRODUCTION: 180,
}
# The groups that see projects by their stage, whatever department holds them.
STAGES_OF_GROUP = {
    Role.LANDING: frozenset({Stage.SIGNED, Stage.LANDED}),
    Role.CONSTRUCTION: frozenset({Stage.LANDED, Stage.CONSTRUCTION, Stage.PRODUCTION}),
}
# A major project is one so marked by the office; by default CNY 100 million and above.
MAJOR_CNY = 100_000_000


def stages_seen(role: str) -> frozenset[Stage]:
    """Return the stages whose projects a role sees across all departments."""
    return next((stages for group, stages in STAGES_OF_GROUP.items() if group == role), frozenset())
