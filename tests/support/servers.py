#!/usr/bin/python3
"""usage: servers.py FILE KIND [ARGUMENT...]

Servers for cases about doors, on a free port of 127.0.0.1, which is written to FILE:
  echo           sends back what it gets; at the end of file a last "bye", then its own end
  hello          says "hello" and ends
  slow           takes the first connection and never reads from it
  reset          resets each connection after its first byte
  files DIR [CERT]  HTTP, files of a directory; each request's head goes to FILE.heads; with a file of
                 certificate and key over TLS
  tls CERT       TLS with this file of certificate and key; answers "hello"
  proxy [PORT]   an HTTP proxy that connects to 127.0.0.1, to this port if one is given, whatever it
                 is asked for; requests go to FILE.heads
  flood          sends without end"""
import contextlib
import http.server
import pathlib
import socket
import ssl
import struct
import sys
import threading


def echo(connection):
    while data := connection.recv(65536):
        connection.sendall(data)
    connection.sendall(b"bye")


def hello(connection):
    connection.sendall(b"hello")


kept = []


def slow(connection):
    kept.append(connection)
    threading.Event().wait()


def reset(connection):
    connection.recv(1)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def flood(connection):
    while True:
        connection.sendall(bytes(65536))


def tls(certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)

    def serve(connection):
        with context.wrap_socket(connection, server_side=True) as secure:
            secure.recv(1)
            secure.sendall(b"hello")
    return serve


def pipe(source, target):
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)


def proxy(heads, port=None):
    def serve(connection):
        head = b""
        while b"\r\n\r\n" not in head:
            head += connection.recv(4096)
        with heads.open("ab") as log:
            log.write(head)
        target = port or head.split()[1].rpartition(b":")[2]
        with socket.create_connection(("127.0.0.1", int(target))) as onward:
            connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
            back = threading.Thread(target=pipe, args=(onward, connection))
            back.start()
            pipe(connection, onward)
            back.join()
    return serve


class Files(http.server.SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    heads = None

    def log_message(self, *args):
        with self.heads.open("a") as log:
            print(self.requestline, self.headers.get("Host"), file=log)

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.log_message()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def files(heads, directory, certificate=None):
    Files.heads = heads
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), lambda *args: Files(*args, directory=directory))
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    return server


def publish(place, port):
    new = place.with_name(place.name + ".new")
    new.write_text(str(port))
    new.rename(place)


def main():
    place, kind, rest = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3:]
    heads = place.with_name(place.name + ".heads")
    if kind == "files":
        server = files(heads, *rest)
        publish(place, server.server_port)
        server.serve_forever()
    serve = {"echo": echo, "hello": hello, "slow": slow, "reset": reset, "flood": flood}.get(kind)
    serve = serve or (tls(rest[0]) if kind == "tls" else proxy(heads, *rest))
    listener = socket.create_server(("127.0.0.1", 0), backlog=512)
    publish(place, listener.getsockname()[1])

    def one(connection):
        with contextlib.suppress(OSError), connection:
            serve(connection)
    while True:
        threading.Thread(target=one, args=(listener.accept()[0],), daemon=True).start()


main()
