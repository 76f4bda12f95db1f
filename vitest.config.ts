import { defineConfig } from 'vitest/config'

// The SDK announces its Node version of 2027 once per process, and every test file is one.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true'

/** Minutes each: `npm run test:long` runs them, so that `npm test` stays a matter of minutes. */
const longTests = [
  'test/e2e/{kill-storm,replicas-paused,upgrade,restored-backup,database-away,database-away-console}.test.ts',
]

/**
 * Projects by what they need: `unit` needs nothing but the code; `store` a real PostgreSQL; `cloud` the local cloud;
 * `e2e` real processes; `pages` a real browser.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: [
            'test/{domain,engine,config,web,cli,bake,jobs,launcher,outbound,localcloud/unit}/**/*.test.ts',
          ],
          // No test changes a module for its neighbours, and loading the SDK anew for each file takes longer than the tests.
          isolate: false,
          maxWorkers: 2,
          // They take milliseconds; a busy machine must not make one of them fail.
          testTimeout: 20_000,
        },
      },
      {
        test: {
          name: 'store',
          include: ['test/store/**/*.test.ts'],
          maxWorkers: 2,
          globalSetup: ['test/support/global-setup.ts'],
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'cloud',
          include: ['test/{cloud,localcloud}/**/*.test.ts'],
          exclude: ['test/localcloud/unit/**'],
          maxWorkers: 2,
          globalSetup: ['test/support/global-setup.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'simulation',
          include: ['test/{simulation,scenarios}/**/*.test.ts'],
          testTimeout: 1_200_000,
          // Each of these fills both cores by itself.
          maxWorkers: 1,
          sequence: { groupOrder: 3 },
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          exclude: process.env.DELLING_LONG_TESTS ? [] : longTests,
          globalSetup: ['test/support/global-setup.ts'],
          testTimeout: 240_000,
          hookTimeout: 240_000,
          // They mostly wait, so two share the machine well; after the quick ones, whose failures say more.
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'pages',
          include: ['test/pages/**/*.test.ts'],
          globalSetup: ['test/support/global-setup.ts'],
          testTimeout: 300_000,
          hookTimeout: 240_000,
          maxWorkers: 1,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
})
