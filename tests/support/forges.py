#!/usr/bin/python3
"""usage: forges.py FILE KIND [SETTING...]

A forge (gitlab, github, gitea) or a homeserver (matrix) for cases, on a free port of 127.0.0.1, which
is written to FILE. It keeps what it is told, and checks what it is sent: method, path, token, headers,
body, and that nobody touches the comments of others. Whatever is not as the real one wants it is a line in
FILE.complaints. FILE.comments has all comments, FILE.statuses, FILE.events the rest, FILE.log each request.

Settings:
  seed=FILE      comments that are there: [{"author": "them", "body": "..."}]
  pages=N        comments of one page, whatever is asked for
  busy=N         the first N requests are too many: 429, Retry-After: 1
  away=N         the first N are answered 503
  lose-post      the first POST is carried out and not answered
  read-only      the token may not write
  no-user        the token has no user; GraphQL knows who it is
  repeats-token  refuses everything, and repeats the token
  moved=URL      answers everything with a redirection
  huge           a page that never ends
  tls=CERT       over TLS, with this file of certificate and key"""
import http.server
import json
import pathlib
import re
import ssl
import sys
import threading
import time
import urllib.parse

TOKEN = "token-of-the-case"
US, THEM = "us", "them"
NUMBERS = {US: 11, THEM: 22}  # GitLab's ids of users
QUICK_ACTION = re.compile(r"^[ \t]*/[a-z_]+", re.MULTILINE | re.IGNORECASE)
MENTION = re.compile(r"@[A-Za-z0-9_]")
CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u2028\u2029]")


class Refusal(Exception):
    def __init__(self, status, message, headers=()):
        super().__init__(message)
        self.status, self.message, self.headers = status, message, dict(headers)


class Board:
    """What a forge keeps, and what it thinks of what it is told."""

    def __init__(self, place, kind, settings):
        self.place, self.kind, self.settings = place, kind, settings
        self.comments, self.statuses, self.events, self.transactions = [], [], [], {}
        self.requests = 0
        self.not_before = 0.0
        self.lock = threading.Lock()
        seed = settings.get("seed")
        for comment in json.loads(pathlib.Path(seed).read_text()) if seed else []:
            self.add(comment["author"], comment["body"])

    def file(self, name):
        return self.place.with_name(f"{self.place.name}.{name}")

    def complain(self, text):
        with self.file("complaints").open("a") as file:
            print(text, file=file)

    def keep(self):
        for name, what in (("comments", self.comments), ("statuses", self.statuses), ("events", self.events)):
            self.file(name).write_text(json.dumps(what, indent=1))

    def add(self, author, body):
        self.comments.append({"id": 100 + len(self.comments), "author": author, "body": body})
        return self.comments[-1]

    def check_text(self, text):
        """Where a real forge would act: it looks into fences, too, when it counts them otherwise."""
        for what, pattern in (("quick action", QUICK_ACTION), ("mention", MENTION), ("control character", CONTROL)):
            for found in pattern.findall(text):
                self.complain(f"{what}: {found!r}")

    def own(self, number):
        for comment in self.comments:
            if comment["id"] == number:
                if comment["author"] != US:
                    self.complain(f"comment {number} of somebody else is touched")
                    raise Refusal(403, "not yours")
                return comment
        raise Refusal(404, "no such comment")


def expect(board, what, got, wanted):
    if got != wanted:
        board.complain(f"{what} is {got!r}, not {wanted!r}")
        raise Refusal(400, f"bad {what}")


class Forge:
    """What GitLab, GitHub and Gitea have in common; each says how it differs."""
    most = 65536

    def __init__(self, board):
        self.board = board

    def taken_body(self, body):
        expect(self.board, "fields of a comment", sorted(body), ["body"])
        if len(body["body"]) > self.most:
            raise Refusal(422, "body is too long")
        self.board.check_text(body["body"])
        return body["body"]

    def write(self, method, number, body):
        if "read-only" in self.board.settings:
            raise Refusal(403, "Resource not accessible by integration")
        if method == "DELETE":
            self.board.comments.remove(self.board.own(number))
            return 204, None
        text = self.taken_body(body)
        if number is None:
            return 201, self.shown(self.board.add(US, text))
        comment = self.board.own(number)
        comment["body"] = text
        return 200, self.shown(comment)

    def listed(self, query):
        page, size = int(query.get("page", 1)), int(self.board.settings.get("pages", query.get("per_page", 30)))
        if page > 1 and (page - 1) * size >= len(self.board.comments):
            self.board.complain(f"page {page} is asked for, and there is none")
        some = self.board.comments[(page - 1) * size: page * size]
        # Where the next page is said to be must not be believed.
        more = {"Link": '<https://elsewhere.example.org/next>; rel="next"'} if page * size < len(self.board.comments) else {}
        return 200, [self.shown(comment) for comment in some], more

    def set_status(self, states, body, names):
        board = self.board
        if body.get("state") not in states or not set(body) <= names or len(body.get("description", "")) > 140:
            board.complain(f"a status like {body}")
            raise Refusal(400, "bad status")
        board.statuses.append(body)
        return 201, {"id": 1}


