"""Identity tokens of workloads: which are believed, by which keys, and how often."""

from __future__ import annotations

import base64
import hmac
import json
import logging
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import pytest
from joserfc.jwk import RSAKey
from pydantic import ValidationError

from app.clock import system_clock
from app.errors.access import BadIdentityError, IssuerUnreachableError
from app.oidc.keys import LIFE, REST, KeyRing
from app.oidc.verifying import Workload, verify
from app.services.workloads import name_of
from app.settings import Settings, TrustedIssuer
from tests.app.issuer import AUDIENCE, CLAIMS, Issuer, on_a_port
from tests.app.service import RIGHT_H0, SUBMISSIONS, Running, post, problem_of, serving, settings
from tests.app.test_limits import Hands
from tests.app.test_roster import shell
from tests.homework6 import ROOT

FOR_ANN = RIGHT_H0.replace("{", '{"student": "ann", ', 1)
EXCHANGE = "/api/v1/workload-tokens"


class Scene(NamedTuple):
    """An issuer, a clock, and what the service makes of the issuer's tokens."""

    issuer: Issuer
    hands: Hands
    ring: KeyRing

    def token(self, **claims: Any) -> str:
        return self.issuer.token(self.hands.now.timestamp(), **claims)

    def verify(self, token: str, *others: Mapping[str, Any]) -> Workload:
        trusted = [TrustedIssuer(**one) for one in (self.issuer.settings(), *others)]
        return verify(token, trusted, self.ring, self.hands.now)


@pytest.fixture(scope="module")
def keys() -> list[Any]:
    return Issuer().keys


@pytest.fixture
def scene(keys: list[Any]) -> Scene:
    issuer, hands = Issuer(keys=list(keys)), Hands()

    def fetch(url: str) -> Any:
        try:
            return issuer.document(url)
        except OSError:
            raise IssuerUnreachableError(url) from None

    return Scene(issuer, hands, KeyRing(hands, fetch))


def test_a_token_of_either_kind_of_key_is_believed(scene: Scene) -> None:
    for key in scene.issuer.keys:
        found = scene.verify(scene.token(key=key, header={"x5t": "abc"}))
        assert found.subject == "repo:course-org/hw6:ref:refs/heads/main"
        assert (found.course, found.expires_at) == ("default", scene.hands.now + timedelta(minutes=10))


@pytest.mark.parametrize(
    ("claims", "said"),
    [
        ({"iss": "https://elsewhere.example"}, "'https://elsewhere.example'; trusted are: https://issuer.example"),
        ({"iss": None}, "trusted are"),
        ({"aud": "other"}, "the audience 'other'; expected gradebound"),
        ({"aud": ["a", "b"]}, "expected gradebound"),
        ({"aud": None}, "aud"),
        ({"repository": "someone/hw6"}, "repository 'someone/hw6'; expected 'course-org/*'"),
        ({"repository": None}, "expected 'course-org/*'"),
        ({"repository": True}, "expected 'course-org/*'"),
        ({"job_workflow_ref": CLAIMS["job_workflow_ref"] + "x"}, "job_workflow_ref"),
        ({"exp": 1_000}, "has expired"),
        ({"exp": None}, "exp"),
        ({"exp": "never"}, "exp"),
        ({"iat": None}, "iat"),
        ({"jti": None}, "jti"),
        ({"jti": ""}, "jti"),
        ({"jti": 7}, "jti"),
        ({"sub": None}, "sub"),
        ({"sub": "x" * 2000}, "`sub`"),
        ({"nbf": 4_000_000_000}, "not yet valid"),
        ({"iat": 4_000_000_000}, "in the future"),
    ],
)
def test_what_is_not_as_the_settings_say_is_told_beside_what_was_expected(
    scene: Scene, claims: dict[str, Any], said: str
) -> None:
    with pytest.raises(BadIdentityError) as caught:
        scene.verify(scene.token(**claims))
    assert said in str(caught.value)


def test_a_minute_of_difference_between_clocks_is_no_fault(scene: Scene) -> None:
    now = scene.hands.now.timestamp()
    scene.verify(scene.token(exp=int(now) - 59))
    scene.verify(scene.token(nbf=int(now) + 59, iat=int(now) + 59))
    for claims in ({"exp": int(now) - 60}, {"nbf": int(now) + 61}):
        with pytest.raises(BadIdentityError):
            scene.verify(scene.token(**claims))


