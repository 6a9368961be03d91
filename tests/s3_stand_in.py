"""As much of S3 as our photos ask for, in memory, on a port of this machine. Checks no keys."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import unquote

OLD = "2026-01-01T00:00:00.000Z"


@dataclass
class StandIn:
    """Where it listens, what it holds by /bucket/key, and whether it is broken."""

    address: str = ""
    objects: dict[str, bytes] = field(default_factory=dict)
    is_broken: bool = False

    def answer(self, method: str, path: str, body: bytes) -> tuple[int, bytes]:
        """What S3 would say; all that it holds is old."""
        bucket, _, query = path.partition("?")
        if self.is_broken:
            return 500, b""
        if method == "PUT":
            self.objects[path] = body
        elif method == "POST" and query == "delete":
            keys = re.findall(r"<Key>(.*?)</Key>", body.decode())
            for key in keys:
                self.objects.pop(f"{bucket}/{key}", None)
            deleted = "".join(f"<Deleted><Key>{key}</Key></Deleted>" for key in keys)
            return 200, f"<DeleteResult>{deleted}</DeleteResult>".encode()
        elif query.startswith("list-type=2"):
            return 200, self._list(bucket)
        elif path not in self.objects:
            return 404, b""
        return 200, b"" if method == "PUT" else self.objects[path]

    def _list(self, bucket: str) -> bytes:
        found = "".join(
            f"<Contents><Key>{key.removeprefix(bucket + '/')}</Key><LastModified>{OLD}</LastModified>"
            f'<ETag>"x"</ETag><Size>{len(content)}</Size></Contents>'
            for key, content in self.objects.items()
        )
        return f"<ListBucketResult><IsTruncated>false</IsTruncated>{found}</ListBucketResult>".encode()


@contextmanager
def open_stand_in() -> Iterator[StandIn]:
    """Listen until the test is over."""
    stand_in = StandIn()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None:
            """Say nothing."""

        def handle_any(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            status, content = stand_in.answer(self.command, unquote(self.path), body)
            self.send_response(status)
            self.send_header("ETag", '"x"')
            self.send_header("Last-Modified", "Thu, 01 Jan 2026 00:00:00 GMT")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(content)

        do_GET = do_HEAD = do_PUT = do_POST = handle_any

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        stand_in.address = f"http://127.0.0.1:{server.server_address[1]}"
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield stand_in
        server.shutdown()
        thread.join()
