/** Copies a text, also where the page came by plain HTTP and the browser keeps its clipboard to itself. */
export async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    const field = document.createElement('textarea')
    field.value = text
    field.className = 'pc-offscreen'
    const focused = document.activeElement as HTMLElement | null
    // Beside the focused element, because a modal dialog takes the focus back from anywhere else.
    ;(focused?.parentElement ?? document.body).append(field)
    field.select()
    const done = document.execCommand('copy')
    field.remove()
    focused?.focus()
    return done
  }
}
