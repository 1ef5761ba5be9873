"""Recordings, and the one that a text may have."""

import articles.models.recordings
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('articles', '0014_reading_log'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Recording',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name='public id')),
                ('file', models.FileField(storage=articles.models.recordings.PrivateStorage, upload_to='recordings/%Y/%m', verbose_name='file')),
                ('kind', models.CharField(choices=[('audio', 'audio'), ('video', 'video')], editable=False, max_length=8, verbose_name='kind')),
                ('title', models.CharField(max_length=200, verbose_name='title')),
                ('credit', models.CharField(blank=True, max_length=200, verbose_name='credit')),
                ('seconds', models.PositiveIntegerField(verbose_name='length in seconds')),
                ('width', models.PositiveIntegerField(default=0, editable=False, verbose_name='width')),
                ('height', models.PositiveIntegerField(default=0, editable=False, verbose_name='height')),
                ('captions', models.FileField(blank=True, storage=articles.models.recordings.PrivateStorage, upload_to='recordings/%Y/%m', verbose_name='captions')),
                ('size', models.PositiveBigIntegerField(editable=False, verbose_name='bytes')),
                ('sha256', models.CharField(editable=False, max_length=64, unique=True, verbose_name='fingerprint')),
                ('uploaded_at', models.DateTimeField(editable=False, verbose_name='uploaded')),
                ('uploaded_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='uploaded by')),
            ],
            options={
                'verbose_name': 'recording',
                'verbose_name_plural': 'recordings',
                'ordering': ['-uploaded_at', '-id'],
            },
        ),
        migrations.AddField(
            model_name='article',
            name='recording',
            field=models.ForeignKey(blank=True, help_text='Plays on the page for whoever may read all of it.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='articles.recording', verbose_name='recording'),
        ),
        migrations.AddField(
            model_name='draft',
            name='recording',
            field=models.ForeignKey(blank=True, help_text='Plays on the page for whoever may read all of it.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='articles.recording', verbose_name='recording'),
        ),
        migrations.AddConstraint(
            model_name='recording',
            constraint=models.CheckConstraint(condition=models.Q(('seconds__gt', 0)), name='recording_lasts'),
        ),
        migrations.AddConstraint(
            model_name='recording',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('captions', ''), ('height', 0), ('kind', 'audio'), ('width', 0)), models.Q(('height__gt', 0), ('kind', 'video'), ('width__gt', 0)), _connector='OR'), name='recording_video_has_a_size'),
        ),
    ]
