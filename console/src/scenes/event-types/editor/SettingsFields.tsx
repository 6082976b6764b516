import { Checkbox, Stack, TextInput } from '@mantine/core'
import { useState } from 'react'
import { eventTypes } from '#words/event-types'
import type { Json, JsonObject } from '../../../api/exactJson'
import { ChoiceOf, NumberOf, TextOf } from '../../reactors/editor/fields'
import { pointersOf } from './draft'

const words = eventTypes.editor

type Props = { settings: JsonObject; onChange: (settings: JsonObject) => void; faultAt: (pointer: string) => string | undefined }

/** How strictly, how late and how often events of the type are taken. */
export function SettingsFields({ settings, onChange, faultAt }: Props) {
  const common = { object: settings, onChange }
  const at = (name: string) => faultAt(`/settings/${name}`)
  return (
    <Stack gap="sm">
      <Checkbox
        label={words.allowUnknown}
        checked={settings.allowUnknown !== false}
        error={at('allowUnknown')}
        onChange={(event) => onChange({ ...settings, allowUnknown: event.currentTarget.checked })}
      />
      <div className="pc-fields">
        <ChoiceOf {...common} name="onInvalid" label={words.onInvalid} choices={words.onInvalids} usual="reject" error={at('onInvalid')} />
        <ChoiceOf {...common} name="latePolicy" label={words.latePolicy} choices={words.latePolicies} usual="accept" error={at('latePolicy')} />
        {settings.latePolicy !== undefined && settings.latePolicy !== 'accept' && (
          <NumberOf {...common} name="lateAfterDays" label={words.lateAfterDays} required error={at('lateAfterDays')} />
        )}
        <NumberOf {...common} name="occurredPastDays" label={words.occurredPastDays} placeholder={words.asEngine} error={at('occurredPastDays')} />
        <NumberOf {...common} name="occurredFutureSeconds" label={words.occurredFutureSeconds} placeholder={words.asEngine} error={at('occurredFutureSeconds')} />
      </div>
      <div className="pc-fields" role="group" aria-label={words.duplicates}>
        <NumberOf {...common} name="duplicateWindowSeconds" label={words.window} description={words.windowHelp} placeholder="60" error={at('duplicateWindowSeconds')} />
        <Pointers settings={settings} name="duplicateInclude" label={words.include} error={at('duplicateInclude')} onChange={onChange} />
        <Pointers settings={settings} name="duplicateExclude" label={words.exclude} error={at('duplicateExclude')} onChange={onChange} />
        <TextOf {...common} name="nearDuplicatePointer" label={words.near} placeholder={words.nearPlaceholder} error={at('nearDuplicatePointer')} />
      </div>
    </Stack>
  )
}

type PointersProps = { settings: JsonObject; name: string; label: string; error?: string; onChange: (settings: JsonObject) => void }

function Pointers({ settings, name, label, error, onChange }: PointersProps) {
  const [text, setText] = useState(() => (Array.isArray(settings[name]) ? (settings[name] as Json[]).map(String).join(', ') : ''))
  return (
    <TextInput
      label={label}
      description={words.pointers}
      spellCheck={false}
      autoComplete="off"
      value={text}
      error={error}
      onChange={(event) => {
        setText(event.currentTarget.value)
        onChange({ ...settings, [name]: pointersOf(event.currentTarget.value) })
      }}
    />
  )
}
