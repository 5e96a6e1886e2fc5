#!/usr/bin/env python3
"""Raw bytes that servers and proxies read differently: each is answered once, by the stated status or by closing, within 3 s; the server lives on."""
import os, re, socket, sys, time
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from kaname import Checks, Kaname

check = Checks()
H = "Host: h\r\n"
REFUSED = {0, 400, 403, 404, 405, 411, 413, 414, 415, 417, 422, 431, 501, 505}  # 0: closed without an answer


def get(headers="", target="/healthz", method="GET", version="HTTP/1.1"):
    return f"{method} {target} {version}\r\n{headers}\r\n"


def post(headers, body=""):
    return get(H + "Content-Type: application/json\r\n" + headers, "/api/login", "POST") + body


GOOD = [("plain", get(H)), ("host with port", get("Host: h:80\r\n")), ("name in lower case", get("host: h\r\n"))]
TE = ["chunked", "Chunked", "identity", "gzip, chunked", "chunked, identity", " chunked", "xchunked", "\tchunked"]
LENGTHS = ["+2", "-2", "0x2", "2,2", "2 2", "2.0", "", "99999999999999999999", "2;", "two", "\u0662"]
HOSTS = ["", "a b", "a,b", "a/b", "a@b", "a\\b", "a?b", "x" * 300]
TARGETS = ["//healthz", "/a/../healthz", "/a\\b", "/healthz#x", "healthz", "/" + "a" * 9000, "/\x7f", "/\u6c34"]
BAD = [("no host", get()), ("two hosts", get(H + H)), ("two different hosts", get(H + "Host: g\r\n")),
       ("blank in a name", get(H + "A B: 1\r\n")), ("blank before the colon", get(H + "A : 1\r\n")), ("no colon", get(H + "abc\r\n")),
       ("control character in a value", get(H + "A: b\x01c\r\n")), ("large head", get(H + "A: " + "b" * 40000 + "\r\n")),
       ("many headers", get(H + "".join(f"A{i}: 1\r\n" for i in range(900)))), ("TRACE", get(H, method="TRACE")),
       ("CONNECT", get(H, "h:80", "CONNECT")), ("unknown method", get(H, method="BREW")), ("method in lower case", get(H, method="get")),
       ("two lengths", post("Content-Length: 2\r\nContent-Length: 3\r\n", "{}")), ("two equal lengths", post("Content-Length: 2\r\nContent-Length: 2\r\n", "{}")),
       ("length and chunked", post("Content-Length: 2\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n")),
       ("upgrade", get(H + "Upgrade: h2c\r\nConnection: Upgrade\r\n")), ("encoded body", post("Content-Encoding: gzip\r\nContent-Length: 2\r\n", "{}")),
       ("two credentials", get(H + "Authorization: Bearer a\r\nAuthorization: Bearer b\r\n")), ("100 MB", post("Content-Length: 104857600\r\n")),
       ("HTTP/9.9", get(H, version="HTTP/9.9")), ("garbage", "\x00\x01\x02\r\n\r\n"), ("TLS hello", "\x16\x03\x01\r\n\r\n")]
BAD += [("encoding " + repr(v), post(f"Transfer-Encoding: {v}\r\n", "2\r\n{}\r\n0\r\n\r\n")) for v in TE]
BAD += [("length " + repr(v), post(f"Content-Length: {v}\r\n", "{}")) for v in LENGTHS]
BAD += [("host " + repr(v[:9]), get(f"Host: {v}\r\n")) for v in HOSTS] + [("target " + repr(v[:12]), get(H, v)) for v in TARGETS]


def ask(port, raw):
    """Every byte that comes back before the server closes or 3 s pass; None for status when nothing came in time."""
    began, got = time.monotonic(), b""
    with socket.create_connection(("127.0.0.1", port), timeout=3) as s:
        try:
            s.sendall(raw.encode())
            while time.monotonic() - began < 3:
                s.settimeout(0.4 if got else 3)
                part = s.recv(65536)
                if not part:
                    break
                got += part
        except socket.timeout:
            if not got:
                return None, 0
        except OSError:
            pass
    lines = re.findall(rb"HTTP/1\.[01] (\d{3})", got)
    return (int(lines[0]) if lines else 0), len(lines)


k = Kaname()
k.start()
for what, raw in GOOD:
    check.that(ask(k.port, raw) == (200, 1), what, ask(k.port, raw))
for what, raw in BAD:
    status, answers = ask(k.port, raw)
    check.that(status in REFUSED and answers <= 1, what, (status, answers))
check.that(ask(k.port, get(H)) == (200, 1), "the server lives on")
k.close()
check.end()
