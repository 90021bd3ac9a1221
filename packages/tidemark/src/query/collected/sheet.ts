import type { Printed } from '../../measures/kind.ts'
import type { AnswerRef } from '../../measures/answers.ts'
import type { Standing } from '../behind.ts'
import type { Cut } from '../combine.ts'
import type { DayCounts } from '../coverage.ts'
import type { MeasuredCounts } from './measuring.ts'

/** What one subject (an entity, or a tenant in a total) has in each cell and range of a grid. */
export interface Sheet {
  /** Coverage of the whole, which is that of every cell. Good until the next call. */
  counts(range: number): DayCounts
  /** The rows by which windows of the range are lost; see `counts`. */
  losing(range: number): readonly Cut[]
  /** Whether a row of the cell lies wholly in the range. */
  filled(cell: number, range: number): boolean
  /** Whether one is cut by it. */
  cut(cell: number, range: number): boolean
  value(ref: AnswerRef, cell: number, range: number): Printed
  /** Of the selected measure at a place of `Measuring.selected`. */
  measured(selected: number, cell: number, range: number): MeasuredCounts
  /** Of a total. */
  standing?(cell: number, range: number): Standing
}
