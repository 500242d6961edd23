"""An SMTP server in a process of its own, which writes down each mail it accepts before it says 250.

    python -m tests.flows.journal_smtp JOURNAL PORT_FILE [MAILS]

A line of JOURNAL is `message-id<TAB>recipient`; PORT_FILE names the port of 127.0.0.1 once the server listens. With
MAILS, a directory, the latest mail to each address is kept there as `address.eml`.
"""

from __future__ import annotations

import asyncio
import os
import sys
from email.parser import BytesHeaderParser
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope

SECONDS_A_MAIL = 0.002  # a server that takes a moment, so that a killed worker is often in the middle of something


class Journal:
    def __init__(self, path: Path, mails: Path | None) -> None:
        self.file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        self.mails = mails

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        await asyncio.sleep(SECONDS_A_MAIL)
        content = envelope.original_content or b""
        headers = BytesHeaderParser().parsebytes(content)
        for recipient in envelope.rcpt_tos:
            if self.mails:
                (self.mails / f"{recipient}.eml").write_bytes(content)
            os.write(self.file, f"{headers['Message-ID']}\t{recipient}\n".encode())
        os.fsync(self.file)
        return "250 taken"


async def main(journal: Path, port_file: Path, mails: Path | None = None) -> None:
    handler = Journal(journal, mails)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(handler, hostname="sink.test", loop=loop), "127.0.0.1", 0)
    draft = port_file.with_suffix(".draft")
    draft.write_text(str(server.sockets[0].getsockname()[1]))
    draft.rename(port_file)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(*map(Path, sys.argv[1:])))
