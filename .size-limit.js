// What one import of a package adds to a bundle: its own code, minified and compressed. Libraries are left
// out, as they are each user's choice of version; core's root entry is measured with all it imports, since it runs in browsers.
const node = (config) => ({ ...config, platform: 'node', packages: 'external' })

const own = (name, limit, entry = 'index') => ({
  name: entry === 'index' ? name : `${name}/${entry}`,
  path: `packages/${name}/dist/${entry}.js`,
  modifyEsbuildConfig: node,
  limit,
})

export default [
  { name: 'core, with all it imports', path: 'packages/core/dist/index.js', limit: '40 kB' },
  own('core', '10 kB', 'crypto'),
  own('core', '1 kB', 'node'),
  own('wallet', '24 kB'),
  own('wallet', '12 kB', 'agent'),
  own('subtensor', '26 kB'),
  own('metagraph', '7 kB'),
  own('axon', '44 kB'),
  own('axon', '6 kB', 'workers'),
  own('dendrite', '42 kB'),
  own('testing', '72 kB'),
  own('neuron', '100 kB'),
  own('localnet', '96 kB'),
  own('localnet', '9 kB', 'consensus'),
]
