# The plugin for docker-compose.yaml. If `go tool mage build` has made dist/, it is used as it is.
FROM node:22-alpine AS frontend
WORKDIR /src
COPY . .
RUN [ -f dist/module.js ] || (npm ci && npm run build)

FROM golang:1.26-alpine AS backend
WORKDIR /src
COPY . .
RUN binary=dist/gpx_burnline_linux_$(go env GOARCH) && mkdir -p dist && \
    ([ -f "$binary" ] || CGO_ENABLED=0 go build -ldflags "-s -w" -o "$binary" ./pkg)

FROM busybox:1.37
COPY --from=frontend /src/dist /dist
COPY --from=backend /src/dist /dist
CMD ["sh", "-ec", "rm -rf /plugin/* && cp -R /dist/. /plugin/"]
