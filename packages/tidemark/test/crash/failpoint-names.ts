import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const SOURCE = fileURLToPath(new URL('../../src', import.meta.url))

/**
 * Every failpoint that the source names, read from the source itself: one that is added is in the campaign at once.
 * Throws when a call of `reach` has a form that cannot be read, so that none is overlooked.
 */
export function failpointNames(source = SOURCE): readonly string[] {
  const names = new Set<string>()
  const commands = new Set<string>()
  const suffixes = new Set<string>()
  for (const entry of readdirSync(source, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !entry.name.endsWith('.ts')) continue
    const text = readFileSync(`${entry.parentPath}/${entry.name}`, 'utf8')
    for (const [, command] of text.matchAll(/session\.write\([\w.]+, '([a-z-]+)'/g)) commands.add(command as string)
    for (const [call, name, suffix] of text.matchAll(/\breach\((?:'([a-z.-]+)'|`\$\{command\}\.([a-z-]+)`|)/g)) {
      if (name !== undefined) names.add(name)
      else if (suffix !== undefined) suffixes.add(suffix)
      else throw new Error(`${entry.name} has a call of ${call}… with a name that cannot be read`)
    }
  }
  for (const command of commands) for (const suffix of suffixes) names.add(`${command}.${suffix}`)
  return [...names].sort()
}
