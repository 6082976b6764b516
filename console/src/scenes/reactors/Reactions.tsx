// What a reactor does, a reaction after another, in words; and as the API has it.

import { Badge } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { editor } from '#words/reactor-editor'
import { reactors } from '#words/reactors'
import { lengthOf } from '#words/counted'
import { isObject, writeExact, type Json, type JsonObject } from '../../api/exactJson'
import { rewardQuery } from '../../api/queries'
import { Empty } from '../../parts/notices'
import { NounName } from '../../parts/NounChoice'
import { written } from '../../parts/numbers'
import { Facts, JsonBlock } from '../../parts/values'
import { BADGES } from '../badges/Badges'
import { idOf, listOf } from './editor/draft'
import { workedOut } from './words'

const words = reactors.reactionFacts

export function Reactions({ reactions }: { reactions: Json | undefined }) {
  const all = (Array.isArray(reactions) ? reactions : []).filter(isObject)
  if (all.length === 0) return <Empty title={words.none}>{words.noneMeans}</Empty>
  return (
    <>
      <ol className="pc-reactions" aria-label={reactors.reactions}>
        {all.map((reaction, place) => (
          <li key={place}>
            <b>{nameOf(reaction)}</b> {reaction.forFailure === true && <Badge variant="light">{words.instead}</Badge>}
            <Facts items={factsOf(reaction)} />
          </li>
        ))}
      </ol>
      <details className="pc-details">
        <summary>{words.json}</summary>
        <JsonBlock value={all} label={words.jsonOf} />
      </details>
    </>
  )
}

function nameOf(reaction: JsonObject): string {
  if (reaction.activates != null) return editor.deal.activates
  if (reaction.cancels != null) return editor.deal.cancels
  return editor.types[String(reaction.type)] ?? String(reaction.type)
}

type Fact = [string, ReactNode]

function factsOf(reaction: JsonObject): Fact[] {
  const { type, points, url, headers, usableAfter, expiresAfter } = reaction
  const key = reaction.activates ?? reaction.cancels ?? reaction.awaits
  return [
    ...(isObject(points) ? derivationFacts(points, type === 'POINTS_CAP') : []),
    ...(usableAfter == null ? [] : [[editor.usableAfter, lengthOf(String(usableAfter))] as Fact]),
    ...(expiresAfter == null ? [] : [[editor.expiresAfter, lengthOf(String(expiresAfter))] as Fact]),
    ...(key == null ? [] : [[reaction.awaits == null ? editor.keyOf : editor.awaits, <code key="k">{String(key)}</code>] as Fact]),
    ...(type === 'BADGE' ? [[editor.badge, <BadgeName key="b" id={idOf(reaction.badge) ?? ''} />] as Fact] : []),
    ...(type === 'REWARD' ? [[editor.reward, <RewardName key="r" id={idOf(reaction.reward) ?? ''} />] as Fact] : []),
    ...listOf(reaction, 'attributes').map(attributeFact),
    ...(url == null ? [] : [[editor.url, String(url)] as Fact]),
    ...(isObject(headers) && Object.keys(headers).length > 0 ? [[editor.headers, Object.keys(headers).join(', ')] as Fact] : []),
  ]
}

function derivationFacts(points: JsonObject, isCap: boolean): Fact[] {
  const { max, roundingDirection, roundingUnit } = points
  const direction = editor.roundings[roundingDirection === 'UP' ? 'UP' : 'DOWN']
  return [
    [isCap ? words.cap : words.points, workedOut(points)],
    ...(max == null ? [] : [[editor.max, written(max as never)] as Fact]),
    [editor.rounding, words.rounded(direction, String(roundingUnit ?? 1))],
  ]
}

function attributeFact({ key, value, isEnabled }: JsonObject): Fact {
  return [
    words.attribute(String(key)),
    <span key="a">
      <code>{writeExact(value ?? null)}</code> {isEnabled !== true && words.unseen}
    </span>,
  ]
}

function BadgeName({ id }: { id: string }) {
  return (
    <Link to="/badges" search={{ open: `holders:${id}` } as never}>
      <NounName noun={BADGES} id={id} />
    </Link>
  )
}

function RewardName({ id }: { id: string }) {
  const { data } = useQuery({ ...rewardQuery(id), retry: false })
  return (
    <Link to="/rewards/$rewardId" params={{ rewardId: id }} search={{}}>
      {data?.name ?? id}
    </Link>
  )
}
