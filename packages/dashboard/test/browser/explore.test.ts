import { describeInBrowser, testEveryLook } from './look.ts'

describeInBrowser('explore', () => {
  testEveryLook('explore', { project: 'campaigns', path: '/explore/?tenant=northwind-foods' })
})
