// What several screens say.

export const common = {
  close: 'Close',
  cancel: 'Cancel',
  tryAgain: 'Try again',
  loading: 'Loading…',
  more: 'Show more',
  offline: 'The API cannot be reached',
  unexpected: 'Something went wrong here. Reload the page; what was started goes on by itself.',
  dollars: (usd: number) => `$${usd.toFixed(2)}`,
};

export const picture = {
  failed: 'The picture could not be loaded.',
  gone: 'The picture was deleted.',
};
