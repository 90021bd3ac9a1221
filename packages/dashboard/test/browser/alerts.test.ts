import { describeInBrowser, testEveryLook } from './look.ts'

describeInBrowser('alerts', () => {
  testEveryLook('alerts', { project: 'campaigns', path: '/alerts/?tenant=northwind-foods' })
})
