import { describe, expect, test } from 'vitest'
import { moved } from '../src/shell/combobox-keys.ts'

const key = (name: string, more: object = {}) => ({ key: name, altKey: false, ctrlKey: false, metaKey: false, ...more })

describe('keys of a combobox', () => {
  test.each([['ArrowDown', 'open'], ['ArrowUp', 'open'], ['Enter', null], ['Escape', null], ['a', null], ['Tab', null]])('closed, %s is %s', (name, wants) => {
    expect(moved(key(name), { open: false, active: 0, count: 0 })).toBe(wants)
  })

  test.each([
    ['ArrowDown', 3, 4], ['ArrowDown', 9, 0], ['ArrowUp', 3, 2], ['ArrowUp', 0, 9], ['PageDown', 0, 8], ['PageDown', 5, 9], ['PageUp', 5, 0], ['PageUp', 9, 1],
    ['Enter', 3, 'take'], ['Escape', 3, 'close'], ['Tab', 3, null], ['Home', 3, null], ['End', 3, null], ['ArrowLeft', 3, null], ['a', 3, null],
  ])('open, %s at %i is %s', (name, active, wants) => {
    expect(moved(key(name), { open: true, active, count: 10 })).toBe(wants)
  })

  test('with Alt the list opens and closes, and other chords are the field\'s own', () => {
    expect(moved(key('ArrowDown', { altKey: true }), { open: false, active: 0, count: 3 })).toBe('open')
    expect(moved(key('ArrowUp', { altKey: true }), { open: true, active: 1, count: 3 })).toBe('close')
    for (const chord of [{ ctrlKey: true }, { metaKey: true }]) expect(moved(key('ArrowDown', chord), { open: true, active: 1, count: 3 })).toBeNull()
  })

  test('nothing is gone through where nothing was found', () => {
    for (const name of ['ArrowDown', 'ArrowUp', 'PageDown', 'PageUp']) expect(moved(key(name), { open: true, active: 0, count: 0 })).toBe(0)
  })
})
