# api, worker and action server: Python 3.12. The fonts of the papers and the libraries of the pages are npm packages.
FROM node:22-bookworm-slim AS fonts
WORKDIR /fonts
COPY documents/package.json documents/package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts --no-audit

FROM python:3.12-slim-bookworm
WORKDIR /app
ENV PYTHONPATH=/app PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
COPY requirements.lock ./
RUN pip install --no-cache-dir --require-hashes -r requirements.lock
COPY --from=fonts /fonts/node_modules /app/.build/npm/node_modules
COPY vocabulary vocabulary
COPY documents documents
COPY actions actions
COPY api api
COPY docs/understanding.md docs/understanding.md
COPY --from=fonts /fonts/node_modules/jsqr/dist/jsQR.js /app/api/static/vendor/jsqr.js
COPY --from=fonts /fonts/node_modules/@noble/ed25519/index.js /app/api/static/vendor/ed25519.js
RUN useradd --system --uid 10001 comisario && mkdir /data && chown comisario /data
USER comisario
VOLUME /data
CMD ["python", "-m", "uvicorn", "api.app:create_app", "--factory", "--host", "0.0.0.0", "--port", "8000", "--no-access-log", "--log-level", "warning"]
