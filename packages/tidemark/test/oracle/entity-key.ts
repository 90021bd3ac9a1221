import type { EntityKey } from './subject.ts'

/** Entities by text, for maps. */
export function keyText({ tenant, entity }: EntityKey): string {
  return JSON.stringify([tenant, entity])
}

/** Order of code units, as everywhere in answers. */
export function byCodeUnits(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0
}
