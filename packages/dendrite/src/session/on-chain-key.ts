import type { NeuronCertificate } from '@tensorkit/core'
import type { ProbedLeaf } from '../tls/probe-leaf.js'

/** The algorithm byte of TensorKit's own keys: P-256, x‖y. Others belong to somebody else and say nothing here. */
const ownAlgorithm = 0x54

/** Whether a neuron published a TLS key on chain, and the axon's is another one. */
export function disagreesWithChain(leaf: ProbedLeaf, certificate: NeuronCertificate | undefined): boolean {
  return certificate?.algorithm === ownAlgorithm && !Buffer.from(certificate.publicKey).equals(leaf.publicKey)
}
