"""Mails as they come back, in the forms of those who write them."""

from __future__ import annotations

from newsletters.delivery.mime import message_id
from newsletters.models import Delivery


def id_of(copy: Delivery) -> str:
    return message_id(copy.edition.public_id, copy.recipient.public_id, prefix="e")


def dsn(about: str, *, to: str = "news@corniche.example", action="failed", status="5.1.1", said="") -> bytes:
    """As Postfix writes it, with the head of the letter; it calls itself an automatic answer too (RFC 3834 §5)."""
    diagnostic = said or "smtp; 550 5.1.1 <ann@example.org>: Recipient address rejected: User unknown"
    return f"""Return-Path: <>
From: MAILER-DAEMON@mx.example.org (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: {to}
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="A.1/mx.example.org"

--A.1/mx.example.org
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--A.1/mx.example.org
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org
X-Postfix-Sender: rfc822; {to}
Arrival-Date: Wed,  4 Mar 2026 09:30:00 +0000 (UTC)

Final-Recipient: rfc822; ann@example.org
Original-Recipient: rfc822;ann@example.org
Action: {action}
Status: {status}
Remote-MTA: dns; mail.example.org
Diagnostic-Code: {diagnostic}

--A.1/mx.example.org
Content-Description: Undelivered Message Headers
Content-Type: text/rfc822-headers

Message-ID: {about}
To: ann@example.org
Subject: What happened overnight

--A.1/mx.example.org--
""".replace("\n", "\r\n").encode()


def words(text: str, *, to: str = "news@corniche.example", head: str = "From: MAILER-DAEMON@mx.example.org") -> bytes:
    """What no standard is kept by."""
    return f"{head}\nTo: {to}\nSubject: failure notice\n\n{text}\n".encode("latin-1")


def complaint(letter: str, feedback: str = "abuse") -> bytes:
    """As hosts of mailboxes write it, who take out whom it is from."""
    return f"""From: <abusedesk@example.org>
Subject: FW: What happened overnight
To: <abuse@corniche.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="b1"

--b1
Content-Type: text/plain; charset="US-ASCII"

This is an email abuse report.

--b1
Content-Type: message/feedback-report

Feedback-Type: {feedback}
User-Agent: SomeGenerator/1.0
Version: 1
Original-Rcpt-To: redacted@example.org

--b1
Content-Type: message/rfc822
Content-Disposition: inline

From: <news@corniche.example>
To: <redacted@example.org>
Subject: What happened overnight
{letter}

Spam Spam Spam
--b1--
""".encode()


def out_of_office(to: str, text: str = "I am away. Dial 550 5.1.1 for the desk.") -> bytes:
    head = "Return-Path: <>\nFrom: Ann <ann@example.org>\nAuto-Submitted: auto-replied (vacation)"
    return words(text, to=to, head=head)
