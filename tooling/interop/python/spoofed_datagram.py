"""Sends datagrams in somebody else's name. Arguments: from host, from port, to host, to port, how many. Needs to be root."""

import socket
import struct
import sys

source, source_port, target, target_port, count = sys.argv[1], int(sys.argv[2]), sys.argv[3], int(sys.argv[4]), int(sys.argv[5])
raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)

for number in range(count):
    payload = b"forged %d" % number
    # RFC 768: the checksum may be left out. RFC 791: the kernel fills in the length and the checksum of the header.
    udp = struct.pack("!HHHH", source_port, target_port, 8 + len(payload), 0) + payload
    header = struct.pack(
        "!BBHHHBBH4s4s", 0x45, 0, 0, 0, 0, 64, socket.IPPROTO_UDP, 0, socket.inet_aton(source), socket.inet_aton(target)
    )
    raw.sendto(header + udp, (target, 0))
