// The process of the chain: a localnet that seals a block when it is told to, and says where it listens.
import { createLocalnet } from '@tensorkit/localnet'

const localnet = await createLocalnet({ port: Number(process.env.CHAIN_PORT ?? 0) })
process.stdout.write(`${JSON.stringify({ type: 'listening', url: localnet.url, httpUrl: localnet.httpUrl })}\n`)

const end = (): void => {
  localnet.close().then(
    () => process.exit(0),
    () => process.exit(1),
  )
}
process.once('SIGTERM', end)
// The runner holds the other end: if it is killed, the chain goes too, and the neurons with their chain.
process.stdin.resume().once('close', end)
