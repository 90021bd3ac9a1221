import { TidemarkError } from '../errors.ts'
import { nearest } from '../nearest.ts'
import type { PredicateExpression, ValueExpression, ValueShape } from './expression.ts'
import type { Field, FieldDefinition, Fields, TypeOf, ValuesOf } from './field.ts'
import { strict } from './strict.ts'

/** A condition on one event. */
export interface Predicate {
  readonly predicate: PredicateExpression
  and(...others: readonly Predicate[]): Predicate
  or(...others: readonly Predicate[]): Predicate
  not(): Predicate
}

/** A number read from one event. */
export interface Value<Type extends ValueShape['type'] = ValueShape['type']> {
  readonly value: ValueExpression
  readonly shape: ValueShape
  readonly '~type'?: Type
}

/** A text read from one event. */
export interface Word {
  /** The field's name. */
  readonly word: string
}

interface Comparable<Type extends 'integer' | 'bigint' | 'decimal'> extends Value<Type> {
  lessThan(bound: number | string): Predicate
  atMost(bound: number | string): Predicate
  moreThan(bound: number | string): Predicate
  atLeast(bound: number | string): Predicate
  equals(bound: number | string): Predicate
}

interface Presence {
  /** The event has a value for this optional field. */
  isPresent(): Predicate
}

/** What a declaration can say of one field, by the field's type. */
export type Handle<F extends Field> = Presence &
  (TypeOf<F> extends 'oneOf'
    ? Word & { is(value: ValuesOf<F>): Predicate; in(values: readonly ValuesOf<F>[]): Predicate }
    : TypeOf<F> extends 'boolean'
      ? { isTrue(): Predicate }
      : TypeOf<F> extends 'instant'
        ? { timeOfDay(): Value<'integer'> }
        : TypeOf<F> extends 'integer' | 'bigint' | 'decimal'
          ? Comparable<TypeOf<F>>
          : TypeOf<F> extends 'text'
            ? Word & { is(value: string): Predicate }
            : unknown)

export type Handles<F extends Fields> = { readonly [K in keyof F]: Handle<F[K]> }

export function predicate(expression: PredicateExpression): Predicate {
  return {
    predicate: expression,
    and: (...others) => predicate({ op: 'and', all: [expression, ...others.map((other) => conditionOf(other, 'and(…)'))] }),
    or: (...others) => predicate({ op: 'or', all: [expression, ...others.map((other) => conditionOf(other, 'or(…)'))] }),
    not: () => predicate({ op: 'not', of: expression }),
  }
}

/** What no compiler has looked at: a field in the place of a condition, or nothing at all, would count every event. */
export function conditionOf(given: Predicate | undefined, where: string): PredicateExpression {
  if (given?.predicate !== undefined) return given.predicate
  throw new TidemarkError('DECLARATION_INVALID', given === undefined ? 'the condition is undefined' : 'what is given is no condition', {
    where, hint: "Write a condition such as e.kind.is('fix') or e.urgent.isTrue().",
  })
}

/** A configuration is not compiled when it is loaded: a value that no event can have is refused here once more. */
function valueOf(name: string, definition: FieldDefinition, value: string): string {
  if (typeof value === 'string' && (definition.type !== 'oneOf' || definition.values.includes(value))) return value
  throw new TidemarkError('DECLARATION_INVALID', `${name} is never ${JSON.stringify(value)}`, {
    where: name, ...(definition.type === 'oneOf' ? { hint: nearest(String(value), definition.values) } : {}),
  })
}

function boundOf(name: string, definition: FieldDefinition, bound: number | string): string {
  const scale = definition.type === 'decimal' ? definition.scale : 0
  const match = /^-?\d+(?:\.(\d+))?$/.exec(String(bound))
  if (match !== null && (match[1] ?? '').length <= scale) return String(bound)
  throw new TidemarkError('DECLARATION_INVALID', `${name} cannot be compared with ${JSON.stringify(bound)}: it has ${scale} digits after the point`, {
    where: name, hint: "Write a number such as 12, or a decimal such as '12.50' with no more digits than the field.",
  })
}

/** Every method on every handle; `Handle` shows each field only those that its type has. */
function handle(name: string, definition: FieldDefinition): object {
  const compare = (sign: '<' | '<=' | '>' | '>=' | '=') => (bound: number | string) =>
    predicate({ op: 'compare', field: name, with: sign, value: boundOf(name, definition, bound) })
  const shape: ValueShape = definition.type === 'decimal'
    ? { type: 'decimal', scale: definition.scale }
    : { type: definition.type === 'bigint' ? 'bigint' : 'integer', scale: 0 }
  const presence = { isPresent: () => predicate({ op: 'present', field: name }) }
  switch (definition.type) {
    case 'oneOf':
    case 'text':
      return {
        ...presence,
        word: name,
        is: (value: string) => predicate({ op: 'in', field: name, values: [valueOf(name, definition, value)] }),
        in: (values: readonly string[]) => predicate({ op: 'in', field: name, values: values.map((value) => valueOf(name, definition, value)) }),
      }
    case 'boolean':
      return { ...presence, isTrue: () => predicate({ op: 'true', field: name }) }
    case 'instant':
      return { ...presence, timeOfDay: () => ({ value: { op: 'timeOfDay', field: name }, shape: { type: 'integer', scale: 0 } }) }
    case 'integer':
    case 'bigint':
    case 'decimal':
      return {
        ...presence,
        value: { op: 'field', field: name },
        shape,
        lessThan: compare('<'),
        atMost: compare('<='),
        moreThan: compare('>'),
        atLeast: compare('>='),
        equals: compare('='),
      }
  }
}

/** What builders look for in whatever they are given; a field that has none of it is refused by them, in their words. */
const LOOKED_FOR: readonly string[] = ['predicate', 'value', 'shape', 'word', 'definition']

/**
 * What a declaration can say of each field of a stream.
 *
 * @param where the stream
 * @throws FIELD_UNKNOWN from what it gives, asked for a field that is not declared; DECLARATION_INVALID, asked of a field
 *   what its type does not say
 */
export function handles<F extends Fields>(fields: F, where: string): Handles<F> {
  const made = Object.create(null) as Record<string, object>
  for (const [name, { definition }] of Object.entries(fields)) {
    const said = handle(name, definition)
    made[name] = strict(said, (asked) => {
      throw new TidemarkError('DECLARATION_INVALID', `${name} is ${definition.type} and has no ${JSON.stringify(asked)}`, {
        where: `${where}.${name}`, hint: nearest(asked, Object.keys(said).filter((one) => !LOOKED_FOR.includes(one))),
      })
    }, LOOKED_FOR)
  }
  return strict(made, (asked) => {
    throw new TidemarkError('FIELD_UNKNOWN', `there is no field ${JSON.stringify(asked)}`, { where, hint: nearest(asked, Object.keys(fields)) })
  }) as Handles<F>
}
