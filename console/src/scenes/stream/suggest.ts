// What may stand at the end of what is being typed.

import { stream } from '#words/stream'
import { KEYS } from './query'
import { quoted } from './quoted'

export type Suggestion = { value: string; label: string; detail?: string; isWhole: boolean }
export type Typing = { start: number; word: string; key?: 'type' | 'subject' | 'source'; value: string }

const SOURCES = ['admin', 'user', 'secret']

/** The word before the caret, and which key's value it is. */
export function typingAt(text: string, caret: number): Typing {
  const before = text.slice(0, caret)
  const word = /(?:[^\s"]|"(?:[^"\\]|\\.)*(?:"|$))*$/.exec(before)![0]
  const keyed = /^-?(type|subject|source):"?([^"]*)"?$/.exec(word)
  const start = caret - word.length
  return keyed
    ? { start, word, key: keyed[1] as Typing['key'], value: keyed[2]! }
    : { start, word, value: word.replace(/^-/, '') }
}

type Known = { types: { name: string; description: string }[]; users: { id: string; label: string; detail: string }[] }

export function suggestions(typing: Typing, known: Known): Suggestion[] {
  const minus = typing.word.startsWith('-') ? '-' : ''
  const wanted = typing.value.toLowerCase()
  const whole = (value: string) => ({ value: `${minus}${typing.key}:${quoted(value)}`, isWhole: true })
  if (typing.key === 'type')
    return known.types
      .filter(({ name, description }) => `${name} ${description}`.toLowerCase().includes(wanted))
      .slice(0, 8)
      .map(({ name, description }) => ({ ...whole(name), label: name, detail: description }))
  if (typing.key === 'subject')
    return known.users.slice(0, 8).map(({ id, label, detail }) => ({ ...whole(id), label, detail }))
  if (typing.key === 'source')
    return SOURCES.filter((name) => name.startsWith(wanted)).map((name) => ({ ...whole(name), label: name }))
  if (/[:=<>~".]/.test(typing.word)) return []
  return KEYS.filter((key) => key.startsWith(wanted)).map((key) => ({
    value: minus + key + ({ payload: '.', occurred: '>', reported: '>' }[key as string] ?? ':'),
    label: key,
    detail: stream.search.keys[key],
    isWhole: false,
  }))
}
