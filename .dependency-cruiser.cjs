// The law of the rooms: who may import whom. ARCHITECTURE.md draws it; this file holds it.

/** Folders of this repository that are rooms. */
const ROOMS =
  'domain|core|workflows|activities|adapters|worker|api|client|react|console|sandbox|stack|chaos|bench|publish';

/** A room may import the rooms of `may` and packages, and no other room. */
const room = (name, may, comment) => ({
  name: `${name}-imports`,
  comment,
  severity: 'error',
  from: { path: `^${name}/` },
  to: { path: `^(${ROOMS})/`, pathNot: `^(${[name, ...may].join('|')})/` },
});

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'domain-is-pure',
      comment: 'The domain imports nothing outside itself: no package, no Node module, no other room.',
      severity: 'error',
      from: { path: '^domain/' },
      to: { pathNot: '^domain/' },
    },
    room(
      'workflows',
      ['domain'],
      'Orchestration knows steps by their contract in domain/steps.ts, never by their code.',
    ),
    {
      name: 'workflows-are-deterministic',
      comment:
        'Workflow code imports @temporalio/workflow, @temporalio/common and the domain: anything else breaks replay.',
      severity: 'error',
      from: { path: '^workflows/' },
      to: { pathNot: '^(workflows|domain)/|node_modules/@temporalio/(workflow|common)/' },
    },
    room('core', ['domain'], 'What the product does knows the world through core/ports alone.'),
    {
      name: 'core-is-no-end',
      comment: 'Temporal, HTTP, Supabase and the provider are behind ports.',
      severity: 'error',
      from: { path: '^core/' },
      to: { path: 'node_modules/(@temporalio|hono|@hono|@supabase|@fal-ai|pino|zod)' },
    },
    room('activities', ['core', 'domain'], 'A step is work of core, with what Temporal has to know of it.'),
    {
      name: 'adapters-imports',
      comment:
        'An adapter knows the domain and the ports that it stands behind; that of Temporal the names of messages.',
      severity: 'error',
      from: { path: '^adapters/' },
      to: { path: `^(${ROOMS})/`, pathNot: '^(adapters|domain|core/ports)/|^workflows/messages\\.ts$' },
    },
    {
      name: 'api-imports',
      comment: 'The API calls use cases, and no step; only its start composes.',
      severity: 'error',
      from: { path: '^api/' },
      to: { path: '^activities/' },
    },
    {
      name: 'adapters-are-apart',
      comment: 'One adapter never imports another: each can be replaced alone.',
      severity: 'error',
      from: { path: '^adapters/([^/]+)/' },
      to: { path: '^adapters/', pathNot: '^adapters/$1/' },
    },
    {
      name: 'client-takes-types',
      comment: 'The client runs in browsers: of the server it knows shapes, never code.',
      severity: 'error',
      from: { path: '^client/' },
      to: { path: `^(${ROOMS})/`, pathNot: '^(client|domain)/', dependencyTypesNot: ['type-only'] },
    },
    room('react', ['client', 'domain'], 'The parts speak to the API through the client alone.'),
    room('console', ['react', 'client', 'domain'], 'The console speaks to the API through the client alone.'),
    room('publish', [], 'The build of the packages reads the rooms as files, and imports none.'),
    room('sandbox', [], 'The sandbox stands for itself: it is what we are tested against.'),
    room(
      'bench',
      ['adapters', 'core', 'domain', 'worker', 'api', 'stack', 'client', 'sandbox'],
      'Measuring composes like a root does, and never steps into a workflow or a step.',
    ),
    {
      name: 'api-never-runs-workflows',
      comment: 'The API knows the names of messages, not the implementation of a workflow.',
      severity: 'error',
      from: { path: '^api/' },
      to: { path: '^workflows/', pathNot: '^workflows/messages\\.ts$' },
    },
    {
      name: 'only-roots-compose',
      comment: 'What composes is not imported: worker, API, stack, chaos and bench are ends, not libraries.',
      severity: 'error',
      from: { path: '^(domain|core|workflows|activities|adapters|sandbox|client|react|console)/' },
      to: { path: '^(worker|stack|chaos|bench|publish)/' },
    },
    {
      name: 'nothing-leans-on-bench',
      severity: 'error',
      from: { path: `^(${ROOMS})/`, pathNot: '^bench/' },
      to: { path: '^bench/' },
    },
    {
      name: 'nothing-leans-on-test',
      comment: 'The benchmark of the lists takes the rows and the database of the tests.',
      severity: 'error',
      from: { path: `^(${ROOMS})/`, pathNot: '^bench/' },
      to: { path: '^test/' },
    },
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
