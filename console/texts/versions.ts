// The versions of a character.

export const versions = {
  heading: 'Versions',
  name: (version: number) => `Version ${version}`,
  states: { current: 'Current', available: 'Available', retired: 'Retired', revoked: 'Revoked' },
  noCurrent: 'No version is current. Make one current, or approve a new one.',
  changed: (span: string, by: string) => `${span} ago by ${by}`,
  open: (version: number) => `Open version ${version}`,
  makeCurrent: 'Make current',
  makeCurrentOf: (version: number) => `Make version ${version} current`,
  retireOf: (version: number) => `Retire version ${version}`,
  revokeOf: (version: number) => `Revoke version ${version}`,
  retire: {
    stop: 'Retire',
    stopSure: 'It is not used any more until somebody makes it current. Retire it?',
    stopYes: 'Retire it',
    stopNo: 'Keep it',
    stopping: 'Retiring…',
    stopFailed: 'It could not be retired',
  },
  revoke: {
    stop: 'Revoke',
    stopSure: 'It can never be used again. Revoke it?',
    stopYes: 'Revoke it for good',
    stopNo: 'Keep it',
    stopping: 'Revoking…',
    stopFailed: 'It could not be revoked',
  },
};
