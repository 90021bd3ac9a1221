/** What JavaScript itself asks an object for that is awaited, or written as JSON. */
const ASKED_OF_ANY: readonly string[] = ['then', 'toJSON']

/**
 * The same object, which refuses to be asked for a name that it does not have: undefined would be as good as nothing
 * said. Symbols, and what JavaScript asks any object for, stay undefined; so do the names of `also`.
 */
export function strict<T extends object>(target: T, refuse: (name: string) => never, also: readonly string[] = []): T {
  return new Proxy(target, {
    get: (of, name) => (typeof name === 'symbol' || name in of || ASKED_OF_ANY.includes(name) || also.includes(name) ? Reflect.get(of, name) as unknown : refuse(name)),
  })
}
