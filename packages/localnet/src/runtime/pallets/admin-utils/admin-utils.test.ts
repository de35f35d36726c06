import { beforeEach, describe, expect, it } from 'vitest'
import { eventData, TestChain } from '../../../../test/runtime/test-chain.js'

const netuid = 2

let chain: TestChain
beforeEach(async () => {
  chain = await TestChain.create()
  chain.block()
  // Bob owns the subnet; Alice has the sudo key.
  expect(chain.submit('//Bob', 'subtensorModule', 'registerNetwork', chain.account('//Owner')).result).toBe('ok')
})

const query = (item: string, ...args: unknown[]): unknown => chain.query('subtensorModule', item, ...args)
const direct = (uri: string, method: string, ...args: unknown[]): string => chain.submit(uri, 'adminUtils', method, ...args).result

/** A call through sudo: ok, or the name of its error. */
function sudo(method: string, ...args: unknown[]): string {
  const { events } = chain.submit('//Alice', 'sudo', 'sudo', chain.call('adminUtils', method, ...args))
  type Outcome = { ok?: null; err?: { module?: { index: number; error: string } } }
  const [outcome] = eventData<[Outcome]>(events, 'sudo.Sudid')
  if (outcome.err === undefined) return 'ok'
  return outcome.err.module ? chain.moduleError(outcome.err.module) : JSON.stringify(outcome.err)
}

