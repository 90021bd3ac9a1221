import type { Page } from 'playwright-core'
import { PANELS } from '../answers/told.ts'
import { type ProjectName, STORY_END } from './demo-project.ts'
import type { Stage } from './set-up.ts'
import { toldTimeline } from './told-timeline.ts'

/**
 * What a server does not tell yet is told for it: the clock, and the project's own answers, from the documents that its
 * command gave. A server that knows a route answers itself.
 */
export async function standIn(page: Page, project: ProjectName, { answers }: Stage): Promise<void> {
  await page.route('**/v1/series/*/timeline?*', async (route) => {
    const response = await route.fetch()
    await (response.status() === 404 ? route.fulfill({ status: 200, json: toldTimeline(new URL(route.request().url())) }) : route.fulfill({ response }))
  })
  if (project !== 'campaigns') {
    await page.route('**/v1/answers', async (route) => {
      const response = await route.fetch()
      await (response.status() === 404 ? route.fulfill({ status: 200, json: { answers: [] } }) : route.fulfill({ response }))
    })
    return
  }
  await page.route('**/v1/me', async (route) => {
    const response = await route.fetch()
    const told = await response.json() as Record<string, unknown>
    await route.fulfill({ response, json: { now: STORY_END, clockSet: true, ...told } })
  })
  await page.route(/\/v1\/answers(?:\/[^/?]+)?(?:\?.*)?$/, async (route) => {
    const response = await route.fetch()
    if (response.status() !== 404) return route.fulfill({ response })
    const name = new URL(route.request().url()).pathname.split('/')[3]
    if (name === undefined) return route.fulfill({ status: 200, json: { answers: PANELS } })
    return name in answers ? route.fulfill({ status: 200, json: answers[name] as object }) : route.fulfill({ response })
  })
}
