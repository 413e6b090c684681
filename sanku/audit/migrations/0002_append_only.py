"""The database itself refuses to change or delete ledger entries; content may only be erased."""

from typing import Any

from django.db import migrations

MESSAGE = "audit_entry is append-only"
KEPT = (
    "zone_id number at actor_id channel batch_id action library record_id department_id digest hash".split()
)

SQLITE = [
    f"""
    CREATE TRIGGER audit_entry_no_delete BEFORE DELETE ON audit_entry
    BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END
    """,
    f"""
    CREATE TRIGGER audit_entry_no_update BEFORE UPDATE ON audit_entry
    WHEN NOT (NEW.salt = '' AND NEW.changes = '[]' AND NEW.why = '' AND NEW.label = ''
      AND {" AND ".join(f'NEW."{name}" IS OLD."{name}"' for name in KEPT)})
    BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END
    """,
]
POSTGRESQL = [
    f"""
    CREATE FUNCTION audit_entry_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF TG_OP = 'UPDATE' AND NEW.salt = '' AND NEW.changes = '[]'::jsonb AND NEW.why = '' AND NEW.label = ''
        AND {" AND ".join(f'NEW."{name}" IS NOT DISTINCT FROM OLD."{name}"' for name in KEPT)}
      THEN RETURN NEW; END IF;
      RAISE EXCEPTION '{MESSAGE}';
    END $$
    """,
    """
    CREATE TRIGGER audit_entry_append_only BEFORE UPDATE OR DELETE ON audit_entry
    FOR EACH ROW EXECUTE FUNCTION audit_entry_refuse()
    """,
]


def forwards(apps: Any, schema_editor: Any) -> None:
    for statement in POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE:
        schema_editor.execute(statement)


def backwards(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP TRIGGER audit_entry_append_only ON audit_entry")
        schema_editor.execute("DROP FUNCTION audit_entry_refuse()")
    else:
        schema_editor.execute("DROP TRIGGER audit_entry_no_delete")
        schema_editor.execute("DROP TRIGGER audit_entry_no_update")


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_tables")]
    operations = [migrations.RunPython(forwards, backwards)]