describe('every hyperparameter that can be set', () => {
  const two = { bits: `0x${(2n << 64n).toString(16)}` }
  it.each([
    ['sudoSetServingRateLimit', [netuid, 7], 'servingRateLimit', [netuid], 7],
    ['sudoSetWeightsVersionKey', [netuid, 7], 'weightsVersionKey', [netuid], 7],
    ['sudoSetWeightsSetRateLimit', [netuid, 7], 'weightsSetRateLimit', [netuid], 7],
    ['sudoSetImmunityPeriod', [netuid, 7], 'immunityPeriod', [netuid], 7],
    ['sudoSetMinAllowedWeights', [netuid, 7], 'minAllowedWeights', [netuid], 7],
    ['sudoSetMaxAllowedUids', [netuid, 70], 'maxAllowedUids', [netuid], 70],
    ['sudoSetKappa', [netuid, 7], 'kappa', [netuid], 7],
    ['sudoSetNetworkRegistrationAllowed', [netuid, false], 'networkRegistrationAllowed', [netuid], false],
    ['sudoSetMinBurn', [netuid, 7], 'minBurn', [netuid], 7],
    ['sudoSetMaxBurn', [netuid, 200_000_000], 'maxBurn', [netuid], 200_000_000],
    ['sudoSetMaxAllowedValidators', [netuid, 7], 'maxAllowedValidators', [netuid], 7],
    ['sudoSetBondsMovingAverage', [netuid, 7], 'bondsMovingAverage', [netuid], 7],
    ['sudoSetNetworkRateLimit', [7], 'networkRateLimit', [], 7],
    ['sudoSetTempo', [netuid, 7], 'tempo', [netuid], 7],
    ['sudoSetNetworkMinLockCost', [7], 'networkMinLockCost', [], 7],
    ['sudoSetSubnetLimit', [7], 'subnetLimit', [], 7],
    ['sudoSetStakeThreshold', [7], 'stakeThreshold', [], 7],
    ['sudoSetCommitRevealWeightsEnabled', [netuid, false], 'commitRevealWeightsEnabled', [netuid], false],
    ['sudoSetCommitRevealWeightsInterval', [netuid, 7], 'revealPeriodEpochs', [netuid], 7],
    ['sudoSetLiquidAlphaEnabled', [netuid, true], 'liquidAlphaOn', [netuid], true],
    ['sudoSetBondsPenalty', [netuid, 7], 'bondsPenalty', [netuid], 7],
    ['sudoSetSubtokenEnabled', [netuid, true], 'subtokenEnabled', [netuid], true],
    ['sudoSetYuma3Enabled', [netuid, false], 'yuma3On', [netuid], false],
    ['sudoSetBondsResetEnabled', [netuid, true], 'bondsResetOn', [netuid], true],
    ['sudoSetAdminFreezeWindow', [7], 'adminFreezeWindow', [], 7],
    ['sudoSetOwnerHparamRateLimit', [7], 'ownerHyperparamRateLimit', [], 7],
    ['sudoSetBurnHalfLife', [netuid, 7], 'burnHalfLife', [netuid], 7],
    ['sudoSetBurnIncreaseMult', [netuid, two], 'burnIncreaseMult', [netuid], { bits: '0x00000000000000020000000000000000' }],
    ['sudoSetSubnetEmissionEnabled', [netuid, true], 'subnetEmissionEnabled', [netuid], true],
    ['sudoSetMaxEpochsPerBlock', [7], 'maxEpochsPerBlock', [], 7],
    ['sudoSetDefaultTake', [7], 'maxDelegateTake', [], 7],
    ['sudoSetTxRateLimit', [7], 'txRateLimit', [], 7],
    ['sudoSetMinDifficulty', [netuid, 7], 'minDifficulty', [netuid], 7],
    ['sudoSetMaxDifficulty', [netuid, 7], 'maxDifficulty', [netuid], 7],
    ['sudoSetAdjustmentInterval', [netuid, 7], 'adjustmentInterval', [netuid], 7],
    ['sudoSetAdjustmentAlpha', [netuid, 7], 'adjustmentAlpha', [netuid], 7],
    ['sudoSetRho', [netuid, 7], 'rho', [netuid], 7],
    ['sudoSetActivityCutoff', [netuid, 360], 'activityCutoff', [netuid], 360],
    ['sudoSetTargetRegistrationsPerInterval', [netuid, 7], 'targetRegistrationsPerInterval', [netuid], 7],
    ['sudoSetDifficulty', [netuid, 7], 'difficulty', [netuid], 7],
    ['sudoSetMaxRegistrationsPerBlock', [netuid, 7], 'maxRegistrationsPerBlock', [netuid], 7],
    ['sudoSetSubnetOwnerCut', [7], 'subnetOwnerCut', [], 7],
    ['sudoSetNetworkImmunityPeriod', [7], 'networkImmunityPeriod', [], 7],
    ['sudoSetLockReductionInterval', [7], 'networkLockReductionInterval', [], 7],
    ['sudoSetRaoRecycled', [netuid, 7], 'raoRecycledForRegistration', [netuid], 7],
    ['sudoSetTxDelegateTakeRateLimit', [7], 'txDelegateTakeRateLimit', [], 7],
    ['sudoSetMinDelegateTake', [7], 'minDelegateTake', [], 7],
    ['sudoSetDissolveNetworkScheduleDuration', [7], 'dissolveNetworkScheduleDuration', [], 7],
    ['sudoSetToggleTransfer', [netuid, false], 'transferToggle', [netuid], false],
    ['sudoSetSubnetMovingAlpha', [{ bits: 7 }], 'subnetMovingAlpha', [], { bits: 7 }],
    ['sudoSetEmaPriceHalvingPeriod', [netuid, 7], 'emaPriceHalvingBlocks', [netuid], 7],
    ['sudoSetAlphaSigmoidSteepness', [netuid, -7], 'alphaSigmoidSteepness', [netuid], -7],
    ['sudoSetCommitRevealVersion', [7], 'commitRevealWeightsVersion', [], 7],
    ['sudoSetOwnerImmuneNeuronLimit', [netuid, 7], 'immuneOwnerUidsLimit', [netuid], 7],
    ['sudoSetCkBurn', [7], 'ckBurn', [], 7],
    ['sudoSetMinNonImmuneUids', [netuid, 7], 'minNonImmuneUids', [netuid], 7],
    ['sudoSetStartCallDelay', [7], 'startCallDelay', [], 7],
    ['sudoSetColdkeySwapAnnouncementDelay', [7], 'coldkeySwapAnnouncementDelay', [], 7],
    ['sudoSetColdkeySwapReannouncementDelay', [7], 'coldkeySwapReannouncementDelay', [], 7],
    ['sudoSetMaxMechanismCount', [7], 'maxMechanismCount', [], 7],
    ['sudoSetRecycleOrBurn', [netuid, 'Recycle'], 'recycleOrBurn', [netuid], 'Recycle'],
    ['sudoSetOwnerCutEnabled', [netuid, false], 'ownerCutEnabled', [netuid], false],
    ['sudoSetMinChildkeyTakePerSubnet', [netuid, 7], 'minChildkeyTakePerSubnet', [netuid], 7],
    ['sudoSetTaoFlowCutoff', [{ bits: 7 }], 'taoFlowCutoff', [], { bits: 7 }],
    ['sudoSetTaoFlowNormalizationExponent', [two], 'flowNormExponent', [], { bits: '0x00000000000000020000000000000000' }],
    ['sudoSetTaoFlowSmoothingFactor', [7], 'flowEmaSmoothingFactor', [], 7],
    ['sudoSetNetTaoFlowEnabled', [false], 'netTaoFlowEnabled', [], false],
    ['sudoSetMinAllowedUids', [netuid, 0], 'minAllowedUids', [netuid], 0],
    ['sudoSetNominatorMinRequiredStake', [7], 'nominatorMinRequiredStake', [], 7],
  ] as const)('%s', (method, args, item, keys, value) => {
    expect(query(item, ...keys)).not.toEqual(value)
    expect(sudo(method, ...args)).toBe('ok')
    expect(query(item, ...keys)).toEqual(value)
  })
})

