"""The roles of the house. A person may have several; a superuser has all."""

from django.contrib.auth.management import create_permissions
from django.db import migrations

VIEW, EDIT = ("view",), ("view", "add", "change")
ALL = ("view", "add", "change", "delete")
WRITING = {
    "articles.draft": EDIT, "articles.draftbyline": ALL, "articles.picture": EDIT, "articles.chart": EDIT,
    "articles.article": VIEW, "articles.revision": VIEW, "articles.author": VIEW, "articles.section": VIEW,
    "articles.country": VIEW, "articles.topic": EDIT, "articles.series": VIEW, "articles.format": VIEW,
    "articles.industry": VIEW, "articles.correction": VIEW,
}
EDITING = {
    **WRITING,
    "articles.draft": ALL, "articles.picture": ALL, "articles.chart": ALL, "articles.author": EDIT,
    "articles.section": EDIT, "articles.country": EDIT, "articles.series": EDIT, "articles.format": EDIT,
    "articles.industry": EDIT, "articles.correction": EDIT, "articles.frontslot": ALL, "articles.redirect": ALL,
    "articles.event": EDIT, "articles.registration": VIEW, "newsletters.newsletter": EDIT,
    "newsletters.edition": EDIT, "newsletters.editionitem": ALL,
}
SUPPORT = {
    "memberships.user": ("view", "change"), "memberships.subscription": VIEW, "memberships.customer": VIEW,
    "memberships.invoice": VIEW, "memberships.entitlement": VIEW, "memberships.seat": VIEW, "memberships.team": VIEW,
    "memberships.stripeevent": VIEW, "memberships.checkoutattempt": VIEW, "newsletters.recipient": VIEW,
    "newsletters.signup": VIEW, "newsletters.suppression": ALL, "newsletters.message": VIEW,
    "articles.registration": EDIT, "articles.event": VIEW,
}
SALES = {
    **SUPPORT,
    "memberships.inquiry": EDIT, "memberships.team": EDIT, "memberships.seat": EDIT, "memberships.network": ALL,
    "memberships.product": VIEW, "memberships.plan": VIEW,
}
ROLES = {
    "Journalist": (WRITING, ()),
    "Editor": (EDITING, ("articles.publish_article",)),
    "Support": (SUPPORT, ()),
    "Sales": (SALES, ()),
    "Operator": ({**EDITING, **SALES, "memberships.auditentry": VIEW, "memberships.product": EDIT, "memberships.plan": EDIT},
                 ("articles.publish_article",)),
}


def make_roles(apps, schema_editor):
    for label in ("memberships", "articles", "newsletters"):
        config = apps.get_app_config(label)
        config.models_module = True
        create_permissions(config, apps=apps, verbosity=0)
        config.models_module = None
    Group = apps.get_model("auth", "Group")
    Permission = apps.get_model("auth", "Permission")
    known = {
        f"{permission.content_type.app_label}.{permission.codename}": permission
        for permission in Permission.objects.select_related("content_type")
    }
    for name, (models, extra) in ROLES.items():
        group, _created = Group.objects.get_or_create(name=name)
        codes = {
            f"{model.split('.')[0]}.{action}_{model.split('.')[1]}" for model, actions in models.items() for action in actions
        }
        group.permissions.set([known[code] for code in sorted(codes | set(extra))])


def remove_roles(apps, schema_editor):
    apps.get_model("auth", "Group").objects.filter(name__in=ROLES).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("memberships", "0002_append_only_and_ranges"),
        ("articles", "0003_search_folding"),
        ("newsletters", "0002_delivery_ledger"),
    ]

    operations = [migrations.RunPython(make_roles, remove_roles)]
