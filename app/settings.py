"""What an operator can set, each by an environment variable `GRADEBOUND_<NAME>`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

HOME = Path(__file__).resolve().parents[1]


def is_safe(url: str) -> bool:
    """Whether what comes from there is what was sent from there: by TLS, or from this machine."""
    parts = urlsplit(url)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in {"127.0.0.1", "localhost"})


class TrustedIssuer(BaseModel):
    """An issuer of workloads' identity tokens, and what one must say to let its bearer into a course as its CI.

    `claims` are texts, or patterns with `*`; without any, each workload of the issuer in the world would come in.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    issuer: str
    audience: str = Field(min_length=1)
    course: str = "default"
    jwks_url: str | None = None
    claims: Mapping[str, str] = Field(min_length=1)

    @field_validator("issuer", "jwks_url")
    @classmethod
    def _is_safe(cls, url: str | None) -> str | None:
        """Keys that come over an open line could be anybody's."""
        if url is not None and not is_safe(url):
            raise ValueError("an issuer is asked over https:// (http:// on this machine only)")
        return url


class Settings(BaseSettings):
    """The service's settings; docs/operators.md says when to change which."""

    model_config = SettingsConfigDict(env_prefix="GRADEBOUND_", frozen=True)

    database: str = Field(default=f"sqlite:///{HOME / 'var' / 'gradebound.db'}", description="an SQLAlchemy URL")
    rubrics: Path = Field(default=HOME / "rubrics", description="the folder of rubric files")
    max_body_bytes: int = Field(default=250_000, gt=0, description="the largest submission that is read, in bytes")
    max_yaml_bytes: int = Field(default=64_000, gt=0, description="the same for YAML, which takes longer to parse")
    max_batch_bytes: int = Field(default=20_000_000, gt=0, description="the largest batch of submissions, in bytes")
    workers: int = Field(default=2, ge=1, description="grading processes")
    grading_seconds: float = Field(default=60.0, gt=0, description="one grading's time before it's broken off")
    grading_cpu_seconds: float = Field(default=20.0, gt=0, description="one grading's CPU time before it's ended")
    grading_megabytes: int = Field(default=2048, ge=256, description="one grading process's address space")
    worker_jobs: int = Field(default=5000, ge=1, description="gradings of a process before it is replaced by a new one")
    answer_seconds: float = Field(default=4.0, gt=0, description="how long a POST waits for its report before 202")
    tries: int = Field(default=3, ge=1, description="gradings tried in one run of the service before a TA is needed")
    retry_seconds: float = Field(default=5.0, ge=0, description="the wait before the first retry; doubles each time")
    look_seconds: float = Field(default=15.0, gt=0, description="how often what has no report is looked for")
    max_connections: int = Field(default=500, ge=1, description="open connections; those beyond are closed at once")
    max_requests: int = Field(default=300, ge=1, description="requests answered at the same time")
    max_requests_each: int = Field(default=60, ge=1, description="the same for one person")
    header_seconds: float = Field(default=10.0, gt=0, description="how long a request's head may take to arrive")
    body_seconds: float = Field(default=60.0, gt=0, description="how long a request's body may take to arrive")
    stop_seconds: float = Field(default=8.0, ge=1, description="how long the service takes to stop, whatever hangs")
    submits_per_minute: int = Field(default=600, ge=1, description="submissions that one student may send a minute")
    ci_submits_per_minute: int = Field(default=20_000, ge=1, description="the same for everybody else, a CI above all")
    reads_per_minute: int = Field(default=20_000, ge=1, description="other requests that one person may send a minute")
    oidc: tuple[TrustedIssuer, ...] = Field(default=(), description="issuers of identity tokens of workloads, as JSON")
