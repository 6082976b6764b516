// Fields that several nouns have: texts by language, a stretch of time.

import { ActionIcon, NativeSelect, Stack, Textarea, TextInput } from '@mantine/core'
import { IconX } from '@tabler/icons-react'
import { locales } from '#words/locales'
import { isObject } from '../api/exactJson'
import type { Field, Option, Own } from './editor'
import { instantOf, shown } from './time'

export type LocalText = { name: string; label: string; lines?: number }
type Texts = Record<string, Record<string, string>>

export const LANGUAGES: Option[] = Object.entries(locales.names).map(([value, label]) => ({ value, label }))

/** Texts by language, as an object whose members are the locales, or as a list whose members have a `locale`. */
export function localesField(at: string, label: string, texts: LocalText[], form: 'object' | 'list' = 'object'): Field {
  return {
    kind: 'own',
    at,
    label,
    initially: { en: {} },
    read: (found) => textsOf(found, texts),
    write: (value) => written(value as Texts | undefined, form),
    render: (own) => <Locales own={own} texts={texts} form={form} />,
  }
}

function textsOf(found: unknown, texts: LocalText[]): Texts {
  const by: Texts = {}
  const keep = (locale: string, said: object) => {
    const known = texts.map(({ name }) => [name, (said as Record<string, unknown>)[name]] as const)
    by[locale] = Object.fromEntries(known.filter(([, text]) => typeof text === 'string')) as Record<string, string>
  }
  if (Array.isArray(found)) for (const one of found) keep(String((one as { locale: string }).locale), one as object)
  else if (isObject(found)) for (const [locale, said] of Object.entries(found)) keep(locale, (said ?? {}) as object)
  return by
}

function written(value: Texts | undefined, form: 'object' | 'list'): unknown {
  const said = Object.entries(value ?? {})
    .map(([locale, texts]) => [locale, Object.fromEntries(Object.entries(texts).filter(([, text]) => text.trim() !== ''))] as const)
    .filter(([, texts]) => Object.keys(texts).length > 0)
  if (said.length === 0) return form === 'list' ? [] : {}
  return form === 'list' ? said.map(([locale, texts]) => ({ locale, ...texts })) : Object.fromEntries(said)
}

function Locales({ own, texts, form }: { own: Own; texts: LocalText[]; form: 'object' | 'list' }) {
  const value = (own.value ?? {}) as Texts
  const here = Object.keys(value)
  const set = (locale: string, name: string, text: string) =>
    own.onChange({ ...value, [locale]: { ...value[locale], [name]: text } })
  const without = (locale: string) => Object.fromEntries(Object.entries(value).filter(([one]) => one !== locale))
  return (
    <Stack gap="xs">
      {here.map((locale, place) => {
        const language = locales.names[locale] ?? locale
        return (
          <fieldset key={locale} className="pc-fieldset">
            <legend>
              {language}
              <ActionIcon
                size="xs"
                variant="subtle"
                color="gray"
                aria-label={locales.remove(language)}
                onClick={() => own.onChange(without(locale))}
              >
                <IconX size={12} />
              </ActionIcon>
            </legend>
            <Stack gap="xs">
              {texts.map(({ name, label, lines = 1 }) => {
                const props = {
                  label: locales.inLanguage(label, language),
                  value: value[locale]?.[name] ?? '',
                  error: own.faultAt(`/${form === 'list' ? place : locale}/${name}`),
                  autoComplete: 'off',
                  onChange: (event: { currentTarget: { value: string } }) => set(locale, name, event.currentTarget.value),
                }
                return lines > 1 ? <Textarea key={name} {...props} rows={lines} /> : <TextInput key={name} {...props} />
              })}
            </Stack>
          </fieldset>
        )
      })}
      <NativeSelect
        label={locales.add}
        error={own.faultAt()}
        value=""
        data={[{ value: '', label: locales.choose }, ...LANGUAGES.filter((one) => !here.includes(one.value))]}
        onChange={(event) => event.currentTarget.value && own.onChange({ ...value, [event.currentTarget.value]: {} })}
      />
    </Stack>
  )
}

type Period = { start: string; end: string }

/** From when until when; without a start it is nothing at all. */
export function periodField(at: string, label: string, zone: string, required = false): Field {
  return {
    kind: 'own',
    at,
    label,
    initially: { start: required ? shown(Date.now(), zone) : '', end: '' },
    read: (found) => {
      const { start, end } = (found ?? {}) as { start?: string; end?: string | null }
      return { start: start ? shown(start, zone) : '', end: end ? shown(end, zone) : '' }
    },
    write: (value) => {
      const { start, end } = (value ?? {}) as Period
      if (!start?.trim() && !end?.trim()) return undefined
      return { start: instantOf(start, zone), ...(end.trim() ? { end: instantOf(end, zone) } : {}) }
    },
    render: (own) => <PeriodOf own={own} required={required} />,
  }
}

function PeriodOf({ own, required }: { own: Own; required: boolean }) {
  const value = (own.value ?? { start: '', end: '' }) as Period
  const typed = (part: keyof Period) => ({
    value: value[part],
    autoComplete: 'off',
    onChange: (event: { currentTarget: { value: string } }) => own.onChange({ ...value, [part]: event.currentTarget.value }),
  })
  return (
    <fieldset className="pc-fieldset">
      <legend>{own.label}</legend>
      <div className="pc-fields">
        <TextInput
          label={locales.from}
          description={locales.when}
          className={required ? 'pc-required' : undefined}
          aria-required={required}
          error={own.faultAt()}
          {...typed('start')}
        />
        <TextInput label={locales.until} description={locales.noEnd} {...typed('end')} />
      </div>
    </fieldset>
  )
}
