# SPDX-License-Identifier: Apache-2.0
"""HTTPS servers on loopback for tests, with certificates of their own.

A test's server imports this, derives a handler from Handler, and calls

    peer = Peer(DIR, MyHandler)      # writes ca.pem and its kin into DIR
    peer.run()                       # until standard input ends

run() prints one line a port, "NAME NUMBER", then "ready". The servers:

    good        a certificate for 127.0.0.1, signed by the CA of ca.pem
    mutual      the same; asks for a client certificate of that CA
    wrong-host  a certificate for another host
    expired     one whose time is over
    plain       http without TLS

In DIR: ca.pem; other.pem (a CA that signed nothing); client.pem and client.key;
stranger.pem and stranger.key (a client certificate of the other CA); locked.key
(client.key, encrypted); requests, one line "SERVER METHOD PATH" for each.
"""
import datetime
import http.server
import ipaddress
import pathlib
import ssl
import sys
import threading

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

NAME = x509.oid.NameOID.COMMON_NAME
DAY = datetime.timedelta(days=1)
PEM = serialization.Encoding.PEM
PKCS8 = serialization.PrivateFormat.PKCS8


def name(text):
    return x509.Name([x509.NameAttribute(NAME, text)])


class Authority:
    """A CA, and the certificates that it signs."""

    def __init__(self, text):
        self.name = name(text)
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.cert = self._sign(self.name, self.key.public_key(), [(
            x509.BasicConstraints(ca=True, path_length=0), True), (
            x509.SubjectKeyIdentifier.from_public_key(self.key.public_key()),
            False)], -1, 3650)

    def _sign(self, subject, public, extensions, first, last):
        now = datetime.datetime.now(datetime.timezone.utc)
        builder = x509.CertificateBuilder(
            issuer_name=self.name, subject_name=subject, public_key=public,
            serial_number=x509.random_serial_number(),
            not_valid_before=now + first * DAY, not_valid_after=now + last * DAY)
        for value, critical in extensions:
            builder = builder.add_extension(value, critical)
        return builder.sign(self.key, hashes.SHA256())

    def pem(self):
        return self.cert.public_bytes(PEM)

    def issue(self, text, address=None, host=None, first=-1, last=3650):
        """(certificate, key), both PEM."""
        key = ec.generate_private_key(ec.SECP256R1())
        names = [x509.IPAddress(ipaddress.ip_address(address))] if address \
            else [x509.DNSName(host or text)]
        cert = self._sign(name(text), key.public_key(), [
            (x509.SubjectAlternativeName(names), False),
            (x509.AuthorityKeyIdentifier.from_issuer_public_key(
                self.key.public_key()), False)], first, last)
        return cert.public_bytes(PEM), key


def plain_pem(key):
    return key.private_bytes(PEM, PKCS8, serialization.NoEncryption())


def locked_pem(key):
    return key.private_bytes(
        PEM, PKCS8, serialization.BestAvailableEncryption(b"password"))


class Handler(http.server.BaseHTTPRequestHandler):
    """Says 404 to all; derive, and override answer(method, path, body)."""
    protocol_version = "HTTP/1.1"

    def answer(self, method, path, body):
        self.reply(404, b"nothing here\n")

    def reply(self, status, body, kind="application/octet-stream", **headers):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for key, value in headers.items():
            self.send_header(key.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def _any(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        with self.server.lock, open(self.server.log, "a") as log:
            log.write(f"{self.server.name} {self.command} {self.path}\n")
        self.answer(self.command, self.path, body)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _any

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    context = None

    def finish_request(self, request, client_address):
        # In the connection's own thread: a client that is silent, or does not
        # trust us, holds up nobody else.
        try:
            if self.context:
                request = self.context.wrap_socket(request, server_side=True)
            super().finish_request(request, client_address)
        except (ssl.SSLError, OSError):
            pass
        finally:
            request.close()


class Peer:
    def __init__(self, directory, handler):
        self.dir = pathlib.Path(directory)
        self.handler = handler
        self.lock = threading.Lock()
        self.servers = []
        ca, other = Authority("test CA"), Authority("other CA")
        self._write("ca.pem", ca.pem())
        self._write("other.pem", other.pem())
        self._client(ca, "client")
        self._client(other, "stranger")
        self._add("good", *ca.issue("good", address="127.0.0.1"))
        self._add("mutual", *ca.issue("mutual", address="127.0.0.1"), mutual=True)
        self._add("wrong-host", *ca.issue("elsewhere.example"))
        self._add("expired", *ca.issue("late", address="127.0.0.1", first=-9, last=-2))
        self._add("plain")

    def _write(self, file, content):
        (self.dir / file).write_bytes(content)
        return str(self.dir / file)

    def _client(self, authority, text):
        cert, key = authority.issue(text)
        self._write(text + ".pem", cert)
        self._write(text + ".key", plain_pem(key))
        if text == "client":
            self._write("locked.key", locked_pem(key))

    def _add(self, text, cert=None, key=None, mutual=False):
        server = Server(("127.0.0.1", 0), self.handler)
        server.name, server.lock = text, self.lock
        server.log = self.dir / "requests"
        server.dir = self.dir
        server.scratch = {}
        if cert:
            server.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            both = self._write(f"server-{text}.pem", cert + plain_pem(key))
            server.context.load_cert_chain(both)
            if mutual:
                server.context.verify_mode = ssl.CERT_REQUIRED
                server.context.load_verify_locations(self.dir / "ca.pem")
        self.servers.append(server)

    def run(self):
        for server in self.servers:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            print(server.name, server.server_address[1])
        print("ready", flush=True)
        sys.stdin.read()
