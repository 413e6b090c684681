"""The forms of a target client's next action: it was done and this comes next, or it moves to another day."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from sanku.companies.models import Target
from sanku.companies.rows import TARGET_TOUCHES
from sanku.library.forms import RecordForm
from sanku.library.specs import Fact, Reader

DONE = [
    Fact("on", "date", required=True),
    Fact("method"),
    Fact("participants", label=_("who took part")),
    Fact("result", "long"),
]
NEXT = [Fact("next_action"), Fact("next_action_on", "date")]


def action_forms(target: Target, reader: Reader, kind: str, data: Any = None) -> list[RecordForm]:
    """Return the forms of what is done with a next action: "done" or "move"; of a done one the touch comes first."""
    following = Target(zone_id=target.zone_id, company=target.company) if kind == "done" else target
    forms = [RecordForm(NEXT, following, reader, data)]
    if kind == "done":
        touch = TARGET_TOUCHES.fresh(reader.user, target)
        touch.on, touch.content = reader.today, target.next_action
        forms.insert(0, RecordForm(DONE, touch, reader, data))
    return forms
