// The picture of packages in docs/architecture.md, as rules.
const allowed = {
  core: [],
  wallet: ['core'],
  subtensor: ['core'],
  metagraph: ['core', 'subtensor'],
  axon: ['core'],
  dendrite: ['core'],
  neuron: ['core', 'wallet', 'subtensor', 'metagraph', 'axon', 'dendrite'],
  localnet: ['core'],
  testing: ['core', 'axon', 'dendrite'],
  cli: ['core', 'wallet', 'subtensor', 'metagraph', 'axon', 'dendrite', 'neuron', 'localnet'],
}
const notTests = '\\.test(-d)?\\.ts$|/test/'

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true, dependencyTypesNot: ['type-only'] } },
    ...Object.entries(allowed).map(([name, others]) => ({
      name: `picture-${name}`,
      comment: `${name} may import ${others.join(', ') || 'no other package'}`,
      severity: 'error',
      from: { path: `^packages/${name}/src`, pathNot: notTests },
      to: { path: '^packages/', pathNot: [name, ...others].map((other) => `^packages/${other}/`) },
    })),
    {
      name: 'no-foreign-src',
      comment: 'packages meet at their published entries',
      severity: 'error',
      from: { path: '^packages/([^/]+)/' },
      to: {
        path: '^packages/[^/]+/src/(?!(index|agent/index|crypto/index|node/index|consensus/index|workers/index)\\.ts$)',
        pathNot: '^packages/$1/',
      },
    },
    {
      name: 'polkadot-api-in-subtensor-alone',
      severity: 'error',
      from: { path: '^packages/', pathNot: `^packages/subtensor/src|${notTests}` },
      to: { path: '(^|/)@polkadot/(api|types|rpc-)' },
    },
    {
      name: 'grpc-in-transport-alone',
      severity: 'error',
      from: { path: '^packages/', pathNot: `^packages/(axon|dendrite)/src/transport/|${notTests}` },
      to: { path: '(^|/)@grpc/grpc-js' },
    },
    {
      name: 'core-root-runs-anywhere',
      comment: "core's root entry imports no node builtin; core/crypto and core/node may",
      severity: 'error',
      from: { path: '^packages/core/src', pathNot: `^packages/core/src/(crypto|node)/|${notTests}` },
      to: { dependencyTypes: ['core'] },
    },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'published-code-needs-published-dependencies',
      severity: 'error',
      from: { path: '^packages/[^/]+/src', pathNot: notTests },
      // An optional peer is a development dependency too, so that it is there for tests.
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['npm-peer'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '/dist/' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    combinedDependencies: false,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types', 'default'] },
  },
}
