# SPDX-License-Identifier: Apache-2.0
"""A collector of syslog messages, which writes each one on a line.

collector.py udp PORT FILE     datagrams (RFC 5426)
collector.py tcp PORT FILE     octet counting (RFC 6587, 3.4.1), one connection after the other
"""
import socket
import sys


def messages_of(connection):
    data = b""
    while piece := connection.recv(65536):
        data += piece
        while b" " in data:
            count, rest = data.split(b" ", 1)
            if len(rest) < int(count):
                break
            yield rest[:int(count)]
            data = rest[int(count):]


def datagrams(port):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listener:
        listener.bind(("0.0.0.0", port))
        while True:
            yield listener.recv(65536)


def streamed(port):
    with socket.create_server(("0.0.0.0", port)) as listener:
        while True:
            connection, _ = listener.accept()
            yield from messages_of(connection)


source = {"udp": datagrams, "tcp": streamed}[sys.argv[1]](int(sys.argv[2]))
with open(sys.argv[3], "wb", buffering=0) as out:
    for message in source:
        out.write(message.replace(b"\n", b"\\n") + b"\n")
