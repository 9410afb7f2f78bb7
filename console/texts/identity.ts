// One identity: its facts and its decisions.

export const identity = {
  back: 'Back to the cast',
  unnamed: 'Character',
  loading: 'Loading the identity',
  noSuch: 'This identity could not be loaded',
  facts: {
    label: 'About this run',
    elapsed: 'Elapsed',
    round: 'Round',
    training: 'Training',
    cost: 'Cost so far',
    of: (estimate: string) => `of about ${estimate}`,
    reserved: (amount: string) => `${amount} reserved`,
    waiting: 'Waiting for',
    expires: (span: string) => `expires in ${span}`,
  },
  temporal: 'Open in Temporal',
  history: {
    heading: 'Decisions',
    none: 'Nobody has decided yet.',
    round: (round: number) => `Round ${round}`,
    ago: (span: string) => `${span} ago`,
    via: { signal: 'by signal', update: 'in the console or by the API' },
    ignored: 'Ignored',
  },
  needsOperator:
    'It is unclear whether the provider took a payment. An operator has to check it on the operations page.',
  toOperations: 'Open operations',
  needsPhotos: 'This run needs other photos. Open the cast: the card of the character shows which ones.',
  toCast: 'Open the cast',
};