class GitLab(Forge):
    most = 1_000_000
    base = "/api/v4"

    def authorized(self, headers):
        return headers.get("PRIVATE-TOKEN") == TOKEN

    def shown(self, comment):
        author = comment["author"]
        return {"id": comment["id"], "body": comment["body"], "system": False, "author": {"id": NUMBERS[author], "username": author}}

    def answer(self, method, path, query, body):
        if (method, path) == ("GET", "/user"):
            return 200, {"id": NUMBERS[US], "username": US}
        if match := re.fullmatch(r"/projects/(7|group%2Fname)/merge_requests/42/notes(?:/(\d+))?", path):
            number = int(match[2]) if match[2] else None
            if method == "GET" and number is None:
                expect(self.board, "order", (query.get("sort"), query.get("order_by")), ("asc", "created_at"))
                return self.listed(query)
            expect(self.board, "method", method, "POST" if number is None else method if method in ("PUT", "DELETE") else "PUT")
            return self.write(method, number, body)
        if method == "POST" and re.fullmatch(r"/projects/9/statuses/[0-9a-f]{40}", path):
            if self.board.statuses and self.board.statuses[-1]["state"] == body.get("state"):
                raise Refusal(400, "Cannot transition status via :success from :success")
            return self.set_status({"success", "failed"}, body, {"state", "name", "description", "target_url"})
        return None


class GitHub(Forge):
    base = "/api/v3"

    def authorized(self, headers):
        expect(self.board, "Accept", headers.get("Accept"), "application/vnd.github+json")
        expect(self.board, "version", headers.get("X-GitHub-Api-Version"), "2022-11-28")
        return headers.get("Authorization") == f"Bearer {TOKEN}"

    def shown(self, comment):
        return {"id": comment["id"], "body": comment["body"], "user": {"login": self.login(comment["author"])},
                "html_url": f"https://github.example.org/owner/name/pull/5#issuecomment-{comment['id']}"}

    def login(self, author):
        return "github-actions[bot]" if author == US and "no-user" in self.board.settings else author

    def answer(self, method, path, query, body):
        if (method, path) == ("GET", "/user"):
            if "no-user" in self.board.settings:
                raise Refusal(403, "Resource not accessible by integration")
            return 200, {"login": US}
        if path == "/repos/owner/name/issues/5/comments" and method in ("GET", "POST"):
            return self.listed(query) if method == "GET" else self.write(method, None, body)
        if (match := re.fullmatch(r"/repos/owner/name/issues/comments/(\d+)", path)) and method in ("PATCH", "DELETE"):
            return self.write(method, int(match[1]), body)
        if method == "POST" and re.fullmatch(r"/repos/owner/name/statuses/[0-9a-f]{40}", path):
            return self.set_status({"success", "failure", "error", "pending"}, body, {"state", "context", "description", "target_url"})
        return None

    def graphql(self, body):
        expect(self.board, "query", re.sub(r"\s+", " ", body.get("query", "")), "query { viewer { login } }")
        return 200, {"data": {"viewer": {"login": self.login(US)}}}


class Gitea(GitHub):
    base = "/api/v1"

    def authorized(self, headers):
        return headers.get("Authorization") == f"token {TOKEN}"

    def listed(self, query):  # all at once, whatever is asked for
        return 200, [self.shown(comment) for comment in self.board.comments], {"X-Total-Count": str(len(self.board.comments))}


