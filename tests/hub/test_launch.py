"""Sign-on from a learning platform by LTI 1.3: who comes in to the cluster's hub, and who doesn't.

The platform is one of our own on this machine; the hub is a real one, with the authenticator that
the chart brings and what ``deploy/kubernetes/lti.yaml`` says.
"""

import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import jwt
import pytest
import requests
import yaml
from cryptography.hazmat.primitives.asymmetric import rsa
from lms import STUDENT, TEACHER, launch, running_lms

from crossroads.classroom.hub import INSTRUCTORS, STUDENTS

pytestmark = pytest.mark.hub
CLUSTER = Path(__file__).parents[2] / "deploy" / "kubernetes"
TEACHES = "http://purl.imsglobal.org/vocab/lis/v2/institution/person#Instructor"
ASSISTANT = "http://purl.imsglobal.org/vocab/lis/v2/membership/Instructor#TeachingAssistant"
#: What the chart does with the values; and no proxy, since people go to the hub itself.
SETTINGS = """
import os, yaml
from jupyterhub.proxy import Proxy
from traitlets.config import Config

class Nothing(Proxy):
    should_start = False
    async def add_route(self, routespec, target, data): pass
    async def delete_route(self, routespec): pass
    async def get_all_routes(self): return {}

hub = yaml.safe_load(open("lti.yaml", encoding="utf-8"))["hub"]
for name, options in hub["config"].items():
    c[name].update(options)
for code in hub["extraConfig"].values():
    exec(code)
c.JupyterHub.proxy_class = Nothing
c.JupyterHub.hub_bind_url = c.JupyterHub.bind_url = "http://127.0.0.1:" + os.environ["PORT"]
c.JupyterHub.services = [{"name": "asks", "api_token": os.environ["TOKEN"]}]
c.JupyterHub.load_roles = [{"name": "asks", "services": ["asks"], "scopes": ["admin:users"]}]
"""
TOKEN = "0123456789abcdef" * 2


@pytest.fixture(scope="module")
def platform():
    with running_lms() as lms:
        yield lms


@pytest.fixture(scope="module")
def hub(platform, tmp_path_factory):
    """The address of a hub that knows the platform."""
    folder = tmp_path_factory.mktemp("hub")
    text = (CLUSTER / "lti.yaml").read_text("utf-8")
    given = {"ISSUER": platform.url, "CLIENT-ID": platform.client_id}
    given |= {"AUTHORIZE-URL": f"{platform.url}/auth", "JWKS-ENDPOINT": f"{platform.url}/keys"}
    given |= {"DEPLOYMENT-ID": "1:a", "CONTEXT-ID": "42"}
    for name, value in given.items():
        assert text.count(f'"{name}"') == 1
        text = text.replace(f'"{name}"', f'"{value}"')
    # The test's hub has no proxy with a certificate before it.
    text = text.replace("uri_scheme: https", "uri_scheme: http")
    (folder / "lti.yaml").write_text(text, "utf-8")
    (folder / "jupyterhub_config.py").write_text(SETTINGS, "utf-8")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "jupyterhub"],
            cwd=folder,
            env={**os.environ, "PORT": str(port), "TOKEN": TOKEN},
            stdout=log,
            stderr=log,
        )
    try:
        for _ in range(600):
            assert process.poll() is None, (folder / "log").read_text("utf-8")
            try:
                if requests.get(f"{address}/hub/health", timeout=5).ok:
                    break
            except requests.ConnectionError:
                time.sleep(0.1)
        yield address
    finally:
        process.terminate()
        process.wait()


class Browser:
    """Somebody's way from the platform to the hub and back."""

    def __init__(self, hub, platform):
        self.hub, self.platform, self.session = hub, platform, requests.Session()
        begin = {"iss": platform.url, "login_hint": "1", "client_id": platform.client_id}
        begin |= {"target_link_uri": f"{hub}/hub"}
        asked = self.session.get(
            f"{hub}/hub/lti13/oauth_login", params=begin, allow_redirects=False
        )
        assert asked.status_code == 302 and asked.headers["location"].startswith(platform.url)
        self.asked = dict(parse_qsl(urlsplit(asked.headers["location"]).query))

    def signed(self, person, roles, key=None, algorithm="RS256", **other):
        said = launch(self.platform, self.asked["nonce"], person, roles, **other)
        key = self.platform.key if key is None else key
        return jwt.encode(said, key, algorithm, headers={"kid": "1"})

    def comes(self, token, **form):
        """How the hub answers to what the platform signed."""
        form = {"state": self.asked["state"], "id_token": token} | form
        return self.session.post(self.asked["redirect_uri"], data=form, allow_redirects=False)


