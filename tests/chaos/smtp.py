"""An SMTP server in a process of its own that is moody by a seed, and writes down what it did before it says so.

    python -m tests.chaos.smtp SEED JOURNAL PORT_FILE

What it does to a mail depends on the seed, the recipient, and how often it has heard of that recipient: not on who else
is there at the time. Each line of JOURNAL is `time<TAB>event<TAB>connection<TAB>detail<TAB>recipient`. An event
`accepted` is on the disk before any answer leaves; its detail is the Message-ID.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections import Counter
from contextlib import suppress
from email.parser import BytesHeaderParser
from itertools import count
from pathlib import Path
from random import Random

OK = "ok"
# What becomes of a mail, and of how many in a thousand. Permanent refusals stay rare: they are the recipients' fault.
MOODS = {
    "mail 451": 4,
    "rcpt 450": 14,
    "rcpt 421, drop": 3,
    "rcpt 550": 5,
    "data 451": 4,
    "data drop": 3,
    "body drop": 4,
    "dot 451": 6,
    "dot 554": 3,
    "accept, drop": 5,
    "sent, drop": 4,
}
BANNER_421 = 0.02
LONGEST_MOMENT = 0.06  # a server that takes a moment, so that a killed worker is often in the middle of something
REPLIES = {
    "mail 451": b"451 4.3.0 try later",
    "rcpt 450": b"450 4.2.0 greylisted",
    "rcpt 421, drop": b"421 4.3.2 shutting down",
    "rcpt 550": b"550 5.1.1 no such user",
    "data 451": b"451 4.3.2 not now",
    "dot 451": b"451 4.3.0 try later",
    "dot 554": b"554 5.6.0 we do not like it",
}
REFUSED, TEMPORARY, DROPPED = "refused", "temporary", "dropped"


class Gone(Exception):
    """This connection is over. Says why, where it was our doing."""


class Server:
    def __init__(self, seed: int, journal: Path) -> None:
        self.seed = seed
        self.file = os.open(journal, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        self.numbers = count(1)
        self.heard: Counter[str] = Counter()

    def note(self, event: str, connection: int, detail: str = "", recipient: str = "") -> None:
        os.write(self.file, f"{time.time():.6f}\t{event}\t{connection}\t{detail}\t{recipient}\n".encode())

    def keep(self) -> None:
        os.fsync(self.file)

    def mood(self, recipient: str) -> tuple[str, Random]:
        self.heard[recipient] += 1
        chance = Random(f"{self.seed} {recipient} {self.heard[recipient]}")
        drawn = chance.randrange(1_000)
        for mood, share in MOODS.items():
            if drawn < share:
                return mood, chance
            drawn -= share
        return OK, chance

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        number = next(self.numbers)
        self.note("open", number)
        ending = "cut"
        try:
            await Session(self, number, reader, writer).run()
        except Gone as gone:
            ending = str(gone)
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            self.note(ending, number)
            with suppress(OSError):
                writer.close()
                await writer.wait_closed()


class Session:
    def __init__(self, server: Server, number: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.server, self.number, self.reader, self.writer = server, number, reader, writer
        self.sender_given = False
        self.recipient = ""
        self.mood = OK
        self.chance = Random(f"{server.seed} {number}")

    async def run(self) -> None:
        if self.chance.random() < BANNER_421:
            await self.say(b"421 4.3.2 too busy")
            raise Gone(DROPPED)
        await self.say(b"220 chaos.test ready")
        while line := await self.reader.readline():
            words = line.decode("ascii", "replace").strip()
            match words.split(" ", 1)[0].split(":", 1)[0].upper():
                case "EHLO":
                    await self.say(b"250-chaos.test\r\n250-PIPELINING\r\n250 8BITMIME")
                case "MAIL":
                    self.sender_given, self.recipient, self.mood = True, "", OK
                    await self.say(b"250 go on")
                case "RCPT":
                    await self.on_rcpt(words.partition("<")[2].partition(">")[0])
                case "DATA":
                    await self.on_data()
                case "RSET":
                    self.sender_given, self.recipient = False, ""
                    await self.say(b"250 forgotten")
                case "NOOP":
                    await self.say(b"250 here")
                case "QUIT":
                    with suppress(OSError):
                        await self.say(b"221 bye")
                    raise Gone("quit")
                case _:
                    await self.say(b"502 5.5.1 unknown command")

    async def say(self, words: bytes) -> None:
        self.writer.write(words + b"\r\n")
        await self.writer.drain()

    async def refuse(self, recipient: str) -> None:
        reply = REPLIES[self.mood]
        self.server.note(REFUSED if reply.startswith(b"5") else TEMPORARY, self.number, self.mood, recipient)
        await self.say(reply)
        if self.mood.endswith("drop"):
            raise Gone(DROPPED)

    async def on_rcpt(self, recipient: str) -> None:
        if not self.sender_given:
            await self.say(b"503 5.5.1 MAIL first")
            return
        self.mood, self.chance = self.server.mood(recipient)
        if self.mood.startswith(("mail", "rcpt")):
            await self.refuse(recipient)
        else:
            self.recipient = recipient
            await self.say(b"250 go on")

    async def on_data(self) -> None:
        if not self.recipient:
            await self.say(b"503 5.5.1 RCPT first")
            return
        if self.mood == "data 451":
            await self.refuse(self.recipient)
            return
        if self.mood == "data drop":
            raise Gone(DROPPED)
        await self.say(b"354 go on")
        if self.mood == "body drop":
            await self.reader.read(1_000)
            raise Gone(DROPPED)
        await self.take(await self.read_message())

    async def read_message(self) -> bytes:
        lines = []
        while (line := await self.reader.readline()) != b".\r\n":
            if not line.endswith(b"\n"):
                raise Gone("cut")
            lines.append(line)
        return b"".join(lines)

    async def take(self, raw: bytes) -> None:
        await asyncio.sleep(self.chance.random() * LONGEST_MOMENT)
        recipient, self.recipient, self.sender_given = self.recipient, "", False
        if self.mood in ("dot 451", "dot 554"):
            await self.refuse(recipient)
            return
        message_id = str(BytesHeaderParser().parsebytes(raw)["Message-ID"])
        self.server.note("accepted", self.number, message_id, recipient)
        self.server.keep()
        if self.mood == "accept, drop":
            raise Gone(DROPPED)
        await self.say(b"250 taken")
        if self.mood == "sent, drop":
            raise Gone(DROPPED)


async def main(seed: str, journal: str, port_file: str) -> None:
    server = await asyncio.start_server(Server(int(seed), Path(journal)).serve, "127.0.0.1", 0)
    draft = Path(port_file).with_suffix(".draft")
    draft.write_text(str(server.sockets[0].getsockname()[1]))
    draft.rename(port_file)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
