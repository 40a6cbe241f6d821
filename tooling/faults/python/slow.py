"""Many slow connections in one process: each reads or writes a slice at a time, so many slices a second, until told to end.

A slow writer takes back what it is sent at its leisure too; a slow reader has the other side send without end: it asks with a
first burst of bytes, which an echo gives back.
"""

import json
import os
import select
import socket
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import wire  # noqa: E402

target, kind, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
slice_bytes, bytes_per_second, burst_bytes = int(sys.argv[4]), int(sys.argv[5]), int(sys.argv[6])

peers = [wire.dial(target) for _ in range(count)]
sent = [0] * count
received = [0] * count
for peer in peers:
    peer.setblocking(False)
    if peer.family != socket.AF_UNIX:
        peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
print("ready", flush=True)

burst = bytes(1 << 16)
interval = slice_bytes / bytes_per_second
due = time.monotonic()
broken = 0
while True:
    ready, _, _ = select.select([sys.stdin], [], [], max(0, due - time.monotonic()))
    if ready:
        break
    due += interval
    for n, peer in enumerate(peers):
        try:
            if kind == "writer":
                sent[n] += peer.send(b"x" * slice_bytes)
            elif sent[n] < burst_bytes:
                while sent[n] < burst_bytes:
                    sent[n] += peer.send(burst)
        except BlockingIOError:
            pass
        except OSError:
            broken += 1
        try:
            received[n] += len(peer.recv(slice_bytes))
        except BlockingIOError:
            pass
        except OSError:
            broken += 1
for peer in peers:
    peer.close()
print(json.dumps({"sent": min(sent), "received": min(received), "most": max(received), "broken": broken}))
