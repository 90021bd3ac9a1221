import { test } from 'vitest'
import { agree, LIMIT_MS } from './agreement.ts'

test('the engine answers the first half of the histories like the model', { timeout: LIMIT_MS }, () => agree(0))
