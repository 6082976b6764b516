// What a reactor does: its reactions, in their order, each with the fields of its type.

import { ActionIcon, Button, Checkbox, Group, NativeSelect, Stack } from '@mantine/core'
import { IconArrowDown, IconArrowUp, IconX } from '@tabler/icons-react'
import { editor } from '#words/reactor-editor'
import type { Json, JsonObject } from '../../../api/exactJson'
import { moved, POINTS, reactionOfType, TYPES, withItem, withMember } from './draft'
import { ReactionFields } from './ReactionFields'

const REACTIONS_MAX = 20

type Props = {
  reactions: JsonObject[]
  onChange: (reactions: Json[]) => void
  faultAt: (pointer: string) => string | undefined
}

export function Reactions({ reactions, onChange, faultAt }: Props) {
  return (
    <Stack gap="sm">
      {faultAt('') && <p className="pc-fault">{faultAt('')}</p>}
      {reactions.map((reaction, place) => (
        <Reaction
          key={place}
          number={place + 1}
          isLast={place === reactions.length - 1}
          reaction={reaction}
          onChange={(item) => onChange(withItem(reactions, place, item))}
          onMove={(by) => onChange(moved(reactions, place, by))}
          faultAt={(pointer) => faultAt(`/${place}${pointer}`)}
        />
      ))}
      {reactions.length < REACTIONS_MAX && (
        <Button className="pc-start" variant="default" size="xs" onClick={() => onChange([...reactions, POINTS])}>
          {editor.addReaction}
        </Button>
      )}
    </Stack>
  )
}

type One = {
  number: number
  isLast: boolean
  reaction: JsonObject
  onChange: (reaction: JsonObject | undefined) => void
  onMove: (by: -1 | 1) => void
  faultAt: (pointer: string) => string | undefined
}

function Reaction({ number, isLast, reaction, onChange, onMove, faultAt }: One) {
  const name = editor.reaction(number)
  return (
    <fieldset className="pc-fieldset">
      <legend>
        {name}
        <ActionIcon size="sm" variant="subtle" aria-label={editor.up(name)} disabled={number === 1} onClick={() => onMove(-1)}>
          <IconArrowUp size={14} />
        </ActionIcon>
        <ActionIcon size="sm" variant="subtle" aria-label={editor.down(name)} disabled={isLast} onClick={() => onMove(1)}>
          <IconArrowDown size={14} />
        </ActionIcon>
        <ActionIcon size="sm" variant="subtle" color="gray" aria-label={editor.remove(name)} onClick={() => onChange(undefined)}>
          <IconX size={14} />
        </ActionIcon>
      </legend>
      <Stack gap="sm">
        {faultAt('') && <p className="pc-fault">{faultAt('')}</p>}
        <Group gap="sm" align="flex-end">
          <NativeSelect
            label={editor.type}
            value={String(reaction.type)}
            data={TYPES.map((value) => ({ value, label: editor.types[value] ?? value }))}
            error={faultAt('/type')}
            onChange={(event) => onChange(reactionOfType(reaction, event.currentTarget.value))}
          />
          <Checkbox
            label={editor.forFailure}
            mb={8}
            checked={reaction.forFailure === true}
            onChange={(event) => onChange(withMember(reaction, 'forFailure', event.currentTarget.checked || undefined))}
          />
        </Group>
        <ReactionFields number={number} reaction={reaction} onChange={onChange} faultAt={faultAt} />
      </Stack>
    </fieldset>
  )
}
