/** An entity as the server lists it: with a name where one is known. */
export interface ToldEntity {
  readonly entity: string
  readonly name?: string | null
}

const UUID = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i

/** Its name; else its id, of which a UUID's first part is enough to tell it from its neighbours. */
export function entityLabel({ entity, name }: ToldEntity): string {
  if (name !== undefined && name !== null && name !== '') return name
  return UUID.test(entity) ? entity.slice(0, 8) : entity
}

/** Names by entity, as answers tell them of one tenant; of those that have none there is nothing. */
export function namesIn(told: readonly { readonly entity: string; readonly name: string }[] | undefined): ReadonlyMap<string, string> {
  return new Map((told ?? []).map(({ entity, name }) => [entity, name]))
}
