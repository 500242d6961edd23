"""Connections to a mail server that send side by side, each in a thread, while the outbox talks to the database.

No thread here touches the database. What became of each mail is noted in its window, which belongs to one thread until
that is done with it.
"""

from __future__ import annotations

import atexit
import smtplib
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass, field
from email.utils import parseaddr

from anymail.backends.base import AnymailBaseBackend
from django.conf import settings
from django.core import mail as django_mail
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.message import sanitize_address

from surveys import smtp, verdicts
from surveys.models import Message
from surveys.pipeline import Parcel, Pipeline
from surveys.verdicts import Meaning, Verdict

MOST = 4  # more gain nothing (performance.md): the waiting is for one server
A_LINE = 60  # so many messages are worth a connection
WINDOW_SECONDS = 20.0  # a slow server: with one EMAIL_TIMEOUT on top a window still ends well within its lease
IDLE_SECONDS = 0.5
DOUBTS = 3  # so many more refused by a rule than taken: it is about us, and the server is asked no further

Mail = EmailMultiAlternatives | Parcel


@dataclass
class Window:
    """A handful of rendered mails that leave together, and what became of each."""

    claim_id: uuid.UUID
    mails: dict[int, tuple[Message, Mail]]
    sent: list[int] = field(default_factory=list)
    failed: dict[int, Verdict] = field(default_factory=dict)
    provider_ids: dict[int, str] = field(default_factory=dict)

    @property
    def untried(self) -> list[int]:
        done = {*self.sent, *self.failed}
        return [pk for pk in self.mails if pk not in done]

    @property
    def is_clean(self) -> bool:
        return len(self.sent) == len(self.mails) and not self.provider_ids

    @property
    def doubtful(self) -> dict[int, Verdict]:
        return {pk: verdict for pk, verdict in self.failed.items() if verdict.meaning is Meaning.DOUBTFUL}

    @property
    def is_broken_off(self) -> bool:
        if not self.failed:
            return False
        if len(self.doubtful) >= len(self.sent) + DOUBTS:
            return True
        return any(verdict.ends_connection or verdict.meaning is Meaning.SENDER for verdict in self.failed.values())

    def note(self, key: int, error: Exception | None) -> None:
        if error is None:
            self.sent.append(key)
        else:
            self.failed[key] = verdicts.of(error)


class Line:
    """One connection, opened when it is first needed and kept."""

    def __init__(self, backend: BaseEmailBackend) -> None:
        self.backend = backend
        self.pipeline: Pipeline | None = None
        self.used_at = 0.0

    def send(self, window: Window) -> None:
        """Hand over the mails of the window until one ends the connection, the server refuses us, or time is up."""
        until = time.monotonic() + WINDOW_SECONDS
        if isinstance(self.backend, smtp.EmailBackend):
            self._by_pipeline(self.backend, window, until)
        else:
            self._one_by_one(window, until)
        self.used_at = time.monotonic()

    def _one_by_one(self, window: Window, until: float) -> None:
        for pk, (_message, mail) in window.mails.items():
            if time.monotonic() > until or window.is_broken_off:
                return
            try:
                self.backend.open()  # nothing to do but for the first mail
                self.backend.send_messages([mail])  # type: ignore[list-item]
            except Exception as error:  # the edge of a batch: the verdict says whom it stops
                window.note(pk, error)
            else:
                window.note(pk, None)
                if provider_id := getattr(getattr(mail, "anymail_status", None), "message_id", None):
                    window.provider_ids[pk] = str(provider_id)

    def _by_pipeline(self, backend: smtp.EmailBackend, window: Window, until: float) -> None:
        while left := window.untried:
            if time.monotonic() > until or window.is_broken_off:
                return
            try:
                pipeline, is_new = self._connect(backend)
                parcels = [self._parcel(pk, window.mails[pk][1], pipeline) for pk in left]
            except Exception as error:  # no server, or it does not let us in: nothing was said of any mail
                window.note(left[0], error)
                return
            self._send(pipeline, parcels, window, until, is_new=is_new)

    def _send(self, pipeline: Pipeline, parcels: list[Parcel], window: Window, until: float, *, is_new: bool) -> None:
        """Ends when all are sent or when the connection is over, and a new one has to take the rest."""
        before = len(window.sent)

        def is_over() -> bool:
            return time.monotonic() > until or window.is_broken_off

        for key, error in pipeline.send(parcels, is_over=is_over):
            was_well = not is_new or len(window.sent) > before
            if type(error) is smtplib.SMTPServerDisconnected and was_well:
                break  # it hung up between two mails, as servers do after many or a while: a new connection goes on
            window.note(key, error)
        if pipeline.is_closed:
            self._forget()

    def _connect(self, backend: smtp.EmailBackend) -> tuple[Pipeline, bool]:
        has_rested = time.monotonic() > self.used_at + IDLE_SECONDS
        if self.pipeline is not None and has_rested and not self.pipeline.is_alive():
            self._forget()
        if self.pipeline is not None:
            return self.pipeline, False
        backend.open()
        if backend.connection is None:
            raise smtplib.SMTPServerDisconnected("there is no connection")
        self.pipeline = Pipeline(backend.connection)
        return self.pipeline, True

    def _parcel(self, pk: int, mail: Mail, pipeline: Pipeline) -> Parcel:
        if isinstance(mail, EmailMultiAlternatives):
            mail = parcel_of(pk, mail)
        return mail if pipeline.can_take(mail.raw) else mail._replace(raw=smtp.seven_bit(mail.raw), is_dotless=False)

    def _forget(self) -> None:
        self.pipeline = None
        if isinstance(self.backend, smtp.EmailBackend) and self.backend.connection is not None:
            self.backend.connection.close()
            self.backend.connection = None

    def close(self) -> None:
        self.pipeline = None
        with suppress(OSError):  # a goodbye that nobody hears
            self.backend.close()


