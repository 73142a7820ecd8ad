// A list of questions becomes a dialogue: one at a time, until a "yes" leads to an answer.
// Without this script it stays what it is in the page, a list that is read from the top.

for (const box of document.querySelectorAll(".sw-chooser")) {
  const items = [...box.querySelectorAll("ol > li")]
  const button = (text, act) => {
    const made = document.createElement("button")
    made.type = "button"
    made.textContent = text
    made.addEventListener("click", act)
    return made
  }
  const goOn = box.dataset.on.split(" ").map(Number) // by number: those after which one reads on
  const answers = document.createElement("p")
  answers.className = "sw-chooser-answers"
  const solutions = items.map((item) => {
    const rest = document.createElement("span")
    rest.append(...[...item.childNodes].slice(1)) // what follows the question
    item.append(rest)
    return rest
  })
  let taken = []

  // `taken` says of each question so far whether the answer was yes.
  const draw = (focus) => {
    const at = taken.findIndex((yes, i) => yes && !goOn.includes(i + 1))
    const ended = at >= 0 || taken.length === items.length
    items.forEach((item, i) => {
      item.hidden = i > taken.length || (ended && i >= taken.length)
      item.classList.toggle("sw-no", taken[i] === false)
      solutions[i].hidden = taken[i] !== true
    })
    answers.replaceChildren()
    if (!ended) {
      answers.append(button(box.dataset.yes, () => answer(true)))
      answers.append(button(box.dataset.no, () => answer(false)))
    }
    if (taken.length) answers.append(button(box.dataset.again, () => answer(null)))
    if (focus) answers.firstChild.focus()
  }
  const answer = (yes) => {
    taken = yes === null ? [] : [...taken, yes]
    draw(true)
  }

  box.setAttribute("aria-live", "polite")
  box.classList.add("sw-live")
  box.append(answers)
  draw(false)
}
