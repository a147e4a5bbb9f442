"""An object store of one folder: ranged GET and HEAD as S3 answers them, every request and every byte counted."""

import http.server
import os
import pathlib
import re
import threading


class ObjectServer(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, folder: pathlib.Path) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.folder = folder
        self.lock = threading.Lock()
        self.reset()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def reset(self) -> None:
        with self.lock:
            self.requests, self.sent_bytes, self.log = 0, 0, []

    def count(self, request: str) -> None:
        with self.lock:
            self.requests += 1
            self.log.append(request)

    def count_bytes(self, count: int) -> None:
        with self.lock:
            self.sent_bytes += count

    def handle_error(self, request: object, client_address: object) -> None:
        pass  # whoever has read enough hangs up


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: ObjectServer

    def do_HEAD(self) -> None:
        self.answer(with_body=False)

    def do_GET(self) -> None:
        self.answer(with_body=True)

    def answer(self, with_body: bool) -> None:
        asked = self.headers.get("Range", "")
        self.server.count(f"{self.command} {self.path} {asked}")
        path = self.server.folder / self.path.split("?")[0].lstrip("/").split("/", 1)[-1]
        if not path.is_file():
            self.send_response(404)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        size = path.stat().st_size
        start, end = 0, size
        found = re.fullmatch(r"bytes=(\d+)-(\d*)", asked)
        if found:
            start, end = int(found[1]), min(int(found[2]) + 1 if found[2] else size, size)
        self.send_response(206 if found else 200)
        self.send_header("ETag", f'"{path.name}-{size}"')
        self.send_header("Accept-Ranges", "bytes")
        self.send_header("Content-Type", "application/octet-stream")
        self.send_header("Content-Length", str(end - start))
        if found:
            self.send_header("Content-Range", f"bytes {start}-{end - 1}/{size}")
        self.end_headers()
        if with_body:
            self.send_file(path, start, end)

    def send_file(self, path: pathlib.Path, start: int, end: int) -> None:
        """What the reader took before it hung up counts; what lay in buffers of the system counts, too."""
        self.wfile.flush()
        with open(path, "rb") as file:
            while start < end:
                sent = os.sendfile(self.connection.fileno(), file.fileno(), start, min(end - start, 64 << 10))
                if sent == 0:
                    return
                self.server.count_bytes(sent)
                start += sent

    def log_message(self, *_: object) -> None:
        pass
