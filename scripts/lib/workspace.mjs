import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { rootDir } from './paths.mjs'

/** The projects of the workspace: name, directory, manifest. */
export function projects() {
  const dirs = ['packages', 'examples', 'tools'].flatMap((parent) =>
    readdirSync(join(rootDir, parent), { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && existsSync(join(rootDir, parent, entry.name, 'package.json')))
      .map((entry) => `${parent}/${entry.name}`),
  )
  return [...dirs, 'tests', 'bench', 'interop', 'docs'].map((dir) => {
    const manifest = JSON.parse(readFileSync(join(rootDir, dir, 'package.json'), 'utf8'))
    return { name: manifest.name, dir, manifest }
  })
}

/** A project and everything in the workspace that it depends on, dependencies first. */
export function closure(name, all = projects(), seen = new Map()) {
  const project = all.find((candidate) => candidate.name === name)
  if (!project || seen.has(name)) return [...seen.values()]
  for (const dependency of Object.keys(project.manifest.dependencies ?? {})) closure(dependency, all, seen)
  seen.set(name, project)
  return [...seen.values()]
}
