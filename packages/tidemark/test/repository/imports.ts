import { posix } from 'node:path'
import type { Texts } from './tree.ts'

/** Comments and template texts may quote imports; only statements at the start of a line, and calls, are read. */
const STATEMENT = /^(?:import|export)\s(?:[^'"`;]*?\sfrom\s+)?'([^']+)'/gm
const CALL = /\bimport\(\s*'([^']+)'\s*\)/g
const WORKER = /\bnew URL\([^\n]*?'(\.{1,2}\/[^']+\.ts)'/g

/** The specifiers that a file names, types included, each once. */
export function specifiersOf(text: string): readonly string[] {
  return [...new Set([STATEMENT, CALL, WORKER].flatMap((pattern) => [...text.matchAll(pattern)].map((match) => match[1] as string)))]
}

/** By file: the files and packages that it imports. Packages stand by name (`node:fs`, `@noble/hashes`). */
export type ImportGraph = ReadonlyMap<string, { readonly files: readonly string[]; readonly packages: readonly string[] }>

export function importGraph(texts: Texts): ImportGraph {
  return new Map([...texts].map(([path, text]) => {
    const specifiers = specifiersOf(text)
    return [path, {
      files: specifiers.filter((specifier) => specifier.startsWith('.')).map((specifier) => posix.join(posix.dirname(path), specifier)),
      packages: specifiers.filter((specifier) => !specifier.startsWith('.')).map(packageOf),
    }]
  }))
}

function packageOf(specifier: string): string {
  return specifier.startsWith('node:') ? specifier : specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')
}

/** Everything that the given files need, themselves included. */
export function closure(graph: ImportGraph, from: readonly string[]): ReadonlySet<string> {
  const reached = new Set<string>()
  const waiting = [...from]
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (reached.has(path) || !graph.has(path)) continue
    reached.add(path)
    waiting.push(...(graph.get(path)?.files ?? []))
  }
  return reached
}
