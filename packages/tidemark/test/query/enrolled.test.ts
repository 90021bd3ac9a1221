import { expect, test } from 'vitest'
import fc from 'fast-check'
import { Enrolled } from '../../src/query/enrolled.ts'

test('of each subject those are counted that enrolled before a day', () => {
  fc.assert(fc.property(fc.array(fc.tuple(fc.option(fc.integer({ min: -9, max: 9 })), fc.nat({ max: 2 }))), fc.integer({ min: -10, max: 10 }), fc.nat({ max: 3 }), (drawn, end, subject) => {
    const enrolled = new Enrolled(drawn.map(([enrolment]) => ({ enrolment })), Int32Array.from(drawn, ([, own]) => own), 3)
    expect(enrolled.before(subject, end)).toBe(drawn.filter(([enrolment, own]) => own === subject && enrolment !== null && enrolment < end).length)
  }))
})

test('each entity is looked at once, however many rows ask', () => {
  let looks = 0
  const entities = Array.from({ length: 50 }, (_, place) => ({ get enrolment() { looks++; return place } }))
  const enrolled = new Enrolled(entities, new Int32Array(50), 1)
  for (let end = 0; end < 1_000; end++) enrolled.before(0, end)
  expect(looks).toBe(50)
})
