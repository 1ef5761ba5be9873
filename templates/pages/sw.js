/* Shows our own page where there is no network. Keeps that page and what it is drawn with; never a story. */

const NAME = "{{ name }}";
const KEPT = {{ kept|safe }};

self.addEventListener("install", (event) => {
  const anew = Object.values(KEPT.pages).map((url) => new Request(url, { cache: "reload", credentials: "omit" }));
  event.waitUntil(
    caches
      .open(NAME)
      .then((cache) => cache.addAll([...anew, ...KEPT.parts]))
      .then(() => self.skipWaiting()),
  );
});

self.addEventListener("activate", (event) => {
  const forget = async () => {
    for (const name of await caches.keys()) if (name.startsWith("offline-") && name !== NAME) await caches.delete(name);
    await self.registration.navigationPreload?.enable();
    await self.clients.claim();
  };
  event.waitUntil(forget());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.mode === "navigate" && request.method === "GET") {
    event.respondWith(open(event));
  } else if (request.method === "GET" && isPart(request.url)) {
    event.respondWith(fetch(request).catch(() => caches.match(request, { ignoreVary: true })));
  }
});

async function open(event) {
  try {
    return (await event.preloadResponse) ?? (await fetch(event.request));
  } catch {
    return (await caches.match(KEPT.pages[languageOf(event.request.url)], { ignoreVary: true })) ?? Response.error();
  }
}

/* The language the address asks for, else the browser's where it is one of ours. */
function languageOf(address) {
  const url = new URL(address);
  const asked = [url.pathname.split("/")[1], url.searchParams.get("language"), navigator.language.slice(0, 2)];
  return asked.find((code) => Object.hasOwn(KEPT.pages, code)) ?? KEPT.first;
}

function isPart(address) {
  const url = new URL(address);
  return url.origin === self.location.origin && KEPT.parts.includes(url.pathname);
}
