"""A learning platform on this machine, as the LTI 1.3 specifications describe its services.

*Security Framework 1.0*, section 4: a token for a signed request (RFC 7523). *Names and Role
Provisioning Services 2.0*: the members, by pages. *Assignment and Grade Services 2.0*: line items
and scores. What a specification forbids is refused, with the reason.
"""

from __future__ import annotations

import json
import secrets
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

NRPS = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"
MARKS = "https://purl.imsglobal.org/spec/lti-ags/scope/"
MEDIA = {
    "members": "application/vnd.ims.lti-nrps.v2.membershipcontainer+json",
    "items": "application/vnd.ims.lis.v2.lineitemcontainer+json",
    "item": "application/vnd.ims.lis.v2.lineitem+json",
    "score": "application/vnd.ims.lis.v1.score+json",
}
STUDENT = "http://purl.imsglobal.org/vocab/lis/v2/membership#Learner"
TEACHER = "http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor"


@dataclass
class Lms:
    """What the platform knows, and what it was sent."""

    client_id: str
    public_key: str = ""
    members: list = field(default_factory=list)
    page: int = 2
    items: list = field(default_factory=list)
    scores: dict = field(default_factory=dict)
    #: Answers to give before the true ones: a status each.
    trouble: list = field(default_factory=list)
    asked: list = field(default_factory=list)
    tokens: dict = field(default_factory=dict)
    seen: set = field(default_factory=set)
    url: str = ""
    next_page: str = ""
    #: Signs launches; its public half is at ``/keys``.
    key: object = field(default_factory=lambda: rsa.generate_private_key(65537, 2048))

    def settings(self, **other):
        """What ``lti.yml`` says of it."""
        known = {
            "client_id": f'"{self.client_id}"',
            "token_url": f"{self.url}/token",
            "roster_url": f"{self.url}/members?type=1",
            "lineitems_url": f"{self.url}/items?type_id=1",
        }
        return "".join(f"{name}: {value}\n" for name, value in (known | other).items())


CLAIM = "https://purl.imsglobal.org/spec/lti/claim/"


def launch(lms, nonce, person, roles, /, **other):
    """What the platform says of a launch of a person's, by the names of LTI's *Core 1.3*, 5.3.

    Whatever ``other`` names is said in place of the truth; ``None`` leaves it away.
    """
    now = int(time.time())
    about = {"iss": lms.url, "aud": lms.client_id, "sub": person, "nonce": nonce}
    about |= {"iat": now, "exp": now + 60, "name": "Anna Lee", "email": "anna@uni.example"}
    claims = {
        "message_type": "LtiResourceLinkRequest",
        "version": "1.3.0",
        "deployment_id": "1:a",
        "target_link_uri": "https://hub.example/hub",
        "resource_link": {"id": "7"},
        "context": {"id": "42", "label": "TJ 101"},
        "roles": roles,
    }
    said = about | {f"{CLAIM}{name}": value for name, value in claims.items()}
    said |= {f"{CLAIM}{name}" if name in claims else name: value for name, value in other.items()}
    return {name: value for name, value in said.items() if value is not None}


class Refused(Exception):
    pass


def token(lms, form):
    """A token for the scopes asked for, if the request is signed by the tool, and new."""
    (signed,) = form["client_assertion"]
    assert form["grant_type"] == ["client_credentials"]
    try:
        said = jwt.decode(signed, lms.public_key, ["RS256"], audience=f"{lms.url}/token")
    except jwt.PyJWTError as error:
        raise Refused(400, f"invalid_client: {error}") from error
    if not said["iss"] == said["sub"] == lms.client_id or said["jti"] in lms.seen:
        raise Refused(400, "invalid_client")
    lms.seen.add(said["jti"])
    made = secrets.token_hex(8)
    lms.tokens[made] = set(form["scope"][0].split())
    return {"access_token": made, "token_type": "Bearer", "expires_in": 3600}


def score(lms, item, said):
    """Take a score, as section 3.4 of the specification asks for it."""
    at = datetime.fromisoformat(said["timestamp"])
    known = {member["user_id"] for member in lms.members}
    if at.tzinfo is None or not at.microsecond or said["userId"] not in known:
        raise Refused(400, "no such user, or no exact time")
    if said["scoreGiven"] < 0 or said["scoreMaximum"] <= 0:
        raise Refused(400, "points out of bounds")
    assert said["activityProgress"] == "Completed" and said["gradingProgress"] == "FullyGraded"
    before = lms.scores.get((item, said["userId"]))
    if before and datetime.fromisoformat(before["timestamp"]) >= at:
        raise Refused(409, "an older score")
    lms.scores[item, said["userId"]] = said


class Handler(BaseHTTPRequestHandler):
    lms: Lms

    def log_message(self, *_):
        pass

    def do_GET(self):
        self.answered("")

    def do_POST(self):
        self.answered(self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode())

    def answered(self, body):
        self.lms.asked.append(f"{self.command} {self.path}")
        try:
            if self.lms.trouble and not self.path.startswith("/token"):
                raise Refused(self.lms.trouble.pop(0), "not now")
            made, links = self.answer(body)
            self.told(200, made, links)
        except Refused as refused:
            self.told(refused.args[0], {"error": refused.args[1]}, {})

    def needs(self, scope, **media):
        token = self.headers.get("Authorization", "").removeprefix("Bearer ")
        if scope not in self.lms.tokens.get(token, ()):
            raise Refused(403, f"this needs {scope}")
        for header, kind in media.items():
            if self.headers.get(header.replace("_", "-")) != MEDIA[kind]:
                raise Refused(415, f"{header} isn't {MEDIA[kind]}")

    def answer(self, body):
        lms, place = self.lms, urlsplit(self.path)
        if place.path == "/keys":
            own = json.loads(RSAAlgorithm.to_jwk(lms.key.public_key()))
            return {"keys": [own | {"kid": "1", "alg": "RS256", "use": "sig"}]}, {}
        if place.path == "/token":
            return token(lms, parse_qs(body)), {}
        if place.path == "/members":
            self.needs(NRPS, Accept="members")
            start = int(parse_qs(place.query).get("from", ["0"])[0])
            more = start + lms.page < len(lms.members)
            link = lms.next_page or f"{lms.url}/members?type=1&from={start + lms.page}"
            page = {"id": lms.url, "members": lms.members[start : start + lms.page]}
            return page, {"Link": f'<{link}>; rel="next"'} if more else {}
        if place.path == "/items" and self.command == "GET":
            self.needs(f"{MARKS}lineitem", Accept="items")
            return lms.items, {}
        if place.path == "/items":
            self.needs(f"{MARKS}lineitem", Content_Type="item")
            made = json.loads(body) | {"id": f"{lms.url}/items/{len(lms.items)}?type_id=1"}
            lms.items.append(made)
            return made, {}
        self.needs(f"{MARKS}score", Content_Type="score")
        _, _, number, last = place.path.split("/")
        assert last == "scores" and place.query == "type_id=1"
        score(lms, lms.items[int(number)]["tag"], json.loads(body))
        return None, {}

    def told(self, status, made, headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        content = b"" if made is None else json.dumps(made).encode()
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


@contextmanager
def running_lms():
    """A platform that listens on this machine."""
    lms = Lms("10000000000001")
    handler = type("Own", (Handler,), {"lms": lms})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        lms.url = f"http://127.0.0.1:{server.server_port}"
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield lms
        server.shutdown()
