// What of the stream is shown. It stands in the address, so that a link shows the same.

import { useNavigate } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { useSession } from '../../api/session'
import { EventTypeChoice, UserChoice } from '../../parts/choices'
import type { StreamSearch } from '../../router'
import { DateTimeField } from '../../schema-form/DateTimeField'
import { instantOf, shown } from '../../parts/time'

export function Filters({ search }: { search: StreamSearch }) {
  const navigate = useNavigate()
  const set = (changed: Partial<StreamSearch>) =>
    void navigate({ to: '/events', search: (before: StreamSearch) => ({ ...before, ...changed }), replace: true })
  return (
    <div className="pc-filters" role="search" aria-label="Filters">
      <EventTypeChoice label="Type" placeholder="Any" value={search.type} onChange={(type) => set({ type })} />
      <UserChoice label="Subject" placeholder="Anybody" value={search.subject} onChange={(subject) => set({ subject })} />
      <Instant label="From" value={search.from} onChange={(from) => set({ from })} />
      <Instant label="Until" value={search.until} onChange={(until) => set({ until })} />
    </div>
  )
}

type InstantProps = { label: string; value?: string; onChange: (value: string | undefined) => void }

/** A time that goes into the address once it can be read. */
function Instant({ label, value, onChange }: InstantProps) {
  const zone = useSession().tenant.timeZone
  const [text, setText] = useState(value)
  const set = useRef(value)
  useEffect(() => {
    if (set.current !== value) setText(value)
    set.current = value
  }, [value])
  const write = (written: string | undefined) => {
    setText(written)
    const readable = written === undefined ? undefined : written
    try {
      set.current = readable && shown(instantOf(readable, zone), zone)
      onChange(set.current)
    } catch {
      // Still being typed.
    }
  }
  return <DateTimeField label={label} value={asInstant(text, zone)} zone={zone} onChange={write} />
}

function asInstant(text: string | undefined, zone: string): string | undefined {
  try {
    return text && instantOf(text, zone)
  } catch {
    return text
  }
}
