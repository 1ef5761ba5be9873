from newsletters.models.acts import SignupAct
from newsletters.models.blocks import Block
from newsletters.models.calendars import HolidayCalendar
from newsletters.models.counts import EditionCount, ListDay
from newsletters.models.editions import Edition, EditionItem, Variant
from newsletters.models.foreign_links import ForeignLink
from newsletters.models.guard import SignupGuard
from newsletters.models.imports import ListImport, ListImportRow
from newsletters.models.journeys import Journey, JourneyLetter, Run, Step, StepWords
from newsletters.models.ledger import Claim, Delivery, Message, SendState, Tally
from newsletters.models.newsletters import Newsletter
from newsletters.models.rankings import Ranking
from newsletters.models.receiving import ReceivingDomain
from newsletters.models.recipients import Recipient, Signup, Stream, Suppression
from newsletters.models.reports import Report, SoftBounce
from newsletters.models.sending_domains import SendingDomain
from newsletters.models.sponsorships import Sponsorship
from newsletters.models.subject_tests import SubjectTest
from newsletters.models.tracking import EditionLink, MailEvent
from newsletters.models.warming import WarmUp, WarmUpShare

__all__ = [
    "Block",
    "Claim",
    "Delivery",
    "Edition",
    "EditionCount",
    "EditionItem",
    "EditionLink",
    "ForeignLink",
    "HolidayCalendar",
    "Journey",
    "JourneyLetter",
    "ListDay",
    "ListImport",
    "ListImportRow",
    "MailEvent",
    "Message",
    "Newsletter",
    "Ranking",
    "ReceivingDomain",
    "Recipient",
    "Report",
    "Run",
    "SendState",
    "SendingDomain",
    "Signup",
    "SignupAct",
    "SignupGuard",
    "SoftBounce",
    "Sponsorship",
    "Step",
    "StepWords",
    "Stream",
    "SubjectTest",
    "Suppression",
    "Tally",
    "Variant",
    "WarmUp",
    "WarmUpShare",
]
