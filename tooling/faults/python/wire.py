"""Raw stream sockets: where they are, and how to get one connected."""

import socket
import sys


def parse(target):
    """tcp:HOST:PORT, unix:/path or unix:@name, as a family and an address."""
    scheme, _, place = target.partition(":")
    if scheme == "unix":
        return socket.AF_UNIX, "\0" + place[1:] if place.startswith("@") else place
    host, _, port = place.rpartition(":")
    host = host.strip("[]")
    return (socket.AF_INET6 if ":" in host else socket.AF_INET), (host, int(port))


def listen(target, backlog=512):
    """Listens, and says where on standard output."""
    family, address = parse(target)
    server = socket.socket(family, socket.SOCK_STREAM)
    server.bind(address)
    server.listen(backlog)
    name = server.getsockname()
    print(target if family == socket.AF_UNIX else name[1], flush=True)
    return server


def dial(target):
    family, address = parse(target)
    client = socket.socket(family, socket.SOCK_STREAM)
    client.connect(address)
    return client


def one(role, target):
    """One connection: dialled, or the first that comes."""
    if role == "dial":
        return dial(target)
    with listen(target) as server:
        return server.accept()[0]


def wait_for_line():
    return sys.stdin.readline().strip()
