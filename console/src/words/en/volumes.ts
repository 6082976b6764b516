// What is said of how much there was of something: in charts, and in lists beside each.

export const volumes = {
  time: 'Time',
  units: { HOUR: 'hour', DAY: 'day' } as Record<string, string>,
  events: (unit: string) => `Events by the ${unit}, as they occurred`,
  eventsSeries: 'Events',
  eventsColumn: 'Events, 30 days',
  activations: (unit: string) => `Activations by the ${unit}, as what they answer occurred`,
  activationsSeries: 'Activations',
  activationsColumn: 'Fired, 30 days',
  sum: (count: string, what: string, period: string) => `${count} ${what} in ${period}.`,
  sumEvents: (count: number) => (count === 1 ? 'event' : 'events'),
  sumActivations: (count: number) => (count === 1 ? 'activation' : 'activations'),
  none: 'There was nothing in this time.',
  counting: 'counting',
  unknown: 'not known',
  since: 'There were more than are counted at a time. These are the newest, reported from',
  on: 'on.',
}
