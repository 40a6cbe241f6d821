"""Asks for messages until an empty line and prints every answer as a bytes literal. Arguments: host port."""

import socket
import sys

u_cli = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
dest_addr = (sys.argv[1], int(sys.argv[2]))

while True:
    msg = input("Type message > ")
    if not msg:
        break
    u_cli.sendto(msg.encode('utf-8'), dest_addr)

    res, _ = u_cli.recvfrom(1024)
    print(f"Got: {res}")

u_cli.close()
