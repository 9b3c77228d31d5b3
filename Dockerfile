# One image for the router and every service; the command says which one runs.
FROM python:3.13-slim AS build
WORKDIR /build
RUN python -m venv /opt/sgm
COPY requirements/runtime.txt .
RUN /opt/sgm/bin/pip install --no-cache-dir --no-deps --require-hashes -r runtime.txt
COPY pyproject.toml README.md ./
COPY router router
COPY subgraphs subgraphs
RUN /opt/sgm/bin/pip install --no-cache-dir --no-deps .

FROM python:3.13-slim
RUN useradd --system --uid 10001 --create-home --home-dir /srv/sgm sgm \
 && install --directory --owner=sgm --mode=700 /srv/identity
COPY --from=build /opt/sgm /opt/sgm
WORKDIR /srv/sgm
COPY schema schema
ENV PATH=/opt/sgm/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
USER sgm
ENTRYPOINT ["sgm"]
CMD ["--help"]
