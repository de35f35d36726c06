/**
 * What an agent may sign: signed requests (`btauth/1`), openings and answers of sessions, receipts, weights, and the serving of an
 * axon. Nothing else exists for it: no transfer, no stake, no registration.
 */
export type AgentPermission = 'requests' | 'sessions' | 'receipts' | 'weights' | 'serving'

/** What a neuron needs while it runs. */
export const usualPermissions: readonly AgentPermission[] = ['requests', 'sessions', 'receipts', 'weights']
export const allPermissions: readonly AgentPermission[] = [...usualPermissions, 'serving']
