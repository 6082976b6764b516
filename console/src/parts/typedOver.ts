// What is typed over a selection is written by the editor, and not by the browser: that one would write the style of what
// stood there into the page, as an attribute, which the content security policy refuses and the browser's console tells.

import type { Extension } from '@codemirror/state'
import { EditorView } from '@codemirror/view'

export const typedOver: Extension = EditorView.domEventHandlers({
  beforeinput(event, view) {
    const text = event.data
    const over = event.inputType === 'insertText' ? selected(view) : undefined
    if (!over || text === null || view.state.readOnly) return false
    const insert = view.state.toText(text)
    const typed = () =>
      view.state.update({ changes: { ...over, insert }, selection: { anchor: over.from + insert.length }, userEvent: 'input.type', scrollIntoView: true })
    // As the library does with what the browser wrote: a quote or a bracket may be put around the selection instead.
    const handlers = view.state.facet(EditorView.inputHandler)
    if (!handlers.some((handle) => handle(view, over.from, over.to, text, typed))) view.dispatch(typed())
    return true
  },
})

/** What the browser has selected, if anything: the editor's own selection follows it a moment later. */
function selected(view: EditorView): { from: number; to: number } | undefined {
  const root: DocumentOrShadowRoot & { getSelection?: () => Selection | null } = view.root
  const selection = root.getSelection ? root.getSelection() : document.getSelection()
  if (!selection?.anchorNode || !selection.focusNode || selection.isCollapsed) return undefined
  if (![selection.anchorNode, selection.focusNode].every((node) => view.contentDOM.contains(node))) return undefined
  const ends = [view.posAtDOM(selection.anchorNode, selection.anchorOffset), view.posAtDOM(selection.focusNode, selection.focusOffset)]
  return { from: Math.min(...ends), to: Math.max(...ends) }
}
