// What is said about tests on past events.

import { written } from '../../parts/numbers'
import { counted } from './counted'

export const backtests = {
  title: 'Test on past events',
  titleOf: (name: string) => `${name}: test on past events`,
  all: 'All reactors',
  back: 'Back to the editor',
  toReactor: 'To the reactor',
  progress: 'Progress of the test',
  states: {
    QUEUED: 'It waits for its turn.',
    RUNNING: 'It is under way.',
    DONE: 'It is done.',
    FAILED: 'It came to no end.',
    CANCELLED: 'It was cancelled.',
  } as Record<string, string>,
  state: { QUEUED: 'waits', RUNNING: 'runs', DONE: 'done', FAILED: 'failed', CANCELLED: 'cancelled' } as Record<string, string>,
  looked: (done: number, total: number | null) =>
    total === null ? `${written(done)} events looked at.` : `${written(done)} of ${written(total)} events looked at.`,
  cancel: 'Cancel the test',
  cancelTitle: 'Cancel the test?',
  cancelMeans: 'What it has found so far is given up. It can be begun again.',
  cancelled: 'The test was cancelled.',
  result: 'What it would have come to',
  sum: (difference: number) =>
    difference === 0
      ? 'As many points as were given then.'
      : `${counted(Math.abs(difference), 'point')} ${difference > 0 ? 'more' : 'less'} than were given then.`,
  tried: (name: string, version: number | null, isChanged: boolean) =>
    version === null ? `${name}, which is not there yet` : isChanged ? `${name}, version ${version} with changes` : `${name}, version ${version}`,
  columns: { what: 'What', now: 'With this', then: 'Then', difference: 'Difference', day: 'Day', events: 'Events', member: 'Member', outcome: 'Outcome' },
  rows: {
    points: 'Points',
    fired: 'Fired',
    members: 'Members reached',
    perMember: 'Points for each member reached',
    events: 'Events tried',
    cutOff: 'Points cut off by limits',
    all: 'Members in all',
  },
  period: 'Events of',
  periodOf: (from: string, to: string) => `${from} to ${to}`,
  days: 'Points a day',
  with: 'With this',
  then: 'Then',
  top: 'Who would have got most',
  nobody: 'Nobody would have got anything.',
  outcomes: 'What came of the events',
  outcomeWords: {
    FIRED: 'fired',
    CONSTRAINT_FALSE: 'the constraint does not hold',
    NOT_EFFECTIVE: 'outside its time',
    LIMIT_REACHED: 'a limit was reached',
    NOT_DERIVABLE: 'the points could not be worked out',
    BALANCE_TOO_LOW: 'the balance does not cover it',
    BALANCE_TOO_HIGH: 'the balance cannot grow so far',
    OUT_OF_STOCK: 'out of stock',
    UNAVAILABLE: 'could not be had',
    SUPPRESSED: 'another of its group fired',
    FAILED: 'did what it does where it does not fire',
  } as Record<string, string>,
  incomplete: 'There are more events than were tried: the first ones of this time count. A shorter time has them all.',
  noEvents: 'No event of its type happened in this time.',
  noEventsYet: 'Choose a longer time, or report events first.',
  assumptions: 'What is assumed',
  assumed: (events: string) => `${events} were judged by what is known of their members now.`,
  event: 'event',
}