def unsigned(scene: Scene) -> str:
    header, payload, _ = scene.token().split(".")
    none = base64.urlsafe_b64encode(json.dumps({"alg": "none", "kid": "rsa"}).encode()).rstrip(b"=").decode()
    assert header != none
    return f"{none}.{payload}."


def by_the_public_key_as_a_secret(scene: Scene) -> str:
    header = base64.urlsafe_b64encode(json.dumps({"alg": "HS256", "kid": "rsa"}).encode()).rstrip(b"=")
    signed = header + b"." + scene.token().split(".")[1].encode()
    signature = hmac.digest(scene.issuer.keys[0].as_pem(private=False), signed, "sha256")
    return (signed + b"." + base64.urlsafe_b64encode(signature).rstrip(b"=")).decode()


def by_another_key_of_the_same_name(scene: Scene) -> str:
    return scene.token(key=RSAKey.generate_key(2048, {"kid": "rsa"}))


def changed_after_it_was_signed(scene: Scene) -> str:
    header, payload, signature = scene.token().split(".")
    claims = json.loads(base64.urlsafe_b64decode(payload + "=="))
    forged = base64.urlsafe_b64encode(json.dumps(claims | {"sub": "me"}).encode()).rstrip(b"=").decode()
    return f"{header}.{forged}.{signature}"


@pytest.mark.parametrize(
    "forge",
    [unsigned, by_the_public_key_as_a_secret, by_another_key_of_the_same_name, changed_after_it_was_signed],
)
def test_a_token_that_the_issuer_did_not_sign_is_not_believed(scene: Scene, forge: Any) -> None:
    with pytest.raises(BadIdentityError, match="signature"):
        scene.verify(forge(scene))


@pytest.mark.parametrize("text", ["a.b.c", "..", "e30.e30.e30", "é.é.é", "W10.W10.", "x" * 9000 + ".a.b"])
def test_garbage_with_two_dots_is_refused(scene: Scene, text: str) -> None:
    with pytest.raises(BadIdentityError):
        scene.verify(text)


def test_the_entry_of_the_settings_that_fits_says_which_course(scene: Scene) -> None:
    other = scene.issuer.settings(course="second", claims={"repository": "second-org/*"})
    assert scene.verify(scene.token(repository="second-org/hw6"), other).course == "second"
    assert scene.verify(scene.token(), other).course == "default"


def test_keys_are_fetched_once_an_hour_and_again_for_a_new_one(scene: Scene) -> None:
    for _ in range(3):
        scene.verify(scene.token())
    assert scene.issuer.asked == [
        "https://issuer.example/.well-known/openid-configuration",
        "https://issuer.example/keys",
    ]
    scene.hands.move(LIFE.total_seconds())
    scene.verify(scene.token())
    assert len(scene.issuer.asked) == 4
    scene.issuer.keys.append(RSAKey.generate_key(2048, {"kid": "new"}))
    scene.hands.move(REST.total_seconds())
    scene.verify(scene.token(key=scene.issuer.keys[-1]))
    assert len(scene.issuer.asked) == 6


def test_names_of_keys_that_are_made_up_do_not_make_the_service_ask_each_time(scene: Scene) -> None:
    for number in range(5):
        with pytest.raises(BadIdentityError):
            scene.verify(scene.token(header={"kid": f"made-up-{number}"}))
    assert len(scene.issuer.asked) == 2


def test_an_issuer_that_is_down_is_no_fault_of_the_token_and_is_let_rest(scene: Scene) -> None:
    scene.issuer.down = True
    for _ in range(2):
        with pytest.raises(IssuerUnreachableError):
            scene.verify(scene.token())
    assert len(scene.issuer.asked) == 1
    scene.issuer.down = False
    scene.hands.move(REST.total_seconds())
    scene.verify(scene.token())


def test_keys_are_not_taken_from_an_open_line_and_claims_are_needed() -> None:
    for changes in ({"issuer": "http://127.0.0.1.example"}, {"jwks_url": "http://keys.example"}, {"claims": {}}):
        with pytest.raises(ValidationError):
            TrustedIssuer(**Issuer(keys=[]).settings(**changes))