class Matrix(Forge):
    base = ""

    def authorized(self, headers):
        return headers.get("Authorization") == f"Bearer {TOKEN}"

    def answer(self, method, path, query, body):
        match = re.fullmatch(r"/_matrix/client/v3/rooms/%21room%3Aexample\.org/send/m\.room\.message/([A-Za-z0-9._-]+)", path)
        if not match or method != "PUT":
            return None
        expect(self.board, "fields", sorted(body), ["body", "format", "formatted_body", "m.mentions", "msgtype"])
        expect(self.board, "mentions", body["m.mentions"], {})
        self.board.check_text(body["body"])
        if len(json.dumps(body)) > 65536 - 1024:
            raise Refusal(413, "M_TOO_LARGE")
        if match[1] not in self.board.transactions:
            self.board.events.append(body)
            self.board.transactions[match[1]] = f"$event{len(self.board.events)}"
        return 200, {"event_id": self.board.transactions[match[1]]}


KINDS = {"gitlab": GitLab, "github": GitHub, "gitea": Gitea, "matrix": Matrix}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    board = forge = None

    def log_message(self, *args):
        pass

    def body(self):
        length = int(self.headers.get("Content-Length", 0))
        if not length:
            return None
        expect(self.board, "Content-Type", self.headers.get("Content-Type"), "application/json")
        return json.loads(self.rfile.read(length))

    def check_pace(self):
        board, settings = self.board, self.board.settings
        board.requests += 1
        if time.monotonic() < board.not_before:
            board.complain("asked again before the time that was named")
        if board.requests <= int(settings.get("busy", 0)):
            board.not_before = time.monotonic() + 0.9
            raise Refusal(429, "too many", {"Retry-After": "1"})
        if board.requests <= int(settings.get("away", 0)):
            raise Refusal(503, "away")

    def check_manners(self):
        expect(self.board, "User-Agent", self.headers.get("User-Agent", "").split("/")[0], "sandbox-comment")
        if "moved" in self.board.settings:
            raise Refusal(302, "moved", {"Location": self.board.settings["moved"]})
        if "repeats-token" in self.board.settings:
            raise Refusal(422, f"I do not like {TOKEN}")

    def result(self, body):
        url = urllib.parse.urlsplit(self.path)
        query = dict(urllib.parse.parse_qsl(url.query))
        self.check_pace()
        self.check_manners()
        if not self.forge.authorized(self.headers):
            raise Refusal(401, "Bad credentials")
        if self.board.kind == "github" and (self.command, url.path) == ("POST", "/api/graphql"):
            return self.forge.graphql(body)
        if not url.path.startswith(self.forge.base):
            raise Refusal(404, "not here")
        return self.forge.answer(self.command, url.path.removeprefix(self.forge.base), query, body)

    def reply(self, status, value, headers):
        text = b"" if value is None else json.dumps(value).encode()
        self.send_response(status)
        for name, each in headers.items():
            self.send_header(name, each)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def flood(self):
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        chunk = b"100000\r\n" + b" " * 0x100000 + b"\r\n"
        while True:
            self.wfile.write(chunk)

    def serve(self):
        with self.board.lock:
            body = self.body()
            with self.board.file("log").open("a") as log:
                print(self.command, self.path, file=log)
            if "huge" in self.board.settings:
                return self.flood()
            try:
                found = self.result(body)
                if found is None:
                    self.board.complain(f"nothing answers {self.command} {self.path}")
                    raise Refusal(404, "not here")
                status, value, *headers = found
                self.board.keep()
                if self.command == "POST" and self.board.settings.pop("lose-post", None) is not None:
                    self.close_connection = True
                    return None
                self.reply(status, value, headers[0] if headers else {})
            except Refusal as refusal:
                self.reply(refusal.status, {"message": refusal.message}, refusal.headers)
        return None

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = serve


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        """Whoever has heard enough goes away; everything else is for the case to see."""
        if not isinstance(sys.exc_info()[1], (BrokenPipeError, ConnectionResetError, ssl.SSLError)):
            super().handle_error(request, client_address)


def main():
    place, kind = pathlib.Path(sys.argv[1]), sys.argv[2]
    settings = dict(word.partition("=")[::2] for word in sys.argv[3:])
    Handler.board = Board(place, kind, settings)
    Handler.forge = KINDS[kind](Handler.board)
    Handler.board.keep()
    server = Server(("127.0.0.1", 0), Handler)
    if "tls" in settings:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(settings["tls"])
        server.socket = context.wrap_socket(server.socket, server_side=True)
    new = place.with_name(place.name + ".new")
    new.write_text(str(server.server_port))
    new.rename(place)
    server.serve_forever()


main()
