import type { MeasureDefinition } from '../definitions/measure.ts'

/** What an answer's values are in JSON: a number, digits as text, a decimal as text, true or false, a word. */
export const ANSWER_TYPES = ['integer', 'bigint', 'decimal', 'boolean', 'text'] as const
export type AnswerType = (typeof ANSWER_TYPES)[number]

export interface TypedAnswer {
  readonly type: AnswerType
  /** Digits after the point, of a decimal; 0 of others. */
  readonly scale: number
}

const INTEGER: TypedAnswer = { type: 'integer', scale: 0 }
const BOOLEAN: TypedAnswer = { type: 'boolean', scale: 0 }
const TEXT: TypedAnswer = { type: 'text', scale: 0 }
const SHARE: TypedAnswer = { type: 'decimal', scale: 4 }
/** A mean has four digits more than what it is of. */
const MEAN_DIGITS = 4

/** The type of one answer of a measure, told from its declaration alone. */
export function answerType(definition: MeasureDefinition, answer: string): TypedAnswer {
  switch (definition.kind) {
    case 'count':
    case 'distinct':
      return INTEGER
    case 'flag':
    case 'sampledFlag':
      return answer === 'count' ? INTEGER : BOOLEAN
    case 'state':
      if (answer === 'last') return TEXT
      return answer.startsWith('count:') ? INTEGER : SHARE
    case 'ratio':
      return { type: 'decimal', scale: definition.scale }
    case 'delta':
    case 'extreme':
    case 'gauge':
    case 'counter':
    case 'histogram':
      if (answer === 'n') return INTEGER
      if (answer === 'mean') return { type: 'decimal', scale: definition.shape.scale + MEAN_DIGITS }
      return definition.shape
  }
}
