"""Asks for messages until an empty line and prints every response. Arguments: path."""

import socket
import sys


def run_client():
    c = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    c.connect(sys.argv[1])

    while True:
        user_input = input("Enter message > ")
        if not user_input:
            break

        c.send(user_input.encode('utf-8'))
        response = c.recv(1024)
        print(f"Response: {response.decode()}")

    c.close()


run_client()
