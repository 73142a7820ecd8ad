/* The replay: plays a recorded run inside its card, on the code, the timeline and the log.

   First the Run and what can be known of it at any moment: pure functions, tested without a browser.
   Then the player. Loaded by stopwatch.js when a reader first asks for it. Times are ms. */
(function () {
  "use strict"

  // The Run ----------------------------------------------------------------------------------------

  const KINDS = ["task", "thread", "process"]
  const OUTCOMES = ["done", "error", "cancelled", "unfinished"]

  // A run as docs/stopwatch/packed.py packs it becomes one as docs/stopwatch/model.py describes it.
  // One that is not packed passes through.
  function unpack(packed) {
    if (packed.segments.length ? !Array.isArray(packed.segments[0]) : !packed.waits) return packed
    const ms = (us) => us / 1000
    const tasks = new Set(packed.lanes.filter((lane) => lane[2] === 0).map((lane) => lane[0]))
    let at = 0
    const segments = packed.segments.map((row) => {
      const [lane, later, length = 0, queued = 0, late = 0, line = 0, reason = 0] = row
      at += later || 0
      return {
        lane, start: ms(at), end: ms(at + length), ready: ms(at - queued),
        due: late < 0 || !tasks.has(lane) ? null : ms(at - late),
        cpu: late < 0 || tasks.has(lane) ? null : ms(late), line: line || null,
        waits_on: reason ? packed.waits[reason - 1][0] : null, waits_for: row.slice(7),
      }
    })
    at = 0
    const output = packed.output.map(([later, lane, line]) => {
      at += later
      return { t: ms(at), lane: lane || null, line: line || null }
    })
    const lanes = packed.lanes.map(([id, name, kind, parent, created, ended, outcome, error, shade, entry]) => ({
      id, name, kind: KINDS[kind], parent: parent || null, created: ms(created),
      ended: ended < 0 ? null : ms(ended), outcome: OUTCOMES[outcome], error: error || null, shade,
      entry: entry || null, // the line where its function begins
    }))
    return {
      snippet: packed.snippet, total: ms(packed.total), thinned: packed.thinned,
      words: Object.fromEntries(packed.waits), lanes, segments, output,
    }
  }

  const known = new WeakMap()

  // What every lane did when, as in docs/stopwatch/timeline/states.py; computed once for a run.
  function activityOf(run) {
    if (!known.has(run)) known.set(run, computeActivity(run))
    return known.get(run)
  }

  function computeActivity(run) {
    const lanes = new Map(run.lanes.map((lane) => [lane.id, { lane, segments: [], printed: [] }]))
    const holders = new Map() // by home: the segments of all that runs there
    const homeOf = (id) => {
      while (lanes.has(id) && lanes.get(id).lane.kind === "task") id = lanes.get(id).lane.parent
      return id
    }
    const inOrder = run.segments.filter((s) => lanes.has(s.lane)).sort((a, b) => a.start - b.start)
    for (const segment of inOrder) {
      const home = homeOf(segment.lane)
      lanes.get(segment.lane).segments.push(segment)
      if (!holders.has(home)) holders.set(home, [])
      holders.get(home).push(segment)
    }
    for (const line of run.output) if (lanes.has(line.lane)) lanes.get(line.lane).printed.push(line)
    // Did others hold the lane's loop for most of that time?
    const isHeld = (lane, start, end) => {
      const others = holders.get(homeOf(lane.id)) || []
      let held = 0
      let i = after(others, end, (s) => s.start, true)
      while (i-- > 0 && held < (end - start) / 2 && others[i].end > start) {
        held += others[i].end - Math.max(start, others[i].start)
      }
      return held >= (end - start) / 2
    }
    for (const own of lanes.values()) {
      own.phases = own.lane.kind === "task" ? phasesOfTask(run, own, isHeld) : phasesOfThread(own)
      const last = own.phases[own.phases.length - 1]
      const over = run.total < own.lane.created ? own.lane.created : run.total
      own.end = own.lane.ended === null ? over : own.lane.ended
      // A task that returned or raised was at its end when it let go of the loop.
      const returned = own.lane.outcome === "done" || own.lane.outcome === "error"
      if (own.lane.kind === "task" && last && last.state === "running" && returned) own.end = last.end
    }
    return [...lanes.values()]
  }

  function phasesOfTask(run, { lane, segments, printed }, isHeld) {
    const phases = []
    const add = (phase, start, end) => { if (end > start) phases.push({ ...phase, start, end }) }
    let at = lane.created
    // Before its first step a task waits for nothing: it is ready from its creation on.
    let waiting = { state: "ready", line: lane.entry || null, waitsOn: null, waitsFor: [] }
    for (const segment of segments) {
      let since = at
      if (waiting.state === "suspended") {
        since = segment.due === null ? segment.ready : segment.due
        since = Math.min(Math.max(since, at), segment.start)
        // When nobody held the loop, the system was late, and nobody was kept waiting.
        if (!isHeld(lane, since, segment.start)) since = segment.start
        add({ ...waiting, due: segment.due }, at, since)
      }
      add({ state: "ready", line: waiting.line, waitsOn: null, waitsFor: [] }, since, segment.start)
      const lines = linesIn(segment, waiting.line, printed)
      add({ state: "running", lines, waitsOn: null, waitsFor: [] }, segment.start, segment.end)
      at = segment.end
      waiting = {
        state: segment.waits_on ? "suspended" : "ready", line: segment.line,
        waitsOn: segment.waits_on, waitsFor: segment.waits_for,
      }
    }
    if (waiting.state === "suspended" || !segments.length || /cancel|unfin/.test(lane.outcome)) {
      add({ ...waiting, due: null }, at, lane.ended === null ? run.total : lane.ended)
    }
    return phases
  }

  function phasesOfThread({ lane, segments, printed }) {
    return segments.map((segment, i) => ({
      state: "running", start: segment.start, end: segment.end, waitsOn: null, waitsFor: [],
      lines: linesIn(segment, i ? segments[i - 1].line : lane.entry, printed),
      share: segment.cpu === null ? null : Math.min(1, segment.cpu / (segment.end - segment.start)),
    }))
  }

  // Inside a stretch it is known where it began and where each line was printed.
  function linesIn(segment, from, printed) {
    const lines = printed
      .filter((line) => line.line && line.t >= segment.start && line.t <= segment.end)
      .map((line) => [line.t, line.line])
    return [[segment.start, from || (lines.length ? lines[0][1] : segment.line)], ...lines]
  }

  // The number of items whose key is at most t (or, strictly, below it). Keys are in order.
  function after(items, t, key, below) {
    let low = 0
    let high = items.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (below ? key(items[middle]) < t : key(items[middle]) <= t) low = middle + 1
      else high = middle
    }
    return low
  }

  // The state of a run at a moment: of each lane; the loop's ready queue and timers; who waits for
  // something else; how many lines were printed.
  function stateAt(run, t) {
    const lanes = activityOf(run).map((own) => laneAt(own, t))
    const tasks = lanes.filter((lane) => lane.kind === "task" && lane.shown)
    const by = (key) => (a, b) => (a[key] === null) - (b[key] === null) || a[key] - b[key]
    const suspended = tasks.filter((lane) => lane.state === "suspended")
    return {
      lanes,
      readyQueue: tasks.filter((lane) => lane.state === "ready").sort(by("since")).map((l) => l.id),
      timers: suspended.filter((lane) => lane.waitsOn === "sleep").sort(by("due"))
        .map(({ id, due }) => ({ id, due })),
      waiting: suspended.filter((lane) => lane.waitsOn !== "sleep")
        .map(({ id, waitsOn, waitsFor }) => ({ id, waitsOn, waitsFor })),
      // An interpreter's last words may come after the program's end.
      output: after(run.output, t, (line) => Math.min(line.t, run.total)),
    }
  }

  function laneAt({ lane, phases, end }, t) {
    const at = {
      id: lane.id, name: lane.name, kind: lane.kind, shade: lane.shade, shown: lane.shade !== "",
      state: "not yet", since: null, line: null, waitsOn: null, waitsFor: [], due: null,
      outcome: null, error: null, share: null,
    }
    if (t < lane.created) return at
    if (t >= end) return { ...at, state: "ended", outcome: lane.outcome, error: lane.error }
    const phase = phases[after(phases, t, (p) => p.start) - 1]
    // A thread between two pieces of work has nothing to do.
    if (!phase || t >= phase.end) return { ...at, state: lane.kind === "task" ? "ready" : "suspended", since: lane.created }
    let line = phase.line
    if (phase.lines) line = phase.lines[Math.max(1, after(phase.lines, t, (l) => l[0])) - 1][1]
    return {
      ...at, state: phase.state, since: phase.start, line: line || null, waitsOn: phase.waitsOn,
      waitsFor: phase.waitsFor, due: phase.due === undefined ? null : phase.due,
      share: phase.share === undefined ? null : phase.share,
    }
  }

  // The times at which anything happens to a lane that is shown, or is printed: in order, distinct.
  function momentsOf(run) {
    const found = new Set([0, run.total])
    for (const { lane, phases, end } of activityOf(run)) {
      if (lane.shade === "") continue
      for (const t of [lane.created, end, ...phases.flatMap((p) => [p.start, p.end])]) found.add(t)
    }
    for (const line of run.output) found.add(line.t)
    return [...found].filter((t) => t >= 0 && t <= run.total).sort((a, b) => a - b)
  }

  // The moments worth a step of their own: one that lets go of the loop is passed over when the next
  // takes it at once.
  function stepsOf(run) {
    const shown = activityOf(run).filter(({ lane }) => lane.shade !== "")
    const running = shown.flatMap(({ phases }) => phases.filter((p) => p.state === "running"))
    const starts = running.map((phase) => phase.start).sort((a, b) => a - b)
    const begins = new Set(starts)
    for (const { lane } of shown) begins.add(lane.created)
    for (const line of run.output) begins.add(line.t)
    return momentsOf(run).filter((t) => {
      const next = starts[after(starts, t, (start) => start)]
      return begins.has(t) || t === run.total || next === undefined || next - t > AT_ONCE
    })
  }

  const AT_ONCE = 0.15

  if (typeof module === "object") {
    module.exports = { unpack, stateAt, momentsOf, stepsOf }
    return
  }

  // Words ------------------------------------------------------------------------------------------

  const chinese = (document.documentElement.lang || "en").startsWith("zh")
  const WORDS = {
    replay: ["Replay", "回放"],
    start: ["To the start", "回到开头"],
    back: ["Step back", "后退一步"],
    play: ["Play", "播放"],
    pause: ["Pause", "暂停"],
    step: ["Step forward", "前进一步"],
    moment: ["Moment", "时刻"],
    speed: ["Speed", "速度"],
    link: ["Copy a link to this moment", "复制此刻的链接"],
    copied: ["The link is copied", "链接已复制"],
    "by step": ["step by step", "逐步"],
    loop: ["on the loop", "占用循环"],
    work: ["threads and processes", "线程与进程"],
    waits: ["waits", "等待"],
    queue: ["ready queue", "就绪队列"],
    timers: ["timers", "定时器"],
    waiting: ["waiting", "等待"],
    nobody: ["nobody", "无"],
    empty: ["empty", "空"],
    none: ["none", "无"],
    thinned: ["{0} short steps are left out", "略去 {0} 个很短的步骤"],
    more: ["and {0} more", "另有 {0} 项"],
    // What a step says: {0} is a name.
    created: ["{0} is created", "{0} 被创建"],
    runs: ["{0} runs", "{0} 运行"],
    "runs from": ["{0} runs from line {1} on", "{0} 从第 {1} 行起运行"],
    ready: ["{0} is ready", "{0} 就绪"],
    kept: ["{0} is ready, but {1} holds the loop", "{0} 已就绪，但 {1} 占着事件循环"],
    suspends: ["{0} lets go, waits for {1}", "{0} 让出，等待 {1}"],
    idle: ["{0} has nothing to do", "{0} 空闲"],
    done: ["{0} is done", "{0} 完成"],
    error: ["{0} fails with {1}", "{0} 失败：{1}"],
    cancelled: ["{0} is cancelled", "{0} 被取消"],
    unfinished: ["{0} is left unfinished", "{0} 未结束"],
    prints: ["{0} prints “{1}”", "{0} 输出“{1}”"],
    asleep: ["the loop sleeps until {0} is due", "事件循环休眠，直到 {0} 到时"],
    resting: ["nobody is ready: the loop waits", "无人就绪，事件循环等待"],
    line: [" (line {0})", "（第 {0} 行）"],
    begins: ["Nothing has run yet", "还没有开始运行"],
    // What stands on a pill.
    "waits at": ["{0} · {1}", "{0} · {1}"],
    "waits for": ["{0} waits for {1}", "{0} 等待 {1}"],
    "is ready": ["{0} ready, kept waiting", "{0} 就绪，排队等候"],
    comma: [", ", "、"],
    clause: ["; ", "；"],
  }

  const word = (key, ...values) =>
    WORDS[key][chinese ? 1 : 0].replace(/\{(\d)\}/g, (_, i) => values[i])
      .replace(/(\p{Script=Han}) (?=\p{Script=Han})/gu, "$1")

  // Small helpers ----------------------------------------------------------------------------------

  function element(tag, attributes, ...children) {
    const made = document.createElement(tag)
    for (const [key, value] of Object.entries(attributes || {})) {
      if (key.startsWith("on")) made.addEventListener(key.slice(2), value)
      else made.setAttribute(key, value)
    }
    made.append(...children)
    return made
  }

  const ICONS = {
    start: "M3 3v10M13 3 6 8l7 5z",
    back: "M12 3 4 8l8 5z",
    play: "M4 2.5 13.5 8 4 13.5z",
    pause: "M5 3v10M11 3v10",
    step: "M4 3v10M7 3l7 5-7 5z",
    link: "M6.5 9.5l3-3M7 4.5l1.5-1.5a3 3 0 0 1 4.5 4.5L11.5 9M9 11.5 7.5 13A3 3 0 0 1 3 8.5L4.5 7",
    copied: "M3 8.5 6.5 12 13 4.5",
  }

  function icon(name) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg")
    svg.setAttribute("viewBox", "0 0 16 16")
    svg.setAttribute("aria-hidden", "true")
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path")
    path.setAttribute("d", ICONS[name])
    svg.append(path)
    return svg
  }

  const clamp = (value, low, high) => Math.min(Math.max(value, low), high)
  const isStill = () => matchMedia("(prefers-reduced-motion: reduce)").matches

  // The player -------------------------------------------------------------------------------------

  const SPEEDS = [0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1]
  const IDLE = 0.04 // a thread below this share of a CPU only waits
  const MOST = 3 // names, or clauses of a sentence, said one by one

  // Plays one run in a card, or several on one time axis. What it adds to the card, close() removes.
  class Player {
    constructor(card, runs) {
      this.card = card
      this.runs = runs
      this.total = Math.max(...runs.map((run) => run.total))
      this.steps = [...new Set(runs.flatMap(stepsOf))].sort((a, b) => a - b)
      this.lines = [...card.querySelectorAll(".sw-line")]
      this.plots = [...card.querySelectorAll(".sw-timeline .tl-plot")]
      this.logs = [...card.querySelectorAll("ol.sw-log")].map((log) => [...log.children])
      // A log of a run without a line is not there: give each its run.
      const speaking = runs.filter((run) => run.output.length)
      this.logOf = new Map(speaking.map((run, i) => [run, this.logs[i] || []]))
      this.undo = new AbortController()
      this.build()
      this.position = -1
      this.seek(0)
    }

    // Its parts

    build() {
      const button = (name, action) =>
        element("button", {
          type: "button", class: `rp-${name}`, "aria-label": word(name), title: word(name),
          onclick: action,
        }, icon(name))
      this.playing = button("play", () => this.toggle())
      this.slider = element("input", {
        type: "range", min: 0, max: this.total, step: "any", value: 0, "aria-label": word("moment"),
        oninput: () => { this.pause(); this.seek(Number(this.slider.value)) },
      })
      this.clock = element("output", { class: "rp-time" })
      this.speed = element("select", { "aria-label": word("speed"), title: word("speed") })
      this.fillSpeeds()
      this.said = element("p", { class: "rp-said", "aria-live": "polite" })
      this.queues = element("dl", { class: "rp-queues" })
      const buttons = element("span", { class: "rp-buttons" },
        button("start", () => this.go(0)), button("back", () => this.step(-1)), this.playing,
        button("step", () => this.step(1)))
      const link = button("link", () => this.link(link))
      const more = element("span", { class: "rp-more" }, this.clock, this.speed)
      // A link leads to the run of the page, not to one of the reader's own.
      if (this.card.id && !this.card.matches(".sw-mine")) more.append(link)
      const row = element("div", { class: "rp-row" }, buttons, this.slider, more)
      this.panel = element("div", { class: "rp", role: "group", "aria-label": word("replay") },
        this.said, ...(this.runs.length > 1 ? [] : [this.queues]), row)
      this.panel.addEventListener("keydown", (event) => this.press(event))
      const below = this.card.querySelector(".sw-code") || this.card.querySelector(".sw-head")
      below.after(this.panel)
      this.buildViews()
      this.card.classList.add("rp-open")
    }

    buildViews() {
      const code = this.card.querySelector(".sw-code")
      this.pills = element("div", { class: "rp-pills", "aria-hidden": "true" })
      if (code) code.append(this.pills)
      for (const plot of this.plots) {
        plot.append(element("div", { class: "rp-future" }), element("div", { class: "tl-playhead" }))
      }
      this.heads = this.plots.map((plot) => [plot, plot.querySelector(".rp-future"), plot.querySelector(".tl-playhead")])
      const listen = (target, kind, action) =>
        target.addEventListener(kind, action, { signal: this.undo.signal })
      for (const plot of this.plots) {
        const drag = (event) => {
          const { left, width } = plot.getBoundingClientRect()
          this.pause()
          this.seek(((event.clientX - left) / width) * Number(plot.dataset.t1))
        }
        listen(plot, "pointerdown", (event) => { plot.setPointerCapture(event.pointerId); drag(event) })
        listen(plot, "pointermove", (event) => {
          if (plot.hasPointerCapture(event.pointerId)) drag(event)
        })
      }
      for (const [run, items] of this.logOf) {
        items.forEach((item, i) => listen(item, "click", () => {
          if (String(getSelection())) return // selecting text is not clicking
          this.pause()
          this.seek(run.output[i].t)
        }))
      }
      this.code = this.card.querySelector(".sw-code pre")
      if (this.code) {
        listen(window, "resize", () => this.placePills())
        listen(this.code, "scroll", () => this.placePills())
      }
      this.unfold()
    }

    // Lines that a task is at must be in sight.
    unfold() {
      const at = new Set(this.runs.flatMap((run) => run.segments.map((segment) => segment.line)))
      const hidden = this.lines.some((line) => line.matches(".sw-folded") && at.has(Number(line.dataset.line)))
      const button = this.card.querySelector("[data-sw=unfold]")
      if (button && hidden) button.click()
    }

    fillSpeeds() {
      // One that takes some seconds; by step if nothing shall move.
      const slow = SPEEDS.filter((speed) => this.total / speed >= 5000).pop() || SPEEDS[0]
      const still = isStill()
      this.speed.append(new Option(word("by step"), 0, still, still))
      for (const speed of SPEEDS) {
        const option = new Option(`${speed}×`, speed, false, !still && speed === slow)
        option.disabled = still
        this.speed.append(option)
      }
    }

    focus() { this.slider.focus({ preventScroll: true }) }

    reveal() { this.card.scrollIntoView({ block: "start" }) }

    close() {
      this.pause()
      this.undo.abort()
      this.panel.remove()
      this.pills.remove()
      for (const [, future, head] of this.heads) { future.remove(); head.remove() }
      for (const line of this.lines) this.mark(line, [])
      for (const item of this.logs.flat()) item.classList.remove("rp-later", "rp-now")
      this.card.classList.remove("rp-open")
    }

    // Moving in time

    toggle() { if (this.timer) this.pause(); else this.play() }

    play() {
      if (this.t >= this.total) this.seek(0)
      this.show(this.playing, "pause")
      this.said.setAttribute("aria-live", "off")
      this.held = this.before = performance.now()
      const tick = (now) => {
        this.timer = requestAnimationFrame(tick)
        this.advance(now)
      }
      this.timer = requestAnimationFrame(tick)
    }

    pause() {
      cancelAnimationFrame(this.timer)
      this.timer = 0
      this.show(this.playing, "play")
      this.said.setAttribute("aria-live", "polite")
    }

    // Time flows between two steps; at each it stands still for a moment, or hundreds of them would
    // fly by in what is a millisecond to the program. At full speed it does not.
    advance(now) {
      const speed = Number(this.speed.value)
      const dwell = speed ? Math.min(400, 8000 / this.steps.length) : 900
      const passed = now - this.before
      this.before = now
      if (speed < 1 && now - this.held < dwell) return
      const next = this.steps[this.position + 1]
      const t = this.t + passed * speed
      if (speed === 1) this.seek(t)
      else if (speed && t < next) this.seek(t)
      else { this.seek(next); this.held = now }
      if (this.t >= this.total) this.pause()
    }

    go(t) { this.pause(); this.seek(t) }

    step(by) {
      const between = this.t > this.steps[this.position]
      const position = clamp(this.position + (by < 0 && between ? 0 : by), 0, this.steps.length - 1)
      this.go(this.steps[position])
    }

    press(event) {
      if (event.target === this.speed || event.altKey || event.ctrlKey || event.metaKey) return
      const onButton = event.target.closest("button")
      const action = {
        " ": onButton ? null : () => this.toggle(),
        ArrowRight: () => this.step(1),
        ArrowLeft: () => this.step(-1),
        Home: () => this.go(0),
        End: () => this.go(this.total),
      }[event.key]
      if (!action) return
      event.preventDefault()
      event.stopPropagation()
      action()
    }

    // Go to a moment: the playhead at once, all else only if something is different there.
    seek(t) {
      this.t = clamp(t, 0, this.total)
      const position = Math.max(0, after(this.steps, this.t, (step) => step) - 1)
      this.slider.value = this.t
      this.clock.textContent = `${this.time(this.t)} / ${this.time(this.total)} ${this.unit}`
      this.slider.setAttribute("aria-valuetext", `${this.time(this.t)} ${this.unit}`)
      this.slider.style.setProperty("--rp-done", `${(100 * this.t) / this.total}%`)
      for (const [plot, future, head] of this.heads) {
        const left = `${(100 * this.t) / Number(plot.dataset.t1)}%`
        future.style.left = left
        head.style.left = left
      }
      if (position === this.position) return
      const before = this.states && position === this.position + 1 ? this.states : null
      this.position = position
      this.states = this.runs.map((run) => stateAt(run, this.steps[position]))
      this.showStates(before || this.runs.map((run) => stateAt(run, this.steps[position - 1] ?? -1)))
    }

    get unit() { return this.total < 1000 ? "ms" : "s" }

    time(t) { return this.total < 1000 ? t.toFixed(2) : (t / 1000).toFixed(4) }

    // What is seen

    show(button, name) {
      button.replaceChildren(icon(name))
      button.setAttribute("aria-label", word(name))
      button.title = word(name)
    }

    showStates(before) {
      const several = this.runs.length > 1
      const said = this.runs.map((run, i) => {
        const text = this.sentence(run, before[i], this.states[i])
        return several && text ? `${run.snippet}: ${text}` : text
      }).filter(Boolean)
      if (!this.position && !said.length) said.push(word("begins"))
      const thinned = this.position ? 0 : this.runs.reduce((sum, run) => sum + (run.thinned || 0), 0)
      if (thinned) said.push(word("thinned", thinned))
      this.said.textContent = said.join(word("clause"))
      if (!several) this.queues.replaceChildren(...this.queuesOf(this.states[0]))
      this.runs.forEach((run, i) => this.showLog(run, this.states[i].output))
      if (!several) this.showCode(this.states[0])
    }

    showLog(run, count) {
      this.logOf.get(run)?.forEach((item, i) => {
        item.classList.toggle("rp-later", i >= count)
        item.classList.toggle("rp-now", i === count - 1)
      })
    }

    // Code: a bar at each line where somebody is, and pills behind it.

    showCode(state) {
      const at = new Map()
      for (const lane of state.lanes) {
        if (!lane.shown || !lane.line || !["running", "ready", "suspended"].includes(lane.state)) continue
        if (!at.has(lane.line)) at.set(lane.line, [])
        at.get(lane.line).push(lane)
      }
      const rank = { running: 0, ready: 1, suspended: 2 }
      this.placed = []
      const lanes = new Map(state.lanes.map((lane) => [lane.id, lane]))
      this.pills.replaceChildren()
      for (const line of this.lines) {
        const here = (at.get(Number(line.dataset.line)) || []).sort((a, b) => rank[a.state] - rank[b.state])
        this.mark(line, here)
        if (here.length) this.placed.push([line, this.pillsOf(here, lanes)])
      }
      this.pills.append(...this.placed.map(([, pills]) => pills))
      this.follow()
      this.placePills()
    }

    // A long program scrolls in its frame: keep the line that runs in sight.
    follow() {
      const line = this.lines.find((line) => line.matches(".rp-runs"))
      if (!line) return
      const frame = this.code.getBoundingClientRect()
      const { top, bottom, height } = line.getBoundingClientRect()
      if (top < frame.top) this.code.scrollTop += top - frame.top - 2 * height
      else if (bottom > frame.bottom) this.code.scrollTop += bottom - frame.bottom + 2 * height
    }

    mark(line, lanes) {
      line.classList.toggle("rp-at", lanes.length > 0)
      line.classList.toggle("rp-runs", lanes.some((lane) => lane.state === "running"))
      const shades = [...new Set(lanes.map((lane) => `var(--tl-${lane.shade || "main"})`))].slice(0, 8)
      const part = 100 / shades.length
      const stops = shades.map((shade, i) => `${shade} ${i * part}% ${(i + 1) * part}%`)
      line.style.setProperty("--rp-bar", stops.length ? `linear-gradient(${stops.join()})` : "none")
      line.style.setProperty("--rp-tint", shades[0] || "none")
    }

    pillsOf(here, lanes) {
      const shown = here.length > MOST + 1 ? here.slice(0, MOST) : here
      const pills = element("span", { class: "rp-of-line" }, ...shown.map((lane) => element("span",
        { class: `rp-pill rp-is-${lane.state} ${lane.shade || "main"}`, "data-name": lane.name },
        element("span", {}, this.pillText(lane, lanes)))))
      const rest = here.length - shown.length
      if (rest) pills.append(element("span", { class: "rp-pill rp-is-suspended main" }, `+${rest}`))
      return pills
    }

    pillText(lane, lanes) {
      if (lane.state === "ready") return word("is ready", lane.name)
      if (lane.state !== "suspended") return `▶ ${lane.name}`
      return word(lane.waitsFor.length ? "waits for" : "waits at", lane.name, this.reason(lane, lanes))
    }

    reason(lane, lanes) {
      const names = lane.waitsFor.map((id) => lanes.get(id)?.name).filter(Boolean)
      const run = this.runs.find((run) => run.words)
      const what = (run && run.words[lane.waitsOn]) || lane.waitsOn || ""
      if (names.length && names.length <= MOST) return names.join(word("comma"))
      return names.length ? `${what} (${names.length})` : what
    }

    placePills() {
      const box = this.pills.getBoundingClientRect()
      const tops = (this.placed || []).map(([line]) => {
        const text = document.createRange()
        text.selectNodeContents(line)
        const [first] = text.getClientRects()
        const all = line.getBoundingClientRect()
        return [all.top - box.top, (first ? Math.max(...[...text.getClientRects()].map((r) => r.right)) : all.left) - box.left]
      })
      ;(this.placed || []).forEach(([, pills], i) => {
        const [top, right] = tops[i]
        const last = () => box.width - pills.offsetWidth - 8
        // Where the words would cover the code, the names do: the rest is said below.
        if (right + 16 > last()) pills.classList.add("rp-short")
        pills.style.top = `${top}px`
        pills.style.left = `${Math.max(0, Math.min(right + 16, last()))}px`
      })
    }

    // The loop: who holds it, and who stands in which queue

    queuesOf(state) {
      const lanes = new Map(state.lanes.map((lane) => [lane.id, lane]))
      const running = state.lanes.filter((lane) => lane.shown && lane.state === "running")
      const tasks = running.filter((lane) => lane.kind === "task")
      const others = running.filter((lane) => lane.kind !== "task")
      const name = (id, what = "") => {
        const lane = lanes.get(id)
        return element("span", {}, element("b", { class: lane.shade || "main" }, lane.name), what && ` ${what}`)
      }
      const list = (key, items, none) => {
        const shown = items.length > 2 * MOST ? items.slice(0, 2 * MOST - 1) : items
        const rest = items.length - shown.length
        if (rest) shown.push(element("span", {}, word("more", rest)))
        return element("div", {}, element("dt", {}, word(key)),
          element("dd", {}, ...(shown.length ? shown : [element("span", { class: "rp-none" }, word(none))])))
      }
      const found = []
      if (state.lanes.some((lane) => lane.kind === "task")) {
        found.push(
          list("loop", tasks.map((lane) => name(lane.id)), "nobody"),
          list("queue", state.readyQueue.map((id) => name(id)), "empty"),
          list("timers", state.timers.map(({ id, due }) => name(id, due === null ? "" : this.due(due))), "none"),
          list("waiting", state.waiting.map(({ id }) => name(id, `→ ${this.reason(lanes.get(id), lanes)}`)), "nobody"),
        )
      }
      if (state.lanes.some((lane) => lane.shown && lane.kind !== "task")) {
        found.push(list("work", others.map((lane) => name(lane.id, this.share(lane.share))), "nobody"))
      }
      return found
    }

    share(part) {
      if (part === null) return ""
      return part < IDLE ? word("waits") : `${Math.round(100 * part)} % CPU`
    }

    due(t) {
      return this.total < 1000 ? `${t.toFixed(0)} ms` : `${(t / 1000).toFixed(2)} s`
    }

    // In words: what is different from the step before

    sentence(run, before, now) {
      const lanes = new Map(now.lanes.map((lane) => [lane.id, lane]))
      const holder = now.lanes.find((lane) => lane.state === "running" && lane.kind === "task")
      const ends = [], begins = [], readies = []
      now.lanes.forEach((lane, i) => {
        const was = before.lanes[i]
        if (!lane.shown || (lane.state === was.state && lane.since === was.since)) return
        const place = lane.line ? word("line", lane.line) : ""
        if (lane.state === "ended") ends.push(word(lane.outcome, lane.name, lane.error))
        else if (lane.state === "running") begins.push(word(lane.line ? "runs from" : "runs", lane.name, lane.line))
        else if (lane.state === "suspended" && lane.kind !== "task") ends.push(word("idle", lane.name))
        else if (lane.state === "suspended") {
          ends.push(word("suspends", lane.name, this.reason(lane, lanes)) + place)
        } else if (was.state === "not yet") readies.push(word("created", lane.name))
        else if (holder) readies.push(word("kept", lane.name, holder.name))
        else readies.push(word("ready", lane.name))
      })
      const items = this.logOf.get(run) || []
      const prints = items.slice(before.output, now.output).map((item) => word("prints",
        item.querySelector(".who").textContent, item.querySelector(".text").textContent))
      const all = [...ends, ...begins, ...readies, ...prints, ...this.rest(now, lanes)]
      const rest = all.length - MOST
      return (rest > 0 ? [...all.slice(0, MOST), word("more", rest)] : all).join(word("clause"))
    }

    // When nobody can run, the loop itself waits.
    rest(now, lanes) {
      const busy = now.lanes.some((lane) => lane.shown && lane.state === "running")
      if (busy || now.readyQueue.length || !(now.timers.length + now.waiting.length)) return []
      const [next] = now.timers
      return [next && next.due !== null ? word("asleep", lanes.get(next.id).name) : word("resting")]
    }

    // A permanent link to this moment

    link(button) {
      const hash = `#${this.card.id}@${Number((this.t / 1000).toFixed(6))}`
      history.replaceState(history.state, "", hash)
      window.stopwatch.copy(location.href).then(() => {
        this.said.textContent = word("copied")
        button.replaceChildren(icon("copied"))
        setTimeout(() => button.replaceChildren(icon("link")), 1500)
      })
    }
  }

  // The runs that a card carries; one that was edited comes with its new run.
  function runsOf(card) {
    return [...card.querySelectorAll("script.sw-run")].map((script) => unpack(JSON.parse(script.textContent)))
  }

  const players = new WeakMap()

  // Open the player of a card, or close it; with `run` (as of model.py or packed.py) play that one
  // on the pictures that are in the card by then; with `at` (ms) go there.
  function play(card, { run, at } = {}) {
    const open = players.get(card)
    if (open && !run && at === undefined) {
      open.close()
      players.delete(card)
      return null
    }
    if (open && run) open.close()
    const player = open && !run ? open : new Player(card, run ? [unpack(run)] : runsOf(card))
    players.set(card, player)
    if (at !== undefined) player.go(at)
    return player
  }

  window.stopwatch = Object.assign(window.stopwatch || {}, { play, unpack, stateAt, momentsOf })
})()
