/* Which pages were read, kept in this browser alone; and the worker that keeps pages for offline. */
(function () {
  "use strict"

  var KEY = "stopwatch.read"
  var config = JSON.parse(document.getElementById("__config").textContent)
  var base = new URL(config.base.replace(/\/?$/, "/"), location)
  var foot = document.querySelector(".sw-origin")

  // A page's path below its language's root: equal in both languages, and on a disk.
  function pathOf(address) {
    var url = new URL(address, location)
    var path = decodeURI(url.pathname).replace(/index\.html$/, "")
    var root = decodeURI(base.pathname)
    return url.origin === base.origin && path.startsWith(root) ? path.slice(root.length) : null
  }

  function read() {
    try {
      return new Set(JSON.parse(localStorage.getItem(KEY)) || [])
    } catch (_) {
      return new Set()
    }
  }

  function write(pages) {
    try {
      localStorage.setItem(KEY, JSON.stringify(Array.from(pages)))
    } catch (_) { /* a browser may keep nothing */ }
  }

  // A tick beside each page that was read, in the navigation and on the map of the course.
  function show() {
    var pages = read()
    document.querySelectorAll(".md-nav--primary a.md-nav__link, .sw-course a").forEach(function (link) {
      link.classList.toggle("sw-read", pages.has(pathOf(link.href)))
    })
    var map = document.querySelector(".sw-course")
    if (map) count(map)
  }

  function count(map) {
    var links = Array.from(map.querySelectorAll("a"))
    var done = links.filter(function (link) { return link.classList.contains("sw-read") })
    var next = links.find(function (link) { return !link.classList.contains("sw-read") })
    var progress = document.querySelector(".sw-progress")
    var bar = progress.querySelector("progress")
    bar.max = links.length
    bar.value = done.length
    progress.querySelector("label span").textContent =
      bar.dataset.text.replace("{read}", done.length).replace("{all}", links.length)
    var on = progress.querySelector("a")
    on.hidden = !next
    on.previousSibling.textContent = next ? on.dataset.text : ""
    if (next) {
      on.href = next.href
      on.textContent = next.textContent
    }
    progress.querySelector("button").hidden = !done.length
    progress.hidden = false
  }

  document.addEventListener("click", function (event) {
    if (!event.target.closest("[data-sw=forget]")) return
    write([])
    show()
  })

  // It was read once its foot was seen; a page that only leads to others isn't counted.
  if (foot && pathOf(location) && !document.querySelector(".sw-course") && "IntersectionObserver" in window) {
    new IntersectionObserver(function (entries, observer) {
      if (!entries.some(function (entry) { return entry.isIntersecting })) return
      observer.disconnect()
      write(read().add(pathOf(location)))
      show()
    }).observe(foot)
  }

  show()
  addEventListener("pageshow", function (event) { if (event.persisted) show() })

  // While pages are being written (mkdocs serve) nothing is kept from an earlier visit here.
  if (foot && !foot.dataset.worker && "serviceWorker" in navigator && location.protocol !== "file:") {
    navigator.serviceWorker.getRegistration().then(function (old) { if (old) old.unregister() })
  }

  // Last of all, and not for those who save data: the other pages, for when there is no network.
  if (foot && foot.dataset.worker && "serviceWorker" in navigator && location.protocol !== "file:") {
    addEventListener("load", function () {
      setTimeout(function () {
        navigator.serviceWorker.register(foot.dataset.worker, { updateViaCache: "none" }).catch(function () {})
        if (navigator.connection && navigator.connection.saveData) return
        navigator.serviceWorker.ready.then(function (registration) {
          setTimeout(function () { registration.active.postMessage("keep") }, 3000)
        })
      }, 2000)
    })
  }
})()
