import { TidemarkError } from '../errors.ts'
import type { PredicateExpression } from './expression.ts'
import type { MeasureDefinition } from './measure.ts'
import { storedFields } from './stored-fields.ts'
import type { StreamDefinition } from './stream.ts'

/** Throws FIELD_UNFIT where a measure reads what is an event's key and no value of it: tenant, entity or id. */
export function checkReadFields(stream: StreamDefinition, measures: Readonly<Record<string, MeasureDefinition>>, where: string): void {
  const values = new Set([stream.at, ...storedFields(stream).map(({ name }) => name)])
  for (const [measure, definition] of Object.entries(measures)) {
    for (const field of fieldsOf(definition)) {
      if (values.has(field)) continue
      throw new TidemarkError('FIELD_UNFIT', `${measure} reads ${field}, which says whose event it is or which, and is no value of it`, {
        where: `${where}.${measure}`, hint: `Values of ${stream.name}: ${[...values].join(', ')}.`,
      })
    }
  }
}

function fieldsOf(definition: MeasureDefinition): readonly string[] {
  const fields = 'where' in definition && definition.where !== null ? fieldsOfPredicate(definition.where) : []
  if ('value' in definition && definition.value !== null) return [...fields, definition.value.field]
  if ('field' in definition && definition.field !== null) return [...fields, definition.field]
  return fields
}

function fieldsOfPredicate(expression: PredicateExpression): readonly string[] {
  switch (expression.op) {
    case 'and':
    case 'or': return expression.all.flatMap(fieldsOfPredicate)
    case 'not': return fieldsOfPredicate(expression.of)
    default: return [expression.field]
  }
}
