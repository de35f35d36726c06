import type { RuntimeDispatchInfo } from '@polkadot/types/interfaces'
import { beforeAll, describe, expect, it } from 'vitest'
import { eventData, TestChain } from '../../../test/runtime/test-chain.js'

const tao = 1_000_000_000n

describe('executive', () => {
  let chain: TestChain
  beforeAll(async () => {
    chain = await TestChain.create()
    chain.block()
  })

  const free = (uri: string): bigint =>
    BigInt((chain.query('system', 'account', chain.account(uri)) as { data: { free: number | string } }).data.free)

  it('endows the development accounts', async () => {
    const fresh = await TestChain.create()
    expect(fresh.query('system', 'account', fresh.account('//Alice'))).toMatchObject({ nonce: 0, providers: 1 })
    expect(BigInt(fresh.query('balances', 'totalIssuance') as string | number)).toBe((3n * 1_000_000n + 8n * 2_000n) * tao)
  })

  it('applies a signed transfer: balances, nonce, fee, events', () => {
    const before = free('//Alice')
    const issuance = BigInt(chain.query('balances', 'totalIssuance') as string)
    const { result, events } = chain.submit('//Alice', 'balances', 'transferKeepAlive', chain.account('//Nobody'), 5n * tao)
    expect(result).toBe('ok')
    expect(events.map(({ name }) => name)).toEqual([
      'balances.Withdraw',
      'system.NewAccount',
      'balances.Endowed',
      'balances.Transfer',
      'balances.Rescinded',
      'transactionPayment.TransactionFeePaid',
      'system.ExtrinsicSuccess',
    ])
    const [, fee] = (events.find(({ name }) => name === 'transactionPayment.TransactionFeePaid') as { data: [string, number] }).data
    expect(free('//Nobody')).toBe(5n * tao)
    expect(before - free('//Alice')).toBe(5n * tao + BigInt(fee))
    expect(issuance - BigInt(chain.query('balances', 'totalIssuance') as string)).toBe(BigInt(fee))
    expect(chain.nonce('//Alice')).toBe(1)
  })

  it('keeps fee and nonce of a call that fails, and undoes the rest', () => {
    const before = free('//Dave')
    const { result, events } = chain.submit('//Dave', 'balances', 'transferKeepAlive', chain.account('//Eve'), 1_000_000n * tao)
    expect(result).toBe('{"token":"FundsUnavailable"}')
    const [, fee] = (events.find(({ name }) => name === 'transactionPayment.TransactionFeePaid') as { data: [string, number] }).data
    expect(before - free('//Dave')).toBe(BigInt(fee))
    expect(chain.nonce('//Dave')).toBe(1)
  })

  it('says what a transfer will cost before it is sent', () => {
    const extrinsic = chain.sign('//Bob', chain.call('balances', 'transferKeepAlive', chain.account('//Eve'), tao))
    const length = new Uint8Array(new Uint32Array([extrinsic.length]).buffer)
    const args = new Uint8Array([...extrinsic, ...length])
    const info = chain.registry.createType<RuntimeDispatchInfo>(
      'RuntimeDispatchInfoV2',
      chain.runtime.call(chain.storage, 'TransactionPaymentApi_query_info', args, chain.context()),
    )
    const before = free('//Bob')
    chain.block(extrinsic)
    expect(before - free('//Bob')).toBe(tao + info.partialFee.toBigInt())
  })

  describe('refuses in the pool and in a block alike, changing nothing', () => {
    const transfer = () => chain.call('balances', 'transferKeepAlive', chain.account('//Eve'), tao)
    const cases: Record<string, [make: () => Uint8Array, pool: string, block?: string]> = {
      'a stale nonce': [() => chain.sign('//Alice', transfer(), { nonce: 0 }), 'Stale'],
      'a future nonce, in the block alone': [() => chain.sign('//Alice', transfer(), { nonce: 99 }), 'ok', 'Future'],
      'another genesis': [() => chain.sign('//Alice', transfer(), { genesisHash: `0x${'01'.repeat(32)}` }), 'BadProof'],
      'another spec version': [() => chain.sign('//Alice', transfer(), { specVersion: 1 }), 'BadProof'],
      'a changed signature': [() => chain.sign('//Alice', transfer()).map((byte, at) => (at === 60 ? byte ^ 1 : byte)), 'BadProof'],
      'a changed call': [
        () => chain.sign('//Alice', transfer()).map((byte, at, all) => (at === all.length - 1 ? byte ^ 1 : byte)),
        'BadProof',
      ],
      'trailing bytes': [() => Uint8Array.of(...chain.sign('//Alice', transfer()), 0), 'Call'],
      'no funds for the fee': [() => chain.sign('//Unfunded', transfer()), 'Payment'],
      'a tip beyond the funds': [() => chain.sign('//Eve', transfer(), { tip: 3_000n * tao }), 'Payment'],
      'a call that is not modelled': [() => chain.sign('//Alice', transfer()).map((byte, at) => (at === 103 ? 11 : byte)), 'Call'],
      'sudo by another key': [() => chain.sign('//Bob', chain.call('sudo', 'sudo', chain.call('system', 'remark', '0x'))), 'BadSigner'],
      'an unsigned call': [() => Uint8Array.of(12, 4, 0, 0), 'Call'],
    }
    for (const [name, [make, pool, block = pool]] of Object.entries(cases)) {
      it(name, () => {
        const extrinsic = make()
        const validity = chain.validate(extrinsic)
        expect(validity.ok ? 'ok' : validity.error.kind).toBe(pool)
        const issuance = chain.query('balances', 'totalIssuance')
        expect(chain.block(extrinsic)[0]?.result).toBe(`Invalid.${block}`)
        expect(chain.query('balances', 'totalIssuance')).toBe(issuance)
      })
    }
  })

  it('takes a mortal transaction within its era, and not after it', async () => {
    const other = await TestChain.create()
    other.blocks(3)
    const extrinsic = other.sign('//Alice', other.call('system', 'remark', '0x00'), { mortalPeriod: 8 })
    const validity = other.validate(extrinsic)
    expect(validity).toMatchObject({ ok: true, longevity: 7n })
    other.blocks(8)
    expect(other.validate(extrinsic)).toEqual({ ok: false, error: { kind: 'BadProof' } })
  })

  it('forgets the blocks in which eras began', async () => {
    const other = await TestChain.create()
    other.blocks(3)
    const extrinsic = other.sign('//Alice', other.call('system', 'remark', '0x00'), { mortalPeriod: 4096 })
    const at = (number: number) => {
      other.number = number
      other.storage.set('0x26aa394eea5630e07c48ae0c9558cef702a5c1b19ab7a04f536c519aca4983ac', new Uint8Array(Uint32Array.of(number).buffer))
      return other.validate(extrinsic)
    }
    expect(at(2403)).toMatchObject({ ok: true, longevity: 1695n })
    expect(at(2404)).toEqual({ ok: false, error: { kind: 'AncientBirthBlock' } })
  })

  it('a tip is paid, and gives no priority', () => {
    const remark = chain.call('system', 'remark', '0x00')
    const [plain, tipped] = [0n, tao].map((tip) => chain.validate(chain.sign('//Charlie', remark, { tip })))
    expect(tipped).toMatchObject({ priority: (plain as { priority: bigint }).priority })
    const before = free('//Charlie')
    const [outcome] = chain.block(chain.sign('//Charlie', remark, { tip: tao }))
    const [, fee, tip] = eventData<[string, number, number]>(outcome?.events ?? [], 'transactionPayment.TransactionFeePaid')
    expect(tip).toBe(Number(tao))
    expect(before - free('//Charlie')).toBe(BigInt(fee))
  })

  it('names a call that is not modelled, wherever it is carried', () => {
    const pages = chain.call('system', 'setHeapPages', 64)
    for (const call of [pages, chain.call('sudo', 'sudo', pages), chain.call('utility', 'batch', [pages])]) {
      expect(() => chain.validate(chain.sign('//Alice', call))).toThrow(/^System\.set_heap_pages: .* is not modelled/)
    }
  })

  it('names what it does not take of extrinsics: version 5, a metadata hash', () => {
    const signed = chain.sign('//Alice', chain.call('system', 'remark', '0x00'))
    const body = signed.slice(2)
    for (const preamble of [0x05, 0x45]) {
      const other = Uint8Array.of(...signed.slice(0, 2), preamble, ...body.slice(1))
      expect(() => chain.validate(other)).toThrow(/version 5 is not modelled/)
      expect(chain.block(other)[0]?.result).toBe('Invalid.Call')
    }
    // Mode 1 of CheckMetadataHash: the byte before the call.
    const withHash = signed.map((byte, at) => (at === signed.length - 5 ? 1 : byte))
    expect(chain.validate(withHash)).toEqual({ ok: false, error: { kind: 'BadProof' } })
  })

  it('tags validity with account and nonce', () => {
    const extrinsic = chain.sign('//Charlie', chain.call('system', 'remark', '0x00'), { nonce: 2 })
    const validity = chain.validate(extrinsic)
    const who = chain.account('//Charlie')
    expect(validity).toMatchObject({ ok: true, requires: [`${who}01000000`], provides: [`${who}02000000`] })
  })

  it('gives the fee of sudo back, and reports the inner failure in its event', () => {
    const before = free('//Alice')
    const inner = chain.call('balances', 'transferAllowDeath', chain.account('//Eve'), 1)
    const { result, events } = chain.submit('//Alice', 'sudo', 'sudo', inner)
    expect(result).toBe('ok')
    expect(events.find(({ name }) => name === 'sudo.Sudid')?.data).toEqual([{ err: { badOrigin: null } }])
    expect(free('//Alice')).toBe(before)
  })

  it('runs a root call through sudo', () => {
    const inner = chain.call('balances', 'forceSetBalance', chain.account('//Rich'), 7n * tao)
    expect(chain.submit('//Alice', 'sudo', 'sudo', inner).events.find(({ name }) => name === 'sudo.Sudid')?.data).toEqual([{ ok: null }])
    expect(free('//Rich')).toBe(7n * tao)
  })

  it('names a runtime API that is not modelled', () => {
    expect(() => chain.runtime.call(chain.storage, 'ForeignApi_configuration', new Uint8Array(), chain.context())).toThrow(
      /ForeignApi_configuration is not modelled/,
    )
  })
})
