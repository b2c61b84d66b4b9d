// Which part may use which (README, "The house"): products never meet in code, and stand-ins know only the contract.
const within = (folder) => `^${folder}/`
const standIns = '^shared/peers/[^/]+/stand-in/'

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'products-meet-through-contracts',
      comment: 'A product never imports another: they meet through HTTP, the bus, a queue or a contract.',
      severity: 'error',
      from: { path: '^functions/(?!apps/)([^/]+)/' },
      to: { path: '^functions/', pathNot: ['^functions/$1/', '^functions/platform/'] },
    },
    {
      name: 'shared-knows-no-product',
      severity: 'error',
      from: { path: within('shared'), pathNot: standIns },
      to: { path: '^(?:functions|packages|local|test|bench|build|deploy|infra|eval)/' },
    },
    {
      name: 'functions-know-no-laptop',
      comment: 'The client of the AI gateway is a package of its own: products outside of the suite use it as well.',
      severity: 'error',
      from: { path: within('functions') },
      to: { path: '^(?:packages|local|test|bench|build|deploy|infra|eval)/', pathNot: '^packages/ai-gateway/src/' },
    },
    {
      name: 'packages-know-no-suite',
      comment: 'A package is used without the suite; its tests may borrow what other tests use as well.',
      severity: 'error',
      from: { path: '^packages/' },
      to: { path: '^(?:functions|shared|local|test|bench|build|deploy|infra|eval)/', pathNot: '^test/support/' },
    },
    {
      name: 'packages-publish-no-tests',
      severity: 'error',
      from: { path: '^packages/[^/]+/src/' },
      to: { path: '^(?:test|packages/[^/]+/test)/' },
    },
    {
      name: 'packages-meet-by-name',
      comment: 'What a package does not export is nobody else’s but the tests’.',
      severity: 'error',
      from: { path: '^(?:packages/([^/]+)/src|local|bench|eval)/' },
      to: {
        path: '^packages/',
        pathNot: '^packages/$1/',
        dependencyTypesNot: ['aliased-workspace', 'undetermined'],
      },
    },
    {
      name: 'packages-use-what-they-declare',
      severity: 'error',
      from: { path: '^packages/[^/]+/src/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'stand-ins-know-only-contracts',
      comment:
        'A stand-in that shares code with what it imitates proves nothing. The seed alone writes what provisioning would.',
      severity: 'error',
      from: { path: [within('local'), standIns], pathNot: '^local/seed[.]ts$' },
      to: {
        path: '^(?:shared|functions|test|bench|build|deploy|infra|eval)/',
        pathNot: [
          '^shared/peers/[^/]+/(?:contract|(?:agent|anomaly|article|behaviour|enrichment|investigation|project|recording|signal|ticket|transcript|view)-contract|operations)[.]ts$',
          '^shared/peers/peers[.]ts$',
          standIns,
          '^shared/peer-client/operation[.]ts$',
          '^shared/bus/(?:cloud-event|catalogue)[.]ts$',
        ],
      },
    },
    {
      name: 'nothing-deployed-knows-a-stand-in',
      severity: 'error',
      from: { path: ['^functions/', '^shared/'], pathNot: standIns },
      to: { path: standIns },
    },
    {
      name: 'a-stand-in-knows-its-own-peer',
      severity: 'error',
      from: { path: '^shared/peers/([^/]+)/stand-in/' },
      to: { path: '^shared/peers/[^/]+/', pathNot: '^shared/peers/$1/' },
    },
    {
      name: 'only-the-entry-registers',
      severity: 'error',
      from: { path: '^(?:functions|shared)/', pathNot: '^functions/apps/' },
      to: { path: '^functions/apps/' },
    },
    {
      name: 'no-cycles',
      comment: 'Not of types either: who reads one of the files has to read all of them.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-unresolved',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '^(?:vitest|playwright-core|@azure/functions-core)' },
    },
    {
      name: 'shipped-code-uses-shipped-packages',
      severity: 'error',
      from: { path: '^(?:functions|shared)/', pathNot: standIns },
      to: { dependencyTypes: ['npm-dev'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^packages/[^/]+/dist/' },
    parser: 'swc',
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
}
