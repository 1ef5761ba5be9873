"""The ledger of editions: one table, partitioned by the edition's day.

Django cannot make a partitioned table, so the database side is written out. Partitions are made a month at a time by
``newsletters.partitions``; a row whose month has none yet lands in the default partition and is not lost.
"""

import django.db.models.deletion
from django.db import migrations, models

CREATE = """
CREATE TABLE newsletters_delivery (
    edition_on date NOT NULL,
    edition_id bigint NOT NULL REFERENCES newsletters_edition (id) DEFERRABLE INITIALLY DEFERRED,
    recipient_id bigint NOT NULL REFERENCES newsletters_recipient (id) DEFERRABLE INITIALLY DEFERRED,
    state varchar(16) NOT NULL,
    attempts smallint NOT NULL CHECK (attempts >= 0),
    claim uuid NULL,
    claimed_at timestamptz NULL,
    handing_over boolean NOT NULL,
    settled_at timestamptz NULL,
    not_before timestamptz NULL,
    reply varchar(500) NOT NULL,
    CONSTRAINT delivery_state_known CHECK (state IN (
        'queued', 'claimed', 'accepted', 'uncertain', 'failed', 'halted', 'suppressed', 'bounced', 'complained'
    )),
    PRIMARY KEY (edition_on, edition_id, recipient_id)
) PARTITION BY RANGE (edition_on);
CREATE TABLE newsletters_delivery_default PARTITION OF newsletters_delivery DEFAULT;
CREATE INDEX delivery_by_edition ON newsletters_delivery (edition_id, state);
CREATE INDEX delivery_by_recipient ON newsletters_delivery (recipient_id, edition_on DESC);
CREATE INDEX delivery_queue ON newsletters_delivery (edition_id, recipient_id) WHERE state = 'queued';
"""
DROP = "DROP TABLE newsletters_delivery;"


class Migration(migrations.Migration):
    dependencies = [("newsletters", "0001_initial")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(CREATE, DROP)],
            state_operations=[
                migrations.CreateModel(
                    name='Delivery',
                    fields=[
                        ('pk', models.CompositePrimaryKey('edition_on', 'edition_id', 'recipient_id', blank=True, editable=False, primary_key=True, serialize=False)),
                        ('edition_on', models.DateField(verbose_name='day')),
                        ('state', models.CharField(choices=[('queued', 'queued'), ('claimed', 'being handed over'), ('accepted', 'accepted by the next server'), ('uncertain', 'uncertain'), ('failed', 'refused'), ('halted', 'halted'), ('suppressed', 'suppressed'), ('bounced', 'bounced'), ('complained', 'complained about')], default='queued', max_length=16, verbose_name='state')),
                        ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='attempts')),
                        ('claim', models.UUIDField(editable=False, null=True, verbose_name='claim')),
                        ('claimed_at', models.DateTimeField(null=True, verbose_name='claimed')),
                        ('handing_over', models.BooleanField(default=False, verbose_name='was being handed over')),
                        ('settled_at', models.DateTimeField(null=True, verbose_name='settled')),
                        ('not_before', models.DateTimeField(null=True, verbose_name='not before')),
                        ('reply', models.CharField(blank=True, max_length=500, verbose_name='what the next server said')),
                        ('edition', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='deliveries', to='newsletters.edition', verbose_name='edition')),
                        ('recipient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='deliveries', to='newsletters.recipient', verbose_name='recipient')),
                    ],
                    options={
                        'verbose_name': 'delivery',
                        'verbose_name_plural': 'deliveries',
                    },
                ),
                migrations.AddIndex(
                    model_name='delivery',
                    index=models.Index(fields=['edition', 'state'], name='delivery_by_edition'),
                ),
                migrations.AddIndex(
                    model_name='delivery',
                    index=models.Index(fields=['recipient', '-edition_on'], name='delivery_by_recipient'),
                ),
            ],
        )
    ]
