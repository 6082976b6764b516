// What the parts of pages say, wherever they stand.

import type { Role } from '../../parts/roles'

export const parts = {
  loading: 'Loading',
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
