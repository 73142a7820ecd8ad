/* Edit and run: an editor in the card of a program, and a Python (python.js) that runs the reader's
   version in this page. Its log, timeline and replay then take the place of the recorded ones, drawn
   by the same modules. Loaded by stopwatch.js when a reader first asks for it. */
(function () {
  "use strict"

  const here = document.currentScript.src
  const chinese = (document.documentElement.lang || "en").startsWith("zh")
  const language = chinese ? "zh" : "en"
  const WORDS = {
    program: ["The program; Ctrl+Enter runs it, Escape and then Tab leaves it",
      "程序；按 Ctrl+Enter 运行，先按 Esc 再按 Tab 离开编辑器"],
    run: ["Run", "运行"],
    stop: ["Stop", "停止"],
    reset: ["Reset", "还原"],
    "reset title": ["Back to the program and the run of this page", "恢复本页的程序和运行记录"],
    share: ["Copy link", "复制链接"],
    "share title": ["A link to your version", "指向你的版本的链接"],
    close: ["Close", "关闭"],
    before: ["Running it loads Python into this page: {0} MB, once.", "运行时会在本页加载 Python：{0} MB，仅此一次。"],
    ready: ["Runs on Python {0}, in this page.", "在本页内用 Python {0} 运行。"],
    loading: ["Loading Python, {0} MB …", "正在加载 Python，{0} MB……"],
    starting: ["Starting Python …", "正在启动 Python……"],
    running: ["Running …", "正在运行……"],
    drawing: ["Drawing the run …", "正在绘制运行记录……"],
    done: ["Done in {0}.", "完成，用时 {0}。"],
    failed: ["{0} at line {1}.", "第 {1} 行：{0}"],
    "failed somewhere": ["Ended with {0}.", "以 {0} 结束。"],
    status: ["exit status {0}", "退出状态 {0}"],
    stopped: ["Stopped after {0}.", "运行 {0} 后停止。"],
    flood: ["It printed without end, and was stopped.", "输出没有尽头，已停止。"],
    threads: ["There are no threads in a browser's Python.", "浏览器里的 Python 没有线程。"],
    lost: ["Python could not be loaded: {0}", "无法加载 Python：{0}"],
    broken: ["Python broke down: {0}", "Python 运行出错：{0}"],
    disk: ["A page opened from disk can't start Python. On your machine:", "从磁盘打开的页面无法启动 Python。可在自己的机器上运行："],
    restored: ["This is your version, as you left it.", "这是你上次编辑的版本。"],
    outdated: ["This is your version; the program of the page has changed since.", "这是你上次编辑的版本；此后本页的程序有更新。"],
    received: ["A version from a link. Read it before you run it.", "来自链接的版本。运行前请先看一遍。"],
    damaged: ["The link to a version is damaged; this is the program of the page.", "版本链接已损坏；这是本页的程序。"],
    copied: ["The link is copied.", "链接已复制。"],
    "was reset": ["This is the program of the page.", "这是本页的程序。"],
  }

  function word(key, ...values) {
    return WORDS[key][chinese ? 1 : 0].replace(/\{(\d)\}/g, (_, i) => values[i])
  }

  function element(tag, attributes = {}, ...children) {
    const made = document.createElement(tag)
    for (const [name, value] of Object.entries(attributes)) {
      if (name.startsWith("on")) made.addEventListener(name.slice(2), value)
      else if (value !== null && value !== false) made.setAttribute(name, value === true ? "" : value)
    }
    made.append(...children)
    return made
  }

  function seconds(ms) {
    if (ms >= 100) return `${(ms / 1000).toFixed(2)} s`
    return `${ms.toFixed(ms >= 10 ? 0 : 1)} ms`
  }

  // Python -----------------------------------------------------------------------------------------

  // One worker runs one program: the next one starts afresh, as every `python file.py` does.
  class Python {
    constructor({ home, sources }) {
      this.hear = () => {}
      this.onBytes = () => {}
      this.bytes = 0
      // A worker whose script is a blob keeps to this page's policy: nothing from other hosts, no
      // eval. One with an address of its own would have none.
      const script = new Blob([`import ${JSON.stringify(new URL("python.js", here).href)}`],
        { type: "text/javascript" })
      const address = URL.createObjectURL(script)
      this.worker = new Worker(address, { type: "module" })
      this.ready = new Promise((done, failed) => {
        this.worker.onmessage = ({ data }) => {
          if (data.bytes) this.onBytes(this.bytes += data.bytes)
          else if (data.begun) {
            URL.revokeObjectURL(address)
            this.ask({ ask: "load", home, sources })
          }
          else if (data.ready) done(this.version = data.ready)
          else if (data.failed && data.asked === "load") failed(new Error(data.failed))
          else this.hear(data)
        }
        this.worker.onerror = (event) => {
          event.preventDefault()
          failed(new Error(event.message || "python.js"))
          this.hear({ failed: event.message || "python.js" })
        }
      })
      this.ready.catch(() => {})
    }

    ask(what) { this.worker.postMessage(what) }

    end() { this.worker.terminate() }
  }

  // The one that waits for the next program of any card.
  let spare = null

  function warmUp(place) {
    spare = spare || new Python(place)
    return spare
  }

  // Editing ----------------------------------------------------------------------------------------

  class Workbench {
    constructor(card, editor) {
      this.card = card
      this.button = card.querySelector("[data-sw=edit]")
      this.name = card.dataset.snippet
      this.key = `stopwatch:${this.name}`
      const { python, sources, size, bytes } = this.button.dataset
      this.place = { home: new URL(python, location).href, sources: new URL(sources, location).href }
      this.size = size
      this.bytes = Number(bytes)
      this.code = card.querySelector(".sw-code code")
      this.original = this.code.textContent
      this.recorded = null // what the page showed before the first run
      this.highlight = editor.highlight
      this.build(editor)
    }

    build({ create }) {
      const button = (name, action, attributes = {}) => element("button",
        { type: "button", class: `ed-${name}`, onclick: action, ...attributes }, word(name))
      this.runs = button("run", () => this.run(), { title: "Ctrl+Enter" })
      this.stops = button("stop", () => this.stop(), { hidden: true })
      this.said = element("span", { class: "ed-said", role: "status" })
      this.clock = element("span", { class: "ed-clock", "aria-hidden": "true" })
      this.progress = element("progress",
        { max: this.bytes, value: 0, hidden: true, "aria-label": word("loading", this.size) })
      this.resets = button("reset", () => this.reset(), { title: word("reset title") })
      const text = element("div", { class: "ed-text highlight" })
      this.panel = element("div", { class: "ed" }, text,
        element("div", { class: "ed-bar" }, this.runs, this.stops,
          element("span", { class: "ed-news" }, this.said, this.clock, this.progress),
          element("span", { class: "ed-more" }, this.resets,
            button("share", () => this.share(), { title: word("share title") }),
            button("close", () => { this.close(); this.button.focus() }))))
      this.card.querySelector(".sw-code").after(this.panel)
      this.editor = create({
        parent: text, text: this.original, label: word("program"),
        changed: (now) => this.keep(now), run: () => this.run(),
      })
    }

    say(text) { this.said.textContent = text }

    // What was said before anything ran.
    greet(first = "") {
      const python = spare && spare.version
      const loaded = python ? word("ready", python) : word("before", this.size)
      this.say([first, loaded].filter(Boolean).join(" "))
    }

    async open(version) {
      this.closeReplay()
      const opened = this.card.classList.contains("ed-open")
      this.card.classList.add("ed-open")
      this.button.setAttribute("aria-expanded", "true")
      this.editor.measure()
      if (version !== undefined) await this.receive(version)
      else if (!this.started) this.restore()
      if (!opened && !this.started) this.showFold()
      this.started = true
    }

    close() {
      this.card.classList.remove("ed-open")
      this.button.setAttribute("aria-expanded", "false")
    }

    // A long program opens at the function that the page shows of it.
    showFold() {
      const lines = this.card.querySelectorAll(".sw-code:not(.sw-unfolded) .sw-line:not(.sw-folded)")
      if (lines.length && this.card.querySelector(".sw-folded")) this.editor.show(Number(lines[0].dataset.line))
    }

    closeReplay() {
      const replay = this.card.querySelector("[data-sw=replay][aria-expanded=true]")
      if (replay) replay.click()
    }

    // Versions: kept in this browser, or in a link

    keep(text) {
      if (this.receiving) return // Somebody else's: it takes the place of one's own once edited.
      const edited = text !== this.original
      this.button.classList.toggle("sw-edited", edited)
      try {
        if (edited) localStorage.setItem(this.key, JSON.stringify({ text, of: digest(this.original) }))
        else localStorage.removeItem(this.key)
      } catch { /* a browser may keep nothing */ }
    }

    restore() {
      let kept = null
      try { kept = JSON.parse(localStorage.getItem(this.key)) } catch { /* as if there were none */ }
      if (!kept || typeof kept.text !== "string") return this.greet()
      this.editor.set(kept.text)
      this.greet(word(kept.of === digest(this.original) ? "restored" : "outdated"))
    }

    async receive(version) {
      let text = null
      try { text = await unpack(version) } catch { /* said below */ }
      this.receiving = true
      if (text !== null) this.editor.set(text)
      this.receiving = false
      this.greet(word(text === null ? "damaged" : "received"))
      this.card.scrollIntoView({ block: "start" })
    }

    async share() {
      const address = new URL(location)
      address.hash = `${this.card.id}!${await pack(this.editor.text())}`
      await window.stopwatch.copy(address.href)
      this.say(word("copied"))
    }

    reset() {
      this.editor.set(this.original)
      this.editor.mark(0)
      this.closeReplay()
      if (this.recorded) {
        for (const part of this.parts()) part.remove()
        this.card.append(...this.recorded)
        this.code.innerHTML = this.recordedCode
        this.recorded = null
        this.card.classList.remove("sw-mine")
        this.links(null)
      }
      this.say(word("was reset"))
    }

    // Running

    async run() {
      if (this.python || this.waiting) return
      if (location.protocol === "file:") return this.say(`${word("disk")} uv run ${this.name.split("/").pop()}`)
      this.waiting = true
      this.closeReplay()
      this.editor.mark(0)
      const wasFocused = this.runs === document.activeElement
      this.runs.hidden = true
      this.stops.hidden = false
      if (wasFocused) this.stops.focus()
      const python = warmUp(this.place)
      try {
        await this.load(python)
      } catch (error) {
        spare = null
        python.end()
        if (this.waiting) this.finish(word("lost", error.message))
        return
      }
      if (!this.waiting) return // Stopped meanwhile.
      this.waiting = false
      spare = null
      this.start(python)
    }

    async load(python) {
      if (python.version) return
      const first = !loadedOnce
      this.say(first ? word("loading", this.size) : word("starting"))
      this.progress.hidden = !first
      python.onBytes = (bytes) => { this.progress.value = Math.min(bytes, this.bytes) }
      await python.ready
      loadedOnce = true
      this.progress.hidden = true
    }

    start(python) {
      const text = this.editor.text()
      this.source = text.endsWith("\n") ? text : `${text}\n`
      this.python = python
      this.events = ""
      this.status = null
      this.resets.disabled = true
      this.began = performance.now()
      this.live = null
      this.say(word("running"))
      this.clock.textContent = ""
      this.ticking = setInterval(() => {
        this.clock.textContent = `${((performance.now() - this.began) / 1000).toFixed(1)} s`
      }, 100)
      this.hideRun()
      python.hear = (message) => this.hear(message)
      python.ask({ ask: "run", name: this.name, source: this.source, language, card: this.card.id })
    }

    hear({ events, ended, view, failed, asked }) {
      if (events) this.receiveEvents(events)
      if (ended !== undefined) {
        this.settle()
        this.status = ended
        this.say(word("drawing"))
      }
      if (view) this.show(view)
      if (!failed) return
      const ran = asked === "run" && this.status !== null
      this.discard()
      this.settle()
      // A program may have bent what its own Python draws with: the next one can still draw it.
      if (ran) return this.draw()
      this.showBefore()
      this.finish(word("broken", failed.split("\n").filter(Boolean).pop()))
    }

    discard() {
      this.python.end()
      if (spare === this.python) spare = null
    }

    receiveEvents(text) {
      this.events += text
      const items = []
      for (const line of text.split("\n")) {
        if (!line) continue
        const [kind, at, stream, who, , , said] = JSON.parse(line)
        if (kind === "start") {
          this.zero = at
          this.began = performance.now()
        }
        else if (kind === "line") items.push(logLine((at - (this.zero || at)) * 1000, stream, who, said))
        else if (kind === "flood") setTimeout(() => this.stop("flood"))
      }
      if (items.length) this.liveLog().append(...items)
    }

    // While it runs, its log grows where the recorded one was, whose timeline is pale.
    hideRun() {
      if (!this.recorded) {
        this.recorded = this.parts()
        this.recordedCode = this.code.innerHTML
      }
      this.before = this.parts()
      for (const part of this.parts()) {
        if (part.matches(".sw-timeline")) part.classList.add("ed-stale")
        else part.remove()
      }
    }

    // No new run came of it.
    showBefore() {
      for (const part of this.parts()) part.remove()
      for (const part of this.before) part.classList.remove("ed-stale")
      this.card.append(...this.before)
    }

    liveLog() {
      if (!this.live) this.card.append(this.live = element("ol", { class: "sw-log" }))
      return this.live
    }

    parts() {
      return [...this.card.children].filter((part) => !part.matches(".sw-head, .sw-code, .rp, .ed"))
    }

    settle() {
      clearInterval(this.ticking)
      this.clock.textContent = ""
    }

    stop(why = "stopped") {
      if (this.waiting) {
        this.waiting = false
        return this.finish(word("stopped", seconds(0)))
      }
      if (!this.python || this.stopping) return
      this.stopping = why
      this.stoppedAfter = performance.now() - this.began
      this.discard()
      this.settle()
      this.draw(this.stoppedAfter / 1000)
    }

    // Have the next Python draw what was recorded; `stopped` is after how many seconds, if it was.
    async draw(stopped) {
      this.say(word("drawing"))
      const python = this.python = warmUp(this.place)
      python.hear = (message) => this.hear(message)
      try {
        await python.ready
      } catch (error) {
        this.discard()
        this.showBefore()
        return this.finish(word("lost", error.message))
      }
      const { name, source, events, status } = this
      python.ask({
        ask: "view", name, source, language, card: this.card.id, events, status: status || 0, stopped,
      })
    }

    // The reader's version takes the place of the recorded one.
    show(view) {
      const made = document.createElement("template")
      made.innerHTML = view.timeline + view.log + view.words + view.foot
      for (const part of this.parts()) part.remove()
      const run = element("script", { type: "application/json", class: "sw-run", "data-snippet": this.name })
      run.textContent = view.run
      for (const part of this.recorded) part.classList.remove("ed-stale")
      this.card.append(made.content, run)
      this.card.classList.add("sw-mine")
      this.showCode()
      this.links(view.trace)
      if (view.line) this.editor.mark(view.line)
      this.finish(this.outcome(view))
    }

    outcome(view) {
      if (this.stopping === "flood") return word("flood")
      if (this.stopping) return word("stopped", seconds(this.stoppedAfter))
      const note = view.no_threads ? ` ${word("threads")}` : ""
      if (view.error) {
        return (view.line ? word("failed", view.error, view.line) : word("failed somewhere", view.error)) + note
      }
      if (view.exit) return word("failed somewhere", word("status", view.exit))
      return word("done", seconds(view.total))
    }

    finish(text) {
      const wasFocused = this.stops === document.activeElement
      this.say(text)
      this.runs.hidden = false
      this.stops.hidden = true
      this.progress.hidden = true
      if (wasFocused) this.runs.focus()
      if (this.python && this.python !== spare) this.python.end()
      this.resets.disabled = false
      this.python = this.stopping = null
      this.waiting = false
      if (loadedOnce) warmUp(this.place)
    }

    showCode() {
      const lines = this.highlight(this.source)
      lines.pop() // after the last newline
      this.code.replaceChildren(...lines.map((parts, i) => element("span",
        { class: "sw-line", "data-line": i + 1 },
        ...parts.map(([text, name]) => name ? element("span", { class: name }, text) : text), "\n")))
      const unfold = this.card.querySelector("[data-sw=unfold]")
      if (unfold) unfold.hidden = true
    }

    // What is taken away is the reader's version too.
    links(trace) {
      const unfold = this.card.querySelector("[data-sw=unfold]")
      if (unfold) unfold.hidden = Boolean(trace)
      const [download, tracing] = this.card.querySelectorAll(".sw-actions a[download]")
      for (const [link, text] of [[download, this.source], [tracing, trace]]) {
        if (!link) continue
        if (link.href.startsWith("blob:")) URL.revokeObjectURL(link.href)
        link.dataset.href = link.dataset.href || link.getAttribute("href")
        link.href = trace ? URL.createObjectURL(new Blob([text])) : link.dataset.href
        link.download = trace ? link.dataset.href.split("/").pop() : ""
      }
    }
  }

  let loadedOnce = false

  function logLine(ms, stream, who, text) {
    return element("li", { class: stream }, element("span", { class: "t" }, (ms / 1000).toFixed(2)),
      element("span", { class: "who" }, who), element("span", { class: "text" }, text))
  }

  // A version in a link: deflated, in letters that an address may hold.

  async function through(stream, data) {
    return new Response(new Blob([data]).stream().pipeThrough(stream)).arrayBuffer()
  }

  async function pack(text) {
    const bytes = new Uint8Array(await through(new CompressionStream("deflate-raw"), text))
    const letters = btoa(String.fromCharCode(...bytes))
    return letters.replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "")
  }

  async function unpack(version) {
    const letters = atob(version.replace(/-/g, "+").replace(/_/g, "/"))
    const bytes = Uint8Array.from(letters, (letter) => letter.charCodeAt(0))
    const text = await through(new DecompressionStream("deflate-raw"), bytes)
    return new TextDecoder("utf-8", { fatal: true }).decode(text)
  }

  function digest(text) {
    let sum = 0
    for (const letter of text) sum = (Math.imul(sum, 31) + letter.codePointAt(0)) | 0
    return sum
  }

  const benches = new WeakMap()

  // Open the editor of a card, or close it; with `version`, open it with that.
  async function edit(card, { version } = {}) {
    const editor = await window.stopwatch.load("vendor/editor.js", "editor")
    if (!benches.has(card)) benches.set(card, new Workbench(card, editor))
    const bench = benches.get(card)
    if (version === undefined && card.classList.contains("ed-open")) bench.close()
    else await bench.open(version)
    if (version === undefined && card.classList.contains("ed-open")) bench.editor.focus()
  }

  // Replay is on the code, so the editor makes room.
  document.addEventListener("click", (event) => {
    const replay = event.target.closest("[data-sw=replay]")
    const bench = replay && benches.get(replay.closest(".sw-card"))
    if (bench && replay.getAttribute("aria-expanded") !== "true") bench.close()
  }, { capture: true })

  window.stopwatch = Object.assign(window.stopwatch || {}, { edit })
})()