it('the bounds of liquid alpha can be set where it is on', () => {
  expect(sudo('sudoSetLiquidAlphaEnabled', netuid, true)).toBe('ok')
  expect(sudo('sudoSetAlphaValues', netuid, 2000, 1637)).toBe('subtensorModule.AlphaHighTooLow')
  expect(sudo('sudoSetAlphaValues', netuid, 3001, 3000)).toBe('subtensorModule.AlphaLowOutOfRange')
  expect(sudo('sudoSetAlphaValues', netuid, 2000, 3000)).toBe('ok')
  expect(query('alphaValues', netuid)).toEqual([2000, 3000])
})

describe('who may', () => {
  it('only root makes a root call', () => {
    expect(direct('//Bob', 'sudoSetTempo', netuid, 20)).toBe('{"badOrigin":null}')
    expect(direct('//Alice', 'sudoSetTempo', netuid, 20)).toBe('{"badOrigin":null}')
  })

  it('an owner may set some, within bounds, once in two tempos', () => {
    expect(direct('//Charlie', 'sudoSetImmunityPeriod', netuid, 20)).toBe('{"badOrigin":null}')
    expect(direct('//Bob', 'sudoSetBondsMovingAverage', netuid, 975_001)).toBe('adminUtils.BondsMovingAverageMaxReached')
    expect(direct('//Bob', 'sudoSetImmunityPeriod', netuid, 20)).toBe('ok')
    expect(direct('//Bob', 'sudoSetImmunityPeriod', netuid, 30)).toBe('subtensorModule.TxRateLimitExceeded')
    // Each hyperparameter has its own count, and root has none.
    expect(direct('//Bob', 'sudoSetServingRateLimit', netuid, 20)).toBe('ok')
    expect(sudo('sudoSetImmunityPeriod', netuid, 30)).toBe('ok')
  })

  it('nobody may change what counts in the last blocks of a tempo, not even root', () => {
    const start = chain.number + 1
    expect(sudo('sudoSetTempo', netuid, 40)).toBe('ok')
    while (chain.number < start + 28) chain.block()
    expect(sudo('sudoSetImmunityPeriod', netuid, 21)).toBe('ok')
    expect(chain.number).toBe(start + 29)
    chain.block()
    expect(sudo('sudoSetImmunityPeriod', netuid, 22)).toBe('subtensorModule.AdminActionProhibitedDuringWeightsWindow')
    // Root's calls without the window are free.
    expect(sudo('sudoSetKappa', netuid, 22)).toBe('ok')
    while (chain.number < start + 40) chain.block()
    expect(sudo('sudoSetImmunityPeriod', netuid, 23)).toBe('ok')
  })
})

