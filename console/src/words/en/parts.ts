// What the parts of pages say, wherever they stand.

import type { Role } from '../../parts/roles'

export const parts = {
  loading: 'Loading',
  requestId: (id: string) => `Request ${id}: the server’s log has it under this number.`,
  again: 'Try again',
  more: 'Show more',
  wait: 'Nothing was done. Try again in',
  seconds: (left: number) => `${left} s`,
  noWait: 'Nothing was done. It can be tried again now.',
  chooseOne: 'Choose one of the list.',
  clear: 'Clear',
  matches: 'Matches',
  looking: 'Looking…',
  tokenHolds: 'PUNCHCARD_TOKEN holds an administrator’s access token.',
  noVerdicts: 'No reactor listens to this event type, so nothing follows from it.',
  fired: 'Fired',
  didNotFire: 'Did not fire',
  close: 'Close',
  cancel: 'Cancel',
  typeToConfirm: (text: string) => `Type ${text} to confirm`,
  undo: 'Undo',
  undone: 'Undone.',
  dismiss: 'Dismiss',
  notices: 'Notices',
  chart: {
    asTable: 'Show as table',
    asChart: 'Show as chart',
    nothing: 'There is nothing to draw in this time.',
    keys: 'Arrow keys move from one point to the next.',
  },
  code: {
    leave: 'Tab leaves the editor.',
    broken: (fault: string) => `Not JSON: ${fault}`,
  },
  roles: {
    OWNER: 'Owner',
    MANAGER: 'Manager',
    SUPPORT: 'Support',
    VIEWER: 'Viewer',
    INTEGRATION: 'Integration',
  } satisfies Record<Role, string>,
}
