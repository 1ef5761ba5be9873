import re
from html import escape, unescape

import django.contrib.postgres.constraints
import django.core.validators
import django.db.models.deletion
from django.conf import settings
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
        ('articles', '0015_recordings'),
        ('newsletters', '0015_composing_ahead_and_holidays'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='newsletter',
            name='has_sponsors',
            field=models.BooleanField(default=False, help_text='Places are sold in lists for everybody; in one for members only if this is ticked.', verbose_name='sponsors also for members'),
        ),
        migrations.AddField(
            model_name='newsletter',
            name='needs_account',
            field=models.BooleanField(default=False, help_text='For whoever signs in. What is for holders of a product needs an account anyway.', verbose_name='only with an account'),
        ),
        migrations.AddConstraint(
            model_name='newsletter',
            constraint=models.CheckConstraint(condition=models.Q(('needs_account', False), ('product__isnull', True), _connector='OR'), name='newsletter_has_one_access'),
        ),
        migrations.AddField(
            model_name='signup',
            name='rhythm',
            field=models.CharField(choices=[('every', 'every edition'), ('weekly', 'one letter a week')], default='every', max_length=8, verbose_name='rhythm'),
        ),
        migrations.AlterField(
            model_name='edition',
            name='kind',
            field=models.CharField(choices=[('regular', 'regular'), ('correction', 'correction'), ('weekly', 'the week in one letter')], default='regular', editable=False, max_length=16, verbose_name='kind'),
        ),
        migrations.AddConstraint(
            model_name='edition',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'weekly'), _negated=True), ('is_primary', False), _connector='OR'), name='edition_weekly_has_no_page'),
        ),
        migrations.AddConstraint(
            model_name='edition',
            constraint=models.UniqueConstraint(condition=models.Q(('kind', 'weekly')), fields=('newsletter', 'edition_on'), name='edition_weekly_once_a_day'),
        ),
        migrations.CreateModel(
            name='Sponsorship',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('starts_on', models.DateField(verbose_name='from')),
                ('ends_on', models.DateField(help_text='The last day on which it stands.', verbose_name='until')),
                ('position', models.PositiveSmallIntegerField(default=1, help_text='1: below the first story. In a shorter edition it stands below the last.', validators=[django.core.validators.MinValueValidator(1)], verbose_name='behind story')),
                ('sponsor', models.CharField(max_length=120, verbose_name='sponsor')),
                ('words', models.TextField(max_length=300, verbose_name='words')),
                ('url', models.URLField(max_length=500, verbose_name='leads to')),
                ('reviewed_at', models.DateTimeField(editable=False, null=True, verbose_name='reviewed')),
                ('newsletter', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sponsorships', to='newsletters.newsletter', verbose_name='newsletter')),
                ('picture', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='articles.picture', verbose_name='picture')),
                ('reviewed_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='reviewed by')),
            ],
            options={
                'verbose_name': 'sponsorship',
                'verbose_name_plural': 'sponsorships',
                'ordering': ['starts_on', 'newsletter', 'position'],
                'permissions': [('review_sponsorship', 'Can let a sponsorship appear')],
                'constraints': [models.CheckConstraint(condition=models.Q(('ends_on__gte', models.F('starts_on'))), name='sponsorship_ends_after_it_starts'), models.CheckConstraint(condition=models.Q(('position__gte', 1)), name='sponsorship_behind_a_story'), django.contrib.postgres.constraints.ExclusionConstraint(expressions=[(models.Func(models.F('newsletter'), models.F('newsletter'), models.Value('[]'), function='int8range'), '&&'), (models.Func(models.F('position'), models.F('position'), models.Value('[]'), function='int4range'), '&&'), (models.Func(models.F('starts_on'), models.F('ends_on'), models.Value('[]'), function='daterange'), '&&')], name='sponsorship_one_in_a_place')],
            },
        ),
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
