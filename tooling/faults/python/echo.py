"""Gives back what it gets on one connection, until its end; says that it is up, and how many bytes it saw."""

import os
import socket
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import wire  # noqa: E402

peer = wire.one(sys.argv[1], sys.argv[2])
print("up", flush=True)
total = 0
buffer = bytearray(1 << 17)
while True:
    got = peer.recv_into(buffer)
    if got == 0:
        break
    peer.sendall(memoryview(buffer)[:got])
    total += got
peer.shutdown(socket.SHUT_WR)
peer.close()
print(total, flush=True)
