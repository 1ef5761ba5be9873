"""What Django cannot say: the audit log only grows, and address ranges are found by an index."""

from django.db import migrations

APPEND_ONLY = """
CREATE FUNCTION memberships_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The audit log is append-only: % is refused.', TG_OP USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER audit_is_append_only BEFORE UPDATE OR DELETE ON memberships_auditentry
    FOR EACH ROW EXECUTE FUNCTION memberships_refuse_change();
CREATE TRIGGER audit_is_not_emptied BEFORE TRUNCATE ON memberships_auditentry
    FOR EACH STATEMENT EXECUTE FUNCTION memberships_refuse_change();
"""
CHANGEABLE = """
DROP TRIGGER audit_is_not_emptied ON memberships_auditentry;
DROP TRIGGER audit_is_append_only ON memberships_auditentry;
DROP FUNCTION memberships_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("memberships", "0001_initial")]

    operations = [
        migrations.RunSQL(APPEND_ONLY, CHANGEABLE),
        migrations.RunSQL(
            "CREATE INDEX network_by_range ON memberships_network USING gist (cidr inet_ops);",
            "DROP INDEX network_by_range;",
        ),
    ]
