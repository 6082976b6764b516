// The choices that the console asks for in several places: an event type, a user, a reward.

import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { parts } from '#words/parts'
import { called, enums } from '#words/enums'
import {
  eventTypesQuery,
  foundRewardsQuery,
  foundUsersQuery,
  rewardQuery,
  userQuery,
  type EventTypeView,
  type RewardView,
  type User,
} from '../api/queries'
import { SearchSelect, type Option } from './SearchSelect'
import { typedNameOf } from './user'

type Choice = {
  label: string
  value: string | undefined
  onChange: (value: string | undefined) => void
  error?: string
  required?: boolean
  placeholder?: string
  description?: string
}

export function EventTypeChoice(props: Choice & { onlyReportable?: boolean }) {
  const types = useQuery(eventTypesQuery)
  const [search, setSearch] = useState('')
  const options = useMemo(
    () => (types.data ?? []).map((type) => optionOfType(type, props.onlyReportable ?? false)),
    [types.data, props.onlyReportable],
  )
  const wanted = search.trim().toLowerCase()
  const chosen = options.find((option) => option.value === props.value) ?? unlisted(props.value)
  const found = options
    .filter((option) => !wanted || `${option.label} ${String(option.detail)}`.toLowerCase().includes(wanted))
    .sort((one, other) => rank(one, wanted) - rank(other, wanted))
  return (
    <SearchSelect
      {...props}
      value={chosen}
      options={found.slice(0, SHOWN)}
      more={found.length > SHOWN ? parts.moreToFind : undefined}
      loading={types.isPending}
      error={props.error ?? (types.isError ? parts.typesFailed(types.error.message) : undefined)}
      nothing={types.data?.length === 0 ? parts.noTypes : parts.noSuchType}
      onSearch={setSearch}
      onChange={(option) => props.onChange(option?.value)}
    />
  )
}

const SHOWN = 50

/** What is named exactly stands first, and what cannot be chosen last. */
function rank(option: Option, wanted: string): number {
  if (option.disabled) return 2
  return option.label.toLowerCase() === wanted ? 0 : 1
}

function optionOfType(type: EventTypeView, onlyReportable: boolean): Option {
  const base = { value: type.name, label: type.name, names: [type.id] }
  if (onlyReportable && type.isIntrinsic)
    return { ...base, disabled: true, detail: parts.callInstead(type.command ?? '') }
  if (onlyReportable && !type.isActive) return { ...base, disabled: true, detail: parts.archived }
  return { ...base, detail: type.description }
}

export function UserChoice(props: Choice) {
  const [search, setSearch] = useState('')
  const [calm] = useDebouncedValue(search.trim(), 200)
  const found = useQuery(foundUsersQuery(calm))
  const known = found.data?.find((user) => user.id === props.value)
  const { data: asked } = useQuery({ ...userQuery(props.value ?? ''), enabled: Boolean(props.value) && !known })
  const user = known ?? asked
  // Until the answer for this text is there, nobody who does not match it may be chosen in haste.
  const isStale = found.isPlaceholderData || calm !== search.trim()
  const options = (found.data ?? []).map(optionOfUser).filter((option) => !isStale || matches(option, search))
  return (
    <SearchSelect
      {...props}
      value={user && user.id === props.value ? optionOfUser(user) : unlisted(props.value)}
      options={options}
      loading={found.isFetching || isStale}
      error={props.error ?? (found.isError ? parts.usersFailed(found.error.message) : undefined)}
      nothing={calm ? parts.noSuchUser : parts.noUsers}
      onSearch={setSearch}
      onChange={(option) => props.onChange(option?.value)}
    />
  )
}

function optionOfUser(user: User): Option {
  const names = [user.id, user.accountNumber, user.authIdentifier, user.profile.emailAddress, typedNameOf(user)]
  const detail = [user.profile.emailAddress, user.accountNumber].filter(Boolean).join(' · ')
  return {
    value: user.id,
    label: typedNameOf(user),
    detail: user.status === 'ACTIVE' ? detail : `${detail} · ${called(enums.userStatus, user.status)}`,
    names: names.filter((name): name is string => typeof name === 'string'),
  }
}

function matches(option: Option, search: string): boolean {
  const wanted = search.trim().toLowerCase()
  return (option.names ?? []).some((name) => name.toLowerCase().includes(wanted))
}

type RewardProps = Choice & {
  /** What is said of one, and whether it can be chosen. */
  optionOf?: (reward: RewardView) => Option
  /** Where there is none at all. */
  none?: string
}

export function RewardChoice({ optionOf = optionOfReward, none, ...props }: RewardProps) {
  const [search, setSearch] = useState('')
  const [calm] = useDebouncedValue(search.trim(), 200)
  const found = useQuery(foundRewardsQuery(calm))
  const known = found.data?.find((reward) => reward.id === props.value)
  const { data: asked } = useQuery({ ...rewardQuery(props.value ?? ''), enabled: Boolean(props.value) && !known, retry: false })
  const reward = known ?? asked
  const isStale = found.isPlaceholderData || calm !== search.trim()
  const options = (found.data ?? []).filter(({ name }) => !isStale || name.toLowerCase().includes(search.trim().toLowerCase()))
  return (
    <SearchSelect
      {...props}
      value={reward && reward.id === props.value ? { ...optionOf(reward), label: reward.name } : unlisted(props.value)}
      options={options.map(optionOf)}
      loading={found.isFetching || isStale}
      error={props.error ?? (found.isError ? parts.rewardsFailed(found.error.message) : undefined)}
      nothing={calm ? parts.noSuchReward : (none ?? parts.noRewards)}
      onSearch={setSearch}
      onChange={(option) => props.onChange(option?.value)}
    />
  )
}

const optionOfReward = ({ id, name }: RewardView): Option => ({ value: id, label: name })

/** A value that came with the address and is not, or not yet, in the list. */
function unlisted(value: string | undefined): Option | null {
  return value === undefined ? null : { value, label: value }
}
