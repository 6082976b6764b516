// The editor itself, loaded where one is shown. It lives in a shadow tree: there the library keeps its styles as a
// constructed sheet; in the page it would write a <style> element, which the content security policy refuses.

import { closeBrackets, closeBracketsKeymap } from '@codemirror/autocomplete'
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands'
import { json } from '@codemirror/lang-json'
import { bracketMatching, HighlightStyle, indentOnInput, syntaxHighlighting } from '@codemirror/language'
import { forceLinting, linter, lintKeymap, type Diagnostic } from '@codemirror/lint'
import { Compartment, EditorState, type Extension } from '@codemirror/state'
import { EditorView, highlightActiveLine, keymap, lineNumbers } from '@codemirror/view'
import { tags } from '@lezer/highlight'
import { useEffect, useRef, useState } from 'react'
import type { CodeEditorProps } from './CodeEditor'
import { diagnosticsOf } from './diagnostics'
import { Echoes } from './echoes'
import { typedOver } from './typedOver'

type Props = CodeEditorProps & { lines: { min: number; max: number } }

export default function CodeEditing(props: Props) {
  const { label, value, onChange, language = 'json', description, error, faults, lines } = props
  const host = useRef<HTMLDivElement>(null)
  const view = useRef<EditorView>(undefined)
  const changed = useRef(onChange)
  const known = useRef(faults)
  const said = useRef(new Compartment())
  const [echoes] = useState(() => new Echoes())
  changed.current = onChange
  known.current = faults

  useEffect(() => {
    const shadow = host.current!.shadowRoot ?? host.current!.attachShadow({ mode: 'open' })
    const marks = linter((shown): Diagnostic[] => diagnosticsOf(shown.state, known.current), { delay: 300 })
    const extensions: Extension[] = [
      base,
      look(lines),
      language === 'json' ? [json(), marks] : [],
      said.current.of(words(label, description, error)),
      EditorState.readOnly.of(changed.current === undefined),
      EditorView.updateListener.of((update) => {
        if (!update.docChanged || !changed.current) return
        const text = update.state.doc.toString()
        echoes.say(text)
        changed.current(text)
      }),
    ]
    view.current = new EditorView({ doc: value, extensions, parent: shadow, root: shadow })
    return () => view.current?.destroy()
    // The text and the words are kept up below: a new editor would lose the place where somebody writes.
  }, [language, lines.min, lines.max])

  useEffect(() => {
    const shown = view.current
    // Asked always, for what has come back is not waited for any more.
    if (!echoes.isEcho(value) && shown && shown.state.doc.toString() !== value)
      shown.dispatch({ changes: { from: 0, to: shown.state.doc.length, insert: value } })
  }, [value])
  useEffect(() => {
    view.current?.dispatch({ effects: said.current.reconfigure(words(label, description, error)) })
  }, [label, description, error])
  useEffect(() => {
    if (view.current) forceLinting(view.current)
  }, [faults])

  return <div ref={host} className="pc-code" data-invalid={error ? true : undefined} />
}

function words(label: string, description: unknown, error: unknown): Extension {
  const told = [description, error].filter((text) => typeof text === 'string').join(' ')
  return EditorView.contentAttributes.of({
    'aria-label': label,
    ...(told ? { 'aria-description': told } : {}),
    ...(error ? { 'aria-invalid': 'true' } : {}),
  })
}

const colours = HighlightStyle.define([
  { tag: tags.propertyName, color: 'light-dark(#364fc7, #bac8ff)' },
  { tag: tags.string, color: 'light-dark(#14653a, #8ce99a)' },
  { tag: tags.number, color: 'light-dark(#9c2a00, #ffc078)' },
  { tag: [tags.bool, tags.null], color: 'light-dark(#862e9c, #e599f7)' },
])

// Tab is not taken: it leaves the editor, as it leaves every field.
const base: Extension = [
  lineNumbers(),
  history(),
  highlightActiveLine(),
  bracketMatching(),
  closeBrackets(),
  indentOnInput(),
  typedOver,
  syntaxHighlighting(colours),
  EditorView.lineWrapping,
  keymap.of([...closeBracketsKeymap, ...defaultKeymap, ...historyKeymap, ...lintKeymap]),
]

const LINE_HEIGHT = 1.5

function look(lines: { min: number; max: number }): Extension {
  return EditorView.theme({
    '&': { fontSize: '13px', color: 'var(--mantine-color-text)' },
    '&.cm-focused': { outline: 'none' },
    '.cm-scroller': {
      fontFamily: 'var(--mantine-font-family-monospace)',
      lineHeight: String(LINE_HEIGHT),
      maxHeight: `${lines.max * LINE_HEIGHT + 0.6}em`,
      overflow: 'auto',
    },
    '.cm-content, .cm-gutter': { minHeight: `${lines.min * LINE_HEIGHT + 0.6}em` },
    '.cm-content': { caretColor: 'var(--mantine-color-text)' },
    '.cm-gutters': { background: 'transparent', color: 'var(--mantine-color-dimmed)', border: 'none' },
    '.cm-activeLine': { background: 'light-dark(rgba(0,0,0,0.035), rgba(255,255,255,0.05))' },
    '&.cm-focused .cm-matchingBracket': { background: 'light-dark(#dbe4ff, #364fc7)' },
    '.cm-tooltip': { background: 'var(--pc-raised)', color: 'var(--mantine-color-text)', border: '1px solid var(--pc-line)' },
    // The library's own underline is an image in the style sheet, which the policy refuses as well.
    '.cm-lintRange': { backgroundImage: 'none !important', textDecoration: 'underline wavy var(--mantine-color-error)' },
    '.cm-diagnostic': { whiteSpace: 'pre-wrap' },
  })
}