@pytest.fixture
def browser(hub, platform):
    return Browser(hub, platform)


def people(hub):
    found = requests.get(f"{hub}/hub/api/users", headers={"Authorization": f"token {TOKEN}"})
    return {user["name"]: user["groups"] for user in found.json()}


@pytest.mark.parametrize(
    ("person", "roles", "group"),
    [
        ("24400320", [STUDENT], STUDENTS),
        # Canvas says both; who teaches elsewhere studies here.
        ("8c9d-uuid", [STUDENT, TEACHES], STUDENTS),
        ("teacher", [TEACHER, STUDENT], INSTRUCTORS),
        ("assistant", [ASSISTANT], INSTRUCTORS),
        # Two ids of a platform's that differ by capitals are two people.
        ("aBc", [STUDENT], STUDENTS),
        ("abc", ["Instructor"], INSTRUCTORS),
    ],
)
def test_who_belongs_to_the_course_comes_in(hub, browser, person, roles, group):
    came = browser.comes(browser.signed(person, roles))
    assert came.status_code == 302, came.text
    assert people(hub)[person] == [group]


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"iss": "https://other.example"}, 400),
        ({"aud": "10000000000009"}, 401),
        ({"aud": ["10000000000001", "10000000000009"], "azp": "10000000000009"}, 401),
        ({"nonce": "guessed"}, 400),
        ({"nonce": None}, 400),
        ({"deployment_id": "1:b"}, 403),
        ({"deployment_id": None}, 400),
        ({"context": {"id": "43"}}, 403),
        ({"context": {"label": "TJ 101"}}, 403),
        ({"context": None}, 403),
        ({"context": "42"}, (400, 403, 500)),
        ({"roles": []}, 403),
        ({"roles": [TEACHES]}, 403),
        ({"roles": ["http://purl.imsglobal.org/vocab/lis/v2/membership#Mentor"]}, 403),
        ({"roles": ["https://evil.example/membership#Instructor"]}, 403),
        ({"roles": "Instructor"}, 403),
        ({"roles": {"Instructor": 1}}, 403),
        ({"sub": None}, 400),
        ({"sub": "../../etc"}, 403),
        ({"exp": 1}, 400),
        ({"iat": 1}, 400),
        ({"key": "another platform's"}, 400),
        ({"key": "", "algorithm": "none"}, 400),
        ({"key": "x" * 32, "algorithm": "HS256"}, 400),
    ],
    ids=str,
)
def test_who_does_not_is_refused(hub, browser, wrong, status):
    before = people(hub)
    wrong = dict(wrong)
    roles = wrong.pop("roles", [TEACHER])
    if wrong.get("key") == "another platform's":
        wrong["key"] = rsa.generate_private_key(65537, 2048)
    came = browser.comes(browser.signed("mallory", roles, **wrong))
    assert came.status_code in (status if isinstance(status, tuple) else (status,)), came.text
    assert people(hub) == before
    if came.status_code == 403:
        assert "another course" in came.text or "neither" in came.text or "user name" in came.text


def test_a_launch_is_taken_once_and_from_the_browser_that_asked(hub, platform, browser):
    token = browser.signed("once", [STUDENT])
    other = Browser(hub, platform)
    assert other.comes(token).status_code == 400, "it has the nonce of another browser"
    assert browser.comes(token, state="guessed").status_code == 400
    again = Browser(hub, platform)
    token = again.signed("once", [STUDENT])
    assert again.comes(token).status_code == 302
    assert again.comes(token).status_code == 400, "the nonce is used up"


def test_values_alone_let_people_in():
    """Groups come from whoever signs people on; without such a one a hub that asks raises."""
    values = yaml.safe_load((CLUSTER / "values.yaml").read_text("utf-8"))
    assert "manage_groups" not in str(values["hub"].get("config"))
