// What the page of consent types says.

export const consentTypes = {
  title: 'Consents',
  intro: 'What members are asked to agree to. Who agreed when, and who took it back, is kept.',
  add: 'Add a consent',
  none: 'There are no consents yet.',
  noneYet: 'Members are asked for one at their registration or later: the terms of the programme, a newsletter.',
  removal: 'Nobody is asked for it any more. What members have agreed to stays recorded.',
  name: 'Name',
  required: 'Required',
  requiredHint: 'Nobody registers without having agreed.',
  priority: 'Priority',
  priorityHint: 'The order in which members are asked.',
  changed: 'Changed',
  yes: 'yes',
  no: 'no',
}
