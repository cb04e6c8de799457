# syntax=docker/dockerfile:1
FROM golang:1.26 AS build
WORKDIR /src
ENV CGO_ENABLED=0
COPY go.mod go.sum ./
RUN --mount=type=cache,target=/go/pkg/mod go mod download
COPY . .
RUN --mount=type=cache,target=/go/pkg/mod --mount=type=cache,target=/root/.cache/go-build \
    go build -trimpath -ldflags "-s -w" -o /out/sentineliq ./cmd/sentineliq \
 && mkdir /out/data

# Nothing but the program, the authorities it trusts and the time zones: no
# shell to land in. The root may be read-only; what is kept is in /data.
FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /usr/local/go/lib/time/zoneinfo.zip /zoneinfo.zip
COPY --from=build /out/sentineliq /sentineliq
COPY --from=build --chown=65532:65532 /out/data /data
ENV ZONEINFO=/zoneinfo.zip \
    HTTP_ADDR=0.0.0.0:8000 \
    DATA_DIR=/data \
    TMPDIR=/data \
    SQLITE_TMPDIR=/data
USER 65532:65532
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s CMD ["/sentineliq", "healthcheck"]
ENTRYPOINT ["/sentineliq"]
CMD ["serve"]
