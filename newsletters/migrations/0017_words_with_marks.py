import re
from html import escape, unescape

from django.db import migrations, models


def mark_up(apps, schema_editor):
    """Plain text becomes what it looked like: paragraphs with line breaks, and notes of one line."""
    for edition in apps.get_model("newsletters", "Edition").objects.exclude(introduction="").iterator():
        parts = [part.strip() for part in re.split(r"\r?\n\s*\n", edition.introduction) if part.strip()]
        edition.introduction = "".join(
            f"<p>{'<br>'.join(escape(line.strip(), quote=False) for line in part.splitlines())}</p>" for part in parts
        )
        edition.save(update_fields=["introduction"])
    for item in apps.get_model("newsletters", "EditionItem").objects.exclude(note="").iterator():
        item.note = escape(item.note, quote=False)
        item.save(update_fields=["note"])


def strip_marks(apps, schema_editor):
    for edition in apps.get_model("newsletters", "Edition").objects.exclude(introduction="").iterator():
        ends = re.sub(r"</(p|ul|ol)>", "\n\n", re.sub(r"<br>|</li>", "\n", edition.introduction))
        edition.introduction = unescape(re.sub(r"<[^>]*>", "", ends)).strip()
        edition.save(update_fields=["introduction"])
    for item in apps.get_model("newsletters", "EditionItem").objects.exclude(note="").iterator():
        item.note = unescape(re.sub(r"<[^>]*>", "", item.note))[:300]
        item.save(update_fields=["note"])


class Migration(migrations.Migration):

    dependencies = [
        ('newsletters', '0016_composing_ahead_and_holidays'),
    ]

    operations = [
        migrations.AlterField(
            model_name='edition',
            name='introduction',
            field=models.TextField(blank=True, verbose_name='introduction'),
        ),
        # Words are longer with their marks. Backwards they are cut first.
        migrations.AlterField(
            model_name='editionitem',
            name='note',
            field=models.TextField(blank=True, verbose_name="editor's note"),
        ),
        migrations.RunPython(mark_up, strip_marks, elidable=True),
    ]
