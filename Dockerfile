# tieline as an image: `docker build -t tieline:local .`
#
# BASE is any image with Python 3.11 to 3.13 as python3. Both stages use the same one, so that the
# environment made in the first runs in the second, which has no tools to build with.
#
# The default is built with profile-guided and link-time optimisation. Choose another base that is,
# too: the engine needs about a tenth less processor time on it (docs/operations.md, "Python").
ARG BASE=python:3.13-slim

FROM ${BASE} AS built
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /source
RUN python3 -m venv /opt/tieline && python3 -m venv /opt/tools
COPY requirements requirements
RUN /opt/tieline/bin/pip install --require-hashes -r requirements/runtime.txt \
 && /opt/tools/bin/pip install --require-hashes -r requirements/build.txt
COPY pyproject.toml README.md LICENSE ./
COPY domain domain
COPY projections projections
COPY adapters adapters
COPY demo demo
COPY simulation simulation
RUN /opt/tools/bin/pip wheel --no-deps --no-build-isolation --wheel-dir /tmp/wheel . \
 && /opt/tieline/bin/pip install --no-index --no-deps /tmp/wheel/*.whl \
 && /opt/tieline/bin/python -m compileall -q /opt/tieline \
 && /opt/tieline/bin/pip uninstall --yes --quiet pip

FROM ${BASE}
LABEL org.opencontainers.image.title="tieline" \
      org.opencontainers.image.licenses="Apache-2.0"
ENV PATH=/opt/tieline/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
COPY --from=built /opt/tieline /opt/tieline
# Nobody in particular, who owns nothing but the folders of the keys and of the tokens.
RUN mkdir -m 700 /keys /access && chown 10001:10001 /keys /access
USER 10001:10001
WORKDIR /tmp
ENTRYPOINT ["tieline"]
CMD ["--help"]
