"""A web server on a real socket of 127.0.0.1 that says what a test wants, word for word, and at the pace it wants."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType

PATIENCE = 20.0


@dataclass
class Reply:
    """An answer; a body of several pieces is sent one by one, with a pause after each."""

    body: bytes | Iterable[bytes] = b""
    status: str = "200 OK"
    headers: dict[str, str] = field(default_factory=dict)
    pause: float = 0.0

    def pieces(self) -> Iterator[bytes]:
        given = {"Content-Type": "text/html; charset=utf-8", "Connection": "close"} | self.headers
        lines = [f"HTTP/1.1 {self.status}", *(f"{name}: {value}" for name, value in given.items())]
        yield ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")
        if isinstance(self.body, bytes):
            yield self.body
        else:
            yield from self.body


def page(*links: str) -> Reply:
    return Reply("".join(f'<p>Said of us: <a href="{link}">them</a></p>' for link in links).encode())


def elsewhere(address: str, status: str = "302 Found") -> Reply:
    return Reply(status=status, headers={"Location": address})


class WebServer:
    """It answers with `replies` by path, or 404, and keeps what it was asked: the request line and the headers."""

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        self.replies: dict[str, Reply | Callable[[], Reply]] = {}
        self.asked: list[str] = []
        self._context = context
        self._stopped = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._threads = [threading.Thread(target=self._accept)]

    @property
    def port(self) -> int:
        return int(self._listener.getsockname()[1])

    @property
    def paths(self) -> list[str]:
        return [request.split(" ")[1] for request in self.asked]

    def address(self, path: str = "/") -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def __enter__(self) -> WebServer:
        self._threads[0].start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopped.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join(PATIENCE)

    def _accept(self) -> None:
        while not self._stopped.is_set():
            try:
                client, _address = self._listener.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._serve, args=[client])
            self._threads.append(thread)
            thread.start()

    def _serve(self, client: socket.socket) -> None:
        client.settimeout(PATIENCE)
        with suppress(OSError), client:
            spoken = self._context.wrap_socket(client, server_side=True) if self._context else client
            with spoken:
                self._answer(spoken)

    def _answer(self, client: socket.socket) -> None:
        request = b""
        while b"\r\n\r\n" not in request:
            piece = client.recv(65_536)
            if not piece:
                return
            request += piece
        self.asked.append(request.decode())
        found = self.replies.get(self.paths[-1], Reply(b"not here", "404 Not Found"))
        reply = found() if callable(found) else found
        for piece in reply.pieces():
            client.sendall(piece)
            if reply.pause and self._stopped.wait(reply.pause):
                return
