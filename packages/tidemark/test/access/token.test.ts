import { describe, expect, test } from 'vitest'
import { mintToken, readToken, sameDigest } from '../../src/access/token.ts'
import { place } from './place.ts'

const DAY = 86_400_000

describe('a token', () => {
  test('is tide_, 40 random characters and 6 of checksum, and known by its digest', () => {
    const { text, digest } = mintToken()
    expect(text).toMatch(/^tide_[0-9A-Za-z]{46}$/)
    expect(readToken(text)).toBe(digest)
    expect(digest).toMatch(/^[0-9a-f]{64}$/)
    expect(new Set(Array.from({ length: 1_000 }, () => mintToken().text)).size).toBe(1_000)
  })

  test('uses all of its letters alike', () => {
    const counts = new Map<string, number>()
    const tokens = 4_000
    for (let made = 0; made < tokens; made++) for (const letter of mintToken().text.slice(5, 45)) counts.set(letter, (counts.get(letter) ?? 0) + 1)
    const expected = (tokens * 40) / 62
    expect(counts.size).toBe(62)
    // Chi squared of 61 degrees of freedom passes 140 once in some 10^8 runs.
    expect([...counts.values()].reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)).toBeLessThan(140)
  })

  test.each([
    ['nothing', ''], ['a word', 'hello'], ['another prefix', mintToken().text.replace('tide_', 'tida_')], ['one letter less', mintToken().text.slice(0, -1)],
    ['one letter more', `${mintToken().text}0`], ['a space before it', ` ${mintToken().text}`], ['a line after it', `${mintToken().text}\n`], ['a sign in it', mintToken().text.replace(/.$/, '-')],
  ])('that is none is refused: %s', (_what, text) => {
    expect(() => readToken(text)).toThrow(expect.objectContaining({ code: 'TOKEN_MALFORMED' }))
  })

  test('with any one letter changed, or two neighbours swapped, does not fit its checksum', () => {
    const { text } = mintToken()
    for (let at = 5; at < text.length; at++) {
      const changed = text.slice(0, at) + (text[at] === 'a' ? 'b' : 'a') + text.slice(at + 1)
      expect(() => readToken(changed), changed).toThrow(expect.objectContaining({ code: 'TOKEN_MALFORMED' }))
      if (at === 5 || text[at] === text[at - 1]) continue
      const swapped = text.slice(0, at - 1) + (text[at] as string) + (text[at - 1] as string) + text.slice(at + 1)
      expect(() => readToken(swapped), swapped).toThrow(expect.objectContaining({ code: 'TOKEN_MALFORMED' }))
    }
  })

  test('stands in no message', () => {
    const { text } = mintToken()
    try {
      readToken(text.slice(0, -1))
      expect.unreachable()
    } catch (error) {
      expect(JSON.stringify(error) + String(error)).not.toContain(text.slice(5, 20))
    }
  })

  test('is compared whole', () => {
    expect(sameDigest('ab', 'ab')).toBe(true)
    expect(sameDigest('ab', 'ac')).toBe(false)
    expect(sameDigest('ab', 'abc')).toBe(false)
  })
})

describe('tokens of a store', () => {
  test('let in whom they were made for, as what they were made', async () => {
    const { history } = await place()
    const made = await history.access.tokens.create({ name: 'dash', role: 'viewer', tenants: ['beta', 'acme', 'acme'], expiresInDays: 7, by: 'ann' })
    expect(made).toMatchObject({ id: 1, name: 'dash', role: 'viewer', tenants: ['acme', 'beta'], createdBy: 'ann', createdAt: '2024-03-20T12:00:00Z', expiresAt: '2024-03-27T12:00:00Z', revoked: null })
    const gate = await history.as(made.text)
    expect(gate.me()).toEqual({ name: 'dash', role: 'viewer', tenants: ['acme', 'beta'], actions: ['summary'], minimumPeople: 10 })
    expect((await history.as(made.text, { minimumPeople: 25 })).me().minimumPeople).toBe(25)
  })

  test('are listed without text or digest', async () => {
    const { history } = await place()
    const made = await history.access.tokens.create({ name: 'dash', role: 'admin' })
    const listed = JSON.stringify(await history.access.tokens.list())
    expect(listed).toContain('dash')
    expect(listed).not.toContain(made.text)
    expect(listed).not.toContain(readToken(made.text))
  })

  test('that were never made are unknown, in whatever store', async () => {
    const [one, other] = [await place(), await place()]
    const { text } = await one.history.access.tokens.create({ name: 'dash', role: 'viewer' })
    await expect(other.history.as(text)).rejects.toMatchObject({ code: 'TOKEN_UNKNOWN' })
    await expect(one.history.as(mintToken().text)).rejects.toMatchObject({ code: 'TOKEN_UNKNOWN' })
  })

  test('expire at their instant, and not before', async () => {
    const at = await place()
    const { text } = await at.history.access.tokens.create({ name: 'dash', role: 'viewer', expiresInDays: 1 })
    at.clock += DAY - 1
    expect((await at.history.as(text)).principal.name).toBe('dash')
    at.clock += 1
    await expect(at.history.as(text)).rejects.toMatchObject({ code: 'TOKEN_EXPIRED' })
  })

  test('end when they are revoked, for good, and keep who did it first', async () => {
    const at = await place()
    const { text, id } = await at.history.access.tokens.create({ name: 'dash', role: 'viewer', expiresInDays: 1 })
    expect((await at.history.access.tokens.revoke(id, 'ann')).revoked).toEqual({ at: '2024-03-20T12:00:00Z', by: 'ann' })
    await expect(at.history.as(text)).rejects.toMatchObject({ code: 'TOKEN_REVOKED' })
    at.clock += 2 * DAY
    expect((await at.history.access.tokens.revoke(id, 'bob')).revoked).toMatchObject({ by: 'ann' })
    await expect(at.history.as(text)).rejects.toMatchObject({ code: 'TOKEN_REVOKED' })
    await expect(at.history.access.tokens.revoke(99)).rejects.toMatchObject({ code: 'TOKEN_UNKNOWN' })
  })

  test.each([
    [{ name: '', role: 'viewer' }, 'name'], [{ name: 'x'.repeat(201), role: 'viewer' }, 'name'], [{ name: 'x', role: 'owner' }, 'role'], [{ name: 'x', role: 'viewer', tenants: [] }, 'tenants'],
    [{ name: 'x', role: 'viewer', tenants: ['a\0'] }, 'tenants'], [{ name: 'x', role: 'viewer', expiresInDays: 0 }, 'expiresInDays'], [{ name: 'x', role: 'viewer', expiresInDays: Number.NaN }, 'expiresInDays'],
  ])('that cannot be are refused: %j', async (request, where) => {
    const { history } = await place()
    await expect(history.access.tokens.create(request)).rejects.toMatchObject({ code: 'TOKEN_INVALID', where })
  })
})
