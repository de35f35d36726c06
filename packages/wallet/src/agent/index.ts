export { type AgentSigner, type ConnectAgentOptions, connectAgent } from './connect-agent.js'
export { type Agent, type CreateAgentOptions, createAgent } from './create-agent.js'
export type { AgentPermission } from './permissions.js'
