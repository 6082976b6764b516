// What every list of a noun says, and its editor.

export const collection = {
  name: 'Name',
  searchPlaceholder: 'A part of the name',
  noMatch: 'None of them has this in its name.',
  actions: 'Actions',
  create: 'Create',
  save: 'Save',
  edit: 'Edit',
  remove: 'Delete',
  editNamed: (name: string) => `Edit “${name}”`,
  removeNamed: (name: string) => `Delete “${name}”?`,
  saved: (name: string) => `“${name}” was saved.`,
  made: 'It was created.',
  removed: (name: string) => `“${name}” was deleted.`,
  gone: 'It is not here any more',
  goneWhy: 'What this address names was deleted, or never was. The list behind this has what there is.',
  further: 'What else is wrong',
}
