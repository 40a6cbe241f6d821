"""Many clients at once on one persistent server: all are there before the first exchange, and none leaves before the last.

A client that comes greets and is answered, so that it is known to be served and not to wait in the kernel's queue.
Arguments: host port clients exchanges. Prints one JSON line: how many answers were right, the wrong ones, and seconds.
"""

import json
import random
import socket
import sys
import time


def exchange(clients, number):
    """One question of every client, then every answer, in another order."""
    questions = {}
    for index in random.sample(range(len(clients)), len(clients)):
        questions[index] = f"client {index} exchange {number} straße ŉ"
        clients[index].sendall(questions[index].encode())

    wrong = []
    for index in random.sample(range(len(clients)), len(clients)):
        expected = questions[index].upper().encode()
        answer = b""
        while len(answer) < len(expected):
            piece = clients[index].recv(1024)
            if not piece:
                break
            answer += piece
        if answer != expected:
            wrong.append([index, number, answer.decode(errors="replace")])
    return wrong


def come(address):
    """A client that has come and been greeted."""
    client = socket.create_connection(address, 10)
    client.sendall(b"hello")
    assert client.recv(1024) == b"HELLO"
    return client


def run_crowd():
    address = (sys.argv[1], int(sys.argv[2]))
    clients = [come(address) for _ in range(int(sys.argv[3]))]
    exchanges = int(sys.argv[4])

    begin = time.monotonic()
    wrong = []
    for number in range(exchanges):
        wrong += exchange(clients, number)
    seconds = time.monotonic() - begin

    for client in clients:
        client.close()
    right = len(clients) * exchanges - len(wrong)
    print(json.dumps({"right": right, "wrong": wrong, "seconds": round(seconds, 3)}), flush=True)


run_crowd()
