import { chmod, chown, lstat, readFile, rm } from 'node:fs/promises'
import { createConnection } from 'node:net'
import { dirname } from 'node:path'
import { TensorKitError } from '@tensorkit/core'
import { makeDirectory } from '@tensorkit/core/node'
import { errnoOf } from '../files/io-error.js'
import { quoted } from '../files/shell-words.js'

const failed = (shortMessage: string, socket: string, remedy?: string, reason?: string) =>
  new TensorKitError('WALLET_AGENT_LISTEN_FAILED', shortMessage, { facts: { socket, reason }, ...(remedy !== undefined && { remedy }) })

/** Longer paths are cut by the system, to another socket. Source: sockaddr_un of Linux (108) and macOS (104). */
const maxPathBytes = 100

/** A group's number by its name: Node has no function for it. */
export async function groupId(name: string, socket: string): Promise<number> {
  const lines = (await readFile('/etc/group', 'utf8').catch(() => '')).split('\n')
  const id = Number(lines.find((line) => line.startsWith(`${name}:`))?.split(':')[2])
  if (Number.isInteger(id) && /^[\w.-]+$/.test(name)) return id
  throw failed('There is no such group', socket)
}

/** How long an agent may take to let another one in that asks whether it is there, in ms. */
const probeMs = 2_000

/** Whether somebody may listen there: all but a plain no is a yes, such as the error of a queue that is full. */
function isTaken(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createConnection(socket)
    const end = (answer: boolean) => {
      probe.destroy()
      resolve(answer)
    }
    probe.once('connect', () => end(true))
    probe.once('error', (error) => end(!['ECONNREFUSED', 'ENOENT'].includes(errnoOf(error) ?? '')))
    probe.setTimeout(probeMs, () => end(true))
  })
}

/** Closes a directory to all but its owner and a group. One that is there already is not changed: others may need it as it is. */
async function shareWithGroup(directory: string, group: number, isNew: boolean): Promise<boolean> {
  if (!isNew) {
    const { gid, mode } = await lstat(directory)
    return gid === group && (mode & 0o777 & ~0o750) === 0
  }
  await chown(directory, -1, group)
  await chmod(directory, 0o750)
  return true
}

/**
 * Makes the place of a socket ready: its directory is our own and closed to others, and no old socket is in the way.
 *
 * @param group - May go into the directory, too.
 */
export async function preparePlace(socket: string, group: number | undefined): Promise<void> {
  if (Buffer.byteLength(socket) > maxPathBytes) throw failed(`The path of a socket has at most ${maxPathBytes} bytes`, socket)
  const directory = dirname(socket)
  try {
    const isNew = (await lstat(directory).catch(errnoOf)) === 'ENOENT'
    await makeDirectory(directory)
    const stats = await lstat(directory)
    const isOwn = process.getuid === undefined || stats.uid === process.getuid()
    if (!stats.isDirectory() || !isOwn) throw failed('The directory of the socket is a link, or of another user', socket)
    if (group !== undefined) {
      if (!(await shareWithGroup(directory, group, isNew)))
        throw failed(
          'The directory of the socket is not the group’s alone',
          socket,
          `Name one that is not there yet, or run: chgrp ${group} ${quoted(directory)} && chmod 750 ${quoted(directory)}`,
        )
    } else if ((stats.mode & 0o777 & ~0o700) !== 0) {
      throw failed(
        'The directory of the socket is open to other users',
        socket,
        `Use a directory of its own, or run: chmod 700 ${quoted(directory)}`,
      )
    }
    const old = await lstat(socket).catch(() => undefined)
    if (old === undefined) return
    if (!old.isSocket()) throw failed('Something else is in the place of the socket', socket)
    if (await isTaken(socket)) throw failed('Another agent listens there', socket)
    await rm(socket)
  } catch (error) {
    if (TensorKitError.isInstance(error)) throw error
    throw failed('The place of the socket could not be made ready', socket, undefined, errnoOf(error))
  }
}

/** Closes a new socket to all but its owner, or its group. The directory was closed to others before it was there. */
export async function protectSocket(socket: string, group: number | undefined): Promise<void> {
  if (group !== undefined) await chown(socket, -1, group)
  await chmod(socket, group === undefined ? 0o600 : 0o660)
}
