from memberships.models.accounts import AddressChange, DataExport, Erasure
from memberships.models.audit import AuditEntry
from memberships.models.billing import Charge, CheckoutAttempt, Customer, Invoice, StripeEvent, Subscription, TrialUse
from memberships.models.changes import Pause, PlanChange
from memberships.models.consents import Consent
from memberships.models.entitlements import Entitlement
from memberships.models.feeds import FeedToken
from memberships.models.happenings import Alert, Happening
from memberships.models.keeping import Leaving, WinBack
from memberships.models.metrics import MrrMovement, RevenueDay
from memberships.models.money_back import Dispute, Refund
from memberships.models.moving import BroughtFile, MovingIn, MovingRow
from memberships.models.notes import MemberNote
from memberships.models.plans import Plan, Product
from memberships.models.price_moves import PriceMove, PriceNotice
from memberships.models.promotions import Promotion
from memberships.models.reading_rules import ReadingRule
from memberships.models.sharing import GiftLink, RevokedPass
from memberships.models.sign_ins import SignIn
from memberships.models.students import StudentProof
from memberships.models.teams import Inquiry, Network, Seat, Team
from memberships.models.terms import MeteredReading, Paywall
from memberships.models.users import User
from memberships.models.vouchers import Voucher
from memberships.models.withdrawals import Withdrawal

__all__ = [
    "AddressChange",
    "Alert",
    "AuditEntry",
    "BroughtFile",
    "Charge",
    "CheckoutAttempt",
    "Consent",
    "Customer",
    "DataExport",
    "Dispute",
    "Entitlement",
    "Erasure",
    "FeedToken",
    "GiftLink",
    "Happening",
    "Inquiry",
    "Invoice",
    "Leaving",
    "MemberNote",
    "MeteredReading",
    "MovingIn",
    "MovingRow",
    "MrrMovement",
    "Network",
    "Pause",
    "Paywall",
    "Plan",
    "PlanChange",
    "PriceMove",
    "PriceNotice",
    "Product",
    "Promotion",
    "ReadingRule",
    "Refund",
    "RevenueDay",
    "RevokedPass",
    "Seat",
    "SignIn",
    "StripeEvent",
    "StudentProof",
    "Subscription",
    "Team",
    "TrialUse",
    "User",
    "Voucher",
    "WinBack",
    "Withdrawal",
]
