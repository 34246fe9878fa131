# docker run --rm -v rounds:/data rounds init --host HOST --institution-name NAME, then: docker run -v rounds:/data rounds
FROM python:3.13-slim AS build
WORKDIR /source
COPY requirements.lock ./
RUN python -m venv /opt/rounds && /opt/rounds/bin/pip install --no-cache-dir --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY federation federation
COPY migrations migrations
COPY node node
COPY web web
# The build tools came with the lock file's hashes and leave again once the wheel is made.
RUN /opt/rounds/bin/pip wheel --no-deps --no-build-isolation --wheel-dir /wheel . \
 && /opt/rounds/bin/pip install --no-deps /wheel/*.whl \
 && /opt/rounds/bin/pip uninstall --yes hatchling trove-classifiers pluggy pathspec pip

FROM python:3.13-slim
COPY --from=build /opt/rounds /opt/rounds
ENV PATH=/opt/rounds/bin:$PATH PYTHONUNBUFFERED=1 \
    ROUNDS_CONFIG=/data/rounds.toml ROUNDS_DATA_DIR=/data ROUNDS_BIND=0.0.0.0 ROUNDS_PORT=8000
RUN useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin rounds \
 && install --directory --owner=10001 --group=10001 --mode=0700 /data
USER 10001
WORKDIR /data
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=6s --start-period=20s CMD ["python", "-m", "node.health"]
ENTRYPOINT ["rounds"]
CMD ["serve"]