def test_the_settings_that_the_operators_guide_shows_are_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    guide = (ROOT / "docs" / "operators.md").read_text()
    monkeypatch.setenv("GRADEBOUND_OIDC", guide.partition("GRADEBOUND_OIDC='")[2].partition("'\n")[0])
    assert [trusted.course for trusted in Settings().oidc] == ["ml-2026", "ml-2026"]


def test_a_workload_is_kept_under_its_subject_shortened_if_need_be() -> None:
    def name(subject: str) -> str:
        return name_of(Workload("https://ci.example", subject, "j", "default", datetime(2026, 1, 1, tzinfo=UTC)))

    assert name("repo:a/b") == "ci.example/repo:a/b"
    long = [name("repo:" + "x" * 300 + end) for end in ("a", "b")]
    assert len(set(long)) == 2
    assert all(len(one) <= 200 for one in long)
    assert name("a\nb").isprintable()


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Running, Issuer]]:
    with on_a_port() as issuer:
        trusted = (TrustedIssuer(**issuer.settings()),)
        with serving(settings(tmp_path_factory.mktemp("workloads"), oidc=trusted)) as service:
            yield service, issuer


def fresh(issuer: Issuer, **claims: Any) -> str:
    return issuer.token(system_clock().timestamp(), **claims)


def test_an_identity_token_is_good_for_one_request(
    running: tuple[Running, Issuer], caplog: pytest.LogCaptureFixture
) -> None:
    service, issuer = running
    caplog.set_level(logging.DEBUG)
    identity = fresh(issuer)
    with closing(service.with_token(identity)) as job:
        answer = post(job, FOR_ANN)
        assert (answer.status_code, answer.json()["score"]) == (201, 2)
        again = post(job, FOR_ANN)
    assert (again.status_code, problem_of(again)["code"]) == (401, "bad_identity")
    assert "used already" in problem_of(again)["detail"]
    assert identity not in caplog.text
    assert identity.split(".")[2] not in caplog.text


def test_an_hours_token_for_an_identity_token_serves_a_whole_job(running: tuple[Running, Issuer]) -> None:
    service, issuer = running
    with closing(service.with_token(fresh(issuer))) as job:
        made = job.post(EXCHANGE)
        assert made.status_code == 201
        assert problem_of(job.post(EXCHANGE))["code"] == "bad_identity"
    assert (
        timedelta(minutes=59) < datetime.fromisoformat(made.json()["expires_at"]) - system_clock() < timedelta(hours=1)
    )
    with closing(service.with_token(made.json()["token"])) as job:
        places = [post(job, FOR_ANN).headers["Location"] for _ in range(2)]
        assert [job.get(place).status_code for place in places] == [200, 200]
        you = job.get("/api/v1/course").json()["you"]
        assert you["role"] == "ci"
        assert you["id"].endswith("/repo:course-org/hw6:ref:refs/heads/main")
        assert job.get(SUBMISSIONS.replace("submissions", "scores.json")).status_code == 403
    log = service.as_role("admin").get("/api/v1/course/audit-log").json()["entries"]
    assert "workload.admit" in {entry["action"] for entry in log}


def test_over_http_too_the_answer_says_what_was_expected(running: tuple[Running, Issuer]) -> None:
    service, issuer = running
    for identity, said in [
        (fresh(issuer, aud="other"), f"expected {AUDIENCE}"),
        (fresh(issuer, repository="someone/else"), "'course-org/*'"),
        ("gb_no.jwt.atall", "no JWT"),
    ]:
        with closing(service.with_token(identity)) as job:
            for answer in (job.get("/api/v1/assignments"), job.post(EXCHANGE)):
                assert answer.status_code == 401
                assert said in problem_of(answer)["detail"]
                assert identity not in answer.text


def test_from_the_shell_an_identity_token_is_exchanged(running: tuple[Running, Issuer]) -> None:
    service, issuer = running
    done = shell(service, fresh(issuer), "token", "exchange")
    assert done.exit_code == 0, done.output
    with closing(service.with_token(done.stdout.strip())) as job:
        assert job.get("/api/v1/course").json()["you"]["role"] == "ci"
