"""Reports as mail servers write them, about one mail of ours: `{to}` stands for its recipient."""

from __future__ import annotations

from surveys import mail, tokens
from surveys.models import Message

# Our mail as it comes back: its headers, and the beginning of its text.
RETURNED = """\
Message-ID: <{number}@aurora.example.com>
From: "Aurora" <hello@aurora.example.com>
To: {to}
Subject: How likely are you to recommend us?
List-Unsubscribe: <https://ask.example.com/u/{token}>
List-Unsubscribe-Post: List-Unsubscribe=One-Click
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8

One question."""

POSTFIX = """\
Return-Path: <>
Date: Mon, 2 Mar 2026 09:05:00 +0000
From: MAILER-DAEMON@mx.aurora.example.com (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: hello@aurora.example.com
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B"
Message-Id: <20260302090500.4A1F@mx.aurora.example.com>

This is a MIME-encapsulated message.

--B
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

<{to}>: host mx.example.com[192.0.2.7] said: 550 5.1.1 <{to}>:
    Recipient address rejected: User unknown (in reply to RCPT TO command)

--B
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.aurora.example.com
X-Postfix-Queue-ID: 4A1F
Arrival-Date: Mon,  2 Mar 2026 09:00:00 +0000 (UTC)

Final-Recipient: rfc822; {to}
Original-Recipient: rfc822;{to}
Action: failed
Status: 5.1.1
Remote-MTA: dns; mx.example.com
Diagnostic-Code: smtp; 550 5.1.1 <{to}>: Recipient address rejected: User
    unknown

--B
Content-Description: Undelivered Message Headers
Content-Type: text/rfc822-headers

{returned}
--B--
"""

DELAYED = (
    POSTFIX.replace("Action: failed", "Action: delayed")
    .replace("Status: 5.1.1", "Status: 4.4.1")
    .replace("550 5.1.1", "451 4.4.1")
    .replace("Undelivered Mail Returned to Sender", "Delayed Mail (still being retried)")
)

DELIVERED = (
    POSTFIX.replace("Action: failed", "Action: delivered")
    .replace("Status: 5.1.1", "Status: 2.0.0")
    .replace("550 5.1.1", "250 2.0.0")
)

EXPIRED = POSTFIX.replace("Status: 5.1.1", "Status: 4.4.7").replace("550 5.1.1", "451 4.4.7")

# Exim before its version 4.86, and still where it is told to: no part for machines but a header, and a copy as text.
EXIM = """\
Return-path: <>
X-Failed-Recipients: {to}
Auto-Submitted: auto-replied
From: Mail Delivery System <Mailer-Daemon@mx.aurora.example.com>
To: hello@aurora.example.com
Subject: Mail delivery failed: returning message to sender
Message-Id: <E1vX-0001@mx.aurora.example.com>
Date: Mon, 02 Mar 2026 09:05:00 +0000

This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  {to}
    host mx.example.com [192.0.2.7]
    SMTP error from remote mail server after RCPT TO:<{to}>:
    550 No such user here

------ This is a copy of the message, including all the headers. ------

{returned}
"""

# Exchange Online: words in several parts, German for people, our mail as an attachment.
EXCHANGE = """\
Return-Path: <>
From: =?utf-8?Q?Microsoft_Outlook?= <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@example.com>
To: hello@aurora.example.com
Date: Mon, 2 Mar 2026 09:05:00 +0000
Subject: =?utf-8?B?VW56dXN0ZWxsYmFyOiBXaWUgd2FocnNjaGVpbmxpY2ggaXN0IGVzPw==?=
Message-ID: <exchange-1@example.com>
Auto-Submitted: auto-generated
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="R"

--R
Content-Type: multipart/alternative; differences=Content-Type; boundary="A"

--A
Content-Type: text/plain; charset="utf-8"
Content-Transfer-Encoding: base64

SWhyZSBOYWNocmljaHQga29ubnRlIG5pY2h0IHp1Z2VzdGVsbHQgd2VyZGVuLg==
--A
Content-Type: text/html; charset="utf-8"

<html><body>Ihre Nachricht konnte nicht zugestellt werden.</body></html>
--A--

--R
Content-Type: message/delivery-status

Reporting-MTA: dns;AM0PR01.example.com

Final-Recipient: rfc822;{to}
Action: failed
Status: 5.1.10
Diagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient {to}
 not found by SMTP address lookup

--R
Content-Type: message/rfc822

{returned}
--R--
"""

# A server that translates even what machines read; the status says it all the same.
MULTILINGUAL = """\
Return-Path: <>
From: =?big5?B?tmyl86hOu7wg?= <postmaster@example.tw>
To: hello@aurora.example.com
Date: Mon, 2 Mar 2026 17:05:00 +0800
Subject: =?big5?B?tUyqa7ZisPU=?=
Message-ID: <cjk-1@example.tw>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="=_b"

--=_b
Content-Type: text/plain; charset="x-unknown-charset"

\u7121\u6cd5\u6295\u905e
--=_b
Content-Type: message/delivery-status

Reporting-MTA: dns; example.tw

Original-Recipient: rfc822;{xtext}
Final-Recipient: RFC822; <{to}>
Action: \u5931\u6557
Status: 5.1.1 (\u7121\u6b64\u4eba)
Diagnostic-Code: X-Local; \u7121\u6b64\u4f7f\u7528\u8005

--=_b
Content-Type: message/rfc822
Content-Transfer-Encoding: 8bit

{returned}
--=_b--
"""

QMAIL = """\
Return-Path: <>
From: MAILER-DAEMON@qmail.example.com
To: hello@aurora.example.com
Date: 2 Mar 2026 09:05:00 -0000
Subject: failure notice
Message-ID: <qmail-1@qmail.example.com>

Hi. This is the qmail-send program at qmail.example.com.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<{to}>:
Sorry, no mailbox here by that name. (#5.1.1)

--- Below this line is a copy of the message.

{returned}
"""

FEEDBACK = """\
Return-Path: <fbl@provider.example>
From: feedback loop <fbl@provider.example>
To: abuse@aurora.example.com
Date: Mon, 2 Mar 2026 09:05:00 +0000
Subject: FW: One question
Message-ID: <fbl-1@provider.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="F"

--F
Content-Type: text/plain

This is an email abuse report.
--F
Content-Type: message/feedback-report

Feedback-Type: abuse
User-Agent: Loop/1.0
Version: 1
{original}
--F
Content-Type: message/rfc822

{returned}
--F--
"""


def about(sample: str, message: Message, *, to: str = "", returned: str = RETURNED, original: str = "") -> bytes:
    """The sample, speaking of `message`. `to` is whom it names, where that is not whom we wrote to."""
    assert message.contact
    own = {"number": mail.message_number(message.token), "token": tokens.encode(message.token)}
    came_back = returned.format(to=message.contact.email, **own)
    to = to or message.contact.email
    text = sample.format(returned=came_back, to=to, xtext=to.replace("@", "+40"), original=original)
    return text.encode()
