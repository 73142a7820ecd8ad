/* The actions of the program cards, and the language switch. Without this file everything can be read. */
(function () {
  "use strict"

  var actions = {
    // What is copied is the file, byte for byte, folded lines included.
    copy: function (button, card) {
      var text = card.querySelector(".sw-code code").textContent
      copyText(text).then(function () { say(button, word("clipboard.copied")) })
    },
    unfold: function (button, card) {
      var code = button.closest(".sw-code")
      code.classList.add("sw-unfolded")
      code.querySelector("pre").focus({ preventScroll: true })
      button.remove()
    },
  }

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
})()
