import { describe, expect, it } from 'vitest'
import { neuronFlagsHelp, readNeuronConfig } from './read-neuron-config.js'

const read = (argv: string[], env: Record<string, string> = {}) => readNeuronConfig({ argv, env })

describe('readNeuronConfig', () => {
  it('has defaults for all but the subnet', () => {
    expect(read(['--netuid', '2'])).toEqual({ chain: 'local', netuid: 2, wallet: {}, axon: { port: 8091 }, rest: [] })
    expect(() => read([])).toThrow(
      expect.objectContaining({ code: 'CORE_INVALID_ARGUMENT', remedy: 'Give --netuid N or set TENSORKIT_NETUID.' }),
    )
  })

  it('reads flags in both forms and leaves the program its own', () => {
    const argv = [
      '--model',
      'garch',
      '--netuid=7',
      '--wallet.name',
      'w',
      '--wallet.hotkey=h',
      '--wallet.path',
      '/p',
      '--axon.host',
      '0.0.0.0',
      '--axon.port',
      '0',
    ]
    const more = ['--axon.external-host=1.2.3.4', '--axon.external-port', '80', '--state', 's', '--chain', 'ws://x:1', '--verbose', 'last']
    expect(read([...argv, ...more])).toEqual({
      chain: 'ws://x:1',
      netuid: 7,
      wallet: { name: 'w', hotkey: 'h', path: '/p' },
      axon: { host: '0.0.0.0', port: 0, externalHost: '1.2.3.4', externalPort: 80 },
      stateDirectory: 's',
      rest: ['--model', 'garch', '--verbose', 'last'],
    })
  })

  it('has TLS unless told otherwise, by a flag without a value that takes no argument of the program', () => {
    expect(read(['--netuid', '2', '--axon.tls-key', '/k.pem'])).toMatchObject({ axon: { tlsKey: '/k.pem' } })
    expect(read(['--netuid', '2'])).not.toHaveProperty('insecure')
    expect(read(['--insecure', '--netuid', '2', '7'])).toMatchObject({ insecure: true, rest: ['7'] })
    expect(read(['--insecure', 'garch', '--netuid', '2'])).toMatchObject({ insecure: true, rest: ['garch'] })
    expect(read(['--insecure=true', '--netuid', '2']).insecure).toBe(true)
    const env = { TENSORKIT_INSECURE: '1', TENSORKIT_NETUID: '2' }
    expect(read([], env).insecure).toBe(true)
    expect(read(['--insecure=false'], env).insecure).toBeUndefined()
    for (const off of ['0', 'false', '']) expect(read([], { ...env, TENSORKIT_INSECURE: off }).insecure).toBeUndefined()
    for (const wrong of ['yes', 'off', 'TRUE']) {
      expect(() => read([], { ...env, TENSORKIT_INSECURE: wrong })).toThrow(expect.objectContaining({ code: 'CORE_INVALID_ARGUMENT' }))
    }
  })

  it('reads the environment, and lets a flag win', () => {
    const env = {
      TENSORKIT_NETUID: '3',
      TENSORKIT_CHAIN: 'test',
      TENSORKIT_WALLET_NAME: 'env',
      TENSORKIT_AXON_PORT: '99',
      TENSORKIT_STATE: '',
    }
    expect(read(['--wallet.name', 'flag'], env)).toEqual({
      chain: 'test',
      netuid: 3,
      wallet: { name: 'flag' },
      axon: { port: 99 },
      rest: [],
    })
  })

  it.each([
    [['--netuid', 'two']],
    [['--netuid', '-1']],
    [['--netuid', '65536']],
    [['--netuid', '1', '--axon.port', '8o91']],
    [['--netuid', '1', '--axon.external-port', '']],
    [['--netuid']],
  ])('refuses %j', (argv) => {
    expect(() => read(argv)).toThrow(expect.objectContaining({ code: 'CORE_INVALID_ARGUMENT' }))
  })

  it('lists its flags for help', () => {
    expect(neuronFlagsHelp).toContain('--wallet.hotkey NAME')
  })
})
