"""Sends and receives over one raw socket, finishing with shutdown(SHUT_WR); tells the SHA-256 of both directions."""

import hashlib
import json
import os
import random
import socket
import sys
import threading

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import wire  # noqa: E402

role, target, order, count, seed = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]), int(sys.argv[5])
chance = random.Random(seed)
data = bytearray(chance.randbytes(1 << 20) * (count // (1 << 20) + 1))[:count]
for start in range(0, count, 1 << 20):
    data[start] = (start >> 20) & 255

peer = wire.one(role, target)
received = hashlib.sha256()
received_bytes = 0


def send():
    at = 0
    while at < count:
        step = chance.randrange(1, 200_000)
        peer.sendall(data[at : at + step])
        at += step
    peer.shutdown(socket.SHUT_WR)


def receive():
    global received_bytes
    buffer = bytearray(1 << 17)
    while True:
        got = peer.recv_into(buffer)
        if got == 0:
            return
        received.update(memoryview(buffer)[:got])
        received_bytes += got


if order == "at-once":
    sending = threading.Thread(target=send)
    sending.start()
    receive()
    sending.join()
elif order == "first":
    send()
    receive()
else:
    receive()
    send()
peer.close()
print(json.dumps({"sent": hashlib.sha256(data).hexdigest(), "received": received.hexdigest(), "bytes": received_bytes}))
