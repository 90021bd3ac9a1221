import { describeInBrowser, testEveryLook } from './look.ts'

describeInBrowser('health', () => {
  testEveryLook('health', { project: 'campaigns', path: '/health/?tenant=northwind-foods' })
})
