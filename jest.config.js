import { tmpdir } from 'node:os';
import path from 'node:path';

// Where this run's PostgreSQL lives; jest's workers inherit it.
process.env.EVENKEEL_TEST_HOME ??= path.join(tmpdir(), `evenkeel-test-${process.pid}`);

/** Unit specs stand beside the code; what crosses folders stands under test/. */
export default {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': '@swc/jest' },
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  testMatch: ['<rootDir>/src/**/*.spec.ts', '<rootDir>/test/**/*.spec.ts'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/', '/test/soak/'],
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
  // @nestjs/throttler is CommonJS and must find these already loaded.
  setupFiles: ['<rootDir>/test/support/setup-jest.ts'],
  globalTeardown: '<rootDir>/test/support/stop-postgres.mjs',
  testTimeout: 60_000,
  // More than the least machine has processors: many suites wait for a clock rather than compute.
  maxWorkers: 3,
  // What one suite leaves in its worker slows the next ones down.
  workerIdleMemoryLimit: '768MB',
};
