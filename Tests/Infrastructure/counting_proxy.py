"""A proxy before a server that counts what goes through it: calls by operation, their time, and bytes each way."""

import asyncio
import collections
import socket
import threading
import time
import urllib.parse
from dataclasses import dataclass, replace

HEAD_LIMIT = 64 << 10
CHUNK = 64 << 10


@dataclass
class Counts:
    """Of one operation."""

    calls: int = 0
    # Receives that brought nothing; only known of SQS.
    empty: int = 0
    seconds: float = 0.0
    sent: int = 0
    received: int = 0


@dataclass
class Call:
    """One request, until the next one on its connection or the connection's end."""

    operation: str
    began: float
    last: float
    sent: int = 0
    received: int = 0
    tail: bytes = b""
    has_message: bool = False


@dataclass(eq=False)
class Connection:
    call: Call | None = None


class CountingProxy:
    """Listens on a free loopback port from `start` on."""

    def __init__(self, host: str, port: int) -> None:
        self.port = 0
        self._upstream = (host, port)
        self._counts: dict[str, Counts] = collections.defaultdict(Counts)
        self._connections: set[Connection] = set()
        self._lock = threading.Lock()
        self._loop = asyncio.new_event_loop()

    def start(self) -> None:
        """Serves from a thread of its own."""
        threading.Thread(target=self._loop.run_forever, daemon=True).start()
        server = asyncio.run_coroutine_threadsafe(
            asyncio.start_server(self._serve, "127.0.0.1", 0, limit=HEAD_LIMIT), self._loop
        )
        self.port = server.result(10).sockets[0].getsockname()[1]

    def counts(self) -> dict[str, Counts]:
        """What has been answered so far."""
        with self._lock:
            counts = collections.defaultdict(Counts, {name: replace(known) for name, known in self._counts.items()})
            for connection in self._connections:
                if (call := connection.call) is not None and call.received > 0:
                    add(call, counts)
        return counts

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        upstream = None
        back = None
        connection = Connection()
        with self._lock:
            self._connections.add(connection)
        try:
            while (head := await request_head(reader)) is not None:
                if upstream is None:
                    upstream = await asyncio.open_connection(*self._upstream)
                    back = asyncio.create_task(self._relay(upstream[0], writer, connection))
                self._end(connection)
                now = time.monotonic()
                call = Call(operation(head), now, now)
                with self._lock:
                    connection.call = call
                await self._forward(head, reader, upstream[1], call)
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass  # a client was stopped, or the server has ended an idle connection
        finally:
            self._end(connection)
            with self._lock:
                self._connections.discard(connection)
            if back is not None:
                back.cancel()
            for side in filter(None, [writer, upstream and upstream[1]]):
                side.transport.abort()

    async def _forward(self, head: bytes, reader: asyncio.StreamReader, to: asyncio.StreamWriter, call: Call) -> None:
        """A request's head and body."""
        to.write(head)
        fields = headers(head)
        if fields.get("transfer-encoding", "").lower() == "chunked":
            raise OSError("a request in chunks is not counted")
        left = int(fields.get("content-length", "0"))
        call.sent += left
        while left > 0:
            block = await reader.read(min(CHUNK, left))
            if not block:
                raise asyncio.IncompleteReadError(b"", left)
            left -= len(block)
            to.write(block)
            await to.drain()
        await to.drain()

    async def _relay(self, reader: asyncio.StreamReader, to: asyncio.StreamWriter, connection: Connection) -> None:
        """Answers, as they stand."""
        while block := await reader.read(CHUNK):
            if (call := connection.call) is not None:
                call.last = time.monotonic()
                call.received += len(block)
                # The word may be cut by two blocks.
                call.has_message = call.has_message or b'"ReceiptHandle"' in call.tail + block
                call.tail = block[-32:]
            to.write(block)
            await to.drain()
        to.close()

    def _end(self, connection: Connection) -> None:
        with self._lock:
            call, connection.call = connection.call, None
            if call is not None:
                add(call, self._counts)


def add(call: Call, counts: dict[str, Counts]) -> None:
    known = counts[call.operation]
    known.calls += 1
    known.seconds += call.last - call.began
    known.sent += call.sent
    known.received += call.received
    known.empty += call.operation == "ReceiveMessage" and not call.has_message


async def request_head(reader: asyncio.StreamReader) -> bytes | None:
    """Up to and with the empty line; None at the connection's end."""
    try:
        return await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError as end:
        if end.partial:
            raise
        return None


def headers(head: bytes) -> dict[str, str]:
    lines = head.decode("latin-1").split("\r\n")[1:]
    pairs = (line.split(":", 1) for line in lines if ":" in line)
    return {name.strip().lower(): value.strip() for name, value in pairs}


def operation(head: bytes) -> str:
    """SQS by its target, S3 by method, anything else by method and path."""
    method, target, _ = head.split(b"\r\n", 1)[0].decode("latin-1").split(" ", 2)
    fields = headers(head)
    if name := fields.get("x-amz-target"):
        return name.rsplit(".", 1)[-1]
    if "x-amz-date" in fields or "x-amz-content-sha256" in fields:
        query = urllib.parse.urlsplit(target).query
        return "LIST" if method == "GET" and "list-type" in query else method
    return f"{method} {urllib.parse.urlsplit(target).path}"
