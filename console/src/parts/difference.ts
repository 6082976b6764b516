// Where two JSON values differ: the pointers, and what stands there on either side.

import { isObject, writeExact, type Json } from '../api/exactJson'

export type Change = { pointer: string; before: Json | undefined; after: Json | undefined }

/** Objects are compared member by member; anything else as a whole. */
export function differences(before: Json | undefined, after: Json | undefined, pointer = ''): Change[] {
  if (isObject(before) && isObject(after)) {
    const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort()
    return names.flatMap((name) => {
      const at = `${pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`
      const of = (side: { [key: string]: Json }) => (Object.hasOwn(side, name) ? side[name] : undefined)
      return differences(of(before), of(after), at)
    })
  }
  const text = (value: Json | undefined) => (value === undefined ? '' : writeExact(value))
  return text(before) === text(after) ? [] : [{ pointer, before, after }]
}
