"""An HTTPS server on this machine that answers as a script says, and a kubeconfig for it."""

import base64
import contextlib
import datetime
import ipaddress
import json
import ssl
import sys
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

Answer = tuple[int, dict[str, Any]]
ALLOWED: Answer = (201, {"status": {"allowed": True}})
DENIED: Answer = (201, {"status": {"allowed": False}})


def authority() -> tuple[str, str]:
    """Return a certificate for 127.0.0.1, signed by itself and with as few extensions as EKS's, and its key, in PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "kubernetes")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(hours=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.IPv4Address("127.0.0.1"))]), False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return certificate.public_bytes(serialization.Encoding.PEM).decode(), private.decode()


@dataclass(slots=True)
class Script:
    """What the server answers, one after the other, the last one for ever; and what it was asked."""

    answers: list[Answer]
    requests: list[tuple[str, str, str, Any]] = field(default_factory=list)
    url: str = ""
    certificate: str = ""


@contextlib.contextmanager
def serving(*answers: Answer) -> Iterator[Script]:
    """Serve on 127.0.0.1 until the end of the block."""
    script = Script(list(answers))

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            script.requests.append((self.command, self.path, self.headers["Authorization"], body))
            status, content = script.answers.pop(0) if len(script.answers) > 1 else script.answers[0]
            text = json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (the library's own parameter)
            """Say nothing."""

    script.certificate, key = authority()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.TemporaryDirectory() as folder:
        both = Path(folder, "both.pem")
        both.write_text(script.certificate + key)
        context.load_cert_chain(both)
    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        script.url = f"https://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield script
        finally:
            server.shutdown()
            thread.join()


def kubeconfig_for(url: str, certificate: str, *command: str) -> str:
    """Return a kubeconfig whose token a command prints: by default the token `abc`."""
    told = json.dumps({"status": {"token": "abc"}})
    program, *arguments = command or (sys.executable, "-c", f"print({told!r})")
    cluster = {"server": url, "certificate-authority-data": base64.b64encode(certificate.encode()).decode()}
    users = [{"user": {"exec": {"command": program, "args": arguments}}}]
    return json.dumps({"clusters": [{"cluster": cluster}], "users": users})
