/* A Web Worker with a Python in it (Pyodide): it runs one program under the tracer, then draws its
   run; docs/stopwatch/worker.py is its other half. It is a worker so that the program may block, in
   an endless loop as in a sleep, and be stopped by ending the worker. */

// Return Pyodide with our machinery in it. `home` is the folder of its files, `sources` the tracer's
// and the timeline's: texts by their paths.
export async function load(home, sources) {
  const { loadPyodide } = await import(`${home}pyodide.mjs`)
  const pyodide = await loadPyodide({ indexURL: home, env: { HOME: "/home/reader" } })
  for (const [path, text] of Object.entries(sources)) {
    const file = `/machinery/${path}`
    pyodide.FS.mkdirTree(file.slice(0, file.lastIndexOf("/")))
    pyodide.FS.writeFile(file, text)
  }
  pyodide.runPython("import sys; sys.path.append('/machinery')")
  return pyodide
}

// Return what runs one program and draws its run.
export function prepare(pyodide) {
  const python = pyodide.pyimport("stopwatch.worker")
  python.prepare(sleeper())
  // Python can't be asked for the time while it writes.
  const ahead = pyodide.runPython("import time; time.perf_counter()") - performance.now() / 1000
  return {
    version: pyodide.runPython("import platform; platform.python_version()"),
    run(name, source, send) {
      // What goes straight to a file descriptor, as the interpreter's own last words.
      for (const [stream, set] of [["stdout", "setStdout"], ["stderr", "setStderr"]]) {
        pyodide[set]({
          batched(text) {
            const now = performance.now() / 1000 + ahead
            send(`${JSON.stringify(["line", now, stream, "", null, null, text])}\n`)
          },
        })
      }
      pyodide.setStdin({ stdin: () => null })
      return python.run(name, source, send)
    },
    view: (asked) => JSON.parse(python.view.callKwargs(asked)),
  }
}

// Return a function that blocks for some seconds: asleep where the browser has shared memory to wait
// on (a page may not ask for one by its name, but WebAssembly gives it), else by looking at the clock.
function sleeper() {
  try {
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true })
    const cell = new Int32Array(memory.buffer)
    Atomics.wait(cell, 0, 0, 0)
    return (seconds) => { Atomics.wait(cell, 0, 0, seconds * 1000) }
  } catch {
    return (seconds) => {
      const end = performance.now() + seconds * 1000
      while (performance.now() < end);
    }
  }
}

// In the page ------------------------------------------------------------------------------------

if (typeof WorkerGlobalScope !== "undefined") {
  let python

  const answers = {
    async load({ home, sources }) {
      countBytes()
      const files = await (await fetch(sources)).json()
      python = prepare(await load(home, files))
      closeDoors()
      postMessage({ ready: python.version })
    },
    run({ name, source, language, card }) {
      let events = ""
      const send = (text) => { events += text; postMessage({ events: text }) }
      const status = python.run(name, source, send)
      postMessage({ ended: status })
      postMessage({ view: python.view({ events, name, source, language, card, status }) })
    },
    view({ name, source, language, card, events, status, stopped }) {
      postMessage({ view: python.view({ events, name, source, language, card, status, stopped }) })
    },
  }

  postMessage({ begun: true })

  onmessage = async ({ data }) => {
    try {
      await answers[data.ask](data)
    } catch (error) {
      postMessage({ failed: String(error && error.message || error), asked: data.ask })
    }
  }
}

// Tell the page of every byte that arrives, and of what doesn't: Pyodide would wait for it forever.
function countBytes() {
  const real = fetch
  const lost = (address, why) => {
    postMessage({ failed: `${String(address).split("/").pop()}: ${why}`, asked: "load" })
  }
  self.fetch = async (address, ...options) => {
    const response = await real(address, ...options).catch((error) => {
      lost(address, error.message)
      throw error
    })
    if (!response.ok) lost(address, response.status)
    if (!response.ok || !response.body) return response
    const counting = new TransformStream({
      transform(chunk, controller) {
        postMessage({ bytes: chunk.byteLength })
        controller.enqueue(chunk)
      },
    })
    return new Response(response.body.pipeThrough(counting), { headers: response.headers })
  }
}

// A program may come from a link that somebody sent: it reaches neither the network nor what this
// site keeps in the browser.
function closeDoors() {
  for (const name of ["fetch", "XMLHttpRequest", "WebSocket", "EventSource", "indexedDB", "caches",
    "BroadcastChannel", "Worker", "importScripts", "WebTransport"]) {
    Object.defineProperty(self, name, { value: undefined, configurable: false, writable: false })
  }
}
