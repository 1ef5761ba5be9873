"""Feeds with whole texts at addresses that can be revoked."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('memberships', '0005_paywall'),
    ]

    operations = [
        migrations.CreateModel(
            name='FeedToken',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(help_text='Which feed reader, so that you know it again.', max_length=80, verbose_name='feed reader')),
                ('sha256', models.CharField(editable=False, max_length=64, unique=True, verbose_name='fingerprint')),
                ('created_at', models.DateTimeField(verbose_name='made')),
                ('last_used_at', models.DateTimeField(blank=True, null=True, verbose_name='last used')),
                ('revoked_at', models.DateTimeField(blank=True, null=True, verbose_name='ended')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='feed_tokens', to=settings.AUTH_USER_MODEL, verbose_name='person')),
            ],
            options={
                'verbose_name': 'feed address',
                'verbose_name_plural': 'feed addresses',
                'ordering': ['-created_at', '-id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('sha256__regex', '^[0-9a-f]{64}$')), name='feed_token_keeps_a_hash_only'), models.CheckConstraint(condition=models.Q(('revoked_at__isnull', True), ('revoked_at__gte', models.F('created_at')), _connector='OR'), name='feed_token_revoked_after_it_was_made')],
            },
        ),
    ]
