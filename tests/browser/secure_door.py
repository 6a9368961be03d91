"""Knows TLS, with a certificate of its own, in front of a port that speaks plain HTTP; knows nothing of HTTP.

WebKit drops Secure cookies on http://localhost, so it has to come in through here.
"""

import datetime
import socket
import socketserver
import ssl
import threading
from contextlib import suppress
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

AT_ONCE = 65536


def write_certificate(file: Path) -> Path:
    """A key and a certificate for localhost that nobody has signed but itself, in one PEM file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    return file


def pump(source: socket.socket, target: socket.socket) -> None:
    """Carry bytes one way until either side ends, then end the other."""
    with suppress(OSError):
        while received := source.recv(AT_ONCE):
            target.sendall(received)
    for side in (target, source):
        with suppress(OSError):
            side.shutdown(socket.SHUT_RDWR)


class Visitor(socketserver.BaseRequestHandler):
    """One connection from a browser; when nobody answers behind the door it is closed without a word."""

    server: "SecureDoor"

    def handle(self) -> None:
        with (
            suppress(OSError),
            self.server.tls.wrap_socket(self.request, server_side=True) as outside,
            socket.create_connection(("127.0.0.1", self.server.behind), timeout=5) as inside,
        ):
            inside.settimeout(None)
            back = threading.Thread(target=pump, args=(inside, outside), daemon=True)
            back.start()
            pump(outside, inside)
            back.join()


class SecureDoor(socketserver.ThreadingTCPServer):
    """https://localhost:<port>, leading to http://127.0.0.1:<behind>. Use as a context."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def __init__(self, behind: int, certificate: Path) -> None:
        super().__init__(("127.0.0.1", 0), Visitor)
        self.behind = behind
        self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.tls.load_cert_chain(certificate)
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    @property
    def origin(self) -> str:
        return f"https://localhost:{self.server_address[1]}"

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()
