// Whoever opens a form is going to fill it in: what holds the form gives the focus to its first field that is empty.

import { useLayoutEffect, type RefObject } from 'react'

const FIELDS = 'input:not([type=hidden], :disabled), textarea:not(:disabled), select:not(:disabled)'

/** Marks that field for the dialog or drawer, which gives the focus once it is open. */
export function useFirstField(form: RefObject<HTMLFormElement | null>): void {
  useLayoutEffect(() => {
    const fields = [...(form.current?.querySelectorAll<HTMLInputElement>(FIELDS) ?? [])]
    const first = fields.find(({ value }) => value === '') ?? fields[0]
    first?.setAttribute('data-autofocus', '')
  }, [form])
}
