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
    let at = 0
    const segments = packed.segments.map((row) => {
      const [lane, later, length = 0, queued = 0, late = 0, line = 0, reason = 0] = row
      at += later || 0
      return {
        lane, start: ms(at), end: ms(at + length), ready: ms(at - queued),
        due: late < 0 ? null : ms(at - late), line: line || null,
        waits_on: reason ? packed.waits[reason - 1][0] : null, waits_for: row.slice(7),
      }
    })
    at = 0
    const output = packed.output.map(([later, lane, line]) => {
      at += later
      return { t: ms(at), lane: lane || null, line: line || null }
    })
    const lanes = packed.lanes.map(([id, name, kind, parent, created, ended, outcome, error, shade]) => ({
      id, name, kind: KINDS[kind], parent: parent || null, created: ms(created),
      ended: ended < 0 ? null : ms(ended), outcome: OUTCOMES[outcome], error: error || null, shade,
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
    let waiting = { state: "ready", line: null, waitsOn: null, waitsFor: [] }
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

  function phasesOfThread({ segments, printed }) {
    return segments.map((segment, i) => ({
      state: "running", start: segment.start, end: segment.end, waitsOn: null, waitsFor: [],
      lines: linesIn(segment, i ? segments[i - 1].line : null, printed),
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
      output: after(run.output, t, (line) => line.t),
    }
  }

  function laneAt({ lane, phases, end }, t) {
    const at = {
      id: lane.id, name: lane.name, kind: lane.kind, shade: lane.shade, shown: lane.shade !== "",
      state: "not yet", since: null, line: null, waitsOn: null, waitsFor: [], due: null,
      outcome: null, error: null,
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

  // The player
})()
