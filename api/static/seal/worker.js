// Keeps the page of the offline seal, so that it opens without a network.

const KEPT = "sello-1";
const PATIENCE = 4000; // milliseconds that a network which hangs is waited for
const FILES = [
  "/sello", "/static/base.css", "/static/calendar.css", "/static/page.js", "/static/leave.js", "/static/calendar.js", "/static/icon.svg",
  "/static/seal/page.js", "/static/seal/seal.js", "/static/seal/manifest.webmanifest",
  "/static/vendor/jsqr.js", "/static/vendor/ed25519.js",
];

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(KEPT).then((kept) => kept.addAll(FILES)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const old = caches.keys().then((names) => Promise.all(names.filter((name) => name !== KEPT).map((name) => caches.delete(name))));
  event.waitUntil(old.then(() => self.clients.claim()));
});

// The network first: keys and texts may have changed. What was kept is for when there is none.
self.addEventListener("fetch", (event) => {
  const path = new URL(event.request.url).pathname;
  if (event.request.method !== "GET" || !FILES.includes(path)) return;
  event.respondWith((async () => {
    const kept = await caches.open(KEPT);
    try {
      const fresh = await fetch(event.request, { signal: AbortSignal.timeout(PATIENCE) });
      if (!fresh.ok) return (await kept.match(path)) ?? fresh;
      await kept.put(path, fresh.clone()).catch(() => undefined);
      return fresh;
    } catch {
      return (await kept.match(path)) ?? Response.error();
    }
  })());
});
