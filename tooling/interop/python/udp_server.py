"""Answers every datagram in upper case, for as long as it runs. Arguments: host port."""

import socket
import sys

u_server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
u_server.bind((sys.argv[1], int(sys.argv[2])))
print(f"Bound to {u_server.getsockname()[1]}", flush=True)

while True:
    # recvfrom returns tuple (data, address)
    data, client_ip = u_server.recvfrom(1024)
    print(f"From {client_ip}: {data}")

    # Send response directly to the sender's address
    u_server.sendto(data.upper(), client_ip)
