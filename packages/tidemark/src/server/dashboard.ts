import fastifyStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'

/** Serves a folder of static files. They hold no data: what they show they ask for with the session's cookie. */
export async function registerDashboard(app: FastifyInstance, folder: string): Promise<void> {
  await app.register(fastifyStatic, { root: folder, prefix: '/', decorateReply: false, wildcard: false, index: ['index.html'], dotfiles: 'deny' })
}
