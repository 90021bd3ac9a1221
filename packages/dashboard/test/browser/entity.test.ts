import { describeInBrowser, testEveryLook } from './look.ts'

describeInBrowser('entity', () => {
  testEveryLook('entity', { project: 'campaigns', path: '/entity/?tenant=northwind-foods' })
})
