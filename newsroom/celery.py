"""Celery, and the whole timetable of what happens by itself.

Beat only wakes a task once a minute or so; what is due is read from PostgreSQL, which is the queue. Nothing here is
scheduled further ahead than its next tick.
"""

import os

from celery import Celery
from celery.schedules import crontab
from kombu import Queue

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")

app = Celery("newsroom")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

# What money waits for has a queue of its own, so that no edition and no import stands before it. A worker takes from
# both in turn unless it is told which (`--queues`); the nightly comparison takes too long to stand there.
BILLING = "billing"
# What a whole edition takes has one too, so that it can be given workers of its own.
EDITIONS = "editions"
app.conf.task_queues = (Queue("celery"), Queue(BILLING), Queue(EDITIONS))
app.conf.task_routes = {
    f"memberships.tasks.{name}": {"queue": BILLING}
    for name in ("work_off_events", "replay_events", "tell_what_happened", "go_on_with_acts", "reconcile_doubtful")
} | {"newsletters.tasks.send_edition": {"queue": EDITIONS}}

TICK = 5.0

app.conf.beat_schedule = {
    "release due articles": {"task": "articles.tasks.release_due", "schedule": TICK},
    "follow the access rules": {"task": "articles.tasks.recut", "schedule": 60.0},
    "index what search does not know": {"task": "articles.tasks.index_missing", "schedule": 60.0},
    "make missing picture sizes": {"task": "articles.tasks.make_missing_renditions", "schedule": 60.0},
    "forget old reading": {"task": "articles.tasks.forget_old_reading", "schedule": crontab(hour=3, minute=20)},
    "write down readings": {"task": "articles.tasks.write_readings", "schedule": 15.0},
    "forget noted readings": {"task": "articles.tasks.forget_noted_readings", "schedule": crontab(minute=50)},
    "take up trials of other terms": {"task": "articles.tasks.simulate", "schedule": 30.0},
    "compose due editions": {"task": "newsletters.tasks.compose_due", "schedule": TICK},
    "send due editions": {"task": "newsletters.tasks.send_due", "schedule": TICK},
    "decide subjects": {"task": "newsletters.tasks.decide_subjects", "schedule": 15.0},
    "send waiting messages": {"task": "newsletters.tasks.send_messages", "schedule": TICK},
    "work off reports of mail": {"task": "newsletters.tasks.work_off_reports", "schedule": TICK},
    "take in returned mail": {"task": "newsletters.tasks.take_in_returned_mail", "schedule": 30.0},
    "forget old reports": {"task": "newsletters.tasks.forget_old_reports", "schedule": crontab(hour=3, minute=25)},
    "settle dead claims": {"task": "newsletters.tasks.settle_dead_claims", "schedule": 60.0},
    "replay waiting Stripe events": {"task": "memberships.tasks.replay_events", "schedule": 15.0},
    "fetch undelivered Stripe events": {
        "task": "memberships.tasks.catch_up_with_events",
        "schedule": crontab(minute=35),
    },
    "set events of strangers aside": {
        "task": "memberships.tasks.set_strangers_aside",
        "schedule": crontab(minute="*/10"),
    },
    "empty old Stripe events": {"task": "memberships.tasks.empty_old_events", "schedule": crontab(hour=3, minute=40)},
    "tell what happened to memberships": {"task": "memberships.tasks.tell_what_happened", "schedule": 15.0},
    "note what memberships have ahead": {
        "task": "memberships.tasks.note_what_is_due",
        "schedule": crontab(minute="*/5"),
    },
    "go on with acts of money": {"task": "memberships.tasks.go_on_with_acts", "schedule": crontab(minute="*/5")},
    "move prices that staff decided to move": {
        "task": "memberships.tasks.move_prices",
        "schedule": crontab(minute="*/10"),
    },
    "reconcile doubtful subscriptions": {
        "task": "memberships.tasks.reconcile_doubtful",
        "schedule": crontab(minute="*/15"),
    },
    "follow what students prove": {"task": "memberships.tasks.follow_students", "schedule": crontab(minute="7-59/15")},
    "forget documents of students": {
        "task": "memberships.tasks.forget_student_documents",
        "schedule": crontab(hour=3, minute=45),
    },
    "reconcile everything": {"task": "memberships.tasks.reconcile_all", "schedule": crontab(hour=2, minute=40)},
    "go on with members who move in": {"task": "memberships.tasks.move_in", "schedule": 15.0},
    "go on with lists that move in": {"task": "newsletters.tasks.move_lists_in", "schedule": 60.0},
    "tell Stripe new addresses": {
        "task": "memberships.tasks.tell_stripe_addresses",
        "schedule": crontab(minute="*/5"),
    },
    "follow new addresses": {"task": "newsletters.tasks.follow_addresses", "schedule": crontab(minute=25)},
    "pack copies of data": {"task": "memberships.tasks.make_exports", "schedule": 60.0},
    "go on erasing accounts": {"task": "memberships.tasks.go_on_erasing", "schedule": 60.0},
    "empty what comes late about the erased": {
        "task": "memberships.tasks.empty_what_comes_late",
        "schedule": crontab(hour=4, minute=10),
    },
    "forget unconfirmed withdrawals": {
        "task": "memberships.tasks.forget_unconfirmed_withdrawals",
        "schedule": crontab(hour=3, minute=35),
    },
    "deliver gift memberships": {"task": "memberships.tasks.deliver_gifts", "schedule": 15.0},
    "keep gift memberships": {"task": "memberships.tasks.keep_gifts", "schedule": crontab(minute="*/5")},
    "free expired invitations": {"task": "memberships.tasks.release_expired_invitations", "schedule": 60.0},
    "forget old sign-ins": {"task": "memberships.tasks.forget_sign_ins", "schedule": crontab(hour=3, minute=35)},
    "free invitations that cannot arrive": {
        "task": "newsletters.tasks.release_undeliverable_invitations",
        "schedule": 60.0,
    },
    "sign members up to what comes with it": {
        "task": "newsletters.tasks.include_members",
        "schedule": crontab(minute="*/10"),
    },
    "check the sending domain": {"task": "newsletters.tasks.check_sending_domain", "schedule": crontab(minute=5)},
    "ask about links to other sites": {"task": "newsletters.tasks.ask_about_links", "schedule": 60.0},
    "write to people who left": {"task": "newsletters.tasks.win_back", "schedule": crontab(minute=35)},
    "go on with journeys": {"task": "newsletters.tasks.go_on_with_journeys", "schedule": 60.0},
    "prepare delivery partitions": {
        "task": "newsletters.tasks.prepare_partitions",
        "schedule": crontab(hour=1, minute=10),
    },
    "drop old delivery partitions": {
        "task": "newsletters.tasks.drop_old_partitions",
        "schedule": crontab(hour=4, minute=20),
    },
    "write down what letters led to": {"task": "newsletters.tasks.write_mail_events", "schedule": 15.0},
    "count how lists grow": {"task": "newsletters.tasks.count_lists", "schedule": crontab(minute="5-59/15")},
    "compare the sums of editions": {
        "task": "newsletters.tasks.reconcile_sums",
        "schedule": crontab(hour=4, minute=50),
    },
    "judge by new rules what letters led to": {
        "task": "newsletters.tasks.judge_mail_anew",
        "schedule": crontab(minute=45),
    },
}
