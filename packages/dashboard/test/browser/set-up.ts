import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { chromium } from 'playwright-core'
import type { TestProject } from 'vitest/node'
import { CHROMIUM, sayWhenNot } from './chromium.ts'
import { demoProject, type ProjectName, REPOSITORY, STORY_END } from './demo-project.ts'
import { startServer } from './running-server.ts'

/** A demo that is served, and the session that its link opened. */
export interface Served {
  readonly url: string
  readonly folder: string
  readonly cookies: readonly { readonly name: string; readonly value: string; readonly domain: string; readonly path: string }[]
}

/** A campaign, as its application knows it. */
export interface Campaign {
  readonly tenant: string
  readonly entity: string
  readonly name: string
}

/** What the tests of all files share. */
export interface Stage {
  readonly browser: string
  readonly served: Readonly<Record<ProjectName, Served>>
  /** A campaign that lives to the story's end; of which company depends on the scale. */
  readonly campaign: Campaign
  readonly screenshots: string
}

declare module 'vitest' {
  export interface ProvidedContext {
    stage: Stage | null
  }
}

/** Called by vitest before the first file. */
export async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  sayWhenNot()
  if (CHROMIUM === null) {
    project.provide('stage', null)
    return undefined
  }
  const screenshots = join(REPOSITORY, '.tmp', 'screenshots')
  rmSync(screenshots, { recursive: true, force: true })
  mkdirSync(screenshots, { recursive: true })
  const folders = { campaigns: demoProject('campaigns'), contributions: demoProject('contributions') }
  const servers = { campaigns: await startServer(folders.campaigns, ['--now', STORY_END]), contributions: await startServer(folders.contributions) }
  const browser = await chromium.launchServer({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-dev-shm-usage'] })
  const opener = await chromium.connect(browser.wsEndpoint())
  const open = async (name: ProjectName): Promise<Served> => {
    const context = await opener.newContext()
    const page = await context.newPage()
    await page.goto(servers[name].link)
    const cookies = await context.cookies()
    await context.close()
    return { url: servers[name].url, folder: folders[name], cookies: cookies.map(({ name: word, value, domain, path }) => ({ name: word, value, domain, path })) }
  }
  project.provide('stage', { browser: browser.wsEndpoint(), served: { campaigns: await open('campaigns'), contributions: await open('contributions') }, campaign: campaignOf(folders.campaigns), screenshots })
  await opener.close()
  return async () => {
    await browser.close()
    await Promise.all(Object.values(servers).map((server) => server.stop()))
  }
}

function campaignOf(folder: string): Campaign {
  const app = new DatabaseSync(join(folder, 'app.db'), { readOnly: true })
  try {
    const { tenant, entity, name } = app.prepare("SELECT company_id AS tenant, id AS entity, name FROM campaigns WHERE name = 'Orchard Mentoring 20'").get() ?? {}
    return { tenant: String(tenant), entity: String(entity), name: String(name) }
  } finally {
    app.close()
  }
}
