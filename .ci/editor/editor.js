/* The code editor of the program cards: CodeMirror, with what a short Python program needs.
   .ci/editor/build makes docs/theme/js/vendor/editor.js of it, which is committed. */
import { closeBrackets, closeBracketsKeymap } from "@codemirror/autocomplete"
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands"
import { pythonLanguage, python } from "@codemirror/lang-python"
import { bracketMatching, indentOnInput, indentUnit, syntaxHighlighting } from "@codemirror/language"
import { EditorState, StateEffect, StateField } from "@codemirror/state"
import {
  Decoration, EditorView, drawSelection, highlightActiveLine, keymap, lineNumbers,
} from "@codemirror/view"
import { highlightCode, tagHighlighter, tags as t } from "@lezer/highlight"

// The names that Pygments gives on the page, so that one style sheet serves both.
const classes = tagHighlighter([
  { tag: [t.keyword, t.modifier, t.definitionKeyword, t.controlKeyword], class: "k" },
  { tag: [t.moduleKeyword], class: "kn" },
  { tag: [t.operatorKeyword], class: "ow" },
  { tag: [t.bool, t.null, t.self], class: "kc" },
  { tag: [t.string, t.special(t.string), t.docString, t.character], class: "s2" },
  { tag: [t.escape], class: "se" },
  { tag: [t.special(t.brace)], class: "si" },
  { tag: [t.number], class: "mf" },
  { tag: [t.comment, t.lineComment], class: "c1" },
  { tag: [t.function(t.definition(t.variableName)), t.definition(t.className)], class: "nf" },
  { tag: [t.className], class: "nc" },
  { tag: [t.meta], class: "nd" },
  { tag: [t.standard(t.variableName), t.standard(t.typeName)], class: "nb" },
  { tag: [t.operator, t.compareOperator, t.arithmeticOperator, t.definitionOperator], class: "o" },
  { tag: [t.punctuation, t.bracket, t.separator, t.derefOperator], class: "p" },
])

// A line at which the program failed.
const markLine = StateEffect.define()
const failing = StateField.define({
  create: () => Decoration.none,
  update(marks, change) {
    if (change.docChanged) marks = Decoration.none
    for (const effect of change.effects) {
      if (!effect.is(markLine)) continue
      const { doc } = change.state
      const inside = effect.value >= 1 && effect.value <= doc.lines
      marks = inside
        ? Decoration.set([Decoration.line({ class: "ed-failing" }).range(doc.line(effect.value).from)])
        : Decoration.none
    }
    return marks
  },
  provide: (field) => EditorView.decorations.from(field),
})

// Return an editor inside `parent`. `changed(text)` is told of every edit, `run()` of Ctrl+Enter.
function create({ parent, text, label, changed, run }) {
  const start = () => { run(); return true }
  const view = new EditorView({
    parent,
    state: EditorState.create({
      doc: text,
      extensions: [
        lineNumbers(), history(), drawSelection(), indentOnInput(), bracketMatching(), closeBrackets(),
        highlightActiveLine(), indentUnit.of("    "), EditorState.tabSize.of(4), python(),
        syntaxHighlighting(classes), failing,
        keymap.of([
          { key: "Mod-Enter", run: start }, { key: "Shift-Enter", run: start },
          ...closeBracketsKeymap, ...defaultKeymap, ...historyKeymap, indentWithTab,
        ]),
        EditorView.contentAttributes.of({ "aria-label": label, spellcheck: "false" }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) changed(update.state.doc.toString())
        }),
      ],
    }),
  })
  return {
    text: () => view.state.doc.toString(),
    set(next) {
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: next } })
    },
    mark(line) { view.dispatch({ effects: markLine.of(line || 0) }) },
    show(line) {
      const at = view.state.doc.line(Math.max(1, Math.min(line, view.state.doc.lines))).from
      view.dispatch({ effects: EditorView.scrollIntoView(at, { y: "start" }) })
    },
    focus() { view.focus() },
    measure() { view.requestMeasure() },
  }
}

// Return a program's lines, each a list of [text, class].
function highlight(text) {
  const lines = [[]]
  highlightCode(text, pythonLanguage.parser.parse(text), classes,
    (part, name) => lines[lines.length - 1].push([part, name]),
    () => lines.push([]))
  return lines
}

window.stopwatch = Object.assign(window.stopwatch || {}, { editor: { create, highlight } })
