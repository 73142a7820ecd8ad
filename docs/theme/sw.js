/* Keeps the pages of one language on the reader's machine, so that they are there without a network.
   With one they always come from it: what is kept is only ever a second choice. */
"use strict"

// What is kept ahead of any visit, by its address below this file, with a hash of its content.
const FILES = /* FILES */ {}
// Folders below this one that aren't of this language.
const OTHERS = /* OTHERS */ []

const SCOPE = new URL("./", self.location)
const STORE = "stopwatch " + SCOPE.pathname
const NOTES = new URL(".kept", SCOPE).href // address → hash of what is kept
const PATIENCE = 4000 // ms until a slow network counts as none
const NEVER_CHANGES = /^assets\/.*\.[0-9a-f]{8}\.(min\.)?\w+$|^python\/\d/ // the name says what it holds

self.addEventListener("install", () => self.skipWaiting())

self.addEventListener("activate", (event) => {
  event.waitUntil(tidy().then(() => self.clients.claim()))
})

self.addEventListener("fetch", (event) => {
  const path = pathOf(event.request)
  if (path === null) return
  event.respondWith(NEVER_CHANGES.test(path) ? keptFirst(event, path) : networkFirst(event, path))
})

self.addEventListener("message", (event) => {
  if (event.data === "keep") event.waitUntil(keepAhead())
})

// The path below this file of what is asked for; null if it is nothing to be kept.
function pathOf(request) {
  const url = new URL(request.url)
  if (request.method !== "GET" || request.headers.has("range")) return null
  if (url.origin !== SCOPE.origin || !url.pathname.startsWith(SCOPE.pathname)) return null
  const path = decodeURI(url.pathname.slice(SCOPE.pathname.length)).replace(/(^|\/)index\.html$/, "$1")
  return OTHERS.includes(path.split("/")[0]) || path.endsWith(".zip") ? null : path
}

async function keptFirst(event, path) {
  return (await kept(path)) || networkFirst(event, path)
}

async function networkFirst(event, path) {
  const answer = fetch(event.request)
  event.waitUntil(answer.then((response) => keep(path, response.clone())).catch(() => {}))
  let late
  const patience = new Promise((done) => { late = setTimeout(done, PATIENCE) })
  try {
    const response = await Promise.race([answer, patience])
    if (response && response.status < 500) return response
  } catch (_) {
    // No network, or no host.
  } finally {
    clearTimeout(late)
  }
  return (await kept(path)) || answer
}

async function kept(path) {
  return (await caches.open(STORE)).match(new URL(path, SCOPE))
}

async function keep(path, response) {
  if (!response.ok || response.type !== "basic" || response.redirected) return
  await (await caches.open(STORE)).put(new URL(path, SCOPE), response)
}

// One after another and after everything else: whoever reads on must not wait for this.
async function keepAhead() {
  const notes = await readNotes()
  for (const [path, hash] of Object.entries(FILES)) {
    if (notes[path] === hash) continue
    try {
      await keep(path, await fetch(new URL(path, SCOPE), { priority: "low" }))
    } catch (_) {
      return // Next time.
    }
    notes[path] = hash
    await writeNotes(notes)
  }
}

// Of an earlier version of the site only what is still there is worth its place.
async function tidy() {
  const store = await caches.open(STORE)
  for (const request of await store.keys()) {
    const path = pathOf(request)
    const known = path !== null && (Object.hasOwn(FILES, path) || NEVER_CHANGES.test(path))
    if (!known && request.url !== NOTES) await store.delete(request)
  }
}

async function readNotes() {
  const response = await (await caches.open(STORE)).match(NOTES)
  return response ? response.json() : {}
}

async function writeNotes(notes) {
  await (await caches.open(STORE)).put(NOTES, new Response(JSON.stringify(notes)))
}
