import { describeInBrowser, testEveryLook } from './look.ts'

describeInBrowser('compare', () => {
  testEveryLook('compare', { project: 'campaigns', path: '/compare/?tenant=northwind-foods' })
})
