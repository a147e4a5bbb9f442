"""A proxy before a queue server that loses calls: half of them before they are forwarded, half of them afterwards."""

import asyncio
import collections
import json
import random
import socket
import struct
import threading

BODY_LIMIT = 4 << 20
HEAD_LIMIT = 64 << 10
# What a lost call is answered with; None breaks the connection off.
FAULTS = {
    "500": (500, "com.amazonaws.sqs#InternalFailure", "InternalFailure;Receiver"),
    "503": (503, "com.amazonaws.sqs#ServiceUnavailable", "ServiceUnavailable;Receiver"),
    "throttled": (400, "com.amazonaws.sqs#RequestThrottled", "RequestThrottled;Sender"),
    "reset": None,
}


class FaultProxy:
    """Listens on a free loopback port from `start` on; counts the calls, and the faults by kind and time.

    `delivered` is set whenever messages have gone through to the client.
    """

    def __init__(self, host: str, port: int, fraction: float, seed: int) -> None:
        self.calls = 0
        self.faults: collections.Counter[str] = collections.Counter()
        self.delivered = threading.Event()
        self.port = 0
        self._upstream = (host, port)
        self._fraction = fraction
        self._random = random.Random(seed)
        self._loop = asyncio.new_event_loop()

    def start(self) -> None:
        """Serves from a thread of its own."""
        server = asyncio.run_coroutine_threadsafe(
            asyncio.start_server(self._serve, "127.0.0.1", 0, limit=HEAD_LIMIT), self._loop
        )
        threading.Thread(target=self._loop.run_forever, daemon=True).start()
        self.port = server.result(10).sockets[0].getsockname()[1]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection of a client; it has one of its own to the server."""
        # Where it is broken off, the client sees a reset and no proper end.
        linger = struct.pack("ii", 1, 0)
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        upstream = None
        try:
            while (request := await message(reader)) is not None:
                # The server ends a connection that nothing has come by for a while.
                if upstream is None or upstream[0].at_eof():
                    upstream = await asyncio.open_connection(*self._upstream, limit=HEAD_LIMIT)
                await self._answer(request, upstream, writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, Broken):
            pass  # a client was killed, or its connection is broken off
        finally:
            for side in filter(None, [writer, upstream and upstream[1]]):
                side.transport.abort()

    async def _answer(self, request: bytes, upstream: tuple, writer: asyncio.StreamWriter) -> None:
        self.calls += 1
        fault = self._fault()
        answer = None
        if fault is None or fault[1] == "after":
            upstream[1].write(request)
            await upstream[1].drain()
            answer = await message(upstream[0])
            if answer is None:
                raise Broken
        if fault is not None:
            self.faults[" ".join(fault)] += 1
            answer = refusal(fault[0])
        writer.write(answer)
        await writer.drain()
        if b'"ReceiptHandle"' in answer:
            self.delivered.set()

    def _fault(self) -> tuple[str, str] | None:
        if self._random.random() >= self._fraction:
            return None
        return self._random.choice(list(FAULTS)), self._random.choice(["before", "after"])


class Broken(Exception):
    """A connection that is to be broken off."""


async def message(reader: asyncio.StreamReader) -> bytes | None:
    """A request or an answer with its body; None at the connection's end."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError as end:
        if end.partial:
            raise
        return None
    fields = {}
    for line in head.split(b"\r\n")[1:-2]:
        name, value = line.split(b":", 1)
        fields[name.strip().lower()] = value.strip()
    if fields.get(b"transfer-encoding", b"").lower() == b"chunked":
        return head + await chunks(reader)
    count = int(fields.get(b"content-length", b"0"))
    if count > BODY_LIMIT:
        raise Broken
    return head + await reader.readexactly(count)


async def chunks(reader: asyncio.StreamReader) -> bytes:
    """A body in chunks, as it stands."""
    body = b""
    while True:
        line = await reader.readuntil(b"\r\n")
        count = int(line.split(b";")[0], 16)
        if len(body) + count > BODY_LIMIT:
            raise Broken
        body += line + await reader.readexactly(count + 2)
        if count == 0:
            return body


def refusal(kind: str) -> bytes:
    """The answer of a service that did not, or says that it did not, do what it was asked."""
    fault = FAULTS[kind]
    if fault is None:
        raise Broken
    status, code, header = fault
    body = json.dumps({"__type": code, "message": "a fault on purpose"}).encode()
    head = f"HTTP/1.1 {status} Fault\r\nContent-Type: application/x-amz-json-1.0\r\nContent-Length: {len(body)}\r\n"
    return f"{head}x-amzn-query-error: {header}\r\n\r\n".encode() + body
