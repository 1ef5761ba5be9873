"""Support and operators erase, pack, move and merge accounts, and look at the site as a reader."""

from django.db import migrations

from newsroom.migrations._granting import granting

ACTS = ("erase_user", "export_user", "readdress_user", "merge_user", "look_as_user")
SEEN = ("view_erasure", "view_addresschange")
MAY = {"Operator": (*ACTS, *SEEN), "Support": (*ACTS, *SEEN)}
let_them, no_longer = granting("memberships", MAY)


class Migration(migrations.Migration):
    dependencies = [("newsroom", "0015_who_writes_notes"), ("memberships", "0019_accounts")]

    operations = [migrations.RunPython(let_them, no_longer)]
