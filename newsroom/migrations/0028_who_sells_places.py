"""Sales write down what sponsors bought; editors do too, and let it appear."""

from django.db import migrations

from newsroom.migrations._granting import granting

WRITE = ("view_sponsorship", "add_sponsorship", "change_sponsorship", "delete_sponsorship")
MAY = {"Editor": (*WRITE, "review_sponsorship"), "Operator": (*WRITE, "review_sponsorship"), "Sales": WRITE}
let_them, no_longer = granting("newsletters", MAY)


class Migration(migrations.Migration):
    dependencies = [("newsroom", "0027_who_previews_reviews"), ("newsletters", "0016_marks_and_sponsors")]

    operations = [migrations.RunPython(let_them, no_longer)]
