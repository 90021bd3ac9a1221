// Sends to each URL by a given copy of the webhook: SRC [URL…] as JSON. Prints the code that refused each, or null, as JSON.
import { pathToFileURL } from 'node:url'
import { join } from 'node:path'
import type { webhookChannel as Real } from '../../src/watch/webhook.ts'

const [source = '', targets = '[]'] = process.argv.slice(2)
const { webhookChannel } = await import(pathToFileURL(join(source, 'watch', 'webhook.ts')).href) as { webhookChannel: typeof Real }
const outcomes: (string | null)[] = []
for (const url of JSON.parse(targets) as string[]) {
  const sent = Promise.try(() => webhookChannel({ name: 'probe', url, secret: 'a secret for a probe' }).send({ key: 'probe' } as never, new AbortController().signal))
  outcomes.push(await sent.then(() => null, (error: { code?: string }) => error.code ?? String(error)))
}
process.stdout.write(JSON.stringify(outcomes))
