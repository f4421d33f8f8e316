# Evenkeel in one image: `api`, `worker` and `node` are commands of it, `--help` of each says what it takes.
#
#   docker build -t evenkeel .
#
# docker-compose.yml runs a whole installation of it; docs/deployment.md tells about ports, certificates and data.
# `npm run try-image` runs these steps without Docker, in an empty folder.

FROM node:24.21.0-bookworm-slim AS build
WORKDIR /evenkeel
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY tsconfig.json tsconfig.build.json ./
COPY src src
COPY migrations migrations
COPY types types
RUN node_modules/.bin/tsc -p tsconfig.build.json

FROM node:24.21.0-bookworm-slim AS dependencies
WORKDIR /evenkeel
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev

FROM node:24.21.0-bookworm-slim
ENV NODE_ENV=production
ENV EVENKEEL_HEALTH_URL=http://127.0.0.1:5665/health/ready
WORKDIR /evenkeel
COPY --from=dependencies /evenkeel/node_modules node_modules
COPY --from=build /evenkeel/dist dist
COPY package.json ./
# What a process keeps. A volume takes this owner when it is first mounted.
WORKDIR /data
RUN chown 1000:1000 .
USER 1000:1000
VOLUME /data
EXPOSE 5665 5666 5667 10809
HEALTHCHECK --interval=5s --timeout=5s --start-period=60s --retries=3 CMD ["node", "/evenkeel/dist/src/cli/main.js", "health"]
ENTRYPOINT ["node", "/evenkeel/dist/src/cli/main.js"]
CMD ["--help"]
