"""The life of an edition: composed when its list is due, approved, frozen, sent. Every step happens once.

``composed → approved → sending → sent``, beside them ``empty`` (nothing new, nobody is written to), ``held`` (it could
not be rendered, has a problem, or could not be sent in its time; nobody was written to), ``left_out`` (nobody let it go
out; its stories are in the next one) and ``halted`` (somebody stopped it under way). A halted edition goes on as it
was, goes on corrected, or is over for whoever has not got it yet; who has it can be sent a correction.
"""

from newsletters.editions.arranging import hold_still, keep_by_hand
from newsletters.editions.composing import (
    FOLLOWS_EVERY,
    MOST_LATE,
    SETTLES_AFTER,
    again,
    compose,
    compose_again,
    compose_due,
    follow_what_is_published,
    is_composable,
)
from newsletters.editions.corrections import correct
from newsletters.editions.doubts import in_doubt, send_again, take_as_arrived
from newsletters.editions.halting import halt, leave_rest_out, resume, send_corrected
from newsletters.editions.lateness import tell_slow
from newsletters.editions.periods import timetable_of
from newsletters.editions.resending import may_be_resent, resend
from newsletters.editions.steps import (
    EditionError,
    approve,
    approve_late,
    finish,
    freeze,
    is_late,
    lateness_in_words,
    leave_out,
    reword,
    settle_alerts,
    waiting,
)
from newsletters.editions.subject_tests import decide_subjects, try_subjects
from newsletters.editions.trying import send_test
from newsletters.editions.weekly import compose_weeks

__all__ = [
    "FOLLOWS_EVERY",
    "MOST_LATE",
    "SETTLES_AFTER",
    "EditionError",
    "again",
    "approve",
    "approve_late",
    "compose",
    "compose_again",
    "compose_due",
    "compose_weeks",
    "correct",
    "decide_subjects",
    "finish",
    "follow_what_is_published",
    "freeze",
    "halt",
    "hold_still",
    "in_doubt",
    "is_composable",
    "is_late",
    "keep_by_hand",
    "lateness_in_words",
    "leave_out",
    "leave_rest_out",
    "may_be_resent",
    "resend",
    "resume",
    "reword",
    "send_again",
    "send_corrected",
    "send_test",
    "settle_alerts",
    "take_as_arrived",
    "tell_slow",
    "timetable_of",
    "try_subjects",
    "waiting",
]
