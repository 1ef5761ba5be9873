"""What happened here, told to whoever listens higher up. Facts in the past tense, sent after commit.

Each is sent with ``sender`` the module that did it and the arguments named below; ``at`` is the moment it happened.
Those of subscriptions are told from their rows, each in a transaction that what its listeners write belongs to, see
:mod:`memberships.happenings`: a listener that raises is asked again. So are those of acts upon whole accounts, which
are sent inside the transaction of the act.
"""

from django.dispatch import Signal

# user: User. An account exists and its address was confirmed.
account_opened = Signal()
# user: User. Staff closed the account: nobody signs in to it any more.
account_closed = Signal()
# user: User. The address of an account changed.
address_changed = Signal()
# user: User, code: str. Somebody is about to erase their account and has to prove that the mailbox is theirs.
erasure_code_asked = Signal()
# user: User. An account is being erased: it is closed, and in a quarter of an hour nothing here names its owner.
erasure_asked = Signal()
# export: DataExport. Everything we hold about somebody is packed, for them to fetch.
export_made = Signal()
# change: AddressChange, confirm: str, undo: str. Staff move an account to another address; both mailboxes have to know.
# The tokens open the pages where they say yes and no, and must not be logged.
address_change_asked = Signal()
# user: User, address: str. The account has everything now of another, whose address it was.
accounts_merged = Signal()
# subscription: Subscription. A trial began; its end, amount and way out must be told at once.
trial_started = Signal()
# subscription: Subscription. It was begun by the reader of a gift; the first charge comes when that ends.
gift_continued = Signal()
# subscription: Subscription. Its trial was ended at once, without a charge: the card had one with another account.
trial_refused = Signal()
# subscription: Subscription. A paid subscription began without a trial, or a trial turned into one.
subscription_started = Signal()
# subscription: Subscription, until: datetime. Its end was scheduled by the person.
subscription_cancelled = Signal()
# subscription: Subscription. A scheduled end was taken back.
subscription_resumed = Signal()
# subscription: Subscription. It ended and no longer opens anything.
subscription_ended = Signal()
# subscription: Subscription, invoice: Invoice | None. A charge failed.
payment_failed = Signal()
# subscription: Subscription, invoice: Invoice. Days later it is still unpaid.
payment_reminder = Signal()
# subscription: Subscription, invoice: Invoice. The bank wants the person to confirm the charge.
action_required = Signal()
# subscription: Subscription. The trial ends in some days, and the first charge comes.
trial_ending = Signal()
# subscription: Subscription. The card that is to be charged expires within a month.
card_expiring = Signal()
# subscription: Subscription. A year more is charged in a month.
renewal_ahead = Signal()
# subscription: Subscription, former: Plan, invoice: Invoice | None. It has another plan; the invoice, where there is
# one, is what was charged for it at once.
plan_changed = Signal()
# subscription: Subscription, until: datetime | None. It rests at the person's wish, and opens nothing till then.
subscription_paused = Signal()
# subscription: Subscription. A rest is over in some days, and reading and charges go on.
pause_ending = Signal()
# notice: PriceNotice. From a renewal ahead on it costs something else.
price_changes = Signal()
# subscription: Subscription, until: datetime. The proof of studies runs out; without another one the ordinary price is
# charged from that renewal on, which is a month away or more.
student_ending = Signal()
# proof: StudentProof, token: str. A mailbox at a university is to prove that somebody studies; the token proves it and
# must not be logged.
student_address_asked = Signal()
# proof: StudentProof. Staff looked at a document, or the mailbox answered: it is proved.
student_proved = Signal()
# proof: StudentProof. Staff looked at a document, and it proves nothing; the reason is with it.
student_refused = Signal()
# invoice: Invoice. A charge above zero succeeded.
invoice_paid = Signal()
# refund: Refund. Money was given back, and what follows from it for the membership is done.
payment_refunded = Signal()
# withdrawal: Withdrawal, token: str. Somebody says that they withdraw; the token confirms it and must not be logged.
withdrawal_asked = Signal()
# withdrawal: Withdrawal. A withdrawal was confirmed, and its receipt must be acknowledged at once.
withdrawal_confirmed = Signal()
# voucher: Voucher. A gift membership was paid for.
voucher_bought = Signal()
# voucher: Voucher, token: str. A gift is to reach its reader; the token opens it and must not be logged.
voucher_delivered = Signal()
# voucher: Voucher. A gift was claimed by its reader.
voucher_claimed = Signal()
# voucher: Voucher. A gift runs out in a month and nobody has claimed it.
voucher_waiting = Signal()
# voucher: Voucher. What a gift opened closes in two weeks.
voucher_ending = Signal()
# voucher: Voucher. All the money of a gift went back to its buyer.
voucher_refunded = Signal()
# alerts: list[Alert]. Some things do not settle themselves, and staff have to look at them.
alerts_opened = Signal()
# inquiry: Inquiry. A company asked for a team plan.
inquiry_received = Signal()
# seat: Seat, token: str. A colleague was invited; the token opens the invitation and must not be logged.
seat_offered = Signal()
# seat: Seat. An invitation could not be delivered, and the seat it held is free again.
invitation_bounced = Signal()
# seat: Seat. An invitation was accepted.
seat_taken = Signal()
# team: Team. Staff founded a team; its owner can invite colleagues from now on.
team_founded = Signal()
# user: User, row: MovingRow. Somebody moved in from another system; told within the transaction that writes them down.
moved_in = Signal()
# users: frozenset[int] | None. What these people (primary keys) may read begins or ends; None: a whole team or network.
rights_changed = Signal()
