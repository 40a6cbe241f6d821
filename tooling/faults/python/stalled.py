"""Takes a connection and reads nothing of it before it is told to; then tells how many bytes came, and their SHA-256."""

import hashlib
import json
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import wire  # noqa: E402

peer = wire.one(sys.argv[1], sys.argv[2])
wire.wait_for_line()
received = hashlib.sha256()
received_bytes = 0
buffer = bytearray(1 << 20)
ended = "end"
while True:
    try:
        got = peer.recv_into(buffer)
    except ConnectionResetError:
        ended = "reset"
        break
    if got == 0:
        break
    received.update(memoryview(buffer)[:got])
    received_bytes += got
peer.close()
print(json.dumps({"bytes": received_bytes, "sha256": received.hexdigest(), "ended": ended}))
