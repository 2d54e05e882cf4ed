# Two stages: the first installs what is pinned, with hashes; the second holds the result and runs as nobody special.
FROM python:3.12-slim AS build
WORKDIR /srv/gradebound
COPY requirements/run.txt requirements/run.txt
RUN python -m venv .venv && .venv/bin/pip install --no-cache-dir --require-hashes --requirement requirements/run.txt
COPY pyproject.toml README.md ./
COPY app app
COPY grader grader
COPY reference reference
RUN .venv/bin/pip install --no-cache-dir --no-deps --no-build-isolation --no-index --editable . \
    && .venv/bin/python -m compileall -q app grader reference

FROM python:3.12-slim
RUN useradd --system --create-home --uid 10001 gradebound && install --directory --owner gradebound /var/lib/gradebound
WORKDIR /srv/gradebound
COPY --from=build /srv/gradebound /srv/gradebound
COPY migrations migrations
COPY rubrics rubrics
ENV PATH=/srv/gradebound/.venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    GRADEBOUND_DATABASE=sqlite:////var/lib/gradebound/gradebound.db
USER gradebound
VOLUME /var/lib/gradebound
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import httpx; httpx.get('http://127.0.0.1:8000/readyz').raise_for_status()"]
CMD ["gradebound", "serve", "--host", "0.0.0.0", "--port", "8000"]
