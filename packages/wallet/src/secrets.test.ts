import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { createWallet, devWallet, listWallets, openWallet } from './index.js'
import { address, bobAddress, message, path, phrase, placeHotkey, rejection, subkey } from './test-support.js'

describe('secrets', () => {
  /** Every form in which a planted secret could come out of a value. */
  const formsOf = (planted: string) => [
    planted,
    planted.slice(0, 12),
    Buffer.from(planted).toString('base64').slice(0, 16),
    Buffer.from(planted).toString('hex').slice(0, 16),
  ]
  const dump = (value: unknown) =>
    [
      inspect(value, { depth: 20, showHidden: true }),
      inspect(value),
      JSON.stringify(value),
      String(value),
      value instanceof Error ? `${value.stack}${inspect(value.cause)}` : '',
    ].join('\n')

  it('are in no error, whichever field is broken', async () => {
    const planted = 'ab12cd34'.repeat(8)
    const contents = [
      planted.slice(1),
      `${planted} ${planted}`,
      `{"secretPhrase":"${planted}"`,
      JSON.stringify({ secretPhrase: planted }),
      JSON.stringify({ secretSeed: `${planted}ff` }),
      JSON.stringify({ secretSeed: planted, ss58Address: bobAddress }),
      JSON.stringify({ privateKey: `${planted}${planted}`, ss58Address: bobAddress }),
      JSON.stringify({ privateKey: `${planted}!` }),
      JSON.stringify({ secretSeed: { planted } }),
      JSON.stringify({ ss58Address: planted }),
      JSON.stringify({ publicKey: `${planted}00` }),
      JSON.stringify({ cryptoType: planted, secretSeed: planted }),
      JSON.stringify({ [planted]: planted }),
      `$NACL${planted}`,
      `gAAAAA${planted}`,
    ]
    for (const content of contents) {
      await placeHotkey(content)
      const errors = [await rejection(openWallet({ name: 'w', path })), ...(await listWallets({ path }))]
      for (const error of errors) for (const form of formsOf(planted)) expect(dump(error)).not.toContain(form)
    }
  })

  it('are in no error of a creation', async () => {
    const planted = 'zebra9zebra9zebra9'
    const runs = [
      () => createWallet({ path, coldkey: { address: planted } }),
      () => createWallet({ path, coldkey: { mnemonic: planted }, plaintextColdkey: true }),
      () => createWallet({ path, coldkey: { uri: `${planted}//a///${planted}` }, plaintextColdkey: true }),
      () => createWallet({ path, name: `${planted}/..`, coldkey: { address: bobAddress } }),
      () => createWallet({ path, hotkeySource: { uri: `//Alice///${planted}\n` }, coldkey: { address: bobAddress } }),
      () => devWallet(planted),
      () => devWallet('//Alice', { hotkeyUri: `${planted}//` }),
    ]
    for (const run of runs) for (const form of formsOf(planted)) expect(dump(await rejection(run()))).not.toContain(form)
  })

  it('are in no printed wallet', async () => {
    const created = await createWallet({ path, coldkey: { mnemonic: phrase }, hotkeySource: { mnemonic: phrase }, plaintextColdkey: true })
    const pair = await created.wallet.exportKeyPair('hotkey')
    const raw = pair.secretKey
    const secrets = [
      phrase,
      ...phrase.split(' ').slice(0, 3),
      (subkey.secretSeed as string).slice(2),
      Buffer.from(raw).toString('hex'),
      raw.subarray(0, 5).join(', '),
      raw.subarray(0, 5).join(','),
    ]
    for (const value of [
      created,
      created.wallet,
      created.wallet.hotkey,
      await created.wallet.openColdkey(),
      { ...created.wallet },
      await listWallets({ path }),
      await devWallet(phrase),
    ]) {
      for (const secret of secrets) expect(dump(value)).not.toContain(secret)
    }
    expect(inspect(created.wallet)).toContain(created.wallet.hotkey.address)
  })

  it('of an exported pair can be wiped without harm to the wallet', async () => {
    const { wallet } = await createWallet({ path, coldkey: { mnemonic: phrase }, plaintextColdkey: true })
    for (const key of ['hotkey', 'coldkey'] as const) (await wallet.exportKeyPair(key)).wipe()
    expect(wallet.hotkey.sign(message)).toHaveLength(64)
    expect((await wallet.openColdkey()).address).toBe(address)
  })
})
