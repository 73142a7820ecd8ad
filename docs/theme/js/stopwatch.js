/* The actions of the program cards, and the language switch. Without this file everything can be read. */
(function () {
  "use strict"

  // Scripts that only some readers want lie beside this one.
  var here = document.currentScript && document.currentScript.src

  var actions = {
    // What is copied is the file, byte for byte, folded lines included.
    copy: function (button, card) {
      var code = card ? card.querySelector(".sw-code code") : button.parentElement.querySelector("pre > code")
      var text = code.textContent
      copyText(text).then(function () { say(button, word("clipboard.copied")) })
    },
    unfold: function (button, card) {
      var code = button.closest(".sw-code")
      code.classList.add("sw-unfolded")
      code.querySelector("pre").focus({ preventScroll: true })
      button.remove()
    },
    replay: function (button, card) {
      replay(card).then(function (player) {
        button.setAttribute("aria-expanded", String(Boolean(player)))
        if (player) player.focus()
      })
    },
  }

  actions.edit = function (button, card) {
    load("run.js", "edit").then(function (edit) { edit(card) })
  }

  // #run-gather-order-py!… is somebody's version of that card's program.
  function openVersion() {
    var parts = location.hash.match(/^#(.+)!([\w-]+)$/)
    var card = parts && document.getElementById(parts[1])
    if (!card || !card.querySelector("[data-sw=edit]")) return
    load("run.js", "edit").then(function (edit) { edit(card, { version: parts[2] }) })
  }

  // Which programs did the reader edit, when was here before?
  document.querySelectorAll("[data-sw=edit]").forEach(function (button) {
    try {
      var key = "stopwatch:" + button.closest(".sw-card").dataset.snippet
      if (localStorage.getItem(key) !== null) button.classList.add("sw-edited")
    } catch (_) { /* a browser may keep nothing */ }
  })

  // Play the run of a card: the one it came with, or `run`, once its pictures are those of that one.
  function replay(card, options) {
    return load("replay.js", "play").then(function (play) { return play(card, options) })
  }

  var loading = {}

  // Load a script that adds a function to window.stopwatch; the promise is of that function.
  function load(file, name) {
    if (window.stopwatch[name]) return Promise.resolve(window.stopwatch[name])
    loading[file] = loading[file] || new Promise(function (done, failed) {
      var script = document.createElement("script")
      script.src = new URL(file, here)
      script.onload = function () { done(window.stopwatch[name]) }
      script.onerror = function () { delete loading[file]; failed(new Error("no " + script.src)) }
      document.head.append(script)
    })
    return loading[file]
  }

  // #run-gather-order-py@0.203 is a moment (s) of that card's run.
  function openMoment() {
    var parts = decodeURIComponent(location.hash).match(/^#(.+)@(\d+(?:\.\d+)?)$/)
    var card = parts && document.getElementById(parts[1])
    if (!card || !card.querySelector("script.sw-run")) return
    replay(card, { at: Number(parts[2]) * 1000 }).then(function (player) {
      card.querySelector("[data-sw=replay]").setAttribute("aria-expanded", "true")
      for (var outer = card.closest("details"); outer; outer = outer.parentElement.closest("details")) outer.open = true
      player.reveal()
    })
  }

  addEventListener("hashchange", openMoment)
  addEventListener("hashchange", openVersion)

  // One listener for all: cards may come and go.
  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-sw]")
    var action = button && actions[button.dataset.sw]
    if (action) action(button, button.closest(".sw-card"))
  })

  // The other language has the same headings: stay at the one in the address.
  document.addEventListener("click", function (event) {
    var link = event.target.closest("a.md-select__link[hreflang]")
    if (link) link.hash = location.hash
  })

  // A block of code that is no program of ours can be copied too.
  document.querySelectorAll(".md-typeset .highlight:not(.sw-code) > pre").forEach(function (block) {
    var button = document.createElement("button")
    button.type = "button"
    button.className = "sw-action sw-copy"
    button.dataset.sw = "copy"
    button.textContent = word("clipboard.copy")
    block.after(button)
  })

  function copyText(text) {
    if (navigator.clipboard) return navigator.clipboard.writeText(text)
    // Pages that come neither from https nor from this machine have no clipboard.
    var area = document.createElement("textarea")
    area.value = text
    document.body.append(area)
    area.select()
    document.execCommand("copy")
    area.remove()
    return Promise.resolve()
  }

  function say(button, text) {
    if (button.dataset.said) return
    button.dataset.said = button.textContent
    button.setAttribute("aria-live", "polite")
    button.textContent = text
    setTimeout(function () {
      button.textContent = button.dataset.said
      delete button.dataset.said
    }, 1500)
  }

  function word(key) {
    var config = JSON.parse(document.getElementById("__config").textContent)
    return config.translations[key]
  }

  window.stopwatch = Object.assign(window.stopwatch || {}, {
    replay: replay, load: load, copy: copyText, say: say,
  })
  openMoment()
  openVersion()
})()
