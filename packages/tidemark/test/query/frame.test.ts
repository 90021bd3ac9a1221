import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Frame } from '../../src/query/frame.ts'
import { Slots } from '../../src/query/slots.ts'

const lengths = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 6 })
const listOf = (length: number) => Array.from({ length }, (_, index) => ({ from: index * 10, to: index * 10 + 7 }))

test('slots number subjects, cells and ranges in order, and are read back', () => {
  fc.assert(fc.property(lengths, fc.integer({ min: 1, max: 3 }), fc.boolean(), (sizes, cells, own) => {
    const numbered = Array.from({ length: cells }, (_, index) => index * 3)
    const frame = own
      ? Frame.own(sizes.length, numbered, (subject) => listOf(sizes[subject] as number))
      : Frame.grid(sizes.length, numbered, listOf(3))
    let next = 0
    for (let subject = 0; subject < sizes.length; subject++) {
      for (let cell = 0; cell < cells; cell++) {
        for (let range = 0; range < frame.rangesOf(subject).length; range++) {
          expect(frame.slot(subject, cell, range)).toBe(next)
          expect(frame.placeOf(next)).toEqual({ subject, cell, range })
          next++
        }
      }
    }
    expect(frame.size).toBe(next)
  }))
})

test('a row touches the ranges that it shares a day with', () => {
  const frame = Frame.grid(1, [0], listOf(4))
  const touched = (from: number, to: number): number[] => {
    const places: number[] = []
    frame.touching(0, from, to, (range) => places.push(range))
    return places
  }
  expect([touched(0, 7), touched(7, 10), touched(6, 21), touched(36, 99), touched(-5, 0), touched(40, 50)]).toEqual([[0], [], [0, 1, 2], [3], [], []])
})

test('slots are listed in order, few or many', () => {
  for (const size of [100, 2 ** 40]) {
    const slots = new Slots<string>(size)
    for (const slot of [40, 7, 99]) slots.set(slot, String(slot))
    expect([slots.filled(), slots.get(7), slots.get(8)]).toEqual([[7, 40, 99], '7', undefined])
  }
})
