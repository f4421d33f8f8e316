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
  testTimeout: 60_000,
  maxWorkers: 2,
};
