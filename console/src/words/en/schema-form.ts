// What a form made from a schema says, beside what the schema itself says.

export const schemaForm = {
  whole: 'The whole payload',
  asJson: (label: string) => `${label} (JSON)`,
  isNull: (label: string) => `${label} is null`,
  required: 'required',
  add: (label: string) => `Add ${label}`,
  addTo: (label: string) => `Add to ${label}`,
  remove: (label: string) => `Remove ${label}`,
  kindOf: (label: string) => `Kind of ${label}`,
  option: (number: number) => `Option ${number}`,
  somethingElse: 'Something else',
  notSet: 'Not set',
  yes: 'Yes',
  no: 'No',
  alwaysSo: 'Always so.',
  number: (example: string) => `Write a number, such as ${example}.`,
  example: (text: string) => `for example ${text}`,
  leftOut: (text: string) => `left out: ${text}`,
  time: 'YYYY-MM-DD hh:mm',
  pickTime: 'Pick date and time',
}
