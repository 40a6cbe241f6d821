"""
Two ends of a wire (TUN devices) and what happens between them to UDP over IPv4: some of it is lost, some comes twice, some
too late. Arguments: name of one end, name of the other, seed, per cent lost, late, twice. Says "ready"; for every line it
reads it says what happened so far. Whoever runs it puts the ends where they belong.
"""

import fcntl
import json
import os
import random
import select
import struct
import sys
import time

# linux/if_tun.h
TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454CA, 0x0001, 0x1000
LATE_S = 0.005


def end(name):
    device = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(device, TUNSETIFF, struct.pack("16sH", name.encode(), IFF_TUN | IFF_NO_PI))
    return device


ends = [end(sys.argv[1]), end(sys.argv[2])]
chance = random.Random(int(sys.argv[3]))
lost, late, twice = (int(part) / 100 for part in sys.argv[4:7])
counts = [{"sent": 0, "lost": 0, "late": 0, "twice": 0} for _ in ends]
held = []  # (when, to, packet), the earliest first
print("ready", flush=True)


def deliver(to, packet):
    try:
        os.write(ends[to], packet)
    except OSError:
        pass  # The machine at that end is gone.


def carry(here, packet):
    there = 1 - here
    if packet[0] >> 4 != 4 or packet[9] != 17:
        deliver(there, packet)
        return
    count = counts[here]
    count["sent"] += 1
    if chance.random() < lost:
        count["lost"] += 1
        return
    for _ in range(2 if chance.random() < twice else 1):
        if chance.random() < late:
            count["late"] += 1
            held.append((time.monotonic() + LATE_S, there, packet))
        else:
            deliver(there, packet)
        count["twice"] += 1
    count["twice"] -= 1


while True:
    wait = max(0, held[0][0] - time.monotonic()) if held else None
    readable, _, _ = select.select([*ends, sys.stdin], [], [], wait)
    for source in readable:
        if source is sys.stdin:
            if not sys.stdin.readline():
                sys.exit()
            print(json.dumps(counts), flush=True)
            continue
        try:
            carry(ends.index(source), os.read(source, 65536))
        except OSError:
            pass  # Down, or nothing there after all.
    while held and held[0][0] <= time.monotonic():
        _, to, packet = held.pop(0)
        deliver(to, packet)
