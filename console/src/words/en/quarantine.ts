// What is said of a report that was kept instead of recorded.

export const quarantine = {
  why: {
    INVALID: 'Its payload breaks the schema of its event type.',
    LATE: 'It happened longer ago than its event type takes without asking.',
  } as Record<string, string>,
  otherwise: (reason: string) => `The reason is ${reason}.`,
  next: (isLate: boolean) =>
    `An administrator ends its waiting, once: ${isLate ? 'resubmits it as it is' : 'corrects the payload and resubmits it'}, and it becomes an event that keeps its time; or discards it, and it comes to nothing. Reported again it would be another report, and this one would still wait.`,
  resubmit: (isLate: boolean) => (isLate ? 'Resubmit it as it is' : 'Resubmit it with this payload'),
  resubmitCall: 'The call that resubmits it',
  copyResubmit: 'Copy the call that resubmits it',
  reason: 'Reported by mistake',
  discard: 'Discard it',
  discardCall: 'The call that discards it',
  copyDiscard: 'Copy the call that discards it',
}
