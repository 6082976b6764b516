// The name of an event type: a long one breaks between its words, and not within one.

import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Fragment } from 'react'
import { eventTypesQuery } from '../api/queries'

export function Underscored({ name }: { name: string }) {
  return name.split(/(?<=_)/).map((word, place) => (
    <Fragment key={place}>
      {place > 0 && <wbr />}
      {word}
    </Fragment>
  ))
}

/** Of the type with this id, as the way to its page. */
export function TypeName({ id }: { id: string }) {
  const name = useQuery(eventTypesQuery).data?.find((type) => type.id === id)?.name
  if (name === undefined) return <>{id}</>
  return (
    <Link to="/event-types/$name" params={{ name }} search={{}}>
      <Underscored name={name} />
    </Link>
  )
}
