// The frame of every page, and the way into it.

export const shell = {
  name: 'Likeness',
  title: (page: string) => `${page} · Likeness`,
  skip: 'Skip to content',
  navigation: 'Pages',
  cast: 'Cast',
  identity: 'Identity',
  stills: 'Scenes',
  operations: 'Operations',
  reference: 'API reference',
  signOut: 'Sign out',
  sandbox: 'Sandbox: pictures are drawn, nothing is trained, nothing is paid.',
  notFound: 'There is no such page.',
  toCast: 'Go to the cast',
};

export const signIn = {
  title: 'Sign in',
  lead: 'Prepare, review and approve the likeness of your characters.',
  key: 'API key or access token',
  hint: 'A key begins with “lk_”. It is kept in this tab alone, and forgotten when you close it.',
  submit: 'Sign in',
  missing: 'Enter an API key.',
  refused: 'This key is not valid. Check that it was copied whole, or make a new one.',
  expired: 'You were signed out: the key is no longer valid. Sign in with another.',
  help: 'On your own machine, npm start prints a link that signs you in.',
};