describe('the hotkey of the owner', () => {
  it.each(['sudoSetSnOwnerHotkey', 'sudoSetSubnetOwnerHotkey'])('%s, by the owner, once in a week', (method) => {
    const hotkey = chain.account('//Other')
    expect(direct('//Charlie', method, netuid, hotkey)).toBe('{"badOrigin":null}')
    expect(direct('//Bob', method, netuid, hotkey)).toBe('ok')
    expect(query('subnetOwnerHotkey', netuid)).toBe(chain.keyring.encodeAddress(hotkey, 42))
    // Root waits too.
    expect(sudo(method, netuid, hotkey)).toBe('subtensorModule.TxRateLimitExceeded')
  })
})

it('a steepness below zero is for root alone', () => {
  expect(direct('//Bob', 'sudoSetAlphaSigmoidSteepness', netuid, -1)).toBe('adminUtils.NegativeSigmoidSteepness')
  expect(direct('//Bob', 'sudoSetAlphaSigmoidSteepness', netuid, 1)).toBe('ok')
})

it("the owner's cut is switched without a limit", () => {
  expect(direct('//Bob', 'sudoSetOwnerCutEnabled', netuid, false)).toBe('ok')
  expect(direct('//Bob', 'sudoSetOwnerCutEnabled', netuid, true)).toBe('ok')
  expect(direct('//Charlie', 'sudoSetOwnerCutEnabled', netuid, true)).toBe('{"badOrigin":null}')
})

it('a higher least stake of nominators unstakes those below it, but not the owner of the hotkey', () => {
  const tao = 1_000_000_000n
  const submit = (uri: string, method: string, ...args: unknown[]): string => chain.submit(uri, 'subtensorModule', method, ...args).result
  expect(submit('//Bob', 'startCall', netuid)).toBe('ok')
  const hotkey = chain.account('//Owner')
  for (const uri of ['//Bob', '//Charlie']) expect(submit(uri, 'addStake', hotkey, netuid, tao)).toBe('ok')
  const staked = (): unknown => query('totalHotkeyAlpha', hotkey, netuid)
  const before = Number(staked())
  expect(sudo('sudoSetNominatorMinRequiredStake', tao / 10n)).toBe('ok')
  expect(staked()).toBe(before)
  expect(sudo('sudoSetNominatorMinRequiredStake', 10n * tao)).toBe('ok')
  expect(Number(staked()) / before).toBeCloseTo(0.5, 2)
})

it('mechanisms are changed once a day', () => {
  expect(sudo('sudoSetMaxAllowedUids', netuid, 128)).toBe('ok')
  expect(direct('//Bob', 'sudoSetMechanismCount', netuid, 2)).toBe('ok')
  expect(direct('//Bob', 'sudoSetMechanismCount', netuid, 1)).toBe('subtensorModule.TxRateLimitExceeded')
  expect(direct('//Bob', 'sudoSetMechanismEmissionSplit', netuid, [1, 65_534])).toBe('ok')
  expect(query('mechanismEmissionSplit', netuid)).toEqual([1, 65_534])
  expect(direct('//Bob', 'sudoSetMechanismEmissionSplit', netuid, null)).toBe('subtensorModule.TxRateLimitExceeded')
  // Another count forgets the split.
  expect(sudo('sudoSetMechanismCount', netuid, 1)).toBe('ok')
  expect(query('mechanismEmissionSplit', netuid)).toBeNull()
})

describe('what has no effect in the model', () => {
  it.each([
    ['sudoSetOwnerCutAutoLockEnabled', [netuid, true], /Locking of an owner's cut is not modelled/],
    ['sudoSetEvmChainId', [7], /The EVM is not modelled/],
    ['sudoToggleEvmPrecompile', ['Staking', false], /The EVM is not modelled/],
    ['swapAuthorities', [[]], /Authorities of Aura and GRANDPA is not modelled/],
    ['scheduleGrandpaChange', [[], 1, null], /Authorities of Aura and GRANDPA is not modelled/],
  ] as const)('%s is refused by name, through sudo too', (method, args, message) => {
    const inner = chain.call('adminUtils', method, ...args)
    for (const call of [inner, chain.call('sudo', 'sudo', inner)]) {
      const extrinsic = chain.sign('//Alice', call)
      expect(() => chain.validate(extrinsic)).toThrow(message)
      expect(chain.block(extrinsic)[0]?.result).toBe('Invalid.Call')
    }
  })
})