def parcel_of(pk: int, mail: EmailMultiAlternatives) -> Parcel:
    """A rendered mail as it leaves, and its envelope."""
    (recipient,) = mail.recipients()
    sender, recipient = (parseaddr(sanitize_address(address, "utf-8"))[1] for address in (mail.from_email, recipient))
    raw: bytes = mail.message().as_bytes(linesep="\r\n")  # type: ignore[call-arg]
    return Parcel(pk, sender, recipient, b"\r\n".join(raw.splitlines()) + b"\r\n")


class Crew:
    """The lines of one batch. Where the backend is no server but our own database or memory, there is one, and it
    works at once in the thread of the outbox."""

    def __init__(self, lines: list[Line]) -> None:
        self.lines = lines
        self.is_apart = isinstance(lines[0].backend, smtp.EmailBackend | AnymailBaseBackend)
        self.takes_raw = isinstance(lines[0].backend, smtp.EmailBackend)
        self._idle = list(lines)
        self._busy: dict[Future[None], tuple[Line, Window]] = {}

    @property
    def room(self) -> int:
        """How many lines have nothing to do."""
        return len(self._idle)

    @property
    def is_busy(self) -> bool:
        return bool(self._busy)

    def hand_over(self, window: Window) -> None:
        if not window.mails:
            return
        line = self._idle.pop()
        if self.is_apart:
            future = _threads().submit(line.send, window)
        else:
            future = Future()
            line.send(window)
            future.set_result(None)
        self._busy[future] = line, window

    def finished(self) -> Iterator[Window]:
        """Wait for one window or more to be over. Raises what a line raised, which is a bug and no server's doing."""
        done, _rest = wait(self._busy, return_when=FIRST_COMPLETED)
        for future in done:
            line, window = self._busy.pop(future)
            self._idle.append(line)
            future.result()
            yield window

    def close(self) -> None:
        for line in self.lines:
            line.close()


_executor: list[ThreadPoolExecutor] = []
_kept: dict[tuple[object, ...], Crew] = {}


def _threads() -> ThreadPoolExecutor:
    # Made where it is used: a worker that was forked before has no threads.
    if not _executor:
        _executor.append(ThreadPoolExecutor(MOST, thread_name_prefix="line"))
    return _executor[0]


def crew(messages: int) -> Crew:
    """The lines for so many messages: those that were kept, or new ones."""
    size = max(1, min(MOST, -(-messages // A_LINE)))
    kept = _kept.pop(_server(), None)
    hang_up()
    first = kept or Crew([Line(django_mail.get_connection())])
    more = size - len(first.lines) if first.is_apart else 0
    return Crew([*first.lines, *[Line(django_mail.get_connection()) for _ in range(more)]])


def keep(crew: Crew) -> None:
    """More mail waits: the connections stay open for the next batch."""
    if crew.is_apart:
        _kept[_server()] = crew
    else:
        crew.close()


def hang_up() -> None:
    """Close what was kept."""
    while _kept:
        _kept.popitem()[1].close()


def _server() -> tuple[object, ...]:
    names = ("BACKEND", "HOST", "PORT", "HOST_USER", "HOST_PASSWORD", "USE_TLS", "USE_SSL", "TIMEOUT")
    return tuple(getattr(settings, f"EMAIL_{name}") for name in names)


atexit.register(hang_up)
