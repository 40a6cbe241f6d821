"""Reads a random number of bytes of each connection, then drops it: with a reset (SO_LINGER of 0 seconds) over TCP."""

import os
import random
import socket
import struct
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import wire  # noqa: E402

role, target, count, most_bytes, seed = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), int(sys.argv[5])
chance = random.Random(seed)
server = wire.listen(target) if role == "listen" else None
buffer = bytearray(1 << 20)

for _ in range(count):
    peer = server.accept()[0] if server else wire.dial(target)
    wanted = chance.randrange(1, most_bytes)
    while wanted > 0:
        got = peer.recv_into(buffer, min(wanted, len(buffer)))
        if got == 0:
            break
        wanted -= got
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    peer.close()
if server:
    server.close()
