/* Only in the archive: pages from disk may start no worker, so the search's runs in a hidden frame. */
(function () {
  "use strict"
  if (location.protocol !== "file:") return

  window.Worker = class extends EventTarget {
    constructor(address) {
      super()
      const worker = this
      address = new URL(address, document.baseURI)
      const frame = document.createElement("iframe")
      frame.hidden = true
      frame.title = "search"
      document.body.append(frame)
      const inside = frame.contentWindow
      const load = function (file) {
        return new Promise(function (done, failed) {
          const script = inside.document.createElement("script")
          script.src = new URL(file, address)
          script.onload = done
          script.onerror = failed
          inside.document.body.append(script)
        })
      }
      // One after another: they build on each other.
      inside.importScripts = async function (...files) {
        for (const file of files) await load(file)
      }
      inside.postMessage = function (data) {
        worker.dispatchEvent(new MessageEvent("message", { data }))
      }
      this.inside = inside
      this.ready = load(address)
    }

    async postMessage(data) {
      await this.ready
      this.inside.dispatchEvent(new this.inside.MessageEvent("message", { data }))
    }
  }
})()
