// Runs the pinned pnpm: `node scripts/pnpm.mjs <arguments>`.
import { pnpm } from './lib/pnpm.mjs'

const { code } = await pnpm(process.argv.slice(2), { cwd: process.cwd(), inherit: true })
process.exitCode = code
